//! Prints the processor milliseconds that ruff's parser takes for every .py file below a folder, read beforehand.

use std::error::Error;
use std::path::Path;

use rustpython_ruff_python_parser::parse_module;

/// Ruff sets no limit to nesting, and the tests of CPython nest deeply.
const STACK: usize = 1 << 30;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let tree = std::env::args()
        .nth(1)
        .ok_or("usage: hognose-peer-ruff FOLDER")?;
    let mut sources = Vec::new();
    collect(Path::new(&tree), &mut sources)?;
    let measure = move || {
        let start = processor_time()?;
        let parsed = sources
            .iter()
            .filter(|source| parse_module(source).is_ok())
            .count();
        let seconds = processor_time()? - start;
        println!("parse {:.1} ms", seconds * 1e3);
        eprintln!("{parsed} of {} files parsed", sources.len());
        Ok(())
    };
    let thread = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(measure)?;
    thread.join().map_err(|_| "the parser panicked")?
}

/// The UTF-8 sources below a folder, without what was installed beside the standard library.
fn collect(folder: &Path, sources: &mut Vec<String>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            let skipped = ["__pycache__", "site-packages", "target"];
            if !skipped.iter().any(|skipped| path.ends_with(skipped)) {
                collect(&path, sources)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "py")
            && let Ok(source) = String::from_utf8(std::fs::read(path)?)
        {
            sources.push(source);
        }
    }
    Ok(())
}

/// Seconds this thread has run, as Linux counts them.
fn processor_time() -> Result<f64, Box<dyn Error + Send + Sync>> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split_whitespace().next().unwrap_or_default().parse()?;
    Ok(nanoseconds / 1e9)
}
