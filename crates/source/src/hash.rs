//! Python's `hash` of numbers, bytes and rows, and the places a set puts them (`Python/pyhash.c`, `Objects/setobject.c`).

use siphasher::sip::SipHasher13;

/// The prime 2⁶¹ − 1 by which numeric hashes are reduced.
pub const MODULUS: u64 = (1 << 61) - 1;

/// SipHash-1-3 of the bytes as it comes.
pub fn sip13(keys: (u64, u64), bytes: &[u8]) -> u64 {
    SipHasher13::new_with_keys(keys.0, keys.1).hash(bytes)
}

/// SipHash-1-3 of the bytes (`_Py_HashBytes`).
pub fn hash_bytes(keys: (u64, u64), bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    avoid_minus_one(sip13(keys, bytes) as i64)
}

/// −1 stands for an error in C, so no hash is −1.
pub const fn avoid_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
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

/// The hash of a complex number from those of its parts (`_Py_HashComplex`).
pub fn hash_complex(re: i64, im: i64) -> i64 {
    avoid_minus_one(re.wrapping_add(im.wrapping_mul(1_000_003)))
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

/// The xxHash-derived hash of a row, taken item by item (`tuplehash`).
#[derive(Clone, Copy)]
pub struct RowHash(u64);

impl RowHash {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;

    pub fn new() -> RowHash {
        RowHash(Self::PRIME_5)
    }

    /// Takes the hash of the next item.
    pub fn push(&mut self, hash: i64) {
        self.0 = self
            .0
            .wrapping_add((hash as u64).wrapping_mul(Self::PRIME_2))
            .rotate_left(31)
            .wrapping_mul(Self::PRIME_1);
    }

    /// Without the step for the row's length.
    pub fn mixed(self) -> i64 {
        self.0 as i64
    }

    /// The hash of a tuple of this length.
    pub fn tuple(self, length: usize) -> i64 {
        let mixed = self
            .0
            .wrapping_add(length as u64 ^ (Self::PRIME_5 ^ 3_527_539));
        match mixed as i64 {
            -1 => 1_546_275_796,
            hash => hash,
        }
    }
}

impl Default for RowHash {
    fn default() -> RowHash {
        RowHash::new()
    }
}
