//! The hognose executable: arguments in, library calls, text and exit status out.

mod cmd;
mod compiling;
mod paint;

use std::io::{ErrorKind, Write};
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
    let matches = Arguments::command().color(colour).get_matches();
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
