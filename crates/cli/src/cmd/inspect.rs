//! `hognose inspect`: what a .pyc file holds.

use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use hognose_bytecode::line_runs::line_runs;
use hognose_bytecode::{CodeObject, exceptions};
use hognose_pyc::marshal::{FLAG_REF, Item, Tape, Value};
use hognose_pyc::{HEADER_LEN, Header, Pyc, Validation};
use hognose_version::{Features, Version};
use serde_json::json;

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
    let text = if opts.hex {
        // A code tree that does not hold together still has bytes to show.
        let tape = Tape::read(&bytes, HEADER_LEN, version).map_err(wrong)?;
        as_hex(&bytes, &header, &tape)
    } else {
        let pyc = Pyc::read(&bytes).map_err(wrong)?;
        if opts.json {
            as_json(&pyc)
        } else {
            as_text(&pyc, bytes.len())
        }
    };
    std::io::stdout().write_all(text.as_bytes())?;
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

fn as_text(pyc: &Pyc, length: usize) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "Magic number:      {}\nWritten for:       Python {}\nChecked:           {}\nLength:            {length} bytes\n",
        magic(&pyc.header),
        pyc.version,
        validation(&pyc.header),
    );
    for (depth, code) in code_objects(&pyc.code) {
        let _ = write!(
            out,
            "\nCode object {} of line {}",
            code.qualname, code.firstlineno
        );
        out.push_str(match depth {
            0 => "\n",
            1 => ", in the module\n",
            _ => ", nested\n",
        });
        out.push_str(&hognose_dis::code_info(code, pyc.version));
        tables(&mut out, code, pyc.version);
    }
    out
}

fn tables(out: &mut String, code: &CodeObject, version: Version) {
    let features = Features::of(version);
    match line_runs(code, features.line_table) {
        Ok(runs) => {
            out.push_str("Lines:\n");
            for run in runs {
                let line = run.line.map_or("none".to_owned(), |line| line.to_string());
                let _ = writeln!(out, "{:4}: {line}", run.start);
            }
        }
        Err(error) => {
            let _ = writeln!(out, "Lines: {error}");
        }
    }
    if features.exception_table && !code.exceptiontable.is_empty() {
        out.push_str("Exception table:\n");
        for entry in exceptions::decode(&code.exceptiontable) {
            let _ = match entry {
                Ok(entry) => {
                    let lasti = if entry.lasti { " lasti" } else { "" };
                    let (start, end, target, depth) =
                        (entry.start, entry.end, entry.target, entry.depth);
                    writeln!(out, "{start:4} to {end} -> {target} [{depth}]{lasti}")
                }
                Err(error) => writeln!(out, "     {error}"),
            };
        }
    }
}

fn as_json(pyc: &Pyc) -> String {
    let (kind, mtime, size, hash) = match pyc.header.validation {
        Validation::Timestamp { mtime, size } => ("timestamp", Some(mtime), Some(size), None),
        Validation::CheckedHash(hash) => ("checked-hash", None, None, Some(hash)),
        Validation::UncheckedHash(hash) => ("unchecked-hash", None, None, Some(hash)),
    };
    let codes: Vec<_> = code_objects(&pyc.code)
        .into_iter()
        .map(|(depth, code)| {
            json!({
                "depth": depth,
                "name": code.name.to_string_lossy(),
                "qualname": code.qualname.to_string_lossy(),
                "filename": code.filename.to_string_lossy(),
                "first_line": code.firstlineno,
                "flags": hognose_dis::pretty_flags(code.flags),
                "stack_size": code.stacksize,
                "code_bytes": code.code.len(),
                "constants": code.consts.len(),
                "names": code.names.iter().map(|name| name.to_string_lossy()).collect::<Vec<_>>(),
            })
        })
        .collect();
    let value = json!({
        "magic": pyc.header.magic,
        "version": pyc.version.to_string(),
        "validation": kind,
        "mtime": mtime,
        "size": size,
        "hash": hash.map(|bytes| bytes.map(|byte| format!("{byte:02x}")).concat()),
        "code_objects": codes,
    });
    format!("{value}\n")
}

/// Bytes shown of one range; longer ones are cut.
const SHOWN: usize = 16;

fn as_hex(bytes: &[u8], header: &Header, tape: &Tape<'_>) -> String {
    let mut out = String::new();
    row(
        &mut out,
        bytes,
        0,
        2,
        &format!("magic number {}", magic(header)),
    );
    row(
        &mut out,
        bytes,
        2,
        4,
        "\\r\\n: a file changed in text mode would lose it",
    );
    row(&mut out, bytes, 4, 8, "flags of the header");
    row(
        &mut out,
        bytes,
        8,
        HEADER_LEN,
        &format!("checked {}", validation(header)),
    );
    let mut reference = 0;
    for (index, item) in tape.items.iter().enumerate() {
        let next = tape
            .items
            .get(index + 1)
            .map_or(tape.end, |next| next.offset);
        // The first line stands between two objects of a code object.
        let own = item.offset + item.own_len(tape.layout);
        let mut meaning = meaning(item);
        if item.code & FLAG_REF != 0 {
            let _ = write!(meaning, "; object {reference}");
            reference += 1;
        }
        row(&mut out, bytes, item.offset, own.min(next), &meaning);
        if let Some(four) = bytes
            .get(own..next)
            .and_then(|four| four.first_chunk::<4>())
        {
            row(
                &mut out,
                bytes,
                own,
                next,
                &format!("first line {}", i32::from_le_bytes(*four)),
            );
        }
    }
    if tape.end < bytes.len() {
        row(
            &mut out,
            bytes,
            tape.end,
            bytes.len(),
            "bytes after the code, which nothing reads",
        );
    }
    out
}

fn row(out: &mut String, bytes: &[u8], start: usize, end: usize, meaning: &str) {
    let range = bytes.get(start..end).unwrap_or_default();
    let mut hex: String = range
        .iter()
        .take(SHOWN)
        .map(|byte| format!("{byte:02x} "))
        .collect();
    if range.len() > SHOWN {
        hex.push_str("..");
    }
    let _ = writeln!(out, "{start:08x} {hex:50} {meaning}");
}

fn meaning(item: &Item<'_>) -> String {
    let kind = char::from(item.code & !FLAG_REF);
    let text = |bytes: &[u8]| {
        let shown = String::from_utf8_lossy(bytes);
        let short: String = shown.chars().take(60).collect();
        if short.len() < shown.len() {
            format!("{short:?}..")
        } else {
            format!("{short:?}")
        }
    };
    match &item.value {
        Value::Atom => match kind {
            '0' => "end of a dict".to_owned(),
            'N' => "None".to_owned(),
            'F' => "False".to_owned(),
            'T' => "True".to_owned(),
            'S' => "StopIteration".to_owned(),
            _ => "Ellipsis".to_owned(),
        },
        Value::Int(value) => format!("int {value}"),
        Value::Int64(value) => format!("int {value}"),
        Value::Long { negative, digits } => {
            let sign = if *negative { "negative " } else { "" };
            format!("{sign}int of {} digits of 15 bits", digits.len() / 2)
        }
        Value::Float(value) => format!("float {}", hognose_source::repr::float(*value)),
        Value::Complex(re, im) => format!("complex {re:?}, {im:?}"),
        Value::Text(digits) => format!("float {}", text(digits)),
        Value::ComplexText(re, im) => format!("complex {}, {}", text(re), text(im)),
        Value::Bytes(bytes) => match kind {
            's' => format!("{} bytes", bytes.len()),
            'A' | 'Z' | 't' => format!("interned str {}", text(bytes)),
            _ => format!("str {}", text(bytes)),
        },
        Value::Ref(index) => format!("object {index} again"),
        Value::Items(count) => match kind {
            '[' => format!("list of {count}"),
            '<' => format!("set of {count}"),
            '>' => format!("frozenset of {count}"),
            _ => format!("tuple of {count}"),
        },
        Value::Dict => "dict".to_owned(),
        Value::Slice => "slice".to_owned(),
        Value::Code(ints) => format!(
            "code object: {} arguments, {} positional-only, {} keyword-only, stack {}, flags {:#x}",
            ints.argcount, ints.posonlyargcount, ints.kwonlyargcount, ints.stacksize, ints.flags
        ),
    }
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
