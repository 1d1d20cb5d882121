//! The supported CPython versions and the named abilities of each.
//!
//! Everything that differs between versions and is more than a table of numbers is a field of
//! [`Features`]; no other crate compares versions.
//!
//! ```
//! use hognose_version::{Features, LineTable, Version};
//!
//! let version: Version = "3.12".parse().unwrap();
//! assert_eq!(version.to_string(), "3.12.1");
//! assert_eq!(Features::of(version).line_table, LineTable::Locations311);
//! ```

mod features;
#[path = "generated/versions.rs"]
mod generated;

pub use features::{
    CallProtocol, CodeLayout, DisText, Features, Interning, JumpUnit, LineTable, Passes,
    SourceHash, SymbolRules, Warmup,
};
pub use generated::{MAGICS, RELEASES};

use std::fmt;
use std::str::FromStr;

/// A full CPython version, such as 3.13.18.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Version {
    pub major: u8,
    pub minor: u8,
    pub patch: u8,
}

/// What is known of one supported release.
#[derive(Clone, Copy, Debug)]
pub struct Release {
    pub version: Version,
    /// The first two bytes of its .pyc files, little endian; `\r\n` follows.
    pub magic: u16,
    /// `marshal.version`
    pub marshal: u8,
}

impl Version {
    pub const fn new(major: u8, minor: u8, patch: u8) -> Version {
        Version {
            major,
            minor,
            patch,
        }
    }

    /// The version everything defaults to.
    pub const DEFAULT: Version = Version::new(3, 12, 1);

    /// Every supported version, oldest first.
    pub fn all() -> impl DoubleEndedIterator<Item = Version> + Clone {
        RELEASES.iter().map(|release| release.version)
    }

    /// The newest supported version that writes this magic number.
    pub fn from_magic(magic: u16) -> Option<Version> {
        let found = RELEASES.iter().rev().find(|release| release.magic == magic);
        found.map(|release| release.version)
    }

    /// This release's row; a version not in the list gets that of the newest of its minor.
    pub fn release(self) -> Option<&'static Release> {
        let exact = RELEASES.iter().find(|release| release.version == self);
        exact.or_else(|| {
            RELEASES
                .iter()
                .rev()
                .find(|r| (r.version.major, r.version.minor) == (self.major, self.minor))
        })
    }

    /// `cpython-312`, as in the names of `__pycache__`.
    pub fn cache_tag(self) -> String {
        format!("cpython-{}{}", self.major, self.minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Why a text is no version we know.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnknownVersion(String);

impl fmt::Display for UnknownVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unsupported Python version {:?} (supported:", self.0)?;
        for version in Version::all() {
            write!(f, " {version}")?;
        }
        f.write_str(")")
    }
}

impl std::error::Error for UnknownVersion {}

impl FromStr for Version {
    type Err = UnknownVersion;

    /// `3.12` is the newest supported 3.12; a patch release not in the list is taken by its minor.
    fn from_str(text: &str) -> Result<Version, UnknownVersion> {
        let unknown = || UnknownVersion(text.to_owned());
        let mut numbers = [None; 3];
        let mut parts = text.split('.');
        for (slot, part) in numbers.iter_mut().zip(parts.by_ref()) {
            *slot = Some(part.parse::<u8>().map_err(|_| unknown())?);
        }
        if parts.next().is_some() {
            return Err(unknown());
        }
        match numbers {
            [Some(major), Some(minor), Some(patch)] => {
                let version = Version::new(major, minor, patch);
                version
                    .release()
                    .map(|release| release.version)
                    .ok_or_else(unknown)
            }
            [Some(major), Some(minor), None] => {
                let newest = Version::all()
                    .rev()
                    .find(|v| (v.major, v.minor) == (major, minor));
                newest.ok_or_else(unknown)
            }
            _ => Err(unknown()),
        }
    }
}

/// Who wrote this magic number first, such as `3.12b1`, of all releases there ever were.
///
/// Python 2 added 1 to the number when it ran with `-U`. A number no list names gets the minor version whose range it lies in: from 3.11 on, 3.n counts
/// from 2900 + 50 n (CPython's `Include/internal/pycore_magic_number.h`).
pub fn magic_name(magic: u16) -> Option<String> {
    let listed = |magic: u16| MAGICS.iter().find(|(number, _)| *number == magic);
    if let Some((_, since)) = listed(magic) {
        return Some((*since).to_owned());
    }
    if let Some((_, since)) = magic.checked_sub(1).and_then(listed)
        && since.starts_with("2.")
    {
        return Some(format!("{since} -U"));
    }
    let minor = magic.checked_sub(2900)? / 50;
    (11..=30)
        .contains(&minor)
        .then(|| format!("3.{minor} (unlisted)"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_parse_and_print() {
        for version in Version::all() {
            assert_eq!(version.to_string().parse(), Ok(version));
        }
        assert_eq!("3.13".parse(), Ok(Version::new(3, 13, 18)));
        assert_eq!("3.12.9".parse(), Ok(Version::new(3, 12, 1)));
        for wrong in ["", "3", "3.7", "4.0", "3.12.1.2", "3.x", "3.999"] {
            assert!(wrong.parse::<Version>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn magic_numbers_have_names() {
        assert_eq!(magic_name(3531).as_deref(), Some("3.12b1"));
        assert_eq!(magic_name(62211).as_deref(), Some("2.7a0"));
        assert_eq!(magic_name(3660).as_deref(), Some("3.15a4"));
        assert_eq!(magic_name(3699).as_deref(), Some("3.15 (unlisted)"));
        assert_eq!(magic_name(62212).as_deref(), Some("2.7a0 -U"));
        assert_eq!(magic_name(39170).as_deref(), Some("1.0"));
        assert_eq!(magic_name(1), None);
        assert_eq!(Version::from_magic(3571), Some(Version::new(3, 13, 18)));
        for release in RELEASES {
            assert!(
                MAGICS.iter().any(|(magic, _)| *magic == release.magic),
                "{release:?}"
            );
        }
    }
}
