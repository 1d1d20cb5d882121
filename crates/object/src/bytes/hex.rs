//! `hex` and `fromhex`.

use crate::bytes::Bytes;
use crate::native::{Args, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::text_arg;
use hognose_heap::Value;

/// Two digits for each byte, with separators between groups counted from the right, or from the left if negative
/// (`_Py_strhex_impl`).
pub fn hex_text(rt: &Rt, bytes: &[u8], args: &Args<'_>) -> PyResult<String> {
    const SIGNATURE: Signature = Signature {
        function: "hex",
        params: &["sep", "bytes_per_sep"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [separator, group] = rt.bind(&SIGNATURE, args)?;
    let group = match group {
        Some(v) => i64::from(rt.c_int(v)?),
        None => 1,
    };
    let separator = match separator {
        None => None,
        Some(v) => {
            let one = if let Some(text) = v.downcast_ref::<Str>() {
                (text.char_count() == 1).then(|| text.code_at(0))
            } else if let Some(row) = v.downcast_ref::<Bytes>() {
                match row.bytes() {
                    [one] => Some(u32::from(*one)),
                    _ => None,
                }
            } else {
                return Err(rt.type_error("sep must be str or bytes."));
            };
            match one {
                None => return Err(rt.value_error("sep must be length 1.")),
                Some(one) if one > 127 => return Err(rt.value_error("sep must be ASCII.")),
                Some(one) => Some(one as u8 as char),
            }
        }
    };
    Ok(hex_grouped(bytes, separator, group))
}

fn hex_grouped(bytes: &[u8], separator: Option<char>, group: i64) -> String {
    let size = group.unsigned_abs() as usize;
    let mut out = String::with_capacity(bytes.len() * 2);
    for (i, byte) in bytes.iter().enumerate() {
        let before = if group > 0 { bytes.len() - i } else { i };
        if let Some(separator) = separator
            && i > 0
            && size > 0
            && before % size == 0
        {
            out.push(separator);
        }
        for digit in [byte >> 4, byte & 15] {
            out.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
    out
}

/// `fromhex`: white space between bytes goes by (`_PyBytes_FromHex`).
pub(super) fn from_hex(rt: &Rt, text: &Value) -> PyResult<Vec<u8>> {
    let text = text_arg(rt, "fromhex", "argument", text)?;
    let mut made = Vec::with_capacity(text.char_count() / 2);
    let bad = |at: usize| {
        rt.value_error(format!(
            "non-hexadecimal number found in fromhex() arg at position {at}"
        ))
    };
    if !text.is_ascii() {
        let at = text.codes().position(|c| c > 127).unwrap_or(0);
        return Err(bad(at));
    }
    let row = text.bytes();
    let digit = |at: usize| {
        row.get(at)
            .and_then(|&c| char::from(c).to_digit(16))
            .ok_or_else(|| bad(at))
    };
    let mut at = 0;
    while at < row.len() {
        if matches!(row[at], b' ' | 0x9..=0xd) {
            at += 1;
            continue;
        }
        made.push((digit(at)? << 4 | digit(at + 1)?) as u8);
        at += 2;
    }
    Ok(made)
}
