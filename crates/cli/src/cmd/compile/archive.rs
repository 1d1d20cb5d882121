//! A deployment as one zip file that runs.

use std::collections::BTreeSet;
use std::io::{Cursor, Write};
use std::path::Path;

use hognose_version::Version;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// A member of the archive.
pub struct Member {
    pub name: String,
    pub bytes: Vec<u8>,
    pub mode: u32,
}

/// Whether results go into a zip file of this name rather than a folder.
pub fn is_archive(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ending == "zip" || ending == "pyz"
}

/// Whether it is to be started by its name.
pub fn is_executable(path: &Path) -> bool {
    path.extension().unwrap_or_default() == "pyz"
}

/// The bytes of the archive: the same members give the same bytes, for no time of any clock goes in.
///
/// Nothing is compressed, so that Pythons without zlib can import from it.
pub fn write(
    path: &Path,
    version: Version,
    members: &mut [Member],
) -> zip::result::ZipResult<Vec<u8>> {
    members.sort_by(|one, other| one.name.cmp(&other.name));
    let mut out = Cursor::new(Vec::new());
    if is_executable(path) {
        let Version { major, minor, .. } = version;
        writeln!(out, "#!/usr/bin/env python{major}.{minor}")?;
    }
    let mut zip = ZipWriter::new(out);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default());
    // Without entries of their own, `zipimport` finds no packages that lack an `__init__`.
    let folders = members
        .iter()
        .flat_map(|member| Path::new(&member.name).ancestors().skip(1));
    let folders: BTreeSet<_> = folders
        .filter(|folder| !folder.as_os_str().is_empty())
        .collect();
    for folder in folders {
        zip.add_directory(folder.to_string_lossy(), options)?;
    }
    for member in members {
        zip.start_file(member.name.as_str(), options.unix_permissions(member.mode))?;
        zip.write_all(&member.bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
