//! `hognose verify` over a source with honest and with doctored .pyc files.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use hognose_bytecode::{CodeObject, Const, OpTable, Opcode, PyStr, emit};
use hognose_pyc::marshal::{Environment, FLAG_REF, Tape};
use hognose_pyc::{HEADER_LEN, Header, Pyc, Validation, compiled_file};

const SOURCE: &str = "\
import os
LIMIT = 10
def read(name):
    if name.startswith('/'):
        return os.path.basename(name)
    try:
        return name * LIMIT
    except TypeError:
        return None
class Box:
    size = 1
";

struct Case {
    folder: PathBuf,
}

impl Case {
    fn new(name: &str) -> Case {
        let folder =
            std::env::temp_dir().join(format!("hognose-verify-{}-{name}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("spam.py"), SOURCE).unwrap();
        let case = Case { folder };
        let (code, _) = case.run(&["py-compile", "spam.py"]);
        assert_eq!(code, 0);
        case
    }

    fn run(&self, words: &[&str]) -> (i32, String) {
        let program = Command::new(env!("CARGO_BIN_EXE_hognose"))
            .args(words)
            .current_dir(&self.folder)
            .env_remove("SOURCE_DATE_EPOCH")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&program.stdout).into_owned();
        (program.status.code().unwrap(), text)
    }

    fn cached(&self) -> PathBuf {
        self.folder.join("__pycache__/spam.cpython-312.pyc")
    }

    /// Doctors the code object and writes the file as CPython would.
    fn doctor(&self, change: impl FnOnce(&mut CodeObject)) {
        let Pyc { header, code, .. } = Pyc::read(&fs::read(self.cached()).unwrap()).unwrap();
        let mut code = Arc::unwrap_or_clone(code);
        change(&mut code);
        fs::write(
            self.cached(),
            compiled_file(&header, &code, &Environment::default()),
        )
        .unwrap();
    }

    #[track_caller]
    fn expect(&self, status: i32, words: &str) {
        let (code, text) = self.run(&["verify", "."]);
        assert!(text.contains(words), "{text}");
        assert_eq!(code, status, "{text}");
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn first_function(code: &mut CodeObject) -> &mut CodeObject {
    let found = code.consts.iter_mut().find_map(|constant| match constant {
        Const::Code(inner) => Some(Arc::make_mut(inner)),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn honest_files_pass() {
    let case = Case::new("honest");
    case.expect(0, "1 identical");
    case.run(&["compileall", "-q", "-o", "0", "-o", "1", "-o", "2", "."]);
    case.expect(0, "3 identical");
    // Which objects are shared is the writer's business: another process may have had other strings alive.
    let bytes = fs::read(case.cached()).unwrap();
    let version = hognose_version::Version::DEFAULT;
    let tape = Tape::read(&bytes, HEADER_LEN, version).unwrap();
    let code = Pyc::read(&bytes).unwrap().code;
    // One more object that could be referred to, so late that no reference gets another number.
    let other = tape.items.iter().rev().find_map(|item| {
        let mut other = bytes.clone();
        other[item.offset] |= FLAG_REF;
        let same = Pyc::read(&other).is_ok_and(|pyc| pyc.code == code);
        (same && other != bytes).then_some(other)
    });
    fs::write(case.cached(), other.unwrap()).unwrap();
    case.expect(0, "1 equal but for references, 2 identical");
}

#[test]
fn doctored_code_is_found() {
    let case = Case::new("constant");
    case.doctor(|code| {
        let limit = code
            .consts
            .iter_mut()
            .find(|constant| **constant == Const::Int(10))
            .unwrap();
        *limit = Const::Int(11);
    });
    case.expect(
        1,
        "the source gives LOAD_CONST 2 (10), the file has LOAD_CONST 2 (11)",
    );

    let case = Case::new("name");
    case.doctor(|code| {
        let names = &mut first_function(code).names;
        let place = names
            .iter()
            .position(|name| *name == PyStr::new("basename"))
            .unwrap();
        names[place] = PyStr::new("abspath");
    });
    case.expect(1, "abspath");

    let case = Case::new("call");
    case.doctor(|code| {
        let table = OpTable::default_version();
        let mut prefix = Vec::new();
        for (opcode, arg) in [
            (Opcode::Resume, 0),
            (Opcode::PushNull, 0),
            (Opcode::LoadName, 0),
            (Opcode::Call, 0),
            (Opcode::PopTop, 0),
        ] {
            emit(&mut prefix, table, table.get(opcode).unwrap(), arg);
        }
        code.code.splice(0..2, prefix);
        code.stacksize = code.stacksize.max(2);
        // Seven units more, without a place.
        code.linetable.splice(0..0, [0xfe]);
    });
    case.expect(1, "PUSH_NULL");

    let case = Case::new("lines");
    case.doctor(|code| {
        let function = first_function(code);
        function.firstlineno += 1;
    });
    case.expect(1, "first line");

    let case = Case::new("source-name");
    case.doctor(|code| code.filename = PyStr::new("eggs.py"));
    case.expect(1, "eggs.py");

    let case = Case::new("malformed");
    case.doctor(|code| code.stacksize = 0);
    case.expect(1, "stack");
}

#[test]
fn a_hash_that_is_never_checked_is_checked_here() {
    let case = Case::new("unchecked");
    case.run(&[
        "compileall",
        "-q",
        "-f",
        "--invalidation-mode",
        "unchecked-hash",
        ".",
    ]);
    case.expect(0, "1 identical");
    let path = case.folder.join("spam.py");
    fs::write(&path, SOURCE.replace("10", "12")).unwrap();
    case.expect(1, "the unchecked hash is not that of the source");
    // The trap: a right hash before code of another source.
    let mut bytes = fs::read(case.cached()).unwrap();
    let source = fs::read(&path).unwrap();
    let version = hognose_version::Version::DEFAULT;
    let hash = hognose_pyc::source_hash(version, &source);
    let header = Header::new(version, Validation::UncheckedHash(hash)).to_bytes();
    bytes[..HEADER_LEN].copy_from_slice(&header);
    fs::write(case.cached(), bytes).unwrap();
    case.expect(
        1,
        "the source gives LOAD_CONST 2 (12), the file has LOAD_CONST 2 (10)",
    );
}

/// A change of a module's code or a function's, and what is said of it.
type Change = (&'static str, fn(&mut CodeObject), &'static str);

#[test]
fn every_part_of_a_code_object_counts() {
    let changes: [Change; 14] = [
        (
            "nested line table",
            |code| {
                let table = &mut first_function(code).linetable;
                // One column further: short forms have the low bits of the column in their second byte.
                let short = table
                    .windows(2)
                    .rposition(|two| (0x80..0xd0).contains(&two[0]));
                table[short.unwrap() + 1] ^= 0x10;
            },
            "line table",
        ),
        (
            "exception table",
            |code| {
                let table = &mut first_function(code).exceptiontable;
                // The depth and whether the offset is pushed.
                *table.last_mut().unwrap() ^= 1;
            },
            "",
        ),
        (
            "exception table gone",
            |code| first_function(code).exceptiontable.clear(),
            "",
        ),
        (
            "qualified name",
            |code| first_function(code).qualname = PyStr::new("write"),
            "write",
        ),
        (
            "name",
            |code| first_function(code).name = PyStr::new("write"),
            "write",
        ),
        (
            "nested source name",
            |code| first_function(code).filename = PyStr::new("/tmp/spam.py"),
            "/tmp/spam.py",
        ),
        (
            "stack size",
            |code| first_function(code).stacksize += 1,
            "stack size",
        ),
        (
            "flags",
            |code| first_function(code).flags ^= 0x10_0000,
            "flags",
        ),
        (
            "generator",
            |code| first_function(code).flags |= 0x20,
            "RETURN_GENERATOR",
        ),
        (
            "a variable's name",
            |code| first_function(code).localsplusnames[0] = PyStr::new("other"),
            "other",
        ),
        (
            "type of a constant",
            |code| {
                for constant in &mut code.consts {
                    if *constant == Const::Int(10) {
                        *constant = Const::Float(10.0);
                    }
                }
            },
            "10.0",
        ),
        (
            "one more constant",
            |code| first_function(code).consts.push(Const::str("unused")),
            "unused",
        ),
        (
            "one more name",
            |code| first_function(code).names.push(PyStr::new("system")),
            "system",
        ),
        (
            "cache",
            |code| {
                // A word of LOAD_ATTR's cache, which CPython writes as zero.
                let function = first_function(code);
                let attribute = function.code.chunks(2).position(|unit| unit[0] == 106);
                function.code[attribute.unwrap() * 2 + 5] = 1;
            },
            "caches",
        ),
    ];
    for (name, change, words) in changes {
        let case = Case::new("parts");
        case.doctor(change);
        let (status, text) = case.run(&["verify", "."]);
        assert_eq!(status, 1, "{name}: {text}");
        assert!(text.contains("1 different"), "{name}: {text}");
        assert!(text.contains(words), "{name}: {text}");
    }
}

#[test]
fn bytes_behind_the_code_are_told() {
    let case = Case::new("behind");
    let mut bytes = fs::read(case.cached()).unwrap();
    bytes.extend(*b"#!/bin/sh\n");
    fs::write(case.cached(), bytes).unwrap();
    case.expect(1, "10 bytes after the code");
}

#[test]
fn headers_that_lead_astray() {
    let case = Case::new("headers");
    let mut bytes = fs::read(case.cached()).unwrap();
    let honest = bytes.clone();
    bytes[4] = 1;
    fs::write(case.cached(), &bytes).unwrap();
    case.expect(1, "the unchecked hash is not that of the source");
    bytes[4] = 8;
    fs::write(case.cached(), &bytes).unwrap();
    case.expect(1, "different");
    bytes[..4].copy_from_slice(b"\xcc\r\r\n");
    fs::write(case.cached(), &bytes).unwrap();
    let (_, text) = case.run(&["verify", "."]);
    assert!(!text.contains("identical"), "{text}");
    fs::write(case.cached(), &honest).unwrap();
    case.expect(0, "1 identical");
    // A whole other file under the name of this one.
    fs::write(case.folder.join("eggs.py"), "import evil\n").unwrap();
    case.run(&["py-compile", "eggs.py"]);
    let eggs = case.folder.join("__pycache__/eggs.cpython-312.pyc");
    fs::copy(&eggs, case.cached()).unwrap();
    case.expect(1, "its code says it comes from");
    fs::remove_file(case.folder.join("spam.py")).unwrap();
    case.expect(0, "1 cannot say, 1 identical");
}

/// A wheel of the case's files.
fn pack(case: &Case, name: &str) {
    let file = fs::File::create(case.folder.join(name)).unwrap();
    let mut archive = zip::ZipWriter::new(file);
    for (inside, path) in [
        ("spam.py", case.folder.join("spam.py")),
        ("__pycache__/spam.cpython-312.pyc", case.cached()),
        ("lib/spam.py", case.folder.join("spam.py")),
        // As `compileall -b` leaves it.
        ("lib/spam.pyc", case.cached()),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file(inside, options).unwrap();
        archive.write_all(&fs::read(path).unwrap()).unwrap();
    }
    archive.finish().unwrap();
}

#[test]
fn archives_are_looked_into() {
    for name in ["spam-1.0-py3-none-any.whl", "spam.zip"] {
        let case = Case::new("archive");
        pack(&case, name);
        let (status, text) = case.run(&["verify", "-v", name]);
        assert_eq!(status, 0, "{text}");
        let line = format!("{name}/lib/spam.pyc: identical");
        assert!(
            text.contains(&line) && text.contains("2 identical"),
            "{text}"
        );
        case.doctor(|code| first_function(code).stacksize += 1);
        pack(&case, name);
        let (status, text) = case.run(&["verify", name]);
        assert_eq!(status, 1, "{text}");
        assert!(
            text.contains("stack size") && text.contains("2 different"),
            "{text}"
        );
        let (status, text) = case.run(&["verify", "--json", name]);
        assert_eq!(status, 1);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.contains(r#""function":"read""#), "{text}");
    }
    let case = Case::new("no-archive");
    fs::write(case.folder.join("broken.whl"), "PK nothing").unwrap();
    let (status, _) = case.run(&["verify", "broken.whl"]);
    assert_eq!(status, 1);
}
