//! The values of literals.

use bumpalo::Bump;
use num_bigint::Sign;

/// A constant's value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Constant<'a> {
    None,
    True,
    False,
    Ellipsis,
    /// Generalised UTF-8: escapes such as `"\ud800"` may give lone surrogates.
    Str(&'a [u8]),
    Bytes(&'a [u8]),
    /// An integer that fits 64 bits.
    Int(i64),
    /// An integer that does not.
    BigInt(BigInt<'a>),
    Float(f64),
    /// The imaginary literal `1j`, or after folding any complex number.
    Complex {
        real: f64,
        imag: f64,
    },
    /// Only made by constant folding.
    Tuple(&'a [Constant<'a>]),
    /// Only made by constant folding.
    FrozenSet(&'a [Constant<'a>]),
}

/// An integer outside `i64`, its digits held in the arena so that freeing the arena frees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BigInt<'a> {
    pub negative: bool,
    /// Base 2³², least significant first.
    pub digits: &'a [u32],
}

impl<'a> BigInt<'a> {
    /// The value as a number to compute with.
    pub fn to_number(self) -> num_bigint::BigInt {
        let sign = if self.negative {
            Sign::Minus
        } else {
            Sign::Plus
        };
        num_bigint::BigInt::from_slice(sign, self.digits)
    }
}

impl<'a> Constant<'a> {
    /// The constant for `number`, in the small form when it fits.
    pub fn from_number(number: &num_bigint::BigInt, arena: &'a Bump) -> Constant<'a> {
        match i64::try_from(number) {
            Ok(small) => Constant::Int(small),
            Err(_) => Constant::BigInt(BigInt {
                negative: number.sign() == Sign::Minus,
                digits: arena.alloc_slice_fill_iter(number.iter_u32_digits()),
            }),
        }
    }
}

/// Whether a string literal had the `u` prefix, which the tree remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Plain,
    U,
}
