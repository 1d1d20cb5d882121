//! Our stack effects against those of every CPython on this machine.

use hognose_bytecode::OpTable;
use hognose_version::Version;
use std::path::PathBuf;
use std::process::Command;

/// Prints "code arg jump effect" for all that `stack_effect` accepts.
const SCRIPT: &str = "
import opcode
for code in range(300):
    for arg in list(range(70)) + [255, 256, 300, 1000, 70000]:
        for jump in (False, True):
            try:
                print(code, arg, int(jump), opcode.stack_effect(code, arg, jump=jump))
            except ValueError:
                pass
";

fn interpreters(version: Version) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    if let Some(home) = std::env::home_dir() {
        let folder = home.join(".pyenv/versions").join(version.to_string());
        found.push(folder.join("bin/python3"));
    }
    let name = format!("python{}.{}", version.major, version.minor);
    if let Some(path) = std::env::var_os("PATH") {
        found.extend(std::env::split_paths(&path).map(|folder| folder.join(&name)));
    }
    found.retain(|path| path.is_file());
    found
}

#[test]
fn stack_effects_are_cpythons() {
    for version in Version::all() {
        // A name on PATH may be a launcher for a version that is not installed: only success counts.
        let mut answers = interpreters(version).into_iter().filter_map(|python| {
            let output = Command::new(&python)
                .args(["-I", "-c", SCRIPT])
                .output()
                .ok()?;
            output.status.success().then_some(output.stdout)
        });
        let Some(text) = answers.next() else {
            eprintln!("skipped: no CPython {version} here");
            continue;
        };
        let text = String::from_utf8(text).unwrap();
        let table = OpTable::of(version).unwrap();
        let mut compared = 0;
        for line in text.lines() {
            let numbers: Vec<i64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
            let &[code, arg, jump, expected] = numbers.as_slice() else {
                panic!("{line}")
            };
            // Opcodes that never stand in a file have no row.
            let Some(info) = table.rows.iter().find(|row| i64::from(row.code) == code) else {
                continue;
            };
            let arg = arg as u32;
            let ours = if jump == 1 {
                info.effect_jump(arg)
            } else {
                info.effect(arg)
            };
            assert_eq!(
                i64::from(ours),
                expected,
                "{version} {} {arg} jump {jump}",
                info.opcode.name()
            );
            compared += 1;
        }
        assert!(compared > 1000, "{version}: only {compared} compared");
    }
}
