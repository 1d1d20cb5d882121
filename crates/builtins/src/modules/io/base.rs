//! The abstract classes: what all streams do by their own other methods (`iobase.c`, `bufferedio.c`, `textio.c`).

use super::{Io, Part, alloc, closed_file, is_closed, size, spec, unsupported};
use hognose_object::bytes::{Bytes, with_bytes};
use hognose_object::{
    Args, Call, GetSetDef, NativeDef, PyResult, Raised, Ref, Rt, Slots, StrExt, TypeObj, TypeSpec,
    Value,
};

pub(super) static IO_BASE: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(new),
        iter: Some(iter),
        next: Some(next),
        finalize: Some(finalize),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "seek",
            "",
            Call::Many(|rt, _, _| Err(unsupported(rt, "seek"))),
        ),
        NativeDef::new(
            "truncate",
            "",
            Call::Many(|rt, _, _| Err(unsupported(rt, "truncate"))),
        ),
        NativeDef::new(
            "fileno",
            "",
            Call::Zero(|rt, _| Err(unsupported(rt, "fileno"))),
        ),
        NativeDef::new("tell", "($self, /)", Call::Zero(tell)),
        NativeDef::new("flush", "($self, /)", Call::Zero(flush)),
        NativeDef::new("close", "($self, /)", Call::Zero(close)),
        NativeDef::new("seekable", "($self, /)", Call::Zero(no)),
        NativeDef::new("readable", "($self, /)", Call::Zero(no)),
        NativeDef::new("writable", "($self, /)", Call::Zero(no)),
        NativeDef::new(
            "isatty",
            "($self, /)",
            Call::Zero(|rt, v| {
                check_open(rt, v)?;
                Ok(Value::FALSE)
            }),
        ),
        NativeDef::new(
            "_checkClosed",
            "",
            Call::Many(|rt, v, _| check_open(rt, v).map(|()| Value::NONE)),
        ),
        NativeDef::new(
            "_checkSeekable",
            "",
            Call::Many(|rt, v, _| {
                check(rt, v, "seekable", "File or stream is not seekable.").map(|()| Value::NONE)
            }),
        ),
        NativeDef::new(
            "_checkReadable",
            "",
            Call::Many(|rt, v, _| {
                check(rt, v, "readable", "File or stream is not readable.").map(|()| Value::NONE)
            }),
        ),
        NativeDef::new(
            "_checkWritable",
            "",
            Call::Many(|rt, v, _| {
                check(rt, v, "writable", "File or stream is not writable.").map(|()| Value::NONE)
            }),
        ),
        NativeDef::new(
            "__enter__",
            "",
            Call::Zero(|rt, v| {
                check_open(rt, v)?;
                Ok(v.clone())
            }),
        ),
        NativeDef::new(
            "__exit__",
            "",
            Call::Many(|rt, v, _| rt.call_method(v, &rt.intern("close"), &[])),
        ),
        NativeDef::new("readline", "($self, size=-1, /)", Call::Many(readline)),
        NativeDef::new("readlines", "($self, hint=-1, /)", Call::Many(readlines)),
        NativeDef::new("writelines", "($self, lines, /)", Call::One(writelines)),
    ],
    getset: &[GetSetDef::read("closed", |_, v| {
        Ok(Value::bool(
            v.downcast_ref::<Io>().is_some_and(|io| io.closed.get()),
        ))
    })],
    ..spec("_io._IOBase")
};

pub(super) static RAW_IO_BASE: TypeSpec = TypeSpec {
    methods: &[
        NativeDef::new("read", "($self, size=-1, /)", Call::Many(raw_read)),
        NativeDef::new("readall", "($self, /)", Call::Zero(raw_readall)),
    ],
    ..spec("_io._RawIOBase")
};

pub(super) static BUFFERED_IO_BASE: TypeSpec = TypeSpec {
    methods: &[
        NativeDef::new(
            "detach",
            "",
            Call::Many(|rt, _, _| Err(unsupported(rt, "detach"))),
        ),
        NativeDef::new(
            "read",
            "",
            Call::Many(|rt, _, _| Err(unsupported(rt, "read"))),
        ),
        NativeDef::new(
            "read1",
            "",
            Call::Many(|rt, _, _| Err(unsupported(rt, "read1"))),
        ),
        NativeDef::new(
            "write",
            "",
            Call::Many(|rt, _, _| Err(unsupported(rt, "write"))),
        ),
        NativeDef::new(
            "readinto",
            "($self, buffer, /)",
            Call::One(|rt, v, b| read_into(rt, v, b, "read")),
        ),
        NativeDef::new(
            "readinto1",
            "($self, buffer, /)",
            Call::One(|rt, v, b| read_into(rt, v, b, "read1")),
        ),
    ],
    ..spec("_io._BufferedIOBase")
};

pub(super) static TEXT_IO_BASE: TypeSpec = TypeSpec {
    methods: &[
        NativeDef::new(
            "detach",
            "",
            Call::Many(|rt, _, _| Err(unsupported(rt, "detach"))),
        ),
        NativeDef::new(
            "read",
            "",
            Call::Many(|rt, _, _| Err(unsupported(rt, "read"))),
        ),
        NativeDef::new(
            "readline",
            "",
            Call::Many(|rt, _, _| Err(unsupported(rt, "readline"))),
        ),
        NativeDef::new(
            "write",
            "",
            Call::Many(|rt, _, _| Err(unsupported(rt, "write"))),
        ),
    ],
    getset: &[
        GetSetDef::read("encoding", |_, _| Ok(Value::NONE)),
        GetSetDef::read("newlines", |_, _| Ok(Value::NONE)),
        GetSetDef::read("errors", |_, _| Ok(Value::NONE)),
    ],
    ..spec("_io._TextIOBase")
};

fn new(rt: &Rt, ty: &Ref<TypeObj>, _: &Args<'_>) -> PyResult {
    Ok(alloc(rt, ty, Part::Base))
}

fn no(_: &Rt, _: &Value) -> PyResult {
    Ok(Value::FALSE)
}

pub(super) fn check_open(rt: &Rt, value: &Value) -> PyResult<()> {
    if is_closed(rt, value)? {
        return Err(closed_file(rt));
    }
    Ok(())
}

/// Raises if a stream's method says no.
pub(super) fn check(rt: &Rt, value: &Value, method: &str, message: &str) -> PyResult<()> {
    let answer = rt.call_method(value, &rt.intern(method), &[])?;
    if answer.is(&Value::TRUE) {
        return Ok(());
    }
    Err(unsupported(rt, message))
}

fn iter(rt: &Rt, value: &Value) -> PyResult {
    check_open(rt, value)?;
    Ok(value.clone())
}

fn next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let line = rt.call_method(value, &rt.names.readline, &[])?;
    Ok(if rt.len(&line)? == 0 {
        None
    } else {
        Some(line)
    })
}

/// Closes what nobody closed (`iobase_finalize`); errors are lost, as in CPython's release build.
fn finalize(rt: &Rt, value: &Value) {
    if let Ok(false) = is_closed(rt, value) {
        warn_unclosed(rt, value);
        let _ = rt.call_method(value, &rt.intern("close"), &[]);
    }
}

/// Warns of a file that its streams leave open (`_dealloc_warn`).
fn warn_unclosed(rt: &Rt, stream: &Value) {
    let mut raw = stream.clone();
    loop {
        let inner = match raw.downcast_ref::<Io>().map(|io| &io.part) {
            Some(Part::Text(text)) => text.buffer(rt).ok(),
            Some(Part::Buffered(buffered)) => buffered.raw.get(),
            Some(Part::File(file)) if file.leaks() => break,
            _ => None,
        };
        match inner {
            Some(inner) => raw = inner,
            None => return,
        }
    }
    let warned = rt.repr(stream).and_then(|shown| {
        let message = format!("unclosed file {}", shown.to_str());
        crate::modules::warnings::warn_resource(rt, stream, &message)
    });
    if let Err(raised) = warned
        && raised.is(rt, &rt.types.warning)
    {
        (rt.unraisable.get())(rt, &raised, "", &raw);
    }
}

fn tell(rt: &Rt, value: &Value) -> PyResult {
    rt.call_method(value, &rt.intern("seek"), &[rt.int(0), rt.int(1)])
}

fn flush(rt: &Rt, value: &Value) -> PyResult {
    if value.downcast_ref::<Io>().is_some_and(|io| io.closed.get()) {
        return Err(closed_file(rt));
    }
    Ok(Value::NONE)
}

pub(super) fn close(rt: &Rt, value: &Value) -> PyResult {
    let Some(io) = value.downcast_ref::<Io>() else {
        return Ok(Value::NONE);
    };
    if io.closed.get() {
        return Ok(Value::NONE);
    }
    let flushed = rt.call_method(value, &rt.names.flush, &[]);
    io.closed.set(true);
    flushed
}

/// Both results' error: the second one's, with the first as its context.
pub(super) fn both(rt: &Rt, first: PyResult, second: PyResult) -> PyResult {
    match (first, second) {
        (Ok(_), second) => second,
        (Err(first), Ok(_)) => Err(first),
        (Err(first), Err(second)) => {
            rt.chain_context(&second, &first.0);
            Err(second)
        }
    }
}

/// Reads a line by `peek` and `read` (`_io__IOBase_readline_impl`).
fn readline(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let limit = size(rt, rt.positional("readline", args, 0, 1)?.first())?;
    let peek = rt.getattr_opt(value, &rt.intern("peek"))?;
    let mut line: Vec<u8> = Vec::new();
    while limit.is_none_or(|l| line.len() < l) {
        let mut wanted = 1;
        if let Some(peek) = &peek {
            let ahead = rt.call(peek, &[rt.int(1)])?;
            let left = limit.map_or(usize::MAX, |l| l - line.len());
            let seen = with_bytes(&ahead, |b| {
                if b.is_empty() {
                    return None;
                }
                let b = &b[..b.len().min(left)];
                Some(
                    b.iter()
                        .position(|&c| c == b'\n')
                        .map_or(b.len(), |i| i + 1),
                )
            });
            match seen {
                Some(Some(n)) => wanted = n,
                Some(None) => (),
                None => {
                    let name = rt.type_name(&ahead);
                    return Err(rt.os_error(format!(
                        "peek() should have returned a bytes object, not '{name}'"
                    )));
                }
            }
        }
        let got = rt.call_method(value, &rt.names.read, &[rt.int_from_usize(wanted)])?;
        let Some(n) = with_bytes(&got, |b| {
            line.extend_from_slice(b);
            b.len()
        }) else {
            let name = rt.type_name(&got);
            return Err(rt.os_error(format!(
                "read() should have returned a bytes object, not '{name}'"
            )));
        };
        if n == 0 || line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(rt.bytes(&line).into_value())
}

fn readlines(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let hint = size(rt, rt.positional("readlines", args, 0, 1)?.first())?.unwrap_or(0);
    let mut lines = Vec::new();
    let mut total = 0;
    let iterator = rt.iter(value)?;
    while let Some(line) = rt.next(&iterator)? {
        total += rt.len(&line)?;
        lines.push(line);
        if hint > 0 && total >= hint {
            break;
        }
    }
    Ok(rt.list(lines).into_value())
}

fn writelines(rt: &Rt, value: &Value, lines: &Value) -> PyResult {
    check_open(rt, value)?;
    let iterator = rt.iter(lines)?;
    while let Some(line) = rt.next(&iterator)? {
        rt.call_method(value, &rt.names.write, &[line])?;
    }
    Ok(Value::NONE)
}

/// `read` by `readinto`.
fn raw_read(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("read", args, 0, 1)?;
    let Some(n) = size(rt, given.first())? else {
        return rt.call_method(value, &rt.intern("readall"), &[]);
    };
    rt.room_for::<u8>(n)?;
    let array = rt.bytearray(vec![0; n]);
    let got = rt.call_method(value, &rt.intern("readinto"), &[array.as_value().clone()])?;
    if got.is_none() {
        return Ok(got);
    }
    let got = usize::try_from(rt.index_i64(&got)?).unwrap_or(0);
    let bytes = array.bytes.borrow();
    Ok(rt.bytes(&bytes[..got.min(bytes.len())]).into_value())
}

fn raw_readall(rt: &Rt, value: &Value) -> PyResult {
    let mut all = Vec::new();
    loop {
        let n = rt.int_from_usize(super::BUFFER_SIZE);
        let got = rt.call_method(value, &rt.names.read, &[n])?;
        if got.is_none() {
            return Ok(if all.is_empty() {
                got
            } else {
                rt.bytes(&all).into_value()
            });
        }
        match with_bytes(&got, |b| {
            all.extend_from_slice(b);
            b.len()
        }) {
            Some(0) => return Ok(rt.bytes(&all).into_value()),
            Some(_) => (),
            None => return Err(rt.type_error("read() should return bytes")),
        }
    }
}

fn read_into(rt: &Rt, value: &Value, target: &Value, method: &str) -> PyResult {
    let Some(buffer) = rt.writable_buffer(target)? else {
        let name = rt.type_name(target);
        return Err(rt.type_error(format!(
            "readinto() argument must be read-write bytes-like object, not {name}"
        )));
    };
    let n = rt.int_from_usize(buffer.len());
    let got = rt.call_method(value, &rt.intern(method), &[n])?;
    let Some(bytes) = with_bytes(&got, <[u8]>::to_vec) else {
        return Err(rt.type_error("read() should return bytes"));
    };
    if bytes.len() > buffer.len() {
        return Err(rt.value_error(format!(
            "read() returned too much data: {} bytes requested, {} returned",
            buffer.len(),
            bytes.len()
        )));
    }
    buffer.write(0, &bytes);
    Ok(rt.int_from_usize(bytes.len()))
}

/// The bytes of an argument to `write`.
pub(super) fn written<T>(rt: &Rt, data: &Value, f: impl FnOnce(&[u8]) -> T) -> PyResult<T> {
    // Other bytes may change while `f` lets other threads run.
    if data.downcast_ref::<Bytes>().is_some() {
        let mut f = Some(f);
        if let Some(made) = with_bytes(data, |b| f.take().map(|f| f(b))) {
            return made.ok_or_else(|| rt.system_error("bytes were shown twice"));
        }
        let Some(f) = f else {
            return Err(rt.system_error("bytes were shown without a result"));
        };
        return Ok(f(&rt.bytes_like(data)?));
    }
    Ok(f(&rt.bytes_like(data)?))
}

/// The name of a stream as its repr shows it.
pub(super) fn shown_name(rt: &Rt, value: &Value) -> PyResult<Option<String>> {
    let name = match rt.getattr(value, &rt.names.name) {
        Ok(name) => name,
        Err(raised)
            if raised.is(rt, &rt.types.attribute_error) || raised.is(rt, &rt.types.value_error) =>
        {
            return Ok(None);
        }
        Err(raised) => return Err(raised),
    };
    Ok(Some(rt.repr(&name)?.to_str().into_owned()))
}

/// The `BlockingIOError` of a write that would wait.
pub(super) fn blocked(rt: &Rt, written: usize) -> Raised {
    rt.raise_with(
        &rt.types.blocking_io_error,
        &[
            rt.int(11),
            rt.str("write could not complete without blocking")
                .into_value(),
            rt.int_from_usize(written),
        ],
    )
}
