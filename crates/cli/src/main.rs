//! The hognose executable: arguments in, library calls, text and exit status out.

mod cmd;
mod compiling;
mod paint;

use std::ffi::OsString;
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser};

/// The whole life of Python bytecode: tokens, syntax tree, code objects, .pyc files, running.
#[derive(Parser)]
#[command(name = "hognose", version)]
struct Arguments {
    /// Colour in messages
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: clap::ColorChoice,
    #[command(subcommand)]
    command: cmd::Command,
}

fn main() -> ExitCode {
    let colour = paint::choose(std::env::args_os().skip(1));
    let matches = Arguments::command()
        .color(colour)
        .get_matches_from(arguments());
    let Arguments { command, .. } = match Arguments::from_arg_matches(&matches) {
        Ok(arguments) => arguments,
        Err(error) => error.exit(),
    };
    match command.run() {
        Ok(status) => status,
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even stderr is closed.
            let _ = writeln!(std::io::stderr(), "{} {error}", paint::bad("hognose:"));
            ExitCode::FAILURE
        }
    }
}

/// The arguments; those that a Python program gives to `sys.executable` mean `run`, and so do all under the name of python,
/// as which a virtual environment knows us.
fn arguments() -> Vec<OsString> {
    let mut all: Vec<OsString> = std::env::args_os().collect();
    let name = all.first().and_then(|name| Path::new(name).file_name());
    let is_python = name.is_some_and(|name| name.as_encoded_bytes().starts_with(b"python"));
    let as_python = is_python
        || all.get(1).is_some_and(|first| match first.to_str() {
            Some("-h" | "-V") => false,
            Some(word) if word.starts_with("--") => false,
            Some(word) if word.starts_with('-') => true,
            Some(word) => {
                Arguments::command().find_subcommand(word).is_none() && Path::new(word).is_file()
            }
            None => Path::new(first).is_file(),
        });
    if as_python {
        all.insert(1, "run".into());
    }
    all
}

/// Tells whether the reader of our output has gone, which is no error of ours.
fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    let kind = match error.downcast_ref::<serde_json::Error>() {
        Some(error) => error.io_error_kind(),
        None => error
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind),
    };
    kind == Some(ErrorKind::BrokenPipe)
}
