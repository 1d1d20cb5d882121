//! `find`, `index`, `count`, `startswith` and their kin.

use super::{this, units};
use crate::native::Args;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::tuple::Tuple;
use hognose_heap::{Ref, Value};

/// Optional bounds clipped to a length (`ADJUST_INDICES`); the start may lie past the end.
pub(crate) fn bounds(rt: &Rt, given: &[Value], len: usize) -> PyResult<(usize, usize)> {
    let len = len as i64;
    let bound = |at: usize, default: i64| match given.get(at) {
        Some(v) if !v.is_none() => rt.slice_bound(v),
        _ => Ok(default),
    };
    let (start, end) = (bound(0, 0)?, bound(1, i64::MAX)?);
    let clip = |i: i64| {
        if i < 0 {
            i.saturating_add(len).max(0)
        } else {
            i
        }
    };
    Ok((clip(start) as usize, clip(end).min(len) as usize))
}

fn needle<'a>(
    rt: &Rt,
    name: &str,
    text: &Str,
    args: &Args<'a>,
) -> PyResult<(&'a Ref<Str>, usize, usize)> {
    let given = rt.parsed_tuple(name, args, 1, 3)?;
    let (start, end) = bounds(rt, given.get(1..).unwrap_or_default(), text.char_count())?;
    match given.first().and_then(Value::downcast::<Str>) {
        Some(needle) => Ok((needle, start, end)),
        None => {
            let shown = given.first().map(|v| rt.type_name(v)).unwrap_or_default();
            Err(rt.type_error(format!("must be str, not {shown}")))
        }
    }
}

pub(super) fn find(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let (needle, start, end) = needle(rt, "find", text, args)?;
    let found = units::find(text, needle, start, end);
    Ok(rt.int(found.map_or(-1, |i| i as i64)))
}

pub(super) fn rfind(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let (needle, start, end) = needle(rt, "rfind", text, args)?;
    let found = units::rfind(text, needle, start, end);
    Ok(rt.int(found.map_or(-1, |i| i as i64)))
}

pub(super) fn index(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let (needle, start, end) = needle(rt, "index", text, args)?;
    match units::find(text, needle, start, end) {
        Some(i) => Ok(rt.int_from_usize(i)),
        None => Err(rt.value_error("substring not found")),
    }
}

pub(super) fn rindex(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let (needle, start, end) = needle(rt, "rindex", text, args)?;
    match units::rfind(text, needle, start, end) {
        Some(i) => Ok(rt.int_from_usize(i)),
        None => Err(rt.value_error("substring not found")),
    }
}

pub(super) fn count(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let (needle, start, end) = needle(rt, "count", text, args)?;
    if start > end {
        return Ok(rt.int(0));
    }
    if needle.char_count() == 0 {
        return Ok(rt.int_from_usize(end - start + 1));
    }
    let found = units::positions(text, needle, start, end, usize::MAX);
    Ok(rt.int_from_usize(found.len()))
}

/// Whether the characters of `part` stand at that place, wholly before `end`.
pub(super) fn stands_at(text: &Str, part: &Str, at: usize, end: usize) -> bool {
    let len = part.char_count();
    if at > end || end - at < len {
        return false;
    }
    if text.width() == part.width() {
        let unit = text.width() as usize;
        return text.bytes().get(at * unit..(at + len) * unit) == Some(part.bytes());
    }
    (text.width() as usize) > part.width() as usize
        && part
            .codes()
            .enumerate()
            .all(|(i, c)| text.code_at(at + i) == c)
}

fn tail_match(text: &Str, part: &Str, start: usize, end: usize, from_end: bool) -> bool {
    if start > end {
        return false;
    }
    if !from_end {
        return stands_at(text, part, start, end);
    }
    match end.checked_sub(part.char_count()) {
        Some(at) if at >= start => stands_at(text, part, at, end),
        _ => false,
    }
}

fn starts_or_ends(rt: &Rt, value: &Value, args: &Args<'_>, name: &str, from_end: bool) -> PyResult {
    let text = this(rt, value)?;
    let given = rt.parsed_tuple(name, args, 1, 3)?;
    let (start, end) = bounds(rt, given.get(1..).unwrap_or_default(), text.char_count())?;
    let part = &given[0];
    if let Some(part) = part.downcast::<Str>() {
        return Ok(Value::bool(tail_match(text, part, start, end, from_end)));
    }
    let Some(parts) = part.downcast::<Tuple>() else {
        let shown = rt.type_name(part);
        return Err(rt.type_error(format!(
            "{name} first arg must be str or a tuple of str, not {shown}"
        )));
    };
    for part in parts.slots().iter().filter_map(|s| s.get()) {
        let Some(part) = part.downcast::<Str>() else {
            let shown = rt.type_name(&part);
            return Err(rt.type_error(format!(
                "tuple for {name} must only contain str, not {shown}"
            )));
        };
        if tail_match(text, part, start, end, from_end) {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

pub(super) fn startswith(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    starts_or_ends(rt, value, args, "startswith", false)
}

pub(super) fn endswith(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    starts_or_ends(rt, value, args, "endswith", true)
}
