//! `_csv`: comma-separated values (`Modules/_csv.c`).

mod dialect;
mod reader;
mod writer;

use super::ModuleError;
use hognose_object::dict::Dict;
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, NativeDef, PyResult, Raised, Ref, Rt, Signature, Str, TypeObj, TypeSpec, Value,
};
use std::cell::Cell;

static ERROR: ModuleError = ModuleError("_csv");

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("reader", "", Call::Many(reader::make)),
    NativeDef::new("writer", "", Call::Many(writer::make)),
    NativeDef::new(
        "list_dialects",
        "($module, /)",
        Call::Zero(|rt, _| {
            let names = dialects(rt)?.snapshot().into_iter().map(|(name, _)| name);
            Ok(rt.list(names.collect()).into_value())
        }),
    ),
    NativeDef::new("register_dialect", "", Call::Many(register)),
    NativeDef::new(
        "unregister_dialect",
        "($module, /, name)",
        Call::One(|rt, _, name| match dialects(rt)?.remove(rt, name)? {
            Some(_) => Ok(Value::NONE),
            None => Err(unknown(rt)),
        }),
    ),
    NativeDef::new(
        "get_dialect",
        "($module, /, name)",
        Call::One(|rt, _, name| registered(rt, name)),
    ),
    NativeDef::new(
        "field_size_limit",
        "($module, /, new_limit=<unrepresentable>)",
        Call::Many(field_size_limit),
    ),
];

/// The longest field, in characters.
struct Limit(Cell<i64>);

/// Dialects by name (`_csv._dialects`).
fn dialects(rt: &Rt) -> PyResult<Ref<Dict>> {
    let found = super::attribute(rt, "_csv", "_dialects")?;
    found
        .downcast::<Dict>()
        .cloned()
        .ok_or_else(|| rt.system_error("_csv._dialects is no dict"))
}

fn unknown(rt: &Rt) -> Raised {
    ERROR.raise(rt, "unknown dialect")
}

fn registered(rt: &Rt, name: &Value) -> PyResult {
    dialects(rt)?.get(rt, name)?.ok_or_else(|| unknown(rt))
}

/// A dialect made of what was given (`_call_dialect`).
fn call_dialect(rt: &Rt, given: Option<&Value>, args: &Args<'_>) -> PyResult {
    let class = super::attribute(rt, "_csv", "Dialect")?;
    let names = args.keyword_names();
    let keywords = args.all_values().len() - names.len();
    let mut row: Vec<Value> = given.cloned().into_iter().collect();
    row.extend_from_slice(&args.all_values()[keywords..]);
    rt.call_args(&class, &Args::with_names(&row, names))
}

fn register(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("register_dialect", &Args::new(args.positional()), 1, 2)?;
    if given[0].downcast_ref::<Str>().is_none() {
        return Err(rt.type_error("dialect name must be a string"));
    }
    let dialect = call_dialect(rt, given.get(1), args)?;
    drop(dialects(rt)?.set(rt, &given[0], dialect)?);
    Ok(Value::NONE)
}

fn limit(rt: &Rt) -> i64 {
    let state = rt.module_state.borrow();
    let limit = state.get("_csv.limit");
    limit
        .and_then(|l| l.downcast_ref::<Limit>())
        .map_or(i64::MAX, |l| l.0.get())
}

fn field_size_limit(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "field_size_limit",
        params: &["new_limit"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let [new] = rt.bind(&SIGNATURE, args)?;
    let old = limit(rt);
    if let Some(new) = new {
        if rt.as_int(new).is_none() || !rt.is_exact(new, &rt.types.int) {
            return Err(rt.type_error("limit must be an integer"));
        }
        let new = rt.index_i64(new)?;
        let limit = Box::new(Limit(Cell::new(new)));
        rt.module_state.borrow_mut().insert("_csv.limit", limit);
    }
    Ok(rt.int(old))
}

/// A class of the module.
fn class(rt: &Rt, name: &str) -> PyResult<Ref<TypeObj>> {
    let found = super::attribute(rt, "_csv", name)?;
    found
        .downcast::<TypeObj>()
        .cloned()
        .ok_or_else(|| rt.system_error("a class of _csv is no type"))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_csv", FUNCTIONS);
    ERROR.install(rt, &module, "Error", &rt.types.exception)?;
    let limit = Box::new(Limit(Cell::new(128 << 10)));
    rt.module_state.borrow_mut().insert("_csv.limit", limit);
    let classes: [(&str, &'static TypeSpec); 3] = [
        ("Dialect", &dialect::DIALECT),
        ("Reader", &reader::READER),
        ("Writer", &writer::WRITER),
    ];
    for (name, spec) in classes {
        module.set(rt, name, rt.native_type(spec, &rt.types.object));
    }
    for (name, number) in [
        ("QUOTE_MINIMAL", dialect::MINIMAL),
        ("QUOTE_ALL", dialect::ALL),
        ("QUOTE_NONNUMERIC", dialect::NONNUMERIC),
        ("QUOTE_NONE", dialect::NONE),
        ("QUOTE_STRINGS", dialect::STRINGS),
        ("QUOTE_NOTNULL", dialect::NOT_NULL),
    ] {
        module.set(rt, name, rt.int(number));
    }
    module.set(rt, "_dialects", rt.dict());
    module.set(rt, "__version__", rt.str("1.0"));
    Ok(module)
}
