//! Single characters: categories, sets, case.

use super::code::*;
use hognose_object::unicode::{self, Case};

pub(super) fn lower_ascii(c: u32) -> u32 {
    if (0x41..=0x5a).contains(&c) {
        c + 32
    } else {
        c
    }
}

fn upper_ascii(c: u32) -> u32 {
    if (0x61..=0x7a).contains(&c) {
        c - 32
    } else {
        c
    }
}

pub(super) fn lower_unicode(c: u32) -> u32 {
    if c < 128 {
        lower_ascii(c)
    } else {
        unicode::simple_case(c, Case::Lower)
    }
}

pub(super) fn upper_unicode(c: u32) -> u32 {
    if c < 128 {
        upper_ascii(c)
    } else {
        unicode::simple_case(c, Case::Upper)
    }
}

/// Whether the characters are the same letter in the locale, which is C's.
pub(super) fn same_in_locale(wanted: u32, c: u32) -> bool {
    c == wanted || lower_ascii(c) == wanted || upper_ascii(c) == wanted
}

fn is_word_ascii(c: u32) -> bool {
    c < 128 && ((c as u8).is_ascii_alphanumeric() || c == 0x5f)
}

pub(super) fn is_word_unicode(c: u32) -> bool {
    if c < 128 {
        is_word_ascii(c)
    } else {
        unicode::is_alnum(c)
    }
}

pub(super) fn is_word(c: u32, wide: bool) -> bool {
    if wide {
        is_word_unicode(c)
    } else {
        is_word_ascii(c)
    }
}

fn category(kind: u32, c: u32) -> bool {
    let holds = match kind / 2 {
        0 => (0x30..=0x39).contains(&c),
        1 => matches!(c, 0x20 | 0x9..=0xd),
        2 | 4 => is_word_ascii(c),
        3 => c == 0xa,
        5 => unicode::is_decimal(c),
        6 => unicode::is_space(c),
        7 => is_word_unicode(c),
        8 => unicode::is_line_break(c),
        _ => return false,
    };
    // Every second category is the opposite of the one before it.
    holds == kind.is_multiple_of(2)
}

/// Whether a character is in the set whose code begins at `at`.
pub(super) fn in_set(code: &[u32], mut at: usize, c: u32) -> bool {
    let word = |i: usize| code.get(i).copied().unwrap_or(FAILURE);
    let bit = |i: usize, n: u32| word(i + n as usize / 32) >> (n % 32) & 1 != 0;
    let mut found = true;
    loop {
        let op = word(at);
        at += 1;
        match op {
            FAILURE => return !found,
            LITERAL => {
                if word(at) == c {
                    return found;
                }
                at += 1;
            }
            CATEGORY => {
                if category(word(at), c) {
                    return found;
                }
                at += 1;
            }
            CHARSET => {
                if c < 256 && bit(at, c) {
                    return found;
                }
                at += 8;
            }
            RANGE => {
                if (word(at)..=word(at + 1)).contains(&c) {
                    return found;
                }
                at += 2;
            }
            RANGE_UNI_IGNORE => {
                let range = word(at)..=word(at + 1);
                if range.contains(&c) || range.contains(&upper_unicode(c)) {
                    return found;
                }
                at += 2;
            }
            NEGATE => found = !found,
            BIGCHARSET => {
                let blocks = word(at) as usize;
                at += 1;
                if c < 0x1_0000 {
                    // Which block each row of 256 has: bytes, in the machine's order.
                    let row = (c >> 8) as usize;
                    let block = word(at + row / 4).to_ne_bytes()[row % 4] as usize;
                    if bit(at + 64 + block * 8, c & 255) {
                        return found;
                    }
                }
                at += 64 + blocks * 8;
            }
            _ => return false,
        }
    }
}

/// [`in_set`] for a set that disregards case in the locale's way.
fn in_set_locale(code: &[u32], at: usize, c: u32) -> bool {
    let (low, up) = (lower_ascii(c), upper_ascii(c));
    in_set(code, at, low) || up != low && in_set(code, at, up)
}

/// Whether a one-character operation matches; `None` if the operation is no such.
#[inline]
pub(super) fn one(code: &[u32], at: usize, c: u32) -> Option<bool> {
    let word = |i: usize| code.get(i).copied().unwrap_or(FAILURE);
    Some(match word(at) {
        LITERAL => word(at + 1) == c,
        NOT_LITERAL => word(at + 1) != c,
        ANY => c != 0xa,
        ANY_ALL => true,
        IN => in_set(code, at + 2, c),
        LITERAL_IGNORE => lower_ascii(c) == word(at + 1),
        NOT_LITERAL_IGNORE => lower_ascii(c) != word(at + 1),
        LITERAL_UNI_IGNORE => lower_unicode(c) == word(at + 1),
        NOT_LITERAL_UNI_IGNORE => lower_unicode(c) != word(at + 1),
        LITERAL_LOC_IGNORE => same_in_locale(word(at + 1), c),
        NOT_LITERAL_LOC_IGNORE => !same_in_locale(word(at + 1), c),
        IN_IGNORE => in_set(code, at + 2, lower_ascii(c)),
        IN_UNI_IGNORE => in_set(code, at + 2, lower_unicode(c)),
        IN_LOC_IGNORE => in_set_locale(code, at + 2, c),
        CATEGORY => category(word(at + 1), c),
        _ => return None,
    })
}

/// How many words a one-character operation takes.
#[inline]
pub(super) fn width(code: &[u32], at: usize) -> usize {
    match code.get(at) {
        Some(&(ANY | ANY_ALL)) => 1,
        Some(&(IN | IN_IGNORE | IN_UNI_IGNORE | IN_LOC_IGNORE)) => {
            1 + code.get(at + 1).copied().unwrap_or(1) as usize
        }
        _ => 2,
    }
}
