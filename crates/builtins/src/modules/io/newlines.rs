//! Line ends: their translation, and `IncrementalNewlineDecoder` (`Modules/_io/textio.c`).

use super::{Io, Part, alloc, uninitialized};
use crate::kinds;
use hognose_heap::ValueCell;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, Str, StrExt,
    TypeSpec, Value, type_flags,
};
use std::cell::Cell;

/// Kinds of line ends that were seen.
#[derive(Default)]
pub(super) struct Seen(Cell<u8>);

const CR: u8 = 1;
const LF: u8 = 2;
const CRLF: u8 = 4;

impl Seen {
    fn add(&self, kind: u8) {
        self.0.set(self.0.get() | kind);
    }

    pub fn clear(&self) {
        self.0.set(0);
    }

    /// None, one string, or a tuple of them.
    pub fn value(&self, rt: &Rt) -> Value {
        let mut kinds: Vec<Value> = [(CR, "\r"), (LF, "\n"), (CRLF, "\r\n")]
            .into_iter()
            .filter(|(bit, _)| self.0.get() & bit != 0)
            .map(|(_, text)| rt.str(text).into_value())
            .collect();
        match kinds.len() {
            0 => Value::NONE,
            1 => kinds.remove(0),
            _ => rt.tuple(kinds).into_value(),
        }
    }
}

/// Notes line ends, and makes `\n` of them if asked to; a `\r` at the end counts as a line end of its own.
pub(super) fn translate(rt: &Rt, text: Ref<Str>, seen: &Seen, translate: bool) -> Ref<Str> {
    if let Some(ascii) = text.as_ascii()
        && !ascii.as_bytes().contains(&b'\r')
    {
        if seen.0.get() & LF == 0 && ascii.as_bytes().contains(&b'\n') {
            seen.add(LF);
        }
        return text;
    }
    let mut out = Vec::with_capacity(text.char_count());
    let mut codes = text.codes().peekable();
    while let Some(code) = codes.next() {
        let code = match code {
            0x0a => {
                seen.add(LF);
                code
            }
            0x0d if codes.peek() == Some(&0x0a) => {
                codes.next();
                seen.add(CRLF);
                out.push(if translate { 0x0a } else { 0x0d });
                if translate {
                    continue;
                }
                0x0a
            }
            0x0d => {
                seen.add(CR);
                if translate { 0x0a } else { code }
            }
            _ => code,
        };
        out.push(code);
    }
    if translate { rt.str_codes(&out) } else { text }
}

/// The payload of `IncrementalNewlineDecoder`.
#[derive(Default)]
pub(super) struct Decoder {
    pub decoder: ValueCell,
    translate: Cell<bool>,
    pending: Cell<bool>,
    seen: Seen,
}

pub(super) static NEWLINE_DECODER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_DICT,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(alloc(rt, ty, Part::Newlines(Decoder::default())))),
        init: Some(init),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "decode",
            "($self, /, input, final=False)",
            Call::Many(decode),
        ),
        NativeDef::new("getstate", "($self, /)", Call::Zero(get_state)),
        NativeDef::new("setstate", "($self, state, /)", Call::One(set_state)),
        NativeDef::new("reset", "($self, /)", Call::Zero(reset)),
    ],
    getset: &[GetSetDef::read("newlines", |rt, v| {
        Ok(this(rt, v)?.seen.value(rt))
    })],
    ..TypeSpec::new("_io.IncrementalNewlineDecoder", Layout::Native(kinds::IO))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Decoder> {
    match value.downcast_ref::<Io>().map(|io| &io.part) {
        Some(Part::Newlines(d)) => Ok(d),
        _ => Err(rt.type_error("an IncrementalNewlineDecoder was expected")),
    }
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "IncrementalNewlineDecoder",
        params: &["decoder", "translate", "errors"],
        positional_only: 0,
        positional: 3,
        required: 2,
    };
    let [decoder, translate, _] = rt.bind(&SIGNATURE, args)?;
    let this = this(rt, value)?;
    this.decoder.set(decoder.cloned());
    this.translate
        .set(translate.map_or(Ok(false), |t| rt.truth(t))?);
    this.pending.set(false);
    this.seen.clear();
    Ok(())
}

fn decode(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "decode",
        params: &["input", "final"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [input, last] = rt.bind(&SIGNATURE, args)?;
    let this = this(rt, value)?;
    let last = last.map_or(Ok(false), |t| rt.truth(t))?;
    let Some(decoder) = this.decoder.get() else {
        return Err(uninitialized(rt));
    };
    let input = input.cloned().unwrap_or(Value::NONE);
    let text = if decoder.is_none() {
        input
    } else {
        rt.call_method(&decoder, &rt.intern("decode"), &[input, Value::bool(last)])?
    };
    let Some(text) = text.downcast::<Str>() else {
        let name = rt.type_name(&text);
        return Err(rt.type_error(format!(
            "decoder should return a string result, not '{name}'"
        )));
    };
    let mut text = text.clone();
    let n = text.char_count();
    if this.pending.get() && (n > 0 || last) {
        text = rt.str_concat(&rt.str("\r"), &text);
        this.pending.set(false);
    }
    let n = text.char_count();
    if !last && n > 0 && text.code_at(n - 1) == 0x0d {
        text = rt.str_slice(&text, 0, n - 1);
        this.pending.set(true);
    }
    Ok(translate(rt, text, &this.seen, this.translate.get()).into_value())
}

fn get_state(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let decoder = this.decoder.get().unwrap_or(Value::NONE);
    let (bytes, flags) = if decoder.is_none() {
        (rt.bytes(b"").into_value(), 0)
    } else {
        let state = rt.call_method(&decoder, &rt.intern("getstate"), &[])?;
        let items = state.downcast_ref::<Tuple>().map(|t| t.to_vec());
        let Some([bytes, flags]) = items.as_deref() else {
            return Err(rt.type_error("illegal decoder state"));
        };
        (bytes.clone(), rt.index_i64(flags)?)
    };
    let flags = flags << 1 | i64::from(this.pending.get());
    Ok(rt.tuple([bytes, rt.int(flags)]).into_value())
}

fn set_state(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let this = this(rt, value)?;
    let items = state.downcast_ref::<Tuple>().map(|t| t.to_vec());
    let Some([bytes, flags]) = items.as_deref() else {
        return Err(rt.type_error("state argument must be a tuple"));
    };
    let flags = rt.index_i64(flags)?;
    this.pending.set(flags & 1 != 0);
    let decoder = this.decoder.get().unwrap_or(Value::NONE);
    if decoder.is_none() {
        return Ok(Value::NONE);
    }
    let inner = rt.tuple([bytes.clone(), rt.int(flags >> 1)]).into_value();
    rt.call_method(&decoder, &rt.intern("setstate"), &[inner])
}

fn reset(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    this.seen.clear();
    this.pending.set(false);
    let decoder = this.decoder.get().unwrap_or(Value::NONE);
    if decoder.is_none() {
        return Ok(Value::NONE);
    }
    rt.call_method(&decoder, &rt.intern("reset"), &[])
}

/// How lines end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ends {
    /// By `\n`, `\r` or `\r\n`.
    Any,
    Text(Vec<u32>),
}

impl Ends {
    /// Where the line that starts at a place ends; `None` if its end is not there.
    pub fn find(&self, text: &Str, start: usize) -> Option<usize> {
        let len = text.char_count();
        match self {
            Ends::Text(end) if end.len() == 1 => {
                if let (Some(ascii), Ok(byte)) = (text.as_ascii(), u8::try_from(end[0])) {
                    let found = ascii.as_bytes()[start..].iter().position(|&b| b == byte);
                    return found.map(|i| start + i + 1);
                }
                (start..len)
                    .find(|&i| text.code_at(i) == end[0])
                    .map(|i| i + 1)
            }
            Ends::Text(end) => (start..(len + 1).saturating_sub(end.len()))
                .find(|&i| {
                    end.iter()
                        .enumerate()
                        .all(|(j, &c)| text.code_at(i + j) == c)
                })
                .map(|i| i + end.len()),
            Ends::Any => {
                let i = (start..len).find(|&i| matches!(text.code_at(i), 0x0a | 0x0d))?;
                let crlf = text.code_at(i) == 0x0d && i + 1 < len && text.code_at(i + 1) == 0x0a;
                Some(i + 1 + usize::from(crlf))
            }
        }
    }
}

/// The `newline` argument: how it reads and what it writes.
pub(super) struct Mode {
    /// Line ends are looked at while reading.
    pub universal: bool,
    /// They become `\n`.
    pub translate: bool,
    pub ends: Ends,
    /// What is written for `\n`, if not itself.
    pub written: Option<&'static str>,
}

/// Checks and explains a `newline` argument.
pub(super) fn mode(rt: &Rt, newline: Option<&Value>) -> PyResult<Mode> {
    let text = match newline {
        None => None,
        Some(v) if v.is_none() => None,
        Some(v) => match v.downcast_ref::<Str>() {
            Some(text) => Some(text.to_str().into_owned()),
            None => {
                let name = rt.type_name(v);
                return Err(rt.type_error(format!("newline must be str or None, not {name}")));
            }
        },
    };
    let fixed = |text: &'static str, written| Mode {
        universal: false,
        translate: false,
        ends: Ends::Text(text.chars().map(u32::from).collect()),
        written,
    };
    Ok(match text.as_deref() {
        None => Mode {
            universal: true,
            translate: true,
            ends: Ends::Text(vec![0x0a]),
            written: None,
        },
        Some("") => Mode {
            universal: true,
            translate: false,
            ends: Ends::Any,
            written: None,
        },
        Some("\n") => fixed("\n", None),
        Some("\r") => fixed("\r", Some("\r")),
        Some("\r\n") => fixed("\r\n", Some("\r\n")),
        Some(other) => {
            return Err(rt.value_error(format!("illegal newline value: {other}")));
        }
    })
}
