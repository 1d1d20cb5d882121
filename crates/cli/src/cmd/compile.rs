//! `hognose compile`: source files to `.pyc` files, where and how one likes.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hognose_pyc::marshal::LiveStrings;
use hognose_pyc::path::{Optimization, cache_from_source};
use hognose_version::Version;

use super::compile_file::{Failure, Invalidation, Job, compile_file};
use super::{Outcome, input};

/// Compile source files to .pyc files, byte for byte those of CPython (folders: see compileall)
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose compile spam.py ham.py\n  hognose compile -OO --invalidation-mode unchecked-hash spam.py\n  hognose compile spam.py -o build/spam.pyc -d /usr/lib/spam.py"
)]
pub struct Opts {
    /// Source files
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Leave out assert statements; twice: docstrings too
    #[arg(short = 'O', action = clap::ArgAction::Count)]
    optimise: u8,
    /// Where the .pyc of a single source goes (default: the __pycache__ folder beside it)
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The file name in the code object and in errors, for a single source
    #[arg(short, long, value_name = "NAME")]
    display: Option<String>,
    /// How the file is checked against its source (default: timestamp, or checked-hash with SOURCE_DATE_EPOCH)
    #[arg(long, value_enum, value_name = "MODE")]
    invalidation_mode: Option<Invalidation>,
    /// The CPython version to compile for
    #[arg(long, default_value = "3.12")]
    python: Version,
}

pub fn run(opts: Opts) -> Outcome {
    if opts.python != Version::DEFAULT {
        return Err(format!("compiling is for {} so far", Version::DEFAULT).into());
    }
    if opts.files.len() > 1 && (opts.output.is_some() || opts.display.is_some()) {
        return Err("-o and -d are for a single source".into());
    }
    input::on_big_stack(|| {
        let mut status = ExitCode::SUCCESS;
        for source in &opts.files {
            if let Err(failure) = compile(source, &opts) {
                let text = match failure {
                    Failure::Compile(message) => message,
                    Failure::Os(error) => error.text,
                };
                writeln!(std::io::stderr(), "{}", text.trim_end_matches('\n'))?;
                status = ExitCode::FAILURE;
            }
        }
        Ok(status)
    })
}

fn compile(source: &Path, opts: &Opts) -> Result<(), Failure> {
    let level = opts.optimise.min(2);
    let optimization = Optimization::from_level(level);
    let cached = opts.output.clone();
    let cached = cached.unwrap_or_else(|| cache_from_source(source, opts.python, optimization));
    let shown = opts.display.clone();
    compile_file(&Job {
        source,
        cached: &cached,
        shown: &shown.unwrap_or_else(|| source.display().to_string()),
        optimise: level,
        invalidation: opts
            .invalidation_mode
            .unwrap_or_else(Invalidation::from_environment),
        live: LiveStrings::PyCompile,
    })
}
