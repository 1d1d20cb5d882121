//! `cargo xtask pyc-compare`: real .pyc files read and written again.

use crate::Result;
use hognose_pyc::marshal::{Environment, Tape, code_tree, write_compiled};
use hognose_pyc::{HEADER_LEN, Header};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Every .pyc file below a folder, sorted.
pub fn pyc_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|e| format!("{}: {e}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "pyc") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// Reads and writes each file: as a tape, and for 3.12 also as plain values.
pub fn run(folder: &str) -> Result {
    let environment = Environment::default();
    let (mut tapes, mut trees, mut total) = (0, 0, 0);
    let (mut reading, mut writing) = (Duration::ZERO, Duration::ZERO);
    for path in pyc_files(Path::new(folder))? {
        let bytes = std::fs::read(&path)?;
        let version = Header::read(&bytes).and_then(|header| header.version());
        let version = version.map_err(|e| format!("{}: {e}", path.display()))?;
        total += 1;

        let start = Instant::now();
        let tape = Tape::read(&bytes, HEADER_LEN, version);
        let tape = tape.map_err(|e| format!("{}: {e}", path.display()))?;
        let code = code_tree(&tape).map_err(|e| format!("{}: {e}", path.display()))?;
        reading += start.elapsed();

        let mut again = bytes[..HEADER_LEN].to_vec();
        tape.write(&mut again);
        tapes += usize::from(report(&path, "tape", &bytes, &again));

        if version.minor == 12 {
            let start = Instant::now();
            let mut again = bytes[..HEADER_LEN].to_vec();
            write_compiled(&code, &environment, &mut again);
            writing += start.elapsed();
            trees += usize::from(report(&path, "plain values", &bytes, &again));
        }
    }
    println!("{tapes} of {total} the same as a tape, {trees} as plain values");
    println!("reading to values {reading:?}, writing from values {writing:?}");
    if tapes != total {
        Err("some files differ".into())
    } else {
        Ok(())
    }
}

fn report(path: &Path, form: &str, expected: &[u8], found: &[u8]) -> bool {
    if expected == found {
        return true;
    }
    let at = expected
        .iter()
        .zip(found)
        .take_while(|(a, b)| a == b)
        .count();
    let around = |bytes: &[u8]| {
        let part = bytes.get(at.saturating_sub(24)..(at + 24).min(bytes.len()));
        part.unwrap_or_default().escape_ascii().to_string()
    };
    println!("{}: differs as {form} at {at}", path.display());
    println!("  expected {}", around(expected));
    println!("  found    {}", around(found));
    false
}
