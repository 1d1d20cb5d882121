//! Finding modules on a path: folders, zip files, and what `sys.path_hooks` knows.

use super::zip::Archive;
use crate::paths;
use hognose_object::dict::Dict;
use hognose_object::tuple::List;
use hognose_object::{PyResult, Ref, Rt, Str, Value};
use rustc_hash::FxBuildHasher;
use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::hash::BuildHasher;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

/// Where a module is.
pub(crate) enum Located {
    Builtin,
    /// A source file; a package's folder if it is an `__init__`.
    Source {
        path: PathBuf,
        package: Option<PathBuf>,
    },
    /// A .pyc that stands in a source's place.
    Sourceless {
        path: PathBuf,
        package: Option<PathBuf>,
    },
    /// Folders without `__init__` (PEP 420).
    Namespace(Vec<PathBuf>),
    /// A member of a zip file.
    Zip {
        archive: Rc<Archive>,
        member: String,
        package: bool,
        sourceless: bool,
    },
    /// A spec from a path entry finder of the program's own.
    Foreign(Value),
}

/// Names of a folder's entries, remembered until its mtime changes (`FileFinder`).
pub(super) struct Folder {
    mtime: Option<SystemTime>,
    /// Hashes of the names, ascending. One that is there by chance costs a look at the file system, no more.
    names: Vec<u64>,
}

impl Folder {
    fn may_have(&self, name: &OsStr) -> bool {
        let hash = FxBuildHasher.hash_one(name);
        self.names.binary_search(&hash).is_ok()
    }
}

/// How coarse a file system's clock may be.
const SETTLED: std::time::Duration = std::time::Duration::from_millis(20);

/// Finder state by path entry.
#[derive(Default)]
pub(super) struct Caches {
    folders: HashMap<PathBuf, Option<Rc<Folder>>>,
    archives: HashMap<PathBuf, Option<Rc<Archive>>>,
}

/// Looks for a module on `sys.path`, or on a package's path (`PathFinder.find_spec`).
pub(super) fn on_path(rt: &Rt, name: &Ref<Str>, path: &Value) -> PyResult<Option<Located>> {
    let name_bytes = paths::encode(name);
    let tail = name_bytes.rsplit(|byte| *byte == b'.').next();
    let tail = OsStr::from_bytes(tail.unwrap_or_default());
    let entries = if path.is_none() {
        let Some(path) = crate::sys::get(rt, "path") else {
            return Ok(None);
        };
        super::path_items(rt, &path)?
    } else {
        super::path_items(rt, path)?
    };
    let hooks = crate::sys::get(rt, "path_hooks");
    let own = super::bootstrap::classes(rt);
    let is_own_hook = |hook: &Value| own.as_ref().is_some_and(|own| own.is_own_hook(hook));
    let hooked = hooks.as_ref().is_some_and(|hooks| {
        let list = hooks.downcast_ref::<List>();
        list.is_none_or(|list| !list.items.borrow().iter().all(is_own_hook))
    });
    let mut portions = Vec::new();
    for entry in entries {
        let Some(entry_text) = entry.downcast_ref::<Str>() else {
            continue;
        };
        if hooked && let Some(finder) = hooked_finder(rt, &entry, hooks.as_ref())? {
            let spec = rt.call_method(
                &finder,
                &rt.intern("find_spec"),
                &[name.as_value().clone(), Value::NONE],
            )?;
            if spec.is_none() {
                continue;
            }
            if !rt.getattr_str(&spec, "loader")?.is_none() {
                return Ok(Some(Located::Foreign(spec)));
            }
            let locations = rt.getattr_str(&spec, "submodule_search_locations")?;
            if !locations.is_none() {
                for portion in super::path_items(rt, &locations)? {
                    portions.extend(portion.downcast_ref::<Str>().map(paths::to_path));
                }
            }
            continue;
        }
        // Folders become absolute, zip files stay as they are written (`FileFinder.__init__`, `zipimporter.__init__`).
        let entry_path = paths::to_path(entry_text);
        let folder = absolute(entry_path.clone());
        let folder = if folder.is_dir() { folder } else { entry_path };
        match in_entry(rt, &folder, tail) {
            InEntry::Found(located) => return Ok(Some(located)),
            InEntry::Portion(portion) => portions.push(portion),
            InEntry::Nothing => (),
        }
    }
    Ok((!portions.is_empty()).then_some(Located::Namespace(portions)))
}

/// The folder that an entry of a path stands for.
fn absolute(entry: PathBuf) -> PathBuf {
    if entry.is_absolute() {
        return entry;
    }
    match std::env::current_dir() {
        Ok(here) if entry.as_os_str().is_empty() || entry == Path::new(".") => here,
        Ok(here) => here.join(entry.strip_prefix(".").unwrap_or(&entry)),
        Err(_) => entry,
    }
}

/// The finder that one of the program's hooks gives for a path entry; ours serve those that no hook takes.
fn hooked_finder(rt: &Rt, entry: &Value, hooks: Option<&Value>) -> PyResult<Option<Value>> {
    let own = super::bootstrap::classes(rt);
    let cache = crate::sys::get(rt, "path_importer_cache");
    let cache = cache.as_ref().and_then(|c| c.downcast::<Dict>());
    if let Some(cache) = cache
        && let Some(known) = cache.get(rt, entry)?
    {
        let is_own = own
            .as_ref()
            .is_some_and(|own| own.is_own_finder(rt, &known));
        return Ok((!known.is_none() && !is_own).then_some(known));
    }
    let Some(hooks) = hooks else { return Ok(None) };
    let mut made = None;
    for hook in super::path_items(rt, hooks)? {
        if own.as_ref().is_some_and(|own| own.is_own_hook(&hook)) {
            // What it takes is taken natively.
            return Ok(None);
        }
        match rt.call(&hook, std::slice::from_ref(entry)) {
            Ok(finder) => {
                made = Some(finder);
                break;
            }
            Err(raised) if raised.is(rt, &rt.types.import_error) => (),
            Err(raised) => return Err(raised),
        }
    }
    if let Some(cache) = cache {
        drop(cache.set(rt, entry, made.clone().unwrap_or(Value::NONE))?);
    }
    Ok(made)
}

pub(super) enum InEntry {
    Found(Located),
    Portion(PathBuf),
    Nothing,
}

impl InEntry {
    /// The module that was found.
    pub(super) fn module(self) -> Option<Located> {
        match self {
            InEntry::Found(located) => Some(located),
            InEntry::Portion(_) | InEntry::Nothing => None,
        }
    }
}

fn with_caches<T>(rt: &Rt, f: impl FnOnce(&mut Caches) -> T) -> T {
    let mut state = rt.module_state.borrow_mut();
    let caches = state
        .entry("import.caches")
        .or_insert_with(|| Box::new(Caches::default()));
    match caches.downcast_mut::<Caches>() {
        Some(caches) => f(caches),
        None => f(&mut Caches::default()),
    }
}

/// `sys.path_importer_cache` invalidated (`importlib.invalidate_caches`).
pub(super) fn invalidate(rt: &Rt) {
    with_caches(rt, |caches| *caches = Caches::default());
}

fn folder(rt: &Rt, path: &Path) -> Option<Rc<Folder>> {
    let mtime = std::fs::metadata(path)
        .ok()
        .filter(std::fs::Metadata::is_dir)?
        .modified()
        .ok();
    let known = with_caches(rt, |caches| caches.folders.get(path).cloned());
    if let Some(Some(folder)) = known
        && folder.mtime == mtime
        && mtime.is_some()
    {
        return Some(folder);
    }
    let hash = |name: OsString| FxBuildHasher.hash_one(name.as_os_str());
    let mut names: Vec<u64> = std::fs::read_dir(path)
        .ok()?
        .filter_map(|e| Some(hash(e.ok()?.file_name())))
        .collect();
    names.sort_unstable();
    // A folder that changed just now may change again without its mtime showing it.
    let settled = mtime.filter(|mtime| mtime.elapsed().is_ok_and(|age| age > SETTLED));
    let folder = Rc::new(Folder {
        mtime: settled,
        names,
    });
    with_caches(rt, |caches| {
        caches.folders.insert(path.to_owned(), Some(folder.clone()))
    });
    Some(folder)
}

/// The zip file at a path, or above it (`/a/b.zip/inner`), with the part inside.
fn archive(rt: &Rt, path: &Path) -> Option<(Rc<Archive>, String)> {
    let mut outer = path.to_owned();
    let mut inner = Vec::new();
    while !outer.exists() {
        inner.push(outer.file_name()?.to_str()?.to_owned());
        outer.pop();
    }
    if !outer.is_file() {
        return None;
    }
    inner.reverse();
    let known = with_caches(rt, |caches| caches.archives.get(&outer).cloned());
    let archive = match known {
        Some(known) => known?,
        None => {
            let opened = Archive::open(&outer).ok().map(Rc::new);
            with_caches(rt, |caches| {
                caches.archives.insert(outer.clone(), opened.clone())
            });
            opened?
        }
    };
    let prefix = if inner.is_empty() {
        String::new()
    } else {
        format!("{}/", inner.join("/"))
    };
    Some((archive, prefix))
}

pub(super) fn in_entry(rt: &Rt, path: &Path, tail: &OsStr) -> InEntry {
    let Some(folder) = folder(rt, path) else {
        return in_archive(rt, path, &tail.to_string_lossy());
    };
    let mut portion = None;
    if folder.may_have(tail) {
        let package = path.join(tail);
        for (file, sourceless) in [("__init__.py", false), ("__init__.pyc", true)] {
            let init = package.join(file);
            if init.is_file() {
                let package = Some(package);
                return InEntry::Found(if sourceless {
                    Located::Sourceless {
                        path: init,
                        package,
                    }
                } else {
                    Located::Source {
                        path: init,
                        package,
                    }
                });
            }
        }
        portion = package.is_dir().then_some(package);
    }
    for (suffix, sourceless) in [(".py", false), (".pyc", true)] {
        let mut file = tail.to_owned();
        file.push(suffix);
        if folder.may_have(&file) && path.join(&file).is_file() {
            let path = path.join(file);
            return InEntry::Found(if sourceless {
                Located::Sourceless {
                    path,
                    package: None,
                }
            } else {
                Located::Source {
                    path,
                    package: None,
                }
            });
        }
    }
    portion.map_or(InEntry::Nothing, InEntry::Portion)
}

fn in_archive(rt: &Rt, path: &Path, tail: &str) -> InEntry {
    let Some((archive, prefix)) = archive(rt, path) else {
        return InEntry::Nothing;
    };
    for (suffix, package, sourceless) in [
        ("/__init__.pyc", true, true),
        ("/__init__.py", true, false),
        (".pyc", false, true),
        (".py", false, false),
    ] {
        let member = format!("{prefix}{tail}{suffix}");
        let check = crate::sys::settings(rt).check_hash;
        if archive.contains(&member) && (!sourceless || archive.is_usable(&member, check)) {
            return InEntry::Found(Located::Zip {
                archive,
                member,
                package,
                sourceless,
            });
        }
    }
    if archive.is_folder(&format!("{prefix}{tail}/")) {
        InEntry::Portion(path.join(tail))
    } else {
        InEntry::Nothing
    }
}

/// Where the `__main__` of a folder or zip file is, for running it as a program.
pub(crate) fn main_in(rt: &Rt, path: &Path) -> Option<Located> {
    in_entry(rt, path, OsStr::new("__main__")).module()
}
