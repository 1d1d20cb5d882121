//! Where a node stands in the source.

/// CPython's `lineno`, `col_offset`, `end_lineno` and `end_col_offset`.
///
/// Lines count from 1, columns are UTF-8 byte offsets in the line, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Loc {
    pub line: u32,
    pub col: u32,
    pub end_line: u32,
    pub end_col: u32,
}

impl Loc {
    /// From the start of `self` to the end of `last`.
    pub fn to(self, last: Loc) -> Loc {
        Loc {
            end_line: last.end_line,
            end_col: last.end_col,
            ..self
        }
    }
}
