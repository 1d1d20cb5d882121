//! `hognose compile` killed at any moment, interrupted, and run many times at once over one tree.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const FILES: usize = 12;
const KILLS: u32 = 300;

/// A tree whose .pyc files come in two kinds, which differ in a name of one length.
struct Tree {
    folder: PathBuf,
    /// What each file is after a whole run of either kind.
    kinds: [Vec<Vec<u8>>; 2],
}

impl Tree {
    fn new(name: &str) -> Tree {
        let folder = std::env::temp_dir().join(format!("hognose-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        for index in 0..FILES {
            let source = folder.join(format!("p{}/m{index}.py", index % 3));
            fs::create_dir_all(source.parent().unwrap()).unwrap();
            let line = format!("def f(a):\n    return [a, 'text {index}', lambda: a]\n");
            fs::write(source, line.repeat(1 + index * 8)).unwrap();
        }
        let mut tree = Tree {
            folder,
            kinds: [Vec::new(), Vec::new()],
        };
        for kind in [0, 1] {
            assert!(tree.start(kind, 2).wait().unwrap().success());
            tree.kinds[kind] = tree
                .cached()
                .iter()
                .map(|path| fs::read(path).unwrap())
                .collect();
        }
        assert_ne!(tree.kinds[0], tree.kinds[1]);
        tree
    }

    fn start(&self, kind: usize, jobs: u32) -> Child {
        Command::new(env!("CARGO_BIN_EXE_hognose"))
            .args([
                "compile",
                "-q",
                "-f",
                "--add-prefix",
                ["one", "two"][kind],
                "-j",
            ])
            .arg(jobs.to_string())
            .arg(".")
            .current_dir(&self.folder)
            .env_remove("SOURCE_DATE_EPOCH")
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    fn cached(&self) -> Vec<PathBuf> {
        let name = |index: usize| format!("p{}/__pycache__/m{index}.cpython-312.pyc", index % 3);
        (0..FILES)
            .map(|index| self.folder.join(name(index)))
            .collect()
    }

    /// Whether every .pyc that was there is there, whole, and of either kind.
    fn check(&self, what: &str, may_be_missing: bool) {
        for (index, path) in self.cached().iter().enumerate() {
            let Ok(bytes) = fs::read(path) else {
                assert!(may_be_missing, "{what}: {} is gone", path.display());
                continue;
            };
            let whole = self.kinds.iter().any(|kind| kind[index] == bytes);
            assert!(whole, "{what}: {} is torn", path.display());
        }
    }

    /// What lies beside the .pyc files.
    fn leftovers(&self) -> Vec<PathBuf> {
        let folders = (0..3).map(|index| self.folder.join(format!("p{index}/__pycache__")));
        let entries = folders
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flatten();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_none_or(|ending| ending != "pyc"))
            .collect()
    }

    fn forget(&self) {
        for index in 0..3 {
            let _ = fs::remove_dir_all(self.folder.join(format!("p{index}/__pycache__")));
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .stderr(Stdio::null())
        .status();
    // It may be over already.
    sent.expect("the command `kill` is there");
}

/// Numbers that look random, the same each time.
struct Delays(u64);

impl Delays {
    fn next(&mut self, below: Duration) -> Duration {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        below.mul_f64((self.0 >> 40) as f64 / (1u64 << 24) as f64)
    }
}

#[test]
fn killed_at_any_moment() {
    let tree = Tree::new("killed");
    let whole = || {
        let started = Instant::now();
        assert!(tree.start(0, 2).wait().unwrap().success());
        started.elapsed()
    };
    let whole = (0..5).map(|_| whole()).min().unwrap_or_default();
    let mut delays = Delays(1);
    let (mut cut, mut left) = (0, 0);
    // From a forgetting on until a whole run, files may not have been made yet.
    let mut may_be_missing = false;
    for round in 0..KILLS {
        if round % 4 == 0 {
            tree.forget();
            may_be_missing = true;
        }
        let mut child = tree.start(round as usize % 2, 1 + round % 2);
        std::thread::sleep(delays.next(whole));
        let name = ["-KILL", "-TERM", "-KILL", "-INT", "-HUP"][round as usize % 5];
        signal(&child, name);
        let status = child.wait().unwrap();
        cut += u32::from(!status.success());
        let what = format!("round {round}, {name}");
        may_be_missing &= !status.success();
        tree.check(&what, may_be_missing);
        if name == "-KILL" {
            left += usize::from(!tree.leftovers().is_empty());
        }
        // Who may still act leaves nothing, also not what an earlier one left that was killed.
        if status.success() {
            assert_eq!(tree.leftovers(), [] as [PathBuf; 0], "{what}");
        }
    }
    assert!(tree.start(1, 2).wait().unwrap().success());
    tree.check("at the end", false);
    assert_eq!(tree.leftovers(), [] as [PathBuf; 0]);
    println!(
        "{cut} of {KILLS} runs were cut short; {left} kills left a file, which the next run removed"
    );
    assert!(cut > 0, "no run was cut short");
}

#[test]
fn many_at_once() {
    let tree = Tree::new("many");
    for round in 0..6 {
        if round % 2 == 0 {
            tree.forget();
        }
        let running: Vec<_> = (0..6).map(|kind| tree.start(kind % 2, 2)).collect();
        for mut child in running {
            assert!(child.wait().unwrap().success(), "round {round}");
        }
        tree.check(&format!("round {round}"), false);
        assert_eq!(tree.leftovers(), [] as [PathBuf; 0], "round {round}");
    }
}

#[test]
fn the_signal_is_passed_on() {
    use std::os::unix::process::ExitStatusExt;
    let tree = Tree::new("signal");
    for (name, number) in [("-INT", 2), ("-TERM", 15), ("-HUP", 1)] {
        let seen = (0..40).any(|_| {
            let mut child = tree.start(0, 1);
            std::thread::sleep(Duration::from_millis(3));
            signal(&child, name);
            child.wait().unwrap().signal() == Some(number)
        });
        assert!(seen, "no run ended by {name}");
        assert_eq!(tree.leftovers(), [] as [PathBuf; 0], "{name}");
    }
}

#[test]
fn what_others_left_is_removed() {
    let tree = Tree::new("left");
    let folder = tree.folder.join("p0/__pycache__");
    let left = folder.join("m0.cpython-312.pyc.1-0-0.hognose-tmp");
    let held = folder.join("m0.cpython-312.pyc.2-0-0.hognose-tmp");
    let other = folder.join("m0.cpython-312.pyc.139712");
    for path in [&left, &held, &other] {
        fs::write(path, "x").unwrap();
    }
    let lock = fs::File::open(&held).unwrap();
    lock.lock().unwrap();
    for command in ["compile", "compileall"] {
        fs::write(&left, "x").unwrap();
        let mut run = Command::new(env!("CARGO_BIN_EXE_hognose"));
        let status = run
            .args([command, "-q", "."])
            .current_dir(&tree.folder)
            .status();
        assert!(status.unwrap().success());
        assert!(!left.exists(), "{command}");
        assert!(held.exists() && other.exists(), "{command}");
    }
}
