//! Attribute access: the generic rules (`PyObject_GenericGetAttr`) and the faces of them.

use crate::dict::Dict;
use crate::instance::{Instance, InstanceExt, Shapes};
use crate::module::Module;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::type_::{Layout, TypeObj, type_flags};
use hognose_heap::{Ref, Value};

impl Rt {
    /// `getattr(object, name)`. The name is best interned.
    #[inline]
    pub fn getattr(&self, object: &Value, name: &Ref<Str>) -> PyResult {
        let found = match self.type_of(object).slots.getattro.get() {
            Some(f) => f(self, object, name),
            None => self.generic_getattr(object, name),
        };
        if let Err(raised) = &found {
            self.note_attribute(raised, object, name);
        }
        found
    }

    /// Sets `name` and `obj` of an AttributeError that was raised without them (`PyObject_GetAttr`).
    #[cold]
    fn note_attribute(&self, raised: &crate::Raised, object: &Value, name: &Ref<Str>) {
        if !self.has_attribute_context(raised) {
            self.set_attribute_error_context(raised, object, name);
        }
    }

    /// `getattr(object, name, None)` told apart from a None: an AttributeError becomes `None`.
    pub fn getattr_opt(&self, object: &Value, name: &Ref<Str>) -> PyResult<Option<Value>> {
        let found = match self.type_of(object).slots.getattro.get() {
            Some(f) if !self.is_plain_getattr(f) => f(self, object, name).map(Some),
            _ => self.generic_getattr_opt(object, name),
        };
        match found {
            Err(raised) if raised.is(self, &self.types.attribute_error) => Ok(None),
            found => found,
        }
    }

    /// Whether a slot is `object`'s own, which need not make an error to say that there is nothing.
    fn is_plain_getattr(&self, f: crate::slots::GetAttrFn) -> bool {
        let plain = self.types.object.slots.getattro.get();
        plain.is_some_and(|plain| std::ptr::fn_addr_eq(plain, f))
    }

    pub fn getattr_str(&self, object: &Value, name: &str) -> PyResult {
        self.getattr(object, &self.intern(name))
    }

    /// `setattr(object, name, value)`, or `delattr` without a value.
    pub fn setattr(&self, object: &Value, name: &Ref<Str>, value: Option<&Value>) -> PyResult<()> {
        match self.type_of(object).slots.setattro.get() {
            Some(f) => f(self, object, name, value),
            None => self.generic_setattr(object, name, value),
        }
    }

    /// Binds what was found on a type, as the descriptor protocol says.
    #[inline]
    pub fn bind_found(&self, found: Value, object: &Value, ty: &Ref<TypeObj>) -> PyResult {
        match self.type_of(&found).slots.descr_get.get() {
            Some(get) => get(self, &found, Some(object), ty.as_value()),
            None => Ok(found),
        }
    }

    /// The generic look-up: data descriptor, own attribute, other descriptor, class attribute.
    pub fn generic_getattr(&self, object: &Value, name: &Ref<Str>) -> PyResult {
        match self.generic_getattr_opt(object, name)? {
            Some(value) => Ok(value),
            None => Err(self.no_attribute(object, name)),
        }
    }

    /// As [`Rt::generic_getattr`], without making an error of absence.
    pub fn generic_getattr_opt(&self, object: &Value, name: &Ref<Str>) -> PyResult<Option<Value>> {
        let ty = self.type_of(object).clone();
        let name = &self.intern_ref(name.clone());
        let found = ty.lookup(self, name);
        if let Some(found) = &found {
            let slots = &self.type_of(found).slots;
            if slots.descr_set.get().is_some()
                && let Some(get) = slots.descr_get.get()
            {
                return get(self, found, Some(object), ty.as_value()).map(Some);
            }
        }
        if let Some(own) = self.own_attr(object, name) {
            return Ok(Some(own));
        }
        match found {
            Some(found) => self.bind_found(found, object, &ty).map(Some),
            None => Ok(None),
        }
    }

    /// `AttributeError` for an absent attribute, with `name` and `obj` set.
    #[cold]
    pub fn no_attribute(&self, object: &Value, name: &Ref<Str>) -> crate::Raised {
        let raised = match object.downcast_ref::<TypeObj>() {
            Some(ty) => self.attribute_error(format!(
                "type object '{}' has no attribute '{}'",
                ty.name.borrow().to_str(),
                name.to_str()
            )),
            None => self.attribute_error(format!(
                "'{}' object has no attribute '{}'",
                self.type_name(object),
                name.to_str()
            )),
        };
        self.set_attribute_error_context(&raised, object, name);
        raised
    }

    /// The attribute in the object's own `__dict__`, whatever form that has. The name is interned.
    #[inline]
    pub fn own_attr(&self, object: &Value, name: &Ref<Str>) -> Option<Value> {
        if let Some(instance) = object.downcast_ref::<Instance>() {
            return instance.own_attr(self, name);
        }
        self.existing_dict(object)?.get_str(self, name)
    }

    /// The object's `__dict__` if it has been made; instances by shape answer none.
    pub fn existing_dict(&self, object: &Value) -> Option<Ref<Dict>> {
        if let Some(module) = object.downcast_ref::<Module>() {
            return Some(module.dict.clone());
        }
        if let Some(instance) = object.downcast_ref::<Instance>() {
            return instance.dict();
        }
        if !self.type_of(object).has(type_flags::HAS_DICT) {
            return None;
        }
        object
            .header()?
            .tail()
            .first()?
            .get()
            .and_then(|d| Ref::try_from(d).ok())
    }

    /// The object's `__dict__`, made if need be; `None` if it cannot have one.
    pub fn own_dict(&self, object: &Value) -> Option<Ref<Dict>> {
        if let Some(dict) = self.existing_dict(object) {
            return Some(dict);
        }
        if !self.type_of(object).has(type_flags::HAS_DICT) {
            return None;
        }
        if let Some(instance) = object.downcast_ref::<Instance>() {
            return Some(instance.to_dict(self));
        }
        let slot = object.header()?.tail().first()?;
        let dict = self.dict();
        slot.set(Some(dict.as_value().clone()));
        Some(dict)
    }

    /// Puts another dict in place of the object's `__dict__`; false if it cannot have one.
    pub fn set_own_dict(&self, object: &Value, dict: Ref<Dict>) -> bool {
        if !self.type_of(object).has(type_flags::HAS_DICT)
            || object.downcast_ref::<Module>().is_some()
        {
            return false;
        }
        if let Some(instance) = object.downcast_ref::<Instance>() {
            instance.set_dict(dict);
            return true;
        }
        match object.header().and_then(|h| h.tail().first()) {
            Some(slot) => {
                slot.set(Some(dict.into_value()));
                true
            }
            None => false,
        }
    }

    /// The generic rule for setting and deleting (`PyObject_GenericSetAttr`).
    pub fn generic_setattr(
        &self,
        object: &Value,
        name: &Ref<Str>,
        value: Option<&Value>,
    ) -> PyResult<()> {
        let ty = self.type_of(object).clone();
        let name = &self.intern_ref(name.clone());
        let found = ty.lookup(self, name);
        if let Some(found) = &found
            && let Some(set) = self.type_of(found).slots.descr_set.get()
        {
            return set(self, found, object, value);
        }
        if ty.has(type_flags::HAS_DICT) {
            match (object.downcast_ref::<Instance>(), value) {
                (Some(instance), Some(value)) => {
                    instance.set_own_attr(self, name, value.clone());
                    self.learn_size(&ty, instance);
                    return Ok(());
                }
                (Some(instance), None) => {
                    if instance.delete_own_attr(self, name) {
                        return Ok(());
                    }
                }
                (None, Some(value)) => {
                    if let Some(dict) = self.own_dict(object) {
                        dict.set_str(self, name, value.clone());
                        return Ok(());
                    }
                }
                (None, None) => {
                    if self
                        .existing_dict(object)
                        .is_some_and(|dict| dict.remove_str(self, name).is_some())
                    {
                        return Ok(());
                    }
                }
            }
            return Err(self.no_attribute(object, name));
        }
        if found.is_some() {
            let text = name.to_str();
            let raised = self.attribute_error(format!(
                "'{}' object attribute '{text}' is read-only",
                self.type_name(object)
            ));
            self.set_attribute_error_context(&raised, object, name);
            return Err(raised);
        }
        Err(self.no_attribute(object, name))
    }

    /// Remembers how many attributes instances of the class get, so that the next ones have room for them.
    #[inline]
    pub fn learn_size(&self, ty: &Ref<TypeObj>, instance: &Instance) {
        let shape = instance.head.shape.get();
        if shape != Shapes::DICT && ty.layout.get() == Layout::Instance {
            let count = self.shapes.count(shape) as u32;
            if count > ty.expected.get() {
                ty.expected.set(count);
            }
        }
    }
}
