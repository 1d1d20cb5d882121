//! UTF-16 in both byte orders.

use super::handler::{DecodeFailure, EncodeFailure};
use super::{ByteOrder, Decoded, Handler, Replacement};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::TextBuilder;
use hognose_heap::Ref;

const NATIVE_BIG: bool = cfg!(target_endian = "big");

/// `text.encode('utf-16')` and its siblings.
pub fn utf16_encode(
    rt: &Rt,
    text: &Ref<Str>,
    handler: &Handler,
    order: ByteOrder,
) -> PyResult<Vec<u8>> {
    let (encoding, big) = match order {
        ByteOrder::Little => ("utf-16-le", false),
        ByteOrder::Big => ("utf-16-be", true),
        ByteOrder::Marked => ("utf-16", NATIVE_BIG),
    };
    let len = text.char_count();
    let mut out = Vec::with_capacity(len * 2 + 2);
    let push_unit = |out: &mut Vec<u8>, unit: u16| {
        out.extend(if big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        });
    };
    if order == ByteOrder::Marked {
        push_unit(&mut out, 0xfeff);
    }
    let mut at = 0;
    while at < len {
        let code = text.code_at(at);
        if !(0xd800..0xe000).contains(&code) {
            push(&mut out, code, push_unit);
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
            Replacement::Bytes(bytes) if bytes.len() % 2 == 0 => out.extend(bytes),
            Replacement::Text(codes) if codes.iter().all(|&c| c < 0x80) => {
                codes.into_iter().for_each(|c| push(&mut out, c, push_unit));
            }
            _ => return Err(failure.raise(rt)),
        }
        at = next;
    }
    Ok(out)
}

fn push(out: &mut Vec<u8>, code: u32, push_unit: impl Fn(&mut Vec<u8>, u16)) {
    if let Some(c) = char::from_u32(code) {
        for unit in c.encode_utf16(&mut [0; 2]) {
            push_unit(out, *unit);
        }
    }
}

/// `bytes.decode('utf-16')` and its siblings; also tells the byte order found.
pub fn utf16_decode(
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
            [0xff, 0xfe, ..] => {
                order = ByteOrder::Little;
                at = 2;
            }
            [0xfe, 0xff, ..] => {
                order = ByteOrder::Big;
                at = 2;
            }
            _ => (),
        }
    }
    let big = order == ByteOrder::Big || order == ByteOrder::Marked && NATIVE_BIG;
    let encoding = if big { "utf-16-be" } else { "utf-16-le" };
    let unit_at = |at: usize| match bytes.get(at..at + 2) {
        Some(&[a, b]) => Some(u32::from(if big {
            u16::from_be_bytes([a, b])
        } else {
            u16::from_le_bytes([a, b])
        })),
        _ => None,
    };
    let mut out = TextBuilder::with_capacity(bytes.len() / 2);
    while at < bytes.len() {
        let (end, reason) = match (unit_at(at), unit_at(at + 2)) {
            (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
                out.push(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00));
                at += 4;
                continue;
            }
            (Some(0xd800..=0xdbff), Some(_)) => (at + 2, "illegal UTF-16 surrogate"),
            (Some(0xd800..=0xdbff), None) if !is_final => break,
            (Some(0xd800..=0xdbff), None) => (bytes.len(), "unexpected end of data"),
            (Some(0xdc00..=0xdfff), _) => (at + 2, "illegal encoding"),
            (Some(code), _) => {
                out.push(code);
                at += 2;
                continue;
            }
            (None, _) if !is_final => break,
            (None, _) => (bytes.len(), "truncated data"),
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
