//! Normal forms (UAX #15).

use super::tables::{CORRECTED, DECOMPOSITIONS};
use super::{CATEGORIES, decomposition_of, record};
use std::collections::HashMap;
use std::sync::OnceLock;

// Hangul syllables are made of their parts by arithmetic.
const SYLLABLES: u32 = 0xac00;
const LEADING: u32 = 0x1100;
const VOWELS: u32 = 0x1161;
const TRAILING: u32 = 0x11a7;
const VOWEL_COUNT: u32 = 21;
const TRAILING_COUNT: u32 = 28;
const SYLLABLE_COUNT: u32 = 19 * VOWEL_COUNT * TRAILING_COUNT;

fn combining(code: u32) -> u8 {
    record(code)[0].2
}

fn is_unassigned_in_old(code: u32) -> bool {
    CATEGORIES[usize::from(record(code)[1].0)] == "Cn"
}

/// The parts of all characters, those that combine in their order (`nfd_nfkd`).
pub(super) fn decompose(codes: &[u32], compatible: bool, old: bool) -> Vec<u32> {
    let mut out = Vec::with_capacity(codes.len());
    let mut stack = Vec::new();
    for &code in codes {
        stack.push(code);
        while let Some(code) = stack.pop() {
            let syllable = code.wrapping_sub(SYLLABLES);
            if syllable < SYLLABLE_COUNT {
                let per_leading = VOWEL_COUNT * TRAILING_COUNT;
                out.push(LEADING + syllable / per_leading);
                out.push(VOWELS + syllable % per_leading / TRAILING_COUNT);
                let trailing = syllable % TRAILING_COUNT;
                if trailing != 0 {
                    out.push(TRAILING + trailing);
                }
                continue;
            }
            if old {
                if let Some((_, other)) = CORRECTED.iter().find(|(c, _)| *c == code) {
                    out.push(*other);
                    continue;
                }
                if is_unassigned_in_old(code) {
                    out.push(code);
                    continue;
                }
            }
            match decomposition_of(code).filter(|d| compatible || d.1 == 0) {
                Some(known) => stack.extend(known.3.iter().rev()),
                None => out.push(code),
            }
        }
    }
    let mut at = 0;
    while at < out.len() {
        if combining(out[at]) == 0 {
            at += 1;
            continue;
        }
        let marks = out[at..].iter().take_while(|&&c| combining(c) != 0).count();
        out[at..at + marks].sort_by_key(|&code| combining(code));
        at += marks;
    }
    out
}

fn composed(first: u32, second: u32) -> Option<u32> {
    static PAIRS: OnceLock<HashMap<(u32, u32), u32>> = OnceLock::new();
    let (leading, vowel) = (first.wrapping_sub(LEADING), second.wrapping_sub(VOWELS));
    if leading < 19 && vowel < VOWEL_COUNT {
        return Some(SYLLABLES + (leading * VOWEL_COUNT + vowel) * TRAILING_COUNT);
    }
    let (syllable, trailing) = (first.wrapping_sub(SYLLABLES), second.wrapping_sub(TRAILING));
    if syllable < SYLLABLE_COUNT
        && syllable.is_multiple_of(TRAILING_COUNT)
        && (1..TRAILING_COUNT).contains(&trailing)
    {
        return Some(first + trailing);
    }
    let pairs = PAIRS.get_or_init(|| {
        let rows = DECOMPOSITIONS.iter().filter(|d| d.2);
        rows.filter_map(|d| match d.3 {
            [first, second] => Some(((*first, *second), d.0)),
            _ => None,
        })
        .collect()
    });
    pairs.get(&(first, second)).copied()
}

/// Characters made of parts again (`nfc_nfkc`).
pub(super) fn compose(codes: &[u32], old: bool) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(codes.len());
    let mut starter: Option<usize> = None;
    let mut last = 0;
    for &code in codes {
        let class = combining(code);
        if let Some(place) = starter
            // Nothing of the same class may stand between.
            && (place + 1 == out.len() || (last < class && last != 0))
            && let Some(made) = composed(out[place], code)
            && !(old && is_unassigned_in_old(made))
        {
            out[place] = made;
            continue;
        }
        if class == 0 {
            starter = Some(out.len());
        }
        last = class;
        out.push(code);
    }
    out
}
