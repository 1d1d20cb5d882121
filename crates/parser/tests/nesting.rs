//! How deep sources may nest: as deep as CPython 3.12 lets them, and never until the native stack is gone.

use hognose_ast::Names;
use hognose_parser::{Mode, parse};

fn accepts(source: &str) -> bool {
    std::thread::scope(|scope| {
        let work = || {
            let arena = bumpalo::Bump::new();
            parse(source, Mode::Module, &arena, &mut Names::new()).is_ok()
        };
        let thread = std::thread::Builder::new().stack_size(32 << 20);
        thread
            .spawn_scoped(scope, work)
            .expect("a thread")
            .join()
            .expect("no panic")
    })
}

/// Checks that `most` levels are accepted and one more is not.
#[track_caller]
fn check_limit(most: usize, source: impl Fn(usize) -> String) {
    assert!(accepts(&source(most)), "{most} levels");
    assert!(!accepts(&source(most + 1)), "{} levels", most + 1);
    assert!(!accepts(&source(100_000)));
}

#[test]
fn nesting_ends_where_cpython_ends_it() {
    check_limit(5969, |n| "-".repeat(n) + "x");
    check_limit(5969, |n| "not ".repeat(n) + "x");
    check_limit(2984, |n| "lambda:".repeat(n) + "x");
    check_limit(5969, |n| "x if y else ".repeat(n) + "x");
    check_limit(2984, |n| "x**".repeat(n) + "x");
    check_limit(746, |n| "lambda x=".repeat(n) + "1" + &":0".repeat(n));
    check_limit(200, |n| "(".repeat(n) + "x" + &")".repeat(n));
    check_limit(200, |n| "[".repeat(n) + "x" + &"]".repeat(n));
    check_limit(200, |n| "f(".repeat(n) + "x" + &")".repeat(n));
    check_limit(200, |n| {
        format!("match x:\n case {}x{}: 0", "(".repeat(n), ")".repeat(n))
    });
    check_limit(149, |n| "f\"{".repeat(n) + "x" + &"}\"".repeat(n));
}

#[test]
fn chains_have_no_end() {
    for link in ["x+", "x.", "x and ", "x<", "x=", "x,", "x;", "x|", "x\n"] {
        assert!(accepts(&(link.repeat(50_000) + "x")), "{link:?}");
    }
    assert!(accepts(&("x".to_owned() + &"()".repeat(50_000))));
    assert!(accepts(
        &("if x: 0\n".to_owned() + &"elif x: 0\n".repeat(5_900))
    ));
}
