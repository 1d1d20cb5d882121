//! `_collections`: `deque`, `defaultdict` and the helpers of `collections`.

use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, ValueCell, Visitor};
use hognose_object::dict::Dict;
use hognose_object::module::Module;
use hognose_object::ops::BinaryOp;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{
    Args, Call, CompareOp, GetSetDef, Layout, NativeDef, PyResult, Raised, Ref, Rt, Signature,
    Slots, StrExt, TypeObj, TypeSpec, Value, type_flags,
};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// The payload of `deque`.
struct Deque {
    items: RefCell<VecDeque<Value>>,
    maxlen: Cell<Option<usize>>,
    /// Counts changes, so that iterators notice them.
    changes: Cell<u64>,
}

impl Payload for Deque {
    const KIND: Kind = kinds::DEQUE;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.items.trace(visitor);
    }

    fn clear(&self) {
        drop(
            self.items
                .try_borrow_mut()
                .map(|mut row| std::mem::take(&mut *row)),
        );
    }
}

impl Deque {
    fn touch(&self) {
        self.changes.set(self.changes.get() + 1);
    }

    fn push_back(&self, item: Value) {
        self.touch();
        let mut items = self.items.borrow_mut();
        items.push_back(item);
        let over = self.maxlen.get().is_some_and(|most| items.len() > most);
        let gone = if over { items.pop_front() } else { None };
        drop(items);
        drop(gone);
    }

    fn push_front(&self, item: Value) {
        self.touch();
        let mut items = self.items.borrow_mut();
        items.push_front(item);
        let over = self.maxlen.get().is_some_and(|most| items.len() > most);
        let gone = if over { items.pop_back() } else { None };
        drop(items);
        drop(gone);
    }

    fn get(&self, i: usize) -> Option<Value> {
        self.items.borrow().get(i).cloned()
    }

    fn snapshot(&self) -> Vec<Value> {
        self.items.borrow().iter().cloned().collect()
    }
}

static DEQUE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::HAS_WEAKREF
        | type_flags::SEQUENCE,
    slots: Slots {
        new: Some(|rt, ty, _| {
            let payload = Deque {
                items: RefCell::default(),
                maxlen: Cell::new(None),
                changes: Cell::new(0),
            };
            Ok(rt.alloc(ty, payload).into_value())
        }),
        init: Some(deque_init),
        repr: Some(deque_repr),
        hash: Some(hognose_object::hash::unhashable),
        compare: Some(deque_compare),
        iter: Some(|rt, v| deque_iter(rt, v, false)),
        len: Some(|rt, v| Ok(deque(rt, v)?.items.borrow().len())),
        getitem: Some(deque_getitem),
        setitem: Some(deque_setitem),
        contains: Some(deque_contains),
        concat: Some(deque_concat),
        repeat: Some(deque_repeat),
        iconcat: Some(|rt, v, other| {
            extend(rt, v, other)?;
            Ok(v.clone())
        }),
        irepeat: Some(|rt, v, count| {
            let repeated = deque_repeat(rt, v, count)?;
            let items = deque(rt, &repeated)?.items.take();
            let old = deque(rt, v)?.items.replace(items);
            drop(old);
            Ok(v.clone())
        }),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "append",
            "",
            Call::One(|rt, v, item| {
                deque(rt, v)?.push_back(item.clone());
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new(
            "appendleft",
            "",
            Call::One(|rt, v, item| {
                deque(rt, v)?.push_front(item.clone());
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new(
            "clear",
            "",
            Call::Zero(|rt, v| {
                let d = deque(rt, v)?;
                d.touch();
                drop(d.items.take());
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new("copy", "", Call::Zero(deque_copy)),
        NativeDef::new("__copy__", "", Call::Zero(deque_copy)),
        NativeDef::new("count", "", Call::One(deque_count)),
        NativeDef::new("extend", "", Call::One(extend)),
        NativeDef::new(
            "extendleft",
            "",
            Call::One(|rt, v, iterable| {
                let d = deque(rt, v)?;
                for item in rt.collect(iterable)? {
                    d.push_front(item);
                }
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new("index", "", Call::Many(deque_index)),
        NativeDef::new("insert", "", Call::Many(deque_insert)),
        NativeDef::new(
            "pop",
            "",
            Call::Zero(|rt, v| {
                let d = deque(rt, v)?;
                d.touch();
                let item = d.items.borrow_mut().pop_back();
                item.ok_or_else(|| rt.index_error("pop from an empty deque"))
            }),
        ),
        NativeDef::new(
            "popleft",
            "",
            Call::Zero(|rt, v| {
                let d = deque(rt, v)?;
                d.touch();
                let item = d.items.borrow_mut().pop_front();
                item.ok_or_else(|| rt.index_error("pop from an empty deque"))
            }),
        ),
        NativeDef::new("remove", "", Call::One(deque_remove)),
        NativeDef::new(
            "reverse",
            "",
            Call::Zero(|rt, v| {
                let d = deque(rt, v)?;
                d.touch();
                d.items.borrow_mut().make_contiguous().reverse();
                Ok(Value::NONE)
            }),
        ),
        NativeDef::new("rotate", "", Call::Many(deque_rotate)),
        NativeDef::new("__reduce__", "", Call::Zero(deque_reduce)),
        NativeDef::new(
            "__reversed__",
            "",
            Call::Zero(|rt, v| deque_iter(rt, v, true)),
        ),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    getset: &[GetSetDef::read("maxlen", |rt, v| {
        Ok(deque(rt, v)?
            .maxlen
            .get()
            .map_or(Value::NONE, |n| rt.int_from_usize(n)))
    })],
    ..TypeSpec::new("collections.deque", Layout::Native(kinds::DEQUE))
};

fn deque<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Deque> {
    value
        .downcast_ref()
        .ok_or_else(|| rt.type_error("a deque was expected"))
}

fn deque_init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "deque",
        params: &["iterable", "maxlen"],
        positional_only: 0,
        positional: 2,
        required: 0,
    };
    let [iterable, maxlen] = rt.bind(&SIGNATURE, args)?;
    let d = deque(rt, value)?;
    let most = match maxlen.filter(|v| !v.is_none()) {
        Some(v) => {
            let n = rt.index_i64(v)?;
            Some(usize::try_from(n).map_err(|_| rt.value_error("maxlen must be non-negative"))?)
        }
        None => None,
    };
    d.maxlen.set(most);
    d.touch();
    drop(d.items.take());
    if let Some(iterable) = iterable {
        extend(rt, value, iterable)?;
    }
    Ok(())
}

fn extend(rt: &Rt, value: &Value, iterable: &Value) -> PyResult {
    let d = deque(rt, value)?;
    if value.is(iterable) {
        d.snapshot().into_iter().for_each(|item| d.push_back(item));
        return Ok(Value::NONE);
    }
    rt.for_each(iterable, |item| {
        d.push_back(item);
        Ok(true)
    })?;
    Ok(Value::NONE)
}

fn deque_repr(rt: &Rt, value: &Value) -> PyResult {
    let d = deque(rt, value)?;
    let name = rt.type_name(value);
    let name = name.rsplit('.').next().unwrap_or_default().to_owned();
    rt.repr_once(value, "[...]", || {
        let shown = rt.repr(rt.list(d.snapshot()).as_value())?;
        Ok(match d.maxlen.get() {
            Some(most) => format!("{name}({}, maxlen={most})", shown.to_str()),
            None => format!("{name}({})", shown.to_str()),
        })
    })
}

fn deque_compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast_ref::<Deque>(), b.downcast_ref::<Deque>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    rt.compare(
        rt.list(x.snapshot()).as_value(),
        rt.list(y.snapshot()).as_value(),
        op,
    )
}

fn place(rt: &Rt, value: &Value, key: &Value) -> PyResult<Option<usize>> {
    let len = deque(rt, value)?.items.borrow().len();
    if rt.as_int(key).is_none() && rt.type_of(key).slots.index.get().is_none() {
        return Err(rt.type_error(format!(
            "sequence index must be integer, not '{}'",
            rt.type_name(key)
        )));
    }
    let i = rt.index_place(key)?;
    let i = if i < 0 { i + len as i64 } else { i };
    Ok(usize::try_from(i).ok().filter(|&i| i < len))
}

fn deque_getitem(rt: &Rt, value: &Value, key: &Value) -> PyResult {
    let found =
        place(rt, value, key)?.and_then(|i| value.downcast_ref::<Deque>().and_then(|d| d.get(i)));
    found.ok_or_else(|| rt.index_error("deque index out of range"))
}

fn deque_setitem(rt: &Rt, value: &Value, key: &Value, item: Option<&Value>) -> PyResult<()> {
    let Some(i) = place(rt, value, key)? else {
        return Err(rt.index_error("deque index out of range"));
    };
    let d = deque(rt, value)?;
    let mut items = d.items.borrow_mut();
    let old = match item {
        Some(item) => items
            .get_mut(i)
            .map(|slot| std::mem::replace(slot, item.clone())),
        None => items.remove(i),
    };
    drop(items);
    drop(old);
    if item.is_none() {
        d.touch();
    }
    Ok(())
}

/// Finds an item, noticing changes while it compares.
fn find(rt: &Rt, d: &Deque, item: &Value, from: usize, to: usize) -> PyResult<Option<usize>> {
    let changes = d.changes.get();
    let mut i = from;
    while i < to {
        let Some(own) = d.get(i) else { break };
        let equal = rt.eq(&own, item)?;
        if d.changes.get() != changes {
            return Err(rt.runtime_error("deque mutated during iteration"));
        }
        if equal {
            return Ok(Some(i));
        }
        i += 1;
    }
    Ok(None)
}

fn deque_contains(rt: &Rt, value: &Value, item: &Value) -> PyResult<bool> {
    Ok(find(rt, deque(rt, value)?, item, 0, usize::MAX)?.is_some())
}

fn deque_count(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    let d = deque(rt, value)?;
    let (mut at, mut n) = (0, 0);
    while let Some(i) = find(rt, d, item, at, usize::MAX)? {
        n += 1;
        at = i + 1;
    }
    Ok(rt.int(n))
}

fn deque_index(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("index", args, 1, 3)?;
    let d = deque(rt, value)?;
    let len = d.items.borrow().len() as i64;
    let bound = |i: usize, default: i64| -> PyResult<usize> {
        let n = given.get(i).map_or(Ok(default), |v| rt.index_clamped(v))?;
        Ok((if n < 0 {
            n.saturating_add(len).max(0)
        } else {
            n.min(len)
        }) as usize)
    };
    match find(rt, d, &given[0], bound(1, 0)?, bound(2, len)?)? {
        Some(i) => Ok(rt.int_from_usize(i)),
        None => {
            let shown = rt.repr(&given[0])?;
            Err(rt.value_error(format!("{} is not in deque", shown.to_str())))
        }
    }
}

fn deque_insert(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("insert", args, 2, 2)?;
    let d = deque(rt, value)?;
    let i = rt.index_i64(&given[0])?;
    let mut items = d.items.borrow_mut();
    if d.maxlen.get().is_some_and(|most| items.len() >= most) {
        drop(items);
        return Err(rt.index_error("deque already at its maximum size"));
    }
    let len = items.len() as i64;
    let at = if i < 0 { (i + len).max(0) } else { i.min(len) };
    items.insert(at as usize, given[1].clone());
    drop(items);
    d.touch();
    Ok(Value::NONE)
}

fn deque_remove(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    let d = deque(rt, value)?;
    let changes = d.changes.get();
    let changed = |raised: Raised| match d.changes.get() == changes {
        true => raised,
        false => rt.index_error("deque mutated during remove()."),
    };
    match find(rt, d, item, 0, usize::MAX).map_err(changed)? {
        Some(_) if d.changes.get() != changes => {
            Err(rt.index_error("deque mutated during remove()."))
        }
        Some(i) => {
            let old = d.items.borrow_mut().remove(i);
            drop(old);
            d.touch();
            Ok(Value::NONE)
        }
        None => Err(rt.value_error("deque.remove(x): x not in deque")),
    }
}

fn deque_rotate(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("rotate", args, 0, 1)?;
    let n = given.first().map_or(Ok(1), |v| rt.index_i64(v))?;
    let d = deque(rt, value)?;
    d.touch();
    let mut items = d.items.borrow_mut();
    let len = items.len() as i64;
    if len > 1 {
        items.rotate_right(n.rem_euclid(len) as usize);
    }
    Ok(Value::NONE)
}

/// A call of the deque's own class with these items.
fn like(rt: &Rt, value: &Value, items: Vec<Value>) -> PyResult {
    let list = rt.list(items).into_value();
    let most = deque(rt, value)?
        .maxlen
        .get()
        .map_or(Value::NONE, |n| rt.int_from_usize(n));
    rt.call(rt.type_of(value).clone().as_value(), &[list, most])
}

fn deque_copy(rt: &Rt, value: &Value) -> PyResult {
    like(rt, value, deque(rt, value)?.snapshot())
}

fn deque_concat(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let Some(other) = b.downcast_ref::<Deque>() else {
        let name = rt.type_name(b);
        return Err(rt.type_error(format!(
            "can only concatenate deque (not \"{name}\") to deque"
        )));
    };
    let mut items = deque(rt, a)?.snapshot();
    items.extend(other.snapshot());
    like(rt, a, items)
}

fn deque_repeat(rt: &Rt, value: &Value, count: &Value) -> PyResult {
    let given = deque(rt, value)?;
    let row = given.snapshot();
    let times = usize::try_from(rt.index_i64(count)?).unwrap_or(0);
    let times = if row.is_empty() { 0 } else { times };
    // Only the last ones stay where there is a greatest length.
    let times = match given.maxlen.get() {
        Some(most) if !row.is_empty() => times.min(most / row.len() + 1),
        _ => times,
    };
    rt.room_for::<Value>(row.len().checked_mul(times).ok_or_else(|| rt.no_memory())?)?;
    let all = (0..times).flat_map(|_| row.iter().cloned()).collect();
    like(rt, value, all)
}

fn deque_reduce(rt: &Rt, value: &Value) -> PyResult {
    let d = deque(rt, value)?;
    let most = d.maxlen.get().map(|n| rt.int_from_usize(n));
    let args = match most {
        Some(most) => rt.tuple([rt.tuple([]).into_value(), most]),
        None => rt.tuple([]),
    };
    let state = rt.call_method(value, &rt.intern("__getstate__"), &[])?;
    let iterator = deque_iter(rt, value, false)?;
    Ok(rt
        .tuple([
            rt.type_of(value).as_value().clone(),
            args.into_value(),
            state,
            iterator,
        ])
        .into_value())
}

/// The payload of a deque's iterators.
struct DequeIter {
    deque: ValueCell,
    at: Cell<usize>,
    backwards: bool,
    changes: u64,
}

impl Payload for DequeIter {
    const KIND: Kind = kinds::DEQUE_ITER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.deque.trace(visitor);
    }

    fn clear(&self) {
        self.deque.set(None);
    }
}

const DEQUE_ITER_METHODS: &[NativeDef] = &[
    NativeDef::new("__length_hint__", "", Call::Zero(deque_hint)),
    NativeDef::new("__reduce__", "", Call::Zero(deque_iter_reduce)),
];

static DEQUE_ITER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(|rt, ty, args| deque_iter_new(rt, ty, args, false)),
        iter: Some(|_, v| Ok(v.clone())),
        next: Some(deque_next),
        ..Slots::NONE
    },
    methods: DEQUE_ITER_METHODS,
    ..TypeSpec::new(
        "_collections._deque_iterator",
        Layout::Native(kinds::DEQUE_ITER),
    )
};

static DEQUE_REVERSE_ITER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(|rt, ty, args| deque_iter_new(rt, ty, args, true)),
        iter: Some(|_, v| Ok(v.clone())),
        next: Some(deque_next),
        ..Slots::NONE
    },
    methods: DEQUE_ITER_METHODS,
    ..TypeSpec::new(
        "_collections._deque_reverse_iterator",
        Layout::Native(kinds::DEQUE_ITER),
    )
};

fn deque_iter(rt: &Rt, value: &Value, backwards: bool) -> PyResult {
    let name = if backwards {
        "_deque_reverse_iterator"
    } else {
        "_deque_iterator"
    };
    let class = super::attribute(rt, "_collections", name)?;
    let Some(class) = class.downcast::<TypeObj>() else {
        return Err(rt.system_error("a deque iterator's type is none"));
    };
    let changes = deque(rt, value)?.changes.get();
    let payload = DequeIter {
        deque: ValueCell::new(value.clone()),
        at: Cell::new(0),
        backwards,
        changes,
    };
    Ok(rt.alloc(class, payload).into_value())
}

/// An iterator over a deque that has passed so many items (`dequeiter_new`).
fn deque_iter_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>, backwards: bool) -> PyResult {
    let given = rt.positional("_deque_iterator", args, 1, 2)?;
    let Some(d) = given[0].downcast_ref::<Deque>() else {
        let name = rt.type_name(&given[0]);
        return Err(rt.type_error(format!(
            "_deque_iterator() argument 1 must be collections.deque, not {name}"
        )));
    };
    let passed = given.get(1).map_or(Ok(0), |v| rt.index_i64(v))?.max(0) as usize;
    let payload = DequeIter {
        deque: ValueCell::new(given[0].clone()),
        at: Cell::new(passed.min(d.items.borrow().len())),
        backwards,
        changes: d.changes.get(),
    };
    Ok(rt.alloc(ty, payload).into_value())
}

fn deque_iter_reduce(rt: &Rt, value: &Value) -> PyResult {
    let held = value.downcast_ref::<DequeIter>();
    let at = held.map_or(0, |it| it.at.get());
    // A finished iterator is one over nothing.
    let (deque, at) = match held.and_then(|it| it.deque.get()) {
        Some(deque) => (deque, at),
        None => (
            rt.call(&super::attribute(rt, "_collections", "deque")?, &[])?,
            0,
        ),
    };
    let args = rt.tuple([deque, rt.int_from_usize(at)]).into_value();
    let class = rt.type_of(value).as_value().clone();
    Ok(rt.tuple([class, args]).into_value())
}

fn deque_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(it) = value.downcast_ref::<DequeIter>() else {
        return Ok(None);
    };
    let Some(held) = it.deque.get() else {
        return Ok(None);
    };
    let d = deque(rt, &held)?;
    if d.changes.get() != it.changes {
        it.deque.set(None);
        return Err(rt.runtime_error("deque mutated during iteration"));
    }
    let (at, len) = (it.at.get(), d.items.borrow().len());
    if at >= len {
        it.deque.set(None);
        return Ok(None);
    }
    it.at.set(at + 1);
    Ok(d.get(if it.backwards { len - 1 - at } else { at }))
}

fn deque_hint(rt: &Rt, value: &Value) -> PyResult {
    let Some(it) = value.downcast_ref::<DequeIter>() else {
        return Ok(rt.int(0));
    };
    let left = match it.deque.get() {
        Some(held) => deque(rt, &held)?
            .items
            .borrow()
            .len()
            .saturating_sub(it.at.get()),
        None => 0,
    };
    Ok(rt.int_from_usize(left))
}

/// Where a defaultdict keeps its factory: in the tail, behind the `__dict__` and `__slots__` of subclasses there is
/// none; so it stands in the instance's `__dict__`, under a name that no program uses.
const FACTORY: &str = " default_factory";

static DEFAULT_DICT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::HAS_DICT
        | type_flags::HAS_WEAKREF,
    slots: Slots {
        init: Some(default_init),
        repr: Some(default_repr),
        or: Some(default_or),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("__missing__", "", Call::One(default_missing)),
        NativeDef::new("copy", "", Call::Zero(default_copy)),
        NativeDef::new("__copy__", "", Call::Zero(default_copy)),
        NativeDef::new("__reduce__", "", Call::Zero(default_reduce)),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    getset: &[GetSetDef::read_write(
        "default_factory",
        |rt, v| Ok(factory(rt, v)),
        |rt, v, new| {
            set_factory(rt, v, new.unwrap_or(&Value::NONE));
            Ok(())
        },
    )],
    ..TypeSpec::new(
        "collections.defaultdict",
        Layout::Native(hognose_object::kinds::DICT),
    )
};

fn factory(rt: &Rt, value: &Value) -> Value {
    rt.existing_dict(value)
        .and_then(|d| d.get_str(rt, &rt.intern(FACTORY)))
        .unwrap_or(Value::NONE)
}

fn set_factory(rt: &Rt, value: &Value, factory: &Value) {
    if let Some(dict) = rt.own_dict(value) {
        dict.set_str(rt, &rt.intern(FACTORY), factory.clone());
    }
}

fn default_init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    let given = args.positional();
    let mut rest = *args;
    let mut first = Value::NONE;
    if let Some(factory) = given.first() {
        if !factory.is_none() && rt.type_of(factory).slots.call.get().is_none() {
            return Err(rt.type_error("first argument must be callable or None"));
        }
        first = factory.clone();
        rest = args.rest();
    }
    set_factory(rt, value, &first);
    match rt.types.dict.slots.init.get() {
        Some(init) => init(rt, value, &rest),
        None => Ok(()),
    }
}

fn default_missing(rt: &Rt, value: &Value, key: &Value) -> PyResult {
    let factory = factory(rt, value);
    if factory.is_none() {
        return Err(rt.key_error(key));
    }
    let made = rt.call(&factory, &[])?;
    rt.setitem(value, key, Some(&made))?;
    Ok(made)
}

fn default_repr(rt: &Rt, value: &Value) -> PyResult {
    let plain = match rt.types.dict.slots.repr.get() {
        Some(repr) => repr(rt, value)?,
        None => Value::NONE,
    };
    let factory = factory(rt, value);
    let shown = rt.repr_once(&factory, "...", || {
        Ok(rt.repr(&factory)?.to_str().into_owned())
    })?;
    let name = rt.type_name(value);
    let name = name.rsplit('.').next().unwrap_or_default();
    let text = format!(
        "{name}({}, {})",
        rt.str_of(&shown)?.to_str(),
        rt.str_of(&plain)?.to_str()
    );
    Ok(rt.str(&text).into_value())
}

fn default_or(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    if a.downcast_ref::<Dict>().is_none() || b.downcast_ref::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let own = if rt.type_name(a).ends_with("defaultdict") {
        a
    } else {
        b
    };
    let made = rt.call(
        rt.type_of(own).clone().as_value(),
        &[factory(rt, own), a.clone()],
    )?;
    if let Some(dict) = made.downcast::<Dict>() {
        rt.dict_update(dict, b)?;
    }
    Ok(made)
}

fn default_copy(rt: &Rt, value: &Value) -> PyResult {
    rt.call(
        rt.type_of(value).clone().as_value(),
        &[factory(rt, value), value.clone()],
    )
}

fn default_reduce(rt: &Rt, value: &Value) -> PyResult {
    let factory = factory(rt, value);
    let args = if factory.is_none() {
        rt.tuple([])
    } else {
        rt.tuple([factory])
    };
    let items = rt.call_method(value, &rt.names.items, &[])?;
    let iterator = rt.iter(&items)?;
    let class = rt.type_of(value).as_value().clone();
    Ok(rt
        .tuple([class, args.into_value(), Value::NONE, Value::NONE, iterator])
        .into_value())
}

/// The payload of `_tuplegetter`: a namedtuple's field.
struct TupleGetter {
    index: usize,
    doc: ValueCell,
}

impl Payload for TupleGetter {
    const KIND: Kind = kinds::TUPLE_GETTER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.doc.trace(visitor);
    }
}

static TUPLE_GETTER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(getter_new),
        descr_get: Some(getter_get),
        descr_set: Some(|rt, _, _, value| {
            Err(rt.attribute_error(if value.is_some() {
                "can't set attribute"
            } else {
                "can't delete attribute"
            }))
        }),
        ..Slots::NONE
    },
    methods: &[NativeDef::new(
        "__reduce__",
        "",
        Call::Zero(|rt, v| {
            let Some(g) = v.downcast_ref::<TupleGetter>() else {
                return Ok(Value::NONE);
            };
            let args = rt
                .tuple([
                    rt.int_from_usize(g.index),
                    g.doc.get().unwrap_or(Value::NONE),
                ])
                .into_value();
            Ok(rt
                .tuple([rt.type_of(v).as_value().clone(), args])
                .into_value())
        }),
    )],
    getset: &[GetSetDef::read_write(
        "__doc__",
        |_, v| {
            Ok(v.downcast_ref::<TupleGetter>()
                .and_then(|g| g.doc.get())
                .unwrap_or(Value::NONE))
        },
        |_, v, value| {
            if let Some(g) = v.downcast_ref::<TupleGetter>() {
                g.doc.set(value.cloned());
            }
            Ok(())
        },
    )],
    ..TypeSpec::new(
        "_collections._tuplegetter",
        Layout::Native(kinds::TUPLE_GETTER),
    )
};

fn getter_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_tuplegetter", args, 2, 2)?;
    let index = rt.index_i64(&given[0])?.max(0) as usize;
    Ok(rt
        .alloc(
            ty,
            TupleGetter {
                index,
                doc: ValueCell::new(given[1].clone()),
            },
        )
        .into_value())
}

fn getter_get(rt: &Rt, getter: &Value, object: Option<&Value>, _: &Value) -> PyResult {
    let (Some(g), Some(object)) = (getter.downcast_ref::<TupleGetter>(), object) else {
        return Ok(getter.clone());
    };
    match object.downcast_ref::<Tuple>() {
        Some(tuple) => tuple
            .item(g.index)
            .ok_or_else(|| rt.index_error("tuple index out of range")),
        None => {
            let (index, name) = (g.index, rt.type_name(object));
            Err(rt.type_error(format!(
                "descriptor for index '{index}' for tuple subclasses doesn't apply to '{name}' object"
            )))
        }
    }
}

const FUNCTIONS: &[NativeDef] = &[NativeDef::new(
    "_count_elements",
    "($module, mapping, iterable, /)",
    Call::Many(count_elements),
)];

fn count_elements(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_count_elements", args, 2, 2)?;
    let mapping = &given[0];
    // As CPython: a subclass that leaves both methods alone, such as Counter, is counted in without calling them.
    let ty = rt.type_of(mapping);
    let is_dicts = |name| match (ty.lookup(rt, name), rt.types.dict.lookup(rt, name)) {
        (Some(own), Some(dicts)) => own.is(&dicts),
        _ => false,
    };
    let plain = is_dicts(&rt.names.get) && is_dicts(&rt.names.setitem_);
    let get = rt.getattr(mapping, &rt.names.get)?;
    let (zero, one) = (rt.int(0), rt.int(1));
    rt.for_each(&given[1], |item| {
        match mapping.downcast_ref::<Dict>() {
            Some(dict) if plain => {
                let hash = rt.hash(&item)?;
                let old = dict
                    .get_hashed(rt, &item, hash)?
                    .unwrap_or_else(|| zero.clone());
                let new = rt.binary(BinaryOp::Add, &old, &one)?;
                drop(dict.set_hashed(rt, &item, hash, new)?);
            }
            _ => {
                let old = rt.call(&get, &[item.clone(), zero.clone()])?;
                let new = rt.binary(BinaryOp::Add, &old, &one)?;
                rt.setitem(mapping, &item, Some(&new))?;
            }
        }
        Ok(true)
    })?;
    Ok(Value::NONE)
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_collections", FUNCTIONS);
    let object = &rt.types.object;
    module.set(rt, "deque", rt.native_type(&DEQUE, object));
    module.set(rt, "_deque_iterator", rt.native_type(&DEQUE_ITER, object));
    module.set(
        rt,
        "_deque_reverse_iterator",
        rt.native_type(&DEQUE_REVERSE_ITER, object),
    );
    module.set(
        rt,
        "defaultdict",
        rt.native_type(&DEFAULT_DICT, &rt.types.dict),
    );
    module.set(rt, "_tuplegetter", rt.native_type(&TUPLE_GETTER, object));
    Ok(module)
}
