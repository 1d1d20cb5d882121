//! The parser against CPython's.

use std::fs;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use hognose_ast::Names;
use hognose_ast::dump::{DumpOptions, dump};
use hognose_parser::{Mode, parse};

use crate::tokens::collect_python_files;
use crate::{Result, workspace_root};

/// Native stack for parsing and dumping deep trees.
const STACK: usize = 256 << 20;

/// What one side says of one file.
#[derive(PartialEq)]
struct Answer {
    is_refused: bool,
    /// The dump; of a refused file nothing we compare.
    text: String,
    warnings: String,
}

/// Compares the trees of every .py file below a folder with what `python -m ast -a` prints.
pub fn compare(python: &str, tree: &str) -> Result {
    let (python, tree) = (python.to_owned(), tree.to_owned());
    on_big_stack(move || compare_here(&python, &tree).map_err(|error| error.to_string()))
}

fn on_big_stack(work: impl FnOnce() -> std::result::Result<(), String> + Send + 'static) -> Result {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(work)?;
    match thread.join() {
        Ok(outcome) => Ok(outcome?),
        Err(_) => Err("the comparison panicked".into()),
    }
}

fn compare_here(python: &str, tree: &str) -> Result {
    let mut files = Vec::new();
    if Path::new(tree).is_file() {
        files.push(tree.into());
    } else {
        collect_python_files(Path::new(tree), &mut files)?;
    }
    files.sort();
    let mut child = Command::new(python)
        .args(["-I", "-c", include_str!("python/ast_many.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut requests = BufWriter::new(child.stdin.take().ok_or("no pipe to Python")?);
    let mut answers = BufReader::new(child.stdout.take().ok_or("no pipe from Python")?);
    let (mut different, mut refused, mut bytes) = (0, 0, 0);
    for path in &files {
        let name = path.to_str().ok_or("a path is not UTF-8")?;
        writeln!(requests, "{name}")?;
        requests.flush()?;
        let content = fs::read(path)?;
        let ours = our_answer(&content);
        let theirs = read_answer(&mut answers)?;
        bytes += content.len();
        refused += usize::from(theirs.is_refused);
        if ours != theirs {
            different += 1;
            println!("{name}: {}", first_difference(&ours, &theirs));
        }
    }
    drop(requests);
    child.wait()?;
    println!(
        "{} files, {bytes} bytes, {refused} of the files refused by CPython, {different} different",
        files.len()
    );
    if different > 0 {
        return Err("the trees differ".into());
    }
    Ok(())
}

/// Writes data/unprintable.txt and data/character-names.toml as a CPython 3.12 answers them.
pub fn unicode_data(python: &str, aliases: &str) -> Result {
    let status = Command::new(python)
        .args(["-I", "-c", include_str!("python/unicode_data.py")])
        .args([workspace_root().join("data").as_os_str(), aliases.as_ref()])
        .status()?;
    if !status.success() {
        return Err(format!("{python}: {status}").into());
    }
    Ok(())
}

fn read_answer(answers: &mut impl BufRead) -> Result<Answer> {
    let mut head = String::new();
    answers.read_line(&mut head)?;
    let numbers: Vec<usize> = head
        .split_whitespace()
        .map(str::parse)
        .collect::<std::result::Result<_, _>>()?;
    let &[status, dump_length, warnings_length] = numbers.as_slice() else {
        return Err(format!("Python stopped answering: {head:?}").into());
    };
    let mut text_of = |length: usize| -> Result<String> {
        let mut bytes = vec![0; length];
        answers.read_exact(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    let (text, warnings) = (text_of(dump_length)?, text_of(warnings_length)?);
    let is_refused = status != 0;
    Ok(Answer {
        is_refused,
        text: if is_refused { String::new() } else { text },
        warnings: if is_refused { String::new() } else { warnings },
    })
}

fn our_answer(content: &[u8]) -> Answer {
    let refusal = Answer {
        is_refused: true,
        text: String::new(),
        warnings: String::new(),
    };
    let Ok(source) = hognose_source::decode(content) else {
        return refusal;
    };
    let arena = bumpalo::Bump::new();
    let mut names = Names::new();
    let Ok(parsed) = parse(&source.text, Mode::Module, &arena, &mut names) else {
        return refusal;
    };
    let options = DumpOptions {
        attributes: true,
        indent: Some(3),
    };
    let Ok(text) = dump(&parsed.tree, &names, options) else {
        return refusal;
    };
    let warnings = parsed
        .warnings
        .iter()
        .map(|warning| format!("{}: {}\n", warning.loc.line, warning.message))
        .collect();
    Answer {
        is_refused: false,
        text,
        warnings,
    }
}

fn first_difference(ours: &Answer, theirs: &Answer) -> String {
    if ours.is_refused != theirs.is_refused {
        let verdict = if ours.is_refused {
            "refused"
        } else {
            "accepted"
        };
        return format!("{verdict} by us alone");
    }
    if ours.warnings != theirs.warnings {
        return format!(
            "warnings {:?}, CPython {:?}",
            ours.warnings, theirs.warnings
        );
    }
    let lines = ours.text.lines().zip(theirs.text.lines());
    match lines.enumerate().find(|(_, (our, their))| our != their) {
        Some((index, (our, their))) => {
            format!("line {} of the dump {our:?}, CPython {their:?}", index + 1)
        }
        None => "one dump is longer".to_owned(),
    }
}
