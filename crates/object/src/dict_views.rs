//! `dict.keys()`, `.values()`, `.items()` and their iterators.

use crate::dict::Dict;
use crate::iters::itself;
use crate::kinds;
use crate::native::{Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::seq::{push_repr, push_text};
use crate::set_type::Set;
use crate::slots::{CompareOp, Slots};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use std::cell::Cell;

/// What of its items a view or iterator shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    Keys,
    Values,
    Items,
}

/// The payload of the three views.
pub struct DictView {
    pub dict: Ref<Dict>,
    pub part: Part,
}

impl Payload for DictView {
    const KIND: Kind = kinds::DICT_VIEW;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.dict.trace(visitor);
    }
}

/// The payload of the six iterators: the dict goes when the end is reached.
pub struct DictIter {
    pub dict: ValueCell,
    pub part: Part,
    pub backwards: bool,
    /// The next place of the table; backwards: one past it.
    pub place: Cell<usize>,
    /// Items of the dict when the iterator was made.
    pub len: Cell<usize>,
    pub left: Cell<usize>,
}

impl Payload for DictIter {
    const KIND: Kind = kinds::DICT_ITER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.dict.trace(visitor);
    }

    fn clear(&self) {
        self.dict.set(None);
    }
}

const SET_LIKE: Slots = Slots {
    repr: Some(view_repr),
    compare: Some(view_compare),
    hash: Some(crate::hash::unhashable),
    iter: Some(view_iter),
    len: Some(|rt, v| Ok(view(rt, v)?.dict.len())),
    contains: Some(view_contains),
    sub: Some(|rt, a, b| set_operator(rt, a, b, "difference_update")),
    and: Some(view_and),
    or: Some(|rt, a, b| set_operator(rt, a, b, "update")),
    xor: Some(|rt, a, b| set_operator(rt, a, b, "symmetric_difference_update")),
    ..Slots::NONE
};

const SET_LIKE_METHODS: &[NativeDef] = &[
    NativeDef::new("isdisjoint", "", Call::One(isdisjoint)),
    NativeDef::new("__reversed__", "", Call::Zero(view_reversed)),
];

const MAPPING: &[GetSetDef] = &[GetSetDef::read("mapping", |rt, v| {
    Ok(rt.mapping_proxy(view(rt, v)?.dict.as_value().clone()))
})];

pub const DICT_KEYS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: SET_LIKE,
    methods: SET_LIKE_METHODS,
    getset: MAPPING,
    ..TypeSpec::new("dict_keys", Layout::Native(kinds::DICT_VIEW))
};

pub const DICT_ITEMS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: SET_LIKE,
    methods: SET_LIKE_METHODS,
    getset: MAPPING,
    ..TypeSpec::new("dict_items", Layout::Native(kinds::DICT_VIEW))
};

pub const DICT_VALUES: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        repr: Some(view_repr),
        iter: Some(view_iter),
        len: Some(|rt, v| Ok(view(rt, v)?.dict.len())),
        ..Slots::NONE
    },
    methods: &[NativeDef::new(
        "__reversed__",
        "",
        Call::Zero(view_reversed),
    )],
    getset: MAPPING,
    ..TypeSpec::new("dict_values", Layout::Native(kinds::DICT_VIEW))
};

macro_rules! iterator_types {
    ($($const:ident $name:literal)*) => {$(
        pub const $const: TypeSpec = TypeSpec {
            flags: type_flags::IMMUTABLE,
            slots: Slots { iter: Some(itself), next: Some(dict_next), ..Slots::NONE },
            methods: &[
                NativeDef::new("__length_hint__", "", Call::Zero(iter_hint)),
                NativeDef::new("__reduce__", "", Call::Zero(iter_reduce)),
            ],
            ..TypeSpec::new($name, Layout::Native(kinds::DICT_ITER))
        };
    )*};
}

iterator_types! {
    DICT_KEYITERATOR "dict_keyiterator"
    DICT_VALUEITERATOR "dict_valueiterator"
    DICT_ITEMITERATOR "dict_itemiterator"
    DICT_REVERSEKEYITERATOR "dict_reversekeyiterator"
    DICT_REVERSEVALUEITERATOR "dict_reversevalueiterator"
    DICT_REVERSEITEMITERATOR "dict_reverseitemiterator"
}

impl Rt {
    fn dict_view(&self, ty: &Ref<TypeObj>, dict: &Value, part: Part) -> Value {
        match dict.downcast::<Dict>() {
            Some(dict) => self
                .alloc(
                    ty,
                    DictView {
                        dict: dict.clone(),
                        part,
                    },
                )
                .into_value(),
            None => Value::NONE,
        }
    }

    /// `dict.keys()` of a dict.
    pub fn dict_keys(&self, dict: &Value) -> Value {
        self.dict_view(&self.types.dict_keys, dict, Part::Keys)
    }

    /// `dict.values()` of a dict.
    pub fn dict_values(&self, dict: &Value) -> Value {
        self.dict_view(&self.types.dict_values, dict, Part::Values)
    }

    /// `dict.items()` of a dict.
    pub fn dict_items(&self, dict: &Value) -> Value {
        self.dict_view(&self.types.dict_items, dict, Part::Items)
    }

    fn dict_iterator(&self, dict: &Value, part: Part, backwards: bool) -> Value {
        let t = &self.types;
        let ty = match (part, backwards) {
            (Part::Keys, false) => &t.dict_keyiterator,
            (Part::Values, false) => &t.dict_valueiterator,
            (Part::Items, false) => &t.dict_itemiterator,
            (Part::Keys, true) => &t.dict_reversekeyiterator,
            (Part::Values, true) => &t.dict_reversevalueiterator,
            (Part::Items, true) => &t.dict_reverseitemiterator,
        };
        let (len, entries) = match dict.downcast_ref::<Dict>() {
            Some(dict) => (dict.len(), dict.table.borrow().entries.len()),
            None => (0, 0),
        };
        let payload = DictIter {
            dict: ValueCell::new(dict.clone()),
            part,
            backwards,
            place: Cell::new(if backwards { entries } else { 0 }),
            len: Cell::new(len),
            left: Cell::new(len),
        };
        self.alloc(ty, payload).into_value()
    }

    /// `iter(dict)`.
    pub fn dict_keyiterator(&self, dict: &Value) -> Value {
        self.dict_iterator(dict, Part::Keys, false)
    }

    /// `reversed(dict)`.
    pub fn dict_reversekeyiterator(&self, dict: &Value) -> Value {
        self.dict_iterator(dict, Part::Keys, true)
    }
}

fn dict_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(it) = value.downcast_ref::<DictIter>() else {
        return Err(rt.type_error("a dictionary iterator was expected"));
    };
    let Some(held) = it.dict.get() else {
        return Ok(None);
    };
    let Some(dict) = held.downcast_ref::<Dict>() else {
        return Ok(None);
    };
    let table = dict.table.borrow();
    if table.len() != it.len.get() {
        drop(table);
        it.len.set(usize::MAX);
        return Err(rt.runtime_error("dictionary changed size during iteration"));
    }
    let next = if it.backwards {
        table.next_back_from(it.place.get())
    } else {
        table.next_from(it.place.get())
    };
    let Some((place, key, item)) = next else {
        drop(table);
        it.dict.set(None);
        return Ok(None);
    };
    if it.left.get() == 0 {
        drop(table);
        return Err(rt.runtime_error("dictionary keys changed during iteration"));
    }
    it.left.set(it.left.get() - 1);
    it.place.set(if it.backwards { place } else { place + 1 });
    let (key, item) = match it.part {
        Part::Keys => return Ok(Some(key.clone())),
        Part::Values => return Ok(Some(item.clone())),
        Part::Items => (key.clone(), item.clone()),
    };
    drop(table);
    Ok(Some(rt.tuple([key, item]).into_value()))
}

fn iter_hint(rt: &Rt, value: &Value) -> PyResult {
    let Some(it) = value.downcast_ref::<DictIter>() else {
        return Ok(rt.int(0));
    };
    let held = it.dict.get();
    let same = held
        .as_ref()
        .and_then(Value::downcast_ref::<Dict>)
        .is_some_and(|d| d.len() == it.len.get());
    Ok(rt.int_from_usize(if same { it.left.get() } else { 0 }))
}

fn iter_reduce(rt: &Rt, value: &Value) -> PyResult {
    let Some(it) = value.downcast_ref::<DictIter>() else {
        return Ok(Value::NONE);
    };
    let copy = rt.alloc(
        rt.type_of(value),
        DictIter {
            dict: ValueCell::empty(),
            part: it.part,
            backwards: it.backwards,
            place: Cell::new(it.place.get()),
            len: Cell::new(it.len.get()),
            left: Cell::new(it.left.get()),
        },
    );
    copy.dict.set(it.dict.get());
    let list = rt.list(rt.collect(copy.as_value())?).into_value();
    let function = rt.builtin("iter")?;
    Ok(rt
        .tuple([function, rt.tuple([list]).into_value()])
        .into_value())
}

fn view<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a DictView> {
    value
        .downcast_ref::<DictView>()
        .ok_or_else(|| rt.type_error("a dictionary view was expected"))
}

fn view_iter(rt: &Rt, value: &Value) -> PyResult {
    let v = view(rt, value)?;
    Ok(rt.dict_iterator(v.dict.as_value(), v.part, false))
}

fn view_reversed(rt: &Rt, value: &Value) -> PyResult {
    let v = view(rt, value)?;
    Ok(rt.dict_iterator(v.dict.as_value(), v.part, true))
}

fn view_repr(rt: &Rt, value: &Value) -> PyResult {
    let name = rt.type_name(value);
    rt.repr_once_codes(value, "...", || {
        let items = rt.list(rt.collect(value)?).into_value();
        let mut out = Vec::new();
        push_text(&mut out, &format!("{name}("));
        push_repr(rt, &mut out, &items)?;
        push_text(&mut out, ")");
        Ok(out)
    })
}

fn view_contains(rt: &Rt, value: &Value, item: &Value) -> PyResult<bool> {
    let v = view(rt, value)?;
    match v.part {
        Part::Keys | Part::Values => v.dict.contains(rt, item),
        Part::Items => {
            let Some(pair) = item.downcast_ref::<Tuple>() else {
                return Ok(false);
            };
            let (Some(key), Some(wanted), 2) = (pair.item(0), pair.item(1), pair.len()) else {
                return Ok(false);
            };
            match v.dict.get(rt, &key)? {
                Some(own) => rt.eq(&own, &wanted),
                None => Ok(false),
            }
        }
    }
}

fn is_set_like(rt: &Rt, value: &Value) -> bool {
    value.downcast_ref::<Set>().is_some()
        || value
            .downcast_ref::<DictView>()
            .is_some_and(|v| v.part != Part::Values)
        || rt.is_instance(value, &rt.types.set)
}

/// Whether every item of `a` is in `b`.
fn all_in(rt: &Rt, a: &Value, b: &Value) -> PyResult<bool> {
    let mut all = true;
    rt.for_each(a, |item| {
        all = rt.contains(b, &item)?;
        Ok(all)
    })?;
    Ok(all)
}

fn view_compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    if !is_set_like(rt, b) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let (la, lb) = (rt.len(a)?, rt.len(b)?);
    Ok(Value::bool(match op {
        CompareOp::Eq => la == lb && all_in(rt, a, b)?,
        CompareOp::Ne => la != lb || !all_in(rt, a, b)?,
        CompareOp::Lt => la < lb && all_in(rt, a, b)?,
        CompareOp::Le => la <= lb && all_in(rt, a, b)?,
        CompareOp::Gt => la > lb && all_in(rt, b, a)?,
        CompareOp::Ge => la >= lb && all_in(rt, b, a)?,
    }))
}

/// A set of the left side's items, changed by a method with the right side (`dictviews_sub` and its like).
fn set_operator(rt: &Rt, a: &Value, b: &Value, method: &str) -> PyResult {
    let made = rt.call(rt.types.set.as_value(), std::slice::from_ref(a))?;
    rt.call_method(&made, &rt.intern(method), std::slice::from_ref(b))?;
    Ok(made)
}

fn view_and(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    // Python may be called with the view on the right.
    let (own, other) = if a.downcast_ref::<DictView>().is_some() {
        (a, b)
    } else {
        (b, a)
    };
    let (own, other) = if is_set_like(rt, other) && rt.len(other)? > rt.len(own)? {
        (other, own)
    } else {
        (own, other)
    };
    let made = rt.set_of(&rt.types.set);
    rt.for_each(other, |item| {
        if rt.contains(own, &item)? {
            made.add(rt, &item)?;
        }
        Ok(true)
    })?;
    Ok(made.into_value())
}

fn isdisjoint(rt: &Rt, value: &Value, other: &Value) -> PyResult {
    let mut disjoint = true;
    rt.for_each(other, |item| {
        disjoint = !rt.contains(value, &item)?;
        Ok(disjoint)
    })?;
    Ok(Value::bool(disjoint))
}
