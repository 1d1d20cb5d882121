//! Text encodings by CPython's names, with its error messages.
//!
//! 8-bit encodings use tables taken from CPython, since web browsers' tables (those of `encoding_rs`) give characters to
//! bytes that CPython refuses. The large East Asian tables come from `encoding_rs`: the same standards, with a few
//! characters mapped as Windows does, and some sequences accepted that CPython refuses.

use std::borrow::Cow;
use std::fmt;

use encoding_rs::{DecoderResult, Encoding};

use crate::error::SourceError;
use crate::generated::codecs::{CHARMAPS, NAMES};

/// Why bytes are no text of an encoding: `UnicodeDecodeError`'s words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodeFailure {
    pub codec: Cow<'static, str>,
    /// The first offending byte.
    pub byte: u8,
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

impl fmt::Display for DecodeFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DecodeFailure {
            codec,
            byte,
            start,
            end,
            reason,
        } = self;
        if *end <= start + 1 {
            write!(
                f,
                "'{codec}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
            )
        } else {
            write!(
                f,
                "'{codec}' codec can't decode bytes in position {start}-{}: {reason}",
                end - 1
            )
        }
    }
}

/// Gives the codec that CPython would use for an encoding's name.
pub fn codec_name(encoding: &str) -> Option<&'static str> {
    let mut normal = String::with_capacity(encoding.len());
    let mut gap = false;
    for char in encoding.chars() {
        if char.is_ascii_alphanumeric() || char == '.' {
            if gap && !normal.is_empty() {
                normal.push('_');
            }
            normal.push(char.to_ascii_lowercase());
            gap = false;
        } else {
            gap = true;
        }
    }
    let undotted = normal.replace('.', "_");
    let find = |name: &str| {
        let at = NAMES
            .binary_search_by(|(alias, _)| (*alias).cmp(name))
            .ok()?;
        NAMES.get(at).map(|(_, codec)| *codec)
    };
    find(&normal).or_else(|| find(&undotted))
}

/// Decodes bytes by an encoding's name.
pub fn decode_with(encoding: &str, bytes: &[u8]) -> Result<String, SourceError> {
    let Some(codec) = codec_name(encoding) else {
        return Err(SourceError::UnknownEncoding {
            name: encoding.to_owned(),
        });
    };
    let failed = |failure| SourceError::Undecodable {
        name: encoding.to_owned(),
        failure,
    };
    match codec {
        "utf_8" => std::str::from_utf8(bytes)
            .map(str::to_owned)
            .map_err(|error| failed(utf8_failure(bytes, error))),
        "latin_1" => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
        "ascii" => match bytes.iter().position(|byte| !byte.is_ascii()) {
            None => Ok(bytes.iter().map(|&byte| char::from(byte)).collect()),
            Some(at) => Err(failed(one_byte(
                "ascii",
                bytes,
                at,
                "ordinal not in range(128)",
            ))),
        },
        _ => match CHARMAPS.iter().find(|(name, _)| *name == codec) {
            Some((_, table)) => decode_charmap(table, bytes).map_err(failed),
            None => decode_multibyte(codec, bytes).map_err(failed),
        },
    }
}

/// Decodes bytes by an encoding's name, with U+FFFD for what is no text of it; an unknown encoding is taken for UTF-8.
pub fn decode_lossy<'b>(encoding: &str, bytes: &'b [u8]) -> Cow<'b, str> {
    let codec = codec_name(encoding).unwrap_or("utf_8");
    if codec == "utf_8" {
        return String::from_utf8_lossy(bytes);
    }
    if let Ok(text) = decode_with(encoding, bytes) {
        return Cow::Owned(text);
    }
    let chars = match CHARMAPS.iter().find(|(name, _)| *name == codec) {
        Some((_, table)) => charmap_chars(table),
        None if codec == "ascii" => charmap_chars(&"\u{fffe}".repeat(128)),
        None => {
            return multibyte_encoding(codec)
                .decode_without_bom_handling(bytes)
                .0;
        }
    };
    let known = |&byte: &u8| match chars[byte as usize] {
        '\u{fffe}' => char::REPLACEMENT_CHARACTER,
        char => char,
    };
    Cow::Owned(bytes.iter().map(known).collect())
}

fn one_byte(codec: &'static str, bytes: &[u8], at: usize, reason: &'static str) -> DecodeFailure {
    let byte = bytes.get(at).copied().unwrap_or(0);
    DecodeFailure {
        codec: Cow::Borrowed(codec),
        byte,
        start: at,
        end: at + 1,
        reason,
    }
}

/// The characters of all bytes, by a table of 128 or 256.
fn charmap_chars(table: &str) -> [char; 256] {
    let mut chars = ['\u{fffe}'; 256];
    let given = table.chars().count();
    if given == 128 {
        for (slot, byte) in chars.iter_mut().zip(0u8..128) {
            *slot = char::from(byte);
        }
    }
    for (slot, char) in chars
        .iter_mut()
        .skip(256 - given.min(256))
        .zip(table.chars())
    {
        *slot = char;
    }
    chars
}

fn decode_charmap(table: &str, bytes: &[u8]) -> Result<String, DecodeFailure> {
    let chars = charmap_chars(table);
    let mut text = String::with_capacity(bytes.len());
    for (at, &byte) in bytes.iter().enumerate() {
        match chars[byte as usize] {
            '\u{fffe}' => {
                return Err(one_byte(
                    "charmap",
                    bytes,
                    at,
                    "character maps to <undefined>",
                ));
            }
            char => text.push(char),
        }
    }
    Ok(text)
}

fn multibyte_encoding(codec: &str) -> &'static Encoding {
    let label = match codec {
        "cp932" | "shift_jis" => "shift_jis",
        "cp949" | "euc_kr" => "euc-kr",
        "cp950" | "big5" => "big5",
        "gb2312" | "gbk" => "gbk",
        "euc_jp" => "euc-jp",
        "iso2022_jp" => "iso-2022-jp",
        _ => "gb18030",
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::GB18030)
}

fn decode_multibyte(codec: &'static str, bytes: &[u8]) -> Result<String, DecodeFailure> {
    let mut decoder = multibyte_encoding(codec).new_decoder_without_bom_handling();
    let room = decoder
        .max_utf8_buffer_length_without_replacement(bytes.len())
        .unwrap_or(0);
    let mut text = String::with_capacity(room);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => Ok(text),
        DecoderResult::OutputFull => {
            Err(one_byte(codec, bytes, read, "illegal multibyte sequence"))
        }
        DecoderResult::Malformed(length, after) => {
            let at = read.saturating_sub(usize::from(length) + usize::from(after));
            let reason = if read >= bytes.len() && after == 0 {
                "incomplete multibyte sequence"
            } else {
                "illegal multibyte sequence"
            };
            Err(one_byte(codec, bytes, at, reason))
        }
    }
}

/// Words a UTF-8 error as CPython's decoder does.
pub fn utf8_failure(bytes: &[u8], error: std::str::Utf8Error) -> DecodeFailure {
    let start = error.valid_up_to();
    let byte = bytes.get(start).copied().unwrap_or(0);
    let (end, reason) = match error.error_len() {
        None => (bytes.len(), "unexpected end of data"),
        Some(_) if matches!(byte, 0x80..=0xc1 | 0xf5..) => (start + 1, "invalid start byte"),
        Some(length) => (start + length, "invalid continuation byte"),
    };
    DecodeFailure {
        codec: Cow::Borrowed("utf-8"),
        byte,
        start,
        end,
        reason,
    }
}
