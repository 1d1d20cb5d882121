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

/// What becomes of a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Fresh,
    Stale,
    Missing,
    /// Missing, and whoever imports it cannot write it.
    Unwritable,
    Orphan,
    WrongVersion,
    Unreadable,
    Corrupt,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Fresh => "fresh",
            State::Stale => "stale",
            State::Missing => "missing",
            State::Unwritable => "missing in a read-only place",
            State::Orphan => "orphan",
            State::WrongVersion => "wrong version",
            State::Unreadable => "unreadable",
            State::Corrupt => "corrupt",
        }
    }

    /// What to do about files in this state.
    fn advice(self, python: Version) -> Option<String> {
        let text = match self {
            State::Fresh => return None,
            State::Stale | State::Missing => "`hognose compile` makes it anew",
            State::Unwritable => {
                "every start compiles it again: compile before the place becomes read-only, or set PYTHONPYCACHEPREFIX"
            }
            State::Orphan => "no import uses it: delete it",
            State::WrongVersion => {
                return Some(format!(
                    "`hognose compile --python {python}` makes what is asked for"
                ));
            }
            State::Unreadable => {
                "the one who imports it may not read it either: see its permissions"
            }
            State::Corrupt => "imports of it fail: delete it and compile again",
        };
        Some(text.to_owned())
    }
}

/// Said of files whose mtime alone differs.
const COPIED: &str = "sizes are the same, mtimes differ, as when an image or a checkout is copied: \
                      `hognose compile --invalidation unchecked-hash` makes bytecode that does not depend on mtimes";

struct Finding {
    state: State,
    detail: String,
    /// Stale, and nothing but the mtime shows it.
    by_mtime: bool,
}

fn found(state: State, detail: impl Into<String>) -> Finding {
    Finding {
        state,
        detail: detail.into(),
        by_mtime: false,
    }
}

pub fn run(opts: Opts) -> Outcome {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut totals: BTreeMap<State, usize> = BTreeMap::new();
    let mut by_mtime = 0;
    for path in tree::files(&opts.paths, &[".py", ".pyc"])? {
        let finding = if tree::ends_with(&path, ".pyc") {
            bytecode(&path, &opts)
        } else if tree::ends_with(&path, ".py") {
            Some(source(&path, &opts))
        } else {
            return Err(format!("{}: neither a .py nor a .pyc file", path.display()).into());
        };
        let Some(finding) = finding else {
            continue;
        };
        let (state, detail) = (finding.state, &finding.detail);
        *totals.entry(state).or_default() += 1;
        by_mtime += usize::from(finding.by_mtime);
        if opts.json {
            let path = path.to_string_lossy();
            let line = json!({ "path": path, "state": state.name(), "detail": detail });
            writeln!(out, "{line}")?;
        } else if opts.verbose || state != State::Fresh {
            let space = if detail.is_empty() { "" } else { ": " };
            writeln!(out, "{}: {}{space}{detail}", path.display(), state.name())?;
        }
    }
    let advice = advice(&totals, by_mtime, opts.python);
    if opts.json {
        let totals: BTreeMap<&str, usize> =
            totals.iter().map(|(s, count)| (s.name(), *count)).collect();
        let advice: BTreeMap<&str, String> = advice.into_iter().collect();
        writeln!(out, "{}", json!({ "totals": totals, "advice": advice }))?;
    } else {
        let counts: Vec<String> = totals
            .iter()
            .map(|(state, count)| format!("{count} {}", state.name()))
            .collect();
        let counts = match counts.is_empty() {
            true => "no files".to_owned(),
            false => counts.join(", "),
        };
        writeln!(out, "{counts}")?;
        for (state, advice) in advice {
            writeln!(out, "{state}: {advice}")?;
        }
    }
    out.flush()?;
    Ok(match totals.keys().all(|state| *state == State::Fresh) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// What to do, a line for each state that occurs.
fn advice(
    totals: &BTreeMap<State, usize>,
    by_mtime: usize,
    python: Version,
) -> Vec<(&'static str, String)> {
    let advise = |state: &State| Some((state.name(), state.advice(python)?));
    let mut advice: Vec<_> = totals.keys().filter_map(advise).collect();
    if by_mtime > 0 {
        advice.push((
            "stale by mtime alone",
            format!("{by_mtime} of them; {COPIED}"),
        ));
    }
    advice
}

/// A source: what the import system makes of its bytecode (`SourceLoader.get_code`).
fn source(path: &Path, opts: &Opts) -> Finding {
    let cached = cache_from_source(path, opts.python, Optimization::from_level(opts.optimize));
    let bytes = match fs::read(&cached) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return match is_writable(path) {
                true => found(State::Missing, ""),
                false => found(State::Unwritable, ""),
            };
        }
        Err(error) => return found(State::Unreadable, error.to_string()),
    };
    let header = match readable(&bytes, opts.python) {
        Ok(header) => header,
        Err(finding) => return finding,
    };
    let status = match fs::metadata(path) {
        Ok(status) => status,
        Err(error) => return found(State::Unreadable, error.to_string()),
    };
    let (mtime_now, size_now) = (status.mtime() as u32, status.size() as u32);
    match header.validation {
        Validation::Timestamp { size, .. } if size != size_now => {
            let detail = format!("size {size_now} now, {size} when compiled");
            return found(State::Stale, detail);
        }
        Validation::Timestamp { mtime, .. } if mtime != mtime_now => {
            return Finding {
                state: State::Stale,
                detail: format!("mtime {mtime_now} now, {mtime} when compiled"),
                by_mtime: true,
            };
        }
        Validation::CheckedHash(hash) => match fs::read(path) {
            Ok(source) => {
                let now = source_hash(opts.python, &source);
                if now != hash {
                    let hex = |hash: [u8; 8]| hash.map(|byte| format!("{byte:02x}")).concat();
                    let (now, hash) = (hex(now), hex(hash));
                    return found(
                        State::Stale,
                        format!("hash {now} now, {hash} when compiled"),
                    );
                }
            }
            Err(error) => return found(State::Unreadable, error.to_string()),
        },
        Validation::Timestamp { .. } | Validation::UncheckedHash(_) => {}
    }
    whole(&bytes)
}

/// The header, if this Python would go on to read the rest.
fn readable(bytes: &[u8], python: Version) -> Result<Header, Finding> {
    let header = Header::read(bytes).map_err(|error| found(State::Corrupt, error.to_string()))?;
    let wanted = python.release().map_or(0, |release| release.magic);
    if header.magic == wanted {
        return Ok(header);
    }
    let name = match hognose_version::magic_name(header.magic) {
        Some(name) => format!(" (Python {name})"),
        None => String::new(),
    };
    let detail = format!("magic number {}{name}, {wanted} wanted", header.magic);
    Err(found(State::WrongVersion, detail))
}

fn whole(bytes: &[u8]) -> Finding {
    match Pyc::read(bytes) {
        Ok(_) => found(State::Fresh, ""),
        Err(error) => found(State::Corrupt, error.to_string()),
    }
}

/// A .pyc: nothing to tell where its source tells it already.
fn bytecode(path: &Path, opts: &Opts) -> Option<Finding> {
    let folder = path.parent().and_then(Path::file_name);
    if folder.is_none_or(|folder| folder != PYCACHE) {
        return Some(sourceless(path, opts));
    }
    match source_from_cache(path) {
        None => Some(found(State::Orphan, "the name has another form")),
        Some(source) if !source.exists() => {
            let detail = format!("{} does not exist", source.display());
            Some(found(State::Orphan, detail))
        }
        Some(_) => None,
    }
}

/// A .pyc under its module's own name, which is imported when there is no source beside it.
fn sourceless(path: &Path, opts: &Opts) -> Finding {
    let source = path.with_extension("py");
    if source.exists() {
        let detail = format!("{} comes before it", source.display());
        return found(State::Orphan, detail);
    }
    match fs::read(path) {
        Ok(bytes) => match readable(&bytes, opts.python) {
            Ok(_) => whole(&bytes),
            Err(finding) => finding,
        },
        Err(error) => found(State::Unreadable, error.to_string()),
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
