//! `hognose ast`: the syntax tree, printed as `python3.12 -m ast -a` prints it.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use hognose_ast::Names;
use hognose_ast::dump::{DumpOptions, dump};
use hognose_compile::CompileError;
use hognose_parser::{Mode, Warning, parse_file};

use super::{Outcome, input};

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
    let (bytes, name) = input::read(opts.file.as_ref())?;
    input::on_big_stack(|| print(&opts, &bytes, &name))
}

fn print(opts: &Opts, bytes: &[u8], name: &str) -> Outcome {
    let source = match hognose_tokens::decode(bytes) {
        Ok(source) => source,
        Err(error) => return input::refuse(&CompileError::Source(error), bytes, name),
    };
    let mode = match opts.mode {
        CliMode::Exec => Mode::Module,
        CliMode::Eval => Mode::Expression,
        CliMode::Single => Mode::Single,
    };
    let arena = bumpalo::Bump::new();
    let mut names = Names::new();
    let parsed = match parse_file(&source, mode, &arena, &mut names) {
        Ok(parsed) => parsed,
        Err(error) => return input::refuse(&CompileError::Parse(*error), bytes, name),
    };
    std::io::stderr().write_all(warnings(&parsed.warnings, name, &source.text).as_bytes())?;
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

/// The warnings as module `warnings` shows them: each once for a line.
fn warnings(warnings: &[Warning], name: &str, source: &str) -> String {
    let mut shown = String::new();
    for (index, warning) in warnings.iter().enumerate() {
        if warnings.iter().take(index).any(|earlier| {
            (&earlier.message, earlier.loc.line) == (&warning.message, warning.loc.line)
        }) {
            continue;
        }
        let (message, line) = (&warning.message, warning.loc.line);
        shown.push_str(&format!("{name}:{line}: SyntaxWarning: {message}\n"));
        let text = source.lines().nth((line as usize).saturating_sub(1));
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            shown.push_str(&format!("  {text}\n"));
        }
    }
    shown
}
