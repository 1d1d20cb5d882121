//! `cargo xtask printable-since`: which characters other Python versions show that 3.8 or 3.12 did not.

use crate::{Result, workspace_root};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Command;

const SCRIPT: &str = "import sys
print(sys.version_info[1])
print(''.join('01'[chr(c).isprintable()] for c in range(0x110000)))";

/// Asks one Python of each minor version and writes data/printable-since.txt.
pub fn run(pythons: &[&str]) -> Result {
    let mut answers = BTreeMap::new();
    for python in pythons {
        let output = Command::new(python).args(["-I", "-c", SCRIPT]).output()?;
        let text = String::from_utf8(output.stdout)?;
        let (minor, bits) = text.split_once('\n').ok_or("no answer")?;
        answers.insert(minor.parse::<u8>()?, bits.trim().as_bytes().to_vec());
    }
    let first = answers.values().next().ok_or("no Python is named")?;
    let mut since: Vec<u8> = first
        .iter()
        .map(|bit| u8::from(*bit == b'0') * u8::MAX)
        .collect();
    for (minor, bits) in &answers {
        for (since, bit) in since.iter_mut().zip(bits) {
            match (*since, *bit) {
                (u8::MAX, b'1') => *since = *minor,
                (0..u8::MAX, b'0') => return Err("a character was taken back".into()),
                _ => {}
            }
        }
    }
    let mut text = "# Code points that str.isprintable allows since that minor version of CPython, not before: hexadecimal ranges.\n".to_owned();
    let mut at = 0;
    for run in since.chunk_by(|a, b| a == b) {
        let end = at + run.len();
        if let Some(&minor) = run.first()
            && ![0, u8::MAX].contains(&minor)
        {
            writeln!(text, "{at:x} {:x} 3.{minor}", end - 1)?;
        }
        at = end;
    }
    std::fs::write(workspace_root().join("data/printable-since.txt"), text)?;
    Ok(())
}
