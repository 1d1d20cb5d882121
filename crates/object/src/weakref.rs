//! Weak references: `weakref.ref` and the proxies.

use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::ops::BinaryOp;
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::str_::{Str, StrExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor, Weak, with_host};
use std::cell::Cell;
use std::collections::HashMap;

pub const REFERENCE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        new: Some(new_reference),
        init: Some(init_reference),
        call: Some(call_reference),
        hash: Some(hash_reference),
        compare: Some(compare_references),
        repr: Some(repr_reference),
        ..Slots::NONE
    },
    methods: &[NativeDef::class(
        "__class_getitem__",
        "",
        Call::One(|rt, ty, item| Ok(rt.generic_alias(ty, item))),
    )],
    getset: &[GetSetDef::member("__callback__", |_, v| {
        let callback = v.downcast_ref::<WeakRef>().and_then(|w| w.callback.get());
        Ok(callback.unwrap_or(Value::NONE))
    })],
    ..TypeSpec::new("weakref.ReferenceType", Layout::Native(kinds::WEAKREF))
};

/// The slots that both kinds of proxies have: each does to the referent what was asked of the proxy.
const PROXY_SLOTS: Slots = Slots {
    repr: Some(repr_proxy),
    str: Some(|rt, v| Ok(rt.str_of(&referent(rt, v)?)?.into_value())),
    getattro: Some(|rt, v, name| rt.getattr(&referent(rt, v)?, name)),
    setattro: Some(|rt, v, name, value| rt.setattr(&referent(rt, v)?, name, value)),
    compare: Some(|rt, a, b, op| rt.compare(&referent(rt, a)?, &referent(rt, b)?, op)),
    iter: Some(|rt, v| rt.iter(&referent(rt, v)?)),
    next: Some(next_proxy),
    add: Some(|rt, a, b| binary(rt, BinaryOp::Add, a, b)),
    sub: Some(|rt, a, b| binary(rt, BinaryOp::Sub, a, b)),
    mul: Some(|rt, a, b| binary(rt, BinaryOp::Mul, a, b)),
    matmul: Some(|rt, a, b| binary(rt, BinaryOp::MatMul, a, b)),
    truediv: Some(|rt, a, b| binary(rt, BinaryOp::TrueDiv, a, b)),
    floordiv: Some(|rt, a, b| binary(rt, BinaryOp::FloorDiv, a, b)),
    modulo: Some(|rt, a, b| binary(rt, BinaryOp::Mod, a, b)),
    divmod: Some(|rt, a, b| rt.divmod(&referent(rt, a)?, &referent(rt, b)?)),
    pow: Some(|rt, a, b, c| rt.pow(&referent(rt, a)?, &referent(rt, b)?, &referent(rt, c)?)),
    lshift: Some(|rt, a, b| binary(rt, BinaryOp::LShift, a, b)),
    rshift: Some(|rt, a, b| binary(rt, BinaryOp::RShift, a, b)),
    and: Some(|rt, a, b| binary(rt, BinaryOp::And, a, b)),
    or: Some(|rt, a, b| binary(rt, BinaryOp::Or, a, b)),
    xor: Some(|rt, a, b| binary(rt, BinaryOp::Xor, a, b)),
    neg: Some(|rt, v| rt.neg(&referent(rt, v)?)),
    pos: Some(|rt, v| rt.pos(&referent(rt, v)?)),
    abs: Some(|rt, v| rt.abs(&referent(rt, v)?)),
    invert: Some(|rt, v| rt.invert(&referent(rt, v)?)),
    bool: Some(|rt, v| rt.truth(&referent(rt, v)?)),
    int: Some(|rt, v| rt.call(rt.types.int.as_value(), &[referent(rt, v)?])),
    float: Some(|rt, v| rt.call(rt.types.float.as_value(), &[referent(rt, v)?])),
    index: Some(|rt, v| rt.index(&referent(rt, v)?)),
    iadd: Some(|rt, a, b| inplace(rt, BinaryOp::Add, a, b)),
    isub: Some(|rt, a, b| inplace(rt, BinaryOp::Sub, a, b)),
    imul: Some(|rt, a, b| inplace(rt, BinaryOp::Mul, a, b)),
    imatmul: Some(|rt, a, b| inplace(rt, BinaryOp::MatMul, a, b)),
    itruediv: Some(|rt, a, b| inplace(rt, BinaryOp::TrueDiv, a, b)),
    ifloordiv: Some(|rt, a, b| inplace(rt, BinaryOp::FloorDiv, a, b)),
    imod: Some(|rt, a, b| inplace(rt, BinaryOp::Mod, a, b)),
    ipow: Some(|rt, a, b, _| inplace(rt, BinaryOp::Pow, a, b)),
    ilshift: Some(|rt, a, b| inplace(rt, BinaryOp::LShift, a, b)),
    irshift: Some(|rt, a, b| inplace(rt, BinaryOp::RShift, a, b)),
    iand: Some(|rt, a, b| inplace(rt, BinaryOp::And, a, b)),
    ior: Some(|rt, a, b| inplace(rt, BinaryOp::Or, a, b)),
    ixor: Some(|rt, a, b| inplace(rt, BinaryOp::Xor, a, b)),
    len: Some(|rt, v| rt.len(&referent(rt, v)?)),
    getitem: Some(|rt, a, b| rt.getitem(&referent(rt, a)?, &referent(rt, b)?)),
    setitem: Some(|rt, v, key, item| rt.setitem(&referent(rt, v)?, &referent(rt, key)?, item)),
    contains: Some(|rt, v, item| rt.contains(&referent(rt, v)?, item)),
    ..Slots::NONE
};

const PROXY_METHODS: &[NativeDef] = &[
    NativeDef::new(
        "__bytes__",
        "",
        Call::Zero(|rt, v| rt.call_method(&referent(rt, v)?, &rt.names.bytes_, &[])),
    ),
    NativeDef::new(
        "__reversed__",
        "",
        Call::Zero(|rt, v| rt.call_method(&referent(rt, v)?, &rt.names.reversed_, &[])),
    ),
];

pub const PROXY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: PROXY_SLOTS,
    methods: PROXY_METHODS,
    ..TypeSpec::new("weakref.ProxyType", Layout::Native(kinds::WEAK_PROXY))
};

pub const CALLABLE_PROXY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        call: Some(|rt, v, args| rt.call_args(&referent(rt, v)?, args)),
        ..PROXY_SLOTS
    },
    methods: PROXY_METHODS,
    ..TypeSpec::new(
        "weakref.CallableProxyType",
        Layout::Native(kinds::WEAK_PROXY),
    )
};

/// The payload of `weakref.ref`.
pub struct WeakRef {
    pub referent: Weak,
    pub callback: ValueCell,
    hash: Cell<Option<i64>>,
}

impl Payload for WeakRef {
    const KIND: Kind = kinds::WEAKREF;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.callback.trace(visitor);
    }

    fn clear(&self) {
        self.callback.set(None);
    }
}

/// The payload of the proxies.
pub struct WeakProxy {
    pub referent: Weak,
    pub callback: ValueCell,
}

impl Payload for WeakProxy {
    const KIND: Kind = kinds::WEAK_PROXY;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.callback.trace(visitor);
    }

    fn clear(&self) {
        self.callback.set(None);
    }
}

/// Living references and proxies by their referent's address, newest last.
pub(crate) type WeakTable = HashMap<u64, Vec<Weak>, rustc_hash::FxBuildHasher>;

fn callback_of(reference: &Value) -> Option<&ValueCell> {
    match reference.downcast_ref::<WeakRef>() {
        Some(r) => Some(&r.callback),
        None => reference.downcast_ref::<WeakProxy>().map(|p| &p.callback),
    }
}

/// The heap's hook: calls the callbacks of a dead value's weak references, the newest first.
pub(crate) fn referent_gone(value: &Value) {
    with_host(|rt: &Rt| {
        let Some(row) = rt.weakrefs.borrow_mut().remove(&value.bits()) else {
            return;
        };
        for reference in row.iter().rev().filter_map(Weak::get) {
            let callback = callback_of(&reference).and_then(ValueCell::take);
            if let Some(callback) = callback
                && let Err(raised) = rt.call(&callback, std::slice::from_ref(&reference))
            {
                (rt.unraisable.get())(rt, &raised, "", &callback);
            }
        }
    });
}

fn new_reference(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = args.positional();
    if given.is_empty() || given.len() > 2 {
        rt.positional("__new__", &Args::new(given), 1, 2)?;
    }
    rt.weak_reference(ty, &given[0], given.get(1).filter(|c| !c.is_none()))
}

fn init_reference(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    if args.has_keywords() && rt.is_exact(this, &rt.types.weakref) {
        return Err(rt.type_error("ref() takes no keyword arguments"));
    }
    rt.positional("__init__", &Args::new(args.positional()), 1, 2)
        .map(drop)
}

fn call_reference(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult {
    if !args.all_values().is_empty() {
        if args.has_keywords() {
            return Err(rt.type_error("__call__() got an unexpected keyword argument"));
        }
        let n = args.positional().len();
        return Err(rt.type_error(format!(
            "__call__() takes 0 positional arguments but {n} was given"
        )));
    }
    let alive = this
        .downcast_ref::<WeakRef>()
        .and_then(|w| w.referent.get());
    Ok(alive.unwrap_or(Value::NONE))
}

fn hash_reference(rt: &Rt, this: &Value) -> PyResult<i64> {
    let Some(reference) = this.downcast_ref::<WeakRef>() else {
        return Err(rt.system_error("bad weak reference"));
    };
    if let Some(known) = reference.hash.get() {
        return Ok(known);
    }
    let Some(alive) = reference.referent.get() else {
        return Err(rt.type_error("weak object has gone away"));
    };
    let hash = rt.hash(&alive)?;
    reference.hash.set(Some(hash));
    Ok(hash)
}

fn compare_references(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (CompareOp::Eq | CompareOp::Ne, Some(x), Some(y)) =
        (op, a.downcast_ref::<WeakRef>(), b.downcast_ref::<WeakRef>())
    else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (x.referent.get(), y.referent.get()) {
        (Some(x), Some(y)) => rt.compare(&x, &y, op),
        _ => Ok(Value::bool(a.is(b) == (op == CompareOp::Eq))),
    }
}

fn repr_reference(rt: &Rt, this: &Value) -> PyResult {
    let at = this.bits();
    let alive = this
        .downcast_ref::<WeakRef>()
        .and_then(|w| w.referent.get());
    let Some(alive) = alive else {
        return Ok(rt.str(&format!("<weakref at {at:#x}; dead>")).into_value());
    };
    let ty = rt.type_name(&alive);
    let to = alive.bits();
    // Looked up on the type, so that no `__getattr__` is asked.
    let name = match rt.special(&alive, &rt.names.name_) {
        Some(name) => name?.downcast_ref::<Str>().map(|n| n.to_str().into_owned()),
        None => None,
    };
    let text = match name {
        Some(name) => format!("<weakref at {at:#x}; to '{ty}' at {to:#x} ({name})>"),
        None => format!("<weakref at {at:#x}; to '{ty}' at {to:#x}>"),
    };
    Ok(rt.str(&text).into_value())
}

/// What a proxy stands for; any other value is itself.
fn referent(rt: &Rt, value: &Value) -> PyResult {
    match value.downcast_ref::<WeakProxy>() {
        Some(proxy) => proxy.referent.get().ok_or_else(|| gone(rt)),
        None => Ok(value.clone()),
    }
}

#[cold]
fn gone(rt: &Rt) -> Raised {
    rt.reference_error("weakly-referenced object no longer exists")
}

fn binary(rt: &Rt, op: BinaryOp, a: &Value, b: &Value) -> PyResult {
    rt.binary(op, &referent(rt, a)?, &referent(rt, b)?)
}

fn inplace(rt: &Rt, op: BinaryOp, a: &Value, b: &Value) -> PyResult {
    rt.inplace(op, &referent(rt, a)?, &referent(rt, b)?)
}

fn next_proxy(rt: &Rt, this: &Value) -> PyResult<Option<Value>> {
    let target = referent(rt, this)?;
    if rt.type_of(&target).slots.next.get().is_none() {
        return Err(rt.type_error(format!(
            "Weakref proxy referenced a non-iterator '{}' object",
            rt.type_name(&target)
        )));
    }
    rt.next(&target)
}

fn repr_proxy(rt: &Rt, this: &Value) -> PyResult {
    let alive = (this.downcast_ref::<WeakProxy>())
        .and_then(|p| p.referent.get())
        .unwrap_or(Value::NONE);
    let text = format!(
        "<weakproxy at {:#x} to {} at {:#x}>",
        this.bits(),
        rt.type_name(&alive),
        alive.bits()
    );
    Ok(rt.str(&text).into_value())
}

impl Rt {
    fn weak_handle(&self, object: &Value) -> PyResult<Weak> {
        let handle = if self.type_of(object).has(type_flags::HAS_WEAKREF) {
            Weak::new(object)
        } else {
            None
        };
        handle.ok_or_else(|| {
            self.type_error(format!(
                "cannot create weak reference to '{}' object",
                self.type_name(object)
            ))
        })
    }

    /// Notes a reference in the table, and lets go of entries of dead ones.
    fn note_weak(&self, object: &Value, reference: &Value) {
        let Some(handle) = Weak::new(reference) else {
            return;
        };
        let mut table = self.weakrefs.borrow_mut();
        let row = table.entry(object.bits()).or_default();
        if row.len() == row.capacity() {
            row.retain(|w| !w.is_dead());
        }
        row.push(handle);
    }

    /// The living weak references and proxies to a value: the shared ones, then the others, the newest first.
    pub fn weak_references_to(&self, object: &Value) -> Vec<Value> {
        let table = self.weakrefs.borrow();
        let row = table.get(&object.bits());
        let all = row.into_iter().flatten().rev().filter_map(Weak::get);
        let mut all: Vec<Value> = all.collect();
        drop(table);
        all.sort_by_key(|r| {
            let plain = callback_of(r).is_some_and(ValueCell::is_empty);
            match r.downcast_ref::<WeakProxy>() {
                Some(_) if plain => 1,
                None if plain && self.is_exact(r, &self.types.weakref) => 0,
                _ => 2,
            }
        });
        all
    }

    /// `weakref.ref(object, callback)`; without a callback, the same one each time.
    pub fn weak_reference(
        &self,
        ty: &Ref<TypeObj>,
        object: &Value,
        callback: Option<&Value>,
    ) -> PyResult {
        let handle = self.weak_handle(object)?;
        if callback.is_none() && ty.same(&self.types.weakref) {
            let known = self.weak_references_to(object).into_iter().find(|r| {
                self.is_exact(r, &self.types.weakref)
                    && callback_of(r).is_some_and(ValueCell::is_empty)
            });
            if let Some(known) = known {
                return Ok(known);
            }
        }
        let made = self
            .alloc(
                ty,
                WeakRef {
                    referent: handle,
                    callback: callback.cloned().map(ValueCell::new).unwrap_or_default(),
                    hash: Cell::new(None),
                },
            )
            .into_value();
        self.note_weak(object, &made);
        Ok(made)
    }

    /// `weakref.proxy(object, callback)`.
    pub fn weak_proxy(&self, object: &Value, callback: Option<&Value>) -> PyResult {
        let handle = self.weak_handle(object)?;
        if callback.is_none() {
            let known = self.weak_references_to(object).into_iter().find(|r| {
                r.downcast_ref::<WeakProxy>()
                    .is_some_and(|p| p.callback.is_empty())
            });
            if let Some(known) = known {
                return Ok(known);
            }
        }
        let callable = self.type_of(object).slots.call.get().is_some();
        let ty = if callable {
            &self.types.weakcallableproxy
        } else {
            &self.types.weakproxy
        };
        let made = self
            .alloc(
                ty,
                WeakProxy {
                    referent: handle,
                    callback: callback.cloned().map(ValueCell::new).unwrap_or_default(),
                },
            )
            .into_value();
        self.note_weak(object, &made);
        Ok(made)
    }
}
