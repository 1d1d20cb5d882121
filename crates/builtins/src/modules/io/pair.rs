//! `BufferedRWPair`: one stream to read from and another to write to.

use super::base::both;
use super::{Io, Part, alloc, buffered, spec, state, uninitialized};
use hognose_heap::ValueCell;
use hognose_object::{Args, Call, GetSetDef, NativeDef, PyResult, Rt, Slots, TypeSpec, Value};

/// The payload of `BufferedRWPair`.
#[derive(Default)]
pub(super) struct Pair {
    pub reader: ValueCell,
    pub writer: ValueCell,
}

macro_rules! forward {
    ($side:ident $name:literal) => {
        NativeDef::new(
            $name,
            "",
            Call::Many(|rt, v, args| {
                let method = rt.getattr_str(&$side(rt, v)?, $name)?;
                rt.call_args(&method, args)
            }),
        )
    };
}

pub(super) static PAIR: TypeSpec = TypeSpec {
    slots: Slots {
        new: Some(|rt, ty, _| Ok(alloc(rt, ty, Part::Pair(Pair::default())))),
        init: Some(init),
        ..Slots::NONE
    },
    methods: &[
        forward!(reader "read"),
        forward!(reader "peek"),
        forward!(reader "read1"),
        forward!(reader "readinto"),
        forward!(reader "readinto1"),
        forward!(reader "readable"),
        forward!(writer "write"),
        forward!(writer "flush"),
        forward!(writer "writable"),
        NativeDef::new("close", "", Call::Zero(close)),
        NativeDef::new("isatty", "", Call::Zero(isatty)),
    ],
    getset: &[GetSetDef::read("closed", |rt, v| {
        rt.getattr_str(&writer(rt, v)?, "closed")
    })],
    ..spec("_io.BufferedRWPair")
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Pair> {
    match value.downcast_ref::<Io>().map(|io| &io.part) {
        Some(Part::Pair(pair)) => Ok(pair),
        _ => Err(rt.type_error("a BufferedRWPair was expected")),
    }
}

fn reader(rt: &Rt, value: &Value) -> PyResult {
    this(rt, value)?
        .reader
        .get()
        .ok_or_else(|| uninitialized(rt))
}

fn writer(rt: &Rt, value: &Value) -> PyResult {
    this(rt, value)?
        .writer
        .get()
        .ok_or_else(|| uninitialized(rt))
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    let given = rt.positional("BufferedRWPair", args, 2, 3)?;
    super::base::check(rt, &given[0], "readable", "File or stream is not readable.")?;
    super::base::check(rt, &given[1], "writable", "File or stream is not writable.")?;
    let size = match given.get(2) {
        Some(size) => rt.index_i64(size)?.max(0) as usize,
        None => super::BUFFER_SIZE,
    };
    let state = state(rt)?;
    let this = this(rt, value)?;
    let reader = buffered::over(rt, &state.reader, &given[0], size)?;
    let writer = buffered::over(rt, &state.writer, &given[1], size)?;
    this.reader.set(Some(reader));
    this.writer.set(Some(writer));
    Ok(())
}

fn close(rt: &Rt, value: &Value) -> PyResult {
    let close = rt.intern("close");
    let first = rt.call_method(&writer(rt, value)?, &close, &[]);
    let second = rt.call_method(&reader(rt, value)?, &close, &[]);
    both(rt, first, second)
}

fn isatty(rt: &Rt, value: &Value) -> PyResult {
    let isatty = rt.intern("isatty");
    let first = rt.call_method(&writer(rt, value)?, &isatty, &[])?;
    if rt.truth(&first)? {
        return Ok(first);
    }
    rt.call_method(&reader(rt, value)?, &isatty, &[])
}
