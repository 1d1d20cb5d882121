//! `str`: its slots and methods (`Objects/unicodeobject.c`).

use crate::kinds;
use crate::native::{Args, Call, NativeDef, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slice::Slice;
use crate::slots::{CompareOp, Slots};
use crate::str_::{Str, StrExt, Width};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};

mod case;
mod fill;
mod format_method;
mod predicates;
mod replace;
mod search;
mod split;
pub(crate) mod units;

pub(crate) use fill::{EXPANDTABS, center_margins};
pub use format_method::{Field, Part, Piece, field_integer, first_name, next_access, next_piece};
pub(crate) use search::bounds;
pub(crate) use split::{SPLITLINES, between, lines, words, words_right};
pub use units::TextBuilder;
pub(crate) use units::positions_in;

pub const STR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::STR_SUBCLASS
        | type_flags::MATCH_SELF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        str: Some(str_slot),
        hash: Some(|rt, v| Ok(rt.hash_str(this(rt, v)?))),
        compare: Some(compare),
        iter: Some(|rt, v| Ok(rt.str_iterator(v))),
        len: Some(|rt, v| Ok(this(rt, v)?.char_count())),
        getitem: Some(getitem),
        contains: Some(contains),
        concat: Some(concat),
        repeat: Some(repeat),
        modulo: Some(modulo),
        ..Slots::NONE
    },
    methods: METHODS,
    doc: "Text: an immutable sequence of characters.",
    ..TypeSpec::new("str", Layout::Native(kinds::STR))
};

const METHODS: &[NativeDef] = &[
    NativeDef::new("capitalize", "($self, /)", Call::Zero(case::capitalize)),
    NativeDef::new("casefold", "($self, /)", Call::Zero(case::casefold)),
    NativeDef::new(
        "center",
        "($self, width, fillchar=' ', /)",
        Call::Many(fill::center),
    ),
    NativeDef::new("count", "", Call::Many(search::count)),
    NativeDef::new(
        "encode",
        "($self, /, encoding='utf-8', errors='strict')",
        Call::Many(encode),
    ),
    NativeDef::new("endswith", "", Call::Many(search::endswith)),
    NativeDef::new(
        "expandtabs",
        "($self, /, tabsize=8)",
        Call::Many(fill::expandtabs),
    ),
    NativeDef::new("find", "", Call::Many(search::find)),
    NativeDef::new("format", "", Call::Many(format_method::format)),
    NativeDef::new("format_map", "", Call::One(format_method::format_map)),
    NativeDef::new("index", "", Call::Many(search::index)),
    NativeDef::new("isalnum", "($self, /)", Call::Zero(predicates::isalnum)),
    NativeDef::new("isalpha", "($self, /)", Call::Zero(predicates::isalpha)),
    NativeDef::new("isascii", "($self, /)", Call::Zero(predicates::isascii)),
    NativeDef::new("isdecimal", "($self, /)", Call::Zero(predicates::isdecimal)),
    NativeDef::new("isdigit", "($self, /)", Call::Zero(predicates::isdigit)),
    NativeDef::new(
        "isidentifier",
        "($self, /)",
        Call::Zero(predicates::isidentifier),
    ),
    NativeDef::new("islower", "($self, /)", Call::Zero(predicates::islower)),
    NativeDef::new("isnumeric", "($self, /)", Call::Zero(predicates::isnumeric)),
    NativeDef::new(
        "isprintable",
        "($self, /)",
        Call::Zero(predicates::isprintable),
    ),
    NativeDef::new("isspace", "($self, /)", Call::Zero(predicates::isspace)),
    NativeDef::new("istitle", "($self, /)", Call::Zero(predicates::istitle)),
    NativeDef::new("isupper", "($self, /)", Call::Zero(predicates::isupper)),
    NativeDef::new("join", "($self, iterable, /)", Call::One(join)),
    NativeDef::new(
        "ljust",
        "($self, width, fillchar=' ', /)",
        Call::Many(fill::ljust),
    ),
    NativeDef::new("lower", "($self, /)", Call::Zero(case::lower)),
    NativeDef::new("lstrip", "($self, chars=None, /)", Call::Many(fill::lstrip)),
    NativeDef::static_("maketrans", "", Call::Many(replace::maketrans)),
    NativeDef::new("partition", "($self, sep, /)", Call::One(split::partition)),
    NativeDef::new(
        "removeprefix",
        "($self, prefix, /)",
        Call::One(replace::removeprefix),
    ),
    NativeDef::new(
        "removesuffix",
        "($self, suffix, /)",
        Call::One(replace::removesuffix),
    ),
    NativeDef::new(
        "replace",
        "($self, old, new, count=-1, /)",
        Call::Many(replace::replace),
    ),
    NativeDef::new("rfind", "", Call::Many(search::rfind)),
    NativeDef::new("rindex", "", Call::Many(search::rindex)),
    NativeDef::new(
        "rjust",
        "($self, width, fillchar=' ', /)",
        Call::Many(fill::rjust),
    ),
    NativeDef::new(
        "rpartition",
        "($self, sep, /)",
        Call::One(split::rpartition),
    ),
    NativeDef::new(
        "rsplit",
        "($self, /, sep=None, maxsplit=-1)",
        Call::Many(split::rsplit),
    ),
    NativeDef::new("rstrip", "($self, chars=None, /)", Call::Many(fill::rstrip)),
    NativeDef::new(
        "split",
        "($self, /, sep=None, maxsplit=-1)",
        Call::Many(split::split),
    ),
    NativeDef::new(
        "splitlines",
        "($self, /, keepends=False)",
        Call::Many(split::splitlines),
    ),
    NativeDef::new("startswith", "", Call::Many(search::startswith)),
    NativeDef::new("strip", "($self, chars=None, /)", Call::Many(fill::strip)),
    NativeDef::new("swapcase", "($self, /)", Call::Zero(case::swapcase)),
    NativeDef::new("title", "($self, /)", Call::Zero(case::title)),
    NativeDef::new(
        "translate",
        "($self, table, /)",
        Call::One(replace::translate),
    ),
    NativeDef::new("upper", "($self, /)", Call::Zero(case::upper)),
    NativeDef::new("zfill", "($self, width, /)", Call::One(fill::zfill)),
    NativeDef::new(
        "__format__",
        "($self, format_spec, /)",
        Call::One(|rt, v, spec| rt.format_str(v, spec)),
    ),
    NativeDef::new("__getnewargs__", "", Call::Zero(getnewargs)),
    NativeDef::new("__sizeof__", "($self, /)", Call::Zero(sizeof)),
];

pub(crate) fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Str>> {
    value.downcast::<Str>().ok_or_else(|| {
        let name = rt.type_name(value);
        rt.type_error(format!(
            "descriptor requires a 'str' object but received a '{name}'"
        ))
    })
}

/// An argument that must be a `str`; `place` is as Argument Clinic shows it, such as `argument 1`.
pub(crate) fn text_arg<'a>(
    rt: &Rt,
    function: &str,
    place: &str,
    value: &'a Value,
) -> PyResult<&'a Ref<Str>> {
    value.downcast::<Str>().ok_or_else(|| {
        let name = bad_arg_name(rt, value);
        rt.type_error(format!("{function}() {place} must be str, not {name}"))
    })
}

/// The type of an argument as `_PyArg_BadArgument` names it.
pub(crate) fn bad_arg_name(rt: &Rt, value: &Value) -> String {
    if value.is_none() {
        "None".to_owned()
    } else {
        rt.type_name(value)
    }
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "str",
        params: &["object", "encoding", "errors"],
        positional_only: 0,
        positional: 3,
        required: 0,
    };
    let [object, encoding, errors] = rt.bind(&SIGNATURE, args)?;
    let name_of = |v: Option<&Value>, place: &str| -> PyResult<Option<Ref<Str>>> {
        match v {
            Some(v) => text_arg(rt, "str", place, v).map(|t| Some(t.clone())),
            None => Ok(None),
        }
    };
    let encoding = name_of(encoding, "argument 'encoding'")?;
    let errors = name_of(errors, "argument 'errors'")?;
    let made = match object {
        None => rt.names.empty.clone(),
        Some(object) if encoding.is_none() && errors.is_none() => {
            let text = rt.str_of(object)?;
            if ty.same(&rt.types.str) {
                // What `__str__` gives, be it of a subclass.
                return Ok(text.into_value());
            }
            text
        }
        Some(object) => rt.decode_object(object, encoding.as_deref(), errors.as_deref())?,
    };
    Ok(rt.str_as(ty, &made))
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    Ok(rt.str_repr(this(rt, value)?).into_value())
}

fn str_slot(rt: &Rt, value: &Value) -> PyResult {
    if rt.is_exact_str(value) {
        return Ok(value.clone());
    }
    Ok(rt.str_as(&rt.types.str, this(rt, value)?))
}

impl Rt {
    /// The same characters as an instance of the type.
    pub fn str_as(&self, ty: &Ref<TypeObj>, text: &Ref<Str>) -> Value {
        if ty.same(&self.types.str) && self.is_exact_str(text.as_value()) {
            return text.as_value().clone();
        }
        let greatest = text.codes().max().unwrap_or(0);
        self.str_build_of(ty, text.char_count(), greatest, text.codes())
            .into_value()
    }

    /// `repr` of a string (`unicode_repr`).
    pub fn str_repr(&self, text: &Str) -> Ref<Str> {
        let (mut single, mut double) = (false, false);
        for code in text.codes() {
            single |= code == u32::from('\'');
            double |= code == u32::from('"');
        }
        let quote = u32::from(if single && !double { '"' } else { '\'' });
        let mut out = TextBuilder::with_capacity(text.char_count() + 2);
        out.push(quote);
        for code in text.codes() {
            push_escaped(&mut out, code, quote);
        }
        out.push(quote);
        out.finish(self)
    }
}

fn push_escaped(out: &mut TextBuilder, code: u32, quote: u32) {
    match code {
        0x5c => out.push_str("\\\\"),
        0xa => out.push_str("\\n"),
        0xd => out.push_str("\\r"),
        0x9 => out.push_str("\\t"),
        _ if code == quote => {
            out.push(0x5c);
            out.push(code);
        }
        0x20..0x7f => out.push(code),
        0..=0x7f => out.push_str(&format!("\\x{code:02x}")),
        _ if crate::unicode::is_printable(code) => out.push(code),
        _ => out.push_str(&escape(code)),
    }
}

/// A character as `\x`, `\u` or `\U` with its number.
pub(crate) fn escape(code: u32) -> String {
    match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

/// The order of two strings, by code points.
pub(crate) fn order(a: &Str, b: &Str) -> std::cmp::Ordering {
    match (a.width(), b.width()) {
        (Width::One, Width::One) => a.bytes().cmp(b.bytes()),
        _ => a.codes().cmp(b.codes()),
    }
}

fn compare(_rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<Str>(), b.downcast::<Str>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(match op {
        CompareOp::Eq => x.same_text(y),
        CompareOp::Ne => !x.same_text(y),
        _ => op.holds(order(x, y)),
    }))
}

fn getitem(rt: &Rt, value: &Value, key: &Value) -> PyResult {
    let text = this(rt, value)?;
    if let Some(i) = key.as_small_int() {
        return item(rt, text, i);
    }
    if let Some(slice) = key.downcast_ref::<Slice>() {
        let span = rt.slice_span(slice, text.char_count())?;
        if span.step == 1 {
            let range = span.range();
            return Ok(rt.str_slice(text, range.start, range.end).into_value());
        }
        let codes: Vec<u32> = span.indices().map(|i| text.code_at(i)).collect();
        return Ok(rt.str_codes(&codes).into_value());
    }
    if rt.type_of(key).slots.index.get().is_none() {
        let name = rt.type_name(key);
        return Err(rt.type_error(format!("string indices must be integers, not '{name}'")));
    }
    let index = rt.index(key)?;
    match rt.as_int(&index).and_then(|i| i.to_i64()) {
        Some(i) => item(rt, text, i),
        None => {
            let name = rt.type_name(key);
            Err(rt.index_error(format!("cannot fit '{name}' into an index-sized integer")))
        }
    }
}

fn item(rt: &Rt, text: &Str, i: i64) -> PyResult {
    let len = text.char_count() as i64;
    let i = if i < 0 { i + len } else { i };
    if (0..len).contains(&i) {
        Ok(rt.character(text.code_at(i as usize)).into_value())
    } else {
        Err(rt.index_error("string index out of range"))
    }
}

fn contains(rt: &Rt, value: &Value, item: &Value) -> PyResult<bool> {
    let text = this(rt, value)?;
    let Some(needle) = item.downcast::<Str>() else {
        let name = rt.type_name(item);
        return Err(rt.type_error(format!(
            "'in <string>' requires string as left operand, not {name}"
        )));
    };
    Ok(units::find(text, needle, 0, text.char_count()).is_some())
}

fn concat(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let x = this(rt, a)?;
    let Some(y) = b.downcast::<Str>() else {
        let name = rt.type_name(b);
        return Err(rt.type_error(format!("can only concatenate str (not \"{name}\") to str")));
    };
    if y.char_count() == 0 && rt.is_exact_str(a) {
        return Ok(a.clone());
    }
    if x.char_count() == 0 && rt.is_exact_str(b) {
        return Ok(b.clone());
    }
    rt.room_for_chars(x.char_count() + y.char_count())?;
    Ok(rt.str_concat(x, y).into_value())
}

fn repeat(rt: &Rt, value: &Value, count: &Value) -> PyResult {
    let text = this(rt, value)?;
    let index = rt.index(count)?;
    let Some(n) = rt.as_int(&index).and_then(|i| i.to_i64()) else {
        let name = rt.type_name(count);
        return Err(rt.overflow_error(format!("cannot fit '{name}' into an index-sized integer")));
    };
    let n = n.max(0) as usize;
    let len = text.char_count();
    if n == 0 || len == 0 {
        return Ok(rt.names.empty.as_value().clone());
    }
    if n == 1 && rt.is_exact_str(value) {
        return Ok(value.clone());
    }
    if len
        .checked_mul(n)
        .is_none_or(|all| all > crate::str_::MAX_CHARS)
    {
        return Err(
            if len.checked_mul(n).is_none_or(|all| all > i64::MAX as usize) {
                rt.overflow_error("repeated string is too long")
            } else {
                rt.no_memory()
            },
        );
    }
    rt.room_for::<u8>(n * text.bytes().len())?;
    if text.width() == Width::One {
        return Ok(rt.str_latin1(&text.bytes().repeat(n)).into_value());
    }
    let greatest = text.codes().max().unwrap_or(0);
    let codes = (0..n).flat_map(|_| text.codes());
    Ok(rt.str_build(len * n, greatest, codes).into_value())
}

fn modulo(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    match a.downcast::<Str>() {
        Some(format) => crate::percent::format_text(rt, format, b),
        None => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn join(rt: &Rt, value: &Value, iterable: &Value) -> PyResult {
    Ok(rt.str_join(this(rt, value)?, iterable)?.into_value())
}

impl Rt {
    /// `separator.join(iterable)` (`PyUnicode_Join`).
    pub fn str_join(&self, separator: &Ref<Str>, iterable: &Value) -> PyResult<Ref<Str>> {
        let slots = &self.type_of(iterable).slots;
        if slots.iter.get().is_none() && slots.getitem.get().is_none() {
            return Err(self.type_error("can only join an iterable"));
        }
        let items = self.collect(iterable)?;
        let mut chars = 0usize;
        let mut narrow = separator.width() == Width::One;
        for (i, item) in items.iter().enumerate() {
            let Some(text) = item.downcast::<Str>() else {
                let name = self.type_name(item);
                return Err(self.type_error(format!(
                    "sequence item {i}: expected str instance, {name} found"
                )));
            };
            chars = chars.saturating_add(text.char_count() + separator.char_count());
            narrow &= text.width() == Width::One;
        }
        if let [one] = items.as_slice()
            && self.is_exact_str(one)
            && let Some(text) = one.downcast::<Str>()
        {
            return Ok(text.clone());
        }
        if chars > crate::str_::MAX_CHARS {
            return Err(self.overflow_error("join() result is too long for a Python string"));
        }
        if narrow {
            self.room_for::<u8>(chars)?;
        } else {
            self.room_for::<u32>(chars)?;
        }
        let mut out = if narrow {
            TextBuilder::with_capacity(chars)
        } else {
            TextBuilder::wide(chars)
        };
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push_text(separator);
            }
            if let Some(text) = item.downcast_ref::<Str>() {
                out.push_text(text);
            }
        }
        Ok(out.finish(self))
    }
}

fn encode(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "encode",
        params: &["encoding", "errors"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [encoding, errors] = rt.bind(&SIGNATURE, args)?;
    let encoding = match encoding {
        Some(v) => Some(text_arg(rt, "encode", "argument 'encoding'", v)?),
        None => None,
    };
    let errors = match errors {
        Some(v) => Some(text_arg(rt, "encode", "argument 'errors'", v)?),
        None => None,
    };
    rt.encode_text(
        this(rt, value)?,
        encoding.map(|e| &**e),
        errors.map(|e| &**e),
    )
}

fn getnewargs(rt: &Rt, value: &Value) -> PyResult {
    let text = this(rt, value)?;
    let greatest = text.codes().max().unwrap_or(0);
    let copy = rt.str_build_of(&rt.types.str, text.char_count(), greatest, text.codes());
    Ok(rt.tuple([copy.into_value()]).into_value())
}

/// What CPython's compact strings take (`unicode_sizeof`).
fn sizeof(rt: &Rt, value: &Value) -> PyResult {
    let text = this(rt, value)?;
    let head = if text.is_ascii() { 40 } else { 56 };
    Ok(rt.int_from_usize(head + (text.char_count() + 1) * text.width() as usize))
}

#[cfg(test)]
mod tests;
