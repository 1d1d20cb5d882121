//! What becomes of characters that cannot be encoded, and of bytes that cannot be decoded.

use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::str_type::escape;
use crate::tuple::{Tuple, TupleExt};
use hognose_heap::{Ref, Value};

/// An error handler by its name.
#[derive(Clone, Debug)]
pub enum Handler {
    Strict,
    Ignore,
    Replace,
    SurrogateEscape,
    SurrogatePass,
    BackslashReplace,
    XmlCharRefReplace,
    NameReplace,
    /// Looked up in the registry when it is needed.
    Registered(Ref<Str>),
}

/// What stands in place of characters that cannot be encoded.
#[derive(Clone, Debug)]
pub enum Replacement {
    Text(Vec<u32>),
    Bytes(Vec<u8>),
}

/// The first character of those that `surrogateescape` makes of bytes from 0x80.
const ESCAPED: u32 = 0xdc00;

impl Handler {
    pub fn named(rt: &Rt, errors: Option<&Str>) -> Handler {
        match errors {
            None => Handler::Strict,
            Some(name) => Handler::of(&name.to_str())
                .unwrap_or_else(|| Handler::Registered(rt.intern(&name.to_str()))),
        }
    }

    /// The built-in handler of that name.
    pub fn of(name: &str) -> Option<Handler> {
        Some(match name {
            "strict" => Handler::Strict,
            "ignore" => Handler::Ignore,
            "replace" => Handler::Replace,
            "surrogateescape" => Handler::SurrogateEscape,
            "surrogatepass" => Handler::SurrogatePass,
            "backslashreplace" => Handler::BackslashReplace,
            "xmlcharrefreplace" => Handler::XmlCharRefReplace,
            "namereplace" => Handler::NameReplace,
            _ => return None,
        })
    }
}

/// How the surrogates of an encoding are written.
#[derive(Clone, Copy)]
enum Scheme {
    Utf8,
    Utf16(bool),
    Utf32(bool),
}

/// The scheme of an encoding's name (`get_standard_encoding`); true stands for big-endian.
fn scheme(encoding: &str) -> Option<Scheme> {
    let name = encoding.to_ascii_lowercase().replace('_', "-");
    let native_big = cfg!(target_endian = "big");
    Some(match name.as_str() {
        "utf-8" | "utf8" | "cp-utf8" => Scheme::Utf8,
        "utf-16" | "utf16" => Scheme::Utf16(native_big),
        "utf-16-le" | "utf-16le" | "utf16-le" | "utf16le" => Scheme::Utf16(false),
        "utf-16-be" | "utf-16be" | "utf16-be" | "utf16be" => Scheme::Utf16(true),
        "utf-32" | "utf32" => Scheme::Utf32(native_big),
        "utf-32-le" | "utf-32le" | "utf32-le" | "utf32le" => Scheme::Utf32(false),
        "utf-32-be" | "utf-32be" | "utf32-be" | "utf32be" => Scheme::Utf32(true),
        _ => return None,
    })
}

/// One place where encoding failed.
pub struct EncodeFailure<'a> {
    pub encoding: &'a str,
    pub text: &'a Ref<Str>,
    pub start: usize,
    pub end: usize,
    pub reason: &'a str,
}

impl EncodeFailure<'_> {
    pub fn raise(&self, rt: &Rt) -> Raised {
        let at = (self.start, self.end);
        rt.unicode_encode_error(self.encoding, self.text.as_value(), at, self.reason)
    }

    /// What to write instead, and where to go on.
    pub fn handle(&self, rt: &Rt, handler: &Handler) -> PyResult<(Replacement, usize)> {
        if let Handler::Registered(name) = handler {
            let function = rt.codec_error_handler(Some(name))?;
            let error = self.raise(rt).0;
            return registered_encode(rt, &function, &error, self.text.char_count());
        }
        match built_in_encode(self, handler) {
            Some(made) => Ok((made, self.end)),
            None => Err(self.raise(rt)),
        }
    }
}

/// What a built-in handler writes; `None` if it raises.
fn built_in_encode(failure: &EncodeFailure<'_>, handler: &Handler) -> Option<Replacement> {
    let codes = (failure.start..failure.end).map(|i| failure.text.code_at(i));
    let text_of = |text: String| Replacement::Text(text.chars().map(u32::from).collect());
    Some(match handler {
        Handler::Strict | Handler::Registered(_) => return None,
        Handler::Ignore => Replacement::Text(Vec::new()),
        Handler::Replace => Replacement::Text(codes.map(|_| u32::from('?')).collect()),
        Handler::BackslashReplace => text_of(codes.map(escape).collect()),
        Handler::XmlCharRefReplace => text_of(codes.map(|c| format!("&#{c};")).collect()),
        Handler::NameReplace => text_of(
            codes
                .map(|c| match crate::unicode::character_name(c) {
                    Some(name) => format!("\\N{{{name}}}"),
                    None => escape(c),
                })
                .collect(),
        ),
        Handler::SurrogateEscape => {
            let bytes: Option<Vec<u8>> = codes
                .map(|c| match c {
                    0xdc80..=0xdcff => Some((c - ESCAPED) as u8),
                    _ => None,
                })
                .collect();
            Replacement::Bytes(bytes?)
        }
        Handler::SurrogatePass => {
            let scheme = scheme(failure.encoding)?;
            let mut bytes = Vec::new();
            for code in codes {
                if !(0xd800..0xe000).contains(&code) {
                    return None;
                }
                push_surrogate(&mut bytes, code, scheme);
            }
            Replacement::Bytes(bytes)
        }
    })
}

fn push_surrogate(bytes: &mut Vec<u8>, code: u32, scheme: Scheme) {
    match scheme {
        Scheme::Utf8 => bytes.extend([
            0xe0 | (code >> 12) as u8,
            0x80 | (code >> 6 & 0x3f) as u8,
            0x80 | (code & 0x3f) as u8,
        ]),
        Scheme::Utf16(true) => bytes.extend((code as u16).to_be_bytes()),
        Scheme::Utf16(false) => bytes.extend((code as u16).to_le_bytes()),
        Scheme::Utf32(true) => bytes.extend(code.to_be_bytes()),
        Scheme::Utf32(false) => bytes.extend(code.to_le_bytes()),
    }
}

/// One place where decoding failed.
pub struct DecodeFailure<'a> {
    pub encoding: &'a str,
    pub bytes: &'a [u8],
    pub start: usize,
    pub end: usize,
    pub reason: &'a str,
}

impl DecodeFailure<'_> {
    pub fn raise(&self, rt: &Rt) -> Raised {
        let object = rt.bytes(self.bytes);
        let at = (self.start, self.end);
        rt.unicode_decode_error(self.encoding, object.as_value(), at, self.reason)
    }

    /// What to read instead, and where to go on.
    pub fn handle(&self, rt: &Rt, handler: &Handler) -> PyResult<(Vec<u32>, usize)> {
        if let Handler::Registered(name) = handler {
            let function = rt.codec_error_handler(Some(name))?;
            let error = self.raise(rt).0;
            return registered_decode(rt, &function, &error, self.bytes.len());
        }
        if matches!(handler, Handler::XmlCharRefReplace | Handler::NameReplace) {
            return Err(
                rt.type_error("don't know how to handle UnicodeDecodeError in error callback")
            );
        }
        built_in_decode(self, handler).ok_or_else(|| self.raise(rt))
    }
}

fn built_in_decode(failure: &DecodeFailure<'_>, handler: &Handler) -> Option<(Vec<u32>, usize)> {
    let bad = failure.bytes.get(failure.start..failure.end)?;
    Some(match handler {
        Handler::Strict
        | Handler::Registered(_)
        | Handler::XmlCharRefReplace
        | Handler::NameReplace => return None,
        Handler::Ignore => (Vec::new(), failure.end),
        Handler::Replace => (vec![0xfffd], failure.end),
        Handler::BackslashReplace => {
            let text: String = bad.iter().map(|b| format!("\\x{b:02x}")).collect();
            (text.chars().map(u32::from).collect(), failure.end)
        }
        Handler::SurrogateEscape => {
            let escaped: Vec<u32> = bad
                .iter()
                .take(4)
                .take_while(|&&b| b >= 0x80)
                .map(|&b| ESCAPED + u32::from(b))
                .collect();
            if escaped.is_empty() {
                return None;
            }
            let next = failure.start + escaped.len();
            (escaped, next)
        }
        Handler::SurrogatePass => {
            let rest = failure.bytes.get(failure.start..)?;
            let (code, width) = match (scheme(failure.encoding)?, rest) {
                (Scheme::Utf8, &[a @ 0xe0..=0xef, b @ 0x80..=0xbf, c @ 0x80..=0xbf, ..]) => (
                    u32::from(a & 0xf) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f),
                    3,
                ),
                (Scheme::Utf16(big), &[a, b, ..]) => {
                    let unit = [a, b];
                    let code = if big {
                        u16::from_be_bytes(unit)
                    } else {
                        u16::from_le_bytes(unit)
                    };
                    (u32::from(code), 2)
                }
                (Scheme::Utf32(big), &[a, b, c, d, ..]) => {
                    let unit = [a, b, c, d];
                    let code = if big {
                        u32::from_be_bytes(unit)
                    } else {
                        u32::from_le_bytes(unit)
                    };
                    (code, 4)
                }
                _ => return None,
            };
            if !(0xd800..0xe000).contains(&code) {
                return None;
            }
            (vec![code], failure.start + width)
        }
    })
}

/// What a handler written in Python answered: a replacement and a place.
fn answer(
    rt: &Rt,
    function: &Value,
    error: &Value,
    len: usize,
    what: &str,
) -> PyResult<(Value, usize)> {
    let made = rt.call(function, std::slice::from_ref(error))?;
    let pair = made.downcast_ref::<Tuple>().filter(|t| t.len() == 2);
    let (Some(first), Some(second)) = (pair.and_then(|t| t.item(0)), pair.and_then(|t| t.item(1)))
    else {
        return Err(rt.type_error(what));
    };
    if rt.type_of(&second).slots.index.get().is_none() {
        return Err(rt.type_error(format!(
            "'{}' object cannot be interpreted as an integer",
            rt.type_name(&second)
        )));
    }
    let given = rt.index_i64(&second)?;
    let at = if given < 0 { given + len as i64 } else { given };
    match usize::try_from(at) {
        Ok(at) if at <= len => Ok((first, at)),
        _ => Err(rt.index_error(format!("position {given} from error handler out of bounds"))),
    }
}

fn registered_encode(
    rt: &Rt,
    function: &Value,
    error: &Value,
    len: usize,
) -> PyResult<(Replacement, usize)> {
    const WHAT: &str = "encoding error handler must return (str/bytes, int) tuple";
    let (first, at) = answer(rt, function, error, len, WHAT)?;
    if let Some(text) = first.downcast_ref::<Str>() {
        return Ok((Replacement::Text(text.codes().collect()), at));
    }
    match first.downcast_ref::<crate::bytes::Bytes>() {
        Some(bytes) => Ok((Replacement::Bytes(bytes.bytes().to_vec()), at)),
        None => Err(rt.type_error(WHAT)),
    }
}

fn registered_decode(
    rt: &Rt,
    function: &Value,
    error: &Value,
    len: usize,
) -> PyResult<(Vec<u32>, usize)> {
    const WHAT: &str = "decoding error handler must return (str, int) tuple";
    let (first, at) = answer(rt, function, error, len, WHAT)?;
    match first.downcast_ref::<Str>() {
        Some(text) => Ok((text.codes().collect(), at)),
        None => Err(rt.type_error(WHAT)),
    }
}

impl Rt {
    /// Runs a built-in handler on an exception, as `codecs.strict_errors` and its siblings do.
    pub fn run_error_handler(&self, handler: &Handler, error: &Value) -> PyResult {
        let wrong = || {
            self.type_error(if matches!(handler, Handler::Strict) {
                "codec must pass exception instance".to_owned()
            } else {
                format!(
                    "don't know how to handle {} in error callback",
                    self.type_name(error)
                )
            })
        };
        if matches!(handler, Handler::Strict) {
            if self.is_instance(error, &self.types.base_exception) {
                return Err(Raised(error.clone()));
            }
            return Err(wrong());
        }
        let translate = self.is_instance(error, &self.types.unicode_translate_error);
        let encode = self.is_instance(error, &self.types.unicode_encode_error);
        let decode = self.is_instance(error, &self.types.unicode_decode_error);
        if !(translate || encode || decode) {
            return Err(wrong());
        }
        let Some((object, start, end)) = self.unicode_error_range(error)? else {
            return Err(wrong());
        };
        let (start, end) = (start.max(0) as usize, end.max(0) as usize);
        let raise = || Raised(error.clone());
        let pair =
            |first: Value, at: usize| Ok(self.tuple([first, self.int_from_usize(at)]).into_value());
        let encoding = if translate {
            String::new()
        } else {
            let name = self.getattr(error, &self.intern("encoding"))?;
            self.str_of(&name)?.to_str().into_owned()
        };
        if decode {
            let Some(bytes) = self.buffer_bytes(&object) else {
                return Err(wrong());
            };
            let failure = DecodeFailure {
                encoding: &encoding,
                bytes: &bytes?,
                start,
                end,
                reason: "",
            };
            if matches!(handler, Handler::XmlCharRefReplace | Handler::NameReplace) {
                return Err(wrong());
            }
            let (codes, at) = built_in_decode(&failure, handler).ok_or_else(raise)?;
            return pair(self.str_codes(&codes).into_value(), at);
        }
        let Some(text) = object.downcast::<Str>() else {
            return Err(wrong());
        };
        if translate {
            let codes = match handler {
                Handler::Ignore => Vec::new(),
                Handler::Replace => vec![0xfffd; end.saturating_sub(start)],
                Handler::BackslashReplace => (start..end)
                    .flat_map(|i| escape(text.code_at(i)).into_bytes())
                    .map(u32::from)
                    .collect(),
                _ => return Err(wrong()),
            };
            return pair(self.str_codes(&codes).into_value(), end);
        }
        let failure = EncodeFailure {
            encoding: &encoding,
            text,
            start,
            end,
            reason: "",
        };
        match built_in_encode(&failure, handler).ok_or_else(raise)? {
            Replacement::Text(codes) => pair(self.str_codes(&codes).into_value(), end),
            Replacement::Bytes(bytes) => pair(self.bytes(&bytes).into_value(), end),
        }
    }
}
