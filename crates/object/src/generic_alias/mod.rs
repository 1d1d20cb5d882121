//! `list[int]` (`types.GenericAlias`) and `int | str` (`types.UnionType`).

mod substitute;
mod union;

use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::str_::{Str, StrExt};
use crate::tuple::{List, Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use std::cell::Cell;

pub use union::{UNION, Union};

pub const GENERIC_ALIAS: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(new_alias),
        repr: Some(repr_alias),
        hash: Some(hash_alias),
        compare: Some(compare_aliases),
        call: Some(call_alias),
        getattro: Some(get_attr),
        getitem: Some(subscript),
        iter: Some(iter_alias),
        or: Some(|rt, a, b| rt.union_of(a, b)),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("__origin__", |rt, v| Ok(part(rt, v)?.origin.clone())),
        GetSetDef::member("__args__", |rt, v| Ok(part(rt, v)?.args.as_value().clone())),
        GetSetDef::member("__unpacked__", |rt, v| {
            Ok(Value::bool(part(rt, v)?.starred.get()))
        }),
        GetSetDef::read("__parameters__", |rt, v| {
            Ok(parameters(rt, part(rt, v)?)?.into_value())
        }),
        GetSetDef::read("__typing_unpacked_tuple_args__", |rt, v| {
            let alias = part(rt, v)?;
            let unpacked = alias.starred.get() && alias.origin.is(rt.types.tuple.as_value());
            Ok(if unpacked {
                alias.args.as_value().clone()
            } else {
                Value::NONE
            })
        }),
    ],
    methods: &[
        NativeDef::new(
            "__mro_entries__",
            "",
            Call::One(|rt, v, _| Ok(rt.tuple([part(rt, v)?.origin.clone()]).into_value())),
        ),
        NativeDef::new(
            "__instancecheck__",
            "",
            Call::One(|rt, _, _| {
                Err(rt.type_error("isinstance() argument 2 cannot be a parameterized generic"))
            }),
        ),
        NativeDef::new(
            "__subclasscheck__",
            "",
            Call::One(|rt, _, _| {
                Err(rt.type_error("issubclass() argument 2 cannot be a parameterized generic"))
            }),
        ),
        NativeDef::new("__reduce__", "", Call::Zero(reduce)),
        NativeDef::new("__dir__", "", Call::Zero(dir_alias)),
    ],
    ..TypeSpec::new("types.GenericAlias", Layout::Native(kinds::GENERIC_ALIAS))
};

/// The payload.
pub struct GenericAlias {
    pub origin: Value,
    pub args: Ref<Tuple>,
    /// The type variables among the arguments, a tuple, once somebody asked.
    parameters: ValueCell,
    /// `*tuple[int]`.
    starred: Cell<bool>,
}

impl Payload for GenericAlias {
    const KIND: Kind = kinds::GENERIC_ALIAS;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.origin.trace(visitor);
        self.args.trace(visitor);
        self.parameters.trace(visitor);
    }

    fn clear(&self) {
        self.parameters.set(None);
    }
}

/// What is looked up on the alias itself and not on its origin (`attr_exceptions`).
const OWN_ATTRIBUTES: [&str; 11] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<GenericAlias>> {
    value
        .downcast::<GenericAlias>()
        .ok_or_else(|| rt.system_error("bad generic alias"))
}

fn new_alias(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = rt.positional("GenericAlias", args, 2, 2)?;
    Ok(rt.alias_of(ty, &given[0], &given[1], false))
}

fn parameters(rt: &Rt, alias: &GenericAlias) -> PyResult<Ref<Tuple>> {
    if let Some(known) = alias.parameters.get()
        && let Ok(known) = Ref::try_from(known)
    {
        return Ok(known);
    }
    let made = rt.make_parameters(&alias.args)?;
    alias.parameters.set(Some(made.as_value().clone()));
    Ok(made)
}

/// One argument as aliases and unions show it: classes by their names.
fn shown_item(rt: &Rt, item: &Value) -> PyResult<String> {
    if item.is(&Value::ELLIPSIS) {
        return Ok("...".to_owned());
    }
    let get = |name: &str| rt.getattr_opt(item, &rt.intern(name));
    let is_alias = get("__origin__")?.is_some() && get("__args__")?.is_some();
    if !is_alias
        && let Some(qualname) = get("__qualname__")?
        && let Some(module) = get("__module__")?.filter(|m| !m.is_none())
    {
        let qualname = rt.str_of(&qualname)?;
        let is_builtin = module
            .downcast_ref::<Str>()
            .is_some_and(|m| m.is_text("builtins"));
        if is_builtin {
            return Ok(qualname.to_str().into_owned());
        }
        let module = rt.str_of(&module)?;
        return Ok(format!("{}.{}", module.to_str(), qualname.to_str()));
    }
    Ok(rt.repr(item)?.to_str().into_owned())
}

fn repr_alias(rt: &Rt, this: &Value) -> PyResult {
    let alias = part(rt, this)?;
    let mut parts = Vec::new();
    for arg in alias.args.items() {
        parts.push(match arg.downcast_ref::<List>() {
            Some(list) if rt.is_exact(&arg, &rt.types.list) => {
                let items: PyResult<Vec<String>> =
                    list.snapshot().iter().map(|i| shown_item(rt, i)).collect();
                format!("[{}]", items?.join(", "))
            }
            _ => shown_item(rt, &arg)?,
        });
    }
    let inner = if parts.is_empty() {
        "()".to_owned()
    } else {
        parts.join(", ")
    };
    let star = if alias.starred.get() { "*" } else { "" };
    let origin = shown_item(rt, &alias.origin)?;
    Ok(rt.str(&format!("{star}{origin}[{inner}]")).into_value())
}

fn hash_alias(rt: &Rt, this: &Value) -> PyResult<i64> {
    let alias = part(rt, this)?;
    let mixed = rt.hash(&alias.origin)? ^ rt.hash(alias.args.as_value())?;
    Ok(crate::hash::avoid_minus_one(mixed))
}

fn compare_aliases(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (CompareOp::Eq | CompareOp::Ne, Some(x), Some(y)) = (
        op,
        a.downcast_ref::<GenericAlias>(),
        b.downcast_ref::<GenericAlias>(),
    ) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = x.starred.get() == y.starred.get()
        && rt.eq(&x.origin, &y.origin)?
        && rt.eq(x.args.as_value(), y.args.as_value())?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

/// Calls the origin, and tells the instance of the alias if it lets itself be told.
fn call_alias(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult {
    let made = rt.call_args(&part(rt, this)?.origin, args)?;
    match rt.setattr(&made, &rt.names.orig_class_, Some(this)) {
        Err(raised)
            if !raised.is(rt, &rt.types.attribute_error)
                && !raised.is(rt, &rt.types.type_error) =>
        {
            Err(raised)
        }
        _ => Ok(made),
    }
}

fn get_attr(rt: &Rt, this: &Value, name: &Ref<Str>) -> PyResult {
    if OWN_ATTRIBUTES.iter().any(|own| name.is_text(own)) {
        return rt.generic_getattr(this, name);
    }
    rt.getattr(&part(rt, this)?.origin, name)
}

fn subscript(rt: &Rt, this: &Value, item: &Value) -> PyResult {
    let alias = part(rt, this)?;
    let parameters = parameters(rt, alias)?;
    let args = rt.substitute_parameters(this, &alias.args, &parameters, item)?;
    let args = rt.tuple(args).into_value();
    let starred = alias.starred.get();
    Ok(rt.alias_of(&rt.types.generic_alias, &alias.origin, &args, starred))
}

/// Iterates over the one starred alias, for `*tuple[int]`.
fn iter_alias(rt: &Rt, this: &Value) -> PyResult {
    let alias = part(rt, this)?;
    let args = alias.args.as_value();
    let starred = rt.alias_of(&rt.types.generic_alias, &alias.origin, args, true);
    rt.iter(rt.tuple([starred]).as_value())
}

fn reduce(rt: &Rt, this: &Value) -> PyResult {
    let alias = part(rt, this)?;
    let args = rt.tuple([alias.origin.clone(), alias.args.as_value().clone()]);
    if alias.starred.get() {
        let plain = rt.generic_alias(&alias.origin, alias.args.as_value());
        let next = rt.builtins.get_str(rt, &rt.intern("next"));
        let next = next.unwrap_or(Value::NONE);
        let iterator = rt.iter(&plain)?;
        let args = rt.tuple([iterator]).into_value();
        return Ok(rt.tuple([next, args]).into_value());
    }
    let class = rt.type_of(this).as_value().clone();
    Ok(rt.tuple([class, args.into_value()]).into_value())
}

fn dir_alias(rt: &Rt, this: &Value) -> PyResult {
    let origin = &part(rt, this)?.origin;
    let names = match rt.call_special(origin, &rt.names.dir_, &[]) {
        Some(names) => rt.collect(&names?)?,
        None => Vec::new(),
    };
    let list = rt.list(names);
    for own in OWN_ATTRIBUTES {
        let own = rt.intern(own).into_value();
        if !rt.contains(list.as_value(), &own)? {
            list.push(own);
        }
    }
    Ok(list.into_value())
}

impl Rt {
    /// `origin[args]` as an alias.
    pub fn generic_alias(&self, origin: &Value, args: &Value) -> Value {
        self.alias_of(&self.types.generic_alias, origin, args, false)
    }

    fn alias_of(&self, ty: &Ref<TypeObj>, origin: &Value, args: &Value, starred: bool) -> Value {
        let args = match args.downcast::<Tuple>() {
            Some(args) => args.clone(),
            None => self.tuple([args.clone()]),
        };
        let payload = GenericAlias {
            origin: origin.clone(),
            args,
            parameters: ValueCell::empty(),
            starred: Cell::new(starred),
        };
        self.alloc(ty, payload).into_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aliases_and_unions_show_their_arguments() {
        let rt = Rt::new();
        let t = &rt.types;
        let pair = rt.tuple([t.str.as_value().clone(), t.int.as_value().clone()]);
        let alias = rt.generic_alias(t.dict.as_value(), pair.as_value());
        assert_eq!(&*rt.repr(&alias).unwrap().to_str(), "dict[str, int]");
        let union = rt.union_of(&alias, &Value::NONE).unwrap();
        assert_eq!(&*rt.repr(&union).unwrap().to_str(), "dict[str, int] | None");
        let union = rt.union_of(t.int.as_value(), t.str.as_value()).unwrap();
        assert!(rt.isinstance(&rt.int(1), &union).unwrap());
        assert!(!rt.isinstance(&Value::NONE, &union).unwrap());
        let same = rt.union_of(t.int.as_value(), t.int.as_value()).unwrap();
        assert!(same.is(t.int.as_value()));
        assert!(rt.isinstance(&rt.int(1), &alias).is_err());
    }
}
