//! `hognose py-compile`: `python3.12 -m py_compile`.

use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

use hognose_pyc::marshal::LiveStrings;
use hognose_pyc::path::{Optimization, cache_from_source};
use hognose_version::Version;

use super::compile_file::{Failure, Invalidation, Job, compile_file};
use super::{Outcome, input};

/// Compile source files to `__pycache__`, as `python3.12 -m py_compile` does
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose py-compile spam.py\n  find . -name '*.py' | hognose py-compile -"
)]
pub struct Opts {
    /// Suppress error output
    #[arg(short, long)]
    quiet: bool,
    /// Files to compile; `-` alone reads their names from stdin
    #[arg(required = true)]
    filenames: Vec<String>,
}

pub fn run(opts: Opts) -> Outcome {
    let names = if opts.filenames == ["-"] {
        std::io::stdin().lock().lines().collect::<Result<_, _>>()?
    } else {
        opts.filenames
    };
    input::on_big_stack(|| {
        for name in &names {
            let source = Path::new(name);
            let job = Job {
                source,
                cached: &cache_from_source(source, Version::DEFAULT, Optimization::None),
                shown: name,
                optimise: 0,
                invalidation: Invalidation::from_environment(),
                live: LiveStrings::PyCompile,
            };
            if let Err(failure) = compile_file(&job) {
                if !opts.quiet {
                    let text = match failure {
                        Failure::Compile(message) => message,
                        Failure::Os(error) => error.text,
                    };
                    std::io::stderr().write_all(text.as_bytes())?;
                }
                return Ok(ExitCode::FAILURE);
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
