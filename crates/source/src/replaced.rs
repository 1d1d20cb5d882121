//! Bytes that are not UTF-8 as text all the same, and the way back to the bytes.

use std::borrow::Cow;
use std::ops::Range;

use crate::{BOM, universal_newlines};

/// Text with U+FFFD where its bytes are not UTF-8.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Replaced<'b> {
    pub text: String,
    /// Where the replacements are, in order.
    pub holes: Vec<Hole>,
    /// The bytes, with `\n` line ends and no BOM.
    pub bytes: Cow<'b, [u8]>,
}

/// A U+FFFD that stands for bad bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Hole {
    /// Offset in the text.
    pub at: usize,
    /// Offset in the bytes.
    pub original: usize,
    /// How many bytes it stands for.
    pub width: usize,
}

/// Takes bytes for UTF-8, whatever they are.
pub fn decode_replacing(bytes: &[u8]) -> Replaced<'_> {
    let bytes = universal_newlines(bytes.strip_prefix(BOM).unwrap_or(bytes));
    let mut text = String::with_capacity(bytes.len());
    let mut holes = Vec::new();
    let mut original = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        original += chunk.valid().len();
        let width = chunk.invalid().len();
        if width > 0 {
            holes.push(Hole {
                at: text.len(),
                original,
                width,
            });
            text.push(char::REPLACEMENT_CHARACTER);
            original += width;
        }
    }
    Replaced { text, holes, bytes }
}

impl Replaced<'_> {
    /// The bytes that a part of the text stands for.
    pub fn original(&self, part: Range<usize>) -> &[u8] {
        let offset = |at: usize| {
            let before = self.holes.partition_point(|hole| hole.at < at);
            let hole = before.checked_sub(1).and_then(|last| self.holes.get(last));
            hole.map_or(at, |hole| {
                let after = hole.at + char::REPLACEMENT_CHARACTER.len_utf8();
                hole.original + hole.width + at.saturating_sub(after)
            })
        };
        self.bytes
            .get(offset(part.start)..offset(part.end))
            .unwrap_or_default()
    }
}
