//! Renders data/unprintable.txt and data/printable-since.txt to tables of ranges.

use super::File;

pub fn render(unprintable: &str, since: &str) -> File {
    let unprintable: String = lines(unprintable)
        .map(|line| match line.as_slice() {
            [first, last] => format!("(0x{first}, 0x{last}),\n"),
            _ => panic!("a line is `first last`"),
        })
        .collect();
    let since: String = lines(since)
        .map(|line| match line.as_slice() {
            [first, last, version] => {
                let minor = version.strip_prefix("3.").expect("versions are 3.X");
                format!("(0x{first}, 0x{last}, {minor}),\n")
            }
            _ => panic!("a line is `first last version`"),
        })
        .collect();
    File {
        path: "crates/source/src/generated/unprintable.rs".to_owned(),
        source: "data/unprintable.txt and data/printable-since.txt",
        text: format!(
            "//! Which characters `repr` escapes.\n\n\
             /// Inclusive ranges of code points for which `str.isprintable` is false.\n\
             pub const UNPRINTABLE: &[(u32, u32)] = &[\n{unprintable}];\n\n\
             /// Inclusive ranges of code points that became printable in that minor version.\n\
             pub const PRINTABLE_SINCE: &[(u32, u32, u8)] = &[\n{since}];\n"
        ),
    }
}

fn lines(text: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split(' ').collect())
}
