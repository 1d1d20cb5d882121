//! Hashes of CPython's own files for a small corpus, so that machines without CPython can check too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hognose_pyc::{Header, Validation};
use hognose_version::{Features, Version};

use super::reference::{Mode, Reference};
use super::{collect, fnv, ours};
use crate::{Result, workspace_root};

/// The programs, and those that only 3.13 takes.
const CORPUS: &str = "tests/corpus";
const CORPUS_3_13: &str = "tests/corpus-3.13";
/// The releases of which there are hashes.
const RELEASES: [Version; 3] = [
    Version::DEFAULT,
    Version::new(3, 13, 0),
    Version::new(3, 13, 18),
];
const HEADER: usize = 16;

fn head(version: Version) -> String {
    format!(
        "# FNV-1a of each .pyc behind its header, as `python -m py_compile` of {version} writes it; see tests/corpus/README.md\n"
    )
}

fn hashes(version: Version) -> PathBuf {
    workspace_root().join(format!("tests/golden/{version}/corpus.txt"))
}

/// Writes the hashes of one release anew from its CPython.
pub fn bless(python: &Path) -> Result {
    let version = Reference::new(python, 0, Mode::Timestamp)?.version;
    let mut text = head(version);
    let cache = std::env::temp_dir().join(format!("hognose-bless-{}", std::process::id()));
    for file in corpus(version)? {
        for optimize in 0..=2 {
            let bytes = reference(python, version, &file, optimize, &cache)?;
            text += &entry(&file, optimize, &bytes);
        }
    }
    fs::remove_dir_all(&cache)?;
    let path = hashes(version);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)?;
    Ok(())
}

/// Compares what we make of the corpus with the hashes of every release.
pub fn check() -> Result {
    RELEASES.into_iter().try_for_each(check_release)
}

fn check_release(version: Version) -> Result {
    let mut text = head(version);
    let validation = Validation::Timestamp { mtime: 0, size: 0 };
    let header = Header::new(version, validation);
    for file in corpus(version)? {
        let source = fs::read(workspace_root().join(&file))?;
        for optimize in 0..=2 {
            let name = file.to_str().ok_or("a path that is no UTF-8")?;
            match ours::compile(&source, name, &header, version, optimize) {
                ours::Answer::Compiled(bytes) => text += &entry(&file, optimize, &bytes),
                ours::Answer::Refused(message) | ours::Answer::Panicked(message) => {
                    text += &format!("{} -O{optimize}: {message}\n", file.display());
                }
            }
        }
    }
    let expected = fs::read_to_string(hashes(version))?;
    let wrong: Vec<&str> = text
        .lines()
        .filter(|line| !expected.lines().any(|other| other == *line))
        .collect();
    if wrong.is_empty() && text.lines().count() == expected.lines().count() {
        println!(
            "{} files as CPython {version} writes them",
            text.lines().count() - 1
        );
        return Ok(());
    }
    Err(format!("not what CPython {version} writes:\n{}", wrong.join("\n")).into())
}

/// The programs, named from the workspace's root as the compilers shall see them.
fn corpus(version: Version) -> Result<Vec<PathBuf>> {
    let root = workspace_root();
    let mut files = Vec::new();
    collect(&root.join(CORPUS), &mut files)?;
    if Features::of(version).type_param_defaults {
        collect(&root.join(CORPUS_3_13), &mut files)?;
    }
    files.sort();
    Ok(files
        .iter()
        .filter_map(|file| file.strip_prefix(&root).ok())
        .map(Path::to_owned)
        .collect())
}

fn entry(file: &Path, optimize: u8, pyc: &[u8]) -> String {
    format!(
        "{:016x} -O{optimize} {}\n",
        fnv(pyc.get(HEADER..).unwrap_or_default()),
        file.display()
    )
}

fn reference(
    python: &Path,
    version: Version,
    file: &Path,
    optimize: u8,
    cache: &Path,
) -> Result<Vec<u8>> {
    let flag = ["", "-O", "-OO"][usize::from(optimize)];
    let mut command = Command::new(python);
    command
        .args(Some(flag).filter(|flag| !flag.is_empty()))
        .args(["-m", "py_compile"])
        .arg(file);
    let status = command
        .current_dir(workspace_root())
        .env("PYTHONPYCACHEPREFIX", cache)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("CPython refuses {}", file.display()).into());
    }
    let suffix = ["", ".opt-1", ".opt-2"][usize::from(optimize)];
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let folder = workspace_root().join(file.parent().unwrap_or(file));
    let folder = cache.join(folder.strip_prefix("/").unwrap_or(&folder));
    Ok(fs::read(folder.join(format!(
        "{stem}.{}{suffix}.pyc",
        version.cache_tag()
    )))?)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_corpus_compiles_to_cpythons_bytes() {
        let thread = std::thread::Builder::new().stack_size(hognose_compile::STACK_SIZE);
        let outcome = thread
            .spawn(|| super::check().map_err(|error| error.to_string()))
            .expect("a thread")
            .join();
        assert_eq!(outcome.expect("no panic"), Ok(()));
    }
}
