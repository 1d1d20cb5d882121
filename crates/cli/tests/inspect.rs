//! `hognose inspect` of a small module: all that a .pyc holds is there, and it is JSON.

use std::fs;
use std::process::Command;

use serde_json::Value;

const SOURCE: &str = "\
LIMIT = ('a', 10)
def read(name, /, *, size=1):
    try:
        return lambda: name
    except TypeError:
        return None
";

fn inspect(words: &[&str]) -> String {
    let folder = std::env::temp_dir().join(format!(
        "hognose-inspect-{}{}",
        std::process::id(),
        words.concat()
    ));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("spam.py"), SOURCE).unwrap();
    let run = |words: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_hognose"))
            .args(words)
            .current_dir(&folder)
            .env_remove("SOURCE_DATE_EPOCH")
            .output()
            .unwrap()
    };
    assert!(run(&["py-compile", "spam.py"]).status.success());
    let output = run(&[&["inspect", "__pycache__/spam.cpython-312.pyc"], words].concat());
    assert!(output.status.success());
    let _ = fs::remove_dir_all(&folder);
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn json_has_every_part() {
    let all: Value = serde_json::from_str(&inspect(&["--json"])).unwrap();
    assert_eq!(all["version"], "3.12.1");
    assert_eq!(all["validation"], "timestamp");
    assert_eq!(all["size"], SOURCE.len());
    let codes = all["code_objects"].as_array().unwrap();
    let names: Vec<&Value> = codes.iter().map(|code| &code["qualname"]).collect();
    assert_eq!(names, ["<module>", "read", "read.<locals>.<lambda>"]);
    assert_eq!(codes[2]["depth"], 2);
    assert_eq!(codes[0]["constants"][0], "('a', 10)");
    assert_eq!(codes[0]["names"][0], "LIMIT");
    let function = &codes[1];
    assert_eq!(function["arg_count"], 1);
    assert_eq!(function["positional_only_arg_count"], 1);
    assert_eq!(function["keyword_only_arg_count"], 1);
    assert_eq!(function["cells"][0], "name");
    assert_eq!(codes[2]["free_variables"][0], "name");
    let lines: Vec<&Value> = function["lines"].as_array().unwrap().iter().collect();
    assert!(lines.iter().any(|run| run["line"] == 4), "{lines:?}");
    let positions = function["positions"].as_array().unwrap();
    let at = positions
        .iter()
        .find(|span| span["line"] == 4 && span["column"] == 15);
    assert!(
        at.is_some_and(|span| span["end_column"] == 27),
        "{positions:?}"
    );
    let last = positions.last().unwrap();
    assert_eq!(last["end"], function["code_bytes"]);
    let exceptions = function["exceptions"].as_array().unwrap();
    assert!(exceptions.iter().any(|entry| entry["lasti"] == true));
}

#[test]
fn text_has_every_part() {
    let text = inspect(&[]);
    for part in [
        "Magic number:      3531 (first written by Python 3.12",
        "Checked:           by time and size: source of ",
        "Code object read of line 2, in the module",
        "Constants:",
        "Lines:",
        "Exception table:",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn ranges_have_meanings() {
    let text = inspect(&["--hex"]);
    assert!(text.contains("code object: 0 arguments"), "{text}");
    assert!(text.contains("interned str \"LIMIT\""), "{text}");
    let mut end = 0;
    for line in text.lines() {
        let (start, length) = (&line[..8], line[8..].split_whitespace().next().unwrap());
        assert_eq!(usize::from_str_radix(start, 16), Ok(end), "{line}");
        end += length.parse::<usize>().unwrap();
    }
}
