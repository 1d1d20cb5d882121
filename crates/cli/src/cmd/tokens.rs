//! `hognose tokens`: the token stream, printed as `python3.12 -m tokenize` prints it.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::Outcome;

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
    let (bytes, name) = match &opts.file {
        Some(path) => match std::fs::read(path) {
            Ok(bytes) => (bytes, path.to_string_lossy().into_owned()),
            Err(error) => return Err(format!("{}: {error}", path.display()).into()),
        },
        None => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes)?;
            (bytes, "<stdin>".to_owned())
        }
    };
    let printed = hognose_tokens::tokenize::print(&bytes, &name, opts.exact);
    std::io::stdout().write_all(printed.stdout.as_bytes())?;
    std::io::stderr().write_all(printed.stderr.as_bytes())?;
    Ok(ExitCode::from(printed.exit_status))
}
