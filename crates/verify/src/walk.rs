//! The height of the stack along every path.
//!
//! One sweep reads the instructions in order and follows the state of the stack as it goes: a compiler puts nearly every
//! block behind one that leads to it, so that the state before it is known when the sweep arrives. What a sweep passed
//! by as unreachable and is found to be reached after all is walked again behind it.

use crate::arity::{Arity, arity};
use crate::indices::check_argument;
use crate::nulls::{self, Nulls};
use crate::rules::{Kind, LIMITS, Null, Rules, limits, null};
use crate::{Failure, Reason, View};
use hognose_bytecode::exceptions::Entry;
use hognose_bytecode::{
    CODE_UNIT, Instr, Jump, OpTable, Opcode, flags, instruction_at, instructions,
};
use std::collections::BTreeMap;

/// Proves code objects, and tells of the last one what it found; its memory serves the next.
#[derive(Default)]
pub struct Verifier {
    marks: Vec<Mark>,
    /// Where entries may be NULL: the code units in the sweep's order, and the sets.
    nulls: Vec<(u32, nulls::Set)>,
    /// The same of what was reached after all.
    late_nulls: BTreeMap<u32, nulls::Set>,
    jumps: Vec<Ahead>,
    handlers: Vec<Entry>,
    waiting: Vec<usize>,
    pub(crate) chains: nulls::Chains,
}

/// What is known of the stack at one place.
#[derive(Clone, Copy, PartialEq, Eq)]
struct State {
    /// Its height; negative where control does not go.
    depth: i32,
    /// Which entries may be NULL.
    nulls: nulls::Set,
}

const UNREACHED: State = State {
    depth: -1,
    nulls: nulls::NONE,
};

/// A jump to an instruction that the sweep did not reach yet.
struct Ahead {
    /// The offset of the first that jumps there.
    from: usize,
    state: State,
    /// `FOR_ITER` leads there.
    end_for: bool,
}

/// What is known of one code unit, in one word.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Mark(u32);

enum Marked {
    /// No instruction starts there, or it is not known yet.
    Nothing,
    /// An instruction that no path was found to.
    Unreached,
    /// An instruction, the height of the stack before it, and whether entries may be NULL.
    Depth(u32, bool),
    /// An instruction ahead of the sweep, by the number of its [`Ahead`].
    Jump(usize),
}

impl Mark {
    const NOTHING: Mark = Mark(0);
    const JUMP: u32 = 1 << 31;
    const INSTRUCTION: u32 = 1 << 30;
    const NULLS: u32 = 1 << 29;
    /// More than a stack may have.
    const NO_DEPTH: u32 = Mark::NULLS - 1;

    #[inline]
    fn instruction(state: State) -> Mark {
        let nulls = if state.nulls == nulls::NONE {
            0
        } else {
            Mark::NULLS
        };
        Mark(Mark::INSTRUCTION | nulls | state.depth as u32 & Mark::NO_DEPTH)
    }

    #[inline]
    fn jump(index: usize) -> Mark {
        Mark(Mark::JUMP | index as u32)
    }

    fn what(self) -> Marked {
        let depth = self.0 & Mark::NO_DEPTH;
        if self == Mark::NOTHING {
            Marked::Nothing
        } else if self.0 & Mark::JUMP != 0 {
            Marked::Jump((self.0 & !Mark::JUMP) as usize)
        } else if depth == Mark::NO_DEPTH {
            Marked::Unreached
        } else {
            Marked::Depth(depth, self.0 & Mark::NULLS != 0)
        }
    }
}

/// An instruction of proven code.
#[derive(Clone, Copy, Debug)]
pub struct Proven {
    pub instr: Instr,
    /// The height of the stack before it; `None` where no path leads.
    pub depth: Option<u32>,
}

impl Verifier {
    /// The instructions of the code that was proven last, which must be given again.
    pub fn instructions<'a>(&'a self, code: &'a [u8]) -> impl Iterator<Item = Proven> + 'a {
        let instructions = instructions(OpTable::default_version(), code);
        instructions.map_while(|instr| {
            let instr = instr.ok()?;
            let mark = self.marks.get(instr.start / CODE_UNIT)?;
            let depth = match mark.what() {
                Marked::Depth(depth, _) => Some(depth),
                Marked::Unreached | Marked::Nothing | Marked::Jump(_) => None,
            };
            Some(Proven { instr, depth })
        })
    }

    /// Its exception table, in order and without overlap.
    pub fn handlers(&self) -> &[Entry] {
        &self.handlers
    }

    /// Forgets the code before.
    pub(crate) fn start(&mut self, code: &View<'_>) -> Result<(), Failure> {
        let units = code.code.len().div_ceil(CODE_UNIT);
        if units >= Mark::INSTRUCTION as usize {
            return Err((0, Reason::TooLong));
        }
        self.nulls.clear();
        self.late_nulls.clear();
        self.jumps.clear();
        self.handlers.clear();
        self.waiting.clear();
        self.marks.clear();
        self.marks.resize(units, Mark::NOTHING);
        Ok(())
    }

    pub(crate) fn protect(&mut self, entry: Entry) {
        self.handlers.push(entry);
    }

    /// Whether an instruction starts at this offset in bytes; after the sweep.
    pub(crate) fn is_instruction(&self, offset: usize) -> bool {
        let mark = self.marks.get(offset / CODE_UNIT);
        offset.is_multiple_of(CODE_UNIT)
            && mark.is_some_and(|mark| matches!(mark.what(), Marked::Depth(..) | Marked::Unreached))
    }

    /// Reads the instructions and follows every path from the first.
    pub(crate) fn walk(
        &mut self,
        code: &View<'_>,
        table: &'static OpTable,
        nulls: &mut impl Nulls,
    ) -> Result<(), Failure> {
        let kinds = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        let mut walk = Walk {
            code,
            table,
            rules: Rules::get(),
            verifier: self,
            nulls,
            pending: 0,
            begins: code.flags & kinds != 0,
            begin: 0,
            range: Range::NOT_FOUND,
        };
        walk.sweep()?;
        walk.again()?;
        walk.check_ahead()
    }
}

/// Code units with one handler or none.
#[derive(Clone, Copy)]
struct Range {
    start: usize,
    end: usize,
    handler: Option<Entry>,
    /// The handler's height.
    floor: i32,
    /// The NULLs below the handler's height that it was reached with, or [`Range::NOT_YET`].
    agreed: nulls::Set,
}

impl Range {
    /// No set: that many NULLs leave no room for the exception.
    const NOT_YET: nulls::Set = nulls::Set::MAX;

    const NOT_FOUND: Range = Range {
        start: 0,
        end: 0,
        handler: None,
        floor: 0,
        agreed: Range::NOT_YET,
    };
}

struct Walk<'a, N> {
    code: &'a View<'a>,
    table: &'static OpTable,
    rules: &'static Rules,
    verifier: &'a mut Verifier,
    nulls: &'a mut N,
    /// How many jumps lead to what the sweep did not reach yet.
    pending: usize,
    /// A generator that did not make itself yet.
    begins: bool,
    /// Behind the `RETURN_GENERATOR` of a generator; nothing jumps before it.
    begin: usize,
    /// The range of the instruction looked at.
    range: Range,
}

impl<N: Nulls> Walk<'_, N> {
    /// Every instruction in order.
    fn sweep(&mut self) -> Result<(), Failure> {
        let limits = limits(self.code, self.table);
        let mut state = State {
            depth: 0,
            nulls: nulls::NONE,
        };
        let mut at = 0;
        while let Some(mark) = self.verifier.marks.get_mut(at) {
            let mark = std::mem::take(mark);
            if mark != Mark::NOTHING {
                state = self.arrive(at, mark, state)?;
            }
            if at >= self.range.end {
                self.find_range(at);
            }
            if state.depth >= 0 && !self.begins {
                let start = at;
                (at, state) = self.plain(at, state, &limits);
                if at != start {
                    continue;
                }
            }
            self.note(at, state);
            let instr = self.read(at)?;
            at = instr.end / CODE_UNIT;
            if state.depth >= 0 {
                state = self.step(&instr, state, at)?;
            }
        }
        if state.depth >= 0 {
            return Err((self.code.code.len(), Reason::RunsOff));
        }
        Ok(())
    }

    /// Goes on with the sweep while instructions are usual ones and right; returns the place of the first that is not.
    ///
    /// Nearly every instruction is one code unit with a plain index, and its rule's numbers say all there is to say.
    #[inline(never)]
    fn plain(
        &mut self,
        mut at: usize,
        mut state: State,
        limits: &[u32; LIMITS as usize],
    ) -> (usize, State) {
        let most = self.code.stacksize as i32;
        let Range {
            end, floor, agreed, ..
        } = self.range;
        let rules = &self.rules.by_code;
        let Verifier {
            marks,
            nulls: list,
            jumps,
            ..
        } = &mut *self.verifier;
        let (units, _) = self.code.code.as_chunks::<CODE_UNIT>();
        let count = units.len().min(marks.len());
        let (units, marks) = (&units[..count], &mut marks[..count]);
        let end = end.min(count);
        while at < end && marks[at] == Mark::NOTHING {
            let [number, low] = units[at];
            let rule = &rules[usize::from(number)];
            let arg = i32::from(low);
            let next = at + usize::from(rule.length);
            let index = u32::from(low >> (rule.shift & 7)).wrapping_sub(rule.least.into());
            let State { depth, nulls } = state;
            let touched = depth - i32::from(rule.needs) - arg * i32::from(rule.needs_per_arg);
            let base = depth - i32::from(rule.pops) - arg * i32::from(rule.pops_per_arg);
            let after = depth
                + i32::from(rule.effect)
                + (arg & 1) * i32::from(rule.bit_effect)
                + arg * i32::from(rule.arg_effect);
            if index >= limits[usize::from(rule.limit % LIMITS)]
                || touched | (most - after) | (base - floor) < 0
                || next > count
            {
                break;
            }
            let mut left = nulls;
            if nulls == nulls::NONE {
                if agreed != nulls::NONE {
                    break;
                }
            } else {
                let height = self.nulls.height(nulls) as i32;
                if rule.null == Null::TakesLowest && height == base + 1 {
                    left = self.nulls.below(nulls);
                } else if height > touched {
                    break;
                }
                if agreed != self.nulls.truncated(nulls, floor as u32) {
                    break;
                }
            }
            if rule.null == Null::Pushes || rule.null == Null::PushesWithBit && arg & 1 == 1 {
                left = self.nulls.with(left, base as u32);
            }
            let mut new = State {
                depth: after,
                nulls: left,
            };
            let mark = Mark::instruction(state);
            if rule.kind != Kind::Plain {
                if rule.kind == Kind::JumpsBackward {
                    // Where entries may be NULL, or the sweep passed by, it takes a closer look.
                    let target = next.checked_sub(arg as usize);
                    let there = target.and_then(|target| marks.get(target));
                    let known = Mark::instruction(new);
                    if left != nulls::NONE || there != Some(&known) || target <= Some(self.begin) {
                        break;
                    }
                } else if rule.kind != Kind::Ends {
                    let Some(target @ &mut Mark::NOTHING) = marks.get_mut(next + arg as usize)
                    else {
                        break;
                    };
                    *target = Mark::jump(jumps.len());
                    self.pending += 1;
                    jumps.push(Ahead {
                        from: at * CODE_UNIT,
                        state: new,
                        end_for: rule.kind == Kind::ForIter,
                    });
                }
                if matches!(
                    rule.kind,
                    Kind::Ends | Kind::JumpsBackward | Kind::JumpsAway
                ) {
                    new = UNREACHED;
                }
            }
            if nulls != nulls::NONE {
                list.push((at as u32, nulls));
            }
            marks[at] = mark;
            at = next;
            state = new;
        }
        (at, state)
    }

    /// Walks from what was passed by as unreachable and is reached after all.
    fn again(&mut self) -> Result<(), Failure> {
        self.range = Range::NOT_FOUND;
        let swept = self.verifier.marks.len();
        while let Some(mut at) = self.verifier.waiting.pop() {
            let mut state = self.state_at(at);
            loop {
                let instr = self.read(at)?;
                state = self.step(&instr, state, swept)?;
                if state.depth < 0 {
                    break;
                }
                at = instr.end / CODE_UNIT;
                if at == swept {
                    return Err((self.code.code.len(), Reason::RunsOff));
                }
                let known = self.state_at(at);
                if known.depth >= 0 {
                    same(at, known, state)?;
                    break;
                }
                self.set_state(at, state);
            }
        }
        Ok(())
    }

    /// The state noted at an instruction.
    fn state_at(&self, unit: usize) -> State {
        let mark = self.verifier.marks.get(unit).copied().unwrap_or_default();
        match mark.what() {
            Marked::Nothing | Marked::Unreached | Marked::Jump(_) => UNREACHED,
            Marked::Depth(depth, has_nulls) => State {
                depth: depth as i32,
                nulls: match has_nulls {
                    true => self.nulls_at(unit),
                    false => nulls::NONE,
                },
            },
        }
    }

    fn nulls_at(&self, unit: usize) -> nulls::Set {
        let Verifier {
            nulls, late_nulls, ..
        } = &*self.verifier;
        let place = nulls.binary_search_by_key(&unit, |(at, _)| *at as usize);
        match place.ok().and_then(|place| nulls.get(place)) {
            Some((_, set)) => *set,
            None => late_nulls.get(&(unit as u32)).copied().unwrap_or_default(),
        }
    }

    /// Notes the state at an instruction that the sweep found no path to.
    fn set_state(&mut self, unit: usize, state: State) {
        if let Some(mark) = self.verifier.marks.get_mut(unit) {
            *mark = Mark::instruction(state);
        }
        if state.nulls != nulls::NONE {
            self.verifier.late_nulls.insert(unit as u32, state.nulls);
        }
    }

    /// What was jumped to must have turned out to be an instruction.
    fn check_ahead(&self) -> Result<(), Failure> {
        if self.pending == 0 {
            return Ok(());
        }
        let marks = self.verifier.marks.iter().enumerate();
        let mut left = marks.filter_map(|(unit, mark)| match mark.what() {
            Marked::Jump(jump) => Some((unit, self.verifier.jumps.get(jump)?.from)),
            Marked::Nothing | Marked::Unreached | Marked::Depth(..) => None,
        });
        match left.next() {
            Some((unit, from)) => Err((from, Reason::BadJump((unit * CODE_UNIT) as i64))),
            None => Ok(()),
        }
    }

    /// Notes the state before an instruction that the sweep comes to.
    fn note(&mut self, at: usize, state: State) {
        if let Some(mark) = self.verifier.marks.get_mut(at) {
            *mark = Mark::instruction(state);
        }
        if state.nulls != nulls::NONE {
            self.verifier.nulls.push((at as u32, state.nulls));
        }
    }

    /// The sweep comes to where a jump leads.
    fn arrive(&mut self, at: usize, mark: Mark, state: State) -> Result<State, Failure> {
        let Marked::Jump(jump) = mark.what() else {
            return Ok(state);
        };
        let Some(ahead) = self.verifier.jumps.get(jump) else {
            return Ok(state);
        };
        self.pending -= 1;
        if ahead.end_for && self.opcode_at(at) != Some(Opcode::EndFor) {
            return Err((ahead.from, Reason::NoEndFor));
        }
        if state.depth >= 0 {
            same(at, ahead.state, state)?;
        }
        Ok(ahead.state)
    }

    /// The instruction at a code unit, its argument checked.
    fn read(&self, at: usize) -> Result<Instr, Failure> {
        let instr = instruction_at(self.table, self.code.code, at * CODE_UNIT)
            .map_err(|error| (error.offset, Reason::Instructions(error.reason)))?;
        check_argument(self.code, self.table, instr.info, instr.arg)
            .map_err(|reason| (instr.offset, reason))?;
        Ok(instr)
    }

    /// The opcode of an instruction without prefix.
    fn opcode_at(&self, unit: usize) -> Option<Opcode> {
        let number = self.code.code.get(unit * CODE_UNIT)?;
        self.table.by_code(*number).map(|info| info.opcode)
    }

    /// Makes `range` the one around a code unit.
    fn find_range(&mut self, unit: usize) {
        let offset = (unit * CODE_UNIT) as u32;
        let handlers = &self.verifier.handlers;
        let after = handlers.partition_point(|entry| entry.start <= offset);
        let before = after.checked_sub(1).and_then(|last| handlers.get(last));
        let next = handlers.get(after);
        let next = next.map_or(usize::MAX, |entry| entry.start as usize / CODE_UNIT);
        self.range = match before {
            Some(entry) if offset < entry.end => Range {
                start: entry.start as usize / CODE_UNIT,
                end: next.min((entry.end as usize).div_ceil(CODE_UNIT)),
                handler: Some(*entry),
                floor: entry.depth as i32,
                agreed: Range::NOT_YET,
            },
            _ => Range {
                start: before.map_or(0, |entry| entry.end as usize / CODE_UNIT),
                end: next,
                handler: None,
                floor: 0,
                agreed: nulls::NONE,
            },
        };
    }

    /// One instruction, at leisure; returns the state behind it.
    ///
    /// Before `swept` all instructions are marked.
    fn step(&mut self, instr: &Instr, state: State, swept: usize) -> Result<State, Failure> {
        let code = self.code;
        let Instr {
            start: offset,
            opcode,
            arg,
            info,
            ..
        } = *instr;
        let unit = offset / CODE_UNIT;
        let depth = state.depth.unsigned_abs();
        let Some(Arity { needs, pops }) = arity(opcode, arg) else {
            return Err((offset, Reason::Internal(opcode.name())));
        };
        let underflow = Reason::Underflow {
            needed: needs,
            depth,
        };
        if depth < needs {
            return Err((offset, underflow));
        }
        if !(self.range.start..self.range.end).contains(&unit) {
            self.find_range(unit);
        }
        if self.begins {
            self.begin(opcode, offset, instr.end / CODE_UNIT)?;
        } else if opcode == Opcode::ReturnGenerator {
            return Err((offset, Reason::BadGenerator));
        }
        if let Some(entry) = self.range.handler {
            self.protected(offset, entry, depth - pops, state.nulls, swept)?;
        }
        let nulls = self
            .nulls_after(instr, state, Arity { needs, pops })
            .ok_or((offset, Reason::Null(opcode.name())))?;
        let after = |effect: i32| {
            let depth = i64::from(depth) + i64::from(effect);
            match u32::try_from(depth) {
                Ok(height) if height <= code.stacksize => Ok(State {
                    depth: height as i32,
                    nulls,
                }),
                Ok(height) => Err((
                    offset,
                    Reason::Overflow {
                        depth: height,
                        limit: code.stacksize,
                    },
                )),
                Err(_) => Err((offset, underflow)),
            }
        };
        if let Jump::Forward | Jump::Backward = info.jump {
            let distance = i64::from(arg);
            let signed = if info.jump == Jump::Forward {
                distance
            } else {
                -distance
            };
            let target = (instr.end / CODE_UNIT) as i64 + signed;
            let state = after(info.effect_jump(arg))?;
            let end_for = opcode == Opcode::ForIter;
            self.reach_or_refuse(offset, target, swept, state, end_for)?;
            // It alone looks at no interrupt: a loop around anything but SEND could not be stopped.
            if opcode == Opcode::JumpBackwardNoInterrupt
                && self.opcode_at(target as usize) != Some(Opcode::Send)
            {
                return Err((offset, Reason::NoSend));
            }
        }
        let effect = match opcode {
            Opcode::ReturnValue
            | Opcode::ReturnConst
            | Opcode::RaiseVarargs
            | Opcode::Reraise
            | Opcode::JumpForward
            | Opcode::JumpBackward
            | Opcode::JumpBackwardNoInterrupt => return Ok(UNREACHED),
            // The value sent in: the generator's code goes on only when it is resumed.
            Opcode::ReturnGenerator => 1,
            Opcode::KwNames => {
                self.keyword_names(instr)
                    .map_err(|reason| (offset, reason))?;
                0
            }
            _ => info.effect(arg),
        };
        after(effect)
    }

    /// A generator begins by making itself, before anything that touches the stack.
    fn begin(&mut self, opcode: Opcode, offset: usize, next: usize) -> Result<(), Failure> {
        let is_protected = self.range.handler.is_some();
        match opcode {
            Opcode::ReturnGenerator if !is_protected => {
                self.begins = false;
                self.begin = next;
            }
            Opcode::CopyFreeVars | Opcode::MakeCell | Opcode::Nop if !is_protected => {}
            _ => return Err((offset, Reason::BadGenerator)),
        }
        Ok(())
    }

    /// An instruction that may end in a handler.
    fn protected(
        &mut self,
        offset: usize,
        entry: Entry,
        base: u32,
        nulls: nulls::Set,
        swept: usize,
    ) -> Result<(), Failure> {
        if base < entry.depth {
            let reason = Reason::BelowHandler {
                depth: base,
                handler: entry.depth,
            };
            return Err((offset, reason));
        }
        let kept = self.nulls.truncated(nulls, entry.depth);
        if self.range.agreed == kept {
            return Ok(());
        }
        let state = State {
            depth: (entry.depth + 1 + u32::from(entry.lasti)) as i32,
            nulls: kept,
        };
        let target = entry.target as usize / CODE_UNIT;
        if !self.reach(offset, target, swept, state, false)? {
            return Err((entry.start as usize, Reason::ExceptionTarget));
        }
        self.range.agreed = kept;
        Ok(())
    }

    /// A jump, by the instruction at an offset.
    #[inline]
    fn reach_or_refuse(
        &mut self,
        from: usize,
        target: i64,
        swept: usize,
        state: State,
        end_for: bool,
    ) -> Result<(), Failure> {
        if target >= 0 && self.reach(from, target as usize, swept, state, end_for)? {
            Ok(())
        } else {
            Err((from, Reason::BadJump(target * CODE_UNIT as i64)))
        }
    }

    /// Notes the state at an instruction; false if no instruction starts there.
    #[inline]
    fn reach(
        &mut self,
        from: usize,
        unit: usize,
        swept: usize,
        state: State,
        end_for: bool,
    ) -> Result<bool, Failure> {
        match self.verifier.marks.get_mut(unit) {
            Some(mark) if *mark == Mark::NOTHING && unit >= swept => {
                *mark = Mark::jump(self.verifier.jumps.len());
                self.pending += 1;
                self.verifier.jumps.push(Ahead {
                    from,
                    state,
                    end_for,
                });
                Ok(true)
            }
            Some(_) => self.reach_again(from, unit, state, end_for),
            None => Ok(false),
        }
    }

    /// `reach` where a path was found to before, or which the sweep passed by.
    fn reach_again(
        &mut self,
        from: usize,
        unit: usize,
        state: State,
        end_for: bool,
    ) -> Result<bool, Failure> {
        if unit < self.begin && from > unit * CODE_UNIT {
            return Err((from, Reason::BadGenerator));
        }
        let mark = self.verifier.marks.get(unit).copied().unwrap_or_default();
        let what = mark.what();
        if let Marked::Jump(jump) = what {
            if let Some(ahead) = self.verifier.jumps.get_mut(jump) {
                same(unit, ahead.state, state)?;
                ahead.end_for |= end_for;
            }
            return Ok(true);
        }
        if let Marked::Nothing = what {
            return Ok(false);
        }
        if end_for && self.opcode_at(unit) != Some(Opcode::EndFor) {
            return Err((from, Reason::NoEndFor));
        }
        if let Marked::Unreached = what {
            self.set_state(unit, state);
            self.verifier.waiting.push(unit);
        } else {
            same(unit, self.state_at(unit), state)?;
        }
        Ok(true)
    }

    /// Which entries may be NULL after an instruction; `None` if it meets one where it must not.
    fn nulls_after(&mut self, instr: &Instr, state: State, arity: Arity) -> Option<nulls::Set> {
        let arg = instr.arg;
        let nulls = state.nulls;
        let depth = state.depth.unsigned_abs();
        let base = depth - arity.pops;
        let top = depth.saturating_sub(1);
        let rule = null(instr.opcode);
        match (instr.opcode, rule) {
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
        Some(match rule {
            Null::Pushes => self.nulls.with(nulls, base),
            Null::PushesWithBit if arg & 1 == 1 => self.nulls.with(nulls, base),
            _ => nulls,
        })
    }

    /// The call right behind must take at least as many arguments as are named.
    fn keyword_names(&self, instr: &Instr) -> Result<(), Reason> {
        let call = instruction_at(self.table, self.code.code, instr.end);
        let names = (self.code.keyword_names)(instr.arg);
        match (call, names) {
            (Ok(call), Some(names))
                if call.opcode == Opcode::Call && names <= call.arg as usize =>
            {
                Ok(())
            }
            _ => Err(Reason::BadKeywordNames),
        }
    }
}

/// Two paths to one code unit must bring the same state.
#[inline]
fn same(unit: usize, first: State, second: State) -> Result<(), Failure> {
    if first == second {
        return Ok(());
    }
    let reason = match first.depth == second.depth {
        true => Reason::UnevenNulls,
        false => Reason::Uneven {
            first: first.depth.unsigned_abs(),
            second: second.depth.unsigned_abs(),
        },
    };
    Err((unit * CODE_UNIT, reason))
}
