//! Text encodings: the codecs that need no Python code, the registry, and error handlers (`Python/codecs.c`).

use crate::kinds;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::TextBuilder;
use hognose_heap::{Ref, Value};

mod charmap;
mod escape;
mod handler;
mod narrow;
mod registry;
mod utf16;
mod utf32;
mod utf7;
mod utf8;

pub use charmap::{charmap_build, charmap_decode, charmap_encode};
pub use escape::{
    escape_decode, escape_encode, raw_unicode_escape_decode, raw_unicode_escape_encode,
    unicode_escape_decode, unicode_escape_encode,
};
pub use handler::{Handler, Replacement};
pub use narrow::{ascii_decode, ascii_encode, latin1_decode, latin1_encode};
pub use registry::Registry;
pub use utf7::{utf7_decode, utf7_encode};
pub use utf8::{utf8_decode, utf8_encode};
pub use utf16::{utf16_decode, utf16_encode};
pub use utf32::{utf32_decode, utf32_encode};

/// What a decoder made: the text, and how many bytes it used.
pub type Decoded = (Ref<Str>, usize);

/// The order of bytes in a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ByteOrder {
    Little,
    Big,
    /// The machine's own, or as a byte order mark says; encoding writes the mark.
    Marked,
}

/// The codecs that `str.encode` and `bytes.decode` know without the registry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Known {
    Utf8,
    Utf16(ByteOrder),
    Utf32(ByteOrder),
    Ascii,
    Latin1,
}

/// The codec of a name, if it is one of the usual spellings (`PyUnicode_AsEncodedString`).
fn known(name: &str) -> Option<Known> {
    let name: String = name
        .chars()
        .map(|c| {
            if c == '_' || c == ' ' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    Some(match name.as_str() {
        "utf-8" | "utf8" => Known::Utf8,
        "utf-16" | "utf16" => Known::Utf16(ByteOrder::Marked),
        "utf-16-le" => Known::Utf16(ByteOrder::Little),
        "utf-16-be" => Known::Utf16(ByteOrder::Big),
        "utf-32" | "utf32" => Known::Utf32(ByteOrder::Marked),
        "utf-32-le" => Known::Utf32(ByteOrder::Little),
        "utf-32-be" => Known::Utf32(ByteOrder::Big),
        "ascii" | "us-ascii" => Known::Ascii,
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" => Known::Latin1,
        _ => return None,
    })
}

impl Rt {
    /// `text.encode(encoding, errors)`.
    pub fn encode_text(
        &self,
        text: &Ref<Str>,
        encoding: Option<&Str>,
        errors: Option<&Str>,
    ) -> PyResult {
        if encoding.is_none() && text.is_ascii() {
            return Ok(self.bytes(text.bytes()).into_value());
        }
        let name = encoding.map_or("utf-8".into(), StrExt::to_str);
        let handler = Handler::named(self, errors);
        let bytes = match known(&name) {
            Some(Known::Utf8) => utf8_encode(self, text, &handler)?,
            Some(Known::Utf16(order)) => utf16_encode(self, text, &handler, order)?,
            Some(Known::Utf32(order)) => utf32_encode(self, text, &handler, order)?,
            Some(Known::Ascii) => ascii_encode(self, text, &handler)?,
            Some(Known::Latin1) => latin1_encode(self, text, &handler)?,
            None => {
                let made = self.encode_with(text.as_value(), &name, errors, true)?;
                if self.is_instance(&made, &self.types.bytes) {
                    return Ok(made);
                }
                if let Some(made) = made.downcast_ref::<crate::bytes::ByteArray>() {
                    let bytes = made.bytes.borrow().clone();
                    self.warn(
                        &self.types.runtime_warning,
                        &format!("encoder {name} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types"),
                    )?;
                    return Ok(self.bytes(&bytes).into_value());
                }
                let shown = self.type_name(&made);
                return Err(self.type_error(format!("'{name}' encoder returned '{shown}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types")));
            }
        };
        Ok(self.bytes(&bytes).into_value())
    }

    /// `bytes.decode(encoding, errors)`.
    pub fn decode_bytes(
        &self,
        bytes: &[u8],
        encoding: Option<&Str>,
        errors: Option<&Str>,
    ) -> PyResult<Ref<Str>> {
        if encoding.is_none() && bytes.is_ascii() {
            return Ok(self.str_ascii(bytes));
        }
        let name = encoding.map_or("utf-8".into(), StrExt::to_str);
        let handler = Handler::named(self, errors);
        let decoded = match known(&name) {
            Some(Known::Utf8) => utf8_decode(self, bytes, &handler, true)?,
            Some(Known::Utf16(order)) => utf16_decode(self, bytes, &handler, order, true)?.0,
            Some(Known::Utf32(order)) => utf32_decode(self, bytes, &handler, order, true)?.0,
            Some(Known::Ascii) => ascii_decode(self, bytes, &handler)?,
            Some(Known::Latin1) => (self.str_latin1(bytes), bytes.len()),
            None => {
                let object = self.bytes(bytes).into_value();
                let made = self.decode_with(&object, &name, errors, true)?;
                return Ref::try_from(made).map_err(|other| {
                    let shown = self.type_name(&other);
                    self.type_error(format!("'{name}' decoder returned '{shown}' instead of 'str'; use codecs.decode() to decode to arbitrary types"))
                });
            }
        };
        Ok(decoded.0)
    }

    /// `str(object, encoding, errors)` (`PyUnicode_FromEncodedObject`).
    pub fn decode_object(
        &self,
        object: &Value,
        encoding: Option<&Str>,
        errors: Option<&Str>,
    ) -> PyResult<Ref<Str>> {
        if object.header().is_some_and(|h| h.kind() == kinds::STR) {
            return Err(self.type_error("decoding str is not supported"));
        }
        match self.buffer_bytes(object) {
            Some(bytes) => self.decode_bytes(&bytes?, encoding, errors),
            None => Err(self.type_error(format!(
                "decoding to str: need a bytes-like object, {} found",
                self.type_name(object)
            ))),
        }
    }

    /// `ascii(value)`.
    pub fn ascii(&self, value: &Value) -> PyResult<Ref<Str>> {
        let text = self.repr(value)?;
        if text.is_ascii() {
            return Ok(text);
        }
        let mut out = TextBuilder::with_capacity(text.char_count());
        for code in text.codes() {
            if code < 128 {
                out.push(code);
            } else {
                out.push_str(&crate::str_type::escape(code));
            }
        }
        Ok(out.finish(self))
    }
}
