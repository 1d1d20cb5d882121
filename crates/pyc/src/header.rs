//! The 16 bytes before the code; PEP 552.

use crate::{Error, Problem};
use hognose_version::{Features, SourceHash, Version};
use siphasher::sip::{SipHasher13, SipHasher24};
use std::hash::Hasher;

/// Bytes in the header of 3.7 and later.
pub const HEADER_LEN: usize = 16;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    pub magic: u16,
    pub validation: Validation,
}

/// How CPython decides whether the file still belongs to its source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Validation {
    /// The source's mtime and size, both modulo 2³².
    Timestamp { mtime: u32, size: u32 },
    /// Never checked.
    UncheckedHash([u8; 8]),
    /// The source is hashed at each import.
    CheckedHash([u8; 8]),
}

/// The flag bits: a hash follows, and it is checked.
const HASH: u32 = 1;
const CHECK_SOURCE: u32 = 2;

impl Header {
    /// The header this version writes.
    pub fn new(version: Version, validation: Validation) -> Header {
        Header {
            magic: version.release().map_or(0, |release| release.magic),
            validation,
        }
    }

    pub fn read(bytes: &[u8]) -> Result<Header, Error> {
        let fail = |offset, problem| Err(Error { offset, problem });
        let Some((header, _)) = bytes.split_first_chunk::<HEADER_LEN>() else {
            return fail(bytes.len(), Problem::Truncated);
        };
        let &[m0, m1, cr, lf, f0, f1, f2, f3, ref data @ ..] = header;
        if [cr, lf] != *b"\r\n" {
            return fail(2, Problem::NotPyc);
        }
        let data: [u8; 8] = *data;
        let flags = u32::from_le_bytes([f0, f1, f2, f3]);
        let validation = match flags {
            0 => {
                let number = u64::from_le_bytes(data);
                Validation::Timestamp {
                    mtime: number as u32,
                    size: (number >> 32) as u32,
                }
            }
            HASH => Validation::UncheckedHash(data),
            3 => Validation::CheckedHash(data),
            _ => return fail(4, Problem::BadFlags(flags)),
        };
        Ok(Header {
            magic: u16::from_le_bytes([m0, m1]),
            validation,
        })
    }

    pub fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let (flags, data) = match self.validation {
            Validation::Timestamp { mtime, size } => {
                (0, (u64::from(size) << 32 | u64::from(mtime)).to_le_bytes())
            }
            Validation::UncheckedHash(hash) => (HASH, hash),
            Validation::CheckedHash(hash) => (HASH | CHECK_SOURCE, hash),
        };
        let mut bytes = [0; HEADER_LEN];
        bytes[..4].copy_from_slice(&magic_bytes(self.magic));
        bytes[4..8].copy_from_slice(&u32::to_le_bytes(flags));
        bytes[8..].copy_from_slice(&data);
        bytes
    }

    /// The supported version that writes this magic number.
    pub fn version(&self) -> Result<Version, Error> {
        let problem = Problem::BadMagic(self.magic);
        Version::from_magic(self.magic).ok_or(Error { offset: 0, problem })
    }
}

/// Whether bytes begin as a .pyc of this version, or of any that is supported; `Err` names the magic number found and the
/// one expected.
pub fn check_magic(bytes: &[u8], wanted: Option<Version>) -> Result<(), String> {
    let expected = match wanted.and_then(Version::release) {
        Some(release) => format!("{} (Python {})", release.magic, Version::DEFAULT),
        None => "of Python 3.8 to 3.15".to_owned(),
    };
    let found = match bytes {
        [] => {
            return Err(format!(
                "an empty file is no .pyc file: expected magic number {expected}"
            ));
        }
        [low, high, b'\r', b'\n', ..] => u16::from_le_bytes([*low, *high]),
        _ => {
            let start = bytes.get(..4).unwrap_or(bytes);
            let start: String = start.iter().map(|byte| format!("{byte:02x}")).collect();
            return Err(format!(
                "not a .pyc file: it begins with {start}, expected magic number {expected}"
            ));
        }
    };
    let fits = match wanted.and_then(Version::release) {
        Some(release) => release.magic == found,
        None => Version::from_magic(found).is_some(),
    };
    if !fits {
        let of = match (
            Version::from_magic(found),
            hognose_version::magic_name(found),
        ) {
            (Some(version), _) => format!("Python {}.{}", version.major, version.minor),
            (None, Some(name)) => format!("Python {name}"),
            (None, None) => "no known Python".to_owned(),
        };
        return Err(format!(
            "bad magic number {found} ({of}), expected {expected}"
        ));
    }
    if bytes.len() < HEADER_LEN {
        let length = bytes.len();
        return Err(format!(
            "the header ends after {length} of {HEADER_LEN} bytes"
        ));
    }
    Ok(())
}

fn magic_bytes(magic: u16) -> [u8; 4] {
    let [low, high] = magic.to_le_bytes();
    [low, high, b'\r', b'\n']
}

/// The hash that a hash-based .pyc of this version stores; `_imp.source_hash`.
pub fn source_hash(version: Version, source: &[u8]) -> [u8; 8] {
    let magic = version.release().map_or(0, |release| release.magic);
    let key = u64::from(u32::from_le_bytes(magic_bytes(magic)));
    let hash = match Features::of(version).source_hash {
        SourceHash::SipHash13 => {
            let mut hasher = SipHasher13::new_with_keys(key, 0);
            hasher.write(source);
            hasher.finish()
        }
        SourceHash::SipHash24 => {
            let mut hasher = SipHasher24::new_with_keys(key, 0);
            hasher.write(source);
            hasher.finish()
        }
    };
    hash.to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_round_trip() {
        for validation in [
            Validation::Timestamp {
                mtime: 0x1234_5678,
                size: u32::MAX,
            },
            Validation::UncheckedHash(*b"12345678"),
            Validation::CheckedHash(*b"abcdefgh"),
        ] {
            let header = Header::new(Version::DEFAULT, validation);
            assert_eq!(Header::read(&header.to_bytes()), Ok(header));
        }
    }

    #[test]
    fn broken_headers_are_refused() {
        let good = Header::new(Version::DEFAULT, Validation::UncheckedHash([0; 8])).to_bytes();
        assert_eq!(
            Header::read(&good[..15]).unwrap_err().problem,
            Problem::Truncated
        );
        let mut bad = good;
        bad[4] = 2;
        assert_eq!(
            Header::read(&bad).unwrap_err().problem,
            Problem::BadFlags(2)
        );
        bad[3] = 0;
        assert_eq!(Header::read(&bad).unwrap_err().problem, Problem::NotPyc);
    }

    /// Values from `_imp.source_hash(importlib.util._RAW_MAGIC_NUMBER, b"x = 1\n")`.
    #[test]
    fn hashes_are_cpythons() {
        assert_eq!(
            source_hash(Version::new(3, 12, 1), b"x = 1\n"),
            [21, 34, 86, 25, 23, 245, 223, 8]
        );
        assert_eq!(
            source_hash(Version::new(3, 8, 18), b"x = 1\n"),
            [21, 6, 240, 143, 50, 191, 63, 243]
        );
    }
}
