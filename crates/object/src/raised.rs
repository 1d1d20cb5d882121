//! Errors of running Python code.

use crate::exceptions::Exception;
use crate::rt::Rt;
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};

/// A raised exception: the one word of an exception instance.
///
/// Native code hands it on with `?`; the executor unwinds it, or turns it back into a value in a handler.
#[derive(Debug, Clone)]
pub struct Raised(pub Value);

/// What native code that can raise returns.
pub type PyResult<T = Value> = Result<T, Raised>;

macro_rules! raisers {
    ($($(#[$doc:meta])* $name:ident)*) => {
        impl Rt {
            $(
                #[cold]
                $(#[$doc])*
                pub fn $name(&self, message: impl AsRef<str>) -> Raised {
                    self.raise(&self.types.$name, message.as_ref())
                }
            )*
        }
    };
}

raisers! {
    type_error value_error index_error attribute_error overflow_error zero_division_error runtime_error
    system_error name_error unbound_local_error import_error module_not_found_error memory_error recursion_error not_implemented_error
    assertion_error buffer_error os_error lookup_error eof_error reference_error arithmetic_error
}

fn same_function<F: Copy + PartialEq>(a: Option<F>, b: Option<F>) -> bool {
    a == b
}

impl Rt {
    /// An exception of that class with one string argument.
    #[cold]
    pub fn raise(&self, class: &Ref<TypeObj>, message: &str) -> Raised {
        let message = self.str(message).into_value();
        // Most classes are made as BaseException is: then nothing can run, and nothing can fail.
        let base = &self.types.base_exception.slots;
        let plain = same_function(class.slots.init.get(), base.init.get())
            && same_function(class.slots.new.get(), base.new.get());
        if !plain {
            return self.raise_with(class, &[message]);
        }
        let exception = self.alloc(class, Exception::default());
        exception.args.set(Some(self.tuple([message]).into_value()));
        Raised(exception.into_value())
    }

    /// An exception of that class, called with those arguments.
    #[cold]
    pub fn raise_with(&self, class: &Ref<TypeObj>, args: &[Value]) -> Raised {
        match self.call(class.as_value(), args) {
            Ok(value) => Raised(value),
            Err(raised) => raised,
        }
    }

    /// Issues a warning (`PyErr_WarnEx` at stack level 1).
    pub fn warn(&self, category: &Ref<TypeObj>, message: &str) -> PyResult<()> {
        let message = self.str(message).into_value();
        (self.warner.get())(self, category.as_value(), &message)
    }

    /// `KeyError(key)`.
    #[cold]
    pub fn key_error(&self, key: &Value) -> Raised {
        self.raise_with(&self.types.key_error, std::slice::from_ref(key))
    }

    /// `StopIteration(value)`, without arguments if the value is None.
    #[cold]
    pub fn stop_iteration(&self, value: Value) -> Raised {
        if value.is_none() {
            self.raise_with(&self.types.stop_iteration, &[])
        } else {
            self.raise_with(&self.types.stop_iteration, &[value])
        }
    }
}

impl Raised {
    /// Whether the exception is an instance of that class.
    pub fn is(&self, rt: &Rt, class: &Ref<TypeObj>) -> bool {
        rt.type_of(&self.0).is_subtype(class)
    }
}
