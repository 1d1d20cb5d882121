//! `hognose compile` over small trees: where results go, what is in them, what is told.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FILES: &[(&str, &str)] = &[
    (
        "src/__main__.py",
        "import pkg.one\nprint(pkg.one.where(), __debug__)\n",
    ),
    ("src/pkg/__init__.py", ""),
    (
        "src/pkg/one.py",
        "def where():\n    'Text.'\n    return where.__code__.co_filename\n",
    ),
    ("src/pkg/data.txt", "data\n"),
    ("src/tests/test_one.py", "assert 1\n"),
    ("src/tests/keep/test_two.py", "assert 2\n"),
];

struct Case {
    folder: PathBuf,
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Case {
    fn new(name: &str) -> Case {
        let folder =
            std::env::temp_dir().join(format!("hognose-compile-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for (name, text) in FILES {
            write(&folder.join(name), text);
        }
        Case { folder }
    }

    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hognose"));
        command
            .args(words.split_whitespace())
            .current_dir(&self.folder);
        for name in [
            "SOURCE_DATE_EPOCH",
            "VIRTUAL_ENV",
            "PYTHONPYCACHEPREFIX",
            "NO_COLOR",
        ] {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, words: &str) -> Ran {
        ran(&mut self.command(words))
    }

    /// Runs and wants success.
    fn ok(&self, words: &str) -> Ran {
        let ran = self.run(words);
        assert_eq!(ran.code, 0, "{words}: {}", ran.err);
        ran
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// All files below a folder with their bytes.
    fn below(&self, name: &str) -> BTreeMap<String, Vec<u8>> {
        let top = self.path(name);
        let mut found = BTreeMap::new();
        let mut folders = vec![top.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path
                        .strip_prefix(&top)
                        .unwrap()
                        .to_string_lossy()
                        .into_owned();
                    found.insert(name, fs::read(&path).unwrap());
                }
            }
        }
        found
    }

    fn names(&self, name: &str) -> Vec<String> {
        self.below(name).into_keys().collect()
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn ran(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: text(&output.stdout),
        err: text(&output.stderr),
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn only_what_is_stale_is_compiled() {
    let case = Case::new("stale");
    assert!(case.ok("compile src").err.starts_with("5 compiled in "));
    assert!(
        case.ok("compile src")
            .err
            .starts_with("0 compiled, 5 fresh in ")
    );
    assert!(case.ok("compile -f src").err.starts_with("5 compiled in "));
    assert!(
        case.ok("compile --invalidation unchecked-hash src")
            .err
            .starts_with("5 compiled")
    );
    assert!(
        case.ok("compile --invalidation unchecked-hash src")
            .err
            .contains("5 fresh")
    );
    write(&case.path("src/pkg/one.py"), "x = 1\n");
    assert!(
        case.ok("compile --invalidation unchecked-hash src")
            .err
            .starts_with("1 compiled, 4 fresh")
    );
    assert_eq!(case.ok("compile -q src").err, "");
    assert!(
        case.ok("compile --levels 2,0,1 -j 1 src")
            .err
            .starts_with("10 compiled, 5 fresh in ")
    );
    let names = case.names("src/pkg/__pycache__");
    let of_one: Vec<_> = names
        .iter()
        .filter(|name| name.starts_with("one"))
        .collect();
    assert_eq!(
        of_one,
        [
            "one.cpython-312.opt-1.pyc",
            "one.cpython-312.opt-2.pyc",
            "one.cpython-312.pyc"
        ]
    );
}

#[test]
fn what_is_excluded_is_left_alone() {
    let case = Case::new("exclude");
    case.ok("compile -x tests/ -x *__.py src");
    let made: Vec<_> = case
        .names("src")
        .into_iter()
        .filter(|name| name.ends_with(".pyc"))
        .collect();
    assert_eq!(made, ["pkg/__pycache__/one.cpython-312.pyc"]);
    // What is said later counts more, as in a .gitignore file.
    case.ok("compile -x *.py -x !test_two.py src");
    assert_eq!(
        case.names("src/tests/keep/__pycache__"),
        ["test_two.cpython-312.pyc"]
    );
    write(&case.path("src/.gitignore"), "keep/\n");
    let fresh = case.ok("compile -f --gitignore src/tests").err;
    assert!(fresh.starts_with("1 compiled in "), "{fresh}");
}

#[test]
fn a_tree_elsewhere_gives_the_same_bytes() {
    let case = Case::new("places");
    for place in ["one/here", "two/quite/elsewhere"] {
        for (name, text) in FILES {
            write(&case.path(place).join(name), text);
        }
        // Another time, another folder to start from, another order of directory entries.
        let options = "--invalidation unchecked-hash --add-prefix /app --levels 0,1,2";
        case.ok(&format!(
            "compile {options} --strip-prefix {place}/src {place}/src"
        ));
    }
    let (one, two) = (case.below("one/here"), case.below("two/quite/elsewhere"));
    assert_eq!(one.len(), FILES.len() + 3 * 5);
    assert_eq!(one, two);
    let source = one.get("src/pkg/__pycache__/one.cpython-312.pyc").unwrap();
    assert!(source.windows(15).any(|bytes| bytes == b"/app/pkg/one.py"));

    for place in ["one/here", "two/quite/elsewhere"] {
        let out = place.replace('/', "-");
        case.ok(&format!(
            "compile -q --sourceless --strip-prefix {place}/src --out-dir {out}.zip {place}/src"
        ));
    }
    let [one, two] =
        ["one-here.zip", "two-quite-elsewhere.zip"].map(|name| fs::read(case.path(name)).unwrap());
    assert_eq!(one, two);
    assert_eq!(case.run("compile --strip-prefix src/pkg src").code, 2);
}

#[test]
fn results_go_where_they_are_wanted() {
    let case = Case::new("places-of-results");
    case.ok("compile --out-dir out -x tests/ src");
    let expected = [
        "__pycache__/__main__.cpython-312.pyc",
        "pkg/__pycache__/__init__.cpython-312.pyc",
        "pkg/__pycache__/one.cpython-312.pyc",
    ];
    assert_eq!(case.names("out"), expected);
    assert_eq!(case.names("src").len(), FILES.len());
    case.ok("compile --strip-prefix . --out-dir deep src/pkg src/tests");
    assert!(
        case.path("deep/src/pkg/__pycache__/one.cpython-312.pyc")
            .exists()
    );
    case.ok("compile -o single.pyc -d /shown/as.py src/pkg/one.py");
    assert!(
        fs::read(case.path("single.pyc"))
            .unwrap()
            .windows(12)
            .any(|bytes| bytes == b"/shown/as.py")
    );

    write(&case.path("other/pkg/one.py"), "");
    let clash = case.run("compile --out-dir clash src other");
    assert_eq!(clash.code, 2);
    assert!(
        clash
            .err
            .contains("would both become clash/pkg/__pycache__/one.cpython-312.pyc"),
        "{}",
        clash.err
    );
    assert!(!case.path("clash").exists());
    // The same file named twice is no clash.
    assert!(
        case.ok("compile -f src/pkg src/pkg/one.py")
            .err
            .starts_with("2 compiled")
    );

    fs::create_dir(case.path("prefix")).unwrap();
    assert_eq!(
        ran(case
            .command("compile -q src/pkg")
            .env("PYTHONPYCACHEPREFIX", case.path("prefix")))
        .code,
        0
    );
    let below = case
        .folder
        .strip_prefix("/")
        .unwrap()
        .join("src/pkg/one.cpython-312.pyc");
    assert!(case.path("prefix").join(below).exists());
}

#[test]
fn deployments_run_without_sources() {
    let case = Case::new("deploy");
    case.ok(
        "compile --sourceless -x tests/ --add-prefix /app --strip-prefix src --out-dir dist src",
    );
    assert_eq!(
        case.names("dist"),
        [
            "__main__.pyc",
            "pkg/__init__.pyc",
            "pkg/data.txt",
            "pkg/one.pyc"
        ]
    );
    case.ok("compile --sourceless -O -x tests/ --out-dir app.pyz src");
    assert_ne!(
        fs::metadata(case.path("app.pyz"))
            .unwrap()
            .permissions()
            .mode()
            & 0o100,
        0
    );
    write(
        &case.path("lib/tool/cli.py"),
        "def main():\n    print('called')\n    return 3\n",
    );
    case.ok("compile --sourceless --main tool.cli:main --out-dir tool.pyz lib");
    fs::rename(case.path("src"), case.path("gone")).unwrap();
    fs::rename(case.path("lib"), case.path("gone-too")).unwrap();

    let check = |run: &dyn Fn(&str) -> Ran| {
        let dist = run("dist");
        assert!(
            dist.out.contains("pkg/one.py") && dist.out.contains("True"),
            "{}{}",
            dist.out,
            dist.err
        );
        let app = run("app.pyz");
        // An import from an archive puts its own name in.
        assert!(
            app.out.ends_with("False\n") || app.out.ends_with("True\n"),
            "{}{}",
            app.out,
            app.err
        );
        let tool = run("tool.pyz");
        assert_eq!(
            (tool.out.as_str(), tool.code),
            ("called\n", 3),
            "{}",
            tool.err
        );
    };
    check(&|name| case.run(&format!("run {name}")));
    if let Some(python) = hognose_testkit::cpython_3_12() {
        check(&|name| ran(Command::new(&python).arg(name).current_dir(&case.folder)));
    }
}

#[test]
fn a_deployment_needs_something_to_run() {
    let case = Case::new("main");
    for (words, reason) in [
        ("--out-dir lib.pyz src/pkg", "there is no __main__.py"),
        ("--out-dir lib.pyz --main no-colon src/pkg", "--main takes"),
        (
            "--out-dir lib.pyz --main a:b src",
            "--main is for trees without",
        ),
    ] {
        let refused = case.run(&format!("compile --sourceless {words}"));
        assert_eq!(refused.code, 2, "{words}");
        assert!(refused.err.contains(reason), "{words}: {}", refused.err);
        assert!(!case.path("lib.pyz").exists());
    }
    // A library needs none.
    case.ok("compile --sourceless --out-dir lib.zip src/pkg");
}

#[test]
fn the_version_is_found() {
    let case = Case::new("version");
    assert!(case.ok("compile src").err.contains("Python 3.12.1"));
    write(&case.path(".python-version"), "3.11.7\n");
    let refused = case.run("compile src");
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("3.11.7 (from") && refused.err.contains(".python-version"),
        "{}",
        refused.err
    );
    case.ok("compile --python 3.12 src");
    // An environment says it more surely than a file; the one around the sources more than the active one.
    write(&case.path("active/pyvenv.cfg"), "version = 3.10.13\n");
    let active = case.folder.join("active");
    let refused = ran(case.command("compile src").env("VIRTUAL_ENV", &active));
    assert!(refused.err.contains("3.10.13"), "{}", refused.err);
    write(
        &case.path("src/pyvenv.cfg"),
        "home = /usr/bin\nversion_info = 3.12.3.final.0\n",
    );
    let found = ran(case.command("compile src/pkg").env("VIRTUAL_ENV", &active));
    assert_eq!(found.code, 0, "{}", found.err);
    write(&case.path("src/pyvenv.cfg"), "version = 2.7.18\n");
    assert!(
        case.run("compile src/pkg")
            .err
            .contains("asks for Python 2.7.18")
    );
}

#[test]
fn failures_are_told_and_the_rest_is_done() {
    let case = Case::new("failures");
    write(&case.path("src/bad.py"), "x = 1\nf(\n");
    fs::create_dir_all(case.path("src/pkg/__pycache__/one.cpython-312.pyc")).unwrap();
    let told = case.run("compile src missing.py");
    assert_eq!(told.code, 1);
    for text in [
        "File \"src/bad.py\", line 2",
        "SyntaxError: '(' was never closed",
        "one.cpython-312.pyc is a non-regular file",
        "missing.py: No such file",
        "4 compiled, 3 failed in ",
    ] {
        assert!(told.err.contains(text), "{text}: {}", told.err);
    }
    let told = case.run("compile --json -f src missing.py");
    assert_eq!(told.code, 1);
    let json: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!((&json["compiled"], &json["failed"]), (&4.into(), &3.into()));
    let files = json["files"].as_array().unwrap();
    let bad = files
        .iter()
        .find(|file| file["source"] == "src/bad.py")
        .unwrap();
    assert_eq!(bad["error"]["type"], "SyntaxError");
    assert_eq!(
        (&bad["error"]["line"], &bad["error"]["column"]),
        (&2.into(), &2.into())
    );
    assert_eq!(told.err, "");
}

#[test]
fn standard_streams_are_files_too() {
    let case = Case::new("streams");
    let mut child = case.command("compile -");
    let mut child = child
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"print(1)\n")
        .unwrap();
    let pyc = child.wait_with_output().unwrap().stdout;
    fs::write(case.path("in.pyc"), &pyc).unwrap();
    assert!(case.ok("dis in.pyc").out.contains("LOAD_NAME"));
    for words in ["dis -", "inspect -"] {
        let mut child = case.command(words);
        let mut child = child
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(&pyc).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success() && !output.stdout.is_empty(),
            "{words}"
        );
    }
    for words in ["tokens -", "ast -", "symtable -"] {
        let mut child = case.command(words);
        let mut child = child
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(b"x = 1\n").unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(
            output.status.success() && !output.stdout.is_empty(),
            "{words}"
        );
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let case = Case::new("pipe");
    write(&case.path("long.py"), &"x = [1, 2, 3]\n".repeat(20_000));
    for words in [
        "tokens long.py",
        "ast long.py",
        "dis long.py",
        "dis --json long.py",
        "completions bash",
    ] {
        let mut child = case.command(words);
        let mut child = child
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{words}");
        assert!(output.status.success(), "{words}");
    }
}

#[test]
fn colour_is_used_where_it_is_wanted() {
    let case = Case::new("colour");
    let paints = |words: &str| case.run(words).err.contains("\x1b[");
    assert!(!paints("compile missing"));
    assert!(paints("--color always compile missing"));
    assert!(paints("compile --color=always missing"));
    assert!(!paints("--color never compile missing"));
    assert!(paints("--color always no-such-command"));
    assert!(!paints("no-such-command"));
}

#[test]
fn completions_manuals_and_versions_cover_all() {
    let case = Case::new("manuals");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            case.ok(&format!("completions {shell}"))
                .out
                .contains("compileall"),
            "{shell}"
        );
    }
    assert!(case.ok("man").out.contains("hognose"));
    let page = case.ok("man compile").out;
    assert!(page.contains("hognose\\-compile") && page.contains("sourceless"));
    assert_eq!(case.run("man no-such-command").code, 1);
    case.ok("man --out-dir pages");
    let pages = case.names("pages");
    let help = case.ok("help").out;
    let commands = help
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    for command in commands.filter(|name| name.chars().next().is_some_and(char::is_lowercase)) {
        assert!(pages.contains(&format!("hognose-{command}.1")), "{command}");
        if !["help", "completions", "man", "versions"].contains(&command) {
            let help = case.ok(&format!("help {command}")).out;
            assert!(help.contains("Examples:"), "{command}");
        }
    }
    let versions = case.ok("versions").out;
    assert!(
        versions.contains("3.12.1    3531   cpython-312   read dis compile verify run"),
        "{versions}"
    );
    let json: serde_json::Value = serde_json::from_str(&case.ok("versions --json").out).unwrap();
    assert!(json["releases"].as_array().unwrap().len() > 7);
}

#[test]
fn warnings_are_shown_unless_quiet() {
    let case = Case::new("warnings");
    write(&case.path("warns.py"), "x = '\\d'\n");
    let told = case.ok("compile warns.py").err;
    assert!(
        told.starts_with(
            "warns.py:1: SyntaxWarning: invalid escape sequence '\\d'\n  x = '\\d'\n1 compiled in "
        ),
        "{told}"
    );
    assert_eq!(case.ok("compile -q -f warns.py").err, "");
}
