//! `print`, `input`, `repr`, `format` and what else makes text.

use hognose_object::{Args, Call, NativeDef, PyResult, Raised, Rt, Str, StrExt, Value};

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("ascii", "($module, obj, /)", Call::One(ascii)),
    NativeDef::new("breakpoint", "", Call::Many(breakpoint)),
    NativeDef::new(
        "format",
        "($module, value, format_spec='', /)",
        Call::Many(format),
    ),
    NativeDef::new("input", "($module, prompt='', /)", Call::Many(input)),
    NativeDef::new(
        "print",
        "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)",
        Call::Many(print),
    ),
    NativeDef::new(
        "repr",
        "($module, obj, /)",
        Call::One(|rt, _, v| Ok(rt.repr(v)?.into_value())),
    ),
];

fn ascii(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    let shown = rt.repr(value)?;
    if shown.is_ascii() {
        return Ok(shown.into_value());
    }
    let mut out = String::new();
    for code in shown.codes() {
        match code {
            0..0x80 => out.push(code as u8 as char),
            0x80..0x100 => out.push_str(&format!("\\x{code:02x}")),
            0x100..0x1_0000 => out.push_str(&format!("\\u{code:04x}")),
            _ => out.push_str(&format!("\\U{code:08x}")),
        }
    }
    Ok(rt.str(&out).into_value())
}

fn breakpoint(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let Some(hook) = crate::sys::get(rt, "breakpointhook") else {
        return Err(rt.runtime_error("lost sys.breakpointhook"));
    };
    rt.call_args(&hook, args)
}

fn format(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("format", args, 1, 2)?;
    let empty = rt.names.empty.as_value();
    let spec = given.get(1).unwrap_or(empty);
    if spec.downcast_ref::<Str>().is_none() {
        let name = rt.type_name(spec);
        return Err(rt.type_error(format!("format() argument 2 must be str, not {name}")));
    }
    Ok(rt.format(&given[0], spec)?.into_value())
}

fn optional_text(rt: &Rt, value: Option<&Value>, name: &str) -> PyResult<Option<Value>> {
    match value {
        Some(v) if v.is_none() => Ok(None),
        Some(v) if v.downcast_ref::<Str>().is_some() => Ok(Some(v.clone())),
        Some(v) => {
            let given = rt.type_name(v);
            Err(rt.type_error(format!("{name} must be None or a string, not {given}")))
        }
        None => Ok(None),
    }
}

fn print(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let (mut sep, mut end, mut file, mut flush) = (None, None, None, None);
    for (key, value) in args.keywords() {
        match &*key.to_str() {
            "sep" => sep = Some(value),
            "end" => end = Some(value),
            "file" => file = Some(value),
            "flush" => flush = Some(value),
            other => {
                return Err(rt.type_error(format!(
                    "'{other}' is an invalid keyword argument for print()"
                )));
            }
        }
    }
    let file = match file {
        Some(f) if !f.is_none() => f.clone(),
        _ => match crate::sys::get(rt, "stdout") {
            Some(stdout) if stdout.is_none() => return Ok(Value::NONE),
            Some(stdout) => stdout,
            None => return Err(rt.runtime_error("lost sys.stdout")),
        },
    };
    let sep = optional_text(rt, sep, "sep")?;
    let end = optional_text(rt, end, "end")?;
    let write = rt.getattr(&file, &rt.names.write)?;
    let space = || rt.character(u32::from(' ')).into_value();
    for (i, value) in args.positional().iter().enumerate() {
        if i > 0 {
            rt.call(&write, &[sep.clone().unwrap_or_else(space)])?;
        }
        let text = rt.str_of(value)?.into_value();
        rt.call(&write, &[text])?;
    }
    rt.call(
        &write,
        &[end.unwrap_or_else(|| rt.character(u32::from('\n')).into_value())],
    )?;
    if let Some(flush) = flush
        && rt.truth(flush)?
    {
        rt.call_method(&file, &rt.names.flush, &[])?;
    }
    Ok(Value::NONE)
}

/// A stream of `sys` that `input` needs.
fn stream(rt: &Rt, name: &str) -> Result<Value, Raised> {
    match crate::sys::get(rt, name) {
        Some(stream) if !stream.is_none() => Ok(stream),
        _ => Err(rt.runtime_error(format!("input(): lost sys.{name}"))),
    }
}

fn input(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("input", args, 0, 1)?;
    let (stdin, stdout) = (stream(rt, "stdin")?, stream(rt, "stdout")?);
    if let [prompt] = given {
        let text = rt.str_of(prompt)?.into_value();
        rt.call_method(&stdout, &rt.names.write, &[text])?;
    }
    // What cannot be flushed is no error.
    drop(rt.call_method(&stdout, &rt.names.flush, &[]));
    let line = rt.call_method(&stdin, &rt.names.readline, &[])?;
    let Some(text) = line.downcast::<Str>() else {
        return Err(rt.type_error("object.readline() returned non-string"));
    };
    let len = text.char_count();
    if len == 0 {
        return Err(rt.eof_error("EOF when reading a line"));
    }
    let end = if text.code_at(len - 1) == u32::from('\n') {
        len - 1
    } else {
        len
    };
    Ok(rt.str_slice(text, 0, end).into_value())
}
