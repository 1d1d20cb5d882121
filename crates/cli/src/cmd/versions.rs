//! `hognose versions`: what is known of each Python, and which are on this machine.

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use hognose_builtins::find_stdlib;
use hognose_version::{RELEASES, Release, Version};
use serde_json::json;

use super::Outcome;

/// List the Pythons that are known, what can be done for each, and those found on this machine
#[derive(clap::Args)]
#[command(after_help = "Examples:\n  hognose versions\n  hognose versions --json")]
pub struct Opts {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Pythons whose code is verified and run.
fn runs(version: Version) -> bool {
    (version.major, version.minor) == (Version::DEFAULT.major, Version::DEFAULT.minor)
}

/// What can be done for a version; all are read and disassembled.
fn abilities(version: Version) -> Vec<&'static str> {
    let mut abilities = vec!["read", "dis"];
    if hognose_compile::can_compile_for(version) {
        abilities.push("compile");
    }
    if runs(version) {
        abilities.extend(["verify", "run"]);
    }
    abilities
}

/// A CPython on this machine.
struct Installed {
    program: PathBuf,
    /// As it calls itself.
    version: String,
    library: Option<PathBuf>,
}

pub fn run(opts: Opts) -> Outcome {
    let installed = installed();
    let used = find_stdlib(None, true).ok();
    let text = match opts.json {
        true => as_json(&installed, used.as_deref())?,
        false => as_text(&installed, used.as_deref())?,
    };
    std::io::stdout().write_all(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn as_text(installed: &[Installed], used: Option<&Path>) -> Result<String, std::fmt::Error> {
    let mut text = String::from("Python    magic  __pycache__   supported\n");
    for Release { version, magic, .. } in RELEASES {
        let (version, abilities) = (*version, abilities(*version).join(" "));
        let (name, tag) = (version.to_string(), version.cache_tag());
        writeln!(text, "{name:<9} {magic:<6} {tag:<13} {abilities}")?;
    }
    let default = Version::DEFAULT;
    writeln!(
        text,
        "\nCompiled for by default: {default}. Another release of a line counts as its newest known one."
    )?;
    if installed.is_empty() {
        text.push_str("\nNo CPython was found on this machine.\n");
    } else {
        text.push_str("\nFound on this machine:\n");
        for Installed {
            program,
            version,
            library,
        } in installed
        {
            writeln!(text, "{version:<9} {}", program.display())?;
            if let Some(library) = library {
                let mark = if used == Some(library.as_path()) {
                    "  (used by hognose run)"
                } else {
                    ""
                };
                writeln!(text, "          {}{mark}", library.display())?;
            }
        }
    }
    let is_listed = |used: &Path| {
        installed
            .iter()
            .any(|found| found.library.as_deref() == Some(used))
    };
    match used {
        Some(used) if is_listed(used) => {}
        Some(used) => writeln!(text, "Standard library of hognose run: {}", used.display())?,
        None => text.push_str("hognose run has no standard library: name its folder with --stdlib or HOGNOSE_STDLIB.\n"),
    }
    Ok(text)
}

fn as_json(installed: &[Installed], used: Option<&Path>) -> serde_json::Result<String> {
    let releases = RELEASES.iter().map(|release| {
        json!({
            "version": release.version.to_string(),
            "magic": release.magic,
            "cache_tag": release.version.cache_tag(),
            "marshal": release.marshal,
            "supported": abilities(release.version),
        })
    });
    let installed = installed.iter().map(|found| {
        json!({
            "version": found.version,
            "program": found.program,
            "library": found.library,
        })
    });
    let all = json!({
        "default": Version::DEFAULT.to_string(),
        "releases": releases.collect::<Vec<_>>(),
        "installed": installed.collect::<Vec<_>>(),
        "library": used,
    });
    Ok(serde_json::to_string_pretty(&all)? + "\n")
}

/// The standard library of a version, if it is on this machine.
pub fn library_of(version: Version) -> Option<PathBuf> {
    if runs(version) {
        return find_stdlib(None, true).ok();
    }
    let of_line = |found: &&Installed| {
        let (major, minor, _) = numbers(&found.version);
        (major, minor) == (version.major.into(), version.minor.into())
    };
    let installed = installed();
    installed
        .iter()
        .filter(of_line)
        .find_map(|found| found.library.clone())
}

/// The CPythons on the path, of pyenv and of uv, and in the usual prefixes; each is asked for its version.
fn installed() -> Vec<Installed> {
    let mut found = BTreeMap::new();
    for folder in program_folders() {
        let Ok(entries) = fs::read_dir(&folder) else {
            continue;
        };
        let names = entries.flatten().map(|entry| entry.file_name());
        for name in names.filter(|name| name.to_str().is_some_and(is_python)) {
            let program = folder.join(&name);
            let Ok(real) = program.canonicalize() else {
                continue;
            };
            found.entry(real).or_insert(program);
        }
    }
    let described = found
        .into_iter()
        .filter_map(|(real, program)| describe(&real, program));
    let mut described: Vec<_> = described.collect();
    described.sort_by_key(|found| (numbers(&found.version), found.program.clone()));
    described
}

fn program_folders() -> Vec<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // A version manager's shims are scripts; what they start is looked for below.
    let mut folders: Vec<_> = env::split_paths(&path)
        .filter(|folder| !folder.ends_with("shims"))
        .collect();
    folders.extend(
        [
            "/usr/local/bin",
            "/usr/bin",
            "/opt/homebrew/bin",
            "/opt/local/bin",
        ]
        .map(PathBuf::from),
    );
    let home = env::home_dir().unwrap_or_default();
    let named = |name: &str, usual: &str| {
        let named = env::var_os(name).filter(|value| !value.is_empty());
        named.map_or_else(|| home.join(usual), PathBuf::from)
    };
    let managed = [
        named("PYENV_ROOT", ".pyenv").join("versions"),
        named("UV_PYTHON_INSTALL_DIR", ".local/share/uv/python"),
    ];
    for entry in managed
        .iter()
        .filter_map(|folder| fs::read_dir(folder).ok())
        .flatten()
        .flatten()
    {
        folders.push(entry.path().join("bin"));
    }
    folders
}

/// `python3.12`: the one name that every installation has and no other program.
fn is_python(name: &str) -> bool {
    name.strip_prefix("python3.")
        .is_some_and(|minor| !minor.is_empty() && minor.bytes().all(|byte| byte.is_ascii_digit()))
}

fn describe(real: &Path, program: PathBuf) -> Option<Installed> {
    let mut asked = Command::new(&program);
    let told = asked
        .arg("-V")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    let version = told.trim().strip_prefix("Python ")?.to_owned();
    let (major, minor, _) = numbers(&version);
    let beside = |program: &Path| {
        let prefix = program.parent()?.parent()?;
        let library = prefix.join(format!("lib/python{major}.{minor}"));
        library.join("os.py").is_file().then_some(library)
    };
    Some(Installed {
        library: beside(real).or_else(|| beside(&program)),
        program,
        version,
    })
}

/// The first three numbers of a version, to sort by.
fn numbers(version: &str) -> (u32, u32, u32) {
    let mut numbers = version
        .split(|char: char| !char.is_ascii_digit())
        .map(|part| part.parse().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    (next(), next(), next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_apart() {
        assert!(is_python("python3.12") && is_python("python3.8"));
        for other in [
            "python3",
            "python3.12-config",
            "python3.",
            "python3.12t",
            "pythonx",
        ] {
            assert!(!is_python(other), "{other}");
        }
        assert_eq!(numbers("3.13.0rc2"), (3, 13, 0));
    }
}
