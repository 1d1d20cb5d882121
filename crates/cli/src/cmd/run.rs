//! `hognose run`: a program, as `python` runs it.

use super::{Outcome, run_help};
use clap::CommandFactory;
use hognose_builtins::{
    CheckHash, Ended, Interpreter, Settings, StdlibError, find_stdlib, is_zip, version_text,
};
use std::error::Error;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Run a program: a file, a folder or zip file with a `__main__`, a module, or code.
#[derive(clap::Args)]
#[command(
    disable_version_flag = true,
    override_usage = USAGE,
    after_help = run_help::OPTIONS
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
    rest: Vec<OsString>,
}

const USAGE: &str = "hognose run [option] ... [-c cmd | -m mod | file | -] [arg] ...";

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
        c_locale: is_c_locale(),
        ..Settings::default()
    };
    if let Some(wrong) = undecodable(&opts.rest) {
        eprintln!("Unable to decode the command from the command line:\n{wrong}");
        return Ok(ExitCode::FAILURE);
    }
    let (program, arguments) = match parse(&opts.rest, &mut settings) {
        Ok(Asked::Run(program, arguments)) => (program, arguments),
        Ok(Asked::Version(times)) => {
            let text = match times {
                0 | 1 => hognose_version::Version::DEFAULT.to_string(),
                _ => version_text(),
            };
            writeln!(std::io::stdout(), "Python {text}")?;
            return Ok(ExitCode::SUCCESS);
        }
        Ok(Asked::Lists(lists)) => {
            let mut stdout = std::io::stdout();
            for list in lists {
                stdout.write_all(list.as_bytes())?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        Ok(Asked::Help) => {
            let mut command = crate::Arguments::command();
            if let Some(run) = command.find_subcommand_mut("run") {
                run.clone().bin_name("hognose run").print_help()?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        Err(wrong) => {
            eprintln!("{wrong}\nusage: {USAGE}\nTry 'hognose run --help' for more information.");
            return Ok(ExitCode::from(2));
        }
    };
    if let Err(wrong) = environment(&mut settings) {
        eprintln!("hognose: {wrong}");
        return Ok(ExitCode::FAILURE);
    }
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
    settings.executable = executable().into();
    settings.orig_argv = std::iter::once(settings.executable.clone())
        .chain(opts.rest.clone())
        .collect();
    let first = match &program {
        Program::Command(_) => "-c".into(),
        Program::Module(_) => "-m".into(),
        Program::Path(path) => path.clone().into_os_string(),
        Program::Stdin => if opts.rest.iter().any(|a| a == "-") {
            "-"
        } else {
            ""
        }
        .into(),
    };
    settings.argv = std::iter::once(first).chain(arguments).collect();
    if !settings.safe_path {
        settings.path_first = match &program {
            Program::Path(path) if path.is_file() && !is_zip(path) => Some(script_folder(path)),
            Program::Path(_) => None,
            Program::Module(_) => std::env::current_dir().ok().map(OsString::from),
            Program::Command(_) | Program::Stdin => Some(OsString::new()),
        };
    }
    Ok(ExitCode::from(on_big_stack(move || {
        start(settings, &program)
    })))
}

/// The executable by the name it was called by, through which a virtual environment is found (`getpath.py`).
fn executable() -> PathBuf {
    let called = std::env::args_os()
        .next()
        .map(PathBuf::from)
        .unwrap_or_default();
    let found = if called.components().count() > 1 {
        std::path::absolute(&called).ok()
    } else {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut places = std::env::split_paths(&path).map(|folder| folder.join(&called));
        places.find(|place| place.is_file())
    };
    found
        .filter(|place| place.is_file())
        .or_else(|| std::env::current_exe().ok())
        .unwrap_or_default()
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
    let ended = match program {
        Program::Command(code) => python.run_command(code),
        Program::Module(name) => python.run_module(name),
        Program::Stdin => python.run_stdin(),
        Program::Path(path) => match python.run_path(path) {
            Ok(ended) => ended,
            Err(message) => {
                eprintln!("hognose: {message}");
                let is_missing = message.starts_with("can't open file");
                Ended::Status(if is_missing { 2 } else { 1 })
            }
        },
    };
    if let Some(report) = python.stats() {
        eprint!("{report}");
    }
    // Everything that the program could observe is over; taking the heap apart would only cost time.
    std::mem::forget(python);
    match ended {
        Ended::Status(status) => status as u8,
        Ended::Interrupted => hognose_builtins::end_by_interrupt(),
    }
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

fn script_folder(path: &Path) -> OsString {
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    real.parent().map(OsString::from).unwrap_or_default()
}

/// What is wrong with the code that `-c` gives, if it is no text.
fn undecodable(rest: &[OsString]) -> Option<String> {
    let at = rest.iter().position(|argument| argument == "-c")?;
    let bytes = rest.get(at + 1)?.as_encoded_bytes();
    let wrong = std::str::from_utf8(bytes).err()?;
    let place = String::from_utf8_lossy(bytes.get(..wrong.valid_up_to())?)
        .chars()
        .count();
    let byte = bytes.get(wrong.valid_up_to())?;
    Some(format!(
        "UnicodeEncodeError: 'utf-8' codec can't encode character '\\udc{byte:02x}' in position {place}: surrogates not allowed"
    ))
}

/// What the options ask for.
enum Asked {
    Run(Program, Vec<OsString>),
    /// `-V`, so many times.
    Version(usize),
    Help,
    /// What else there is to tell.
    Lists(Vec<&'static str>),
}

/// Reads python's options; the program and its arguments are what follows them.
fn parse(rest: &[OsString], settings: &mut Settings) -> Result<Asked, Box<dyn Error>> {
    let mut at = 0;
    let mut versions = 0;
    while let Some(given) = rest.get(at) {
        at += 1;
        let tail = || rest[at..].to_vec();
        let argument = &*given.to_string_lossy();
        if argument == "-" {
            return Ok(finish(versions, Program::Stdin, tail()));
        }
        if argument == "--" {
            let program = match rest.get(at) {
                Some(path) => Program::Path(PathBuf::from(path)),
                None => Program::Stdin,
            };
            let arguments = rest.get(at + 1..).unwrap_or_default().to_vec();
            return Ok(finish(versions, program, arguments));
        }
        if let Some(long) = argument.strip_prefix("--") {
            let (name, value) = match long.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (long, None),
            };
            match name {
                "version" => return Ok(Asked::Version(1)),
                "help" => return Ok(Asked::Help),
                "help-all" => {
                    let lists = [
                        run_help::OPTIONS,
                        "\n\n",
                        run_help::VARIABLES,
                        "\n",
                        run_help::X_OPTIONS,
                    ];
                    return Ok(Asked::Lists(lists.to_vec()));
                }
                "help-env" => return Ok(Asked::Lists(vec![run_help::VARIABLES])),
                "help-xoptions" => return Ok(Asked::Lists(vec![run_help::X_OPTIONS])),
                "check-hash-based-pycs" => (),
                _ => return Err(format!("unknown option --{name}").into()),
            }
            let value = match value {
                Some(value) => value,
                None => {
                    at += 1;
                    let value = rest.get(at - 1);
                    value
                        .map(|value| value.to_string_lossy().into_owned())
                        .ok_or("option --check-hash-based-pycs needs a value")?
                }
            };
            settings.check_hash = check_hash(&value)?;
            continue;
        }
        let Some(letters) = argument.strip_prefix('-') else {
            let program = Program::Path(PathBuf::from(given));
            return Ok(finish(versions, program, tail()));
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
                    .map(|value| value.to_string_lossy().into_owned())
                    .ok_or_else(|| format!("Argument expected for the -{letter} option").into())
            };
            match letter {
                'c' => {
                    let code = value(&mut at)? + "\n";
                    let arguments = rest[at..].to_vec();
                    return Ok(finish(versions, Program::Command(code), arguments));
                }
                'm' => {
                    let name = value(&mut at)?;
                    let arguments = rest[at..].to_vec();
                    return Ok(finish(versions, Program::Module(name), arguments));
                }
                'W' => settings.warn_options.push(value(&mut at)?),
                'X' => x_option(settings, &value(&mut at)?)?,
                'b' => settings.bytes_warning += 1,
                'B' => settings.dont_write_bytecode = true,
                'd' => settings.debug += 1,
                'E' => settings.ignore_environment = true,
                'h' | '?' => return Ok(Asked::Help),
                'i' => {
                    settings.interactive = true;
                    settings.inspect = true;
                }
                'I' => {
                    settings.isolated = true;
                    settings.ignore_environment = true;
                    settings.no_user_site = true;
                    settings.safe_path = true;
                }
                'O' => settings.optimize = (settings.optimize + 1).min(2),
                'P' => settings.safe_path = true,
                'q' => settings.quiet = true,
                'R' => settings.random_hashes = true,
                's' => settings.no_user_site = true,
                'S' => settings.no_site = true,
                'u' => settings.unbuffered = true,
                'v' => settings.verbose += 1,
                'V' => versions += 1,
                'x' => settings.skip_first_line = true,
                other => return Err(format!("Unknown option: -{other}").into()),
            }
            if matches!(letter, 'W' | 'X') {
                break;
            }
        }
    }
    Ok(finish(versions, Program::Stdin, Vec::new()))
}

/// The program, unless the version is asked for.
fn finish(versions: usize, program: Program, arguments: Vec<OsString>) -> Asked {
    match versions {
        0 => Asked::Run(program, arguments),
        times => Asked::Version(times),
    }
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
        ("int_max_str_digits", value) => {
            let value = value.as_deref().unwrap_or_default();
            settings.int_max_str_digits = Some(most_digits("-X int_max_str_digits", value)?);
        }
        ("warn_default_encoding", _) => settings.warn_default_encoding = true,
        _ => (),
    }
    settings.x_options.push((name.to_owned(), value));
    Ok(())
}

/// A limit on the digits of integers that are read or written.
fn most_digits(said: &str, value: &str) -> Result<usize, String> {
    let most = value.parse().ok().filter(|&n| n == 0 || n >= 640);
    most.ok_or_else(|| format!("{said}: invalid limit; must be >= 640 or 0 for unlimited."))
}

/// Adds what the environment says, unless `-E` or `-I`.
fn environment(settings: &mut Settings) -> Result<(), String> {
    if settings.ignore_environment {
        return Ok(());
    }
    let get = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    // Anything but a number counts as 1 (`_Py_get_env_flag`).
    let number = |name: &str| get(name).map(|v| v.parse::<u8>().unwrap_or(1));
    let flag = |name: &str| number(name).is_some_and(|value| value > 0);
    settings.dont_write_bytecode |= flag("PYTHONDONTWRITEBYTECODE");
    settings.unbuffered |= flag("PYTHONUNBUFFERED");
    settings.no_user_site |= flag("PYTHONNOUSERSITE");
    settings.safe_path |= get("PYTHONSAFEPATH").is_some();
    settings.dev_mode |= get("PYTHONDEVMODE").is_some();
    settings.inspect |= flag("PYTHONINSPECT");
    settings.io_encoding = get("PYTHONIOENCODING").unwrap_or_default();
    settings.debug = settings.debug.max(number("PYTHONDEBUG").unwrap_or(0));
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
    let is_said = |name: &str| settings.x_options.iter().any(|(said, _)| said == name);
    if !is_said("pycache_prefix") {
        settings.pycache_prefix = get("PYTHONPYCACHEPREFIX");
    }
    if let Some(seed) = get("PYTHONHASHSEED").filter(|_| !settings.random_hashes)
        && seed != "random"
    {
        let wrong = "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]";
        settings.hash_seed = Some(seed.parse().map_err(|_| wrong)?);
    }
    if let Some(path) = std::env::var_os("PYTHONPATH").filter(|path| !path.is_empty()) {
        let entries = std::env::split_paths(&path).map(PathBuf::into_os_string);
        settings.path.extend(entries);
    }
    if let Some(warnings) = get("PYTHONWARNINGS") {
        let own = std::mem::take(&mut settings.warn_options);
        settings.warn_options = warnings.split(',').map(str::to_owned).chain(own).collect();
    }
    if settings.int_max_str_digits.is_none() {
        let said = get("PYTHONINTMAXSTRDIGITS");
        let most = said.map(|value| most_digits("PYTHONINTMAXSTRDIGITS", &value));
        settings.int_max_str_digits = most.transpose()?;
    }
    Ok(())
}
