//! From a code unit to a code object.
//!
//! Mirrors `optimize_and_assemble_code_unit` of CPython's `compile.c` and `_PyAssemble_MakeCodeObject` of `assemble.c`.

mod jumps;
mod locals;

use std::fmt;
use std::slice::ChunksExactMut;
use std::sync::Arc;

use hognose_ast::{Constant, Name, Names};
use hognose_bytecode::exceptions::{self, Entry};
use hognose_bytecode::lines::LocationWriter;
use hognose_bytecode::{CODE_UNIT, CodeObject, Const, Opcode, PyStr, flags, units_needed};
use hognose_version::Passes;
use rustc_hash::FxHashMap;

use crate::cfg::{BlockId, Cfg};
use crate::consts::UnitConst;
use crate::ir::{Loc, NO_LOCATION, Unit};
use crate::op_facts::OpCosts;
use crate::optimise::FOLDED_PERCENT;
use crate::passes::{self, UnitFacts};

/// Why a code unit cannot be assembled: the emitter broke a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssembleError {
    /// A jump aims at a label that was never placed.
    UnplacedLabel,
    /// A label stands behind the last instruction.
    LabelAtEnd,
    /// A jump or exit inside a block, or control running off the end.
    MalformedGraph,
    /// A `POP_BLOCK` without a block push.
    UnbalancedBlocks,
    /// More is popped than was pushed.
    StackUnderflow,
    /// A constant index out of range.
    ConstIndex,
    /// An opcode that this version does not have.
    UnknownOpcode(Opcode),
}

impl fmt::Display for AssembleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnplacedLabel => f.write_str("a jump aims at a label that was never placed"),
            Self::LabelAtEnd => f.write_str("a label stands behind the last instruction"),
            Self::MalformedGraph => f.write_str("malformed control flow graph."),
            Self::UnbalancedBlocks => f.write_str("a block is popped that was never pushed"),
            Self::StackUnderflow => f.write_str("an instruction pops more than was pushed"),
            Self::ConstIndex => f.write_str("a constant index is out of range"),
            Self::UnknownOpcode(op) => write!(f, "this version has no opcode {op:?}"),
        }
    }
}

impl std::error::Error for AssembleError {}

/// Assembles the code units of one module, reusing memory and sharing name strings.
#[derive(Debug)]
pub struct Assembler {
    filename: PyStr,
    costs: &'static OpCosts,
    passes: Passes,
    cfg: Cfg,
    /// The string object of each name, made when first needed.
    texts: Vec<Option<PyStr>>,
    /// The string objects of constants that are identifiers, by the place of their text.
    identifiers: FxHashMap<usize, PyStr>,
    /// Whether any constant is a frozenset.
    holds_set: bool,
    /// Where location tables are written before their size is known.
    lines: Vec<u8>,
}

impl Assembler {
    /// Starts a module.
    pub(crate) fn new(filename: PyStr, costs: &'static OpCosts, passes: Passes) -> Self {
        Self {
            filename,
            costs,
            passes,
            cfg: Cfg::default(),
            texts: Vec::new(),
            identifiers: FxHashMap::default(),
            holds_set: false,
            lines: Vec::new(),
        }
    }

    /// The string object of a name.
    pub fn text_of(&mut self, name: Name, names: &Names) -> PyStr {
        let index = name.0 as usize;
        if index >= self.texts.len() {
            self.texts.resize(index + 1, None);
        }
        match self.texts.get_mut(index) {
            Some(slot) => slot
                .get_or_insert_with(|| PyStr::new(names.get(name)))
                .clone(),
            None => PyStr::new(names.get(name)),
        }
    }

    /// Lets a constant with its text here be the string object of a name.
    pub fn note_identifier(&mut self, text: &[u8], name: Name, names: &Names) {
        let object = self.text_of(name, names);
        self.identifiers.insert(text.as_ptr().addr(), object);
    }

    /// The string objects of these names and of those that the code objects name, if any constant is a frozenset.
    pub fn identifiers(mut self, met: impl Iterator<Item = Name>, names: &Names) -> Vec<PyStr> {
        if !self.holds_set {
            return Vec::new();
        }
        met.for_each(|name| drop(self.text_of(name, names)));
        self.texts.into_iter().flatten().collect()
    }

    /// Optimises a code unit and makes its code object.
    pub fn assemble(
        &mut self,
        unit: &mut Unit<'_>,
        names: &Names,
    ) -> Result<Arc<CodeObject>, AssembleError> {
        let facts = UnitFacts {
            nlocals: unit.varnames.len(),
            nparams: unit.nparams as usize,
            firstlineno: unit.firstlineno,
            passes: self.passes,
        };
        let is_generator =
            unit.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0;
        let cfg = &mut self.cfg;
        cfg.build(&unit.seq, self.passes)?;
        passes::optimize(cfg, &mut unit.consts, facts)?;
        let stacksize = match self.passes {
            Passes::LinesLast => {
                locals::prepare(cfg, unit, is_generator, NO_LOCATION);
                let stacksize = passes::stack_depth(cfg, self.costs, i32::from(is_generator))?;
                passes::convert_pseudo_ops(cfg, self.passes);
                passes::remove_redundant_everywhere(cfg);
                stacksize
            }
            Passes::LinesFirst => {
                let stacksize = passes::stack_depth(cfg, self.costs, 0)?;
                locals::prepare(cfg, unit, is_generator, Loc::line(unit.firstlineno));
                // `LOAD_CLOSURE` is one of them here.
                cfg.expect_changes();
                passes::convert_pseudo_ops(cfg, self.passes);
                passes::remove_redundant_and_jumps(cfg);
                // `_PyCode_Validate` wants room for one value.
                stacksize.max(1)
            }
        };
        let is_set =
            |item: &UnitConst<'_>| matches!(item, UnitConst::Value(Constant::FrozenSet(_)));
        self.holds_set |= unit.consts.items().iter().any(is_set);
        let words = jumps::resolve(cfg, self.costs, self.passes)?;
        let tables = write_tables(cfg, self.costs, unit.firstlineno, words, &mut self.lines)?;
        let (localsplusnames, localspluskinds) =
            locals::names_and_kinds(unit, |name| self.text_of(name, names));
        Ok(Arc::new(CodeObject {
            argcount: unit.posonlyargcount + unit.argcount,
            posonlyargcount: unit.posonlyargcount,
            kwonlyargcount: unit.kwonlyargcount,
            stacksize,
            flags: unit.flags,
            code: tables.code,
            consts: unit
                .consts
                .items()
                .iter()
                .map(|item| self.const_object(item))
                .collect(),
            names: unit
                .names
                .in_order()
                .iter()
                .map(|&name| self.text_of(name, names))
                .collect(),
            localsplusnames,
            localspluskinds,
            filename: self.filename.clone(),
            name: unit.name.clone(),
            qualname: unit.qualname.clone(),
            firstlineno: unit.firstlineno,
            linetable: tables.lines,
            exceptiontable: tables.exceptions,
        }))
    }

    /// The constant as the code object holds it.
    fn const_object(&self, item: &UnitConst<'_>) -> Const {
        match item {
            UnitConst::Value(value) => value_object(value, &self.identifiers),
            UnitConst::Code(code) => Const::Code(Arc::clone(code)),
        }
    }
}

fn value_object(value: &Constant<'_>, identifiers: &FxHashMap<usize, PyStr>) -> Const {
    let all = |items: &[Constant<'_>]| {
        items
            .iter()
            .map(|item| value_object(item, identifiers))
            .collect()
    };
    match *value {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Str(bytes) if std::ptr::eq(bytes, &FOLDED_PERCENT[..]) => {
            Const::Str(PyStr::folded_percent())
        }
        Constant::Str(bytes) => {
            let identifier = if identifiers.is_empty() {
                None
            } else {
                identifiers.get(&bytes.as_ptr().addr())
            };
            Const::Str(identifier.map_or_else(|| PyStr::from_known(bytes), PyStr::clone))
        }
        Constant::Bytes(bytes) => Const::Bytes(bytes.into()),
        Constant::Int(number) => Const::Int(number),
        Constant::BigInt(number) => Const::int(number.to_number()),
        Constant::Float(number) => Const::Float(number),
        Constant::Complex { real, imag } => Const::Complex { re: real, im: imag },
        Constant::Tuple(items) => Const::Tuple(all(items)),
        Constant::FrozenSet(items) => Const::FrozenSet(all(items)),
    }
}

/// An instruction's size in words: prefixes, the instruction, caches (`_PyCompile_InstrSize`).
#[inline]
fn word_count(costs: &OpCosts, op: Opcode, oparg: u32) -> u32 {
    let prefixes = if oparg > 0xff {
        units_needed(oparg) as u32 - 1
    } else {
        0
    };
    1 + prefixes + u32::from(costs.of(op).caches)
}

struct Tables {
    code: Vec<u8>,
    lines: Vec<u8>,
    exceptions: Vec<u8>,
}

/// Writes the words, the locations and the handlers (`assemble_emit`).
fn write_tables(
    cfg: &Cfg,
    costs: &OpCosts,
    firstlineno: i32,
    words: u32,
    scratch: &mut Vec<u8>,
) -> Result<Tables, AssembleError> {
    let extended_arg = costs.extended_arg();
    // Zeros stand for the caches already.
    let mut code = vec![0; words as usize * CODE_UNIT];
    let total = code.len();
    let mut slots = code.chunks_exact_mut(CODE_UNIT);
    let mut lines = LocationWriter::reusing(std::mem::take(scratch), firstlineno);
    let mut exceptions = Vec::new();
    let mut handler = BlockId::NONE;
    let mut covered_from = 0;
    let mut loc = NO_LOCATION;
    let mut left = slots.len();
    for block in cfg.in_order() {
        for instr in cfg.instrs(block) {
            // Handlers that became empty share their place with what follows them.
            if instr.except != handler
                && handler_offset(cfg, instr.except) != handler_offset(cfg, handler)
            {
                let at = total - slots.len() * CODE_UNIT;
                write_handler(&mut exceptions, cfg, handler, covered_from, at);
                handler = instr.except;
                covered_from = at;
            }
            if instr.loc != loc {
                let units = left - slots.len();
                lines.push_run(units, loc.line, loc.end_line, loc.col, loc.end_col);
                loc = instr.loc;
                left = slots.len();
            }
            let facts = costs.of(instr.op);
            if facts.code == 0 {
                return Err(AssembleError::UnknownOpcode(instr.op));
            }
            if instr.oparg > 0xff {
                for prefix in (1..units_needed(instr.oparg)).rev() {
                    write_word(
                        &mut slots,
                        extended_arg,
                        (instr.oparg >> (8 * prefix)) as u8,
                    );
                }
            }
            write_word(&mut slots, facts.code, instr.oparg as u8);
            if facts.caches > 0 {
                slots.nth(usize::from(facts.caches) - 1);
            }
        }
    }
    let units = left - slots.len();
    lines.push_run(units, loc.line, loc.end_line, loc.col, loc.end_col);
    write_handler(&mut exceptions, cfg, handler, covered_from, total);
    *scratch = lines.finish();
    Ok(Tables {
        code,
        lines: scratch.as_slice().to_vec(),
        exceptions,
    })
}

#[inline]
fn write_word(slots: &mut ChunksExactMut<'_, u8>, first: u8, second: u8) {
    if let Some(word) = slots.next() {
        word.copy_from_slice(&[first, second]);
    }
}

fn handler_offset(cfg: &Cfg, handler: BlockId) -> Option<u32> {
    handler.is_some().then(|| cfg.block(handler).offset)
}

/// Appends a range's entry (`assemble_emit_exception_table_entry`).
fn write_handler(table: &mut Vec<u8>, cfg: &Cfg, handler: BlockId, start: usize, end: usize) {
    if handler.is_none() || start == end {
        return;
    }
    let block = cfg.block(handler);
    let pushed = 1 + i32::from(block.preserve_lasti);
    exceptions::encode(
        table,
        Entry {
            start: start as u32,
            end: end as u32,
            target: block.offset * CODE_UNIT as u32,
            depth: block.start_depth.saturating_sub(pushed).max(0) as u32,
            lasti: block.preserve_lasti,
        },
    );
}
