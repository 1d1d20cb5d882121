//! `replace`, `removeprefix`, `removesuffix`, `translate`, `maketrans`.

use super::search::stands_at;
use super::{TextBuilder, text_arg, this, units};
use crate::native::Args;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use hognose_heap::{Ref, Value};

pub(super) fn replace(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let text = this(rt, value)?;
    let given = rt.positional("replace", args, 2, 3)?;
    let old = text_arg(rt, "replace", "argument 1", &given[0])?;
    let new = text_arg(rt, "replace", "argument 2", &given[1])?;
    let most = match given.get(2) {
        Some(v) => rt.index_i64(v)?,
        None => -1,
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    Ok(rt.str_replace(text, old, new, most)?.into_value())
}

impl Rt {
    /// `text.replace(old, new, most)`.
    pub fn str_replace(
        &self,
        text: &Ref<Str>,
        old: &Str,
        new: &Str,
        most: usize,
    ) -> PyResult<Ref<Str>> {
        let len = text.char_count();
        let found: Vec<usize> = if old.char_count() == 0 {
            (0..=len).take(most).collect()
        } else {
            units::positions(text, old, 0, len, most)
        };
        if found.is_empty() {
            return Ok(self.str_slice(text, 0, len));
        }
        let more = found.len().saturating_mul(new.char_count());
        let room = (len - found.len() * old.char_count()).saturating_add(more);
        if isize::try_from(room).is_err() {
            return Err(self.overflow_error("replace string is too long"));
        }
        self.room_for_chars(room)?;
        let mut out = TextBuilder::with_capacity(room);
        let mut at = 0;
        for i in found {
            out.push_slice(text, at, i);
            out.push_text(new);
            at = i + old.char_count();
        }
        out.push_slice(text, at, len);
        Ok(out.finish(self))
    }
}

pub(super) fn removeprefix(rt: &Rt, value: &Value, prefix: &Value) -> PyResult {
    let text = this(rt, value)?;
    let prefix = text_arg(rt, "removeprefix", "argument", prefix)?;
    let len = text.char_count();
    let start = if stands_at(text, prefix, 0, len) {
        prefix.char_count()
    } else {
        0
    };
    Ok(rt.str_slice(text, start, len).into_value())
}

pub(super) fn removesuffix(rt: &Rt, value: &Value, suffix: &Value) -> PyResult {
    let text = this(rt, value)?;
    let suffix = text_arg(rt, "removesuffix", "argument", suffix)?;
    let len = text.char_count();
    let end = match len.checked_sub(suffix.char_count()) {
        Some(at) if stands_at(text, suffix, at, len) => at,
        _ => len,
    };
    Ok(rt.str_slice(text, 0, end).into_value())
}

/// `translate`: each character looked up in the table (`_PyUnicode_TranslateCharmap`).
pub(super) fn translate(rt: &Rt, value: &Value, table: &Value) -> PyResult {
    let text = this(rt, value)?;
    let mut out = TextBuilder::with_capacity(text.char_count());
    // ASCII characters are asked for once; -1 deletes.
    let mut known: [Option<i16>; 128] = [None; 128];
    for code in text.codes() {
        if let Some(Some(to)) = known.get(code as usize) {
            if let Ok(to) = u32::try_from(*to) {
                out.push(to);
            }
            continue;
        }
        let found = match rt.getitem(table, &rt.int(i64::from(code))) {
            Ok(found) => found,
            Err(raised) if raised.is(rt, &rt.types.lookup_error) => {
                out.push(code);
                remember(&mut known, code, code as i16);
                continue;
            }
            Err(raised) => return Err(raised),
        };
        if found.is_none() {
            remember(&mut known, code, -1);
        } else if let Some(text) = found.downcast::<Str>() {
            if text.char_count() == 1 && text.code_at(0) < 128 {
                remember(&mut known, code, text.code_at(0) as i16);
            }
            out.push_text(text);
        } else if let Some(to) = rt.as_int(&found) {
            let to = to.to_i64().and_then(|c| u32::try_from(c).ok());
            let Some(to) = to.filter(|&c| c <= 0x10_ffff) else {
                return Err(rt.value_error("character mapping must be in range(0x110000)"));
            };
            if to < 128 {
                remember(&mut known, code, to as i16);
            }
            out.push(to);
        } else {
            return Err(rt.type_error("character mapping must return integer, None or str"));
        }
    }
    Ok(out.finish(rt).into_value())
}

fn remember(known: &mut [Option<i16>; 128], code: u32, to: i16) {
    if let Some(place) = known.get_mut(code as usize) {
        *place = Some(to);
    }
}

pub(super) fn maketrans(rt: &Rt, _this: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("maketrans", args, 1, 3)?;
    let table = rt.dict();
    let code = |text: &Str, i: usize| rt.int(i64::from(text.code_at(i)));
    if let [from, to, rest @ ..] = given {
        let Some(from) = from.downcast::<Str>() else {
            return Err(rt.type_error(
                "first maketrans argument must be a string if there is a second argument",
            ));
        };
        let to = text_arg(rt, "maketrans", "argument 2", to)?;
        let gone = match rest.first() {
            Some(v) => Some(text_arg(rt, "maketrans", "argument 3", v)?),
            None => None,
        };
        if from.char_count() != to.char_count() {
            return Err(rt.value_error("the first two maketrans arguments must have equal length"));
        }
        for i in 0..from.char_count() {
            table.set(rt, &code(from, i), code(to, i))?;
        }
        if let Some(gone) = gone {
            for i in 0..gone.char_count() {
                table.set(rt, &code(gone, i), Value::NONE)?;
            }
        }
        return Ok(table.into_value());
    }
    let mapping = given.first().filter(|v| rt.is_exact(v, &rt.types.dict));
    let Some(mapping) = mapping.and_then(|v| rt.as_dict(v)) else {
        return Err(rt.type_error("if you give only one argument to maketrans it must be a dict"));
    };
    for (key, to) in mapping.snapshot() {
        if let Some(text) = key.downcast::<Str>() {
            if text.char_count() != 1 {
                return Err(rt.value_error("string keys in translate table must be of length 1"));
            }
            table.set(rt, &code(text, 0), to)?;
        } else if rt.as_int(&key).is_some() {
            table.set(rt, &key, to)?;
        } else {
            return Err(rt.type_error("keys in translate table must be strings or integers"));
        }
    }
    Ok(table.into_value())
}
