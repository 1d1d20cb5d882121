//! `hognose tokens`: the token stream, printed as `python3.12 -m tokenize` prints it.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use super::{Outcome, input};

/// Print the tokens of a source file as `python3.12 -m tokenize` does
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  hognose tokens spam.py\n  hognose tokens -e < spam.py")]
pub struct Opts {
    /// The source file; stdin when there is none
    file: Option<PathBuf>,
    /// Show the exact kind of each operator
    #[arg(short, long)]
    exact: bool,
}

pub fn run(opts: Opts) -> Outcome {
    let (bytes, name) = input::read(opts.file.as_ref())?;
    let printed = hognose_tokens::tokenize::print(&bytes, &name, opts.exact);
    std::io::stdout().write_all(printed.stdout.as_bytes())?;
    std::io::stderr().write_all(printed.stderr.as_bytes())?;
    Ok(ExitCode::from(printed.exit_status))
}
