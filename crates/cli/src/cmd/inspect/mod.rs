//! `hognose inspect`: what a .pyc file holds.

mod hex;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use hognose_bytecode::line_runs::line_runs;
use hognose_bytecode::{CodeObject, PyStr, exceptions, lines};
use hognose_pyc::marshal::Tape;
use hognose_pyc::{HEADER_LEN, Header, Pyc, Validation};
use hognose_version::{Features, LineTable, Version};
use serde_json::json;

use super::json::Object;
use super::{Outcome, input};

/// Explain a .pyc file: its header, its code objects, their tables
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  hognose inspect __pycache__/spam.cpython-312.pyc\n  hognose inspect --hex spam.pyc\n  hognose inspect --json - < spam.pyc"
)]
pub struct Opts {
    /// A .pyc file of CPython 3.8 to 3.15; stdin when there is none
    file: Option<PathBuf>,
    /// Show each range of bytes with its meaning
    #[arg(long)]
    hex: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "hex")]
    json: bool,
}

pub fn run(opts: Opts) -> Outcome {
    let (bytes, name) = input::read(opts.file.as_ref())?;
    let wrong = |error: hognose_pyc::Error| format!("{name}: {error}");
    hognose_pyc::check_magic(&bytes, None).map_err(|problem| format!("{name}: {problem}"))?;
    let header = Header::read(&bytes).map_err(wrong)?;
    let version = header.version().map_err(wrong)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    if opts.hex {
        // A code tree that does not hold together still has bytes to show.
        let tape = Tape::read(&bytes, HEADER_LEN, version).map_err(wrong)?;
        hex::write(&mut out, &bytes, &header, &tape)?;
    } else {
        let pyc = Pyc::read(&bytes).map_err(wrong)?;
        match opts.json {
            true => write_json(&mut out, &pyc, bytes.len())?,
            false => write_text(&mut out, &pyc, bytes.len())?,
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn magic(header: &Header) -> String {
    let name = hognose_version::magic_name(header.magic).unwrap_or_default();
    format!("{} (first written by Python {name})", header.magic)
}

fn validation(header: &Header) -> String {
    let hash = |bytes: [u8; 8]| bytes.map(|byte| format!("{byte:02x}")).concat();
    match header.validation {
        Validation::Timestamp { mtime, size } => {
            format!(
                "by time and size: source of {} ({mtime}), {size} bytes",
                utc(mtime)
            )
        }
        Validation::CheckedHash(bytes) => format!("by hash at each import: {}", hash(bytes)),
        Validation::UncheckedHash(bytes) => format!("never: unchecked hash {}", hash(bytes)),
    }
}

/// Seconds since 1970 as a date.
fn utc(seconds: u32) -> String {
    let (days, rest) = (i64::from(seconds / 86400), seconds % 86400);
    // Days of the era that began on 1 March 2000 less 30 years' days, in years that begin in March.
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = match month {
        0..10 => (year_of_era + era * 400, month + 3),
        _ => (year_of_era + era * 400 + 1, month - 9),
    };
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Every code object with the number of those it lies in; no recursion, for files nest as they like.
fn code_objects(root: &CodeObject) -> Vec<(usize, &CodeObject)> {
    let mut found = Vec::new();
    let mut waiting = vec![(0, root)];
    while let Some((depth, code)) = waiting.pop() {
        found.push((depth, code));
        let first = waiting.len();
        waiting.extend(code.children().map(|child| (depth + 1, &**child)));
        if let Some(added) = waiting.get_mut(first..) {
            added.reverse();
        }
    }
    found
}

fn write_text(out: &mut impl Write, pyc: &Pyc, length: usize) -> io::Result<()> {
    write!(
        out,
        "Magic number:      {}\nWritten for:       Python {}\nChecked:           {}\nLength:            {length} bytes\n",
        magic(&pyc.header),
        pyc.version,
        validation(&pyc.header),
    )?;
    for (depth, code) in code_objects(&pyc.code) {
        let place = match depth {
            0 => "",
            1 => ", in the module",
            _ => ", nested",
        };
        write!(
            out,
            "\nCode object {} of line {}{place}\n{}",
            code.qualname,
            code.firstlineno,
            hognose_dis::code_info(code, pyc.version)
        )?;
        write_tables(out, code, pyc.version)?;
    }
    Ok(())
}

fn write_tables(out: &mut impl Write, code: &CodeObject, version: Version) -> io::Result<()> {
    let features = Features::of(version);
    match line_runs(code, features.line_table) {
        Ok(runs) => {
            writeln!(out, "Lines:")?;
            for run in runs {
                let line = run.line.map_or("none".to_owned(), |line| line.to_string());
                writeln!(out, "{:4}: {line}", run.start)?;
            }
        }
        Err(error) => writeln!(out, "Lines: {error}")?,
    }
    if features.exception_table && !code.exceptiontable.is_empty() {
        writeln!(out, "Exception table:")?;
        for entry in exceptions::decode(&code.exceptiontable) {
            match entry {
                Ok(entry) => {
                    let lasti = if entry.lasti { " lasti" } else { "" };
                    let (start, end, target, depth) =
                        (entry.start, entry.end, entry.target, entry.depth);
                    writeln!(out, "{start:4} to {end} -> {target} [{depth}]{lasti}")?;
                }
                Err(error) => writeln!(out, "     {error}")?,
            }
        }
    }
    Ok(())
}

fn write_json(out: &mut impl Write, pyc: &Pyc, length: usize) -> io::Result<()> {
    let (kind, mtime, size, hash) = match pyc.header.validation {
        Validation::Timestamp { mtime, size } => ("timestamp", Some(mtime), Some(size), None),
        Validation::CheckedHash(hash) => ("checked-hash", None, None, Some(hash)),
        Validation::UncheckedHash(hash) => ("unchecked-hash", None, None, Some(hash)),
    };
    let hash = hash.map(|bytes| bytes.map(|byte| format!("{byte:02x}")).concat());
    let mut object = Object::begin(out)?;
    object.member("magic", pyc.header.magic)?;
    object.member("version", pyc.version.to_string())?;
    object.member("validation", kind)?;
    object.member("mtime", mtime)?;
    object.member("size", size)?;
    object.member("hash", hash)?;
    object.member("length", length)?;
    object.objects(
        "code_objects",
        code_objects(&pyc.code),
        |(depth, code), object| {
            object.member("depth", depth)?;
            write_code(object, code, pyc.version)
        },
    )?;
    object.end()?;
    writeln!(out)
}

fn write_code<W: Write>(
    object: &mut Object<'_, W>,
    code: &CodeObject,
    version: Version,
) -> io::Result<()> {
    let features = Features::of(version);
    let text = |text: &PyStr| text.to_string_lossy();
    object.member("name", text(&code.name))?;
    object.member("qualname", text(&code.qualname))?;
    object.member("filename", text(&code.filename))?;
    object.member("first_line", code.firstlineno)?;
    object.member("arg_count", code.argcount)?;
    object.member("positional_only_arg_count", code.posonlyargcount)?;
    object.member("keyword_only_arg_count", code.kwonlyargcount)?;
    object.member("flags", hognose_dis::pretty_flags(code.flags))?;
    object.member("stack_size", code.stacksize)?;
    object.member("code_bytes", code.code.len())?;
    object.list("constants", hognose_dis::constants(code, version))?;
    object.list("names", code.names.iter().map(text))?;
    object.list("variables", code.varnames().map(text))?;
    object.list("cells", code.cellvars().map(text))?;
    object.list("free_variables", code.freevars().map(text))?;
    match line_runs(code, features.line_table) {
        Ok(runs) => object.list(
            "lines",
            runs.iter()
                .map(|run| json!({ "start": run.start, "line": run.line })),
        )?,
        Err(error) => object.member("line_table_error", error.to_string())?,
    }
    if features.line_table == LineTable::Locations311 {
        let spans = lines::decode(&code.linetable, code.firstlineno).map_while(Result::ok);
        object.list(
            "positions",
            spans.map(|span| {
                let place = span.location;
                json!({
                    "start": span.start, "end": span.end, "line": place.line, "end_line": place.end_line,
                    "column": place.column, "end_column": place.end_column,
                })
            }),
        )?;
    }
    let entries = exceptions::decode(&code.exceptiontable).map_while(Result::ok);
    object.list(
        "exceptions",
        entries.map(|entry| {
            json!({
                "start": entry.start, "end": entry.end, "target": entry.target,
                "depth": entry.depth, "lasti": entry.lasti,
            })
        }),
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn dates() {
        assert_eq!(super::utc(0), "1970-01-01T00:00:00Z");
        assert_eq!(super::utc(951_782_400), "2000-02-29T00:00:00Z");
        assert_eq!(super::utc(1_700_000_000), "2023-11-14T22:13:20Z");
        assert_eq!(super::utc(u32::MAX), "2106-02-07T06:28:15Z");
    }
}
