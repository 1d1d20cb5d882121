//! `hognose ast`: the syntax tree, printed as `python3.12 -m ast -a` prints it.

use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use hognose_ast::Names;
use hognose_ast::dump::{DumpOptions, dump};
use hognose_parser::{Mode, parse};

use super::Outcome;

/// Print the syntax tree of a source file as `python3.12 -m ast -a` does
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose ast spam.py\n  echo 1+1 | hognose ast --mode eval --no-attributes"
)]
pub struct Opts {
    /// The source file; stdin when there is none
    file: Option<PathBuf>,
    /// What the source is
    #[arg(long, value_enum, default_value = "exec")]
    mode: CliMode,
    /// Leave out line and column numbers
    #[arg(long)]
    no_attributes: bool,
    /// Spaces per level
    #[arg(long, default_value_t = 3)]
    indent: usize,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum CliMode {
    /// A file
    Exec,
    /// One expression
    Eval,
    /// One statement typed at the prompt
    Single,
}

pub fn run(opts: Opts) -> Outcome {
    let bytes = match &opts.file {
        Some(path) => {
            std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?
        }
        None => {
            let mut bytes = Vec::new();
            std::io::stdin().read_to_end(&mut bytes)?;
            bytes
        }
    };
    let source = hognose_tokens::decode(&bytes).map_err(|error| error.to_string())?;
    let mode = match opts.mode {
        CliMode::Exec => Mode::Module,
        CliMode::Eval => Mode::Expression,
        CliMode::Single => Mode::Single,
    };
    let arena = bumpalo::Bump::new();
    let mut names = Names::new();
    let parsed = parse(&source.text, mode, &arena, &mut names)
        .map_err(|error| format!("line {}: {}", error.line, error.message))?;
    let options = DumpOptions {
        attributes: !opts.no_attributes,
        indent: Some(opts.indent),
    };
    let mut text =
        dump(&parsed.tree, &names, options).map_err(|_| "the tree is too deep to print")?;
    text.push('\n');
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
