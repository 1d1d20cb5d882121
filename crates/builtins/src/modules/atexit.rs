//! `atexit`: functions that run when the program ends.

use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Value};

/// A registered call: function, all values, keyword names.
type Entry = (Value, Vec<Value>, Vec<Value>);

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "_clear",
        "($module, /)",
        Call::Zero(|rt, _| {
            drop(take(rt));
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "_ncallbacks",
        "($module, /)",
        Call::Zero(|rt, _| Ok(rt.int_from_usize(with_entries(rt, |entries| entries.len())))),
    ),
    NativeDef::new(
        "_run_exitfuncs",
        "($module, /)",
        Call::Zero(|rt, _| {
            run(rt);
            Ok(Value::NONE)
        }),
    ),
    NativeDef::new(
        "register",
        "($module, func, /, *args, **kwargs)",
        Call::Many(register),
    ),
    NativeDef::new("unregister", "($module, func, /)", Call::One(unregister)),
];

fn with_entries<T>(rt: &Rt, f: impl FnOnce(&mut Vec<Entry>) -> T) -> T {
    let mut state = rt.module_state.borrow_mut();
    let entries = state
        .entry("atexit")
        .or_insert_with(|| Box::new(Vec::<Entry>::new()));
    match entries.downcast_mut() {
        Some(entries) => f(entries),
        None => f(&mut Vec::new()),
    }
}

fn take(rt: &Rt) -> Vec<Entry> {
    with_entries(rt, std::mem::take)
}

fn register(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let Some(function) = args.positional().first() else {
        return Err(rt.type_error("register() takes at least 1 argument (0 given)"));
    };
    if rt.type_of(function).slots.call.get().is_none() {
        return Err(rt.type_error("the first argument must be callable"));
    }
    let entry = (
        function.clone(),
        args.all_values()[1..].to_vec(),
        args.keyword_names().to_vec(),
    );
    with_entries(rt, |entries| entries.push(entry));
    Ok(function.clone())
}

fn unregister(rt: &Rt, _: &Value, function: &Value) -> PyResult {
    let mut kept = Vec::new();
    for entry in take(rt) {
        if !rt.eq(&entry.0, function)? {
            kept.push(entry);
        }
    }
    with_entries(rt, |entries| *entries = kept);
    Ok(Value::NONE)
}

/// Runs what was registered, the last first; errors are reported and do not stop the others.
pub(crate) fn run(rt: &Rt) {
    while let Some((function, values, names)) = with_entries(rt, Vec::pop) {
        if let Err(raised) = rt.call_args(&function, &Args::with_names(&values, &names)) {
            crate::write_stderr(rt, "Exception ignored in atexit callback:\n");
            crate::report(rt, &raised);
        }
    }
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    Ok(rt.native_module("atexit", FUNCTIONS))
}
