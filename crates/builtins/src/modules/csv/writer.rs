//! `_csv.writer`: rows to lines.

use super::dialect::{self, Dialect};
use super::{ERROR, call_dialect};
use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Rt, Str, StrExt, TypeSpec, Value,
    type_flags,
};

/// The payload of `_csv.writer`.
pub(super) struct Writer {
    write: Value,
    dialect: Value,
}

impl Payload for Writer {
    const KIND: Kind = kinds::CSV_WRITER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.write.trace(visitor);
        self.dialect.trace(visitor);
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Writer> {
    value
        .downcast_ref::<Writer>()
        .ok_or_else(|| rt.type_error("a csv writer was expected"))
}

pub(super) static WRITER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::NO_NEW,
    methods: &[
        NativeDef::new("writerow", "", Call::One(write_row)),
        NativeDef::new("writerows", "", Call::One(write_rows)),
    ],
    getset: &[GetSetDef::member("dialect", |rt, v| {
        Ok(this(rt, v)?.dialect.clone())
    })],
    doc: "CSV writer\n\nWriter objects are responsible for generating tabular data\nin CSV format from sequence input.\n",
    ..TypeSpec::new("_csv.writer", Layout::Native(kinds::CSV_WRITER))
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
    let write = rt.getattr_opt(&given[0], &rt.names.write)?;
    let callable = |v: &Value| rt.type_of(v).slots.call.get().is_some();
    let Some(write) = write.filter(callable) else {
        return Err(rt.type_error("argument 1 must have a \"write\" method"));
    };
    let dialect = call_dialect(rt, given.get(1), args)?;
    let class = super::class(rt, "Writer")?;
    Ok(rt.alloc(&class, Writer { write, dialect }).into_value())
}

/// Adds one field, in quotes if it must be (`join_append_data`).
fn append(
    rt: &Rt,
    dialect: &Dialect,
    row: &mut Vec<u32>,
    first: bool,
    field: &[u32],
    mut quoted: bool,
) -> PyResult<()> {
    if !first {
        row.push(dialect.delimiter);
    }
    let mut body = Vec::with_capacity(field.len());
    for &code in field {
        let special = code == dialect.delimiter
            || Some(code) == dialect.escape
            || Some(code) == dialect.quote
            || dialect.line_terminator.codes().any(|c| c == code);
        if special {
            let mut escape = dialect.quoting == dialect::NONE;
            if !escape {
                if Some(code) == dialect.quote {
                    match (dialect.double_quote, dialect.quote) {
                        (true, Some(quote)) => body.push(quote),
                        _ => escape = true,
                    }
                } else if Some(code) == dialect.escape {
                    escape = true;
                }
                quoted |= !escape;
            }
            if escape {
                match dialect.escape {
                    Some(sign) => body.push(sign),
                    None => {
                        return Err(ERROR.raise(rt, "need to escape, but no escapechar set"));
                    }
                }
            }
        }
        body.push(code);
    }
    let quote = dialect.quote.filter(|_| quoted);
    row.extend(quote);
    row.extend(body);
    row.extend(quote);
    Ok(())
}

fn is_number(rt: &Rt, value: &Value) -> bool {
    let slots = &rt.type_of(value).slots;
    slots.index.get().is_some()
        || slots.int.get().is_some()
        || slots.float.get().is_some()
        || rt.is_instance(value, &rt.types.complex)
}

fn write_row(rt: &Rt, value: &Value, fields: &Value) -> PyResult {
    let writer = this(rt, value)?;
    let Some(dialect) = writer.dialect.downcast_ref::<Dialect>() else {
        return Err(rt.system_error("a writer's dialect is a Dialect"));
    };
    let iterator = match rt.iter(fields) {
        Err(raised) if raised.is(rt, &rt.types.type_error) => {
            let message = format!("iterable expected, not {}", rt.type_name(fields));
            return Err(ERROR.raise(rt, &message));
        }
        iterator => iterator?,
    };
    let mut row = Vec::new();
    let mut count = 0;
    let mut null = false;
    while let Some(field) = rt.next(&iterator)? {
        let is_text = field.downcast_ref::<Str>().is_some();
        let quoted = match dialect.quoting {
            dialect::NONNUMERIC => !is_number(rt, &field),
            dialect::ALL => true,
            dialect::STRINGS => is_text,
            dialect::NOT_NULL => !field.is_none(),
            _ => false,
        };
        null = field.is_none();
        let codes: Vec<u32> = if null {
            Vec::new()
        } else if let Some(text) = field.downcast_ref::<Str>() {
            text.codes().collect()
        } else {
            rt.str_of(&field)?.codes().collect()
        };
        append(rt, dialect, &mut row, count == 0, &codes, quoted)?;
        count += 1;
    }
    if count > 0 && row.is_empty() {
        let bare = matches!(dialect.quoting, dialect::STRINGS | dialect::NOT_NULL);
        if dialect.quoting == dialect::NONE || (null && bare) {
            return Err(ERROR.raise(rt, "single empty field record must be quoted"));
        }
        append(rt, dialect, &mut row, true, &[], true)?;
    }
    row.extend(dialect.line_terminator.codes());
    let line = rt.str_codes(&row).into_value();
    rt.call(&writer.write, &[line])
}

fn write_rows(rt: &Rt, value: &Value, rows: &Value) -> PyResult {
    let iterator = rt.iter(rows)?;
    while let Some(row) = rt.next(&iterator)? {
        write_row(rt, value, &row)?;
    }
    Ok(Value::NONE)
}
