//! The descriptors of native types: methods, computed attributes, slots of `__slots__`, and slot wrappers.

use crate::instance::Instance;
use crate::kinds;
use crate::native::{Args, Binding, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::{Str, StrExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};

pub const METHOD_DESCRIPTOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::METHOD_DESCRIPTOR,
    slots: Slots {
        call: Some(call_method),
        descr_get: Some(get_method),
        repr: Some(|rt, v| shown(rt, v, "method")),
        ..Slots::NONE
    },
    getset: METHOD_GETSET,
    methods: REDUCE,
    ..TypeSpec::new(
        "method_descriptor",
        Layout::Native(kinds::METHOD_DESCRIPTOR),
    )
};

pub const CLASSMETHOD_DESCRIPTOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        descr_get: Some(get_classmethod),
        call: Some(call_classmethod),
        repr: Some(|rt, v| shown(rt, v, "method")),
        ..Slots::NONE
    },
    getset: METHOD_GETSET,
    methods: REDUCE,
    ..TypeSpec::new(
        "classmethod_descriptor",
        Layout::Native(kinds::CLASS_METHOD_DESCRIPTOR),
    )
};

pub const GETSET_DESCRIPTOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        descr_get: Some(get_getset),
        descr_set: Some(set_getset),
        repr: Some(|rt, v| shown(rt, v, "attribute")),
        ..Slots::NONE
    },
    getset: GETSET,
    ..TypeSpec::new(
        "getset_descriptor",
        Layout::Native(kinds::GETSET_DESCRIPTOR),
    )
};

pub const MEMBER_DESCRIPTOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        descr_get: Some(get_member),
        descr_set: Some(set_member),
        repr: Some(|rt, v| shown(rt, v, "member")),
        ..Slots::NONE
    },
    getset: GETSET,
    methods: REDUCE,
    ..TypeSpec::new(
        "member_descriptor",
        Layout::Native(kinds::MEMBER_DESCRIPTOR),
    )
};

const GETSET: &[GetSetDef] = &[
    GetSetDef::member("__objclass__", |rt, v| {
        Ok(about(rt, v)?.1.as_value().clone())
    }),
    GetSetDef::member("__name__", |rt, v| {
        Ok(rt.intern(&about(rt, v)?.0).into_value())
    }),
    GetSetDef::read("__qualname__", qualname),
    GetSetDef::read("__doc__", doc),
];

const METHOD_GETSET: &[GetSetDef] = &[
    GetSetDef::member("__objclass__", |rt, v| {
        Ok(about(rt, v)?.1.as_value().clone())
    }),
    GetSetDef::member("__name__", |rt, v| {
        Ok(rt.intern(&about(rt, v)?.0).into_value())
    }),
    GetSetDef::read("__qualname__", qualname),
    GetSetDef::read("__doc__", doc),
    GetSetDef::read("__text_signature__", |rt, v| {
        Ok(rt.signature_or_none(native_def(v).map_or("", |d| d.signature)))
    }),
];

const REDUCE: &[NativeDef] = &[NativeDef::new(
    "__reduce__",
    "",
    Call::Zero(|rt, v| {
        let (name, owner) = about(rt, v)?;
        rt.reduce_to_getattr(owner.as_value(), &name)
    }),
)];

/// The name and the class of any of the descriptors here.
fn about(rt: &Rt, value: &Value) -> PyResult<(String, Ref<TypeObj>)> {
    if let Some(d) = native_def(value) {
        let owner = match value.downcast_ref::<MethodDescriptor>() {
            Some(m) => Some(&m.owner),
            None => value
                .downcast_ref::<ClassMethodDescriptor>()
                .map(|c| &c.0.owner),
        };
        if let Some(owner) = owner {
            return Ok((d.name.to_owned(), owner.clone()));
        }
    }
    if let Some(g) = value.downcast_ref::<GetSetDescriptor>() {
        return Ok((g.def.name.to_owned(), g.owner.clone()));
    }
    match value.downcast_ref::<MemberDescriptor>() {
        Some(m) => Ok((m.name.to_str().into_owned(), m.owner.clone())),
        None => Err(rt.system_error("bad descriptor")),
    }
}

fn native_def(value: &Value) -> Option<&'static NativeDef> {
    match value.downcast_ref::<MethodDescriptor>() {
        Some(m) => Some(m.def),
        None => value
            .downcast_ref::<ClassMethodDescriptor>()
            .map(|c| c.0.def),
    }
}

fn qualname(rt: &Rt, this: &Value) -> PyResult {
    let (name, owner) = about(rt, this)?;
    let owner = owner.qualname.borrow().to_str().into_owned();
    Ok(rt.str(&format!("{owner}.{name}")).into_value())
}

fn doc(rt: &Rt, this: &Value) -> PyResult {
    let text = match (native_def(this), this.downcast_ref::<GetSetDescriptor>()) {
        (Some(d), _) => d.doc,
        (None, Some(g)) => g.def.doc,
        (None, None) => "",
    };
    Ok(rt.signature_or_none(text))
}

/// `<method 'append' of 'list' objects>`.
fn shown(rt: &Rt, this: &Value, what: &str) -> PyResult {
    let (name, owner) = about(rt, this)?;
    let owner = owner.display_name();
    Ok(rt
        .str(&format!("<{what} '{name}' of '{owner}' objects>"))
        .into_value())
}

/// The payload of `member_descriptor`: one of a class's `__slots__`.
pub struct MemberDescriptor {
    pub name: Ref<Str>,
    pub owner: Ref<TypeObj>,
    /// Where the value stands: among the members at the front of an instance, or in the tail.
    pub place: usize,
    pub in_tail: bool,
}

impl Payload for MemberDescriptor {
    const KIND: Kind = kinds::MEMBER_DESCRIPTOR;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.name.trace(visitor);
        self.owner.trace(visitor);
    }
}

impl MemberDescriptor {
    /// The slot in an instance of the owner.
    #[inline]
    pub fn slot<'a>(&self, object: &'a Value) -> Option<&'a ValueCell> {
        if self.in_tail {
            object.header()?.tail().get(self.place)
        } else {
            object.downcast_ref::<Instance>()?.slots().get(self.place)
        }
    }
}

fn get_member(rt: &Rt, descriptor: &Value, object: Option<&Value>, ty: &Value) -> PyResult {
    if descriptor.downcast_ref::<GetSetDescriptor>().is_some() {
        return get_getset(rt, descriptor, object, ty);
    }
    let (Some(this), Some(m)) = (object, descriptor.downcast_ref::<MemberDescriptor>()) else {
        return Ok(descriptor.clone());
    };
    rt.check_receiver(&m.name.to_str(), &m.owner, this)?;
    match m.slot(this).and_then(ValueCell::get) {
        Some(value) => Ok(value),
        None => Err(rt.no_attribute(this, &m.name)),
    }
}

fn set_member(rt: &Rt, descriptor: &Value, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let Some(m) = descriptor.downcast_ref::<MemberDescriptor>() else {
        return set_getset(rt, descriptor, this, value);
    };
    rt.check_receiver(&m.name.to_str(), &m.owner, this)?;
    let Some(slot) = m.slot(this) else {
        return Err(rt.system_error("an instance lacks its slots"));
    };
    if value.is_none() && slot.is_empty() {
        return Err(rt.raise_with(&rt.types.attribute_error, &[m.name.as_value().clone()]));
    }
    slot.set(value.cloned());
    Ok(())
}

fn call_classmethod(rt: &Rt, callable: &Value, args: &Args<'_>) -> PyResult {
    let Some(d) = callable.downcast_ref::<ClassMethodDescriptor>() else {
        return Err(rt.system_error("bad classmethod descriptor"));
    };
    let (name, owner) = (d.0.def.name, d.0.owner.display_name());
    let Some(class) = args.positional().first() else {
        return Err(rt.type_error(format!(
            "descriptor '{name}' of '{owner}' object needs an argument"
        )));
    };
    check_class(rt, name, &d.0.owner, class)?;
    rt.call_native(d.0.def, class, &args.rest())
}

/// The payload of `method_descriptor` and `classmethod_descriptor`.
pub struct MethodDescriptor {
    pub def: &'static NativeDef,
    pub owner: Ref<TypeObj>,
}

impl Payload for MethodDescriptor {
    const KIND: Kind = kinds::METHOD_DESCRIPTOR;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.owner.trace(visitor);
    }
}

/// The payload of `classmethod_descriptor`.
pub struct ClassMethodDescriptor(pub MethodDescriptor);

impl Payload for ClassMethodDescriptor {
    const KIND: Kind = kinds::CLASS_METHOD_DESCRIPTOR;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.0.trace(visitor);
    }
}

/// The payload of `getset_descriptor`.
pub struct GetSetDescriptor {
    pub def: &'static GetSetDef,
    pub owner: Ref<TypeObj>,
}

impl Payload for GetSetDescriptor {
    const KIND: Kind = kinds::GETSET_DESCRIPTOR;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.owner.trace(visitor);
    }
}

fn call_method(rt: &Rt, callable: &Value, args: &Args<'_>) -> PyResult {
    let Some(descriptor) = callable.downcast_ref::<MethodDescriptor>() else {
        return Err(rt.system_error("bad method descriptor"));
    };
    let Some(this) = args.positional().first() else {
        return Err(rt.type_error(format!(
            "unbound method {}.{}() needs an argument",
            descriptor.owner.display_name(),
            descriptor.def.name
        )));
    };
    rt.check_receiver(descriptor.def.name, &descriptor.owner, this)?;
    rt.call_native(descriptor.def, this, &args.rest())
}

fn get_method(rt: &Rt, descriptor: &Value, object: Option<&Value>, _ty: &Value) -> PyResult {
    match (object, descriptor.downcast_ref::<MethodDescriptor>()) {
        (Some(this), Some(d)) => {
            rt.check_receiver(d.def.name, &d.owner, this)?;
            Ok(rt.bind_native(d.def, this.clone()).into_value())
        }
        _ => Ok(descriptor.clone()),
    }
}

fn get_classmethod(rt: &Rt, descriptor: &Value, object: Option<&Value>, ty: &Value) -> PyResult {
    let Some(d) = descriptor.downcast_ref::<ClassMethodDescriptor>() else {
        return Err(rt.system_error("bad classmethod descriptor"));
    };
    let (name, owner) = (d.0.def.name, &d.0.owner);
    let class = match object {
        _ if !ty.is_none() => ty,
        Some(object) => rt.type_of(object).as_value(),
        None => {
            let owner = owner.display_name();
            return Err(rt.type_error(format!(
                "descriptor '{name}' for type '{owner}' needs either an object or a type"
            )));
        }
    };
    check_class(rt, name, owner, class)?;
    Ok(rt.bind_native(d.0.def, class.clone()).into_value())
}

/// Whether a native class method can be called on that.
fn check_class(rt: &Rt, name: &str, owner: &Ref<TypeObj>, class: &Value) -> PyResult<()> {
    let Some(ty) = class.downcast::<TypeObj>() else {
        return Err(rt.type_error(format!(
            "descriptor '{name}' for type '{}' needs a type, not a '{}' as arg 2",
            owner.display_name(),
            rt.type_name(class)
        )));
    };
    if ty.is_subtype(owner) {
        return Ok(());
    }
    Err(rt.type_error(format!(
        "descriptor '{name}' requires a subtype of '{}' but received '{}'",
        owner.display_name(),
        ty.display_name()
    )))
}

fn get_getset(rt: &Rt, descriptor: &Value, object: Option<&Value>, _ty: &Value) -> PyResult {
    match (object, descriptor.downcast_ref::<GetSetDescriptor>()) {
        (Some(this), Some(d)) => {
            rt.check_receiver(d.def.name, &d.owner, this)?;
            (d.def.get)(rt, this)
        }
        _ => Ok(descriptor.clone()),
    }
}

fn set_getset(rt: &Rt, descriptor: &Value, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let Some(d) = descriptor.downcast_ref::<GetSetDescriptor>() else {
        return Err(rt.system_error("bad getset descriptor"));
    };
    rt.check_receiver(d.def.name, &d.owner, this)?;
    match d.def.set {
        Some(set) => set(rt, this, value),
        None if d.def.member => Err(rt.attribute_error("readonly attribute")),
        None => Err(rt.attribute_error(format!(
            "attribute '{}' of '{}' objects is not writable",
            d.def.name,
            d.owner.display_name()
        ))),
    }
}

impl Rt {
    pub(crate) fn check_receiver(
        &self,
        name: &str,
        owner: &Ref<TypeObj>,
        this: &Value,
    ) -> PyResult<()> {
        if self.is_instance(this, owner) {
            return Ok(());
        }
        Err(self.type_error(format!(
            "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
            owner.display_name(),
            self.type_name(this)
        )))
    }

    /// Fills a native type's dict from its declaration.
    pub(crate) fn populate_type(&self, ty: &Ref<TypeObj>, spec: &TypeSpec) {
        for def in spec.methods {
            let value = match def.binding {
                Binding::Instance => {
                    let payload = MethodDescriptor {
                        def,
                        owner: ty.clone(),
                    };
                    self.alloc(&self.types.method_descriptor, payload)
                        .into_value()
                }
                Binding::Class => {
                    let payload = ClassMethodDescriptor(MethodDescriptor {
                        def,
                        owner: ty.clone(),
                    });
                    self.alloc(&self.types.classmethod_descriptor, payload)
                        .into_value()
                }
                Binding::Static => {
                    let function = self.bind_native(def, ty.as_value().clone()).into_value();
                    self.static_method(function)
                }
            };
            ty.dict.set_str(self, &self.intern(def.name), value);
        }
        for def in spec.getset {
            let payload = GetSetDescriptor {
                def,
                owner: ty.clone(),
            };
            let kind = if def.member {
                &self.types.member_descriptor
            } else {
                &self.types.getset_descriptor
            };
            let value = self.alloc(kind, payload).into_value();
            ty.dict.set_str(self, &self.intern(def.name), value);
        }
        self.add_slot_wrappers(ty, spec);
    }

    /// Makes a native type that is not one of the core types: what a native module declares.
    pub fn native_type(&self, spec: &'static TypeSpec, base: &Ref<TypeObj>) -> Ref<TypeObj> {
        let ty = crate::bootstrap::bare_type(spec);
        crate::bootstrap::link(&ty, base, &self.types);
        self.populate_type(&ty, spec);
        ty
    }
}
