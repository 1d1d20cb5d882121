//! Our side: source bytes to .pyc bytes.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hognose_compile::{Options, compile_source_here};
use hognose_pyc::marshal::{Environment, TOO_DEEP, nests_too_deep};
use hognose_pyc::{Header, compiled_file};
use hognose_version::Version;

/// What we make of a file.
pub enum Answer {
    Compiled(Vec<u8>),
    Refused(String),
    Panicked(String),
}

/// Compiles as `python -m py_compile` of a version would; the header tells how the file is validated.
pub fn compile(
    source: &[u8],
    filename: &str,
    header: &Header,
    version: Version,
    optimise: u8,
) -> Answer {
    let options = Options {
        version,
        filename: filename.into(),
        optimise,
        ..Options::default()
    };
    match catch_unwind(AssertUnwindSafe(|| compile_source_here(source, &options))) {
        Ok(Ok(compiled)) => {
            if nests_too_deep(&compiled.code) {
                return Answer::Refused(TOO_DEEP.to_owned());
            }
            let environment = Environment {
                version,
                identifiers: &compiled.identifiers,
                ..Environment::default()
            };
            Answer::Compiled(compiled_file(header, &compiled.code, &environment))
        }
        Ok(Err(error)) => Answer::Refused(error.to_string()),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Answer::Panicked(format!("panicked: {}", text.unwrap_or_default()))
        }
    }
}
