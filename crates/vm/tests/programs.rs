//! Whole programs: each `.py` in `tests/programs` prints what CPython 3.12 printed into the `.out` beside it.
//!
//! To make an `.out` anew: `python3.12 NAME.py > NAME.out`.

mod support;

use std::path::Path;

#[test]
fn programs_print_what_cpython_prints() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs");
    let mut failed = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "py") {
            continue;
        }
        count += 1;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let expected = std::fs::read_to_string(path.with_extension("out")).unwrap();
        let outcome = support::run(&name, std::fs::read(&path).unwrap(), |_| ());
        if let Some(error) = outcome.error {
            failed.push(format!("{name}: {error}"));
        }
        let (got, wanted) = (outcome.output.lines(), expected.lines());
        if let Some((n, (got, wanted))) = got.zip(wanted).enumerate().find(|(_, (g, w))| g != w) {
            failed.push(format!(
                "{name}, line {} of the output:\n  {got}\n  {wanted}",
                n + 1
            ));
        } else if outcome.output.lines().count() != expected.lines().count() {
            failed.push(format!("{name}: the output ends early or late"));
        }
    }
    assert!(count >= 6, "the programs are there");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
