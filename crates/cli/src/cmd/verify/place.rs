//! Where the files to verify lie: in folders, or in zips and wheels, which are never unpacked.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use crate::cmd::tree;

/// An entry of an archive that unpacks to more is not read: a few bytes can stand for gigabytes.
pub const LONGEST: u64 = 64 << 20;

/// What makes a file an archive.
const ARCHIVES: [&str; 4] = [".whl", ".zip", ".egg", ".pyz"];

/// Files that can be asked for by path.
pub enum Place {
    Folders,
    /// One file, which has no name that leads to a source.
    Stdin,
    Archive(PathBuf, Box<ZipArchive<BufReader<File>>>),
}

impl Place {
    /// How a file of this place is shown.
    pub fn show(&self, path: &Path) -> String {
        match self {
            Place::Folders => path.display().to_string(),
            Place::Stdin => "<stdin>".to_owned(),
            Place::Archive(archive, _) => format!("{}/{}", archive.display(), path.display()),
        }
    }

    pub fn read(&mut self, path: &Path) -> io::Result<Vec<u8>> {
        match self {
            Place::Folders => std::fs::read(path),
            Place::Stdin => {
                let mut bytes = Vec::new();
                io::stdin().read_to_end(&mut bytes)?;
                Ok(bytes)
            }
            Place::Archive(_, archive) => {
                let entry = archive.by_name(&path.to_string_lossy())?;
                let mut bytes = Vec::new();
                entry.take(LONGEST + 1).read_to_end(&mut bytes)?;
                if bytes.len() as u64 > LONGEST {
                    let text = format!("unpacks to more than {LONGEST} bytes");
                    return Err(io::Error::new(io::ErrorKind::InvalidData, text));
                }
                Ok(bytes)
            }
        }
    }
}

/// The .pyc files of what was named: each archive is a place of its own, all else another.
pub fn places(paths: &[PathBuf]) -> io::Result<Vec<(Place, Vec<PathBuf>)>> {
    let is_archive =
        |path: &&PathBuf| path.is_file() && ARCHIVES.iter().any(|e| tree::ends_with(path, e));
    let (stdin, paths): (Vec<&PathBuf>, Vec<&PathBuf>) =
        paths.iter().partition(|path| path.as_os_str() == "-");
    let (archives, others): (Vec<&PathBuf>, Vec<&PathBuf>) =
        paths.into_iter().partition(is_archive);
    let mut found = Vec::new();
    if let Some(path) = stdin.first() {
        found.push((Place::Stdin, vec![path.to_path_buf()]));
    }
    if !others.is_empty() {
        let others: Vec<PathBuf> = others.into_iter().cloned().collect();
        found.push((Place::Folders, tree::files(&others, &[".pyc"])?));
    }
    for path in archives {
        let wrong =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let file = BufReader::new(File::open(path).map_err(wrong)?);
        let archive = ZipArchive::new(file).map_err(|error| wrong(error.into()))?;
        let names = archive.file_names().filter(|name| name.ends_with(".pyc"));
        let mut files: Vec<PathBuf> = names.map(PathBuf::from).collect();
        files.sort();
        found.push((Place::Archive(path.clone(), Box::new(archive)), files));
    }
    Ok(found)
}
