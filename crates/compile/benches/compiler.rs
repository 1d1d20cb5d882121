//! How long each stage from source to .pyc takes, in one thread: without the file system, and all of it with files.
//!
//! `cargo bench -p hognose-compile -- [--only STAGE] [--rounds N] [--digest] [TREE]`; without TREE the standard library of
//! the CPython that is found, or a small tree of this repository. `--digest` instead prints one number for all bytes
//! written, to compare two builds by. `cargo xtask bench compile` sets the times beside those of others.

use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use bumpalo::Bump;
use hognose_ast::Names;
use hognose_compile::{Compiled, Options, STACK_SIZE, compile, compile_source_here};
use hognose_parser::{Mode, parse};
use hognose_pyc::marshal::{Environment, write_compiled};
use hognose_pyc::{Header, Validation, compiled_file};
use hognose_tokens::{Kind, Token, Tokenizer};
use hognose_version::Version;

type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// The stages; but for `tokenise`, which parsing does itself, each needs those before it.
const STAGES: [&str; 5] = ["decode", "tokenise", "parse", "compile", "marshal"];
const TOKENISE: usize = 1;

fn main() -> Outcome {
    let mut rounds = 5;
    let mut only = None;
    let mut tree = None;
    let mut digest = false;
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            // What cargo adds.
            "--bench" => {}
            "--rounds" => rounds = words.next().ok_or("--rounds wants a number")?.parse()?,
            "--only" => only = Some(words.next().ok_or("--only wants a stage")?),
            "--digest" => digest = true,
            _ => tree = Some(PathBuf::from(word)),
        }
    }
    let tree = tree.unwrap_or_else(default_tree);
    let mut files = Vec::new();
    collect(&tree, &mut files)?;
    files.sort();
    let sources: Vec<Vec<u8>> = files
        .iter()
        .map(std::fs::read)
        .collect::<std::io::Result<_>>()?;
    let output = std::env::temp_dir().join(format!("hognose-bench-{}", std::process::id()));
    let measure = move || {
        if digest {
            println!("{:016x}", digest_of(&sources));
            return Ok(());
        }
        if only.as_deref() != Some("files") {
            measure(&sources, rounds, only.as_deref())?;
        }
        if only.as_deref().is_none_or(|only| only == "files") {
            std::fs::create_dir_all(&output)?;
            let measured = measure_files(&tree, &output, rounds);
            std::fs::remove_dir_all(&output)?;
            measured?;
        }
        Ok(())
    };
    let thread = std::thread::Builder::new()
        .stack_size(STACK_SIZE)
        .spawn(measure)?;
    thread.join().map_err(|_| "a stage panicked")?
}

/// The standard library with its tests where CPython is installed, else what Python this repository holds.
fn default_tree() -> PathBuf {
    const ASK: &str = "import sysconfig; print(sysconfig.get_path('stdlib'))";
    let found = hognose_testkit::cpython_3_12()
        .and_then(|python| Command::new(python).args(["-c", ASK]).output().ok())
        .map(|output| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()));
    found.unwrap_or_else(|| {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        println!("no standard library found: the small tree of this repository instead");
        own
    })
}

/// The .py files below a folder, without what was installed beside the standard library.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Outcome {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if !["__pycache__", "site-packages", "target"]
                .iter()
                .any(|skipped| path.ends_with(skipped))
            {
                collect(&path, files)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
    Ok(())
}

/// Prints the fastest round of each stage, in processor time, so that other work on the machine counts little.
fn measure(sources: &[Vec<u8>], rounds: usize, only: Option<&str>) -> Outcome {
    let bytes: usize = sources.iter().map(Vec::len).sum();
    let megabytes = bytes as f64 / 1e6;
    println!("{} files, {megabytes:.1} MB", sources.len());
    let wanted = |stage: usize| only.is_none_or(|only| STAGES[stage] == only);
    let mut fastest = [f64::MAX; STAGES.len()];
    // Stage by stage in each round, so that a busy moment of the machine falls on all.
    for _ in 0..rounds {
        for (stage, fastest) in fastest
            .iter_mut()
            .enumerate()
            .filter(|(stage, _)| wanted(*stage))
        {
            let start = processor_time()?;
            for source in sources {
                std::hint::black_box(run_up_to(stage, source));
            }
            *fastest = fastest.min(processor_time()? - start);
        }
    }
    for (stage, name) in STAGES
        .iter()
        .enumerate()
        .filter(|(stage, _)| wanted(*stage))
    {
        // A stage cannot be run without those before it: its own time is the difference.
        let before = match stage {
            _ if only.is_some() => 0.0,
            0 => 0.0,
            1 | 2 => fastest[0],
            _ => fastest[stage - 1],
        };
        println!("{name:10} {:8.1} ms", (fastest[stage] - before) * 1e3);
    }
    if let (None, Some(all)) = (only, fastest.last()) {
        println!(
            "{:10} {:8.1} ms {:6.0} MB/s",
            "all",
            all * 1e3,
            megabytes / all
        );
    }
    Ok(())
}

/// Prints the fastest round of the whole tree with its files found, read and written, and of the same without compiling.
fn measure_files(tree: &Path, output: &Path, rounds: usize) -> Outcome {
    let (mut whole, mut limit) = (f64::MAX, f64::MAX);
    // The bytes that each file gets, found out before the clock runs.
    let mut sizes = Vec::new();
    write_tree(tree, output, |source, _| {
        let bytes = compiled_bytes(source, 0, 0);
        sizes.push(bytes.as_ref().map(Vec::len));
        bytes
    })?;
    for _ in 0..rounds {
        let start = processor_time()?;
        write_tree(tree, output, |source, status| {
            compiled_bytes(source, status.0, status.1)
        })?;
        whole = whole.min(processor_time()? - start);
        let start = processor_time()?;
        let mut sizes = sizes.iter().copied();
        write_tree(tree, output, |_, _| {
            sizes.next().flatten().map(|size| vec![1; size])
        })?;
        limit = limit.min(processor_time()? - start);
    }
    println!("{:10} {:8.1} ms", "files", whole * 1e3);
    println!("{:10} {:8.1} ms", "limit", limit * 1e3);
    Ok(())
}

/// Reads every file of a tree and writes what is made of it beside its final name, renamed when done.
///
/// `make` gets the source, and its time and size.
fn write_tree(
    tree: &Path,
    output: &Path,
    mut make: impl FnMut(&[u8], (u32, u32)) -> Option<Vec<u8>>,
) -> Outcome {
    let mut files = Vec::new();
    collect(tree, &mut files)?;
    files.sort();
    for (number, path) in files.iter().enumerate() {
        let source = std::fs::read(path)?;
        let status = std::fs::metadata(path)?;
        let modified = status.modified()?.duration_since(UNIX_EPOCH)?;
        let Some(bytes) = make(&source, (modified.as_secs() as u32, status.len() as u32)) else {
            continue;
        };
        let temporary = output.join(format!("{number}.new"));
        std::fs::write(&temporary, bytes)?;
        std::fs::rename(&temporary, output.join(format!("{number}.pyc")))?;
    }
    Ok(())
}

/// A whole .pyc; `None` for a file that is refused.
fn compiled_bytes(source: &[u8], mtime: u32, size: u32) -> Option<Vec<u8>> {
    let compiled = compile_source_here(source, &options()).ok()?;
    let header = Header::new(Version::DEFAULT, Validation::Timestamp { mtime, size });
    Some(compiled_file(
        &header,
        &compiled.code,
        &environment(&compiled),
    ))
}

fn environment(compiled: &Compiled) -> Environment<'_> {
    Environment {
        identifiers: &compiled.identifiers,
        ..Environment::default()
    }
}

fn options() -> Options {
    Options {
        filename: "file.py".into(),
        ..Options::default()
    }
}

/// Seconds this thread has run, as Linux counts them.
fn processor_time() -> Outcome<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split_whitespace().next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}

/// A hash of everything that is written for these sources.
fn digest_of(sources: &[Vec<u8>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for source in sources {
        run_up_to(STAGES.len() - 1, source).hash(&mut hasher);
    }
    hasher.finish()
}

/// Takes one file through the stages up to the last wanted, and gives what the last of all wrote.
///
/// A file that is refused ends where it is.
fn run_up_to(last: usize, source: &[u8]) -> Option<Vec<u8>> {
    let decoded = hognose_source::decode(source).ok()?;
    if last == 0 {
        std::hint::black_box(&decoded);
        return None;
    }
    if last == TOKENISE {
        let mut tokenizer = Tokenizer::new(&decoded.text);
        let mut token = Token::default();
        while token.kind != Kind::EndMarker {
            tokenizer.advance(&mut token).ok()?;
        }
        return None;
    }
    let arena = Bump::with_capacity(decoded.text.len() * 4);
    let mut names = Names::new();
    let mut parsed = parse(&decoded.text, Mode::Module, &arena, &mut names).ok()?;
    if last == 2 {
        std::hint::black_box(&parsed);
        return None;
    }
    let compiled = compile(&mut parsed.tree, &mut names, &arena, &options()).ok()?;
    if last == 3 {
        std::hint::black_box(&compiled);
        return None;
    }
    let mut bytes = Vec::new();
    write_compiled(&compiled.code, &environment(&compiled), &mut bytes);
    Some(bytes)
}
