//! Zip files on `sys.path`.

use crate::settings::CheckHash;
use hognose_pyc::{Header, Validation, source_hash};
use hognose_version::Version;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};

/// An opened zip file and the names in it.
pub(crate) struct Archive {
    pub path: PathBuf,
    reader: Mutex<ZipArchive<File>>,
    members: HashMap<String, usize>,
    folders: HashSet<String>,
}

/// No member of a program is bigger than that; a length field cannot make more be allocated.
const MOST: u64 = 1 << 30;

/// The end-of-central-directory record without its comment: signature, counts, places, length of the comment.
const END_RECORD: usize = 22;

/// Whether a file ends as zip files do; what stands before the archive does not matter (`#!` lines, executables).
pub fn is_zip(path: &Path) -> bool {
    ends_as_zip(path, u16::MAX)
}

/// As [`is_zip`], for archives that have no comment: a look at a few bytes.
pub(crate) fn is_plain_zip(path: &Path) -> bool {
    ends_as_zip(path, 0)
}

fn ends_as_zip(path: &Path, longest_comment: u16) -> bool {
    let start = |mut file| start(&mut file, longest_comment);
    File::open(path).is_ok_and(|file| start(file).is_ok_and(|start| start.is_some()))
}

/// Where the archive at the end of a file begins (`_read_directory` of `zipimport`).
fn start(file: &mut File, longest_comment: u16) -> io::Result<Option<u64>> {
    let length = file.metadata()?.len();
    let most = (END_RECORD + usize::from(longest_comment)) as u64;
    let tail_at = length.saturating_sub(most);
    file.seek(SeekFrom::Start(tail_at))?;
    let mut tail = Vec::new();
    file.take(most).read_to_end(&mut tail)?;
    let ends_it = |at: usize, record: &[u8]| {
        let comment = usize::from(u16::from_le_bytes([record[20], record[21]]));
        record.starts_with(b"PK\x05\x06") && at + END_RECORD + comment == tail.len()
    };
    let found = tail
        .windows(END_RECORD)
        .enumerate()
        .rev()
        .find(|(at, record)| ends_it(*at, record));
    Ok(found.and_then(|(at, record)| {
        let number =
            |at: usize| u64::from(u32::from_le_bytes([0, 1, 2, 3].map(|i| record[at + i])));
        let (directory_size, directory_at) = (number(12), number(16));
        (tail_at + at as u64).checked_sub(directory_size + directory_at)
    }))
}

impl Archive {
    pub(crate) fn open(path: &Path) -> io::Result<Archive> {
        let mut file = File::open(path)?;
        let start = start(&mut file, u16::MAX)?.ok_or(io::ErrorKind::InvalidData)?;
        let config = Config {
            archive_offset: ArchiveOffset::Known(start),
        };
        let reader = ZipArchive::with_config(config, file)?;
        let mut members = HashMap::new();
        let mut folders = HashSet::new();
        for name in reader.file_names() {
            for (at, _) in name.match_indices('/') {
                folders.insert(name[..=at].to_owned());
            }
            if let Some(index) = reader.index_for_name(name) {
                members.insert(name.to_owned(), index);
            }
        }
        Ok(Archive {
            path: path.to_owned(),
            reader: Mutex::new(reader),
            members,
            folders,
        })
    }

    pub(crate) fn contains(&self, member: &str) -> bool {
        self.members.contains_key(member)
    }

    pub(crate) fn is_folder(&self, folder: &str) -> bool {
        self.folders.contains(folder)
    }

    /// When a member was changed, by the local clock to two seconds, and its size (`_get_mtime_and_size_of_source`).
    fn time_and_size(&self, member: &str) -> Option<(i64, u64)> {
        let &index = self.members.get(member)?;
        let mut reader = self
            .reader
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let file = reader.by_index_raw(index).ok()?;
        let time = file.last_modified()?;
        let fields = [
            i64::from(time.year()),
            time.month().into(),
            time.day().into(),
            time.hour().into(),
            time.minute().into(),
            time.second().into(),
        ];
        Some((crate::modules::time::local_moment(fields), file.size()))
    }

    /// Whether a .pyc member may stand for the source beside it, if there is one (`_unmarshal_code`).
    pub(crate) fn is_usable(&self, pyc: &str, check: CheckHash) -> bool {
        let Some(source) = pyc.strip_suffix('c').filter(|source| self.contains(source)) else {
            return true;
        };
        let Ok(bytes) = self.read(pyc) else {
            return false;
        };
        let version = Version::DEFAULT;
        if hognose_pyc::check_magic(&bytes, Some(version)).is_err() {
            return false;
        }
        let same_hash = |hash| {
            let source = self.read(source);
            source.is_ok_and(|source| source_hash(version, &source) == hash)
        };
        match Header::read(&bytes).map(|header| header.validation) {
            Ok(Validation::Timestamp { mtime, size }) => {
                self.time_and_size(source).is_some_and(|(time, length)| {
                    (i64::from(mtime) - time).abs() <= 1 && length as u32 == size
                })
            }
            Ok(Validation::CheckedHash(hash)) => check == CheckHash::Never || same_hash(hash),
            Ok(Validation::UncheckedHash(hash)) => check != CheckHash::Always || same_hash(hash),
            Err(_) => false,
        }
    }

    /// The bytes of a member.
    pub(crate) fn read(&self, member: &str) -> io::Result<Vec<u8>> {
        let Some(&index) = self.members.get(member) else {
            return Err(io::ErrorKind::NotFound.into());
        };
        let mut reader = self
            .reader
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let file = reader.by_index(index)?;
        let mut bytes = Vec::new();
        file.take(MOST).read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zips_are_known_by_their_end() {
        let path = std::env::temp_dir().join(format!("hognose-is-zip-{}", std::process::id()));
        let mut empty = b"#!/usr/bin/env python\nPK\x05\x06".to_vec();
        empty.extend([0; 16]);
        for (comment, expected) in [(2u8, true), (3, false)] {
            let bytes = [&empty[..], &[comment, 0], b"ab"].concat();
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(is_zip(&path), expected);
        }
        std::fs::write(&path, b"PK\x03\x04").unwrap();
        assert!(!is_zip(&path));
        std::fs::remove_file(&path).unwrap();
        assert!(!is_zip(&path));
    }
}
