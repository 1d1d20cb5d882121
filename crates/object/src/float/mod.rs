//! `float`: immediates for the common exponents, cells for the rest.

use crate::kinds;
use crate::rt::Rt;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Value};

mod methods;
mod ops;

pub use methods::float_from_text;
pub use ops::{float_divmod, float_pow};

pub const FLOAT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::MATCH_SELF,
    slots: ops::SLOTS,
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: "Floating-point number of double precision.",
    ..TypeSpec::new("float", Layout::Native(kinds::FLOAT))
};

/// The payload of floats that are no immediates, and of instances of `float`'s subclasses.
pub struct Float(pub f64);

impl Payload for Float {
    const KIND: Kind = kinds::FLOAT;
    const GC: bool = false;
}

impl Rt {
    #[inline]
    pub fn float(&self, x: f64) -> Value {
        match Value::immediate_float(x) {
            Some(v) => v,
            None => self.alloc(&self.types.float, Float(x)).into_value(),
        }
    }

    /// An instance of a subclass of `float` (or, for `float` itself, the normal form).
    pub fn float_of(&self, ty: &Ref<TypeObj>, x: f64) -> Value {
        if ty.same(&self.types.float) {
            self.float(x)
        } else {
            self.alloc(ty, Float(x)).into_value()
        }
    }

    /// The float inside a `float` or a subclass of it.
    #[inline]
    pub fn as_float(&self, value: &Value) -> Option<f64> {
        value
            .as_immediate_float()
            .or_else(|| value.downcast_ref::<Float>().map(|f| f.0))
    }
}
