//! The standard streams: text streams over file descriptors 0, 1 and 2.

use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::{
    Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Slots, Str, StrExt, TypeSpec, Value,
    type_flags,
};
use std::cell::{Cell, RefCell};
use std::io::{self, BufRead, IsTerminal, Write};

/// A text stream over a standard descriptor.
struct StdStream {
    fd: i64,
    /// What was written and is not out yet.
    pending: RefCell<Vec<u8>>,
    line_buffered: Cell<bool>,
}

impl Payload for StdStream {
    const KIND: Kind = kinds::STD_STREAM;
    const GC: bool = false;
}

static STREAM: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_DICT,
    slots: Slots { ..Slots::NONE },
    methods: &[
        NativeDef::new("write", "", Call::One(write)),
        NativeDef::new("flush", "", Call::Zero(flush)),
        NativeDef::new("readline", "", Call::Zero(readline)),
        NativeDef::new(
            "fileno",
            "",
            Call::Zero(|rt, v| Ok(rt.int(this(rt, v)?.fd))),
        ),
        NativeDef::new(
            "isatty",
            "",
            Call::Zero(|rt, v| {
                Ok(Value::bool(match this(rt, v)?.fd {
                    0 => io::stdin().is_terminal(),
                    1 => io::stdout().is_terminal(),
                    _ => io::stderr().is_terminal(),
                }))
            }),
        ),
    ],
    getset: &[
        GetSetDef::read("encoding", |rt, _| Ok(rt.str("utf-8").into_value())),
        GetSetDef::read("errors", |rt, _| Ok(rt.str("strict").into_value())),
        GetSetDef::read("closed", |_, _| Ok(Value::FALSE)),
    ],
    ..TypeSpec::new("_io.TextIOWrapper", Layout::Native(kinds::STD_STREAM))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a StdStream> {
    value
        .downcast_ref()
        .ok_or_else(|| rt.type_error("a stream was expected"))
}

const ENOUGH: usize = 8192;

fn write(rt: &Rt, value: &Value, text: &Value) -> PyResult {
    let stream = this(rt, value)?;
    let Some(text) = text.downcast::<Str>() else {
        let name = rt.type_name(text);
        return Err(rt.type_error(format!("write() argument must be str, not {name}")));
    };
    let mut pending = stream.pending.borrow_mut();
    match text.as_ascii() {
        Some(ascii) => pending.extend_from_slice(ascii.as_bytes()),
        None => pending.extend(encode(rt, text, stream.fd == 2)?),
    }
    let full = pending.len() >= ENOUGH || (stream.line_buffered.get() && pending.contains(&b'\n'));
    drop(pending);
    if full {
        flush(rt, value)?;
    }
    Ok(rt.int_from_usize(text.char_count()))
}

/// UTF-8; what cannot be encoded is an error, but on standard error an escape.
fn encode(rt: &Rt, text: &Ref<Str>, escape: bool) -> PyResult<Vec<u8>> {
    if !escape {
        return crate::compiling::encode_source(rt, text);
    }
    let mut out = String::new();
    for code in text.codes() {
        match char::from_u32(code) {
            Some(c) => out.push(c),
            None => out.push_str(&format!("\\u{code:04x}")),
        }
    }
    Ok(out.into_bytes())
}

fn flush(rt: &Rt, value: &Value) -> PyResult {
    let stream = this(rt, value)?;
    let bytes = std::mem::take(&mut *stream.pending.borrow_mut());
    let written = match stream.fd {
        1 => io::stdout()
            .write_all(&bytes)
            .and_then(|()| io::stdout().flush()),
        2 => io::stderr().write_all(&bytes),
        _ => Ok(()),
    };
    written.map_err(|e| rt.os_error_from(&e, None))?;
    Ok(Value::NONE)
}

fn readline(rt: &Rt, value: &Value) -> PyResult {
    this(rt, value)?;
    let mut line = Vec::new();
    io::stdin()
        .lock()
        .read_until(b'\n', &mut line)
        .map_err(|e| rt.os_error_from(&e, None))?;
    Ok(crate::paths::decode(rt, &line).into_value())
}

/// Makes `sys.stdin`, `sys.stdout` and `sys.stderr`.
pub(super) fn install(rt: &Rt) -> PyResult<()> {
    let ty = rt.native_type(&STREAM, &rt.types.object);
    let unbuffered = crate::sys::settings(rt).unbuffered;
    for (name, original, fd) in [
        ("stdin", "__stdin__", 0),
        ("stdout", "__stdout__", 1),
        ("stderr", "__stderr__", 2),
    ] {
        let lines = fd == 2 || unbuffered || (fd == 1 && io::stdout().is_terminal());
        let payload = StdStream {
            fd,
            pending: RefCell::default(),
            line_buffered: Cell::new(lines),
        };
        let stream = rt.alloc(&ty, payload).into_value();
        let label = rt.str(&format!("<{name}>")).into_value();
        rt.setattr(&stream, &rt.names.name, Some(&label))?;
        crate::sys::set(rt, name, stream.clone());
        crate::sys::set(rt, original, stream);
    }
    Ok(())
}
