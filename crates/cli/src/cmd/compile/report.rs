//! What a run tells: a bar while it works, then what failed, counts and time, or all of it as JSON.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use hognose_version::Version;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};

use crate::compiling::{Failure, warn_on_stderr};
use crate::paint;

/// What became of one output.
pub enum Status {
    Compiled,
    Fresh,
    Copied,
    Failed(Failure),
}

struct Line {
    source: PathBuf,
    output: PathBuf,
    status: Status,
}

/// Collects what the threads did.
pub struct Report {
    started: Instant,
    quiet: bool,
    bar: ProgressBar,
    lines: Mutex<Vec<Line>>,
    errors: Vec<String>,
}

impl Report {
    /// The bar is drawn on a terminal alone.
    pub fn new(quiet: bool, files: usize, errors: Vec<String>) -> Report {
        let target = match quiet {
            true => ProgressDrawTarget::hidden(),
            false => ProgressDrawTarget::stderr(),
        };
        let bar = ProgressBar::with_draw_target(Some(files as u64), target);
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {eta} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Report {
            started: Instant::now(),
            quiet,
            bar,
            lines: Mutex::new(Vec::new()),
            errors,
        }
    }

    pub fn add(&self, source: &Path, output: &Path, status: Status) {
        if let Ok(mut lines) = self.lines.lock() {
            lines.push(Line {
                source: source.to_owned(),
                output: output.to_owned(),
                status,
            });
        }
    }

    /// Shows a warning above the bar.
    pub fn warn(&self, text: &str) {
        if !self.quiet {
            self.bar.suspend(|| warn_on_stderr(text));
        }
    }

    /// One source is done with.
    pub fn advance(&self) {
        self.bar.inc(1);
    }

    /// Ends the bar and puts the lines in order.
    pub fn finish(self) -> Finished {
        self.bar.finish_and_clear();
        let mut lines = self.lines.into_inner().unwrap_or_default();
        lines.sort_by(|one, other| (&one.source, &one.output).cmp(&(&other.source, &other.output)));
        Finished {
            time: self.started.elapsed(),
            lines,
            errors: self.errors,
        }
    }
}

/// One failure; what tells of no place is led by the source's name.
pub fn write_failure(out: &mut impl Write, failure: &Failure, source: &Path) -> io::Result<()> {
    let text = failure.text().trim_end_matches('\n');
    match failure {
        Failure::Compile(refusal) if refusal.line.is_some() => writeln!(out, "{text}"),
        Failure::Compile(_) => {
            let (mark, source) = (paint::bad("hognose:"), source.display());
            writeln!(out, "{mark} {source}: {text}")
        }
        Failure::Os(_) => writeln!(out, "{} {text}", paint::bad("hognose:")),
    }
}

/// A run that is over.
pub struct Finished {
    time: Duration,
    lines: Vec<Line>,
    errors: Vec<String>,
}

impl Finished {
    fn count(&self, is: impl Fn(&Status) -> bool) -> usize {
        self.lines.iter().filter(|line| is(&line.status)).count()
    }

    pub fn failed(&self) -> usize {
        self.count(|status| matches!(status, Status::Failed(_))) + self.errors.len()
    }

    /// What failed, each with its file, place and reason.
    pub fn write_failures(&self, out: &mut impl Write) -> io::Result<()> {
        for error in &self.errors {
            writeln!(out, "{} {error}", paint::bad("hognose:"))?;
        }
        for line in &self.lines {
            match &line.status {
                Status::Failed(failure) => write_failure(out, failure, &line.source)?,
                Status::Compiled | Status::Fresh | Status::Copied => {}
            }
        }
        Ok(())
    }

    /// Counts and time in one line.
    pub fn write_summary(
        &self,
        out: &mut impl Write,
        version: Version,
        threads: usize,
    ) -> io::Result<()> {
        let mut parts = Vec::new();
        let mut part = |count: usize, what: &str| {
            let text = format!("{count} {what}");
            match what {
                "failed" if count > 0 => parts.push(paint::bad(text)),
                "compiled" => parts.push(paint::good(text)),
                _ if count > 0 => parts.push(text),
                _ => {}
            }
        };
        part(
            self.count(|status| matches!(status, Status::Compiled)),
            "compiled",
        );
        part(
            self.count(|status| matches!(status, Status::Fresh)),
            "fresh",
        );
        part(
            self.count(|status| matches!(status, Status::Copied)),
            "copied",
        );
        part(self.failed(), "failed");
        let (parts, seconds) = (parts.join(", "), self.time.as_secs_f64());
        let threads = match threads {
            1 => "1 thread".to_owned(),
            more => format!("{more} threads"),
        };
        writeln!(
            out,
            "{parts} in {seconds:.2} s (Python {version}, {threads})"
        )
    }

    pub fn json(&self, version: Version, threads: usize) -> Value {
        let files = self.lines.iter().map(|line| {
            let status = match line.status {
                Status::Compiled => "compiled",
                Status::Fresh => "fresh",
                Status::Copied => "copied",
                Status::Failed(_) => "failed",
            };
            let mut object = json!({
                "source": line.source.to_string_lossy(),
                "output": line.output.to_string_lossy(),
                "status": status,
            });
            if let Status::Failed(failure) = &line.status {
                object["error"] = error(failure);
            }
            object
        });
        json!({
            "python": version.to_string(),
            "threads": threads,
            "seconds": self.time.as_secs_f64(),
            "compiled": self.count(|status| matches!(status, Status::Compiled)),
            "fresh": self.count(|status| matches!(status, Status::Fresh)),
            "copied": self.count(|status| matches!(status, Status::Copied)),
            "failed": self.failed(),
            "errors": self.errors,
            "files": files.collect::<Vec<_>>(),
        })
    }
}

fn error(failure: &Failure) -> Value {
    match failure {
        Failure::Compile(refusal) => json!({
            "type": refusal.class,
            "message": refusal.message,
            "line": refusal.line,
            "column": refusal.column,
            "text": refusal.text,
        }),
        Failure::Os(failure) => json!({
            "type": failure.class,
            "message": failure.text,
            "text": failure.text,
        }),
    }
}
