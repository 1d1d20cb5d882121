//! What a person types: the interactive loop, `-i`, and how a program ends that Ctrl-C ends; compared with CPython 3.12.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn hognose() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hognose"));
    command.arg("run");
    command
}

fn typed(mut command: Command, lines: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command runs");
    let mut stdin = child.stdin.take().expect("standard input is a pipe");
    // Whoever ends early does not read the rest.
    let _ = stdin.write_all(lines.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the command ends")
}

fn shown(output: &Output) -> (String, String, Option<i32>) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&output.stdout),
        text(&output.stderr),
        output.status.code(),
    )
}

const SESSION: &str = "x = 1\nx\nif x:\n  print(5)\n  y=2\n\n1/0\ndef f():\n  return 1/0\n\nf()\nfoo bar\n(1,\n2)\n# c\n\n\
                       class A:\n  x=1\n\n  y=2\nname = input('p? ')\nhello\nname\nimport sys\nsys.ps1 = '$ '\n'''a\nb'''\nx = \"abc\n\
                       _\n'a' if 1 else \\\n  2\nfrom __future__ import annotations\ndef g(a: nothing): pass\n\ng.__annotations__\n\
                       raise KeyboardInterrupt\nsys.last_exc\nsys.exit(3)\nnot reached\n";

#[test]
fn a_session_is_as_in_cpython() {
    let ours = |lines| {
        let mut command = hognose();
        command.args(["-q", "-i", "-S"]);
        shown(&typed(command, lines))
    };
    let (stdout, stderr, status) = ours("1 + 1\nif 1:\n  2\n\n");
    assert_eq!((stdout.as_str(), status), ("2\n2\n", Some(0)));
    assert_eq!(stderr, ">>> >>> ... ... >>> \n");
    let Some(python) = hognose_testkit::cpython_3_12() else {
        return;
    };
    for lines in [
        SESSION,
        "",
        "1",
        "if 1:\n  2",
        "x = (\n",
        "print(1)\nexit(7)\n",
    ] {
        let mut command = Command::new(&python);
        command.args(["-q", "-i", "-S"]);
        // Errors go to one stream and values to another; each has its own order.
        assert_eq!(ours(lines), shown(&typed(command, lines)), "{lines:?}");
    }
}

#[test]
fn a_prompt_follows_the_program() {
    let folder = std::env::temp_dir().join(format!("hognose-prompt-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let script = folder.join("s.py");
    std::fs::write(
        &script,
        "first line is skipped\nx = 5\nraise SystemExit(4)\n",
    )
    .expect("a file");
    let run = |mut command: Command| {
        command
            .args(["-q", "-x", "-i"])
            .arg(Path::new("s.py"))
            .current_dir(&folder);
        shown(&typed(command, "x\n"))
    };
    let (stdout, stderr, status) = run(hognose());
    assert_eq!((stdout.as_str(), status), ("5\n", Some(0)), "{stderr}");
    assert!(stderr.contains("line 3, in <module>") && stderr.contains("SystemExit: 4\n>>> "));
    if let Some(python) = hognose_testkit::cpython_3_12() {
        assert_eq!(run(Command::new(python)), (stdout, stderr, status));
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[test]
fn ctrl_c_is_seen_by_the_parent() {
    let output = hognose()
        .args(["-c", "raise KeyboardInterrupt"])
        .output()
        .expect("hognose runs");
    assert_eq!(output.status.signal(), Some(2));
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(text.ends_with("\nKeyboardInterrupt\n"), "{text}");
}

#[test]
fn names_that_are_no_utf_8_go_through() {
    use std::ffi::OsStr;
    // The program imports `os`, so it needs the library too.
    let Some(python) = hognose_testkit::cpython_3_12() else {
        return;
    };
    use std::os::unix::ffi::OsStrExt;
    let odd = OsStr::from_bytes(b"caf\xe9");
    let folder = std::env::temp_dir()
        .join(format!("hognose-odd-{}", std::process::id()))
        .join(odd);
    std::fs::create_dir_all(&folder).expect("a folder");
    let script = folder.join("s.py");
    std::fs::write(
        folder.join("helper.py"),
        "def fail():\n    raise ValueError\n",
    )
    .expect("a file");
    let program = "import sys, os, helper\nprint(os.fsencode(sys.argv[1]), ascii(sys.argv[1]), ascii(__file__)[-12:])\n\
                   print(os.fsencode(sys.path[0])[-4:], ascii(helper.__file__)[-16:], os.listdir(os.fsencode(sys.path[0])) != [])\n\
                   print(ascii(sys._getframe().f_code.co_filename)[-12:])\nhelper.fail()\n";
    std::fs::write(&script, program).expect("a file");
    let run = |mut command: Command| {
        let output = command.arg("-B").arg(&script).arg(odd).output();
        shown(&output.expect("the command runs"))
    };
    let ours = run(hognose());
    assert!(ours.0.starts_with("b'caf\\xe9' 'caf\\udce9'"), "{ours:?}");
    assert_eq!(ours, run(Command::new(python)));
    std::fs::remove_dir_all(folder.parent().expect("a parent")).expect("the folder goes");
}
