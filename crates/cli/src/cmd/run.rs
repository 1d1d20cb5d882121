//! `hognose run`: a program, as `python` runs it.

use super::Outcome;
use hognose_builtins::{CheckHash, Interpreter, Settings, StdlibError, find_stdlib, is_zip};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Run a program: a file, a folder or zip file with a `__main__`, a module, or code.
#[derive(clap::Args)]
#[command(
    disable_version_flag = true,
    after_help = "Examples:\n  hognose run app.py --its-own-option\n  hognose run -m package.module\n  hognose run -c 'print(2 ** 100)'\n  hognose run app.zip\n  echo 'print(1)' | hognose run -\n  hognose run -X stats app.py   # what the executor did, on standard error"
)]
pub struct Opts {
    /// The standard library's folder (default: HOGNOSE_STDLIB, then python3.12's own)
    #[arg(long, value_name = "DIR")]
    stdlib: Option<PathBuf>,
    /// Python's own options, then what to run and its arguments
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGS"
    )]
    rest: Vec<String>,
}

/// What is to be run.
enum Program {
    Command(String),
    Module(String),
    Path(PathBuf),
    Stdin,
}

/// Whether the locale is C's own, in which Python takes to UTF-8 by itself (PEP 540).
fn is_c_locale() -> bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"];
    let mut set = names.iter().filter_map(|name| std::env::var(name).ok());
    let name = set.find(|value| !value.is_empty()).unwrap_or_default();
    matches!(&*name, "" | "C" | "POSIX")
}

pub fn run(opts: Opts) -> Outcome {
    let mut settings = Settings {
        utf8_mode: is_c_locale(),
        ..Settings::default()
    };
    let (program, arguments) = match parse(&opts.rest, &mut settings) {
        Ok(Some(parsed)) => parsed,
        Ok(None) => {
            println!("Python {}", hognose_version::Version::DEFAULT);
            return Ok(ExitCode::SUCCESS);
        }
        Err(wrong) => {
            eprintln!("hognose: {wrong}\nTry 'hognose run --help' for more information.");
            return Ok(ExitCode::from(2));
        }
    };
    environment(&mut settings);
    if settings.dev_mode {
        settings.warn_options.insert(0, "default".to_owned());
    }
    match settings.bytes_warning {
        0 => (),
        1 => settings
            .warn_options
            .push("default::BytesWarning".to_owned()),
        _ => settings.warn_options.push("error::BytesWarning".to_owned()),
    }
    settings.stdlib = match find_stdlib(opts.stdlib.as_deref(), !settings.ignore_environment) {
        Ok(folder) => Some(folder),
        // Programs that need only what is native still run.
        Err(StdlibError::NotFound) => None,
        Err(wrong) => return Err(wrong.into()),
    };
    settings.executable = std::env::current_exe()
        .map(|p| p.to_string_lossy().into_owned())
        .unwrap_or_default();
    settings.orig_argv = std::iter::once(settings.executable.clone())
        .chain(opts.rest.clone())
        .collect();
    let first = match &program {
        Program::Command(_) => "-c".to_owned(),
        Program::Module(_) => "-m".to_owned(),
        Program::Path(path) => path.to_string_lossy().into_owned(),
        Program::Stdin => if opts.rest.iter().any(|a| a == "-") {
            "-"
        } else {
            ""
        }
        .to_owned(),
    };
    settings.argv = std::iter::once(first).chain(arguments).collect();
    if !settings.safe_path {
        let entry = match &program {
            Program::Path(path) if path.is_file() && !is_zip(path) => Some(script_folder(path)),
            Program::Path(_) => None,
            Program::Module(_) => std::env::current_dir()
                .ok()
                .map(|d| d.to_string_lossy().into_owned()),
            Program::Command(_) | Program::Stdin => Some(String::new()),
        };
        if let Some(entry) = entry {
            settings.path.insert(0, entry);
        }
    }
    Ok(ExitCode::from(on_big_stack(move || {
        start(settings, &program)
    })))
}

fn start(settings: Settings, program: &Program) -> u8 {
    let stats = settings.x_options.iter().any(|(name, _)| name == "stats");
    let python = match Interpreter::with_stats(settings, stats) {
        Ok(python) => python,
        Err(message) => {
            eprint!("{message}");
            return 1;
        }
    };
    python.guard_stack(STACK);
    let status = match program {
        Program::Command(code) => python.run_command(code),
        Program::Module(name) => python.run_module(name),
        Program::Stdin => python.run_stdin(),
        Program::Path(path) => match python.run_path(path) {
            Ok(status) => status,
            Err(message) => {
                eprintln!("hognose: {message}");
                if message.starts_with("can't open file") {
                    2
                } else {
                    1
                }
            }
        },
    };
    if let Some(report) = python.stats() {
        eprint!("{report}");
    }
    // Everything that the program could observe is over; taking the heap apart would only cost time.
    std::mem::forget(python);
    status as u8
}

/// Native stack of the program's thread.
const STACK: usize = 256 << 20;

/// Native code that calls back into Python nests on the native stack: give it plenty.
///
/// The stack is another one, the thread is the process's own: signals come to it, and its allocations to the main heap.
fn on_big_stack(f: impl FnOnce() -> u8) -> u8 {
    let run = std::panic::AssertUnwindSafe(|| stacker::grow(STACK, f));
    std::panic::catch_unwind(run).unwrap_or(1)
}

fn script_folder(path: &Path) -> String {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real.parent()
        .map(|p| p.to_string_lossy().into_owned())
        .unwrap_or_default()
}

/// Reads python's options; the program and its arguments are what follows them. `None`: the version is wanted.
fn parse(
    rest: &[String],
    settings: &mut Settings,
) -> Result<Option<(Program, Vec<String>)>, Box<dyn Error>> {
    let mut at = 0;
    while let Some(argument) = rest.get(at) {
        at += 1;
        let tail = || rest[at..].to_vec();
        if argument == "-" {
            return Ok(Some((Program::Stdin, tail())));
        }
        if argument == "--" {
            continue;
        }
        if let Some(long) = argument.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long, None),
            };
            if name == "version" {
                return Ok(None);
            }
            if name != "check-hash-based-pycs" {
                return Err(format!("unknown option --{name}").into());
            }
            let value = match value {
                Some(value) => value,
                None => {
                    at += 1;
                    rest.get(at - 1)
                        .cloned()
                        .ok_or("option --check-hash-based-pycs needs a value")?
                }
            };
            settings.check_hash = check_hash(&value)?;
            continue;
        }
        let Some(letters) = argument.strip_prefix('-').filter(|l| !l.is_empty()) else {
            return Ok(Some((Program::Path(PathBuf::from(argument)), tail())));
        };
        let letters = letters.char_indices();
        for (i, letter) in letters {
            let attached = &argument[1 + i + letter.len_utf8()..];
            let value = |at: &mut usize| -> Result<String, Box<dyn Error>> {
                if !attached.is_empty() {
                    return Ok(attached.to_owned());
                }
                *at += 1;
                rest.get(*at - 1)
                    .cloned()
                    .ok_or_else(|| format!("Argument expected for the -{letter} option").into())
            };
            match letter {
                'c' => {
                    let code = value(&mut at)?;
                    return Ok(Some((Program::Command(code + "\n"), rest[at..].to_vec())));
                }
                'm' => {
                    let name = value(&mut at)?;
                    return Ok(Some((Program::Module(name), rest[at..].to_vec())));
                }
                'W' => settings.warn_options.push(value(&mut at)?),
                'X' => x_option(settings, &value(&mut at)?)?,
                'b' => settings.bytes_warning += 1,
                'B' => settings.dont_write_bytecode = true,
                'd' => settings.debug += 1,
                'E' => settings.ignore_environment = true,
                'i' => settings.interactive = true,
                'I' => {
                    settings.isolated = true;
                    settings.ignore_environment = true;
                    settings.no_user_site = true;
                    settings.safe_path = true;
                }
                'O' => settings.optimize = (settings.optimize + 1).min(2),
                'P' => settings.safe_path = true,
                'q' => settings.quiet = true,
                'R' => (),
                's' => settings.no_user_site = true,
                'S' => settings.no_site = true,
                'u' => settings.unbuffered = true,
                'v' => settings.verbose += 1,
                'V' => return Ok(None),
                'x' => (),
                other => return Err(format!("Unknown option: -{other}").into()),
            }
            if matches!(letter, 'W' | 'X') {
                break;
            }
        }
    }
    Ok(Some((Program::Stdin, Vec::new())))
}

fn check_hash(value: &str) -> Result<CheckHash, Box<dyn Error>> {
    match value {
        "default" => Ok(CheckHash::Default),
        "always" => Ok(CheckHash::Always),
        "never" => Ok(CheckHash::Never),
        _ => Err("--check-hash-based-pycs must be one of 'default', 'always', or 'never'".into()),
    }
}

fn x_option(settings: &mut Settings, option: &str) -> Result<(), Box<dyn Error>> {
    let (name, value) = match option.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (option, None),
    };
    match (name, &value) {
        ("pycache_prefix", value) => {
            settings.pycache_prefix = value.clone().filter(|v| !v.is_empty())
        }
        ("dev", _) => settings.dev_mode = true,
        ("utf8", value) => settings.utf8_mode = value.as_deref() != Some("0"),
        ("int_max_str_digits", Some(value)) => {
            let most = value.parse().ok().filter(|&n| n == 0 || n >= 640);
            settings.int_max_str_digits = Some(most.ok_or(
                "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.",
            )?);
        }
        ("warn_default_encoding", _) => settings.warn_default_encoding = true,
        _ => (),
    }
    settings.x_options.push((name.to_owned(), value));
    Ok(())
}

/// Adds what the environment says, unless `-E` or `-I`.
fn environment(settings: &mut Settings) {
    if settings.ignore_environment {
        return;
    }
    let get = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let number = |name: &str| get(name).map(|v| v.parse::<u8>().unwrap_or(1).max(1));
    settings.dont_write_bytecode |= get("PYTHONDONTWRITEBYTECODE").is_some();
    settings.unbuffered |= get("PYTHONUNBUFFERED").is_some();
    settings.no_user_site |= get("PYTHONNOUSERSITE").is_some();
    settings.safe_path |= get("PYTHONSAFEPATH").is_some();
    settings.dev_mode |= get("PYTHONDEVMODE").is_some();
    settings.interactive |= get("PYTHONINSPECT").is_some();
    if !settings.x_options.iter().any(|(name, _)| name == "utf8") {
        match get("PYTHONUTF8").as_deref() {
            Some("1") => settings.utf8_mode = true,
            Some("0") => settings.utf8_mode = false,
            _ => (),
        }
    }
    settings.optimize = settings
        .optimize
        .max(number("PYTHONOPTIMIZE").unwrap_or(0))
        .min(2);
    settings.verbose = settings.verbose.max(number("PYTHONVERBOSE").unwrap_or(0));
    if settings.pycache_prefix.is_none() {
        settings.pycache_prefix = get("PYTHONPYCACHEPREFIX");
    }
    settings.hash_seed = get("PYTHONHASHSEED")
        .filter(|v| v != "random")
        .and_then(|v| v.parse().ok());
    if let Some(path) = get("PYTHONPATH") {
        settings
            .path
            .extend(std::env::split_paths(&path).map(|p| p.to_string_lossy().into_owned()));
    }
    if let Some(warnings) = get("PYTHONWARNINGS") {
        let own = std::mem::take(&mut settings.warn_options);
        settings.warn_options = warnings.split(',').map(str::to_owned).chain(own).collect();
    }
    if settings.int_max_str_digits.is_none() {
        settings.int_max_str_digits = get("PYTHONINTMAXSTRDIGITS").and_then(|v| v.parse().ok());
    }
}
