//! Compares with CPython: code objects, errors with their places, and warnings.

use std::io::Write;
use std::process::{Command, Stdio};

use hognose_bytecode::{CodeObject, Const, PyStr};
use hognose_compile::{CompileError, Mode, Options, compile_source};
use hognose_testkit::mutants::{Random, mutate};
use serde_json::{Value, json};

const ORACLE: &str = include_str!("cpython/oracle.py");
/// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
const TOP_LEVEL_AWAIT: u64 = 0x2000;
/// The oracle calls `compile` from Python code that was given with `-c`.
const CALLS_OF_ORACLE: u32 = 3;

/// CPython's test modules about syntax, scopes and code generation.
const MODULES: &[&str] = &[
    "test_syntax",
    "test_symtable",
    "test_compile",
    "test_scope",
    "test_named_expressions",
    "test_type_params",
    "test_type_aliases",
    "test_patma",
    "test_global",
    "test_coroutines",
    "test_generators",
    "test_listcomps",
    "test_setcomps",
    "test_dictcomps",
    "test_genexps",
    "test_future",
    "test_annotations",
    "test_positional_only_arg",
    "test_keywordonlyarg",
    "test_except_star",
    "test_fstring",
    "test_grammar",
    "test_peepholer",
    "test_unpack_ex",
    "test_exceptions",
    "test_super",
    "test_sys_settrace",
    "test_asyncgen",
    "test_ast",
    "test_unparse",
];

fn oracle(arguments: &[&str], input: &str) -> Option<Vec<Value>> {
    let python = hognose_testkit::cpython_3_12()?;
    let mut child = Command::new(python)
        .args(["-I", "-c", ORACLE])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("CPython runs");
    let mut stdin = child.stdin.take().expect("its stdin is a pipe");
    stdin
        .write_all(input.as_bytes())
        .expect("it reads its input");
    drop(stdin);
    let output = child.wait_with_output().expect("CPython ends");
    assert!(output.status.success(), "the oracle fails");
    let text = String::from_utf8(output.stdout).expect("JSON is UTF-8");
    Some(
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a JSON object"))
            .collect(),
    )
}

fn ours(case: &Value) -> (Value, Value) {
    let mode = match case["mode"].as_str() {
        Some("single") => Mode::Single,
        Some("eval") => Mode::Expression,
        _ => Mode::Module,
    };
    let flags = case["flags"].as_u64().unwrap_or_default();
    let options = Options {
        mode,
        top_level_await: flags & TOP_LEVEL_AWAIT != 0,
        calls: CALLS_OF_ORACLE,
        ..Options::default()
    };
    let source = case["source"].as_str().unwrap_or_default();
    match compile_source(source.as_bytes(), &options) {
        Ok(compiled) => {
            let warnings = compiled.warnings.iter();
            let warnings = warnings.map(|warning| json!([warning.message, warning.loc.line]));
            (
                json!(["code", describe(&compiled.code)]),
                warnings.collect(),
            )
        }
        Err(error) => match *error {
            CompileError::Syntax(error) => {
                let place = json!([
                    "error",
                    error.message,
                    error.line,
                    error.col,
                    error.end_line,
                    error.end_col
                ]);
                (place, Value::Null)
            }
            CompileError::Recursion => (
                json!(["error", error.message(), null, null, null, null]),
                Value::Null,
            ),
            // Errors of the parser are compared by the parser's own tests.
            CompileError::Source(_) | CompileError::Parse(_) => (json!(["parse"]), Value::Null),
            CompileError::Internal(_) | CompileError::Version(_) | CompileError::Docstring(_) => {
                (json!(["internal", error.message()]), Value::Null)
            }
        },
    }
}

fn describe(code: &CodeObject) -> String {
    fn names<'a>(names: impl Iterator<Item = &'a PyStr>) -> String {
        let names: Vec<String> = names.map(PyStr::to_string_lossy).collect();
        if names.is_empty() {
            "-".to_owned()
        } else {
            names.join(",")
        }
    }
    fn table(bytes: &[u8]) -> String {
        if bytes.is_empty() {
            "-".to_owned()
        } else {
            hex(bytes)
        }
    }
    let mut words = vec![
        "<".to_owned(),
        code.name.to_string_lossy(),
        code.qualname.to_string_lossy(),
        code.argcount.to_string(),
        code.posonlyargcount.to_string(),
        code.kwonlyargcount.to_string(),
        code.stacksize.to_string(),
        code.flags.to_string(),
        code.firstlineno.to_string(),
        table(&code.code),
        table(&code.linetable),
        table(&code.exceptiontable),
        names(code.names.iter()),
        names(code.varnames()),
        names(code.cellvars()),
        names(code.freevars()),
    ];
    words.extend(code.consts.iter().map(constant));
    words.push(">".to_owned());
    words.join(" ")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn constant(value: &Const) -> String {
    match value {
        Const::None => "None".to_owned(),
        Const::True => "True".to_owned(),
        Const::False => "False".to_owned(),
        Const::Ellipsis => "Ellipsis".to_owned(),
        Const::Int(value) => format!("i{value}"),
        Const::BigInt(value) => format!("i{value}"),
        Const::Float(value) => format!("f{}", hex(&value.to_be_bytes())),
        Const::Complex { re, im } => {
            format!("c{}{}", hex(&re.to_be_bytes()), hex(&im.to_be_bytes()))
        }
        Const::Str(text) => format!("s{}", hex(text.as_bytes())),
        Const::Bytes(bytes) => format!("b{}", hex(bytes)),
        Const::Tuple(items) => {
            let items: Vec<String> = items.iter().map(constant).collect();
            format!("({})", items.join(","))
        }
        Const::FrozenSet(items) => {
            let mut items: Vec<String> = items.iter().map(constant).collect();
            items.sort();
            format!("{{{}}}", items.join(","))
        }
        Const::Slice(_) => unreachable!("3.12 has no constant slices"),
        Const::Code(code) => describe(code),
    }
}

/// Compares every case; `counted` are the kinds of answer that must have come up.
fn check(cases: &[Value], counted: &[&str]) {
    let mut seen: Vec<&str> = Vec::new();
    let mut different = 0;
    for case in cases {
        let (answer, warnings) = ours(case);
        let theirs = &case["answer"];
        seen.extend(counted.iter().filter(|kind| theirs[0] == **kind));
        if answer[0] == "parse" && theirs[0] == "error" {
            continue;
        }
        let same_warnings = answer[0] == "error" || warnings == case["warnings"];
        if answer == *theirs && same_warnings {
            continue;
        }
        different += 1;
        if different <= 20 {
            println!(
                "{}\n  ours:   {answer} {warnings}\n  theirs: {theirs} {}\n",
                case["source"].as_str().unwrap_or_default(),
                case["warnings"]
            );
        }
    }
    assert_eq!(different, 0, "of {} cases", cases.len());
    for kind in counted {
        assert!(seen.contains(kind), "no case of kind {kind}");
    }
}

#[test]
fn sources_of_cpython_s_own_tests() {
    if let Some(cases) = oracle(MODULES, "") {
        check(&cases, &["code", "error"]);
    }
}

/// The cases of cases.py: mode, flags and source.
fn own_cases() -> Vec<(&'static str, u64, &'static str)> {
    let cases = include_str!("cpython/cases.py").split("\n# ---").skip(1);
    let read = |case: &'static str| {
        let (directives, source) = case
            .split_once('\n')
            .expect("a directive line and a source");
        let mut modes = ["single", "eval"].into_iter();
        let mode = modes
            .find(|mode| directives.contains(mode))
            .unwrap_or("exec");
        let flags = if directives.contains("await") {
            TOP_LEVEL_AWAIT
        } else {
            0
        };
        (mode, flags, source)
    };
    cases.map(read).collect()
}

#[test]
fn own_sources() {
    let cases: Vec<Value> = own_cases().into_iter().map(|case| json!(case)).collect();
    if let Some(cases) = oracle(&[], &Value::from(cases).to_string()) {
        check(&cases, &["code", "error"]);
    }
}

/// As many as `HOGNOSE_MUTANTS` says.
#[test]
fn mutated_sources() {
    let count = std::env::var("HOGNOSE_MUTANTS")
        .ok()
        .and_then(|count| count.parse().ok());
    let own = own_cases();
    let sources: Vec<&str> = own.iter().map(|(_, _, source)| *source).collect();
    let mut random = Random::new();
    let cases: Vec<Value> = (0..count.unwrap_or(1000))
        .map(|_| {
            let (mode, flags, source) = own[random.below(own.len())];
            json!([mode, flags, mutate(source, &sources, &mut random)])
        })
        .collect();
    if let Some(cases) = oracle(&[], &Value::from(cases).to_string()) {
        check(&cases, &["code", "error"]);
    }
}

/// Nesting up to CPython's limit compiles, and one level more does not.
#[test]
fn nesting_limit() {
    let nested = |depth: usize| format!("a{}\n", ".a".repeat(depth));
    // One process each: once CPython has specialised the call of `compile`, one C call less is counted.
    for (depth, kind) in [(2992, "code"), (2993, "error"), (20_000, "error")] {
        let cases = json!([["exec", 0, nested(depth)]]);
        if let Some(cases) = oracle(&[], &cases.to_string()) {
            check(&cases, &[kind]);
        }
    }
}
