//! `hognose verify`: does each .pyc come from the source beside it?

mod difference;
mod place;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hognose_bytecode::{CodeObject, PyStr};
use hognose_compile::{CALLS_OF_PY_COMPILE, can_compile_for};
use hognose_pyc::marshal::{Environment, LiveStrings, Tape};
use hognose_pyc::path::source_from_cache;
use hognose_pyc::{HEADER_LEN, Pyc, Validation, check_magic, compiled_file, source_hash};
use hognose_version::Version;
use serde_json::{Value, json};

use super::{Outcome, input, tree};
use difference::{Difference, first_difference};
use place::{Place, places};

/// Recompile the source of each .pyc and compare; nothing is run, nothing is written
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose verify lib\n  hognose verify dist/spam-1.0-py3-none-any.whl\n  hognose verify --json lib/__pycache__/spam.cpython-312.pyc\n\n\
                  The exit status is 1 when any file differs from its source or is malformed,\nand for `-`, whose source is not known."
)]
pub struct Opts {
    /// .pyc files, folders that hold them, wheels and zips; `-` reads a .pyc from stdin, and says whether it is well-formed
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Tell of each file, not only of those in doubt
    #[arg(short, long)]
    verbose: bool,
    /// Print one JSON object for each file
    #[arg(long)]
    json: bool,
}

/// What is known of one file.
enum Verdict {
    /// The very bytes that CPython writes for this source.
    Identical,
    /// The same code; which objects are shared or flagged differs.
    Equal,
    /// Not what the source compiles to, or not well-formed.
    Different(Difference),
    /// There is no telling, and why.
    Unknown(String),
}

impl Verdict {
    fn different(what: impl ToString) -> Verdict {
        Verdict::Different(Difference::of(what.to_string()))
    }

    fn name(&self) -> &'static str {
        match self {
            Verdict::Identical => "identical",
            Verdict::Equal => "equal but for references",
            Verdict::Different(_) => "different",
            Verdict::Unknown(_) => "cannot say",
        }
    }

    fn reason(&self) -> Option<String> {
        match self {
            Verdict::Identical | Verdict::Equal => None,
            Verdict::Different(difference) => Some(difference.to_text()),
            Verdict::Unknown(reason) => Some(reason.clone()),
        }
    }

    fn to_json(&self, path: &str) -> Value {
        let difference = match self {
            Verdict::Different(difference) => Some(difference.to_json()),
            Verdict::Identical | Verdict::Equal | Verdict::Unknown(_) => None,
        };
        json!({
            "path": path,
            "verdict": self.name(),
            "reason": self.reason(),
            "difference": difference,
        })
    }
}

pub fn run(opts: Opts) -> Outcome {
    let places = places(&opts.paths)?;
    input::on_big_stack(|| {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut totals = BTreeMap::new();
        let mut clean = true;
        for (mut place, files) in places {
            for path in files {
                let verdict = judge(&mut place, &path);
                *totals.entry(verdict.name()).or_insert(0) += 1;
                clean &= match &verdict {
                    Verdict::Identical | Verdict::Equal => true,
                    Verdict::Different(_) => false,
                    // Asked of nothing else, the answer must not look like a yes.
                    Verdict::Unknown(_) => !matches!(place, Place::Stdin),
                };
                let shown = place.show(&path);
                if opts.json {
                    writeln!(out, "{}", verdict.to_json(&shown))?;
                } else if let Some(reason) = verdict.reason() {
                    writeln!(out, "{shown}: {}: {reason}", verdict.name())?;
                } else if opts.verbose {
                    writeln!(out, "{shown}: {}", verdict.name())?;
                }
            }
        }
        if !opts.json {
            let totals: Vec<_> = totals
                .iter()
                .map(|(name, count)| format!("{count} {name}"))
                .collect();
            let totals = if totals.is_empty() {
                "no .pyc files".to_owned()
            } else {
                totals.join(", ")
            };
            writeln!(out, "{totals}")?;
        }
        out.flush()?;
        Ok(if clean {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    })
}

fn judge(place: &mut Place, path: &Path) -> Verdict {
    let bytes = match place.read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Verdict::Unknown(error.to_string()),
    };
    if let Err(problem) = check_magic(&bytes, None) {
        return Verdict::different(problem);
    }
    let pyc = match Pyc::read(&bytes) {
        Ok(pyc) => pyc,
        Err(error) if matches!(error.problem, hognose_pyc::Problem::BadMagic(_)) => {
            return Verdict::Unknown(error.to_string());
        }
        Err(error) => return Verdict::different(error),
    };
    let versions = compilers(&pyc);
    if versions.is_empty() {
        return Verdict::Unknown(format!("no compiler for {} here", pyc.version));
    }
    if pyc.version.minor == Version::DEFAULT.minor
        && let Err(refusal) = hognose_verify::verify(&pyc.code)
    {
        return Verdict::different(refusal);
    }
    let Some((source_path, level)) = source_of(path) else {
        return Verdict::Unknown("the name leads to no source".to_owned());
    };
    let source = match place.read(&source_path) {
        Ok(source) => source,
        Err(error) => return Verdict::Unknown(format!("{}: {error}", place.show(&source_path))),
    };
    if let Some(reason) =
        wrong_header(&pyc, &source).or_else(|| wrong_name(&pyc.code, &source_path))
    {
        return Verdict::different(reason);
    }
    // A file without a level in its name may have any: `-b` writes all of them so.
    let levels = level.map_or(vec![0, 1, 2], |level| vec![level]);
    let mut first_difference = None;
    for version in versions {
        for level in &levels {
            match compare(&pyc, &bytes, &source, version, *level) {
                Verdict::Different(found) => first_difference = first_difference.or(Some(found)),
                verdict => return verdict,
            }
        }
    }
    match first_difference {
        Some(difference) => Verdict::Different(difference),
        None => Verdict::different("nothing to compare with"),
    }
}

/// Every release that writes this magic number and that we compile for, newest first.
fn compilers(pyc: &Pyc) -> Vec<Version> {
    let releases = hognose_version::RELEASES.iter().rev();
    releases
        .filter(|release| release.magic == pyc.header.magic && can_compile_for(release.version))
        .map(|release| release.version)
        .collect()
}

/// The source that belongs to a file, and the optimisation level its name tells.
fn source_of(path: &Path) -> Option<(PathBuf, Option<u8>)> {
    if let Some(source) = source_from_cache(path) {
        let level = [(".opt-1.pyc", 1), (".opt-2.pyc", 2)];
        let level = level
            .iter()
            .find(|(ending, _)| tree::ends_with(path, ending));
        return Some((source, Some(level.map_or(0, |(_, level)| *level))));
    }
    Some((path.with_extension("py"), None)).filter(|_| tree::ends_with(path, ".pyc"))
}

/// A hash that is not the source's: an unchecked one would never be found out by CPython.
fn wrong_header(pyc: &Pyc, source: &[u8]) -> Option<String> {
    let (kind, hash) = match pyc.header.validation {
        Validation::Timestamp { .. } => return None,
        Validation::UncheckedHash(hash) => ("unchecked", hash),
        Validation::CheckedHash(hash) => ("checked", hash),
    };
    (hash != source_hash(pyc.version, source))
        .then(|| format!("the {kind} hash is not that of the source"))
}

/// A name for tracebacks that is not the source's.
fn wrong_name(code: &CodeObject, source: &Path) -> Option<String> {
    let shown = code.filename.as_bytes();
    // Archives may have been made where names are divided otherwise.
    let name = shown.rsplit(|byte| matches!(byte, b'/' | b'\\')).next();
    let wanted = source.file_name().map(PyStr::from_os);
    let differs = wanted.as_ref().map(PyStr::as_bytes) != name;
    differs.then(|| format!("its code says it comes from {:?}", code.filename))
}

/// Where the code object ends.
fn code_end(pyc: &Pyc, bytes: &[u8]) -> usize {
    match Tape::read(bytes, HEADER_LEN, pyc.version) {
        Ok(tape) => tape.end,
        Err(_) => bytes.len(),
    }
}

fn compare(pyc: &Pyc, bytes: &[u8], source: &[u8], version: Version, level: u8) -> Verdict {
    let options = hognose_compile::Options {
        version,
        filename: pyc.code.filename.clone(),
        optimise: level,
        calls: CALLS_OF_PY_COMPILE,
        ..hognose_compile::Options::default()
    };
    let ours = match hognose_compile::compile_source_here(source, &options) {
        Ok(compiled) => compiled,
        Err(error) => return Verdict::different(format!("the source does not compile: {error}")),
    };
    let file = |code: &CodeObject, live, identifiers: &[PyStr]| {
        let environment = Environment {
            version,
            live,
            identifiers,
        };
        compiled_file(&pyc.header, code, &environment)
    };
    let fresh = |live| file(&ours.code, live, &ours.identifiers);
    if fresh(LiveStrings::PyCompile) == bytes || fresh(LiveStrings::CompileAll) == bytes {
        return Verdict::Identical;
    }
    // What only a source shows is left out on both sides.
    let normal = |code| file(code, LiveStrings::PyCompile, &[]);
    if normal(&ours.code) == normal(&pyc.code) {
        return match bytes.len() - code_end(pyc, bytes) {
            0 => Verdict::Equal,
            more => Verdict::different(format!(
                "{more} bytes after the code, which CPython never writes and nothing reads"
            )),
        };
    }
    Verdict::Different(first_difference(&ours.code, &pyc.code, version))
}
