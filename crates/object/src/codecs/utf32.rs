//! UTF-32 in both byte orders.

use super::handler::{DecodeFailure, EncodeFailure};
use super::{ByteOrder, Decoded, Handler, Replacement};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::TextBuilder;
use hognose_heap::Ref;

const NATIVE_BIG: bool = cfg!(target_endian = "big");

/// `text.encode('utf-32')` and its siblings.
pub fn utf32_encode(
    rt: &Rt,
    text: &Ref<Str>,
    handler: &Handler,
    order: ByteOrder,
) -> PyResult<Vec<u8>> {
    let (encoding, big) = match order {
        ByteOrder::Little => ("utf-32-le", false),
        ByteOrder::Big => ("utf-32-be", true),
        ByteOrder::Marked => ("utf-32", NATIVE_BIG),
    };
    let unit = |code: u32| {
        if big {
            code.to_be_bytes()
        } else {
            code.to_le_bytes()
        }
    };
    let len = text.char_count();
    let mut out = Vec::with_capacity(len * 4 + 4);
    if order == ByteOrder::Marked {
        out.extend(unit(0xfeff));
    }
    let mut at = 0;
    while at < len {
        let code = text.code_at(at);
        if !(0xd800..0xe000).contains(&code) {
            out.extend(unit(code));
            at += 1;
            continue;
        }
        let failure = EncodeFailure {
            encoding,
            text,
            start: at,
            end: at + 1,
            reason: "surrogates not allowed",
        };
        let (made, next) = failure.handle(rt, handler)?;
        match made {
            Replacement::Bytes(bytes) if bytes.len() % 4 == 0 => out.extend(bytes),
            Replacement::Text(codes) if codes.iter().all(|&c| c < 0x80) => {
                codes.into_iter().for_each(|c| out.extend(unit(c)));
            }
            _ => return Err(failure.raise(rt)),
        }
        at = next;
    }
    Ok(out)
}

/// `bytes.decode('utf-32')` and its siblings; also tells the byte order found.
pub fn utf32_decode(
    rt: &Rt,
    bytes: &[u8],
    handler: &Handler,
    order: ByteOrder,
    is_final: bool,
) -> PyResult<(Decoded, ByteOrder)> {
    let mut order = order;
    let mut at = 0;
    if order == ByteOrder::Marked {
        match bytes {
            [0xff, 0xfe, 0, 0, ..] => {
                order = ByteOrder::Little;
                at = 4;
            }
            [0, 0, 0xfe, 0xff, ..] => {
                order = ByteOrder::Big;
                at = 4;
            }
            _ => (),
        }
    }
    let big = order == ByteOrder::Big || order == ByteOrder::Marked && NATIVE_BIG;
    let encoding = if big { "utf-32-be" } else { "utf-32-le" };
    let mut out = TextBuilder::with_capacity(bytes.len() / 4);
    while at < bytes.len() {
        let code = match bytes.get(at..at + 4) {
            Some(&[a, b, c, d]) if big => Some(u32::from_be_bytes([a, b, c, d])),
            Some(&[a, b, c, d]) => Some(u32::from_le_bytes([a, b, c, d])),
            _ => None,
        };
        let (end, reason) = match code {
            None if !is_final => break,
            None => (bytes.len(), "truncated data"),
            Some(0xd800..=0xdfff) => (
                at + 4,
                "code point in surrogate code point range(0xd800, 0xe000)",
            ),
            Some(code @ ..=0x10_ffff) => {
                out.push(code);
                at += 4;
                continue;
            }
            Some(_) => (at + 4, "code point not in range(0x110000)"),
        };
        let failure = DecodeFailure {
            encoding,
            bytes,
            start: at,
            end,
            reason,
        };
        let (codes, next) = failure.handle(rt, handler)?;
        codes.into_iter().for_each(|c| out.push(c));
        at = next;
    }
    Ok(((out.finish(rt), at), order))
}
