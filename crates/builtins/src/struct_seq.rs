//! Struct sequences: tuples whose items have names (`Objects/structseq.c`).

use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{
    Args, Call, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, Str, StrExt, TypeObj,
    TypeSpec, Value, kinds, type_flags,
};

/// Makes a class of named tuples; `hidden` items are attributes but not items.
///
/// The names are attributes of the instances, found by place; items whose names begin with an underscore have none.
pub(crate) fn class(
    rt: &Rt,
    spec: &'static TypeSpec,
    names: &[&str],
    hidden: &[&str],
) -> Ref<TypeObj> {
    let ty = rt.native_type(spec, &rt.types.tuple);
    ty.dict.set_str(
        rt,
        &rt.intern("n_sequence_fields"),
        rt.int_from_usize(names.len()),
    );
    ty.dict.set_str(
        rt,
        &rt.intern("n_fields"),
        rt.int_from_usize(names.len() + hidden.len()),
    );
    let named = |name: &&&str| !name.starts_with('_');
    let unnamed = names.len() - names.iter().filter(named).count();
    ty.dict.set_str(
        rt,
        &rt.intern("n_unnamed_fields"),
        rt.int_from_usize(unnamed),
    );
    let fields: Vec<Value> = names
        .iter()
        .chain(hidden)
        .map(|n| rt.intern(n).into_value())
        .collect();
    let fields = rt.tuple(fields);
    if !hidden.is_empty() {
        ty.tail.set(1);
    }
    ty.dict.set_str(
        rt,
        &rt.intern("__match_args__"),
        rt.tuple(
            (names.iter().filter(named))
                .map(|n| rt.intern(n).into_value())
                .collect::<Vec<_>>(),
        )
        .into_value(),
    );
    ty.dict
        .set_str(rt, &rt.intern("__fields"), fields.into_value());
    ty.modified();
    ty
}

/// An instance: the items, then the hidden ones.
pub(crate) fn make(rt: &Rt, ty: &Ref<TypeObj>, items: Vec<Value>, hidden: Vec<Value>) -> Value {
    let made = rt.tuple_of(ty, items);
    if !hidden.is_empty()
        && let Some(slot) = made.header().tail().first()
    {
        slot.set(Some(rt.tuple(hidden).into_value()));
    }
    made.into_value()
}

/// The declaration of a class of named tuples.
pub(crate) const fn spec(name: &'static str) -> TypeSpec {
    TypeSpec {
        flags: type_flags::IMMUTABLE | type_flags::TUPLE_SUBCLASS,
        slots: Slots {
            new: Some(new),
            repr: Some(repr),
            getattro: Some(getattr),
            ..Slots::NONE
        },
        methods: METHODS,
        ..TypeSpec::new(name, Layout::Native(kinds::TUPLE))
    }
}

/// As [`spec`], for a class of which a program cannot make instances.
pub(crate) const fn sealed_spec(name: &'static str) -> TypeSpec {
    let open = spec(name);
    TypeSpec {
        slots: Slots {
            new: Some(|rt, ty, _| {
                let name = ty.display_name();
                Err(rt.type_error(format!("cannot create '{name}' instances")))
            }),
            ..open.slots
        },
        ..open
    }
}

const METHODS: &[NativeDef] = &[NativeDef::new("__reduce__", "", Call::Zero(reduce))];

fn fields(rt: &Rt, ty: &TypeObj) -> Vec<Value> {
    let found = ty.lookup(rt, &rt.intern("__fields"));
    found
        .and_then(|f| f.downcast_ref::<Tuple>().map(|t| t.to_vec()))
        .unwrap_or_default()
}

fn getattr(rt: &Rt, value: &Value, name: &Ref<Str>) -> PyResult {
    let Some(tuple) = value.downcast_ref::<Tuple>() else {
        return rt.generic_getattr(value, name);
    };
    let names = fields(rt, rt.type_of(value));
    let place = names
        .iter()
        .position(|n| n.downcast_ref::<Str>().is_some_and(|n| n.same_text(name)));
    match place {
        Some(i) if i < tuple.len() => Ok(tuple.item(i).unwrap_or(Value::NONE)),
        Some(i) => {
            let hidden = value
                .header()
                .and_then(|h| h.tail().first())
                .and_then(|s| s.get());
            let item = hidden.and_then(|h| {
                h.downcast_ref::<Tuple>()
                    .and_then(|t| t.item(i - tuple.len()))
            });
            Ok(item.unwrap_or(Value::NONE))
        }
        None => rt.generic_getattr(value, name),
    }
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let name = ty.display_name();
    const SIGNATURE: Signature = Signature {
        function: "structseq",
        params: &["sequence", "dict"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [sequence, more] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let sequence = sequence.unwrap_or(&none);
    let mut items = match rt.collect(sequence) {
        Err(raised) if raised.is(rt, &rt.types.type_error) => {
            return Err(rt.type_error("constructor requires a sequence"));
        }
        items => items?,
    };
    let more = match more {
        None => None,
        Some(more) => Some(rt.as_dict(more).ok_or_else(|| {
            rt.type_error(format!("{name}() takes a dict as second arg, if any"))
        })?),
    };
    let count = ty
        .lookup(rt, &rt.intern("n_sequence_fields"))
        .and_then(|v| v.as_small_int())
        .unwrap_or(0) as usize;
    let names = fields(rt, ty);
    let most = names.len();
    let given = items.len();
    if given < count {
        let bound = if count == most { "a" } else { "an at least" };
        return Err(rt.type_error(format!(
            "{name}() takes {bound} {count}-sequence ({given}-sequence given)"
        )));
    }
    if given > most {
        let bound = if count == most { "a" } else { "an at most" };
        return Err(rt.type_error(format!(
            "{name}() takes {bound} {most}-sequence ({given}-sequence given)"
        )));
    }
    let mut hidden = items.split_off(count);
    for name in names.iter().skip(given.max(count)) {
        let item = match more {
            Some(more) => more.get(rt, name)?,
            None => None,
        };
        // A time that has a float's name too is the integer, if nothing else is known (`statresult_new`).
        let item = item.or_else(|| {
            let name = name.downcast_ref::<Str>()?.to_str();
            let as_item = names.iter().position(|n| {
                n.downcast_ref::<Str>()
                    .is_some_and(|n| n.to_str().starts_with('_') && name.ends_with(&*n.to_str()))
            });
            as_item.and_then(|at| items.get(at).cloned())
        });
        hidden.push(item.unwrap_or(Value::NONE));
    }
    Ok(make(rt, ty, items, hidden))
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let Some(tuple) = value.downcast_ref::<Tuple>() else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let ty = rt.type_of(value);
    let mut out = format!("{}(", ty.display_name());
    // The items are shown with the names there are, in their order.
    let names: Vec<String> = (fields(rt, ty).iter())
        .filter_map(|n| n.downcast_ref::<Str>().map(|n| n.to_str().into_owned()))
        .filter(|n| !n.starts_with('_'))
        .collect();
    for (i, (name, item)) in names.iter().zip(tuple.items()).enumerate() {
        let shown = rt.repr(&item)?;
        out.push_str(&format!(
            "{}{name}={}",
            if i > 0 { ", " } else { "" },
            shown.to_str()
        ));
    }
    out.push(')');
    Ok(rt.str(&out).into_value())
}

fn reduce(rt: &Rt, value: &Value) -> PyResult {
    let Some(tuple) = value.downcast_ref::<Tuple>() else {
        return Ok(Value::NONE);
    };
    let items = rt.tuple(tuple.to_vec()).into_value();
    let more = rt.dict();
    for name in fields(rt, rt.type_of(value)).iter().skip(tuple.len()) {
        if let Some(name) = name.downcast::<Str>() {
            drop(more.set_str(rt, name, getattr(rt, value, name)?));
        }
    }
    let args = rt.tuple([items, more.into_value()]).into_value();
    Ok(rt
        .tuple([rt.type_of(value).as_value().clone(), args])
        .into_value())
}
