//! `hognose verify`: does each .pyc come from the source beside it?

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use hognose_bytecode::{ArgKind, CodeObject, Const, PyStr};
use hognose_pyc::marshal::{Environment, LiveStrings};
use hognose_pyc::path::source_from_cache;
use hognose_pyc::{Pyc, Validation, compiled_file, source_hash};
use hognose_version::{Features, Version};
use serde_json::json;

use super::{Outcome, input, tree};

/// Recompile the source of each .pyc and compare; nothing is run, nothing is written
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose verify lib\n  hognose verify --json lib/__pycache__/spam.cpython-312.pyc\n\n\
                  The exit status is 1 when any file differs from its source or is malformed."
)]
pub struct Opts {
    /// .pyc files, and folders that hold them
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
    Different(String),
    /// There is no telling.
    Unknown(String),
}

impl Verdict {
    fn name(&self) -> &'static str {
        match self {
            Verdict::Identical => "identical",
            Verdict::Equal => "equal but for references",
            Verdict::Different(_) => "different",
            Verdict::Unknown(_) => "cannot say",
        }
    }

    fn reason(&self) -> Option<&str> {
        match self {
            Verdict::Identical | Verdict::Equal => None,
            Verdict::Different(reason) | Verdict::Unknown(reason) => Some(reason),
        }
    }
}

pub fn run(opts: Opts) -> Outcome {
    let files = tree::files(&opts.paths, &[".pyc"])?;
    input::on_big_stack(|| {
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        let mut totals = BTreeMap::new();
        let mut clean = true;
        for path in &files {
            let verdict = judge(path);
            *totals.entry(verdict.name()).or_insert(0) += 1;
            clean &= !matches!(verdict, Verdict::Different(_));
            let (name, reason) = (verdict.name(), verdict.reason());
            if opts.json {
                let line =
                    json!({ "path": path.to_string_lossy(), "verdict": name, "reason": reason });
                writeln!(out, "{line}")?;
            } else if let Some(reason) = reason {
                writeln!(out, "{}: {name}: {reason}", path.display())?;
            } else if opts.verbose {
                writeln!(out, "{}: {name}", path.display())?;
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

fn judge(path: &Path) -> Verdict {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return Verdict::Unknown(error.to_string()),
    };
    let pyc = match Pyc::read(&bytes) {
        Ok(pyc) => pyc,
        Err(error) if matches!(error.problem, hognose_pyc::Problem::BadMagic(_)) => {
            return Verdict::Unknown(error.to_string());
        }
        Err(error) => return Verdict::Different(error.to_string()),
    };
    if pyc.version != Version::DEFAULT {
        return Verdict::Unknown(format!("no compiler for {} here", pyc.version));
    }
    if let Err(refusal) = hognose_verify::verify(&pyc.code) {
        return Verdict::Different(refusal.to_string());
    }
    let Some((source_path, level)) = source_of(path) else {
        return Verdict::Unknown("the name leads to no source".to_owned());
    };
    let source = match fs::read(&source_path) {
        Ok(source) => source,
        Err(error) => return Verdict::Unknown(format!("{}: {error}", source_path.display())),
    };
    if let Some(reason) =
        wrong_header(&pyc, &source).or_else(|| wrong_name(&pyc.code, &source_path))
    {
        return Verdict::Different(reason);
    }
    // A file without a level in its name may have any: `-b` writes all of them so.
    let levels = level.map_or(vec![0, 1, 2], |level| vec![level]);
    let mut first_difference = None;
    for level in levels {
        match compare(&pyc, &bytes, &source, level) {
            Verdict::Different(reason) => first_difference = first_difference.or(Some(reason)),
            verdict => return verdict,
        }
    }
    Verdict::Different(first_difference.unwrap_or_default())
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
    let shown = code.filename.to_string_lossy();
    let differs = Path::new(&shown).file_name() != source.file_name();
    differs.then(|| format!("its code says it comes from {shown:?}"))
}

fn compare(pyc: &Pyc, bytes: &[u8], source: &[u8], level: u8) -> Verdict {
    let options = hognose_compile::Options {
        filename: pyc.code.filename.to_string_lossy(),
        optimise: level,
        ..hognose_compile::Options::default()
    };
    let ours = match hognose_compile::compile_source_here(source, &options) {
        Ok(compiled) => compiled.code,
        Err(error) => return Verdict::Different(format!("the source does not compile: {error}")),
    };
    for live in [LiveStrings::PyCompile, LiveStrings::CompileAll] {
        let environment = Environment {
            live,
            ..Environment::default()
        };
        if compiled_file(&pyc.header, &ours, &environment) == bytes {
            return Verdict::Identical;
        }
    }
    let normal = |code: &CodeObject| compiled_file(&pyc.header, code, &Environment::default());
    if normal(&ours) == normal(&pyc.code) {
        return Verdict::Equal;
    }
    Verdict::Different(first_difference(&ours, &pyc.code))
}

/// Where two code trees part, told for people.
fn first_difference(ours: &CodeObject, theirs: &CodeObject) -> String {
    let mut waiting = vec![(ours, theirs)];
    while let Some((ours, theirs)) = waiting.pop() {
        if let Some(what) = difference(ours, theirs) {
            let line = ours.firstlineno;
            return format!("{} (line {line}): {what}", ours.qualname);
        }
        let pairs = ours.children().zip(theirs.children());
        waiting.extend(pairs.map(|(ours, theirs)| (&**ours, &**theirs)));
    }
    "only in how objects are shared".to_owned()
}

/// How two code objects differ, those inside them left aside.
fn difference(ours: &CodeObject, theirs: &CodeObject) -> Option<String> {
    let version = Version::DEFAULT;
    let lists = [ours, theirs].map(|code| hognose_dis::listing(code, version));
    let [our_list, their_list] = &lists;
    let shown = |code: &CodeObject, list: &hognose_dis::Listing, index: usize| match list
        .instructions
        .get(index)
    {
        None => "nothing".to_owned(),
        Some(instruction) => {
            let arg = instruction
                .arg
                .map(|arg| format!(" {arg}"))
                .unwrap_or_default();
            // Code objects are compared on their own; their place in the text would come first.
            let constant = instruction
                .arg
                .and_then(|arg| code.consts.get(arg as usize));
            let inner = constant
                .filter(|_| is_const(instruction))
                .and_then(Const::as_code);
            let words = match inner {
                Some(inner) => inner.name.to_string_lossy(),
                None => list.argrepr(instruction).to_owned(),
            };
            let words = if words.is_empty() {
                words
            } else {
                format!(" ({words})")
            };
            format!("{}{arg}{words}", instruction.name)
        }
    };
    for index in 0..our_list
        .instructions
        .len()
        .max(their_list.instructions.len())
    {
        let (our, their) = (
            shown(ours, our_list, index),
            shown(theirs, their_list, index),
        );
        if our != their {
            let place = our_list
                .instructions
                .get(index)
                .or(their_list.instructions.get(index));
            let (offset, line) = place.map_or((0, None), |place| (place.offset, place.line));
            let line = line
                .map(|line| format!(", line {line}"))
                .unwrap_or_default();
            return Some(format!(
                "offset {offset}{line}: the source gives {our}, the file has {their}"
            ));
        }
    }
    let numbers = |code: &CodeObject| {
        [
            ("argument count", code.argcount),
            ("positional-only arguments", code.posonlyargcount),
            ("keyword-only arguments", code.kwonlyargcount),
            ("stack size", code.stacksize),
            ("flags", code.flags),
            ("first line", code.firstlineno as u32),
        ]
    };
    for ((what, our), (_, their)) in numbers(ours).into_iter().zip(numbers(theirs)) {
        if our != their {
            return Some(format!(
                "{what}: the source gives {our}, the file has {their}"
            ));
        }
    }
    let names = |code: &CodeObject| -> [(&'static str, Vec<PyStr>); 3] {
        [
            ("names", code.names.clone()),
            ("variables", code.localsplusnames.clone()),
            (
                "its own name",
                vec![
                    code.name.clone(),
                    code.qualname.clone(),
                    code.filename.clone(),
                ],
            ),
        ]
    };
    for ((what, our), (_, their)) in names(ours).into_iter().zip(names(theirs)) {
        if our != their {
            return Some(format!(
                "{what}: the source gives {our:?}, the file has {their:?}"
            ));
        }
    }
    if let Some(what) = constants(ours, theirs, version) {
        return Some(what);
    }
    let parts = [
        ("bytes of the code", ours.code == theirs.code),
        (
            "kinds of variables",
            ours.localspluskinds == theirs.localspluskinds,
        ),
        ("line table", ours.linetable == theirs.linetable),
        (
            "exception table",
            ours.exceptiontable == theirs.exceptiontable,
        ),
    ];
    let wrong = parts.iter().find(|(_, same)| !same);
    wrong.map(|(what, _)| format!("{what}: the source gives another one"))
}

fn is_const(instruction: &hognose_dis::Instruction) -> bool {
    instruction
        .info
        .is_some_and(|info| info.arg == ArgKind::Const)
}

/// The first constants that differ; code objects are compared on their own.
fn constants(ours: &CodeObject, theirs: &CodeObject, version: Version) -> Option<String> {
    let shown = |constant: Option<&Const>| {
        let mut text = String::new();
        match constant {
            Some(constant) => {
                hognose_dis::repr::write_const(&mut text, constant, Features::of(version))
            }
            None => text.push_str("nothing"),
        }
        text
    };
    for index in 0..ours.consts.len().max(theirs.consts.len()) {
        let (our, their) = (ours.consts.get(index), theirs.consts.get(index));
        let both_code =
            our.and_then(Const::as_code).is_some() && their.and_then(Const::as_code).is_some();
        if !both_code && our != their {
            let (our, their) = (shown(our), shown(their));
            return Some(format!(
                "constant {index}: the source gives {our}, the file has {their}"
            ));
        }
    }
    None
}
