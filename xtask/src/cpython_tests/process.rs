//! One test module under one interpreter: a process with limits, watched through the lines it writes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub struct Interpreter {
    pub command: Vec<String>,
    pub label: &'static str,
}

pub struct Limits {
    /// How long nothing may be heard of a process.
    pub silence: Duration,
    /// Resident memory.
    pub memory_kib: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed(String),
    Skipped(String),
    Crashed(String),
    Hung,
}

/// What became of each test of a module.
pub type Outcomes = BTreeMap<String, Outcome>;

/// Crashes and hangs of one module before it is given up.
const RESTARTS: usize = 40;

const RUNNER: &str = include_str!("run_module.py");

impl Interpreter {
    /// The outcomes of an earlier run if there was one.
    pub fn kept_outcomes(&self, work: &Path, module: &str, limits: &Limits) -> Outcomes {
        let kept = work.join(format!("{module}.{}.kept", self.label));
        if let Ok(text) = std::fs::read_to_string(&kept) {
            return read_outcomes(&text).0;
        }
        let outcomes = self.outcomes(work, module, limits);
        let lines: String = outcomes
            .iter()
            .map(|(name, o)| write_line(name, o))
            .collect();
        // Kept only to save time.
        let _ = std::fs::write(kept, lines);
        outcomes
    }

    /// Runs a module to its end, again after each crash or hang.
    pub fn outcomes(&self, work: &Path, module: &str, limits: &Limits) -> Outcomes {
        let mut outcomes = Outcomes::new();
        for round in 0..RESTARTS {
            match self.round(work, module, limits, round, &mut outcomes) {
                Ok(true) => break,
                Ok(false) => {}
                Err(error) => {
                    outcomes.insert(
                        format!("test_{module}"),
                        Outcome::Crashed(error.to_string()),
                    );
                    break;
                }
            }
        }
        outcomes
    }

    /// One process; true when the module was run to its end or cannot begin.
    fn round(
        &self,
        work: &Path,
        module: &str,
        limits: &Limits,
        round: usize,
        outcomes: &mut Outcomes,
    ) -> std::io::Result<bool> {
        let name = format!("{module}.{}", self.label);
        let runner = work.join("run_module.py");
        let results = work.join(format!("{name}.results"));
        let done = work.join(format!("{name}.done"));
        let folder = work.join(format!("{name}.cwd"));
        let mut log = File::options()
            .create(true)
            .write(true)
            .append(round > 0)
            .truncate(round == 0)
            .open(work.join(format!("{name}.log")))?;
        if round == 0 {
            let _ = std::fs::remove_dir_all(&folder);
            std::fs::create_dir_all(&folder)?;
        }
        if std::fs::read_to_string(&runner).ok().as_deref() != Some(RUNNER) {
            std::fs::write(&runner, RUNNER)?;
        }
        std::fs::write(&results, "")?;
        let names: Vec<&str> = outcomes.keys().map(String::as_str).collect();
        std::fs::write(&done, names.join("\n"))?;
        let mut child = Command::new("sh")
            .args(["-c", "ulimit -c 0; exec \"$0\" \"$@\""])
            .args(&self.command)
            .arg(&runner)
            .arg(format!("test.test_{module}"))
            .arg(&results)
            .arg(&done)
            .current_dir(&folder)
            .env("PYTHONHASHSEED", "0")
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log.try_clone()?)
            .spawn()?;
        let end = watch(&mut child, &results, limits)?;
        let (found, running, complete) = read_outcomes_of(&results)?;
        let begun = !found.is_empty() || running.is_some();
        outcomes.extend(found);
        if complete {
            return Ok(true);
        }
        writeln!(log, "*** {end:?} while running {running:?}")?;
        let test = running.unwrap_or_else(|| format!("test_{module}"));
        match end {
            // An error while importing: every test counts as failed.
            Outcome::Crashed(status) if !begun && status == "exit status: 1" => {}
            end => {
                outcomes.insert(test, end);
            }
        }
        Ok(!begun)
    }
}

/// Waits for the end, or kills what has been silent too long.
fn watch(child: &mut Child, results: &Path, limits: &Limits) -> std::io::Result<Outcome> {
    let mut length = 0;
    let mut heard = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Outcome::Crashed(status.to_string()));
        }
        let now = std::fs::metadata(results)?.len();
        if now != length {
            length = now;
            heard = Instant::now();
        }
        let end = if heard.elapsed() > limits.silence {
            Outcome::Hung
        } else if resident_kib(child.id()) > limits.memory_kib {
            Outcome::Crashed("more memory than it may take".into())
        } else {
            std::thread::sleep(Duration::from_millis(50));
            continue;
        };
        child.kill()?;
        child.wait()?;
        return Ok(end);
    }
}

/// Memory that a process has in pages of its own, where the system tells.
fn resident_kib(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn read_outcomes_of(path: &Path) -> std::io::Result<(Outcomes, Option<String>, bool)> {
    let bytes = std::fs::read(path)?;
    Ok(read_outcomes(&String::from_utf8_lossy(&bytes)))
}

/// Reads the runner's lines: the outcomes, the test that was running, whether the end was reached.
fn read_outcomes(text: &str) -> (Outcomes, Option<String>, bool) {
    let (mut outcomes, mut running, mut complete) = (Outcomes::new(), None, false);
    for line in text.lines() {
        let mut words = line.split('\t');
        let kind = words.next().unwrap_or_default();
        let name = words.next().unwrap_or_default().to_owned();
        let detail = words.next().unwrap_or_default().to_owned();
        let outcome = match kind {
            "start" => {
                running = Some(name);
                continue;
            }
            "passed" => Outcome::Passed,
            "failed" => Outcome::Failed(detail),
            "skipped" => Outcome::Skipped(detail),
            "crashed" => Outcome::Crashed(detail),
            "hung" => Outcome::Hung,
            _ => {
                complete |= kind == "end";
                continue;
            }
        };
        running = None;
        outcomes.insert(name, outcome);
    }
    (outcomes, running, complete)
}

fn write_line(name: &str, outcome: &Outcome) -> String {
    let (kind, detail) = match outcome {
        Outcome::Passed => ("passed", ""),
        Outcome::Failed(detail) => ("failed", detail.as_str()),
        Outcome::Skipped(reason) => ("skipped", reason.as_str()),
        Outcome::Crashed(status) => ("crashed", status.as_str()),
        Outcome::Hung => ("hung", ""),
    };
    format!("{kind}\t{name}\t{detail}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crash_leaves_the_running_test() {
        let text = "start\ta\npassed\ta\t\nstart\tb\nskipped\tb\twhy\nstart\tc\n";
        let (outcomes, running, complete) = read_outcomes(text);
        assert_eq!(outcomes["a"], Outcome::Passed);
        assert_eq!(outcomes["b"], Outcome::Skipped("why".into()));
        assert_eq!(running.as_deref(), Some("c"));
        assert!(!complete);
    }

    #[test]
    fn what_is_kept_reads_back() {
        let all = [
            Outcome::Passed,
            Outcome::Failed("x: y".into()),
            Outcome::Skipped("z".into()),
            Outcome::Crashed("signal 11".into()),
            Outcome::Hung,
        ];
        for outcome in all {
            let (outcomes, ..) = read_outcomes(&write_line("t", &outcome));
            assert_eq!(outcomes["t"], outcome);
        }
    }
}
