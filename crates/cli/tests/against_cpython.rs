//! `compileall`, `py-compile` and `dis` beside CPython 3.12's own commands, over a small tree.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The files of the tree; some are refused, each in its own way.
const FILES: &[(&str, &[u8])] = &[
    (
        "good.py",
        b"import os\ndef f(x, *, y=1):\n    return {x, y, 'good'}\n",
    ),
    (
        "doc.py",
        b"'''Text.'''\nassert f, 'no'\nclass C:\n    '''More text.'''\n",
    ),
    ("bad_bytes.py", b"x = \"\xe9\"\n"),
    ("bad_indent.py", b"def f():\n  x\n y\n"),
    ("bad_return.py", b"return 1\n"),
    ("bad_bracket.py", b"x=(1\n"),
    ("bad_argument.py", b"def f(a,a): pass\n"),
    ("bad_nul.py", b"x=1\0\n"),
    ("bad_cookie.py", b"# coding: foo\n"),
    ("warns.py", b"x = 1 is 1\ny = '\\d'\n"),
    ("not_python.txt", b"x\n"),
    ("names", b"good.py\n  sub/deep \n\n"),
    ("sub/inner.py", b"y = 2\n"),
    ("sub/deep/deeper.py", b"z = lambda: (yield)\n"),
    ("sub/__pycache__/left.py", b"never = 'compiled'\n"),
];

fn make_tree(folder: &Path) {
    for (name, text) in FILES {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        let time = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
        file.set_modified(time).unwrap();
    }
    symlink("/etc/hostname", folder.join("outside.py")).unwrap();
    symlink("sub", folder.join("sub_again")).unwrap();
}

/// All files with their bytes, modes and numbers of links.
fn snapshot(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, u32, u64)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            let status = fs::symlink_metadata(&path).unwrap();
            if status.is_dir() {
                folders.push(path);
            } else if status.is_file() {
                let name = path.strip_prefix(folder).unwrap().to_path_buf();
                found.insert(
                    name,
                    (fs::read(&path).unwrap(), status.mode(), status.nlink()),
                );
            }
        }
    }
    found
}

struct Pair {
    folder: PathBuf,
    python: PathBuf,
}

impl Pair {
    /// Runs both in trees of their own; gives what each printed and left.
    fn run(&self, ours: &str, theirs: &str, words: &[&str]) {
        self.run_with(ours, theirs, words, &[]);
    }

    /// The same with variables set.
    fn run_with(&self, ours: &str, theirs: &str, words: &[&str], variables: &[(&str, &str)]) {
        let [left, right] = ["ours", "theirs"].map(|name| {
            let tree = self.folder.join(name).join("tree");
            let _ = fs::remove_dir_all(&tree);
            make_tree(&tree);
            tree
        });
        let found = command(
            env!("CARGO_BIN_EXE_hognose"),
            &left,
            &[&[ours], words].concat(),
            variables,
        );
        let expected = command(
            &self.python,
            &right,
            &[&["-m", theirs], words].concat(),
            variables,
        );
        let text = |output: &Output| {
            let [out, err] = [&output.stdout, &output.stderr]
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            (output.status.code(), out, err)
        };
        assert_eq!(text(&found), text(&expected), "{ours} {words:?}");
        let (found, expected) = (snapshot(&left), snapshot(&right));
        let names = |files: &BTreeMap<PathBuf, _>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&found), names(&expected), "{ours} {words:?}");
        for (name, file) in &expected {
            assert!(
                found.get(name) == Some(file),
                "{ours} {words:?}: {} differs",
                name.display()
            );
        }
    }
}

fn command(
    program: impl AsRef<std::ffi::OsStr>,
    folder: &Path,
    words: &[&str],
    variables: &[(&str, &str)],
) -> Output {
    Command::new(program)
        .args(words)
        .current_dir(folder)
        .env_remove("SOURCE_DATE_EPOCH")
        .env("PYTHONIOENCODING", "utf-8")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn pair(name: &str) -> Option<Pair> {
    let python = hognose_testkit::cpython_3_12()?;
    let folder = std::env::temp_dir().join(format!("hognose-{name}-{}", std::process::id()));
    Some(Pair { folder, python })
}

impl Drop for Pair {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn compileall() {
    let Some(pair) = pair("compileall") else {
        return;
    };
    for words in [
        ".",
        "-q .",
        "-qq .",
        "-l .",
        "-r 1 .",
        "-f -b .",
        "-d /x .",
        "-d /y good.py",
        "-s . -p /pre .",
        "-s sub sub",
        "-x bad .",
        "-e sub .",
        "--invalidation-mode unchecked-hash .",
        "--invalidation-mode checked-hash sub",
        "-o 0 -o 1 -o 2 sub doc.py",
        "-o 0 -o 1 --hardlink-dupes sub",
        "good.py sub/inner.py",
        "missing",
        "-i no_such_list",
        "-q -j 2 sub",
        "-r -1 .",
        "-f -o 3 good.py",
        "-o -1 -o1 -o 0 good.py",
        "-x (?i)/B[^/]+$ -q .",
        "-x (?<!good)\\.py$ .",
        "-x [\\[]|sub/(?!deep) .",
        "--inval checked-hash --work 1 sub",
        "sub sub/deep",
        "not_python.txt",
        "-i names missing",
        "-q -f -d sub/dest sub",
    ] {
        pair.run(
            "compileall",
            "compileall",
            &words.split(' ').collect::<Vec<_>>(),
        );
    }
}

#[test]
fn compileall_heeds_variables() {
    let Some(pair) = pair("compileall-variables") else {
        return;
    };
    for (words, variables) in [
        ("sub", ("SOURCE_DATE_EPOCH", "1")),
        ("sub", ("SOURCE_DATE_EPOCH", "")),
        (
            "--invalidation-mode timestamp sub",
            ("SOURCE_DATE_EPOCH", "1"),
        ),
        ("-q doc.py", ("PYTHONOPTIMIZE", "2")),
        ("-q -o -1 -o 0 doc.py", ("PYTHONOPTIMIZE", "x")),
        ("-q bad_bytes.py", ("PYTHONIOENCODING", "ascii")),
    ] {
        let words: Vec<_> = words.split(' ').collect();
        pair.run_with("compileall", "compileall", &words, &[variables]);
    }
    pair.run_with(
        "py-compile",
        "py_compile",
        &["doc.py"],
        &[("PYTHONOPTIMIZE", "1")],
    );
}

/// 3.13 takes off true prefixes alone.
#[test]
fn compileall_of_3_13() {
    let Some(python) = hognose_testkit::cpython("3.13.0") else {
        return;
    };
    let folder =
        std::env::temp_dir().join(format!("hognose-compileall-3.13-{}", std::process::id()));
    for words in [
        "sub good.py doc.py",
        "-s sub sub",
        "-s su sub good.py",
        "-q -s . -p /pre ./sub doc.py",
        "-f -o 0 -o 2 doc.py",
    ] {
        let words: Vec<_> = words.split(' ').collect();
        let [left, right] = ["ours", "theirs"].map(|name| {
            let tree = folder.join(name).join("tree");
            let _ = fs::remove_dir_all(&tree);
            make_tree(&tree);
            tree
        });
        let ours = [&["compileall", "--python", "3.13.0"], &*words].concat();
        let found = command(env!("CARGO_BIN_EXE_hognose"), &left, &ours, &[]);
        let expected = command(
            &python,
            &right,
            &[&["-m", "compileall"], &*words].concat(),
            &[],
        );
        let text = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(text(&found), text(&expected), "{words:?}");
        assert_eq!(found.status.code(), expected.status.code(), "{words:?}");
        assert_eq!(snapshot(&left), snapshot(&right), "{words:?}");
    }
    let _ = fs::remove_dir_all(folder);
}

/// Command lines that are wrong: the status, and for an exception its last line.
#[test]
fn compileall_refuses() {
    let Some(pair) = pair("compileall-refuses") else {
        return;
    };
    let tree = pair.folder.join("tree");
    make_tree(&tree);
    for words in [
        "-j -1 .",
        "-o x .",
        "-o 1 --hardlink-dupes .",
        "-o 0 -o 0 --hardlink-dupes good.py",
        "-o 0 -o 0 --hardlink-dupes .",
        "-d a -s b .",
        "-x ( .",
        "-i bad_bytes.py .",
        "--no-such-option",
        "--invalidation-mode never .",
    ] {
        let words: Vec<_> = words.split(' ').collect();
        let found = command(
            env!("CARGO_BIN_EXE_hognose"),
            &tree,
            &[&["compileall"], &*words].concat(),
            &[],
        );
        let expected = command(
            &pair.python,
            &tree,
            &[&["-m", "compileall"], &*words].concat(),
            &[],
        );
        assert_eq!(found.status.code(), expected.status.code(), "{words:?}");
        let last = |output: &Output| {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            text.lines().last().unwrap_or_default().to_owned()
        };
        let (found, expected) = (last(&found), last(&expected));
        match expected.strip_prefix("ValueError: ") {
            Some(_) => assert_eq!(found, expected, "{words:?}"),
            None => assert!(!found.is_empty(), "{words:?}"),
        }
    }
}

#[test]
fn py_compile() {
    let Some(pair) = pair("py-compile") else {
        return;
    };
    for words in [
        "good.py",
        "good.py bad_return.py doc.py",
        "bad_bytes.py",
        "bad_indent.py",
        "-q bad_indent.py",
        "bad_nul.py",
        "bad_cookie.py",
        "bad_argument.py",
        "missing.py",
        "warns.py",
    ] {
        pair.run(
            "py-compile",
            "py_compile",
            &words.split(' ').collect::<Vec<_>>(),
        );
    }
}

/// Addresses, which differ from run to run, as our `dis` shows them.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(" at 0x0");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    out
}

#[test]
fn dis() {
    let Some(pair) = pair("dis") else { return };
    let tree = pair.folder.join("tree");
    make_tree(&tree);
    for name in ["good.py", "doc.py", "sub/deep/deeper.py"] {
        let found = command(env!("CARGO_BIN_EXE_hognose"), &tree, &["dis", name], &[]);
        let expected = command(&pair.python, &tree, &["-m", "dis", name], &[]);
        let text = |output: &Output| String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(text(&found), without_addresses(&text(&expected)), "{name}");
    }
}
