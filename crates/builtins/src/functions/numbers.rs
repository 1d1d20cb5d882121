//! `abs`, `bin`, `chr`, `pow`, `round` and other functions about numbers and characters.

use hognose_object::bytes::with_bytes;
use hognose_object::int::AnyInt;
use hognose_object::{Args, Call, NativeDef, PyResult, Rt, Signature, Str, StrExt, Value};

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("abs", "($module, x, /)", Call::One(|rt, _, v| rt.abs(v))),
    NativeDef::new(
        "bin",
        "($module, number, /)",
        Call::One(|rt, _, v| radix(rt, v, 2, "0b")),
    )
    .with_doc("The binary digits of an integer as text.\n\n>>> bin(10)\n'0b1010'"),
    NativeDef::new("chr", "($module, i, /)", Call::One(chr)),
    NativeDef::new("divmod", "($module, x, y, /)", Call::Many(divmod)),
    NativeDef::new(
        "hex",
        "($module, number, /)",
        Call::One(|rt, _, v| radix(rt, v, 16, "0x")),
    )
    .with_doc("The hexadecimal digits of an integer as text.\n\n>>> hex(255)\n'0xff'"),
    NativeDef::new(
        "oct",
        "($module, number, /)",
        Call::One(|rt, _, v| radix(rt, v, 8, "0o")),
    )
    .with_doc("The octal digits of an integer as text.\n\n>>> oct(64)\n'0o100'"),
    NativeDef::new("ord", "($module, c, /)", Call::One(ord)),
    NativeDef::new("pow", "($module, /, base, exp, mod=None)", Call::Many(pow)),
    NativeDef::new(
        "round",
        "($module, /, number, ndigits=None)",
        Call::Many(round),
    ),
];

fn radix(rt: &Rt, value: &Value, radix: u32, prefix: &str) -> PyResult {
    let number = rt.index(value)?;
    let big = rt
        .as_int(&number)
        .map(|i: AnyInt<'_>| i.to_big())
        .unwrap_or_default();
    let digits = big.to_str_radix(radix);
    let text = match digits.strip_prefix('-') {
        Some(rest) => format!("-{prefix}{rest}"),
        None => format!("{prefix}{digits}"),
    };
    Ok(rt.str(&text).into_value())
}

fn chr(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    match u32::try_from(rt.c_int(value)?)
        .ok()
        .filter(|&c| c <= 0x10_ffff)
    {
        Some(code) => Ok(rt.character(code).into_value()),
        None => Err(rt.value_error("chr() arg not in range(0x110000)")),
    }
}

fn ord(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    let count = if let Some(text) = value.downcast_ref::<Str>() {
        if text.char_count() == 1 {
            return Ok(rt.int(i64::from(text.code_at(0))));
        }
        text.char_count()
    } else if let Some((first, len)) = with_bytes(value, |b| (b.first().copied(), b.len())) {
        if let (Some(byte), 1) = (first, len) {
            return Ok(rt.int(i64::from(byte)));
        }
        len
    } else {
        let name = rt.type_name(value);
        return Err(rt.type_error(format!(
            "ord() expected string of length 1, but {name} found"
        )));
    };
    Err(rt.type_error(format!(
        "ord() expected a character, but string of length {count} found"
    )))
}

fn divmod(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("divmod", args, 2, 2)?;
    rt.divmod(&given[0], &given[1])
}

fn pow(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "pow",
        params: &["base", "exp", "mod"],
        positional_only: 0,
        positional: 3,
        required: 2,
    };
    let [base, exp, modulus] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    rt.pow(
        base.unwrap_or(&none),
        exp.unwrap_or(&none),
        modulus.unwrap_or(&none),
    )
}

fn round(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "round",
        params: &["number", "ndigits"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [number, digits] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let number = number.unwrap_or(&none);
    let digits: &[Value] = match digits {
        Some(digits) if !digits.is_none() => std::slice::from_ref(digits),
        _ => &[],
    };
    rt.call_special(number, &rt.names.round_, digits)
        .unwrap_or_else(|| {
            let name: String = rt.type_name(number);
            Err(rt.type_error(format!("type {name} doesn't define __round__ method")))
        })
}
