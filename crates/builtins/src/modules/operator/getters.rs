//! `attrgetter`, `itemgetter`, `methodcaller`: functions of one object, made of what they ask it for.

use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Ref, Rt, Slots, Str, StrExt, TypeObj, TypeSpec, Value,
    type_flags,
};

/// The payload of `operator.itemgetter`: the keys.
struct ItemGetter {
    keys: Vec<Value>,
}

impl Payload for ItemGetter {
    const KIND: Kind = kinds::ITEM_GETTER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.keys.iter().for_each(|key| key.trace(visitor));
    }
}

/// The payload of `operator.attrgetter`: the names as given, and each one's parts between dots.
struct AttrGetter {
    names: Vec<Value>,
    paths: Vec<Vec<Ref<Str>>>,
}

impl Payload for AttrGetter {
    const KIND: Kind = kinds::ATTR_GETTER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.names.iter().for_each(|name| name.trace(visitor));
        let parts = self.paths.iter().flatten();
        parts.for_each(|part| part.as_value().trace(visitor));
    }
}

/// The payload of `operator.methodcaller`: the method's name, all argument values, and the names of the last ones.
struct MethodCaller {
    name: Ref<Str>,
    values: Vec<Value>,
    keywords: Vec<Value>,
}

impl Payload for MethodCaller {
    const KIND: Kind = kinds::METHOD_CALLER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.name.as_value().trace(visitor);
        self.values.iter().for_each(|value| value.trace(visitor));
        self.keywords.iter().for_each(|name| name.trace(visitor));
    }
}

pub(super) static ITEM_GETTER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(item_new),
        call: Some(item_call),
        repr: Some(|rt, v| {
            let keys = &this::<ItemGetter>(rt, v)?.keys;
            shown(rt, v, keys, &[])
        }),
        ..Slots::NONE
    },
    methods: &[NativeDef::new(
        "__reduce__",
        "",
        Call::Zero(|rt, v| {
            let keys = this::<ItemGetter>(rt, v)?.keys.clone();
            Ok(rebuilt(rt, v, keys))
        }),
    )
    .with_doc("Return state information for pickling")],
    doc: "Return a callable object that fetches the given item(s) from its operand.\n\nAfter f = itemgetter(2), the call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
    ..TypeSpec::new("operator.itemgetter", Layout::Native(kinds::ITEM_GETTER))
};

pub(super) static ATTR_GETTER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(attr_new),
        call: Some(attr_call),
        repr: Some(|rt, v| {
            let names = &this::<AttrGetter>(rt, v)?.names;
            shown(rt, v, names, &[])
        }),
        ..Slots::NONE
    },
    methods: &[NativeDef::new(
        "__reduce__",
        "",
        Call::Zero(|rt, v| {
            let names = this::<AttrGetter>(rt, v)?.names.clone();
            Ok(rebuilt(rt, v, names))
        }),
    )
    .with_doc("Return state information for pickling")],
    doc: "Return a callable object that fetches the given attribute(s) from its operand.\n\nAfter f = attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) returns\n(r.name.first, r.name.last).",
    ..TypeSpec::new("operator.attrgetter", Layout::Native(kinds::ATTR_GETTER))
};

pub(super) static METHOD_CALLER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(method_new),
        call: Some(method_call),
        repr: Some(|rt, v| {
            let caller = this::<MethodCaller>(rt, v)?;
            let mut row = vec![caller.name.as_value().clone()];
            row.extend_from_slice(&caller.values);
            shown(rt, v, &row, &caller.keywords)
        }),
        ..Slots::NONE
    },
    methods: &[NativeDef::new("__reduce__", "", Call::Zero(method_reduce))
        .with_doc("Return state information for pickling")],
    doc: "Return a callable object that calls the given method on its operand.\n\nAfter f = methodcaller('name'), the call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) returns\nr.name('date', foo=1).",
    ..TypeSpec::new(
        "operator.methodcaller",
        Layout::Native(kinds::METHOD_CALLER),
    )
};

fn this<'a, T: Payload>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<T>> {
    value
        .downcast::<T>()
        .ok_or_else(|| rt.type_error("another kind of getter was expected"))
}

/// The one object that a getter is called with.
fn operand<'a>(rt: &Rt, name: &str, args: &Args<'a>) -> PyResult<&'a Value> {
    match args.all_values() {
        [one] if !args.has_keywords() => Ok(one),
        _ => Ok(&rt.positional(name, args, 1, 1)?[0]),
    }
}

/// `type(values…, keyword=value…)`; the keywords name the last values.
fn shown(rt: &Rt, value: &Value, values: &[Value], keywords: &[Value]) -> PyResult {
    rt.repr_once_codes(value, "...", || {
        let text = |text: &str| text.chars().map(u32::from).collect::<Vec<u32>>();
        let mut out = text(&rt.type_name(value));
        out.push(u32::from('('));
        let named = values.len() - keywords.len();
        for (i, item) in values.iter().enumerate() {
            if i > 0 {
                out.extend(text(", "));
            }
            if let Some(name) = i.checked_sub(named).and_then(|i| keywords.get(i)) {
                out.extend(rt.str_of(name)?.codes());
                out.push(u32::from('='));
            }
            out.extend(rt.repr(item)?.codes());
        }
        out.push(u32::from(')'));
        Ok(out)
    })
}

fn rebuilt(rt: &Rt, value: &Value, args: Vec<Value>) -> Value {
    let class = rt.type_of(value).as_value().clone();
    rt.tuple([class, rt.tuple(args).into_value()]).into_value()
}

fn item_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let keys = rt.positional("itemgetter", args, 0, usize::MAX)?;
    if keys.is_empty() {
        return Err(rt.type_error("itemgetter expected 1 argument, got 0"));
    }
    let getter = ItemGetter {
        keys: keys.to_vec(),
    };
    Ok(rt.alloc(ty, getter).into_value())
}

fn item_call(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let object = operand(rt, "itemgetter", args)?;
    let getter = this::<ItemGetter>(rt, value)?.clone();
    if let [key] = getter.keys.as_slice() {
        return rt.getitem(object, key);
    }
    let items = getter.keys.iter().map(|key| rt.getitem(object, key));
    Ok(rt.tuple(items.collect::<PyResult<Vec<_>>>()?).into_value())
}

fn attr_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let names = rt.positional("attrgetter", args, 0, usize::MAX)?;
    if names.is_empty() {
        return Err(rt.type_error("attrgetter expected 1 argument, got 0"));
    }
    let mut paths = Vec::new();
    for name in names {
        let Some(text) = name.downcast_ref::<Str>() else {
            return Err(rt.type_error("attribute name must be a string"));
        };
        let codes: Vec<u32> = text.codes().collect();
        let parts = codes.split(|&c| c == u32::from('.'));
        paths.push(
            parts
                .map(|part| rt.intern_ref(rt.str_codes(part)))
                .collect(),
        );
    }
    let getter = AttrGetter {
        names: names.to_vec(),
        paths,
    };
    Ok(rt.alloc(ty, getter).into_value())
}

fn attr_call(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let object = operand(rt, "attrgetter", args)?;
    let getter = this::<AttrGetter>(rt, value)?.clone();
    let along = |path: &Vec<Ref<Str>>| {
        let mut found = object.clone();
        for name in path {
            found = rt.getattr(&found, name)?;
        }
        Ok(found)
    };
    if let [path] = getter.paths.as_slice() {
        return along(path);
    }
    let found = getter.paths.iter().map(along);
    Ok(rt.tuple(found.collect::<PyResult<Vec<_>>>()?).into_value())
}

fn method_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let Some(name) = args.positional().first() else {
        return Err(rt.type_error("methodcaller needs at least one argument, the method name"));
    };
    let Some(name) = name.downcast::<Str>() else {
        return Err(rt.type_error("method name must be a string"));
    };
    let caller = MethodCaller {
        name: rt.intern_ref(name.clone()),
        values: args.rest().all_values().to_vec(),
        keywords: args.keyword_names().to_vec(),
    };
    Ok(rt.alloc(ty, caller).into_value())
}

fn method_call(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let object = operand(rt, "methodcaller", args)?;
    let caller = this::<MethodCaller>(rt, value)?.clone();
    let method = rt.getattr(object, &caller.name)?;
    rt.call_args(&method, &Args::with_names(&caller.values, &caller.keywords))
}

/// With keywords: `functools.partial(type, name, **keywords)` of the other arguments.
fn method_reduce(rt: &Rt, value: &Value) -> PyResult {
    let caller = this::<MethodCaller>(rt, value)?.clone();
    let name = caller.name.as_value().clone();
    if caller.keywords.is_empty() {
        let mut row = vec![name];
        row.extend_from_slice(&caller.values);
        return Ok(rebuilt(rt, value, row));
    }
    let (given, named) = caller
        .values
        .split_at(caller.values.len() - caller.keywords.len());
    let mut row = vec![rt.type_of(value).as_value().clone(), name];
    row.extend_from_slice(named);
    let partial = crate::modules::attribute(rt, "functools", "partial")?;
    let made = rt.call_args(&partial, &Args::with_names(&row, &caller.keywords))?;
    Ok(rt
        .tuple([made, rt.tuple(given.to_vec()).into_value()])
        .into_value())
}
