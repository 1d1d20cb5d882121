//! `__reduce__` and `__setstate__` of the iterators, with CPython's warning that they will go.

use super::{Tool, held};
use hognose_object::tuple::{List, Tuple, TupleExt};
use hognose_object::{PyResult, Rt, Value};

pub(super) fn tool<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Tool> {
    value
        .downcast_ref::<Tool>()
        .ok_or_else(|| rt.type_error("an itertools iterator was expected"))
}

/// The iterator that is pickled or copied, after the warning.
pub(super) fn start<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Tool> {
    warn(rt)?;
    tool(rt, value)
}

pub(super) fn warn(rt: &Rt) -> PyResult<()> {
    rt.warn(
        &rt.types.deprecation_warning,
        "Pickle, copy, and deepcopy support will be removed from itertools in Python 3.14.",
    )
}

/// `(type(value), args)`, and the state if there is one.
pub(super) fn made(rt: &Rt, value: &Value, args: &[Value], state: Option<Value>) -> PyResult {
    let ty = rt.type_of(value).as_value().clone();
    let args = rt.tuple(args.to_vec()).into_value();
    Ok(match state {
        Some(state) => rt.tuple([ty, args, state]),
        None => rt.tuple([ty, args]),
    }
    .into_value())
}

pub(super) fn state_items(rt: &Rt, state: &Value) -> PyResult<Vec<Value>> {
    match state.downcast_ref::<Tuple>() {
        Some(tuple) => Ok(tuple.to_vec()),
        None => Err(rt.type_error("state is not a tuple")),
    }
}

/// Two values, the function first: `dropwhile`, `filterfalse`, `starmap`, `takewhile`.
pub(super) fn function_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    made(rt, value, &[held(&tool.other), source(rt, tool)], None)
}

pub(super) fn flagged_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let state = rt.int(i64::from(tool.flag.get()));
    made(
        rt,
        value,
        &[held(&tool.other), source(rt, tool)],
        Some(state),
    )
}

pub(super) fn flagged_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let flag = rt.truth(state)?;
    start(rt, value)?.flag.set(flag);
    Ok(Value::NONE)
}

/// What is drawn from; an empty iterator when it has ended.
fn source(rt: &Rt, tool: &Tool) -> Value {
    tool.source
        .get()
        .unwrap_or_else(|| rt.tuple_iterator(rt.tuple([]).as_value()))
}

pub(super) fn compress_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    made(rt, value, &[source(rt, tool), held(&tool.other)], None)
}

fn chain_class(rt: &Rt) -> PyResult {
    super::super::attribute(rt, "itertools", "chain")
}

pub(super) fn accumulate_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let function = held(&tool.other);
    let before = |first: Value| -> PyResult {
        let row = rt.tuple([first]).into_value();
        rt.call(&chain_class(rt)?, &[row, source(rt, tool)])
    };
    let total = tool.extra.get();
    if tool.flag.get() {
        let it = before(total.unwrap_or(Value::NONE))?;
        return made(rt, value, &[it, function], Some(Value::NONE));
    }
    match total {
        Some(total) if total.is_none() => {
            let it = before(total)?;
            let again = rt.call(rt.type_of(value).as_value(), &[it, function])?;
            let class = super::super::attribute(rt, "itertools", "islice")?;
            let args = rt.tuple([again, rt.int(1), Value::NONE]).into_value();
            Ok(rt.tuple([class, args]).into_value())
        }
        total => {
            let state = total.unwrap_or(Value::NONE);
            made(rt, value, &[source(rt, tool), function], Some(state))
        }
    }
}

pub(super) fn accumulate_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let total = (!state.is_none()).then(|| state.clone());
    start(rt, value)?.extra.set(total);
    Ok(Value::NONE)
}

pub(super) fn chain_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let state = tool.other.get().map(|outer| match tool.source.get() {
        Some(active) => rt.tuple([outer, active]).into_value(),
        None => rt.tuple([outer]).into_value(),
    });
    made(rt, value, &[], state)
}

pub(super) fn chain_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let row = state_items(rt, state)?;
    if row.is_empty() || row.len() > 2 {
        let n = row.len();
        let (bound, limit) = if n == 0 {
            ("at least", "1 argument")
        } else {
            ("at most", "2 arguments")
        };
        return Err(rt.type_error(format!("function takes {bound} {limit} ({n} given)")));
    }
    if row.iter().any(|v| rt.type_of(v).slots.next.get().is_none()) {
        return Err(rt.type_error("Arguments must be iterators."));
    }
    tool.other.set(row.first().cloned());
    tool.source.set(row.get(1).cloned());
    Ok(Value::NONE)
}

pub(super) fn count_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let (now, step) = (held(&tool.source), held(&tool.other));
    let fast =
        step.as_small_int() == Some(1) && rt.as_int(&now).is_some_and(|i| i.to_i64().is_some());
    if fast {
        made(rt, value, &[now], None)
    } else {
        made(rt, value, &[now, step], None)
    }
}

pub(super) fn cycle_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let saved = rt.list(tool.items.borrow().clone()).into_value();
    if let Some(source) = tool.source.get() {
        let state = rt.tuple([saved, Value::bool(tool.flag.get())]).into_value();
        return made(rt, value, &[source], Some(state));
    }
    let it = rt.list_iterator(&saved);
    if tool.n.get() != 0 {
        rt.call_method(&it, &rt.intern("__setstate__"), &[rt.int(tool.n.get())])?;
    }
    let state = rt.tuple([saved, Value::TRUE]).into_value();
    made(rt, value, &[it], Some(state))
}

pub(super) fn cycle_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let row = state_items(rt, state)?;
    let [saved, first_pass] = row.as_slice() else {
        return Err(rt.type_error(format!(
            "function takes exactly 2 arguments ({} given)",
            row.len()
        )));
    };
    let Some(saved) = saved.downcast_ref::<List>() else {
        return Err(rt.type_error(format!(
            "argument 1 must be list, not {}",
            rt.type_name(saved)
        )));
    };
    let first_pass = rt.index_i64(first_pass)? != 0;
    let items = saved.items.borrow().clone();
    drop(tool.items.replace(items));
    tool.flag.set(first_pass);
    tool.n.set(0);
    Ok(Value::NONE)
}

pub(super) fn islice_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let drawn = tool.cycles.borrow().first().copied().unwrap_or(0);
    let Some(source) = tool.source.get() else {
        let empty = rt.list_iterator(rt.list(Vec::new()).as_value());
        return made(rt, value, &[empty, rt.int(0)], Some(rt.int(0)));
    };
    let stop = match tool.m.get() {
        i64::MAX => Value::NONE,
        stop => rt.int(stop),
    };
    let args = [source, rt.int(tool.n.get()), stop, rt.int(tool.k.get())];
    made(rt, value, &args, Some(rt.int_from_usize(drawn)))
}

pub(super) fn islice_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let drawn = rt.index_i64(state)?;
    let drawn = usize::try_from(drawn).unwrap_or(0);
    start(rt, value)?.cycles.replace(vec![drawn]);
    Ok(Value::NONE)
}

pub(super) fn groupby_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let args = [source(rt, tool), held(&tool.other)];
    let row = tool.items.borrow().clone();
    let state = match (row.as_slice(), tool.extra.get()) {
        ([key, item], Some(target)) => {
            Some(rt.tuple([item.clone(), target, key.clone()]).into_value())
        }
        _ => None,
    };
    made(rt, value, &args, state)
}

pub(super) fn groupby_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let row = state_items(rt, state)?;
    let [item, target, key] = row.as_slice() else {
        return Err(rt.type_error(format!(
            "function takes exactly 3 arguments ({} given)",
            row.len()
        )));
    };
    drop(tool.items.replace(vec![key.clone(), item.clone()]));
    tool.extra.set(Some(target.clone()));
    Ok(Value::NONE)
}

pub(super) fn grouper_reduce(rt: &Rt, value: &Value) -> PyResult {
    let group = start(rt, value)?;
    let parent = held(&group.other);
    let current = parent
        .downcast_ref::<Tool>()
        .is_some_and(|tool| tool.n.get() == group.n.get());
    if !current {
        let function = rt.builtins.get(rt, rt.intern("iter").as_value())?;
        let empty = rt.tuple([]).into_value();
        let args = rt.tuple([empty]).into_value();
        return Ok(rt
            .tuple([function.unwrap_or(Value::NONE), args])
            .into_value());
    }
    made(rt, value, &[parent, held(&group.extra)], None)
}

pub(super) fn repeat_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let object = held(&tool.other);
    match tool.n.get() {
        n if n >= 0 => made(rt, value, &[object, rt.int(n)], None),
        _ => made(rt, value, &[object], None),
    }
}

pub(super) fn zip_longest_reduce(rt: &Rt, value: &Value) -> PyResult {
    let tool = start(rt, value)?;
    let args: Vec<Value> = tool
        .items
        .borrow()
        .iter()
        .map(|it| {
            if it.is_none() {
                rt.tuple([]).into_value()
            } else {
                it.clone()
            }
        })
        .collect();
    made(rt, value, &args, Some(held(&tool.other)))
}

pub(super) fn zip_longest_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    start(rt, value)?.other.set(Some(state.clone()));
    Ok(Value::NONE)
}
