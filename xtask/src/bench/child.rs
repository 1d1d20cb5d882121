//! One run of a program: its output, processor time and peak memory.

use crate::Result;
use std::io::Read;
use std::process::{Command, Stdio};
use wait4::Wait4;

pub struct Run {
    /// User and system time.
    pub seconds: f64,
    pub peak_mib: f64,
    pub output: String,
}

/// Runs to the end; an error tells what failed.
pub fn run(mut command: Command) -> Result<Run> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut output = String::new();
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_string(&mut output)?;
    }
    let mut errors = String::new();
    if let Some(mut pipe) = child.stderr.take() {
        pipe.read_to_string(&mut errors)?;
    }
    let used = child.wait4()?;
    if !used.status.success() {
        let last = errors.lines().last().unwrap_or("nothing said").to_owned();
        return Err(format!("{}: {last}", used.status).into());
    }
    let rusage = used.rusage;
    Ok(Run {
        seconds: (rusage.utime + rusage.stime).as_secs_f64(),
        peak_mib: rusage.maxrss as f64 / (1 << 20) as f64,
        output,
    })
}

/// The middle one, or the mean of the two there.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let n = values.len();
    match (values.get(n.saturating_sub(1) / 2), values.get(n / 2)) {
        (Some(low), Some(high)) => (low + high) / 2.0,
        _ => f64::NAN,
    }
}

pub fn geometric_mean(values: &[f64]) -> f64 {
    (values.iter().map(|v| v.ln()).sum::<f64>() / values.len() as f64).exp()
}

/// What several interleaved runs of one thing came to.
pub struct Measured {
    pub seconds: f64,
    pub peak_mib: f64,
    pub output: String,
}

/// Runs each command `runs` times, in turn, so that what else the machine does falls on all alike.
pub fn interleaved(
    commands: &[impl Fn() -> Command],
    runs: usize,
) -> Result<Vec<Result<Measured>>> {
    let mut seen: Vec<Result<Vec<Run>>> = commands.iter().map(|_| Ok(Vec::new())).collect();
    for _ in 0..runs {
        for (command, seen) in commands.iter().zip(&mut seen) {
            let Ok(list) = seen else { continue };
            match run(command()) {
                Ok(run) => list.push(run),
                Err(error) => *seen = Err(error),
            }
        }
    }
    Ok(seen
        .into_iter()
        .map(|runs| {
            runs.map(|mut runs| Measured {
                seconds: median(runs.iter().map(|r| r.seconds).collect()),
                peak_mib: median(runs.iter().map(|r| r.peak_mib).collect()),
                output: runs.pop().map(|r| r.output).unwrap_or_default(),
            })
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn middles_and_means() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0]), 2.5);
        assert!((geometric_mean(&[0.5, 2.0]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_failure_is_told_and_use_is_measured() {
        let mut fails = Command::new("sh");
        fails.args(["-c", "echo why >&2; exit 3"]);
        let told = run(fails).map(|_| ()).expect_err("it fails").to_string();
        assert!(told.contains("why"), "{told}");
        let mut works = Command::new("sh");
        works.args(["-c", "echo out"]);
        let run = run(works).expect("it works");
        assert_eq!(run.output, "out\n");
        assert!(run.peak_mib > 0.0);
    }
}
