//! The main job from outside: a program of several modules, its caches, the fence to CPython, and bad input.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const HOGNOSE: &str = env!("CARGO_BIN_EXE_hognose");

/// A folder of a test's own, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("hognose-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    /// With a copy of `examples/ledger`.
    fn with_ledger(name: &str) -> Folder {
        let folder = Folder::new(name);
        copy(&repository("examples/ledger"), &folder.0.join("ledger"));
        folder
    }

    fn ledger(&self) -> PathBuf {
        self.0.join("ledger")
    }

    /// A command that sees no Python: nothing on PATH, an empty HOME, no setting of Python's or ours.
    fn without_python(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .env_clear()
            .env("PATH", "")
            .env("HOME", &self.0)
            .current_dir(&self.0);
        command
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap().path();
        let name = entry.file_name().unwrap();
        if !entry.is_dir() {
            fs::copy(&entry, to.join(name)).unwrap();
        } else if name != "__pycache__" {
            copy(&entry, &to.join(name));
        }
    }
}

/// Removes every file with that extension below the folder; how many there were.
fn remove(folder: &Path, extension: &str) -> usize {
    let mut removed = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap().path();
        if entry.is_dir() {
            removed += remove(&entry, extension);
        } else if entry.extension().is_some_and(|e| e == extension) {
            fs::remove_file(entry).unwrap();
            removed += 1;
        }
    }
    removed
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What a command that succeeds prints on its standard output.
fn printed(command: &mut Command) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().unwrap();
    assert!(status.success(), "{command:?}: {}", text(&stderr));
    text(&stdout)
}

/// What the ledger prints, as CPython 3.12.1 printed it.
fn ledger_output() -> String {
    fs::read_to_string(repository("tests/golden/ledger.out")).unwrap()
}

#[test]
fn the_example_runs_from_its_caches_and_compiles_what_was_touched() {
    let folder = Folder::with_ledger("caches");
    let run = || {
        let output = folder
            .without_python(HOGNOSE)
            .args(["run", "-v", "ledger"])
            .output()
            .unwrap();
        assert_eq!(
            text(&output.stdout),
            ledger_output(),
            "{}",
            text(&output.stderr)
        );
        let said = text(&output.stderr);
        // Modules of the ledger's package by whether they were compiled or came from their caches.
        let names = |marker: &str| -> Vec<String> {
            said.lines()
                .filter(|line| line.starts_with(marker))
                .filter_map(|line| line.split("/__pycache__/").nth(1))
                .filter_map(|rest| rest.split('.').next())
                .map(str::to_owned)
                .collect()
        };
        (names("# wrote "), names("# code object from "))
    };
    let modules = ["__init__", "__main__", "accounts", "entries", "report"];
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    let (written, read) = run();
    assert_eq!(sorted(written), modules);
    assert_eq!(read, Vec::<String>::new());
    let (written, read) = run();
    assert_eq!(written, Vec::<String>::new());
    assert_eq!(sorted(read), modules);
    let touched = folder.ledger().join("ledger/accounts.py");
    let file = fs::File::options().append(true).open(touched).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000))
        .unwrap();
    let (written, read) = run();
    assert_eq!(written, ["accounts"]);
    assert_eq!(sorted(read), ["__init__", "__main__", "entries", "report"]);
}

#[test]
fn the_example_prints_what_cpython_prints() {
    let Some(python) = hognose_testkit::cpython_3_12() else {
        return;
    };
    let folder = Folder::with_ledger("golden");
    assert_eq!(
        printed(Command::new(python).arg(folder.ledger())),
        ledger_output()
    );
}

#[test]
fn cpython_runs_what_we_compiled_and_we_run_what_it_compiled() {
    let Some(python) = hognose_testkit::cpython_3_12() else {
        return;
    };
    for (ours, name) in [(true, "fence-out"), (false, "fence-in")] {
        let folder = Folder::with_ledger(name);
        let tree = folder.ledger();
        let mut compile = Command::new(if ours {
            HOGNOSE.as_ref()
        } else {
            python.as_os_str()
        });
        compile.args(if ours {
            &["compileall"][..]
        } else {
            &["-m", "compileall"]
        });
        printed(compile.args(["-q", "-b"]).arg(&tree));
        assert_eq!(remove(&tree, "py"), 5);
        let shown = if ours {
            printed(Command::new(&python).arg(&tree))
        } else {
            printed(folder.without_python(HOGNOSE).arg("run").arg(&tree))
        };
        assert_eq!(shown, ledger_output());
        assert_eq!(remove(&tree, "pyc"), 5);
    }
}

#[test]
fn a_library_behind_the_executable_is_found_before_any_other() {
    let folder = Folder::new("packed");
    let executable = folder.0.join("packed");
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive
        .start_file("os.py", zip::write::SimpleFileOptions::default())
        .unwrap();
    archive.write_all(b"name = 'packed'\n").unwrap();
    let archive = archive.finish().unwrap().into_inner();
    fs::copy(HOGNOSE, &executable).unwrap();
    let mut file = fs::File::options().append(true).open(&executable).unwrap();
    file.write_all(&archive).unwrap();
    drop(file);
    let code = "import os, sys; print(os.name, os.__file__ == sys.executable + '/os.py')";
    assert_eq!(
        printed(
            folder
                .without_python(&executable)
                .args(["run", "-S", "-c", code])
        ),
        "packed True\n"
    );
}

/// The status and the one line on standard error of `hognose run` with bad input.
fn complaint(folder: &Folder, path: &str) -> (Option<i32>, String) {
    let output = folder
        .without_python(HOGNOSE)
        .args(["run", path])
        .output()
        .unwrap();
    assert_eq!(text(&output.stdout), "");
    let said = text(&output.stderr).replace(&format!("{}/", folder.0.display()), "");
    assert_eq!(said.lines().count(), 1, "{said}");
    (output.status.code(), said)
}

#[test]
fn bad_input_gets_one_line() {
    let folder = Folder::new("bad");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.0.join(name), bytes).unwrap();
    fs::create_dir(folder.0.join("empty")).unwrap();
    write("foreign.pyc", b"\x55\x0d\r\n\0\0\0\0\0\0\0\0\0\0\0\0N");
    write("short.pyc", b"\xcb\x0d\r\n\0\0\0\0\0\0\0\0\0\0\0\0\xe3\0");
    write("random.pyc", b"x = 1\n");
    write("nothing.pyc", b"");
    write("data.pyc", b"\xcb\x0d\r\n\0\0\0\0\0\0\0\0\0\0\0\0N");
    for (path, status, words) in [
        ("empty", 1, "can't find '__main__' module in 'empty'"),
        (
            "none.py",
            2,
            "can't open file 'none.py': [Errno 2] No such file or directory",
        ),
        (
            "foreign.pyc",
            1,
            "foreign.pyc: bad magic number 3413 (Python 3.8), expected 3531 (Python 3.12.1)",
        ),
        (
            "random.pyc",
            1,
            "random.pyc: not a .pyc file: it begins with 78203d20, expected magic number 3531",
        ),
        (
            "nothing.pyc",
            1,
            "nothing.pyc: an empty file is no .pyc file",
        ),
        ("short.pyc", 1, "short.pyc: "),
        ("data.pyc", 1, "data.pyc: "),
    ] {
        let (code, said) = complaint(&folder, path);
        assert_eq!(code, Some(status), "{path}: {said}");
        assert!(said.contains(words), "{path}: {said}");
        assert!(!said.contains("panicked"), "{path}: {said}");
    }
}

#[test]
fn under_the_name_of_python_nobody_asks_himself() {
    let folder = Folder::new("venv");
    for name in ["python", "python3.12"] {
        std::os::unix::fs::symlink(HOGNOSE, folder.0.join(name)).unwrap();
    }
    let output = folder
        .without_python(folder.0.join("python"))
        .env("PATH", &folder.0)
        .args(["-c", "import sys; print(sys.executable)"])
        .output()
        .unwrap();
    let shown = format!("{}\n", folder.0.join("python").display());
    assert_eq!(text(&output.stdout), shown, "{}", text(&output.stderr));
}

#[test]
fn what_is_no_pyc_is_told_by_all_who_read_them() {
    let folder = Folder::new("no-pyc");
    for (name, bytes) in [("random.pyc", &b"x = 1\n"[..]), ("nothing.pyc", b"")] {
        fs::write(folder.0.join(name), bytes).unwrap();
        for command in ["dis", "inspect", "run"] {
            let output = folder
                .without_python(HOGNOSE)
                .args([command, name])
                .output()
                .unwrap();
            let said = text(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{command} {name}: {said}");
            assert_eq!(
                (said.lines().count(), text(&output.stdout)),
                (1, String::new()),
                "{said}"
            );
            assert!(
                said.contains(name) && said.contains("expected magic number"),
                "{said}"
            );
        }
    }
    fs::write(folder.0.join("notes.txt"), "x = 1\n").unwrap();
    fs::write(folder.0.join("odd.py"), "# coding: nope\n").unwrap();
    for (arguments, words) in [
        (
            ["check", "notes.txt"],
            "notes.txt: neither a .py nor a .pyc file",
        ),
        (["compile", "/dev/null"], "/dev/null: not a regular file"),
        (["ast", "odd.py"], "File \"odd.py\", line 0"),
        (["symtable", "odd.py"], "File \"odd.py\", line 0"),
    ] {
        let output = folder
            .without_python(HOGNOSE)
            .args(arguments)
            .output()
            .unwrap();
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
}

#[test]
fn a_damaged_cache_is_never_believed() {
    let folder = Folder::new("damaged");
    fs::write(
        folder.0.join("spam.py"),
        "def f(x):\n    return x + 1\nprint(f(1))\n",
    )
    .unwrap();
    let run = |arguments: &[&str]| {
        let output = folder
            .without_python(HOGNOSE)
            .arg("run")
            .args(arguments)
            .output()
            .unwrap();
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    assert_eq!(run(&["-c", "import spam"]).1, "2\n");
    let cache = folder.0.join("__pycache__/spam.cpython-312.pyc");
    let whole = fs::read(&cache).unwrap();
    // RETURN_VALUE at the function's end becomes a POP_TOP: control runs off the end.
    let at = whole
        .windows(4)
        .rposition(|word| word == [0x53, 0, 0, 0] || word[..2] == [0x53, 0]);
    let mut damaged = whole.clone();
    damaged[at.unwrap()] = 1;
    for bytes in [
        &damaged[..],
        &whole[..whole.len() / 2],
        &whole[..20],
        b"",
        b"x = 1",
    ] {
        fs::write(&cache, bytes).unwrap();
        let (status, stdout, said) = run(&["-v", "-c", "import spam"]);
        assert_eq!((status, stdout.as_str()), (Some(0), "2\n"), "{said}");
        let corrupt = said.contains("bytecode of 'spam' is corrupt")
            || said.contains("reached EOF while reading pyc header of 'spam'")
            || said.contains("bad magic number in 'spam'");
        assert!(corrupt, "{said}");
        assert_eq!(fs::read(&cache).unwrap(), whole);
    }
    // Without a source there is nothing to fall back on.
    fs::remove_file(folder.0.join("spam.py")).unwrap();
    fs::write(folder.0.join("spam.pyc"), &damaged).unwrap();
    let (status, _, said) = run(&["-c", "import spam"]);
    assert_eq!(status, Some(1));
    let last = said.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("ImportError: bad marshal data in 'spam': "),
        "{said}"
    );
}

#[test]
fn a_syntax_error_is_shown_with_its_caret() {
    let folder = Folder::new("syntax");
    fs::write(folder.0.join("bad.py"), "def f(:\n    pass\n").unwrap();
    let output = folder
        .without_python(HOGNOSE)
        .args(["run", "bad.py"])
        .output()
        .unwrap();
    let said = text(&output.stderr).replace(&format!("{}/", folder.0.display()), "");
    assert_eq!(
        said,
        "  File \"bad.py\", line 1\n    def f(:\n          ^\nSyntaxError: invalid syntax\n"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_program_finds_its_modules_by_cpythons_rules() {
    let folder = Folder::new("rules");
    let Some(python) = hognose_testkit::cpython_3_12() else {
        return;
    };
    let write = |name: &str, text: &[u8]| fs::write(folder.0.join(name), text).unwrap();
    // A file of the program with the name of a module that `site` imports; what is relative to the folder; odd bytes.
    write("os.py", b"raise SystemError('the wrong os')\n");
    write("relative.py", b"print(__file__[-11:], __cached__[-37:])\n");
    write("odd.py", b"y = 1\nx = '\xff'\n");
    write("nul.py", b"x = '\0'\n");
    fs::create_dir(folder.0.join("space")).unwrap();
    write("space/leaf.py", b"raise ValueError(__name__)\n");
    write("bad.pyc", b"x");
    let programs: [&[&str]; 9] = [
        &[
            "-c",
            "import sys; sys.path.insert(0, './'); import relative; print(sys.path[1:2])",
        ],
        &["odd.py"],
        &["nul.py"],
        &["-c", "import odd"],
        &["-c", "import nul"],
        &["-m", "space.leaf"],
        &[
            "-c",
            "import importlib; importlib.import_module('space.leaf')",
        ],
        &["-c", "import bad"],
        &["-c", "import space; print(space, space.__file__)"],
    ];
    for program in programs {
        let run = |command: &mut Command| {
            let output = command.args(program).output().unwrap();
            (
                output.status.code(),
                text(&output.stdout),
                text(&output.stderr),
            )
        };
        let mut ours = Command::new(HOGNOSE);
        ours.arg("run");
        let mut theirs = Command::new(&python);
        for command in [&mut ours, &mut theirs] {
            command
                .current_dir(&folder.0)
                .env_remove("PYTHONDONTWRITEBYTECODE");
        }
        assert_eq!(run(&mut ours), run(&mut theirs), "{program:?}");
    }
}
