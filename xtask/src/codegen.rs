//! `cargo xtask codegen`: renders the tables in data/ to checked-in Rust.

mod ast;
mod character_names;
mod opcodes;
mod pages;
mod syntax_tree;
mod unprintable;
mod versions;

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// One generated file, Rust or Markdown.
pub struct File {
    /// Where it goes, from the workspace root.
    pub path: String,
    /// The data file it was made from.
    pub source: &'static str,
    pub text: String,
}

/// Writes every generated file, or with `check` only tells which are stale.
///
/// Returns the paths that differ from what was on disk.
pub fn run(root: &Path, check: bool) -> std::io::Result<Vec<String>> {
    let mut stale = Vec::new();
    for file in files(root)? {
        let head = format!(
            "Generated from {} by `cargo xtask codegen`: do not edit.",
            file.source
        );
        let text = if file.path.ends_with(".md") {
            format!("<!-- {head} -->\n\n{}", file.text)
        } else {
            format(&format!("// {head}\n\n{}", file.text))?
        };
        let path = root.join(&file.path);
        if std::fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            if !check {
                path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
                std::fs::write(&path, &text)?;
            }
            stale.push(file.path);
        }
    }
    Ok(stale)
}

fn files(root: &Path) -> std::io::Result<Vec<File>> {
    let data = |name: &str| std::fs::read_to_string(root.join("data").join(name));
    let mut files = ast::render(&data("ast.toml")?);
    files.push(character_names::render(&data("character-names.toml")?));
    files.push(unprintable::render(
        &data("unprintable.txt")?,
        &data("printable-since.txt")?,
    ));
    files.push(versions::render(&data("versions.toml")?).map_err(std::io::Error::other)?);
    files.extend(pages::render().map_err(|e| std::io::Error::other(e.to_string()))?);
    files.extend(opcodes::render().map_err(|e| std::io::Error::other(e.to_string()))?);
    Ok(files)
}

/// Passes Rust text through rustfmt, so that `cargo fmt` leaves generated files alone.
fn format(text: &str) -> std::io::Result<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut stdin = child.stdin.take().expect("stdin was piped");
    let input = text.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().expect("the writer does not panic")?;
    if !output.status.success() {
        return Err(std::io::Error::other("rustfmt rejected generated text"));
    }
    String::from_utf8(output.stdout).map_err(std::io::Error::other)
}

#[cfg(test)]
mod tests {
    #[test]
    fn generated_files_are_fresh() {
        let root = crate::workspace_root();
        let stale = super::run(&root, true).expect("rustfmt runs");
        assert!(stale.is_empty(), "run `cargo xtask codegen`: {stale:?}");
    }
}
