//! `hognose compile`: sources and trees to `.pyc` files, where and how one likes.

mod archive;
mod plan;
mod report;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

use hognose_pyc::HEADER_LEN;
use hognose_pyc::marshal::LiveStrings;
use hognose_version::Version;

use super::{Outcome, input};
use crate::compiling::interrupt::Interrupt;
use crate::compiling::python_version::{self, Place};
use crate::compiling::queue::threads;
use crate::compiling::{
    Failure, Invalidation, Job, Source, put, refuse_irregular, sweep, warn_on_stderr,
};
use archive::Member;
use plan::{Action, Task};
use report::{Report, Status};

/// Compile sources and whole trees to .pyc files, byte for byte those of CPython
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Opts {
    /// Source files and folders; `-` alone is a source on stdin
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Leave out assert statements; twice: docstrings too
    #[arg(short = 'O', action = clap::ArgAction::Count, conflicts_with = "each_level")]
    optimise: u8,
    /// Several optimization levels at once, such as 0,1,2
    #[arg(long = "levels", value_name = "LEVELS", value_delimiter = ',',
          value_parser = clap::value_parser!(u8).range(0..=2))]
    each_level: Vec<u8>,
    /// The Python to compile for [default: that of the virtual environment around PATH, of the active one, that in .python-version, 3.12]
    #[arg(long, value_name = "VERSION")]
    python: Option<Version>,
    /// How a .pyc is checked against its source [default: timestamp; checked-hash if SOURCE_DATE_EPOCH is set; unchecked-hash with --sourceless]
    #[arg(
        long,
        alias = "invalidation-mode",
        value_enum,
        value_name = "MODE",
        hide_possible_values = false
    )]
    invalidation: Option<Invalidation>,
    /// Leave out what matches, in the words of .gitignore, seen from each folder named; may be given several times
    #[arg(short = 'x', long, value_name = "PATTERN")]
    exclude: Vec<String>,
    /// Leave out what .gitignore files say
    #[arg(long)]
    gitignore: bool,
    /// Take this off the front of the names in code objects (which tracebacks show)
    #[arg(long, value_name = "DIR")]
    strip_prefix: Option<PathBuf>,
    /// Put this before the names in code objects
    #[arg(long, value_name = "DIR")]
    add_prefix: Option<PathBuf>,
    /// Write below DIR, as below the folder named or --strip-prefix, instead of beside the sources
    #[arg(long, value_name = "DIR")]
    out_dir: Option<PathBuf>,
    /// Make DIR, or a zip file if its name ends in .zip or .pyz, that runs without sources; other files are copied
    #[arg(long, requires = "out_dir", conflicts_with_all = ["each_level", "output"])]
    sourceless: bool,
    /// What a sourceless DIR or zip file runs when it has no __main__.py
    #[arg(long, requires = "sourceless", value_name = "MODULE:FUNCTION")]
    main: Option<String>,
    /// Where the .pyc of a single source goes; `-` is stdout
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["out_dir", "each_level"])]
    output: Option<PathBuf>,
    /// The name in the code object of a single source
    #[arg(short, long, value_name = "NAME", conflicts_with_all = ["strip_prefix", "add_prefix"])]
    display: Option<OsString>,
    /// Compile also what is fresh
    #[arg(short, long)]
    force: bool,
    /// Threads; 0 is one for each processor
    #[arg(short, long, value_name = "N", default_value_t = 0)]
    jobs: usize,
    /// Tell only of failures
    #[arg(short, long)]
    quiet: bool,
    /// Print one JSON object on stdout
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  hognose compile src                                    what is not fresh, into __pycache__ folders
  hognose compile -x 'tests/' -x '*_pb2.py' src lib
  hognose compile --levels 0,1,2 --invalidation unchecked-hash --strip-prefix root --add-prefix / root/usr/lib
  hognose compile --sourceless --out-dir dist src        a folder to deploy, without sources
  hognose compile --sourceless --out-dir app.pyz --main app.cli:main src
  hognose compile spam.py -o build/spam.pyc -d /usr/lib/spam.py
  echo 'print(1)' | hognose compile - | hognose dis -

The same tree in another place gives the same bytes with --strip-prefix and a hash for --invalidation.
A signal ends it between two files; killed, it leaves each .pyc old or new, and the next run removes what it left.
The exit status is 1 when anything failed and 2 when the command line is wrong.";

impl Opts {
    fn levels(&self) -> Vec<u8> {
        if self.each_level.is_empty() {
            return vec![self.optimise.min(2)];
        }
        let levels: BTreeSet<u8> = self.each_level.iter().copied().collect();
        levels.into_iter().collect()
    }

    fn invalidation(&self) -> Invalidation {
        match self.invalidation {
            Some(mode) => mode,
            None if self.sourceless => Invalidation::UncheckedHash,
            None => Invalidation::from_environment(),
        }
    }

    fn is_stdin(&self) -> bool {
        self.paths == [Path::new("-")]
    }

    fn is_to_stdout(&self) -> bool {
        match &self.output {
            Some(output) => output == Path::new("-"),
            None => self.is_stdin() && self.out_dir.is_none(),
        }
    }
}

pub fn run(opts: Opts) -> Outcome {
    let version = match version(&opts) {
        Ok(version) => version,
        Err(error) => return usage_error(&error),
    };
    let is_single = matches!(opts.paths.as_slice(), [path] if !path.is_dir());
    if !is_single && (opts.output.is_some() || opts.display.is_some()) {
        return usage_error("--output and --display are for a single source");
    }
    if opts.is_stdin() || opts.is_to_stdout() {
        return single(&opts, version);
    }
    let archive = opts
        .out_dir
        .as_deref()
        .filter(|path| opts.sourceless && archive::is_archive(path));
    // In an archive names start at its top.
    let out = match archive {
        Some(_) => Some(Path::new("")),
        None => opts.out_dir.as_deref(),
    };
    let plan = match plan::plan(&opts, version, out) {
        Ok(plan) => plan,
        Err(error) => return usage_error(&error),
    };
    let run = Run {
        report: Report::new(opts.quiet, plan.tasks.len(), plan.errors),
        members: archive.map(|_| Mutex::default()),
        interrupt: Interrupt::install()?,
        opts: &opts,
        version,
    };
    if let Err(error) = run.check_main(&plan.tasks, out) {
        return usage_error(&error);
    }
    let pool = threads(opts.jobs)?;
    sweep(&folders(&plan.tasks, archive));
    pool.in_place_scope_fifo(|scope| {
        for task in &plan.tasks {
            let run = &run;
            scope.spawn_fifo(move |_| {
                if !run.interrupt.is_set() {
                    run.task(task);
                    run.report.advance();
                }
            });
        }
        if let (Some(main), Some(out)) = (&opts.main, out) {
            let run = &run;
            scope.spawn_fifo(move |_| run.main(main, out));
        }
    });
    let Run {
        report,
        members,
        interrupt,
        ..
    } = run;
    if let (Some(path), Some(members)) = (archive, members)
        && !interrupt.is_set()
    {
        let mut members = members.into_inner().unwrap_or_default();
        let bytes = archive::write(path, version, &mut members)?;
        let mode = if archive::is_executable(path) {
            0o777
        } else {
            0o666
        };
        if let Err(failure) = put(path, &bytes, mode) {
            report.add(path, path, Status::Failed(failure));
        }
    }
    let finished = report.finish();
    let workers = pool.current_num_threads();
    if opts.json {
        let mut text = serde_json::to_string_pretty(&finished.json(version, workers))?;
        text.push('\n');
        io::stdout().write_all(text.as_bytes())?;
    } else {
        finished.write_failures(&mut io::stderr())?;
        if !opts.quiet {
            finished.write_summary(&mut io::stderr(), version, workers)?;
        }
    }
    interrupt.obey();
    Ok(ExitCode::from(u8::from(finished.failed() > 0)))
}

fn usage_error(text: &str) -> Outcome {
    writeln!(io::stderr(), "hognose compile: {text}")?;
    Ok(ExitCode::from(2))
}

/// The version to compile for; the error tells where a wrong one comes from.
fn version(opts: &Opts) -> Result<Version, String> {
    let first = opts.paths.first().map_or(Path::new("."), PathBuf::as_path);
    let found = match opts.python {
        Some(version) => python_version::Found {
            version,
            place: Place::Asked,
        },
        None => python_version::find(first).map_err(|error| error.to_string())?,
    };
    if hognose_compile::can_compile_for(found.version) {
        return Ok(found.version);
    }
    let version = found.version;
    let from = match found.place {
        Place::File(file) => format!(" (from {}; choose another with --python)", file.display()),
        Place::Asked | Place::Default => String::new(),
    };
    Err(format!(
        "cannot compile for Python {version}{from}; `hognose versions` lists what can be done"
    ))
}

/// The folders that are written to.
fn folders(tasks: &[Task], archive: Option<&Path>) -> BTreeSet<PathBuf> {
    let folder = |path: &Path| path.parent().map(Path::to_owned);
    match archive {
        Some(path) => folder(path).into_iter().collect(),
        None => tasks
            .iter()
            .flat_map(|task| match &task.action {
                Action::Compile { outputs, .. } => outputs
                    .iter()
                    .filter_map(|(_, path)| folder(path))
                    .collect(),
                Action::Copy(path) => folder(path).into_iter().collect::<Vec<_>>(),
            })
            .collect(),
    }
}

/// A single source from stdin, or its .pyc to stdout.
fn single(opts: &Opts, version: Version) -> Outcome {
    let to_stdout = opts.is_to_stdout();
    if to_stdout && io::stdout().is_terminal() {
        return usage_error("a .pyc is not for a terminal; name a file with -o");
    }
    let path = opts.paths.first().map_or(Path::new("-"), PathBuf::as_path);
    let source = if opts.is_stdin() {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes)?;
        Source::from_bytes(bytes)
    } else {
        Source::read(path).map_err(|error| format!("{}: {error}", path.display()))?
    };
    let own_name = match opts.is_stdin() {
        true => OsStr::new("<stdin>"),
        false => path.as_os_str(),
    };
    let shown = opts.display.as_deref().unwrap_or(own_name);
    input::on_big_stack(|| {
        let level = i64::from(opts.optimise.min(2));
        let made = job(opts, version, shown, level)
            .pyc(&source, warn_on_stderr)
            .and_then(|bytes| {
                let Some(output) = opts.output.as_deref().filter(|_| !to_stdout) else {
                    let written = io::stdout().write_all(&bytes);
                    return written.map_err(|error| Failure::os(&error, Path::new("<stdout>")));
                };
                refuse_irregular(output)?;
                put(output, &bytes, source.mode())
            });
        match made {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(failure) => {
                report::write_failure(&mut io::stderr(), &failure, Path::new(own_name))?;
                Ok(ExitCode::FAILURE)
            }
        }
    })
}

fn job<'a>(opts: &Opts, version: Version, shown: &'a OsStr, level: i64) -> Job<'a> {
    Job {
        version,
        shown,
        level,
        invalidation: opts.invalidation(),
        live: LiveStrings::PyCompile,
    }
}

/// What the threads share.
struct Run<'a> {
    opts: &'a Opts,
    version: Version,
    report: Report,
    interrupt: Interrupt,
    /// Of the archive, if one is made.
    members: Option<Mutex<Vec<Member>>>,
}

impl Run<'_> {
    fn task(&self, task: &Task) {
        let source = task.source.as_path();
        match &task.action {
            Action::Copy(output) => {
                let status = self.copy(source, output).map(|()| Status::Copied);
                self.report
                    .add(source, output, status.unwrap_or_else(Status::Failed));
            }
            Action::Compile { shown, outputs } => {
                let mut read = None;
                for (level, output) in outputs {
                    let status = self.compile(source, &mut read, shown, *level, output);
                    let status = status.unwrap_or_else(Status::Failed);
                    self.report.add(source, output, status);
                }
            }
        }
    }

    fn compile(
        &self,
        path: &Path,
        read: &mut Option<Source>,
        shown: &OsStr,
        level: u8,
        output: &Path,
    ) -> Result<Status, Failure> {
        let source = match read {
            Some(source) => source,
            None => {
                let opened = Source::read(path).map_err(|error| Failure::os(&error, path))?;
                read.insert(opened)
            }
        };
        if self.members.is_none() && !self.opts.force && self.is_fresh(source, output) {
            return Ok(Status::Fresh);
        }
        let bytes = job(self.opts, self.version, shown, i64::from(level))
            .pyc(source, |text| self.report.warn(text))?;
        self.keep(output, bytes, source.mode())?;
        Ok(Status::Compiled)
    }

    /// Whether the file starts as the one to be made would.
    fn is_fresh(&self, source: &Source, output: &Path) -> bool {
        let mut start = [0; HEADER_LEN];
        let read = File::open(output).and_then(|mut file| file.read_exact(&mut start));
        read.is_ok()
            && source
                .header(self.version, self.opts.invalidation())
                .to_bytes()
                == start
    }

    fn copy(&self, source: &Path, output: &Path) -> Result<(), Failure> {
        let failed = |error| Failure::os(&error, source);
        let bytes = fs::read(source).map_err(failed)?;
        let status = fs::metadata(source).map_err(failed)?;
        let mode = std::os::unix::fs::MetadataExt::mode(&status) & 0o777;
        self.keep(output, bytes, mode)
    }

    /// Puts a result where it belongs.
    fn keep(&self, output: &Path, bytes: Vec<u8>, mode: u32) -> Result<(), Failure> {
        let Some(members) = &self.members else {
            refuse_irregular(output)?;
            return put(output, &bytes, mode);
        };
        if let Ok(mut members) = members.lock() {
            members.push(Member {
                name: output.to_string_lossy().into_owned(),
                bytes,
                mode,
            });
        }
        Ok(())
    }

    /// Whether there will be something to run.
    fn check_main(&self, tasks: &[Task], out: Option<&Path>) -> Result<(), String> {
        let Some(out) = out.filter(|_| self.opts.sourceless) else {
            return Ok(());
        };
        let main = out.join("__main__.pyc");
        let has_main = tasks.iter().any(|task| match &task.action {
            Action::Compile { outputs, .. } => outputs.iter().any(|(_, path)| *path == main),
            Action::Copy(_) => false,
        });
        let named = self.opts.main.is_some();
        let must = self
            .opts
            .out_dir
            .as_deref()
            .is_some_and(archive::is_executable);
        if has_main && named {
            return Err("--main is for trees without a __main__.py at the top".to_owned());
        }
        if must && !has_main && !named {
            return Err(
                "there is no __main__.py at the top: say what runs with --main MODULE:FUNCTION"
                    .to_owned(),
            );
        }
        match self.opts.main.as_deref().map(main_source) {
            Some(None) => Err("--main takes MODULE:FUNCTION, such as app.cli:main".to_owned()),
            Some(Some(_)) | None => Ok(()),
        }
    }

    /// Makes the `__main__` that calls a function.
    fn main(&self, main: &str, out: &Path) {
        let source = Source::from_bytes(main_source(main).unwrap_or_default().into_bytes());
        let output = out.join("__main__.pyc");
        let level = i64::from(self.opts.optimise.min(2));
        let made = job(self.opts, self.version, OsStr::new("__main__.py"), level)
            .pyc(&source, |text| self.report.warn(text));
        let made = made.and_then(|bytes| self.keep(&output, bytes, source.mode()));
        let status = made.map_or_else(Status::Failed, |()| Status::Compiled);
        self.report.add(Path::new("__main__.py"), &output, status);
    }
}

/// The source of a `__main__` that calls a function; `None` when it is none.
fn main_source(main: &str) -> Option<String> {
    let (module, function) = main.split_once(':')?;
    let is_name = |name: &str| {
        let mut chars = name.chars();
        chars
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_')
            && chars.all(|char| char.is_alphanumeric() || char == '_')
    };
    let all_names = |dotted: &str| dotted.split('.').all(is_name);
    (all_names(module) && all_names(function))
        .then(|| format!("import sys\nimport {module}\nsys.exit({module}.{function}())\n"))
}
