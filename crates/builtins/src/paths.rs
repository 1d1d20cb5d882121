//! File system paths as values: UTF-8 with `surrogateescape`, so that any name survives (PEP 383).

use hognose_bytecode::PyStr;
use hognose_object::bytes::with_bytes;
use hognose_object::{PyResult, Ref, Rt, Str, StrExt, Value};
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The bytes that a string stands for (`os.fsencode`).
pub(crate) fn encode(text: &Str) -> Vec<u8> {
    if let Some(ascii) = text.as_ascii() {
        return ascii.as_bytes().to_vec();
    }
    let mut out = Vec::with_capacity(text.char_count());
    for code in text.codes() {
        match (code, char::from_u32(code)) {
            (0xdc80..=0xdcff, _) => out.push((code - 0xdc00) as u8),
            (_, Some(c)) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            (_, None) => out.extend_from_slice("\u{fffd}".as_bytes()),
        }
    }
    out
}

/// The string that stands for those bytes (`os.fsdecode`).
pub(crate) fn decode(rt: &Rt, bytes: &[u8]) -> Ref<Str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return rt.str(text);
    }
    let mut codes = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        codes.extend(chunk.valid().chars().map(u32::from));
        codes.extend(chunk.invalid().iter().map(|&b| 0xdc00 + u32::from(b)));
    }
    rt.str_codes(&codes)
}

pub(crate) fn from_path(rt: &Rt, path: &Path) -> Value {
    decode(rt, path.as_os_str().as_bytes()).into_value()
}

/// A path as `co_filename` has it.
pub(crate) fn py_str(path: &Path) -> PyStr {
    PyStr::from_os(path.as_os_str())
}

pub(crate) fn to_path(text: &Str) -> PathBuf {
    PathBuf::from(OsString::from_vec(encode(text)))
}

/// `os.fspath(value)`: a `str` or `bytes`.
pub(crate) fn fspath(rt: &Rt, value: &Value) -> PyResult {
    if value.downcast_ref::<Str>().is_some() || rt.is_instance(value, &rt.types.bytes) {
        return Ok(value.clone());
    }
    let name = rt.type_name(value);
    let Some(made) = rt.call_special(value, &rt.intern("__fspath__"), &[]) else {
        return Err(rt.type_error(format!(
            "expected str, bytes or os.PathLike object, not {name}"
        )));
    };
    let made = made?;
    if made.downcast_ref::<Str>().is_some() || rt.is_instance(&made, &rt.types.bytes) {
        return Ok(made);
    }
    let given = rt.type_name(&made);
    Err(rt.type_error(format!(
        "expected {name}.__fspath__() to return str or bytes, not {given}"
    )))
}

/// A path argument as a path.
pub(crate) fn path_argument(rt: &Rt, value: &Value) -> PyResult<PathBuf> {
    let value = fspath(rt, value)?;
    let bytes = match value.downcast_ref::<Str>() {
        Some(text) => encode(text),
        None => with_bytes(&value, <[u8]>::to_vec).unwrap_or_default(),
    };
    if bytes.contains(&0) {
        return Err(rt.value_error("embedded null byte"));
    }
    Ok(PathBuf::from(OsString::from_vec(bytes)))
}

/// A file name argument as text, for messages and code objects.
pub(crate) fn fs_text(rt: &Rt, value: &Value) -> PyResult<String> {
    let value = fspath(rt, value)?;
    Ok(match value.downcast_ref::<Str>() {
        Some(text) => text.to_str().into_owned(),
        None => with_bytes(&value, |b| String::from_utf8_lossy(b).into_owned()).unwrap_or_default(),
    })
}
