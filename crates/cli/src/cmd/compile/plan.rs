//! Which files are compiled or copied, to where, under which names.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use hognose_pyc::path::{Optimization, PYCACHE, cache_from_source, legacy_path};
use hognose_version::Version;
use ignore::WalkBuilder;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::Opts;
use crate::compiling::environment::Cache;

/// One file to be made.
pub struct Task {
    pub source: PathBuf,
    pub action: Action,
}

pub enum Action {
    /// The name in tracebacks, and each level with its output.
    Compile {
        shown: OsString,
        outputs: Vec<(u8, PathBuf)>,
    },
    /// A file that is no source goes along into a deployment.
    Copy(PathBuf),
}

/// What is to be done, and what could not be looked at.
#[derive(Default)]
pub struct Plan {
    pub tasks: Vec<Task>,
    pub errors: Vec<String>,
}

/// Where results go.
enum Place {
    Cache(Cache),
    /// A tree of `__pycache__` folders beside where the sources will be.
    Mirror(PathBuf),
    /// Legacy names, sources left out.
    Sourceless(PathBuf),
}

struct Planner<'a> {
    opts: &'a Opts,
    version: Version,
    levels: Vec<u8>,
    place: Place,
    strip: Option<PathBuf>,
    plan: Plan,
    outputs: HashMap<PathBuf, PathBuf>,
}

/// Looks at every path; an error is one of the command line.
pub fn plan(opts: &Opts, version: Version, out: Option<&Path>) -> Result<Plan, String> {
    let absolute = |path: &PathBuf| std::path::absolute(path).map_err(|error| error.to_string());
    let place = match out {
        None => Place::Cache(Cache::from_environment()),
        Some(folder) if opts.sourceless => Place::Sourceless(folder.to_owned()),
        Some(folder) => Place::Mirror(folder.to_owned()),
    };
    let mut planner = Planner {
        opts,
        version,
        levels: opts.levels(),
        place,
        strip: opts.strip_prefix.as_ref().map(absolute).transpose()?,
        plan: Plan::default(),
        outputs: HashMap::new(),
    };
    for path in &opts.paths {
        match std::fs::metadata(path) {
            Ok(status) if status.is_dir() => planner.folder(path)?,
            // A device has no place beside it for bytecode, and may not end.
            Ok(status) if !status.is_file() => {
                let wrong = io::Error::new(io::ErrorKind::InvalidInput, "not a regular file");
                planner.refuse(path, &wrong);
            }
            Ok(_) => {
                let below = PathBuf::from(path.file_name().unwrap_or(OsStr::new("")));
                planner.file(path, &below, false)?;
            }
            Err(error) => planner.refuse(path, &error),
        }
    }
    planner
        .plan
        .tasks
        .sort_by(|one, other| one.source.cmp(&other.source));
    Ok(planner.plan)
}

impl Planner<'_> {
    fn refuse(&mut self, path: &Path, error: &io::Error) {
        self.plan
            .errors
            .push(format!("{}: {error}", path.display()));
    }

    /// All below a folder but what is excluded; links to folders are not followed.
    fn folder(&mut self, top: &Path) -> Result<(), String> {
        let excluded = excludes(top, &self.opts.exclude)?;
        let mut walk = WalkBuilder::new(top);
        walk.standard_filters(false);
        if self.opts.gitignore {
            walk.git_ignore(true)
                .git_exclude(true)
                .parents(true)
                .require_git(false);
        }
        walk.filter_entry(move |entry| {
            let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
            let skipped = is_folder && entry.file_name() == PYCACHE;
            !skipped && !excluded.matched(entry.path(), is_folder).is_ignore()
        });
        for entry in walk.build() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.plan.errors.push(error.to_string());
                    continue;
                }
            };
            let Some(kind) = entry.file_type() else {
                continue;
            };
            let path = entry.path();
            let is_file = kind.is_file() || kind.is_symlink() && path.is_file();
            if is_file {
                let below = path.strip_prefix(top).unwrap_or(path).to_owned();
                self.file(path, &below, true)?;
            }
        }
        Ok(())
    }

    /// A file; `below` is its place below the folder that was named.
    fn file(&mut self, path: &Path, below: &Path, walked: bool) -> Result<(), String> {
        let ending = path.extension().unwrap_or_default();
        let is_source = ending == "py" || !walked;
        let is_copied = matches!(self.place, Place::Sourceless(_)) && ending != "pyc";
        if !is_source && !is_copied {
            return Ok(());
        }
        let stripped = self.stripped(path)?;
        let below = stripped.as_deref().unwrap_or(below);
        let action = if is_source {
            let level = |level: &u8| (*level, self.output(path, below, *level));
            Action::Compile {
                outputs: self.levels.iter().map(level).collect(),
                shown: self.shown(path, stripped.as_deref()),
            }
        } else {
            let Place::Sourceless(folder) = &self.place else {
                return Ok(());
            };
            Action::Copy(folder.join(below))
        };
        let outputs = match &action {
            Action::Compile { outputs, .. } => outputs.iter().map(|(_, path)| path).collect(),
            Action::Copy(path) => vec![path],
        };
        for output in outputs {
            match self.outputs.insert(output.clone(), path.to_owned()) {
                // Named twice.
                Some(other) if other == path => return Ok(()),
                Some(other) => {
                    let (one, two, out) = (other.display(), path.display(), output.display());
                    return Err(format!("{one} and {two} would both become {out}"));
                }
                None => {}
            }
        }
        self.plan.tasks.push(Task {
            source: path.to_owned(),
            action,
        });
        Ok(())
    }

    /// The path without `--strip-prefix`.
    fn stripped(&self, path: &Path) -> Result<Option<PathBuf>, String> {
        let Some(prefix) = &self.strip else {
            return Ok(None);
        };
        let absolute = std::path::absolute(path).map_err(|error| error.to_string())?;
        match absolute.strip_prefix(prefix) {
            Ok(rest) => Ok(Some(rest.to_owned())),
            Err(_) => {
                let (path, prefix) = (path.display(), prefix.display());
                Err(format!("{path} does not lie below --strip-prefix {prefix}"))
            }
        }
    }

    fn shown(&self, path: &Path, stripped: Option<&Path>) -> OsString {
        if let Some(name) = &self.opts.display {
            return name.clone();
        }
        let shown = stripped.unwrap_or(path);
        let shown = match &self.opts.add_prefix {
            Some(prefix) => prefix.join(shown),
            None => shown.to_owned(),
        };
        shown.into_os_string()
    }

    fn output(&self, path: &Path, below: &Path, level: u8) -> PathBuf {
        if let Some(output) = &self.opts.output {
            return output.clone();
        }
        match &self.place {
            Place::Cache(cache) => cache.path(path, self.version, i64::from(level)),
            Place::Mirror(folder) => {
                let optimization = Optimization::from_level(level);
                cache_from_source(&folder.join(below), self.version, optimization)
            }
            Place::Sourceless(folder) => legacy_path(&folder.join(below)),
        }
    }
}

fn excludes(top: &Path, patterns: &[String]) -> Result<Gitignore, String> {
    let mut builder = GitignoreBuilder::new(top);
    for pattern in patterns {
        builder
            .add_line(None, pattern)
            .map_err(|error| error.to_string())?;
    }
    builder.build().map_err(|error| error.to_string())
}
