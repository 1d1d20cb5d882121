//! Scopes as text, and refusals with their words: needs no CPython.

use hognose_ast::Names;
use hognose_parser::{Mode, parse};
use hognose_symbols::Settings;
use hognose_version::{Features, Version};

fn build(source: &str) -> Result<String, String> {
    let arena = bumpalo::Bump::new();
    let mut names = Names::new();
    let parsed = parse(source, Mode::Module, &arena, &mut names).expect("the source parses");
    let settings = Settings::new(&Features::of(Version::DEFAULT), false, 0);
    match hognose_symbols::build(&parsed.tree, &mut names, &arena, settings) {
        Ok(table) => Ok(table.dump(&names)),
        Err(error) => {
            let place = error.location;
            let message = error.message(&names);
            Err(format!("{}:{}: {message}", place.line, place.col))
        }
    }
}

#[test]
fn scopes_are_shown_with_their_names() {
    let source = "\
import os.path as p
def f(a, *rest):
    global g
    def inner():
        nonlocal a
        a = g = [x for x in rest if (y := x)]
        return super
class C:
    def m(self): return __class__
";
    let expected = "\
module top (line 0)
    C: local, assigned
    f: local, assigned
    g: global, declared global
    p: local, imported
";
    let shown = build(source).expect("the scopes are fine");
    let (module, rest) = shown
        .split_once("  function f")
        .expect("f follows the module");
    assert_eq!(module, expected);
    let expected = " (line 2), *args
      a: cell, parameter
      g: global, declared global
      inner: local, assigned
      rest: cell, parameter
    function inner (line 4), nested
        __class__: implicit global, referenced
        a: free, assigned, declared nonlocal
        g: local, assigned
        rest: free, referenced
        super: implicit global, referenced
        x: local, assigned, referenced, iteration variable
        y: local, assigned
  class C (line 8), provides __class__
      m: local, assigned
    function m (line 9)
        __class__: free, referenced
        self: local, parameter
";
    assert_eq!(rest, expected);
}

#[test]
fn refusals_have_cpython_s_words() {
    let check = |source: &str, expected: &str| {
        assert_eq!(build(source), Err(expected.to_owned()), "{source}");
    };
    check(
        "def f():\n  nonlocal x\n",
        "2:2: no binding for nonlocal 'x' found",
    );
    check(
        "nonlocal x\n",
        "1:0: nonlocal declaration not allowed at module level",
    );
    check(
        "def f(a, a): pass\n",
        "1:9: duplicate argument 'a' in function definition",
    );
    check(
        "def f():\n  x = 1\n  global x\n",
        "3:2: name 'x' is assigned to before global declaration",
    );
    check(
        "[x := 1 for x in y]\n",
        "1:1: assignment expression cannot rebind comprehension iteration variable 'x'",
    );
    check(
        "def f():\n  [(yield) for x in y]\n",
        "2:4: 'yield' inside list comprehension",
    );
    check("def f[T, T](): pass\n", "1:9: duplicate type parameter 'T'");
}
