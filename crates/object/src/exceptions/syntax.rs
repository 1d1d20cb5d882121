//! `SyntaxError`: its place and its text.

use super::base::init_exception;
use super::{Exception, Own, extra, part};
use crate::native::Args;
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::StrExt;
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};

const MSG: usize = 0;
const FILENAME: usize = 1;
const LINENO: usize = 2;
const OFFSET: usize = 3;
const TEXT: usize = 4;
const END_LINENO: usize = 5;
const END_OFFSET: usize = 6;
const PRINT: usize = 7;

pub(super) const SYNTAX_ERROR: Own = Own {
    slots: Slots {
        init: Some(init_syntax_error),
        str: Some(str_syntax_error),
        ..Slots::NONE
    },
    getset: &[
        extra::<MSG>("msg"),
        extra::<FILENAME>("filename"),
        extra::<LINENO>("lineno"),
        extra::<OFFSET>("offset"),
        extra::<TEXT>("text"),
        extra::<END_LINENO>("end_lineno"),
        extra::<END_OFFSET>("end_offset"),
        extra::<PRINT>("print_file_and_line"),
    ],
    methods: &[],
};

fn init_syntax_error(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    init_exception(rt, this, args)?;
    let given = args.positional();
    let e = part(rt, this)?;
    if let Some(msg) = given.first() {
        e.extra[MSG].set(Some(msg.clone()));
    }
    let [_, info] = given else {
        return Ok(());
    };
    let info = rt.collect(info)?;
    if !(4..=6).contains(&info.len()) {
        let (n, bound) = if info.len() < 4 {
            (4, "at least")
        } else {
            (6, "at most")
        };
        return Err(rt.type_error(format!(
            "function takes {bound} {n} arguments ({} given)",
            info.len()
        )));
    }
    for (place, value) in [FILENAME, LINENO, OFFSET, TEXT, END_LINENO, END_OFFSET]
        .into_iter()
        .zip(&info)
    {
        e.extra[place].set(Some(value.clone()));
    }
    if info.len() == 5 {
        return Err(rt.type_error("end_offset must be provided when end_lineno is provided"));
    }
    // CPython's own hint for programs written for Python 2 (`_report_missing_parentheses`) comes with the parser.
    Ok(())
}

fn str_syntax_error(rt: &Rt, this: &Value) -> PyResult {
    let e = part(rt, this)?;
    let msg = e.extra[MSG].get().unwrap_or(Value::NONE);
    let msg = rt.str_of(&msg)?;
    let filename = (e.extra[FILENAME].get())
        .filter(|f| rt.is_instance(f, &rt.types.str))
        .and_then(|f| rt.text_of(&f));
    let filename = filename.map(|f| match f.rsplit_once('/') {
        Some((_, last)) => last.to_owned(),
        None => f,
    });
    let line = (e.extra[LINENO].get()).filter(|l| rt.is_exact(l, &rt.types.int));
    let line = match line {
        Some(line) => Some(rt.str_of(&line)?.to_str().into_owned()),
        None => None,
    };
    let msg_text = msg.to_str();
    let text = match (filename, line) {
        (Some(f), Some(l)) => format!("{msg_text} ({f}, line {l})"),
        (Some(f), None) => format!("{msg_text} ({f})"),
        (None, Some(l)) => format!("{msg_text} (line {l})"),
        (None, None) => return Ok(msg.into_value()),
    };
    Ok(rt.str(&text).into_value())
}

/// What a SyntaxError is made of, as the compiler knows it.
pub struct SyntaxErrorParts<'a> {
    pub message: &'a str,
    pub filename: &'a str,
    /// From 1.
    pub line: i64,
    /// In characters, from 1.
    pub offset: i64,
    /// The source line, if it is known.
    pub text: Option<&'a str>,
    pub end_line: i64,
    pub end_offset: Option<i64>,
    pub placed: Placed,
}

/// Where a SyntaxError made by the interpreter has its place, beside its attributes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Placed {
    /// In its `args`.
    InArgs,
    /// In its `args`, without the end.
    InArgsWithoutEnd,
    /// In its attributes alone.
    InAttributes,
}

impl Rt {
    /// A SyntaxError (or IndentationError, TabError) at a place of the source.
    #[cold]
    pub fn syntax_error_at(&self, class: &Ref<TypeObj>, parts: &SyntaxErrorParts<'_>) -> Raised {
        let text = parts.text.map(|t| self.str(t).into_value());
        let place = [
            self.str(parts.filename).into_value(),
            self.int(parts.line),
            self.int(parts.offset),
            text.unwrap_or(Value::NONE),
            self.int(parts.end_line),
            parts.end_offset.map_or(Value::NONE, |end| self.int(end)),
        ];
        let message = self.str(parts.message).into_value();
        let told = match parts.placed {
            Placed::InArgs => &place[..],
            Placed::InArgsWithoutEnd => &place[..4],
            Placed::InAttributes => {
                let raised = self.raise_with(class, &[message]);
                if let Some(e) = raised.0.downcast_ref::<Exception>() {
                    let places = [FILENAME, LINENO, OFFSET, TEXT, END_LINENO, END_OFFSET];
                    for (at, value) in places.into_iter().zip(place) {
                        e.extra[at].set(Some(value));
                    }
                }
                return raised;
            }
        };
        let told = self.tuple(told.to_vec()).into_value();
        self.raise_with(class, &[message, told])
    }

    /// The place and text of a SyntaxError, for printing: filename, line, offset, text, end line, end offset.
    pub(crate) fn syntax_error_fields(&self, error: &Value) -> Option<[Value; 6]> {
        let e = error.downcast_ref::<Exception>()?;
        let at = |i: usize| e.extra[i].get().unwrap_or(Value::NONE);
        self.is_instance(error, &self.types.syntax_error).then(|| {
            [
                at(FILENAME),
                at(LINENO),
                at(OFFSET),
                at(TEXT),
                at(END_LINENO),
                at(END_OFFSET),
            ]
        })
    }

    /// `SyntaxError.msg`.
    pub(crate) fn syntax_error_message(&self, error: &Value) -> Value {
        let e = error.downcast_ref::<Exception>();
        e.and_then(|e| e.extra[MSG].get()).unwrap_or(Value::NONE)
    }
}
