//! What the tables were measured with.

use super::rivals::Rival;
use crate::{Result, workspace_root};
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

/// A heading with the commit, and a list of machine and builds.
pub fn heading(hognose: &Path, rivals: &[Rival]) -> Result<String> {
    let commit = said("git", &["log", "-1", "--format=%h, %cs"]);
    let changed = !said("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty();
    let size = std::fs::metadata(hognose)?.len() as f64 / (1 << 20) as f64;
    let mut text = format!(
        "## `cargo xtask bench vm` at {commit}{}\n\n",
        if changed { ", with changes" } else { "" }
    );
    writeln!(text, "* Machine: {}.", machine())?;
    writeln!(
        text,
        "* hognose: {}, profile of the folder `{}`, {size:.1} MiB.",
        said("rustc", &["--version"]),
        hognose
            .parent()
            .and_then(Path::file_name)
            .unwrap_or_default()
            .to_string_lossy()
    )?;
    for rival in rivals {
        writeln!(text, "* CPython {}: {}.", rival.version, rival.build)?;
    }
    Ok(text)
}

fn machine() -> String {
    let cpuinfo = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = (cpuinfo.lines())
        .find_map(|line| Some(line.strip_prefix("model name")?.split_once(':')?.1.trim()))
        .unwrap_or("unknown processor");
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("unknown").to_owned();
    format!(
        "{model}, {cores} cores, {}, load {load} at the start",
        std::env::consts::OS
    )
}

/// The trimmed output of a program, empty when it fails.
fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(workspace_root())
        .output();
    let text = output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned());
    text.unwrap_or_default()
}
