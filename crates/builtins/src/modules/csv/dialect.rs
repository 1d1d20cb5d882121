//! `_csv.Dialect`: how fields are told apart.

use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, Str, StrExt,
    TypeObj, TypeSpec, Value, type_flags,
};

pub(super) const MINIMAL: i64 = 0;
pub(super) const ALL: i64 = 1;
pub(super) const NONNUMERIC: i64 = 2;
pub(super) const NONE: i64 = 3;
pub(super) const STRINGS: i64 = 4;
pub(super) const NOT_NULL: i64 = 5;

/// The payload of `_csv.Dialect`.
pub(super) struct Dialect {
    pub double_quote: bool,
    pub skip_initial_space: bool,
    pub strict: bool,
    pub quoting: i64,
    pub delimiter: u32,
    pub quote: Option<u32>,
    pub escape: Option<u32>,
    pub line_terminator: Ref<Str>,
}

impl Payload for Dialect {
    const KIND: Kind = kinds::CSV_DIALECT;
    const GC: bool = false;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.line_terminator.trace(visitor);
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Dialect> {
    value
        .downcast_ref::<Dialect>()
        .ok_or_else(|| rt.type_error("a Dialect was expected"))
}

fn character(rt: &Rt, code: Option<u32>) -> Value {
    code.map_or(Value::NONE, |code| rt.character(code).into_value())
}

pub(super) static DIALECT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        new: Some(new),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "__reduce__",
            "",
            Call::Many(|rt, v, _| refuse_pickling(rt, v)),
        ),
        NativeDef::new(
            "__reduce_ex__",
            "",
            Call::Many(|rt, v, _| refuse_pickling(rt, v)),
        ),
    ],
    getset: &[
        GetSetDef::member("skipinitialspace", |rt, v| {
            Ok(Value::bool(this(rt, v)?.skip_initial_space))
        }),
        GetSetDef::member("doublequote", |rt, v| {
            Ok(Value::bool(this(rt, v)?.double_quote))
        }),
        GetSetDef::member("strict", |rt, v| Ok(Value::bool(this(rt, v)?.strict))),
        GetSetDef::read("delimiter", |rt, v| {
            Ok(character(rt, Some(this(rt, v)?.delimiter)))
        }),
        GetSetDef::read("escapechar", |rt, v| Ok(character(rt, this(rt, v)?.escape))),
        GetSetDef::read("lineterminator", |rt, v| {
            Ok(this(rt, v)?.line_terminator.as_value().clone())
        }),
        GetSetDef::read("quotechar", |rt, v| Ok(character(rt, this(rt, v)?.quote))),
        GetSetDef::read("quoting", |rt, v| Ok(rt.int(this(rt, v)?.quoting))),
    ],
    doc: "CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n",
    ..TypeSpec::new("_csv.Dialect", Layout::Native(kinds::CSV_DIALECT))
};

fn refuse_pickling(rt: &Rt, value: &Value) -> PyResult {
    let name = rt.type_name(value);
    let name = name.rsplit('.').next().unwrap_or_default();
    Err(rt.type_error(format!("cannot pickle '{name}' instances")))
}

const OPTIONS: [&str; 8] = [
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "Dialect",
        params: &[
            "dialect",
            "delimiter",
            "doublequote",
            "escapechar",
            "lineterminator",
            "quotechar",
            "quoting",
            "skipinitialspace",
            "strict",
        ],
        positional_only: 0,
        positional: 9,
        required: 0,
    };
    let bound: [Option<&Value>; 9] = rt.bind(&SIGNATURE, args)?;
    let mut options: Vec<Option<Value>> = bound[1..].iter().map(|v| v.cloned()).collect();
    if let Some(dialect) = bound[0] {
        let dialect = match dialect.downcast_ref::<Str>() {
            Some(_) => super::registered(rt, dialect)?,
            None => dialect.clone(),
        };
        let same = dialect.downcast_ref::<Dialect>().is_some();
        if same && options.iter().all(Option::is_none) {
            return Ok(dialect);
        }
        for (option, name) in options.iter_mut().zip(OPTIONS) {
            if option.is_none() {
                // Whatever the attribute raises, it counts as missing.
                *option = rt.getattr_str(&dialect, name).ok();
            }
        }
    }
    let [
        delimiter,
        double,
        escape,
        terminator,
        quote,
        quoting,
        skip,
        strict,
    ] = <[Option<Value>; 8]>::try_from(options)
        .map_err(|_| rt.system_error("a dialect has eight options"))?;
    let flag = |value: &Option<Value>, default: bool| match value {
        Some(value) => rt.truth(value),
        None => Ok(default),
    };
    let dialect = Dialect {
        delimiter: match &delimiter {
            Some(value) => required_character(rt, "delimiter", value)?,
            None => u32::from(b','),
        },
        double_quote: flag(&double, true)?,
        escape: optional_character(rt, "escapechar", escape.as_ref(), None)?,
        line_terminator: match &terminator {
            None => rt.str("\r\n"),
            Some(value) if value.is_none() => rt.names.empty.clone(),
            Some(value) => match value.downcast::<Str>() {
                Some(text) => text.clone(),
                None => return Err(rt.type_error("\"lineterminator\" must be a string")),
            },
        },
        quote: optional_character(rt, "quotechar", quote.as_ref(), Some(u32::from(b'"')))?,
        quoting: match &quoting {
            None => MINIMAL,
            Some(value) if rt.is_exact(value, &rt.types.int) => rt.index_i64(value)?,
            Some(_) => return Err(rt.type_error("\"quoting\" must be an integer")),
        },
        skip_initial_space: flag(&skip, false)?,
        strict: flag(&strict, false)?,
    };
    if !(MINIMAL..=NOT_NULL).contains(&dialect.quoting) {
        return Err(rt.type_error("bad \"quoting\" value"));
    }
    let unquoted = quote.as_ref().is_some_and(Value::is_none) && quoting.is_none();
    let dialect = Dialect {
        quoting: if unquoted { NONE } else { dialect.quoting },
        ..dialect
    };
    if dialect.quoting != NONE && dialect.quote.is_none() {
        return Err(rt.type_error("quotechar must be set if quoting enabled"));
    }
    if terminator.as_ref().is_some_and(Value::is_none) {
        return Err(rt.type_error("lineterminator must be set"));
    }
    Ok(rt.alloc(ty, dialect).into_value())
}

fn required_character(rt: &Rt, name: &str, value: &Value) -> PyResult<u32> {
    match value.downcast_ref::<Str>() {
        Some(text) if text.char_count() == 1 => Ok(text.code_at(0)),
        Some(_) => Err(rt.type_error(format!("\"{name}\" must be a 1-character string"))),
        None => Err(rt.type_error(format!(
            "\"{name}\" must be string, not {}",
            rt.type_name(value)
        ))),
    }
}

fn optional_character(
    rt: &Rt,
    name: &str,
    value: Option<&Value>,
    default: Option<u32>,
) -> PyResult<Option<u32>> {
    match value {
        None => Ok(default),
        Some(value) if value.is_none() => Ok(None),
        Some(value) if value.downcast_ref::<Str>().is_some() => {
            required_character(rt, name, value).map(Some)
        }
        Some(value) => Err(rt.type_error(format!(
            "\"{name}\" must be string or None, not {}",
            rt.type_name(value)
        ))),
    }
}
