//! Names in order of first use, with their indices.

use std::collections::HashMap;

use hognose_ast::Name;
use rustc_hash::FxBuildHasher;

/// A name → index table that remembers the order (`u_names`, `u_varnames`, … of `compile.c`).
#[derive(Clone, Debug, Default)]
pub struct NameTable {
    order: Vec<Name>,
    index: HashMap<Name, u32, FxBuildHasher>,
}

impl NameTable {
    /// Makes an empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// The index of a name, given out now if it is new (`dict_add_o`).
    pub fn add(&mut self, name: Name) -> u32 {
        let next = self.order.len() as u32;
        let index = *self.index.entry(name).or_insert(next);
        if index == next {
            self.order.push(name);
        }
        index
    }

    /// The index of a name, if it has one.
    pub fn get(&self, name: Name) -> Option<u32> {
        self.index.get(&name).copied()
    }

    /// Whether the name is here.
    pub fn contains(&self, name: Name) -> bool {
        self.index.contains_key(&name)
    }

    /// The number of names.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there is no name.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The names, in index order.
    pub fn in_order(&self) -> &[Name] {
        &self.order
    }
}

impl FromIterator<Name> for NameTable {
    fn from_iter<I: IntoIterator<Item = Name>>(names: I) -> Self {
        let mut table = Self::new();
        for name in names {
            table.add(name);
        }
        table
    }
}
