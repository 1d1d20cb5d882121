//! Zip files on `sys.path`.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use zip::ZipArchive;

/// An opened zip file and the names in it.
pub(crate) struct Archive {
    pub path: PathBuf,
    reader: Mutex<ZipArchive<File>>,
    members: HashMap<String, usize>,
    folders: HashSet<String>,
}

/// No member of a program is bigger than that; a length field cannot make more be allocated.
const MOST: u64 = 1 << 30;

impl Archive {
    pub(crate) fn open(path: &Path) -> io::Result<Archive> {
        let reader = ZipArchive::new(File::open(path)?)?;
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
