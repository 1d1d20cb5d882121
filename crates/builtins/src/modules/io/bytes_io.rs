//! `BytesIO`: bytes in memory (`Modules/_io/bytesio.c`).

use super::base::written;
use super::{Io, Part, alloc, size, spec};
use hognose_object::buffer::{Access, Buffer};
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{
    Args, Call, GetSetDef, NativeDef, PyResult, Rt, Signature, Slots, TypeSpec, Value,
};
use std::cell::{Cell, RefCell};

/// The payload of `BytesIO`.
#[derive(Default)]
pub(super) struct BytesIo {
    bytes: RefCell<Vec<u8>>,
    at: Cell<usize>,
    closed: Cell<bool>,
    /// Views that hold the size fixed.
    exports: Cell<i64>,
}

static ACCESS: Access = Access {
    read: |owner, f| {
        if let Some(this) = part(owner) {
            f(&this.bytes.borrow());
        }
    },
    write: |owner, f| {
        if let Some(this) = part(owner) {
            f(&mut this.bytes.borrow_mut());
        }
    },
    hold: |owner, change| {
        if let Some(this) = part(owner) {
            this.exports.set(this.exports.get() + change);
        }
    },
};

pub(super) static BYTES_IO: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(|rt, ty, _| Ok(alloc(rt, ty, Part::Bytes(BytesIo::default())))),
        init: Some(init),
        buffer: Some(buffer),
        next: Some(|rt, v| {
            let line = line(this(rt, v)?, None);
            Ok((!line.is_empty()).then(|| rt.bytes(&line).into_value()))
        }),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("read", "($self, size=-1, /)", Call::Many(read)),
        NativeDef::new("read1", "($self, size=-1, /)", Call::Many(read)),
        NativeDef::new("readline", "($self, size=-1, /)", Call::Many(readline)),
        NativeDef::new("readlines", "($self, size=None, /)", Call::Many(readlines)),
        NativeDef::new("readinto", "($self, buffer, /)", Call::One(readinto)),
        NativeDef::new("readinto1", "($self, buffer, /)", Call::One(readinto)),
        NativeDef::new("write", "($self, b, /)", Call::One(write)),
        NativeDef::new("seek", "($self, pos, whence=0, /)", Call::Many(seek)),
        NativeDef::new(
            "tell",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.int_from_usize(this(rt, v)?.at.get()))),
        ),
        NativeDef::new("truncate", "($self, size=None, /)", Call::Many(truncate)),
        NativeDef::new(
            "getvalue",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.bytes(&this(rt, v)?.bytes.borrow()).into_value())),
        ),
        NativeDef::new(
            "getbuffer",
            "($self, /)",
            Call::Zero(|rt, v| {
                this(rt, v)?;
                rt.call(rt.types.memoryview.as_value(), std::slice::from_ref(v))
            }),
        ),
        NativeDef::new("close", "($self, /)", Call::Zero(close)),
        NativeDef::new(
            "flush",
            "($self, /)",
            Call::Zero(|rt, v| this(rt, v).map(|_| Value::NONE)),
        ),
        NativeDef::new(
            "isatty",
            "($self, /)",
            Call::Zero(|rt, v| this(rt, v).map(|_| Value::FALSE)),
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
    getset: &[GetSetDef::read("closed", |_, v| {
        Ok(Value::bool(part(v).is_some_and(|p| p.closed.get())))
    })],
    ..spec("_io.BytesIO")
};

fn part(value: &Value) -> Option<&BytesIo> {
    match &value.downcast_ref::<Io>()?.part {
        Part::Bytes(bytes) => Some(bytes),
        _ => None,
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a BytesIo> {
    let this = part(value).ok_or_else(|| rt.type_error("a BytesIO object was expected"))?;
    if this.closed.get() {
        return Err(super::closed_file(rt));
    }
    Ok(this)
}

/// The `buffer` slot.
fn buffer(rt: &Rt, value: &Value) -> PyResult<Buffer> {
    let len = this(rt, value)?.bytes.borrow().len();
    Ok(Buffer::of_bytes(value, &ACCESS, false, len))
}

fn check_exports(rt: &Rt, this: &BytesIo) -> PyResult<()> {
    if this.exports.get() > 0 {
        return Err(rt.buffer_error("Existing exports of data: object cannot be re-sized"));
    }
    Ok(())
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "BytesIO",
        params: &["initial_bytes"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let [initial] = rt.bind(&SIGNATURE, args)?;
    let this = this(rt, value)?;
    check_exports(rt, this)?;
    let bytes = match initial {
        Some(v) if !v.is_none() => rt.bytes_like(v)?,
        _ => Vec::new(),
    };
    *this.bytes.borrow_mut() = bytes;
    this.at.set(0);
    Ok(())
}

fn take(this: &BytesIo, most: usize) -> Vec<u8> {
    let bytes = this.bytes.borrow();
    let start = this.at.get().min(bytes.len());
    let end = bytes.len().min(start.saturating_add(most));
    if end > start {
        this.at.set(end);
    }
    bytes[start..end].to_vec()
}

fn line(this: &BytesIo, limit: Option<usize>) -> Vec<u8> {
    let n = {
        let bytes = this.bytes.borrow();
        let ahead = &bytes[this.at.get().min(bytes.len())..];
        let end = ahead.iter().position(|&b| b == b'\n');
        end.map_or(ahead.len(), |i| i + 1)
    };
    take(this, n.min(limit.unwrap_or(usize::MAX)))
}

fn read(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let this = this(rt, value)?;
    let n = size(rt, rt.positional("read", args, 0, 1)?.first())?;
    Ok(rt.bytes(&take(this, n.unwrap_or(usize::MAX))).into_value())
}

fn readline(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let this = this(rt, value)?;
    let limit = size(rt, rt.positional("readline", args, 0, 1)?.first())?;
    Ok(rt.bytes(&line(this, limit)).into_value())
}

fn readlines(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let this = this(rt, value)?;
    let hint = size(rt, rt.positional("readlines", args, 0, 1)?.first())?.unwrap_or(0);
    let (mut lines, mut total) = (Vec::new(), 0);
    loop {
        let line = line(this, None);
        if line.is_empty() {
            break;
        }
        total += line.len();
        lines.push(rt.bytes(&line).into_value());
        if hint > 0 && total >= hint {
            break;
        }
    }
    Ok(rt.list(lines).into_value())
}

fn readinto(rt: &Rt, value: &Value, target: &Value) -> PyResult {
    let this = this(rt, value)?;
    let Some(buffer) = rt.writable_buffer(target)? else {
        let name = rt.type_name(target);
        return Err(rt.type_error(format!(
            "readinto() argument must be read-write bytes-like object, not {name}"
        )));
    };
    let bytes = take(this, buffer.len());
    buffer.write(0, &bytes);
    Ok(rt.int_from_usize(bytes.len()))
}

fn write(rt: &Rt, value: &Value, data: &Value) -> PyResult {
    let this = this(rt, value)?;
    check_exports(rt, this)?;
    let at = this.at.get();
    if at > this.bytes.borrow().len() {
        if at >= isize::MAX as usize {
            return Err(rt.overflow_error("new buffer size too large"));
        }
        rt.room_for::<u8>(at)?;
    }
    let n = written(rt, data, |new| {
        let Ok(mut bytes) = this.bytes.try_borrow_mut() else {
            return 0;
        };
        let start = this.at.get();
        if new.is_empty() {
            return 0;
        }
        let end = start + new.len();
        if start == bytes.len() {
            bytes.extend_from_slice(new);
        } else {
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[start..end].copy_from_slice(new);
        }
        this.at.set(end);
        new.len()
    })?;
    Ok(rt.int_from_usize(n))
}

fn seek(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("seek", args, 1, 2)?;
    let this = this(rt, value)?;
    let offset = rt.index_i64(&given[0])?;
    let whence = given.get(1).map_or(Ok(0), |w| rt.index_i64(w))?;
    let too_large = || rt.overflow_error("new position too large");
    let to = match whence {
        0 if offset < 0 => return Err(rt.value_error(format!("negative seek value {offset}"))),
        0 => offset,
        1 => (this.at.get() as i64)
            .checked_add(offset)
            .ok_or_else(too_large)?,
        2 => (this.bytes.borrow().len() as i64)
            .checked_add(offset)
            .ok_or_else(too_large)?,
        _ => {
            return Err(rt.value_error(format!("invalid whence ({whence}, should be 0, 1 or 2)")));
        }
    };
    this.at.set(to.max(0) as usize);
    Ok(rt.int(to.max(0)))
}

fn truncate(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("truncate", args, 0, 1)?;
    let this = this(rt, value)?;
    check_exports(rt, this)?;
    let to = match given.first().filter(|v| !v.is_none()) {
        Some(v) => rt.index_i64(v)?,
        None => this.at.get() as i64,
    };
    let Ok(length) = usize::try_from(to) else {
        return Err(rt.value_error(format!("negative size value {to}")));
    };
    this.bytes.borrow_mut().truncate(length);
    Ok(rt.int(to))
}

fn close(rt: &Rt, value: &Value) -> PyResult {
    if let Some(this) = part(value) {
        check_exports(rt, this)?;
        this.closed.set(true);
        this.bytes.borrow_mut().clear();
    }
    Ok(Value::NONE)
}

fn get_state(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let bytes = rt.bytes(&this.bytes.borrow()).into_value();
    let dict = match rt.existing_dict(value) {
        Some(dict) => rt.call(rt.types.dict.as_value(), &[dict.into_value()])?,
        None => Value::NONE,
    };
    let at = rt.int_from_usize(this.at.get());
    Ok(rt.tuple([bytes, at, dict]).into_value())
}

fn set_state(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let this = this(rt, value)?;
    let items = state.downcast_ref::<Tuple>().map(|t| t.to_vec());
    let Some([bytes, at, dict]) = items.as_deref() else {
        let name = rt.type_name(state);
        return Err(rt.type_error(format!(
            "_io.BytesIO.__setstate__ argument should be 3-tuple, got {name}"
        )));
    };
    let (bytes, at) = (rt.bytes_like(bytes)?, rt.index_i64(at)?);
    let Ok(at) = usize::try_from(at) else {
        return Err(rt.value_error("position value cannot be negative"));
    };
    *this.bytes.borrow_mut() = bytes;
    this.at.set(at);
    if let (Some(own), false) = (rt.own_dict(value), dict.is_none()) {
        rt.call_method(own.as_value(), &rt.names.update, std::slice::from_ref(dict))?;
    }
    Ok(Value::NONE)
}
