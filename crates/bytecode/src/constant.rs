//! The values a code object's `co_consts` can hold.

use crate::{CodeObject, PyStr};
use num_bigint::BigInt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// One constant, cheap to clone.
///
/// Equality and hash are those of CPython's constant keys (`_PyCode_ConstantKey`): type-aware, so
/// `1`, `1.0` and `True` differ, as do `0.0` and `-0.0`; frozensets compare without order, code
/// objects by [`CodeObject`]'s rule. A NaN equals nothing, itself included, for CPython never merges
/// two of them; a map keyed by constants must not rely on finding one again.
#[derive(Clone, Debug)]
pub enum Const {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    /// Only for values outside `i64`.
    BigInt(Arc<BigInt>),
    Float(f64),
    Complex {
        re: f64,
        im: f64,
    },
    Str(PyStr),
    Bytes(Arc<[u8]>),
    Tuple(Arc<[Const]>),
    /// Elements in the order they were given; no duplicates.
    FrozenSet(Arc<[Const]>),
    Code(Arc<CodeObject>),
    /// start, stop, step (3.14 on)
    Slice(Arc<[Const; 3]>),
}

impl Const {
    /// An integer of any size, in its one form.
    pub fn int(value: BigInt) -> Const {
        match i64::try_from(&value) {
            Ok(small) => Const::Int(small),
            Err(_) => Const::BigInt(Arc::new(value)),
        }
    }

    pub fn str(text: &str) -> Const {
        Const::Str(PyStr::new(text))
    }

    pub fn tuple(items: impl Into<Arc<[Const]>>) -> Const {
        Const::Tuple(items.into())
    }

    pub const fn bool(value: bool) -> Const {
        if value { Const::True } else { Const::False }
    }

    pub fn as_code(&self) -> Option<&Arc<CodeObject>> {
        match self {
            Const::Code(code) => Some(code),
            _ => None,
        }
    }
}

impl PartialEq for Const {
    fn eq(&self, other: &Const) -> bool {
        match (self, other) {
            (Const::None, Const::None)
            | (Const::True, Const::True)
            | (Const::False, Const::False)
            | (Const::Ellipsis, Const::Ellipsis) => true,
            (Const::Int(a), Const::Int(b)) => a == b,
            (Const::BigInt(a), Const::BigInt(b)) => a == b,
            (Const::Float(a), Const::Float(b)) => same_float(*a, *b),
            (Const::Complex { re, im }, Const::Complex { re: re2, im: im2 }) => {
                same_float(*re, *re2) && same_float(*im, *im2)
            }
            (Const::Str(a), Const::Str(b)) => a == b,
            (Const::Bytes(a), Const::Bytes(b)) => a == b,
            (Const::Tuple(a), Const::Tuple(b)) => a == b,
            (Const::FrozenSet(a), Const::FrozenSet(b)) => same_set(a, b),
            (Const::Code(a), Const::Code(b)) => Arc::ptr_eq(a, b) || a == b,
            (Const::Slice(a), Const::Slice(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Const {}

fn same_float(a: f64, b: f64) -> bool {
    a == b && a.is_sign_negative() == b.is_sign_negative()
}

fn same_set(a: &[Const], b: &[Const]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    // Nearly all sets are equal in order too, or small.
    if a == b {
        return true;
    }
    if a.len() <= 8 {
        return a.iter().all(|item| b.contains(item));
    }
    let items: std::collections::HashSet<&Const> = a.iter().collect();
    b.iter().all(|item| items.contains(item))
}

impl Hash for Const {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Const::None | Const::True | Const::False | Const::Ellipsis => {}
            Const::Int(value) => value.hash(state),
            Const::BigInt(value) => value.hash(state),
            Const::Float(value) => value.to_bits().hash(state),
            Const::Complex { re, im } => (re.to_bits(), im.to_bits()).hash(state),
            Const::Str(text) => text.hash(state),
            Const::Bytes(bytes) => bytes.hash(state),
            Const::Tuple(items) => items.hash(state),
            // Order must not count, and elements have no order of their own: the length will do.
            Const::FrozenSet(items) => items.len().hash(state),
            Const::Code(code) => code.hash(state),
            Const::Slice(parts) => parts.hash(state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_type_aware() {
        let differ = [
            Const::Int(1),
            Const::Float(1.0),
            Const::True,
            Const::Float(0.0),
            Const::Float(-0.0),
            Const::Complex { re: 0.0, im: -0.0 },
            Const::Complex { re: 0.0, im: 0.0 },
            Const::str("a"),
            Const::Bytes(b"a".as_slice().into()),
            Const::tuple([Const::Int(1)]),
            Const::tuple([Const::True]),
        ];
        for (i, a) in differ.iter().enumerate() {
            for (j, b) in differ.iter().enumerate() {
                assert_eq!(a == b, i == j, "{a:?} {b:?}");
            }
        }
        assert_ne!(Const::Float(f64::NAN), Const::Float(f64::NAN));
    }

    #[test]
    fn sets_compare_without_order() {
        let forth: Vec<Const> = (0..20).map(Const::Int).collect();
        let back: Vec<Const> = forth.iter().rev().cloned().collect();
        assert_eq!(
            Const::FrozenSet(forth.clone().into()),
            Const::FrozenSet(back.into())
        );
        let other: Vec<Const> = (1..21).map(Const::Int).collect();
        assert_ne!(
            Const::FrozenSet(forth.into()),
            Const::FrozenSet(other.into())
        );
    }

    #[test]
    fn big_integers_have_one_form() {
        assert_eq!(Const::int(BigInt::from(5)), Const::Int(5));
        assert!(matches!(
            Const::int(BigInt::from(u64::MAX)),
            Const::BigInt(_)
        ));
    }

    #[test]
    fn size_is_three_words() {
        assert_eq!(size_of::<Const>(), 24);
    }
}
