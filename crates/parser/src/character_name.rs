//! Characters by name, for `\N{…}`.

use hognose_source::repr::is_printable;

use crate::generated::character_names::{ALIASES, NAMED_UNPRINTABLE};

/// Prefixes of names made by rule; CPython compares these with case.
const BY_RULE: [&str; 2] = ["HANGUL SYLLABLE ", "CJK UNIFIED IDEOGRAPH-"];

/// The character called `name` in Unicode 15.0: by its name or an alias, in any case.
///
/// Mirrors `capi_getcode` in `Modules/unicodedata.c`.
pub fn lookup(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    let upper = name.to_ascii_uppercase();
    if let Ok(index) = ALIASES.binary_search_by(|(alias, _)| (*alias).cmp(upper.as_str())) {
        return ALIASES.get(index).map(|&(_, letter)| letter);
    }
    if BY_RULE.iter().any(|prefix| upper.starts_with(prefix)) && upper != name {
        return None;
    }
    // The crate compares loosely and knows later versions of Unicode.
    let letter = unicode_names2::character(&upper)?;
    let is_exact = unicode_names2::name(letter).is_some_and(|found| found.to_string() == upper);
    (is_exact && is_assigned(letter)).then_some(letter)
}

/// Tells whether a character that has a name now had one in Unicode 15.0.
fn is_assigned(letter: char) -> bool {
    is_printable(letter)
        || NAMED_UNPRINTABLE
            .iter()
            .any(|&(first, last)| (first..=last).contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_are_in_order() {
        assert!(ALIASES.is_sorted());
    }

    #[test]
    fn names() {
        for (name, expected) in [
            ("latin small letter a", Some('a')),
            ("LATINSMALLLETTERA", None),
            ("line feed", Some('\n')),
            ("HANGUL SYLLABLE GAG", Some('각')),
            ("hangul syllable gag", None),
            ("CJK UNIFIED IDEOGRAPH-4E00", Some('一')),
            ("cjk unified ideograph-4e00", None),
            // New in 15.1 and 16.0.
            ("CJK UNIFIED IDEOGRAPH-2EBF0", None),
            ("ARABIC PEPET", None),
            ("ZERO WIDTH SPACE", Some('\u{200b}')),
            ("", None),
        ] {
            assert_eq!(lookup(name.as_bytes()), expected, "{name}");
        }
    }
}
