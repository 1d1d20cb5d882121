//! `wrapper_descriptor` and `method-wrapper`: a native type's slot, called like a method.

use super::{SLOT_DEFS, SlotDef, Wrap};
use crate::kinds;
use crate::native::{Args, Binding, Call, GetSetDef, NativeDef};
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::{CompareOp, Slot, SlotFn, Slots};
use crate::str_::{Str, StrExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};

pub const SLOT_WRAPPER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::METHOD_DESCRIPTOR,
    slots: Slots {
        call: Some(call_wrapper),
        descr_get: Some(get_wrapper),
        repr: Some(repr_wrapper),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("__objclass__", |rt, v| {
            Ok(wrapper(rt, v)?.owner.as_value().clone())
        }),
        GetSetDef::member("__name__", |rt, v| {
            Ok(rt.intern(wrapper(rt, v)?.def.name).into_value())
        }),
        GetSetDef::read("__qualname__", wrapper_qualname),
        GetSetDef::read("__doc__", |_, _| Ok(Value::NONE)),
        GetSetDef::read("__text_signature__", |rt, v| {
            Ok(rt.signature_or_none(wrapper(rt, v)?.def.signature))
        }),
    ],
    methods: &[NativeDef::new("__reduce__", "", Call::Zero(reduce_wrapper))],
    ..TypeSpec::new("wrapper_descriptor", Layout::Native(kinds::SLOT_WRAPPER))
};

pub const METHOD_WRAPPER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        call: Some(call_method_wrapper),
        repr: Some(repr_method_wrapper),
        compare: Some(compare_method_wrapper),
        hash: Some(hash_method_wrapper),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::read("__self__", |rt, v| Ok(bound(rt, v)?.this.clone())),
        GetSetDef::member("__objclass__", |rt, v| {
            Ok(bound(rt, v)?.wrapper.owner.as_value().clone())
        }),
        GetSetDef::member("__name__", |rt, v| {
            Ok(rt.intern(bound(rt, v)?.wrapper.def.name).into_value())
        }),
        GetSetDef::read("__qualname__", |rt, v| {
            wrapper_qualname(rt, bound(rt, v)?.wrapper.as_value())
        }),
        GetSetDef::read("__doc__", |_, _| Ok(Value::NONE)),
        GetSetDef::read("__text_signature__", |rt, v| {
            Ok(rt.signature_or_none(bound(rt, v)?.wrapper.def.signature))
        }),
    ],
    methods: &[NativeDef::new("__reduce__", "", Call::Zero(reduce_bound))],
    ..TypeSpec::new("method-wrapper", Layout::Native(kinds::METHOD_WRAPPER))
};

/// The payload of `wrapper_descriptor`.
pub struct SlotWrapper {
    pub(crate) def: &'static SlotDef,
    pub(crate) function: SlotFn,
    pub owner: Ref<TypeObj>,
}

impl Payload for SlotWrapper {
    const KIND: Kind = kinds::SLOT_WRAPPER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.owner.trace(visitor);
    }
}

/// The payload of `method-wrapper`: a slot wrapper and its `self`.
pub struct MethodWrapper {
    pub wrapper: Ref<SlotWrapper>,
    pub this: Value,
}

impl Payload for MethodWrapper {
    const KIND: Kind = kinds::METHOD_WRAPPER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.wrapper.trace(visitor);
        self.this.trace(visitor);
    }
}

fn wrapper<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<SlotWrapper>> {
    value
        .downcast::<SlotWrapper>()
        .ok_or_else(|| rt.system_error("bad slot wrapper"))
}

fn bound<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<MethodWrapper>> {
    value
        .downcast::<MethodWrapper>()
        .ok_or_else(|| rt.system_error("bad method wrapper"))
}

fn wrapper_qualname(rt: &Rt, value: &Value) -> PyResult {
    let w = wrapper(rt, value)?;
    let owner = w.owner.qualname.borrow().to_str().into_owned();
    Ok(rt.str(&format!("{owner}.{}", w.def.name)).into_value())
}

fn reduce_wrapper(rt: &Rt, this: &Value) -> PyResult {
    let w = wrapper(rt, this)?;
    rt.reduce_to_getattr(w.owner.as_value(), w.def.name)
}

fn reduce_bound(rt: &Rt, this: &Value) -> PyResult {
    let b = bound(rt, this)?;
    rt.reduce_to_getattr(&b.this, b.wrapper.def.name)
}

fn repr_wrapper(rt: &Rt, this: &Value) -> PyResult {
    let w = wrapper(rt, this)?;
    let owner = w.owner.display_name();
    let text = format!("<slot wrapper '{}' of '{owner}' objects>", w.def.name);
    Ok(rt.str(&text).into_value())
}

fn repr_method_wrapper(rt: &Rt, this: &Value) -> PyResult {
    let b = bound(rt, this)?;
    let text = format!(
        "<method-wrapper '{}' of {} object at {:#x}>",
        b.wrapper.def.name,
        rt.type_name(&b.this),
        b.this.bits()
    );
    Ok(rt.str(&text).into_value())
}

fn compare_method_wrapper(_rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (
        a.downcast_ref::<MethodWrapper>(),
        b.downcast_ref::<MethodWrapper>(),
    ) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = x.wrapper.same(&y.wrapper) && x.this.is(&y.this);
    Ok(match op {
        CompareOp::Eq => Value::bool(equal),
        CompareOp::Ne => Value::bool(!equal),
        _ => Value::NOT_IMPLEMENTED,
    })
}

fn hash_method_wrapper(rt: &Rt, this: &Value) -> PyResult<i64> {
    let b = bound(rt, this)?;
    let mixed =
        crate::hash::hash_address(&b.this) ^ crate::hash::hash_address(b.wrapper.as_value());
    Ok(crate::hash::avoid_minus_one(mixed))
}

fn get_wrapper(rt: &Rt, descriptor: &Value, object: Option<&Value>, _ty: &Value) -> PyResult {
    let (Some(this), Some(w)) = (object, descriptor.downcast::<SlotWrapper>()) else {
        return Ok(descriptor.clone());
    };
    rt.check_receiver(w.def.name, &w.owner, this)?;
    let payload = MethodWrapper {
        wrapper: w.clone(),
        this: this.clone(),
    };
    Ok(rt.alloc(&rt.types.method_wrapper, payload).into_value())
}

fn call_wrapper(rt: &Rt, callable: &Value, args: &Args<'_>) -> PyResult {
    let w = wrapper(rt, callable)?;
    let Some(this) = args.positional().first() else {
        return Err(rt.type_error(format!(
            "descriptor '{}' of '{}' object needs an argument",
            w.def.name,
            w.owner.display_name()
        )));
    };
    if !rt.is_instance(this, &w.owner) {
        return Err(rt.type_error(format!(
            "descriptor '{}' requires a '{}' object but received a '{}'",
            w.def.name,
            w.owner.display_name(),
            rt.type_name(this)
        )));
    }
    call_slot(rt, w, this, &args.rest())
}

fn call_method_wrapper(rt: &Rt, callable: &Value, args: &Args<'_>) -> PyResult {
    let b = bound(rt, callable)?;
    call_slot(rt, &b.wrapper, &b.this, args)
}

fn wrong_number(rt: &Rt, wanted: usize, given: usize) -> Raised {
    let plural = if wanted == 1 { "" } else { "s" };
    rt.type_error(format!("expected {wanted} argument{plural}, got {given}"))
}

/// The arguments, if there are exactly so many (`check_num_args`).
fn exactly<'a, const N: usize>(rt: &Rt, given: &'a [Value]) -> PyResult<&'a [Value; N]> {
    given
        .try_into()
        .map_err(|_| wrong_number(rt, N, given.len()))
}

/// One or two arguments, as `PyArg_UnpackTuple` counts them.
fn one_or_two<'a>(rt: &Rt, given: &'a [Value]) -> PyResult<(&'a Value, Option<&'a Value>)> {
    match given {
        [a] => Ok((a, None)),
        [a, b] => Ok((a, Some(b))),
        _ => {
            let (bound, limit) = if given.is_empty() {
                ("at least", 1)
            } else {
                ("at most", 2)
            };
            let plural = if limit == 1 { "" } else { "s" };
            Err(rt.type_error(format!(
                "expected {bound} {limit} argument{plural}, got {}",
                given.len()
            )))
        }
    }
}

fn name_of(rt: &Rt, name: &Value) -> PyResult<Ref<Str>> {
    match name.downcast::<Str>() {
        Some(name) => Ok(rt.intern_ref(name.clone())),
        None => Err(rt.type_error(format!(
            "attribute name must be string, not '{}'",
            rt.type_name(name)
        ))),
    }
}

fn call_slot(rt: &Rt, w: &SlotWrapper, this: &Value, args: &Args<'_>) -> PyResult {
    let given = args.positional();
    match (w.def.wrap, w.function) {
        (Wrap::Call, SlotFn::CallFn(f)) => return f(rt, this, args),
        (Wrap::Init, SlotFn::InitFn(f)) => return f(rt, this, args).map(|()| Value::NONE),
        _ if args.has_keywords() => {
            let name = w.def.name;
            return Err(rt.type_error(format!("wrapper {name}() takes no keyword arguments")));
        }
        _ => (),
    }
    let none = |result: PyResult<()>| result.map(|()| Value::NONE);
    match (w.def.wrap, w.function) {
        (Wrap::Unary, SlotFn::Unary(f)) => {
            exactly::<0>(rt, given)?;
            f(rt, this)
        }
        (Wrap::Binary, SlotFn::Binary(f)) => {
            let [other] = exactly(rt, given)?;
            f(rt, this, other)
        }
        (Wrap::BinaryRight, SlotFn::Binary(f)) => {
            let [other] = exactly(rt, given)?;
            f(rt, other, this)
        }
        (Wrap::Repeat, SlotFn::Binary(f)) => {
            let [count] = exactly(rt, given)?;
            let count = rt.int(rt.index_i64(count)?);
            f(rt, this, &count)
        }
        (Wrap::Power, SlotFn::Ternary(f)) => {
            let (other, modulus) = one_or_two(rt, given)?;
            f(rt, this, other, modulus.unwrap_or(&Value::NONE))
        }
        (Wrap::PowerRight, SlotFn::Ternary(f)) => {
            let (other, modulus) = one_or_two(rt, given)?;
            f(rt, other, this, modulus.unwrap_or(&Value::NONE))
        }
        (Wrap::Hash, SlotFn::HashFn(f)) => {
            exactly::<0>(rt, given)?;
            Ok(rt.int(f(rt, this)?))
        }
        (Wrap::Len, SlotFn::LenFn(f)) => {
            exactly::<0>(rt, given)?;
            Ok(rt.int_from_usize(f(rt, this)?))
        }
        (Wrap::Bool, SlotFn::BoolFn(f)) => {
            exactly::<0>(rt, given)?;
            Ok(Value::bool(f(rt, this)?))
        }
        (Wrap::Next, SlotFn::NextFn(f)) => {
            exactly::<0>(rt, given)?;
            f(rt, this)?.ok_or_else(|| rt.stop_iteration(Value::NONE))
        }
        (Wrap::Compare(op), SlotFn::CompareFn(f)) => {
            let [other] = exactly(rt, given)?;
            f(rt, this, other, op)
        }
        (Wrap::Contains, SlotFn::ContainsFn(f)) => {
            let [item] = exactly(rt, given)?;
            Ok(Value::bool(f(rt, this, item)?))
        }
        (Wrap::SetItem, SlotFn::SetItemFn(f)) => match given {
            [key, value] => none(f(rt, this, key, Some(value))),
            _ => Err(wrong_number(rt, 2, given.len())),
        },
        (Wrap::DelItem, SlotFn::SetItemFn(f)) => {
            let [key] = exactly(rt, given)?;
            none(f(rt, this, key, None))
        }
        (Wrap::GetAttr, SlotFn::GetAttrFn(f)) => {
            let [name] = exactly(rt, given)?;
            f(rt, this, &name_of(rt, name)?)
        }
        (Wrap::SetAttr, SlotFn::SetAttrFn(f)) => match given {
            [name, value] => {
                check_overrides(rt, this, w.function, "__setattr__")?;
                none(f(rt, this, &name_of(rt, name)?, Some(value)))
            }
            _ => Err(wrong_number(rt, 2, given.len())),
        },
        (Wrap::DelAttr, SlotFn::SetAttrFn(f)) => {
            let [name] = exactly(rt, given)?;
            check_overrides(rt, this, w.function, "__delattr__")?;
            none(f(rt, this, &name_of(rt, name)?, None))
        }
        (Wrap::DescrGet, SlotFn::DescrGetFn(f)) => {
            let (object, ty) = one_or_two(rt, given)?;
            let object = Some(object).filter(|o| !o.is_none());
            let none_type = Value::NONE;
            let ty = ty.unwrap_or(&none_type);
            if object.is_none() && ty.is_none() {
                return Err(rt.type_error("__get__(None, None) is invalid"));
            }
            f(rt, this, object, ty)
        }
        (Wrap::DescrSet, SlotFn::DescrSetFn(f)) => match given {
            [object, value] => none(f(rt, this, object, Some(value))),
            _ => Err(wrong_number(rt, 2, given.len())),
        },
        (Wrap::DescrDelete, SlotFn::DescrSetFn(f)) => {
            let [object] = exactly(rt, given)?;
            none(f(rt, this, object, None))
        }
        (Wrap::Del, SlotFn::FinalizeFn(f)) => {
            exactly::<0>(rt, given)?;
            f(rt, this);
            Ok(Value::NONE)
        }
        _ => Err(rt.system_error("a slot wrapper and its slot disagree")),
    }
}

/// Rejects calls that jump over a native class's own attribute setting (`hackcheck`).
fn check_overrides(rt: &Rt, this: &Value, function: SlotFn, what: &str) -> PyResult<()> {
    let ty = rt.type_of(this).clone();
    let own = ty.slots.function(Slot::setattro);
    let mro = ty.mro.borrow().clone();
    let is = |t: &TypeObj, f: SlotFn| t.slots.function(Slot::setattro).is_some_and(|g| g.same(f));
    let generic = SlotFn::SetAttrFn(super::functions::slot_setattr);
    let defining = mro
        .iter()
        .rev()
        .find(|t| !is(t, generic) && own.is_some_and(|own| is(t, own)))
        .unwrap_or(&ty);
    let mut base = Some(defining.clone());
    while let Some(t) = base {
        if is(&t, function) {
            break;
        }
        if !is(&t, generic) {
            let name = ty.display_name();
            return Err(rt.type_error(format!("can't apply this {what} to {name} object")));
        }
        base = t.base.get().and_then(|b| Ref::try_from(b).ok());
    }
    Ok(())
}

/// `__new__` of native types: checks that the class fits, then makes the instance (`tp_new_wrapper`).
fn new_wrapper(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult {
    let Some(ty) = this.downcast::<TypeObj>() else {
        return Err(rt.system_error("__new__() called with non-type 'self'"));
    };
    let name = ty.display_name();
    let Some(first) = args.positional().first() else {
        return Err(rt.type_error(format!("{name}.__new__(): not enough arguments")));
    };
    let Some(subtype) = first.downcast::<TypeObj>() else {
        let given = rt.type_name(first);
        return Err(rt.type_error(format!(
            "{name}.__new__(X): X is not a type object ({given})"
        )));
    };
    let sub = subtype.display_name();
    if !subtype.is_subtype(ty) {
        return Err(rt.type_error(format!(
            "{name}.__new__({sub}): {sub} is not a subtype of {name}"
        )));
    }
    let is_python = |t: &TypeObj| {
        (t.slots.new.get())
            .is_some_and(|f| std::ptr::fn_addr_eq(f, super::slot_new as crate::slots::NewFn))
    };
    let mut static_base = Some(subtype.clone());
    while let Some(t) = &static_base
        && is_python(t)
    {
        static_base = t.base.get().and_then(|b| Ref::try_from(b).ok());
    }
    let Some(new) = ty.slots.new.get() else {
        return Err(rt.type_error(format!("cannot create '{name}' instances")));
    };
    if let Some(base) = static_base
        && !base
            .slots
            .new
            .get()
            .is_some_and(|f| std::ptr::fn_addr_eq(f, new))
    {
        let base = base.display_name();
        return Err(rt.type_error(format!(
            "{name}.__new__({sub}) is not safe, use {base}.__new__()"
        )));
    }
    new(rt, subtype, &args.rest())
}

/// The function that stands as `__new__` in the dict of every native type that makes its instances itself.
pub(crate) static NEW: NativeDef = NativeDef {
    name: "__new__",
    signature: "($type, *args, **kwargs)",
    doc: "",
    binding: Binding::Class,
    call: Call::Many(new_wrapper),
};

impl Rt {
    /// Puts a slot wrapper into the dict for every slot that a native type fills itself (`add_operators`).
    pub(crate) fn add_slot_wrappers(&self, ty: &Ref<TypeObj>, spec: &TypeSpec) {
        for def in SLOT_DEFS {
            let Some(function) = spec.slots.function(def.slot) else {
                continue;
            };
            let name = (def.interned)(&self.names);
            if def.slot == Slot::new {
                let function = self.bind_native(&NEW, ty.as_value().clone());
                ty.dict.set_str(self, name, function.into_value());
                continue;
            }
            if def.slot == Slot::hash
                && function.same(SlotFn::HashFn(super::functions::hash_not_implemented))
            {
                ty.dict.set_str(self, name, Value::NONE);
                continue;
            }
            if def.wrap == Wrap::Nothing || ty.dict.get_str(self, name).is_some() {
                continue;
            }
            let payload = SlotWrapper {
                def,
                function,
                owner: ty.clone(),
            };
            let made = self.alloc(&self.types.slot_wrapper, payload);
            ty.dict.set_str(self, name, made.into_value());
        }
        if ty.dict.get_str(self, &self.names.doc_).is_none() {
            let doc = self.signature_or_none(spec.doc);
            ty.dict.set_str(self, &self.names.doc_, doc);
        }
        if spec.slots.compare.is_some() && spec.slots.hash.is_none() {
            ty.dict.set_str(self, &self.names.hash_, Value::NONE);
        }
    }

    /// A text signature as an attribute: None if there is none.
    pub(crate) fn signature_or_none(&self, signature: &str) -> Value {
        if signature.is_empty() {
            Value::NONE
        } else {
            self.str(signature).into_value()
        }
    }

    /// `(getattr, (object, name))`: how descriptors and bound native methods are pickled.
    pub(crate) fn reduce_to_getattr(&self, object: &Value, name: &str) -> PyResult {
        let Some(getattr) = self.builtins.get_str(self, &self.intern("getattr")) else {
            return Err(self.runtime_error("lost builtins.getattr"));
        };
        let args = self.tuple([object.clone(), self.intern(name).into_value()]);
        Ok(self.tuple([getattr, args.into_value()]).into_value())
    }
}
