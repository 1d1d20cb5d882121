//! A code object out of a source or a .pyc file.

use std::collections::HashSet;
use std::sync::Arc;

use hognose_bytecode::{CodeObject, PyStr};
use hognose_compile::compile_source;
use hognose_pyc::Pyc;
use hognose_pyc::marshal::LiveStrings;
use hognose_version::{Features, Version};

/// A code object and whose it is.
pub struct Loaded {
    pub code: Arc<CodeObject>,
    pub version: Version,
}

/// Reads a .pyc, or compiles a source as a version does; `None` when an error in the source was told.
pub fn code(
    bytes: &[u8],
    name: &str,
    version: Version,
) -> Result<Option<Loaded>, Box<dyn std::error::Error>> {
    if is_pyc(bytes) || super::tree::ends_with(name.as_ref(), ".pyc") {
        hognose_pyc::check_magic(bytes, None).map_err(|problem| format!("{name}: {problem}"))?;
        let Pyc { version, code, .. } = Pyc::read(bytes).map_err(|e| format!("{name}: {e}"))?;
        return Ok(Some(Loaded { code, version }));
    }
    let options = hognose_compile::Options {
        version,
        filename: name.into(),
        ..Default::default()
    };
    match compile_source(bytes, &options) {
        Ok(mut compiled) => {
            let identifiers: HashSet<&[u8]> =
                compiled.identifiers.iter().map(PyStr::as_bytes).collect();
            let is_interned = |text: &[u8]| {
                identifiers.contains(text) || LiveStrings::PyCompile.contains(version, text)
            };
            hognose_dis::as_compiled(&mut compiled.code, Features::of(version), &is_interned);
            Ok(Some(Loaded {
                code: Arc::new(compiled.code),
                version,
            }))
        }
        Err(error) => super::input::refuse(&error, bytes, name).map(|_| None),
    }
}

/// Whether bytes look like a .pyc: no source has a magic number in front of `\r\n`.
pub fn is_pyc(bytes: &[u8]) -> bool {
    match bytes {
        [low, high, b'\r', b'\n', ..] => {
            hognose_version::magic_name(u16::from_le_bytes([*low, *high])).is_some()
        }
        _ => false,
    }
}
