//! What holds of the tree as a whole: layers, where `unsafe` may stand, no path of one machine.

use crate::{Result, workspace_root};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Checks every rule; each breach is one line.
pub fn run() -> Result {
    let breaches = breaches(&workspace_root())?;
    if breaches.is_empty() {
        println!("tidy");
        return Ok(());
    }
    Err(breaches.join("\n").into())
}

fn breaches(root: &Path) -> Result<Vec<String>> {
    let mut found = layers(root)?;
    for file in tracked(root)? {
        let Ok(text) = fs::read_to_string(root.join(&file)) else {
            continue;
        };
        let shown = file.display().to_string();
        if shown.ends_with(".rs") {
            found.extend(unsafe_outside(&shown, &text));
        }
        found.extend(machine_paths(&shown, &text));
    }
    Ok(found)
}

/// Every crate's dependencies stand on a lower layer (`[package.metadata] layer`).
fn layers(root: &Path) -> Result<Vec<String>> {
    let mut manifests = HashMap::new();
    for entry in fs::read_dir(root.join("crates"))? {
        let path = entry?.path().join("Cargo.toml");
        if let Ok(text) = fs::read_to_string(&path) {
            let manifest: toml::Table = text.parse()?;
            let name = manifest
                .get("package")
                .and_then(|p| p.get("name"))
                .and_then(toml::Value::as_str);
            manifests.insert(name.unwrap_or_default().to_owned(), manifest);
        }
    }
    let layer = |name: &str| {
        let package = manifests.get(name)?.get("package")?;
        package.get("metadata")?.get("layer")?.as_integer()
    };
    let mut found = Vec::new();
    for (name, manifest) in &manifests {
        let Some(own) = layer(name) else {
            found.push(format!("{name}: no `layer` in [package.metadata]"));
            continue;
        };
        let dependencies = manifest.get("dependencies").and_then(toml::Value::as_table);
        for dependency in dependencies.into_iter().flat_map(toml::Table::keys) {
            if layer(dependency).is_some_and(|below| below >= own) {
                found.push(format!(
                    "{name} (layer {own}) depends on {dependency}, which is not below it"
                ));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Files that git knows, or would, below the root.
fn tracked(root: &Path) -> Result<Vec<PathBuf>> {
    let listed = std::process::Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()?;
    Ok(String::from_utf8_lossy(&listed.stdout)
        .lines()
        .map(PathBuf::from)
        .collect())
}

/// `unsafe` stands in `heap` and in `vm/src/exec` alone.
fn unsafe_outside(file: &str, text: &str) -> Vec<String> {
    let allowed = ["crates/heap/", "crates/vm/src/exec/", "xtask/src/tidy.rs"];
    if allowed.iter().any(|place| file.starts_with(place)) {
        return Vec::new();
    }
    let begins = |line: &str| {
        ["unsafe {", "unsafe fn", "unsafe impl", "unsafe trait"]
            .iter()
            .any(|w| line.contains(w))
    };
    let code = |line: &&str| !line.trim_start().starts_with("//");
    (text
        .lines()
        .enumerate()
        .filter(|(_, line)| code(line) && begins(line)))
    .map(|(i, _)| format!("{file}:{}: unsafe outside heap and vm/src/exec", i + 1))
    .collect()
}

/// No path of one machine's home or workplace.
fn machine_paths(file: &str, text: &str) -> Vec<String> {
    // Written in two parts so that this file does not break its own rule.
    let places = [concat!("/ro", "ot/."), concat!("/wo", "rk/")];
    let names = |line: &str| places.iter().any(|place| line.contains(place));
    (text.lines().enumerate().filter(|(_, line)| names(line)))
        .map(|(i, _)| format!("{file}:{}: a path of one machine", i + 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let found = breaches(&workspace_root()).expect("the tree can be read");
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    #[test]
    fn breaches_are_seen() {
        assert_eq!(
            unsafe_outside("crates/object/src/x.rs", "let x = unsafe { y };").len(),
            1
        );
        assert!(unsafe_outside("crates/heap/src/x.rs", "unsafe { y }").is_empty());
        assert_eq!(machine_paths("x", concat!("see /wo", "rk/main")).len(), 1);
    }
}
