//! `hognose check`: will the bytecode of a tree be used?

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hognose_pyc::path::{Optimization, PYCACHE, cache_from_source, source_from_cache};
use hognose_pyc::{Header, Pyc, Validation, source_hash};
use hognose_version::Version;
use serde_json::json;

use super::{Outcome, tree};

/// Tell for each source whether its bytecode will be used, and for each .pyc whether it has a source
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose check lib\n  hognose check --python 3.13 --json site-packages\n\n\
                  The exit status is 1 when any source lacks usable bytecode or any .pyc is of no use."
)]
pub struct Opts {
    /// Files and folders
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The Python that will import them
    #[arg(long, default_value = "3.12")]
    python: Version,
    /// The optimisation level it runs with
    #[arg(short = 'O', long, default_value_t = 0)]
    optimize: u8,
    /// Tell of each file, not only of those of no use
    #[arg(short, long)]
    verbose: bool,
    /// Print one JSON object for each file
    #[arg(long)]
    json: bool,
}

/// What becomes of one file.
struct Finding {
    state: &'static str,
    detail: String,
}

const FRESH: &str = "fresh";
const STALE: &str = "stale";

pub fn run(opts: Opts) -> Outcome {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    let mut stale_by_mtime_alone = 0;
    for path in tree::files(&opts.paths, &[".py", ".pyc"])? {
        let finding = match tree::ends_with(&path, ".pyc") {
            true => orphan(&path),
            false => Some(source(&path, &opts)),
        };
        let Some(Finding { state, detail }) = finding else {
            continue;
        };
        *totals.entry(state).or_default() += 1;
        stale_by_mtime_alone += usize::from(state == STALE && detail.starts_with("mtime"));
        if opts.json {
            let line = json!({ "path": path.to_string_lossy(), "state": state, "detail": detail });
            writeln!(out, "{line}")?;
        } else if opts.verbose || state != FRESH {
            let space = if detail.is_empty() { "" } else { ": " };
            writeln!(out, "{}: {state}{space}{detail}", path.display())?;
        }
    }
    if !opts.json {
        let counts: Vec<String> = totals
            .iter()
            .map(|(state, count)| format!("{count} {state}"))
            .collect();
        let counts = if counts.is_empty() {
            "no files".to_owned()
        } else {
            counts.join(", ")
        };
        writeln!(out, "{counts}")?;
        if stale_by_mtime_alone > 0 {
            writeln!(
                out,
                "hint: {stale_by_mtime_alone} differ in mtime alone, as when files are copied anew; \
                 `hognose compileall --invalidation-mode unchecked-hash` makes bytecode that does not depend on it"
            )?;
        }
    }
    out.flush()?;
    let all_fresh = totals.keys().all(|state| *state == FRESH);
    Ok(if all_fresh {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A source: what the import system makes of its bytecode (`SourceLoader.get_code`).
fn source(path: &Path, opts: &Opts) -> Finding {
    let found = |state, detail: String| Finding { state, detail };
    let cached = cache_from_source(path, opts.python, Optimization::from_level(opts.optimize));
    let bytes = match fs::read(&cached) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let place = if is_writable(path) {
                ""
            } else {
                "its folder cannot be written to"
            };
            return found("missing", place.to_owned());
        }
        Err(error) => return found("unreadable", error.to_string()),
    };
    let header = match Header::read(&bytes) {
        Ok(header) => header,
        Err(error) => return found("corrupt", error.to_string()),
    };
    let wanted = opts.python.release().map_or(0, |release| release.magic);
    if header.magic != wanted {
        let name = hognose_version::magic_name(header.magic);
        let name = name
            .map(|name| format!(" (Python {name})"))
            .unwrap_or_default();
        return found(
            "wrong version",
            format!("magic number {}{name}, {wanted} wanted", header.magic),
        );
    }
    let status = match fs::metadata(path) {
        Ok(status) => status,
        Err(error) => return found("unreadable", error.to_string()),
    };
    let (mtime_now, size_now) = (status.mtime() as u32, status.size() as u32);
    match header.validation {
        Validation::Timestamp { size, .. } if size != size_now => {
            return found(STALE, format!("size {size_now} now, {size} when compiled"));
        }
        Validation::Timestamp { mtime, .. } if mtime != mtime_now => {
            return found(
                STALE,
                format!("mtime {mtime_now} now, {mtime} when compiled"),
            );
        }
        Validation::CheckedHash(hash) => match fs::read(path) {
            Ok(source) if source_hash(opts.python, &source) == hash => {}
            Ok(_) => return found(STALE, "the source has another hash".to_owned()),
            Err(error) => return found("unreadable", error.to_string()),
        },
        Validation::Timestamp { .. } | Validation::UncheckedHash(_) => {}
    }
    match Pyc::read(&bytes) {
        Ok(_) => found(FRESH, String::new()),
        Err(error) => found("corrupt", error.to_string()),
    }
}

/// A .pyc in `__pycache__` that no source asks for.
fn orphan(path: &Path) -> Option<Finding> {
    if path.parent()?.file_name()? != PYCACHE {
        return None;
    }
    let state = "orphan";
    match source_from_cache(path) {
        None => Some(Finding {
            state,
            detail: "the name has another form".to_owned(),
        }),
        Some(source) if !source.exists() => Some(Finding {
            state,
            detail: format!("{} does not exist", source.display()),
        }),
        Some(_) => None,
    }
}

/// Whether `__pycache__` beside a source can be written to, as far as the permission bits tell.
fn is_writable(path: &Path) -> bool {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    let cache = folder.join(PYCACHE);
    let place = if cache.is_dir() { &cache } else { folder };
    fs::metadata(place).is_ok_and(|status| !status.permissions().readonly())
}
