//! The height of the stack along every path.

use crate::arity::{Arity, arity};
use crate::indices::{are_keyword_names, check_argument};
use crate::rules::{Rule, limits, rules};
use crate::{Failure, Reason};
use hognose_bytecode::exceptions::Entry;
use hognose_bytecode::{CODE_UNIT, CodeObject, Jump, OpInfo, OpTable, Opcode, instruction_at};

/// Memory that is reused from one code object to the next.
#[derive(Default)]
pub struct Scratch {
    /// One for each code unit, and one for the end.
    cells: Vec<Cell>,
    handlers: Vec<Entry>,
    waiting: Vec<usize>,
    /// A handler that was reached already, and the height it keeps.
    last_handler: (u32, u32),
}

/// What is known of one code unit.
#[derive(Clone, Copy)]
struct Cell {
    arg: u32,
    /// Where the next instruction starts, in code units.
    next: u32,
    /// The height before it; negative while unknown.
    depth: i32,
    /// Its handler's place in `handlers`, from 1.
    handler: u32,
    /// The number of the opcode that starts here with its prefixes, or [`NOTHING`].
    code: u16,
}

const UNKNOWN: i32 = -1;
const NOTHING: u16 = 256;
const EMPTY: Cell = Cell {
    arg: 0,
    next: 0,
    depth: UNKNOWN,
    handler: 0,
    code: NOTHING,
};

impl Cell {
    fn rule(&self) -> Option<&'static Rule> {
        rules().get(usize::from(self.code))
    }

    fn info(&self) -> Option<&'static OpInfo> {
        self.rule()?.info
    }
}

impl Scratch {
    /// Reads the instructions and checks their arguments.
    pub fn decode(&mut self, code: &CodeObject, table: &'static OpTable) -> Result<(), Failure> {
        self.handlers.clear();
        self.waiting.clear();
        self.last_handler = (0, 0);
        self.cells.clear();
        self.cells.resize(code.code.len() / CODE_UNIT + 1, EMPTY);
        let bytes = code.code.as_slice();
        let rules = rules();
        let limits = limits(code);
        let mut at = 0;
        while at * CODE_UNIT < bytes.len() {
            let offset = at * CODE_UNIT;
            // Nearly every instruction is one code unit with a plain index.
            if let Some(&[number, low]) = bytes.get(offset..offset + CODE_UNIT)
                && let Rule {
                    info: Some(info),
                    limit,
                    shift,
                    ..
                } = rules[usize::from(number)]
                && let Some(limit) = limits.get(usize::from(limit))
                && u32::from(low >> shift) < *limit
            {
                let next = at + 1 + usize::from(info.caches);
                if let Some(cell) = self.cells.get_mut(at)
                    && next * CODE_UNIT <= bytes.len()
                {
                    let (arg, next, code) = (low.into(), next as u32, number.into());
                    *cell = Cell {
                        arg,
                        next,
                        code,
                        ..EMPTY
                    };
                    at += 1 + usize::from(info.caches);
                    continue;
                }
            }
            let instr = instruction_at(table, bytes, offset)
                .map_err(|error| (error.offset, Reason::Instructions(error.reason)))?;
            check_argument(code, table, instr.info, instr.arg)
                .map_err(|reason| (instr.offset, reason))?;
            let next = instr.end / CODE_UNIT;
            if let Some(cell) = self.cells.get_mut(at) {
                let (arg, code) = (instr.arg, instr.info.code);
                *cell = Cell {
                    arg,
                    next: next as u32,
                    code,
                    ..EMPTY
                };
            }
            at = next;
        }
        Ok(())
    }

    /// Whether an instruction starts at this offset in bytes.
    pub fn is_instruction(&self, offset: usize) -> bool {
        offset.is_multiple_of(CODE_UNIT)
            && self
                .cells
                .get(offset / CODE_UNIT)
                .is_some_and(|cell| cell.code != NOTHING)
    }

    /// Whether an instruction may end at this offset in bytes.
    pub fn is_end(&self, offset: usize) -> bool {
        self.is_instruction(offset) || offset / CODE_UNIT + 1 == self.cells.len()
    }

    /// Notes a handler for the instructions of its range.
    pub fn protect(&mut self, entry: Entry) {
        self.handlers.push(entry);
        let number = self.handlers.len() as u32;
        let range = entry.start as usize / CODE_UNIT..entry.end as usize / CODE_UNIT;
        for cell in self.cells.get_mut(range).unwrap_or_default() {
            cell.handler = number;
        }
    }

    /// Follows every path from the start.
    pub fn walk(&mut self, code: &CodeObject) -> Result<(), Failure> {
        self.reach(0, 0, 0)?;
        self.waiting.push(0);
        while let Some(start) = self.waiting.pop() {
            let mut at = start;
            loop {
                at = self.plain(code, at);
                match self.step(code, at)? {
                    Some(next) => at = next,
                    None => break,
                }
            }
        }
        Ok(())
    }

    /// Goes on while instructions are plain, right, new, and their handler was reached; returns the first that is not.
    #[inline]
    fn plain(&mut self, code: &CodeObject, mut at: usize) -> usize {
        let rules = rules();
        let (last_handler, kept) = self.last_handler;
        while let Some(&Cell {
            arg,
            next,
            depth,
            handler,
            code: number,
        }) = self.cells.get(at)
            && let Some(rule) = rules.get(usize::from(number))
            && rule.plain
            && depth >= i32::from(rule.needs)
            && (handler == 0
                || handler == last_handler && (depth - i32::from(rule.pops)).unsigned_abs() >= kept)
        {
            let bit = (arg & 1) as i32 * i32::from(rule.bit_effect);
            let after = depth + i32::from(rule.effect) + bit;
            let Some(cell) = self.cells.get_mut(next as usize) else {
                break;
            };
            if cell.depth != UNKNOWN || after < 0 || after.unsigned_abs() > code.stacksize {
                break;
            }
            cell.depth = after;
            at = next as usize;
        }
        at
    }

    /// One instruction; returns the next one if it is new.
    #[inline]
    fn step(&mut self, code: &CodeObject, at: usize) -> Result<Option<usize>, Failure> {
        let offset = at * CODE_UNIT;
        let cell = self.cells.get(at).copied().unwrap_or(EMPTY);
        let Some(info) = cell.info() else {
            return Err((offset, Reason::RunsOff));
        };
        let Cell {
            arg,
            next,
            depth,
            handler,
            ..
        } = cell;
        let next = next as usize;
        let depth = depth.unsigned_abs();
        let Some(Arity { needs, pops }) = arity(info.opcode, arg) else {
            return Err((offset, Reason::Internal(info.opcode.name())));
        };
        if depth < needs {
            return Err((
                offset,
                Reason::Underflow {
                    needed: needs,
                    depth,
                },
            ));
        }
        if let Some(&entry) = (handler as usize)
            .checked_sub(1)
            .and_then(|index| self.handlers.get(index))
        {
            if depth - pops < entry.depth {
                let reason = Reason::BelowHandler {
                    depth: depth - pops,
                    handler: entry.depth,
                };
                return Err((offset, reason));
            }
            self.last_handler = (handler, entry.depth);
            let height = entry.depth + 1 + u32::from(entry.lasti);
            if self.reach(offset, entry.target as usize / CODE_UNIT, height)? {
                self.waiting.push(entry.target as usize / CODE_UNIT);
            }
        }
        let after = |effect: i32| {
            let after = i64::from(depth) + i64::from(effect);
            match u32::try_from(after) {
                Ok(height) if height <= code.stacksize => Ok(height),
                Ok(height) => Err((
                    offset,
                    Reason::Overflow {
                        depth: height,
                        limit: code.stacksize,
                    },
                )),
                Err(_) => Err((
                    offset,
                    Reason::Underflow {
                        needed: needs,
                        depth,
                    },
                )),
            }
        };
        if let Jump::Forward | Jump::Backward = info.jump {
            let distance = i64::from(arg);
            let signed = if info.jump == Jump::Forward {
                distance
            } else {
                -distance
            };
            let target = next as i64 + signed;
            let bad = || (offset, Reason::BadJump(target * CODE_UNIT as i64));
            let target = usize::try_from(target).map_err(|_| bad())?;
            let landing = self
                .cells
                .get(target)
                .and_then(Cell::info)
                .ok_or_else(bad)?;
            if info.opcode == Opcode::ForIter && landing.opcode != Opcode::EndFor {
                return Err((offset, Reason::NoEndFor));
            }
            if self.reach(offset, target, after(info.effect_jump(arg))?)? {
                self.waiting.push(target);
            }
        }
        let effect = match info.opcode {
            Opcode::ReturnValue
            | Opcode::ReturnConst
            | Opcode::RaiseVarargs
            | Opcode::Reraise
            | Opcode::JumpForward
            | Opcode::JumpBackward
            | Opcode::JumpBackwardNoInterrupt => return Ok(None),
            // The value sent in: the generator's code goes on only when it is resumed.
            Opcode::ReturnGenerator => 1,
            Opcode::KwNames => {
                self.keyword_names(code, arg, next)
                    .map_err(|reason| (offset, reason))?;
                0
            }
            _ => info.effect(arg),
        };
        let is_new = self.reach(offset, next, after(effect)?)?;
        Ok(is_new.then_some(next))
    }

    /// Notes the height at an instruction; true when it was not known before.
    ///
    /// The end of the code counts as reachable here, and is refused when it is walked.
    #[inline]
    fn reach(&mut self, from: usize, at: usize, depth: u32) -> Result<bool, Failure> {
        let Some(cell) = self.cells.get_mut(at) else {
            return Err((from, Reason::RunsOff));
        };
        if cell.depth == UNKNOWN {
            cell.depth = depth as i32;
            return Ok(true);
        }
        let first = cell.depth.unsigned_abs();
        if first != depth {
            return Err((
                at * CODE_UNIT,
                Reason::Uneven {
                    first,
                    second: depth,
                },
            ));
        }
        Ok(false)
    }

    /// The call right behind must take at least as many arguments as are named.
    fn keyword_names(&self, code: &CodeObject, arg: u32, next: usize) -> Result<(), Reason> {
        let call = self.cells.get(next).copied().unwrap_or(EMPTY);
        match call.info() {
            Some(info)
                if info.opcode == Opcode::Call
                    && are_keyword_names(code.consts.get(arg as usize), call.arg) =>
            {
                Ok(())
            }
            _ => Err(Reason::BadKeywordNames),
        }
    }
}
