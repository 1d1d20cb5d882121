//! `str.format` and `str.format_map` (`Objects/stringlib/unicode_format.h`).

use super::{TextBuilder, this};
use crate::native::Args;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::unicode::decimal_value;
use hognose_heap::{Ref, Value};
use std::cell::Cell;

/// A part of the format string, by places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub start: usize,
    pub end: usize,
}

/// A replacement field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: Part,
    pub conversion: Option<u32>,
    pub spec: Part,
    /// The specification has fields of its own.
    pub nested: bool,
}

/// One piece of a format string: literal text, then perhaps a field.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    pub literal: Part,
    pub field: Option<Field>,
}

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;
const BRACKET: u32 = b'[' as u32;
const BRACKET_END: u32 = b']' as u32;
const DOT: u32 = b'.' as u32;
const COLON: u32 = b':' as u32;
const BANG: u32 = b'!' as u32;

/// The next piece from `at` on, which moves behind it; `None` at the end (`MarkupIterator_next`).
pub fn next_piece(rt: &Rt, text: &Str, at: &mut usize, end: usize) -> PyResult<Option<Piece>> {
    if *at >= end {
        return Ok(None);
    }
    let start = *at;
    let brace = (start..end).find(|&i| matches!(text.code_at(i), OPEN | CLOSE));
    let Some(i) = brace else {
        *at = end;
        let literal = Part { start, end };
        return Ok(Some(Piece {
            literal,
            field: None,
        }));
    };
    let code = text.code_at(i);
    *at = i + 1;
    let doubled = i + 1 < end && text.code_at(i + 1) == code;
    if code == CLOSE && !doubled {
        return Err(rt.value_error("Single '}' encountered in format string"));
    }
    if code == OPEN && i + 1 >= end {
        return Err(rt.value_error("Single '{' encountered in format string"));
    }
    if doubled {
        *at = i + 2;
        let literal = Part { start, end: i + 1 };
        return Ok(Some(Piece {
            literal,
            field: None,
        }));
    }
    let field = parse_field(rt, text, at, end)?;
    Ok(Some(Piece {
        literal: Part { start, end: i },
        field: Some(field),
    }))
}

fn parse_field(rt: &Rt, text: &Str, at: &mut usize, end: usize) -> PyResult<Field> {
    let start = *at;
    let mut last = 0;
    while *at < end {
        last = text.code_at(*at);
        *at += 1;
        match last {
            OPEN => return Err(rt.value_error("unexpected '{' in field name")),
            BRACKET => {
                while *at < end && text.code_at(*at) != BRACKET_END {
                    *at += 1;
                }
            }
            CLOSE | COLON | BANG => break,
            _ => (),
        }
    }
    let nothing = Part {
        start: *at,
        end: *at,
    };
    let mut field = Field {
        name: Part {
            start,
            end: (*at).saturating_sub(1).max(start),
        },
        conversion: None,
        spec: nothing,
        nested: false,
    };
    if last == CLOSE {
        return Ok(field);
    }
    if last != BANG && last != COLON {
        return Err(rt.value_error("expected '}' before end of string"));
    }
    if last == BANG {
        if *at >= end {
            return Err(rt.value_error("end of string while looking for conversion specifier"));
        }
        field.conversion = Some(text.code_at(*at));
        *at += 1;
        if *at < end {
            let next = text.code_at(*at);
            *at += 1;
            if next == CLOSE {
                return Ok(field);
            }
            if next != COLON {
                return Err(rt.value_error("expected ':' after conversion specifier"));
            }
        }
    }
    let spec_start = *at;
    let mut depth = 1;
    while *at < end {
        let code = text.code_at(*at);
        *at += 1;
        if code == OPEN {
            field.nested = true;
            depth += 1;
        } else if code == CLOSE {
            depth -= 1;
            if depth == 0 {
                field.spec = Part {
                    start: spec_start,
                    end: *at - 1,
                };
                return Ok(field);
            }
        }
    }
    Err(rt.value_error("unmatched '{' in format spec"))
}

/// A number made of all of the text; `None` if it is empty or no number (`get_integer`).
pub fn field_integer(rt: &Rt, text: &Str, part: Part) -> PyResult<Option<i64>> {
    if part.start >= part.end {
        return Ok(None);
    }
    let mut value: i64 = 0;
    for i in part.start..part.end {
        let Some(digit) = decimal_value(text.code_at(i)) else {
            return Ok(None);
        };
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(i64::from(digit)))
            .ok_or_else(|| rt.value_error("Too many decimal digits in format string"))?;
    }
    Ok(Some(value))
}

/// Where the first name of a field ends.
pub fn first_name(text: &Str, name: Part) -> Part {
    let end = (name.start..name.end)
        .find(|&i| matches!(text.code_at(i), DOT | BRACKET))
        .unwrap_or(name.end);
    Part {
        start: name.start,
        end,
    }
}

/// The next `.name` or `[index]` of a field: whether it is an attribute, and where its name stands.
pub fn next_access(
    rt: &Rt,
    text: &Str,
    at: &mut usize,
    end: usize,
) -> PyResult<Option<(bool, Part)>> {
    if *at >= end {
        return Ok(None);
    }
    let code = text.code_at(*at);
    *at += 1;
    let start = *at;
    let (attribute, part) = match code {
        DOT => {
            let stop = (start..end)
                .find(|&i| matches!(text.code_at(i), DOT | BRACKET))
                .unwrap_or(end);
            *at = stop;
            (true, Part { start, end: stop })
        }
        BRACKET => {
            let Some(stop) = (start..end).find(|&i| text.code_at(i) == BRACKET_END) else {
                return Err(rt.value_error("Missing ']' in format string"));
            };
            *at = stop + 1;
            (false, Part { start, end: stop })
        }
        _ => {
            return Err(rt.value_error("Only '.' or '[' may follow ']' in format field specifier"));
        }
    };
    if part.start == part.end {
        return Err(rt.value_error("Empty attribute in format string"));
    }
    Ok(Some((attribute, part)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic,
    Manual,
}

/// Where the fields' values come from.
struct Source<'a> {
    positional: Option<&'a [Value]>,
    keywords: Keywords<'a>,
    numbering: Cell<Numbering>,
    next: Cell<usize>,
}

enum Keywords<'a> {
    Call(Args<'a>),
    Mapping(&'a Value),
}

pub(super) fn format(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let source = Source {
        positional: Some(args.positional()),
        keywords: Keywords::Call(*args),
        numbering: Cell::new(Numbering::Unknown),
        next: Cell::new(0),
    };
    run(rt, this(rt, value)?, &source)
}

pub(super) fn format_map(rt: &Rt, value: &Value, mapping: &Value) -> PyResult {
    let source = Source {
        positional: None,
        keywords: Keywords::Mapping(mapping),
        numbering: Cell::new(Numbering::Unknown),
        next: Cell::new(0),
    };
    run(rt, this(rt, value)?, &source)
}

fn run(rt: &Rt, text: &Ref<Str>, source: &Source<'_>) -> PyResult {
    let whole = Part {
        start: 0,
        end: text.char_count(),
    };
    Ok(build(rt, text, whole, source, 2)?.into_value())
}

fn build(
    rt: &Rt,
    text: &Ref<Str>,
    part: Part,
    source: &Source<'_>,
    depth: u32,
) -> PyResult<Ref<Str>> {
    if depth == 0 {
        return Err(rt.value_error("Max string recursion exceeded"));
    }
    let mut out = TextBuilder::with_capacity(part.end - part.start);
    let mut at = part.start;
    while let Some(piece) = next_piece(rt, text, &mut at, part.end)? {
        out.push_slice(text, piece.literal.start, piece.literal.end);
        let Some(field) = piece.field else { continue };
        let mut object = field_object(rt, text, field.name, source)?;
        if let Some(conversion) = field.conversion {
            object = convert(rt, &object, conversion)?;
        }
        let spec = if field.nested {
            build(rt, text, field.spec, source, depth - 1)?
        } else {
            rt.str_slice(text, field.spec.start, field.spec.end)
        };
        out.push_text(&*rt.format(&object, spec.as_value())?);
    }
    Ok(out.finish(rt))
}

fn convert(rt: &Rt, object: &Value, conversion: u32) -> PyResult {
    match char::from_u32(conversion) {
        Some('r') => Ok(rt.repr(object)?.into_value()),
        Some('s') => Ok(rt.str_of(object)?.into_value()),
        Some('a') => Ok(rt.ascii(object)?.into_value()),
        _ => Err(rt.value_error(if (33..127).contains(&conversion) {
            format!("Unknown conversion specifier {}", conversion as u8 as char)
        } else {
            format!("Unknown conversion specifier \\x{conversion:x}")
        })),
    }
}

fn field_object(rt: &Rt, text: &Ref<Str>, name: Part, source: &Source<'_>) -> PyResult {
    let first = first_name(text, name);
    let empty = first.start == first.end;
    let mut index = field_integer(rt, text, first)?;
    if (empty || index.is_some()) && source.positional.is_some() {
        let wanted = if empty {
            Numbering::Automatic
        } else {
            Numbering::Manual
        };
        match (source.numbering.get(), wanted) {
            (Numbering::Manual, Numbering::Automatic) => {
                return Err(rt.value_error(
                    "cannot switch from manual field specification to automatic field numbering",
                ));
            }
            (Numbering::Automatic, Numbering::Manual) => {
                return Err(rt.value_error(
                    "cannot switch from automatic field numbering to manual field specification",
                ));
            }
            _ => source.numbering.set(wanted),
        }
    }
    if empty {
        index = Some(source.next.get() as i64);
        source.next.set(source.next.get() + 1);
    }
    let mut object = match index {
        Some(index) => {
            let Some(positional) = source.positional else {
                return Err(rt.value_error("Format string contains positional fields"));
            };
            match usize::try_from(index).ok().and_then(|i| positional.get(i)) {
                Some(v) => v.clone(),
                None => {
                    return Err(rt.index_error(format!(
                        "Replacement index {index} out of range for positional args tuple"
                    )));
                }
            }
        }
        None => {
            let key = rt.str_slice(text, first.start, first.end);
            match &source.keywords {
                Keywords::Mapping(mapping) => rt.getitem(mapping, key.as_value())?,
                Keywords::Call(args) => {
                    match args.keywords().find(|(name, _)| name.same_text(&key)) {
                        Some((_, v)) => v.clone(),
                        None => return Err(rt.key_error(key.as_value())),
                    }
                }
            }
        }
    };
    let mut at = first.end;
    while let Some((attribute, part)) = next_access(rt, text, &mut at, name.end)? {
        let key = rt.str_slice(text, part.start, part.end);
        object = if attribute {
            rt.getattr(&object, &rt.intern_ref(key))?
        } else {
            match field_integer(rt, text, part)? {
                Some(i) => rt.getitem(&object, &rt.int(i))?,
                None => rt.getitem(&object, key.as_value())?,
            }
        };
    }
    Ok(object)
}
