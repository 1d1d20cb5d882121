//! `dict`: its methods.

use crate::dict::Dict;
use crate::hash::unhashable;
use crate::kinds;
use crate::native::{Args, Call, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::seq::{push_repr, push_text};
use crate::slots::{CompareOp, Slots};
use crate::str_::{Str, StrExt};
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};

pub const DICT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::DICT_SUBCLASS
        | type_flags::MAPPING
        | type_flags::MATCH_SELF,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(rt.dict_of(ty).into_value())),
        init: Some(init),
        repr: Some(repr),
        hash: Some(unhashable),
        compare: Some(compare),
        iter: Some(|rt, v| Ok(rt.dict_keyiterator(v))),
        len: Some(|rt, v| Ok(this(rt, v)?.len())),
        getitem: Some(getitem),
        setitem: Some(setitem),
        contains: Some(|rt, v, key| this(rt, v)?.contains(rt, key)),
        or: Some(or),
        ior: Some(ior),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "__reversed__",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.dict_reversekeyiterator(v))),
        ),
        NativeDef::new("__sizeof__", "", Call::Zero(sizeof)),
        NativeDef::new("clear", "", Call::Zero(clear)),
        NativeDef::new("copy", "", Call::Zero(copy)),
        NativeDef::new("get", "($self, key, default=None, /)", Call::Many(get)),
        NativeDef::new("items", "", Call::Zero(|rt, v| Ok(rt.dict_items(v)))),
        NativeDef::new("keys", "", Call::Zero(|rt, v| Ok(rt.dict_keys(v)))),
        NativeDef::new("pop", "", Call::Many(pop)),
        NativeDef::new("popitem", "($self, /)", Call::Zero(popitem)),
        NativeDef::new(
            "setdefault",
            "($self, key, default=None, /)",
            Call::Many(setdefault),
        ),
        NativeDef::new("update", "", Call::Many(update_method)),
        NativeDef::new("values", "", Call::Zero(|rt, v| Ok(rt.dict_values(v)))),
        NativeDef::class(
            "fromkeys",
            "($type, iterable, value=None, /)",
            Call::Many(fromkeys),
        ),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    doc: "Built-in mapping that keeps the order of insertion.",
    ..TypeSpec::new("dict", Layout::Native(kinds::DICT))
};

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Dict>> {
    value
        .downcast::<Dict>()
        .ok_or_else(|| rt.type_error("a dict was expected"))
}

fn init(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    update_from_call(rt, value, args, "dict")
}

/// `dict(...)` and `dict.update(...)`: one optional mapping or iterable of pairs, then keywords.
fn update_from_call(rt: &Rt, value: &Value, args: &Args<'_>, name: &str) -> PyResult<()> {
    let dict = this(rt, value)?;
    let given = rt.positional(name, &Args::new(args.positional()), 0, 1)?;
    if let [other] = given {
        rt.dict_update(dict, other)?;
    }
    for (key, item) in args.keywords() {
        drop(dict.set(rt, key.as_value(), item.clone())?);
    }
    Ok(())
}

impl Rt {
    /// `dict.update(other)` (`dict_update_arg`): a mapping if it has `keys`, else pairs.
    pub fn dict_update(&self, dict: &Ref<Dict>, other: &Value) -> PyResult<()> {
        if self.is_exact(other, &self.types.dict)
            || self.getattr_opt(other, &self.names.keys)?.is_some()
        {
            return self.dict_merge(dict, other);
        }
        self.dict_merge_pairs(dict, other)
    }

    /// Adds the items of a mapping (`dict_merge`): a dict's own, or what `keys()` and `[]` give.
    pub fn dict_merge(&self, dict: &Ref<Dict>, other: &Value) -> PyResult<()> {
        if let Some(source) = other.downcast::<Dict>()
            && self.plain_iteration(other)
        {
            if dict.same(source) {
                return Ok(());
            }
            if dict.is_empty() {
                let copy = source.table.borrow().copy(&dict.table.borrow());
                drop(dict.table.replace(copy));
                return Ok(());
            }
            let items: Vec<(i64, Value, Value)> = (source.table.borrow().entries.iter())
                .filter_map(|e| Some((e.hash, e.key.clone(), e.value.clone()?)))
                .collect();
            let len = items.len();
            for (hash, key, item) in items {
                drop(dict.set_hashed(self, &key, hash, item)?);
                if source.len() != len {
                    return Err(self.runtime_error("dict mutated during update"));
                }
            }
            return Ok(());
        }
        let keys = self.call_method(other, &self.names.keys, &[])?;
        self.for_each(&keys, |key| {
            let item = self.getitem(other, &key)?;
            drop(dict.set(self, &key, item)?);
            Ok(true)
        })
    }

    /// Whether iterating the dict is the native way: not for a subclass that overrides `__iter__`.
    fn plain_iteration(&self, value: &Value) -> bool {
        let own = self.types.dict.slots.iter.get();
        match (self.type_of(value).slots.iter.get(), own) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            _ => false,
        }
    }

    /// Adds pairs (`PyDict_MergeFromSeq2`).
    fn dict_merge_pairs(&self, dict: &Ref<Dict>, pairs: &Value) -> PyResult<()> {
        let mut i = 0;
        self.for_each(pairs, |pair| {
            let pair = match self.collect(&pair) {
                Ok(pair) => pair,
                Err(raised) if raised.is(self, &self.types.type_error) => {
                    return Err(self.type_error(format!(
                        "cannot convert dictionary update sequence element #{i} to a sequence"
                    )));
                }
                Err(raised) => return Err(raised),
            };
            let [key, item] = pair.as_slice() else {
                let n = pair.len();
                return Err(self.value_error(format!(
                    "dictionary update sequence element #{i} has length {n}; 2 is required"
                )));
            };
            drop(dict.set(self, key, item.clone())?);
            i += 1;
            Ok(true)
        })
    }

    /// A copy with the same items in the same order.
    pub fn dict_copy(&self, dict: &Ref<Dict>) -> PyResult<Ref<Dict>> {
        let made = self.dict();
        self.dict_merge(&made, dict.as_value())?;
        Ok(made)
    }

    /// A dict from names and values.
    pub fn dict_from<'a>(&self, items: impl IntoIterator<Item = (&'a str, Value)>) -> Ref<Dict> {
        let made = self.dict();
        for (name, item) in items {
            made.set_str(self, &self.intern(name), item);
        }
        made
    }
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let dict = this(rt, value)?;
    rt.repr_once_codes(value, "{...}", || {
        let mut out = Vec::new();
        push_text(&mut out, "{");
        let (mut place, mut first) = (0, true);
        loop {
            // Looked up anew each time: a key's repr may change the dict.
            let item = dict
                .table
                .borrow()
                .next_from(place)
                .map(|(i, k, v)| (i, k.clone(), v.clone()));
            let Some((i, key, item)) = item else { break };
            place = i + 1;
            if !std::mem::take(&mut first) {
                push_text(&mut out, ", ");
            }
            push_repr(rt, &mut out, &key)?;
            push_text(&mut out, ": ");
            push_repr(rt, &mut out, &item)?;
        }
        push_text(&mut out, "}");
        Ok(out)
    })
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<Dict>(), b.downcast::<Dict>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match op {
        CompareOp::Eq => Ok(Value::bool(equal(rt, x, y)?)),
        CompareOp::Ne => Ok(Value::bool(!equal(rt, x, y)?)),
        _ => Ok(Value::NOT_IMPLEMENTED),
    }
}

fn equal(rt: &Rt, x: &Ref<Dict>, y: &Ref<Dict>) -> PyResult<bool> {
    if x.len() != y.len() {
        return Ok(false);
    }
    let mut place = 0;
    loop {
        let item = {
            let table = x.table.borrow();
            table
                .next_from(place)
                .map(|(i, k, v)| (i, table.entries[i].hash, k.clone(), v.clone()))
        };
        let Some((i, hash, key, item)) = item else {
            return Ok(true);
        };
        place = i + 1;
        match y.get_hashed(rt, &key, hash)? {
            Some(other) if rt.eq(&item, &other)? => (),
            _ => return Ok(false),
        }
    }
}

fn getitem(rt: &Rt, value: &Value, key: &Value) -> PyResult {
    let dict = this(rt, value)?;
    if let Some(found) = dict.get(rt, key)? {
        return Ok(found);
    }
    if !rt.is_exact(value, &rt.types.dict)
        && let Some(result) = rt.call_special(value, &rt.names.missing_, std::slice::from_ref(key))
    {
        return result;
    }
    Err(rt.key_error(key))
}

fn setitem(rt: &Rt, value: &Value, key: &Value, item: Option<&Value>) -> PyResult<()> {
    let dict = this(rt, value)?;
    match item {
        Some(item) => drop(dict.set(rt, key, item.clone())?),
        None => {
            let gone = dict.remove(rt, key)?;
            if gone.is_none() {
                return Err(rt.key_error(key));
            }
        }
    }
    Ok(())
}

fn or(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    if a.downcast::<Dict>().is_none() || b.downcast::<Dict>().is_none() {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let made = rt.dict_copy(this(rt, a)?)?;
    rt.dict_update(&made, b)?;
    Ok(made.into_value())
}

fn ior(rt: &Rt, a: &Value, b: &Value) -> PyResult {
    rt.dict_update(this(rt, a)?, b)?;
    Ok(a.clone())
}

fn clear(rt: &Rt, value: &Value) -> PyResult {
    this(rt, value)?.clear_items();
    Ok(Value::NONE)
}

fn copy(rt: &Rt, value: &Value) -> PyResult {
    Ok(rt.dict_copy(this(rt, value)?)?.into_value())
}

fn get(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("get", args, 1, 2)?;
    let found = this(rt, value)?.get(rt, &given[0])?;
    Ok(found
        .or_else(|| given.get(1).cloned())
        .unwrap_or(Value::NONE))
}

fn pop(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("pop", args, 1, 2)?;
    match (this(rt, value)?.remove(rt, &given[0])?, given.get(1)) {
        (Some((_, item)), _) => Ok(item),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(rt.key_error(&given[0])),
    }
}

fn popitem(rt: &Rt, value: &Value) -> PyResult {
    let dict = this(rt, value)?;
    match dict.remove_last() {
        Some((key, item)) => Ok(rt.tuple([key, item]).into_value()),
        None => Err(rt.raise(&rt.types.key_error, "popitem(): dictionary is empty")),
    }
}

fn setdefault(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("setdefault", args, 1, 2)?;
    let dict = this(rt, value)?;
    let default = given.get(1).cloned().unwrap_or(Value::NONE);
    dict.set_default(rt, &given[0], default)
}

fn update_method(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    update_from_call(rt, value, args, "update")?;
    Ok(Value::NONE)
}

fn fromkeys(rt: &Rt, class: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("fromkeys", args, 1, 2)?;
    let default = given.get(1).cloned().unwrap_or(Value::NONE);
    let made = rt.call(class, &[])?;
    let plain = rt.is_exact(&made, &rt.types.dict);
    if plain
        && let Some(dict) = made.downcast_ref::<Dict>()
        && let Some(set) = given[0].downcast_ref::<crate::set_type::Set>()
    {
        crate::set_table::each(&set.table, |key, hash| {
            drop(dict.set_hashed(rt, &key, hash, default.clone())?);
            Ok(true)
        })?;
        return Ok(made);
    }
    rt.for_each(&given[0], |key| {
        match made.downcast_ref::<Dict>() {
            Some(dict) if plain => drop(dict.set(rt, &key, default.clone())?),
            _ => rt.setitem(&made, &key, Some(&default))?,
        }
        Ok(true)
    })?;
    Ok(made)
}

fn sizeof(rt: &Rt, value: &Value) -> PyResult {
    let dict = this(rt, value)?;
    let table = dict.table.borrow();
    let only_text = table.iter().all(|(k, _)| {
        k.downcast_ref::<Str>()
            .is_some_and(|s| s.char_count() < usize::MAX)
    });
    let per_item = if only_text { 16 } else { 24 };
    let size = 48
        + if table.is_empty() {
            0
        } else {
            24 + (table.len() * 3 / 2 + 1).next_power_of_two() * (1 + per_item)
        };
    drop(table);
    Ok(rt.int_from_usize(size))
}
