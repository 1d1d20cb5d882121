//! Colour, where it is wanted.

use std::fmt::Display;
use std::sync::OnceLock;

use clap::ColorChoice;

static CHOICE: OnceLock<ColorChoice> = OnceLock::new();

/// `--color` of a command line, which the parser's own messages must know before it is parsed.
pub fn choose(words: impl Iterator<Item = std::ffi::OsString>) -> ColorChoice {
    let mut words = words.map(|word| word.to_string_lossy().into_owned());
    let mut choice = ColorChoice::Auto;
    while let Some(word) = words.next().filter(|word| word != "--") {
        let value = match word.strip_prefix("--color") {
            Some("") => words.next(),
            Some(value) => value.strip_prefix('=').map(str::to_owned),
            None => None,
        };
        choice = match value.as_deref() {
            Some("always") => ColorChoice::Always,
            Some("never") => ColorChoice::Never,
            _ => choice,
        };
    }
    *CHOICE.get_or_init(|| choice)
}

/// Whether standard error is coloured: as asked, or else on a terminal, unless `NO_COLOR` is set.
fn is_on() -> bool {
    use std::io::IsTerminal;
    match CHOICE.get().copied().unwrap_or_default() {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
                && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
                && std::io::stderr().is_terminal()
        }
    }
}

/// What went wrong.
pub fn bad(text: impl Display) -> String {
    painted("\x1b[1;31m", text)
}

/// What went well.
pub fn good(text: impl Display) -> String {
    painted("\x1b[32m", text)
}

fn painted(colour: &str, text: impl Display) -> String {
    match is_on() {
        true => format!("{colour}{text}\x1b[0m"),
        false => text.to_string(),
    }
}
