//! `_sre`: what `re` compiles to, run (`Modules/_sre/sre.c`).

mod chars;
mod code;
mod engine;
mod matches;
mod pattern;
mod substitute;
mod tables;

use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, TypeObj, Value};

/// The types of the module.
pub(super) struct Types {
    pattern: Ref<TypeObj>,
    match_: Ref<TypeObj>,
    scanner: Ref<TypeObj>,
    template: Ref<TypeObj>,
}

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "compile",
        "($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)",
        Call::Many(pattern::compile),
    ),
    NativeDef::new(
        "template",
        "($module, pattern, template, /)",
        Call::Many(substitute::template),
    ),
    NativeDef::new(
        "getcodesize",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int(4))),
    ),
    NativeDef::new(
        "ascii_iscased",
        "($module, character, /)",
        Call::One(ascii_iscased),
    ),
    NativeDef::new(
        "ascii_tolower",
        "($module, character, /)",
        Call::One(ascii_tolower),
    ),
    NativeDef::new(
        "unicode_iscased",
        "($module, character, /)",
        Call::One(unicode_iscased),
    ),
    NativeDef::new(
        "unicode_tolower",
        "($module, character, /)",
        Call::One(unicode_tolower),
    ),
];

fn character(rt: &Rt, value: &Value) -> PyResult<u32> {
    let code = rt.index_i64(value)?;
    u32::try_from(code).map_err(|_| rt.overflow_error("character out of range"))
}

fn ascii_iscased(rt: &Rt, _module: &Value, c: &Value) -> PyResult {
    let c = character(rt, c)?;
    Ok(Value::bool(c < 128 && (c as u8).is_ascii_alphabetic()))
}

fn ascii_tolower(rt: &Rt, _module: &Value, c: &Value) -> PyResult {
    Ok(rt.int(i64::from(chars::lower_ascii(character(rt, c)?))))
}

fn unicode_iscased(rt: &Rt, _module: &Value, c: &Value) -> PyResult {
    let c = character(rt, c)?;
    Ok(Value::bool(
        chars::lower_unicode(c) != c || chars::upper_unicode(c) != c,
    ))
}

fn unicode_tolower(rt: &Rt, _module: &Value, c: &Value) -> PyResult {
    Ok(rt.int(i64::from(chars::lower_unicode(character(rt, c)?))))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_sre", FUNCTIONS);
    module.set(rt, "MAGIC", rt.int(code::MAGIC));
    module.set(rt, "CODESIZE", rt.int(4));
    module.set(rt, "MAXREPEAT", rt.int(i64::from(code::MAXREPEAT)));
    module.set(rt, "MAXGROUPS", rt.int(code::MAXGROUPS));
    let object = &rt.types.object;
    let types = Types {
        pattern: rt.native_type(&pattern::PATTERN, object),
        match_: rt.native_type(&matches::MATCH, object),
        scanner: rt.native_type(&pattern::SCANNER, object),
        template: rt.native_type(&substitute::TEMPLATE, object),
    };
    rt.module_state.borrow_mut().insert("_sre", Box::new(types));
    Ok(module)
}

/// One of the module's types.
fn type_named(rt: &Rt, f: impl FnOnce(&Types) -> &Ref<TypeObj>) -> PyResult<Ref<TypeObj>> {
    let state = rt.module_state.borrow();
    state
        .get("_sre")
        .and_then(|s| s.downcast_ref::<Types>())
        .map(|types| f(types).clone())
        .ok_or_else(|| rt.system_error("_sre is not initialised"))
}

/// The function's own arguments and no others: `__copy__` and `__deepcopy__` give the object itself.
fn itself(_rt: &Rt, value: &Value, _args: &Args<'_>) -> PyResult {
    Ok(value.clone())
}
