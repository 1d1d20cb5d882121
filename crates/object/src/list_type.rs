//! `list`: its methods.

use crate::hash::unhashable;
use crate::kinds;
use crate::native::{Args, Call, NativeDef, Signature};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::seq::{self, Items};
use crate::slice::Slice;
use crate::slots::{CompareOp, Slots};
use crate::sort;
use crate::tuple::List;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};
use std::cell::RefCell;

pub const LIST: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::LIST_SUBCLASS
        | type_flags::SEQUENCE
        | type_flags::MATCH_SELF,
    slots: Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(repr),
        compare: Some(compare),
        hash: Some(unhashable),
        iter: Some(|rt, v| Ok(rt.list_iterator(v))),
        len: Some(|rt, v| Ok(this(rt, v)?.len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(seq::contains),
        concat: Some(concat),
        repeat: Some(repeat),
        iconcat: Some(iconcat),
        irepeat: Some(irepeat),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("append", "($self, object, /)", Call::One(append)),
        NativeDef::new("clear", "($self, /)", Call::Zero(clear)),
        NativeDef::new("copy", "($self, /)", Call::Zero(copy)),
        NativeDef::new("count", "($self, value, /)", Call::One(seq::count)),
        NativeDef::new("extend", "($self, iterable, /)", Call::One(extend)),
        NativeDef::new(
            "index",
            "($self, value, start=0, stop=sys.maxsize, /)",
            Call::Many(index),
        ),
        NativeDef::new("insert", "($self, index, object, /)", Call::Many(insert)),
        NativeDef::new("pop", "($self, index=-1, /)", Call::Many(pop)),
        NativeDef::new("remove", "($self, value, /)", Call::One(remove)),
        NativeDef::new("reverse", "($self, /)", Call::Zero(reverse)),
        NativeDef::new(
            "sort",
            "($self, /, *, key=None, reverse=False)",
            Call::Many(sort_method),
        ),
        NativeDef::new(
            "__reversed__",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.list_reverse_iterator(v))),
        ),
        NativeDef::new("__sizeof__", "($self, /)", Call::Zero(sizeof)),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    doc: "Built-in mutable sequence.",
    ..TypeSpec::new("list", Layout::Native(kinds::LIST))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<List>> {
    value
        .downcast::<List>()
        .ok_or_else(|| rt.type_error("a list was expected"))
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, _args: &Args<'_>) -> PyResult {
    Ok(rt
        .alloc(
            ty,
            List {
                items: RefCell::default(),
            },
        )
        .into_value())
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "list",
        params: &["iterable"],
        positional_only: 1,
        positional: 1,
        required: 0,
    };
    let list = this(rt, value)?;
    if rt.init_refuses_keywords(rt.type_of(value), &rt.types.list, args) {
        return Err(rt.type_error("list() takes no keyword arguments"));
    }
    let given = Args::new(args.positional());
    let [iterable] = rt.bind(&SIGNATURE, &given)?;
    let old = std::mem::take(&mut *list.items.borrow_mut());
    drop(old);
    if let Some(iterable) = iterable {
        extend(rt, value, iterable)?;
    }
    Ok(())
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    seq::repr(rt, value, "[", "]", "[...]", Items::List(this(rt, value)?))
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<List>(), b.downcast::<List>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    seq::compare(rt, &Items::List(x), &Items::List(y), op)
}

fn getitem(rt: &Rt, value: &Value, key: &Value) -> PyResult {
    let list = this(rt, value)?;
    if let Some(slice) = key.downcast_ref::<Slice>() {
        let span = rt.slice_span(slice, list.len())?;
        let items = list.items.borrow();
        // The bounds' __index__ may have changed the list: clip once more.
        let made = match items.get(span.range()).filter(|_| span.step == 1) {
            Some(row) => row.to_vec(),
            None => {
                let mut made = Vec::with_capacity(span.count.min(items.len()));
                made.extend(span.indices().filter_map(|i| items.get(i).cloned()));
                made
            }
        };
        drop(items);
        return Ok(rt.list(made).into_value());
    }
    let i = seq::index_of(rt, key, "list", list.len())?;
    i.and_then(|i| list.get(i))
        .ok_or_else(|| rt.index_error("list index out of range"))
}

fn setitem(rt: &Rt, value: &Value, key: &Value, item: Option<&Value>) -> PyResult<()> {
    let list = this(rt, value)?;
    if let Some(slice) = key.downcast_ref::<Slice>() {
        return set_slice(rt, list, slice, item);
    }
    if key.as_small_int().is_none() && rt.type_of(key).slots.index.get().is_none() {
        let given = rt.type_name(key);
        return Err(rt.type_error(format!(
            "list indices must be integers or slices, not {given}"
        )));
    }
    let out_of_range = || rt.index_error("list assignment index out of range");
    let i = seq::index_of(rt, key, "list", list.len())?.ok_or_else(out_of_range)?;
    let mut items = list.items.borrow_mut();
    if i >= items.len() {
        drop(items);
        return Err(out_of_range());
    }
    let old = match item {
        Some(item) => std::mem::replace(&mut items[i], item.clone()),
        None => items.remove(i),
    };
    drop(items);
    drop(old);
    Ok(())
}

fn set_slice(rt: &Rt, list: &Ref<List>, slice: &Slice, item: Option<&Value>) -> PyResult<()> {
    let new = match item {
        Some(iterable) => {
            if rt.type_of(iterable).slots.iter.get().is_none()
                && rt.type_of(iterable).slots.getitem.get().is_none()
            {
                let what = if slice.step.is_none() || slice.step.as_small_int() == Some(1) {
                    "can only assign an iterable"
                } else {
                    "must assign iterable to extended slice"
                };
                return Err(rt.type_error(what));
            }
            rt.collect(iterable)?
        }
        None => Vec::new(),
    };
    let span = rt.slice_span(slice, list.len())?;
    let mut items = list.items.borrow_mut();
    if span.step == 1 {
        let old: Vec<Value> = items.splice(span.range(), new).collect();
        drop(items);
        drop(old);
        return Ok(());
    }
    if item.is_none() {
        let mut gone: Vec<usize> = span.indices().collect();
        gone.sort_unstable();
        let mut old = Vec::with_capacity(gone.len());
        let mut next = gone.iter().copied().peekable();
        let kept = std::mem::take(&mut *items);
        for (i, v) in kept.into_iter().enumerate() {
            if next.next_if_eq(&i).is_some() {
                old.push(v);
            } else {
                items.push(v);
            }
        }
        drop(items);
        drop(old);
        return Ok(());
    }
    if new.len() != span.count {
        drop(items);
        return Err(rt.value_error(format!(
            "attempt to assign sequence of size {} to extended slice of size {}",
            new.len(),
            span.count
        )));
    }
    // The old items go where the new ones were: they are dropped when nothing is borrowed any more.
    let mut new = new;
    for (i, v) in span.indices().zip(&mut new) {
        if let Some(place) = items.get_mut(i) {
            std::mem::swap(place, v);
        }
    }
    drop(items);
    drop(new);
    Ok(())
}

fn concat(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let x = this(rt, a)?;
    let Some(y) = b.downcast::<List>() else {
        let name = rt.type_name(b);
        return Err(rt.type_error(format!(
            "can only concatenate list (not \"{name}\") to list"
        )));
    };
    let mut items = Vec::with_capacity(x.len() + y.len());
    items.extend_from_slice(&x.items.borrow());
    items.extend_from_slice(&y.items.borrow());
    Ok(rt.list(items).into_value())
}

fn repeated(rt: &Rt, list: &List, count: &Value) -> PyResult<Vec<Value>> {
    let n = seq::repeat_count::<Value>(rt, count, list.len())?;
    let items = list.items.borrow();
    let mut all = Vec::with_capacity(items.len() * n);
    match items.as_slice() {
        [one] => all.resize(n, one.clone()),
        row => (0..n).for_each(|_| all.extend_from_slice(row)),
    }
    Ok(all)
}

fn repeat(rt: &Rt, value: &Value, count: &Value) -> PyResult {
    Ok(rt.list(repeated(rt, this(rt, value)?, count)?).into_value())
}

fn irepeat(rt: &Rt, value: &Value, count: &Value) -> PyResult {
    let list = this(rt, value)?;
    let all = repeated(rt, list, count)?;
    let old = std::mem::replace(&mut *list.items.borrow_mut(), all);
    drop(old);
    Ok(value.clone())
}

fn iconcat(rt: &Rt, value: &Value, other: &Value) -> PyResult {
    extend(rt, value, other)?;
    Ok(value.clone())
}

fn append(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    this(rt, value)?.push(item.clone());
    Ok(Value::NONE)
}

fn clear(rt: &Rt, value: &Value) -> PyResult {
    let old = std::mem::take(&mut *this(rt, value)?.items.borrow_mut());
    drop(old);
    Ok(Value::NONE)
}

fn copy(rt: &Rt, value: &Value) -> PyResult {
    Ok(rt.list(this(rt, value)?.snapshot()).into_value())
}

/// Appends every item; one that an iterator gives is in the list before the next is asked for.
fn extend(rt: &Rt, value: &Value, iterable: &Value) -> PyResult {
    let list = this(rt, value)?;
    let plain = [&rt.types.list, &rt.types.tuple]
        .iter()
        .any(|t| rt.is_exact(iterable, t));
    if plain {
        let new = rt.collect(iterable)?;
        list.items.borrow_mut().extend(new);
    } else if rt.type_of(iterable).has(type_flags::HEAP) {
        // Only a Python class can tell that it was asked.
        let iterator = rt.iter(iterable)?;
        let hint = rt.length_hint(iterable, 8)?;
        if isize::try_from(hint + list.len()).is_ok() {
            rt.room_for::<Value>(hint)?;
        }
        while let Some(item) = rt.next(&iterator)? {
            rt.push_to(&mut list.items.borrow_mut(), item)?;
        }
    } else {
        rt.room_for::<Value>(rt.length_hint(iterable, 8)?)?;
        rt.for_each(iterable, |item| {
            rt.push_to(&mut list.items.borrow_mut(), item)?;
            Ok(true)
        })?;
    }
    Ok(Value::NONE)
}

fn index(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    seq::index_method(rt, value, args, "{} is not in list")
}

fn insert(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let list = this(rt, value)?;
    let [at, item] = rt.positional("insert", args, 2, 2)? else {
        return Err(rt.system_error("two arguments were checked"));
    };
    let at = rt.index_i64(at)?;
    let mut items = list.items.borrow_mut();
    let len = items.len() as i64;
    let at = if at < 0 {
        at.saturating_add(len).max(0)
    } else {
        at.min(len)
    };
    items.insert(at as usize, item.clone());
    Ok(Value::NONE)
}

fn pop(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let list = this(rt, value)?;
    let at = match rt.positional("pop", args, 0, 1)? {
        [at] => rt.index_i64(at)?,
        _ => -1,
    };
    let mut items = list.items.borrow_mut();
    let len = items.len() as i64;
    let i = if at < 0 { at.saturating_add(len) } else { at };
    if (0..len).contains(&i) {
        return Ok(items.remove(i as usize));
    }
    drop(items);
    Err(rt.index_error(if len == 0 {
        "pop from empty list"
    } else {
        "pop index out of range"
    }))
}

fn remove(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    let list = this(rt, value)?;
    let mut i = 0;
    while let Some(own) = list.get(i) {
        if rt.eq(&own, item)? {
            let mut items = list.items.borrow_mut();
            let old = (i < items.len()).then(|| items.remove(i));
            drop(items);
            drop(old);
            return Ok(Value::NONE);
        }
        i += 1;
    }
    Err(rt.value_error("list.remove(x): x not in list"))
}

fn reverse(rt: &Rt, value: &Value) -> PyResult {
    this(rt, value)?.items.borrow_mut().reverse();
    Ok(Value::NONE)
}

fn sort_method(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "sort",
        params: &["key", "reverse"],
        positional_only: 0,
        positional: 0,
        required: 0,
    };
    let list = this(rt, value)?;
    let [key, reverse] = rt.bind(&SIGNATURE, args)?;
    let reverse = match reverse {
        Some(v) => rt.truth(v)?,
        None => false,
    };
    let items = std::mem::take(&mut *list.items.borrow_mut());
    let (items, result) = sort::sort(rt, items, key.filter(|k| !k.is_none()), reverse);
    // The list stood empty meanwhile: what a key or comparison put there is lost, and that is an error.
    let meddled = std::mem::replace(&mut *list.items.borrow_mut(), items);
    let modified = !meddled.is_empty() || meddled.capacity() != 0;
    drop(meddled);
    result?;
    if modified {
        return Err(rt.value_error("list modified during sort"));
    }
    Ok(Value::NONE)
}

fn sizeof(rt: &Rt, value: &Value) -> PyResult {
    Ok(rt.int_from_usize(40 + 8 * this(rt, value)?.items.borrow().capacity()))
}
