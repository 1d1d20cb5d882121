//! `binascii`: bytes as text of a few letters, and checksums (`Modules/binascii.c`).

use hognose_object::module::Module;
use hognose_object::{
    Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Signature, Str, StrExt, TypeObj, Value,
};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "a2b_base64",
        "($module, data, /, *, strict_mode=False)",
        Call::Many(a2b_base64),
    ),
    NativeDef::new(
        "b2a_base64",
        "($module, data, /, *, newline=True)",
        Call::Many(b2a_base64),
    ),
    NativeDef::new(
        "hexlify",
        "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
        Call::Many(hexlify),
    ),
    NativeDef::new(
        "b2a_hex",
        "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
        Call::Many(hexlify),
    ),
    NativeDef::new("unhexlify", "($module, hexstr, /)", Call::One(unhexlify)),
    NativeDef::new("a2b_hex", "($module, hexstr, /)", Call::One(unhexlify)),
    NativeDef::new(
        "a2b_qp",
        "($module, /, data, header=False)",
        Call::Many(a2b_qp),
    ),
    NativeDef::new(
        "b2a_qp",
        "($module, /, data, quotetabs=False, istext=True, header=False)",
        Call::Many(b2a_qp),
    ),
    NativeDef::new("a2b_uu", "($module, data, /)", Call::One(a2b_uu)),
    NativeDef::new(
        "b2a_uu",
        "($module, data, /, *, backtick=False)",
        Call::Many(b2a_uu),
    ),
    NativeDef::new("crc32", "($module, data, crc=0, /)", Call::Many(crc32)),
    NativeDef::new("crc_hqx", "($module, data, crc, /)", Call::Many(crc_hqx)),
];

/// The classes of the module's errors.
struct State {
    error: Ref<TypeObj>,
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("binascii", FUNCTIONS);
    let class = |name: &str, base: &Ref<TypeObj>| -> PyResult<Ref<TypeObj>> {
        let namespace = rt.dict();
        namespace.set_str(rt, &rt.names.module_, rt.str("binascii").into_value());
        let made = rt.new_class(name, std::slice::from_ref(base), &namespace)?;
        Ref::try_from(made).map_err(|_| rt.system_error("an error is no class"))
    };
    let error = class("Error", &rt.types.value_error)?;
    module.set(rt, "Error", error.clone());
    module.set(rt, "Incomplete", class("Incomplete", &rt.types.exception)?);
    rt.module_state
        .borrow_mut()
        .insert("binascii", Box::new(State { error }));
    Ok(module)
}

fn error(rt: &Rt, message: impl AsRef<str>) -> Raised {
    let class = {
        let state = rt.module_state.borrow();
        let state = state
            .get("binascii")
            .and_then(|s| s.downcast_ref::<State>());
        state.map(|s| s.error.clone())
    };
    rt.raise(
        &class.unwrap_or(rt.types.value_error.clone()),
        message.as_ref(),
    )
}

/// Bytes, or text that is all ASCII (`ascii_buffer_converter`).
fn ascii_input(rt: &Rt, value: &Value) -> PyResult<Vec<u8>> {
    if let Some(text) = value.downcast_ref::<Str>() {
        return match text.as_ascii() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => Err(rt.value_error("string argument should contain only ASCII characters")),
        };
    }
    rt.buffer_bytes(value).unwrap_or_else(|| {
        let name = rt.type_name(value);
        Err(rt.type_error(format!(
            "argument should be bytes, buffer or ASCII string, not '{name}'"
        )))
    })
}

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn letter_value(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

fn flag(
    rt: &Rt,
    args: &Args<'_>,
    function: &'static str,
    name: &'static str,
    default: bool,
) -> PyResult<(Value, bool)> {
    let params: &'static [&'static str] = match name {
        "strict_mode" => &["data", "strict_mode"],
        "newline" => &["data", "newline"],
        _ => &["data", "backtick"],
    };
    let signature = Signature {
        function,
        params,
        positional_only: 1,
        positional: 1,
        required: 1,
    };
    let [data, given] = rt.bind(&signature, args)?;
    let given = match given {
        Some(v) => rt.truth(v)?,
        None => default,
    };
    Ok((data.cloned().unwrap_or(Value::NONE), given))
}

fn a2b_base64(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let (data, strict) = flag(rt, args, "a2b_base64", "strict_mode", false)?;
    let data = ascii_input(rt, &data)?;
    let mut made = Vec::with_capacity(data.len() / 4 * 3);
    let (mut place, mut left, mut pads, mut started) = (0, 0_u32, 0, false);
    if strict && data.first() == Some(&b'=') {
        return Err(error(rt, "Leading padding not allowed"));
    }
    for (i, &byte) in data.iter().enumerate() {
        if byte == b'=' {
            started = true;
            pads += 1;
            if place >= 2 && place + pads >= 4 {
                // A pad sequence means that the data is over.
                if strict && i + 1 < data.len() {
                    return Err(error(rt, "Excess data after padding"));
                }
                return Ok(rt.bytes(&made).into_value());
            }
            continue;
        }
        let Some(value) = letter_value(byte) else {
            if strict {
                return Err(error(rt, "Only base64 data is allowed"));
            }
            continue;
        };
        if strict && started {
            return Err(error(rt, "Discontinuous padding not allowed"));
        }
        pads = 0;
        match place {
            0 => left = value,
            1 => {
                made.push((left << 2 | value >> 4) as u8);
                left = value & 15;
            }
            2 => {
                made.push((left << 4 | value >> 2) as u8);
                left = value & 3;
            }
            _ => {
                made.push((left << 6 | value) as u8);
                left = 0;
            }
        }
        place = (place + 1) % 4;
    }
    match place {
        0 => Ok(rt.bytes(&made).into_value()),
        1 => {
            let n = made.len() / 3 * 4 + 1;
            Err(error(
                rt,
                format!(
                    "Invalid base64-encoded string: number of data characters ({n}) cannot be 1 more than a multiple of 4"
                ),
            ))
        }
        _ => Err(error(rt, "Incorrect padding")),
    }
}

fn b2a_base64(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let (data, newline) = flag(rt, args, "b2a_base64", "newline", true)?;
    let data = rt.bytes_like(&data)?;
    let mut made = Vec::with_capacity(data.len() * 4 / 3 + 4);
    let letters = |a: u8, b: u8, c: u8| {
        let word = u32::from_be_bytes([0, a, b, c]);
        [18, 12, 6, 0].map(|shift| LETTERS[(word >> shift & 63) as usize])
    };
    let (whole, rest) = data.as_chunks();
    for &[a, b, c] in whole {
        made.extend_from_slice(&letters(a, b, c));
    }
    match *rest {
        [a] => {
            let [first, second, ..] = letters(a, 0, 0);
            made.extend_from_slice(&[first, second, b'=', b'=']);
        }
        [a, b] => {
            let [first, second, third, _] = letters(a, b, 0);
            made.extend_from_slice(&[first, second, third, b'=']);
        }
        _ => {}
    }
    if newline {
        made.push(b'\n');
    }
    Ok(rt.bytes(&made).into_value())
}

fn hexlify(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let data = match (args.positional().first(), args.keyword("data")) {
        (Some(v), _) => v,
        (None, Some(v)) => v,
        (None, None) => {
            return Err(rt.type_error("hexlify() missing required argument 'data' (pos 1)"));
        }
    };
    let bytes = rt.bytes(&rt.bytes_like(data)?).into_value();
    let method = rt.getattr(&bytes, &rt.intern("hex"))?;
    let rest = if args.positional().is_empty() {
        Args::new(&[])
    } else {
        args.rest()
    };
    let text = rt.call_args(&method, &rest)?;
    let text = text.downcast_ref::<Str>().map(|t| t.bytes().to_vec());
    Ok(rt.bytes(&text.unwrap_or_default()).into_value())
}

fn unhexlify(rt: &Rt, _module: &Value, data: &Value) -> PyResult {
    let data = ascii_input(rt, data)?;
    if data.len() % 2 != 0 {
        return Err(error(rt, "Odd-length string"));
    }
    let digit = |b: u8| char::from(b).to_digit(16);
    let mut made = Vec::with_capacity(data.len() / 2);
    for pair in data.chunks_exact(2) {
        match (digit(pair[0]), digit(pair[1])) {
            (Some(high), Some(low)) => made.push((high << 4 | low) as u8),
            _ => return Err(error(rt, "Non-hexadecimal digit found")),
        }
    }
    Ok(rt.bytes(&made).into_value())
}

fn a2b_uu(rt: &Rt, _module: &Value, data: &Value) -> PyResult {
    let data = ascii_input(rt, data)?;
    let Some((&first, rest)) = data.split_first() else {
        return Ok(rt.bytes(&[0; 32]).into_value());
    };
    let len = usize::from(first.wrapping_sub(b' ') & 0o77);
    let mut made = Vec::with_capacity(len);
    let mut rest = rest.iter();
    let (mut bits, mut word) = (0, 0_u32);
    while made.len() < len {
        let byte = rest.next().copied().unwrap_or(b'\n');
        let value = match byte {
            b'\n' | b'\r' => 0,
            b' '..=b'`' => (byte - b' ') & 0o77,
            _ => return Err(error(rt, "Illegal char")),
        };
        word = word << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            made.push((word >> bits) as u8);
            word &= (1 << bits) - 1;
        }
    }
    if rest.any(|b| !matches!(b, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(error(rt, "Trailing garbage"));
    }
    Ok(rt.bytes(&made).into_value())
}

fn b2a_uu(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let (data, backtick) = flag(rt, args, "b2a_uu", "backtick", false)?;
    let data = rt.bytes_like(&data)?;
    if data.len() > 45 {
        return Err(error(rt, "At most 45 bytes at once"));
    }
    let letter = |value: u32| match value as u8 {
        0 if backtick => b'`',
        value => value + b' ',
    };
    let mut made = vec![letter(data.len() as u32)];
    for chunk in data.chunks(3) {
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let word = at(0) << 16 | at(1) << 8 | at(2);
        made.extend((0..4).map(|i| letter(word >> (18 - 6 * i) & 63)));
    }
    made.push(b'\n');
    Ok(rt.bytes(&made).into_value())
}

fn word_arg(rt: &Rt, value: Option<&Value>) -> PyResult<u32> {
    let Some(value) = value else { return Ok(0) };
    let index = rt.index(value)?;
    let big = rt.as_int(&index).map(|i| i.to_big()).unwrap_or_default();
    let low = big & num_bigint::BigInt::from(u32::MAX);
    Ok(low.iter_u32_digits().next().unwrap_or(0))
}

/// CRC-32 as zlib computes it, going on from another.
pub(super) fn crc32_of(bytes: &[u8], crc: u32) -> u32 {
    let mut crc = !crc;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = crc >> 1 ^ if crc & 1 == 0 { 0 } else { 0xedb8_8320 };
        }
    }
    !crc
}

fn crc32(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("crc32", args, 1, 2)?;
    let crc = word_arg(rt, given.get(1))?;
    let made = crc32_of(&rt.bytes_like(&given[0])?, crc);
    Ok(rt.int(i64::from(made)))
}

fn crc_hqx(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("crc_hqx", args, 2, 2)?;
    let mut crc = word_arg(rt, given.get(1))? & 0xffff;
    for byte in rt.bytes_like(&given[0])? {
        crc ^= u32::from(byte) << 8;
        for _ in 0..8 {
            crc = (crc << 1 ^ if crc & 0x8000 == 0 { 0 } else { 0x1021 }) & 0xffff;
        }
    }
    Ok(rt.int(i64::from(crc)))
}

fn a2b_qp(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "a2b_qp",
        params: &["data", "header"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [data, header] = rt.bind(&SIGNATURE, args)?;
    let header = header.map_or(Ok(false), |v| rt.truth(v))?;
    let bytes = ascii_input(rt, data.unwrap_or(&Value::NONE))?;
    let made = super::quoted_printable::decode(&bytes, header);
    Ok(rt.bytes(&made).into_value())
}

fn b2a_qp(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "b2a_qp",
        params: &["data", "quotetabs", "istext", "header"],
        positional_only: 0,
        positional: 4,
        required: 1,
    };
    let [data, tabs, text, header] = rt.bind(&SIGNATURE, args)?;
    let flag = |value: Option<&Value>, default: bool| value.map_or(Ok(default), |v| rt.truth(v));
    let options = super::quoted_printable::Options {
        quote_tabs: flag(tabs, false)?,
        is_text: flag(text, true)?,
        header: flag(header, false)?,
    };
    let bytes = rt.bytes_like(data.unwrap_or(&Value::NONE))?;
    let made = super::quoted_printable::encode(&bytes, &options);
    Ok(rt.bytes(&made).into_value())
}
