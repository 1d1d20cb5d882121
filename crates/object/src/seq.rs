//! What `list` and `tuple` have in common: comparing, searching, showing, indexing.

use crate::native::Args;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::CompareOp;
use crate::str_::StrExt;
use crate::tuple::{List, Tuple, TupleExt};
use hognose_heap::{Ref, Value};

/// The items of a list or tuple, looked at one by one while Python code may change the list.
pub(crate) enum Items<'a> {
    List(&'a Ref<List>),
    Tuple(&'a Ref<Tuple>),
}

impl<'a> Items<'a> {
    pub fn of(rt: &Rt, value: &'a Value) -> PyResult<Items<'a>> {
        if let Some(list) = value.downcast::<List>() {
            return Ok(Items::List(list));
        }
        match value.downcast::<Tuple>() {
            Some(tuple) => Ok(Items::Tuple(tuple)),
            None => Err(rt.type_error("a list or tuple was expected")),
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Items::List(list) => list.len(),
            Items::Tuple(tuple) => tuple.len(),
        }
    }

    /// How many items from there on are decided by identity because they and the value are singletons, and how many of
    /// them are the value.
    fn singletons(&self, from: usize, value: &Value) -> (usize, i64) {
        let singleton = |v: &Value| v.is(&Value::TRUE) || v.is(&Value::FALSE) || v.is_none();
        if !singleton(value) {
            return (0, 0);
        }
        let Items::List(list) = self else {
            return (0, 0);
        };
        let items = list.items.borrow();
        let row = items.get(from..).unwrap_or_default();
        let passed = row.iter().take_while(|v| singleton(v)).count();
        let same = row[..passed].iter().filter(|v| v.is(value)).count();
        (passed, same as i64)
    }

    pub fn get(&self, i: usize) -> Option<Value> {
        match self {
            Items::List(list) => list.get(i),
            Items::Tuple(tuple) => tuple.item(i),
        }
    }
}

/// An index into a sequence of that length, if it is within; the type's name is for the message.
#[inline]
pub(crate) fn index_of(rt: &Rt, key: &Value, name: &str, len: usize) -> PyResult<Option<usize>> {
    let i = match key.as_small_int() {
        Some(i) => i,
        None => {
            if rt.type_of(key).slots.index.get().is_none() {
                let given = rt.type_name(key);
                return Err(rt.type_error(format!(
                    "{name} indices must be integers or slices, not {given}"
                )));
            }
            let made = rt.index(key)?;
            match rt.as_int(&made).and_then(|i| i.to_i64()) {
                Some(i) => i,
                None => {
                    let given = rt.type_name(key);
                    return Err(
                        rt.index_error(format!("cannot fit '{given}' into an index-sized integer"))
                    );
                }
            }
        }
    };
    let i = if i < 0 {
        i.saturating_add(len as i64)
    } else {
        i
    };
    Ok(usize::try_from(i).ok().filter(|&i| i < len))
}

/// The count of a repetition of items of type `T`, at least 0, such that there is room for the result.
pub(crate) fn repeat_count<T>(rt: &Rt, count: &Value, len: usize) -> PyResult<usize> {
    let made = rt.index(count)?;
    let Some(n) = rt.as_int(&made).and_then(|i| i.to_i64()) else {
        let name = rt.type_name(count);
        return Err(rt.overflow_error(format!("cannot fit '{name}' into an index-sized integer")));
    };
    let n = n.max(0) as usize;
    // Nothing stays nothing however often.
    let n = if len == 0 { 0 } else { n };
    match len.checked_mul(n) {
        Some(all) => rt.room_for::<T>(all).map(|()| n),
        None => Err(rt.no_memory()),
    }
}

pub(crate) fn contains(rt: &Rt, value: &Value, item: &Value) -> PyResult<bool> {
    let items = Items::of(rt, value)?;
    let mut i = 0;
    while let Some(own) = items.get(i) {
        if rt.eq(&own, item)? {
            return Ok(true);
        }
        i += 1;
    }
    Ok(false)
}

pub(crate) fn count(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    let items = Items::of(rt, value)?;
    let (mut i, mut n) = (0, 0);
    loop {
        // What one of the singletons is equal to among singletons, only itself, is counted without a call.
        let (passed, same) = items.singletons(i, item);
        i += passed;
        n += same;
        let Some(own) = items.get(i) else { break };
        n += i64::from(rt.eq(&own, item)?);
        i += 1;
    }
    Ok(rt.int(n))
}

/// `index(value, start=0, stop=maxsize)`.
pub(crate) fn index_method(rt: &Rt, value: &Value, args: &Args<'_>, absent: &str) -> PyResult {
    let given = rt.positional("index", args, 1, 3)?;
    let items = Items::of(rt, value)?;
    let len = items.len() as i64;
    let bound = |at: usize, default: i64| -> PyResult<i64> {
        let Some(v) = given.get(at) else {
            return Ok(default);
        };
        if rt.type_of(v).slots.index.get().is_none() {
            return Err(rt.type_error("slice indices must be integers or have an __index__ method"));
        }
        let i = rt.index_clamped(v)?;
        Ok(if i < 0 {
            i.saturating_add(len).max(0)
        } else {
            i
        })
    };
    let (start, stop) = (bound(1, 0)?, bound(2, i64::MAX)?);
    let mut i = start as usize;
    while (i as i64) < stop {
        let Some(own) = items.get(i) else { break };
        if rt.eq(&own, &given[0])? {
            return Ok(rt.int_from_usize(i));
        }
        i += 1;
    }
    if absent.contains("{}") {
        let shown = rt.repr(&given[0])?;
        return Err(rt.value_error(absent.replace("{}", &shown.to_str())));
    }
    Err(rt.value_error(absent))
}

/// Lexicographic comparison (`list_richcompare`, `tuplerichcompare`).
pub(crate) fn compare(rt: &Rt, a: &Items<'_>, b: &Items<'_>, op: CompareOp) -> PyResult {
    if matches!((a, b), (Items::List(_), _)) && a.len() != b.len() {
        match op {
            CompareOp::Eq => return Ok(Value::FALSE),
            CompareOp::Ne => return Ok(Value::TRUE),
            _ => (),
        }
    }
    let mut i = 0;
    while let (Some(x), Some(y)) = (a.get(i), b.get(i)) {
        if !rt.eq(&x, &y)? {
            if i >= a.len() || i >= b.len() {
                // `__eq__` has shortened one of them.
                break;
            }
            return match op {
                CompareOp::Eq => Ok(Value::FALSE),
                CompareOp::Ne => Ok(Value::TRUE),
                _ => rt.compare(&x, &y, op),
            };
        }
        i += 1;
    }
    Ok(Value::bool(op.holds(a.len().cmp(&b.len()))))
}

impl Rt {
    /// Runs `f` unless the container's repr is being made already (`Py_ReprEnter`).
    pub fn repr_once(
        &self,
        value: &Value,
        inner: &str,
        f: impl FnOnce() -> PyResult<String>,
    ) -> PyResult {
        self.repr_once_codes(value, inner, || Ok(f()?.chars().map(u32::from).collect()))
    }

    /// As [`Rt::repr_once`], with the text given as code points: lone surrogates survive.
    pub fn repr_once_codes(
        &self,
        value: &Value,
        inner: &str,
        f: impl FnOnce() -> PyResult<Vec<u32>>,
    ) -> PyResult {
        let word = value.bits();
        if self.thread.repr_running.borrow().contains(&word) {
            return Ok(self.str(inner).into_value());
        }
        self.thread.repr_running.borrow_mut().push(word);
        let made = f();
        self.thread.repr_running.borrow_mut().retain(|&w| w != word);
        Ok(self.str_codes(&made?).into_value())
    }
}

/// Appends a value's repr.
pub(crate) fn push_repr(rt: &Rt, out: &mut Vec<u32>, value: &Value) -> PyResult<()> {
    out.extend(rt.repr(value)?.codes());
    Ok(())
}

pub(crate) fn push_text(out: &mut Vec<u32>, text: &str) {
    out.extend(text.chars().map(u32::from));
}

pub(crate) fn repr(
    rt: &Rt,
    value: &Value,
    open: &str,
    close: &str,
    inner: &str,
    items: Items<'_>,
) -> PyResult {
    rt.repr_once_codes(value, inner, || {
        let mut out = Vec::new();
        push_text(&mut out, open);
        let mut i = 0;
        while let Some(item) = items.get(i) {
            if i > 0 {
                push_text(&mut out, ", ");
            }
            push_repr(rt, &mut out, &item)?;
            i += 1;
        }
        push_text(&mut out, close);
        Ok(out)
    })
}
