//! The project's own tools. Run with `cargo xtask NAME`.

mod ast;
mod bench;
mod codegen;
mod compileall_tests;
mod conformance;
mod cpython_tests;
mod dis_compare;
mod errors_compare;
mod mutants;
mod mutants_run;
mod opcodes;
mod pack_stdlib;
mod printable;
mod pyc_compare;
mod tail_calls;
mod tidy;
mod tokens;
mod verify;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask NAME
  bench compileall --hognose FILE [--python PY] [--runs N] [--threads N,N]
                                     a library to .pyc files beside CPython and the file system alone
  bench vm [--programs DIR] [--python PY]… [--hognose EXE] [--runs N] [--write] [PROGRAM|startup|loading|memory]…
                                     compare speed and memory with the CPythons found; builds unless EXE is given
  codegen [--check]                  render data/ to checked-in Rust, or tell what is stale
  tail-calls EXE                     do the executor's handlers jump to one another there? (x86-64; needs objdump)
  tidy                               check layers, where unsafe stands, and that no path of one machine is named
  errors-compare --python PYTHON [--mutants N] [--seed N] [--only tests|mutants]
                                     compare our SyntaxErrors with CPython's
  opcodes extract --python PYTHON    ask a CPython for its opcode table, write data/opcodes/X.Y.toml
  opcodes diff X.Y X.Y               what changed between two opcode tables
  bench compile --tree DIR [--python PYTHON] [--rounds N]
                                     time the compiler beside compileall and ruff's parser over every .py file below DIR
  compileall-tests --hognose FILE [--python PYTHON]
                                     run CPython 3.12's own test_compileall and test_py_compile against an executable
  conformance OPTIONS                compile trees with us and with CPython, compare every byte; without OPTIONS, what they are
  pack-stdlib DIR --executable FILE --output FILE
                                     copy the executable, with the library DIR compiled behind it
  cpython-tests [--python PYTHON] [--hognose PATH] [-j N] [--timeout SECONDS] [MODULE...]
                                     run CPython's own test modules under both; without MODULE write docs/conformance.md
  pyc-compare FOLDER                 read every .pyc below FOLDER, write it again, compare
  verify FOLDER                      prove every 3.12 .pyc below FOLDER well-formed, against the clock
  mutants FOLDER COUNT               read, disassemble and verify COUNT broken copies of .pyc files
  mutants-files --hognose FILE --stdlib DIR --work DIR --count N FOLDER…
                                     COUNT broken copies of .pyc files, most of the first FOLDER, through inspect, dis, check,
                                     verify and run; goes on where it was stopped
  mutants-run HOGNOSE COUNT FIRST    run COUNT broken code objects, by number from FIRST, under that executable
  dis-compare --python PYTHON [-COPS] [--tree] FOLDER
                                     disassemble every .pyc (with --tree: .py) below FOLDER, compare text and
                                     processor time with PYTHON's dis, under PYTHONHASHSEED=0
  ast-compare --python PYTHON --tree DIR
                                     compare with `PYTHON -m ast -a` on every .py file below DIR
  unicode-data --python PYTHON --aliases FILE
                                     ask a CPython 3.12 about characters, write data/ (FILE is Unicode's NameAliases.txt)
  printable-since PYTHON...          ask a CPython of each version what it prints, write data/printable-since.txt
  object-unicode --python PYTHON     ask a CPython 3.12 for the properties of all characters, write them
  unicodedata --python PYTHON        ask a CPython 3.12 for what its unicodedata knows, write it
  tokens-tables --python PYTHON      ask a CPython 3.12 for the tokeniser's character tables, write them
  tokens-golden --python PYTHON      ask a CPython 3.12 for the errors of the golden token cases, write them
  tokens-compare --python PYTHON --tree DIR
                                     compare with `PYTHON -m tokenize -e` on every .py file below DIR";

type Result<T = ()> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["bench", "compileall", words @ ..] => bench::compileall::run(words),
        ["bench", "compile", words @ ..] => bench::compile::run(words),
        ["bench", "vm", words @ ..] => bench::run(words),
        ["tail-calls", executable] => tail_calls::run(executable),
        ["codegen"] => codegen(false),
        ["codegen", "--check"] => codegen(true),
        ["opcodes", "extract", "--python", python] => opcodes::extract(python),
        ["errors-compare", options @ ..] => errors_compare(options),
        ["opcodes", "diff", old, new] => opcodes::diff(old, new),
        ["compileall-tests", words @ ..] => compileall_tests::run(words),
        ["conformance", words @ ..] => conformance::run(words),
        ["pack-stdlib", words @ ..] => pack_stdlib::run(words),
        ["cpython-tests", words @ ..] => cpython_tests::run(words),
        ["pyc-compare", folder] => pyc_compare::run(folder),
        ["tidy"] => tidy::run(),
        ["verify", folder] => verify::run(folder),
        ["mutants-run", hognose, count, first] => mutants_run::run(hognose, count, first),
        ["mutants-files", words @ ..] => mutants::files::run(words),
        ["mutants", folder, count] => mutants::run(folder, count),
        [
            "dis-compare",
            "--python",
            python,
            letters @ ..,
            "--tree",
            folder,
        ] => dis_compare::run(python, folder, &letters.concat(), dis_compare::Kind::Source),
        ["dis-compare", "--python", python, letters @ .., folder] => {
            dis_compare::run(python, folder, &letters.concat(), dis_compare::Kind::Pyc)
        }
        ["ast-compare", "--python", python, "--tree", tree] => ast::compare(python, tree),
        ["unicode-data", "--python", python, "--aliases", aliases] => {
            ast::unicode_data(python, aliases)
        }
        ["printable-since", pythons @ ..] => printable::run(pythons),
        ["object-unicode", "--python", python] => tokens::object_unicode(python),
        ["unicodedata", "--python", python] => tokens::unicodedata(python),
        ["tokens-tables", "--python", python] => tokens::tables(python),
        ["tokens-golden", "--python", python] => tokens::golden(python),
        ["tokens-compare", "--python", python, "--tree", tree] => tokens::compare(python, tree),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn codegen(check: bool) -> Result {
    let changed = codegen::run(&workspace_root(), check)?;
    for path in &changed {
        println!("{} {path}", if check { "stale" } else { "wrote" });
    }
    if check && !changed.is_empty() {
        return Err("run `cargo xtask codegen`".into());
    }
    Ok(())
}

fn errors_compare(options: &[&str]) -> Result {
    let option = |name: &str| {
        let at = options.iter().position(|word| *word == name)?;
        options.get(at + 1).copied()
    };
    let plan = errors_compare::Plan {
        python: option("--python").ok_or("--python is needed")?.into(),
        mutants: option("--mutants").unwrap_or("20000").parse()?,
        seed: option("--seed").unwrap_or("1").parse()?,
        only: option("--only").map(str::to_owned),
    };
    errors_compare::run(&plan)
}

/// The folder that holds the workspace's Cargo.toml.
pub fn workspace_root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}
