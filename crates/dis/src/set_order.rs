//! The order in which CPython shows the elements of a frozenset (`Objects/setobject.c`).
//!
//! It follows from the elements' hashes and the order they were put in. Hashes of text and bytes depend
//! on the process; the rule here is that of `PYTHONHASHSEED=0`, which makes them SipHash with zero keys.
//! Elements whose hash comes from a memory address (Ellipsis, NaN from 3.10, None before 3.12) have no
//! rule: such a set keeps the order of its file.

use hognose_bytecode::{CodeObject, Const, PyStr};
use hognose_source::hash::{
    MODULUS, RowHash, avoid_minus_one, hash_bytes, hash_complex, hash_f64, hash_i64,
};
use hognose_version::{Features, SourceHash};
use num_bigint::BigInt;
use siphasher::sip::SipHasher24;
use std::hash::Hasher;
use std::sync::Arc;

/// `LINEAR_PROBES`
const LINEAR_PROBES: usize = 9;
/// `PySet_MINSIZE`
const SMALLEST: usize = 8;
/// Steps that one set may take for each element; a file may be made so that all of them collide.
const STEPS: usize = 64;

/// The elements as iteration gives them, or `None` where that cannot be told.
pub fn iteration_order(items: &[Const], features: Features) -> Option<Vec<&Const>> {
    let mut budget = STEPS * (items.len() + SMALLEST);
    let mut hashes = Vec::with_capacity(items.len());
    for item in items {
        hashes.push(hash(item, features, &mut budget)? as u64);
    }
    let mut table = Table::of_size(SMALLEST);
    for (index, &hash) in hashes.iter().enumerate() {
        table.put(hash, index, &mut budget)?;
        let used = index + 1;
        if used * 5 >= (table.0.len() - 1) * 3 {
            // set_table_resize
            let at_least = if used > 50_000 { used * 2 } else { used * 4 };
            let mut size = SMALLEST;
            while size <= at_least {
                size <<= 1;
            }
            let old = std::mem::replace(&mut table, Table::of_size(size));
            for index in old.0.into_iter().flatten() {
                table.put(*hashes.get(index)?, index, &mut budget)?;
            }
        }
    }
    table.0.iter().flatten().map(|&i| items.get(i)).collect()
}

/// Puts the frozensets of freshly compiled code in the order that compiling gives them.
///
/// `merge_consts_recursive` makes each anew out of its own elements in turn, which may move what collides, and
/// `intern_constants` does so once more where an element is replaced by an equal string that `is_interned` already.
/// `marshal` does neither, so a .pyc shows them as they were put in.
pub fn as_compiled(code: &mut CodeObject, features: Features, is_interned: &dyn Fn(&[u8]) -> bool) {
    // Code nests no deeper than the compiler lets blocks nest.
    for constant in &mut code.consts {
        match constant {
            Const::Code(inner) => as_compiled(Arc::make_mut(inner), features, is_interned),
            _ => remake(constant, features, is_interned),
        }
    }
}

fn remake(constant: &mut Const, features: Features, is_interned: &dyn Fn(&[u8]) -> bool) {
    match constant {
        Const::FrozenSet(items) => {
            let is_name = |text: &[u8]| {
                let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                text.iter().all(is_part)
            };
            let is_replaced = |item: &Const| match item {
                Const::Str(text) => is_name(text.as_bytes()) && is_interned(text.as_bytes()),
                _ => false,
            };
            let times = if items.iter().any(is_replaced) { 2 } else { 1 };
            for _ in 0..times {
                let ordered: Option<Vec<Const>> = iteration_order(items, features)
                    .map(|items| items.into_iter().cloned().collect());
                if let Some(ordered) = ordered {
                    *items = ordered.into();
                }
            }
        }
        Const::Tuple(items) if items.iter().any(|item| matches!(item, Const::FrozenSet(_))) => {
            let mut new = items.to_vec();
            for item in &mut new {
                remake(item, features, is_interned);
            }
            *items = new.into();
        }
        _ => {}
    }
}

/// The places of a set's table, each with the index of its element.
struct Table(Vec<Option<usize>>);

impl Table {
    fn of_size(size: usize) -> Table {
        Table(vec![None; size])
    }

    /// `set_insert_clean`: constants of one set never equal each other.
    fn put(&mut self, hash: u64, index: usize, budget: &mut usize) -> Option<()> {
        let mask = self.0.len() - 1;
        let mut perturb = hash;
        let mut start = hash as usize & mask;
        loop {
            let more = if start + LINEAR_PROBES <= mask {
                LINEAR_PROBES
            } else {
                0
            };
            for place in self.0.get_mut(start..=start + more)? {
                if place.is_none() {
                    *place = Some(index);
                    return Some(());
                }
                *budget = budget.checked_sub(1)?;
            }
            perturb >>= 5;
            start = start
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(perturb as usize)
                & mask;
        }
    }
}

/// `hash(constant)` under `PYTHONHASHSEED=0`.
///
/// References let a small tuple hold astronomically many items, so each item costs of the budget.
fn hash(constant: &Const, features: Features, budget: &mut usize) -> Option<i64> {
    *budget = budget.checked_sub(1)?;
    let float = |value: f64| match value {
        value if value.is_nan() => features.nan_hash,
        value => Some(hash_f64(value)),
    };
    match constant {
        Const::None => features.none_hash,
        Const::True => Some(1),
        Const::False => Some(0),
        Const::Int(value) => Some(hash_i64(*value)),
        Const::BigInt(value) => {
            let rest = i64::try_from(&**value % BigInt::from(MODULUS)).ok()?;
            Some(avoid_minus_one(rest))
        }
        Const::Float(value) => float(*value),
        Const::Complex { re, im } => Some(hash_complex(float(*re)?, float(*im)?)),
        Const::Str(text) => Some(hash_unkeyed(&units(text), features)),
        Const::Bytes(bytes) => Some(hash_unkeyed(bytes, features)),
        Const::Tuple(items) => {
            let mut row = RowHash::new();
            for item in items.iter() {
                row.push(hash(item, features, budget)?);
            }
            Some(row.tuple(items.len()))
        }
        Const::Ellipsis | Const::FrozenSet(_) | Const::Code(_) | Const::Slice(_) => None,
    }
}

/// `_Py_HashBytes` with the keys of seed 0.
fn hash_unkeyed(bytes: &[u8], features: Features) -> i64 {
    match features.source_hash {
        SourceHash::SipHash13 => hash_bytes((0, 0), bytes),
        SourceHash::SipHash24 if bytes.is_empty() => 0,
        SourceHash::SipHash24 => {
            let mut hasher = SipHasher24::new_with_keys(0, 0);
            hasher.write(bytes);
            avoid_minus_one(hasher.finish() as i64)
        }
    }
}

/// A text as it lies in CPython's memory: code points of one, two or four bytes.
fn units(text: &PyStr) -> Vec<u8> {
    let widest = text.code_points().max().unwrap_or(0);
    let points = text.code_points();
    match widest {
        0..=0xff => points.map(|point| point as u8).collect(),
        0x100..=0xffff => points.flat_map(|p| (p as u16).to_le_bytes()).collect(),
        _ => points.flat_map(u32::to_le_bytes).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hognose_version::Version;

    #[track_caller]
    fn check(minor: u8, items: &[Const], expected: &[usize]) {
        let features = Features::of(Version::new(3, minor, 0));
        let found = iteration_order(items, features).expect("the order is known");
        let expected: Vec<_> = expected.iter().map(|index| &items[*index]).collect();
        assert_eq!(found, expected);
    }

    fn words(text: &str) -> Vec<Const> {
        text.split(' ').map(Const::str).collect()
    }

    /// `PYTHONHASHSEED=0 python -c "print(frozenset([...]))"`
    #[test]
    fn orders_are_cpythons() {
        let numbers = [9, 1, 8, -1, 1 << 61].map(Const::Int);
        check(12, &numbers, &[4, 1, 2, 0, 3]);
        let mixed = [
            Const::None,
            Const::Float(0.1),
            Const::str("π"),
            Const::Bytes(b"ab".as_slice().into()),
            Const::tuple([Const::Int(1), Const::str("x")]),
        ];
        check(12, &mixed, &[0, 2, 1, 3, 4]);
        check(
            12,
            &words(WORDS),
            &[13, 1, 5, 8, 3, 7, 0, 11, 6, 9, 12, 10, 14, 2, 4],
        );
        check(
            8,
            &words(WORDS),
            &[7, 4, 9, 1, 3, 14, 12, 2, 13, 6, 0, 5, 8, 10, 11],
        );
    }

    const WORDS: &str = "if elif else for while def class return yield lambda and or not in is";

    #[test]
    fn no_order_without_hashes() {
        let features = Features::of(Version::DEFAULT);
        assert!(iteration_order(&[Const::Ellipsis], features).is_none());
        assert!(iteration_order(&[Const::Float(f64::NAN)], features).is_none());
        let mut deep = Const::tuple([Const::Int(1)]);
        for _ in 0..64 {
            deep = Const::tuple([deep.clone(), deep]);
        }
        assert!(iteration_order(&[deep], features).is_none());
        let same: Vec<Const> = (0..2000)
            .map(|i| Const::int(BigInt::from(MODULUS) * i))
            .collect();
        assert!(iteration_order(&same, features).is_none());
    }

    /// `{"if", "else", "endif"}` in a source, under CPython 3.12.1 and PYTHONHASHSEED=0.
    #[test]
    fn compiling_moves_what_collides() {
        let features = Features::of(Version::DEFAULT);
        for is_interned in [true, false] {
            let mut code = CodeObject {
                consts: vec![Const::FrozenSet(
                    ["if", "else", "endif"].map(Const::str).into(),
                )],
                ..CodeObject::default()
            };
            as_compiled(&mut code, features, &|_| is_interned);
            let mut text = String::new();
            crate::repr::write_const(&mut text, &code.consts[0], features);
            assert_eq!(text, "frozenset({'endif', 'else', 'if'})");
        }
    }
}
