//! Printing an exception that nobody caught, as CPython 3.12 does (`Python/pythonrun.c`, `Python/traceback.c`).

use super::Exception;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::traceback::Traceback;
use crate::tuple::TupleExt;
use hognose_heap::{Ref, Value};

const CAUSE: &str = "The above exception was the direct cause of the following exception:\n";
const CONTEXT: &str = "During handling of the above exception, another exception occurred:\n";
/// Frames that are shown of a run of equal ones (`TB_RECURSIVE_CUTOFF`).
const RECURSIVE_CUTOFF: usize = 3;
/// Frames that are shown at all (`PyTraceBack_LIMIT`).
const TRACEBACK_LIMIT: i64 = 1000;
const MAX_GROUP_WIDTH: usize = 15;
const MAX_GROUP_DEPTH: usize = 10;
const SOURCE_INDENT: usize = 4;

/// Where an expression's operator or subscript begins and ends, in bytes of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchors {
    pub left: usize,
    pub right: usize,
}

/// What printing needs of the layers above: files and the parser.
#[derive(Clone, Copy)]
pub struct SourceHooks {
    /// A line of a source file, from 1, without its line end.
    pub line: fn(&Rt, &Str, i32) -> Option<String>,
    /// The anchors of the text, if it is one binary operation or one subscript.
    pub anchors: fn(&str) -> Option<Anchors>,
}

impl SourceHooks {
    pub(crate) const NONE: SourceHooks = SourceHooks {
        line: |_, _, _| None,
        anchors: |_| None,
    };
}

/// Text as standard error shows it, which escapes what is no character.
fn escaped(text: &Str) -> String {
    let mut shown = String::new();
    for code in text.codes() {
        match char::from_u32(code) {
            Some(c) => shown.push(c),
            None => shown.push_str(&format!("\\u{code:04x}")),
        }
    }
    shown
}

fn is_blank(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\x0c')
}

struct Printer<'a> {
    rt: &'a Rt,
    out: String,
    /// Addresses of exceptions that were printed: a chain that comes back ends there.
    seen: Vec<u64>,
    group_depth: usize,
    need_close: bool,
}

impl Printer<'_> {
    fn indent(&self) -> usize {
        2 * self.group_depth
    }

    fn margin(&self) -> &'static str {
        if self.group_depth > 0 { "| " } else { "" }
    }

    fn write_margin(&mut self, margin: &str) {
        let indent = self.indent();
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.out.push_str(margin);
    }

    fn start_line(&mut self) {
        self.write_margin(self.margin());
    }

    fn recursive(&mut self, exception: &Value) -> PyResult<()> {
        let rt = self.rt;
        rt.guarded(" in print_exception_recursive", || {
            self.chain(exception)?;
            if rt.group_members(exception).is_some() {
                self.group(exception)
            } else {
                self.one(exception)
            }
        })
    }

    fn chain(&mut self, exception: &Value) -> PyResult<()> {
        self.seen.push(exception.bits());
        let Some(e) = exception.downcast_ref::<Exception>() else {
            return Ok(());
        };
        let (other, message) = match (e.cause.get(), e.context.get()) {
            (Some(cause), _) => (cause, CAUSE),
            (None, Some(context)) if !e.suppress_context.get() => (context, CONTEXT),
            _ => return Ok(()),
        };
        if self.seen.contains(&other.bits()) {
            return Ok(());
        }
        let need_close = self.need_close;
        self.recursive(&other)?;
        self.need_close = need_close;
        self.start_line();
        self.out.push('\n');
        self.start_line();
        self.out.push_str(message);
        self.start_line();
        self.out.push('\n');
        Ok(())
    }

    fn one(&mut self, exception: &Value) -> PyResult<()> {
        self.traceback(exception);
        let rt = self.rt;
        let message = self.syntax_error(exception);
        self.start_line();
        let ty = rt.type_of(exception).clone();
        let module = rt.getattr_opt(ty.as_value(), &rt.names.module_);
        match module.ok().flatten().and_then(|m| rt.text_of(&m)) {
            None => self.out.push_str("<unknown>."),
            Some(module) if module != "builtins" && module != "__main__" => {
                self.out.push_str(&module);
                self.out.push('.');
            }
            Some(_) => (),
        }
        let qualname = ty.qualname.borrow().clone();
        self.out.push_str(&qualname.to_str());
        let shown = message.as_ref().unwrap_or(exception);
        if !shown.is_none() {
            match rt.str_of(shown) {
                Err(_) => self.out.push_str(": <exception str() failed>"),
                Ok(text) if text.char_count() == 0 => (),
                Ok(text) => {
                    self.out.push_str(": ");
                    self.out.push_str(&text.to_str());
                }
            }
        }
        if message.is_none() {
            self.out.push_str(&rt.suggestion_for(exception));
        }
        self.out.push('\n');
        self.notes(exception)
    }

    /// The place of a SyntaxError; then its bare message is what follows.
    fn syntax_error(&mut self, exception: &Value) -> Option<Value> {
        let rt = self.rt;
        let [filename, line, offset, text, end_line, end_offset] =
            rt.syntax_error_fields(exception)?;
        let number = |v: &Value| rt.as_int(v).and_then(|i| i.to_i64());
        let line = number(&line)?;
        let filename = if filename.is_none() {
            "<string>".to_owned()
        } else {
            rt.str_of(&filename).ok()?.to_str().into_owned()
        };
        let offset = number(&offset).unwrap_or(-1);
        let exact = rt.is_exact(exception, &rt.types.syntax_error);
        let end_line = number(&end_line).filter(|_| exact).unwrap_or(line);
        let mut end_offset = number(&end_offset).filter(|_| exact).unwrap_or(-1);
        self.start_line();
        self.out
            .push_str(&format!("  File \"{filename}\", line {line}\n"));
        if let Some(text) = rt.text_of(&text) {
            let size = text.len() as i64;
            if end_line > line {
                end_offset = size;
            }
            self.error_text(&text, offset, end_offset.min(size + 1));
        }
        Some(rt.syntax_error_message(exception))
    }

    /// The line of a SyntaxError with its carets (`print_error_text`); it counts in bytes.
    fn error_text(&mut self, text: &str, offset: i64, end_offset: i64) {
        let width = if end_offset > 0 && end_offset > offset {
            end_offset - offset
        } else {
            1
        };
        let stripped = text.trim_start_matches([' ', '\t', '\x0c']);
        let mut offset = offset - 1 - (text.len() - stripped.len()) as i64;
        let mut text = stripped;
        let mut length = text.len() - usize::from(text.ends_with('\n'));
        offset = offset.min(length as i64);
        while let Some(newline) = text.find('\n')
            && (newline as i64) < offset
        {
            text = &text[newline + 1..];
            length -= newline + 1;
            offset -= newline as i64 + 1;
        }
        self.out.push_str("    ");
        self.out.push_str(text);
        if text.as_bytes().get(length) != Some(&b'\n') {
            self.out.push('\n');
        }
        if offset < 0 {
            return;
        }
        self.out.push_str("    ");
        self.out.extend(std::iter::repeat_n(' ', offset as usize));
        self.out.extend(std::iter::repeat_n('^', width as usize));
        self.out.push('\n');
    }

    fn notes(&mut self, exception: &Value) -> PyResult<()> {
        let rt = self.rt;
        let Some(notes) = rt.getattr_opt(exception, &rt.names.notes_)? else {
            return Ok(());
        };
        let is_row = rt.type_of(&notes).slots.getitem.get().is_some()
            && !rt.is_instance(&notes, &rt.types.dict)
            && !rt.is_instance(&notes, &rt.types.str)
            && !rt.is_instance(&notes, &rt.types.bytes);
        if !is_row {
            self.start_line();
            match rt.repr(&notes) {
                Ok(shown) => self.out.push_str(&shown.to_str()),
                Err(_) => self.out.push_str("<__notes__ repr() failed>"),
            }
            self.out.push('\n');
            return Ok(());
        }
        for i in 0..rt.len(&notes)? {
            let note = rt.getitem(&notes, &rt.int_from_usize(i))?;
            match rt.str_of(&note) {
                Err(_) => self.out.push_str("<note str() failed>"),
                Ok(text) => {
                    for line in split_lines(&text.to_str()) {
                        self.start_line();
                        self.out.push_str(line);
                    }
                }
            }
            self.out.push('\n');
        }
        Ok(())
    }

    fn group(&mut self, exception: &Value) -> PyResult<()> {
        if self.group_depth > MAX_GROUP_DEPTH {
            self.start_line();
            self.out
                .push_str(&format!("... (max_group_depth is {MAX_GROUP_DEPTH})\n"));
            return Ok(());
        }
        if self.group_depth == 0 {
            self.group_depth = 1;
        }
        self.one(exception)?;
        let members = self
            .rt
            .group_members(exception)
            .map(|m| m.to_vec())
            .unwrap_or_default();
        let shown = members.len().min(MAX_GROUP_WIDTH + 1);
        self.need_close = false;
        for (i, member) in members.iter().take(shown).enumerate() {
            let last = i + 1 == shown;
            if last {
                // The closing line may be written further down.
                self.need_close = true;
            }
            self.write_margin(if i == 0 { "+-" } else { "  " });
            let truncated = i >= MAX_GROUP_WIDTH;
            if truncated {
                self.out
                    .push_str("+---------------- ... ----------------\n");
            } else {
                self.out
                    .push_str(&format!("+---------------- {} ----------------\n", i + 1));
            }
            self.group_depth += 1;
            if truncated {
                let left = members.len() - MAX_GROUP_WIDTH;
                let plural = if left > 1 { "s" } else { "" };
                self.start_line();
                self.out
                    .push_str(&format!("and {left} more exception{plural}\n"));
            } else {
                self.recursive(member)?;
            }
            if last && self.need_close {
                self.write_margin("+------------------------------------\n");
                self.need_close = false;
            }
            self.group_depth -= 1;
        }
        if self.group_depth == 1 {
            self.group_depth = 0;
        }
        Ok(())
    }

    fn traceback(&mut self, exception: &Value) {
        let rt = self.rt;
        let traceback = exception
            .downcast_ref::<Exception>()
            .and_then(|e| e.traceback.get());
        let Some(traceback) = traceback.and_then(|t| Ref::<Traceback>::try_from(t).ok()) else {
            return;
        };
        let mut limit = TRACEBACK_LIMIT;
        if let Some(sys) = rt.modules.get_str(rt, &rt.intern("sys"))
            && let Ok(Some(given)) = rt.getattr_opt(&sys, &rt.intern("tracebacklimit"))
            && let Some(given) = rt.as_int(&given)
        {
            let negative = given.as_big().sign() == num_bigint::Sign::Minus;
            let huge = if negative { i64::MIN } else { i64::MAX };
            limit = given.to_i64().unwrap_or(huge);
            if limit <= 0 {
                return;
            }
        }
        let is_group = rt.group_members(exception).is_some();
        let margin = if is_group && self.group_depth == 1 {
            "+ "
        } else {
            self.margin()
        };
        self.write_margin(margin);
        self.out.push_str(if is_group {
            "Exception Group Traceback (most recent call last):\n"
        } else {
            "Traceback (most recent call last):\n"
        });
        self.entries(&traceback, limit);
    }

    fn entries(&mut self, first: &Ref<Traceback>, limit: i64) {
        let mut row = vec![first.clone()];
        while let Some(next) = row.last().and_then(|t| t.next.get())
            && let Ok(next) = Ref::<Traceback>::try_from(next)
        {
            row.push(next);
        }
        let skipped = row
            .len()
            .saturating_sub(usize::try_from(limit).unwrap_or(usize::MAX));
        let mut last: Option<(Ref<Str>, i32, Ref<Str>)> = None;
        let mut count = 0;
        for entry in row.iter().skip(skipped) {
            let code = &entry.frame.code;
            let line = entry.line().unwrap_or(-1);
            let same = last.as_ref().is_some_and(|(file, l, name)| {
                file.same_text(&code.filename)
                    && *l == line
                    && line != -1
                    && name.same_text(&code.name)
            });
            if !same {
                self.repeated(count);
                last = Some((code.filename.clone(), line, code.name.clone()));
                count = 0;
            }
            count += 1;
            if count <= RECURSIVE_CUTOFF {
                self.entry(entry, line);
            }
        }
        self.repeated(count);
    }

    fn repeated(&mut self, count: usize) {
        if count > RECURSIVE_CUTOFF {
            let more = count - RECURSIVE_CUTOFF;
            let plural = if more > 1 { "s" } else { "" };
            self.out.push_str(&format!(
                "  [Previous line repeated {more} more time{plural}]\n"
            ));
        }
    }

    /// A frame, its line, and carets under what was being done (`tb_displayline`).
    fn entry(&mut self, entry: &Traceback, line: i32) {
        let code = &entry.frame.code;
        let filename = escaped(&code.filename);
        self.start_line();
        self.out.push_str(&format!(
            "  File \"{filename}\", line {line}, in {}\n",
            code.name.to_str()
        ));
        let hooks = self.rt.source_hooks.get();
        if filename.starts_with('<') && filename.ends_with('>') {
            return;
        }
        let Some(source) = (hooks.line)(self.rt, &code.filename, line) else {
            return;
        };
        let stripped = source.trim_start_matches([' ', '\t', '\x0c']);
        self.start_line();
        self.out.push_str("    ");
        self.out.push_str(stripped);
        self.out.push('\n');
        let carets = carets(code.location(entry.lasti), &source, hooks.anchors);
        if let Some(carets) = carets {
            self.start_line();
            self.out.push_str(&carets);
            self.out.push('\n');
        }
    }
}

/// The line of carets, if there is one to show.
fn carets(
    location: hognose_bytecode::lines::Location,
    source: &str,
    anchors: fn(&str) -> Option<Anchors>,
) -> Option<String> {
    let column = |c: Option<i32>| c.and_then(|c| usize::try_from(c).ok());
    let (first, last) = (location.line?, location.end_line?);
    let (start_byte, end_byte) = (column(location.column)?, column(location.end_column)?);
    // Columns are in bytes; what is shown is in characters.
    let characters = |byte: usize| {
        let bytes = source.as_bytes();
        String::from_utf8_lossy(&bytes[..byte.min(bytes.len())])
            .chars()
            .count()
    };
    let length = source.chars().count();
    let leading = source.len() - source.trim_start_matches([' ', '\t', '\x0c']).len();
    let start = characters(start_byte);
    let mut end = characters(end_byte);
    let mut found = None;
    if first == last {
        let segment = source.get(start_byte.min(source.len())..end_byte.min(source.len()))?;
        found = anchors(segment).map(|a| {
            let place = |byte: usize| {
                start
                    + segment
                        .get(..byte.min(segment.len()))
                        .unwrap_or(segment)
                        .chars()
                        .count()
            };
            (place(a.left), place(a.right))
        });
    } else {
        // Of an expression on several lines, the first is marked up to its last visible character.
        let bytes = source.as_bytes();
        let visible = bytes.iter().take(length).rposition(|&c| !is_blank(c));
        end = visible.map_or(0, |i| i + 1);
    }
    if found.is_none() && end.saturating_sub(start) == length - leading {
        return None;
    }
    let mut line = " ".repeat((start + SOURCE_INDENT).saturating_sub(leading));
    for offset in start + 1..=end {
        line.push(match found {
            None => '^',
            Some((left, right)) if left < offset && offset <= right => '^',
            Some(_) => '~',
        });
    }
    Some(line)
}

/// The lines with their ends, as `str.splitlines(keepends=True)` finds them.
fn split_lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        let ends = matches!(
            c,
            '\n' | '\r' | '\x0b' | '\x0c' | '\x1c'..='\x1e' | '\u{85}' | '\u{2028}' | '\u{2029}'
        );
        if !ends {
            continue;
        }
        let mut end = i + c.len_utf8();
        if c == '\r' && chars.next_if(|&(_, next)| next == '\n').is_some() {
            end += 1;
        }
        lines.push(&text[start..end]);
        start = end;
    }
    if start < text.len() {
        lines.push(&text[start..]);
    }
    lines
}

impl Rt {
    /// The text that CPython prints for an exception that nobody caught, its chain and traceback included.
    pub fn render_exception(&self, exception: &Value) -> String {
        let mut printer = Printer {
            rt: self,
            out: String::new(),
            seen: Vec::new(),
            group_depth: 0,
            need_close: false,
        };
        if !self.is_instance(exception, &self.types.base_exception) {
            let name = self.type_name(exception);
            return format!(
                "TypeError: print_exception(): Exception expected for value, {name} found\n"
            );
        }
        if printer.recursive(exception).is_err() {
            printer.out.push_str("lost sys.stderr\n");
        }
        printer.out
    }

    /// The text of a traceback alone (`PyTraceBack_Print`).
    pub fn render_traceback(&self, traceback: &Value) -> String {
        let mut printer = Printer {
            rt: self,
            out: "Traceback (most recent call last):\n".to_owned(),
            seen: Vec::new(),
            group_depth: 0,
            need_close: false,
        };
        if let Some(first) = traceback.downcast::<Traceback>() {
            printer.entries(first, TRACEBACK_LIMIT);
        }
        printer.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hognose_bytecode::lines::Location;

    fn at(columns: (i32, i32)) -> Location {
        Location {
            line: Some(1),
            end_line: Some(1),
            column: Some(columns.0),
            end_column: Some(columns.1),
        }
    }

    #[test]
    fn carets_mark_the_part_that_failed() {
        let none = |_: &str| None;
        let shown = carets(at((4, 7)), "    f() + g()", none);
        assert_eq!(shown.as_deref(), Some("    ^^^"));
        // The whole line: nothing to point at.
        assert_eq!(carets(at((4, 13)), "    f() + g()", none), None);
        let plus = |_: &str| Some(Anchors { left: 4, right: 5 });
        let shown = carets(at((4, 13)), "    f() + g()", plus);
        assert_eq!(shown.as_deref(), Some("    ~~~~^~~~~"));
        // Columns are bytes: é is two.
        let shown = carets(at((6, 9)), "é = f() + 1", none);
        assert_eq!(shown.as_deref(), Some("         ^^^"));
    }

    #[test]
    fn groups_show_as_trees() {
        let rt = Rt::new();
        let t = &rt.types;
        let a = rt.value_error("a").0;
        let b = rt.type_error("b\nc").0;
        let args = [rt.str("g").into_value(), rt.list(vec![a, b]).into_value()];
        let group = rt.call(t.base_exception_group.as_value(), &args).unwrap();
        rt.add_note(&crate::Raised(group.clone()), "a note");
        assert_eq!(
            rt.render_exception(&group),
            "  | ExceptionGroup: g (2 sub-exceptions)\n  | a note\n  +-+---------------- 1 ----------------\n    | ValueError: a\n    +---------------- 2 ----------------\n    | TypeError: b\nc\n    +------------------------------------\n"
        );
        let chained = rt.value_error("second");
        rt.chain_context(&chained, &rt.value_error("k").0);
        assert!(
            rt.render_exception(&chained.0)
                .contains("ValueError: k\n\nDuring handling of the above exception, another exception occurred:\n\nValueError: second\n")
        );
    }
}
