//! The promises of the tokeniser, on any bytes.

use hognose_tokens::{Kind, NO_COLUMN, Tokenizer, tokenize};

/// Tokenises bytes both as the parser and as the `tokenize` module would.
pub fn check(bytes: &[u8]) {
    let lossy = String::from_utf8_lossy(bytes);
    check_tokens(&lossy);
    if let Ok(source) = hognose_tokens::decode(bytes) {
        check_tokens(&source.text);
    }
    let printed = tokenize::print(bytes, "fuzz.py", true);
    assert_eq!(
        printed.exit_status == 0,
        !printed.stdout.is_empty(),
        "output and exit status disagree"
    );
}

fn check_tokens(text: &str) {
    let mut tokenizer = Tokenizer::new(text);
    let mut last_start = 0;
    let mut last_line = 0;
    // A character gives at most a dedent, an empty piece of f-string and itself.
    for _ in 0..=4 * text.len() + 210 {
        let token = match tokenizer.next_token() {
            Ok(token) => token,
            Err(error) => {
                assert_eq!(
                    tokenizer.next_token().err(),
                    Some(error),
                    "an error is final"
                );
                return;
            }
        };
        assert!(
            token.start <= token.end && token.end as usize <= text.len(),
            "{token:?} is out of the text"
        );
        assert!(
            token.start >= last_start && token.line >= last_line,
            "{token:?} goes back"
        );
        assert!(
            token.end_line >= token.line,
            "{token:?} ends before it starts"
        );
        let has_place = !matches!(token.kind, Kind::Indent | Kind::Dedent | Kind::EndMarker);
        assert_eq!(has_place, token.col != NO_COLUMN, "{token:?}");
        if !token.kind.text().is_empty() && token.kind != Kind::NotEqual {
            // CPython takes a stray carriage return, and a comment before it, into the operator after it.
            assert!(token.text(text).ends_with(token.kind.text()), "{token:?}");
        }
        last_start = token.start;
        last_line = token.line;
        if token.kind == Kind::EndMarker {
            return;
        }
    }
    panic!("the tokens do not end");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_that_fuzzing_found() {
        let cases: [&[u8]; 6] = [b"", b"\xff", b"\r\xe0\x80", b"f'{a\\", b"a\r,", b"#\r-"];
        cases.into_iter().for_each(check);
    }
}
