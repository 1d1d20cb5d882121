//! An executable that carries the standard library, compiled by ourselves.
//!
//! The modules stand in a zip file behind the executable's own bytes: Python has always looked for zip files from
//! their end, so the executable itself goes on `sys.path`. Members are stored, not deflated: start-up reads dozens.

use crate::Result;
use hognose_compile::Options;
use hognose_pyc::marshal::Environment;
use hognose_pyc::{Header, Validation, compiled_file, source_hash};
use hognose_version::Version;
use std::fs;
use std::io::{Cursor, Seek, Write};
use std::path::{Path, PathBuf};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Folders that are no part of the library that programs import.
const LEFT_OUT: &[&str] = &[
    "__pycache__",
    "site-packages",
    "dist-packages",
    "lib-dynload",
    "test",
    "tests",
    "idlelib",
    "idle_test",
    "turtledemo",
    "tkinter",
    "ensurepip",
    "lib2to3",
];

/// `pack-stdlib DIR --executable FILE --output FILE`
pub fn run(words: &[&str]) -> Result {
    let [library, "--executable", executable, "--output", output] = words else {
        return Err("pack-stdlib DIR --executable FILE --output FILE".into());
    };
    let library = Path::new(library);
    if !library.join("os.py").is_file() {
        return Err(format!(
            "{} is no standard library: it has no os.py",
            library.display()
        )
        .into());
    }
    let output = PathBuf::from(output);
    fs::copy(executable, &output)?;
    let mut file = fs::File::options().append(true).open(&output)?;
    let before = file.seek(std::io::SeekFrom::End(0))?;
    let mut sources = Vec::new();
    collect(library, &mut sources)?;
    // In the order of names: the same library gives the same bytes.
    sources.sort();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let (mut packed, mut refused) = (0, Vec::new());
    for source in &sources {
        let inner = source.strip_prefix(library)?;
        match compiled(source, inner)? {
            Ok(bytes) => {
                let options = SimpleFileOptions::default()
                    .compression_method(CompressionMethod::Stored)
                    .last_modified_time(zip::DateTime::default());
                archive.start_file(inner.with_extension("pyc").to_string_lossy(), options)?;
                archive.write_all(&bytes)?;
                packed += 1;
            }
            Err(reason) => refused.push(format!("{}: {reason}", inner.display())),
        }
    }
    let bytes = archive.finish()?.into_inner();
    file.write_all(&bytes)?;
    for line in &refused {
        eprintln!("left out: {line}");
    }
    println!(
        "{}: {packed} modules, {} bytes behind the executable's {before}",
        output.display(),
        bytes.len()
    );
    Ok(())
}

fn collect(folder: &Path, sources: &mut Vec<PathBuf>) -> Result {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if !LEFT_OUT.contains(&&*name) && !name.starts_with("config-") {
                collect(&path, sources)?;
            }
        } else if path.extension().is_some_and(|e| e == "py") {
            sources.push(path);
        }
    }
    Ok(())
}

/// The module as an unchecked-hash .pyc, whose code names a file that is on no machine.
fn compiled(source: &Path, inner: &Path) -> Result<std::result::Result<Vec<u8>, String>> {
    let bytes = fs::read(source)?;
    let options = Options {
        filename: format!("<stdlib>/{}", inner.display()).into(),
        ..Options::default()
    };
    let compiled = match hognose_compile::compile_source(&bytes, &options) {
        Ok(compiled) => compiled,
        Err(error) => return Ok(Err(error.raised(&bytes).message)),
    };
    let version = Version::DEFAULT;
    let validation = Validation::UncheckedHash(source_hash(version, &bytes));
    let header = Header::new(version, validation);
    let environment = Environment {
        identifiers: &compiled.identifiers,
        ..Environment::default()
    };
    Ok(Ok(compiled_file(&header, &compiled.code, &environment)))
}
