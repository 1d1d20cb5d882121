//! The tokeniser's errors and warnings against those of CPython's `compile()`.
//!
//! The golden cases come from `cargo xtask tokens-golden --python python3.12`.

use hognose_tokens::{ErrorClass, Kind, TokenError, Tokenizer};
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("golden/errors.jsonl");

/// What CPython's parser says of tokens that are all right by themselves.
const PARSER_MESSAGES: [&str; 7] = [
    "invalid syntax",
    "unexpected indent",
    "f-string: valid expression required before",
    "f-string: expecting ",
    "f-string: unterminated",
    "f-string: invalid",
    "f-string: lambda",
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
    for line in GOLDEN.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let source = case["source"].as_str().unwrap();
        let (warnings, error) = tokenise(source);
        let message = case["error"][1].as_str().unwrap_or_default();
        let ours = error.as_deref().map_or(Value::Null, as_json);
        let is_parsers = PARSER_MESSAGES
            .iter()
            .any(|start| message.starts_with(start))
            && ours[1] != message;
        if is_parsers {
            continue;
        }
        compared += 1;
        if ours != case["error"] {
            wrong.push(format!("{source:?}: {ours}, CPython {}", case["error"]));
        }
        if Value::Array(warnings.clone()) != case["warnings"] {
            wrong.push(format!(
                "{source:?}: warns {warnings:?}, CPython {}",
                case["warnings"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 200, "only {compared} cases compared");
}
