//! What is worth knowing of a pattern that is used much: its sets as bits, and how a match can begin.

use super::chars::{in_set, one};
use super::code::*;
use std::cell::{Cell, OnceCell};

/// Which of the first 256 characters are meant.
#[derive(Clone, Copy, Default)]
pub(super) struct Bits([u64; 4]);

impl Bits {
    fn of(holds: impl Fn(u32) -> bool) -> Bits {
        let mut bits = Bits::default();
        (0..256).filter(|&c| holds(c)).for_each(|c| bits.add(c));
        bits
    }

    fn add(&mut self, c: u32) {
        if let Some(word) = self.0.get_mut(c as usize / 64) {
            *word |= 1 << (c % 64);
        }
    }

    /// Whether a character below 256 is meant.
    #[inline]
    pub(super) fn has(&self, c: u8) -> bool {
        self.0[usize::from(c) / 64] >> (c % 64) & 1 != 0
    }
}

/// The characters that a match can begin with: these, and perhaps any from 256 on.
pub(super) struct First {
    pub(super) bits: Bits,
    pub(super) wide: bool,
}

/// Tests of characters before it pays to make the table that answers them.
const MANY: u32 = 256;

/// Tables of one pattern, each made when it was missed often enough.
pub(super) struct Tables {
    missed: Cell<u32>,
    first: OnceCell<Option<First>>,
    /// By place in the code: the set that begins there.
    sets: OnceCell<Vec<(usize, Bits)>>,
}

impl Tables {
    pub(super) fn new() -> Tables {
        Tables {
            missed: Cell::new(0),
            first: OnceCell::new(),
            sets: OnceCell::new(),
        }
    }

    /// Counts characters that were looked at without a table; whether that is often by now.
    fn is_due(&self, looked_at: usize) -> bool {
        let missed = self.missed.get();
        if missed < MANY {
            let more = u32::try_from(looked_at).unwrap_or(MANY);
            self.missed.set(missed.saturating_add(more));
        }
        missed >= MANY
    }

    /// How a match of the code from `body` on can begin, if it has to begin with a character and a search over `length`
    /// characters is worth asking.
    pub(super) fn first(&self, code: &[u32], body: usize, length: usize) -> Option<&First> {
        if self.first.get().is_none() && length < MANY as usize && !self.is_due(length) {
            return None;
        }
        let found = self.first.get_or_init(|| {
            let mut found = First {
                bits: Bits::default(),
                wide: false,
            };
            found.follow(code, body, 0).then_some(found)
        });
        found.as_ref()
    }

    /// The bits of the set that begins at a place, if testing `length` characters more is worth asking.
    #[inline]
    pub(super) fn set(&self, code: &[u32], at: usize, length: usize) -> Option<&Bits> {
        let sets = match self.sets.get() {
            Some(sets) => sets,
            None if self.is_due(length) => self.sets.get_or_init(|| sets(code)),
            None => return None,
        };
        let found = sets.iter().find(|(place, _)| *place == at);
        found.map(|(_, bits)| bits)
    }
}

/// More sets than these are not looked up faster than they are tested.
const MOST_SETS: usize = 16;

/// The sets of a pattern. Where an argument looks like a set, its bits are made too and never asked for.
fn sets(code: &[u32]) -> Vec<(usize, Bits)> {
    let places = (0..code.len()).filter(|&at| code.get(at) == Some(&IN));
    let set = |at: usize| (at + 2, Bits::of(|c| in_set(code, at + 2, c)));
    places.take(MOST_SETS).map(set).collect()
}

/// Deepest nesting that is followed.
const DEEPEST: u32 = 16;

impl First {
    /// Adds what the code from `at` on can begin with; false if that may be nothing, or is not known.
    fn follow(&mut self, code: &[u32], mut at: usize, depth: u32) -> bool {
        let word = |i: usize| code.get(i).copied().unwrap_or(FAILURE);
        let skip = |i: usize| i + 1 + word(i + 1) as usize;
        if depth > DEEPEST {
            return false;
        }
        loop {
            match word(at) {
                MARK | AT => at += 2,
                INFO | JUMP | ASSERT | ASSERT_NOT => at = skip(at),
                REPEAT_ONE | MIN_REPEAT_ONE | POSSESSIVE_REPEAT_ONE => {
                    if !self.add(code, at + 4) {
                        return false;
                    }
                    if word(at + 2) > 0 {
                        return true;
                    }
                    at = skip(at);
                }
                BRANCH => {
                    let mut branch = at + 1;
                    while word(branch) != 0 {
                        if !self.follow(code, branch + 1, depth + 1) {
                            return false;
                        }
                        branch += word(branch) as usize;
                    }
                    return true;
                }
                REPEAT | POSSESSIVE_REPEAT if word(at + 2) > 0 => at += 4,
                ATOMIC_GROUP => at += 2,
                _ => return self.add(code, at),
            }
        }
    }

    /// Adds what an operation on one character matches; false if it is no such.
    fn add(&mut self, code: &[u32], at: usize) -> bool {
        let op = code.get(at).copied();
        if op == Some(LITERAL) {
            match code.get(at + 1) {
                Some(&c) if c < 256 => self.bits.add(c),
                _ => self.wide = true,
            }
            return true;
        }
        // What FAILURE ends is never matched, but it is no operation on a character either.
        if one(code, at, 0).is_none() {
            return false;
        }
        self.wide = true;
        let matched = Bits::of(|c| one(code, at, c) == Some(true));
        for (word, more) in self.bits.0.iter_mut().zip(matched.0) {
            *word |= more;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(code: &[u32]) -> Option<String> {
        let tables = Tables::new();
        let first = tables.first(code, 0, 1000)?;
        Some(
            (b'a'..=b'z')
                .filter(|&c| first.bits.has(c))
                .map(char::from)
                .collect(),
        )
    }

    #[test]
    fn how_a_match_begins() {
        let a = u32::from(b'a');
        assert_eq!(begins(&[LITERAL, a, SUCCESS]).as_deref(), Some("a"));
        // a*b
        let repeated = [
            REPEAT_ONE,
            6,
            0,
            MAXREPEAT,
            LITERAL,
            a,
            SUCCESS,
            LITERAL,
            a + 1,
            SUCCESS,
        ];
        assert_eq!(begins(&repeated).as_deref(), Some("ab"));
        // a*
        assert_eq!(
            begins(&[REPEAT_ONE, 6, 0, MAXREPEAT, LITERAL, a, SUCCESS, SUCCESS]),
            None
        );
        // (?:a|c)
        let branch = [
            BRANCH,
            5,
            LITERAL,
            a,
            JUMP,
            7,
            5,
            LITERAL,
            a + 2,
            JUMP,
            2,
            0,
            SUCCESS,
        ];
        assert_eq!(begins(&branch).as_deref(), Some("ac"));
        // (?=a)c
        let ahead = [ASSERT, 5, 0, LITERAL, a, SUCCESS, LITERAL, a + 2, SUCCESS];
        assert_eq!(begins(&ahead).as_deref(), Some("c"));
        assert_eq!(begins(&[GROUPREF, 0, SUCCESS]), None);
    }

    #[test]
    fn tables_are_made_when_they_pay() {
        let code = [IN, 5, RANGE, 97, 122, FAILURE, SUCCESS];
        let tables = Tables::new();
        assert!(tables.set(&code, 2, 10).is_none());
        assert!(tables.set(&code, 2, 1000).is_none());
        assert!(
            tables
                .set(&code, 2, 1)
                .is_some_and(|bits| bits.has(b'q') && !bits.has(b'Q'))
        );
    }
}
