//! `StringIO`: text in memory (`Modules/_io/stringio.c`).

use super::newlines::{self, Ends, Mode, Seen};
use super::{Io, Part, alloc, size, spec};
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{
    Args, Call, GetSetDef, NativeDef, PyResult, Ref, Rt, Signature, Slots, Str, StrExt, TypeSpec,
    Value,
};
use std::cell::{Cell, RefCell};

/// The payload of `StringIO`.
pub(super) struct StringIo {
    codes: RefCell<Vec<u32>>,
    at: Cell<usize>,
    closed: Cell<bool>,
    mode: RefCell<Mode>,
    newline: RefCell<Option<String>>,
    seen: Seen,
}

pub(super) static STRING_IO: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(|rt, ty, _| {
            let newline = rt.str("\n").into_value();
            let part = StringIo {
                codes: RefCell::default(),
                at: Cell::new(0),
                closed: Cell::new(false),
                mode: RefCell::new(newlines::mode(rt, Some(&newline))?),
                newline: RefCell::new(None),
                seen: Seen::default(),
            };
            Ok(alloc(rt, ty, Part::Str(part)))
        }),
        init: Some(init),
        next: Some(|rt, v| {
            let line = line(rt, this(rt, v)?, None);
            Ok((line.char_count() > 0).then(|| line.into_value()))
        }),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("read", "($self, size=-1, /)", Call::Many(read)),
        NativeDef::new("readline", "($self, size=-1, /)", Call::Many(readline)),
        NativeDef::new("write", "($self, s, /)", Call::One(write)),
        NativeDef::new("seek", "($self, pos, whence=0, /)", Call::Many(seek)),
        NativeDef::new(
            "tell",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.int_from_usize(this(rt, v)?.at.get()))),
        ),
        NativeDef::new("truncate", "($self, pos=None, /)", Call::Many(truncate)),
        NativeDef::new(
            "getvalue",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.str_codes(&this(rt, v)?.codes.borrow()).into_value())),
        ),
        NativeDef::new(
            "close",
            "($self, /)",
            Call::Zero(|_, v| {
                if let Some(this) = part(v) {
                    this.closed.set(true);
                    this.codes.borrow_mut().clear();
                }
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new(
            "readable",
            "($self, /)",
            Call::Zero(|rt, v| this(rt, v).map(|_| Value::TRUE)),
        ),
        NativeDef::new(
            "writable",
            "($self, /)",
            Call::Zero(|rt, v| this(rt, v).map(|_| Value::TRUE)),
        ),
        NativeDef::new(
            "seekable",
            "($self, /)",
            Call::Zero(|rt, v| this(rt, v).map(|_| Value::TRUE)),
        ),
        NativeDef::new("__getstate__", "", Call::Zero(get_state)),
        NativeDef::new("__setstate__", "", Call::One(set_state)),
    ],
    getset: &[
        GetSetDef::read("closed", |_, v| {
            Ok(Value::bool(part(v).is_some_and(|p| p.closed.get())))
        }),
        GetSetDef::read("newlines", |rt, v| Ok(this(rt, v)?.seen.value(rt))),
        GetSetDef::read("line_buffering", |rt, v| this(rt, v).map(|_| Value::FALSE)),
    ],
    ..spec("_io.StringIO")
};

fn part(value: &Value) -> Option<&StringIo> {
    match &value.downcast_ref::<Io>()?.part {
        Part::Str(part) => Some(part),
        _ => None,
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a StringIo> {
    let this = part(value).ok_or_else(|| rt.type_error("a StringIO object was expected"))?;
    if this.closed.get() {
        return Err(rt.value_error("I/O operation on closed file"));
    }
    Ok(this)
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "StringIO",
        params: &["initial_value", "newline"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [initial, newline] = rt.bind(&SIGNATURE, args)?;
    let this = this(rt, value)?;
    let default = rt.str("\n").into_value();
    let newline = newline.unwrap_or(&default);
    *this.mode.borrow_mut() = newlines::mode(rt, Some(newline))?;
    *this.newline.borrow_mut() = newline
        .downcast_ref::<Str>()
        .map(|s| s.to_str().into_owned());
    this.seen.clear();
    this.codes.borrow_mut().clear();
    this.at.set(0);
    match initial {
        Some(v) if !v.is_none() => {
            let Some(text) = v.downcast::<Str>() else {
                let name = rt.type_name(v);
                return Err(rt.type_error(format!("initial_value must be str or None, not {name}")));
            };
            put(rt, this, text)?;
            this.at.set(0);
        }
        _ => (),
    }
    Ok(())
}

/// Writes text at the position, its line ends as `newline` says.
fn put(rt: &Rt, this: &StringIo, text: &Ref<Str>) -> PyResult<()> {
    let mode = this.mode.borrow();
    let text = if mode.universal {
        newlines::translate(rt, text.clone(), &this.seen, mode.translate)
    } else {
        text.clone()
    };
    let new: Vec<u32> = match mode.written {
        Some(end) => (text.codes())
            .flat_map(|c| {
                let end = (c == 0x0a).then(|| end.chars().map(u32::from));
                let other = (c != 0x0a).then_some(c);
                end.into_iter().flatten().chain(other)
            })
            .collect(),
        None => text.codes().collect(),
    };
    if new.is_empty() {
        return Ok(());
    }
    let start = this.at.get();
    if start > this.codes.borrow().len() {
        if start.saturating_add(new.len()) >= isize::MAX as usize {
            return Err(rt.overflow_error("new position too large"));
        }
        rt.room_for::<u32>(start)?;
    }
    let mut codes = this.codes.borrow_mut();
    let end = start + new.len();
    if codes.len() < end {
        codes.resize(end, 0);
    }
    codes[start..end].copy_from_slice(&new);
    this.at.set(end);
    Ok(())
}

fn write(rt: &Rt, value: &Value, text: &Value) -> PyResult {
    let Some(text) = text.downcast::<Str>() else {
        let name = rt.type_name(text);
        return Err(rt.type_error(format!("string argument expected, got '{name}'")));
    };
    put(rt, this(rt, value)?, text)?;
    Ok(rt.int_from_usize(text.char_count()))
}

fn take(rt: &Rt, this: &StringIo, most: usize) -> Ref<Str> {
    let codes = this.codes.borrow();
    let start = this.at.get().min(codes.len());
    let end = codes.len().min(start.saturating_add(most));
    if end > start {
        this.at.set(end);
    }
    rt.str_codes(&codes[start..end])
}

fn line(rt: &Rt, this: &StringIo, limit: Option<usize>) -> Ref<Str> {
    let n = {
        let codes = this.codes.borrow();
        let ahead = &codes[this.at.get().min(codes.len())..];
        let end = match &this.mode.borrow().ends {
            Ends::Text(end) => ahead
                .windows(end.len())
                .position(|w| w == &end[..])
                .map(|i| i + end.len()),
            Ends::Any => ahead
                .iter()
                .position(|c| matches!(c, 0x0a | 0x0d))
                .map(|i| i + 1 + usize::from(ahead[i] == 0x0d && ahead.get(i + 1) == Some(&0x0a))),
        };
        end.unwrap_or(ahead.len())
    };
    take(rt, this, n.min(limit.unwrap_or(usize::MAX)))
}

fn read(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let this = this(rt, value)?;
    let n = size(rt, rt.positional("read", args, 0, 1)?.first())?;
    Ok(take(rt, this, n.unwrap_or(usize::MAX)).into_value())
}

fn readline(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let this = this(rt, value)?;
    let limit = size(rt, rt.positional("readline", args, 0, 1)?.first())?;
    Ok(line(rt, this, limit).into_value())
}

fn seek(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("seek", args, 1, 2)?;
    let this = this(rt, value)?;
    let offset = rt.index_i64(&given[0])?;
    let to = match given.get(1).map_or(Ok(0), |w| rt.index_i64(w))? {
        0 if offset < 0 => return Err(rt.value_error(format!("Negative seek position {offset}"))),
        0 => offset as usize,
        1 | 2 if offset != 0 => {
            return Err(rt.os_error("Can't do nonzero cur-relative seeks"));
        }
        1 => this.at.get(),
        2 => this.codes.borrow().len(),
        whence => {
            return Err(rt.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
        }
    };
    this.at.set(to);
    Ok(rt.int_from_usize(to))
}

fn truncate(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("truncate", args, 0, 1)?;
    let this = this(rt, value)?;
    let to = match given.first().filter(|v| !v.is_none()) {
        Some(v) => rt.index_i64(v)?,
        None => this.at.get() as i64,
    };
    let Ok(length) = usize::try_from(to) else {
        return Err(rt.value_error(format!("Negative size value {to}")));
    };
    this.codes.borrow_mut().truncate(length);
    Ok(rt.int(to))
}

fn get_state(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let text = rt.str_codes(&this.codes.borrow()).into_value();
    let newline = match &*this.newline.borrow() {
        Some(text) => rt.str(text).into_value(),
        None => Value::NONE,
    };
    let dict = match rt.existing_dict(value) {
        Some(dict) => rt.call(rt.types.dict.as_value(), &[dict.into_value()])?,
        None => Value::NONE,
    };
    let at = rt.int_from_usize(this.at.get());
    Ok(rt.tuple([text, newline, at, dict]).into_value())
}

fn set_state(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let items = state.downcast_ref::<Tuple>().map(|t| t.to_vec());
    let Some([text, newline, at, dict]) = items.as_deref() else {
        let name = rt.type_name(state);
        return Err(rt.type_error(format!(
            "_io.StringIO.__setstate__ argument should be 4-tuple, got {name}"
        )));
    };
    init(rt, value, &Args::new(&[text.clone(), newline.clone()]))?;
    let this = this(rt, value)?;
    // The text stands as it was: it was translated when it was written.
    if let Some(text) = text.downcast_ref::<Str>() {
        *this.codes.borrow_mut() = text.codes().collect();
    }
    let Ok(at) = usize::try_from(rt.index_i64(at)?) else {
        return Err(rt.value_error("position value cannot be negative"));
    };
    this.at.set(at);
    if let (Some(own), false) = (rt.own_dict(value), dict.is_none()) {
        rt.call_method(own.as_value(), &rt.names.update, std::slice::from_ref(dict))?;
    }
    Ok(Value::NONE)
}
