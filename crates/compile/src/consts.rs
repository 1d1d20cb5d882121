//! A code unit's constants in CPython's order, merged by value and type.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use bumpalo::Bump;
use hashbrown::HashTable;
use hognose_ast::Constant;
use hognose_bytecode::CodeObject;
use rustc_hash::FxHasher;

/// A constant of a code unit.
#[derive(Clone, Debug)]
pub enum UnitConst<'a> {
    Value(Constant<'a>),
    Code(Arc<CodeObject>),
}

impl UnitConst<'_> {
    /// The constant's truth (`PyObject_IsTrue`).
    pub fn is_true(&self) -> bool {
        let UnitConst::Value(value) = self else {
            return true;
        };
        match value {
            Constant::None | Constant::False => false,
            Constant::True | Constant::Ellipsis | Constant::BigInt(_) => true,
            Constant::Str(bytes) | Constant::Bytes(bytes) => !bytes.is_empty(),
            Constant::Int(number) => *number != 0,
            Constant::Float(number) => *number != 0.0,
            Constant::Complex { real, imag } => *real != 0.0 || *imag != 0.0,
            Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
        }
    }

    /// Whether the constant is `None`.
    pub fn is_none(&self) -> bool {
        matches!(self, UnitConst::Value(Constant::None))
    }
}

/// Above this many constants a table gets a hash index; below, looking at all of them is faster.
const LINEAR_LIMIT: usize = 8;

/// The constants of one code unit (`u_consts`).
#[derive(Clone, Debug)]
pub struct ConstTable<'a> {
    items: Vec<UnitConst<'a>>,
    index: HashTable<u32>,
    arena: &'a Bump,
}

impl<'a> ConstTable<'a> {
    /// Makes an empty table; tuples that are folded later live in `arena`.
    pub fn new(arena: &'a Bump) -> Self {
        Self {
            items: Vec::new(),
            index: HashTable::new(),
            arena,
        }
    }

    /// Forgets all constants and keeps the memory.
    pub fn clear(&mut self) {
        self.items.clear();
        self.index.clear();
    }

    /// The index of a constant, given out now if it is new (`compiler_add_const`).
    pub fn add(&mut self, value: Constant<'a>) -> u32 {
        self.insert(UnitConst::Value(value))
    }

    /// The index of a code object, given out now if no equal one is there.
    pub fn add_code(&mut self, code: Arc<CodeObject>) -> u32 {
        self.insert(UnitConst::Code(code))
    }

    /// Adds the tuple of constants that are here already; `None` if an index is out of range.
    pub fn add_tuple(&mut self, indices: impl ExactSizeIterator<Item = u32>) -> Option<u32> {
        let mut items = bumpalo::collections::Vec::with_capacity_in(indices.len(), self.arena);
        for index in indices {
            match self.get(index)? {
                UnitConst::Value(value) => items.push(*value),
                UnitConst::Code(_) => return None,
            }
        }
        Some(self.add(Constant::Tuple(items.into_bump_slice())))
    }

    /// The constant at an index.
    pub fn get(&self, index: u32) -> Option<&UnitConst<'a>> {
        self.items.get(index as usize)
    }

    /// The number of constants.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no constant.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// The constants, in index order.
    pub fn items(&self) -> &[UnitConst<'a>] {
        &self.items
    }

    /// Keeps the constants of some indices; afterwards nothing can be added.
    pub(crate) fn retain(&mut self, keeps: impl Fn(usize) -> bool) {
        let mut index = 0..;
        self.items.retain(|_| index.next().is_some_and(&keeps));
        self.index.clear();
    }

    fn insert(&mut self, item: UnitConst<'a>) -> u32 {
        if self.items.len() <= LINEAR_LIMIT {
            let found = self.items.iter().position(|other| same_item(other, &item));
            if let Some(index) = found {
                return index as u32;
            }
            if self.items.len() < LINEAR_LIMIT {
                self.items.push(item);
                return self.items.len() as u32 - 1;
            }
            let items = &self.items;
            for (index, item) in (0u32..).zip(items) {
                self.index.insert_unique(hash_item(item), index, |&index| {
                    items.get(index as usize).map_or(0, hash_item)
                });
            }
        }
        let hash = hash_item(&item);
        let items = &self.items;
        let same = |&index: &u32| {
            items
                .get(index as usize)
                .is_some_and(|other| same_item(other, &item))
        };
        if let Some(&index) = self.index.find(hash, same) {
            return index;
        }
        let index = self.items.len() as u32;
        self.items.push(item);
        let items = &self.items;
        self.index.insert_unique(hash, index, |&index| {
            items.get(index as usize).map_or(0, hash_item)
        });
        index
    }
}

fn hash_item(item: &UnitConst<'_>) -> u64 {
    let mut hasher = FxHasher::default();
    match item {
        UnitConst::Value(value) => hash_value(value, &mut hasher),
        UnitConst::Code(code) => {
            code.hash(&mut hasher);
        }
    }
    hasher.finish()
}

fn hash_value(value: &Constant<'_>, hasher: &mut FxHasher) {
    match value {
        Constant::None => hasher.write_u8(b'N'),
        Constant::True => hasher.write_u8(b'T'),
        Constant::False => hasher.write_u8(b'F'),
        Constant::Ellipsis => hasher.write_u8(b'.'),
        Constant::Str(bytes) => {
            hasher.write_u8(b'u');
            hasher.write(bytes);
        }
        Constant::Bytes(bytes) => {
            hasher.write_u8(b's');
            hasher.write(bytes);
        }
        Constant::Int(number) => {
            hasher.write_u8(b'i');
            hasher.write_i64(*number);
        }
        Constant::BigInt(number) => {
            hasher.write_u8(b'l');
            for &digit in number.digits {
                hasher.write_u32(digit);
            }
        }
        Constant::Float(number) => {
            hasher.write_u8(b'g');
            hasher.write_u64(number.to_bits());
        }
        Constant::Complex { real, imag } => {
            hasher.write_u8(b'y');
            hasher.write_u64(real.to_bits());
            hasher.write_u64(imag.to_bits());
        }
        Constant::Tuple(items) => {
            hasher.write_u8(b'(');
            for item in *items {
                hash_value(item, hasher);
            }
        }
        // The order of a set's items must not count.
        Constant::FrozenSet(items) => {
            hasher.write_u8(b'>');
            hasher.write_usize(items.len());
        }
    }
}

fn same_item(one: &UnitConst<'_>, other: &UnitConst<'_>) -> bool {
    match (one, other) {
        (UnitConst::Value(one), UnitConst::Value(other)) => same_value(one, other),
        (UnitConst::Code(one), UnitConst::Code(other)) => Arc::ptr_eq(one, other) || one == other,
        _ => false,
    }
}

/// Whether two constants have one key (`_PyCode_ConstantKey`): the same type and value, the sign of zeros included; a NaN is
/// equal to nothing.
fn same_value(one: &Constant<'_>, other: &Constant<'_>) -> bool {
    match (one, other) {
        (Constant::Float(one), Constant::Float(other)) => same_float(*one, *other),
        (
            Constant::Complex { real, imag },
            Constant::Complex {
                real: other_real,
                imag: other_imag,
            },
        ) => same_float(*real, *other_real) && same_float(*imag, *other_imag),
        (Constant::Tuple(one), Constant::Tuple(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .zip(*other)
                    .all(|(one, other)| same_value(one, other))
        }
        (Constant::FrozenSet(one), Constant::FrozenSet(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|item| other.iter().any(|candidate| same_value(item, candidate)))
        }
        _ => one == other,
    }
}

fn same_float(one: f64, other: f64) -> bool {
    one == other && one.is_sign_negative() == other.is_sign_negative()
}
