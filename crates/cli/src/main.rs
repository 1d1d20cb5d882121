//! The hognose executable: arguments in, library calls, text and exit status out.

mod cmd;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::Parser;

/// The whole life of Python bytecode: tokens, syntax tree, code objects, .pyc files, running.
#[derive(Parser)]
#[command(name = "hognose", version)]
struct Arguments {
    #[command(subcommand)]
    command: cmd::Command,
}

fn main() -> ExitCode {
    let Arguments { command } = Arguments::parse();
    match command.run() {
        Ok(status) => status,
        Err(error) if is_broken_pipe(&*error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing is left to do when even stderr is closed.
            let _ = writeln!(std::io::stderr(), "hognose: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Tells whether the reader of our output has gone, which is no error of ours.
fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error
        .downcast_ref::<std::io::Error>()
        .is_some_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
