//! Any bytes as a .pyc, as marshal data, as tables and as code: read, shown, verified.

use hognose_bytecode::{CodeObject, exceptions, lines};
use hognose_pyc::marshal::{Tape, code_tree};
use hognose_pyc::{HEADER_LEN, Header, Pyc, Validation};
use hognose_version::Version;
use std::sync::Arc;

/// A whole file; what is read as a tape is written back byte for byte.
pub fn file(bytes: &[u8]) {
    let version = Header::read(bytes).and_then(|header| header.version());
    let Ok(version) = version else { return };
    let Ok(tape) = Tape::read(bytes, HEADER_LEN, version) else {
        return;
    };
    let mut again = bytes.get(..HEADER_LEN).unwrap_or_default().to_vec();
    tape.write(&mut again);
    assert_eq!(bytes.get(..again.len()), Some(again.as_slice()));
    if let Ok(pyc) = Pyc::read(bytes) {
        let _ = hognose_verify::verify(&pyc.code);
        let _ = hognose_dis::listing(&pyc.code, version);
    }
}

/// Marshal data of each version, behind an honest header.
pub fn marshal(bytes: &[u8]) {
    for version in Version::all() {
        if let Ok(tape) = Tape::read(bytes, 0, version) {
            let _ = code_tree(&tape);
        }
        let header = Header::new(version, Validation::UncheckedHash([0; 8])).to_bytes();
        file(&[header.as_slice(), bytes].concat());
    }
}

/// A location table and an exception table.
pub fn tables(bytes: &[u8]) {
    let mut end = 0;
    // Lines may leave the range of numbers, which the quick reader does not look at.
    let mut is_good = true;
    for span in lines::decode(bytes, 1) {
        match span {
            Ok(span) => end = span.end,
            Err(_) => is_good = false,
        }
    }
    let covered = lines::covered(bytes);
    assert!(!is_good || covered == Ok(end), "{covered:?} is not {end}");
    assert!(exceptions::decode(bytes).count() <= bytes.len());
}

/// The bytes as instructions of a code object that is honest otherwise.
pub fn code(bytes: &[u8]) {
    let code = CodeObject {
        code: bytes.to_vec(),
        stacksize: 8,
        ..CodeObject::default()
    };
    let code = Arc::new(code);
    let _ = hognose_verify::verify(&code);
    let _ = hognose_dis::listing(&code, Version::DEFAULT);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_that_fuzzing_found() {
        // A line that is no number of 32 bits.
        tables(&[
            0xf1, 0x40, 0x00, 0x67, 0x00, 0x40, 0x6e, 0x40, 0x6e, 0x66, 0x02, 0x21,
        ]);
    }
}
