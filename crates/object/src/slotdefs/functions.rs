//! What stands in the slots of Python classes: functions that look the special method up and call it.

pub(crate) use crate::hash::unhashable as hash_not_implemented;
use crate::native::Args;
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::{Binary, CompareOp, Ternary};
use crate::str_::Str;
use crate::type_::{TypeObj, type_flags};
use hognose_heap::{Ref, Value, with_host};
use num_traits::ToPrimitive;
use std::slice::from_ref;

macro_rules! unary {
    ($($function:ident $name:ident)*) => {$(
        #[inline(never)]
        pub(super) fn $function(rt: &Rt, this: &Value) -> PyResult {
            rt.special_method(this, &rt.names.$name, &[])
        }
    )*};
}

unary! {
    slot_neg neg_
    slot_pos pos_
    slot_abs abs_
    slot_invert invert_
    slot_int int_
    slot_float float_
    slot_index index_
}

macro_rules! binary {
    ($($function:ident $slot:ident $name:ident $reflected:ident)*) => {$(
        #[inline(never)]
        pub(super) fn $function(rt: &Rt, a: &Value, b: &Value) -> PyResult {
            let names = (&rt.names.$name, &rt.names.$reflected);
            let ours = |t: &TypeObj| {
                (t.slots.$slot.get()).is_some_and(|f| std::ptr::fn_addr_eq(f, $function as Binary))
            };
            binary_operator(rt, a, b, ours, names)
        }
    )*};
}

binary! {
    slot_add add add_ radd_
    slot_sub sub sub_ rsub_
    slot_mul mul mul_ rmul_
    slot_modulo modulo mod_ rmod_
    slot_divmod divmod divmod_ rdivmod_
    slot_lshift lshift lshift_ rlshift_
    slot_rshift rshift rshift_ rrshift_
    slot_and and and_ rand_
    slot_xor xor xor_ rxor_
    slot_or or or_ ror_
    slot_floordiv floordiv floordiv_ rfloordiv_
    slot_truediv truediv truediv_ rtruediv_
    slot_matmul matmul matmul_ rmatmul_
}

macro_rules! inplace {
    ($($function:ident $name:ident)*) => {$(
        #[inline(never)]
        pub(super) fn $function(rt: &Rt, a: &Value, b: &Value) -> PyResult {
            rt.special_method(a, &rt.names.$name, from_ref(b))
        }
    )*};
}

inplace! {
    slot_iadd iadd_
    slot_isub isub_
    slot_imul imul_
    slot_imod imod_
    slot_ilshift ilshift_
    slot_irshift irshift_
    slot_iand iand_
    slot_ixor ixor_
    slot_ior ior_
    slot_ifloordiv ifloordiv_
    slot_itruediv itruediv_
    slot_imatmul imatmul_
}

fn not_implemented(value: &Value) -> bool {
    value.is(&Value::NOT_IMPLEMENTED)
}

/// The method, or `NotImplemented` if there is none (`vectorcall_maybe`).
fn maybe(rt: &Rt, this: &Value, name: &Ref<Str>, args: &[Value]) -> PyResult {
    rt.call_special(this, name, args)
        .unwrap_or(Ok(Value::NOT_IMPLEMENTED))
}

/// Calls the operator's method or its reflected form (CPython's `SLOT1BINFULL`).
fn binary_operator(
    rt: &Rt,
    a: &Value,
    b: &Value,
    ours: impl Fn(&TypeObj) -> bool,
    (name, reflected): (&Ref<Str>, &Ref<Str>),
) -> PyResult {
    let (ta, tb) = (rt.type_of(a).clone(), rt.type_of(b).clone());
    let mut do_other = !ta.same(&tb) && ours(&tb);
    if ours(&ta) {
        if do_other && tb.is_subtype(&ta) && is_overloaded(rt, &ta, &tb, reflected)? {
            let made = maybe(rt, b, reflected, from_ref(a))?;
            if !not_implemented(&made) {
                return Ok(made);
            }
            do_other = false;
        }
        let made = maybe(rt, a, name, from_ref(b))?;
        if !not_implemented(&made) || ta.same(&tb) {
            return Ok(made);
        }
    }
    if do_other {
        return maybe(rt, b, reflected, from_ref(a));
    }
    Ok(Value::NOT_IMPLEMENTED)
}

/// Whether the right operand's class has another method of that name (`method_is_overloaded`).
fn is_overloaded(
    rt: &Rt,
    left: &Ref<TypeObj>,
    right: &Ref<TypeObj>,
    name: &Ref<Str>,
) -> PyResult<bool> {
    let Some(b) = rt.getattr_opt(right.as_value(), name)? else {
        return Ok(false);
    };
    let Some(a) = rt.getattr_opt(left.as_value(), name)? else {
        return Ok(true);
    };
    rt.compare_bool(&a, &b, CompareOp::Ne)
}

fn has_slot_pow(ty: &TypeObj) -> bool {
    (ty.slots.pow.get()).is_some_and(|f| std::ptr::fn_addr_eq(f, slot_pow as Ternary))
}

#[inline(never)]
pub(super) fn slot_pow(rt: &Rt, a: &Value, b: &Value, c: &Value) -> PyResult {
    if c.is_none() {
        let names = (&rt.names.pow_, &rt.names.rpow_);
        return binary_operator(rt, a, b, has_slot_pow, names);
    }
    if has_slot_pow(rt.type_of(a)) {
        return rt.special_method(a, &rt.names.pow_, &[b.clone(), c.clone()]);
    }
    Ok(Value::NOT_IMPLEMENTED)
}

#[inline(never)]
pub(super) fn slot_ipow(rt: &Rt, a: &Value, b: &Value, _c: &Value) -> PyResult {
    rt.special_method(a, &rt.names.ipow_, from_ref(b))
}

#[inline(never)]
pub(super) fn slot_repr(rt: &Rt, this: &Value) -> PyResult {
    rt.call_special(this, &rt.names.repr_, &[])
        .unwrap_or_else(|| {
            let name = rt.type_name(this);
            Ok(rt
                .str(&format!("<{name} object at {:#x}>", this.bits()))
                .into_value())
        })
}

#[inline(never)]
pub(super) fn slot_str(rt: &Rt, this: &Value) -> PyResult {
    rt.special_method(this, &rt.names.str_, &[])
}

#[inline(never)]
pub(super) fn slot_hash(rt: &Rt, this: &Value) -> PyResult<i64> {
    let found = rt.type_of(this).lookup(rt, &rt.names.hash_);
    let Some(found) = found.filter(|f| !f.is_none()) else {
        return hash_not_implemented(rt, this);
    };
    let made = rt.call_found(&found, this, &Args::new(&[]))?;
    match rt.as_int(&made) {
        Some(crate::int::AnyInt::Small(i)) => Ok(crate::hash::avoid_minus_one(i)),
        // CPython takes an integer that does not fit modulo 2⁶¹ − 1, as `hash(int)` does.
        Some(big) => match big.to_i64() {
            Some(i) => Ok(crate::hash::avoid_minus_one(i)),
            None => {
                let modulus = num_bigint::BigInt::from(crate::hash::MODULUS);
                let reduced = big.to_big() % modulus;
                Ok(crate::hash::avoid_minus_one(reduced.to_i64().unwrap_or(0)))
            }
        },
        None => Err(rt.type_error("__hash__ method should return an integer")),
    }
}

#[inline(never)]
pub(super) fn slot_call(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult {
    let Some(found) = rt.type_of(this).lookup(rt, &rt.names.call_) else {
        return Err(rt.type_error(format!("'{}' object is not callable", rt.type_name(this))));
    };
    rt.guarded(" while calling a Python object", || {
        rt.call_found(&found, this, args)
    })
}

/// Whether the attribute's look-up is the generic one, though a wrapper of it was found.
fn is_generic_getattribute(rt: &Rt, found: &Value) -> bool {
    (found.downcast_ref::<super::SlotWrapper>())
        .is_some_and(|w| w.owner.same(&rt.types.object) && w.def.name == "__getattribute__")
}

#[inline(never)]
pub(super) fn slot_getattr_hook(rt: &Rt, this: &Value, name: &Ref<Str>) -> PyResult {
    let ty = rt.type_of(this).clone();
    let getattribute = ty.lookup(rt, &rt.names.getattribute_);
    let fallback = ty.lookup(rt, &rt.names.getattr_);
    let found = match &getattribute {
        Some(f) if !is_generic_getattribute(rt, f) => {
            match rt.call_found(f, this, &Args::new(from_ref(name.as_value()))) {
                Err(raised) if fallback.is_some() && raised.is(rt, &rt.types.attribute_error) => {
                    None
                }
                other => return other,
            }
        }
        _ => match rt.generic_getattr_opt(this, name) {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => None,
            Err(raised) if fallback.is_some() && raised.is(rt, &rt.types.attribute_error) => None,
            Err(raised) => return Err(raised),
        },
    };
    match (found, fallback) {
        (Some(value), _) => Ok(value),
        (None, Some(f)) => rt.call_found(&f, this, &Args::new(from_ref(name.as_value()))),
        (None, None) => Err(rt.no_attribute(this, name)),
    }
}

#[inline(never)]
pub(super) fn slot_setattr(
    rt: &Rt,
    this: &Value,
    name: &Ref<Str>,
    value: Option<&Value>,
) -> PyResult<()> {
    let name = name.as_value().clone();
    match value {
        Some(value) => rt.special_method(this, &rt.names.setattr_, &[name, value.clone()]),
        None => rt.special_method(this, &rt.names.delattr_, &[name]),
    }
    .map(drop)
}

#[inline(never)]
pub(super) fn slot_compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let names = &rt.names;
    let name = match op {
        CompareOp::Lt => &names.lt_,
        CompareOp::Le => &names.le_,
        CompareOp::Eq => &names.eq_,
        CompareOp::Ne => &names.ne_,
        CompareOp::Gt => &names.gt_,
        CompareOp::Ge => &names.ge_,
    };
    let ty = rt.type_of(a).clone();
    let Some(found) = ty.lookup(rt, name) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let kind = rt.type_of(&found);
    if kind.has(type_flags::METHOD_DESCRIPTOR) {
        return rt.call_with_self(&found, a, &Args::new(from_ref(b)));
    }
    let bound = match kind.slots.descr_get.get() {
        Some(get) => match get(rt, &found, Some(a), ty.as_value()) {
            Ok(bound) => bound,
            // CPython takes an error of binding for the absence of the method.
            Err(_) => return Ok(Value::NOT_IMPLEMENTED),
        },
        None => found,
    };
    rt.call(&bound, from_ref(b))
}

fn not_iterable(rt: &Rt, this: &Value) -> Raised {
    rt.type_error(format!("'{}' object is not iterable", rt.type_name(this)))
}

#[inline(never)]
pub(super) fn slot_iter(rt: &Rt, this: &Value) -> PyResult {
    let ty = rt.type_of(this).clone();
    match ty.lookup(rt, &rt.names.iter_) {
        Some(found) if found.is_none() => Err(not_iterable(rt, this)),
        Some(found) => rt.call_found(&found, this, &Args::new(&[])),
        None if ty.lookup(rt, &rt.names.getitem_).is_some() => Ok(rt.sequence_iterator(this)),
        None => Err(not_iterable(rt, this)),
    }
}

#[inline(never)]
pub(super) fn slot_next(rt: &Rt, this: &Value) -> PyResult<Option<Value>> {
    rt.special_method(this, &rt.names.next_, &[]).map(Some)
}

#[inline(never)]
pub(super) fn slot_descr_get(
    rt: &Rt,
    this: &Value,
    object: Option<&Value>,
    ty: &Value,
) -> PyResult {
    let object = object.cloned().unwrap_or(Value::NONE);
    match rt.call_special(this, &rt.names.get_, &[object, ty.clone()]) {
        Some(result) => result,
        None => Ok(this.clone()),
    }
}

#[inline(never)]
pub(super) fn slot_descr_set(
    rt: &Rt,
    this: &Value,
    object: &Value,
    value: Option<&Value>,
) -> PyResult<()> {
    match value {
        Some(value) => rt.special_method(this, &rt.names.set_, &[object.clone(), value.clone()]),
        None => rt.special_method(this, &rt.names.delete_, from_ref(object)),
    }
    .map(drop)
}

#[inline(never)]
pub(super) fn slot_init(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    let Some(found) = rt.type_of(this).lookup(rt, &rt.names.init_) else {
        return Ok(());
    };
    let made = rt.call_found(&found, this, args)?;
    if made.is_none() {
        return Ok(());
    }
    Err(rt.type_error(format!(
        "__init__() should return None, not '{}'",
        rt.type_name(&made)
    )))
}

/// `__new__` of a Python class: found as an attribute of the class and called with it.
#[inline(never)]
pub(crate) fn slot_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let found = rt.getattr(ty.as_value(), &rt.names.new_)?;
    rt.call_with_self(&found, ty.as_value(), args)
}

#[inline(never)]
pub(super) fn slot_finalize(rt: &Rt, this: &Value) {
    let Some(found) = rt.type_of(this).lookup(rt, &rt.names.del_) else {
        return;
    };
    if let Err(raised) = rt.call_found(&found, this, &Args::new(&[])) {
        (rt.unraisable.get())(rt, &raised, "", &found);
    }
}

/// The heap's hook: runs the finaliser of the value's type.
pub(crate) fn finalize(value: &Value) {
    with_host(|rt: &Rt| {
        let finalize = rt.type_of(value).slots.finalize.get();
        if let Some(finalize) = finalize {
            finalize(rt, value);
        }
    });
}

#[inline(never)]
pub(super) fn slot_await(rt: &Rt, this: &Value) -> PyResult {
    rt.call_special(this, &rt.names.await_, &[])
        .unwrap_or_else(|| Err(lacks(rt, this, "__await__")))
}

#[inline(never)]
pub(super) fn slot_aiter(rt: &Rt, this: &Value) -> PyResult {
    rt.call_special(this, &rt.names.aiter_, &[])
        .unwrap_or_else(|| Err(lacks(rt, this, "__aiter__")))
}

#[inline(never)]
pub(super) fn slot_anext(rt: &Rt, this: &Value) -> PyResult {
    rt.call_special(this, &rt.names.anext_, &[])
        .unwrap_or_else(|| Err(lacks(rt, this, "__anext__")))
}

fn lacks(rt: &Rt, this: &Value, method: &str) -> Raised {
    let name = rt.type_name(this);
    rt.attribute_error(format!("object {name} does not have {method} method"))
}

#[inline(never)]
pub(super) fn slot_bool(rt: &Rt, this: &Value) -> PyResult<bool> {
    if let Some(made) = rt.call_special(this, &rt.names.bool_, &[]) {
        let made = made?;
        return if made.is(&Value::TRUE) || made.is(&Value::FALSE) {
            Ok(made.is(&Value::TRUE))
        } else {
            let name = rt.type_name(&made);
            Err(rt.type_error(format!("__bool__ should return bool, returned {name}")))
        };
    }
    if rt.type_of(this).lookup(rt, &rt.names.len_).is_some() {
        return Ok(slot_len(rt, this)? != 0);
    }
    Ok(true)
}

#[inline(never)]
pub(super) fn slot_len(rt: &Rt, this: &Value) -> PyResult<usize> {
    let made = rt.special_method(this, &rt.names.len_, &[])?;
    let made = rt.index(&made)?;
    let Some(length) = rt.as_int(&made) else {
        return Err(rt.system_error("an index is an integer"));
    };
    match length.to_i64() {
        Some(n) => usize::try_from(n).map_err(|_| negative_length(rt)),
        None if length.to_big() < num_bigint::BigInt::ZERO => Err(negative_length(rt)),
        None => Err(rt.overflow_error("cannot fit 'int' into an index-sized integer")),
    }
}

#[cold]
fn negative_length(rt: &Rt) -> Raised {
    rt.value_error("__len__() should return >= 0")
}

#[inline(never)]
pub(super) fn slot_getitem(rt: &Rt, this: &Value, key: &Value) -> PyResult {
    rt.special_method(this, &rt.names.getitem_, from_ref(key))
}

#[inline(never)]
pub(super) fn slot_setitem(
    rt: &Rt,
    this: &Value,
    key: &Value,
    item: Option<&Value>,
) -> PyResult<()> {
    match item {
        Some(item) => rt.special_method(this, &rt.names.setitem_, &[key.clone(), item.clone()]),
        None => rt.special_method(this, &rt.names.delitem_, from_ref(key)),
    }
    .map(drop)
}

#[inline(never)]
pub(super) fn slot_contains(rt: &Rt, this: &Value, item: &Value) -> PyResult<bool> {
    match rt.type_of(this).lookup(rt, &rt.names.contains_) {
        Some(found) if found.is_none() => Err(rt.type_error(format!(
            "'{}' object is not a container",
            rt.type_name(this)
        ))),
        Some(found) => {
            let made = rt.call_found(&found, this, &Args::new(from_ref(item)))?;
            rt.truth(&made)
        }
        None => rt.contains_by_iteration(this, item),
    }
}
