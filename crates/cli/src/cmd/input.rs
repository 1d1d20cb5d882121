//! What the subcommands that read a source file share.

use std::error::Error;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use hognose_compile::CompileError;
use hognose_parser::render::uncaught;

use super::Outcome;

/// Native stack for the deepest trees that CPython's parser lets through.
const STACK_SIZE: usize = 256 << 20;

/// Reads a file, or stdin when there is none or it is `-`; gives the bytes and the name to show.
pub fn read(file: Option<&PathBuf>) -> Result<(Vec<u8>, String), String> {
    let Some(path) = file.filter(|path| path.as_os_str() != "-") else {
        let mut bytes = Vec::new();
        let read = std::io::stdin().read_to_end(&mut bytes);
        read.map_err(|error| format!("stdin: {error}"))?;
        return Ok((bytes, "<stdin>".to_owned()));
    };
    match std::fs::read(path) {
        Ok(bytes) => Ok((bytes, path.to_string_lossy().into_owned())),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// Tells on stderr why a source is refused, as python tells of a script.
pub fn refuse(error: &CompileError, bytes: &[u8], name: &str) -> Outcome {
    let text = uncaught(&error.raised(bytes), name);
    std::io::stderr().write_all(text.as_bytes())?;
    Ok(ExitCode::FAILURE)
}

/// Runs a subcommand on a thread with enough native stack for deep trees.
pub fn on_big_stack(work: impl FnOnce() -> Outcome + Send) -> Outcome {
    std::thread::scope(|scope| {
        // An input or output error keeps its kind, which is asked for later; of others the text is enough.
        let here = || {
            work().map_err(|error| -> Box<dyn Error + Send + Sync> {
                match error.downcast::<std::io::Error>() {
                    Ok(error) => error,
                    Err(error) => error.to_string().into(),
                }
            })
        };
        let thread = std::thread::Builder::new().stack_size(STACK_SIZE);
        match thread.spawn_scoped(scope, here)?.join() {
            Ok(outcome) => outcome.map_err(|error| -> Box<dyn Error> { error }),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
