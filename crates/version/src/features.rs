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
    pub source_hash: SourceHash,
    /// How far the operator's index is shifted left in `COMPARE_OP`'s argument.
    pub compare_shift: u32,
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
