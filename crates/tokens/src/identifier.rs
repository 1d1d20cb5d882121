//! Which characters names are made of (PEP 3131), by CPython 3.12's tables.

use crate::generated::unicode::{NAME_REST, NAME_START};

/// Tells whether a character can begin a name.
pub fn is_start(char: char) -> bool {
    is_in(&NAME_START, char)
}

/// Tells whether a character can go on in a name.
pub fn is_rest(char: char) -> bool {
    is_in(&NAME_REST, char)
}

fn is_in(ranges: &[(u32, u32)], char: char) -> bool {
    let code = u32::from(char);
    ranges
        .binary_search_by(|&(first, last)| {
            if last < code {
                std::cmp::Ordering::Less
            } else if first > code {
                std::cmp::Ordering::Greater
            } else {
                std::cmp::Ordering::Equal
            }
        })
        .is_ok()
}
