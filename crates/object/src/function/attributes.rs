//! The type `function`: attributes and making from a code object.

use super::Function;
use crate::dict::Dict;
use crate::kinds;
use crate::native::{Args, GetSetDef, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CallFn, Slots};
use crate::str_::{Str, StrExt};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value, ValueCell};
use std::cell::Cell;

pub const FUNCTION: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::HAS_DICT
        | type_flags::HAS_WEAKREF
        | type_flags::METHOD_DESCRIPTOR,
    slots: Slots {
        new: Some(new_function),
        call: Some(call_function),
        descr_get: Some(get_function),
        repr: Some(repr_function),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::read_write("__code__", |rt, v| Ok(cell(&part(rt, v)?.code)), set_code),
        GetSetDef::read_write(
            "__defaults__",
            |rt, v| Ok(cell(&part(rt, v)?.defaults)),
            set_defaults,
        ),
        GetSetDef::read_write(
            "__kwdefaults__",
            |rt, v| Ok(cell(&part(rt, v)?.kwdefaults)),
            set_kwdefaults,
        ),
        GetSetDef::read_write("__annotations__", get_annotations, set_annotations),
        GetSetDef::read_write(
            "__dict__",
            crate::type_object::get_instance_dict,
            crate::type_object::set_instance_dict,
        ),
        GetSetDef::read_write(
            "__name__",
            |rt, v| Ok(cell(&part(rt, v)?.name)),
            |rt, v, value| set_str(rt, &part(rt, v)?.name, value, "__name__"),
        ),
        GetSetDef::read_write(
            "__qualname__",
            |rt, v| Ok(cell(&part(rt, v)?.qualname)),
            |rt, v, value| set_str(rt, &part(rt, v)?.qualname, value, "__qualname__"),
        ),
        GetSetDef::read_write("__type_params__", get_type_params, set_type_params),
        GetSetDef::member("__closure__", |rt, v| Ok(cell(&part(rt, v)?.closure))),
        GetSetDef::member("__globals__", |rt, v| {
            Ok(part(rt, v)?.globals.as_value().clone())
        }),
        GetSetDef::member("__builtins__", |rt, v| {
            Ok(part(rt, v)?.builtins.as_value().clone())
        }),
        GetSetDef::read_write(
            "__doc__",
            |rt, v| Ok(cell(&part(rt, v)?.doc)),
            |rt, v, value| {
                part(rt, v)?.doc.set(value.cloned());
                Ok(())
            },
        ),
        GetSetDef::read_write(
            "__module__",
            |rt, v| Ok(cell(&part(rt, v)?.module)),
            |rt, v, value| {
                part(rt, v)?.module.set(value.cloned());
                Ok(())
            },
        ),
    ],
    ..TypeSpec::new("function", Layout::Native(kinds::FUNCTION))
};

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Function>> {
    value
        .downcast::<Function>()
        .ok_or_else(|| rt.system_error("bad function"))
}

fn cell(cell: &ValueCell) -> Value {
    cell.get().unwrap_or(Value::NONE)
}

fn repr_function(rt: &Rt, this: &Value) -> PyResult {
    let qualname = part(rt, this)?.qualname.get();
    let name = qualname.as_ref().and_then(Value::downcast_ref::<Str>);
    let name = name.map(|n| n.to_str().into_owned()).unwrap_or_default();
    let text = format!("<function {name} at {:#x}>", this.bits());
    Ok(rt.str(&text).into_value())
}

/// Stands for the executor's function, which takes this slot's place at start-up but not the wrapper's.
#[inline(never)]
fn call_function(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult {
    match rt.types.function.slots.call.get() {
        Some(call) if !std::ptr::fn_addr_eq(call, call_function as CallFn) => call(rt, this, args),
        _ => Err(rt.system_error("no executor runs Python functions")),
    }
}

fn get_function(rt: &Rt, this: &Value, object: Option<&Value>, _ty: &Value) -> PyResult {
    Ok(match object {
        Some(object) => rt.bound_method(this.clone(), object.clone()),
        None => this.clone(),
    })
}

/// Whether a value can be the code of a function; its free variables.
fn free_variables(rt: &Rt, code: &Value) -> PyResult<usize> {
    let free = rt.getattr_str(code, "co_freevars")?;
    rt.len(&free)
}

fn set_code(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let function = part(rt, this)?;
    let Some(code) = value.filter(|c| rt.is_instance(c, &rt.types.code)) else {
        return Err(rt.type_error("__code__ must be set to a code object"));
    };
    let free = free_variables(rt, code)?;
    let closure = match function.closure.get() {
        Some(closure) if !closure.is_none() => rt.len(&closure)?,
        _ => 0,
    };
    if free != closure {
        let name = cell(&function.name);
        let name = rt.str_of(&name)?;
        return Err(rt.value_error(format!(
            "{}() requires a code object with {closure} free vars, not {free}",
            name.to_str()
        )));
    }
    function.version.set(0);
    function.code.set(Some(code.clone()));
    Ok(())
}

fn none_is_absent(value: Option<&Value>) -> Option<&Value> {
    value.filter(|v| !v.is_none())
}

fn set_defaults(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let value = none_is_absent(value);
    if value.is_some_and(|v| !rt.is_instance(v, &rt.types.tuple)) {
        return Err(rt.type_error("__defaults__ must be set to a tuple object"));
    }
    let function = part(rt, this)?;
    function.version.set(0);
    function.defaults.set(value.cloned());
    Ok(())
}

fn set_kwdefaults(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let value = none_is_absent(value);
    if value.is_some_and(|v| !rt.is_instance(v, &rt.types.dict)) {
        return Err(rt.type_error("__kwdefaults__ must be set to a dict object"));
    }
    let function = part(rt, this)?;
    function.version.set(0);
    function.kwdefaults.set(value.cloned());
    Ok(())
}

fn set_str(rt: &Rt, place: &ValueCell, value: Option<&Value>, name: &str) -> PyResult<()> {
    match value.filter(|v| rt.is_instance(v, &rt.types.str)) {
        Some(value) => {
            place.set(Some(value.clone()));
            Ok(())
        }
        None => Err(rt.type_error(format!("{name} must be set to a string object"))),
    }
}

/// The annotations as a dict; `MAKE_FUNCTION` leaves them as a row of names and values.
fn get_annotations(rt: &Rt, this: &Value) -> PyResult {
    let function = part(rt, this)?;
    match function.annotations.get() {
        Some(found) if found.downcast_ref::<Dict>().is_some() => Ok(found),
        other => {
            let dict = rt.dict();
            if let Some(row) = other.as_ref().and_then(Value::downcast_ref::<Tuple>) {
                for pair in row.to_vec().chunks_exact(2) {
                    dict.set(rt, &pair[0], pair[1].clone())?;
                }
            }
            let dict = dict.into_value();
            function.annotations.set(Some(dict.clone()));
            Ok(dict)
        }
    }
}

fn set_annotations(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let value = none_is_absent(value);
    if value.is_some_and(|v| !rt.is_instance(v, &rt.types.dict)) {
        return Err(rt.type_error("__annotations__ must be set to a dict object"));
    }
    part(rt, this)?.annotations.set(value.cloned());
    Ok(())
}

fn get_type_params(rt: &Rt, this: &Value) -> PyResult {
    let found = part(rt, this)?.type_params.get();
    Ok(found.unwrap_or_else(|| rt.tuple([]).into_value()))
}

fn set_type_params(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    match value.filter(|v| rt.is_instance(v, &rt.types.tuple)) {
        Some(value) => {
            part(rt, this)?.type_params.set(Some(value.clone()));
            Ok(())
        }
        None => Err(rt.type_error("__type_params__ must be set to a tuple")),
    }
}

/// `types.FunctionType(code, globals, name=None, argdefs=None, closure=None)`.
fn new_function(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "function",
        params: &["code", "globals", "name", "argdefs", "closure"],
        positional_only: 0,
        positional: 5,
        required: 2,
    };
    let [code, globals, name, defaults, closure] = rt.bind(&SIGNATURE, args)?;
    let (Some(code), Some(globals)) = (code, globals) else {
        return Err(rt.system_error("the arguments are required"));
    };
    let wrong = |position: &str, wanted: &str, value: &Value| {
        rt.type_error(format!(
            "function() argument {position} must be {wanted}, not {}",
            rt.type_name(value)
        ))
    };
    if !rt.is_instance(code, &rt.types.code) {
        return Err(wrong("'code'", "code", code));
    }
    let Some(globals) = globals.downcast::<Dict>() else {
        return Err(wrong("'globals'", "dict", globals));
    };
    let (name, defaults) = (none_is_absent(name), none_is_absent(defaults));
    let closure = none_is_absent(closure);
    if name.is_some_and(|n| !rt.is_instance(n, &rt.types.str)) {
        return Err(rt.type_error("arg 3 (name) must be None or string"));
    }
    if defaults.is_some_and(|d| !rt.is_instance(d, &rt.types.tuple)) {
        return Err(rt.type_error("arg 4 (defaults) must be None or tuple"));
    }
    let free = free_variables(rt, code)?;
    let cells = match closure {
        None if free != 0 => return Err(rt.type_error("arg 5 (closure) must be tuple")),
        None => Vec::new(),
        Some(closure) => match closure.downcast_ref::<Tuple>() {
            Some(row) => row.to_vec(),
            None if free != 0 => return Err(rt.type_error("arg 5 (closure) must be tuple")),
            None => return Err(rt.type_error("arg 5 (closure) must be None or tuple")),
        },
    };
    let own_name = rt.getattr_str(code, "co_name")?;
    if cells.len() != free {
        let own_name = rt.str_of(&own_name)?;
        return Err(rt.value_error(format!(
            "{} requires closure of length {free}, not {}",
            own_name.to_str(),
            cells.len()
        )));
    }
    if let Some(other) = cells
        .iter()
        .find(|c| c.downcast_ref::<super::CellObj>().is_none())
    {
        return Err(rt.type_error(format!(
            "arg 5 (closure) expected cell, found {}",
            rt.type_name(other)
        )));
    }
    let builtins = match globals.get_str(rt, &rt.names.builtins_) {
        Some(found) => match found.downcast_ref::<crate::module::Module>() {
            Some(module) => module.dict.clone(),
            None => Ref::try_from(found).unwrap_or_else(|_| rt.builtins.clone()),
        },
        None => rt.builtins.clone(),
    };
    let consts = rt.getattr_str(code, "co_consts")?;
    let doc = match consts.downcast_ref::<Tuple>().and_then(|c| c.item(0)) {
        Some(first) if rt.is_exact_str(&first) => Some(first),
        _ => None,
    };
    let filled = |value: Option<Value>| value.map(ValueCell::new).unwrap_or_default();
    let made = Function {
        code: ValueCell::new(code.clone()),
        globals: globals.clone(),
        builtins,
        defaults: filled(defaults.cloned()),
        kwdefaults: ValueCell::empty(),
        closure: filled(closure.cloned().filter(|_| free != 0)),
        name: ValueCell::new(name.cloned().unwrap_or_else(|| own_name.clone())),
        qualname: ValueCell::new(rt.getattr_str(code, "co_qualname")?),
        doc: filled(doc),
        module: filled(globals.get_str(rt, &rt.names.name_)),
        annotations: ValueCell::empty(),
        type_params: ValueCell::empty(),
        version: Cell::new(0),
    };
    Ok(rt.alloc(ty, made).into_value())
}
