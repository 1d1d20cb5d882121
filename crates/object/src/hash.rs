//! `hash()`: CPython's values, so that set and dict orders agree too; the values of numbers and bytes stand in [`hognose_source::hash`].

use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::Str;
use hognose_heap::{Ref, Value};

pub use hognose_source::hash::{
    MODULUS, RowHash, avoid_minus_one, frexp, hash_bytes, hash_complex, hash_f64, hash_i64, sip13,
};

pub(crate) fn hash_text(keys: (u64, u64), text: &Str) -> i64 {
    let known = text.head.hash.get();
    if known != 0 {
        return known;
    }
    let hash = hash_bytes(keys, text.bytes());
    text.head.hash.set(hash);
    hash
}

/// The hash of a value by its identity (`_Py_HashPointer`).
pub fn hash_address(value: &Value) -> i64 {
    avoid_minus_one(value.bits().rotate_right(4) as i64)
}

/// The `hash` slot of types that are not hashable (`PyObject_HashNotImplemented`).
#[inline(never)]
pub fn unhashable(rt: &Rt, value: &Value) -> PyResult<i64> {
    Err(rt.type_error(format!("unhashable type: '{}'", rt.type_name(value))))
}

impl Rt {
    /// The hash of a string's text (not of a subclass's own `__hash__`).
    #[inline]
    pub fn hash_str(&self, text: &Ref<Str>) -> i64 {
        let known = text.head.hash.get();
        if known != 0 {
            known
        } else {
            hash_text(self.hash_keys.get(), text)
        }
    }

    /// `hash(value)`.
    #[inline]
    pub fn hash(&self, value: &Value) -> PyResult<i64> {
        if let Some(i) = value.as_small_int() {
            return Ok(hash_i64(i));
        }
        if self.is_exact_str(value)
            && let Some(text) = value.downcast::<Str>()
        {
            return Ok(self.hash_str(text));
        }
        match self.type_of(value).slots.hash.get() {
            Some(hash) => {
                self.check_stack()?;
                hash(self, value)
            }
            None => Err(self.type_error(format!("unhashable type: '{}'", self.type_name(value)))),
        }
    }
}
