//! `data/opcodes/*.toml` and the named abilities to `docs/versions/`, for people.

use super::File;
use crate::Result;
use crate::opcodes::{Changes, Effect, Kind, Row, Table, changes, load, versions};
use hognose_version::{Features, Release, Version};
use std::fmt::Write;

pub fn render() -> Result<Vec<File>> {
    let tables = versions()?
        .iter()
        .map(|v| load(v))
        .collect::<Result<Vec<Table>>>()?;
    let mut files = Vec::new();
    let mut before: Option<(&Table, Features)> = None;
    for table in &tables {
        let version: Version = table.python.parse().map_err(|_| "an unsupported table")?;
        let features = Features::of(version);
        files.push(File {
            path: format!("docs/versions/{}.md", table.python),
            source: "data/opcodes/ and hognose_version::Features",
            text: page(table, version, features, before)?,
        });
        before = Some((table, features));
    }
    Ok(files)
}

fn page(
    table: &Table,
    version: Version,
    features: Features,
    before: Option<(&Table, Features)>,
) -> Result<String> {
    let mut text = format!("# Python {}\n\n", table.python);
    writeln!(
        text,
        "| release | magic number | marshal version |\n|---|---|---|"
    )?;
    let same_minor = |release: &&Release| release.version.minor == version.minor;
    for release in hognose_version::RELEASES.iter().filter(same_minor) {
        let Release {
            version,
            magic,
            marshal,
        } = release;
        writeln!(text, "| {version} | {magic} | {marshal} |")?;
    }
    let tag = version.cache_tag();
    writeln!(text, "\nFiles in `__pycache__` are named `*.{tag}.pyc`.\n")?;
    let earlier = before.map(|(_, features)| fields(features));
    writeln!(text, "| ability | value | |\n|---|---|---|")?;
    for (index, (name, value)) in fields(features).into_iter().enumerate() {
        let old = earlier.as_ref().and_then(|fields| fields.get(index));
        let note = match old {
            Some((_, old)) if *old != value => format!("was `{old}`"),
            _ => String::new(),
        };
        writeln!(text, "| {name} | `{value}` | {note} |")?;
    }
    if let Some((old, _)) = before {
        text += &news(old, table)?;
    }
    writeln!(
        text,
        "\n## Opcodes\n\n| number | name | argument | caches | jump | stack effect | when it jumps |\n|---|---|---|---|---|---|---|"
    )?;
    for row in &table.opcodes {
        if row.kind != Kind::Instrumented {
            text += &opcode(row);
        }
    }
    Ok(text)
}

/// The fields of the struct by their `Debug` text, so that none can be forgotten here.
fn fields(features: Features) -> Vec<(String, String)> {
    let text = format!("{features:?}");
    let inside = text.split_once(" { ").map_or("", |(_, rest)| rest);
    let mut fields: Vec<(String, String)> = Vec::new();
    for part in inside.trim_end_matches(" }").split(", ") {
        match part.split_once(": ") {
            Some((name, value)) if !value.is_empty() && !is_nested(&fields) => {
                fields.push((name.to_owned(), value.to_owned()));
            }
            _ => {
                if let Some((_, value)) = fields.last_mut() {
                    *value += &format!(", {part}");
                }
            }
        }
    }
    fields
}

/// Whether the last value has a bracket that is still open.
fn is_nested(fields: &[(String, String)]) -> bool {
    let count = |value: &str, brackets: &[char]| value.matches(brackets).count();
    fields
        .last()
        .is_some_and(|(_, value)| count(value, &['(', '{']) > count(value, &[')', '}']))
}

fn news(old: &Table, new: &Table) -> Result<String> {
    let Changes { gone, other, added } = changes(old, new);
    let mut text = format!("\n## Since {}\n\n", old.python);
    for (title, names) in [("Gone", gone), ("New", added)] {
        if !names.is_empty() {
            writeln!(text, "{title}: {}.\n", names.join(", "))?;
        }
    }
    for (before, after) in other {
        let pairs = [
            ("argument", before.arg, after.arg),
            ("jump", before.jump, after.jump),
            (
                "caches",
                before.caches.to_string(),
                after.caches.to_string(),
            ),
            ("effect", effect(&before.effect), effect(&after.effect)),
            (
                "effect of the jump",
                effect(&before.effect_jump),
                effect(&after.effect_jump),
            ),
        ];
        let told: Vec<String> = pairs
            .into_iter()
            .filter(|(_, before, after)| before != after)
            .map(|(what, before, after)| format!("{what} {before} → {after}"))
            .collect();
        if !told.is_empty() {
            writeln!(text, "* {}: {}", after.name, told.join(", "))?;
        }
    }
    Ok(text)
}

fn opcode(row: &Row) -> String {
    let number = match row.kind {
        Kind::Pseudo => "pseudo".to_owned(),
        Kind::Real | Kind::Instrumented => row.code.to_string(),
    };
    let blank = |word: &str| {
        if word == "none" {
            String::new()
        } else {
            word.replace('_', " ")
        }
    };
    format!(
        "| {number} | `{}` | {} | {} | {} | {} | {} |\n",
        row.name,
        blank(&row.arg),
        if row.caches == 0 {
            String::new()
        } else {
            row.caches.to_string()
        },
        blank(&row.jump),
        effect(&row.effect),
        effect(&row.effect_jump),
    )
}

fn effect(effect: &Option<Effect>) -> String {
    match effect {
        None => String::new(),
        Some(Effect::Number(number)) => number.to_string(),
        Some(Effect::Formula(formula)) => formula.clone(),
    }
}
