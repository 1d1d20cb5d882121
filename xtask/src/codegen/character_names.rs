//! Renders data/character-names.toml to the tables behind `\N{…}`.

use serde::Deserialize;

use super::File;

#[derive(Deserialize)]
struct Data {
    /// Name and code point.
    aliases: Vec<(String, String)>,
    /// First and last code point.
    named_unprintable: Vec<(String, String)>,
}

pub fn render(toml: &str) -> File {
    let data: Data = toml::from_str(toml).expect("data/character-names.toml is well-formed");
    let aliases: String = data
        .aliases
        .iter()
        .map(|(name, code)| format!("(\"{name}\", '\\u{{{code}}}'),\n"))
        .collect();
    let ranges: String = data
        .named_unprintable
        .iter()
        .map(|(first, last)| format!("('\\u{{{first}}}', '\\u{{{last}}}'),\n"))
        .collect();
    File {
        path: "crates/parser/src/generated/character_names.rs".to_owned(),
        source: "data/character-names.toml",
        text: format!(
            "//! Aliases of characters, and unprintable characters that have names.\n\n\
             /// In the order of names.\n\
             pub const ALIASES: &[(&str, char)] = &[\n{aliases}];\n\n\
             /// Inclusive ranges.\n\
             pub const NAMED_UNPRINTABLE: &[(char, char)] = &[\n{ranges}];\n"
        ),
    }
}
