//! A SyntaxError as CPython prints it.
//!
//! CPython has two ways, which differ in tabs, in several lines and in characters outside ASCII: the `traceback`
//! module's, which `py_compile` and `compileall` show, and the interpreter's own at the end of a failed script.

use crate::error::SyntaxError;

/// Prints as `traceback.format_exception_only` does (`TracebackException._format_syntax_error`).
///
/// ```
/// use hognose_parser::errors::{Options, check};
/// use hognose_parser::{Mode, render};
///
/// let error = check("f(x y)\n", Options::text(Mode::Module)).unwrap_err();
/// let shown = "  File \"spam.py\", line 1\n    f(x y)\n      ^^^\n\
///              SyntaxError: invalid syntax. Perhaps you forgot a comma?\n";
/// assert_eq!(render::format_exception_only(&error, "spam.py"), shown);
/// ```
pub fn format_exception_only(error: &SyntaxError, file: &str) -> String {
    let last = format!("{}: {}\n", error.kind.name(), error.message);
    if !error.has_place() {
        return last;
    }
    let mut shown = format!("  File \"{file}\", line {}\n", error.line);
    let Some(text) = &error.text else {
        return shown + &last;
    };
    let text = text.trim_end_matches('\n');
    let stripped = text.trim_start_matches([' ', '\n', '\x0c']);
    let indent = (text.len() - stripped.len()) as i64;
    shown.push_str(&format!("    {stripped}\n"));
    if let Some(offset) = error.col.map(i64::from) {
        let end = error.end_col.map_or(offset, i64::from);
        let end = match end {
            0 | -1 => offset + 1,
            _ if end == offset => offset + 1,
            _ => end,
        };
        let from = offset - 1 - indent;
        if from >= 0 {
            let before = stripped.chars().take(from as usize);
            let blank = |char: char| if is_space(char) { char } else { ' ' };
            shown.push_str("    ");
            shown.extend(before.map(blank));
            shown.push_str(&carets(end - offset));
        }
    }
    shown + &last
}

/// Prints as the interpreter does when nothing catches the error (`print_exception_file_and_line` and
/// `print_error_text` in `Python/pythonrun.c`).
///
/// It counts the bytes of the line, yet takes the offset for what it is.
pub fn uncaught(error: &SyntaxError, file: &str) -> String {
    let last = format!("{}: {}\n", error.kind.name(), error.message);
    if !error.has_place() {
        return last;
    }
    let mut shown = format!("  File \"{file}\", line {}\n", error.line);
    let Some(text) = &error.text else {
        return shown + &last;
    };
    let mut offset = error.col.map_or(-1, i64::from);
    let size = text.len() as i64;
    // The end is known of SyntaxError itself only, not of the classes below it.
    let known_end = error.kind == crate::SyntaxErrorKind::Syntax;
    let mut end = if known_end {
        error.end_col.map_or(-1, i64::from)
    } else {
        -1
    };
    if known_end && error.end_line > error.line {
        end = size;
    }
    end = end.min(size + 1);
    let width = if end > 0 && end > offset {
        end - offset
    } else {
        1
    };
    offset -= 1;
    let stripped = text.trim_start_matches([' ', '\t', '\x0c']);
    offset -= size - stripped.len() as i64;
    let mut text = stripped;
    offset = offset.min(text.strip_suffix('\n').unwrap_or(text).len() as i64);
    while let Some(newline) = text.find('\n') {
        if newline as i64 >= offset {
            break;
        }
        text = text.get(newline + 1..).unwrap_or_default();
        offset -= newline as i64 + 1;
    }
    shown.push_str("    ");
    shown.push_str(text);
    if !text.ends_with('\n') {
        shown.push('\n');
    }
    if offset >= 0 {
        shown.push_str("    ");
        shown.push_str(&" ".repeat(offset as usize));
        shown.push_str(&carets(width));
    }
    shown + &last
}

/// As many carets as are asked for, and a line end.
fn carets(count: i64) -> String {
    let count = usize::try_from(count).unwrap_or(0);
    "^".repeat(count) + "\n"
}

/// `str.isspace()`, which also holds the four separators among the control characters for white space.
fn is_space(char: char) -> bool {
    char.is_whitespace() || ('\x1c'..='\x1f').contains(&char)
}
