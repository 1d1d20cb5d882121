//! Requests from other threads stop loops and recursions at a safe point.

mod support;

use hognose_object::Rt;
use std::sync::atomic::{AtomicUsize, Ordering};

static ANSWERS: AtomicUsize = AtomicUsize::new(0);

/// Runs a program that never ends by itself while another thread asks for attention; every third time the hook raises.
fn ends(source: &str) {
    let done = std::sync::Arc::new(AtomicUsize::new(0));
    let seen = done.clone();
    let asking = std::thread::spawn(move || {
        while seen.load(Ordering::SeqCst) == 0 {
            hognose_heap::request_attention();
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    });
    let outcome = support::run("endless", source.as_bytes().to_vec(), |rt: &Rt| {
        rt.interrupt.set(|rt| {
            if ANSWERS.fetch_add(1, Ordering::SeqCst) % 3 == 2 {
                return Err(rt.runtime_error("interrupted"));
            }
            Ok(())
        });
    });
    done.store(1, Ordering::SeqCst);
    asking.join().unwrap();
    let error = outcome.error.unwrap_or_default();
    assert!(
        error.contains("interrupted"),
        "{error:?} {}",
        outcome.output
    );
}

#[test]
fn endless_programs_are_interrupted() {
    ends("while True: pass");
    ends("x = 0\nwhile x == 0: y = [x]");
    ends("def f(n):\n    return 0 if n == 0 else f(n - 1) + f(n - 1)\nf(100)");
    ends(
        "class C:\n    def __init__(self, n):\n        self.l = n and C(n - 1)\n        self.r = n and C(n - 1)\nC(100)",
    );
    ends(
        "def g(n):\n    if n:\n        yield from g(n - 1)\n        yield from g(n - 1)\n    yield n\nfor x in g(100): pass",
    );
}
