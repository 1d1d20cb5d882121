//! The tokeniser against CPython's, and the tables that it takes from CPython.

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hognose_tokens::tokenize::{self, Printed};
use hognose_tokens::{Kind, NO_COLUMN, Tokenizer};

use crate::{Result, workspace_root};

/// Writes the character tables as a CPython 3.12 answers them.
pub fn tables(python: &str) -> Result {
    write_output(
        python,
        include_str!("python/unicode_tables.py"),
        "crates/tokens/src/generated/unicode.rs",
    )?;
    write_output(
        python,
        include_str!("python/source_codecs.py"),
        "crates/source/src/generated/codecs.rs",
    )
}

/// Writes the properties of characters that `str` asks for, as a CPython 3.12 answers them.
pub fn object_unicode(python: &str) -> Result {
    write_output(
        python,
        include_str!("python/object_unicode.py"),
        "crates/object/src/generated/unicode.rs",
    )
}

/// Writes what `unicodedata` knows of characters, as a CPython 3.12 has it.
pub fn unicodedata(python: &str) -> Result {
    write_output(
        python,
        include_str!("python/unicodedata_tables.py"),
        "crates/builtins/src/modules/unicodedata/tables.rs",
    )
}

/// Writes the golden cases as a CPython 3.12 answers them.
pub fn golden(python: &str) -> Result {
    write_output(
        python,
        include_str!("python/token_errors.py"),
        "crates/tokens/tests/golden/errors.jsonl",
    )?;
    write_output(
        python,
        include_str!("python/token_views.py"),
        "crates/tokens/tests/golden/tokenize.jsonl",
    )
}

/// Runs a script and writes what it prints to a file of the workspace.
fn write_output(python: &str, script: &str, path: &str) -> Result {
    let output = Command::new(python)
        .args(["-I", "-c", script])
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{python}: {}", output.status).into());
    }
    fs::write(workspace_root().join(path), output.stdout)?;
    println!("wrote {path}");
    Ok(())
}

/// Compares what `python -m tokenize -e` and this project print for every .py file below a folder, and the tokens
/// that both give their parsers.
pub fn compare(python: &str, tree: &str) -> Result {
    let mut files = Vec::new();
    collect_python_files(Path::new(tree), &mut files)?;
    files.sort();
    let script = include_str!("python/tokenize_many.py");
    let mut child = Command::new(python)
        .args(["-I", "-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut requests = BufWriter::new(child.stdin.take().ok_or("no pipe to Python")?);
    let mut answers = BufReader::new(child.stdout.take().ok_or("no pipe from Python")?);
    let mut different = 0;
    let mut refused = 0;
    for path in &files {
        let name = path.to_str().ok_or("a path is not UTF-8")?;
        writeln!(requests, "{name}")?;
        requests.flush()?;
        let (theirs, their_tokens) = read_answer(&mut answers)?;
        let content = fs::read(path)?;
        let ours = tokenize::print(&content, name, true);
        refused += usize::from(theirs.exit_status != 0);
        if ours != theirs {
            different += 1;
            println!("{name}: {}", first_difference(&ours, &theirs));
        } else if let Ok(source) = hognose_source::decode(&content) {
            let our_tokens = parser_tokens(&source.text);
            if our_tokens != their_tokens && !their_tokens.is_empty() {
                different += 1;
                println!(
                    "{name}: parser's tokens: {}",
                    first_different_line(&our_tokens, &their_tokens)
                );
            }
        }
    }
    drop(requests);
    child.wait()?;
    println!(
        "{} files, {refused} of them refused by CPython, {different} different",
        files.len()
    );
    if different > 0 {
        Err("the token streams differ".into())
    } else {
        Ok(())
    }
}

fn read_answer(answers: &mut impl BufRead) -> Result<(Printed, String)> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    let numbers: Vec<usize> = head
        .split_whitespace()
        .map(str::parse)
        .collect::<std::result::Result<_, _>>()?;
    let &[status, out_length, err_length, tokens_length] = numbers.as_slice() else {
        return Err(format!("Python stopped answering: {head:?}").into());
    };
    let mut text_of = |length: usize| -> Result<String> {
        let mut bytes = vec![0; length];
        answers.read_exact(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let (stdout, stderr) = (text_of(out_length)?, text_of(err_length)?);
    Ok((
        Printed {
            stdout,
            stderr,
            exit_status: u8::try_from(status)?,
        },
        text_of(tokens_length)?,
    ))
}

/// Lists the tokens as the parser gets them, a line of numbers each.
fn parser_tokens(source: &str) -> String {
    let lines = hognose_source::Lines::new(source);
    let chars = |line: u32, col: u32| match col {
        NO_COLUMN => -1,
        _ => {
            let start = lines.start(line);
            let end = start + col as usize;
            let within = source
                .as_bytes()
                .get(start..end.min(source.len()))
                .unwrap_or_default();
            let added = end.saturating_sub(source.len().max(start));
            within.iter().filter(|&&byte| byte & 0xc0 != 0x80).count() as i64 + added as i64
        }
    };
    let mut listed = String::new();
    let mut tokenizer = Tokenizer::new(source);
    loop {
        let Ok(token) = tokenizer.next_token() else {
            listed.push_str("error\n");
            return listed;
        };
        let kind = match token.kind {
            Kind::Async => 57,
            Kind::Await => 56,
            kind if kind.is_keyword() => Kind::Name as u8,
            kind => kind as u8,
        };
        // The module's end is that of the text, which lacks a line end or a doubled brace; the parser's is the cursor.
        // It also counts the last line's bytes off on the first line.
        let end_col = match token.end_col {
            NO_COLUMN => NO_COLUMN,
            _ => token.end - lines.start(token.end_line) as u32,
        };
        let (start, end) = (chars(token.line, token.col), chars(token.line, end_col));
        listed.push_str(&format!(
            "{kind} {} {start} {} {end}\n",
            token.line, token.end_line
        ));
        if token.kind == Kind::EndMarker {
            return listed;
        }
    }
}

fn first_difference(ours: &Printed, theirs: &Printed) -> String {
    if ours.exit_status != theirs.exit_status || ours.stderr != theirs.stderr {
        return format!(
            "status {} and {:?}, CPython {} and {:?}",
            ours.exit_status, ours.stderr, theirs.exit_status, theirs.stderr
        );
    }
    first_different_line(&ours.stdout, &theirs.stdout)
}

fn first_different_line(ours: &str, theirs: &str) -> String {
    let mut lines = ours.lines().zip(theirs.lines());
    match lines.find(|(our, their)| our != their) {
        Some((our, their)) => format!("{our:?}, CPython {their:?}"),
        None => format!(
            "{} lines, CPython {}",
            ours.lines().count(),
            theirs.lines().count()
        ),
    }
}

/// Gathers the .py files below a folder.
pub fn collect_python_files(folder: &Path, files: &mut Vec<PathBuf>) -> Result {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            collect_python_files(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.push(path);
        }
    }
    Ok(())
}
