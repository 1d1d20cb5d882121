//! The instruction sequence that the emitter writes and the passes read.
//!
//! Mirrors `instr_sequence` and `_PyCompile_CodeUnitMetadata` of CPython 3.12's `compile.c`. Label numbers are CPython's own
//! (the first one is 1), because the fixpoint of jump sizes starts from them.

use bumpalo::Bump;
use hognose_bytecode::{Opcode, PyStr};

use crate::consts::ConstTable;
use crate::names::NameTable;

/// Where an instruction comes from; unlike a node's place it may be none, line 0, or without columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loc {
    pub line: i32,
    pub end_line: i32,
    pub col: i32,
    pub end_col: i32,
}

/// An artificial instruction's place.
pub const NO_LOCATION: Loc = Loc {
    line: -1,
    end_line: -1,
    col: -1,
    end_col: -1,
};

impl Loc {
    /// A whole line, without columns.
    pub fn line(line: i32) -> Self {
        Self {
            line,
            end_line: line,
            col: -1,
            end_col: -1,
        }
    }
}

impl From<hognose_ast::Loc> for Loc {
    fn from(loc: hognose_ast::Loc) -> Self {
        Self {
            line: loc.line as i32,
            end_line: loc.end_line as i32,
            col: loc.col as i32,
            end_col: loc.end_col as i32,
        }
    }
}

/// A jump target, placed by [`InstrSequence::use_label`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(pub u32);

/// One instruction as emitted: a jump's `oparg` is its label's number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instr {
    pub op: Opcode,
    pub oparg: u32,
    pub loc: Loc,
}

const UNPLACED: u32 = u32::MAX;

/// What code generation writes for one code unit.
#[derive(Clone, Debug, Default)]
pub struct InstrSequence {
    instrs: Vec<Instr>,
    /// The offset each label stands at; index 0 is never handed out.
    labels: Vec<u32>,
}

impl InstrSequence {
    /// Makes an empty sequence.
    pub fn new() -> Self {
        Self {
            instrs: Vec::with_capacity(64),
            labels: vec![UNPLACED],
        }
    }

    /// Forgets all instructions and labels and keeps the memory.
    pub fn clear(&mut self) {
        self.instrs.clear();
        self.labels.truncate(1);
    }

    /// Hands out the next label (`instr_sequence_new_label`).
    pub fn new_label(&mut self) -> Label {
        if self.labels.is_empty() {
            self.labels.push(UNPLACED);
        }
        self.labels.push(UNPLACED);
        Label(self.labels.len() as u32 - 1)
    }

    /// Lets the label stand before the next instruction (`instr_sequence_use_label`).
    pub fn use_label(&mut self, label: Label) {
        let here = self.instrs.len() as u32;
        if let Some(slot) = self.labels.get_mut(label.0 as usize) {
            *slot = here;
        }
    }

    /// Appends an instruction (`instr_sequence_addop`).
    pub fn emit(&mut self, op: Opcode, oparg: u32, loc: Loc) {
        self.instrs.push(Instr { op, oparg, loc });
    }

    /// Appends a jump or a block push aimed at a label.
    pub fn emit_jump(&mut self, op: Opcode, target: Label, loc: Loc) {
        self.instrs.push(Instr {
            op,
            oparg: target.0,
            loc,
        });
    }

    /// Inserts an instruction and moves the labels behind it (`instr_sequence_insert_instruction`).
    pub fn insert(&mut self, position: usize, op: Opcode, oparg: u32, loc: Loc) {
        let position = position.min(self.instrs.len());
        self.instrs.insert(position, Instr { op, oparg, loc });
        for offset in &mut self.labels {
            if *offset != UNPLACED && *offset as usize >= position {
                *offset += 1;
            }
        }
    }

    /// The number of instructions.
    pub fn len(&self) -> usize {
        self.instrs.len()
    }

    /// Whether nothing was emitted.
    pub fn is_empty(&self) -> bool {
        self.instrs.is_empty()
    }

    /// The instructions, in order.
    pub fn instrs(&self) -> &[Instr] {
        &self.instrs
    }

    /// The instructions, for a fix-up after the fact.
    pub fn instrs_mut(&mut self) -> &mut [Instr] {
        &mut self.instrs
    }

    /// Where a label stands, if it was placed.
    pub fn label_offset(&self, label: Label) -> Option<usize> {
        self.labels
            .get(label.0 as usize)
            .copied()
            .filter(|&offset| offset != UNPLACED)
            .map(|offset| offset as usize)
    }

    /// Every placed label with its offset, in label order.
    pub fn placed_labels(&self) -> impl Iterator<Item = (Label, usize)> + '_ {
        self.labels
            .iter()
            .enumerate()
            .filter(|(_, offset)| **offset != UNPLACED)
            .map(|(label, offset)| (Label(label as u32), *offset as usize))
    }
}

/// One code unit, ready for the passes: the sequence and all that names it.
#[derive(Clone, Debug)]
pub struct Unit<'a> {
    pub name: PyStr,
    pub qualname: PyStr,
    pub seq: InstrSequence,
    pub consts: ConstTable<'a>,
    pub names: NameTable,
    /// Parameters first, then the other locals in order of first use.
    pub varnames: NameTable,
    /// In symbol-table (sorted) order.
    pub cellvars: NameTable,
    /// In symbol-table (sorted) order; an oparg counts them after the cells.
    pub freevars: NameTable,
    /// Locals of inlined comprehensions that the frame hides (PEP 709, `u_fasthidden`).
    pub fast_hidden: NameTable,
    /// Positional-or-keyword parameters (`u_argcount`, without the positional-only ones).
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    /// All parameters, `*args` and `**kwargs` included (`len(ste_varnames)`).
    pub nparams: u32,
    pub firstlineno: i32,
    /// The finished `co_flags`.
    pub flags: u32,
}

impl<'a> Unit<'a> {
    /// Makes an empty unit; its constants may refer to `arena`.
    pub fn new(arena: &'a Bump) -> Self {
        Self {
            name: PyStr::default(),
            qualname: PyStr::default(),
            seq: InstrSequence::new(),
            consts: ConstTable::new(arena),
            names: NameTable::new(),
            varnames: NameTable::new(),
            cellvars: NameTable::new(),
            freevars: NameTable::new(),
            fast_hidden: NameTable::new(),
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            nparams: 0,
            firstlineno: 0,
            flags: 0,
        }
    }

    /// Empties the unit for the next one and keeps the memory.
    pub fn clear(&mut self) {
        self.seq.clear();
        self.consts.clear();
        self.names.clear();
        self.varnames.clear();
        self.cellvars.clear();
        self.freevars.clear();
        self.fast_hidden.clear();
        self.argcount = 0;
        self.posonlyargcount = 0;
        self.kwonlyargcount = 0;
    }
}
