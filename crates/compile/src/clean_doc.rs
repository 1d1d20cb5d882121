//! Docstrings without the indentation of the source.

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;

/// The distance of tab stops.
const TAB: usize = 8;

/// Takes the common indentation from all lines but the first, and all of it from the first (`_PyCompile_CleanDoc`).
pub fn clean_doc<'a>(doc: &'a [u8], arena: &'a Bump) -> &'a [u8] {
    let doc = expand_tabs(doc, arena);
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
        return doc;
    }
    let mut out = BumpVec::with_capacity_in(doc.len(), arena);
    out.extend_from_slice(first.get(indent_of(first)..).unwrap_or_default());
    for line in lines {
        let cut = indent_of(line).min(margin);
        out.extend_from_slice(line.get(cut..).unwrap_or_default());
    }
    out.into_bump_slice()
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
            assert_eq!(std::str::from_utf8(found), Ok(clean));
        }
    }
}
