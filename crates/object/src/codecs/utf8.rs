//! UTF-8.

use super::handler::{DecodeFailure, EncodeFailure};
use super::{Decoded, Handler, Replacement};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::TextBuilder;
use hognose_heap::Ref;

fn push(out: &mut Vec<u8>, code: u32) {
    if let Some(c) = char::from_u32(code) {
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}

fn is_surrogate(code: u32) -> bool {
    (0xd800..0xe000).contains(&code)
}

/// `text.encode('utf-8')`.
pub fn utf8_encode(rt: &Rt, text: &Ref<Str>, handler: &Handler) -> PyResult<Vec<u8>> {
    if text.is_ascii() {
        return Ok(text.bytes().to_vec());
    }
    let len = text.char_count();
    let mut out = Vec::with_capacity(len * 2);
    let mut at = 0;
    while at < len {
        let code = text.code_at(at);
        if !is_surrogate(code) {
            push(&mut out, code);
            at += 1;
            continue;
        }
        let end = (at..len)
            .find(|&i| !is_surrogate(text.code_at(i)))
            .unwrap_or(len);
        let failure = EncodeFailure {
            encoding: "utf-8",
            text,
            start: at,
            end,
            reason: "surrogates not allowed",
        };
        let (made, next) = match handler {
            // Only the first of a run need be escapable for the run to begin.
            Handler::SurrogateEscape => {
                let end = (at..end)
                    .find(|&i| !(0xdc80..=0xdcff).contains(&text.code_at(i)))
                    .unwrap_or(end);
                let run = EncodeFailure { end, ..failure };
                if end == at {
                    let run = EncodeFailure {
                        end: (at..len)
                            .find(|&i| !is_surrogate(text.code_at(i)))
                            .unwrap_or(len),
                        ..run
                    };
                    return Err(run.raise(rt));
                }
                run.handle(rt, handler)?
            }
            _ => failure.handle(rt, handler)?,
        };
        match made {
            Replacement::Bytes(bytes) => out.extend(bytes),
            Replacement::Text(codes) => {
                if codes.iter().any(|&c| c >= 0x80) {
                    let failure = EncodeFailure {
                        encoding: "utf-8",
                        text,
                        start: at,
                        end,
                        reason: "surrogates not allowed",
                    };
                    return Err(failure.raise(rt));
                }
                codes.into_iter().for_each(|c| push(&mut out, c));
            }
        }
        at = next;
    }
    Ok(out)
}

/// `bytes.decode('utf-8')`; unless it is final, a character cut off at the end stays unread.
pub fn utf8_decode(rt: &Rt, bytes: &[u8], handler: &Handler, is_final: bool) -> PyResult<Decoded> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((rt.str(text), bytes.len()));
    }
    let mut out = TextBuilder::with_capacity(bytes.len());
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let error = match std::str::from_utf8(rest) {
            Ok(text) => {
                out.push_str(text);
                return Ok((out.finish(rt), bytes.len()));
            }
            Err(error) => error,
        };
        let (good, bad) = rest.split_at(error.valid_up_to());
        out.push_str(std::str::from_utf8(good).unwrap_or_default());
        at += good.len();
        let (end, reason) = match error.error_len() {
            None if !is_final => return Ok((out.finish(rt), at)),
            None => (bytes.len(), "unexpected end of data"),
            Some(n) => {
                let starts = matches!(bad.first(), Some(0xc2..=0xf4));
                let reason = if starts {
                    "invalid continuation byte"
                } else {
                    "invalid start byte"
                };
                (at + n, reason)
            }
        };
        let failure = DecodeFailure {
            encoding: "utf-8",
            bytes,
            start: at,
            end,
            reason,
        };
        let (codes, next) = failure.handle(rt, handler)?;
        codes.into_iter().for_each(|c| out.push(c));
        at = next;
    }
}
