//! Marshal and .pyc files, read and written byte for byte.
//!
//! Input is never trusted: reading does not panic, does not recurse, and allocates no more than a
//! fixed multiple of the input's length. Nothing here touches the file system.
//!
//! ```
//! use hognose_pyc::{Header, Validation, marshal};
//! use hognose_version::Version;
//!
//! let header = Header::new(Version::DEFAULT, Validation::Timestamp { mtime: 1, size: 2 });
//! let bytes = header.to_bytes();
//! assert_eq!(Header::read(&bytes).unwrap(), header);
//! ```

mod error;
mod header;
mod limits;
pub mod marshal;
pub mod path;

pub use error::{Error, Problem};
pub use header::{HEADER_LEN, Header, Validation, check_magic, source_hash};

use hognose_bytecode::CodeObject;
use hognose_version::Version;
use std::sync::Arc;

/// A .pyc file read whole.
#[derive(Clone, Debug)]
pub struct Pyc {
    pub header: Header,
    pub version: Version,
    pub code: Arc<CodeObject>,
}

impl Pyc {
    /// Reads the header and the code tree; the magic number decides the version.
    pub fn read(bytes: &[u8]) -> Result<Pyc, Error> {
        let header = Header::read(bytes)?;
        let version = header.version()?;
        let tape = marshal::Tape::read(bytes, HEADER_LEN, version)?;
        let code = marshal::code_tree(&tape)?;
        Ok(Pyc {
            header,
            version,
            code,
        })
    }
}

/// A whole .pyc of a freshly compiled module, as CPython 3.12 writes it.
pub fn compiled_file(
    header: &Header,
    module: &CodeObject,
    environment: &marshal::Environment<'_>,
) -> Vec<u8> {
    let mut bytes = header.to_bytes().to_vec();
    marshal::write_compiled(module, environment, &mut bytes);
    bytes
}
