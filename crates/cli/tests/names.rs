//! Files whose names are not UTF-8, and sources and .pyc files without a name.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const CACHED: &[u8] = b"nu/__pycache__/\xff.cpython-312.pyc";

/// A folder with `nu/\xff.py`.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("hognose-names-{}-{name}", std::process::id()));
    fs::create_dir_all(folder.join("nu")).unwrap();
    fs::write(folder.join(OsStr::from_bytes(b"nu/\xff.py")), "a = 12345\n").unwrap();
    folder
}

fn hognose(folder: &PathBuf, words: &[&[u8]], stdin: Stdio) -> (i32, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_hognose"))
        .args(words.iter().map(|word| OsStr::from_bytes(word)))
        .current_dir(folder)
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("PYTHONPYCACHEPREFIX")
        .env_remove("PYTHONOPTIMIZE")
        .stdin(stdin)
        .output()
        .unwrap();
    let text = [stdout, stderr].concat();
    (
        status.code().unwrap(),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

#[test]
fn bytecode_of_any_name_is_compared() {
    let makers: [&[&[u8]]; 4] = [
        &[b"py-compile", b"nu/\xff.py"],
        &[b"compileall", b"-q", b"nu/\xff.py"],
        &[b"compileall", b"-q", b"nu"],
        &[b"compile", b"nu"],
    ];
    for (number, maker) in makers.into_iter().enumerate() {
        let folder = folder(&format!("compared-{number}"));
        let run = |words: &[&[u8]]| hognose(&folder, words, Stdio::null());
        let (code, text) = run(maker);
        assert_eq!(code, 0, "{text}");
        let cached = folder.join(OsStr::from_bytes(CACHED));
        let bytes = fs::read(&cached).unwrap();
        // `os.fsdecode`'s lone surrogate stands in co_filename.
        assert!(bytes.windows(6).any(|part| part == b"\xed\xb3\xbf.py"));
        assert_eq!(run(&[b"verify", b"nu"]), (0, "1 identical\n".to_owned()));
        assert_eq!(run(&[b"check", b"nu"]), (0, "1 fresh\n".to_owned()));

        let mut bytes = bytes;
        let place = bytes.windows(2).position(|part| part == [0x39, 0x30]);
        let place = place.unwrap();
        bytes[place] = 0x3a;
        fs::write(&cached, bytes).unwrap();
        let (code, text) = run(&[b"verify", b"nu"]);
        assert_eq!(code, 1, "{text}");
        assert!(text.ends_with("1 different\n"), "{text}");
        fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn a_nul_is_told_with_its_file() {
    let folder = folder("nul");
    fs::write(folder.join("nul.py"), "a = 1\0\n").unwrap();
    for words in [
        &[&b"compile"[..], b"."][..],
        &[b"compile", b"nul.py", b"-o", b"nul.pyc"],
    ] {
        let (code, text) = hognose(&folder, words, Stdio::null());
        assert_eq!(code, 1, "{text}");
        let wanted = "nul.py: SyntaxError: source code string cannot contain null bytes";
        assert!(text.contains(wanted), "{text}");
    }
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_pyc_on_stdin_is_not_called_good() {
    let folder = folder("stdin");
    fs::write(folder.join("spam.py"), "a = 1\n").unwrap();
    let (code, text) = hognose(&folder, &[b"py-compile", b"spam.py"], Stdio::null());
    assert_eq!(code, 0, "{text}");
    let file = fs::File::open(folder.join("__pycache__/spam.cpython-312.pyc")).unwrap();
    let (code, text) = hognose(&folder, &[b"verify", b"-"], file.into());
    assert_eq!(code, 1, "{text}");
    assert!(text.starts_with("<stdin>: cannot say: "), "{text}");
    let (code, text) = hognose(&folder, &[b"verify", b"-"], Stdio::null());
    assert_eq!(code, 1, "{text}");
    assert!(text.starts_with("<stdin>: different: "), "{text}");
    fs::remove_dir_all(folder).unwrap();
}
