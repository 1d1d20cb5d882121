//! `hash()`: CPython's values, so that set and dict orders agree too (`Python/pyhash.c`).

use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::Str;
use hognose_heap::{Ref, Value};
use siphasher::sip::SipHasher13;
use std::hash::Hasher;

/// The prime 2⁶¹ − 1 by which numeric hashes are reduced.
pub const MODULUS: u64 = (1 << 61) - 1;

/// SipHash-1-3 of the bytes as it comes.
pub fn sip13(keys: (u64, u64), bytes: &[u8]) -> u64 {
    let mut hasher = SipHasher13::new_with_keys(keys.0, keys.1);
    hasher.write(bytes);
    hasher.finish()
}

/// SipHash-1-3 of the bytes (`_Py_HashBytes`).
pub fn hash_bytes(keys: (u64, u64), bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    avoid_minus_one(sip13(keys, bytes) as i64)
}

pub(crate) fn hash_text(keys: (u64, u64), text: &Str) -> i64 {
    let known = text.head.hash.get();
    if known != 0 {
        return known;
    }
    let hash = hash_bytes(keys, text.bytes());
    text.head.hash.set(hash);
    hash
}

/// −1 stands for an error in C, so no hash is −1.
pub const fn avoid_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// The hash of a value by its identity (`_Py_HashPointer`).
pub fn hash_address(value: &Value) -> i64 {
    avoid_minus_one(value.bits().rotate_right(4) as i64)
}

/// The hash of a small integer.
#[inline]
pub fn hash_i64(i: i64) -> i64 {
    let reduced = (i.unsigned_abs() % MODULUS) as i64;
    avoid_minus_one(if i < 0 { -reduced } else { reduced })
}

/// The hash of a float that is not NaN (`_Py_HashDouble`).
pub fn hash_f64(x: f64) -> i64 {
    if x.is_infinite() {
        return if x > 0.0 { 314_159 } else { -314_159 };
    }
    if x.fract() == 0.0 && x.abs() < 9e18 {
        return hash_i64(x as i64);
    }
    let (mut m, mut e) = frexp(x.abs());
    let mut hash: u64 = 0;
    while m != 0.0 {
        hash = ((hash << 28) & MODULUS) | hash >> (61 - 28);
        m *= 268_435_456.0;
        e -= 28;
        let whole = m as u64;
        m -= whole as f64;
        hash += whole;
        if hash >= MODULUS {
            hash -= MODULUS;
        }
    }
    let e = e.rem_euclid(61) as u32;
    hash = ((hash << e) & MODULUS) | hash >> (61 - e);
    avoid_minus_one(if x < 0.0 { -(hash as i64) } else { hash as i64 })
}

/// The mantissa in [0.5, 1) and the exponent of a positive finite float.
pub fn frexp(x: f64) -> (f64, i32) {
    if x == 0.0 {
        return (0.0, 0);
    }
    let bits = x.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as i32;
    if exponent == 0 {
        let (m, e) = frexp(x * f64::from_bits(0x43f0_0000_0000_0000));
        return (m, e - 64);
    }
    (
        f64::from_bits(bits & !(0x7ff << 52) | 1022 << 52),
        exponent - 1022,
    )
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
            Some(hash) => hash(self, value),
            None => Err(self.type_error(format!("unhashable type: '{}'", self.type_name(value)))),
        }
    }
}
