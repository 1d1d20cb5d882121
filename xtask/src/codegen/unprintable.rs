//! Renders data/unprintable.txt to a table of ranges.

use super::File;

pub fn render(text: &str) -> File {
    let ranges: String = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (first, last) = line.split_once(' ').expect("a line is `first last`");
            format!("(0x{first}, 0x{last}),\n")
        })
        .collect();
    File {
        path: "crates/source/src/generated/unprintable.rs".to_owned(),
        source: "data/unprintable.txt",
        text: format!(
            "//! Which characters `repr` escapes.\n\n\
             /// Inclusive ranges of code points for which `str.isprintable` is false.\n\
             pub const UNPRINTABLE: &[(u32, u32)] = &[\n{ranges}];\n"
        ),
    }
}
