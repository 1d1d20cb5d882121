//! ASCII and Latin-1.

use super::handler::{DecodeFailure, EncodeFailure};
use super::{Decoded, Handler, Replacement};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::TextBuilder;
use hognose_heap::Ref;

/// `unicode_encode_ucs1`.
fn encode(rt: &Rt, text: &Ref<Str>, handler: &Handler, limit: u32) -> PyResult<Vec<u8>> {
    let (encoding, reason) = if limit == 128 {
        ("ascii", "ordinal not in range(128)")
    } else {
        ("latin-1", "ordinal not in range(256)")
    };
    let len = text.char_count();
    let mut out = Vec::with_capacity(len);
    let mut at = 0;
    while at < len {
        let code = text.code_at(at);
        if code < limit {
            out.push(code as u8);
            at += 1;
            continue;
        }
        let run_end = (at..len).find(|&i| text.code_at(i) < limit).unwrap_or(len);
        let mut failure = EncodeFailure {
            encoding,
            text,
            start: at,
            end: run_end,
            reason,
        };
        if matches!(handler, Handler::SurrogateEscape) {
            let escapable = (at..run_end)
                .find(|&i| !(0xdc80..=0xdcff).contains(&text.code_at(i)))
                .unwrap_or(run_end);
            if escapable > at {
                failure.end = escapable;
            }
        }
        let (made, next) = failure.handle(rt, handler)?;
        match made {
            Replacement::Bytes(bytes) => out.extend(bytes),
            Replacement::Text(codes) => {
                if codes.iter().any(|&c| c >= limit) {
                    return Err(failure.raise(rt));
                }
                out.extend(codes.into_iter().map(|c| c as u8));
            }
        }
        at = next;
    }
    Ok(out)
}

/// `text.encode('ascii')`.
pub fn ascii_encode(rt: &Rt, text: &Ref<Str>, handler: &Handler) -> PyResult<Vec<u8>> {
    if text.is_ascii() {
        return Ok(text.bytes().to_vec());
    }
    encode(rt, text, handler, 128)
}

/// `text.encode('latin-1')`.
pub fn latin1_encode(rt: &Rt, text: &Ref<Str>, handler: &Handler) -> PyResult<Vec<u8>> {
    if text.width() == crate::str_::Width::One {
        return Ok(text.bytes().to_vec());
    }
    encode(rt, text, handler, 256)
}

/// `bytes.decode('ascii')`.
pub fn ascii_decode(rt: &Rt, bytes: &[u8], handler: &Handler) -> PyResult<Decoded> {
    if bytes.is_ascii() {
        return Ok((rt.str_ascii(bytes), bytes.len()));
    }
    let mut out = TextBuilder::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte < 128 {
            out.push(u32::from(byte));
            at += 1;
            continue;
        }
        let failure = DecodeFailure {
            encoding: "ascii",
            bytes,
            start: at,
            end: at + 1,
            reason: "ordinal not in range(128)",
        };
        let (codes, next) = failure.handle(rt, handler)?;
        codes.into_iter().for_each(|c| out.push(c));
        at = next;
    }
    Ok((out.finish(rt), bytes.len()))
}

/// `bytes.decode('latin-1')`.
pub fn latin1_decode(rt: &Rt, bytes: &[u8]) -> Decoded {
    (rt.str_latin1(bytes), bytes.len())
}
