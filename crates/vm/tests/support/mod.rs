//! Runs Python source with a handful of builtins: the executor alone, without the crate `builtins`.

use hognose_heap::Value;
use hognose_object::native::{Args, Call, NativeDef};
use hognose_object::{PyResult, Rt, StrExt};
use std::cell::RefCell;
use std::sync::Arc;

static FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("print", "", Call::Many(print)),
    NativeDef::new("len", "", Call::One(len)),
    NativeDef::new("sum", "", Call::One(sum)),
    NativeDef::new("sorted", "", Call::Many(sorted)),
    NativeDef::new("iter", "", Call::One(|rt, _, value| rt.iter(value))),
    NativeDef::new("next", "", Call::One(next)),
    NativeDef::new("__build_class__", "", Call::Many(build_class)),
];

thread_local! {
    /// What `print` wrote.
    static OUTPUT: RefCell<String> = const { RefCell::new(String::new()) };
}

fn print(rt: &Rt, _this: &Value, args: &Args<'_>) -> PyResult {
    let mut line = Vec::new();
    for value in args.positional() {
        line.push(rt.str_of(value)?.to_str().into_owned());
    }
    OUTPUT.with_borrow_mut(|out| {
        out.push_str(&line.join(" "));
        out.push('\n');
    });
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
    let mut metaclass = rt.types.type_.as_value().clone();
    let (mut names, mut values) = (Vec::new(), vec![name.clone(), bases, namespace]);
    for (key, value) in args.keywords() {
        if key.is_text("metaclass") {
            metaclass = value.clone();
        } else {
            names.push(key.as_value().clone());
            values.push(value.clone());
        }
    }
    rt.call_args(&metaclass, &Args::with_names(&values, &names))
}

/// What a run came to: what was printed, and the error that ended it.
pub struct Outcome {
    pub output: String,
    pub error: Option<String>,
}

/// Runs a file's source on a thread with room for deep recursion, after something was done to the runtime.
pub fn run(path: &str, source: Vec<u8>, prepare: fn(&Rt)) -> Outcome {
    let path = path.to_owned();
    let worker = std::thread::Builder::new()
        .stack_size(256 << 20)
        .spawn(move || run_here(path, &source, prepare));
    let outcome = worker.ok().and_then(|w| w.join().ok());
    outcome.unwrap_or_else(|| Outcome {
        output: String::new(),
        error: Some("the run panicked".to_owned()),
    })
}

fn run_here(path: String, source: &[u8], prepare: fn(&Rt)) -> Outcome {
    let options = hognose_compile::Options {
        filename: path.into(),
        ..Default::default()
    };
    let compiled = match hognose_compile::compile_source(source, &options) {
        Ok(compiled) => compiled,
        Err(error) => {
            return Outcome {
                output: String::new(),
                error: Some(format!("{error:?}")),
            };
        }
    };
    let rt = Rt::new();
    hognose_vm::install(&rt);
    prepare(&rt);
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
    let group = rt.exception_group().into_value();
    let named = [
        ("NotImplemented", Value::NOT_IMPLEMENTED),
        ("Ellipsis", Value::ELLIPSIS),
        ("ExceptionGroup", group),
    ];
    for (name, value) in named {
        let _ = rt.builtins.set_str(&rt, &rt.intern(name), value);
    }
    let code = rt.code(Arc::new(compiled.code));
    let globals = rt.dict();
    globals.set_str(&rt, &rt.names.name_, rt.names.main_.as_value().clone());
    let result = hognose_vm::run_code(&rt, &code, &globals, globals.as_value());
    let error = result.err().map(|raised| {
        let line = hognose_vm::raised_at(&raised);
        let text = rt.str_of(&raised.0).map(|s| s.to_str().into_owned());
        let (name, text) = (rt.type_name(&raised.0), text.unwrap_or_default());
        format!("{name} at line {line:?}: {text}")
    });
    Outcome {
        output: OUTPUT.take(),
        error,
    }
}
