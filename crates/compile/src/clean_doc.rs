//! Docstrings without the indentation of the source.

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

/// The distance of tab stops.
const TAB: usize = 8;

/// Takes the common indentation from all lines but the first, and all of it from the first (`_PyCompile_CleanDoc`).
///
/// The error is the message of the UnicodeEncodeError that a lone surrogate raises.
pub fn clean_doc<'a>(doc: &'a [u8], arena: &'a Bump) -> Result<&'a [u8], String> {
    let doc = expand_tabs(doc, arena);
    if let Err(error) = std::str::from_utf8(doc) {
        return Err(surrogate_message(doc, error.valid_up_to()));
    }
    let mut lines = doc.split_inclusive(|&byte| byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let indents = lines.clone().filter_map(|line| {
        let indent = indent_of(line);
        // The end of the text after spaces counts as a blank line too.
        line.get(indent)
            .is_some_and(|&byte| byte != b'\n')
            .then_some(indent)
    });
    let margin = indents.min().unwrap_or(0);
    if margin == 0 && indent_of(first) == 0 {
        return Ok(doc);
    }
    let mut out = BumpVec::with_capacity_in(doc.len(), arena);
    out.extend_from_slice(first.get(indent_of(first)..).unwrap_or_default());
    for line in lines {
        let cut = indent_of(line).min(margin);
        out.extend_from_slice(line.get(cut..).unwrap_or_default());
    }
    Ok(out.into_bump_slice())
}

/// What `str.encode` says of the surrogates at a place.
#[cold]
fn surrogate_message(text: &[u8], at: usize) -> String {
    let (before, rest) = text.split_at(at);
    let first = before.iter().filter(|byte| **byte & 0xc0 != 0x80).count();
    let surrogates = rest
        .chunks_exact(3)
        .take_while(|bytes| matches!(bytes, [0xed, 0xa0..=0xbf, _]));
    match (surrogates.count(), rest) {
        (0 | 1, [_, second, third, ..]) => {
            let code = 0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f);
            format!(
                "'utf-8' codec can't encode character '\\u{code:04x}' in position {first}: surrogates not allowed"
            )
        }
        (count, _) => format!(
            "'utf-8' codec can't encode characters in position {first}-{}: surrogates not allowed",
            (first + count).saturating_sub(1)
        ),
    }
}

fn indent_of(line: &[u8]) -> usize {
    line.iter().take_while(|&&byte| byte == b' ').count()
}

/// `str.expandtabs()`
fn expand_tabs<'a>(text: &'a [u8], arena: &'a Bump) -> &'a [u8] {
    if !text.contains(&b'\t') {
        return text;
    }
    let mut out = BumpVec::with_capacity_in(text.len() + TAB, arena);
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let spaces = TAB - column % TAB;
                out.extend(std::iter::repeat_n(b' ', spaces));
                column += spaces;
            }
            _ => {
                out.push(byte);
                // Columns count characters, not bytes.
                column += usize::from(byte & 0xc0 != 0x80);
                if matches!(byte, b'\n' | b'\r') {
                    column = 0;
                }
            }
        }
    }
    out.into_bump_slice()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn margins_go() {
        let arena = Bump::new();
        for (doc, clean) in [
            ("", ""),
            ("one", "one"),
            ("  one", "one"),
            ("one\n    two\n      three\n  ", "one\ntwo\n  three\n"),
            ("one\n  \n\n    two\n", "one\n\n\ntwo\n"),
            ("é\tone\n\ttwo\n\t", "é       one\ntwo\n"),
        ] {
            let found = clean_doc(doc.as_bytes(), &arena);
            assert_eq!(found.map(std::str::from_utf8), Ok(Ok(clean)));
        }
    }

    #[test]
    fn surrogates_are_refused() {
        let arena = Bump::new();
        let words = |doc: &'static [u8]| clean_doc(doc, &arena).unwrap_err();
        assert!(words(b"\xc3\xa9\xed\xa0\x80").contains("'\\ud800' in position 1:"));
        assert!(words(b"a\xed\xa0\x80\xed\xb0\x80b").contains("characters in position 1-2:"));
    }
}
