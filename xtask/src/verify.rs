//! `cargo xtask verify`: the verifier over real .pyc files.

use crate::Result;
use crate::pyc_compare::pyc_files;
use hognose_pyc::Pyc;
use std::path::Path;
use std::time::{Duration, Instant};

pub fn run(folder: &str) -> Result {
    let (mut good, mut total) = (0, 0);
    let (mut reading, mut verifying) = (Duration::ZERO, Duration::ZERO);
    for path in pyc_files(Path::new(folder))? {
        let bytes = std::fs::read(&path)?;
        let (pyc, time) = best(|| Pyc::read(&bytes));
        let pyc = pyc.map_err(|e| format!("{}: {e}", path.display()))?;
        reading += time;
        let (verdict, time) = best(|| hognose_verify::verify(&pyc.code));
        verifying += time;
        total += 1;
        match verdict {
            Ok(_) => good += 1,
            Err(refusal) => println!("{}: {refusal}", path.display()),
        }
    }
    println!("{good} of {total} proven; reading {reading:?}, verifying {verifying:?}");
    if good == total {
        Ok(())
    } else {
        Err("some files are refused".into())
    }
}

/// The result, and the shortest of a few runs: other programs only ever add time.
fn best<T>(mut work: impl FnMut() -> T) -> (T, Duration) {
    let mut time = Duration::MAX;
    for _ in 0..4 {
        let start = Instant::now();
        std::hint::black_box(work());
        time = time.min(start.elapsed());
    }
    (work(), time)
}
