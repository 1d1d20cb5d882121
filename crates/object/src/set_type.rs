//! `set` and `frozenset`.

use crate::dict::Dict;
use crate::hash::unhashable;
use crate::iters::SetIter;
use crate::kinds;
use crate::native::{Args, Call, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::seq::{push_repr, push_text};
use crate::set_table::{self, SetTable};
use crate::slots::{CompareOp, Slots};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use std::cell::{Cell, RefCell};

const SLOTS: Slots = Slots {
    repr: Some(repr),
    compare: Some(compare),
    iter: Some(iter),
    len: Some(|rt, v| Ok(this(rt, v)?.len())),
    contains: Some(contains),
    sub: Some(|rt, a, b| operator(rt, a, b, difference)),
    and: Some(|rt, a, b| operator(rt, a, b, intersection)),
    or: Some(|rt, a, b| operator(rt, a, b, union)),
    xor: Some(|rt, a, b| operator(rt, a, b, symmetric_difference)),
    ..Slots::NONE
};

pub const SET: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::HAS_WEAKREF
        | type_flags::MATCH_SELF,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(rt.set_of(ty).into_value())),
        init: Some(init),
        hash: Some(unhashable),
        isub: Some(|rt, a, b| in_place(rt, a, b, difference_update)),
        iand: Some(|rt, a, b| in_place(rt, a, b, |rt, a, b| replace_with(rt, a, b, intersection))),
        ior: Some(|rt, a, b| in_place(rt, a, b, |rt, a, b| update_one(rt, this(rt, a)?, b))),
        ixor: Some(|rt, a, b| in_place(rt, a, b, symmetric_difference_update_one)),
        ..SLOTS
    },
    methods: &[
        NativeDef::new("add", "", Call::One(add)),
        NativeDef::new("clear", "", Call::Zero(clear)),
        NativeDef::new("copy", "", Call::Zero(copy)),
        NativeDef::new("difference", "", Call::Many(difference_method)),
        NativeDef::new(
            "difference_update",
            "",
            Call::Many(difference_update_method),
        ),
        NativeDef::new("discard", "", Call::One(discard)),
        NativeDef::new("intersection", "", Call::Many(intersection_method)),
        NativeDef::new(
            "intersection_update",
            "",
            Call::Many(intersection_update_method),
        ),
        NativeDef::new("isdisjoint", "", Call::One(isdisjoint)),
        NativeDef::new("issubset", "", Call::One(issubset)),
        NativeDef::new("issuperset", "", Call::One(issuperset)),
        NativeDef::new("pop", "", Call::Zero(pop)),
        NativeDef::new("remove", "", Call::One(remove)),
        NativeDef::new("symmetric_difference", "", Call::One(symmetric_difference)),
        NativeDef::new(
            "symmetric_difference_update",
            "",
            Call::One(|rt, a, b| symmetric_difference_update_one(rt, a, b).map(|()| Value::NONE)),
        ),
        NativeDef::new("union", "", Call::Many(union_method)),
        NativeDef::new("update", "", Call::Many(update_method)),
        NativeDef::new("__reduce__", "", Call::Zero(reduce)),
        NativeDef::new("__sizeof__", "", Call::Zero(sizeof)),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    doc: "Unordered collection of unique elements.",
    ..TypeSpec::new("set", Layout::Native(kinds::SET))
};

pub const FROZENSET: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::HAS_WEAKREF
        | type_flags::MATCH_SELF,
    slots: Slots {
        new: Some(frozenset_new),
        hash: Some(hash),
        ..SLOTS
    },
    methods: &[
        NativeDef::new("copy", "", Call::Zero(copy)),
        NativeDef::new("difference", "", Call::Many(difference_method)),
        NativeDef::new("intersection", "", Call::Many(intersection_method)),
        NativeDef::new("isdisjoint", "", Call::One(isdisjoint)),
        NativeDef::new("issubset", "", Call::One(issubset)),
        NativeDef::new("issuperset", "", Call::One(issuperset)),
        NativeDef::new("symmetric_difference", "", Call::One(symmetric_difference)),
        NativeDef::new("union", "", Call::Many(union_method)),
        NativeDef::new("__reduce__", "", Call::Zero(reduce)),
        NativeDef::new("__sizeof__", "", Call::Zero(sizeof)),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    doc: "Immutable unordered collection of unique elements.",
    ..TypeSpec::new("frozenset", Layout::Native(kinds::SET))
};

/// The payload of `set` and `frozenset`.
pub struct Set {
    /// The table; borrowed only while no Python code can run.
    pub table: RefCell<SetTable>,
    /// A frozenset's hash once computed.
    hash: Cell<Option<i64>>,
}

impl Payload for Set {
    const KIND: Kind = kinds::SET;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.table.trace(visitor);
    }

    fn clear(&self) {
        if let Ok(mut table) = self.table.try_borrow_mut() {
            let old = std::mem::take(&mut *table);
            drop(table);
            drop(old);
        }
    }
}

impl Set {
    pub fn len(&self) -> usize {
        self.table.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Adds an item; false if it was there.
    pub fn add(&self, rt: &Rt, item: &Value) -> PyResult<bool> {
        let hash = rt.hash(item)?;
        set_table::add(rt, &self.table, item, hash)
    }

    pub fn contains(&self, rt: &Rt, item: &Value) -> PyResult<bool> {
        let hash = rt.hash(item)?;
        set_table::contains(rt, &self.table, item, hash)
    }

    /// The items as they are now, in table order.
    pub fn snapshot(&self) -> Vec<Value> {
        let table = self.table.borrow();
        let mut items = Vec::with_capacity(table.len());
        let mut at = 0;
        while let Some((place, item)) = table.next_from(at) {
            items.push(item.clone());
            at = place + 1;
        }
        items
    }
}

impl Rt {
    /// An empty set of that type.
    pub fn set_of(&self, ty: &Ref<TypeObj>) -> Ref<Set> {
        self.alloc(
            ty,
            Set {
                table: RefCell::default(),
                hash: Cell::new(None),
            },
        )
    }

    /// `set(items)`.
    pub fn set(&self, items: &[Value]) -> PyResult<Ref<Set>> {
        let set = self.set_of(&self.types.set);
        for item in items {
            set.add(self, item)?;
        }
        Ok(set)
    }

    /// `frozenset(items)`.
    pub fn frozenset(&self, items: &[Value]) -> PyResult<Ref<Set>> {
        let set = self.set_of(&self.types.frozenset);
        for item in items {
            set.add(self, item)?;
        }
        Ok(set)
    }

    /// The set inside a `set`, a `frozenset` or an instance of a subclass.
    pub fn as_set<'a>(&self, value: &'a Value) -> Option<&'a Ref<Set>> {
        value.downcast::<Set>()
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Set>> {
    value
        .downcast::<Set>()
        .ok_or_else(|| rt.type_error("a set was expected"))
}

/// `set` or `frozenset`, whichever the value derives from: results are never of a subclass.
fn base_type<'a>(rt: &'a Rt, value: &Value) -> &'a Ref<TypeObj> {
    if rt.is_instance(value, &rt.types.frozenset) {
        &rt.types.frozenset
    } else {
        &rt.types.set
    }
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    let set = this(rt, value)?;
    if args.has_keywords() {
        return Err(rt.type_error("set() takes no keyword arguments"));
    }
    let given = rt.positional("set", &Args::new(args.positional()), 0, 1)?;
    let old = std::mem::take(&mut *set.table.borrow_mut());
    drop(old);
    match given {
        [iterable] => update_one(rt, set, iterable),
        _ => Ok(()),
    }
}

fn frozenset_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let exact = ty.same(&rt.types.frozenset);
    if rt.new_refuses_keywords(ty, &rt.types.frozenset, args) {
        return Err(rt.type_error("frozenset() takes no keyword arguments"));
    }
    let given = rt.positional("frozenset", &Args::new(args.positional()), 0, 1)?;
    if exact
        && let [one] = given
        && rt.is_exact(one, &rt.types.frozenset)
    {
        return Ok(one.clone());
    }
    let set = rt.set_of(ty);
    if let [iterable] = given {
        update_one(rt, &set, iterable)?;
    }
    Ok(set.into_value())
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let set = this(rt, value)?;
    let name = rt.type_name(value);
    let name = name.rsplit('.').next().unwrap_or_default().to_owned();
    if set.is_empty() {
        return Ok(rt.str(&format!("{name}()")).into_value());
    }
    let plain = rt.is_exact(value, &rt.types.set);
    rt.repr_once_codes(value, &format!("{name}(...)"), || {
        let mut out = Vec::new();
        push_text(
            &mut out,
            &if plain {
                "{".to_owned()
            } else {
                format!("{name}({{")
            },
        );
        for (i, item) in set.snapshot().iter().enumerate() {
            if i > 0 {
                push_text(&mut out, ", ");
            }
            push_repr(rt, &mut out, item)?;
        }
        push_text(&mut out, if plain { "}" } else { "})" });
        Ok(out)
    })
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    let set = this(rt, value)?;
    if let Some(hash) = set.hash.get() {
        return Ok(hash);
    }
    let shuffle = |h: u64| ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
    let mut hash = set
        .table
        .borrow()
        .hashes()
        .fold(0u64, |acc, h| acc ^ shuffle(h as u64));
    hash ^= (set.len() as u64 + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    let hash = if hash as i64 == -1 {
        590_923_713
    } else {
        hash as i64
    };
    set.hash.set(Some(hash));
    Ok(hash)
}

/// Whether every item of `a` is in `b`.
fn subset(rt: &Rt, a: &Ref<Set>, b: &Ref<Set>) -> PyResult<bool> {
    if a.len() > b.len() {
        return Ok(false);
    }
    let mut all = true;
    set_table::each(&a.table, |key, hash| {
        all = set_table::contains(rt, &b.table, &key, hash)?;
        Ok(all)
    })?;
    Ok(all)
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<Set>(), b.downcast::<Set>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let (lx, ly) = (x.len(), y.len());
    Ok(Value::bool(match op {
        CompareOp::Eq => lx == ly && subset(rt, x, y)?,
        CompareOp::Ne => lx != ly || !subset(rt, x, y)?,
        CompareOp::Le => subset(rt, x, y)?,
        CompareOp::Ge => subset(rt, y, x)?,
        CompareOp::Lt => lx < ly && subset(rt, x, y)?,
        CompareOp::Gt => lx > ly && subset(rt, y, x)?,
    }))
}

fn iter(rt: &Rt, value: &Value) -> PyResult {
    let len = this(rt, value)?.len();
    let payload = SetIter {
        set: ValueCell::new(value.clone()),
        place: Cell::new(0),
        len,
        left: Cell::new(len),
    };
    Ok(rt.alloc(&rt.types.set_iterator, payload).into_value())
}

/// The key to look up: a set that is not hashable stands for the frozenset of its items.
fn lookup_key(rt: &Rt, item: &Value) -> PyResult<(Value, i64)> {
    match rt.hash(item) {
        Ok(hash) => Ok((item.clone(), hash)),
        Err(raised) if raised.is(rt, &rt.types.type_error) => match item.downcast::<Set>() {
            Some(set) => {
                let frozen = rt.set_of(&rt.types.frozenset);
                set_table::merge(rt, &frozen.table, &set.table)?;
                let hash = hash(rt, frozen.as_value())?;
                Ok((frozen.into_value(), hash))
            }
            None => Err(raised),
        },
        Err(raised) => Err(raised),
    }
}

fn contains(rt: &Rt, value: &Value, item: &Value) -> PyResult<bool> {
    let set = this(rt, value)?;
    let (key, hash) = lookup_key(rt, item)?;
    set_table::contains(rt, &set.table, &key, hash)
}

fn add(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    this(rt, value)?.add(rt, item)?;
    Ok(Value::NONE)
}

fn clear(rt: &Rt, value: &Value) -> PyResult {
    let old = std::mem::take(&mut *this(rt, value)?.table.borrow_mut());
    drop(old);
    Ok(Value::NONE)
}

fn copied(rt: &Rt, value: &Value) -> PyResult<Ref<Set>> {
    let copy = rt.set_of(base_type(rt, value));
    set_table::merge(rt, &copy.table, &this(rt, value)?.table)?;
    Ok(copy)
}

fn copy(rt: &Rt, value: &Value) -> PyResult {
    if rt.is_exact(value, &rt.types.frozenset) {
        return Ok(value.clone());
    }
    Ok(copied(rt, value)?.into_value())
}

fn discard(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    let set = this(rt, value)?;
    let (key, hash) = lookup_key(rt, item)?;
    set_table::discard(rt, &set.table, &key, hash)?;
    Ok(Value::NONE)
}

fn remove(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    let set = this(rt, value)?;
    let (key, hash) = lookup_key(rt, item)?;
    if set_table::discard(rt, &set.table, &key, hash)? {
        Ok(Value::NONE)
    } else {
        Err(rt.key_error(item))
    }
}

fn pop(rt: &Rt, value: &Value) -> PyResult {
    match set_table::pop(&this(rt, value)?.table) {
        Some(item) => Ok(item),
        None => Err(rt.raise(&rt.types.key_error, "pop from an empty set")),
    }
}

/// Adds all items of an iterable (`set_update_internal`).
fn update_one(rt: &Rt, set: &Ref<Set>, iterable: &Value) -> PyResult<()> {
    if let Some(other) = iterable.downcast::<Set>() {
        return set_table::merge(rt, &set.table, &other.table);
    }
    if rt.is_exact(iterable, &rt.types.dict)
        && let Some(dict) = iterable.downcast_ref::<Dict>()
    {
        set_table::make_room(&set.table, dict.len());
        let keys: Vec<(i64, Value)> = dict
            .table
            .borrow()
            .entries
            .iter()
            .filter(|e| e.value.is_some())
            .map(|e| (e.hash, e.key.clone()))
            .collect();
        for (hash, key) in keys {
            set_table::add(rt, &set.table, &key, hash)?;
        }
        return Ok(());
    }
    rt.for_each(iterable, |item| set.add(rt, &item).map(|_| true))
}

fn update_method(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    for iterable in rt.positional("update", args, 0, usize::MAX)? {
        update_one(rt, this(rt, value)?, iterable)?;
    }
    Ok(Value::NONE)
}

fn union(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let made = copied(rt, a)?;
    if !a.is(b) {
        update_one(rt, &made, b)?;
    }
    Ok(made.into_value())
}

fn union_method(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let made = copied(rt, value)?;
    for iterable in rt.positional("union", args, 0, usize::MAX)? {
        update_one(rt, &made, iterable)?;
    }
    Ok(made.into_value())
}

fn intersection(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    if a.is(b) {
        return Ok(copied(rt, a)?.into_value());
    }
    let made = rt.set_of(base_type(rt, a));
    let own = this(rt, a)?;
    if let Some(other) = b.downcast::<Set>() {
        // The smaller set is walked, the bigger one asked.
        let (walked, asked) = if other.len() > own.len() {
            (own, other)
        } else {
            (other, own)
        };
        set_table::each(&walked.table, |key, hash| {
            if set_table::contains(rt, &asked.table, &key, hash)? {
                set_table::add(rt, &made.table, &key, hash)?;
            }
            Ok(true)
        })?;
        return Ok(made.into_value());
    }
    rt.for_each(b, |item| {
        let hash = rt.hash(&item)?;
        if set_table::contains(rt, &own.table, &item, hash)? {
            set_table::add(rt, &made.table, &item, hash)?;
            return Ok(made.len() < own.len());
        }
        Ok(true)
    })?;
    Ok(made.into_value())
}

fn intersection_method(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let others = rt.positional("intersection", args, 0, usize::MAX)?;
    if others.is_empty() {
        return Ok(copied(rt, value)?.into_value());
    }
    let mut made = value.clone();
    for other in others {
        made = intersection(rt, &made, other)?;
    }
    Ok(made)
}

/// Puts the items of `f(a, b)` in place of `a`'s own.
fn replace_with(
    rt: &Rt,
    a: &Value,
    b: &Value,
    f: fn(&Rt, &Value, &Value) -> PyResult,
) -> PyResult<()> {
    let made = f(rt, a, b)?;
    let table = std::mem::take(&mut *this(rt, &made)?.table.borrow_mut());
    let old = std::mem::replace(&mut *this(rt, a)?.table.borrow_mut(), table);
    drop(old);
    Ok(())
}

fn intersection_update_method(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let made = intersection_method(rt, value, args)?;
    let set = this(rt, &made)?;
    let table = if made.is(value) {
        set.table.borrow().clone()
    } else {
        std::mem::take(&mut *set.table.borrow_mut())
    };
    let old = std::mem::replace(&mut *this(rt, value)?.table.borrow_mut(), table);
    drop(old);
    Ok(Value::NONE)
}

fn difference_update(rt: &Rt, a: &Value, b: &Value) -> PyResult<()> {
    let set = this(rt, a)?;
    if a.is(b) {
        clear(rt, a)?;
        return Ok(());
    }
    if let Some(other) = b.downcast::<Set>() {
        return set_table::each(&other.table, |key, hash| {
            set_table::discard(rt, &set.table, &key, hash).map(|_| true)
        });
    }
    rt.for_each(b, |item| {
        let hash = rt.hash(&item)?;
        set_table::discard(rt, &set.table, &item, hash).map(|_| true)
    })
}

fn difference_update_method(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    for other in rt.positional("difference_update", args, 0, usize::MAX)? {
        difference_update(rt, value, other)?;
    }
    Ok(Value::NONE)
}

fn difference(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let own = this(rt, a)?;
    let dict = if rt.is_exact(b, &rt.types.dict) {
        b.downcast_ref::<Dict>()
    } else {
        None
    };
    let other_len = b
        .downcast_ref::<Set>()
        .map(Set::len)
        .or(dict.map(Dict::len));
    let copy_and_remove = || {
        let made = copied(rt, a)?.into_value();
        difference_update(rt, &made, b)?;
        Ok(made)
    };
    let Some(other_len) = other_len else {
        return copy_and_remove();
    };
    if own.len() >> 2 > other_len {
        return copy_and_remove();
    }
    let made = rt.set_of(base_type(rt, a));
    set_table::each(&own.table, |key, hash| {
        let there = match (dict, b.downcast::<Set>()) {
            (Some(dict), _) => dict.get_hashed(rt, &key, hash)?.is_some(),
            (None, Some(other)) => set_table::contains(rt, &other.table, &key, hash)?,
            (None, None) => false,
        };
        if !there {
            set_table::add(rt, &made.table, &key, hash)?;
        }
        Ok(true)
    })?;
    Ok(made.into_value())
}

fn difference_method(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let [first, rest @ ..] = rt.positional("difference", args, 0, usize::MAX)? else {
        return copy(rt, value);
    };
    let made = difference(rt, value, first)?;
    for other in rest {
        difference_update(rt, &made, other)?;
    }
    Ok(made)
}

fn symmetric_difference_update_one(rt: &Rt, a: &Value, b: &Value) -> PyResult<()> {
    let set = this(rt, a)?;
    if a.is(b) {
        clear(rt, a)?;
        return Ok(());
    }
    let flip = |key: Value, hash: i64| {
        if !set_table::discard(rt, &set.table, &key, hash)? {
            set_table::add(rt, &set.table, &key, hash)?;
        }
        Ok(true)
    };
    if let Some(other) = b.downcast::<Set>() {
        return set_table::each(&other.table, flip);
    }
    // Items that an iterable gives twice count once.
    let unique = rt.set_of(&rt.types.set);
    update_one(rt, &unique, b)?;
    set_table::each(&unique.table, flip)
}

fn symmetric_difference(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    let made = rt.set_of(base_type(rt, a));
    update_one(rt, &made, b)?;
    symmetric_difference_update_one(rt, made.as_value(), a)?;
    Ok(made.into_value())
}

fn isdisjoint(rt: &Rt, value: &Value, other: &Value) -> PyResult {
    let own = this(rt, value)?;
    let mut disjoint = true;
    match other.downcast::<Set>() {
        Some(set) => {
            let (walked, asked) = if set.len() > own.len() {
                (own, set)
            } else {
                (set, own)
            };
            set_table::each(&walked.table, |key, hash| {
                disjoint = !set_table::contains(rt, &asked.table, &key, hash)?;
                Ok(disjoint)
            })?;
        }
        None => rt.for_each(other, |item| {
            disjoint = !own.contains(rt, &item)?;
            Ok(disjoint)
        })?,
    }
    Ok(Value::bool(disjoint))
}

/// The value if it is a set, else a set of its items.
fn as_any_set(rt: &Rt, value: &Value) -> PyResult<Ref<Set>> {
    if let Some(set) = value.downcast::<Set>() {
        return Ok(set.clone());
    }
    let set = rt.set_of(&rt.types.set);
    update_one(rt, &set, value)?;
    Ok(set)
}

fn issubset(rt: &Rt, value: &Value, other: &Value) -> PyResult {
    Ok(Value::bool(subset(
        rt,
        this(rt, value)?,
        &as_any_set(rt, other)?,
    )?))
}

fn issuperset(rt: &Rt, value: &Value, other: &Value) -> PyResult {
    if other.downcast::<Set>().is_some() {
        return Ok(Value::bool(subset(
            rt,
            &as_any_set(rt, other)?,
            this(rt, value)?,
        )?));
    }
    let own = this(rt, value)?;
    let mut all = true;
    rt.for_each(other, |item| {
        all = own.contains(rt, &item)?;
        Ok(all)
    })?;
    Ok(Value::bool(all))
}

fn operator(rt: &Rt, a: &Value, b: &Value, f: fn(&Rt, &Value, &Value) -> PyResult) -> PyResult {
    if a.downcast::<Set>().is_none() || b.downcast::<Set>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    f(rt, a, b)
}

fn in_place(rt: &Rt, a: &Value, b: &Value, f: fn(&Rt, &Value, &Value) -> PyResult<()>) -> PyResult {
    if b.downcast::<Set>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    f(rt, a, b)?;
    Ok(a.clone())
}

fn reduce(rt: &Rt, value: &Value) -> PyResult {
    let items = rt.list(this(rt, value)?.snapshot()).into_value();
    let state = rt.call_method(value, &rt.intern("__getstate__"), &[])?;
    Ok(rt
        .tuple([
            rt.type_of(value).as_value().clone(),
            rt.tuple([items]).into_value(),
            state,
        ])
        .into_value())
}

fn sizeof(rt: &Rt, value: &Value) -> PyResult {
    let len = this(rt, value)?.len();
    // A table of eight stands in the object itself, as in CPython.
    Ok(rt.int_from_usize(
        200 + if len < 5 {
            0
        } else {
            16 * (len * 2).next_power_of_two()
        },
    ))
}
