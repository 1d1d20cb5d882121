//! Source bytes that declare no encoding and are not UTF-8 either.
//!
//! CPython's tokeniser reads bytes, and only names and strings are ever decoded: a bad byte in a comment goes by
//! unseen, so a module with such comments can be imported.

use hognose_source::{Declared, Replaced, Source, SourceError, decode_replacing, utf8_failure};

use crate::kind::{Kind, Token};
use crate::tokenizer::Tokenizer;

/// Decodes source bytes as `compile()` and the import system do, bad bytes in comments let through.
pub fn decode(bytes: &[u8]) -> Result<Source<'_>, SourceError> {
    match hognose_source::decode(bytes) {
        Err(SourceError::NotUtf8 { .. }) => decode_comments_apart(bytes),
        decided => decided,
    }
}

#[cold]
fn decode_comments_apart(bytes: &[u8]) -> Result<Source<'_>, SourceError> {
    let replaced = decode_replacing(bytes);
    let mut tokenizer = Tokenizer::new(&replaced.text);
    let mut holes = replaced.holes.iter().peekable();
    loop {
        let token = match tokenizer.next_token() {
            Ok(token) if token.kind == Kind::EndMarker => break,
            Ok(token) => token,
            // After any other error of the tokeniser nothing is decoded any more: the parser will come upon that error.
            Err(error) if !error.message.starts_with("invalid character '\u{fffd}'") => break,
            Err(_) => tokenizer.refused_name(),
        };
        while holes
            .next_if(|hole| hole.at < token.start as usize)
            .is_some()
        {}
        let has_hole = holes
            .peek()
            .is_some_and(|hole| hole.at < token.end as usize);
        let is_decoded = match token.kind {
            Kind::Name | Kind::FStringMiddle => true,
            Kind::String => !is_bytes(token.text(&replaced.text)),
            _ => false,
        };
        if has_hole && is_decoded {
            return Err(failure(&replaced, &token));
        }
        if token.kind == Kind::Name && tokenizer.has_failed() {
            break;
        }
    }
    Ok(Source {
        text: replaced.text.into(),
        encoding: "utf-8".into(),
        declared: if bytes.starts_with(b"\xef\xbb\xbf") {
            Declared::Mark
        } else {
            Declared::Nowhere
        },
    })
}

/// Tells whether a token is a bytes literal, whose characters the parser checks.
fn is_bytes(text: &str) -> bool {
    let prefix = text.split(['\'', '"']).next().unwrap_or_default();
    prefix.len() < text.len() && prefix.contains(['b', 'B'])
}

/// Words the error of a name or string that cannot be decoded.
///
/// CPython decodes a string's body, or, where it has escapes, each run of bytes that are not ASCII.
fn failure(replaced: &Replaced, token: &Token) -> SourceError {
    let text = token.text(&replaced.text);
    let quote = text
        .find(['\'', '"'])
        .filter(|_| token.kind == Kind::String);
    let (start, end) = match quote {
        None => (token.start as usize, token.end as usize),
        Some(at) => {
            let quotes = text.get(at..).unwrap_or_default();
            let width = if quotes.starts_with("'''") || quotes.starts_with("\"\"\"") {
                3
            } else {
                1
            };
            (
                token.start as usize + at + width,
                (token.end as usize).saturating_sub(width),
            )
        }
    };
    let mut body = replaced.original(start..end);
    let is_raw = text
        .get(..quote.unwrap_or(0))
        .is_some_and(|prefix| prefix.contains(['r', 'R']));
    if quote.is_some() && !is_raw && body.contains(&b'\\') {
        let mut runs = body.split(u8::is_ascii);
        body = runs
            .find(|run| std::str::from_utf8(run).is_err())
            .unwrap_or(body);
    }
    let column = |at: u32, col: u32| {
        let line_start = (at as usize).saturating_sub(col as usize);
        let line = replaced
            .text
            .get(line_start..at as usize)
            .unwrap_or_default();
        i32::try_from(line.chars().count()).unwrap_or(i32::MAX)
    };
    let end_column = column(token.end, token.end_col) + 1;
    let (offset, end_offset) = match quote {
        // A name fails within the tokeniser, which stands at its end.
        None => (end_column - 1, -1),
        Some(_) => (column(token.start, token.col) + 1, end_column),
    };
    let error = std::str::from_utf8(body).err();
    match error {
        Some(error) => SourceError::NotUtf8 {
            place: (token.line, offset, token.end_line, end_offset),
            failure: utf8_failure(body, error),
        },
        None => hognose_source::decode(&replaced.bytes)
            .err()
            .unwrap_or(SourceError::TooLong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_bytes_in_comments_go_by() {
        let source = decode(b"# \xff\nx = 1 # \xe9t\xe9\n").unwrap();
        assert_eq!(source.text, "# \u{fffd}\nx = 1 # \u{fffd}t\u{fffd}\n");
        assert!(decode(b"x = b'\xff'\n").is_ok());
    }

    #[test]
    fn bad_bytes_in_names_and_strings_are_placed_as_by_compile() {
        let check = |bytes: &[u8], message: &str, place: (u32, i32, u32, i32)| {
            let error = decode(bytes).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("(unicode error) 'utf-8' codec can't decode {message}")
            );
            assert_eq!(error.place(), Some(place));
        };
        check(
            b"x='a\xffb'\n",
            "byte 0xff in position 1: invalid start byte",
            (1, 3, 1, 8),
        );
        check(
            b"x='ab' 'c\xe9d'\n",
            "byte 0xe9 in position 1: invalid continuation byte",
            (1, 8, 1, 13),
        );
        check(
            b"x = a\xffb\n",
            "byte 0xff in position 1: invalid start byte",
            (1, 7, 1, -1),
        );
        check(
            b"x = '''\n\xe9\n'''\n",
            "byte 0xe9 in position 1: invalid continuation byte",
            (1, 5, 3, 4),
        );
        check(
            b"# \xff\ny = 'a\\x41\xff'\n",
            "byte 0xff in position 0: invalid start byte",
            (2, 5, 2, 13),
        );
    }
}
