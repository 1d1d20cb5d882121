//! `cargo xtask bench compileall`: a standard library to .pyc files, beside CPython and what the file system allows.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use wait4::Wait4;

use super::child::median;
use crate::Result;

/// What one run took, in seconds.
struct Took {
    wall: f64,
    processor: f64,
}

/// What is asked for on the command line.
struct Plan {
    python: String,
    hognose: String,
    runs: usize,
    threads: Vec<usize>,
}

pub fn run(words: &[&str]) -> Result {
    let plan = parse(words)?;
    let folder = std::env::temp_dir().join(format!("hognose-bench-{}", std::process::id()));
    let outcome = measure(&plan, &folder);
    fs::remove_dir_all(&folder)?;
    print!("{}", outcome?);
    Ok(())
}

fn parse(words: &[&str]) -> Result<Plan> {
    let mut plan = Plan {
        python: "python3.12".to_owned(),
        hognose: String::new(),
        runs: 5,
        threads: vec![1, 2],
    };
    let mut words = words.iter();
    while let Some(&word) = words.next() {
        let value = *words.next().ok_or(format!("{word} needs a value"))?;
        match word {
            "--python" => plan.python = value.to_owned(),
            "--hognose" => plan.hognose = fs::canonicalize(value)?.to_string_lossy().into_owned(),
            "--runs" => plan.runs = value.parse::<usize>()?.max(1),
            "--threads" => {
                plan.threads = value
                    .split(',')
                    .map(str::parse)
                    .collect::<std::result::Result<_, _>>()?;
            }
            _ => return Err(format!("unknown option {word}").into()),
        }
    }
    if plan.hognose.is_empty() {
        return Err("--hognose FILE is needed".into());
    }
    Ok(plan)
}

/// Copies the sources of the library, and compiles them again and again.
fn measure(plan: &Plan, folder: &Path) -> Result<String> {
    let told = Command::new(&plan.python)
        .args([
            "-c",
            "import os, sys; print(os.path.dirname(os.__file__), sys.version.split()[0])",
        ])
        .output()?;
    let told = String::from_utf8(told.stdout)?;
    let (library, version) = told
        .trim()
        .rsplit_once(' ')
        .ok_or("the Python does not say where its library is")?;
    let tree = folder.join("tree");
    let sources = copy(Path::new(library), &tree)?;
    // What is written, and that both write the same.
    let command = |program: &str, words: &[&str], threads: usize| {
        let mut command = Command::new(program);
        command
            .args(words)
            .args(["-q", "-j", &threads.to_string(), "tree"]);
        command
    };
    let python = |threads| command(&plan.python, &["-m", "compileall"], threads);
    let hognose = |threads| command(&plan.hognose, &["compileall"], threads);
    once(python(2), &tree)?;
    let theirs = caches(&tree)?;
    once(hognose(2), &tree)?;
    let ours = caches(&tree)?;
    let same = theirs
        .iter()
        .zip(&ours)
        .filter(|(one, other)| one == other)
        .count();
    let bytes = |sizes: &mut dyn Iterator<Item = usize>| sizes.sum::<usize>() as f64 / 1e6;
    let mut text = format!(
        "CPython {version}'s library: {} sources of {:.1} MB become {} .pyc files of {:.1} MB; {same} are equal byte for byte. \
         Medians of {} interleaved runs.\n\n| threads | | wall s | processor s | CPython / this, wall |\n|---|---|---|---|---|\n",
        sources.len(),
        bytes(&mut sources.iter().map(|(_, size)| *size)),
        ours.len(),
        bytes(&mut ours.iter().map(|(_, bytes)| bytes.len())),
        plan.runs,
    );
    let outputs: Vec<_> = ours
        .into_iter()
        .map(|(path, bytes)| (path, bytes.len()))
        .collect();
    for &threads in &plan.threads {
        let mut took: [Vec<Took>; 3] = Default::default();
        let [of_python, of_hognose, of_files] = &mut took;
        for _ in 0..plan.runs {
            of_python.push(once(python(threads), &tree)?);
            of_hognose.push(once(hognose(threads), &tree)?);
            forget(&tree)?;
            of_files.push(files_alone(&sources, &outputs, threads)?);
        }
        let wall = |took: &[Took]| median(took.iter().map(|took| took.wall).collect());
        let processor = |took: &[Took]| median(took.iter().map(|took| took.processor).collect());
        let [of_python, of_hognose, of_files] = &took;
        for (name, took) in [("CPython", of_python), ("hognose", of_hognose)] {
            let (seconds, ratio) = (wall(took), wall(of_python) / wall(took));
            writeln!(
                text,
                "| {threads} | {name} | {seconds:.2} | {:.2} | {ratio:.1} |",
                processor(took)
            )?;
        }
        let (seconds, ratio) = (wall(of_files), wall(of_python) / wall(of_files));
        writeln!(
            text,
            "| {threads} | files alone | {seconds:.2} | | {ratio:.1} |"
        )?;
    }
    text.push_str("\nFiles alone: every source read, as many bytes written beside and renamed, nothing compiled.\n");
    Ok(text)
}

/// The sources below a folder, copied; their new paths and sizes.
fn copy(from: &Path, to: &Path) -> Result<Vec<(PathBuf, usize)>> {
    let mut sources = Vec::new();
    let mut folders = vec![(from.to_owned(), to.to_owned())];
    while let Some((from, to)) = folders.pop() {
        fs::create_dir_all(&to)?;
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let (path, target) = (entry.path(), to.join(entry.file_name()));
            let kind = entry.file_type()?;
            if kind.is_dir()
                && entry.file_name() != "__pycache__"
                && entry.file_name() != "site-packages"
            {
                folders.push((path, target));
            } else if kind.is_file() && path.extension().is_some_and(|ending| ending == "py") {
                let size = fs::copy(path, &target)?;
                sources.push((target, usize::try_from(size)?));
            }
        }
    }
    Ok(sources)
}

/// The `__pycache__` folders below a folder.
fn cache_folders(tree: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![tree.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name() == "__pycache__" {
                found.push(entry.path());
            } else if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(found)
}

fn forget(tree: &Path) -> Result {
    for folder in cache_folders(tree)? {
        fs::remove_dir_all(folder)?;
    }
    Ok(())
}

fn caches(tree: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut found = Vec::new();
    for folder in cache_folders(tree)? {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let bytes = fs::read(&path)?;
            found.push((path, bytes));
        }
    }
    found.sort();
    Ok(found)
}

/// Compiles the tree from nothing. The library holds files that are meant not to compile: the status says nothing.
fn once(mut command: Command, tree: &Path) -> Result<Took> {
    forget(tree)?;
    for name in [
        "PYTHONDONTWRITEBYTECODE",
        "SOURCE_DATE_EPOCH",
        "PYTHONPYCACHEPREFIX",
    ] {
        command.env_remove(name);
    }
    // Not from within: Python would import the modules that it needs from the tree, and cache them.
    let above = tree.parent().ok_or("the tree lies in a folder")?;
    let started = Instant::now();
    let mut child = command
        .current_dir(above)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let used = child.wait4()?.rusage;
    Ok(Took {
        wall: started.elapsed().as_secs_f64(),
        processor: (used.utime + used.stime).as_secs_f64(),
    })
}

/// Reads all sources and writes files of the outputs' sizes, each in one step.
fn files_alone(
    sources: &[(PathBuf, usize)],
    outputs: &[(PathBuf, usize)],
    threads: usize,
) -> Result<Took> {
    let started = Instant::now();
    for (path, _) in outputs {
        fs::create_dir_all(path.parent().ok_or("a file has a folder")?)?;
    }
    let next = AtomicUsize::new(0);
    let work = || -> std::io::Result<()> {
        let zeros = vec![0; outputs.iter().map(|(_, size)| *size).max().unwrap_or(0)];
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if let Some((source, _)) = sources.get(index) {
                fs::read(source)?;
            }
            let Some((path, size)) = outputs.get(index) else {
                if index >= sources.len() {
                    return Ok(());
                }
                continue;
            };
            let temporary = path.with_extension("tmp");
            let mut file = fs::File::create_new(&temporary)?;
            file.write_all(zeros.get(..*size).unwrap_or_default())?;
            fs::rename(temporary, path)?;
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let mut done = workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| "a thread died"));
        done.try_for_each(|done| -> Result { Ok(done??) })
    })?;
    Ok(Took {
        wall: started.elapsed().as_secs_f64(),
        processor: 0.0,
    })
}
