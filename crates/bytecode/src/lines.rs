//! The location table of 3.11 and later; `Objects/locations.md`.

use crate::{CODE_UNIT, Error, Reason, varint};

/// Where in the source an instruction comes from. Absent parts are `None`.
#[derive(Clone, Copy, PartialEq, Eq, Default, Hash, Debug)]
pub struct Location {
    pub line: Option<i32>,
    pub end_line: Option<i32>,
    /// In bytes of UTF-8, from 0.
    pub column: Option<i32>,
    pub end_column: Option<i32>,
}

impl Location {
    /// No source at all.
    pub const NONE: Location = Location {
        line: None,
        end_line: None,
        column: None,
        end_column: None,
    };
}

/// A stretch of code with one location; offsets in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub start: usize,
    pub end: usize,
    pub location: Location,
}

// The kinds of entries, in bits 3 to 6 of the first byte.
const SHORT_LAST: u8 = 9;
const ONE_LINE: u8 = 10;
const ONE_LINE_LAST: u8 = 12;
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NONE: u8 = 15;
/// Code units one entry can cover.
const LONGEST: usize = 8;

/// Writes a location table; give it the runs in order of code.
///
/// Mirrors `assemble_location_info` of `Python/assemble.c`, whose choice of forms is part of the bytes:
/// neighbours with equal locations must be written as one run, which [`LocationWriter::push`] sees to.
pub struct LocationWriter {
    table: Vec<u8>,
    line: i32,
    pending: Location,
    pending_units: usize,
}

impl LocationWriter {
    pub fn new(first_line: i32) -> LocationWriter {
        LocationWriter::reusing(Vec::new(), first_line)
    }

    /// Like [`LocationWriter::new`], in memory from an earlier use.
    pub fn reusing(mut table: Vec<u8>, first_line: i32) -> LocationWriter {
        table.clear();
        LocationWriter {
            table,
            line: first_line,
            pending: Location::NONE,
            pending_units: 0,
        }
    }

    /// Adds an instruction of `units` code units, prefixes and caches counted.
    pub fn push(&mut self, units: usize, location: Location) {
        if location != self.pending {
            self.flush();
            self.pending = location;
        }
        self.pending_units += units;
    }

    pub fn finish(mut self) -> Vec<u8> {
        self.flush();
        self.table
    }

    fn flush(&mut self) {
        let units = std::mem::take(&mut self.pending_units);
        let Location {
            line,
            end_line,
            column,
            end_column,
        } = self.pending;
        let [line, end_line, column, end_column] =
            [line, end_line, column, end_column].map(|part| part.unwrap_or(-1));
        self.push_run(units, line, end_line, column, end_column);
    }

    /// Writes a run whose neighbours have other locations; -1 stands for an absent part.
    #[inline]
    pub fn push_run(
        &mut self,
        mut units: usize,
        line: i32,
        end_line: i32,
        column: i32,
        end_column: i32,
    ) {
        while units > LONGEST {
            self.entry(LONGEST, line, end_line, column, end_column);
            units -= LONGEST;
        }
        if units > 0 {
            self.entry(units, line, end_line, column, end_column);
        }
    }

    /// `write_location_info_entry`
    #[inline]
    fn entry(&mut self, units: usize, line: i32, end_line: i32, column: i32, end_column: i32) {
        let width = end_column.wrapping_sub(column);
        // By far the most frequent form, in two bytes.
        if line == self.line
            && end_line == line
            && line >= 0
            && (0..80).contains(&column)
            && (0..16).contains(&width)
        {
            let first = 0x80 | (column as u8) & 0x78 | (units - 1) as u8;
            let second = ((column & 7) << 4 | width) as u8;
            self.table.extend_from_slice(&[first, second]);
            return;
        }
        self.longer_entry(units, line, end_line, column, end_column);
    }

    fn longer_entry(
        &mut self,
        units: usize,
        line: i32,
        end_line: i32,
        column: i32,
        end_column: i32,
    ) {
        if line < 0 {
            return self.first(NONE, units);
        }
        let delta = line.wrapping_sub(self.line);
        self.line = line;
        if column < 0 || end_column < 0 {
            if end_line == line || end_line < 0 {
                self.first(NO_COLUMNS, units);
                return varint::write_little_signed(&mut self.table, delta);
            }
        } else if end_line == line && (0..3).contains(&delta) && column < 128 && end_column < 128 {
            let first = 0x80 | (ONE_LINE + delta as u8) << 3 | (units - 1) as u8;
            self.table
                .extend_from_slice(&[first, column as u8, end_column as u8]);
            return;
        }
        self.first(LONG, units);
        varint::write_little_signed(&mut self.table, delta);
        // The compiler never lets a construct end above its start.
        let lines = if end_line < 0 {
            0
        } else {
            end_line.wrapping_sub(line).max(0)
        };
        varint::write_little(&mut self.table, lines as u32);
        for column in [column, end_column] {
            varint::write_little(&mut self.table, column.max(-1).wrapping_add(1) as u32);
        }
    }

    fn first(&mut self, kind: u8, units: usize) {
        self.table.push(0x80 | kind << 3 | (units - 1) as u8);
    }
}

/// The entries of a location table, first error last.
pub fn decode(table: &[u8], first_line: i32) -> impl Iterator<Item = Result<Span, Error>> + '_ {
    let mut reader = Reader {
        table,
        at: 0,
        line: first_line,
        code_offset: 0,
    };
    std::iter::from_fn(move || {
        if reader.at >= table.len() {
            return None;
        }
        let entry_start = reader.at;
        let span = reader.span();
        if span.is_none() {
            reader.at = table.len();
        }
        Some(span.ok_or(Error {
            offset: entry_start,
            reason: Reason::BadLocationTable,
        }))
    })
}

/// How many bytes of code a location table covers; like [`decode`], without making the locations.
pub fn covered(table: &[u8]) -> Result<usize, Error> {
    let mut units = 0;
    let mut rest = table;
    while let [first, after @ ..] = rest {
        units += usize::from(first & 7) + 1;
        // The forms within one line are by far the most frequent.
        rest = match (first, after) {
            (0x80..0xd0, [0..0x80, after @ ..]) => after,
            (0xd0..0xe8, [0..0x80, 0..0x80, after @ ..]) => after,
            (0xf8.., after) => after,
            _ => {
                let length = longer_entry(*first, after);
                let after = length.and_then(|length| after.get(length..));
                after.ok_or(Error {
                    offset: table.len() - rest.len(),
                    reason: Reason::BadLocationTable,
                })?
            }
        };
    }
    Ok(units * CODE_UNIT)
}

/// How many bytes an entry has behind its first, in the forms of any length; `None` if it is broken.
fn longer_entry(first: u8, after: &[u8]) -> Option<usize> {
    let mut bytes = after.iter().copied().take_while(|byte| byte & 0x80 == 0);
    let before = bytes.clone().count();
    let numbers = match (first >> 3 & 0xf, first & 0x80) {
        (LONG, 0x80) => 4,
        (NO_COLUMNS, 0x80) => 1,
        _ => return None,
    };
    for _ in 0..numbers {
        varint::read_little(&mut bytes)?;
    }
    Some(before - bytes.count())
}

struct Reader<'a> {
    table: &'a [u8],
    at: usize,
    line: i32,
    code_offset: usize,
}

impl Iterator for Reader<'_> {
    type Item = u8;

    /// The next byte of the same entry.
    fn next(&mut self) -> Option<u8> {
        let byte = *self.table.get(self.at)?;
        if byte & 0x80 != 0 {
            return None;
        }
        self.at += 1;
        Some(byte)
    }
}

impl Reader<'_> {
    fn span(&mut self) -> Option<Span> {
        let first = *self.table.get(self.at)?;
        if first & 0x80 == 0 {
            return None;
        }
        self.at += 1;
        let location = self.location(first >> 3 & 0xf)?;
        let start = self.code_offset;
        self.code_offset += (usize::from(first & 7) + 1) * CODE_UNIT;
        Some(Span {
            start,
            end: self.code_offset,
            location,
        })
    }

    fn location(&mut self, kind: u8) -> Option<Location> {
        let (end_line, column, end_column) = match kind {
            NONE => return Some(Location::NONE),
            LONG => {
                self.advance_line()?;
                let lines = i32::try_from(varint::read_little(self)?).ok()?;
                let column = self.optional_column()?;
                let end_column = self.optional_column()?;
                (self.line.checked_add(lines)?, column, end_column)
            }
            NO_COLUMNS => {
                self.advance_line()?;
                (self.line, None, None)
            }
            ONE_LINE..=ONE_LINE_LAST => {
                self.line = self.line.checked_add(i32::from(kind - ONE_LINE))?;
                let (column, end_column) = (self.next()?, self.next()?);
                (
                    self.line,
                    Some(i32::from(column)),
                    Some(i32::from(end_column)),
                )
            }
            0..=SHORT_LAST | 16.. => {
                let second = self.next()?;
                let column = i32::from(kind) << 3 | i32::from(second >> 4);
                (
                    self.line,
                    Some(column),
                    Some(column + i32::from(second & 0xf)),
                )
            }
        };
        Some(Location {
            line: Some(self.line),
            end_line: Some(end_line),
            column,
            end_column,
        })
    }

    fn advance_line(&mut self) -> Option<()> {
        let delta = varint::read_little_signed(self)?;
        self.line = self.line.checked_add(delta)?;
        Some(())
    }

    /// Columns of the long form count from 1; 0 is none.
    fn optional_column(&mut self) -> Option<Option<i32>> {
        let value = varint::read_little(self)?;
        if value == 0 {
            return Some(None);
        }
        i32::try_from(value - 1).ok().map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: i32, column: i32, end_line: i32, end_column: i32) -> Location {
        Location {
            line: Some(line),
            end_line: Some(end_line),
            column: Some(column),
            end_column: Some(end_column),
        }
    }

    #[test]
    fn each_form_round_trips() {
        let no_columns = Location {
            line: Some(9),
            end_line: Some(9),
            column: None,
            end_column: None,
        };
        let runs = [
            (1, at(5, 3, 5, 9)),
            (2, at(6, 100, 6, 120)),
            (20, at(4, 0, 6, 1)),
            (1, Location::NONE),
            (3, no_columns),
            (1, at(500_000, 200, 500_000, 300)),
        ];
        let mut writer = LocationWriter::new(5);
        for (units, location) in runs {
            writer.push(units, location);
        }
        let table = writer.finish();
        let spans: Vec<Span> = decode(&table, 5).collect::<Result<_, _>>().unwrap();
        let mut offset = 0;
        for (units, location) in runs {
            let end = offset + units * CODE_UNIT;
            while offset < end {
                let span = spans.iter().find(|span| span.start == offset).unwrap();
                assert_eq!(span.location, location);
                offset = span.end;
            }
            assert_eq!(offset, end);
        }
        assert_eq!(covered(&table), Ok(offset));
    }

    #[test]
    fn broken_tables_are_refused() {
        for table in [
            &[0x00][..],
            &[0x80],
            &[0xf0, 0x40],
            &[0xd0, 0x01],
            &[0x80, 0x80, 0x01],
            &[0xe8, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x7f, 0x01],
        ] {
            assert!(decode(table, 1).any(|span| span.is_err()), "{table:?}");
            assert!(covered(table).is_err(), "{table:?}");
        }
    }
}
