//! `cargo xtask cpython-tests`: CPython's own test modules, from where CPython is installed, run by hognose.
//!
//! Each module runs in a process of its own, under both interpreters, by the same small runner (`run_module.py`). A
//! test that crashes or hangs is noted and the module is run again without what was done.

mod process;
mod report;

use crate::{Result, workspace_root};
use process::{Interpreter, Limits, Outcome, Outcomes};
use report::Row;
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

/// The modules of the table in docs/conformance.md, without `test_`.
const MODULES: &[&str] = &[
    "grammar",
    "builtin",
    "dict",
    "list",
    "tuple",
    "set",
    "int",
    "long",
    "float",
    "bool",
    "bytes",
    "unicode",
    "class",
    "descr",
    "super",
    "property",
    "scope",
    "generators",
    "yield_from",
    "exceptions",
    "exception_group",
    "with",
    "patma",
    "named_expressions",
    "positional_only_arg",
    "extcall",
    "iter",
    "slice",
    "range",
    "fstring",
    "string",
    "weakref",
    "gc",
    "isinstance",
    "subclassinit",
    "decorators",
    "listcomps",
    "unpack",
    "unpack_ex",
    "coroutines",
    "asyncgen",
    "functools",
    "itertools",
    "collections",
    "enum",
    "dataclasses",
    "json",
    "re",
];

/// Failures that are known, and why: a table of reasons by test for each module.
type Expected = BTreeMap<String, BTreeMap<String, String>>;

struct Options {
    python: String,
    hognose: PathBuf,
    jobs: usize,
    limits: Limits,
    modules: Vec<String>,
    all: bool,
}

pub fn run(words: &[&str]) -> Result {
    let options = options(words)?;
    let expected: Expected = toml::from_str(&std::fs::read_to_string(
        workspace_root().join("tests/cpython/expected-failures.toml"),
    )?)?;
    let work = target_folder().join("cpython-tests");
    std::fs::create_dir_all(&work)?;
    let queue: Mutex<VecDeque<&String>> = Mutex::new(options.modules.iter().collect());
    let rows: Mutex<BTreeMap<&String, Row>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..options.jobs {
            scope.spawn(|| {
                while let Some(module) = queue.lock().ok().and_then(|mut queue| queue.pop_front()) {
                    let row = one(&options, &work, module, expected.get(module));
                    println!("{}", row.line(module));
                    if let Ok(mut rows) = rows.lock() {
                        rows.insert(module, row);
                    }
                }
            });
        }
    });
    let rows = rows.into_inner().map_err(|e| e.to_string())?;
    let rows: Vec<(&String, &Row)> = options.modules.iter().map(|m| (m, &rows[m])).collect();
    println!("{}", report::summary(&rows));
    for (module, row) in &rows {
        for name in &row.unexpectedly_passed {
            println!("{module}: expected to fail, but passed: {name}");
        }
    }
    println!("details: {}", work.display());
    if options.all {
        let path = workspace_root().join("docs/conformance.md");
        std::fs::write(&path, report::document(&rows))?;
        println!("wrote docs/conformance.md");
    }
    Ok(())
}

/// Runs a module under both; CPython's outcomes are kept between runs.
fn one(
    options: &Options,
    work: &Path,
    module: &str,
    expected: Option<&BTreeMap<String, String>>,
) -> Row {
    let cpython = Interpreter {
        command: vec![options.python.clone()],
        label: "cpython",
    };
    let hognose = Interpreter {
        command: vec![options.hognose.display().to_string(), "run".into()],
        label: "hognose",
    };
    let theirs = cpython.kept_outcomes(work, module, &options.limits);
    let ours = hognose.outcomes(work, module, &options.limits);
    let failures = report::failures(&theirs, &ours, expected);
    let list = work.join(format!("{module}.failures.txt"));
    // A report that cannot be written is missed by its reader; the table is not hurt.
    let _ = std::fs::write(list, failures.join("\n") + "\n");
    Row::new(&theirs, &ours, expected)
}

fn options(words: &[&str]) -> Result<Options> {
    let mut options = Options {
        python: "python3.12".into(),
        hognose: target_folder().join("release/hognose"),
        jobs: 2,
        limits: Limits {
            silence: Duration::from_secs(60),
            memory_kib: 4 << 20,
        },
        modules: Vec::new(),
        all: false,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().copied().ok_or(format!("{word} needs a value"));
        match *word {
            "--python" => options.python = value()?.into(),
            "--hognose" => options.hognose = value()?.into(),
            "-j" => options.jobs = value()?.parse::<usize>()?.max(1),
            "--timeout" => options.limits.silence = Duration::from_secs(value()?.parse()?),
            "--memory-mib" => options.limits.memory_kib = value()?.parse::<u64>()? << 10,
            option if option.starts_with('-') => return Err(format!("unknown {option}").into()),
            module => options
                .modules
                .push(module.trim_start_matches("test_").into()),
        }
    }
    options.hognose = options
        .hognose
        .canonicalize()
        .map_err(|e| format!("{}: {e}", options.hognose.display()))?;
    if options.modules.is_empty() {
        options.all = true;
        options.modules = MODULES.iter().map(|&m| m.into()).collect();
    }
    Ok(options)
}

fn target_folder() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => folder.into(),
        None => workspace_root().join("target"),
    }
}
