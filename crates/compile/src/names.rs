//! Names in order of first use, with their indices.

use hashbrown::HashTable;
use hognose_ast::Name;

/// Above this many names a table gets a hash index; below, looking at all of them is faster.
const LINEAR_LIMIT: usize = 16;

/// A name → index table that remembers the order (`u_names`, `u_varnames`, … of `compile.c`).
#[derive(Clone, Debug, Default)]
pub struct NameTable {
    order: Vec<Name>,
    index: HashTable<u32>,
}

fn hash(name: Name) -> u64 {
    u64::from(name.0)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(20)
}

impl NameTable {
    /// Makes an empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets all names and keeps the memory.
    pub fn clear(&mut self) {
        self.order.clear();
        self.index.clear();
    }

    /// The index of a name, given out now if it is new (`dict_add_o`).
    pub fn add(&mut self, name: Name) -> u32 {
        if let Some(index) = self.get(name) {
            return index;
        }
        let index = self.order.len();
        self.order.push(name);
        if index >= LINEAR_LIMIT {
            let order = &self.order;
            let rehash = |&at: &u32| hash(order[at as usize]);
            let first = if index == LINEAR_LIMIT {
                self.index.reserve(4 * LINEAR_LIMIT, rehash);
                0
            } else {
                index
            };
            for (at, &name) in order.iter().enumerate().skip(first) {
                self.index.insert_unique(hash(name), at as u32, rehash);
            }
        }
        index as u32
    }

    /// The index of a name, if it has one.
    pub fn get(&self, name: Name) -> Option<u32> {
        if self.order.len() <= LINEAR_LIMIT {
            let found = self.order.iter().position(|&other| other == name);
            return found.map(|index| index as u32);
        }
        let same = |&at: &u32| self.order[at as usize] == name;
        self.index.find(hash(name), same).copied()
    }

    /// Whether the name is here.
    pub fn contains(&self, name: Name) -> bool {
        self.get(name).is_some()
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
        table.extend(names);
        table
    }
}

impl Extend<Name> for NameTable {
    fn extend<I: IntoIterator<Item = Name>>(&mut self, names: I) {
        for name in names {
            self.add(name);
        }
    }
}
