//! What `bytes(…)` and `bytearray(…)` make of their arguments (`bytes_new_impl`, `bytearray___init___impl`).

use crate::native::{Args, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::Str;
use crate::str_type::text_arg;
use crate::tuple::List;
use hognose_heap::Value;

/// One item of an iterable.
fn byte_of(rt: &Rt, item: &Value, array: bool) -> PyResult<u8> {
    if array {
        return super::methods::byte_arg(rt, item);
    }
    if rt.as_int(item).is_none() && rt.type_of(item).slots.index.get().is_none() {
        let name = rt.type_name(item);
        return Err(rt.type_error(format!(
            "'{name}' object cannot be interpreted as an integer"
        )));
    }
    let index = rt.index(item)?;
    let value = rt.as_int(&index).and_then(|i| i.to_i64());
    value
        .and_then(|v| u8::try_from(v).ok())
        .ok_or_else(|| rt.value_error("bytes must be in range(0, 256)"))
}

/// The bytes of an object that is no string (`PyBytes_FromObject`).
pub(crate) fn bytes_from(rt: &Rt, source: &Value, array: bool) -> PyResult<Vec<u8>> {
    if let Some(bytes) = rt.buffer_bytes(source) {
        return bytes;
    }
    let name = if array { "bytearray" } else { "bytes" };
    let slots = &rt.type_of(source).slots;
    if source.downcast_ref::<Str>().is_some()
        || slots.iter.get().is_none() && slots.getitem.get().is_none()
    {
        let shown = rt.type_name(source);
        return Err(rt.type_error(format!("cannot convert '{shown}' object to {name}")));
    }
    let mut made = Vec::new();
    if let Some(list) = source.downcast_ref::<List>() {
        let mut i = 0;
        while let Some(item) = list.get(i) {
            made.push(byte_of(rt, &item, array)?);
            i += 1;
        }
        return Ok(made);
    }
    if !array {
        rt.room_for_bytes(rt.length_hint(source, 64)?)?;
    }
    rt.for_each(source, |item| {
        made.push(byte_of(rt, &item, array)?);
        Ok(true)
    })?;
    Ok(made)
}

/// What `__bytes__` gives, if the object has it.
fn special_bytes(rt: &Rt, source: &Value) -> Option<PyResult> {
    let made = rt.call_special(source, &rt.names.bytes_, &[])?;
    Some(made.and_then(|made| {
        if rt.is_instance(&made, &rt.types.bytes) {
            return Ok(made);
        }
        let shown = rt.type_name(&made);
        Err(rt.type_error(format!("__bytes__ returned non-bytes (type {shown})")))
    }))
}

/// `PyObject_Bytes`
pub(crate) fn bytes_of_object(rt: &Rt, source: &Value) -> PyResult {
    match special_bytes(rt, source) {
        Some(made) => made,
        None => Ok(rt.bytes(&bytes_from(rt, source, false)?).into_value()),
    }
}

/// The bytes that the arguments ask for; a `bytes` from `__bytes__` comes as it is.
pub(super) fn from_arguments(
    rt: &Rt,
    args: &Args<'_>,
    array: bool,
) -> PyResult<Result<Vec<u8>, Value>> {
    let signature = Signature {
        function: if array { "bytearray" } else { "bytes" },
        params: &["source", "encoding", "errors"],
        positional_only: 0,
        positional: 3,
        required: 0,
    };
    let [source, encoding, errors] = rt.bind(&signature, args)?;
    let name = signature.function;
    let encoding = match encoding {
        Some(v) => Some(text_arg(rt, name, "argument 'encoding'", v)?),
        None => None,
    };
    let errors = match errors {
        Some(v) => Some(text_arg(rt, name, "argument 'errors'", v)?),
        None => None,
    };
    let Some(source) = source else {
        if encoding.is_some() {
            return Err(rt.type_error("encoding without a string argument"));
        }
        if errors.is_some() {
            return Err(rt.type_error("errors without a string argument"));
        }
        return Ok(Ok(Vec::new()));
    };
    if !array
        && encoding.is_none()
        && errors.is_none()
        && let Some(made) = special_bytes(rt, source)
    {
        return made.map(Err);
    }
    if let Some(text) = source.downcast::<Str>() {
        if encoding.is_none() {
            return Err(rt.type_error("string argument without an encoding"));
        }
        let made = rt.encode_text(text, encoding.map(|e| &**e), errors.map(|e| &**e))?;
        return Ok(Err(made));
    }
    if encoding.is_some() {
        return Err(rt.type_error("encoding without a string argument"));
    }
    if errors.is_some() {
        return Err(rt.type_error("errors without a string argument"));
    }
    if rt.as_int(source).is_some() || rt.type_of(source).slots.index.get().is_some() {
        match rt.index(source) {
            Ok(index) => {
                let n = rt.as_int(&index).and_then(|i| i.to_i64());
                let Some(n) = n else {
                    let shown = rt.type_name(source);
                    return Err(rt.overflow_error(format!(
                        "cannot fit '{shown}' into an index-sized integer"
                    )));
                };
                let Ok(n) = usize::try_from(n) else {
                    return Err(rt.value_error("negative count"));
                };
                match array {
                    true => rt.room_for::<u8>(n)?,
                    false => rt.room_for_bytes(n)?,
                }
                return Ok(Ok(vec![0; n]));
            }
            Err(raised) if raised.is(rt, &rt.types.type_error) => (),
            Err(raised) => return Err(raised),
        }
    }
    bytes_from(rt, source, array).map(Ok)
}
