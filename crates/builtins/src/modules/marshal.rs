//! `marshal`: values as bytes (`Python/marshal.c`).
//!
//! Code objects are written and read by the crate `pyc`, whole: a container cannot hold them here.

use crate::unmarshal::DEPTH;
use hognose_object::bytes::{Bytes, with_bytes};
use hognose_object::code::Code;
use hognose_object::dict::Dict;
use hognose_object::module::Module;
use hognose_object::set_type::Set;
use hognose_object::tuple::{List, Tuple, TupleExt};
use hognose_object::{Call, NativeDef, PyResult, Ref, Rt, Str, StrExt, Value};
use hognose_pyc::marshal;
use hognose_version::Version;
use num_bigint::Sign;

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "dumps",
        "($module, value, version=version, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("dumps", args, 1, 2)?;
            Ok(rt.bytes(&dump(rt, &given[0])?).into_value())
        }),
    ),
    NativeDef::new(
        "dump",
        "($module, value, file, version=version, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("dump", args, 2, 3)?;
            let bytes = rt.bytes(&dump(rt, &given[0])?).into_value();
            rt.call_method(&given[1], &rt.names.write, &[bytes])
        }),
    ),
    NativeDef::new(
        "loads",
        "($module, bytes, /)",
        Call::One(|rt, _, bytes| load_value(rt, bytes)),
    ),
    NativeDef::new(
        "load",
        "($module, file, /)",
        Call::One(|rt, _, file| {
            let bytes = rt.call_method(file, &rt.names.read, &[])?;
            load_value(rt, &bytes)
        }),
    ),
];

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("marshal", FUNCTIONS);
    module.set(rt, "version", rt.int(4));
    Ok(module)
}

fn dump(rt: &Rt, value: &Value) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    match value.downcast_ref::<Code>() {
        Some(code) => {
            marshal::write_compiled(
                &*rt.plain_code(code)?,
                &marshal::Environment::default(),
                &mut out,
            );
        }
        None => write(rt, value, &mut out, 0)?,
    }
    Ok(out)
}

fn size(rt: &Rt, n: usize, out: &mut Vec<u8>) -> PyResult<()> {
    let n = i32::try_from(n).map_err(|_| rt.value_error("unmarshallable object"))?;
    out.extend_from_slice(&n.to_le_bytes());
    Ok(())
}

fn write(rt: &Rt, value: &Value, out: &mut Vec<u8>, depth: usize) -> PyResult<()> {
    if depth > DEPTH {
        return Err(rt.value_error("object too deeply nested to marshal"));
    }
    let row = |code: u8, items: Vec<Value>, out: &mut Vec<u8>| {
        out.push(code);
        size(rt, items.len(), out)?;
        items.iter().try_for_each(|v| write(rt, v, out, depth + 1))
    };
    let t = &rt.types;
    if value.is_none() {
        out.push(b'N');
    } else if value.is(&Value::TRUE) {
        out.push(b'T');
    } else if value.is(&Value::FALSE) {
        out.push(b'F');
    } else if value.is(&Value::ELLIPSIS) {
        out.push(b'.');
    } else if value.is(t.stop_iteration.as_value()) {
        out.push(b'S');
    } else if rt.is_exact(value, &t.int) {
        write_int(rt, value, out)?;
    } else if rt.is_exact(value, &t.float) {
        out.push(b'g');
        out.extend_from_slice(&rt.to_float(value)?.to_le_bytes());
    } else if let Some(text) = value
        .downcast_ref::<Str>()
        .filter(|_| rt.is_exact_str(value))
    {
        match text.as_ascii() {
            Some(ascii) if ascii.len() < 256 => out.extend([b'z', ascii.len() as u8]),
            Some(ascii) => {
                out.push(b'a');
                size(rt, ascii.len(), out)?;
            }
            None => {
                let bytes = wtf8(text);
                out.push(b'u');
                size(rt, bytes.len(), out)?;
                out.extend_from_slice(&bytes);
                return Ok(());
            }
        }
        out.extend_from_slice(text.to_str().as_bytes());
    } else if let Some(tuple) = value
        .downcast_ref::<Tuple>()
        .filter(|_| rt.is_exact(value, &t.tuple))
    {
        let items = tuple.to_vec();
        if items.len() < 256 {
            out.extend([b')', items.len() as u8]);
            items
                .iter()
                .try_for_each(|v| write(rt, v, out, depth + 1))?;
        } else {
            row(b'(', items, out)?;
        }
    } else if let Some(list) = value
        .downcast_ref::<List>()
        .filter(|_| rt.is_exact(value, &t.list))
    {
        row(b'[', list.snapshot(), out)?;
    } else if let Some(dict) = value
        .downcast_ref::<Dict>()
        .filter(|_| rt.is_exact(value, &t.dict))
    {
        out.push(b'{');
        for (key, item) in dict.snapshot() {
            write(rt, &key, out, depth + 1)?;
            write(rt, &item, out, depth + 1)?;
        }
        out.push(b'0');
    } else if let Some(set) = value.downcast_ref::<Set>() {
        let code = if rt.is_exact(value, &t.frozenset) {
            b'>'
        } else {
            b'<'
        };
        row(code, set.snapshot(), out)?;
    } else if let Some(c) = value.downcast_ref::<hognose_object::complex::Complex>() {
        out.push(b'y');
        out.extend_from_slice(&c.real.to_le_bytes());
        out.extend_from_slice(&c.imag.to_le_bytes());
    } else if let Some(bytes) = with_bytes(value, <[u8]>::to_vec) {
        out.push(b's');
        size(rt, bytes.len(), out)?;
        out.extend_from_slice(&bytes);
    } else {
        return Err(rt.value_error("unmarshallable object"));
    }
    Ok(())
}

/// UTF-8 in which surrogates stand as they are (`surrogatepass`).
pub(super) fn wtf8(text: &Str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.char_count());
    for code in text.codes() {
        match char::from_u32(code) {
            Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => out.extend([
                0xe0 | (code >> 12) as u8,
                0x80 | (code >> 6 & 0x3f) as u8,
                0x80 | (code & 0x3f) as u8,
            ]),
        }
    }
    out
}

/// 32 bits, or digits of 15 bits with the count signed.
fn write_int(rt: &Rt, value: &Value, out: &mut Vec<u8>) -> PyResult<()> {
    let Some(int) = rt.as_int(value) else {
        return Err(rt.value_error("unmarshallable object"));
    };
    if let Some(small) = int.to_i64().and_then(|i| i32::try_from(i).ok()) {
        out.push(b'i');
        out.extend_from_slice(&small.to_le_bytes());
        return Ok(());
    }
    let big = int.to_big();
    let digits = big.magnitude().to_bytes_le();
    let (mut held, mut bits, mut small) = (0u32, 0, Vec::new());
    for byte in digits {
        held |= u32::from(byte) << bits;
        bits += 8;
        if bits >= 15 {
            small.push((held & 0x7fff) as u16);
            held >>= 15;
            bits -= 15;
        }
    }
    if held != 0 {
        small.push(held as u16);
    }
    while small.last() == Some(&0) {
        small.pop();
    }
    let n = small.len() as i32;
    out.push(b'l');
    out.extend_from_slice(&(if big.sign() == Sign::Minus { -n } else { n }).to_le_bytes());
    out.extend(small.iter().flat_map(|d| d.to_le_bytes()));
    Ok(())
}

/// What a bytes-like object holds.
fn load_value(rt: &Rt, value: &Value) -> PyResult {
    match value.downcast::<Bytes>() {
        Some(object) => load(rt, object.bytes(), Some(object)),
        None => load(rt, &rt.bytes_like(value)?, None),
    }
}

fn load(rt: &Rt, bytes: &[u8], object: Option<&Ref<Bytes>>) -> PyResult {
    if bytes.first().is_some_and(|b| b & 0x7f == b'c') {
        if let Some(code) = crate::unmarshal::code(rt, bytes, None, object) {
            return Ok(code.into_value());
        }
        let tree = marshal::Tape::read(bytes, 0, Version::DEFAULT)
            .and_then(|tape| marshal::code_tree(&tape));
        return match tree {
            Ok(object) => Ok(rt.code(object).into_value()),
            Err(error) => Err(rt.value_error(format!("bad marshal data ({error})"))),
        };
    }
    crate::unmarshal::value(rt, bytes)
}
