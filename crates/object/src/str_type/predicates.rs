//! `isalpha` and its kin.

use super::this;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::unicode;
use hognose_heap::Value;

fn all(rt: &Rt, value: &Value, test: fn(u32) -> bool) -> PyResult {
    let text = this(rt, value)?;
    Ok(Value::bool(text.char_count() > 0 && text.codes().all(test)))
}

pub(super) fn isalnum(rt: &Rt, value: &Value) -> PyResult {
    all(rt, value, unicode::is_alnum)
}

pub(super) fn isalpha(rt: &Rt, value: &Value) -> PyResult {
    all(rt, value, unicode::is_alpha)
}

pub(super) fn isdecimal(rt: &Rt, value: &Value) -> PyResult {
    all(rt, value, unicode::is_decimal)
}

pub(super) fn isdigit(rt: &Rt, value: &Value) -> PyResult {
    all(rt, value, unicode::is_digit)
}

pub(super) fn isnumeric(rt: &Rt, value: &Value) -> PyResult {
    all(rt, value, unicode::is_numeric)
}

pub(super) fn isspace(rt: &Rt, value: &Value) -> PyResult {
    all(rt, value, unicode::is_space)
}

pub(super) fn isascii(rt: &Rt, value: &Value) -> PyResult {
    Ok(Value::bool(this(rt, value)?.is_ascii()))
}

pub(super) fn isprintable(rt: &Rt, value: &Value) -> PyResult {
    let text = this(rt, value)?;
    Ok(Value::bool(text.codes().all(unicode::is_printable)))
}

pub(super) fn isidentifier(rt: &Rt, value: &Value) -> PyResult {
    Ok(Value::bool(is_identifier(this(rt, value)?)))
}

/// Whether the text is an identifier (`PyUnicode_IsIdentifier`).
fn is_identifier(text: &Str) -> bool {
    let mut codes = text.codes();
    codes
        .next()
        .is_some_and(|c| c == u32::from('_') || unicode::is_xid_start(c))
        && codes.all(unicode::is_xid_continue)
}

fn one_case(rt: &Rt, value: &Value, wanted: fn(u32) -> bool, other: fn(u32) -> bool) -> PyResult {
    let text = this(rt, value)?;
    let mut cased = false;
    for code in text.codes() {
        if other(code) || unicode::is_title(code) {
            return Ok(Value::FALSE);
        }
        cased |= wanted(code);
    }
    Ok(Value::bool(cased))
}

pub(super) fn islower(rt: &Rt, value: &Value) -> PyResult {
    one_case(rt, value, unicode::is_lower, unicode::is_upper)
}

pub(super) fn isupper(rt: &Rt, value: &Value) -> PyResult {
    one_case(rt, value, unicode::is_upper, unicode::is_lower)
}

pub(super) fn istitle(rt: &Rt, value: &Value) -> PyResult {
    let text = this(rt, value)?;
    let (mut cased, mut inside) = (false, false);
    for code in text.codes() {
        if unicode::is_upper(code) || unicode::is_title(code) {
            if inside {
                return Ok(Value::FALSE);
            }
            inside = true;
            cased = true;
        } else if unicode::is_lower(code) {
            if !inside {
                return Ok(Value::FALSE);
            }
            cased = true;
        } else {
            inside = false;
        }
    }
    Ok(Value::bool(cased))
}
