//! How an interpreter is to behave: python's options and environment, as values.

use std::ffi::OsString;
use std::path::PathBuf;

/// `--check-hash-based-pycs`: which hash-based caches are compared with their source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CheckHash {
    /// Those that say so themselves.
    #[default]
    Default,
    Always,
    Never,
}

impl CheckHash {
    pub fn name(self) -> &'static str {
        match self {
            CheckHash::Default => "default",
            CheckHash::Always => "always",
            CheckHash::Never => "never",
        }
    }
}

/// What `python`'s command line and environment decide (`PyConfig`).
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `sys.argv`.
    pub argv: Vec<OsString>,
    /// `sys.orig_argv`.
    pub orig_argv: Vec<OsString>,
    /// `sys.executable`.
    pub executable: OsString,
    /// The standard library's folder, if one was found.
    pub stdlib: Option<PathBuf>,
    /// What comes first on `sys.path`: the script's folder.
    pub path_first: Option<OsString>,
    /// Folders put on `sys.path` before the standard library: `PYTHONPATH`'s.
    pub path: Vec<OsString>,
    /// `-O` and `-OO`.
    pub optimize: u8,
    /// `-B`.
    pub dont_write_bytecode: bool,
    /// `-v`, so many times.
    pub verbose: u8,
    /// `-u`.
    pub unbuffered: bool,
    /// `PYTHONIOENCODING`: an encoding, a colon and an error handler, or part of that.
    pub io_encoding: String,
    /// `-i`.
    pub interactive: bool,
    /// `-i` or `PYTHONINSPECT`.
    pub inspect: bool,
    /// `-x`.
    pub skip_first_line: bool,
    /// `-I`.
    pub isolated: bool,
    /// `-E`.
    pub ignore_environment: bool,
    /// `-s`.
    pub no_user_site: bool,
    /// `-S`.
    pub no_site: bool,
    /// `-P`.
    pub safe_path: bool,
    /// `-b`, so many times.
    pub bytes_warning: u8,
    /// `-q`.
    pub quiet: bool,
    /// `-d`.
    pub debug: u8,
    /// `-X dev`.
    pub dev_mode: bool,
    /// `-X utf8`: on unless turned off.
    pub utf8_mode: bool,
    /// Whether the locale is C's own, which says nothing of bytes above ASCII.
    pub c_locale: bool,
    /// `-X warn_default_encoding`.
    pub warn_default_encoding: bool,
    /// `-W` options and `PYTHONWARNINGS`.
    pub warn_options: Vec<String>,
    /// `-X` options with their values.
    pub x_options: Vec<(String, Option<String>)>,
    /// `PYTHONPYCACHEPREFIX` or `-X pycache_prefix`.
    pub pycache_prefix: Option<String>,
    pub check_hash: CheckHash,
    /// `-R`: `PYTHONHASHSEED` is not asked.
    pub random_hashes: bool,
    /// `PYTHONHASHSEED`: `None` for a random seed.
    pub hash_seed: Option<u32>,
    /// `-X int_max_str_digits`.
    pub int_max_str_digits: Option<usize>,
}
