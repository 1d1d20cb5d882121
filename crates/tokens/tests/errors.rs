//! The tokeniser's errors and warnings against those of CPython's `compile()`.
//!
//! The golden cases come from `cargo xtask tokens-golden --python python3.12`. Any number more come from
//! `python3.12 xtask/src/python/token_errors.py FOLDER COUNT SEED`; the variable HOGNOSE_TOKEN_CASES names their file.

use hognose_tokens::{ErrorClass, Kind, Stop, TokenError, Tokenizer};
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("golden/errors.jsonl");

/// How the messages of CPython's tokeniser begin; all others are its parser's.
const TOKENISER_MESSAGES: [&str; 29] = [
    "'(' was never closed",
    "'[' was never closed",
    "'{' was never closed",
    "closing parenthesis",
    "f-string: expressions nested too deeply",
    "f-string: single '}' is not allowed",
    "f-string: unmatched",
    "inconsistent use of tabs and spaces in indentation",
    "invalid binary literal",
    "invalid character '",
    "invalid decimal literal",
    "invalid digit",
    "invalid hexadecimal literal",
    "invalid imaginary literal",
    "invalid non-printable character",
    "invalid octal literal",
    "leading zeros",
    "too many levels of indentation",
    "too many nested f-strings",
    "too many nested parentheses",
    "unexpected character after line continuation character",
    "unexpected EOF while parsing",
    "unindent does not match any outer indentation level",
    "unmatched '",
    "unterminated f-string",
    "unterminated string",
    "unterminated triple-quoted f-string",
    "unterminated triple-quoted string",
    "source code cannot contain null bytes",
];

fn tokenise(source: &str) -> (Vec<Value>, Option<Box<TokenError>>) {
    let source = hognose_source::from_text(source).unwrap();
    let mut tokenizer = Tokenizer::new(&source.text);
    let error = loop {
        match tokenizer.next_token() {
            Ok(token) if token.kind == Kind::EndMarker => break None,
            Ok(_) => {}
            Err(error) => break Some(error),
        }
    };
    let warnings = tokenizer
        .warnings()
        .iter()
        .map(|warning| json!([warning.message, warning.line]))
        .collect();
    (warnings, error)
}

fn as_json(error: &TokenError) -> Value {
    let class = match error.class {
        ErrorClass::SyntaxError => "SyntaxError",
        ErrorClass::IndentationError => "IndentationError",
        ErrorClass::TabError => "TabError",
    };
    json!([
        class,
        error.message,
        error.line,
        error.offset,
        error.end_line,
        error.end_offset
    ])
}

#[test]
fn errors_and_warnings_are_those_of_compile() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    let given = std::env::var("HOGNOSE_TOKEN_CASES")
        .ok()
        .map(|path| std::fs::read_to_string(path).unwrap());
    for line in given.as_deref().unwrap_or(GOLDEN).lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let source = case["source"].as_str().unwrap();
        let (warnings, error) = tokenise(source);
        let message = case["error"][1].as_str().unwrap_or_default();
        let ours = error.as_deref().map_or(Value::Null, as_json);
        let is_tokenisers = TOKENISER_MESSAGES
            .iter()
            .any(|start| message.starts_with(start))
            || message == "f-string: expecting '}'";
        if !is_tokenisers && !case["error"].is_null() {
            continue;
        }
        // After a syntax error the parser reads on, and reports an open bracket rather than an error it must word itself.
        let is_noted = error
            .as_ref()
            .is_some_and(|error| error.stop == Stop::Noted);
        if is_noted && message.ends_with("was never closed") {
            continue;
        }
        compared += 1;
        if ours != case["error"] {
            wrong.push(format!("{source:?}: {ours}, CPython {}", case["error"]));
        }
        // The parser warns too, of bad escapes in plain strings.
        let is_tokenisers = |warning: &&Value| {
            given.is_none()
                || warning[0]
                    .as_str()
                    .is_some_and(|text| !text.contains("escape"))
        };
        let expected: Vec<&Value> = case["warnings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(is_tokenisers)
            .collect();
        if warnings.iter().filter(is_tokenisers).ne(expected) {
            wrong.push(format!(
                "{source:?}: warns {warnings:?}, CPython {}",
                case["warnings"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{compared} cases compared");
    assert!(compared > 180, "only {compared} cases compared");
}
