//! The tokeniser's limits, those of CPython 3.12's `Parser/tokenizer.h`.

/// Entries of the indentation stack, the outermost included (`MAXINDENT`).
pub(crate) const MAX_INDENTS: usize = 100;
/// Open brackets (`MAXLEVEL`).
pub(crate) const MAX_BRACKETS: usize = 200;
/// Open f-strings, plus one (`MAXFSTRINGLEVEL`).
pub(crate) const MAX_FSTRINGS: usize = 150;
/// Fields within fields of one f-string (`MAX_EXPR_NESTING`).
pub(crate) const MAX_FIELD_DEPTH: i32 = 3;
