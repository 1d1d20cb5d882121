//! Modules.

use crate::dict::Dict;
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef, Signature};
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::{Str, StrExt};
use crate::tuple::List;
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};

pub const MODULE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::HAS_DICT
        | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(rt.alloc(ty, Module { dict: rt.dict() }).into_value())),
        init: Some(init_module),
        repr: Some(repr_module),
        getattro: Some(get_attr),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("__dict__", |rt, v| Ok(part(rt, v)?.dict.as_value().clone())),
        GetSetDef::read_write("__annotations__", get_annotations, set_annotations),
    ],
    methods: &[NativeDef::new("__dir__", "", Call::Zero(dir_module))],
    ..TypeSpec::new("module", Layout::Native(kinds::MODULE))
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

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Module>> {
    value
        .downcast::<Module>()
        .ok_or_else(|| rt.system_error("bad module"))
}

fn init_module(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "module",
        params: &["name", "doc"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let [Some(name), doc] = rt.bind(&SIGNATURE, args)? else {
        return Err(rt.system_error("the argument is required"));
    };
    if name.downcast_ref::<Str>().is_none() {
        return Err(rt.type_error(format!(
            "module() argument 'name' must be str, not {}",
            rt.type_name(name)
        )));
    }
    rt.fill_module(part(rt, this)?, name.clone(), doc.cloned());
    Ok(())
}

/// The module's attribute, or what its `__getattr__` makes of the name (`module_getattro`).
fn get_attr(rt: &Rt, this: &Value, name: &Ref<Str>) -> PyResult {
    match rt.generic_getattr_opt(this, name) {
        Ok(Some(found)) => return Ok(found),
        Ok(None) => (),
        Err(raised) if raised.is(rt, &rt.types.attribute_error) => (),
        Err(raised) => return Err(raised),
    }
    let module = part(rt, this)?;
    if let Some(getattr) = module.dict.get_str(rt, &rt.names.getattr_) {
        return rt.call(&getattr, std::slice::from_ref(name.as_value()));
    }
    let raised = missing(rt, module, name)?;
    rt.set_attribute_error_context(&raised, this, name);
    Err(raised)
}

#[cold]
fn missing(rt: &Rt, module: &Module, name: &Ref<Str>) -> PyResult<Raised> {
    let text = name.to_str();
    let own = module.dict.get_str(rt, &rt.names.name_);
    let Some(own) = own.as_ref().and_then(Value::downcast_ref::<Str>) else {
        return Ok(rt.attribute_error(format!("module has no attribute '{text}'")));
    };
    let own = own.to_str();
    let spec = module.dict.get_str(rt, &rt.names.spec_);
    let initializing = match &spec {
        Some(spec) => match rt.getattr_opt(spec, &rt.intern("_initializing"))? {
            Some(flag) => rt.truth(&flag)?,
            None => false,
        },
        None => false,
    };
    let submodule = match &spec {
        Some(spec) => match rt.getattr_opt(spec, &rt.intern("_uninitialized_submodules"))? {
            Some(row) if row.downcast_ref::<List>().is_some() => {
                rt.contains(&row, name.as_value())?
            }
            _ => false,
        },
        None => false,
    };
    Ok(rt.attribute_error(if initializing {
        format!(
            "partially initialized module '{own}' has no attribute '{text}' (most likely due to a circular import)"
        )
    } else if submodule {
        format!(
            "cannot access submodule '{text}' of module '{own}' (most likely due to a circular import)"
        )
    } else {
        format!("module '{own}' has no attribute '{text}'")
    }))
}

/// As importlib's `_module_repr` shows a module.
fn repr_module(rt: &Rt, this: &Value) -> PyResult {
    let shown = |value: &Value| -> PyResult<String> { Ok(rt.repr(value)?.to_str().into_owned()) };
    let get = |object: &Value, name: &str| rt.getattr_opt(object, &rt.intern(name));
    let spec = get(this, "__spec__")?.filter(|s| !s.is_none());
    let text = match spec {
        Some(spec) => {
            let name = match get(&spec, "name")?.filter(|n| !n.is_none()) {
                Some(name) => shown(&name)?,
                None => "'?'".to_owned(),
            };
            match get(&spec, "origin")?.filter(|o| !o.is_none()) {
                Some(origin) => {
                    let has_location = match get(&spec, "has_location")? {
                        Some(flag) => rt.truth(&flag)?,
                        None => false,
                    };
                    if has_location {
                        format!("<module {name} from {}>", shown(&origin)?)
                    } else {
                        format!("<module {name} ({})>", rt.str_of(&origin)?.to_str())
                    }
                }
                None => match get(&spec, "loader")?.filter(|l| !l.is_none()) {
                    None => format!("<module {name}>"),
                    Some(loader) if rt.type_name(&loader).ends_with("NamespaceLoader") => {
                        let path = get(this, "__path__")?.unwrap_or(Value::NONE);
                        let folders = rt.list(rt.collect(&path)?).into_value();
                        format!("<module {name} (namespace) from {}>", shown(&folders)?)
                    }
                    Some(loader) => format!("<module {name} ({})>", shown(&loader)?),
                },
            }
        }
        None => {
            let name = match get(this, "__name__")? {
                Some(name) => shown(&name)?,
                None => "'?'".to_owned(),
            };
            match get(this, "__file__")? {
                Some(file) => format!("<module {name} from {}>", shown(&file)?),
                None => match get(this, "__loader__")?.filter(|l| !l.is_none()) {
                    Some(loader) => format!("<module {name} ({})>", shown(&loader)?),
                    None => format!("<module {name}>"),
                },
            }
        }
    };
    Ok(rt.str(&text).into_value())
}

fn dir_module(rt: &Rt, this: &Value) -> PyResult {
    let dict = rt.getattr(this, &rt.names.dict_)?;
    let Some(dict) = dict.downcast_ref::<Dict>() else {
        return Err(rt.type_error("<module>.__dict__ is not a dictionary"));
    };
    match dict.get_str(rt, &rt.names.dir_) {
        Some(dir) => rt.call(&dir, &[]),
        None => {
            let keys = dict.snapshot().into_iter().map(|(k, _)| k).collect();
            Ok(rt.list(keys).into_value())
        }
    }
}

fn get_annotations(rt: &Rt, this: &Value) -> PyResult {
    let module = part(rt, this)?;
    let name = &rt.names.annotations_;
    if let Some(found) = module.dict.get_str(rt, name) {
        return Ok(found);
    }
    let made = rt.dict().into_value();
    module.dict.set_str(rt, name, made.clone());
    Ok(made)
}

fn set_annotations(rt: &Rt, this: &Value, value: Option<&Value>) -> PyResult<()> {
    let module = part(rt, this)?;
    let name = &rt.names.annotations_;
    let old = match value {
        Some(value) => module.dict.set_str(rt, name, value.clone()),
        None => {
            let old = module.dict.remove_str(rt, name);
            if old.is_none() {
                let text = name.as_value().clone();
                return Err(rt.raise_with(&rt.types.attribute_error, &[text]));
            }
            old
        }
    };
    drop(old);
    Ok(())
}

impl Rt {
    /// A module with `__name__`, `__doc__`, `__package__`, `__loader__` and `__spec__`.
    pub fn module(&self, name: &str) -> Ref<Module> {
        self.module_with_dict(name, self.dict())
    }

    /// A module whose dict exists already.
    pub fn module_with_dict(&self, name: &str, dict: Ref<Dict>) -> Ref<Module> {
        let made = self.alloc(&self.types.module, Module { dict });
        self.fill_module(&made, self.str(name).into_value(), None);
        made
    }

    /// What every module's dict begins with (`module_init_dict`).
    fn fill_module(&self, module: &Module, name: Value, doc: Option<Value>) {
        let names = &self.names;
        drop(module.dict.set_str(self, &names.name_, name));
        drop(
            module
                .dict
                .set_str(self, &names.doc_, doc.unwrap_or(Value::NONE)),
        );
        for key in [&names.package_, &names.loader_, &names.spec_] {
            drop(module.dict.set_str(self, key, Value::NONE));
        }
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
