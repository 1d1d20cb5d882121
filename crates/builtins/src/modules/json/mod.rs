//! `_json`: what module `json` has in C (`Modules/_json.c`).

mod encoder;
mod scanner;
mod text;

use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Str, Value};

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "encode_basestring_ascii",
        "",
        Call::One(|rt, _, value| text::quoted(rt, value, true)),
    )
    .with_doc("encode_basestring_ascii(string) -> string\n\nReturn an ASCII-only JSON representation of a Python string"),
    NativeDef::new(
        "encode_basestring",
        "",
        Call::One(|rt, _, value| text::quoted(rt, value, false)),
    )
    .with_doc("encode_basestring(string) -> string\n\nReturn a JSON representation of a Python string"),
    NativeDef::new("scanstring", "", Call::Many(scanner::scanstring)).with_doc(
        "scanstring(string, end, strict=True) -> (string, end)\n\nScan the string s for a JSON string. End is the index of the\ncharacter in s after the quote that started the JSON string.\nUnescapes all valid JSON string escape sequences and raises ValueError\non attempt to decode an invalid string. If strict is False then literal\ncontrol characters are allowed in the string.\n\nReturns a tuple of the decoded string and the index of the character in s\nafter the end quote.",
    ),
];

/// The string that an argument must be.
fn string<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Str>> {
    value.downcast::<Str>().ok_or_else(|| {
        let name = rt.type_name(value);
        rt.type_error(format!("first argument must be a string, not {name}"))
    })
}

/// `JSONDecodeError(message, text, at)` (`raise_errmsg`).
#[cold]
fn decode_error(rt: &Rt, message: &str, text: &Ref<Str>, at: usize) -> Raised {
    let class = match super::attribute(rt, "json.decoder", "JSONDecodeError") {
        Ok(class) => class,
        Err(raised) => return raised,
    };
    let args = [
        rt.str(message).into_value(),
        text.as_value().clone(),
        rt.int_from_usize(at),
    ];
    match rt.call(&class, &args) {
        Ok(value) => Raised(value),
        Err(raised) => raised,
    }
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_json", FUNCTIONS);
    for (name, spec) in [
        ("make_scanner", &scanner::SCANNER),
        ("make_encoder", &encoder::ENCODER),
    ] {
        module.set(rt, name, rt.native_type(spec, &rt.types.object));
    }
    Ok(module)
}

/// An argument list as `PyArg_ParseTupleAndKeywords` takes it: all by position or name.
fn arguments<'a, const N: usize>(
    rt: &Rt,
    function: &'static str,
    params: &'static [&'static str; N],
    args: &Args<'a>,
) -> PyResult<[&'a Value; N]> {
    let signature = hognose_object::Signature {
        function,
        params,
        positional_only: 0,
        positional: N,
        required: N,
    };
    let bound: [Option<&Value>; N] = rt.bind(&signature, args)?;
    // All are required, so that there is one.
    match args.all_values().first() {
        Some(any) => Ok(bound.map(|value| value.unwrap_or(any))),
        None => Err(rt.system_error("a required argument was checked")),
    }
}
