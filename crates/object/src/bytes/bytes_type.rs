//! The slots of `bytes` (`Objects/bytesobject.c`).

use super::methods::{self, common_methods};
use super::{Bytes, new};
use crate::buffer::{BYTES_ACCESS, Buffer};
use crate::hash::hash_bytes;
use crate::kinds;
use crate::native::Args;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};

pub const BYTES: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::BYTES_SUBCLASS
        | type_flags::MATCH_SELF,
    slots: Slots {
        new: Some(make),
        repr: Some(|rt, v| Ok(rt.str(&methods::shown(this(rt, v)?.bytes())).into_value())),
        str: Some(text),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(|rt, v| Ok(rt.bytes_iterator(v))),
        len: Some(|rt, v| Ok(this(rt, v)?.bytes().len())),
        getitem: Some(methods::getitem),
        contains: Some(methods::contains),
        concat: Some(methods::concat),
        repeat: Some(methods::repeat),
        modulo: Some(methods::modulo),
        buffer: Some(buffer),
        ..Slots::NONE
    },
    methods: common_methods![
        NativeDef::new("__bytes__", "($self, /)", Call::Zero(as_bytes)),
        NativeDef::new("__getnewargs__", "($self, /)", Call::Zero(getnewargs)),
        NativeDef::new(
            "__sizeof__",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.int_from_usize(33 + this(rt, v)?.bytes().len()))),
        ),
    ],
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the buffer API.\n  - an integer",
    ..TypeSpec::new("bytes", Layout::Native(kinds::BYTES))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Bytes>> {
    value
        .downcast::<Bytes>()
        .ok_or_else(|| rt.type_error("a bytes object was expected"))
}

fn make(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let exact = ty.same(&rt.types.bytes);
    if exact
        && !args.has_keywords()
        && let [source] = args.positional()
        && rt.is_exact(source, &rt.types.bytes)
    {
        return Ok(source.clone());
    }
    match new::from_arguments(rt, args, false)? {
        Ok(made) => Ok(rt.bytes_of(ty, &made).into_value()),
        Err(made) if exact => Ok(made),
        Err(made) => Ok(rt.bytes_of(ty, this(rt, &made)?.bytes()).into_value()),
    }
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    let bytes = this(rt, value)?;
    let known = bytes.head.hash.get();
    if known != 0 {
        return Ok(known);
    }
    let made = hash_bytes(rt.hash_keys.get(), bytes.bytes());
    bytes.head.hash.set(made);
    Ok(made)
}

/// `str(bytes)`: the repr, of which `-b` warns.
pub(super) fn text(rt: &Rt, value: &Value) -> PyResult {
    if rt.bytes_warning.get() {
        let name = if value.downcast_ref::<Bytes>().is_some() {
            "bytes"
        } else {
            "bytearray"
        };
        let message = format!("str() on a {name} instance");
        rt.warn(&rt.types.bytes_warning, &message)?;
    }
    Ok(rt.repr(value)?.into_value())
}

/// Warns of a comparison with what bytes never equal, under `-b`.
#[cold]
pub(super) fn warn_of_comparison(
    rt: &Rt,
    bytes: &str,
    other: &Value,
    op: CompareOp,
) -> PyResult<()> {
    if !rt.bytes_warning.get() || !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(());
    }
    let kind = if other.downcast_ref::<crate::str_::Str>().is_some() {
        "string"
    } else if bytes == "bytes" && rt.as_int(other).is_some() {
        "int"
    } else {
        return Ok(());
    };
    let message = format!("Comparison between {bytes} and {kind}");
    rt.warn(&rt.types.bytes_warning, &message)
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<Bytes>(), b.downcast::<Bytes>()) else {
        warn_of_comparison(rt, "bytes", b, op)?;
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(op.holds(x.bytes().cmp(y.bytes()))))
}

fn buffer(rt: &Rt, value: &Value) -> PyResult<Buffer> {
    let len = this(rt, value)?.bytes().len();
    Ok(Buffer::of_bytes(value, &BYTES_ACCESS, true, len))
}

fn as_bytes(rt: &Rt, value: &Value) -> PyResult {
    if rt.is_exact(value, &rt.types.bytes) {
        return Ok(value.clone());
    }
    Ok(rt.bytes(this(rt, value)?.bytes()).into_value())
}

fn getnewargs(rt: &Rt, value: &Value) -> PyResult {
    let bytes = rt.bytes(this(rt, value)?.bytes()).into_value();
    Ok(rt.tuple([bytes]).into_value())
}
