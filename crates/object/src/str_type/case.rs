//! `lower`, `upper`, `title` and their kin.

use super::{TextBuilder, this};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::unicode::{self, Case, full_case};
use hognose_heap::Value;

const SIGMA: u32 = 0x3a3;
const FINAL_SIGMA: u32 = 0x3c2;
const SMALL_SIGMA: u32 = 0x3c3;

/// Applies a change to ASCII text, or another to any text.
fn mapped(
    rt: &Rt,
    value: &Value,
    ascii: impl FnOnce(&mut [u8]),
    any: impl FnOnce(&Str, &mut TextBuilder),
) -> PyResult {
    let text = this(rt, value)?;
    if let Some(plain) = text.as_ascii() {
        let mut bytes = plain.as_bytes().to_vec();
        ascii(&mut bytes);
        return Ok(rt.str_ascii(&bytes).into_value());
    }
    let mut out = TextBuilder::with_capacity(text.char_count());
    any(text, &mut out);
    Ok(out.finish(rt).into_value())
}

/// The small form of the character there; a sigma's depends on what stands around it (`handle_capital_sigma`).
fn push_lower(text: &Str, at: usize, out: &mut TextBuilder) {
    let code = text.code_at(at);
    if code != SIGMA {
        full_case(code, Case::Lower, |c| out.push(c));
        return;
    }
    let seen = |c: &u32| !unicode::is_case_ignorable(*c);
    let before = (0..at).rev().map(|i| text.code_at(i)).find(seen);
    let after = (at + 1..text.char_count())
        .map(|i| text.code_at(i))
        .find(seen);
    let last = before.is_some_and(unicode::is_cased) && !after.is_some_and(unicode::is_cased);
    out.push(if last { FINAL_SIGMA } else { SMALL_SIGMA });
}

pub(super) fn lower(rt: &Rt, value: &Value) -> PyResult {
    mapped(rt, value, <[u8]>::make_ascii_lowercase, |text, out| {
        (0..text.char_count()).for_each(|i| push_lower(text, i, out));
    })
}

pub(super) fn upper(rt: &Rt, value: &Value) -> PyResult {
    mapped(rt, value, <[u8]>::make_ascii_uppercase, |text, out| {
        text.codes()
            .for_each(|c| full_case(c, Case::Upper, |c| out.push(c)));
    })
}

pub(super) fn casefold(rt: &Rt, value: &Value) -> PyResult {
    mapped(rt, value, <[u8]>::make_ascii_lowercase, |text, out| {
        text.codes()
            .for_each(|c| full_case(c, Case::Fold, |c| out.push(c)));
    })
}

pub(super) fn capitalize(rt: &Rt, value: &Value) -> PyResult {
    mapped(
        rt,
        value,
        |bytes| {
            bytes.make_ascii_lowercase();
            if let Some(first) = bytes.first_mut() {
                first.make_ascii_uppercase();
            }
        },
        |text, out| {
            full_case(text.code_at(0), Case::Title, |c| out.push(c));
            (1..text.char_count()).for_each(|i| push_lower(text, i, out));
        },
    )
}

pub(super) fn swapcase(rt: &Rt, value: &Value) -> PyResult {
    mapped(
        rt,
        value,
        |bytes| {
            for b in bytes {
                *b ^= u8::from(b.is_ascii_alphabetic()) << 5;
            }
        },
        |text, out| {
            for (i, code) in text.codes().enumerate() {
                if unicode::is_upper(code) {
                    push_lower(text, i, out);
                } else if unicode::is_lower(code) {
                    full_case(code, Case::Upper, |c| out.push(c));
                } else {
                    out.push(code);
                }
            }
        },
    )
}

pub(super) fn title(rt: &Rt, value: &Value) -> PyResult {
    mapped(
        rt,
        value,
        |bytes| {
            let mut inside = false;
            for b in bytes {
                if inside {
                    b.make_ascii_lowercase();
                } else {
                    b.make_ascii_uppercase();
                }
                inside = b.is_ascii_alphabetic();
            }
        },
        |text, out| {
            let mut inside = false;
            for (i, code) in text.codes().enumerate() {
                if inside {
                    push_lower(text, i, out);
                } else {
                    full_case(code, Case::Title, |c| out.push(c));
                }
                inside = unicode::is_cased(code);
            }
        },
    )
}
