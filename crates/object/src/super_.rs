//! `super`.

use crate::kinds;
use crate::native::{Args, GetSetDef};
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::{Str, StrExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};

pub const SUPER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(rt.alloc(ty, Super::default()).into_value())),
        init: Some(init_super),
        getattro: Some(get_attr),
        descr_get: Some(get_super),
        repr: Some(repr_super),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("__thisclass__", |rt, v| {
            Ok(part(rt, v)?.class.get().unwrap_or(Value::NONE))
        }),
        GetSetDef::member("__self__", |rt, v| {
            Ok(part(rt, v)?.object.get().unwrap_or(Value::NONE))
        }),
        GetSetDef::member("__self_class__", |rt, v| {
            Ok(part(rt, v)?.object_type.get().unwrap_or(Value::NONE))
        }),
    ],
    ..TypeSpec::new("super", Layout::Native(kinds::SUPER))
};

/// The payload.
#[derive(Default)]
pub struct Super {
    pub class: ValueCell,
    pub object: ValueCell,
    pub object_type: ValueCell,
}

impl Payload for Super {
    const KIND: Kind = kinds::SUPER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.class.trace(visitor);
        self.object.trace(visitor);
        self.object_type.trace(visitor);
    }

    fn clear(&self) {
        self.class.set(None);
        self.object.set(None);
        self.object_type.set(None);
    }
}

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Super>> {
    value
        .downcast::<Super>()
        .ok_or_else(|| rt.system_error("bad super object"))
}

fn init_super(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    let given = rt.positional("super", args, 0, 2)?;
    let (class, object) = match given.first() {
        None => {
            let (class, object) = frame_arguments(rt)?;
            (class, Some(object))
        }
        Some(class) => {
            if class.downcast_ref::<TypeObj>().is_none() {
                return Err(rt.type_error(format!(
                    "super() argument 1 must be a type, not {}",
                    rt.type_name(class)
                )));
            }
            (
                class.clone(),
                given.get(1).filter(|o| !o.is_none()).cloned(),
            )
        }
    };
    let Some(class) = class.downcast::<TypeObj>() else {
        return Err(rt.runtime_error(format!(
            "super(): __class__ is not a type ({})",
            rt.type_name(&class)
        )));
    };
    let p = part(rt, this)?;
    let object_type = match &object {
        Some(object) => Some(rt.super_check(class, object)?.into_value()),
        None => None,
    };
    p.class.set(Some(class.as_value().clone()));
    p.object.set(object);
    p.object_type.set(object_type);
    Ok(())
}

/// What `super()` stands for: the frame's `__class__` and its first argument (`super_init_without_args`).
fn frame_arguments(rt: &Rt) -> PyResult<(Value, Value)> {
    let (Some(frame), Some(hooks)) = (rt.frame(0), rt.vm_hooks.get()) else {
        return Err(rt.runtime_error("super(): no current frame"));
    };
    let code = &frame.code;
    let Some(first) = code.locals.first().filter(|_| code.object.argcount > 0) else {
        return Err(rt.runtime_error("super(): no arguments"));
    };
    let locals = (hooks.frame_locals)(rt, &frame)?;
    let get = |name: &Ref<Str>| {
        (locals.downcast_ref::<crate::dict::Dict>()).and_then(|dict| dict.get_str(rt, name))
    };
    let Some(object) = get(first) else {
        return Err(rt.runtime_error("super(): arg[0] deleted"));
    };
    if !code.locals.iter().any(|n| n.same_text(&rt.names.class_)) {
        return Err(rt.runtime_error("super(): __class__ cell not found"));
    }
    match get(&rt.names.class_) {
        Some(class) => Ok((class, object)),
        None => Err(rt.runtime_error("super(): empty __class__ cell")),
    }
}

fn get_attr(rt: &Rt, this: &Value, name: &Ref<Str>) -> PyResult {
    let p = part(rt, this)?;
    let class: Option<Ref<TypeObj>> = p.class.get().and_then(|c| Ref::try_from(c).ok());
    let start: Option<Ref<TypeObj>> = p.object_type.get().and_then(|c| Ref::try_from(c).ok());
    if let (Some(class), Some(start), Some(object)) = (class, start, p.object.get())
        && !name.is_text("__class__")
        && let Some(found) = rt.super_attr(&class, &start, &object, name)?
    {
        return Ok(found);
    }
    rt.generic_getattr(this, name)
}

fn get_super(rt: &Rt, this: &Value, object: Option<&Value>, _ty: &Value) -> PyResult {
    let p = part(rt, this)?;
    let Some(object) = object.filter(|o| !o.is_none()) else {
        return Ok(this.clone());
    };
    if !p.object.is_empty() {
        return Ok(this.clone());
    }
    let class = p.class.get().unwrap_or(Value::NONE);
    if !rt.is_exact(this, &rt.types.super_) {
        return rt.call(rt.type_of(this).as_value(), &[class, object.clone()]);
    }
    let Some(class) = class.downcast::<TypeObj>() else {
        return Ok(this.clone());
    };
    let start = rt.super_check(class, object)?;
    Ok(rt.super_object(class, object, start))
}

fn repr_super(rt: &Rt, this: &Value) -> PyResult {
    let p = part(rt, this)?;
    let name = |cell: &ValueCell| {
        cell.get()
            .as_ref()
            .and_then(Value::downcast_ref::<TypeObj>)
            .map(TypeObj::display_name)
    };
    let class = name(&p.class).unwrap_or_else(|| "NULL".to_owned());
    let text = match name(&p.object_type) {
        Some(object) => format!("<super: <class '{class}'>, <{object} object>>"),
        None => format!("<super: <class '{class}'>, NULL>"),
    };
    Ok(rt.str(&text).into_value())
}

impl Rt {
    /// Where the look-up starts for an object: its class, or the object if it is a class itself (`supercheck`).
    pub fn super_check(&self, class: &Ref<TypeObj>, object: &Value) -> PyResult<Ref<TypeObj>> {
        if let Some(own) = object.downcast::<TypeObj>()
            && own.is_subtype(class)
        {
            return Ok(own.clone());
        }
        let own = self.type_of(object);
        if own.is_subtype(class) {
            return Ok(own.clone());
        }
        if let Some(claimed) = self.getattr_opt(object, &self.names.class_)?
            && let Some(claimed) = claimed.downcast::<TypeObj>()
            && !claimed.same(own)
            && claimed.is_subtype(class)
        {
            return Ok(claimed.clone());
        }
        Err(self.super_mismatch())
    }

    #[cold]
    pub(crate) fn super_mismatch(&self) -> Raised {
        self.type_error("super(type, obj): obj must be an instance or subtype of type")
    }

    /// The attribute after `class` in `start`'s MRO, unbound.
    pub fn super_lookup(
        &self,
        class: &Ref<TypeObj>,
        start: &Ref<TypeObj>,
        name: &Ref<Str>,
    ) -> Option<Value> {
        let mro = start.mro.borrow();
        mro.iter()
            .skip_while(|t| !t.same(class))
            .skip(1)
            .find_map(|t| t.dict.get_str(self, name))
    }

    /// `super(class, object).name`, without making the `super` object; `None` if no class after it has the name.
    pub fn super_attr(
        &self,
        class: &Ref<TypeObj>,
        start: &Ref<TypeObj>,
        object: &Value,
        name: &Ref<Str>,
    ) -> PyResult<Option<Value>> {
        let Some(found) = self.super_lookup(class, start, name) else {
            return Ok(None);
        };
        match self.type_of(&found).slots.descr_get.get() {
            Some(get) => {
                let is_class = object.is(start.as_value());
                let this = if is_class { None } else { Some(object) };
                get(self, &found, this, start.as_value()).map(Some)
            }
            None => Ok(Some(found)),
        }
    }

    /// A `super` object whose arguments are known to fit.
    pub fn super_object(&self, class: &Ref<TypeObj>, object: &Value, start: Ref<TypeObj>) -> Value {
        let payload = Super {
            class: ValueCell::new(class.as_value().clone()),
            object: ValueCell::new(object.clone()),
            object_type: ValueCell::new(start.into_value()),
        };
        self.alloc(&self.types.super_, payload).into_value()
    }
}
