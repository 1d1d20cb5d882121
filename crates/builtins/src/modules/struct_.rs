//! `_struct`: values packed into bytes by a format (`Modules/_struct.c`).

use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, ValueCell, Visitor};
use hognose_object::buffer::Buffer;
use hognose_object::bytes::Bytes;
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Raised, Ref, Rt, Signature, Slots, Str,
    StrExt, TypeObj, TypeSpec, Value, type_flags,
};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::cell::{Cell, RefCell};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("calcsize", "($module, format, /)", Call::One(calcsize)),
    NativeDef::new(
        "pack",
        "",
        Call::Many(|rt, _, a| {
            let (format, rest) = split_format(rt, a, "pack")?;
            pack(rt, &format, rest)
        }),
    ),
    NativeDef::new(
        "pack_into",
        "",
        Call::Many(|rt, _, a| {
            let (format, rest) = split_format(rt, a, "pack_into")?;
            pack_into(rt, &format, rest)
        }),
    ),
    NativeDef::new(
        "unpack",
        "($module, format, buffer, /)",
        Call::Many(|rt, _, a| {
            let (format, rest) = split_format(rt, a, "unpack")?;
            unpack(rt, &format, rest)
        }),
    ),
    NativeDef::new(
        "unpack_from",
        "($module, format, /, buffer, offset=0)",
        Call::Many(|rt, _, a| {
            let (format, _) = split_format(rt, a, "unpack_from")?;
            unpack_from(rt, &format, &a.rest())
        }),
    ),
    NativeDef::new(
        "iter_unpack",
        "($module, format, buffer, /)",
        Call::Many(|rt, _, a| {
            let (format, rest) = split_format(rt, a, "iter_unpack")?;
            iter_unpack(rt, &format, rest)
        }),
    ),
    NativeDef::new(
        "_clearcache",
        "($module, /)",
        Call::Zero(|_, _| Ok(Value::NONE)),
    ),
];

static STRUCT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(new),
        init: Some(init_struct),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "pack",
            "",
            Call::Many(|rt, v, a| {
                pack(rt, &this(rt, v)?, rt.positional("pack", a, 0, usize::MAX)?)
            }),
        ),
        NativeDef::new(
            "pack_into",
            "",
            Call::Many(|rt, v, a| {
                pack_into(
                    rt,
                    &this(rt, v)?,
                    rt.positional("pack_into", a, 0, usize::MAX)?,
                )
            }),
        ),
        NativeDef::new(
            "unpack",
            "($self, buffer, /)",
            Call::One(|rt, v, b| unpack(rt, &this(rt, v)?, std::slice::from_ref(b))),
        ),
        NativeDef::new(
            "unpack_from",
            "($self, /, buffer, offset=0)",
            Call::Many(|rt, v, a| unpack_from(rt, &this(rt, v)?, a)),
        ),
        NativeDef::new(
            "iter_unpack",
            "($self, buffer, /)",
            Call::One(|rt, v, b| iter_unpack(rt, &this(rt, v)?, std::slice::from_ref(b))),
        ),
    ],
    getset: &[
        GetSetDef::read("format", |rt, v| {
            Ok(rt.str(&this(rt, v)?.text).into_value())
        }),
        GetSetDef::read("size", |rt, v| Ok(rt.int_from_usize(this(rt, v)?.size))),
    ],
    ..TypeSpec::new("_struct.Struct", Layout::Native(kinds::STRUCT))
};

static UNPACK_ITERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots {
        iter: Some(|_, v| Ok(v.clone())),
        next: Some(unpack_next),
        ..Slots::NONE
    },
    methods: &[NativeDef::new(
        "__length_hint__",
        "",
        Call::Zero(|rt, v| {
            let left = v.downcast_ref::<UnpackIter>().map_or(0, |it| {
                it.bytes.borrow().len().saturating_sub(it.at.get()) / it.format.size.max(1)
            });
            Ok(rt.int_from_usize(left))
        }),
    )],
    ..TypeSpec::new(
        "_struct.unpack_iterator",
        Layout::Native(kinds::STRUCT_ITER),
    )
};

/// The order and sizes that a format's first character chooses.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    /// The machine's own, with C's sizes and alignment.
    Native,
    Little,
    Big,
}

/// One item: its letter, how many bytes it takes, and where it begins.
#[derive(Clone, Copy)]
struct Item {
    kind: u8,
    size: usize,
    offset: usize,
}

/// A format as parsed.
#[derive(Clone)]
struct Format {
    text: String,
    order: Order,
    items: Vec<Item>,
    size: usize,
}

/// The payload of `Struct`.
struct StructObj {
    format: RefCell<Option<Format>>,
}

impl Payload for StructObj {
    const KIND: Kind = kinds::STRUCT;
    const GC: bool = false;
}

/// The payload of what `iter_unpack` gives.
struct UnpackIter {
    format: Format,
    bytes: RefCell<Vec<u8>>,
    at: Cell<usize>,
    held: ValueCell,
}

impl Payload for UnpackIter {
    const KIND: Kind = kinds::STRUCT_ITER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.held.trace(visitor);
    }
}

/// What the module remembers: its error, and its types.
struct State {
    error: Ref<TypeObj>,
    iterator: Ref<TypeObj>,
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_struct", FUNCTIONS);
    let known = {
        let state = rt.module_state.borrow();
        let state = state.get("_struct").and_then(|s| s.downcast_ref::<State>());
        state.map(|s| s.error.clone())
    };
    let error = match known {
        // A module that is imported anew keeps its error: code that knows the old one still catches it.
        Some(known) => known,
        None => new_error(rt)?,
    };
    module.set(rt, "error", error.clone());
    module.set(rt, "Struct", rt.native_type(&STRUCT, &rt.types.object));
    let state = State {
        error,
        iterator: rt.native_type(&UNPACK_ITERATOR, &rt.types.object),
    };
    rt.module_state
        .borrow_mut()
        .insert("_struct", Box::new(state));
    Ok(module)
}

fn new_error(rt: &Rt) -> PyResult<Ref<TypeObj>> {
    let namespace = rt.dict();
    namespace.set_str(rt, &rt.names.module_, rt.str("struct").into_value());
    let bases = std::slice::from_ref(&rt.types.exception);
    let error = rt.new_class("error", bases, &namespace)?;
    Ref::<TypeObj>::try_from(error).map_err(|_| rt.system_error("struct.error is no class"))
}

fn error(rt: &Rt, message: impl AsRef<str>) -> Raised {
    let class = {
        let state = rt.module_state.borrow();
        let state = state.get("_struct").and_then(|s| s.downcast_ref::<State>());
        state.map(|s| s.error.clone())
    };
    rt.raise(
        &class.unwrap_or(rt.types.value_error.clone()),
        message.as_ref(),
    )
}

/// Size of a letter's item; `None` if there is no such letter.
fn size_of(kind: u8, native: bool) -> Option<usize> {
    Some(match kind {
        b'x' | b'b' | b'B' | b'c' | b's' | b'p' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' if !native => 4,
        b'l' | b'L' | b'q' | b'Q' | b'd' => 8,
        b'n' | b'N' | b'P' if native => 8,
        _ => return None,
    })
}

/// Parses a format (`prepare_s`).
fn parse(rt: &Rt, text: &str) -> PyResult<Format> {
    let (order, rest) = match text.as_bytes() {
        [b'<', rest @ ..] => (Order::Little, rest),
        [b'>' | b'!', rest @ ..] => (Order::Big, rest),
        [b'=', rest @ ..] if cfg!(target_endian = "big") => (Order::Big, rest),
        [b'=', rest @ ..] => (Order::Little, rest),
        [b'@', rest @ ..] => (Order::Native, rest),
        rest => (Order::Native, rest),
    };
    let native = order == Order::Native;
    let overflow = || error(rt, "total struct size too long");
    let (mut items, mut size) = (Vec::new(), 0_usize);
    let mut rows = Vec::new();
    let mut letters = rest.iter().copied().peekable();
    while let Some(letter) = letters.next() {
        if matches!(letter, b' ' | 0x9..=0xd) {
            continue;
        }
        let (mut count, mut kind) = (1_usize, letter);
        if letter.is_ascii_digit() {
            count = usize::from(letter - b'0');
            while let Some(digit) = letters.next_if(u8::is_ascii_digit) {
                count = count
                    .checked_mul(10)
                    .and_then(|c| c.checked_add(usize::from(digit - b'0')))
                    .filter(|&c| c <= isize::MAX as usize)
                    .ok_or_else(overflow)?;
            }
            kind = letters
                .next()
                .ok_or_else(|| error(rt, "repeat count given without format specifier"))?;
        }
        let Some(one) = size_of(kind, native) else {
            return Err(error(rt, "bad char in struct format"));
        };
        if native && one > 1 {
            size = size.checked_next_multiple_of(one).ok_or_else(overflow)?;
        }
        let all = count.checked_mul(one).ok_or_else(overflow)?;
        let end = size
            .checked_add(all)
            .filter(|&e| e <= isize::MAX as usize)
            .ok_or_else(overflow)?;
        match kind {
            b'x' => (),
            b's' | b'p' => items.push(Item {
                kind,
                size: count,
                offset: size,
            }),
            _ => rows.push((kind, one, count, size)),
        }
        size = end;
    }
    // Only a size that is right is worth memory.
    let all = rows.iter().map(|row| row.2).fold(0, usize::saturating_add);
    rt.room_for::<Item>(all)?;
    for (kind, one, count, offset) in rows {
        items.extend((0..count).map(|i| Item {
            kind,
            size: one,
            offset: offset + i * one,
        }));
    }
    items.sort_by_key(|item| item.offset);
    Ok(Format {
        text: text.to_owned(),
        order,
        items,
        size,
    })
}

fn format_of(rt: &Rt, value: &Value) -> PyResult<Format> {
    if let Some(text) = value.downcast_ref::<Str>() {
        let ascii = text
            .as_ascii()
            .ok_or_else(|| error(rt, "bad char in struct format"))?;
        return parse(rt, ascii);
    }
    match rt.buffer_bytes(value) {
        Some(bytes) => {
            let bytes = bytes?;
            parse(rt, &String::from_utf8_lossy(&bytes))
        }
        None => {
            let name = rt.type_name(value);
            Err(rt.type_error(format!(
                "Struct() argument 1 must be a str or bytes object, not {name}"
            )))
        }
    }
}

fn split_format<'a>(rt: &Rt, args: &Args<'a>, name: &str) -> PyResult<(Format, &'a [Value])> {
    let Some((format, rest)) = args.positional().split_first() else {
        return Err(rt.type_error(format!("{name} expected at least 1 argument, got 0")));
    };
    Ok((format_of(rt, format)?, rest))
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, _args: &Args<'_>) -> PyResult {
    let made = StructObj {
        format: RefCell::new(None),
    };
    Ok(rt.alloc(ty, made).into_value())
}

fn init_struct(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "Struct",
        params: &["format"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let [format] = rt.bind(&SIGNATURE, args)?;
    let format = format_of(rt, format.unwrap_or(&Value::NONE))?;
    if let Some(this) = value.downcast_ref::<StructObj>() {
        *this.format.borrow_mut() = Some(format);
    }
    Ok(())
}

fn this(rt: &Rt, value: &Value) -> PyResult<Format> {
    let this = value.downcast_ref::<StructObj>();
    this.and_then(|s| s.format.borrow().clone())
        .ok_or_else(|| rt.runtime_error("Struct object is not initialized"))
}

fn calcsize(rt: &Rt, _module: &Value, format: &Value) -> PyResult {
    Ok(rt.int_from_usize(format_of(rt, format)?.size))
}

/// Puts bytes that are in little order into the format's.
fn ordered(format: &Format, mut bytes: Vec<u8>) -> Vec<u8> {
    let big =
        format.order == Order::Big || format.order == Order::Native && cfg!(target_endian = "big");
    if big {
        bytes.reverse();
    }
    bytes
}

fn pack_integer(rt: &Rt, format: &Format, item: Item, value: &Value) -> PyResult<Vec<u8>> {
    if rt.as_int(value).is_none() && rt.type_of(value).slots.index.get().is_none() {
        return Err(error(rt, "required argument is not an integer"));
    }
    let index = rt.index(value)?;
    let signed = item.kind.is_ascii_lowercase();
    let bits = item.size as u32 * 8;
    if let Some(number) = rt.as_int(&index).and_then(|i| i.to_i64())
        && fits(number, signed, bits)
    {
        return Ok(ordered(format, number.to_le_bytes()[..item.size].to_vec()));
    }
    let number: BigInt = rt.as_int(&index).map(|i| i.to_big()).unwrap_or_default();
    let (low, high) = if signed {
        (
            -(BigInt::from(1) << (bits - 1)),
            (BigInt::from(1) << (bits - 1)) - 1,
        )
    } else {
        (BigInt::from(0), (BigInt::from(1) << bits) - 1)
    };
    if number < low || number > high {
        let kind = char::from(item.kind);
        return Err(error(
            rt,
            format!("'{kind}' format requires {low} <= number <= {high}"),
        ));
    }
    let word = if signed {
        number.to_i64().unwrap_or(0) as u64
    } else {
        number.to_u64().unwrap_or(0)
    };
    Ok(ordered(format, word.to_le_bytes()[..item.size].to_vec()))
}

/// Whether a number can be packed into so many bits.
fn fits(number: i64, signed: bool, bits: u32) -> bool {
    let unused = 64 - bits;
    if signed {
        number << unused >> unused == number
    } else {
        number >= 0 && (unused == 0 || number >> bits == 0)
    }
}

/// A float in 16 bits, rounded to even (`PyFloat_Pack2`); `None` if it is too big.
fn half_bits(x: f64) -> Option<u16> {
    let sign = u16::from(x.is_sign_negative()) << 15;
    if x == 0.0 {
        return Some(sign);
    }
    if x.is_infinite() {
        return Some(sign | 0x7c00);
    }
    if x.is_nan() {
        return Some(sign | 0x7e00);
    }
    let (m, e) = hognose_object::hash::frexp(x.abs());
    let (m, e) = (m * 2.0, e - 1);
    if e >= 16 {
        return None;
    }
    let (scaled, exponent) = if e < -25 {
        return Some(sign);
    } else if e < -14 {
        (libm::ldexp(m, 24 + e), 0_i32)
    } else {
        ((m - 1.0) * 1024.0, e + 15)
    };
    let mut bits = scaled as u16;
    let rest = scaled - f64::from(bits);
    if rest > 0.5 || rest == 0.5 && bits & 1 == 1 {
        bits += 1;
    }
    let made = ((exponent as u16) << 10) + bits;
    (made < 0x7c00).then_some(sign | made)
}

fn half_value(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 0x3ff));
    sign * match exponent {
        0 => libm::ldexp(fraction, -24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => libm::ldexp(1.0 + fraction / 1024.0, e - 15),
    }
}

fn pack_item(rt: &Rt, format: &Format, item: Item, value: &Value) -> PyResult<Vec<u8>> {
    match item.kind {
        b'?' => Ok(vec![u8::from(rt.truth(value)?)]),
        b'c' => {
            let one =
                hognose_object::bytes::with_bytes(value, |b| (b.len() == 1).then(|| b.to_vec()));
            match (value.downcast_ref::<Bytes>(), one) {
                (Some(_), Some(Some(one))) => Ok(one),
                _ => Err(error(rt, "char format requires a bytes object of length 1")),
            }
        }
        b's' | b'p' => {
            let Some(bytes) = hognose_object::bytes::with_bytes(value, <[u8]>::to_vec) else {
                let kind = char::from(item.kind);
                return Err(error(
                    rt,
                    format!("argument for '{kind}' must be a bytes object"),
                ));
            };
            let mut made = Vec::with_capacity(item.size);
            if item.kind == b'p' && item.size > 0 {
                let len = bytes.len().min(item.size - 1);
                made.push(len.min(255) as u8);
                made.extend_from_slice(&bytes[..len]);
            } else {
                made.extend_from_slice(&bytes[..bytes.len().min(item.size)]);
            }
            made.resize(item.size, 0);
            Ok(made)
        }
        b'e' | b'f' | b'd' => {
            let x = match rt.to_float(value) {
                Err(raised) if raised.is(rt, &rt.types.type_error) => {
                    return Err(error(rt, "required argument is not a float"));
                }
                x => x?,
            };
            let bytes = match item.kind {
                b'd' => x.to_le_bytes().to_vec(),
                b'f' => {
                    let short = x as f32;
                    if short.is_infinite() && x.is_finite() {
                        return Err(rt.overflow_error("float too large to pack with f format"));
                    }
                    short.to_le_bytes().to_vec()
                }
                _ => match half_bits(x) {
                    Some(bits) => bits.to_le_bytes().to_vec(),
                    None => return Err(rt.overflow_error("float too large to pack with e format")),
                },
            };
            Ok(ordered(format, bytes))
        }
        // A pointer may be given as a negative number.
        b'P' => {
            let negative = rt
                .as_int(value)
                .and_then(|i| i.to_i64())
                .is_some_and(|i| i < 0);
            let kind = if negative { b'q' } else { b'Q' };
            pack_integer(rt, format, Item { kind, ..item }, value)
        }
        _ => pack_integer(rt, format, item, value),
    }
}

fn packed(rt: &Rt, format: &Format, values: &[Value], name: &str) -> PyResult<Vec<u8>> {
    if values.len() != format.items.len() {
        return Err(error(
            rt,
            format!(
                "{name} expected {} items for packing (got {})",
                format.items.len(),
                values.len()
            ),
        ));
    }
    rt.room_for_bytes(format.size)?;
    let mut made = vec![0; format.size];
    for (item, value) in format.items.iter().zip(values) {
        let bytes = match pack_item(rt, format, *item, value) {
            Err(raised)
                if raised.is(rt, &rt.types.overflow_error) && rt.as_int(value).is_some() =>
            {
                return Err(error(rt, "int too large to convert"));
            }
            bytes => bytes?,
        };
        if let Some(place) = made.get_mut(item.offset..item.offset + bytes.len()) {
            place.copy_from_slice(&bytes);
        }
    }
    Ok(made)
}

fn pack(rt: &Rt, format: &Format, values: &[Value]) -> PyResult {
    Ok(rt.bytes(&packed(rt, format, values, "pack")?).into_value())
}

fn pack_into(rt: &Rt, format: &Format, args: &[Value]) -> PyResult {
    let [target, offset, values @ ..] = args else {
        return Err(error(
            rt,
            if args.is_empty() {
                "pack_into expected buffer argument"
            } else {
                "pack_into expected offset argument"
            },
        ));
    };
    if values.len() != format.items.len() {
        return Err(error(
            rt,
            format!(
                "pack_into expected {} items for packing (got {})",
                format.items.len(),
                values.len()
            ),
        ));
    }
    let Some(buffer) = rt.writable_buffer(target)? else {
        let name = rt.type_name(target);
        return Err(rt.type_error(format!(
            "a read-write bytes-like object is required, not '{name}'"
        )));
    };
    let len = buffer.len() as i64;
    let mut at = rt.index_place(offset)?;
    let size = format.size as i64;
    if at < 0 {
        if at + size > 0 {
            return Err(error(
                rt,
                format!("no space to pack {size} bytes at offset {at}"),
            ));
        }
        if at + len < 0 {
            return Err(error(
                rt,
                format!("offset {at} out of range for {len}-byte buffer"),
            ));
        }
        at += len;
    }
    if len - at < size {
        return Err(error(
            rt,
            format!(
                "pack_into requires a buffer of at least {} bytes for packing {size} bytes at offset {at} (actual buffer size is {len})",
                (size as u64).wrapping_add(at as u64)
            ),
        ));
    }
    let made = packed(rt, format, values, "pack_into")?;
    Buffer::write(&buffer, at as usize, &made);
    Ok(Value::NONE)
}

fn unpack_item(rt: &Rt, format: &Format, item: Item, bytes: &[u8]) -> Value {
    let row = bytes
        .get(item.offset..item.offset + item.size)
        .unwrap_or_default();
    match item.kind {
        b's' | b'c' => return rt.bytes(row).into_value(),
        b'p' => {
            let len = row.first().map_or(0, |&n| usize::from(n));
            let len = len.min(row.len().saturating_sub(1));
            return rt
                .bytes(row.get(1..1 + len).unwrap_or_default())
                .into_value();
        }
        b'?' => return Value::bool(row.iter().any(|&b| b != 0)),
        _ => (),
    }
    let little = ordered(format, row.to_vec());
    let mut word = [0; 8];
    word[..little.len().min(8)].copy_from_slice(&little[..little.len().min(8)]);
    let word = u64::from_le_bytes(word);
    match item.kind {
        b'd' => rt.float(f64::from_bits(word)),
        b'f' => rt.float(f64::from(f32::from_bits(word as u32))),
        b'e' => rt.float(half_value(word as u16)),
        b'P' => rt.big_int(BigInt::from(word)),
        kind if kind.is_ascii_lowercase() => {
            let unused = 64 - item.size as u32 * 8;
            rt.int((word << unused) as i64 >> unused)
        }
        _ => rt.big_int(BigInt::from(word)),
    }
}

fn unpacked(rt: &Rt, format: &Format, bytes: &[u8]) -> Value {
    let row: Vec<Value> = format
        .items
        .iter()
        .map(|item| unpack_item(rt, format, *item, bytes))
        .collect();
    rt.tuple(row).into_value()
}

fn unpack(rt: &Rt, format: &Format, args: &[Value]) -> PyResult {
    let [source] = args else {
        let n = args.len() + 1;
        return Err(rt.type_error(format!("unpack expected 2 arguments, got {n}")));
    };
    let bytes = rt.bytes_like(source)?;
    if bytes.len() != format.size {
        let size = format.size;
        return Err(error(
            rt,
            format!("unpack requires a buffer of {size} bytes"),
        ));
    }
    Ok(unpacked(rt, format, &bytes))
}

fn unpack_from(rt: &Rt, format: &Format, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "unpack_from",
        params: &["buffer", "offset"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [source, offset] = rt.bind(&SIGNATURE, args)?;
    let source = source.cloned().unwrap_or(Value::NONE);
    let buffer = match source.downcast_ref::<Bytes>() {
        Some(_) => None,
        None => Some(rt.buffer(&source)?),
    };
    let len = match (source.downcast_ref::<Bytes>(), &buffer) {
        (Some(bytes), _) => bytes.bytes().len() as i64,
        (None, Some(buffer)) => buffer.len() as i64,
        (None, None) => 0,
    };
    let size = format.size as i64;
    let mut at = match offset {
        Some(v) => rt.index_i64(v)?,
        None => 0,
    };
    if at < 0 {
        if at + size > 0 {
            return Err(error(
                rt,
                format!("not enough data to unpack {size} bytes at offset {at}"),
            ));
        }
        if at + len < 0 {
            return Err(error(
                rt,
                format!("offset {at} out of range for {len}-byte buffer"),
            ));
        }
        at += len;
    }
    if len - at < size {
        return Err(error(
            rt,
            format!(
                "unpack_from requires a buffer of at least {} bytes for unpacking {size} bytes at offset {at} (actual buffer size is {len})",
                (size as u64).wrapping_add(at as u64)
            ),
        ));
    }
    let range = at as usize..(at + size) as usize;
    Ok(match (source.downcast_ref::<Bytes>(), buffer) {
        (Some(bytes), _) => unpacked(rt, format, bytes.bytes().get(range).unwrap_or_default()),
        // Only this part is copied: what is made of it may let Python code run, which may change the rest.
        (None, Some(buffer)) => {
            let part =
                buffer.with_bytes(|bytes| bytes.get(range).map(<[u8]>::to_vec).unwrap_or_default());
            unpacked(rt, format, &part)
        }
        (None, None) => Value::NONE,
    })
}

fn iter_unpack(rt: &Rt, format: &Format, args: &[Value]) -> PyResult {
    let [source] = args else {
        let n = args.len() + 1;
        return Err(rt.type_error(format!("iter_unpack expected 2 arguments, got {n}")));
    };
    if format.size == 0 {
        return Err(error(
            rt,
            "cannot iteratively unpack with a struct of length 0",
        ));
    }
    let bytes = rt.bytes_like(source)?;
    if bytes.len() % format.size != 0 {
        let size = format.size;
        return Err(error(
            rt,
            format!("iterative unpacking requires a buffer of a multiple of {size} bytes"),
        ));
    }
    let ty = {
        let state = rt.module_state.borrow();
        let state = state.get("_struct").and_then(|s| s.downcast_ref::<State>());
        state.map(|s| s.iterator.clone())
    };
    let ty = ty.ok_or_else(|| rt.system_error("_struct is not initialised"))?;
    let made = UnpackIter {
        format: format.clone(),
        bytes: RefCell::new(bytes),
        at: Cell::new(0),
        held: ValueCell::new(source.clone()),
    };
    Ok(rt.alloc(&ty, made).into_value())
}

fn unpack_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(it) = value.downcast_ref::<UnpackIter>() else {
        return Err(rt.type_error("an unpack_iterator was expected"));
    };
    let at = it.at.get();
    let bytes = it.bytes.borrow();
    let Some(row) = bytes.get(at..at + it.format.size) else {
        it.held.set(None);
        return Ok(None);
    };
    it.at.set(at + it.format.size);
    Ok(Some(unpacked(rt, &it.format, row)))
}
