//! The trees of resources/cases.txt, in every mode, are CPython 3.12's.
//!
//! resources/cases.golden keeps a hash of each of CPython's trees, so that the comparison needs no CPython. Where
//! there is one, it is asked; `BLESS=1` then writes its answers' hashes.

use std::hash::Hasher;
use std::path::Path;
use std::process::Command;

use hognose_ast::Names;
use hognose_ast::dump::{DumpOptions, dump};
use hognose_parser::{Mode, parse};
use siphasher::sip::SipHasher13;

const CASES: &str = include_str!("../resources/cases.txt");

fn our_line(case: &str, mode: Mode) -> String {
    let source = hognose_source::from_text(case).expect("cases are plain text");
    let arena = bumpalo::Bump::new();
    let mut names = Names::new();
    let Ok(parsed) = parse(&source.text, mode, &arena, &mut names) else {
        return "refused".to_owned();
    };
    let options = DumpOptions {
        attributes: true,
        indent: None,
    };
    dump(&parsed.tree, &names, options).expect("cases are not deep")
}

fn hash(line: &str) -> String {
    let mut hasher = SipHasher13::new();
    hasher.write(line.as_bytes());
    format!("{:016x}", hasher.finish())
}

/// A line of CPython's for each case and mode, if there is a CPython.
fn their_lines(resources: &Path) -> Option<Vec<String>> {
    let python = hognose_testkit::cpython_3_12()?;
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dump_many.py");
    let cases = resources.join("cases.txt");
    let output = Command::new(python)
        .arg("-I")
        .args([script, cases])
        .output()
        .expect("CPython runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    Some(text.lines().map(str::to_owned).collect())
}

#[test]
fn trees_are_cpythons() {
    let resources = Path::new(env!("CARGO_MANIFEST_DIR")).join("resources");
    let golden_path = resources.join("cases.golden");
    let theirs = their_lines(&resources);
    if let (Some(theirs), true) = (&theirs, std::env::var_os("BLESS").is_some()) {
        let lines: String = theirs.iter().map(|line| hash(line) + "\n").collect();
        std::fs::write(&golden_path, lines).expect("the golden file can be written");
    }
    let golden = std::fs::read_to_string(&golden_path).expect("resources/cases.golden");
    let mut golden = golden.lines();
    let mut wrong = Vec::new();
    let modes = [Mode::Module, Mode::Expression, Mode::Single];
    let questions = CASES
        .split("\n----\n")
        .flat_map(|case| modes.map(|mode| (case, mode)));
    for (index, (case, mode)) in questions.enumerate() {
        let ours = our_line(case, mode);
        let is_as_golden = golden.next() == Some(hash(&ours).as_str());
        let their = theirs.as_ref().and_then(|lines| lines.get(index));
        if !is_as_golden || their.is_some_and(|their| *their != ours) {
            wrong.push(format!(
                "{case:?} as {mode:?}\n  ours:   {ours}\n  theirs: {their:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of the trees differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(golden.next(), None, "resources/cases.golden is stale");
}
