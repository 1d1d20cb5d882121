//! `make_scanner` and `scanstring`: text to values.

use super::{arguments, decode_error, string};
use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::str_::Width;
use hognose_object::str_type::TextBuilder;
use hognose_object::{
    Args, GetSetDef, Layout, PyResult, Raised, Ref, Rt, Slots, Str, StrExt, TypeObj, TypeSpec,
    Value, type_flags,
};
use rustc_hash::FxHashMap;
use std::hash::Hash;

/// The payload of `_json.Scanner`: what a decoder wants, looked up once.
pub(super) struct Scanner {
    strict: bool,
    object_hook: Value,
    object_pairs_hook: Value,
    parse_float: Value,
    parse_int: Value,
    parse_constant: Value,
}

impl Payload for Scanner {
    const KIND: Kind = kinds::JSON_SCANNER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        for value in [
            &self.object_hook,
            &self.object_pairs_hook,
            &self.parse_float,
            &self.parse_int,
            &self.parse_constant,
        ] {
            value.trace(visitor);
        }
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Scanner> {
    value
        .downcast_ref::<Scanner>()
        .ok_or_else(|| rt.type_error("a JSON scanner was expected"))
}

pub(super) static SCANNER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(new),
        call: Some(call),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("strict", |rt, v| Ok(Value::bool(this(rt, v)?.strict))),
        GetSetDef::member("object_hook", |rt, v| Ok(this(rt, v)?.object_hook.clone())),
        GetSetDef::member("object_pairs_hook", |rt, v| {
            Ok(this(rt, v)?.object_pairs_hook.clone())
        }),
        GetSetDef::member("parse_float", |rt, v| Ok(this(rt, v)?.parse_float.clone())),
        GetSetDef::member("parse_int", |rt, v| Ok(this(rt, v)?.parse_int.clone())),
        GetSetDef::member("parse_constant", |rt, v| {
            Ok(this(rt, v)?.parse_constant.clone())
        }),
    ],
    doc: "JSON scanner object",
    ..TypeSpec::new("_json.Scanner", Layout::Native(kinds::JSON_SCANNER))
};

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let [context] = arguments(rt, "make_scanner", &["context"], args)?;
    let strict = rt.truth(&rt.getattr_str(context, "strict")?)?;
    let scanner = Scanner {
        strict,
        object_hook: rt.getattr_str(context, "object_hook")?,
        object_pairs_hook: rt.getattr_str(context, "object_pairs_hook")?,
        parse_float: rt.getattr_str(context, "parse_float")?,
        parse_int: rt.getattr_str(context, "parse_int")?,
        parse_constant: rt.getattr_str(context, "parse_constant")?,
    };
    Ok(rt.alloc(ty, scanner).into_value())
}

fn call(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let [text, at] = arguments(rt, "scan_once", &["string", "idx"], args)?;
    let scanner = this(rt, value)?;
    let at = rt.index_i64(at)?;
    let text = string(rt, text)?;
    let Ok(at) = usize::try_from(at) else {
        return Err(rt.value_error("idx cannot be negative"));
    };
    fn run<T: Unit>(
        rt: &Rt,
        scanner: &Scanner,
        text: &Ref<Str>,
        row: &[T],
        at: usize,
    ) -> PyResult<(Value, usize)> {
        let mut scan = Scan {
            rt,
            scanner,
            text,
            row,
            at,
            keys: FxHashMap::default(),
        };
        let found = scan.term()?;
        Ok((found, scan.at))
    }
    let (found, end) = match text.width() {
        Width::One => run(rt, scanner, text, text.bytes(), at),
        Width::Two => run(rt, scanner, text, text.units16(), at),
        Width::Four => run(rt, scanner, text, text.units32(), at),
    }?;
    Ok(rt.tuple([found, rt.int_from_usize(end)]).into_value())
}

pub(super) fn scanstring(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.parsed_tuple("scanstring", args, 2, 3)?;
    let at = rt.index_i64(&given[1])?;
    let strict = given.get(2).map_or(Ok(1), |v| rt.c_int(v))? != 0;
    let text = string(rt, &given[0])?;
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    if at > text.char_count() {
        return Err(rt.value_error("end is out of bounds"));
    }
    let (found, end) = match text.width() {
        Width::One => scan_string(rt, text, text.bytes(), at, strict),
        Width::Two => scan_string(rt, text, text.units16(), at, strict),
        Width::Four => scan_string(rt, text, text.units32(), at, strict),
    }?;
    Ok(rt
        .tuple([found.into_value(), rt.int_from_usize(end)])
        .into_value())
}

/// A character in its string's width.
trait Unit: Copy + Eq + Hash + Into<u32> {}

impl<T: Copy + Eq + Hash + Into<u32>> Unit for T {}

fn is(code: u32, wanted: char) -> bool {
    code == u32::from(wanted)
}

fn digit(code: u32) -> bool {
    (u32::from('0')..=u32::from('9')).contains(&code)
}

/// Where a string's next quote, backslash or (if they matter) control character stands.
fn run_end<T: Unit>(row: &[T], at: usize, strict: bool) -> usize {
    let rest = row.get(at..).unwrap_or_default();
    let least = if strict { 0x20 } else { 0 };
    let found = rest.iter().position(|&c| {
        let code: u32 = c.into();
        is(code, '"') || is(code, '\\') || code < least
    });
    found.map_or(row.len(), |n| at + n)
}

/// A string from behind its opening quote, and the place behind its closing one (`scanstring_unicode`).
fn scan_string<T: Unit>(
    rt: &Rt,
    text: &Ref<Str>,
    row: &[T],
    start: usize,
    strict: bool,
) -> PyResult<(Ref<Str>, usize)> {
    let code = |at: usize| row.get(at).map(|&c| c.into());
    let unterminated = || {
        decode_error(
            rt,
            "Unterminated string starting at",
            text,
            start.saturating_sub(1),
        )
    };
    let mut at = start;
    let mut out: Option<TextBuilder> = None;
    loop {
        let end = run_end(row, at, strict);
        let found = code(end).ok_or_else(unterminated)?;
        if is(found, '"') {
            let made = match out {
                None => rt.str_slice(text, at, end),
                Some(mut out) => {
                    out.push_slice(text, at, end);
                    out.finish(rt)
                }
            };
            return Ok((made, end + 1));
        }
        if !is(found, '\\') {
            return Err(decode_error(rt, "Invalid control character at", text, end));
        }
        let out = out.get_or_insert_default();
        out.push_slice(text, at, end);
        let letter = code(end + 1).ok_or_else(unterminated)?;
        if is(letter, 'u') {
            let (code, end) = scan_unicode(rt, text, row, end + 2)?;
            out.push(code);
            at = end;
            continue;
        }
        let meant = match char::from_u32(letter) {
            Some(same @ ('"' | '\\' | '/')) => same,
            Some('b') => '\u{8}',
            Some('f') => '\u{c}',
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            _ => return Err(decode_error(rt, "Invalid \\escape", text, end)),
        };
        out.push(u32::from(meant));
        at = end + 2;
    }
}

/// The character whose four hexadecimal digits begin there, with a second half if it is one of a pair.
fn scan_unicode<T: Unit>(rt: &Rt, text: &Ref<Str>, row: &[T], at: usize) -> PyResult<(u32, usize)> {
    let four = |at: usize| -> Option<u32> {
        // The string's closing quote must have a place behind them.
        let digits = row.get(at..at + 4).filter(|_| at + 4 < row.len())?;
        digits.iter().try_fold(0, |made, &c| {
            let digit = char::from_u32(c.into())?.to_digit(16)?;
            Some(made << 4 | digit)
        })
    };
    let invalid = |at: usize| decode_error(rt, "Invalid \\uXXXX escape", text, at);
    let first = four(at).ok_or_else(|| invalid(at - 1))?;
    let end = at + 4;
    let pair = (0xd800..0xdc00).contains(&first)
        && end + 6 < row.len()
        && is(row[end].into(), '\\')
        && is(row[end + 1].into(), 'u');
    if !pair {
        return Ok((first, end));
    }
    let second = four(end + 2).ok_or_else(|| invalid(end + 1))?;
    Ok(match second {
        0xdc00..0xe000 => (
            0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00),
            end + 6,
        ),
        _ => (first, end),
    })
}

/// One call of a scanner.
struct Scan<'a, T> {
    rt: &'a Rt,
    scanner: &'a Scanner,
    text: &'a Ref<Str>,
    row: &'a [T],
    at: usize,
    /// The keys met, by their characters: each is made once.
    keys: FxHashMap<&'a [T], Ref<Str>>,
}

impl<T: Unit> Scan<'_, T> {
    fn code(&self, at: usize) -> u32 {
        // No string has that character.
        self.row.get(at).map_or(u32::MAX, |&c| c.into())
    }

    fn now(&self) -> u32 {
        self.code(self.at)
    }

    fn skip_space(&mut self) {
        while matches!(self.now(), 0x20 | 0x0a | 0x0d | 0x09) {
            self.at += 1;
        }
    }

    #[cold]
    fn error(&self, message: &str) -> Raised {
        decode_error(self.rt, message, self.text, self.at)
    }

    #[cold]
    fn nothing(&self, at: usize) -> Raised {
        let rt = self.rt;
        rt.raise_with(&rt.types.stop_iteration, &[rt.int_from_usize(at)])
    }

    fn word(&mut self, word: &str) -> bool {
        let found = (self.at..)
            .zip(word.chars())
            .all(|(at, c)| is(self.code(at), c));
        if found {
            self.at += word.len();
        }
        found
    }

    fn constant(&self, word: &str) -> PyResult {
        let word = self.rt.intern(word).as_value().clone();
        self.rt.call(&self.scanner.parse_constant, &[word])
    }

    /// One value (`scan_once_unicode`).
    fn term(&mut self) -> PyResult {
        let rt = self.rt;
        match char::from_u32(self.now()) {
            Some('"') => {
                let (found, end) =
                    scan_string(rt, self.text, self.row, self.at + 1, self.scanner.strict)?;
                self.at = end;
                Ok(found.into_value())
            }
            Some('{') => rt.guarded(
                " while decoding a JSON object from a unicode string",
                || self.object(),
            ),
            Some('[') => rt.guarded(" while decoding a JSON array from a unicode string", || {
                self.array()
            }),
            Some('n') if self.word("null") => Ok(Value::NONE),
            Some('t') if self.word("true") => Ok(Value::TRUE),
            Some('f') if self.word("false") => Ok(Value::FALSE),
            Some('N') if self.word("NaN") => self.constant("NaN"),
            Some('I') if self.word("Infinity") => self.constant("Infinity"),
            Some('-') if self.word("-Infinity") => self.constant("-Infinity"),
            _ => self.number(),
        }
    }

    fn key(&mut self) -> PyResult<Ref<Str>> {
        let start = self.at + 1;
        let end = run_end(self.row, start, true);
        if is(self.code(end), '"')
            && let Some(raw) = self.row.get(start..end)
        {
            self.at = end + 1;
            let made = self
                .keys
                .entry(raw)
                .or_insert_with(|| self.rt.str_slice(self.text, start, end));
            return Ok(made.clone());
        }
        let (found, end) = scan_string(self.rt, self.text, self.row, start, self.scanner.strict)?;
        self.at = end;
        Ok(found)
    }

    fn object(&mut self) -> PyResult {
        let rt = self.rt;
        let pairs_wanted = !self.scanner.object_pairs_hook.is_none();
        let dict = rt.dict();
        let mut pairs = Vec::new();
        self.at += 1;
        self.skip_space();
        if !is(self.now(), '}') {
            loop {
                if !is(self.now(), '"') {
                    return Err(self.error("Expecting property name enclosed in double quotes"));
                }
                let key = self.key()?;
                self.skip_space();
                if !is(self.now(), ':') {
                    return Err(self.error("Expecting ':' delimiter"));
                }
                self.at += 1;
                self.skip_space();
                let value = self.term()?;
                if pairs_wanted {
                    pairs.push(rt.tuple([key.into_value(), value]).into_value());
                } else {
                    drop(dict.set_str(rt, &key, value));
                }
                if !self.goes_on('}')? {
                    break;
                }
            }
        }
        self.at += 1;
        if pairs_wanted {
            let pairs = rt.list(pairs).into_value();
            return rt.call(&self.scanner.object_pairs_hook, &[pairs]);
        }
        if self.scanner.object_hook.is_none() {
            return Ok(dict.into_value());
        }
        rt.call(&self.scanner.object_hook, &[dict.into_value()])
    }

    /// Passes the comma behind an item; false where the closing character stands, which is not passed.
    fn goes_on(&mut self, closing: char) -> PyResult<bool> {
        self.skip_space();
        if is(self.now(), closing) {
            return Ok(false);
        }
        if !is(self.now(), ',') {
            return Err(self.error("Expecting ',' delimiter"));
        }
        self.at += 1;
        self.skip_space();
        Ok(true)
    }

    fn array(&mut self) -> PyResult {
        let mut items = Vec::new();
        self.at += 1;
        self.skip_space();
        if !is(self.now(), ']') {
            loop {
                let item = self.term()?;
                self.rt.push_to(&mut items, item)?;
                if !self.goes_on(']')? {
                    break;
                }
            }
        }
        self.at += 1;
        Ok(self.rt.list(items).into_value())
    }

    /// An integer or a float (`_match_number_unicode`).
    fn number(&mut self) -> PyResult {
        let start = self.at;
        let mut at = start + usize::from(is(self.now(), '-'));
        let skip_digits = |at: &mut usize| {
            let from = *at;
            while digit(self.code(*at)) {
                *at += 1;
            }
            *at > from
        };
        if is(self.code(at), '0') {
            at += 1;
        } else if !skip_digits(&mut at) {
            return Err(self.nothing(start));
        }
        let mut is_float = false;
        if is(self.code(at), '.') && digit(self.code(at + 1)) {
            is_float = true;
            at += 1;
            skip_digits(&mut at);
        }
        if is(self.code(at), 'e') || is(self.code(at), 'E') {
            let mut end = at + 1;
            if is(self.code(end), '-') || is(self.code(end), '+') {
                end += 1;
            }
            if skip_digits(&mut end) {
                is_float = true;
                at = end;
            }
        }
        self.at = at;
        self.made_number(start, is_float)
    }

    /// What the characters from there to here say.
    fn made_number(&self, start: usize, is_float: bool) -> PyResult {
        let rt = self.rt;
        let (function, own) = if is_float {
            (&self.scanner.parse_float, &rt.types.float)
        } else {
            (&self.scanner.parse_int, &rt.types.int)
        };
        let characters = self.row.get(start..self.at).unwrap_or_default();
        if !function.is(own.as_value()) {
            let text = rt.str_slice(self.text, start, self.at).into_value();
            return rt.call(function, &[text]);
        }
        if !is_float && characters.len() <= 18 {
            let mut made = 0;
            for &c in characters {
                let code: u32 = c.into();
                if digit(code) {
                    made = made * 10 + i64::from(code - u32::from('0'));
                }
            }
            let negative = is(self.code(start), '-');
            return Ok(rt.int(if negative { -made } else { made }));
        }
        let text: String = (characters.iter())
            .filter_map(|&c| char::from_u32(c.into()))
            .collect();
        if is_float {
            // Every such text is a number to Rust too.
            return Ok(rt.float(text.parse().unwrap_or(f64::NAN)));
        }
        match hognose_object::int::int_from_text(rt, &text, 10)? {
            Some(number) => Ok(rt.big_int(number)),
            None => Err(rt.value_error("a number was expected")),
        }
    }
}
