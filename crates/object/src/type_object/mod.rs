//! `type`: making classes, and what classes answer.

mod attributes;
mod build;
mod checks;
mod layout;
mod mro;
mod new;

use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::{Str, StrExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value};

pub(crate) use layout::assign_class;
pub use new::{get_dict as get_instance_dict, set_native_dict as set_instance_dict};

pub const TYPE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::TYPE_SUBCLASS
        | type_flags::HAS_WEAKREF,
    slots: Slots {
        repr: Some(repr_type),
        call: Some(call_type),
        getattro: Some(get_type_attr),
        setattro: Some(set_type_attr),
        new: Some(new::new_type),
        init: Some(init_type),
        or: Some(|rt, a, b| rt.union_of(a, b)),
        ..Slots::NONE
    },
    getset: attributes::GETSET,
    methods: &[
        NativeDef::new("mro", "($self, /)", Call::Zero(mro::mro_method)),
        NativeDef::new(
            "__subclasses__",
            "($self, /)",
            Call::Zero(|rt, v| {
                let subs = of(rt, v)?.living_subclasses();
                let values = subs.into_iter().map(Ref::into_value).collect();
                Ok(rt.list(values).into_value())
            }),
        ),
        NativeDef::class(
            "__prepare__",
            "",
            Call::Many(|rt, _, _| Ok(rt.dict().into_value())),
        ),
        NativeDef::new(
            "__instancecheck__",
            "($self, instance, /)",
            Call::One(|rt, cls, v| rt.plain_isinstance(v, cls).map(Value::bool)),
        ),
        NativeDef::new(
            "__subclasscheck__",
            "($self, subclass, /)",
            Call::One(|rt, cls, v| rt.plain_issubclass(v, cls).map(Value::bool)),
        ),
        NativeDef::new("__dir__", "($self, /)", Call::Zero(attributes::dir_type)),
        NativeDef::new(
            "__sizeof__",
            "($self, /)",
            Call::Zero(|rt, _| Ok(rt.int(1064))),
        ),
    ],
    ..TypeSpec::new("type", Layout::Native(kinds::TYPE))
};

/// The type that a value is.
fn of<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<TypeObj>> {
    value
        .downcast::<TypeObj>()
        .ok_or_else(|| rt.system_error("bad type object"))
}

fn repr_type(rt: &Rt, this: &Value) -> PyResult {
    let ty = of(rt, this)?;
    let module = rt.type_module(ty);
    let module = module.as_ref().and_then(Value::downcast_ref::<Str>);
    let text = match module {
        Some(module) if !module.is_text("builtins") => {
            let qualname = ty.qualname.borrow().clone();
            format!("<class '{}.{}'>", module.to_str(), qualname.to_str())
        }
        _ => format!("<class '{}'>", ty.name.borrow().to_str()),
    };
    Ok(rt.str(&text).into_value())
}

/// Calling a class: `type(x)`, or its `__new__` and `__init__` (`type_call`).
fn call_type(rt: &Rt, callable: &Value, args: &Args<'_>) -> PyResult {
    let ty = of(rt, callable)?;
    if ty.same(&rt.types.type_) {
        if let [one] = args.all_values()
            && !args.has_keywords()
        {
            return Ok(rt.type_of(one).as_value().clone());
        }
        if args.positional().len() != 3 {
            return Err(rt.type_error("type() takes 1 or 3 arguments"));
        }
    }
    let Some(new) = ty.slots.new.get() else {
        let name = ty.display_name();
        return Err(rt.type_error(format!("cannot create '{name}' instances")));
    };
    let made = new(rt, ty, args)?;
    let made_type = rt.type_of(&made);
    if !made_type.is_subtype(ty) {
        return Ok(made);
    }
    if let Some(init) = made_type.slots.init.get() {
        init(rt, &made, args)?;
    }
    Ok(made)
}

fn init_type(rt: &Rt, _this: &Value, args: &Args<'_>) -> PyResult<()> {
    let given = args.positional().len();
    if given == 1 && args.has_keywords() {
        return Err(rt.type_error("type.__init__() takes no keyword arguments"));
    }
    if given != 1 && given != 3 {
        return Err(rt.type_error("type.__init__() takes 1 or 3 arguments"));
    }
    Ok(())
}

/// An attribute of a class (`type_getattro`): the metaclass's data descriptors, the class's MRO, the metaclass.
fn get_type_attr(rt: &Rt, this: &Value, name: &Ref<Str>) -> PyResult {
    match rt.type_attr_opt(this, name)? {
        Some(found) => Ok(found),
        None => Err(rt.no_attribute(this, name)),
    }
}

fn set_type_attr(rt: &Rt, this: &Value, name: &Ref<Str>, value: Option<&Value>) -> PyResult<()> {
    let ty = of(rt, this)?;
    let name = &rt.intern_ref(name.clone());
    if ty.has(type_flags::IMMUTABLE) {
        let (name, of) = (rt.repr(name.as_value())?, ty.display_name());
        return Err(rt.type_error(format!(
            "cannot set {} attribute of immutable type '{of}'",
            name.to_str()
        )));
    }
    let meta = rt.type_of(this).clone();
    if let Some(found) = meta.lookup(rt, name)
        && let Some(set) = rt.type_of(&found).slots.descr_set.get()
    {
        set(rt, &found, this, value)?;
    } else {
        let old = match value {
            Some(value) => ty.dict.set_str(rt, name, value.clone()),
            None => {
                let old = ty.dict.remove_str(rt, name);
                if old.is_none() {
                    return Err(rt.no_attribute(this, name));
                }
                old
            }
        };
        ty.modified();
        if is_dunder(name) {
            rt.update_slot(ty, name);
        }
        drop(old);
        return Ok(());
    }
    ty.modified();
    if is_dunder(name) {
        rt.update_slot(ty, name);
    }
    Ok(())
}

fn is_dunder(name: &Ref<Str>) -> bool {
    let text = name.to_str();
    text.len() > 4 && text.starts_with("__") && text.ends_with("__")
}

impl Rt {
    /// An attribute of a class without making an error of its absence.
    pub fn type_attr_opt(&self, this: &Value, name: &Ref<Str>) -> PyResult<Option<Value>> {
        let ty = of(self, this)?;
        let name = &self.intern_ref(name.clone());
        let meta = self.type_of(this).clone();
        let on_meta = meta.lookup(self, name);
        let mut meta_get = None;
        if let Some(found) = &on_meta {
            let slots = &self.type_of(found).slots;
            meta_get = slots.descr_get.get();
            if slots.descr_set.get().is_some()
                && let Some(get) = meta_get
            {
                return get(self, found, Some(this), meta.as_value()).map(Some);
            }
        }
        if let Some(own) = ty.lookup(self, name) {
            return match self.type_of(&own).slots.descr_get.get() {
                Some(get) => get(self, &own, None, this).map(Some),
                None => Ok(Some(own)),
            };
        }
        match (on_meta, meta_get) {
            (Some(found), Some(get)) => get(self, &found, Some(this), meta.as_value()).map(Some),
            (found, _) => Ok(found),
        }
    }

    /// `__module__` of a class; a class made without one has none.
    pub fn type_module(&self, ty: &Ref<TypeObj>) -> Option<Value> {
        if ty.has(type_flags::HEAP) {
            ty.dict.get_str(self, &self.names.module_)
        } else {
            Some(self.intern(ty.module).into_value())
        }
    }

    /// A getset's value when only natives can be asked: helper of declarations.
    pub(crate) fn getset_descriptor(&self, def: &'static GetSetDef, owner: &Ref<TypeObj>) -> Value {
        let payload = crate::descriptor::GetSetDescriptor {
            def,
            owner: owner.clone(),
        };
        self.alloc(&self.types.getset_descriptor, payload)
            .into_value()
    }
}

#[cfg(test)]
mod tests;
