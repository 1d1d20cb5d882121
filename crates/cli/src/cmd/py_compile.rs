//! `hognose py-compile`: `python3.12 -m py_compile`.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{BufRead, Write};
use std::path::Path;
use std::process::ExitCode;

use hognose_pyc::marshal::LiveStrings;
use hognose_version::Version;

use super::{Outcome, input};
use crate::compiling::environment::{Cache, optimisation_level};
use crate::compiling::{Invalidation, Job, compile_file, sweep};

/// Compile source files to `__pycache__`, as `python3.12 -m py_compile` does (or 3.13's)
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose py-compile spam.py\n  find . -name '*.py' | hognose py-compile -\n\n\
        It ends with status 1 at the first file that does not compile."
)]
pub struct Opts {
    /// Suppress error output
    #[arg(short, long)]
    quiet: bool,
    /// The CPython version to compile for: 3.12, or 3.13 to its patch release
    #[arg(long, value_name = "VERSION", default_value = "3.12")]
    python: Version,
    /// Files to compile; `-` alone reads their names from stdin
    #[arg(required = true)]
    filenames: Vec<OsString>,
}

pub fn run(opts: Opts) -> Outcome {
    let names = if opts.filenames == ["-"] {
        let lines = std::io::stdin().lock().lines();
        lines
            .map(|line| line.map(OsString::from))
            .collect::<Result<_, _>>()?
    } else {
        opts.filenames
    };
    let cache = Cache::from_environment();
    let level = optimisation_level();
    input::on_big_stack(|| {
        for name in &names {
            let source = Path::new(name);
            let cached = cache.path(source, opts.python, level);
            sweep(
                &cached
                    .parent()
                    .map(Path::to_owned)
                    .into_iter()
                    .collect::<BTreeSet<_>>(),
            );
            let job = Job {
                version: opts.python,
                shown: name,
                level: level.min(2),
                invalidation: Invalidation::from_environment(),
                live: LiveStrings::PyCompile,
            };
            if let Err(failure) = compile_file(source, &cached, &job) {
                if !opts.quiet {
                    std::io::stderr().write_all(failure.text().as_bytes())?;
                }
                return Ok(ExitCode::FAILURE);
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}
