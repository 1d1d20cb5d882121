//! `all`, `iter`, `max`, `sorted` and other functions about iterables.

use hognose_object::bytes::with_bytes;
use hognose_object::{Args, Call, CompareOp, NativeDef, PyResult, Rt, StrExt, Value};

pub(super) const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new("aiter", "($module, async_iterable, /)", Call::One(aiter)),
    NativeDef::new("all", "($module, iterable, /)", Call::One(all)),
    NativeDef::new("anext", "", Call::Many(anext)),
    NativeDef::new("any", "($module, iterable, /)", Call::One(any)),
    NativeDef::new("iter", "", Call::Many(iter)),
    NativeDef::new(
        "len",
        "($module, obj, /)",
        Call::One(|rt, _, v| Ok(rt.int_from_usize(rt.len(v)?))),
    ),
    NativeDef::new(
        "max",
        "",
        Call::Many(|rt, _, args| extreme(rt, args, "max", CompareOp::Gt)),
    )
    .with_doc("max(iterable, *[, default=obj, key=func]) -> value\nmax(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its biggest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more arguments, return the largest argument."),
    NativeDef::new(
        "min",
        "",
        Call::Many(|rt, _, args| extreme(rt, args, "min", CompareOp::Lt)),
    )
    .with_doc("min(iterable, *[, default=obj, key=func]) -> value\nmin(arg1, arg2, *args, *[, key=func]) -> value\n\nWith a single iterable argument, return its smallest item. The\ndefault keyword-only argument specifies an object to return if\nthe provided iterable is empty.\nWith two or more arguments, return the smallest argument."),
    NativeDef::new("next", "", Call::Many(next)),
    NativeDef::new(
        "sorted",
        "($module, iterable, /, *, key=None, reverse=False)",
        Call::Many(sorted),
    ),
    NativeDef::new("sum", "($module, iterable, /, start=0)", Call::Many(sum)),
];

fn all(rt: &Rt, _: &Value, iterable: &Value) -> PyResult {
    let mut result = true;
    rt.for_each(iterable, |item| {
        result = rt.truth(&item)?;
        Ok(result)
    })?;
    Ok(Value::bool(result))
}

fn any(rt: &Rt, _: &Value, iterable: &Value) -> PyResult {
    let mut result = false;
    rt.for_each(iterable, |item| {
        result = rt.truth(&item)?;
        Ok(!result)
    })?;
    Ok(Value::bool(result))
}

fn iter(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    match rt.positional("iter", args, 1, 2)? {
        [callable, sentinel] => {
            if rt.type_of(callable).slots.call.get().is_none() {
                return Err(rt.type_error("iter(object, sentinel): object must be callable"));
            }
            Ok(rt.callable_iterator(callable, sentinel))
        }
        given => rt.iter(&given[0]),
    }
}

fn next(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("next", args, 1, 2)?;
    let Some(step) = rt.type_of(&given[0]).slots.next.get() else {
        let name = rt.type_name(&given[0]);
        return Err(rt.type_error(format!("'{name}' object is not an iterator")));
    };
    match (step(rt, &given[0]), given.get(1)) {
        (Ok(Some(item)), _) => Ok(item),
        (Ok(None), Some(default)) => Ok(default.clone()),
        (Ok(None), None) => Err(rt.stop_iteration(Value::NONE)),
        (Err(raised), Some(default)) if raised.is(rt, &rt.types.stop_iteration) => {
            Ok(default.clone())
        }
        (Err(raised), _) => Err(raised),
    }
}

fn aiter(rt: &Rt, _: &Value, value: &Value) -> PyResult {
    let Some(f) = rt.type_of(value).slots.aiter.get() else {
        let name = rt.type_name(value);
        return Err(rt.type_error(format!("'{name}' object is not an async iterable")));
    };
    let made = f(rt, value)?;
    if rt.type_of(&made).slots.anext.get().is_none() {
        let name = rt.type_name(&made);
        return Err(rt.type_error(format!(
            "aiter() returned not an async iterator of type '{name}'"
        )));
    }
    Ok(made)
}

fn anext(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("anext", args, 1, 2)?;
    let Some(f) = rt.type_of(&given[0]).slots.anext.get() else {
        let name = rt.type_name(&given[0]);
        return Err(rt.type_error(format!("'{name}' object is not an async iterator")));
    };
    let awaitable = f(rt, &given[0])?;
    match given.get(1) {
        None => Ok(awaitable),
        Some(default) => Ok(super::anext::with_default(rt, awaitable, default.clone())),
    }
}

/// `max` and `min`.
fn extreme(rt: &Rt, args: &Args<'_>, name: &str, op: CompareOp) -> PyResult {
    let (mut key, mut default) = (None, None);
    for (keyword, value) in args.keywords() {
        match &*keyword.to_str() {
            "key" => key = Some(value).filter(|v| !v.is_none()),
            "default" => default = Some(value),
            other => {
                return Err(rt.type_error(format!(
                    "'{other}' is an invalid keyword argument for {name}()"
                )));
            }
        }
    }
    let given = args.positional();
    let mut best: Option<(Value, Value)> = None;
    let mut consider = |item: Value| {
        let rank = match key {
            Some(f) => rt.call(f, std::slice::from_ref(&item))?,
            None => item.clone(),
        };
        let better = match &best {
            Some((other, _)) => rt.compare_bool(&rank, other, op)?,
            None => true,
        };
        if better {
            best = Some((rank, item));
        }
        Ok(true)
    };
    match given {
        [] => return Err(rt.type_error(format!("{name} expected at least 1 argument, got 0"))),
        [iterable] => rt.for_each(iterable, consider)?,
        several => {
            if default.is_some() {
                return Err(rt.type_error(format!(
                    "Cannot specify a default for {name}() with multiple positional arguments"
                )));
            }
            for item in several {
                consider(item.clone())?;
            }
        }
    }
    match (best, default) {
        (Some((_, item)), _) => Ok(item),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(rt.value_error(format!("{name}() iterable argument is empty"))),
    }
}

fn sorted(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let [iterable] = args.positional() else {
        let n = args.positional().len();
        return Err(rt.type_error(format!("sorted expected 1 argument, got {n}")));
    };
    let list = rt.list(rt.collect(iterable)?).into_value();
    let sort = rt.getattr(&list, &rt.names.sort)?;
    rt.call_args(&sort, &args.rest())?;
    Ok(list)
}

fn sum(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: hognose_object::Signature = hognose_object::Signature {
        function: "sum",
        params: &["", "start"],
        positional_only: 1,
        positional: 2,
        required: 1,
    };
    let [iterable, start] = rt.bind(&SIGNATURE, args)?;
    let start = start.cloned().unwrap_or_else(|| rt.int(0));
    for (ty, hint) in [
        (
            &rt.types.str,
            "can't sum strings [use ''.join(seq) instead]",
        ),
        (
            &rt.types.bytes,
            "can't sum bytes [use b''.join(seq) instead]",
        ),
        (
            &rt.types.bytearray,
            "can't sum bytearray [use b''.join(seq) instead]",
        ),
    ] {
        if rt.is_instance(&start, ty) {
            return Err(rt.type_error(format!("sum() {}", hint.trim_start_matches("sum() "))));
        }
    }
    let mut total = Total::of(rt, start);
    let none = Value::NONE;
    let iterable = iterable.unwrap_or(&none);
    if let Total::Int(sum) = &mut total
        && (rt.is_exact(iterable, &rt.types.bytes) || rt.is_exact(iterable, &rt.types.bytearray))
        && let Some(more) = with_bytes(iterable, |row| row.iter().map(|&b| i64::from(b)).sum())
        && let Some(all) = sum.checked_add(more)
    {
        return Ok(rt.int(all));
    }
    rt.for_each(iterable, |item| {
        total.add(rt, &item)?;
        Ok(true)
    })?;
    Ok(total.value(rt))
}

/// A running sum: integers in a word, floats with compensation (3.12 sums floats by Neumaier's method), or any value.
enum Total {
    Int(i64),
    Float { sum: f64, lost: f64 },
    Any(Value),
}

impl Total {
    fn of(rt: &Rt, start: Value) -> Total {
        if let Some(i) = start.as_small_int() {
            Total::Int(i)
        } else if let Some(x) = rt
            .as_float(&start)
            .filter(|_| rt.is_exact(&start, &rt.types.float))
        {
            Total::Float { sum: x, lost: 0.0 }
        } else {
            Total::Any(start)
        }
    }

    fn add(&mut self, rt: &Rt, item: &Value) -> PyResult<()> {
        match self {
            Total::Int(sum) => {
                let whole = item.as_small_int().or(match item {
                    _ if item.is(&Value::TRUE) => Some(1),
                    _ if item.is(&Value::FALSE) => Some(0),
                    _ => None,
                });
                if let Some(next) = whole.and_then(|i| sum.checked_add(i)) {
                    *sum = next;
                    return Ok(());
                }
                if rt.is_exact(item, &rt.types.float)
                    && let Some(x) = rt.as_float(item)
                {
                    *self = Total::Float {
                        sum: *sum as f64,
                        lost: 0.0,
                    };
                    return self.add_float(x);
                }
            }
            Total::Float { .. } => {
                if rt.is_exact(item, &rt.types.float)
                    && let Some(x) = rt.as_float(item)
                {
                    return self.add_float(x);
                }
                if let Some(i) = item.as_small_int() {
                    if let Total::Float { sum, .. } = self {
                        *sum += i as f64;
                    }
                    return Ok(());
                }
            }
            Total::Any(_) => (),
        }
        let sum = rt.binary(hognose_object::ops::BinaryOp::Add, &self.value(rt), item)?;
        *self = Total::Any(sum);
        Ok(())
    }

    fn add_float(&mut self, x: f64) -> PyResult<()> {
        if let Total::Float { sum, lost } = self {
            let next = *sum + x;
            *lost += if sum.abs() >= x.abs() {
                (*sum - next) + x
            } else {
                (x - next) + *sum
            };
            *sum = next;
        }
        Ok(())
    }

    fn value(&self, rt: &Rt) -> Value {
        match self {
            Total::Int(i) => rt.int(*i),
            Total::Float { sum, lost } => rt.float(if *lost != 0.0 && lost.is_finite() {
                sum + lost
            } else {
                *sum
            }),
            Total::Any(value) => value.clone(),
        }
    }
}
