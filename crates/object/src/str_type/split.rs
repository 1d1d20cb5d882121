//! `split`, `rsplit`, `splitlines`, `partition`, `rpartition`.

use super::this;
use super::units::{self, Unit, with_units};
use crate::native::{Args, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::unicode;
use hognose_heap::{Ref, Value};

/// The separator (`None` for white space) and the greatest number of splits.
fn arguments<'a>(
    rt: &Rt,
    function: &'static str,
    args: &Args<'a>,
) -> PyResult<(Option<&'a Ref<Str>>, usize)> {
    let signature = Signature {
        function,
        params: &["sep", "maxsplit"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [separator, most] = rt.bind(&signature, args)?;
    let most = match most {
        Some(most) => rt.index_i64(most)?,
        None => -1,
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let separator = match separator {
        Some(v) if !v.is_none() => match v.downcast::<Str>() {
            Some(text) if text.char_count() > 0 => Some(text),
            Some(_) => return Err(rt.value_error("empty separator")),
            None => {
                let name = rt.type_name(v);
                return Err(rt.type_error(format!("must be str or None, not {name}")));
            }
        },
        _ => None,
    };
    Ok((separator, most))
}

fn pieces(rt: &Rt, text: &Ref<Str>, spans: Vec<(usize, usize)>) -> PyResult {
    let items = spans
        .into_iter()
        .map(|(start, end)| rt.str_slice(text, start, end).into_value());
    Ok(rt.list(items.collect()).into_value())
}

/// Where the words stand, split off from the left.
pub(crate) fn words<T: Unit>(
    row: &[T],
    most: usize,
    space: impl Fn(u32) -> bool,
) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    each_word(row, most, space, |start, end| spans.push((start, end)));
    spans
}

/// Calls `found` with the start and end of each word.
fn each_word<T: Unit>(
    row: &[T],
    most: usize,
    space: impl Fn(u32) -> bool,
    mut found: impl FnMut(usize, usize),
) {
    let (mut at, mut count) = (0, 0);
    loop {
        while at < row.len() && space(row[at].into()) {
            at += 1;
        }
        if at == row.len() {
            return;
        }
        if count == most {
            return found(at, row.len());
        }
        let start = at;
        while at < row.len() && !space(row[at].into()) {
            at += 1;
        }
        found(start, at);
        count += 1;
    }
}

/// Where the words stand, split off from the right.
pub(crate) fn words_right<T: Unit>(
    row: &[T],
    most: usize,
    space: fn(u32) -> bool,
) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut at = row.len();
    loop {
        while at > 0 && space(row[at - 1].into()) {
            at -= 1;
        }
        if at == 0 {
            break;
        }
        if spans.len() == most {
            spans.push((0, at));
            break;
        }
        let end = at;
        while at > 0 && !space(row[at - 1].into()) {
            at -= 1;
        }
        spans.push((at, end));
    }
    spans.reverse();
    spans
}

/// What stands between the separators.
pub(crate) fn between(found: &[usize], width: usize, len: usize) -> Vec<(usize, usize)> {
    let mut spans = Vec::with_capacity(found.len() + 1);
    let mut at = 0;
    for &i in found {
        spans.push((at, i));
        at = i + width;
    }
    spans.push((at, len));
    spans
}

pub(super) fn split(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let (separator, most) = arguments(rt, "split", args)?;
    let len = text.char_count();
    let spans = match separator {
        None if text.is_ascii() => {
            let space = |c| matches!(c, 0x20 | 0x9..=0xd | 0x1c..=0x1f);
            let mut items = Vec::new();
            each_word(text.bytes(), most, space, |start, end| {
                items.push(rt.str_slice(text, start, end).into_value());
            });
            return Ok(rt.list(items).into_value());
        }
        None => with_units!(text, row => words(row, most, unicode::is_space)),
        Some(separator) => {
            let found = units::positions(text, separator, 0, len, most);
            between(&found, separator.char_count(), len)
        }
    };
    pieces(rt, text, spans)
}

pub(super) fn rsplit(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let (separator, most) = arguments(rt, "rsplit", args)?;
    let len = text.char_count();
    let spans = match separator {
        None => with_units!(text, row => words_right(row, most, unicode::is_space)),
        Some(separator) => {
            let mut found = Vec::new();
            let mut end = len;
            while found.len() < most
                && let Some(i) = units::rfind(text, separator, 0, end)
            {
                found.push(i);
                end = i;
            }
            found.reverse();
            between(&found, separator.char_count(), len)
        }
    };
    pieces(rt, text, spans)
}

/// Where the lines stand, with or without their ends.
pub(crate) fn lines<T: Unit>(
    row: &[T],
    keep_ends: bool,
    is_break: fn(u32) -> bool,
) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut at = 0;
    while at < row.len() {
        let start = at;
        while at < row.len() && !is_break(row[at].into()) {
            at += 1;
        }
        let end = at;
        if at < row.len() {
            let crlf = row[at].into() == 0xd && row.get(at + 1).is_some_and(|&c| c.into() == 0xa);
            at += 1 + usize::from(crlf);
        }
        spans.push((start, if keep_ends { at } else { end }));
    }
    spans
}

pub(crate) const SPLITLINES: Signature = Signature {
    function: "splitlines",
    params: &["keepends"],
    positional_only: 0,
    positional: 1,
    required: 0,
};

pub(super) fn splitlines(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let [keep_ends] = rt.bind(&SPLITLINES, args)?;
    let keep_ends = match keep_ends {
        Some(v) => rt.truth(v)?,
        None => false,
    };
    let spans = with_units!(text, row => lines(row, keep_ends, unicode::is_line_break));
    pieces(rt, text, spans)
}

fn separator<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Str>> {
    match value.downcast::<Str>() {
        Some(text) if text.char_count() > 0 => Ok(text),
        Some(_) => Err(rt.value_error("empty separator")),
        None => {
            let name = rt.type_name(value);
            Err(rt.type_error(format!("must be str, not {name}")))
        }
    }
}

pub(super) fn partition(rt: &Rt, value: &Value, sep: &Value) -> PyResult {
    let text = this(rt, value)?;
    let sep = separator(rt, sep)?;
    let len = text.char_count();
    let empty = || rt.names.empty.clone();
    let parts = match units::find(text, sep, 0, len) {
        Some(i) => [
            rt.str_slice(text, 0, i),
            sep.clone(),
            rt.str_slice(text, i + sep.char_count(), len),
        ],
        None => [rt.str_slice(text, 0, len), empty(), empty()],
    };
    Ok(rt.tuple(parts.map(Ref::into_value)).into_value())
}

pub(super) fn rpartition(rt: &Rt, value: &Value, sep: &Value) -> PyResult {
    let text = this(rt, value)?;
    let sep = separator(rt, sep)?;
    let len = text.char_count();
    let empty = || rt.names.empty.clone();
    let parts = match units::rfind(text, sep, 0, len) {
        Some(i) => [
            rt.str_slice(text, 0, i),
            sep.clone(),
            rt.str_slice(text, i + sep.char_count(), len),
        ],
        None => [empty(), empty(), rt.str_slice(text, 0, len)],
    };
    Ok(rt.tuple(parts.map(Ref::into_value)).into_value())
}
