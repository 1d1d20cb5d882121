//! Runs a Python file by the executor alone: for measuring it.

#[path = "../tests/support/mod.rs"]
mod support;

fn main() {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: run FILE.py");
        std::process::exit(2);
    };
    let source = std::fs::read(&path).unwrap_or_default();
    let outcome = support::run(&path, source, |_| ());
    print!("{}", outcome.output);
    if let Some(error) = outcome.error {
        eprintln!("{error}");
        std::process::exit(1);
    }
}
