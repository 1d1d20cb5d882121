//! `_string`: the parsers behind `string.Formatter`.

use hognose_object::module::Module;
use hognose_object::str_type::{field_integer, first_name, next_access, next_piece};
use hognose_object::{Call, NativeDef, PyResult, Ref, Rt, Str, StrExt, Value};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "formatter_field_name_split",
        "",
        Call::One(formatter_field_name_split),
    ),
    NativeDef::new("formatter_parser", "", Call::One(formatter_parser)),
];

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    Ok(rt.native_module("_string", FUNCTIONS))
}

fn text<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Str>> {
    value.downcast::<Str>().ok_or_else(|| {
        let name = rt.type_name(value);
        rt.type_error(format!("expected str, got {name}"))
    })
}

/// Literal text, field name, specification and conversion of each piece. All pieces are read at once, so an error
/// comes before the first piece.
fn formatter_parser(rt: &Rt, _module: &Value, format: &Value) -> PyResult {
    let format = text(rt, format)?;
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(piece) = next_piece(rt, format, &mut at, format.char_count())? {
        let literal = rt.str_slice(format, piece.literal.start, piece.literal.end);
        let row = match piece.field {
            None => [literal.into_value(), Value::NONE, Value::NONE, Value::NONE],
            Some(field) => [
                literal.into_value(),
                rt.str_slice(format, field.name.start, field.name.end)
                    .into_value(),
                rt.str_slice(format, field.spec.start, field.spec.end)
                    .into_value(),
                field
                    .conversion
                    .map_or(Value::NONE, |c| rt.character(c).into_value()),
            ],
        };
        pieces.push(rt.tuple(row).into_value());
    }
    rt.iter(rt.list(pieces).as_value())
}

fn formatter_field_name_split(rt: &Rt, _module: &Value, name: &Value) -> PyResult {
    let name = text(rt, name)?;
    let whole = hognose_object::str_type::Part {
        start: 0,
        end: name.char_count(),
    };
    let first = first_name(name, whole);
    let head = match field_integer(rt, name, first)? {
        Some(i) => rt.int(i),
        None => rt.str_slice(name, first.start, first.end).into_value(),
    };
    let mut rest = Vec::new();
    let mut at = first.end;
    while let Some((attribute, part)) = next_access(rt, name, &mut at, whole.end)? {
        let key = match field_integer(rt, name, part)? {
            Some(i) if !attribute => rt.int(i),
            _ => rt.str_slice(name, part.start, part.end).into_value(),
        };
        rest.push(rt.tuple([Value::bool(attribute), key]).into_value());
    }
    let rest = rt.iter(rt.list(rest).as_value())?;
    Ok(rt.tuple([head, rest]).into_value())
}
