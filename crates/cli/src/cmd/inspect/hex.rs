//! Each byte range of a .pyc file with its meaning.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use hognose_pyc::marshal::{FLAG_REF, Item, Tape, Value};
use hognose_pyc::{HEADER_LEN, Header};

use super::{magic, validation};

/// Bytes shown of one range; longer ones are cut.
const SHOWN: usize = 16;

pub fn write(
    out: &mut impl Write,
    bytes: &[u8],
    header: &Header,
    tape: &Tape<'_>,
) -> io::Result<()> {
    each_range(bytes, header, tape, |range, meaning| {
        let part = bytes.get(range.clone()).unwrap_or_default();
        let mut hex = String::new();
        for byte in part.iter().take(SHOWN) {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x} ");
        }
        if part.len() > SHOWN {
            hex.push_str("..");
        }
        writeln!(
            out,
            "{:08x} {:6} {hex:50} {meaning}",
            range.start,
            range.len()
        )
    })
}

/// The ranges of a file in order, without gap or overlap, and what they mean.
fn each_range(
    bytes: &[u8],
    header: &Header,
    tape: &Tape<'_>,
    mut show: impl FnMut(Range<usize>, &str) -> io::Result<()>,
) -> io::Result<()> {
    show(0..2, &format!("magic number {}", magic(header)))?;
    show(2..4, "\\r\\n: a file changed in text mode would lose it")?;
    show(4..8, "flags of the header")?;
    show(8..HEADER_LEN, &format!("checked {}", validation(header)))?;
    let mut reference = 0;
    for (index, item) in tape.items.iter().enumerate() {
        let next = tape.items.get(index + 1);
        let next = next.map_or(tape.end, |next| next.offset);
        // The first line stands between two objects of a code object.
        let own = (item.offset + item.own_len(tape.layout)).min(next);
        let mut meaning = meaning(item);
        if item.code & FLAG_REF != 0 {
            let _ = write!(meaning, "; object {reference}");
            reference += 1;
        }
        show(item.offset..own, &meaning)?;
        let between = bytes.get(own..next).unwrap_or_default();
        if let Some(line) = between.first_chunk::<4>() {
            let line = i32::from_le_bytes(*line);
            show(own..next, &format!("first line {line}"))?;
        }
    }
    if tape.end < bytes.len() {
        show(
            tape.end..bytes.len(),
            "bytes after the code, which nothing reads",
        )?;
    }
    Ok(())
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
    use super::*;
    use hognose_testkit::{cpython, skipped};
    use std::path::Path;

    /// Checks the .pyc files below a folder, and tells how many there were.
    fn check_below(folder: &Path) -> io::Result<usize> {
        let mut count = 0;
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                count += check_below(&path)?;
            } else if path.extension().is_some_and(|ending| ending == "pyc") {
                check(&std::fs::read(&path)?, &path);
                count += 1;
            }
        }
        Ok(count)
    }

    /// The ranges cover a file without gap or overlap.
    fn check(bytes: &[u8], path: &Path) {
        let header = Header::read(bytes).unwrap();
        let tape = Tape::read(bytes, HEADER_LEN, header.version().unwrap()).unwrap();
        let mut last = 0;
        each_range(bytes, &header, &tape, |range, meaning| {
            assert_eq!(range.start, last, "{}: {meaning}", path.display());
            assert!(range.start < range.end, "{}: {meaning}", path.display());
            assert!(!meaning.is_empty());
            last = range.end;
            Ok(())
        })
        .unwrap();
        assert_eq!(last, bytes.len(), "{}", path.display());
    }

    #[test]
    fn ranges_cover_each_file() {
        for release in ["3.8.18", "3.9.18", "3.10.13", "3.11.7", "3.12.1", "3.13.0"] {
            let Some(python) = cpython(release) else {
                continue;
            };
            let words = ["-c", "import os; print(os.path.dirname(os.__file__))"];
            let output = std::process::Command::new(&python)
                .args(words)
                .output()
                .unwrap();
            let library = String::from_utf8(output.stdout).unwrap();
            let count = ["json", "email", "asyncio", "concurrent", "__pycache__"]
                .iter()
                .map(|folder| check_below(&Path::new(library.trim()).join(folder)).unwrap_or(0))
                .sum::<usize>();
            if count == 0 {
                skipped(&format!("no .pyc files of {release}"));
            }
        }
    }
}
