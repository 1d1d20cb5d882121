//! Imports and the intrinsics.

use super::frame::namespace;
use super::{Cx, Frame};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::dict::Dict;
use hognose_object::exceptions::Exception;
use hognose_object::module::Module;
use hognose_object::tuple::{List, Tuple, TupleExt};
use hognose_object::{PyResult, Ref, Rt, Str, StrExt};

/// `Op::ImportName` and `Op::ImportFrom`
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn import(cx: Cx<'_>, f: *mut Frame, op: Op, i: Word) -> PyResult<()> {
    // SAFETY: by the contract; the translator checked the name's index.
    unsafe {
        let name = &(*f).code().names[usize::from(i.c)];
        let made = if op == Op::ImportName {
            let level = (*f).take(i.b).unwrap_or(Value::NONE);
            let wanted = (*f).take(i.b + 1).unwrap_or(Value::NONE);
            import_name(cx, f, name, &wanted, &level)?
        } else {
            import_from(cx.rt, &(*f).peek(i.b), name)?
        };
        (*f).put(i.a, made);
    }
    Ok(())
}

/// `import_name` of `Python/ceval.c`: what `builtins.__import__` says.
///
/// # Safety
/// `f` is the topmost frame.
unsafe fn import_name(
    cx: Cx<'_>,
    f: *mut Frame,
    name: &Ref<Str>,
    wanted: &Value,
    level: &Value,
) -> PyResult {
    let rt = cx.rt;
    // SAFETY: by the contract.
    let (function, locals) = unsafe {
        let locals = namespace(f).unwrap_or(Value::NONE);
        ((*f).function(), locals)
    };
    let Some(import) = function.builtins.get_str(rt, &rt.names.import_) else {
        return Err(rt.import_error("__import__ not found"));
    };
    let globals = function.globals.as_value().clone();
    rt.call(
        &import,
        &[
            name.as_value().clone(),
            globals,
            locals,
            wanted.clone(),
            level.clone(),
        ],
    )
}

/// `import_from` of `Python/ceval.c`
fn import_from(rt: &Rt, module: &Value, name: &Ref<Str>) -> PyResult {
    if let Some(found) = rt.getattr_opt(module, name)? {
        return Ok(found);
    }
    // In a circle of imports the submodule may be in sys.modules before it is an attribute of its package.
    let package = rt.getattr_opt(module, &rt.names.name_)?;
    let package = package.as_ref().and_then(Value::downcast::<Str>);
    if let Some(package) = package {
        let full = rt.str(&format!("{}.{}", package.to_str(), name.to_str()));
        if let Some(found) = rt.modules.get(rt, full.as_value())? {
            return Ok(found);
        }
    }
    Err(cannot_import(rt, module, package, name))
}

fn cannot_import(
    rt: &Rt,
    module: &Value,
    package: Option<&Ref<Str>>,
    name: &Ref<Str>,
) -> hognose_object::Raised {
    let package_text = package.map_or("<unknown module name>".to_owned(), |p| {
        p.to_str().into_owned()
    });
    let dict = module.downcast_ref::<Module>().map(|m| m.dict.clone());
    let file = dict.and_then(|d| d.get_str(rt, &rt.names.file_));
    let path = file
        .as_ref()
        .and_then(Value::downcast_ref::<Str>)
        .map(|s| s.to_str().into_owned());
    let initializing = rt
        .getattr_opt(module, &rt.names.spec_)
        .ok()
        .flatten()
        .and_then(|spec| {
            rt.getattr_opt(&spec, &rt.intern("_initializing"))
                .ok()
                .flatten()
        })
        .is_some_and(|v| rt.truth(&v).unwrap_or(false));
    let name_text = name.to_str();
    let message = match (&path, initializing) {
        (None, _) => {
            format!("cannot import name '{name_text}' from '{package_text}' (unknown location)")
        }
        (Some(path), true) => format!(
            "cannot import name '{name_text}' from partially initialized module '{package_text}' (most likely due to a circular import) ({path})"
        ),
        (Some(path), false) => {
            format!("cannot import name '{name_text}' from '{package_text}' ({path})")
        }
    };
    let raised = rt.import_error(message);
    let set = |key: &str, value: Value| {
        let _ = rt.setattr(&raised.0, &rt.intern(key), Some(&value));
    };
    if let Some(package) = package {
        set("name", package.as_value().clone());
    }
    if let Some(path) = path {
        set("path", rt.str(&path).into_value());
    }
    set("name_from", name.as_value().clone());
    raised
}

/// `from module import *`
///
/// # Safety
/// `f` is the topmost frame.
unsafe fn import_star(rt: &Rt, f: *mut Frame, module: &Value) -> PyResult {
    // SAFETY: by the contract.
    let found = unsafe { namespace(f) };
    let Some(locals) = found else {
        return Err(rt.system_error("no locals found during 'import *'"));
    };
    let dict = super::attr::namespace(rt, module);
    let all = rt.getattr_opt(module, &rt.names.all_)?;
    let skip_underscores = all.is_none();
    let names = match (all, &dict) {
        (Some(all), _) => rt.collect(&all)?,
        (None, Some(dict)) => dict.snapshot().into_iter().map(|(k, _)| k).collect(),
        (None, None) => {
            return Err(rt.import_error("from-import-* object has no __dict__ and no __all__"));
        }
    };
    for name in names {
        let Some(text) = name.downcast::<Str>() else {
            let module_name = module
                .downcast_ref::<Module>()
                .map(|m| m.name(rt))
                .unwrap_or_default();
            let (what, place) = if skip_underscores {
                ("Key", "__dict__")
            } else {
                ("Item", "__all__")
            };
            return Err(rt.type_error(format!(
                "{what} in {module_name}.{place} must be str, not {}",
                rt.type_name(&name)
            )));
        };
        if skip_underscores && text.code_at(0) == u32::from('_') {
            continue;
        }
        let value = rt.getattr(module, text)?;
        if let Some(namespace) = locals.downcast_ref::<Dict>()
            && rt.is_exact(&locals, &rt.types.dict)
        {
            drop(namespace.set(rt, &name, value)?);
        } else {
            rt.setitem(&locals, &name, Some(&value))?;
        }
    }
    Ok(Value::NONE)
}

/// `Op::Intrinsic1` and `Op::Intrinsic2`; the numbers are those of `pycore_intrinsics.h`.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
pub(super) unsafe fn intrinsic(cx: Cx<'_>, f: *mut Frame, op: Op, i: Word) -> PyResult<()> {
    let rt = cx.rt;
    // SAFETY: by the contract.
    unsafe {
        let made = if op == Op::Intrinsic1 {
            let value = (*f).operand(i.b).into_value();
            match i.c {
                1 => display_hook(rt, &value)?,
                2 => import_star(rt, f, &value)?,
                3 => stop_iteration_error(rt, f, value)?,
                4 => super::gen_::wrap_async(cx, value),
                5 => rt.pos(&value)?,
                6 => match value.downcast_ref::<List>() {
                    Some(list) => rt.tuple(list.snapshot()).into_value(),
                    None => value,
                },
                7..=11 => type_params(rt, i.c, &value)?,
                _ => return Err(rt.system_error("unknown intrinsic")),
            }
        } else {
            let first = (*f).take(i.b).unwrap_or(Value::NONE);
            let second = (*f).take(i.b + 1).unwrap_or(Value::NONE);
            match i.c {
                1 => {
                    let raised = second.downcast_ref::<List>().map(List::snapshot);
                    rt.prepare_reraise_star(&first, &raised.unwrap_or_default())?
                }
                2 => rt.make_type_var(&first, Some(second), None),
                3 => rt.make_type_var(&first, None, Some(second)),
                4 => {
                    if let Some(function) =
                        first.downcast_ref::<hognose_object::function::Function>()
                    {
                        function.type_params.set(Some(second));
                    }
                    first
                }
                _ => return Err(rt.system_error("unknown intrinsic")),
            }
        };
        (*f).put(i.a, made);
    }
    Ok(())
}

/// `sys.displayhook(value)`
fn display_hook(rt: &Rt, value: &Value) -> PyResult {
    let sys = rt.modules.get_str(rt, &rt.intern("sys"));
    let hook = match sys.as_ref().and_then(Value::downcast_ref::<Module>) {
        Some(sys) => sys.dict.get_str(rt, &rt.intern("displayhook")),
        None => None,
    };
    match hook {
        Some(hook) => rt.call(&hook, std::slice::from_ref(value)),
        None => Err(rt.runtime_error("lost sys.displayhook")),
    }
}

/// `INTRINSIC_STOPITERATION_ERROR`: what leaves a generator as StopIteration becomes RuntimeError (PEP 479).
///
/// # Safety
/// `f` is the topmost frame, a generator's.
unsafe fn stop_iteration_error(rt: &Rt, f: *mut Frame, raised: Value) -> PyResult {
    use hognose_bytecode::flags;
    // SAFETY: by the contract.
    let bits = unsafe { (*f).code().object.flags };
    let kind = if bits & flags::COROUTINE != 0 {
        "coroutine"
    } else if bits & flags::ASYNC_GENERATOR != 0 {
        "async generator"
    } else {
        "generator"
    };
    let what = if rt.is_instance(&raised, &rt.types.stop_iteration) {
        "StopIteration"
    } else if bits & flags::ASYNC_GENERATOR != 0
        && rt.is_instance(&raised, &rt.types.stop_async_iteration)
    {
        "StopAsyncIteration"
    } else {
        return Ok(raised);
    };
    let error = rt.runtime_error(format!("{kind} raised {what}")).0;
    if let Some(e) = error.downcast_ref::<Exception>() {
        e.cause.set(Some(raised.clone()));
        e.context.set(Some(raised));
        e.suppress_context.set(true);
    }
    Ok(error)
}

/// The type parameters of PEP 695: `T`, `**P`, `*Ts`, the base `Generic[…]`, and the `type` statement.
fn type_params(rt: &Rt, which: u16, value: &Value) -> PyResult {
    match which {
        7 => Ok(rt.make_type_var(value, None, None)),
        8 => Ok(rt.make_param_spec(value)),
        9 => Ok(rt.make_type_var_tuple(value)),
        10 => rt.subscript_generic(value),
        _ => {
            let parts = value.downcast_ref::<Tuple>().map(Tuple::to_vec);
            match parts.unwrap_or_default().as_slice() {
                [name, params, compute] => Ok(rt.make_type_alias(name, params, compute)),
                _ => Err(rt.system_error("bad type alias")),
            }
        }
    }
}
