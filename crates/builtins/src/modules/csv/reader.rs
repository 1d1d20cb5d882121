//! `_csv.reader`: lines to rows.

use super::dialect::{self, Dialect};
use super::{ERROR, call_dialect};
use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::{
    Args, GetSetDef, Layout, PyResult, Rt, Slots, Str, StrExt, TypeSpec, Value, type_flags,
};
use std::cell::Cell;

/// The payload of `_csv.reader`.
pub(super) struct Reader {
    lines: Value,
    dialect: Value,
    line_num: Cell<i64>,
}

impl Payload for Reader {
    const KIND: Kind = kinds::CSV_READER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.lines.trace(visitor);
        self.dialect.trace(visitor);
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Reader> {
    value
        .downcast_ref::<Reader>()
        .ok_or_else(|| rt.type_error("a csv reader was expected"))
}

pub(super) static READER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::NO_NEW,
    slots: Slots {
        iter: Some(|_, v| Ok(v.clone())),
        next: Some(next),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("dialect", |rt, v| Ok(this(rt, v)?.dialect.clone())),
        GetSetDef::member("line_num", |rt, v| Ok(rt.int(this(rt, v)?.line_num.get()))),
    ],
    doc: "CSV reader\n\nReader objects are responsible for reading and parsing tabular data\nin CSV format.\n",
    ..TypeSpec::new("_csv.reader", Layout::Native(kinds::CSV_READER))
};

pub(super) fn make(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = args.positional();
    if given.is_empty() || given.len() > 2 {
        let (bound, limit, plural) = match given.len() {
            0 => ("at least", 1, ""),
            _ => ("at most", 2, "s"),
        };
        return Err(rt.type_error(format!(
            "expected {bound} {limit} argument{plural}, got {}",
            given.len()
        )));
    }
    let lines = rt.iter(&given[0])?;
    let dialect = call_dialect(rt, given.get(1), args)?;
    let reader = Reader {
        lines,
        dialect,
        line_num: Cell::new(0),
    };
    Ok(rt.alloc(&super::class(rt, "Reader")?, reader).into_value())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapeInQuoted,
    QuoteInQuoted,
    EatNewline,
    AfterEscapedNewline,
}

/// One row as it is read (`ReaderObj`'s parsing half).
struct Parser<'a> {
    rt: &'a Rt,
    dialect: &'a Dialect,
    limit: usize,
    fields: Vec<Value>,
    field: Vec<u32>,
    numeric: bool,
    state: State,
}

impl Parser<'_> {
    fn save(&mut self) -> PyResult<()> {
        let mut field = self.rt.str_codes(&self.field).into_value();
        self.field.clear();
        if std::mem::take(&mut self.numeric) {
            field = self
                .rt
                .call(self.rt.types.float.as_value(), std::slice::from_ref(&field))?;
        }
        self.fields.push(field);
        Ok(())
    }

    fn add(&mut self, code: u32) -> PyResult<()> {
        if self.field.len() >= self.limit {
            let message = format!("field larger than field limit ({})", self.limit);
            return Err(ERROR.raise(self.rt, &message));
        }
        self.field.push(code);
        Ok(())
    }

    /// Ends the field, and with it the row.
    fn end(&mut self, code: Option<u32>) -> PyResult<()> {
        self.save()?;
        self.state = if code.is_none() {
            State::StartRecord
        } else {
            State::EatNewline
        };
        Ok(())
    }

    /// `parse_process_char`; `None` is the end of a line's text.
    fn take(&mut self, code: Option<u32>) -> PyResult<()> {
        const NEWLINE: u32 = b'\n' as u32;
        let dialect = self.dialect;
        let is_newline = matches!(code, Some(0x0a | 0x0d));
        let ends = code.is_none() || is_newline;
        let is_escape = code.is_some() && code == dialect.escape;
        let is_quote = code.is_some() && code == dialect.quote && dialect.quoting != dialect::NONE;
        let is_delimiter = code == Some(dialect.delimiter);
        if self.state == State::StartRecord {
            if code.is_none() {
                return Ok(());
            }
            if is_newline {
                self.state = State::EatNewline;
                return Ok(());
            }
            self.state = State::StartField;
        }
        match self.state {
            State::StartRecord | State::StartField => match code {
                _ if ends => self.end(code)?,
                _ if is_quote => self.state = State::InQuoted,
                _ if is_escape => self.state = State::Escaped,
                Some(0x20) if dialect.skip_initial_space => (),
                _ if is_delimiter => self.save()?,
                Some(code) => {
                    if dialect.quoting == dialect::NONNUMERIC {
                        self.numeric = true;
                    }
                    self.add(code)?;
                    self.state = State::InField;
                }
                None => (),
            },
            State::Escaped => {
                self.add(code.unwrap_or(NEWLINE))?;
                self.state = if is_newline {
                    State::AfterEscapedNewline
                } else {
                    State::InField
                };
            }
            State::AfterEscapedNewline if code.is_none() => (),
            State::AfterEscapedNewline | State::InField => match code {
                _ if ends => self.end(code)?,
                _ if is_escape => self.state = State::Escaped,
                _ if is_delimiter => {
                    self.save()?;
                    self.state = State::StartField;
                }
                Some(code) => self.add(code)?,
                None => (),
            },
            State::InQuoted => match code {
                None => (),
                _ if is_escape => self.state = State::EscapeInQuoted,
                _ if is_quote => {
                    self.state = if dialect.double_quote {
                        State::QuoteInQuoted
                    } else {
                        State::InField
                    };
                }
                Some(code) => self.add(code)?,
            },
            State::EscapeInQuoted => {
                self.add(code.unwrap_or(NEWLINE))?;
                self.state = State::InQuoted;
            }
            State::QuoteInQuoted => match code {
                Some(code) if is_quote => {
                    self.add(code)?;
                    self.state = State::InQuoted;
                }
                _ if is_delimiter => {
                    self.save()?;
                    self.state = State::StartField;
                }
                Some(code) if !ends && !dialect.strict => {
                    self.add(code)?;
                    self.state = State::InField;
                }
                _ if ends => self.end(code)?,
                _ => {
                    let shown = |code| char::from_u32(code).unwrap_or('?');
                    let message = format!(
                        "'{}' expected after '{}'",
                        shown(dialect.delimiter),
                        shown(dialect.quote.unwrap_or(0))
                    );
                    return Err(ERROR.raise(self.rt, &message));
                }
            },
            State::EatNewline => match code {
                None => self.state = State::StartRecord,
                _ if is_newline => (),
                _ => {
                    return Err(ERROR.raise(
                        self.rt,
                        "new-line character seen in unquoted field - do you need to open the file in universal-newline mode?",
                    ));
                }
            },
        }
        Ok(())
    }
}

fn next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let reader = this(rt, value)?;
    let Some(dialect) = reader.dialect.downcast_ref::<Dialect>() else {
        return Err(rt.system_error("a reader's dialect is a Dialect"));
    };
    let mut parser = Parser {
        rt,
        dialect,
        limit: usize::try_from(super::limit(rt)).unwrap_or(0),
        fields: Vec::new(),
        field: Vec::new(),
        numeric: false,
        state: State::StartRecord,
    };
    loop {
        let Some(line) = rt.next(&reader.lines)? else {
            if parser.field.is_empty() && parser.state != State::InQuoted {
                return Ok(None);
            }
            if dialect.strict {
                return Err(ERROR.raise(rt, "unexpected end of data"));
            }
            parser.save()?;
            break;
        };
        let Some(text) = line.downcast_ref::<Str>() else {
            let message = format!(
                "iterator should return strings, not {} (the file should be opened in text mode)",
                rt.type_name(&line)
            );
            return Err(ERROR.raise(rt, &message));
        };
        reader.line_num.set(reader.line_num.get() + 1);
        for code in text.codes() {
            parser.take(Some(code))?;
        }
        parser.take(None)?;
        if parser.state == State::StartRecord {
            break;
        }
    }
    Ok(Some(rt.list(parser.fields).into_value()))
}
