//! `_functools`: what module `functools` has in C (`Modules/_functoolsmodule.c`).

mod key;
mod lru;
mod partial;

use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Value};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("cmp_to_key", "($module, /, mycmp)", Call::Many(key::cmp_to_key))
        .with_doc("Convert a cmp= function into a key= function."),
    NativeDef::new("reduce", "", Call::Many(reduce)).with_doc(
        "reduce(function, iterable[, initial]) -> value\n\nApply a function of two arguments cumulatively to the items of a sequence\nor iterable, from left to right, so as to reduce the iterable to a single\nvalue.  For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5]) calculates\n((((1+2)+3)+4)+5).  If initial is present, it is placed before the items\nof the iterable in the calculation, and serves as a default when the\niterable is empty.",
    ),
];

fn reduce(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("reduce", args, 2, 3)?;
    let iterator = match rt.iter(&given[1]) {
        Err(raised) if raised.is(rt, &rt.types.type_error) => {
            return Err(rt.type_error("reduce() arg 2 must support iteration"));
        }
        iterator => iterator?,
    };
    let mut made = given.get(2).cloned();
    while let Some(item) = rt.next(&iterator)? {
        made = Some(match made {
            None => item,
            Some(made) => rt.call(&given[0], &[made, item])?,
        });
    }
    made.ok_or_else(|| rt.type_error("reduce() of empty iterable with no initial value"))
}

fn check_callable(rt: &Rt, function: &Value) -> PyResult<()> {
    match rt.type_of(function).slots.call.get() {
        Some(_) => Ok(()),
        None => Err(rt.type_error("the first argument must be callable")),
    }
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_functools", FUNCTIONS);
    for (name, spec) in [
        ("partial", &partial::PARTIAL),
        ("_lru_cache_wrapper", &lru::WRAPPER),
    ] {
        module.set(rt, name, rt.native_type(spec, &rt.types.object));
    }
    Ok(module)
}
