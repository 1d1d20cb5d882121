//! The `tokenize` view against what `python3.12 -m tokenize -e` prints.
//!
//! The golden cases come from `cargo xtask tokens-golden --python python3.12`; whole trees of files are compared by
//! `cargo xtask tokens-compare`.

use hognose_tokens::tokenize::{Printed, print};
use serde_json::Value;

#[test]
fn small_files_print_as_by_cpython() {
    let golden = include_str!("golden/tokenize.jsonl");
    for line in golden.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let text_of = |key: &str| case[key].as_str().unwrap().to_owned();
        let source: Vec<u8> = text_of("source")
            .chars()
            .map(|char| u8::try_from(u32::from(char)).unwrap())
            .collect();
        let expected = Printed {
            stdout: text_of("stdout"),
            stderr: text_of("stderr"),
            exit_status: u8::try_from(case["status"].as_u64().unwrap()).unwrap(),
        };
        assert_eq!(print(&source, "case.py", true), expected, "{source:?}");
    }
    assert!(golden.lines().count() > 100);
}

#[test]
fn operators_are_one_kind_unless_exact() {
    let shown = |exact| print(b"a+b\n", "case.py", exact).stdout;
    assert!(shown(false).contains("OP             '+'"));
    assert!(shown(true).contains("PLUS           '+'"));
}
