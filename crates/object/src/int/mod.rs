//! `int` and `bool`: immediates up to 63 bits, big integers past that.

use crate::kinds;
use crate::rt::Rt;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Value};
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use std::borrow::Cow;

mod bool_;
mod methods;
mod ops;
mod parse;

pub use bool_::BOOL;
pub(crate) use methods::warn_of_subclass;
pub use ops::{
    float_of_int, int_of_float, patient_product, power_mod, scaled_float, shift_right, true_divide,
};
pub use parse::{DEFAULT_MAX_DIGITS, int_from_text, int_to_text};
pub(crate) use parse::{ascii_number, is_ascii_space};

pub const INT: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::LONG_SUBCLASS
        | type_flags::MATCH_SELF,
    slots: ops::SLOTS,
    methods: methods::METHODS,
    getset: methods::GETSET,
    doc: "Integer of any size.\n\n>>> int('0b100', base=0)\n4",
    ..TypeSpec::new("int", Layout::Native(kinds::INT))
};

/// The payload of integers that are no immediates, and of instances of `int`'s subclasses.
pub struct Int(pub BigInt);

impl Payload for Int {
    const KIND: Kind = kinds::INT;
    const GC: bool = false;
}

/// An integer of any size, borrowed where it is big.
pub enum AnyInt<'a> {
    Small(i64),
    Big(&'a BigInt),
}

impl AnyInt<'_> {
    pub fn to_big(&self) -> BigInt {
        match self {
            AnyInt::Small(i) => BigInt::from(*i),
            AnyInt::Big(b) => (*b).clone(),
        }
    }

    /// The number as a big integer, borrowed if it is one.
    pub fn as_big(&self) -> Cow<'_, BigInt> {
        match self {
            AnyInt::Small(i) => Cow::Owned(BigInt::from(*i)),
            AnyInt::Big(b) => Cow::Borrowed(b),
        }
    }

    pub fn to_i64(&self) -> Option<i64> {
        match self {
            AnyInt::Small(i) => Some(*i),
            AnyInt::Big(b) => b.to_i64(),
        }
    }
}

impl Rt {
    /// An integer value of the normal form: an immediate whenever it fits.
    #[inline]
    pub fn int(&self, i: i64) -> Value {
        match Value::small_int(i) {
            Some(v) => v,
            None => self
                .alloc(&self.types.int, Int(BigInt::from(i)))
                .into_value(),
        }
    }

    pub fn int_from_usize(&self, n: usize) -> Value {
        match i64::try_from(n) {
            Ok(i) => self.int(i),
            Err(_) => self.big_int(BigInt::from(n)),
        }
    }

    /// An integer value from a big integer, as an immediate if it fits.
    pub fn big_int(&self, b: BigInt) -> Value {
        match b.to_i64().and_then(Value::small_int) {
            Some(v) => v,
            None => self.alloc(&self.types.int, Int(b)).into_value(),
        }
    }

    /// An instance of a subclass of `int` (or, for `int` itself, the normal form).
    pub fn int_of(&self, ty: &Ref<TypeObj>, b: BigInt) -> Value {
        if ty.same(&self.types.int) {
            self.big_int(b)
        } else {
            self.alloc(ty, Int(b)).into_value()
        }
    }

    /// The integer inside an `int`, a subclass of it, or a bool.
    #[inline]
    pub fn as_int<'a>(&self, value: &'a Value) -> Option<AnyInt<'a>> {
        if let Some(i) = value.as_small_int() {
            return Some(AnyInt::Small(i));
        }
        if value.is(&Value::TRUE) {
            return Some(AnyInt::Small(1));
        }
        if value.is(&Value::FALSE) {
            return Some(AnyInt::Small(0));
        }
        value.downcast_ref::<Int>().map(|i| AnyInt::Big(&i.0))
    }
}
