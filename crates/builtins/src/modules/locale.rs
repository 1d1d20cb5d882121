//! `_locale`: C's locale, the only one that is kept.

use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Str, StrExt, Value};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("setlocale", "", Call::Many(set_locale)),
    NativeDef::new("localeconv", "($module, /)", Call::Zero(conventions)),
    NativeDef::new(
        "getencoding",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.str("UTF-8").into_value())),
    ),
    NativeDef::new(
        "strcoll",
        "($module, os1, os2, /)",
        Call::Many(|rt, _, args| {
            let given = rt.positional("strcoll", args, 2, 2)?;
            let (Some(a), Some(b)) = (
                given[0].downcast_ref::<Str>(),
                given[1].downcast_ref::<Str>(),
            ) else {
                return Err(rt.type_error("strcoll() arguments must be str"));
            };
            Ok(rt.int(a.codes().cmp(b.codes()) as i64))
        }),
    ),
    NativeDef::new(
        "strxfrm",
        "($module, string, /)",
        Call::One(|_, _, text| Ok(text.clone())),
    ),
    NativeDef::new("nl_langinfo", "($module, key, /)", Call::One(langinfo)),
];

/// glibc's numbers (`langinfo.h`) with what C's locale says.
const LANGINFO: &[(i64, &str, &str)] = &[
    (14, "CODESET", "UTF-8"),
    (0x1_0000, "RADIXCHAR", "."),
    (0x1_0001, "THOUSEP", ""),
    (0x4_000f, "CRNCYSTR", "-"),
    (0x5_0000, "YESEXPR", "^[yY]"),
    (0x5_0001, "NOEXPR", "^[nN]"),
    (0x2_0028, "D_T_FMT", "%a %b %e %H:%M:%S %Y"),
    (0x2_0029, "D_FMT", "%m/%d/%y"),
    (0x2_002a, "T_FMT", "%H:%M:%S"),
    (0x2_002b, "T_FMT_AMPM", "%I:%M:%S %p"),
    (0x2_0026, "AM_STR", "AM"),
    (0x2_0027, "PM_STR", "PM"),
];

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_locale", FUNCTIONS);
    for (i, name) in [
        "LC_CTYPE",
        "LC_NUMERIC",
        "LC_TIME",
        "LC_COLLATE",
        "LC_MONETARY",
        "LC_MESSAGES",
        "LC_ALL",
    ]
    .into_iter()
    .enumerate()
    {
        module.set(rt, name, rt.int_from_usize(i));
    }
    for (number, name, _) in LANGINFO {
        module.set(rt, name, rt.int(*number));
    }
    module.set(rt, "CHAR_MAX", rt.int(127));
    module.set(rt, "Error", error_class(rt)?);
    Ok(module)
}

/// `locale.Error`, an exception class of its own.
fn error_class(rt: &Rt) -> PyResult {
    let bases = rt
        .tuple([rt.types.exception.as_value().clone()])
        .into_value();
    let dict = rt.dict();
    dict.set_str(rt, &rt.names.module_, rt.str("locale").into_value());
    let name = rt.str("Error").into_value();
    rt.call(rt.types.type_.as_value(), &[name, bases, dict.into_value()])
}

fn set_locale(rt: &Rt, module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("setlocale", args, 1, 2)?;
    let category = rt.index_i64(&given[0])?;
    let wanted = given.get(1).and_then(Value::downcast_ref::<Str>);
    let known =
        wanted.is_none_or(|w| matches!(&*w.to_str(), "" | "C" | "POSIX" | "C.UTF-8" | "C.utf8"));
    if !known || !(0..=6).contains(&category) {
        let class = rt.getattr_str(module, "Error")?;
        let message = rt.str("unsupported locale setting").into_value();
        return Err(hognose_object::Raised(rt.call(&class, &[message])?));
    }
    Ok(rt.str("C").into_value())
}

fn conventions(rt: &Rt, _: &Value) -> PyResult {
    let dict = rt.dict();
    let set = |name: &str, value: Value| drop(dict.set_str(rt, &rt.intern(name), value));
    for name in [
        "int_frac_digits",
        "frac_digits",
        "p_cs_precedes",
        "p_sep_by_space",
        "n_cs_precedes",
        "n_sep_by_space",
        "p_sign_posn",
        "n_sign_posn",
    ] {
        set(name, rt.int(127));
    }
    for name in [
        "int_curr_symbol",
        "currency_symbol",
        "mon_decimal_point",
        "mon_thousands_sep",
        "positive_sign",
        "negative_sign",
        "thousands_sep",
    ] {
        set(name, rt.names.empty.as_value().clone());
    }
    set("decimal_point", rt.str(".").into_value());
    set("mon_grouping", rt.list(Vec::new()).into_value());
    set("grouping", rt.list(Vec::new()).into_value());
    Ok(dict.into_value())
}

fn langinfo(rt: &Rt, _: &Value, key: &Value) -> PyResult {
    let key = rt.index_i64(key)?;
    let found = LANGINFO.iter().find(|(n, _, _)| *n == key);
    match found {
        Some((_, _, text)) => Ok(rt.str(text).into_value()),
        None => Err(rt.value_error("unsupported langinfo constant")),
    }
}
