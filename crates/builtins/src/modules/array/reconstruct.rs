//! Pickling: arrays as bytes in a machine's format, read on any machine.

use super::{Array, items::Code, make, this};
use hognose_object::bytes::with_bytes;
use hognose_object::{Args, PyResult, Ref, Rt, Str, StrExt, TypeObj, Value};
use num_bigint::{BigInt, Sign};

/// What a machine format code stands for: `None` for UTF-16 and UTF-32, else size, whether signed, whether a float;
/// and whether the bytes come with the greatest first.
fn format(code: i64) -> Option<(Kind, bool)> {
    Some(match code {
        0 => (Kind::Int(1, false), false),
        1 => (Kind::Int(1, true), false),
        2 | 3 => (Kind::Int(2, false), code == 3),
        4 | 5 => (Kind::Int(2, true), code == 5),
        6 | 7 => (Kind::Int(4, false), code == 7),
        8 | 9 => (Kind::Int(4, true), code == 9),
        10 | 11 => (Kind::Int(8, false), code == 11),
        12 | 13 => (Kind::Int(8, true), code == 13),
        14 | 15 => (Kind::Float(4), code == 15),
        16 | 17 => (Kind::Float(8), code == 17),
        18 | 19 => (Kind::Text(2), code == 19),
        20 | 21 => (Kind::Text(4), code == 21),
        _ => return None,
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Int(usize, bool),
    Float(usize),
    Text(usize),
}

/// The format of our own bytes (`typecode_to_mformat_code`), little-endian.
fn own_format(code: Code) -> i64 {
    match code.letter {
        b'b' => 1,
        b'B' => 0,
        b'u' => 20,
        b'f' => 14,
        b'd' => 16,
        _ => match (code.size, code.is_signed()) {
            (2, false) => 2,
            (2, true) => 4,
            (4, false) => 6,
            (4, true) => 8,
            (_, false) => 10,
            (_, true) => 12,
        },
    }
}

pub(super) fn reduce_ex(rt: &Rt, value: &Value, protocol: &Value) -> PyResult {
    let array = this(rt, value)?;
    if rt.as_int(protocol).is_none() {
        return Err(rt.type_error("__reduce_ex__ argument should be an integer"));
    }
    let protocol = rt.index_clamped(protocol)?;
    let state = match rt.getattr_opt(value, &rt.names.dict_)? {
        Some(dict) => dict,
        None => Value::NONE,
    };
    let class = rt.type_of(value).as_value().clone();
    let code = array.code.get();
    let letter = rt.character(u32::from(code.letter)).into_value();
    if protocol < 3 {
        let items = super::to_list(rt, value)?;
        let args = rt.tuple([letter, items]).into_value();
        return Ok(rt.tuple([class, args, state]).into_value());
    }
    let function = crate::modules::attribute(rt, "array", "_array_reconstructor")?;
    let bytes = rt.bytes(&array.bytes.borrow()).into_value();
    let args = rt
        .tuple([class, letter, rt.int(own_format(code)), bytes])
        .into_value();
    Ok(rt.tuple([function, args, state]).into_value())
}

pub(super) fn reconstruct(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_array_reconstructor", args, 4, 4)?;
    let letter = given[1]
        .downcast_ref::<Str>()
        .filter(|t| t.char_count() == 1);
    let Some(letter) = letter.map(|t| t.code_at(0)) else {
        let name = rt.type_name(&given[1]);
        return Err(rt.type_error(format!(
            "_array_reconstructor() argument 2 must be a unicode character, not {name}"
        )));
    };
    let number = rt.index_i64(&given[2])?;
    let Some(class) = given[0].downcast::<TypeObj>() else {
        let name = rt.type_name(&given[0]);
        return Err(rt.type_error(format!("first argument must be a type object, not {name}")));
    };
    let base = super::array_type(rt)?;
    if !class.is_subtype(&base) {
        return Err(rt.type_error(format!(
            "{} is not a subtype of {}",
            class.display_name(),
            base.display_name()
        )));
    }
    let Some(code) = Code::of(letter) else {
        return Err(rt.value_error("second argument must be a valid type code"));
    };
    let Some((kind, big_endian)) = format(number) else {
        return Err(rt.value_error("third argument must be a valid machine format code."));
    };
    let Some(bytes) = with_bytes(&given[3], <[u8]>::to_vec)
        .filter(|_| rt.is_instance(&given[3], &rt.types.bytes))
    else {
        let name = rt.type_name(&given[3]);
        return Err(rt.type_error(format!("fourth argument should be bytes, not {name}")));
    };
    if number == own_format(code) {
        let made = make(rt, class, code, Vec::new());
        super::from_bytes(rt, &made, &given[3])?;
        return Ok(made);
    }
    let items = decode(rt, &bytes, kind, big_endian)?;
    refill(rt, class, kind, code, &items)
}

/// The values that foreign bytes stand for.
fn decode(rt: &Rt, bytes: &[u8], kind: Kind, big_endian: bool) -> PyResult<Value> {
    let size = match kind {
        Kind::Int(size, _) | Kind::Float(size) => size,
        Kind::Text(size) => {
            let encoding = match (size, big_endian) {
                (2, false) => "utf-16-le",
                (2, true) => "utf-16-be",
                (_, false) => "utf-32-le",
                (_, true) => "utf-32-be",
            };
            let bytes = rt.bytes(bytes).into_value();
            let encoding = rt.str(encoding).into_value();
            return rt.call_method(&bytes, &rt.names.decode, &[encoding]);
        }
    };
    if !bytes.len().is_multiple_of(size) {
        return Err(rt.value_error("string length not a multiple of item size"));
    }
    let items = bytes.chunks_exact(size).map(|chunk| {
        let mut item = chunk.to_vec();
        if big_endian {
            item.reverse();
        }
        match kind {
            Kind::Int(_, true) => rt.big_int(BigInt::from_signed_bytes_le(&item)),
            Kind::Float(4) => Code::of(u32::from(b'f')).map_or(Value::NONE, |c| c.value(rt, &item)),
            Kind::Float(_) => Code::of(u32::from(b'd')).map_or(Value::NONE, |c| c.value(rt, &item)),
            _ => rt.big_int(BigInt::from_bytes_le(Sign::Plus, &item)),
        }
    });
    Ok(rt.list(items.collect()).into_value())
}

/// An array of the values, of another type code if an integer's own is of another size here.
fn refill(rt: &Rt, class: &Ref<TypeObj>, kind: Kind, code: Code, items: &Value) -> PyResult {
    let code = match kind {
        Kind::Int(size, signed) if code.size != size || code.is_signed() != signed => {
            let fitting = super::items::LETTERS
                .iter()
                .filter_map(|&l| Code::of(u32::from(l)))
                .find(|c| {
                    !matches!(c.letter, b'u' | b'f' | b'd')
                        && c.size == size
                        && c.is_signed() == signed
                });
            fitting.unwrap_or(code)
        }
        _ => code,
    };
    let made = make(rt, class, code, Vec::new());
    debug_assert!(made.downcast_ref::<Array>().is_some());
    if items.downcast_ref::<Str>().is_some() {
        super::from_unicode(rt, &made, items)?;
    } else {
        super::extend(rt, &made, items)?;
    }
    Ok(made)
}
