//! The exception table of 3.11 and later; `Objects/exception_handling_notes.txt`.

use crate::{CODE_UNIT, Error, Reason, varint};

/// One protected range; offsets in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    pub start: u32,
    /// First offset past the range.
    pub end: u32,
    pub target: u32,
    /// The stack is cut to this height before the handler runs.
    pub depth: u32,
    /// The offset of the raising instruction is pushed too.
    pub lasti: bool,
}

/// Appends one entry; CPython's `assemble_emit_exception_table_entry`.
pub fn encode(out: &mut Vec<u8>, entry: Entry) {
    let unit = CODE_UNIT as u32;
    varint::write_big(out, entry.start / unit, true);
    varint::write_big(out, (entry.end - entry.start) / unit, false);
    varint::write_big(out, entry.target / unit, false);
    varint::write_big(out, entry.depth << 1 | u32::from(entry.lasti), false);
}

/// The entries of a table, first error last.
pub fn decode(table: &[u8]) -> impl Iterator<Item = Result<Entry, Error>> + '_ {
    let mut reader = Reader { table, at: 0 };
    std::iter::from_fn(move || {
        if reader.at >= table.len() {
            return None;
        }
        let entry = reader.entry();
        if entry.is_none() {
            let error = Error {
                offset: reader.at,
                reason: Reason::BadExceptionTable,
            };
            reader.at = table.len();
            return Some(Err(error));
        }
        entry.map(Ok)
    })
}

struct Reader<'a> {
    table: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn entry(&mut self) -> Option<Entry> {
        let unit = CODE_UNIT as u32;
        let start = self.value(true)?.checked_mul(unit)?;
        let length = self.value(false)?.checked_mul(unit)?;
        let target = self.value(false)?.checked_mul(unit)?;
        let depth = self.value(false)?;
        Some(Entry {
            start,
            end: start.checked_add(length)?,
            target,
            depth: depth >> 1,
            lasti: depth & 1 == 1,
        })
    }

    fn value(&mut self, first_of_entry: bool) -> Option<u32> {
        let mut byte = *self.table.get(self.at)?;
        if (byte & 0x80 != 0) != first_of_entry {
            return None;
        }
        let mut value = u32::from(byte & 0x3f);
        while byte & 0x40 != 0 {
            self.at += 1;
            byte = *self.table.get(self.at)?;
            if byte & 0x80 != 0 || value >> 26 != 0 {
                return None;
            }
            value = value << 6 | u32::from(byte & 0x3f);
        }
        self.at += 1;
        Some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_round_trip() {
        let entries = [
            Entry {
                start: 0,
                end: 2,
                target: 4,
                depth: 0,
                lasti: false,
            },
            Entry {
                start: 126,
                end: 300,
                target: 70000,
                depth: 33,
                lasti: true,
            },
            Entry {
                start: 1 << 25,
                end: (1 << 25) + 2,
                target: 1 << 26,
                depth: 4096,
                lasti: false,
            },
        ];
        let mut table = Vec::new();
        for entry in entries {
            encode(&mut table, entry);
        }
        let read: Vec<Entry> = decode(&table).collect::<Result<_, _>>().unwrap();
        assert_eq!(read, entries);
    }

    #[test]
    fn broken_tables_are_refused() {
        for table in [
            &[0][..],
            &[0x80],
            &[0x80, 1, 2, 0x43],
            &[0x80, 0x81, 0, 0],
            &[0xff; 40],
        ] {
            assert!(decode(table).any(|entry| entry.is_err()), "{table:?}");
        }
    }
}
