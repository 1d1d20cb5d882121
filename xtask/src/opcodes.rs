//! `cargo xtask opcodes`: opcode tables out of a CPython, and what differs between two of them.

use crate::{Result, workspace_root as root};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::process::Command;

/// One `data/opcodes/X.Y.toml`.
#[derive(Deserialize)]
pub struct Table {
    pub python: String,
    pub extended_arg: u16,
    pub compare: Vec<String>,
    pub binary_ops: Vec<String>,
    pub intrinsics_1: Vec<String>,
    pub intrinsics_2: Vec<String>,
    pub common_constants: Vec<String>,
    pub special_methods: Vec<String>,
    pub opcodes: Vec<Row>,
    /// What the cache words of an opcode hold, with the number of words.
    #[serde(default)]
    pub cache_format: BTreeMap<String, Vec<(String, u8)>>,
}

/// One opcode of one version.
#[derive(Deserialize, PartialEq, Clone, Debug)]
pub struct Row {
    pub name: String,
    pub code: u16,
    pub kind: Kind,
    pub arg: String,
    pub caches: u8,
    pub jump: String,
    pub effect: Option<Effect>,
    pub effect_jump: Option<Effect>,
}

#[derive(Deserialize, PartialEq, Eq, Clone, Copy, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Found in code objects and files.
    Real,
    /// Known to the compiler only.
    Pseudo,
    /// Put in place by tracing at run time, never in a file.
    Instrumented,
}

/// How the stack grows: a number, an expression of `oparg`, or `custom`.
#[derive(Deserialize, PartialEq, Eq, Clone, Debug)]
#[serde(untagged)]
pub enum Effect {
    Number(i8),
    Formula(String),
}

pub fn load(version: &str) -> Result<Table> {
    let path = root().join("data/opcodes").join(format!("{version}.toml"));
    let text = std::fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(toml::from_str(&text).map_err(|e| format!("{}: {e}", path.display()))?)
}

/// The versions with a table, oldest first.
pub fn versions() -> Result<Vec<String>> {
    let mut minors = Vec::new();
    for entry in std::fs::read_dir(root().join("data/opcodes"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let minor = name
            .strip_prefix("3.")
            .and_then(|n| n.strip_suffix(".toml"));
        if let Some(minor) = minor.and_then(|n| n.parse::<u32>().ok()) {
            minors.push(minor);
        }
    }
    minors.sort_unstable();
    Ok(minors
        .into_iter()
        .map(|minor| format!("3.{minor}"))
        .collect())
}

pub fn extract(python: &str) -> Result {
    let script = include_str!("extract_opcodes.py");
    let output = Command::new(python).args(["-I", "-c", script]).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let table: Table = toml::from_str(&text)?;
    let path = root()
        .join("data/opcodes")
        .join(format!("{}.toml", table.python));
    std::fs::write(&path, text)?;
    println!("wrote {}: {} opcodes", path.display(), table.opcodes.len());
    Ok(())
}

pub fn diff(old: &str, new: &str) -> Result {
    let Changes { gone, other, added } = changes(&load(old)?, &load(new)?);
    gone.iter().for_each(|name| println!("- {name}"));
    for (before, after) in &other {
        println!("~ {}: {before:?} -> {after:?}", before.name);
    }
    added.iter().for_each(|name| println!("+ {name}"));
    Ok(())
}

/// What changed from one table to the next.
pub struct Changes {
    pub gone: Vec<String>,
    /// The same name with another argument, effect, jump or number of caches.
    pub other: Vec<(Row, Row)>,
    pub added: Vec<String>,
}

pub fn changes(old: &Table, new: &Table) -> Changes {
    let rows = |table: &Table| -> BTreeMap<String, Row> {
        let rows = table.opcodes.iter();
        rows.map(|row| (row.name.clone(), row.clone())).collect()
    };
    let (old, new) = (rows(old), rows(new));
    let missing = |from: &BTreeMap<String, Row>, names: &BTreeMap<String, Row>| {
        let names = names.keys().filter(|name| !from.contains_key(*name));
        names.cloned().collect()
    };
    let mut other = Vec::new();
    for (name, row) in &old {
        if let Some(later) = new.get(name) {
            // Numbers are dealt anew in every version; a change of number alone is not news.
            let moved = Row {
                code: row.code,
                ..later.clone()
            };
            if moved != *row {
                other.push((row.clone(), later.clone()));
            }
        }
    }
    Changes {
        gone: missing(&new, &old),
        other,
        added: missing(&old, &new),
    }
}
