//! UTF-7 (RFC 2152).

use super::handler::DecodeFailure;
use super::{Decoded, Handler};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::TextBuilder;
use hognose_heap::Ref;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The six bits that a character of a shift sequence stands for.
fn six_bits(byte: u8) -> Option<u32> {
    memchr::memchr(byte, ALPHABET).map(|at| at as u32)
}

/// Whether a character is written as itself.
fn is_direct(code: u32) -> bool {
    match u8::try_from(code) {
        Ok(b'\t' | b'\n' | b'\r') => true,
        Ok(b'+' | b'\\' | b'~') => false,
        Ok(byte) => (0x20..0x7f).contains(&byte),
        Err(_) => false,
    }
}

/// `_PyUnicode_EncodeUTF7`; every string can be written.
pub fn utf7_encode(rt: &Rt, text: &Ref<Str>) -> PyResult<Vec<u8>> {
    rt.room_for::<u64>(text.char_count())?;
    let mut out = Vec::with_capacity(text.char_count());
    let (mut shifted, mut bits, mut buffer) = (false, 0, 0u32);
    for code in text.codes() {
        if is_direct(code) {
            if std::mem::take(&mut shifted) {
                if bits > 0 {
                    out.push(ALPHABET[(buffer << (6 - bits) & 0x3f) as usize]);
                    (bits, buffer) = (0, 0);
                }
                // Other characters end the sequence by themselves.
                if code == u32::from('-') || six_bits(code as u8).is_some() {
                    out.push(b'-');
                }
            }
            out.push(code as u8);
            continue;
        }
        if !shifted {
            out.push(b'+');
            if code == u32::from('+') {
                out.push(b'-');
                continue;
            }
            shifted = true;
        }
        let units = match code.checked_sub(0x1_0000) {
            Some(beyond) => [
                Some(0xd800 + (beyond >> 10)),
                Some(0xdc00 + (beyond & 0x3ff)),
            ],
            None => [Some(code), None],
        };
        for unit in units.into_iter().flatten() {
            bits += 16;
            buffer = buffer << 16 | unit;
            while bits >= 6 {
                bits -= 6;
                out.push(ALPHABET[(buffer >> bits & 0x3f) as usize]);
            }
            buffer &= (1 << bits) - 1;
        }
    }
    if bits > 0 {
        out.push(ALPHABET[(buffer << (6 - bits) & 0x3f) as usize]);
    }
    if shifted {
        out.push(b'-');
    }
    Ok(out)
}

/// A shift sequence as it is read.
#[derive(Default)]
struct Shift {
    bits: u32,
    buffer: u32,
    /// The first half of a pair.
    high: Option<u32>,
}

impl Shift {
    /// Takes six bits in; the characters that they complete.
    fn take(&mut self, six: u32, out: &mut TextBuilder) {
        self.buffer = self.buffer << 6 | six;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let unit = self.buffer >> self.bits;
        self.buffer &= (1 << self.bits) - 1;
        match (self.high.take(), unit) {
            (Some(high), 0xdc00..=0xdfff) => {
                out.push(0x1_0000 + ((high - 0xd800) << 10) + (unit - 0xdc00));
                return;
            }
            (Some(high), _) => out.push(high),
            (None, _) => (),
        }
        match unit {
            0xd800..=0xdbff => self.high = Some(unit),
            _ => out.push(unit),
        }
    }

    /// What is wrong if the sequence ends here.
    fn fault(&self) -> Option<&'static str> {
        match self.bits {
            6.. => Some("partial character in shift sequence"),
            1.. if self.buffer != 0 => Some("non-zero padding bits in shift sequence"),
            _ => None,
        }
    }
}

/// `PyUnicode_DecodeUTF7Stateful`: what is not final ends before a shift sequence that is not complete.
pub fn utf7_decode(rt: &Rt, bytes: &[u8], handler: &Handler, is_final: bool) -> PyResult<Decoded> {
    let mut out = TextBuilder::with_capacity(bytes.len());
    let mut shift: Option<Shift> = None;
    // Where the last shift sequence, or fault, began; and the text before it.
    let (mut start, mut before) = (0, 0);
    let mut at = 0;
    loop {
        let reason = match (bytes.get(at).copied(), &mut shift) {
            (None, Some(open)) if is_final => {
                let fault = open.high.is_some() || open.fault().is_some();
                shift = None;
                if !fault {
                    break;
                }
                "unterminated shift sequence"
            }
            (None, _) => break,
            (Some(byte), Some(open)) => {
                if let Some(six) = six_bits(byte) {
                    open.take(six, &mut out);
                    at += 1;
                    continue;
                }
                let (fault, high) = (open.fault(), open.high);
                shift = None;
                match fault {
                    Some(fault) => {
                        at += 1;
                        fault
                    }
                    None => {
                        if let Some(high) = high.filter(|_| byte < 0x80 && byte != b'+') {
                            out.push(high);
                        }
                        at += usize::from(byte == b'-');
                        continue;
                    }
                }
            }
            (Some(b'+'), None) => {
                start = at;
                at += 1;
                match bytes.get(at) {
                    Some(b'-') => {
                        out.push(u32::from('+'));
                        at += 1;
                        continue;
                    }
                    Some(&byte) if six_bits(byte).is_none() => {
                        at += 1;
                        "ill-formed sequence"
                    }
                    _ => {
                        before = out.len();
                        shift = Some(Shift::default());
                        continue;
                    }
                }
            }
            (Some(byte), None) if byte < 0x80 => {
                out.push(u32::from(byte));
                at += 1;
                continue;
            }
            (Some(_), None) => {
                start = at;
                at += 1;
                "unexpected special character"
            }
        };
        let failure = DecodeFailure {
            encoding: "utf7",
            bytes,
            start,
            end: at,
            reason,
        };
        let (codes, next) = failure.handle(rt, handler)?;
        codes.into_iter().for_each(|code| out.push(code));
        at = next;
    }
    let text = out.finish(rt);
    if shift.is_some() {
        return Ok((rt.str_slice(&text, 0, before), start));
    }
    Ok((text, at))
}
