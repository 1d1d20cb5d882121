//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`.

use super::base::init_args;
use super::{Exception, Own, extra, part};
use crate::native::Args;
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::{Str, StrExt};
use hognose_heap::Value;

const ENCODING: usize = 0;
const OBJECT: usize = 1;
const START: usize = 2;
const END: usize = 3;
const REASON: usize = 4;

pub(super) const ENCODE_ERROR: Own = Own {
    slots: Slots {
        init: Some(|rt, v, args| init(rt, v, args, Family::Encode)),
        str: Some(str_encode),
        ..Slots::NONE
    },
    getset: &[
        extra::<ENCODING>("encoding"),
        extra::<OBJECT>("object"),
        extra::<START>("start"),
        extra::<END>("end"),
        extra::<REASON>("reason"),
    ],
    methods: &[],
};

pub(super) const DECODE_ERROR: Own = Own {
    slots: Slots {
        init: Some(|rt, v, args| init(rt, v, args, Family::Decode)),
        str: Some(str_decode),
        ..Slots::NONE
    },
    getset: ENCODE_ERROR.getset,
    methods: &[],
};

pub(super) const TRANSLATE_ERROR: Own = Own {
    slots: Slots {
        init: Some(|rt, v, args| init(rt, v, args, Family::Translate)),
        str: Some(str_translate),
        ..Slots::NONE
    },
    getset: &[
        extra::<OBJECT>("object"),
        extra::<START>("start"),
        extra::<END>("end"),
        extra::<REASON>("reason"),
    ],
    methods: &[],
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Encode,
    Decode,
    Translate,
}

fn init(rt: &Rt, this: &Value, args: &Args<'_>, family: Family) -> PyResult<()> {
    if args.has_keywords() {
        let name = rt.type_name(this);
        return Err(rt.type_error(format!("{name}() takes no keyword arguments")));
    }
    init_args(rt, this, args)?;
    let given = args.positional();
    let fields: &[usize] = match family {
        Family::Translate => &[OBJECT, START, END, REASON],
        Family::Encode | Family::Decode => &[ENCODING, OBJECT, START, END, REASON],
    };
    if given.len() != fields.len() {
        return Err(rt.type_error(format!(
            "function takes exactly {} arguments ({} given)",
            fields.len(),
            given.len()
        )));
    }
    let e = part(rt, this)?;
    for (i, (&field, value)) in fields.iter().zip(given).enumerate() {
        let mut value = value.clone();
        let wanted = match field {
            START | END => {
                rt.index_i64(&value)?;
                None
            }
            OBJECT if family == Family::Decode => {
                if !rt.is_instance(&value, &rt.types.bytes) {
                    if value.downcast_ref::<Str>().is_some() {
                        return Err(rt.type_error("a bytes-like object is required, not 'str'"));
                    }
                    value = rt.call(rt.types.bytes.as_value(), &[value])?;
                }
                None
            }
            _ => (!rt.is_instance(&value, &rt.types.str)).then_some("str"),
        };
        if let Some(wanted) = wanted {
            return Err(rt.type_error(format!(
                "argument {} must be {wanted}, not {}",
                i + 1,
                rt.type_name(&value)
            )));
        }
        e.extra[field].set(Some(value));
    }
    Ok(())
}

fn field(rt: &Rt, e: &Exception, i: usize) -> PyResult<String> {
    let value = e.extra[i].get().unwrap_or(Value::NONE);
    Ok(rt.str_of(&value)?.to_str().into_owned())
}

fn number(rt: &Rt, e: &Exception, i: usize) -> i64 {
    let value = e.extra[i].get();
    value
        .and_then(|v| rt.as_int(&v).and_then(|n| n.to_i64()))
        .unwrap_or(0)
}

/// Start and end, kept within the object as `PyUnicodeEncodeError_GetStart` and `…GetEnd` do.
fn range(rt: &Rt, e: &Exception, length: i64) -> (i64, i64) {
    let start = number(rt, e, START).min(length - 1).max(0);
    let end = number(rt, e, END).max(1).min(length);
    (start, end)
}

fn escaped(code: u32) -> String {
    match code {
        0..=0xff => format!("\\x{code:02x}"),
        0x100..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

fn str_encode(rt: &Rt, this: &Value) -> PyResult {
    let e = part(rt, this)?;
    let Some(object) = e.extra[OBJECT].get() else {
        return Ok(rt.names.empty.as_value().clone());
    };
    let (encoding, reason) = (field(rt, e, ENCODING)?, field(rt, e, REASON)?);
    let text = object.downcast_ref::<Str>();
    let length = text.map_or(0, |t| t.char_count() as i64);
    let (start, end) = (number(rt, e, START), number(rt, e, END));
    let made = match text {
        Some(text) if start >= 0 && start < length && end == start + 1 => format!(
            "'{encoding}' codec can't encode character '{}' in position {start}: {reason}",
            escaped(text.code_at(start as usize))
        ),
        _ => format!(
            "'{encoding}' codec can't encode characters in position {start}-{}: {reason}",
            end - 1
        ),
    };
    Ok(rt.str(&made).into_value())
}

fn str_decode(rt: &Rt, this: &Value) -> PyResult {
    let e = part(rt, this)?;
    let Some(object) = e.extra[OBJECT].get() else {
        return Ok(rt.names.empty.as_value().clone());
    };
    let (encoding, reason) = (field(rt, e, ENCODING)?, field(rt, e, REASON)?);
    let length = rt.len(&object)? as i64;
    let (start, end) = (number(rt, e, START), number(rt, e, END));
    let made = if start >= 0 && start < length && end == start + 1 {
        let byte = rt.getitem(&object, &rt.int(start))?;
        let byte = rt.as_int(&byte).and_then(|b| b.to_i64()).unwrap_or(0);
        format!("'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}")
    } else {
        format!(
            "'{encoding}' codec can't decode bytes in position {start}-{}: {reason}",
            end - 1
        )
    };
    Ok(rt.str(&made).into_value())
}

fn str_translate(rt: &Rt, this: &Value) -> PyResult {
    let e = part(rt, this)?;
    let Some(object) = e.extra[OBJECT].get() else {
        return Ok(rt.names.empty.as_value().clone());
    };
    let reason = field(rt, e, REASON)?;
    let text = object.downcast_ref::<Str>();
    let length = text.map_or(0, |t| t.char_count() as i64);
    let (start, end) = (number(rt, e, START), number(rt, e, END));
    let made = match text {
        Some(text) if start >= 0 && start < length && end == start + 1 => format!(
            "can't translate character '{}' in position {start}: {reason}",
            escaped(text.code_at(start as usize))
        ),
        _ => format!(
            "can't translate characters in position {start}-{}: {reason}",
            end - 1
        ),
    };
    Ok(rt.str(&made).into_value())
}

impl Rt {
    /// `UnicodeEncodeError(encoding, object, start, end, reason)`.
    #[cold]
    pub fn unicode_encode_error(
        &self,
        encoding: &str,
        object: &Value,
        (start, end): (usize, usize),
        reason: &str,
    ) -> Raised {
        let args = [
            self.str(encoding).into_value(),
            object.clone(),
            self.int_from_usize(start),
            self.int_from_usize(end),
            self.str(reason).into_value(),
        ];
        self.raise_with(&self.types.unicode_encode_error, &args)
    }

    /// `UnicodeDecodeError(encoding, object, start, end, reason)`.
    #[cold]
    pub fn unicode_decode_error(
        &self,
        encoding: &str,
        object: &Value,
        (start, end): (usize, usize),
        reason: &str,
    ) -> Raised {
        let args = [
            self.str(encoding).into_value(),
            object.clone(),
            self.int_from_usize(start),
            self.int_from_usize(end),
            self.str(reason).into_value(),
        ];
        self.raise_with(&self.types.unicode_decode_error, &args)
    }

    /// The object and the range of a Unicode error, kept within the object: for codec error handlers.
    pub fn unicode_error_range(&self, error: &Value) -> PyResult<Option<(Value, i64, i64)>> {
        let Some(e) = error.downcast_ref::<Exception>() else {
            return Ok(None);
        };
        let Some(object) = e.extra[OBJECT].get() else {
            return Ok(None);
        };
        let length = self.len(&object)? as i64;
        let (start, end) = range(self, e, length);
        Ok(Some((object, start, end)))
    }
}
