//! The descriptors of native types: methods, computed attributes, slots of `__slots__`, and slot wrappers.

use crate::kinds;
use crate::native::{Args, Binding, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::Slots;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};

pub const METHOD_DESCRIPTOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::METHOD_DESCRIPTOR,
    slots: Slots {
        call: Some(call_method),
        descr_get: Some(get_method),
        ..Slots::NONE
    },
    ..TypeSpec::new(
        "method_descriptor",
        Layout::Native(kinds::METHOD_DESCRIPTOR),
    )
};

pub const CLASSMETHOD_DESCRIPTOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        descr_get: Some(get_classmethod),
        ..Slots::NONE
    },
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
        ..Slots::NONE
    },
    ..TypeSpec::new(
        "getset_descriptor",
        Layout::Native(kinds::GETSET_DESCRIPTOR),
    )
};

pub const MEMBER_DESCRIPTOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new(
        "member_descriptor",
        Layout::Native(kinds::MEMBER_DESCRIPTOR),
    )
};

pub const SLOT_WRAPPER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::METHOD_DESCRIPTOR,
    ..TypeSpec::new("wrapper_descriptor", Layout::Native(kinds::SLOT_WRAPPER))
};

pub const METHOD_WRAPPER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    ..TypeSpec::new("method-wrapper", Layout::Native(kinds::METHOD_WRAPPER))
};

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
    let class = match object {
        Some(object) if ty.is_none() => rt.type_of(object).as_value(),
        _ => ty,
    };
    match descriptor.downcast_ref::<ClassMethodDescriptor>() {
        Some(d) => Ok(rt.bind_native(d.0.def, class.clone()).into_value()),
        None => Err(rt.system_error("bad classmethod descriptor")),
    }
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
        None => Err(rt.attribute_error(format!(
            "attribute '{}' of '{}' objects is not writable",
            d.def.name,
            d.owner.display_name()
        ))),
    }
}

impl Rt {
    fn check_receiver(&self, name: &str, owner: &Ref<TypeObj>, this: &Value) -> PyResult<()> {
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
            let value = self
                .alloc(&self.types.getset_descriptor, payload)
                .into_value();
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
