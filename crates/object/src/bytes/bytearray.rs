//! `bytearray`: its slots, and what it does that `bytes` does not (`Objects/bytearrayobject.c`).

use super::methods::{self, byte_arg, common_methods};
use super::{ByteArray, new};
use crate::buffer::{BYTEARRAY_ACCESS, Buffer};
use crate::hash::unhashable;
use crate::kinds;
use crate::native::Args;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slice::Slice;
use crate::slots::{CompareOp, Slots};
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};

pub const BYTEARRAY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::MATCH_SELF,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(rt.bytearray_of(ty, Vec::new()).into_value())),
        init: Some(init),
        repr: Some(repr),
        hash: Some(unhashable),
        str: Some(super::bytes_type::text),
        compare: Some(compare),
        iter: Some(|rt, v| Ok(rt.bytes_iterator(v))),
        len: Some(|rt, v| Ok(this(rt, v)?.bytes.borrow().len())),
        getitem: Some(methods::getitem),
        setitem: Some(setitem),
        contains: Some(methods::contains),
        concat: Some(methods::concat),
        repeat: Some(methods::repeat),
        iconcat: Some(iconcat),
        irepeat: Some(irepeat),
        modulo: Some(methods::modulo),
        buffer: Some(buffer),
        ..Slots::NONE
    },
    methods: common_methods![
        NativeDef::new("append", "($self, item, /)", Call::One(append)),
        NativeDef::new("clear", "($self, /)", Call::Zero(clear)),
        NativeDef::new("copy", "($self, /)", Call::Zero(copy)),
        NativeDef::new("extend", "($self, iterable_of_ints, /)", Call::One(extend)),
        NativeDef::new("insert", "($self, index, item, /)", Call::Many(insert)),
        NativeDef::new("pop", "($self, index=-1, /)", Call::Many(pop)),
        NativeDef::new("remove", "($self, value, /)", Call::One(remove)),
        NativeDef::new("reverse", "($self, /)", Call::Zero(reverse)),
        NativeDef::new("__alloc__", "", Call::Zero(alloc)),
        NativeDef::new("__reduce__", "($self, /)", Call::Zero(reduce)),
        NativeDef::new(
            "__reduce_ex__",
            "($self, proto=0, /)",
            Call::Many(reduce_ex),
        ),
        NativeDef::new("__sizeof__", "($self, /)", Call::Zero(sizeof)),
    ],
    doc: "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer",
    ..TypeSpec::new("bytearray", Layout::Native(kinds::BYTEARRAY))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<ByteArray>> {
    value
        .downcast::<ByteArray>()
        .ok_or_else(|| rt.type_error("a bytearray was expected"))
}

/// The array, which must be free to change its size.
fn resizable<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<ByteArray>> {
    let array = this(rt, value)?;
    if array.exports.get() > 0 {
        return Err(rt.buffer_error("Existing exports of data: object cannot be re-sized"));
    }
    Ok(array)
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    let made = match new::from_arguments(rt, args, true)? {
        Ok(made) => made,
        Err(bytes) => rt.bytes_like(&bytes)?,
    };
    *resizable(rt, value)?.bytes.borrow_mut() = made;
    Ok(())
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let shown = methods::shown(&this(rt, value)?.bytes.borrow());
    let name = rt.type_of(value).name.borrow().clone();
    let name = crate::str_::StrExt::to_str(&*name).into_owned();
    Ok(rt.str(&format!("{name}({shown})")).into_value())
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (rt.buffer_bytes(a), rt.buffer_bytes(b)) else {
        super::bytes_type::warn_of_comparison(rt, "bytearray", b, op)?;
        return Ok(Value::NOT_IMPLEMENTED);
    };
    Ok(Value::bool(op.holds(x?.cmp(&y?))))
}

fn buffer(rt: &Rt, value: &Value) -> PyResult<Buffer> {
    let len = this(rt, value)?.bytes.borrow().len();
    Ok(Buffer::of_bytes(value, &BYTEARRAY_ACCESS, false, len))
}

fn setitem(rt: &Rt, value: &Value, key: &Value, item: Option<&Value>) -> PyResult<()> {
    let array = this(rt, value)?;
    if let Some(slice) = key.downcast_ref::<Slice>() {
        let new = match item {
            None => Vec::new(),
            Some(item) => {
                if rt.as_int(item).is_some() || item.downcast_ref::<crate::Str>().is_some() {
                    return Err(rt.type_error(
                        "can assign only bytes, buffers, or iterables of ints in range(0, 256)",
                    ));
                }
                new::bytes_from(rt, item, true)?
            }
        };
        return set_slice(rt, value, slice, new, item.is_none());
    }
    let len = array.bytes.borrow().len();
    let i = crate::seq::index_of(rt, key, "bytearray", len)?
        .ok_or_else(|| rt.index_error("bytearray index out of range"))?;
    match item {
        None => {
            let array = resizable(rt, value)?;
            let mut bytes = array.bytes.borrow_mut();
            if i < bytes.len() {
                bytes.remove(i);
            }
        }
        Some(item) => {
            let byte = byte_arg(rt, item)?;
            // To get the byte, Python code may have shortened the array.
            match array.bytes.borrow_mut().get_mut(i) {
                Some(place) => *place = byte,
                None => return Err(rt.index_error("bytearray index out of range")),
            }
        }
    }
    Ok(())
}

fn set_slice(rt: &Rt, value: &Value, slice: &Slice, new: Vec<u8>, delete: bool) -> PyResult<()> {
    let array = this(rt, value)?;
    let len = array.bytes.borrow().len();
    let span = rt.slice_span(slice, len)?;
    if span.step == 1 {
        if new.len() != span.count {
            resizable(rt, value)?;
        }
        array.bytes.borrow_mut().splice(span.range(), new);
        return Ok(());
    }
    if delete {
        let gone: std::collections::HashSet<usize> = span.indices().collect();
        let array = resizable(rt, value)?;
        let mut i = 0;
        array.bytes.borrow_mut().retain(|_| {
            i += 1;
            !gone.contains(&(i - 1))
        });
        return Ok(());
    }
    if new.is_empty() {
        // Assigning nothing deletes.
        return set_slice(rt, value, slice, new, true);
    }
    if new.len() != span.count {
        return Err(rt.value_error(format!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            new.len(),
            span.count
        )));
    }
    let mut bytes = array.bytes.borrow_mut();
    if let (Ok(start), Ok(step)) = (usize::try_from(span.start), usize::try_from(span.step)) {
        let places = bytes.get_mut(start..).unwrap_or_default();
        for (place, byte) in places.iter_mut().step_by(step).zip(new) {
            *place = byte;
        }
        return Ok(());
    }
    for (i, byte) in span.indices().zip(new) {
        if let Some(place) = bytes.get_mut(i) {
            *place = byte;
        }
    }
    Ok(())
}

fn iconcat(rt: &Rt, value: &Value, other: &Value) -> PyResult {
    let Some(more) = rt.buffer_bytes(other) else {
        let (a, b) = (rt.type_name(other), rt.type_name(value));
        return Err(rt.type_error(format!("can't concat {a} to {b}")));
    };
    let more = more?;
    resizable(rt, value)?.bytes.borrow_mut().extend(more);
    Ok(value.clone())
}

fn irepeat(rt: &Rt, value: &Value, count: &Value) -> PyResult {
    let len = this(rt, value)?.bytes.borrow().len();
    let n = crate::seq::repeat_count::<u8>(rt, count, len)?;
    let array = resizable(rt, value)?;
    let made = array.bytes.borrow().repeat(n);
    *array.bytes.borrow_mut() = made;
    Ok(value.clone())
}

fn append(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    let byte = byte_arg(rt, item)?;
    resizable(rt, value)?.bytes.borrow_mut().push(byte);
    Ok(Value::NONE)
}

fn clear(rt: &Rt, value: &Value) -> PyResult {
    resizable(rt, value)?.bytes.borrow_mut().clear();
    Ok(Value::NONE)
}

fn copy(rt: &Rt, value: &Value) -> PyResult {
    let bytes = this(rt, value)?.bytes.borrow().clone();
    Ok(rt.bytearray(bytes).into_value())
}

fn extend(rt: &Rt, value: &Value, iterable: &Value) -> PyResult {
    let more = match rt.buffer_bytes(iterable) {
        Some(bytes) => bytes?,
        None => {
            let iterator = match rt.iter(iterable) {
                Ok(iterator) => iterator,
                Err(raised) if raised.is(rt, &rt.types.type_error) => {
                    let name = rt.type_name(iterable);
                    return Err(rt.type_error(format!("can't extend bytearray with {name}")));
                }
                Err(raised) => return Err(raised),
            };
            rt.room_for::<u8>(rt.length_hint(iterable, 32)?)?;
            let mut made = Vec::new();
            while let Some(item) = rt.next(&iterator)? {
                made.push(byte_arg(rt, &item)?);
            }
            made
        }
    };
    resizable(rt, value)?.bytes.borrow_mut().extend(more);
    Ok(Value::NONE)
}

fn insert(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let [at, item] = rt.positional("insert", args, 2, 2)? else {
        return Err(rt.system_error("two arguments were checked"));
    };
    let at = rt.index_i64(at)?;
    let byte = byte_arg(rt, item)?;
    let mut bytes = resizable(rt, value)?.bytes.borrow_mut();
    let len = bytes.len() as i64;
    let at = if at < 0 {
        at.saturating_add(len).max(0)
    } else {
        at.min(len)
    };
    bytes.insert(at as usize, byte);
    Ok(Value::NONE)
}

fn pop(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let at = match rt.positional("pop", args, 0, 1)? {
        [at] => rt.index_i64(at)?,
        _ => -1,
    };
    let len = this(rt, value)?.bytes.borrow().len() as i64;
    if len == 0 {
        return Err(rt.index_error("pop from empty bytearray"));
    }
    let i = if at < 0 { at.saturating_add(len) } else { at };
    if !(0..len).contains(&i) {
        return Err(rt.index_error("pop index out of range"));
    }
    let byte = resizable(rt, value)?.bytes.borrow_mut().remove(i as usize);
    Ok(rt.int(i64::from(byte)))
}

fn remove(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    let byte = byte_arg(rt, item)?;
    let at = this(rt, value)?
        .bytes
        .borrow()
        .iter()
        .position(|&b| b == byte);
    match at {
        Some(at) => {
            resizable(rt, value)?.bytes.borrow_mut().remove(at);
            Ok(Value::NONE)
        }
        None => Err(rt.value_error("value not found in bytearray")),
    }
}

fn reverse(rt: &Rt, value: &Value) -> PyResult {
    this(rt, value)?.bytes.borrow_mut().reverse();
    Ok(Value::NONE)
}

fn alloc(rt: &Rt, value: &Value) -> PyResult {
    let capacity = this(rt, value)?.bytes.borrow().capacity();
    Ok(rt.int_from_usize(if capacity == 0 { 0 } else { capacity + 1 }))
}

fn sizeof(rt: &Rt, value: &Value) -> PyResult {
    let capacity = this(rt, value)?.bytes.borrow().capacity();
    Ok(rt.int_from_usize(56 + if capacity == 0 { 0 } else { capacity + 1 }))
}

/// `(type, (text, 'latin-1'), state)`: what protocols below 3 can carry.
fn reduce(rt: &Rt, value: &Value) -> PyResult {
    let bytes = this(rt, value)?.bytes.borrow().clone();
    let args = if bytes.is_empty() {
        rt.tuple([])
    } else {
        rt.tuple([
            rt.str_latin1(&bytes).into_value(),
            rt.str("latin-1").into_value(),
        ])
    };
    reduced(rt, value, args.into_value())
}

fn reduced(rt: &Rt, value: &Value, args: Value) -> PyResult {
    let state = rt.call_method(value, &rt.intern("__getstate__"), &[])?;
    let ty = rt.type_of(value).as_value().clone();
    Ok(rt.tuple([ty, args, state]).into_value())
}

fn reduce_ex(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let protocol = match rt.positional("__reduce_ex__", args, 0, 1)? {
        [p] => rt.index_i64(p)?,
        _ => 0,
    };
    if protocol < 3 {
        return reduce(rt, value);
    }
    let bytes = this(rt, value)?.bytes.borrow().clone();
    let args = if bytes.is_empty() {
        rt.tuple([])
    } else {
        rt.tuple([rt.bytes(&bytes).into_value()])
    };
    reduced(rt, value, args.into_value())
}
