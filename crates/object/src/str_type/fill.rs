//! Padding and stripping: `center`, `ljust`, `rjust`, `zfill`, `expandtabs`, `strip`, `lstrip`, `rstrip`.

use super::{TextBuilder, this};
use crate::native::{Args, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::unicode;
use hognose_heap::{Ref, Value};

/// The width and the fill character.
fn arguments(rt: &Rt, name: &str, args: &Args<'_>) -> PyResult<(i64, u32)> {
    let given = rt.positional(name, args, 1, 2)?;
    let width = rt.index_i64(&given[0])?;
    let fill = match given.get(1) {
        None => u32::from(' '),
        Some(v) => match v.downcast::<Str>() {
            Some(text) if text.char_count() == 1 => text.code_at(0),
            Some(_) => {
                return Err(rt.type_error("The fill character must be exactly one character long"));
            }
            None => {
                let name = rt.type_name(v);
                return Err(rt.type_error(format!(
                    "The fill character must be a unicode character, not {name}"
                )));
            }
        },
    };
    Ok((width, fill))
}

fn padded(rt: &Rt, text: &Ref<Str>, left: usize, right: usize, fill: u32) -> PyResult {
    let len = text.char_count();
    if left == 0 && right == 0 {
        return Ok(rt.str_slice(text, 0, len).into_value());
    }
    rt.room_for_chars(left.saturating_add(right).saturating_add(len))?;
    let mut out = TextBuilder::with_capacity(left + len + right);
    out.push_repeated(fill, left);
    out.push_text(text);
    out.push_repeated(fill, right);
    Ok(out.finish(rt).into_value())
}

/// How much `center` puts on the left and on the right.
pub(crate) fn center_margins(width: i64, len: usize) -> (usize, usize) {
    let missing = width.saturating_sub(len as i64).max(0);
    let left = missing / 2 + (missing & width & 1);
    (left as usize, (missing - left) as usize)
}

pub(super) fn center(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let (width, fill) = arguments(rt, "center", args)?;
    let (left, right) = center_margins(width, text.char_count());
    padded(rt, text, left, right, fill)
}

pub(super) fn ljust(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let (width, fill) = arguments(rt, "ljust", args)?;
    let missing = width.saturating_sub(text.char_count() as i64).max(0);
    padded(rt, text, 0, missing as usize, fill)
}

pub(super) fn rjust(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let (width, fill) = arguments(rt, "rjust", args)?;
    let missing = width.saturating_sub(text.char_count() as i64).max(0);
    padded(rt, text, missing as usize, 0, fill)
}

pub(super) fn zfill(rt: &Rt, value: &Value, width: &Value) -> PyResult {
    let text = this(rt, value)?;
    let width = rt.index_i64(width)?;
    let len = text.char_count();
    let missing = width.saturating_sub(len as i64).max(0) as usize;
    let signed = matches!(char::from_u32(text.code_at(0)), Some('+' | '-'));
    if missing == 0 || !signed {
        return padded(rt, text, missing, 0, u32::from('0'));
    }
    rt.room_for_chars(missing.saturating_add(len))?;
    let mut out = TextBuilder::with_capacity(missing + len);
    out.push(text.code_at(0));
    out.push_repeated(u32::from('0'), missing);
    out.push_slice(text, 1, len);
    Ok(out.finish(rt).into_value())
}

pub(crate) const EXPANDTABS: Signature = Signature {
    function: "expandtabs",
    params: &["tabsize"],
    positional_only: 0,
    positional: 1,
    required: 0,
};

pub(super) fn expandtabs(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let [size] = rt.bind(&EXPANDTABS, args)?;
    let size = match size {
        Some(v) => rt.c_int(v)?.max(0) as usize,
        None => 8,
    };
    let mut out = TextBuilder::with_capacity(text.char_count());
    let mut column = 0;
    for code in text.codes() {
        match char::from_u32(code) {
            Some('\t') if size > 0 => {
                let missing = size - column % size;
                if missing > crate::str_::MAX_CHARS - out.len() {
                    return Err(rt.overflow_error("new string is too long"));
                }
                rt.room_for_chars(out.len() + missing)?;
                out.push_repeated(u32::from(' '), missing);
                column += missing;
            }
            Some('\t') => (),
            Some('\n' | '\r') => {
                out.push(code);
                column = 0;
            }
            _ => {
                out.push(code);
                column += 1;
            }
        }
    }
    Ok(out.finish(rt).into_value())
}

fn stripped(rt: &Rt, value: &Value, args: &Args<'_>, name: &str, ends: (bool, bool)) -> PyResult {
    let text = this(rt, value)?;
    let given = rt.positional(name, args, 0, 1)?;
    let chars = match given.first() {
        Some(v) if !v.is_none() => match v.downcast::<Str>() {
            Some(chars) => Some(chars),
            None => {
                return Err(rt.type_error(format!("{name} arg must be None or str")));
            }
        },
        _ => None,
    };
    let goes = |code: u32| match chars {
        None => unicode::is_space(code),
        Some(chars) => chars.codes().any(|c| c == code),
    };
    let (mut start, mut end) = (0, text.char_count());
    while ends.0 && start < end && goes(text.code_at(start)) {
        start += 1;
    }
    while ends.1 && start < end && goes(text.code_at(end - 1)) {
        end -= 1;
    }
    Ok(rt.str_slice(text, start, end).into_value())
}

pub(super) fn strip(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    stripped(rt, value, args, "strip", (true, true))
}

pub(super) fn lstrip(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    stripped(rt, value, args, "lstrip", (true, false))
}

pub(super) fn rstrip(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    stripped(rt, value, args, "rstrip", (false, true))
}
