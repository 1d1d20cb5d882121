//! Our side: source bytes to .pyc bytes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hognose_compile::{Options, compile_source_here};
use hognose_pyc::marshal::{Environment, write_compiled};
use hognose_pyc::{Header, Validation};
use hognose_version::Version;

/// What we make of a file.
pub enum Answer {
    Compiled(Vec<u8>),
    Refused(String),
    Panicked(String),
}

/// Compiles as `python -m py_compile` would.
pub fn compile(source: &[u8], filename: &str, stamp: [u8; 8], optimise: u8) -> Answer {
    let options = Options {
        filename: filename.to_owned(),
        optimise,
        ..Options::default()
    };
    match catch_unwind(AssertUnwindSafe(|| compile_source_here(source, &options))) {
        Ok(Ok(compiled)) => {
            let [mtime, size] = [0, 4].map(|at| {
                stamp[at..at + 4]
                    .iter()
                    .rev()
                    .fold(0, |all, &byte| all << 8 | u32::from(byte))
            });
            let header = Header::new(Version::DEFAULT, Validation::Timestamp { mtime, size });
            let mut bytes = header.to_bytes().to_vec();
            write_compiled(&compiled.code, &Environment::default(), &mut bytes);
            Answer::Compiled(bytes)
        }
        Ok(Err(error)) => Answer::Refused(error.to_string()),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Answer::Panicked(format!("panicked: {}", text.unwrap_or_default()))
        }
    }
}
