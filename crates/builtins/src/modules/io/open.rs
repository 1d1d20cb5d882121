//! `open`, and the module's other functions (`Modules/_io/_iomodule.c`).

use super::{alloc_file, buffered, file, state};
use crate::settings::Settings;
use hognose_object::{Args, Call, NativeDef, PyResult, Rt, Signature, StrExt, Value};

/// `builtins.open`, which is the module's own.
pub(crate) const OPEN: NativeDef = NativeDef::new(
    "open",
    "($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)",
    Call::Many(open),
);

pub(super) const FUNCTIONS: &[NativeDef] = &[
    OPEN,
    NativeDef::new(
        "open_code",
        "($module, /, path)",
        Call::Many(|rt, _, args| {
            const SIGNATURE: Signature = Signature {
                function: "open_code",
                params: &["path"],
                positional_only: 0,
                positional: 1,
                required: 1,
            };
            let [path] = rt.bind(&SIGNATURE, args)?;
            let path = path.cloned().unwrap_or(Value::NONE);
            let mode = rt.str("rb").into_value();
            open(rt, &Value::NONE, &Args::new(&[path, mode]))
        }),
    ),
    NativeDef::new(
        "text_encoding",
        "($module, encoding, stacklevel=2, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("text_encoding", args, 1, 2)?;
            if !given[0].is_none() {
                return Ok(given[0].clone());
            }
            let settings = crate::sys::settings(rt);
            if settings.warn_default_encoding {
                rt.warn(
                    &rt.types.encoding_warning,
                    "'encoding' argument not specified",
                )?;
            }
            Ok(rt
                .str(if settings.utf8_mode {
                    "utf-8"
                } else {
                    "locale"
                })
                .into_value())
        }),
    ),
];

/// What the letters of a mode say.
struct Letters {
    kind: Option<char>,
    plus: bool,
    binary: bool,
    text: bool,
}

fn letters(rt: &Rt, mode: &str) -> PyResult<Letters> {
    let invalid = || rt.value_error(format!("invalid mode: '{mode}'"));
    let mut found = Letters {
        kind: None,
        plus: false,
        binary: false,
        text: false,
    };
    let mut kinds = 0;
    for (i, c) in mode.char_indices() {
        if mode[..i].contains(c) {
            return Err(invalid());
        }
        match c {
            'r' | 'w' | 'a' | 'x' => {
                found.kind = Some(c);
                kinds += 1;
            }
            '+' => found.plus = true,
            'b' => found.binary = true,
            't' => found.text = true,
            _ => return Err(invalid()),
        }
    }
    if found.text && found.binary {
        return Err(rt.value_error("can't have text and binary mode at once"));
    }
    // A mode without any is for FileIO to refuse.
    if kinds > 1 {
        return Err(rt.value_error("must have exactly one of create/read/write/append mode"));
    }
    Ok(found)
}

fn open(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "open",
        params: &[
            "file",
            "mode",
            "buffering",
            "encoding",
            "errors",
            "newline",
            "closefd",
            "opener",
        ],
        positional_only: 0,
        positional: 8,
        required: 1,
    };
    let [
        name,
        mode,
        buffering,
        encoding,
        errors,
        newline,
        close_fd,
        opener,
    ] = rt.bind(&SIGNATURE, args)?;
    let name = name.cloned().unwrap_or(Value::NONE);
    let mode = match mode {
        None => "r".to_owned(),
        Some(mode) => crate::functions::text_argument(rt, mode, "open() argument 'mode'")?
            .to_str()
            .into_owned(),
    };
    let buffering = i64::from(buffering.map_or(Ok(-1), |b| rt.c_int(b))?);
    let close_fd = close_fd.map_or(Ok(true), |v| rt.truth(v))?;
    let given = |v: Option<&Value>| v.is_some_and(|v| !v.is_none());
    let name = if rt.type_of(&name).slots.index.get().is_some() {
        name
    } else {
        crate::paths::fspath(rt, &name)?
    };
    let found = letters(rt, &mode)?;
    if found.binary {
        for (what, value) in [
            ("encoding", encoding),
            ("errors", errors),
            ("newline", newline),
        ] {
            if given(value) {
                let an = if what == "newline" { "a" } else { "an" };
                return Err(
                    rt.value_error(format!("binary mode doesn't take {an} {what} argument"))
                );
            }
        }
    }
    if found.binary && buffering == 1 {
        rt.warn(
            &rt.types.runtime_warning,
            "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
        )?;
    }
    let state = state(rt)?;
    let raw_mode: String = found
        .kind
        .into_iter()
        .chain(found.plus.then_some('+'))
        .collect();
    let raw = alloc_file(rt, &state.file);
    let opener = opener.filter(|o| !o.is_none());
    file::open(rt, &raw, &name, &raw_mode, close_fd, opener)?;
    let result = wrap(
        rt,
        &state,
        &raw,
        &found,
        buffering,
        [encoding, errors, newline],
        &mode,
    );
    if result.is_err() {
        // The error is the caller's; the file is closed on the way out.
        let _ = rt.call_method(&raw, &rt.intern("close"), &[]);
    }
    result
}

fn wrap(
    rt: &Rt,
    state: &super::State,
    raw: &Value,
    letters: &Letters,
    buffering: i64,
    text: [Option<&Value>; 3],
    mode: &str,
) -> PyResult {
    let terminal = buffering < 0 && {
        let answer = rt.call_method(raw, &rt.intern("isatty"), &[])?;
        rt.truth(&answer)?
    };
    let size = match buffering {
        0 if letters.binary => return Ok(raw.clone()),
        0 => return Err(rt.value_error("can't have unbuffered text I/O")),
        2.. => buffering as usize,
        _ => file::buffer_size(raw),
    };
    let class = if letters.plus {
        &state.random
    } else if letters.kind == Some('r') {
        &state.reader
    } else {
        &state.writer
    };
    let buffer = buffered::over(rt, class, raw, size)?;
    if letters.binary {
        return Ok(buffer);
    }
    let [encoding, errors, newline] = text.map(|v| v.cloned().unwrap_or(Value::NONE));
    let lines = Value::bool(buffering == 1 || terminal);
    let made = rt.call(
        state.text.as_value(),
        &[buffer, encoding, errors, newline, lines],
    )?;
    let mode = rt.str(mode).into_value();
    rt.setattr(&made, &rt.intern("mode"), Some(&mode))?;
    Ok(made)
}

/// A standard stream over a descriptor (`create_stdio`).
pub(crate) fn standard(rt: &Rt, fd: i32, name: &str, settings: &Settings) -> PyResult {
    let unbuffered = settings.unbuffered;
    let state = state(rt)?;
    let write = fd != 0;
    let raw = file::over(rt, &state.file, fd, write)?;
    let answer = rt.call_method(&raw, &rt.intern("isatty"), &[])?;
    let terminal = rt.truth(&answer)?;
    let label = rt.str(name).into_value();
    rt.setattr(&raw, &rt.names.name, Some(&label))?;
    let class = if write { &state.writer } else { &state.reader };
    let buffer = if unbuffered && write {
        raw
    } else {
        buffered::over(rt, class, &raw, super::BUFFER_SIZE)?
    };
    let (encoding, asked) = match settings.io_encoding.split_once(':') {
        Some((encoding, errors)) => (encoding, errors),
        None => (settings.io_encoding.as_str(), ""),
    };
    let errors = if fd == 2 {
        "backslashreplace"
    } else if !asked.is_empty() {
        asked
    } else if settings.c_locale && encoding.is_empty() {
        // A locale that says nothing of bytes above ASCII (PEP 538, 540).
        "surrogateescape"
    } else {
        "strict"
    };
    let encoding = if encoding.is_empty() {
        "utf-8"
    } else {
        encoding
    };
    let lines = terminal || fd == 2;
    let newline = if write {
        rt.str("\n").into_value()
    } else {
        Value::NONE
    };
    let made = rt.call(
        state.text.as_value(),
        &[
            buffer,
            rt.str(encoding).into_value(),
            rt.str(errors).into_value(),
            newline,
            Value::bool(lines && !unbuffered),
            Value::bool(unbuffered && write),
        ],
    )?;
    let mode = rt.str(if write { "w" } else { "r" }).into_value();
    rt.setattr(&made, &rt.intern("mode"), Some(&mode))?;
    Ok(made)
}
