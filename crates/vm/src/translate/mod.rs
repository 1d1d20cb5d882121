//! Translation of CPython 3.12's bytecode into the register IR.
//!
//! A symbolic stack stands for CPython's: an entry names the local, constant or temporary that holds the value, so
//! that loads and stores of locals disappear into operands. The temporary at stack depth `d` has a register of its
//! own, `first_temp + d`: where control flow meets, and for whatever lies below the depth of an exception handler,
//! every entry stands there.

mod flow;
mod stack;
mod visit;

use crate::ir::{Handler, Ir, Op, Word};
use flow::Flow;
use hognose_bytecode::{CODE_UNIT, Instr, flags};
use hognose_heap::{Value, ValueCell};
use hognose_object::StrExt;
use hognose_object::code::Code;
use hognose_verify::{Reason, Verifier};
use stack::Entry;
use std::cell::Cell;

/// Why a code object cannot be translated.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// More locals, names, constants or stack than an instruction can name.
    TooBig,
    /// Not well-formed: the offset where that shows, and why.
    Refused(u32, Reason),
    /// Not what a compiler makes, though well-formed: the offset where that shows.
    Malformed(u32),
}

type Result<T> = std::result::Result<T, Error>;

/// Translates a code object.
pub fn translate(code: &Code) -> Result<Ir> {
    let object = &code.object;
    let flow = Flow::of(code)?;
    let first_temp = u16::try_from(code.locals.len()).map_err(|_| Error::TooBig)?;
    let units = object.code.len() / CODE_UNIT + 1;
    let mut translator = Translator {
        code,
        flow: &flow,
        words: Vec::with_capacity(units),
        offsets: Vec::with_capacity(flow.instructions.len()),
        places: vec![NOWHERE; units],
        patches: Vec::new(),
        stack: Vec::with_capacity(8),
        first_temp,
        registers: u32::from(first_temp) + 2,
        values: 0,
        keyword_names: None,
        last_result: None,
        last_emitted: 0,
        offset: 0,
        at: 0,
        consts: code.consts.clone(),
    };
    translator.run()?;
    translator.patch()?;
    let handlers = translator.handlers();
    let values = translator.values;
    translator.offsets.shrink_to_fit();
    let plain_flags = flags::VARARGS | flags::VARKEYWORDS;
    Ok(Ir {
        code: translator.words.into_iter().map(Cell::new).collect(),
        consts: translator.consts.into_boxed_slice(),
        values: (0..values).map(|_| ValueCell::empty()).collect(),
        first_temp,
        registers: u16::try_from(translator.registers).map_err(|_| Error::TooBig)?,
        argcount: u16::try_from(object.argcount).map_err(|_| Error::TooBig)?,
        plain: object.flags & plain_flags == 0 && object.kwonlyargcount == 0,
        handlers,
        offsets: translator.offsets,
    })
}

/// Proves a code object and those inside it well-formed; `Err` says what is wrong.
pub fn check(root: &Code) -> std::result::Result<(), String> {
    let mut verifier = Verifier::default();
    let mut waiting = vec![root];
    while let Some(code) = waiting.pop() {
        flow::verify(code, &mut verifier).map_err(|(offset, reason)| {
            let name = code.qualname.to_str();
            format!("malformed code object '{name}': {reason} at offset {offset}")
        })?;
        waiting.extend(code.consts.iter().filter_map(|c| c.downcast_ref::<Code>()));
    }
    Ok(())
}

/// The place of what is not translated.
const NOWHERE: u32 = u32::MAX;

struct Translator<'a> {
    code: &'a Code,
    flow: &'a Flow,
    words: Vec<Word>,
    offsets: Vec<(u32, u32)>,
    /// Word at which the instruction of an offset begins.
    places: Vec<u32>,
    /// Jump words to fill in: the word that holds the distance, the word it counts from, the target offset.
    patches: Vec<Patch>,
    stack: Vec<Entry>,
    first_temp: u16,
    registers: u32,
    values: u16,
    /// `KW_NAMES` for the next call.
    keyword_names: Option<u16>,
    /// The instruction just emitted, if its result can go straight to a local.
    last_result: Option<LastResult>,
    last_emitted: usize,
    /// Offset of the instruction under translation.
    offset: u32,
    /// Its index in the flow's list.
    at: usize,
    consts: Vec<Value>,
}

struct Patch {
    word: usize,
    from: usize,
    target: u32,
    /// The distance stands in the first half of a cache word, else in the 32-bit operand of an instruction.
    cache: bool,
}

struct LastResult {
    word: usize,
    register: u16,
    /// The destination is operand c, else a.
    in_c: bool,
}

impl Translator<'_> {
    fn run(&mut self) -> Result<()> {
        let count = self.flow.instructions.len();
        let mut reachable = true;
        let first = self.flow.depth.first().copied().flatten().unwrap_or(0);
        self.stack = (0..first)
            .map(|d| self.canonical(d))
            .collect::<Result<_>>()?;
        while self.at < count {
            let instr = self.flow.instructions[self.at];
            let offset = instr.start as u32;
            self.offset = instr.offset as u32;
            let depth = self.flow.depth[self.at];
            if self.flow.is_leader(offset) {
                if reachable {
                    self.settle(self.stack.len())?;
                }
                self.last_result = None;
                if let Some(depth) = depth {
                    self.stack = (0..depth)
                        .map(|d| self.canonical(d))
                        .collect::<Result<_>>()?;
                }
            }
            self.begins_here(offset);
            self.at += 1;
            let Some(depth) = depth else {
                reachable = false;
                continue;
            };
            if self.stack.len() != depth as usize {
                return Err(Error::Malformed(offset));
            }
            if let Some(handler) = self.flow.handler_at(offset) {
                self.settle((handler.depth as usize).min(self.stack.len()))?;
            }
            reachable = self.instruction(&instr)?;
        }
        if reachable {
            return Err(Error::Malformed(self.offset));
        }
        Ok(())
    }

    /// Appends an instruction; cache words follow it, zeroed.
    fn emit(&mut self, op: Op, a: u16, b: u16, c: u16) -> usize {
        let word = self.words.len();
        if self.offsets.last().is_none_or(|(_, o)| *o != self.offset) {
            self.offsets.push((word as u32, self.offset));
        }
        self.words.push(Word::new(op, a, b, c));
        self.words
            .extend(std::iter::repeat_n(Word::ZERO, op.words()));
        self.last_result = None;
        self.last_emitted = word;
        word
    }

    /// As [`Translator::emit`], with a 32-bit operand.
    fn emit_wide(&mut self, op: Op, a: u16, operand: u32) -> usize {
        self.emit(op, a, operand as u16, (operand >> 16) as u16)
    }

    /// A new place for what an inline cache holds.
    fn value_slot(&mut self) -> Result<u16> {
        let slot = self.values;
        self.values = slot.checked_add(1).ok_or(Error::TooBig)?;
        Ok(slot)
    }

    fn jump_wide(&mut self, word: usize, target: u32) {
        self.patches.push(Patch {
            word,
            from: word + 1,
            target,
            cache: false,
        });
    }

    fn jump_cache(&mut self, word: usize, target: u32) {
        self.patches.push(Patch {
            word: word + 1,
            from: word + 2,
            target,
            cache: true,
        });
    }

    fn patch(&mut self) -> Result<()> {
        for patch in &self.patches {
            let to = self
                .place_of(patch.target)
                .ok_or(Error::Malformed(patch.target))?;
            let distance = (i64::from(to) - patch.from as i64) as i32 as u32;
            let word = &mut self.words[patch.word];
            if patch.cache {
                *word = Word::pair(distance, word.second());
            } else {
                word.b = distance as u16;
                word.c = (distance >> 16) as u16;
            }
        }
        Ok(())
    }

    /// The exception table in words of IR.
    fn handlers(&self) -> Vec<Handler> {
        let end = self.words.len() as u32;
        let place = |offset: u32| {
            let i = self
                .flow
                .instructions
                .partition_point(|x| (x.start as u32) < offset);
            match self.flow.instructions.get(i) {
                Some(instr) => self.place_of(instr.start as u32).unwrap_or(end),
                None => end,
            }
        };
        self.flow
            .handlers
            .iter()
            .map(|h| Handler {
                start: place(h.start),
                end: place(h.end),
                target: place(h.target),
                depth: h.depth,
                lasti: h.lasti,
            })
            .filter(|h| h.start < h.end)
            .collect()
    }

    /// The next word is the first of the instruction at that offset.
    fn begins_here(&mut self, offset: u32) {
        if let Some(place) = self.places.get_mut(offset as usize / CODE_UNIT) {
            *place = self.words.len() as u32;
        }
    }

    fn place_of(&self, offset: u32) -> Option<u32> {
        let place = *self.places.get(offset as usize / CODE_UNIT)?;
        (place != NOWHERE).then_some(place)
    }

    fn next_instruction(&self) -> Option<Instr> {
        self.flow.instructions.get(self.at).copied()
    }
}
