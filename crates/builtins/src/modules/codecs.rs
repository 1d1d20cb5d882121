//! `_codecs`: the registry and the codecs written natively (`Modules/_codecsmodule.c`).

use hognose_object::codecs::{self, ByteOrder, Decoded, Handler};
use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Signature, Str, StrExt, Value};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "register",
        "($module, search_function, /)",
        Call::One(register),
    ),
    NativeDef::new(
        "unregister",
        "($module, search_function, /)",
        Call::One(unregister),
    ),
    NativeDef::new("lookup", "($module, encoding, /)", Call::One(lookup)),
    NativeDef::new(
        "encode",
        "($module, /, obj, encoding='utf-8', errors='strict')",
        Call::Many(|rt, _, args| general(rt, args, "encode")),
    ),
    NativeDef::new(
        "decode",
        "($module, /, obj, encoding='utf-8', errors='strict')",
        Call::Many(|rt, _, args| general(rt, args, "decode")),
    ),
    NativeDef::new(
        "register_error",
        "($module, errors, handler, /)",
        Call::Many(register_error),
    ),
    NativeDef::new(
        "lookup_error",
        "($module, name, /)",
        Call::One(lookup_error),
    ),
    NativeDef::new(
        "charmap_build",
        "($module, map, /)",
        Call::One(charmap_build),
    ),
    NativeDef::new(
        "charmap_encode",
        "($module, str, errors=None, mapping=None, /)",
        Call::Many(charmap_encode),
    ),
    NativeDef::new(
        "charmap_decode",
        "($module, data, errors=None, mapping=None, /)",
        Call::Many(charmap_decode),
    ),
    NativeDef::new(
        "readbuffer_encode",
        "($module, data, errors=None, /)",
        Call::Many(readbuffer_encode),
    ),
    NativeDef::new(
        "escape_encode",
        "($module, data, errors=None, /)",
        Call::Many(escape_encode),
    ),
    NativeDef::new(
        "escape_decode",
        "($module, data, errors=None, /)",
        Call::Many(escape_decode),
    ),
    NativeDef::new(
        "utf_8_encode",
        "($module, str, errors=None, /)",
        Call::Many(|rt, _, a| encode(rt, a, "utf_8_encode", codecs::utf8_encode)),
    ),
    NativeDef::new(
        "ascii_encode",
        "($module, str, errors=None, /)",
        Call::Many(|rt, _, a| encode(rt, a, "ascii_encode", codecs::ascii_encode)),
    ),
    NativeDef::new(
        "latin_1_encode",
        "($module, str, errors=None, /)",
        Call::Many(|rt, _, a| encode(rt, a, "latin_1_encode", codecs::latin1_encode)),
    ),
    NativeDef::new(
        "unicode_escape_encode",
        "($module, str, errors=None, /)",
        Call::Many(|rt, _, a| {
            encode(rt, a, "unicode_escape_encode", |_, t, _| {
                Ok(codecs::unicode_escape_encode(t))
            })
        }),
    ),
    NativeDef::new(
        "raw_unicode_escape_encode",
        "($module, str, errors=None, /)",
        Call::Many(|rt, _, a| {
            encode(rt, a, "raw_unicode_escape_encode", |_, t, _| {
                Ok(codecs::raw_unicode_escape_encode(t))
            })
        }),
    ),
    NativeDef::new(
        "utf_7_encode",
        "($module, str, errors=None, /)",
        Call::Many(|rt, _, a| encode(rt, a, "utf_7_encode", |rt, t, _| codecs::utf7_encode(rt, t))),
    ),
    NativeDef::new(
        "utf_7_decode",
        "($module, data, errors=None, final=False, /)",
        Call::Many(|rt, _, a| decode(rt, a, "utf_7_decode", false, codecs::utf7_decode)),
    ),
    NativeDef::new(
        "utf_16_encode",
        "($module, str, errors=None, byteorder=0, /)",
        Call::Many(utf_16_encode),
    ),
    NativeDef::new(
        "utf_16_le_encode",
        "($module, str, errors=None, /)",
        Call::Many(|rt, _, a| {
            encode(rt, a, "utf_16_le_encode", |rt, t, h| {
                codecs::utf16_encode(rt, t, h, ByteOrder::Little)
            })
        }),
    ),
    NativeDef::new(
        "utf_16_be_encode",
        "($module, str, errors=None, /)",
        Call::Many(|rt, _, a| {
            encode(rt, a, "utf_16_be_encode", |rt, t, h| {
                codecs::utf16_encode(rt, t, h, ByteOrder::Big)
            })
        }),
    ),
    NativeDef::new(
        "utf_32_encode",
        "($module, str, errors=None, byteorder=0, /)",
        Call::Many(utf_32_encode),
    ),
    NativeDef::new(
        "utf_32_le_encode",
        "($module, str, errors=None, /)",
        Call::Many(|rt, _, a| {
            encode(rt, a, "utf_32_le_encode", |rt, t, h| {
                codecs::utf32_encode(rt, t, h, ByteOrder::Little)
            })
        }),
    ),
    NativeDef::new(
        "utf_32_be_encode",
        "($module, str, errors=None, /)",
        Call::Many(|rt, _, a| {
            encode(rt, a, "utf_32_be_encode", |rt, t, h| {
                codecs::utf32_encode(rt, t, h, ByteOrder::Big)
            })
        }),
    ),
    NativeDef::new(
        "utf_8_decode",
        "($module, data, errors=None, final=False, /)",
        Call::Many(|rt, _, a| decode(rt, a, "utf_8_decode", false, codecs::utf8_decode)),
    ),
    NativeDef::new(
        "ascii_decode",
        "($module, data, errors=None, /)",
        Call::Many(|rt, _, a| {
            decode(rt, a, "ascii_decode", false, |rt, b, h, _| {
                codecs::ascii_decode(rt, b, h)
            })
        }),
    ),
    NativeDef::new(
        "latin_1_decode",
        "($module, data, errors=None, /)",
        Call::Many(|rt, _, a| {
            decode(rt, a, "latin_1_decode", false, |rt, b, _, _| {
                Ok(codecs::latin1_decode(rt, b))
            })
        }),
    ),
    NativeDef::new(
        "unicode_escape_decode",
        "($module, data, errors=None, final=True, /)",
        Call::Many(|rt, _, a| {
            decode(
                rt,
                a,
                "unicode_escape_decode",
                true,
                codecs::unicode_escape_decode,
            )
        }),
    ),
    NativeDef::new(
        "raw_unicode_escape_decode",
        "($module, data, errors=None, final=True, /)",
        Call::Many(|rt, _, a| {
            decode(
                rt,
                a,
                "raw_unicode_escape_decode",
                true,
                codecs::raw_unicode_escape_decode,
            )
        }),
    ),
    NativeDef::new(
        "utf_16_decode",
        "($module, data, errors=None, final=False, /)",
        Call::Many(|rt, _, a| {
            decode(rt, a, "utf_16_decode", false, |rt, b, h, f| {
                Ok(codecs::utf16_decode(rt, b, h, ByteOrder::Marked, f)?.0)
            })
        }),
    ),
    NativeDef::new(
        "utf_16_le_decode",
        "($module, data, errors=None, final=False, /)",
        Call::Many(|rt, _, a| {
            decode(rt, a, "utf_16_le_decode", false, |rt, b, h, f| {
                Ok(codecs::utf16_decode(rt, b, h, ByteOrder::Little, f)?.0)
            })
        }),
    ),
    NativeDef::new(
        "utf_16_be_decode",
        "($module, data, errors=None, final=False, /)",
        Call::Many(|rt, _, a| {
            decode(rt, a, "utf_16_be_decode", false, |rt, b, h, f| {
                Ok(codecs::utf16_decode(rt, b, h, ByteOrder::Big, f)?.0)
            })
        }),
    ),
    NativeDef::new(
        "utf_16_ex_decode",
        "($module, data, errors=None, byteorder=0, final=False, /)",
        Call::Many(|rt, _, a| ex_decode(rt, a, "utf_16_ex_decode", codecs::utf16_decode)),
    ),
    NativeDef::new(
        "utf_32_decode",
        "($module, data, errors=None, final=False, /)",
        Call::Many(|rt, _, a| {
            decode(rt, a, "utf_32_decode", false, |rt, b, h, f| {
                Ok(codecs::utf32_decode(rt, b, h, ByteOrder::Marked, f)?.0)
            })
        }),
    ),
    NativeDef::new(
        "utf_32_le_decode",
        "($module, data, errors=None, final=False, /)",
        Call::Many(|rt, _, a| {
            decode(rt, a, "utf_32_le_decode", false, |rt, b, h, f| {
                Ok(codecs::utf32_decode(rt, b, h, ByteOrder::Little, f)?.0)
            })
        }),
    ),
    NativeDef::new(
        "utf_32_be_decode",
        "($module, data, errors=None, final=False, /)",
        Call::Many(|rt, _, a| {
            decode(rt, a, "utf_32_be_decode", false, |rt, b, h, f| {
                Ok(codecs::utf32_decode(rt, b, h, ByteOrder::Big, f)?.0)
            })
        }),
    ),
    NativeDef::new(
        "utf_32_ex_decode",
        "($module, data, errors=None, byteorder=0, final=False, /)",
        Call::Many(|rt, _, a| ex_decode(rt, a, "utf_32_ex_decode", codecs::utf32_decode)),
    ),
];

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    Ok(rt.native_module("_codecs", FUNCTIONS))
}

fn text<'a>(rt: &Rt, function: &str, place: &str, value: &'a Value) -> PyResult<&'a Ref<Str>> {
    value.downcast::<Str>().ok_or_else(|| {
        let name = if value.is_none() {
            "None".to_owned()
        } else {
            rt.type_name(value)
        };
        rt.type_error(format!("{function}() {place} must be str, not {name}"))
    })
}

/// The error handler that an argument names; strict for None or nothing.
fn handler(rt: &Rt, function: &str, value: Option<&Value>) -> PyResult<Handler> {
    match value {
        Some(v) if !v.is_none() => {
            let name = v.downcast::<Str>().ok_or_else(|| {
                rt.type_error(format!(
                    "{function}() argument 2 must be str or None, not {}",
                    rt.type_name(v)
                ))
            })?;
            Ok(Handler::named(rt, Some(name)))
        }
        _ => Ok(Handler::Strict),
    }
}

fn pair(rt: &Rt, first: Value, count: usize) -> PyResult {
    Ok(rt.tuple([first, rt.int_from_usize(count)]).into_value())
}

fn register(rt: &Rt, _module: &Value, search: &Value) -> PyResult {
    if rt.type_of(search).slots.call.get().is_none() {
        return Err(rt.type_error("argument must be callable"));
    }
    rt.codec_register(search);
    Ok(Value::NONE)
}

fn unregister(rt: &Rt, _module: &Value, search: &Value) -> PyResult {
    rt.codec_unregister(search);
    Ok(Value::NONE)
}

fn lookup(rt: &Rt, _module: &Value, encoding: &Value) -> PyResult {
    rt.codec_lookup(&text(rt, "lookup", "argument", encoding)?.to_str())
}

fn general(rt: &Rt, args: &Args<'_>, function: &'static str) -> PyResult {
    let signature = Signature {
        function,
        params: &["obj", "encoding", "errors"],
        positional_only: 0,
        positional: 3,
        required: 1,
    };
    let [object, encoding, errors] = rt.bind(&signature, args)?;
    let object = object.cloned().unwrap_or(Value::NONE);
    let encoding = match encoding {
        Some(v) => text(rt, function, "argument 'encoding'", v)?
            .to_str()
            .into_owned(),
        None => "utf-8".to_owned(),
    };
    let errors = match errors {
        Some(v) => Some(text(rt, function, "argument 'errors'", v)?),
        None => None,
    };
    let errors = errors.map(|e| &**e);
    if function == "encode" {
        rt.encode_with(&object, &encoding, errors, false)
    } else {
        rt.decode_with(&object, &encoding, errors, false)
    }
}

fn register_error(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("register_error", args, 2, 2)?;
    rt.codec_register_error(
        text(rt, "register_error", "argument 1", &given[0])?,
        &given[1],
    )?;
    Ok(Value::NONE)
}

fn lookup_error(rt: &Rt, _module: &Value, name: &Value) -> PyResult {
    rt.codec_error_handler(Some(text(rt, "lookup_error", "argument", name)?))
}

fn charmap_build(rt: &Rt, _module: &Value, map: &Value) -> PyResult {
    codecs::charmap_build(rt, text(rt, "charmap_build", "argument", map)?)
}

fn charmap_encode(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("charmap_encode", args, 1, 3)?;
    let source = text(rt, "charmap_encode", "argument 1", &given[0])?;
    let handler = handler(rt, "charmap_encode", given.get(1))?;
    let mapping = given.get(2).filter(|v| !v.is_none());
    let made = codecs::charmap_encode(rt, source, &handler, mapping)?;
    pair(rt, rt.bytes(&made).into_value(), source.char_count())
}

fn charmap_decode(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("charmap_decode", args, 1, 3)?;
    let bytes = rt.bytes_like(&given[0])?;
    let handler = handler(rt, "charmap_decode", given.get(1))?;
    let mapping = given.get(2).filter(|v| !v.is_none());
    let (made, used) = codecs::charmap_decode(rt, &bytes, &handler, mapping)?;
    pair(rt, made.into_value(), used)
}

/// Bytes, or text as UTF-8.
fn bytes_or_text(rt: &Rt, value: &Value) -> PyResult<Vec<u8>> {
    match value.downcast::<Str>() {
        Some(text) => codecs::utf8_encode(rt, text, &Handler::Strict),
        None => rt.bytes_like(value),
    }
}

fn readbuffer_encode(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("readbuffer_encode", args, 1, 2)?;
    let bytes = bytes_or_text(rt, &given[0])?;
    pair(rt, rt.bytes(&bytes).into_value(), bytes.len())
}

fn escape_encode(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("escape_encode", args, 1, 2)?;
    let bytes = rt.bytes_like(&given[0])?;
    let made = codecs::escape_encode(&bytes);
    pair(rt, rt.bytes(&made).into_value(), bytes.len())
}

fn escape_decode(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("escape_decode", args, 1, 2)?;
    let bytes = bytes_or_text(rt, &given[0])?;
    let made = codecs::escape_decode(rt, &bytes, &handler(rt, "escape_decode", given.get(1))?)?;
    pair(rt, rt.bytes(&made).into_value(), bytes.len())
}

fn encode(
    rt: &Rt,
    args: &Args<'_>,
    function: &str,
    f: impl FnOnce(&Rt, &Ref<Str>, &Handler) -> PyResult<Vec<u8>>,
) -> PyResult {
    let given = rt.positional(function, args, 1, 2)?;
    let source = text(rt, function, "argument 1", &given[0])?;
    let made = f(rt, source, &handler(rt, function, given.get(1))?)?;
    pair(rt, rt.bytes(&made).into_value(), source.char_count())
}

fn order(rt: &Rt, value: Option<&Value>) -> PyResult<ByteOrder> {
    let number = match value {
        Some(v) => rt.index_i64(v)?,
        None => 0,
    };
    Ok(match number {
        0 => ByteOrder::Marked,
        ..0 => ByteOrder::Little,
        1.. => ByteOrder::Big,
    })
}

fn utf_16_encode(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("utf_16_encode", args, 1, 3)?;
    let source = text(rt, "utf_16_encode", "argument 1", &given[0])?;
    let handler = handler(rt, "utf_16_encode", given.get(1))?;
    let made = codecs::utf16_encode(rt, source, &handler, order(rt, given.get(2))?)?;
    pair(rt, rt.bytes(&made).into_value(), source.char_count())
}

fn utf_32_encode(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("utf_32_encode", args, 1, 3)?;
    let source = text(rt, "utf_32_encode", "argument 1", &given[0])?;
    let handler = handler(rt, "utf_32_encode", given.get(1))?;
    let made = codecs::utf32_encode(rt, source, &handler, order(rt, given.get(2))?)?;
    pair(rt, rt.bytes(&made).into_value(), source.char_count())
}

fn decode(
    rt: &Rt,
    args: &Args<'_>,
    function: &str,
    is_final: bool,
    f: impl FnOnce(&Rt, &[u8], &Handler, bool) -> PyResult<Decoded>,
) -> PyResult {
    let given = rt.positional(function, args, 1, 3)?;
    let bytes = if is_final {
        bytes_or_text(rt, &given[0])?
    } else {
        rt.bytes_like(&given[0])?
    };
    let handler = handler(rt, function, given.get(1))?;
    let is_final = match given.get(2) {
        Some(v) => rt.truth(v)?,
        None => is_final,
    };
    let (made, used) = f(rt, &bytes, &handler, is_final)?;
    pair(rt, made.into_value(), used)
}

type OrderedDecoder = fn(&Rt, &[u8], &Handler, ByteOrder, bool) -> PyResult<(Decoded, ByteOrder)>;

fn ex_decode(rt: &Rt, args: &Args<'_>, function: &str, f: OrderedDecoder) -> PyResult {
    let given = rt.positional(function, args, 1, 4)?;
    let bytes = rt.bytes_like(&given[0])?;
    let handler = handler(rt, function, given.get(1))?;
    let order = order(rt, given.get(2))?;
    let is_final = match given.get(3) {
        Some(v) => rt.truth(v)?,
        None => false,
    };
    let ((made, used), found) = f(rt, &bytes, &handler, order, is_final)?;
    let found = match found {
        ByteOrder::Little => -1,
        ByteOrder::Marked => 0,
        ByteOrder::Big => 1,
    };
    let row = [made.into_value(), rt.int_from_usize(used), rt.int(found)];
    Ok(rt.tuple(row).into_value())
}
