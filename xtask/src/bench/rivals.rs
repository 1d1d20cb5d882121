//! The CPythons that are compared with.

use crate::Result;
use hognose_testkit::cpython_3_12;
use std::path::PathBuf;
use std::process::Command;

pub struct Rival {
    /// The executable itself, never a version manager's script.
    pub program: PathBuf,
    pub version: String,
    /// Compiler and options.
    pub build: String,
}

/// What a CPython tells about itself, a line each.
const ASK: &str = "
import sys, platform, sysconfig
print(sys.executable)
print(platform.python_version())
pgo = '--enable-optimizations' in (sysconfig.get_config_var('CONFIG_ARGS') or '')
print(platform.python_compiler() + (', profile-optimised' if pgo else ''))
";

/// CPython 3.12.1, the base of every ratio, then those asked for, or those on the path when none was.
pub fn find(asked: &[String]) -> Result<Vec<Rival>> {
    let base = cpython_3_12().ok_or("CPython 3.12.1 is needed to compare with")?;
    let mut rivals: Vec<Rival> = ask(&base.to_string_lossy()).into_iter().collect();
    let on_path = ["python3.13", "python3.14", "python3.15"].map(str::to_owned);
    let others = if asked.is_empty() {
        &on_path[..]
    } else {
        asked
    };
    for name in others {
        match ask(name) {
            Some(found) if rivals.iter().all(|r| r.version != found.version) => rivals.push(found),
            Some(_) => (),
            None => eprintln!("{name}: not found, not compared"),
        }
    }
    Ok(rivals)
}

fn ask(name: &str) -> Option<Rival> {
    let told = Command::new(name).args(["-I", "-c", ASK]).output().ok()?;
    let text = String::from_utf8(told.stdout).ok()?;
    let mut lines = text.lines();
    Some(Rival {
        program: lines.next()?.into(),
        version: lines.next()?.to_owned(),
        build: lines.next()?.to_owned(),
    })
}
