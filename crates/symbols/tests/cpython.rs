//! Compares scopes with those of CPython's `symtable` on its own library.

use std::process::Command;

use hognose_ast::Names;
use hognose_parser::{Mode, parse};
use hognose_symbols::{ScopeId, Settings, Table};
use hognose_version::{Features, Version};

/// Writes, for each module of the library, its path and its tables, one line for each.
const ORACLE: &str = r#"
import _symtable, glob, os, sys, warnings
warnings.simplefilter("ignore")

def show(table, kind_names, level):
    symbols = " ".join(f"{name}={flags}" for name, flags in sorted(table.symbols.items()))
    print("  " * level, kind_names[table.type], table.name, table.lineno, int(bool(table.nested)),
          ",".join(table.varnames), symbols)
    for child in table.children:
        show(child, kind_names, level + 1)

kinds = {_symtable.TYPE_FUNCTION: "function", _symtable.TYPE_CLASS: "class", _symtable.TYPE_MODULE: "module",
         _symtable.TYPE_TYPE_VAR_BOUND: "TypeVar bound", _symtable.TYPE_TYPE_ALIAS: "type alias",
         _symtable.TYPE_TYPE_PARAM: "type parameter", _symtable.TYPE_ANNOTATION: "annotation"}
library = os.path.dirname(os.__file__)
paths = glob.glob(library + "/*.py") + glob.glob(library + "/[a-su-z]*/*.py") + glob.glob(library + "/test/test_*.py")
sys.stdout.reconfigure(encoding="utf-8")
for path in sorted(paths):
    with open(path, "rb") as file:
        source = file.read()
    try:
        table = _symtable.symtable(source, path, "exec")
    except (SyntaxError, ValueError):
        continue
    print("=", path)
    show(table, kinds, 0)
"#;

fn show(table: &Table<'_>, id: ScopeId, names: &Names, level: usize, out: &mut String) {
    let scope = &table[id];
    let mut symbols: Vec<(&str, u32)> = scope
        .symbols
        .iter()
        .map(|(name, symbol)| (names.get(name), symbol))
        .collect();
    symbols.sort_unstable();
    let symbols: Vec<String> = symbols
        .iter()
        .map(|(name, symbol)| format!("{name}={symbol}"))
        .collect();
    let varnames: Vec<&str> = scope.varnames.iter().map(|&name| names.get(name)).collect();
    out.push_str(&format!(
        "{} {} {} {} {} {} {}\n",
        "  ".repeat(level),
        scope.kind.shown(),
        names.get(scope.name),
        scope.location.line,
        u8::from(scope.nested),
        varnames.join(","),
        symbols.join(" ")
    ));
    for &child in &scope.children {
        show(table, child, names, level + 1, out);
    }
}

fn ours(path: &str) -> String {
    let bytes = std::fs::read(path).expect("the library can be read");
    let source = hognose_source::decode(&bytes).expect("CPython reads it too");
    let arena = bumpalo::Bump::new();
    let mut names = Names::new();
    let parsed =
        parse(&source.text, Mode::Module, &arena, &mut names).expect("CPython parses it too");
    let features = Features::of(Version::DEFAULT);
    let settings = Settings::new(&features, has_future(&source.text), 0);
    let table = hognose_symbols::build(&parsed.tree, &mut names, &arena, settings)
        .unwrap_or_else(|error| panic!("{path}: {}", error.message(&names)));
    let mut out = String::new();
    show(&table, table.top(), &names, 0, &mut out);
    out
}

/// Good enough for the library, where nobody puts anything else on that line.
fn has_future(text: &str) -> bool {
    text.lines()
        .any(|line| line.trim_end() == "from __future__ import annotations")
}

#[test]
fn scopes_of_the_library() {
    let Some(python) = hognose_testkit::cpython_3_12() else {
        return;
    };
    let output = Command::new(python)
        .args(["-I", "-c", ORACLE])
        .output()
        .expect("CPython runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let theirs = String::from_utf8(output.stdout).expect("names are UTF-8");
    let check = move || {
        let mut files = 0;
        for module in theirs.split("= ").skip(1) {
            let (path, expected) = module.split_once('\n').expect("a path and tables");
            assert_eq!(ours(path), expected, "{path}");
            files += 1;
        }
        assert!(files > 500, "only {files} files");
    };
    let thread = std::thread::Builder::new()
        .stack_size(64 << 20)
        .spawn(check);
    thread
        .expect("a thread")
        .join()
        .expect("the scopes are CPython's");
}
