//! `hognose symtable`: scopes and what each does with its names.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use super::{Outcome, input};

/// Print the scopes of a source file: which names are local, global, free or cells, and why
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose symtable spam.py\n  echo 'x = [y for y in z]' | hognose symtable"
)]
pub struct Opts {
    /// The source file; stdin when there is none
    file: Option<PathBuf>,
}

pub fn run(opts: Opts) -> Outcome {
    let (bytes, name) = input::read(opts.file.as_ref())?;
    let text = match hognose_compile::symbol_table(&bytes) {
        Ok(text) => text,
        Err(error) => return input::refuse(&error, &bytes, &name),
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
