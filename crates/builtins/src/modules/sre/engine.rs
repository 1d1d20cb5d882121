//! The matcher: runs SRE's code over characters of one width.
//!
//! What CPython's `sre_lib.h` does with a stack of contexts is done here with a stack of choices: whatever may be
//! tried otherwise is noted, and failing takes up the last note. Marks are restored from a trail of their old values.
//! Only lookarounds, atomic groups and possessive repeats nest native calls: as deep as the pattern, never the text.

use super::chars::{in_set, is_word, lower_ascii, lower_unicode, one, same_in_locale, width};
use super::code::*;
use super::pattern::Pattern;
use super::tables::{First, Tables};
use hognose_object::{Raised, Rt};

/// A mark that is not set.
pub(super) const UNSET: usize = usize::MAX;

/// No repetition is running.
const NO_LOOP: u32 = u32::MAX;

/// One repetition at one of its iterations; later iterations are new entries that share what is outside.
#[derive(Clone, Copy)]
struct Loop {
    /// Where its REPEAT stands.
    at: usize,
    count: u32,
    /// Where the last iteration began.
    last: usize,
    outer: u32,
}

/// What else to try.
#[derive(Clone, Copy)]
enum Other {
    /// Go on at that code.
    Code(usize),
    /// The next branch of an alternation.
    Branch(usize),
    /// A greedy repeat of one character, now at the choice's place: give one back, but not below the least place.
    GiveBack { tail: usize, least: usize },
    /// A lazy repeat of one character: take one more.
    TakeOne { item: usize, tail: usize, left: u32 },
    /// A lazy repetition: one more iteration.
    Iterate,
}

#[derive(Clone, Copy)]
struct Choice {
    other: Other,
    place: usize,
    running: u32,
    trail: usize,
    loops: usize,
    last_index: usize,
}

/// Why matching was given up.
pub(super) enum Stopped {
    TooDeep,
    /// A signal's handler raised it.
    Raised(Raised),
}

/// Failed attempts between looks for signals.
const PATIENCE: u32 = 4096;

/// Deepest nesting of lookarounds and atomic groups.
const MOST_NESTED: u32 = 1000;

/// A search in progress, and its marks.
pub(super) struct Engine<'a, C> {
    code: &'a [u32],
    tables: &'a Tables,
    text: &'a [C],
    /// Where matching may begin and must end.
    pub start: usize,
    end: usize,
    pub marks: Vec<usize>,
    /// Number of the last group that was closed; 0 for none.
    pub last_index: usize,
    /// Where the match ended.
    pub place: usize,
    /// An empty match at the start is refused: the one before ended there.
    pub must_advance: bool,
    match_all: bool,
    choices: Vec<Choice>,
    trail: Vec<(usize, usize)>,
    loops: Vec<Loop>,
    nested: u32,
    rt: &'a Rt,
    /// Failed attempts since the last look for signals.
    failed: u32,
}

impl<'a, C: Copy + Into<u32> + PartialEq> Engine<'a, C> {
    /// `text` reaches from the string's beginning to the end of the part that is searched.
    pub(super) fn new(
        rt: &'a Rt,
        pattern: &'a Pattern,
        text: &'a [C],
        start: usize,
    ) -> Engine<'a, C> {
        Engine {
            code: &pattern.code,
            tables: &pattern.tables,
            text,
            start,
            end: text.len(),
            marks: vec![UNSET; pattern.groups * 2],
            last_index: 0,
            place: start,
            must_advance: false,
            match_all: false,
            choices: Vec::new(),
            trail: Vec::new(),
            loops: Vec::new(),
            nested: 0,
            rt,
            failed: 0,
        }
    }

    #[inline]
    fn word(&self, at: usize) -> u32 {
        self.code.get(at).copied().unwrap_or(FAILURE)
    }

    #[inline]
    fn char_at(&self, place: usize) -> Option<u32> {
        self.text.get(place).map(|&c| c.into())
    }

    fn reset(&mut self) {
        // `memset` of nothing, where nothing is allocated, is slow on processors that mask the store.
        if !self.marks.is_empty() {
            self.marks.fill(UNSET);
        }
        self.last_index = 0;
        self.choices.clear();
        self.trail.clear();
        self.loops.clear();
    }

    /// Matches at the start, up to the very end if `all` is set.
    pub(super) fn match_here(&mut self, all: bool) -> Result<bool, Stopped> {
        self.reset();
        self.match_all = all;
        let found = self.run(self.skip_info(), self.start, NO_LOOP, true)?;
        Ok(self.finish(found))
    }

    fn finish(&mut self, found: Option<usize>) -> bool {
        if let Some(place) = found {
            self.place = place;
        }
        found.is_some()
    }

    fn skip_info(&self) -> usize {
        if self.word(0) == INFO {
            1 + self.word(1) as usize
        } else {
            0
        }
    }

    /// Looks for the first match from the start on (`SRE(search)`).
    pub(super) fn search(&mut self) -> Result<bool, Stopped> {
        self.match_all = false;
        let body = self.skip_info();
        let (mut prefix, mut literal) = (None, false);
        let mut last = self.end;
        if self.word(0) == INFO {
            let flags = self.word(2);
            let least = self.word(3) as usize;
            if least > 0 {
                match self.end.checked_sub(least) {
                    Some(end) => last = end,
                    None => return Ok(false),
                }
            }
            if flags & INFO_PREFIX != 0 {
                let len = self.word(5) as usize;
                prefix = self.code.get(7..7 + len).filter(|p| !p.is_empty());
                literal = flags & INFO_LITERAL != 0;
            }
        }
        let first = match prefix {
            Some(_) => None,
            None => {
                let length = self.end.saturating_sub(self.start);
                self.tables.first(self.code, body, length)
            }
        };
        // `AT_BEGINNING` and `AT_BEGINNING_STRING` hold at one place only.
        let anchored =
            self.code.get(body) == Some(&AT) && matches!(self.code.get(body + 1), Some(&(0 | 2)));
        let mut at = self.start;
        let mut first_try = true;
        while at <= last {
            let candidate = match (prefix, first) {
                (Some(prefix), _) => self.find_prefix(prefix, at, last),
                (None, Some(first)) => self.find_first(first, at),
                (None, None) => Some(at),
            };
            let Some(candidate) = candidate.filter(|&c| c <= last) else {
                return Ok(false);
            };
            at = candidate;
            // Only the very first place can be where the match before ended.
            if !first_try || at != self.start {
                self.must_advance = false;
            }
            first_try = false;
            self.reset();
            self.start = at;
            if literal && let Some(prefix) = prefix {
                self.place = at + prefix.len();
                self.must_advance = false;
                return Ok(true);
            }
            let found = self.run(body, at, NO_LOOP, true)?;
            self.must_advance = false;
            if self.finish(found) {
                return Ok(true);
            }
            if anchored {
                return Ok(false);
            }
            at += 1;
        }
        Ok(false)
    }

    fn find_prefix(&self, prefix: &[u32], from: usize, last: usize) -> Option<usize> {
        let (&first, rest) = prefix.split_first()?;
        let row = self.text.get(from..self.end)?;
        let mut skip = 0;
        loop {
            let i = skip + row.get(skip..)?.iter().position(|&c| c.into() == first)?;
            if from + i > last {
                return None;
            }
            let tail = row.get(i + 1..i + 1 + rest.len())?;
            if tail.iter().zip(rest).all(|(&c, &p)| c.into() == p) {
                return Some(from + i);
            }
            skip = i + 1;
        }
    }

    fn find_first(&self, first: &First, from: usize) -> Option<usize> {
        let row = self.text.get(from..self.end)?;
        let begins = |&c: &C| match u8::try_from(c.into()) {
            Ok(c) => first.bits.has(c),
            Err(_) => first.wide,
        };
        row.iter().position(begins).map(|i| from + i)
    }

    fn set_mark(&mut self, mark: usize, place: usize) {
        if let Some(slot) = self.marks.get_mut(mark) {
            self.trail.push((mark, *slot));
            *slot = place;
            if mark % 2 == 1 {
                self.last_index = mark / 2 + 1;
            }
        }
    }

    fn undo(&mut self, length: usize) {
        while self.trail.len() > length {
            if let Some((mark, old)) = self.trail.pop()
                && let Some(slot) = self.marks.get_mut(mark)
            {
                *slot = old;
            }
        }
    }

    #[inline]
    fn note(&mut self, other: Other, place: usize, running: u32) {
        self.choices.push(Choice {
            other,
            place,
            running,
            trail: self.trail.len(),
            loops: self.loops.len(),
            last_index: self.last_index,
        });
    }

    /// A new state of a repetition.
    fn push_loop(&mut self, state: Loop) -> u32 {
        self.loops.push(state);
        (self.loops.len() - 1) as u32
    }

    fn looping(&self, running: u32) -> Option<Loop> {
        self.loops.get(running as usize).copied()
    }

    /// Runs code that ends in SUCCESS without leaving choices behind: where it ended.
    fn run_inside(
        &mut self,
        at: usize,
        place: usize,
        running: u32,
    ) -> Result<Option<usize>, Stopped> {
        if self.nested >= MOST_NESTED {
            return Err(Stopped::TooDeep);
        }
        self.nested += 1;
        let result = self.run(at, place, running, false);
        self.nested -= 1;
        result
    }

    fn group(&self, group: u32) -> Option<(usize, usize)> {
        let first = (group as usize).checked_mul(2)?;
        let (start, end) = (*self.marks.get(first)?, *self.marks.get(first + 1)?);
        (start != UNSET && end != UNSET && end >= start).then_some((start, end))
    }

    /// Matches from a place on; the place where it succeeded.
    fn run(
        &mut self,
        mut at: usize,
        mut place: usize,
        mut running: u32,
        top: bool,
    ) -> Result<Option<usize>, Stopped> {
        let base = self.choices.len();
        let trail_base = self.trail.len();
        let first_index = self.last_index;
        loop {
            let step = self.step(&mut at, &mut place, &mut running, top)?;
            match step {
                Step::On => continue,
                Step::Done => {
                    self.choices.truncate(base);
                    return Ok(Some(place));
                }
                Step::Fail => {}
            }
            self.failed += 1;
            if self.failed > PATIENCE {
                self.failed = 0;
                self.rt.attend().map_err(Stopped::Raised)?;
            }
            // Takes up the last choice that works.
            loop {
                if self.choices.len() <= base {
                    self.undo(trail_base);
                    self.last_index = first_index;
                    return Ok(None);
                }
                if self.take_up(&mut at, &mut place, &mut running) {
                    break;
                }
            }
        }
    }

    fn take_up(&mut self, at: &mut usize, place: &mut usize, running: &mut u32) -> bool {
        let Some(choice) = self.choices.pop() else {
            return false;
        };
        self.undo(choice.trail);
        self.loops.truncate(choice.loops);
        self.last_index = choice.last_index;
        *running = choice.running;
        *place = choice.place;
        match choice.other {
            Other::Code(code) => *at = code,
            Other::Branch(branch) => return self.branch(branch, at, choice.place, choice.running),
            Other::GiveBack { tail, least } => {
                let mut new = choice.place;
                // If a literal follows, only places before it are worth trying.
                let wanted = (self.word(tail) == LITERAL).then(|| self.word(tail + 1));
                loop {
                    if new <= least {
                        return false;
                    }
                    new -= 1;
                    if wanted.is_none() || self.char_at(new) == wanted {
                        break;
                    }
                }
                if new > least {
                    self.choices.push(Choice {
                        place: new,
                        ..choice
                    });
                }
                *place = new;
                *at = tail;
            }
            Other::TakeOne { item, tail, left } => {
                let matches = left > 0
                    && self
                        .char_at(choice.place)
                        .and_then(|c| one(self.code, item, c))
                        .unwrap_or(false);
                if !matches {
                    return false;
                }
                *place = choice.place + 1;
                let left = if left == MAXREPEAT { left } else { left - 1 };
                self.choices.push(Choice {
                    other: Other::TakeOne { item, tail, left },
                    place: *place,
                    ..choice
                });
                *at = tail;
            }
            Other::Iterate => {
                let Some(state) = self.looping(choice.running) else {
                    return false;
                };
                *running = self.push_loop(Loop {
                    last: choice.place,
                    ..state
                });
                *at = state.at + 4;
            }
        }
        true
    }

    /// Enters the alternation's branch whose skip stands at `branch`, or the first after it that can begin here.
    fn branch(&mut self, mut branch: usize, at: &mut usize, place: usize, running: u32) -> bool {
        loop {
            let skip = self.word(branch) as usize;
            if skip == 0 {
                return false;
            }
            let next = branch + skip;
            let possible = match self.word(branch + 1) {
                LITERAL => self.char_at(place) == Some(self.word(branch + 2)),
                IN => self
                    .char_at(place)
                    .is_some_and(|c| in_set(self.code, branch + 3, c)),
                _ => true,
            };
            if possible {
                if self.word(next) != 0 {
                    self.note(Other::Branch(next), place, running);
                }
                *at = branch + 1;
                return true;
            }
            branch = next;
        }
    }

    /// How many characters the one-character operation matches, up to a bound.
    fn count(&self, item: usize, place: usize, most: u32) -> usize {
        let rest = self.text.get(place..self.end).unwrap_or_default();
        let rest = if most == MAXREPEAT {
            rest
        } else {
            &rest[..rest.len().min(most as usize)]
        };
        let stop = match self.word(item) {
            ANY_ALL => None,
            LITERAL => {
                let wanted = self.word(item + 1);
                rest.iter().position(|&c| c.into() != wanted)
            }
            NOT_LITERAL => {
                let wanted = self.word(item + 1);
                rest.iter().position(|&c| c.into() == wanted)
            }
            ANY => rest.iter().position(|&c| c.into() == 0xa),
            IN => {
                let set = item + 2;
                match self.tables.set(self.code, set, rest.len().min(16)) {
                    Some(bits) => rest.iter().position(|&c| match u8::try_from(c.into()) {
                        Ok(c) => !bits.has(c),
                        Err(_) => !in_set(self.code, set, c.into()),
                    }),
                    None => rest.iter().position(|&c| !in_set(self.code, set, c.into())),
                }
            }
            _ => rest
                .iter()
                .position(|&c| !one(self.code, item, c.into()).unwrap_or(false)),
        };
        stop.unwrap_or(rest.len())
    }

    fn holds_at(&self, kind: u32, place: usize) -> bool {
        let line_end = |p: usize| self.char_at(p) == Some(0xa);
        match kind {
            0 | 2 => place == 0,
            1 => place == 0 || line_end(place - 1),
            5 => place == self.end || place + 1 == self.end && line_end(place),
            6 => place == self.end || line_end(place),
            7 => place == self.end,
            3 | 4 | 8..=11 => {
                if self.end == 0 {
                    return false;
                }
                let wide = kind >= 10;
                let before = place > 0 && self.char_at(place - 1).is_some_and(|c| is_word(c, wide));
                let after = self.char_at(place).is_some_and(|c| is_word(c, wide));
                (before != after) == matches!(kind, 3 | 8 | 10)
            }
            _ => false,
        }
    }

    /// Whether the text of a group stands at the place too; where it ends.
    fn same_as_group(&self, op: u32, group: u32, place: usize) -> Option<usize> {
        let (start, end) = self.group(group)?;
        let stop = place.checked_add(end - start).filter(|&s| s <= self.end)?;
        let (own, here) = (self.text.get(start..end)?, self.text.get(place..stop)?);
        let mut pairs = own.iter().zip(here).map(|(&a, &b)| (a.into(), b.into()));
        let same = match op {
            GROUPREF => own == here,
            GROUPREF_IGNORE => pairs.all(|(a, b)| lower_ascii(a) == lower_ascii(b)),
            GROUPREF_UNI_IGNORE => pairs.all(|(a, b)| lower_unicode(a) == lower_unicode(b)),
            _ => pairs.all(|(a, b)| same_in_locale(a, b)),
        };
        same.then_some(stop)
    }

    /// One operation.
    #[inline]
    fn step(
        &mut self,
        at: &mut usize,
        place: &mut usize,
        running: &mut u32,
        top: bool,
    ) -> Result<Step, Stopped> {
        let op = self.word(*at);
        match op {
            SUCCESS => {
                let refused = top
                    && (self.match_all && *place != self.end
                        || self.must_advance && *place == self.start);
                return Ok(if refused { Step::Fail } else { Step::Done });
            }
            MARK => {
                self.set_mark(self.word(*at + 1) as usize, *place);
                *at += 2;
            }
            AT => {
                if !self.holds_at(self.word(*at + 1), *place) {
                    return Ok(Step::Fail);
                }
                *at += 2;
            }
            JUMP => *at += 1 + self.word(*at + 1) as usize,
            INFO => *at += 1 + self.word(*at + 1) as usize,
            BRANCH => {
                let first = *at + 1;
                if !self.branch(first, at, *place, *running) {
                    return Ok(Step::Fail);
                }
            }
            REPEAT_ONE | MIN_REPEAT_ONE | POSSESSIVE_REPEAT_ONE => {
                return Ok(self.repeat_one(op, at, place, *running));
            }
            REPEAT => {
                let until = *at + 1 + self.word(*at + 1) as usize;
                *running = self.push_loop(Loop {
                    at: *at,
                    // One less than none: reaching the UNTIL counts.
                    count: u32::MAX,
                    last: UNSET,
                    outer: *running,
                });
                *at = until;
            }
            MAX_UNTIL | MIN_UNTIL => return Ok(self.until(op, at, *place, running)),
            POSSESSIVE_REPEAT => return self.possessive(at, place, *running),
            ATOMIC_GROUP => match self.run_inside(*at + 2, *place, *running)? {
                Some(end) => {
                    *place = end;
                    *at += 1 + self.word(*at + 1) as usize;
                }
                None => return Ok(Step::Fail),
            },
            ASSERT => {
                let back = self.word(*at + 2) as usize;
                let Some(from) = place.checked_sub(back) else {
                    return Ok(Step::Fail);
                };
                if self.run_inside(*at + 3, from, *running)?.is_none() {
                    return Ok(Step::Fail);
                }
                *at += 1 + self.word(*at + 1) as usize;
            }
            ASSERT_NOT => {
                let back = self.word(*at + 2) as usize;
                if let Some(from) = place.checked_sub(back) {
                    let (trail, last_index) = (self.trail.len(), self.last_index);
                    if self.run_inside(*at + 3, from, *running)?.is_some() {
                        self.undo(trail);
                        self.last_index = last_index;
                        return Ok(Step::Fail);
                    }
                }
                *at += 1 + self.word(*at + 1) as usize;
            }
            GROUPREF | GROUPREF_IGNORE | GROUPREF_UNI_IGNORE | GROUPREF_LOC_IGNORE => {
                match self.same_as_group(op, self.word(*at + 1), *place) {
                    Some(end) => *place = end,
                    None => return Ok(Step::Fail),
                }
                *at += 2;
            }
            GROUPREF_EXISTS => {
                if self.group(self.word(*at + 1)).is_some() {
                    *at += 3;
                } else {
                    *at += 2 + self.word(*at + 2) as usize - 1;
                }
            }
            _ => {
                let matches = self.char_at(*place).and_then(|c| one(self.code, *at, c));
                if matches != Some(true) {
                    return Ok(Step::Fail);
                }
                *at += width(self.code, *at);
                *place += 1;
            }
        }
        Ok(Step::On)
    }

    fn repeat_one(&mut self, op: u32, at: &mut usize, place: &mut usize, running: u32) -> Step {
        let tail = *at + 1 + self.word(*at + 1) as usize;
        let (least, most) = (self.word(*at + 2), self.word(*at + 3));
        let item = *at + 4;
        if self.end.saturating_sub(*place) < least as usize {
            return Step::Fail;
        }
        let wanted = if op == MIN_REPEAT_ONE { least } else { most };
        let count = self.count(item, *place, wanted);
        if count < least as usize {
            return Step::Fail;
        }
        let first = *place + least as usize;
        *place += count;
        *at = tail;
        match op {
            MIN_REPEAT_ONE => {
                let left = if most == MAXREPEAT {
                    most
                } else {
                    most.saturating_sub(least)
                };
                self.note(Other::TakeOne { item, tail, left }, *place, running);
            }
            REPEAT_ONE if *place > first => {
                let other = Other::GiveBack { tail, least: first };
                self.note(other, *place, running);
                if self.word(tail) == LITERAL && self.char_at(*place) != Some(self.word(tail + 1)) {
                    return Step::Fail;
                }
            }
            _ => (),
        }
        Step::On
    }

    fn until(&mut self, op: u32, at: &mut usize, place: usize, running: &mut u32) -> Step {
        let Some(mut state) = self.looping(*running) else {
            return Step::Fail;
        };
        state.count = state.count.wrapping_add(1);
        let (least, most) = (self.word(state.at + 2), self.word(state.at + 3));
        let body = state.at + 4;
        let tail = *at + 1;
        if state.count < least {
            *running = self.push_loop(state);
            *at = body;
            return Step::On;
        }
        let more = (state.count < most || most == MAXREPEAT) && place != state.last;
        if op == MAX_UNTIL {
            if more {
                self.note(Other::Code(tail), place, state.outer);
                state.last = place;
                *running = self.push_loop(state);
                *at = body;
                return Step::On;
            }
        } else if more {
            let now = self.push_loop(state);
            self.note(Other::Iterate, place, now);
        }
        *running = state.outer;
        *at = tail;
        Step::On
    }

    fn possessive(
        &mut self,
        at: &mut usize,
        place: &mut usize,
        running: u32,
    ) -> Result<Step, Stopped> {
        let (least, most) = (self.word(*at + 2), self.word(*at + 3));
        let mut count: u32 = 0;
        while count < least {
            match self.run_inside(*at + 4, *place, running)? {
                Some(end) => *place = end,
                None => return Ok(Step::Fail),
            }
            count += 1;
        }
        let mut before = UNSET;
        while (count < most || most == MAXREPEAT) && *place != before {
            before = *place;
            match self.run_inside(*at + 4, *place, running)? {
                Some(end) => *place = end,
                None => break,
            }
            count += 1;
        }
        // Behind the SUCCESS that the skip leads to.
        *at += 2 + self.word(*at + 1) as usize;
        Ok(Step::On)
    }
}

enum Step {
    On,
    Done,
    Fail,
}
