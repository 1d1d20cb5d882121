//! `cargo xtask tail-calls`: do the executor's handlers jump to one another?
//!
//! No compiler promises to make a jump of a last call, so the executor works without it, but slower and with a look at
//! the native stack now and then. This finds a build where the promise was not kept.

use crate::Result;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// What stands in the symbols of the handlers, and in that of the table through which they go on.
const HANDLERS: &str = "4exec3hot";
const TABLE: &str = "8HANDLERS";

/// What a disassembly says about how handlers go on.
#[derive(Default)]
struct Tally {
    jumps: usize,
    /// Functions that call where they should jump.
    calls: Vec<String>,
    function: Option<String>,
    /// The table's address was taken, and nothing has gone there yet.
    loaded: bool,
}

impl Tally {
    /// A line of `objdump -d --no-show-raw-insn`, for x86-64.
    fn line(&mut self, line: &str) {
        if let Some((_, symbol)) = line.strip_suffix(">:").and_then(|l| l.split_once('<')) {
            self.function = symbol.contains(HANDLERS).then(|| symbol.to_owned());
            self.loaded = false;
            return;
        }
        let Some(function) = &self.function else {
            return;
        };
        let instruction = line.split_once(":\t").map_or("", |(_, text)| text);
        let mut words = instruction.split_whitespace();
        let (name, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        self.loaded |= line.contains(TABLE);
        if !self.loaded || !target.starts_with('*') {
            return;
        }
        match name.trim_end_matches('q') {
            "jmp" => self.jumps += 1,
            "call" => self.calls.push(function.clone()),
            _ => return,
        }
        self.loaded = false;
    }
}

pub fn run(executable: &str) -> Result {
    let mut child = Command::new("objdump")
        .args(["-d", "--no-show-raw-insn", executable])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut tally = Tally::default();
    let output = child.stdout.take().ok_or("objdump says nothing")?;
    for line in BufReader::new(output).lines() {
        tally.line(&line?);
    }
    if !child.wait()?.success() {
        return Err("objdump failed".into());
    }
    println!(
        "{} jumps through the table of handlers, {} calls",
        tally.jumps,
        tally.calls.len()
    );
    if tally.jumps == 0 {
        return Err("no handler was found: are there symbols?".into());
    }
    match tally.calls.as_slice() {
        [] => Ok(()),
        calls => Err(format!("handlers that call: {}", calls.join(", ")).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_and_calls_are_told_apart() {
        let mut tally = Tally::default();
        for line in [
            "0000000000001000 <_ZN2vm4exec3hot4data4copyE>:",
            "    1000:\tlea    0x10(%rip),%r10        # 2000 <_ZN2vm4exec3hot8HANDLERSE>",
            "    1007:\tmov    (%r10,%rax,8),%rax",
            "    100b:\tjmp    *%rax",
            "    100d:\tcall   *%rax",
            "0000000000001100 <_ZN2vm4exec3hot4data4konstE>:",
            "    1100:\tlea    0x10(%rip),%r10        # 2000 <_ZN2vm4exec3hot8HANDLERSE>",
            "    1107:\tcall   *(%r10,%rax,8)",
            "0000000000001200 <_ZN2vm4exec3run3runE>:",
            "    1200:\tlea    0x10(%rip),%r10        # 2000 <_ZN2vm4exec3hot8HANDLERSE>",
            "    1207:\tcall   *(%r10,%rax,8)",
        ] {
            tally.line(line);
        }
        assert_eq!(tally.jumps, 1);
        assert_eq!(tally.calls, ["_ZN2vm4exec3hot4data4konstE"]);
    }
}
