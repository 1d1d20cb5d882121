//! `isinstance` and `issubclass` (CPython's `object_isinstance`, `object_issubclass`).

use crate::raised::PyResult;
use crate::rt::Rt;
use crate::tuple::{Tuple, TupleExt};
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};

impl Rt {
    /// `isinstance(object, class)`.
    pub fn isinstance(&self, object: &Value, class: &Value) -> PyResult<bool> {
        if self.type_of(object).as_value().is(class) {
            return Ok(true);
        }
        if self.is_exact(class, &self.types.type_) {
            return self.plain_isinstance(object, class);
        }
        if let Some(classes) = self.classes_of(class) {
            for one in classes.items() {
                if self.guarded(" in __instancecheck__", || self.isinstance(object, &one))? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        let args = std::slice::from_ref(object);
        match self.call_special(class, &self.names.instancecheck_, args) {
            Some(answer) => {
                let answer = answer?;
                self.truth(&answer)
            }
            None => self.plain_isinstance(object, class),
        }
    }

    /// `issubclass(derived, class)`.
    pub fn issubclass(&self, derived: &Value, class: &Value) -> PyResult<bool> {
        if self.is_exact(class, &self.types.type_) {
            if derived.is(class) {
                return Ok(true);
            }
            return self.plain_issubclass(derived, class);
        }
        if let Some(classes) = self.classes_of(class) {
            for one in classes.items() {
                if self.guarded(" in __subclasscheck__", || self.issubclass(derived, &one))? {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
        let args = std::slice::from_ref(derived);
        match self.call_special(class, &self.names.subclasscheck_, args) {
            Some(answer) => {
                let answer = answer?;
                self.truth(&answer)
            }
            None => self.plain_issubclass(derived, class),
        }
    }

    /// The classes to try one after the other, if a tuple or a union was given.
    fn classes_of(&self, class: &Value) -> Option<Ref<Tuple>> {
        if let Some(union) = class.downcast_ref::<crate::generic_alias::Union>() {
            return Some(union.args.clone());
        }
        class.downcast::<Tuple>().cloned()
    }

    /// `isinstance` without asking `__instancecheck__`.
    pub fn plain_isinstance(&self, object: &Value, class: &Value) -> PyResult<bool> {
        let own = self.type_of(object);
        if let Some(class) = class.downcast::<TypeObj>() {
            if own.is_subtype(class) {
                return Ok(true);
            }
            if own.has(crate::type_flags::GENERIC_GETATTR)
                && own
                    .lookup_owner(self, &self.names.class_)
                    .is_some_and(|t| t.same(&self.types.object))
            {
                return Ok(false);
            }
            let claimed = self.getattr_opt(object, &self.names.class_)?;
            return Ok(claimed
                .as_ref()
                .and_then(Value::downcast::<TypeObj>)
                .is_some_and(|t| t.is_subtype(class)));
        }
        self.check_class(
            class,
            "isinstance() arg 2 must be a type, a tuple of types, or a union",
        )?;
        match self.getattr_opt(object, &self.names.class_)? {
            Some(claimed) => self.abstract_issubclass(&claimed, class),
            None => Ok(false),
        }
    }

    /// `issubclass` without asking `__subclasscheck__`.
    pub fn plain_issubclass(&self, derived: &Value, class: &Value) -> PyResult<bool> {
        if let (Some(derived), Some(class)) =
            (derived.downcast::<TypeObj>(), class.downcast::<TypeObj>())
        {
            return Ok(derived.is_subtype(class));
        }
        self.check_class(derived, "issubclass() arg 1 must be a class")?;
        self.check_class(
            class,
            "issubclass() arg 2 must be a class, a tuple of classes, or a union",
        )?;
        self.abstract_issubclass(derived, class)
    }

    fn bases_of(&self, class: &Value) -> PyResult<Option<Ref<Tuple>>> {
        let bases = self.getattr_opt(class, &self.names.bases_)?;
        Ok(bases.and_then(|b| Ref::try_from(b).ok()))
    }

    fn check_class(&self, class: &Value, message: &str) -> PyResult<()> {
        match self.bases_of(class)? {
            Some(_) => Ok(()),
            None => Err(self.type_error(message)),
        }
    }

    fn abstract_issubclass(&self, derived: &Value, class: &Value) -> PyResult<bool> {
        let mut derived = derived.clone();
        loop {
            if derived.is(class) {
                return Ok(true);
            }
            let Some(bases) = self.bases_of(&derived)? else {
                return Ok(false);
            };
            if bases.len() == 1 {
                derived = bases.item(0).unwrap_or(Value::NONE);
                continue;
            }
            for base in bases.items() {
                let found = self.guarded(" in __issubclass__", || {
                    self.abstract_issubclass(&base, class)
                })?;
                if found {
                    return Ok(true);
                }
            }
            return Ok(false);
        }
    }
}
