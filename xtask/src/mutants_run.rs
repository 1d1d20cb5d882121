//! `cargo xtask mutants-run`: broken code objects run by hognose; none may end its process.

use crate::{Result, workspace_root};
use std::process::Command;
use std::time::{Duration, Instant};

/// Mutants run by one process.
const BATCH: u64 = 2000;
/// What a process may take for its batch.
const PATIENCE: Duration = Duration::from_secs(600);

pub fn run(hognose: &str, count: &str, first: &str) -> Result {
    let (count, first): (u64, u64) = (count.parse()?, first.parse()?);
    let script = workspace_root().join("xtask/src/mutants/run.py");
    let place = std::env::temp_dir().join(format!("hognose-mutants-{}", std::process::id()));
    let (mut next, end, mut bad) = (first, first + count, 0);
    while next < end {
        let batch = BATCH.min(end - next);
        let mut child = Command::new(hognose)
            .arg("run")
            .arg(&script)
            .args([batch.to_string(), next.to_string()])
            .arg(&place)
            .current_dir(std::env::temp_dir())
            .spawn()?;
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status.to_string();
            }
            if start.elapsed() > PATIENCE {
                child.kill()?;
                child.wait()?;
                break "hangs".to_owned();
            }
            std::thread::sleep(Duration::from_millis(20));
        };
        next += batch;
        if status != "exit status: 0" {
            let mark = std::fs::read_to_string(&place)?;
            println!("mutant {}: {status}", mark.trim());
            bad += 1;
            next = mark.trim().parse::<u64>()? + 1;
        }
    }
    let _ = std::fs::remove_file(&place);
    println!("{count} mutants run, {bad} ended their process");
    if bad == 0 {
        Ok(())
    } else {
        Err("some mutants end the process".into())
    }
}
