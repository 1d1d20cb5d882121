//! The named abilities in which versions differ.

use crate::Version;

/// What one version does, one field per question; passed by value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Features {
    pub code_layout: CodeLayout,
    pub line_table: LineTable,
    pub jump_unit: JumpUnit,
    /// try blocks live in a table beside the code, not on a block stack (3.11).
    pub exception_table: bool,
    /// Instructions are followed by cache words (3.11).
    pub inline_caches: bool,
    /// Comprehensions run in the frame of their function, PEP 709 (3.12).
    pub inlined_comprehensions: bool,
    /// Type parameters, PEP 695 (3.12).
    pub type_parameters: bool,
    /// f-strings are tokens of the grammar, PEP 701 (3.12).
    pub fstring_tokens: bool,
    /// Type parameters have defaults, PEP 696 (3.13).
    pub type_param_defaults: bool,
    /// Neighbouring texts in the format specification of an f-string are one (3.13).
    pub joined_spec_parts: bool,
    /// The text that `f"{x=}"` shows is the source's: escapes are kept, and a `#` in a string is no comment.
    /// A raw f-string's format specifications are raw too (both late in 3.13).
    pub fields_as_written: bool,
    /// The format specification of a single-quoted f-string may hold line ends (until late in 3.13).
    pub line_ends_in_specs: bool,
    /// `from .__future__ import` is a future statement like any other (until 3.13).
    pub relative_future: bool,
    /// `from __future__ import barry_as_FLUFL` works in the file that says so (late in 3.13).
    pub flufl_by_import: bool,
    /// No type parameter may be called `__classdict__` (late in 3.13).
    pub classdict_reserved: bool,
    pub source_hash: SourceHash,
    pub calls: CallProtocol,
    /// Conditional jumps take nothing but booleans, which `TO_BOOL` makes (3.13).
    pub explicit_truth: bool,
    /// Defaults and closures are set on a function by instructions of their own (3.13).
    pub function_attributes: bool,
    /// Conversion and formatting in f-strings are separate instructions (3.13).
    pub split_formatting: bool,
    /// Instructions of `for` and `with` stand at their clause, not at the whole statement (3.13).
    pub clause_places: bool,
    /// Jumps that only go forward do not look for signals (3.13).
    pub plain_forward_jumps: bool,
    /// The end of a loop pops the iterator by an instruction of its own (3.13).
    pub end_for_pops_one: bool,
    /// A class notes its first line and which attributes its methods set on `self` (3.13).
    pub static_attributes: bool,
    /// Docstrings lose their indentation (3.13).
    pub clean_docstrings: bool,
    /// Each loop of a comprehension asks its iterator for an iterator again (3.13.1 on).
    pub comprehension_asks_twice: bool,
    pub passes: Passes,
    pub symbols: SymbolRules,
    pub interning: Interning,
    /// How many loops, `try`s and `with`s may stand in each other (`CO_MAXBLOCKS`).
    pub max_blocks: usize,
    /// How many levels of nesting symbol table and optimiser allow.
    pub nesting_limit: u32,
    /// How many of those levels one C call takes that is under way when they begin.
    pub levels_per_call: u32,
    /// How far the operator's index is shifted left in `COMPARE_OP`'s argument.
    pub compare_shift: u32,
    /// `compileall -s` takes off a true prefix alone, and says so when it is none (3.13); before, equal parts.
    pub strips_true_prefix: bool,
    pub dis: DisText,
    /// `hash(None)`, where it is no memory address (3.12).
    pub none_hash: Option<i64>,
    /// The hash of a NaN, where it is no memory address (before 3.10).
    pub nan_hash: Option<i64>,
    /// The minor version whose Unicode tells which characters `repr` shows.
    pub printable: u8,
    /// What `dis -S` finds in new code, where `dis` has that option (3.14).
    pub warmup: Option<Warmup>,
}

/// The first values of the counters in the caches of new code; `_PyCode_Quicken` in `Python/specialize.c`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Warmup {
    /// Of opcodes that may become specialised.
    pub adaptive: u16,
    /// Of `JUMP_BACKWARD`.
    pub backward: u16,
    /// Of `RESUME`, where it has one (3.15).
    pub resume: u16,
    /// The taken-or-not history of conditional jumps.
    pub branch: u16,
}

/// The layout of `dis` output.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum DisText {
    /// Offsets everywhere; absolute jumps unexplained (3.8, 3.9).
    Offsets38,
    /// The target of every jump explained (3.10).
    Offsets310,
    /// Exception table; `NULL + name` (3.11).
    Offsets311,
    /// Keyword names explained (3.12).
    Offsets312,
    /// Labels, "--" for no line, options for caches and offsets (3.13).
    Labels313,
    /// Words for `IS_OP` and `CONTAINS_OP`, option for positions (3.14 on).
    Labels314,
}

/// Which fields a marshalled code object has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CodeLayout {
    /// nlocals, varnames, freevars, cellvars (3.8 to 3.10).
    Separate,
    /// localsplusnames, localspluskinds, qualname, exception table (3.11 on).
    LocalsPlus,
}

/// How code offsets map to lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineTable {
    /// Pairs of increments; `Objects/lnotab_notes.txt` (3.8, 3.9).
    Lnotab,
    /// Ranges with -128 for "no line", PEP 626 (3.10).
    Table310,
    /// Ranges with columns, PEP 657; `Objects/locations.md` (3.11 on).
    Locations311,
}

/// What a jump argument counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JumpUnit {
    /// Bytes (3.8, 3.9).
    Byte,
    /// Two-byte code units (3.10 on).
    CodeUnit,
}

/// The hash in a hash-based .pyc.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SourceHash {
    SipHash24,
    SipHash13,
}

/// How a call is laid out on the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallProtocol {
    /// `NULL` before the callable; `KW_NAMES` names the keywords (3.11, 3.12).
    NullFirst,
    /// `NULL` behind the callable; `CALL_KW` takes a tuple of names (3.13 on).
    NullSecond,
}

/// Which passes run over the flow graph; `hognose_compile` spells both lists.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Passes {
    /// Lines are settled last (3.12).
    LinesLast,
    /// Lines are settled before jumps are threaded; pairs of locals share an instruction (3.13).
    LinesFirst,
}

/// The rules of the symbol table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SymbolRules {
    /// Of 3.12: no lambda and no comprehension in an annotation scope of a class; type parameters of a class leave
    /// its name set for mangling.
    Annotations312,
    /// Of 3.13: both allowed; only the type parameters themselves are mangled in their scope.
    Annotations313,
}

/// Which strings of a code tree the compiler interns, as marshal shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Interning {
    /// Names, and constants that look like one (3.12).
    Names312,
    /// Also file name, qualified names and every Latin-1 character (3.13).
    All313,
}

impl Features {
    pub const fn of(version: Version) -> Features {
        let minor = version.minor;
        Features {
            code_layout: if minor >= 11 {
                CodeLayout::LocalsPlus
            } else {
                CodeLayout::Separate
            },
            line_table: match minor {
                0..=9 => LineTable::Lnotab,
                10 => LineTable::Table310,
                11.. => LineTable::Locations311,
            },
            jump_unit: if minor >= 10 {
                JumpUnit::CodeUnit
            } else {
                JumpUnit::Byte
            },
            exception_table: minor >= 11,
            inline_caches: minor >= 11,
            inlined_comprehensions: minor >= 12,
            type_parameters: minor >= 12,
            fstring_tokens: minor >= 12,
            type_param_defaults: minor >= 13,
            joined_spec_parts: minor >= 13,
            fields_as_written: minor > 13 || minor == 13 && version.patch > 0,
            calls: if minor >= 13 {
                CallProtocol::NullSecond
            } else {
                CallProtocol::NullFirst
            },
            explicit_truth: minor >= 13,
            function_attributes: minor >= 13,
            split_formatting: minor >= 13,
            clause_places: minor >= 13,
            plain_forward_jumps: minor >= 13,
            end_for_pops_one: minor >= 13,
            static_attributes: minor >= 13,
            clean_docstrings: minor >= 13,
            comprehension_asks_twice: minor == 13 && version.patch > 0,
            passes: if minor >= 13 {
                Passes::LinesFirst
            } else {
                Passes::LinesLast
            },
            symbols: if minor >= 13 {
                SymbolRules::Annotations313
            } else {
                SymbolRules::Annotations312
            },
            interning: if minor >= 13 {
                Interning::All313
            } else {
                Interning::Names312
            },
            max_blocks: if minor >= 13 { 21 } else { 20 },
            nesting_limit: if minor >= 13 { 10_000 } else { 3000 },
            levels_per_call: if minor >= 13 { 1 } else { 2 },
            line_ends_in_specs: minor == 12 || minor == 13 && version.patch == 0,
            relative_future: minor <= 12,
            flufl_by_import: minor > 13 || minor == 13 && version.patch > 0,
            classdict_reserved: minor > 13 || minor == 13 && version.patch > 0,
            source_hash: if minor >= 11 {
                SourceHash::SipHash13
            } else {
                SourceHash::SipHash24
            },
            compare_shift: match minor {
                0..=11 => 0,
                12 => 4,
                13.. => 5,
            },
            dis: match minor {
                0..=9 => DisText::Offsets38,
                10 => DisText::Offsets310,
                11 => DisText::Offsets311,
                12 => DisText::Offsets312,
                13 => DisText::Labels313,
                14.. => DisText::Labels314,
            },
            strips_true_prefix: minor >= 13,
            none_hash: if minor >= 12 { Some(0xfca8_6420) } else { None },
            nan_hash: if minor < 10 { Some(0) } else { None },
            printable: minor,
            warmup: match minor {
                0..=13 => None,
                14 => Some(Warmup {
                    adaptive: 0x0011,
                    backward: 0xfffc,
                    resume: 0,
                    branch: 0x5555,
                }),
                15.. => Some(Warmup {
                    adaptive: 0x0009,
                    backward: 0x7d06,
                    resume: 0xfff6,
                    branch: 0x5555,
                }),
            },
        }
    }
}
