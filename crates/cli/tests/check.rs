//! `hognose check` over a folder in every state a file can be in.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use serde_json::Value;

struct Case(PathBuf);

impl Case {
    /// A folder with one source and its fresh bytecode.
    fn new(name: &str) -> Case {
        let folder =
            std::env::temp_dir().join(format!("hognose-check-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let case = Case(folder);
        fs::write(case.source(), "x = 10\n").unwrap();
        case.compile("timestamp");
        case
    }

    fn source(&self) -> PathBuf {
        self.0.join("spam.py")
    }

    fn cached(&self) -> PathBuf {
        self.0.join("__pycache__/spam.cpython-312.pyc")
    }

    fn compile(&self, mode: &str) {
        let (status, text) =
            self.run(&["compileall", "-q", "-f", "--invalidation-mode", mode, "."]);
        assert_eq!(status, 0, "{text}");
    }

    fn run(&self, words: &[&str]) -> (i32, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_hognose"))
            .args(words)
            .current_dir(&self.0)
            .env_remove("SOURCE_DATE_EPOCH")
            .env_remove("PYTHONPYCACHEPREFIX")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code().unwrap(), text)
    }

    /// The state of one file with its detail, the totals and the advice, by --json; the words for people say the same.
    #[track_caller]
    fn expect(&self, path: &str, state: &str, detail: &str) {
        let words = ["check", ".", "--json"];
        let (status, text) = self.run(&words);
        assert_eq!(status, i32::from(state != "fresh"), "{text}");
        let lines: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        let (totals, files) = lines.split_last().unwrap();
        let of = files.iter().find(|file| {
            file["path"]
                .as_str()
                .is_some_and(|found| found.ends_with(path))
        });
        let file = of.unwrap_or_else(|| panic!("{path}: {text}"));
        assert_eq!(file["state"], state, "{text}");
        assert!(file["detail"].as_str().unwrap().contains(detail), "{text}");
        let count = files.iter().filter(|file| file["state"] == state).count();
        assert_eq!(totals["totals"][state], count, "{text}");
        assert_eq!(
            totals["advice"][state].is_string(),
            state != "fresh",
            "{text}"
        );
        let (plain_status, plain) = self.run(&["check", "-v", "."]);
        assert_eq!(plain_status, status);
        assert!(plain.contains(&format!("{path}: {state}")), "{plain}");
        assert!(plain.contains(&format!("{count} {state}")), "{plain}");
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn set_mtime(path: &Path, seconds: u64) {
    let file = fs::File::options().append(true).open(path).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    file.set_modified(time).unwrap();
}

#[test]
fn fresh_in_every_mode() {
    let case = Case::new("fresh");
    for mode in ["timestamp", "checked-hash", "unchecked-hash"] {
        case.compile(mode);
        case.expect("spam.py", "fresh", "");
    }
    let (status, text) = case.run(&["check", "."]);
    assert_eq!((status, text.as_str()), (0, "1 fresh\n"));
}

#[test]
fn stale_by_mtime_size_and_hash() {
    let case = Case::new("stale");
    let old = fs::metadata(case.source()).unwrap().mtime();
    set_mtime(&case.source(), 1_000_000_000);
    let detail = format!("mtime 1000000000 now, {old} when compiled");
    case.expect("spam.py", "stale", &detail);
    let (_, text) = case.run(&["check", "."]);
    assert!(text.contains("stale by mtime alone: 1 of them"), "{text}");
    assert!(text.contains("--invalidation unchecked-hash"), "{text}");

    fs::write(case.source(), "x = 1000\n").unwrap();
    case.expect("spam.py", "stale", "size 9 now, 7 when compiled");

    case.compile("checked-hash");
    fs::write(case.source(), "x = 2000\n").unwrap();
    let version = hognose_version::Version::DEFAULT;
    let hash = |source: &[u8]| {
        hognose_pyc::source_hash(version, source)
            .map(|byte| format!("{byte:02x}"))
            .concat()
    };
    let (now, then) = (hash(b"x = 2000\n"), hash(b"x = 1000\n"));
    let detail = format!("hash {now} now, {then} when compiled");
    case.expect("spam.py", "stale", &detail);

    // Nobody asks whether an unchecked one is.
    case.compile("unchecked-hash");
    fs::write(case.source(), "x = 3\n").unwrap();
    case.expect("spam.py", "fresh", "");
}

#[test]
fn missing_and_orphaned() {
    let case = Case::new("missing");
    fs::write(case.0.join("eggs.py"), "y = 1\n").unwrap();
    case.expect("eggs.py", "missing", "");
    let (_, text) = case.run(&["check", "."]);
    assert!(text.contains("1 fresh, 1 missing"), "{text}");
    assert!(
        text.contains("missing: `hognose compile` makes it"),
        "{text}"
    );

    // The level asked for is the one that counts.
    fs::remove_file(case.0.join("eggs.py")).unwrap();
    let (status, text) = case.run(&["check", "-O", "1", "."]);
    assert_eq!(status, 1);
    assert!(text.contains("spam.py: missing"), "{text}");

    fs::copy(
        case.cached(),
        case.0.join("__pycache__/gone.cpython-312.pyc"),
    )
    .unwrap();
    case.expect("gone.cpython-312.pyc", "orphan", "gone.py does not exist");
    fs::remove_file(case.0.join("__pycache__/gone.cpython-312.pyc")).unwrap();
    fs::copy(case.cached(), case.0.join("spam.pyc")).unwrap();
    case.expect("spam.pyc", "orphan", "comes before it");
    // Without its source it is what is imported.
    fs::rename(case.0.join("spam.pyc"), case.0.join("alone.pyc")).unwrap();
    case.expect("alone.pyc", "fresh", "");
}

#[test]
fn of_another_version() {
    let case = Case::new("version");
    let mut bytes = fs::read(case.cached()).unwrap();
    bytes[..2].copy_from_slice(&3571u16.to_le_bytes());
    fs::write(case.cached(), &bytes).unwrap();
    case.expect("spam.py", "wrong version", "magic number 3571 (Python 3.13");
    let (_, text) = case.run(&["check", "."]);
    assert!(text.contains("`hognose compile --python 3.12"), "{text}");
}

#[test]
fn corrupt() {
    let case = Case::new("corrupt");
    let bytes = fs::read(case.cached()).unwrap();
    fs::write(case.cached(), &bytes[..bytes.len() - 3]).unwrap();
    case.expect("spam.py", "corrupt", "");
    let (_, text) = case.run(&["check", "."]);
    assert!(text.contains("corrupt: imports of it fail"), "{text}");
    fs::write(case.cached(), &bytes[..7]).unwrap();
    case.expect("spam.py", "corrupt", "");
    fs::write(case.0.join("alone.pyc"), &bytes[..40]).unwrap();
    case.expect("alone.pyc", "corrupt", "");
}

#[test]
fn unreadable() {
    let case = Case::new("unreadable");
    // A folder in its place cannot be read by root either.
    fs::remove_file(case.cached()).unwrap();
    fs::create_dir(case.cached()).unwrap();
    case.expect("spam.py", "unreadable", "directory");
    let (_, text) = case.run(&["check", "."]);
    assert!(text.contains("see its permissions"), "{text}");
}

#[test]
fn in_a_place_that_cannot_be_written() {
    let case = Case::new("read-only");
    fs::remove_dir_all(case.0.join("__pycache__")).unwrap();
    case.expect("spam.py", "missing", "");
    let mode = |mode| fs::set_permissions(&case.0, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    case.expect("spam.py", "missing in a read-only place", "");
    let (_, text) = case.run(&["check", "."]);
    mode(0o755);
    assert!(text.contains("every start compiles it again"), "{text}");
}

#[test]
fn what_cannot_be_asked_for() {
    let case = Case::new("usage");
    assert_eq!(case.run(&["check"]).0, 2);
    assert_eq!(case.run(&["check", "--python", "2.7", "."]).0, 2);
    assert_ne!(case.run(&["check", "nowhere"]).0, 0);
    fs::create_dir(case.0.join("empty")).unwrap();
    let (status, text) = case.run(&["check", "empty"]);
    assert_eq!((status, text.as_str()), (0, "no files\n"));
}
