//! `hognose verify` over a source with honest and with doctored .pyc files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use hognose_bytecode::{CodeObject, Const, OpTable, Opcode, PyStr, emit};
use hognose_pyc::marshal::Environment;
use hognose_pyc::{HEADER_LEN, Header, Pyc, Validation, compiled_file};

const SOURCE: &str = "\
import os
LIMIT = 10
def read(name):
    if name.startswith('/'):
        return os.path.basename(name)
    return name * LIMIT
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
    // Flags and references are the writer's business, not the code's: no flag on the module here.
    let mut bytes = fs::read(case.cached()).unwrap();
    let tape =
        hognose_pyc::marshal::Tape::read(&bytes, HEADER_LEN, hognose_version::Version::DEFAULT);
    let has_references = tape
        .unwrap()
        .items
        .iter()
        .any(|item| item.code & 0x7f == b'r');
    assert!(has_references);
    bytes.push(b'N');
    fs::write(case.cached(), bytes).unwrap();
    case.expect(0, "1 equal but for references");
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

#[test]
fn check_tells_what_will_be_used() {
    let case = Case::new("check");
    let check = |status: i32, words: &str| {
        let (code, text) = case.run(&["check", "."]);
        assert!(text.contains(words), "{text}");
        assert_eq!(code, status, "{text}");
    };
    check(0, "1 fresh");
    fs::write(case.folder.join("eggs.py"), "x = 1\n").unwrap();
    check(1, "eggs.py: missing");
    fs::remove_file(case.folder.join("eggs.py")).unwrap();
    fs::copy(
        case.cached(),
        case.folder.join("__pycache__/eggs.cpython-312.pyc"),
    )
    .unwrap();
    check(1, "orphan");
    fs::remove_file(case.folder.join("__pycache__/eggs.cpython-312.pyc")).unwrap();
    fs::write(case.folder.join("spam.py"), "x = 1\n").unwrap();
    check(1, "stale: size 6 now");
    let (_, text) = case.run(&["check", "--python", "3.13", "."]);
    assert!(text.contains("missing"), "{text}");
    fs::write(case.cached(), b"\xcb\r\r\n").unwrap();
    check(1, "corrupt");
    assert!(Path::new(&case.folder).is_dir());
}
