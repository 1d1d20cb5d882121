//! `sys.path` of the Python that `python -m compileall` would be, as `getpath` and `site` make it.

use std::env;
use std::fs;
use std::path::{Component, Path, PathBuf};

use hognose_version::Version;

use super::environment::variable;

/// The current folder, `PYTHONPATH`, the standard library (that of the active virtual environment's Python, or else the
/// one given) and the installed packages.
pub fn sys_path(version: Version, library: Option<PathBuf>, site: bool) -> Vec<PathBuf> {
    let Version { major, minor, .. } = version;
    // Its place below a prefix.
    let place = format!("lib/python{major}.{minor}");
    let current = env::current_dir().unwrap_or_default();
    let mut path = Vec::new();
    if let Some(listed) = variable("PYTHONPATH") {
        path.extend(env::split_paths(&listed).map(|entry| normal(&current.join(entry))));
    }
    let environment = VirtualEnvironment::active(&place);
    let home = environment.as_ref().and_then(|found| found.library.clone());
    let library = home.or(library);
    if let Some(library) = &library {
        if let Some(above) = library.parent() {
            path.push(above.join(format!("python{major}{minor}.zip")));
        }
        path.extend([library.clone(), library.join("lib-dynload")]);
    }
    if site {
        let mut packages = Vec::new();
        if let Some(found) = &environment {
            packages.push(found.folder.join(&place).join("site-packages"));
        }
        if environment.as_ref().is_none_or(|found| found.with_system) {
            if variable("PYTHONNOUSERSITE").is_none() {
                let base = variable("PYTHONUSERBASE").map(PathBuf::from);
                let base = base.or_else(|| Some(env::home_dir()?.join(".local")));
                packages.extend(base.map(|base| base.join(&place).join("site-packages")));
            }
            packages.extend(library.map(|library| library.join("site-packages")));
        }
        for folder in packages.into_iter().filter(|folder| folder.is_dir()) {
            let more = listed_in_pth(&folder);
            path.push(folder);
            path.extend(more);
        }
        let mut seen = std::collections::HashSet::new();
        path.retain(|entry| seen.insert(entry.clone()));
    }
    // `-m` puts the current folder first when all else is done.
    if variable("PYTHONSAFEPATH").is_none() {
        path.insert(0, current);
    }
    path
}

/// A virtual environment whose `activate` has been run.
struct VirtualEnvironment {
    folder: PathBuf,
    /// Of the Python it was made from.
    library: Option<PathBuf>,
    with_system: bool,
}

impl VirtualEnvironment {
    fn active(place: &str) -> Option<VirtualEnvironment> {
        let folder = PathBuf::from(variable("VIRTUAL_ENV")?);
        let text = fs::read_to_string(folder.join("pyvenv.cfg")).ok()?;
        let value = |wanted: &str| {
            let pairs = text.lines().filter_map(|line| line.split_once('='));
            let mut found = pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(wanted));
            found.next().map(|(_, value)| value.trim())
        };
        let library = value("home").and_then(|home| Path::new(home).parent());
        let library = library.map(|prefix| prefix.join(place));
        Some(VirtualEnvironment {
            library: library.filter(|library| library.is_dir()),
            with_system: value("include-system-site-packages") == Some("true"),
            folder,
        })
    }
}

/// The folders that `.pth` files name; lines that are code are not run.
fn listed_in_pth(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let files = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "pth"))
        .collect();
    files.sort();
    let texts = files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok());
    let mut listed = Vec::new();
    for text in texts {
        let lines = text.lines().map(str::trim_end).filter(|line| {
            !line.is_empty() && !line.starts_with('#') && !line.starts_with("import ")
        });
        listed.extend(lines.map(|line| normal(&folder.join(line))));
    }
    listed.retain(|path| path.exists());
    listed
}

/// `os.path.normpath`
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}
