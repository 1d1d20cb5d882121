//! Encodings given by a mapping.

use super::handler::{DecodeFailure, EncodeFailure};
use super::{Decoded, Handler, Replacement};
use crate::bytes::Bytes;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::TextBuilder;
use hognose_heap::{Ref, Value};

const UNDEFINED: u32 = 0xfffe;

/// What a mapping makes of a byte, written; false if it is undefined.
fn decode_one(rt: &Rt, byte: u8, mapping: &Value, out: &mut TextBuilder) -> PyResult<bool> {
    if let Some(table) = mapping.downcast_ref::<Str>() {
        let code = table.code_at(byte as usize);
        let known = (byte as usize) < table.char_count() && code != UNDEFINED;
        if known {
            out.push(code);
        }
        return Ok(known);
    }
    let found = match rt.getitem(mapping, &rt.int(i64::from(byte))) {
        Ok(found) => found,
        Err(raised) if raised.is(rt, &rt.types.lookup_error) => return Ok(false),
        Err(raised) => return Err(raised),
    };
    if found.is_none() {
        return Ok(false);
    }
    if let Some(text) = found.downcast_ref::<Str>() {
        if text.char_count() == 1 && text.code_at(0) == UNDEFINED {
            return Ok(false);
        }
        out.push_text(text);
        return Ok(true);
    }
    let Some(code) = rt.as_int(&found) else {
        return Err(rt.type_error("character mapping must return integer, None or str"));
    };
    match code.to_i64().and_then(|c| u32::try_from(c).ok()) {
        Some(UNDEFINED) => Ok(false),
        Some(code @ ..=0x10_ffff) => {
            out.push(code);
            Ok(true)
        }
        _ => Err(rt.type_error("character mapping must be in range(0x110000)")),
    }
}

/// `charmap_decode`; without a mapping it is Latin-1.
pub fn charmap_decode(
    rt: &Rt,
    bytes: &[u8],
    handler: &Handler,
    mapping: Option<&Value>,
) -> PyResult<Decoded> {
    let Some(mapping) = mapping else {
        return Ok((rt.str_latin1(bytes), bytes.len()));
    };
    let mut out = TextBuilder::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if decode_one(rt, byte, mapping, &mut out)? {
            at += 1;
            continue;
        }
        let failure = DecodeFailure {
            encoding: "charmap",
            bytes,
            start: at,
            end: at + 1,
            reason: "character maps to <undefined>",
        };
        let (codes, next) = failure.handle(rt, handler)?;
        codes.into_iter().for_each(|c| out.push(c));
        at = next;
    }
    Ok((out.finish(rt), bytes.len()))
}

/// What a mapping makes of a character, written; false if it is undefined.
fn encode_one(rt: &Rt, code: u32, mapping: &Value, out: &mut Vec<u8>) -> PyResult<bool> {
    let found = match rt.getitem(mapping, &rt.int(i64::from(code))) {
        Ok(found) => found,
        Err(raised) if raised.is(rt, &rt.types.lookup_error) => return Ok(false),
        Err(raised) => return Err(raised),
    };
    if found.is_none() {
        return Ok(false);
    }
    if let Some(bytes) = found.downcast_ref::<Bytes>() {
        out.extend_from_slice(bytes.bytes());
        return Ok(true);
    }
    let Some(byte) = rt.as_int(&found) else {
        let name = rt.type_name(&found);
        return Err(rt.type_error(format!(
            "character mapping must return integer, bytes or None, not {name}"
        )));
    };
    match byte.to_i64().and_then(|b| u8::try_from(b).ok()) {
        Some(byte) => {
            out.push(byte);
            Ok(true)
        }
        None => Err(rt.type_error("character mapping must be in range(256)")),
    }
}

/// `charmap_encode`; without a mapping it is Latin-1.
pub fn charmap_encode(
    rt: &Rt,
    text: &Ref<Str>,
    handler: &Handler,
    mapping: Option<&Value>,
) -> PyResult<Vec<u8>> {
    let Some(mapping) = mapping else {
        return super::latin1_encode(rt, text, handler);
    };
    let len = text.char_count();
    let mut out = Vec::with_capacity(len);
    let mut at = 0;
    while at < len {
        if encode_one(rt, text.code_at(at), mapping, &mut out)? {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        let mut probe = Vec::new();
        while end < len && !encode_one(rt, text.code_at(end), mapping, &mut probe)? {
            end += 1;
        }
        let failure = EncodeFailure {
            encoding: "charmap",
            text,
            start: at,
            end,
            reason: "character maps to <undefined>",
        };
        let (made, next) = failure.handle(rt, handler)?;
        match made {
            Replacement::Bytes(bytes) => out.extend(bytes),
            Replacement::Text(codes) => {
                for code in codes {
                    if !encode_one(rt, code, mapping, &mut out)? {
                        return Err(failure.raise(rt));
                    }
                }
            }
        }
        at = next;
    }
    Ok(out)
}

/// `charmap_build`: from a decoding table the mapping that encodes.
pub fn charmap_build(rt: &Rt, table: &Str) -> PyResult {
    let mapping = rt.dict();
    for (byte, code) in table.codes().enumerate().take(256) {
        if code != UNDEFINED {
            mapping.set(rt, &rt.int(i64::from(code)), rt.int_from_usize(byte))?;
        }
    }
    Ok(mapping.into_value())
}
