//! What `bytes` and `bytearray` have in common (`Objects/bytes_methods.c`, `stringlib`).

use super::hex;
use super::{ByteArray, Bytes};
use crate::native::{Args, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slice::Slice;
use crate::str_type::text_arg;
use crate::str_type::{
    EXPANDTABS, SPLITLINES, between, bounds, center_margins, lines, positions_in,
};
use crate::str_type::{words, words_right};
use crate::tuple::Tuple;
use hognose_heap::Value;
use std::borrow::Cow;

/// The methods of both types, then a type's own.
macro_rules! common_methods {
    ($($own:expr),* $(,)?) => {{
        use $crate::bytes::methods as m;
        use $crate::native::{Call, NativeDef};
        &[
            NativeDef::new("capitalize", "($self, /)", Call::Zero(m::capitalize)),
            NativeDef::new("center", "($self, width, fillchar=b' ', /)", Call::Many(m::center)),
            NativeDef::new("count", "", Call::Many(m::count)),
            NativeDef::new("decode", "($self, /, encoding='utf-8', errors='strict')", Call::Many(m::decode)),
            NativeDef::new("endswith", "", Call::Many(m::endswith)),
            NativeDef::new("expandtabs", "($self, /, tabsize=8)", Call::Many(m::expandtabs)),
            NativeDef::new("find", "", Call::Many(m::find)),
            NativeDef::class("fromhex", "($type, string, /)", Call::One(m::fromhex)),
            NativeDef::new("hex", "", Call::Many(m::hex)).with_doc(
        "The bytes as pairs of hexadecimal digits.\n\n>>> b\"\\xb9\\x01\".hex()\n'b901'",
    ),
            NativeDef::new("index", "", Call::Many(m::index)),
            NativeDef::new("isalnum", "($self, /)", Call::Zero(m::isalnum)),
            NativeDef::new("isalpha", "($self, /)", Call::Zero(m::isalpha)),
            NativeDef::new("isascii", "($self, /)", Call::Zero(m::isascii)),
            NativeDef::new("isdigit", "($self, /)", Call::Zero(m::isdigit)),
            NativeDef::new("islower", "($self, /)", Call::Zero(m::islower)),
            NativeDef::new("isspace", "($self, /)", Call::Zero(m::isspace)),
            NativeDef::new("istitle", "($self, /)", Call::Zero(m::istitle)),
            NativeDef::new("isupper", "($self, /)", Call::Zero(m::isupper)),
            NativeDef::new("join", "($self, iterable_of_bytes, /)", Call::One(m::join)),
            NativeDef::new("ljust", "($self, width, fillchar=b' ', /)", Call::Many(m::ljust)),
            NativeDef::new("lower", "($self, /)", Call::Zero(m::lower)),
            NativeDef::new("lstrip", "($self, bytes=None, /)", Call::Many(m::lstrip)),
            NativeDef::static_("maketrans", "(frm, to, /)", Call::Many(m::maketrans)),
            NativeDef::new("partition", "($self, sep, /)", Call::One(m::partition)),
            NativeDef::new("removeprefix", "($self, prefix, /)", Call::One(m::removeprefix)),
            NativeDef::new("removesuffix", "($self, suffix, /)", Call::One(m::removesuffix)),
            NativeDef::new("replace", "($self, old, new, count=-1, /)", Call::Many(m::replace)),
            NativeDef::new("rfind", "", Call::Many(m::rfind)),
            NativeDef::new("rindex", "", Call::Many(m::rindex)),
            NativeDef::new("rjust", "($self, width, fillchar=b' ', /)", Call::Many(m::rjust)),
            NativeDef::new("rpartition", "($self, sep, /)", Call::One(m::rpartition)),
            NativeDef::new("rsplit", "($self, /, sep=None, maxsplit=-1)", Call::Many(m::rsplit)),
            NativeDef::new("rstrip", "($self, bytes=None, /)", Call::Many(m::rstrip)),
            NativeDef::new("split", "($self, /, sep=None, maxsplit=-1)", Call::Many(m::split)),
            NativeDef::new("splitlines", "($self, /, keepends=False)", Call::Many(m::splitlines)),
            NativeDef::new("startswith", "", Call::Many(m::startswith)),
            NativeDef::new("strip", "($self, bytes=None, /)", Call::Many(m::strip)),
            NativeDef::new("swapcase", "($self, /)", Call::Zero(m::swapcase)),
            NativeDef::new("title", "($self, /)", Call::Zero(m::title)),
            NativeDef::new("translate", "($self, table, /, delete=b'')", Call::Many(m::translate)),
            NativeDef::new("upper", "($self, /)", Call::Zero(m::upper)),
            NativeDef::new("zfill", "($self, width, /)", Call::One(m::zfill)),
            $($own),*
        ]
    }};
}
pub(super) use common_methods;

/// The receiver's bytes: borrowed from `bytes`, copied from `bytearray`, which Python code may change meanwhile.
fn data<'a>(rt: &Rt, value: &'a Value) -> PyResult<Cow<'a, [u8]>> {
    if let Some(bytes) = value.downcast_ref::<Bytes>() {
        return Ok(Cow::Borrowed(bytes.bytes()));
    }
    match value.downcast_ref::<ByteArray>() {
        Some(array) => Ok(Cow::Owned(array.bytes.borrow().clone())),
        None => Err(rt.type_error("a bytes object was expected")),
    }
}

/// New bytes of the receiver's kind.
fn like(rt: &Rt, value: &Value, bytes: &[u8]) -> Value {
    if value.downcast_ref::<ByteArray>().is_some() {
        return rt.bytearray(bytes.to_vec()).into_value();
    }
    if let Some(own) = value.downcast_ref::<Bytes>()
        && own.bytes() == bytes
        && rt.is_exact(value, &rt.types.bytes)
    {
        return value.clone();
    }
    rt.bytes(bytes).into_value()
}

/// A byte given as an integer (`_getbytevalue`).
pub(crate) fn byte_arg(rt: &Rt, value: &Value) -> PyResult<u8> {
    if rt.as_int(value).is_none() && rt.type_of(value).slots.index.get().is_none() {
        let name = rt.type_name(value);
        return Err(rt.type_error(format!(
            "'{name}' object cannot be interpreted as an integer"
        )));
    }
    let index = rt.index(value)?;
    let byte = rt.as_int(&index).and_then(|i| i.to_i64());
    byte.and_then(|b| u8::try_from(b).ok())
        .ok_or_else(|| rt.value_error("byte must be in range(0, 256)"))
}

/// `b'…'` (`PyBytes_Repr`).
pub(super) fn shown(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        b'"'
    } else {
        b'\''
    };
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(char::from(quote));
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\t' => out.push_str("\\t"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            _ if byte == quote => {
                out.push('\\');
                out.push(char::from(byte));
            }
            0x20..0x7f => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(char::from(quote));
    out
}

pub(super) fn getitem(rt: &Rt, value: &Value, key: &Value) -> PyResult {
    let array = value.downcast_ref::<ByteArray>().is_some();
    if let Some(slice) = key.downcast_ref::<Slice>() {
        let len = rt.len(value)?;
        let span = rt.slice_span(slice, len)?;
        let bytes = data(rt, value)?;
        if span.step == 1 {
            let row = bytes.get(span.range()).unwrap_or_default();
            return Ok(like(rt, value, row));
        }
        let row: Vec<u8> = span
            .indices()
            .filter_map(|i| bytes.get(i).copied())
            .collect();
        return Ok(like(rt, value, &row));
    }
    let (name, message) = if array {
        ("bytearray", "bytearray index out of range")
    } else {
        ("byte", "index out of range")
    };
    let len = super::with_bytes(value, <[u8]>::len).unwrap_or(0);
    let i = crate::seq::index_of(rt, key, name, len)?;
    let byte = i.and_then(|i| super::with_bytes(value, |b| b.get(i).copied()).flatten());
    match byte {
        Some(byte) => Ok(Value::int32_or_small(i64::from(byte))),
        None => Err(rt.index_error(message)),
    }
}

/// A byte or a row of bytes to look for.
fn needle(rt: &Rt, value: &Value) -> PyResult<Vec<u8>> {
    if let Some(bytes) = rt.buffer_bytes(value) {
        return bytes;
    }
    if rt.as_int(value).is_some() || rt.type_of(value).slots.index.get().is_some() {
        return byte_arg(rt, value).map(|b| vec![b]);
    }
    let name = rt.type_name(value);
    Err(rt.type_error(format!(
        "argument should be integer or bytes-like object, not '{name}'"
    )))
}

pub(super) fn contains(rt: &Rt, value: &Value, item: &Value) -> PyResult<bool> {
    let bytes = data(rt, value)?;
    if rt.as_int(item).is_some() || rt.type_of(item).slots.index.get().is_some() {
        return byte_arg(rt, item).map(|b| bytes.contains(&b));
    }
    let part = rt.bytes_like(item)?;
    Ok(memchr::memmem::find(&bytes, &part).is_some())
}

pub(super) fn concat(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let (Some(x), Some(y)) = (rt.buffer_bytes(a), rt.buffer_bytes(b)) else {
        let (left, right) = (rt.type_name(a), rt.type_name(b));
        return Err(rt.type_error(format!("can't concat {right} to {left}")));
    };
    let (mut x, y) = (x?, y?);
    x.extend(y);
    Ok(like(rt, a, &x))
}

pub(super) fn repeat(rt: &Rt, value: &Value, count: &Value) -> PyResult {
    let bytes = data(rt, value)?;
    let n = crate::seq::repeat_count::<u8>(rt, count, bytes.len())?;
    let mut made = Vec::with_capacity(bytes.len() * n);
    match *bytes {
        [one] => made.resize(n, one),
        _ => (0..n).for_each(|_| made.extend_from_slice(&bytes)),
    }
    Ok(like(rt, value, &made))
}

pub(super) fn modulo(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    if super::with_bytes(a, |_| ()).is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let made = crate::percent::format_bytes(rt, &data(rt, a)?, b)?;
    Ok(like(rt, a, &made))
}

pub(super) fn decode(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "decode",
        params: &["encoding", "errors"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [encoding, errors] = rt.bind(&SIGNATURE, args)?;
    let encoding = match encoding {
        Some(v) => Some(text_arg(rt, "decode", "argument 'encoding'", v)?),
        None => None,
    };
    let errors = match errors {
        Some(v) => Some(text_arg(rt, "decode", "argument 'errors'", v)?),
        None => None,
    };
    let made = rt.decode_bytes(
        &data(rt, value)?,
        encoding.map(|e| &**e),
        errors.map(|e| &**e),
    )?;
    Ok(made.into_value())
}

pub(super) fn hex(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    Ok(rt
        .str(&hex::hex_text(rt, &data(rt, value)?, args)?)
        .into_value())
}

pub(super) fn fromhex(rt: &Rt, class: &Value, text: &Value) -> PyResult {
    let made = hex::from_hex(rt, text)?;
    let is = |ty: &Value| class.is(ty);
    if is(rt.types.bytes.as_value()) {
        return Ok(rt.bytes(&made).into_value());
    }
    if is(rt.types.bytearray.as_value()) {
        return Ok(rt.bytearray(made).into_value());
    }
    rt.call(class, &[rt.bytes(&made).into_value()])
}

fn mapped(rt: &Rt, value: &Value, f: impl FnOnce(&mut [u8])) -> PyResult {
    let mut bytes = data(rt, value)?.into_owned();
    f(&mut bytes);
    Ok(like(rt, value, &bytes))
}

pub(super) fn lower(rt: &Rt, value: &Value) -> PyResult {
    mapped(rt, value, <[u8]>::make_ascii_lowercase)
}

pub(super) fn upper(rt: &Rt, value: &Value) -> PyResult {
    mapped(rt, value, <[u8]>::make_ascii_uppercase)
}

pub(super) fn swapcase(rt: &Rt, value: &Value) -> PyResult {
    mapped(rt, value, |bytes| {
        for b in bytes {
            *b ^= u8::from(b.is_ascii_alphabetic()) << 5;
        }
    })
}

pub(super) fn capitalize(rt: &Rt, value: &Value) -> PyResult {
    mapped(rt, value, |bytes| {
        bytes.make_ascii_lowercase();
        if let Some(first) = bytes.first_mut() {
            first.make_ascii_uppercase();
        }
    })
}

pub(super) fn title(rt: &Rt, value: &Value) -> PyResult {
    mapped(rt, value, |bytes| {
        let mut inside = false;
        for b in bytes {
            if inside {
                b.make_ascii_lowercase();
            } else {
                b.make_ascii_uppercase();
            }
            inside = b.is_ascii_alphabetic();
        }
    })
}

fn all(rt: &Rt, value: &Value, test: fn(&u8) -> bool) -> PyResult {
    let bytes = data(rt, value)?;
    Ok(Value::bool(!bytes.is_empty() && bytes.iter().all(test)))
}

/// White space of C's `isspace`.
fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | 0x9..=0xd)
}

fn is_space_code(code: u32) -> bool {
    matches!(code, 0x20 | 0x9..=0xd)
}

pub(super) fn isalnum(rt: &Rt, value: &Value) -> PyResult {
    all(rt, value, u8::is_ascii_alphanumeric)
}

pub(super) fn isalpha(rt: &Rt, value: &Value) -> PyResult {
    all(rt, value, u8::is_ascii_alphabetic)
}

pub(super) fn isdigit(rt: &Rt, value: &Value) -> PyResult {
    all(rt, value, u8::is_ascii_digit)
}

pub(super) fn isspace(rt: &Rt, value: &Value) -> PyResult {
    all(rt, value, is_space)
}

pub(super) fn isascii(rt: &Rt, value: &Value) -> PyResult {
    Ok(Value::bool(data(rt, value)?.is_ascii()))
}

pub(super) fn islower(rt: &Rt, value: &Value) -> PyResult {
    let bytes = data(rt, value)?;
    let any = bytes.iter().any(u8::is_ascii_lowercase);
    Ok(Value::bool(
        any && !bytes.iter().any(u8::is_ascii_uppercase),
    ))
}

pub(super) fn isupper(rt: &Rt, value: &Value) -> PyResult {
    let bytes = data(rt, value)?;
    let any = bytes.iter().any(u8::is_ascii_uppercase);
    Ok(Value::bool(
        any && !bytes.iter().any(u8::is_ascii_lowercase),
    ))
}

pub(super) fn istitle(rt: &Rt, value: &Value) -> PyResult {
    let (mut cased, mut inside) = (false, false);
    for b in data(rt, value)?.iter() {
        if b.is_ascii_alphabetic() && b.is_ascii_uppercase() == inside {
            return Ok(Value::FALSE);
        }
        inside = b.is_ascii_alphabetic();
        cased |= inside;
    }
    Ok(Value::bool(cased))
}

/// What to look for, and the part of the bytes to look in.
fn search<'a>(
    rt: &Rt,
    name: &str,
    bytes: &'a [u8],
    args: &Args<'_>,
) -> PyResult<(Option<&'a [u8]>, usize, Vec<u8>)> {
    let given = rt.parsed_tuple(name, args, 1, 3)?;
    let (start, end) = bounds(rt, given.get(1..).unwrap_or_default(), bytes.len())?;
    let part = needle(rt, &given[0])?;
    Ok((bytes.get(start..end), start, part))
}

fn found(
    rt: &Rt,
    name: &str,
    value: &Value,
    args: &Args<'_>,
    last: bool,
) -> PyResult<Option<usize>> {
    let bytes = data(rt, value)?;
    let (within, start, part) = search(rt, name, &bytes, args)?;
    let at = within.and_then(|row| {
        if last {
            memchr::memmem::rfind(row, &part)
        } else {
            memchr::memmem::find(row, &part)
        }
    });
    Ok(at.map(|i| i + start))
}

pub(super) fn find(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let at = found(rt, "find", value, args, false)?;
    Ok(rt.int(at.map_or(-1, |i| i as i64)))
}

pub(super) fn rfind(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let at = found(rt, "rfind", value, args, true)?;
    Ok(rt.int(at.map_or(-1, |i| i as i64)))
}

pub(super) fn index(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    match found(rt, "index", value, args, false)? {
        Some(i) => Ok(rt.int_from_usize(i)),
        None => Err(rt.value_error("subsection not found")),
    }
}

pub(super) fn rindex(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    match found(rt, "rindex", value, args, true)? {
        Some(i) => Ok(rt.int_from_usize(i)),
        None => Err(rt.value_error("subsection not found")),
    }
}

pub(super) fn count(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let bytes = data(rt, value)?;
    let (within, _, part) = search(rt, "count", &bytes, args)?;
    let n = match within {
        None => 0,
        Some(row) if part.is_empty() => row.len() + 1,
        Some(row) => positions_in(row, &part, usize::MAX).len(),
    };
    Ok(rt.int_from_usize(n))
}

fn starts_or_ends(rt: &Rt, value: &Value, args: &Args<'_>, name: &str, from_end: bool) -> PyResult {
    let bytes = data(rt, value)?;
    let given = rt.parsed_tuple(name, args, 1, 3)?;
    let (start, end) = bounds(rt, given.get(1..).unwrap_or_default(), bytes.len())?;
    let holds = |part: &[u8]| match bytes.get(start..end) {
        None => false,
        Some(row) if from_end => row.ends_with(part),
        Some(row) => row.starts_with(part),
    };
    if let Some(parts) = given[0].downcast::<Tuple>() {
        for part in parts.slots().iter().filter_map(|s| s.get()) {
            if holds(&rt.bytes_like(&part)?) {
                return Ok(Value::TRUE);
            }
        }
        return Ok(Value::FALSE);
    }
    match rt.buffer_bytes(&given[0]) {
        Some(part) => Ok(Value::bool(holds(&part?))),
        None => {
            let shown = rt.type_name(&given[0]);
            Err(rt.type_error(format!(
                "{name} first arg must be bytes or a tuple of bytes, not {shown}"
            )))
        }
    }
}

pub(super) fn startswith(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    starts_or_ends(rt, value, args, "startswith", false)
}

pub(super) fn endswith(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    starts_or_ends(rt, value, args, "endswith", true)
}

fn fill_arguments(rt: &Rt, name: &str, args: &Args<'_>) -> PyResult<(i64, u8)> {
    let given = rt.positional(name, args, 1, 2)?;
    let width = rt.index_i64(&given[0])?;
    let fill = match given.get(1) {
        None => b' ',
        Some(v) => match super::with_bytes(v, |b| b.first().copied().filter(|_| b.len() == 1)) {
            Some(Some(one)) => one,
            _ => {
                let shown = crate::str_type::bad_arg_name(rt, v);
                return Err(rt.type_error(format!(
                    "{name}() argument 2 must be a byte string of length 1, not {shown}"
                )));
            }
        },
    };
    Ok((width, fill))
}

fn padded(rt: &Rt, value: &Value, bytes: &[u8], left: usize, right: usize, fill: u8) -> PyResult {
    let room = left.saturating_add(right).saturating_add(bytes.len());
    rt.room_for_bytes(room)?;
    let mut made = Vec::with_capacity(room);
    made.resize(left, fill);
    made.extend_from_slice(bytes);
    made.resize(made.len() + right, fill);
    Ok(like(rt, value, &made))
}

pub(super) fn center(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let bytes = data(rt, value)?;
    let (width, fill) = fill_arguments(rt, "center", args)?;
    let (left, right) = center_margins(width, bytes.len());
    padded(rt, value, &bytes, left, right, fill)
}

pub(super) fn ljust(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let bytes = data(rt, value)?;
    let (width, fill) = fill_arguments(rt, "ljust", args)?;
    let missing = width.saturating_sub(bytes.len() as i64).max(0) as usize;
    padded(rt, value, &bytes, 0, missing, fill)
}

pub(super) fn rjust(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let bytes = data(rt, value)?;
    let (width, fill) = fill_arguments(rt, "rjust", args)?;
    let missing = width.saturating_sub(bytes.len() as i64).max(0) as usize;
    padded(rt, value, &bytes, missing, 0, fill)
}

pub(super) fn zfill(rt: &Rt, value: &Value, width: &Value) -> PyResult {
    let bytes = data(rt, value)?;
    let width = rt.index_i64(width)?;
    let missing = width.saturating_sub(bytes.len() as i64).max(0) as usize;
    let (sign, rest) = match bytes.split_at_checked(1) {
        Some((sign @ (b"+" | b"-"), rest)) => (sign, rest),
        _ => (&[][..], &bytes[..]),
    };
    let room = missing.saturating_add(bytes.len());
    rt.room_for_bytes(room)?;
    let mut made = Vec::with_capacity(room);
    made.extend_from_slice(sign);
    made.resize(made.len() + missing, b'0');
    made.extend_from_slice(rest);
    Ok(like(rt, value, &made))
}

pub(super) fn expandtabs(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let bytes = data(rt, value)?;
    let [size] = rt.bind(&EXPANDTABS, args)?;
    let size = match size {
        Some(v) => rt.c_int(v)?.max(0) as usize,
        None => 8,
    };
    let mut made = Vec::with_capacity(bytes.len());
    let mut column = 0;
    for &byte in bytes.iter() {
        if byte != b'\t' {
            made.push(byte);
            column = if matches!(byte, b'\n' | b'\r') {
                0
            } else {
                column + 1
            };
        } else if size > 0 {
            let missing = size - column % size;
            rt.room_for::<u8>(made.len().saturating_add(missing))?;
            made.resize(made.len() + missing, b' ');
            column += missing;
        }
    }
    Ok(like(rt, value, &made))
}

fn stripped(rt: &Rt, value: &Value, args: &Args<'_>, name: &str, ends: (bool, bool)) -> PyResult {
    let bytes = data(rt, value)?;
    let chars = match rt.positional(name, args, 0, 1)? {
        [v] if !v.is_none() => Some(rt.bytes_like(v)?),
        _ => None,
    };
    let goes = |b: &u8| match &chars {
        None => is_space(b),
        Some(chars) => chars.contains(b),
    };
    let mut row = &bytes[..];
    while ends.0
        && let Some((first, rest)) = row.split_first()
        && goes(first)
    {
        row = rest;
    }
    while ends.1
        && let Some((last, rest)) = row.split_last()
        && goes(last)
    {
        row = rest;
    }
    Ok(like(rt, value, row))
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

pub(super) fn join(rt: &Rt, value: &Value, iterable: &Value) -> PyResult {
    let separator = data(rt, value)?;
    let slots = &rt.type_of(iterable).slots;
    if slots.iter.get().is_none() && slots.getitem.get().is_none() {
        return Err(rt.type_error("can only join an iterable"));
    }
    // The separator cannot be resized by what gives the items.
    let array = value.downcast_ref::<ByteArray>();
    let hold = |exports: fn(usize) -> usize| {
        if let Some(array) = array {
            array.exports.set(exports(array.exports.get()));
        }
    };
    hold(|n| n + 1);
    let items = rt.collect(iterable);
    hold(|n| n.saturating_sub(1));
    let items = items?;
    let mut made = Vec::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            made.extend_from_slice(&separator);
        }
        match rt.buffer_bytes(item) {
            Some(bytes) => made.extend(bytes?),
            None => {
                let name = rt.type_name(item);
                return Err(rt.type_error(format!(
                    "sequence item {i}: expected a bytes-like object, {name} found"
                )));
            }
        }
    }
    Ok(like(rt, value, &made))
}

pub(super) fn replace(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let bytes = data(rt, value)?;
    let given = rt.positional("replace", args, 2, 3)?;
    let (old, new) = (rt.bytes_like(&given[0])?, rt.bytes_like(&given[1])?);
    let most = match given.get(2) {
        Some(v) => rt.index_i64(v)?,
        None => -1,
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let places: Vec<usize> = if old.is_empty() {
        (0..=bytes.len()).take(most).collect()
    } else {
        positions_in(&bytes, &old, most)
    };
    let mut made = Vec::with_capacity(bytes.len());
    let mut at = 0;
    for i in places {
        made.extend_from_slice(&bytes[at..i]);
        made.extend_from_slice(&new);
        at = i + old.len();
    }
    made.extend_from_slice(&bytes[at..]);
    Ok(like(rt, value, &made))
}

pub(super) fn removeprefix(rt: &Rt, value: &Value, prefix: &Value) -> PyResult {
    let bytes = data(rt, value)?;
    let prefix = rt.bytes_like(prefix)?;
    Ok(like(
        rt,
        value,
        bytes.strip_prefix(&prefix[..]).unwrap_or(&bytes),
    ))
}

pub(super) fn removesuffix(rt: &Rt, value: &Value, suffix: &Value) -> PyResult {
    let bytes = data(rt, value)?;
    let suffix = rt.bytes_like(suffix)?;
    Ok(like(
        rt,
        value,
        bytes.strip_suffix(&suffix[..]).unwrap_or(&bytes),
    ))
}

pub(super) fn maketrans(rt: &Rt, _this: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("maketrans", args, 2, 2)?;
    let (from, to) = (rt.bytes_like(&given[0])?, rt.bytes_like(&given[1])?);
    if from.len() != to.len() {
        return Err(rt.value_error("maketrans arguments must have same length"));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (from, to) in from.into_iter().zip(to) {
        table[from as usize] = to;
    }
    Ok(rt.bytes(&table).into_value())
}

pub(super) fn translate(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "translate",
        params: &["table", "delete"],
        positional_only: 1,
        positional: 2,
        required: 1,
    };
    let bytes = data(rt, value)?;
    let [table, delete] = rt.bind(&SIGNATURE, args)?;
    let table = match table {
        Some(v) if !v.is_none() => Some(rt.bytes_like(v)?),
        _ => None,
    };
    if table.as_ref().is_some_and(|t| t.len() != 256) {
        return Err(rt.value_error("translation table must be 256 characters long"));
    }
    let delete = match delete {
        Some(v) => rt.bytes_like(v)?,
        None => Vec::new(),
    };
    let mut gone = [false; 256];
    delete.iter().for_each(|&b| gone[b as usize] = true);
    let made: Vec<u8> = bytes
        .iter()
        .filter(|&&b| !gone[b as usize])
        .map(|&b| table.as_ref().map_or(b, |t| t[b as usize]))
        .collect();
    Ok(like(rt, value, &made))
}

fn pieces(rt: &Rt, value: &Value, bytes: &[u8], spans: Vec<(usize, usize)>) -> PyResult {
    let items = spans
        .into_iter()
        .map(|(start, end)| like(rt, value, bytes.get(start..end).unwrap_or_default()));
    Ok(rt.list(items.collect()).into_value())
}

fn split_arguments(
    rt: &Rt,
    function: &'static str,
    args: &Args<'_>,
) -> PyResult<(Option<Vec<u8>>, usize)> {
    let signature = Signature {
        function,
        params: &["sep", "maxsplit"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [separator, most] = rt.bind(&signature, args)?;
    let most = match most {
        Some(most) => rt.index_i64(most)?,
        None => -1,
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let separator = match separator {
        Some(v) if !v.is_none() => {
            let row = rt.bytes_like(v)?;
            if row.is_empty() {
                return Err(rt.value_error("empty separator"));
            }
            Some(row)
        }
        _ => None,
    };
    Ok((separator, most))
}

pub(super) fn split(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let bytes = data(rt, value)?;
    let (separator, most) = split_arguments(rt, "split", args)?;
    let spans = match separator {
        None => words(&bytes[..], most, is_space_code),
        Some(sep) => between(&positions_in(&bytes, &sep, most), sep.len(), bytes.len()),
    };
    pieces(rt, value, &bytes, spans)
}

pub(super) fn rsplit(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let bytes = data(rt, value)?;
    let (separator, most) = split_arguments(rt, "rsplit", args)?;
    let spans = match separator {
        None => words_right(&bytes[..], most, is_space_code),
        Some(sep) => {
            let mut found = Vec::new();
            let mut end = bytes.len();
            while found.len() < most
                && let Some(i) = memchr::memmem::rfind(&bytes[..end], &sep)
            {
                found.push(i);
                end = i;
            }
            found.reverse();
            between(&found, sep.len(), bytes.len())
        }
    };
    pieces(rt, value, &bytes, spans)
}

pub(super) fn splitlines(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let bytes = data(rt, value)?;
    let [keep_ends] = rt.bind(&SPLITLINES, args)?;
    let keep_ends = match keep_ends {
        Some(v) => rt.truth(v)?,
        None => false,
    };
    let spans = lines(&bytes[..], keep_ends, |c| matches!(c, 0xa | 0xd));
    pieces(rt, value, &bytes, spans)
}

fn parted(rt: &Rt, value: &Value, sep: &Value, last: bool) -> PyResult {
    let bytes = data(rt, value)?;
    let part = rt.bytes_like(sep)?;
    if part.is_empty() {
        return Err(rt.value_error("empty separator"));
    }
    let at = if last {
        memchr::memmem::rfind(&bytes, &part)
    } else {
        memchr::memmem::find(&bytes, &part)
    };
    let parts: [&[u8]; 3] = match (at, last) {
        (Some(i), _) => [&bytes[..i], &part, &bytes[i + part.len()..]],
        (None, false) => [&bytes, &[], &[]],
        (None, true) => [&[], &[], &bytes],
    };
    Ok(rt.tuple(parts.map(|p| like(rt, value, p))).into_value())
}

pub(super) fn partition(rt: &Rt, value: &Value, sep: &Value) -> PyResult {
    parted(rt, value, sep, false)
}

pub(super) fn rpartition(rt: &Rt, value: &Value, sep: &Value) -> PyResult {
    parted(rt, value, sep, true)
}
