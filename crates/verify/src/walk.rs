//! The height of the stack along every path.

use crate::arity::{Arity, arity};
use crate::indices::check_argument;
use crate::nulls::{self, Nulls};
use crate::rules::{Null, Rule, limits, rules};
use crate::{Failure, Reason, View};
use hognose_bytecode::exceptions::Entry;
use hognose_bytecode::{CODE_UNIT, Jump, OpInfo, OpTable, Opcode, flags, instruction_at};

/// Proves code objects, and tells of the last one what it found; its memory serves the next.
#[derive(Default)]
pub struct Verifier {
    /// One for each code unit, and one for the end.
    cells: Vec<Cell>,
    handlers: Vec<Entry>,
    waiting: Vec<usize>,
    /// A handler that was reached already, the height it keeps, and which entries of that may be NULL.
    last_handler: (u16, i32, nulls::Set),
    nulls: Nulls,
    /// Where the `RETURN_GENERATOR` of a generator stands.
    begin: Option<usize>,
}

/// What is known of one code unit.
#[derive(Clone, Copy)]
struct Cell {
    arg: u32,
    /// The height before it; negative while unknown.
    depth: i32,
    /// Which stack entries may be NULL before it.
    nulls: nulls::Set,
    /// Its handler's place in `handlers`, from 1.
    handler: u16,
    /// Its length in code units with prefixes and caches, or [`NOTHING`] where no instruction starts.
    length: u8,
    /// The number of its opcode.
    code: u8,
}

const UNKNOWN: i32 = -1;
const NOTHING: u8 = 0;
const EMPTY: Cell = Cell {
    arg: 0,
    depth: UNKNOWN,
    nulls: nulls::NONE,
    handler: 0,
    length: NOTHING,
    code: 0,
};

/// An instruction of proven code.
#[derive(Clone, Copy, Debug)]
pub struct Proven {
    /// Where its first prefix stands, where its own unit stands, and where it ends; in bytes.
    pub start: usize,
    pub offset: usize,
    pub end: usize,
    pub info: &'static OpInfo,
    pub arg: u32,
    /// The height of the stack before it; `None` where no path leads.
    pub depth: Option<u32>,
}

impl Cell {
    fn rule(&self) -> Option<&'static Rule> {
        rules().by_code.get(usize::from(self.code))
    }

    fn info(&self) -> Option<&'static OpInfo> {
        self.rule()?.info.filter(|_| self.length != NOTHING)
    }
}

impl Verifier {
    /// The instructions of the code that was proven last.
    pub fn instructions(&self) -> impl Iterator<Item = Proven> + '_ {
        let mut at = 0;
        std::iter::from_fn(move || {
            let cell = self.cells.get(at)?;
            let (info, start) = (cell.info()?, at * CODE_UNIT);
            at += usize::from(cell.length);
            let end = at * CODE_UNIT;
            Some(Proven {
                start,
                offset: end - CODE_UNIT - usize::from(info.caches) * CODE_UNIT,
                end,
                info,
                arg: cell.arg,
                depth: u32::try_from(cell.depth).ok(),
            })
        })
    }

    /// Its exception table, in order and without overlap.
    pub fn handlers(&self) -> &[Entry] {
        &self.handlers
    }

    /// Reads the instructions and checks their arguments.
    pub(crate) fn decode(
        &mut self,
        code: &View<'_>,
        table: &'static OpTable,
    ) -> Result<(), Failure> {
        self.handlers.clear();
        self.waiting.clear();
        self.last_handler = (0, 0, nulls::NONE);
        self.nulls.clear();
        self.cells.clear();
        self.cells.resize(code.code.len() / CODE_UNIT + 1, EMPTY);
        let bytes = code.code;
        let rules = rules();
        let limits = limits(code);
        let mut at = 0;
        while at * CODE_UNIT < bytes.len() {
            let offset = at * CODE_UNIT;
            // Nearly every instruction is one code unit, most with a plain index.
            if let Some(&[number, low]) = bytes.get(offset..offset + CODE_UNIT)
                && let length @ 1.. = rules.lengths[usize::from(number)]
                && let Some(cell) = self.cells.get_mut(at)
                && (at + usize::from(length)) * CODE_UNIT <= bytes.len()
                && let Rule {
                    info: Some(info),
                    limit,
                    shift,
                    ..
                } = rules.by_code[usize::from(number)]
                && match limits.get(usize::from(limit)) {
                    Some(limit) => u32::from(low >> shift) < *limit,
                    None => check_argument(code, table, info, low.into()).is_ok(),
                }
            {
                cell.arg = low.into();
                cell.length = length;
                cell.code = number;
                at += usize::from(length);
                continue;
            }
            let instr = instruction_at(table, bytes, offset)
                .map_err(|error| (error.offset, Reason::Instructions(error.reason)))?;
            check_argument(code, table, instr.info, instr.arg)
                .map_err(|reason| (instr.offset, reason))?;
            let next = instr.end / CODE_UNIT;
            if let Some(cell) = self.cells.get_mut(at) {
                cell.arg = instr.arg;
                // Three prefixes at most, and few caches.
                cell.length = (next - at) as u8;
                cell.code = instr.info.code as u8;
            }
            at = next;
        }
        Ok(())
    }

    /// Whether an instruction starts at this offset in bytes.
    pub(crate) fn is_instruction(&self, offset: usize) -> bool {
        offset.is_multiple_of(CODE_UNIT)
            && self
                .cells
                .get(offset / CODE_UNIT)
                .is_some_and(|cell| cell.length != NOTHING)
    }

    /// Whether an instruction may end at this offset in bytes.
    pub(crate) fn is_end(&self, offset: usize) -> bool {
        self.is_instruction(offset) || offset / CODE_UNIT + 1 == self.cells.len()
    }

    /// Notes a handler for the instructions of its range.
    pub(crate) fn protect(&mut self, entry: Entry) -> Result<(), Failure> {
        self.handlers.push(entry);
        let number = u16::try_from(self.handlers.len());
        let number = number.map_err(|_| (entry.start as usize, Reason::TooManyHandlers))?;
        let range = entry.start as usize / CODE_UNIT..entry.end as usize / CODE_UNIT;
        for cell in self.cells.get_mut(range).unwrap_or_default() {
            cell.handler = number;
        }
        Ok(())
    }

    /// A generator begins by making itself, before anything that touches the stack.
    pub(crate) fn find_generator(&mut self, code: &View<'_>) -> Result<(), Failure> {
        let kinds = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        self.begin = None;
        if code.flags & kinds == 0 {
            return Ok(());
        }
        let mut at = 0;
        loop {
            let cell = self.cells.get(at).copied().unwrap_or(EMPTY);
            match cell.info().map(|info| info.opcode) {
                Some(Opcode::ReturnGenerator) if cell.handler == 0 => break,
                Some(Opcode::CopyFreeVars | Opcode::MakeCell | Opcode::Nop)
                    if cell.handler == 0 => {}
                _ => return Err((at * CODE_UNIT, Reason::BadGenerator)),
            }
            at += usize::from(cell.length);
        }
        self.begin = Some(at);
        Ok(())
    }

    /// Follows every path from the start.
    pub(crate) fn walk(&mut self, code: &View<'_>) -> Result<(), Failure> {
        self.reach(0, 0, 0, nulls::NONE)?;
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
    fn plain(&mut self, code: &View<'_>, mut at: usize) -> usize {
        let rules = rules();
        let (last_handler, kept, kept_nulls) = self.last_handler;
        let most = code.stacksize as i32;
        let Some(&Cell {
            mut depth,
            mut nulls,
            ..
        }) = self.cells.get(at)
        else {
            return at;
        };
        let mut null_height = self.nulls.height(nulls) as i32;
        // The NULLs that the handler was found to agree with last.
        let mut agreed = None;
        while let Some(&Cell {
            arg,
            handler,
            length,
            code: number,
            ..
        }) = self.cells.get(at)
            && length != NOTHING
            // No stack is that high; larger arguments are for the careful way.
            && arg <= 1 << 24
            && let arg = arg as i32
            && let rule = &rules.by_code[usize::from(number)]
            && rule.plain
            && let more = arg * i32::from(rule.per_arg)
            && let touched = depth - i32::from(rule.needs) - more
            && touched >= 0
            && let base = depth - i32::from(rule.pops) - more
            && let takes = rule.null == Null::TakesLowest && null_height == base + 1
            && (takes || touched >= null_height)
            && (handler == 0 || handler == last_handler && base >= kept)
        {
            if handler != 0 && agreed != Some(nulls) {
                if self.nulls.truncated(nulls, kept as u32) != kept_nulls {
                    break;
                }
                agreed = Some(nulls);
            }
            let after = depth
                + i32::from(rule.effect)
                + (arg & 1) * i32::from(rule.bit_effect)
                + arg * i32::from(rule.arg_effect);
            let next = at + usize::from(length);
            let is_new = self
                .cells
                .get(next)
                .is_some_and(|cell| cell.depth == UNKNOWN);
            if !is_new || after < 0 || after > most {
                break;
            }
            if takes {
                nulls = self.nulls.below(nulls);
                null_height = self.nulls.height(nulls) as i32;
            } else if rule.null == Null::Pushes || rule.null == Null::PushesWithBit && arg & 1 == 1
            {
                nulls = self.nulls.with(nulls, base as u32);
                null_height = base + 1;
            }
            depth = after;
            at = next;
            if let Some(cell) = self.cells.get_mut(at) {
                cell.depth = depth;
                cell.nulls = nulls;
            }
        }
        at
    }

    /// One instruction; returns the next one if it is new.
    #[inline]
    fn step(&mut self, code: &View<'_>, at: usize) -> Result<Option<usize>, Failure> {
        let offset = at * CODE_UNIT;
        let cell = self.cells.get(at).copied().unwrap_or(EMPTY);
        let Some(info) = cell.info() else {
            return Err((offset, Reason::RunsOff));
        };
        let Cell {
            arg,
            depth,
            nulls,
            handler,
            length,
            ..
        } = cell;
        let next = at + usize::from(length);
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
        if let Some(&entry) = usize::from(handler)
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
            let kept = self.nulls.truncated(nulls, entry.depth);
            self.last_handler = (handler, entry.depth as i32, kept);
            let height = entry.depth + 1 + u32::from(entry.lasti);
            if self.reach(offset, entry.target as usize / CODE_UNIT, height, kept)? {
                self.waiting.push(entry.target as usize / CODE_UNIT);
            }
        }
        let nulls = self
            .nulls_after(&cell, info.opcode, Arity { needs, pops })
            .ok_or((offset, Reason::Null(info.opcode.name())))?;
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
            if self.reach(offset, target, after(info.effect_jump(arg))?, nulls)? {
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
            Opcode::ReturnGenerator if self.begin == Some(at) => 1,
            Opcode::ReturnGenerator => return Err((offset, Reason::BadGenerator)),
            Opcode::KwNames => {
                self.keyword_names(code, arg, next)
                    .map_err(|reason| (offset, reason))?;
                0
            }
            _ => info.effect(arg),
        };
        let is_new = self.reach(offset, next, after(effect)?, nulls)?;
        Ok(is_new.then_some(next))
    }

    /// Which entries may be NULL after an instruction; `None` if it meets one where it must not.
    fn nulls_after(&mut self, cell: &Cell, opcode: Opcode, arity: Arity) -> Option<nulls::Set> {
        let Cell { arg, nulls, .. } = *cell;
        let depth = cell.depth.unsigned_abs();
        let base = depth - arity.pops;
        let top = depth.saturating_sub(1);
        match (opcode, cell.rule()?.null) {
            (Opcode::Swap, _) => return Some(self.nulls.swapped(nulls, top, depth - arg)),
            (Opcode::Copy, _) => {
                return (!self.nulls.contains(nulls, depth - arg)).then_some(nulls);
            }
            (_, Null::TakesLowest) if self.nulls.height(nulls) == base + 1 => {
                return Some(self.nulls.below(nulls));
            }
            _ => {}
        }
        if self.nulls.height(nulls) > depth - arity.needs {
            return None;
        }
        Some(match cell.rule()?.null {
            Null::Pushes => self.nulls.with(nulls, base),
            Null::PushesWithBit if arg & 1 == 1 => self.nulls.with(nulls, base),
            _ => nulls,
        })
    }

    /// Notes the height at an instruction, and its NULLs; true when it was not known before.
    ///
    /// The end of the code counts as reachable here, and is refused when it is walked.
    #[inline]
    fn reach(
        &mut self,
        from: usize,
        at: usize,
        depth: u32,
        nulls: nulls::Set,
    ) -> Result<bool, Failure> {
        let Some(cell) = self.cells.get_mut(at) else {
            return Err((from, Reason::RunsOff));
        };
        if from > at * CODE_UNIT && self.begin.is_some_and(|begin| at <= begin) {
            return Err((from, Reason::BadGenerator));
        }
        if cell.depth == UNKNOWN {
            cell.depth = depth as i32;
            cell.nulls = nulls;
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
        if cell.nulls != nulls {
            return Err((at * CODE_UNIT, Reason::UnevenNulls));
        }
        Ok(false)
    }

    /// The call right behind must take at least as many arguments as are named.
    fn keyword_names(&self, code: &View<'_>, arg: u32, next: usize) -> Result<(), Reason> {
        let call = self.cells.get(next).copied().unwrap_or(EMPTY);
        match call.info() {
            Some(info)
                if info.opcode == Opcode::Call
                    && (code.keyword_names)(arg)
                        .is_some_and(|count| count <= call.arg as usize) =>
            {
                Ok(())
            }
            _ => Err(Reason::BadKeywordNames),
        }
    }
}
