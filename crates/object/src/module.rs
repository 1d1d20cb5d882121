//! Modules and `types.SimpleNamespace`.

use crate::dict::Dict;
use crate::kinds;
use crate::native::NativeDef;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};

pub const MODULE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::HAS_DICT
        | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("module", Layout::Native(kinds::MODULE))
};

pub const NAMESPACE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::HAS_DICT,
    ..TypeSpec::new("types.SimpleNamespace", Layout::Native(kinds::NAMESPACE))
};

/// The payload of modules. The dict is also the module's `__dict__`.
pub struct Module {
    pub dict: Ref<Dict>,
}

impl Payload for Module {
    const KIND: Kind = kinds::MODULE;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.dict.trace(visitor);
    }
}

impl Module {
    /// The module's `__name__`, if it is a string.
    pub fn name(&self, rt: &Rt) -> String {
        let name = self.dict.get_str(rt, &rt.names.name_);
        name.as_ref()
            .and_then(Value::downcast_ref::<Str>)
            .map(|s| s.to_str().into_owned())
            .unwrap_or_default()
    }

    /// Sets a name of the module.
    pub fn set(&self, rt: &Rt, name: &str, value: impl Into<Value>) {
        self.dict.set_str(rt, &rt.intern(name), value.into());
    }
}

impl Rt {
    /// A module with `__name__`, `__doc__`, `__package__`, `__loader__` and `__spec__`.
    pub fn module(&self, name: &str) -> Ref<Module> {
        let made = self.alloc(&self.types.module, Module { dict: self.dict() });
        let dict = &made.dict;
        dict.set_str(self, &self.names.name_, self.str(name).into_value());
        for key in [
            &self.names.doc_,
            &self.names.package_,
            &self.names.loader_,
            &self.names.spec_,
        ] {
            dict.set_str(self, key, Value::NONE);
        }
        made
    }

    /// A native module with functions bound to it.
    pub fn native_module(&self, name: &str, functions: &'static [NativeDef]) -> Ref<Module> {
        let made = self.module(name);
        let module_name = self.str(name).into_value();
        for def in functions {
            let function = self.bind_native(def, made.as_value().clone());
            function.module.set(Some(module_name.clone()));
            made.dict
                .set_str(self, &self.intern(def.name), function.into_value());
        }
        made
    }
}
