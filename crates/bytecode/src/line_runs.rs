//! Which line each stretch of code belongs to, whatever the table's format.

use crate::{CodeObject, Error, Reason, lines};
use hognose_version::LineTable;

/// A stretch of code of one line; offsets in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineRun {
    pub start: usize,
    /// `None` for code that belongs to no line.
    pub line: Option<i32>,
}

/// The runs of a code object in order, neighbours of one line joined as `co_lines()` does.
pub fn line_runs(code: &CodeObject, format: LineTable) -> Result<Vec<LineRun>, Error> {
    let mut runs = Runs(Vec::new());
    match format {
        LineTable::Lnotab => lnotab(code, &mut runs),
        LineTable::Table310 => table_3_10(code, &mut runs)?,
        LineTable::Locations311 => {
            for span in lines::decode(&code.linetable, code.firstlineno) {
                let span = span?;
                runs.add(span.start, span.location.line);
            }
        }
    }
    Ok(runs.0)
}

struct Runs(Vec<LineRun>);

impl Runs {
    fn add(&mut self, start: usize, line: Option<i32>) {
        if self.0.last().is_none_or(|last| last.line != line) {
            self.0.push(LineRun { start, line });
        }
    }
}

/// Pairs of an unsigned offset and a signed line increment (`dis.findlinestarts` of 3.8 and 3.9).
fn lnotab(code: &CodeObject, runs: &mut Runs) {
    let mut line = code.firstlineno;
    let mut offset = 0;
    for pair in code.linetable.chunks_exact(2) {
        let &[bytes, lines] = pair else { return };
        if bytes != 0 {
            runs.add(offset, Some(line));
            offset += usize::from(bytes);
            if offset >= code.code.len() {
                // What follows was optimised away.
                return;
            }
        }
        line = line.wrapping_add(i32::from(lines as i8));
    }
    runs.add(offset, Some(line));
}

/// Pairs of a length and a line increment, -128 for no line (`lineiter_next` of 3.10).
fn table_3_10(code: &CodeObject, runs: &mut Runs) -> Result<(), Error> {
    let mut line = code.firstlineno;
    let mut offset = 0;
    for (index, pair) in code.linetable.chunks(2).enumerate() {
        let &[length, delta] = pair else {
            return Err(Error {
                offset: index * 2,
                reason: Reason::BadLineTable,
            });
        };
        let delta = delta as i8;
        if delta != i8::MIN {
            line = line.wrapping_add(i32::from(delta));
        }
        if length != 0 {
            runs.add(offset, (delta != i8::MIN).then_some(line));
        }
        offset += usize::from(length);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(linetable: &[u8], format: LineTable) -> Vec<(usize, Option<i32>)> {
        let code = CodeObject {
            code: vec![0; 20],
            linetable: linetable.to_vec(),
            firstlineno: 10,
            ..CodeObject::default()
        };
        line_runs(&code, format)
            .unwrap()
            .into_iter()
            .map(|run| (run.start, run.line))
            .collect()
    }

    #[test]
    fn old_tables() {
        assert_eq!(runs(&[], LineTable::Lnotab), [(0, Some(10))]);
        assert_eq!(
            runs(&[0, 1, 4, 2, 6, 0xff, 0, 5], LineTable::Lnotab),
            [(0, Some(11)), (4, Some(13)), (10, Some(17))]
        );
        assert_eq!(
            runs(&[4, 1, 2, 0x80, 0, 5, 6, 0], LineTable::Table310),
            [(0, Some(11)), (4, None), (6, Some(16))]
        );
    }
}
