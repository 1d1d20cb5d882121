//! The interactive loop: a statement is read, run, and its value shown (`_PyRun_InteractiveLoopObject`).

use crate::compiling::{self, Given, Request};
use crate::interpreter::{print_uncaught, run_main};
use crate::sys;
use hognose_compile::{INCOMPLETE, Mode, Prompt};
use hognose_object::code::Code;
use hognose_object::module::Module;
use hognose_object::{PyResult, Ref, Rt, Str, StrExt, Value};
use hognose_vm::borrow_descriptor;

/// `__future__` features that one statement asked for hold in those that follow.
const FUTURE: u32 = 0x1fe_0000;

/// Runs what standard input gives, statement by statement, to its end; `Err` is a `SystemExit`.
pub(crate) fn run(rt: &Rt, main: &Ref<Module>) -> PyResult<()> {
    for (name, prompt) in [("ps1", ">>> "), ("ps2", "... ")] {
        if sys::get(rt, name).is_none() {
            sys::set(rt, name, rt.str(prompt).into_value());
        }
    }
    let mut future_flags = 0;
    loop {
        let done = match read(rt, future_flags) {
            Ok(Some(code)) => {
                future_flags |= code.object.flags & FUTURE;
                run_main(rt, &code, main)
            }
            Ok(None) => {
                crate::write_stderr(rt, "\n");
                return Ok(());
            }
            Err(raised) => Err(raised),
        };
        if let Err(raised) = done {
            if raised.is(rt, &rt.types.system_exit) {
                return Err(raised);
            }
            print_uncaught(rt, &raised);
        }
        flush(rt);
    }
}

/// The next statement, compiled; nothing at the end of the input.
fn read(rt: &Rt, future_flags: u32) -> PyResult<Option<Ref<Code>>> {
    let mut source = String::new();
    loop {
        let prompt = if source.is_empty() { "ps1" } else { "ps2" };
        let line = read_line(rt, prompt)?;
        if line.is_empty() && source.is_empty() {
            return Ok(None);
        }
        if source.is_empty() && is_blank(&line) {
            continue;
        }
        source.push_str(&line);
        let more = line.ends_with('\n');
        if !more {
            // The input ends within the statement.
            if !line.is_empty() {
                source.push('\n');
                write_prompt(rt, "ps2");
            }
            crate::write_stderr(rt, "\n");
        }
        match compile(rt, &source, future_flags, more) {
            Ok(Some(code)) => return Ok(Some(code)),
            Ok(None) => (),
            Err(raised) => return Err(raised),
        }
    }
}

/// Whether a line says nothing: blanks, and perhaps a comment.
fn is_blank(line: &str) -> bool {
    let text = line.trim_start();
    text.is_empty() || text.starts_with('#')
}

/// Compiles a statement; nothing if more lines may belong to it.
fn compile(rt: &Rt, source: &str, future_flags: u32, more: bool) -> PyResult<Option<Ref<Code>>> {
    let request = |tells_incomplete| Request {
        mode: Mode::Single,
        future_flags,
        is_file: false,
        prompt: Prompt {
            tells_incomplete,
            keeps_blocks_open: tells_incomplete,
        },
        ..Request::script("<stdin>")
    };
    // A block is open until an empty line: without its last line end, the text is whole only if no block is.
    let typed = source.strip_suffix('\n').unwrap_or(source);
    if more {
        let given = Given::Text(typed.to_owned());
        let errors = match compiling::try_compile(rt, &given, &request(true)) {
            Ok(code) => return code.map(Some),
            Err(error) => error,
        };
        if errors.message() == INCOMPLETE {
            let given = Given::Text(source.to_owned());
            match compiling::try_compile(rt, &given, &request(true)) {
                Ok(_) => return Ok(None),
                Err(error) if error.message() == INCOMPLETE => return Ok(None),
                Err(_) => (),
            }
        }
    }
    let given = Given::Text(source.to_owned());
    compiling::compile_given(rt, &given, &request(false)).map(Some)
}

/// A line with its line end, after a prompt; empty at the end of the input.
///
/// It is read byte by byte: what follows is the program's own to read.
fn read_line(rt: &Rt, prompt: &str) -> PyResult<String> {
    flush(rt);
    write_prompt(rt, prompt);
    let mut line = Vec::new();
    let mut byte = [0];
    while byte != *b"\n" {
        let Some(stdin) = borrow_descriptor(0) else {
            break;
        };
        match rt.without_turn(|| rustix::io::read(stdin, &mut byte)) {
            Ok(0) => break,
            Ok(_) => line.push(byte[0]),
            Err(rustix::io::Errno::INTR) => {
                if let Err(raised) = rt.attend() {
                    crate::write_stderr(rt, "\n");
                    return Err(raised);
                }
            }
            Err(error) => return Err(rt.os_error_from(&error.into(), None)),
        }
    }
    decode(rt, line)
}

fn write_prompt(rt: &Rt, name: &str) {
    let prompt = sys::get(rt, name).unwrap_or(Value::NONE);
    // A prompt that cannot be shown is none (`PyRun_InteractiveOneObjectEx`).
    if let Ok(prompt) = rt.str_of(&prompt) {
        crate::write_stderr(rt, &prompt.to_str());
        flush(rt);
    }
}

fn decode(rt: &Rt, line: Vec<u8>) -> PyResult<String> {
    String::from_utf8(line).map_err(|wrong| {
        let message = format!("(unicode error) 'utf-8' codec can't decode input: {wrong}");
        rt.raise(&rt.types.syntax_error, &message)
    })
}

fn flush(rt: &Rt) {
    for name in ["stdout", "stderr"] {
        if let Some(stream) = sys::get(rt, name).filter(|s| !s.is_none()) {
            // A stream that cannot be flushed now tells so at the program's end.
            let _ = rt.call_method(&stream, &rt.names.flush, &[]);
        }
    }
}

/// Whether the input is a person's: a terminal, or what `-i` says is one.
pub(crate) fn is_interactive(rt: &Rt) -> bool {
    sys::settings(rt).interactive || is_terminal()
}

fn is_terminal() -> bool {
    borrow_descriptor(0).is_some_and(rustix::termios::isatty)
}

/// What python says before the first prompt.
pub(crate) fn greet(rt: &Rt) {
    let text = |name: &str| {
        let value = sys::get(rt, name);
        let text = value.as_ref().and_then(|v| v.downcast_ref::<Str>());
        text.map_or_else(String::new, |text| text.to_str().into_owned())
    };
    let mut greeting = format!("Python {} on {}\n", text("version"), text("platform"));
    if !sys::settings(rt).no_site {
        greeting.push_str(
            "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n",
        );
    }
    crate::write_stderr(rt, &greeting);
}

/// Runs `PYTHONSTARTUP`'s file and `sys.__interactivehook__` (`pymain_run_startup`, `pymain_run_interactive_hook`).
pub(crate) fn prepare(rt: &Rt, main: &Ref<Module>) {
    let prepared = startup(rt, main).and_then(|()| {
        let hook = sys::get(rt, "__interactivehook__").filter(|_| !sys::settings(rt).isolated);
        hook.map_or(Ok(()), |hook| rt.call(&hook, &[]).map(drop))
    });
    if let Err(raised) = prepared {
        print_uncaught(rt, &raised);
    }
}

fn startup(rt: &Rt, main: &Ref<Module>) -> PyResult<()> {
    if sys::settings(rt).ignore_environment {
        return Ok(());
    }
    let Some(path) = std::env::var_os("PYTHONSTARTUP").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let shown = path.to_string_lossy().into_owned();
    match std::fs::read(&path) {
        Ok(source) => {
            let code = compiling::compile(rt, &source, &Request::script(shown))?;
            run_main(rt, &code, main)
        }
        Err(error) => {
            crate::write_stderr(rt, "Could not open PYTHONSTARTUP\n");
            Err(rt.os_error_from(&error, Some(rt.str(&shown).as_value())))
        }
    }
}
