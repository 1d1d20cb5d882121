//! The private register IR that the executor runs.
//!
//! A function's registers are its locals, cells and free variables (CPython's `localsplus`), then temporaries. A word
//! of code is 8 bytes: an instruction, or a cache word that belongs to the instruction before it. Reading a local
//! borrows it; a temporary is consumed by the instruction that reads it, unless the operation says otherwise.

mod op;
mod show;

pub use op::Op;

use hognose_heap::{Value, ValueCell, Visitor};
use hognose_object::code::Translation;
use std::cell::Cell;

/// An instruction, or the same 8 bytes as a cache.
#[repr(C, align(8))]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Word {
    pub op: u16,
    pub a: u16,
    pub b: u16,
    pub c: u16,
}

impl Word {
    pub const ZERO: Word = Word {
        op: 0,
        a: 0,
        b: 0,
        c: 0,
    };

    pub const fn new(op: Op, a: u16, b: u16, c: u16) -> Word {
        Word {
            op: op as u16,
            a,
            b,
            c,
        }
    }

    /// Two 32-bit halves: the first in `op` and `a`, the second in `b` and `c`.
    pub const fn pair(first: u32, second: u32) -> Word {
        Word {
            op: first as u16,
            a: (first >> 16) as u16,
            b: second as u16,
            c: (second >> 16) as u16,
        }
    }

    /// The first half of a pair.
    #[inline]
    pub const fn first(self) -> u32 {
        self.op as u32 | (self.a as u32) << 16
    }

    /// The second half of a pair; also the 32-bit operand of an instruction.
    #[inline]
    pub const fn second(self) -> u32 {
        self.b as u32 | (self.c as u32) << 16
    }
}

/// Where an exception in a range of code goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    pub target: u32,
    /// Temporaries that stay.
    pub depth: u32,
    /// The offset of the raising instruction is wanted too.
    pub lasti: bool,
}

/// A translated code object.
pub struct Ir {
    pub code: Box<[Cell<Word>]>,
    pub consts: Box<[Value]>,
    /// What inline caches hold alive.
    pub values: Box<[ValueCell]>,
    /// Registers before the temporaries.
    pub first_temp: u16,
    pub registers: u16,
    /// Positional parameters.
    pub argcount: u16,
    /// The parameters are positional ones only, so that a call with exactly as many needs no binding.
    pub plain: bool,
    pub handlers: Vec<Handler>,
    /// Start of each instruction and the CPython offset it stands for, ascending.
    pub offsets: Vec<(u32, u32)>,
}

impl Ir {
    /// The offset in CPython's code of the instruction to which a word belongs.
    pub fn offset_of(&self, word: u32) -> u32 {
        let after = self.offsets.partition_point(|(at, _)| *at <= word);
        after
            .checked_sub(1)
            .and_then(|i| self.offsets.get(i))
            .map_or(0, |(_, offset)| *offset)
    }

    /// The handler of an exception raised at that word.
    pub fn handler_of(&self, word: u32) -> Option<&Handler> {
        let after = self.handlers.partition_point(|h| h.start <= word);
        let found = self.handlers.get(after.checked_sub(1)?)?;
        (word < found.end).then_some(found)
    }
}

impl Translation for Ir {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        for cell in &self.values {
            hognose_heap::Trace::trace(cell, visitor);
        }
    }

    fn clear(&self) {
        for cell in &self.values {
            cell.set(None);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_eight_bytes() {
        assert_eq!(size_of::<Word>(), 8);
        let word = Word::pair(0x1234_5678, 0x9abc_def0);
        assert_eq!((word.first(), word.second()), (0x1234_5678, 0x9abc_def0));
    }
}
