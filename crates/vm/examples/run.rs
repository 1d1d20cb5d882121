//! Runs a Python file with a handful of builtins: the executor alone, without the crate `builtins`.

use hognose_heap::Value;
use hognose_object::native::{Args, Call, NativeDef};
use hognose_object::{PyResult, Rt, StrExt};
use std::sync::Arc;

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("print", "", Call::Many(print)),
    NativeDef::new("len", "", Call::One(len)),
    NativeDef::new("sum", "", Call::One(sum)),
    NativeDef::new("sorted", "", Call::Many(sorted)),
    NativeDef::new("next", "", Call::One(next)),
    NativeDef::new("__build_class__", "", Call::Many(build_class)),
];

fn print(rt: &Rt, _this: &Value, args: &Args<'_>) -> PyResult {
    let mut line = Vec::new();
    for value in args.positional() {
        line.push(rt.str_of(value)?.to_str().into_owned());
    }
    println!("{}", line.join(" "));
    Ok(Value::NONE)
}

fn len(rt: &Rt, _this: &Value, value: &Value) -> PyResult {
    Ok(rt.int_from_usize(rt.len(value)?))
}

fn sum(rt: &Rt, _this: &Value, value: &Value) -> PyResult {
    let mut total = rt.int(0);
    rt.for_each(value, |item| {
        total = rt.binary(hognose_object::ops::BinaryOp::Add, &total, &item)?;
        Ok(true)
    })?;
    Ok(total)
}

fn next(rt: &Rt, _this: &Value, value: &Value) -> PyResult {
    rt.next(value)?
        .ok_or_else(|| rt.stop_iteration(Value::NONE))
}

fn sorted(rt: &Rt, _this: &Value, args: &Args<'_>) -> PyResult {
    let [first, ..] = args.positional() else {
        return Err(rt.type_error("sorted expected 1 argument, got 0"));
    };
    let list = rt.list(rt.collect(first)?).into_value();
    let sort = rt.getattr(&list, &rt.names.sort)?;
    rt.call_args(&sort, &args.rest())?;
    Ok(list)
}

fn build_class(rt: &Rt, _this: &Value, args: &Args<'_>) -> PyResult {
    let [body, name, bases @ ..] = args.positional() else {
        return Err(rt.type_error("__build_class__: not enough arguments"));
    };
    let namespace = rt.dict().into_value();
    hognose_vm::run_body(rt, body, &namespace)?;
    let bases = rt.tuple(bases.to_vec()).into_value();
    rt.call(rt.types.type_.as_value(), &[name.clone(), bases, namespace])
}

fn main() {
    let worker = std::thread::Builder::new().stack_size(256 << 20).spawn(run);
    let code = worker.ok().and_then(|w| w.join().ok()).unwrap_or(2);
    std::process::exit(code);
}

fn run() -> i32 {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: run FILE.py");
        return 2;
    };
    let source = match std::fs::read(&path) {
        Ok(source) => source,
        Err(error) => {
            eprintln!("{path}: {error}");
            return 2;
        }
    };
    let options = hognose_compile::Options {
        filename: path,
        ..Default::default()
    };
    let compiled = match hognose_compile::compile_source(&source, &options) {
        Ok(compiled) => compiled,
        Err(error) => {
            eprintln!("{error:?}");
            return 1;
        }
    };
    let rt = Rt::new();
    hognose_vm::install(&rt);
    let builtins = rt.native_module("builtins", FUNCTIONS);
    for (name, value) in builtins.dict.snapshot() {
        let _ = rt.builtins.set(&rt, &name, value);
    }
    for ty in rt.types.all() {
        let name = ty.name.borrow().clone();
        let _ = rt
            .builtins
            .set_str(&rt, &rt.intern_ref(name), ty.as_value().clone());
    }
    let code = rt.code(Arc::new(compiled.code));
    let globals = rt.dict();
    globals.set_str(&rt, &rt.names.name_, rt.names.main_.as_value().clone());
    match hognose_vm::run_code(&rt, &code, &globals, globals.as_value()) {
        Ok(_) => 0,
        Err(raised) => {
            let text = rt.str_of(&raised.0).map(|s| s.to_str().into_owned());
            let line = hognose_vm::raised_at(&raised);
            eprintln!(
                "line {line:?}: {}: {}",
                rt.type_name(&raised.0),
                text.unwrap_or_default()
            );
            1
        }
    }
}
