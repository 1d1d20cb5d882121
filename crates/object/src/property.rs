//! `property`.

use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef, Signature};
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::StrExt;
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use std::cell::Cell;

pub const PROPERTY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(rt.alloc(ty, Property::default()).into_value())),
        init: Some(init_property),
        descr_get: Some(get_property),
        descr_set: Some(set_property),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("fget", |rt, v| {
            Ok(part(rt, v)?.get.get().unwrap_or(Value::NONE))
        }),
        GetSetDef::member("fset", |rt, v| {
            Ok(part(rt, v)?.set.get().unwrap_or(Value::NONE))
        }),
        GetSetDef::member("fdel", |rt, v| {
            Ok(part(rt, v)?.delete.get().unwrap_or(Value::NONE))
        }),
        GetSetDef::read_write(
            "__doc__",
            |rt, v| Ok(part(rt, v)?.doc.get().unwrap_or(Value::NONE)),
            |rt, v, doc| {
                part(rt, v)?.doc.set(doc.cloned());
                Ok(())
            },
        ),
        GetSetDef::read("__isabstractmethod__", is_abstract),
    ],
    methods: &[
        NativeDef::new(
            "getter",
            "",
            Call::One(|rt, v, f| copy_with(rt, v, Some(f), None, None)),
        ),
        NativeDef::new(
            "setter",
            "",
            Call::One(|rt, v, f| copy_with(rt, v, None, Some(f), None)),
        ),
        NativeDef::new(
            "deleter",
            "",
            Call::One(|rt, v, f| copy_with(rt, v, None, None, Some(f))),
        ),
        NativeDef::new("__set_name__", "", Call::Many(set_name)),
    ],
    ..TypeSpec::new("property", Layout::Native(kinds::PROPERTY))
};

/// The payload.
#[derive(Default)]
pub struct Property {
    pub get: ValueCell,
    pub set: ValueCell,
    pub delete: ValueCell,
    pub doc: ValueCell,
    name: ValueCell,
    /// The doc came from the getter.
    getter_doc: Cell<bool>,
}

impl Property {
    fn cells(&self) -> [&ValueCell; 5] {
        [&self.get, &self.set, &self.delete, &self.doc, &self.name]
    }
}

impl Payload for Property {
    const KIND: Kind = kinds::PROPERTY;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.cells().into_iter().for_each(|c| c.trace(visitor));
    }

    fn clear(&self) {
        self.cells().into_iter().for_each(|c| c.set(None));
    }
}

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Property>> {
    value
        .downcast::<Property>()
        .ok_or_else(|| rt.system_error("bad property"))
}

fn init_property(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult<()> {
    const SIGNATURE: Signature = Signature {
        function: "property",
        params: &["fget", "fset", "fdel", "doc"],
        positional_only: 0,
        positional: 4,
        required: 0,
    };
    let [get, set, delete, doc] = rt.bind(&SIGNATURE, args)?;
    let given = |v: Option<&Value>| v.filter(|v| !v.is_none()).cloned();
    let p = part(rt, this)?;
    p.get.set(given(get));
    p.set.set(given(set));
    p.delete.set(given(delete));
    p.name.set(None);
    p.getter_doc.set(false);
    let mut doc = given(doc);
    let exact = rt.is_exact(this, &rt.types.property);
    p.doc.set(None);
    if doc.is_none()
        && let Some(get) = given(get)
    {
        let Some(found) = rt.getattr_opt(&get, &rt.names.doc_)? else {
            return Ok(());
        };
        if !found.is_none() {
            if !exact {
                // CPython lets a subclass without room for the text say so here.
                rt.setattr(this, &rt.names.doc_, Some(&found))?;
            }
            p.getter_doc.set(true);
            doc = Some(found);
        }
    }
    if exact {
        p.doc.set(doc);
        return Ok(());
    }
    // A subclass has its own `__doc__` in the way, so the text goes into the instance, if it has room.
    match rt.setattr(this, &rt.names.doc_, Some(&doc.unwrap_or(Value::NONE))) {
        Err(raised) if !raised.is(rt, &rt.types.attribute_error) => Err(raised),
        _ => Ok(()),
    }
}

fn get_property(rt: &Rt, this: &Value, object: Option<&Value>, _ty: &Value) -> PyResult {
    let Some(object) = object else {
        return Ok(this.clone());
    };
    let p = part(rt, this)?;
    match p.get.get() {
        Some(get) => rt.call(&get, std::slice::from_ref(object)),
        None => Err(lacks(rt, p, object, "getter")),
    }
}

fn set_property(rt: &Rt, this: &Value, object: &Value, value: Option<&Value>) -> PyResult<()> {
    let p = part(rt, this)?;
    match value {
        Some(value) => match p.set.get() {
            Some(set) => rt.call(&set, &[object.clone(), value.clone()]).map(drop),
            None => Err(lacks(rt, p, object, "setter")),
        },
        None => match p.delete.get() {
            Some(delete) => rt.call(&delete, std::slice::from_ref(object)).map(drop),
            None => Err(lacks(rt, p, object, "deleter")),
        },
    }
}

#[cold]
fn lacks(rt: &Rt, p: &Property, object: &Value, what: &str) -> Raised {
    let ty = rt.type_of(object);
    let qualname = ty.qualname.borrow().to_str().into_owned();
    let name = p.name.get().map(|n| rt.repr(&n));
    rt.attribute_error(match name {
        Some(Ok(name)) => format!(
            "property {} of '{qualname}' object has no {what}",
            name.to_str()
        ),
        _ => format!("property of '{qualname}' object has no {what}"),
    })
}

fn is_abstract(rt: &Rt, this: &Value) -> PyResult {
    let p = part(rt, this)?;
    for cell in [&p.get, &p.set, &p.delete] {
        if let Some(f) = cell.get()
            && rt.is_abstract_method(&f)?
        {
            return Ok(Value::TRUE);
        }
    }
    Ok(Value::FALSE)
}

/// The property with one function exchanged (`property_copy`).
fn copy_with(
    rt: &Rt,
    this: &Value,
    get: Option<&Value>,
    set: Option<&Value>,
    delete: Option<&Value>,
) -> PyResult {
    let p = part(rt, this)?;
    let choose = |new: Option<&Value>, old: &ValueCell| {
        new.filter(|v| !v.is_none())
            .cloned()
            .or_else(|| old.get())
            .unwrap_or(Value::NONE)
    };
    let doc = if p.getter_doc.get() {
        Value::NONE
    } else {
        p.doc.get().unwrap_or(Value::NONE)
    };
    let args = [
        choose(get, &p.get),
        choose(set, &p.set),
        choose(delete, &p.delete),
        doc,
    ];
    let made = rt.call(rt.type_of(this).as_value(), &args)?;
    if let Some(copy) = made.downcast_ref::<Property>() {
        copy.name.set(p.name.get());
    }
    Ok(made)
}

fn set_name(rt: &Rt, this: &Value, args: &Args<'_>) -> PyResult {
    let given = args.positional();
    if given.len() != 2 {
        return Err(rt.type_error(format!(
            "__set_name__() takes 2 positional arguments but {} were given",
            given.len()
        )));
    }
    part(rt, this)?.name.set(Some(given[1].clone()));
    Ok(Value::NONE)
}

impl Rt {
    /// Whether a function says that it is abstract (`_PyObject_IsAbstract`).
    pub(crate) fn is_abstract_method(&self, function: &Value) -> PyResult<bool> {
        match self.getattr_opt(function, &self.names.isabstractmethod_)? {
            Some(flag) => self.truth(&flag),
            None => Ok(false),
        }
    }

    /// `property(fget)`, made by Rust code.
    pub fn property(&self, get: Value) -> Value {
        let property = Property::default();
        property.get.set(Some(get));
        self.alloc(&self.types.property, property).into_value()
    }

    /// The property's getter, for inline caches.
    pub fn property_getter(&self, value: &Value) -> Option<Value> {
        value.downcast_ref::<Property>()?.get.get()
    }
}
