//! Modules of CPython 3.12's library, compiled by it in fresh processes, read and written again.

use hognose_pyc::marshal::{Environment, Tape, write_compiled};
use hognose_pyc::{HEADER_LEN, Pyc};
use std::path::Path;
use std::process::Command;

/// Each shows some rule: sets of names, big integers, NaN-like folding, type parameters, non-ASCII names.
const MODULES: &[&str] = &[
    "_pyio.py",
    "argparse.py",
    "asyncio/base_events.py",
    "dataclasses.py",
    "encodings/cp1252.py",
    "locale.py",
    "statistics.py",
    "test/test_dictviews.py",
    "test/test_type_params.py",
    "test/test_unicode_identifiers.py",
    "typing.py",
];

#[test]
fn compiled_modules_are_written_as_cpython_writes_them() {
    let Some(python) = hognose_testkit::cpython_3_12() else {
        return;
    };
    let output = Command::new(&python)
        .args(["-c", "import os; print(os.__file__)"])
        .output()
        .unwrap();
    let os = String::from_utf8(output.stdout).unwrap();
    let library = Path::new(os.trim()).parent().unwrap().to_path_buf();
    let folder = std::env::temp_dir().join(format!("hognose-pyc-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for module in MODULES {
        let source = library.join(module);
        if !source.is_file() {
            eprintln!("skipped: {module} is not installed");
            continue;
        }
        let cached = folder.join("out.pyc");
        let script =
            "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2], doraise=True)";
        let done = Command::new(&python)
            .args(["-c", script])
            .arg(&source)
            .arg(&cached)
            .status();
        assert!(done.unwrap().success(), "{module}");
        let bytes = std::fs::read(&cached).unwrap();

        let pyc = Pyc::read(&bytes).unwrap();
        let tape = Tape::read(&bytes, HEADER_LEN, pyc.version).unwrap();
        let mut as_tape = pyc.header.to_bytes().to_vec();
        tape.write(&mut as_tape);
        assert!(as_tape == bytes, "{module} differs as a tape");
        let mut as_values = pyc.header.to_bytes().to_vec();
        write_compiled(&pyc.code, &Environment::default(), &mut as_values);
        assert!(as_values == bytes, "{module} differs as plain values");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
