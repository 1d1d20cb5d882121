//! The height of the stack along every path.

use crate::arity::{Arity, arity};
use crate::indices::{are_keyword_names, check_argument};
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
}

/// What is known of one code unit.
#[derive(Clone, Copy)]
struct Cell {
    /// The instruction that starts here with its prefixes, if one does.
    info: Option<&'static OpInfo>,
    arg: u32,
    /// Where the next instruction starts, in code units.
    next: u32,
    /// The height before it; negative while unknown.
    depth: i32,
    /// Its handler's place in `handlers`, from 1.
    handler: u32,
}

const UNKNOWN: i32 = -1;
const EMPTY: Cell = Cell {
    info: None,
    arg: 0,
    next: 0,
    depth: UNKNOWN,
    handler: 0,
};

impl Scratch {
    /// Reads the instructions and checks their arguments.
    pub fn decode(&mut self, code: &CodeObject, table: &'static OpTable) -> Result<(), Failure> {
        self.handlers.clear();
        self.waiting.clear();
        self.cells.clear();
        self.cells.resize(code.code.len() / CODE_UNIT + 1, EMPTY);
        let bytes = code.code.as_slice();
        let mut offset = 0;
        while offset < bytes.len() {
            let instr = instruction_at(table, bytes, offset)
                .map_err(|error| (error.offset, Reason::Instructions(error.reason)))?;
            check_argument(code, table, instr.info, instr.arg)
                .map_err(|reason| (instr.offset, reason))?;
            if let Some(cell) = self.cells.get_mut(offset / CODE_UNIT) {
                cell.info = Some(instr.info);
                cell.arg = instr.arg;
                cell.next = (instr.end / CODE_UNIT) as u32;
            }
            offset = instr.end;
        }
        Ok(())
    }

    /// Whether an instruction starts at this offset in bytes.
    pub fn is_instruction(&self, offset: usize) -> bool {
        offset.is_multiple_of(CODE_UNIT)
            && self
                .cells
                .get(offset / CODE_UNIT)
                .is_some_and(|cell| cell.info.is_some())
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
            while let Some(next) = self.step(code, at)? {
                at = next;
            }
        }
        Ok(())
    }

    /// One instruction; returns the next one if it is new.
    #[inline]
    fn step(&mut self, code: &CodeObject, at: usize) -> Result<Option<usize>, Failure> {
        let offset = at * CODE_UNIT;
        let Some(&Cell {
            info: Some(info),
            arg,
            next,
            depth,
            handler,
        }) = self.cells.get(at)
        else {
            return Err((offset, Reason::RunsOff));
        };
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
            let Some(Cell {
                info: Some(landing),
                ..
            }) = self.cells.get(target)
            else {
                return Err(bad());
            };
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
        match self.cells.get(next) {
            Some(&Cell {
                info: Some(info),
                arg: count,
                ..
            }) if info.opcode == Opcode::Call
                && are_keyword_names(code.consts.get(arg as usize), count) =>
            {
                Ok(())
            }
            _ => Err(Reason::BadKeywordNames),
        }
    }
}
