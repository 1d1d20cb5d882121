//! `unicodedata`: what Unicode says of characters (`Modules/unicodedata.c`).

mod normal;
#[rustfmt::skip]
mod tables;

use crate::kinds;
use hognose_heap::{Kind, Payload};
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Slots, Str, StrExt, TypeSpec,
    Value, type_flags, unicode,
};
use tables::{BLOCK, BLOCKS, CATEGORIES, DECOMPOSITIONS, INDEX, NUMERICS, RECORDS};

/// Category, direction, combining class, width, whether mirrored, number: each by its place in a table.
struct Properties(u8, u8, u8, u8, u8, u8);

/// A character, its tag's place, whether its parts make it again, the parts.
struct Decomposition(u32, u8, bool, &'static [u32]);

/// The payload of `unicodedata.UCD`: the database of Unicode 3.2.
struct OldData;

impl Payload for OldData {
    const KIND: Kind = kinds::UCD;
    const GC: bool = false;
}

static UCD: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots::NONE,
    methods: FUNCTIONS,
    getset: &[GetSetDef::member("unidata_version", |rt, _| {
        Ok(rt.str("3.2.0").into_value())
    })],
    ..TypeSpec::new("unicodedata.UCD", Layout::Native(kinds::UCD))
};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "bidirectional",
        "($self, chr, /)",
        Call::One(|rt, v, c| {
            let code = character(rt, "bidirectional", "argument", c)?;
            let place = of(v, code).1;
            Ok(rt
                .intern(tables::DIRECTIONS[usize::from(place)])
                .into_value())
        }),
    ),
    NativeDef::new(
        "category",
        "($self, chr, /)",
        Call::One(|rt, v, c| {
            let code = character(rt, "category", "argument", c)?;
            Ok(rt.intern(category(v, code)).into_value())
        }),
    ),
    NativeDef::new(
        "combining",
        "($self, chr, /)",
        Call::One(|rt, v, c| {
            let code = character(rt, "combining", "argument", c)?;
            Ok(rt.int(i64::from(of(v, code).2)))
        }),
    ),
    NativeDef::new(
        "decimal",
        "($self, chr, default=<unrepresentable>, /)",
        Call::Many(decimal),
    ),
    NativeDef::new("decomposition", "($self, chr, /)", Call::One(decomposition)),
    NativeDef::new(
        "digit",
        "($self, chr, default=<unrepresentable>, /)",
        Call::Many(digit),
    ),
    NativeDef::new(
        "east_asian_width",
        "($self, chr, /)",
        Call::One(|rt, v, c| {
            let code = character(rt, "east_asian_width", "argument", c)?;
            let place = of(v, code).3;
            Ok(rt.intern(tables::WIDTHS[usize::from(place)]).into_value())
        }),
    ),
    NativeDef::new(
        "is_normalized",
        "($self, form, unistr, /)",
        Call::Many(|rt, v, args| {
            let (text, normal) = normalized(rt, v, args, "is_normalized")?;
            Ok(Value::bool(text.codes().eq(normal)))
        }),
    ),
    NativeDef::new("lookup", "($self, name, /)", Call::One(lookup)),
    NativeDef::new(
        "mirrored",
        "($self, chr, /)",
        Call::One(|rt, v, c| {
            let code = character(rt, "mirrored", "argument", c)?;
            Ok(rt.int(i64::from(of(v, code).4)))
        }),
    ),
    NativeDef::new(
        "name",
        "($self, chr, default=<unrepresentable>, /)",
        Call::Many(name),
    ),
    NativeDef::new(
        "normalize",
        "($self, form, unistr, /)",
        Call::Many(|rt, v, args| {
            let (text, normal) = normalized(rt, v, args, "normalize")?;
            if text.codes().eq(normal.iter().copied()) {
                return Ok(text.into_value());
            }
            Ok(rt.str_codes(&normal).into_value())
        }),
    ),
    NativeDef::new(
        "numeric",
        "($self, chr, default=<unrepresentable>, /)",
        Call::Many(numeric),
    ),
];

/// Whether the database of Unicode 3.2 was asked.
fn is_old(data: &Value) -> bool {
    data.downcast_ref::<OldData>().is_some()
}

fn record(code: u32) -> &'static [Properties; 2] {
    let code = code as usize;
    let block = INDEX[(code / BLOCK).min(INDEX.len() - 1)] as usize;
    &RECORDS[BLOCKS[block * BLOCK + code % BLOCK] as usize]
}

fn of(data: &Value, code: u32) -> &'static Properties {
    &record(code)[usize::from(is_old(data))]
}

fn category(data: &Value, code: u32) -> &'static str {
    CATEGORIES[usize::from(of(data, code).0)]
}

fn decomposition_of(code: u32) -> Option<&'static Decomposition> {
    let at = DECOMPOSITIONS.binary_search_by_key(&code, |d| d.0).ok()?;
    Some(&DECOMPOSITIONS[at])
}

fn character(rt: &Rt, function: &str, argument: &str, value: &Value) -> PyResult<u32> {
    match value.downcast_ref::<Str>() {
        Some(text) if text.char_count() == 1 => Ok(text.code_at(0)),
        _ => Err(rt.type_error(format!(
            "{function}() {argument} must be a unicode character, not {}",
            rt.type_name(value)
        ))),
    }
}

/// A character, and what is wanted if it has nothing of the kind.
fn with_default(rt: &Rt, args: &Args<'_>, function: &str) -> PyResult<(u32, Option<Value>)> {
    let given = rt.positional(function, args, 1, 2)?;
    let code = character(rt, function, "argument 1", &given[0])?;
    Ok((code, given.get(1).cloned()))
}

fn decimal(rt: &Rt, data: &Value, args: &Args<'_>) -> PyResult {
    let (code, default) = with_default(rt, args, "decimal")?;
    let mut value = unicode::decimal_value(code).filter(|_| category(data, code) != "Cn");
    // Unicode 3.2 still counted superscripts, subscripts and Ethiopic digits.
    if is_old(data)
        && matches!(code, 0xb2 | 0xb3 | 0xb9 | 0x1369..=0x1371 | 0x2070 | 0x2074..=0x2079 | 0x2080..=0x2089)
    {
        value = unicode::digit_value(code);
    }
    match (value, default) {
        (Some(value), _) => Ok(rt.int(i64::from(value))),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(rt.value_error("not a decimal")),
    }
}

fn digit(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let (code, default) = with_default(rt, args, "digit")?;
    match (unicode::digit_value(code), default) {
        (Some(value), _) => Ok(rt.int(i64::from(value))),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(rt.value_error("not a digit")),
    }
}

fn numeric(rt: &Rt, data: &Value, args: &Args<'_>) -> PyResult {
    let (code, default) = with_default(rt, args, "numeric")?;
    match (of(data, code).5, default) {
        (0, Some(default)) => Ok(default),
        (0, None) => Err(rt.value_error("not a numeric character")),
        (place, _) => Ok(rt.float(NUMERICS[usize::from(place)])),
    }
}

fn decomposition(rt: &Rt, data: &Value, value: &Value) -> PyResult {
    let code = character(rt, "decomposition", "argument", value)?;
    let known = decomposition_of(code).filter(|_| category(data, code) != "Cn");
    let Some(Decomposition(_, tag, _, parts)) = known else {
        return Ok(rt.names.empty.clone().into_value());
    };
    let mut words: Vec<String> = parts.iter().map(|part| format!("{part:04X}")).collect();
    let tag = tables::TAGS[usize::from(*tag)];
    if !tag.is_empty() {
        words.insert(0, tag.to_owned());
    }
    Ok(rt.str(&words.join(" ")).into_value())
}

fn name(rt: &Rt, data: &Value, args: &Args<'_>) -> PyResult {
    let (code, default) = with_default(rt, args, "name")?;
    let known = match category(data, code) {
        // What a later version of Unicode names has no name in ours.
        "Cn" | "Cc" | "Co" | "Cs" => None,
        _ => unicode::character_name(code),
    };
    match (known, default) {
        (Some(name), _) => Ok(rt.str(&name).into_value()),
        (None, Some(default)) => Ok(default),
        (None, None) => Err(rt.value_error("no such name")),
    }
}

fn lookup(rt: &Rt, data: &Value, name: &Value) -> PyResult {
    let Some(text) = name.downcast_ref::<Str>() else {
        return Err(rt.type_error(format!(
            "lookup() argument must be str, not {}",
            rt.type_name(name)
        )));
    };
    let text = text.to_str();
    if text.len() > 256 {
        return Err(rt.raise_with(&rt.types.key_error, &[rt.str("name too long").into_value()]));
    }
    match unicode::named_character(&text).filter(|&code| category(data, code) != "Cn") {
        Some(code) => Ok(rt.character(code).into_value()),
        None => {
            let message = format!("undefined character name '{text}'");
            Err(rt.raise_with(&rt.types.key_error, &[rt.str(&message).into_value()]))
        }
    }
}

/// The text and its normal form.
fn normalized(
    rt: &Rt,
    data: &Value,
    args: &Args<'_>,
    function: &str,
) -> PyResult<(Ref<Str>, Vec<u32>)> {
    let given = rt.positional(function, args, 2, 2)?;
    let text = |i: usize| {
        given[i].downcast::<Str>().cloned().ok_or_else(|| {
            rt.type_error(format!(
                "{function}() argument {} must be str, not {}",
                i + 1,
                rt.type_name(&given[i])
            ))
        })
    };
    let (form, text) = (text(0)?, text(1)?);
    let (compatible, composed) = match &*form.to_str() {
        "NFC" => (false, true),
        "NFD" => (false, false),
        "NFKC" => (true, true),
        "NFKD" => (true, false),
        _ if text.char_count() == 0 => return Ok((text, Vec::new())),
        _ => return Err(rt.value_error("invalid normalization form")),
    };
    let codes: Vec<u32> = text.codes().collect();
    let mut normal = normal::decompose(&codes, compatible, is_old(data));
    if composed {
        normal = normal::compose(&normal, is_old(data));
    }
    Ok((text, normal))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("unicodedata", FUNCTIONS);
    module.set(rt, "unidata_version", rt.str(tables::VERSION));
    let class = rt.native_type(&UCD, &rt.types.object);
    module.set(rt, "ucd_3_2_0", rt.alloc(&class, OldData).into_value());
    module.set(rt, "UCD", class);
    Ok(module)
}
