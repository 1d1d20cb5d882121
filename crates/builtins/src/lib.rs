//! The builtins, the native modules and the import system: what makes a Python of the object model and the executor.
//!
//! ```no_run
//! use hognose_builtins::{Ended, Interpreter, Settings};
//!
//! let python = Interpreter::new(Settings::default()).expect("starts");
//! let ended = python.run_command("print('hello')");
//! assert_eq!(ended, Ended::Status(0));
//! ```

mod compiling;
mod frames;
mod functions;
mod import;
mod interactive;
mod interpreter;
mod kinds;
mod modules;
mod paths;
mod settings;
mod stdlib;
mod struct_seq;
mod sys;
mod uncaught;
mod unmarshal;
pub mod write;

pub use import::is_zip;
pub use interpreter::{Ended, Interpreter};
pub use modules::end_by_interrupt;
pub use settings::{CheckHash, Settings};
pub use stdlib::{StdlibError, find_stdlib};
pub use sys::version_text;

use hognose_object::{PyResult, Raised, Ref, Rt, Str, StrExt, Value};

/// The module `builtins` as a value.
pub(crate) fn builtins_module(rt: &Rt) -> Value {
    rt.modules
        .get_str(rt, &rt.intern("builtins"))
        .unwrap_or(Value::NONE)
}

/// Writes text where errors go: `sys.stderr`, or the process's own if that is gone.
pub(crate) fn write_stderr(rt: &Rt, text: &str) {
    write_stderr_text(rt, &rt.str(text));
}

/// As [`write_stderr`], of text that may hold what is no character.
pub(crate) fn write_stderr_text(rt: &Rt, text: &Ref<Str>) {
    use std::io::Write;
    let written = match sys::get(rt, "stderr") {
        Some(stderr) if !stderr.is_none() => {
            let text = text.as_value().clone();
            rt.call_method(&stderr, &rt.names.write, &[text]).is_ok()
        }
        _ => false,
    };
    if !written {
        // Nothing is left to do when even stderr is closed.
        let _ = std::io::stderr().write_all(text.to_str().as_bytes());
    }
}

/// Prints an exception with its traceback, as the interpreter does for one that nobody caught.
pub(crate) fn report(rt: &Rt, raised: &Raised) {
    let text = rt.render_exception(&raised.0);
    write_stderr(rt, &text);
}

/// A compiler's warning at a line of a file (`PyErr_WarnExplicitObject`).
pub(crate) fn warn_explicit(
    rt: &Rt,
    category: &Ref<hognose_object::TypeObj>,
    message: &str,
    filename: &str,
    line: i64,
) -> PyResult<()> {
    modules::warnings::warn_explicit(rt, category, message, filename, line)
}
