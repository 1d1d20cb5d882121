//! `partial`: a function with some of its arguments.

use super::check_callable;
use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, ValueCell, Visitor};
use hognose_object::dict::Dict;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::type_object::{get_instance_dict, set_instance_dict};
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Raised, Ref, Rt, Slots, Str, StrExt,
    TypeObj, TypeSpec, Value, type_flags,
};

/// The payload of `functools.partial`.
pub(super) struct Partial {
    function: ValueCell,
    args: ValueCell,
    keywords: ValueCell,
}

impl Payload for Partial {
    const KIND: Kind = kinds::PARTIAL;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.function.trace(visitor);
        self.args.trace(visitor);
        self.keywords.trace(visitor);
    }

    fn clear(&self) {
        self.function.set(None);
        self.args.set(None);
        self.keywords.set(None);
    }
}

pub(super) static PARTIAL: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::HAS_DICT
        | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(new),
        call: Some(call),
        repr: Some(repr),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("__reduce__", "", Call::Zero(reduce)),
        NativeDef::new("__setstate__", "", Call::One(setstate)),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    getset: &[
        GetSetDef::member("func", |rt, v| parts(rt, v).map(|p| p.0)),
        GetSetDef::member("args", |rt, v| Ok(parts(rt, v)?.1.into_value())),
        GetSetDef::member("keywords", |rt, v| Ok(parts(rt, v)?.2.into_value())),
        GetSetDef::read_write("__dict__", get_instance_dict, set_instance_dict),
    ],
    doc: "partial(func, *args, **keywords) - new function with partial application\n    of the given arguments and keywords.\n",
    ..TypeSpec::new("functools.partial", Layout::Native(kinds::PARTIAL))
};

/// The function, its arguments and its keywords.
fn parts(rt: &Rt, value: &Value) -> PyResult<(Value, Ref<Tuple>, Ref<Dict>)> {
    let partial = value.downcast_ref::<Partial>();
    partial
        .and_then(|partial| {
            let args = partial.args.get()?;
            let keywords = partial.keywords.get()?;
            Some((
                partial.function.get()?,
                args.downcast::<Tuple>()?.clone(),
                keywords.downcast::<Dict>()?.clone(),
            ))
        })
        .ok_or_else(|| rt.type_error("a partial object was expected"))
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let Some((function, given)) = args.positional().split_first() else {
        return Err(rt.type_error("type 'partial' takes at least one argument"));
    };
    let keywords = rt.dict();
    let mut row = Vec::new();
    let mut function = function.clone();
    // A partial object is called by what it stands for, unless it has attributes of its own.
    let is_partial =
        rt.type_of(&function).slots.call.get().is_some_and(|f| {
            std::ptr::fn_addr_eq(f, call as fn(&Rt, &Value, &Args<'_>) -> PyResult)
        });
    let attributes = rt.existing_dict(&function).is_some_and(|d| !d.is_empty());
    if is_partial && !attributes {
        let (inner, first, named) = parts(rt, &function)?;
        function = inner;
        row = first.to_vec();
        rt.dict_update(&keywords, named.as_value())?;
    }
    check_callable(rt, &function)?;
    row.extend_from_slice(given);
    for (name, value) in args.keywords() {
        keywords.set_str(rt, name, value.clone());
    }
    let partial = Partial {
        function: ValueCell::new(function),
        args: ValueCell::new(rt.tuple(row).into_value()),
        keywords: ValueCell::new(keywords.into_value()),
    };
    Ok(rt.alloc(ty, partial).into_value())
}

fn call(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let (function, first, keywords) = parts(rt, value)?;
    if keywords.is_empty() {
        let mut row = Vec::with_capacity(first.len() + args.all_values().len());
        row.extend(first.items());
        row.extend_from_slice(args.all_values());
        return rt.call_args(&function, &Args::with_names(&row, args.keyword_names()));
    }
    let mut row = first.to_vec();
    row.extend_from_slice(args.positional());
    let named = rt.dict();
    rt.dict_update(&named, keywords.as_value())?;
    for (name, value) in args.keywords() {
        named.set_str(rt, name, value.clone());
    }
    let mut names = Vec::new();
    for (name, value) in named.snapshot() {
        if name.downcast_ref::<Str>().is_none() {
            return Err(rt.type_error("keywords must be strings"));
        }
        names.push(name);
        row.push(value);
    }
    rt.call_args(&function, &Args::with_names(&row, &names))
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let (function, args, keywords) = parts(rt, value)?;
    rt.repr_once_codes(value, "...", || {
        let text = |text: &str| text.chars().map(u32::from).collect::<Vec<u32>>();
        let mut out = text(&rt.type_name(value));
        out.push(u32::from('('));
        out.extend(rt.repr(&function)?.codes());
        for item in args.to_vec() {
            out.extend(text(", "));
            out.extend(rt.repr(&item)?.codes());
        }
        for (name, item) in keywords.snapshot() {
            out.extend(text(", "));
            out.extend(rt.str_of(&name)?.codes());
            out.push(u32::from('='));
            out.extend(rt.repr(&item)?.codes());
        }
        out.push(u32::from(')'));
        Ok(out)
    })
}

/// Pickled as an empty one of the function, and the state that `__setstate__` takes.
fn reduce(rt: &Rt, value: &Value) -> PyResult {
    let (function, args, keywords) = parts(rt, value)?;
    let attributes = match rt.existing_dict(value) {
        Some(dict) => dict.into_value(),
        None => Value::NONE,
    };
    let state = rt.tuple([
        function.clone(),
        args.into_value(),
        keywords.into_value(),
        attributes,
    ]);
    Ok(rt
        .tuple([
            rt.type_of(value).as_value().clone(),
            rt.tuple([function]).into_value(),
            state.into_value(),
        ])
        .into_value())
}

fn setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let invalid = || -> Raised { rt.type_error("invalid partial state") };
    let partial = value.downcast_ref::<Partial>().ok_or_else(invalid)?;
    let state = state.downcast_ref::<Tuple>().ok_or_else(invalid)?.to_vec();
    let [function, args, keywords, attributes] = state.as_slice() else {
        return Err(invalid());
    };
    let given = args.downcast_ref::<Tuple>().ok_or_else(invalid)?;
    if rt.type_of(function).slots.call.get().is_none() {
        return Err(invalid());
    }
    let own = match rt.as_dict(keywords) {
        Some(dict) if rt.is_exact(keywords, &rt.types.dict) => dict.clone(),
        Some(_) => {
            let copy = rt.dict();
            rt.dict_update(&copy, keywords)?;
            copy
        }
        None if keywords.is_none() => rt.dict(),
        None => return Err(invalid()),
    };
    let args = if rt.is_exact(args, &rt.types.tuple) {
        args.clone()
    } else {
        rt.tuple(given.to_vec()).into_value()
    };
    if attributes.is_none() {
        if let Some(dict) = rt.existing_dict(value) {
            dict.clear_items();
        }
    } else {
        set_instance_dict(rt, value, Some(attributes))?;
    }
    partial.function.set(Some(function.clone()));
    partial.args.set(Some(args));
    partial.keywords.set(Some(own.into_value()));
    Ok(Value::NONE)
}
