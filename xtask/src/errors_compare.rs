//! Compares our SyntaxErrors with CPython's: on the texts its own tests compile, and on damaged library files.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use hognose_parser::errors::{Options, check};
use hognose_parser::{Mode, SyntaxError, parse, render};
use hognose_tokens::{Kind, Token, Tokenizer};
use serde_json::Value;

use crate::Result;

const ORACLE: &str = include_str!("python/errors_oracle.py");

/// Tests whose sources are about what the parser refuses.
const TEST_MODULES: [&str; 21] = [
    "test_syntax",
    "test_exceptions",
    "test_eof",
    "test_string_literals",
    "test_fstring",
    "test_patma",
    "test_grammar",
    "test_named_expressions",
    "test_positional_only_arg",
    "test_keywordonlyarg",
    "test_type_params",
    "test_type_aliases",
    "test_unparse",
    "test_ast",
    "test_coroutines",
    "test_future",
    "test_unpack_ex",
    "test_generators",
    "test_genexps",
    "test_compile",
    "test_tokenize",
];

/// What a file may begin with, which CPython's columns depend on.
const HEADINGS: [&str; 5] = [
    "",
    "# é\n",
    "# coding: utf-8\n",
    "\u{feff}",
    "\u{feff}# coding: utf-8\n",
];

/// Mismatches shown in full.
const SHOWN: usize = 40;

pub struct Plan {
    pub python: PathBuf,
    pub mutants: usize,
    pub seed: u64,
    /// Only the texts of CPython's tests, or only the mutants.
    pub only: Option<String>,
}

/// Native stack for our fast pass on deep source.
const STACK_BYTES: usize = 64 << 20;

/// Runs the comparison and prints its totals; an error when acceptance differs anywhere or wording in over 1 %.
pub fn run(plan: &Plan) -> Result {
    std::thread::scope(|scope| {
        let work = || compare(plan).map_err(|error| error.to_string());
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
        match thread.spawn_scoped(scope, work)?.join() {
            Ok(outcome) => Ok(outcome?),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn compare(plan: &Plan) -> Result {
    let mut oracle = Oracle::start(&plan.python)?;
    let mut tally = Tally::default();
    let mut random = Random(plan.seed | 1);
    if plan.only.as_deref() != Some("mutants") {
        let cases = collected(&plan.python)?;
        for (source, mode) in &cases {
            tally.compare(&mut oracle, "tests", source, *mode)?;
            if *mode == Mode::Module {
                tally.compare_whole(&mut oracle, source)?;
            }
        }
        let small: Vec<_> = cases
            .iter()
            .filter(|(source, _)| source.len() <= PIECE)
            .collect();
        let mut made = 0;
        while made < plan.mutants {
            let Some((source, mode)) = random.pick(&small) else {
                return Err("no texts were collected".into());
            };
            if let Some(mutant) = damage(source, &mut random) {
                tally.compare(&mut oracle, "damaged tests", &mutant, *mode)?;
                tally.compare_whole(&mut oracle, &mutant)?;
                let heading = *random.pick(&HEADINGS).unwrap_or(&"");
                tally.compare_file(&mut oracle, &format!("{heading}{mutant}"))?;
                made += 1;
            }
        }
        for source in deep() {
            tally.compare(&mut oracle, "deep", &source, Mode::Module)?;
        }
    }
    if plan.only.as_deref() != Some("tests") {
        let files = library_files(&plan.python)?;
        let mut made = 0;
        while made < plan.mutants {
            let Some(path) = random.pick(&files) else {
                return Err("no library files".into());
            };
            if let Some(mutant) = mutant(path, &mut random) {
                tally.compare(&mut oracle, "damaged library", &mutant, Mode::Module)?;
                made += 1;
            }
        }
    }
    tally.report()
}

/// Nested source, some of it deeper than CPython's parser goes.
///
/// Not among it: 194 to 200 tuples or lists each of which is a late element of the next. CPython's stack overflows a
/// few levels before its limit of 200 brackets there; our fast pass counts them like first elements.
fn deep() -> Vec<String> {
    let shapes = [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{", "1", "}"),
        ("{1:", "1", "}"),
        ("f(", "1", ")"),
        ("a[", "1", "]"),
        ("-", "1", ""),
        ("not ", "1", ""),
        ("lambda: ", "1", ""),
        ("1 if 1 else ", "1", ""),
        ("2 ** ", "1", ""),
        ("(a, ", "b", ") = 1"),
        ("x = ", "1", ""),
        ("1 + ", "1", ""),
        ("a.", "a", ""),
        ("f'{", "1", "}'"),
        ("(yield ", "1", ")"),
        ("(", "x y", ")"),
        ("[", "x for", "]"),
        ("{", "1: x y", "}"),
        ("{**", "x y", "}"),
        ("{1: ", "x y", "}"),
        ("lambda a=", "1", ": 0"),
        ("f(a=", "x y", ")"),
        ("f(*", "x y", ")"),
        ("f(a for a in ", "x y", ")"),
        ("[a for b in ", "x y", "]"),
        ("[a if b else ", "x y", "]"),
        ("(a := ", "x y", ")"),
        ("(await ", "x y", ")"),
        ("a[b:", "x y", "]"),
        ("print(", "print x", ")"),
        ("x = y, *", "1", ""),
        ("x: ", "1", ""),
        ("import a.", "b c", ""),
    ];
    let counts = [
        20, 90, 100, 149, 150, 199, 200, 201, 600, 999, 1500, 3000, 5900,
    ];
    let mut all = Vec::new();
    for (open, middle, close) in shapes {
        for count in counts {
            all.push(format!(
                "{}{middle}{}",
                open.repeat(count),
                close.repeat(count)
            ));
            all.push(format!(
                "{}{middle} $ {}",
                open.repeat(count),
                close.repeat(count)
            ));
        }
    }
    let heads = [
        "if x:",
        "while x:",
        "for x in y:",
        "try:",
        "with a as b:",
        "with (a as b, c):",
        "class A(b):",
        "def f(a, b=1, *c, d: e, **g):",
        "async def f() -> a:",
        "match x:",
        "case [a, {1: b}, C(d=e)] if f:",
    ];
    for head in heads {
        for count in [8, 20, 50, 99, 100, 101] {
            for end in ["pass", "x y", "(x y", ""] {
                let line = |depth: usize| format!("{}{head}\n", " ".repeat(depth));
                let blocks: String = (0..count).map(line).collect();
                all.push(format!("{blocks}{}{end}", " ".repeat(count)));
            }
        }
    }
    all
}

/// A CPython answering over pipes.
struct Oracle {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    /// The file it writes where a text is to be compiled by its file's name.
    file: PathBuf,
}

impl Oracle {
    fn start(python: &Path) -> Result<Oracle> {
        let file = std::env::temp_dir().join(format!("errors-compare-{}.py", std::process::id()));
        let mut process = Command::new(python)
            .args(["-W", "ignore", "-c", ORACLE, "serve"])
            .arg(&file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = process.stdin.take();
        let output = process.stdout.take().ok_or("the oracle has no output")?;
        let output = BufReader::new(output);
        Ok(Oracle {
            process,
            input,
            output,
            file,
        })
    }

    fn verdict(&mut self, source: &str, how: &str) -> Result<Value> {
        let input = self.input.as_mut().ok_or("the oracle has no input")?;
        writeln!(input, "{how} {}", source.len())?;
        input.write_all(source.as_bytes())?;
        input.flush()?;
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        Ok(serde_json::from_str(&line)?)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        self.input = None;
        // It ends by itself when its input does.
        let _ = self.process.wait();
        // It was written only where a text was compiled as a file.
        let _ = std::fs::remove_file(&self.file);
    }
}

fn mode_name(mode: Mode) -> &'static str {
    match mode {
        Mode::Module => "exec",
        Mode::Single => "single",
        Mode::Expression => "eval",
    }
}

/// The texts that CPython's tests compile.
fn collected(python: &Path) -> Result<Vec<(String, Mode)>> {
    let output = Command::new(python)
        .args(["-W", "ignore", "-c", ORACLE, "collect"])
        .args(TEST_MODULES)
        .stderr(Stdio::null())
        .output()?;
    let mut cases = Vec::new();
    for line in String::from_utf8(output.stdout)?.lines() {
        let (source, mode): (String, String) = serde_json::from_str(line)?;
        let mode = match mode.as_str() {
            "exec" => Mode::Module,
            "eval" => Mode::Expression,
            _ => Mode::Single,
        };
        cases.push((source, mode));
    }
    Ok(cases)
}

#[derive(Default)]
struct Tally {
    groups: BTreeMap<&'static str, Counts>,
    shown: usize,
}

#[derive(Default)]
struct Counts {
    cases: usize,
    refused: usize,
    /// We accept and CPython does not, or the other way round.
    acceptance: usize,
    /// The same of our fast pass.
    fast_acceptance: usize,
    /// Refused by both, in other words or at another place, by the first field that differs.
    wording: BTreeMap<&'static str, usize>,
    /// How often CPython gave each message, numbers in it left out.
    messages: BTreeMap<String, usize>,
}

const FIELDS: [&str; 9] = [
    "type",
    "message",
    "line",
    "offset",
    "end line",
    "end offset",
    "text",
    "what traceback prints",
    "what the interpreter prints",
];

impl Tally {
    /// Compares for a text as `compile()` gets it from a string.
    fn compare(
        &mut self,
        oracle: &mut Oracle,
        group: &'static str,
        source: &str,
        mode: Mode,
    ) -> Result {
        let theirs = oracle.verdict(source, mode_name(mode))?;
        let Ok(text) = hognose_source::from_text(source) else {
            return Ok(());
        };
        let ours = verdict(&text.text, Options::text(mode), "<text>");
        self.count(group, source, &ours, &theirs);
        Ok(())
    }

    /// Compares for a text as `compile()` gets it from a file.
    fn compare_file(&mut self, oracle: &mut Oracle, source: &str) -> Result {
        let theirs = oracle.verdict(source, "file")?;
        let Ok(decoded) = hognose_tokens::decode(source.as_bytes()) else {
            return Ok(());
        };
        let options = Options::file(&decoded, Mode::Module);
        let ours = verdict(&decoded.text, options, &oracle.file.to_string_lossy());
        self.count("files", source, &ours, &theirs);
        Ok(())
    }

    /// Compares for a file compiled to the end, later stages' errors included.
    fn compare_whole(&mut self, oracle: &mut Oracle, source: &str) -> Result {
        let theirs = oracle.verdict(source, "all")?;
        let file = oracle.file.to_string_lossy().into_owned();
        let options = hognose_compile::Options {
            filename: file.as_str().into(),
            ..hognose_compile::Options::default()
        };
        let compiled = hognose_compile::compile_source(source.as_bytes(), &options);
        let ours = match compiled {
            Ok(_) => Value::Null,
            Err(error) => as_json(&error.raised(source.as_bytes()), &file),
        };
        // How deep CPython goes depends on what calls it.
        if [&ours, &theirs]
            .iter()
            .any(|answer| answer[0] == "RecursionError")
        {
            return Ok(());
        }
        let accepted = theirs.is_null();
        self.count("all stages", source, &(ours, accepted), &theirs);
        Ok(())
    }

    fn count(
        &mut self,
        group: &'static str,
        source: &str,
        (ours, fast): &(Value, bool),
        theirs: &Value,
    ) {
        let counts = self.groups.entry(group).or_default();
        counts.cases += 1;
        if let Some(message) = theirs.get(1).and_then(Value::as_str) {
            counts.refused += 1;
            let plain = message.replace(|char: char| char.is_ascii_digit(), "");
            *counts.messages.entry(plain).or_default() += 1;
        }
        let what = if ours.is_null() != theirs.is_null() {
            counts.acceptance += 1;
            "acceptance"
        } else if *fast != theirs.is_null() {
            counts.fast_acceptance += 1;
            "the fast pass's acceptance"
        } else {
            let differs = |&at: &usize| ours.get(at) != theirs.get(at);
            let Some(field) = (0..FIELDS.len())
                .find(differs)
                .and_then(|at| FIELDS.get(at))
            else {
                return;
            };
            *counts.wording.entry(field).or_default() += 1;
            field
        };
        if self.shown < SHOWN {
            self.shown += 1;
            println!("--- {group}, {what} differs\n{}", excerpt(source, theirs));
            println!("ours:    {ours}\nCPython: {theirs}");
        }
    }

    fn report(&self) -> Result {
        let mut fine = true;
        for (group, counts) in &self.groups {
            let wording: usize = counts.wording.values().sum();
            let share = 100.0 * (counts.refused - wording) as f64 / counts.refused.max(1) as f64;
            println!(
                "{group}: {} cases, {} refused by CPython with {} messages, acceptance differs in {}, the fast \
                 pass's in {}, error differs in {wording} ({share:.2} % agree) {:?}",
                counts.cases,
                counts.refused,
                counts.messages.len(),
                counts.acceptance,
                counts.fast_acceptance,
                counts.wording
            );
            for (message, count) in &counts.messages {
                println!("{count:8} {message}");
            }
            fine &= counts.acceptance + counts.fast_acceptance == 0 && share >= 99.0;
        }
        if fine {
            Ok(())
        } else {
            Err("our errors are not CPython's".into())
        }
    }
}

/// The lines about the place where CPython points.
fn excerpt(source: &str, theirs: &Value) -> String {
    let line = theirs.get(2).and_then(Value::as_u64).unwrap_or(1) as usize;
    let lines = source
        .lines()
        .enumerate()
        .skip(line.saturating_sub(4))
        .take(8);
    let shown: Vec<String> = lines
        .map(|(at, text)| format!("{:4} {text:.150?}", at + 1))
        .collect();
    shown.join("\n")
}

/// What we say of a text, as the oracle says it, and whether our fast pass accepts it.
fn verdict(text: &str, options: Options, file: &str) -> (Value, bool) {
    let arena = bumpalo::Bump::new();
    let mut names = hognose_ast::Names::new();
    let fast = parse(text, options.mode, &arena, &mut names).is_ok();
    let Err(error) = check(text, options) else {
        return (Value::Null, fast);
    };
    (as_json(&error, file), fast)
}

/// An error as the oracle gives it.
fn as_json(error: &SyntaxError, file: &str) -> Value {
    let place = |line: u32| error.has_place().then_some(line);
    serde_json::json!([
        error.kind.name(),
        error.message,
        place(error.line),
        error.col,
        place(error.end_line).filter(|_| error.line > 0 || error.end_col.is_some()),
        error.end_col,
        error.text,
        render::format_exception_only(error, file),
        render::uncaught(error, file),
    ])
}

/// The library's own files, its tests left out.
fn library_files(python: &Path) -> Result<Vec<PathBuf>> {
    let ask = "import os; print(os.path.dirname(os.__file__))";
    let output = Command::new(python).args(["-c", ask]).output()?;
    let root = PathBuf::from(String::from_utf8(output.stdout)?.trim());
    let mut files = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or("");
            if path.is_dir() {
                if !["test", "tests", "site-packages", "__pycache__", "lib2to3"].contains(&name) {
                    folders.push(path);
                }
            } else if name.ends_with(".py") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// xorshift64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}

/// Most bytes that a piece of a file has before it is damaged.
const PIECE: usize = 6000;

/// Takes some top-level statements of a file and damages them in one or two places.
fn mutant(path: &Path, random: &mut Random) -> Option<String> {
    let source = std::fs::read_to_string(path).ok()?.replace("\r\n", "\n");
    let starts: Vec<usize> = top_level_starts(&source);
    let first = random.below(starts.len());
    let from = *starts.get(first)?;
    let last = first + 1 + random.below(4);
    let to = starts.get(last).copied().unwrap_or(source.len());
    let piece = source.get(from..to)?;
    if piece.len() > PIECE || piece.trim().is_empty() {
        return None;
    }
    let mut text = piece.to_owned();
    for _ in 0..1 + random.below(2) {
        text = damage(&text, random)?;
    }
    Some(text)
}

/// Where the lines start that begin with no indentation, decorators and strings apart.
fn top_level_starts(source: &str) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut tokenizer = Tokenizer::new(source);
    let mut at_start = true;
    while let Ok(token) = tokenizer.next_token() {
        if token.kind == Kind::EndMarker {
            break;
        }
        if at_start && token.col == 0 {
            starts.push(token.start as usize);
        }
        at_start = matches!(token.kind, Kind::Newline | Kind::Dedent);
    }
    starts
}

/// Bits of source put where they do not belong.
const STRAYS: [&str; 40] = [
    "(", ")", "[", "]", "{", "}", ",", ":", "=", "==", ":=", "*", "**", ".", ";", "->", "@", "!",
    "$", "?", "\\", "'", "\"\"\"", "f'{", "if", "else", "for", "in", "not", "lambda", "await",
    "async", "def", "print x", "None", "1_", "0x", "é", "yield", "\n",
];

fn damage(text: &str, random: &mut Random) -> Option<String> {
    let mut tokenizer = Tokenizer::new(text);
    let mut tokens: Vec<Token> = Vec::new();
    while let Ok(token) = tokenizer.next_token() {
        if token.kind == Kind::EndMarker {
            break;
        }
        if token.end > token.start && (token.end as usize) <= text.len() {
            tokens.push(token);
        }
    }
    let token = *random.pick(&tokens)?;
    let other = *random.pick(&tokens)?;
    let (start, end) = (token.start as usize, token.end as usize);
    let own = text.get(start..end)?;
    let replace = |with: &str| Some(format!("{}{with}{}", text.get(..start)?, text.get(end..)?));
    match random.below(9) {
        0 | 1 => replace(""),
        2 => replace(&format!("{own} {own}")),
        3 => {
            let (low, high) = if start < other.start as usize {
                (token, other)
            } else {
                (other, token)
            };
            let part = |from: u32, to: u32| text.get(from as usize..to as usize);
            let total = text.len() as u32;
            Some(format!(
                "{}{}{}{}{}",
                part(0, low.start)?,
                part(high.start, high.end)?,
                part(low.end, high.start)?,
                part(low.start, low.end)?,
                part(high.end, total)?
            ))
        }
        4 => replace(text.get(other.start as usize..other.end as usize)?),
        5 => {
            let stray = *random.pick(&STRAYS)?;
            replace(&format!("{stray} {own}"))
        }
        6 => replace(random.pick(&STRAYS)?),
        7 => reindent(text, start, random),
        _ => {
            // Cut the text off in the middle of a token.
            let cut = start + random.below(own.len());
            text.get(..cut).map(str::to_owned)
        }
    }
}

/// Indents the line around a place differently.
fn reindent(text: &str, at: usize, random: &mut Random) -> Option<String> {
    let line_start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text.get(line_start..)?;
    let body = rest.trim_start_matches([' ', '\t']);
    let indent = rest.len() - body.len();
    let with = match random.below(4) {
        0 => String::new(),
        1 => " ".repeat(indent + 1 + random.below(4)),
        2 => " ".repeat(indent.saturating_sub(1 + random.below(4))),
        _ => "\t".repeat(1 + indent / 8),
    };
    Some(format!("{}{with}{body}", text.get(..line_start)?))
}
