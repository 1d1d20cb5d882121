//! `dict`: compact and ordered, correct when a key's `__eq__` or `__hash__` changes it meanwhile.

use crate::kinds;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::tuple::Tuple;
use crate::type_::TypeObj;
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};
use std::cell::{Cell, RefCell};

/// The payload of `dict`.
pub struct Dict {
    /// The table; borrowed only while no Python code can run.
    pub table: RefCell<Table>,
}

impl Payload for Dict {
    const KIND: Kind = kinds::DICT;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.table.trace(visitor);
    }

    fn clear(&self) {
        if let Ok(mut table) = self.table.try_borrow_mut() {
            let old = std::mem::take(&mut *table);
            drop(table);
            drop(old);
        }
    }
}

/// One item; a deleted one has no value.
pub struct Entry {
    pub hash: i64,
    pub key: Value,
    pub value: Option<Value>,
}

const EMPTY: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;

/// As many items as that need no index: their hashes are compared one after the other.
const SMALL: usize = 8;

/// Items in insertion order and, if there are more than a few, an open-addressed index over them.
#[derive(Default)]
pub struct Table {
    index: Vec<u32>,
    pub entries: Vec<Entry>,
    used: u32,
    /// Index places that are not empty: deleted ones count until the index is rebuilt.
    filled: u32,
    /// Names the current set of keys and their places, for inline caches; 0 while nobody asked.
    version: Cell<u32>,
    /// Counts changes of keys: a look-up that ran Python code sees whether it must begin again.
    changes: u32,
}

impl Trace for Table {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        for entry in &self.entries {
            visitor.value(&entry.key);
            entry.value.trace(visitor);
        }
    }
}

/// What a probe found.
enum Probe {
    Found(usize),
    Absent,
    /// This entry's hash is equal and its key must be asked.
    Ask(usize),
}

struct Probing {
    at: usize,
    perturb: u64,
    started: bool,
}

impl Probing {
    fn new() -> Probing {
        Probing {
            at: 0,
            perturb: 0,
            started: false,
        }
    }
}

impl Table {
    /// Number of items.
    #[inline]
    pub fn len(&self) -> usize {
        self.used as usize
    }

    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// The version of the set of keys, given now if it has none.
    pub fn version(&self, rt: &Rt) -> u32 {
        if self.version.get() == 0 {
            self.version.set(rt.next_dict_version());
        }
        self.version.get()
    }

    /// The version, 0 if it has none.
    #[inline]
    pub fn known_version(&self) -> u32 {
        self.version.get()
    }

    fn keys_changed(&mut self) {
        self.version.set(0);
        self.changes = self.changes.wrapping_add(1);
    }

    /// Goes on probing for a key of that hash until something must be decided.
    #[inline]
    fn probe(
        &self,
        state: &mut Probing,
        hash: i64,
        same: impl Fn(&Value) -> Option<bool>,
    ) -> Probe {
        if self.index.is_empty() {
            // The state counts the entries that were looked at.
            for entry in self.entries.get(state.at..).unwrap_or_default() {
                state.at += 1;
                if entry.hash == hash && entry.value.is_some() {
                    match same(&entry.key) {
                        Some(true) => return Probe::Found(state.at - 1),
                        Some(false) => (),
                        None => return Probe::Ask(state.at - 1),
                    }
                }
            }
            return Probe::Absent;
        }
        let mask = self.index.len() - 1;
        loop {
            if state.started {
                state.perturb >>= 5;
                state.at = (state
                    .at
                    .wrapping_mul(5)
                    .wrapping_add(state.perturb as usize)
                    .wrapping_add(1))
                    & mask;
            } else {
                state.started = true;
                state.perturb = hash as u64;
                state.at = hash as usize & mask;
            }
            match self.index[state.at] {
                EMPTY => return Probe::Absent,
                DELETED => (),
                i => {
                    let entry = &self.entries[i as usize];
                    if entry.hash == hash {
                        match same(&entry.key) {
                            Some(true) => return Probe::Found(i as usize),
                            Some(false) => (),
                            None => return Probe::Ask(i as usize),
                        }
                    }
                }
            }
        }
    }

    /// The place of an exact string key. Keys of other types are passed over, whatever their `__eq__` would say.
    #[inline]
    pub fn find_str(&self, hash: i64, key: &Ref<Str>) -> Option<usize> {
        let mut state = Probing::new();
        let same = |k: &Value| {
            Some(k.is(key.as_value()) || k.downcast_ref::<Str>().is_some_and(|k| k.same_text(key)))
        };
        match self.probe(&mut state, hash, same) {
            Probe::Found(i) => Some(i),
            Probe::Absent | Probe::Ask(_) => None,
        }
    }

    /// Appends an item whose key is known to be absent.
    fn push(&mut self, hash: i64, key: Value, value: Value) {
        let full = if self.index.is_empty() {
            self.entries.len() >= SMALL
        } else {
            // Places of entries are not used again: iterators stand on them.
            (self.entries.len().max(self.filled as usize) + 1) * 3 > self.index.len() * 2
        };
        if full {
            self.resize();
        }
        let i = self.entries.len() as u32;
        self.entries.push(Entry {
            hash,
            key,
            value: Some(value),
        });
        self.used += 1;
        self.keys_changed();
        self.link(hash, i);
    }

    fn link(&mut self, hash: i64, i: u32) {
        if self.index.is_empty() {
            return;
        }
        let mask = self.index.len() - 1;
        let mut perturb = hash as u64;
        let mut at = hash as usize & mask;
        while self.index[at] < DELETED {
            perturb >>= 5;
            at = (at
                .wrapping_mul(5)
                .wrapping_add(perturb as usize)
                .wrapping_add(1))
                & mask;
        }
        self.filled += u32::from(self.index[at] == EMPTY);
        self.index[at] = i;
    }

    /// Drops deleted entries and makes room for as many items again (`GROWTH_RATE`: three times those used).
    fn resize(&mut self) {
        let size = (self.len() * 3).max(8).next_power_of_two();
        self.rebuild(size);
    }

    fn rebuild(&mut self, size: usize) {
        if self.len() != self.entries.len() {
            self.entries.retain(|e| e.value.is_some());
            self.keys_changed();
        }
        self.filled = 0;
        self.index.clear();
        if self.index.capacity() == 0 && self.entries.len() < SMALL && size <= 2 * SMALL {
            return;
        }
        self.index.resize(size, EMPTY);
        for i in 0..self.entries.len() {
            self.link(self.entries[i].hash, i as u32);
        }
    }

    /// A table with the same items, to stand in the place of an empty one.
    pub(crate) fn copy(&self, instead: &Table) -> Table {
        let mut copy = Table {
            entries: Vec::with_capacity(self.len()),
            used: self.used,
            changes: instead.changes.wrapping_add(1),
            ..Table::default()
        };
        for entry in &self.entries {
            if let Some(value) = &entry.value {
                copy.entries.push(Entry {
                    hash: entry.hash,
                    key: entry.key.clone(),
                    value: Some(value.clone()),
                });
            }
        }
        if self.entries.len() == self.len() {
            copy.index.clone_from(&self.index);
            copy.filled = self.filled;
        } else {
            copy.resize();
        }
        copy
    }

    /// Makes room for that many items in all.
    pub fn reserve(&mut self, items: usize) {
        let size = (items * 3 / 2 + 1).max(8).next_power_of_two();
        if items > SMALL && size > self.index.len() {
            self.rebuild(size);
        }
        self.entries
            .reserve_exact(items.saturating_sub(self.entries.len()));
    }

    /// Takes an entry out, and gives its key and value back to be dropped outside the borrow.
    fn remove_at(&mut self, i: usize) -> Option<(Value, Value)> {
        self.unlink(i);
        self.used -= 1;
        self.keys_changed();
        let value = self.entries[i].value.take()?;
        let key = std::mem::replace(&mut self.entries[i].key, Value::NONE);
        Some((key, value))
    }

    /// Takes an entry's place out of the index.
    fn unlink(&mut self, i: usize) {
        if self.index.is_empty() {
            return;
        }
        let hash = self.entries[i].hash;
        let mask = self.index.len() - 1;
        let mut perturb = hash as u64;
        let mut at = hash as usize & mask;
        while self.index[at] != i as u32 {
            perturb >>= 5;
            at = (at
                .wrapping_mul(5)
                .wrapping_add(perturb as usize)
                .wrapping_add(1))
                & mask;
        }
        self.index[at] = DELETED;
    }

    /// The first item at or after a place, with its place: the step of every iteration.
    #[inline]
    pub fn next_from(&self, mut i: usize) -> Option<(usize, &Value, &Value)> {
        loop {
            let entry = self.entries.get(i)?;
            if let Some(value) = &entry.value {
                return Some((i, &entry.key, value));
            }
            i += 1;
        }
    }

    /// The last item before a place.
    pub fn next_back_from(&self, mut i: usize) -> Option<(usize, &Value, &Value)> {
        loop {
            i = i.checked_sub(1)?;
            let entry = self.entries.get(i)?;
            if let Some(value) = &entry.value {
                return Some((i, &entry.key, value));
            }
        }
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Value, &Value)> {
        self.entries
            .iter()
            .filter_map(|e| e.value.as_ref().map(|v| (&e.key, v)))
    }
}

/// Whether two keys are equal, if that can be told without running Python code.
#[inline]
fn plain_eq(rt: &Rt, a: &Value, b: &Value) -> Option<bool> {
    if a.is(b) {
        return Some(true);
    }
    if a.is_small_int() && b.is_small_int() {
        return Some(false);
    }
    let kind = a.header()?.kind_if_exact();
    if kind != b.header()?.kind_if_exact() {
        return None;
    }
    if kind == u32::from(kinds::STR.0) {
        return Some(a.downcast_ref::<Str>()?.same_text(b.downcast_ref::<Str>()?));
    }
    if kind == u32::from(kinds::TUPLE.0) {
        return plain_tuple_eq(rt, a.downcast_ref()?, b.downcast_ref()?);
    }
    None
}

/// [`plain_eq`] of tuples, where items that are equal tuples must be identical.
fn plain_tuple_eq(rt: &Rt, a: &Tuple, b: &Tuple) -> Option<bool> {
    for (x, y) in a.slots().iter().zip(b.slots()) {
        if x.bits() == y.bits() {
            continue;
        }
        let (x, y) = (x.get()?, y.get()?);
        if x.is_small_int() && y.is_small_int() {
            return Some(false);
        }
        if !rt.is_exact_str(&x) || !rt.is_exact_str(&y) {
            return None;
        }
        if !x.downcast_ref::<Str>()?.same_text(y.downcast_ref::<Str>()?) {
            return Some(false);
        }
    }
    Some(a.len() == b.len())
}

impl Dict {
    pub fn new() -> Dict {
        Dict {
            table: RefCell::new(Table::default()),
        }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.table.borrow().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The place of a key, asking `__eq__` where it must.
    fn find(&self, rt: &Rt, key: &Value, hash: i64) -> PyResult<Option<usize>> {
        'again: loop {
            let mut state = Probing::new();
            loop {
                let table = self.table.borrow();
                let probe = table.probe(&mut state, hash, |k| plain_eq(rt, k, key));
                match probe {
                    Probe::Found(i) => return Ok(Some(i)),
                    Probe::Absent => return Ok(None),
                    Probe::Ask(i) => {
                        let other = table.entries[i].key.clone();
                        let changes = table.changes;
                        drop(table);
                        let equal = rt.eq(&other, key)?;
                        if self.table.borrow().changes != changes {
                            continue 'again;
                        }
                        if equal {
                            return Ok(Some(i));
                        }
                    }
                }
            }
        }
    }

    pub fn get(&self, rt: &Rt, key: &Value) -> PyResult<Option<Value>> {
        let hash = rt.hash(key)?;
        self.get_hashed(rt, key, hash)
    }

    pub fn get_hashed(&self, rt: &Rt, key: &Value, hash: i64) -> PyResult<Option<Value>> {
        let found = self.find(rt, key, hash)?;
        Ok(found.and_then(|i| self.table.borrow().entries[i].value.clone()))
    }

    pub fn contains(&self, rt: &Rt, key: &Value) -> PyResult<bool> {
        let hash = rt.hash(key)?;
        Ok(self.find(rt, key, hash)?.is_some())
    }

    /// Sets an item, and gives back the value that stood there.
    pub fn set(&self, rt: &Rt, key: &Value, value: Value) -> PyResult<Option<Value>> {
        let hash = rt.hash(key)?;
        self.set_hashed(rt, key, hash, value)
    }

    pub fn set_hashed(
        &self,
        rt: &Rt,
        key: &Value,
        hash: i64,
        value: Value,
    ) -> PyResult<Option<Value>> {
        let found = self.find(rt, key, hash)?;
        let mut table = self.table.borrow_mut();
        Ok(match found {
            Some(i) => table.entries[i].value.replace(value),
            None => {
                table.push(hash, key.clone(), value);
                None
            }
        })
    }

    /// Takes an item out: its key and value.
    pub fn remove(&self, rt: &Rt, key: &Value) -> PyResult<Option<(Value, Value)>> {
        let hash = rt.hash(key)?;
        self.remove_hashed(rt, key, hash)
    }

    pub fn remove_hashed(
        &self,
        rt: &Rt,
        key: &Value,
        hash: i64,
    ) -> PyResult<Option<(Value, Value)>> {
        let found = self.find(rt, key, hash)?;
        Ok(found.and_then(|i| self.table.borrow_mut().remove_at(i)))
    }

    /// Takes out the last item, and gives up the entries that stand deleted behind it (`popitem`).
    pub fn remove_last(&self) -> Option<(Value, Value)> {
        let mut table = self.table.borrow_mut();
        let (place, ..) = table.next_back_from(table.entries.len())?;
        let taken = table.remove_at(place);
        table.entries.truncate(place);
        taken
    }

    /// The value of a key; where there is none, it is set (`PyDict_SetDefault`).
    pub fn set_default(&self, rt: &Rt, key: &Value, default: Value) -> PyResult {
        let hash = rt.hash(key)?;
        let found = self.find(rt, key, hash)?;
        let mut table = self.table.borrow_mut();
        if let Some(value) = found.and_then(|i| table.entries[i].value.clone()) {
            return Ok(value);
        }
        table.push(hash, key.clone(), default.clone());
        Ok(default)
    }

    /// The value of a name in a namespace.
    #[inline]
    pub fn get_str(&self, rt: &Rt, name: &Ref<Str>) -> Option<Value> {
        let hash = rt.hash_str(name);
        let table = self.table.borrow();
        let i = table.find_str(hash, name)?;
        table.entries[i].value.clone()
    }

    pub fn set_str(&self, rt: &Rt, name: &Ref<Str>, value: Value) -> Option<Value> {
        let hash = rt.hash_str(name);
        let mut table = self.table.borrow_mut();
        match table.find_str(hash, name) {
            Some(i) => table.entries[i].value.replace(value),
            None => {
                table.push(hash, name.as_value().clone(), value);
                None
            }
        }
    }

    pub fn remove_str(&self, rt: &Rt, name: &Ref<Str>) -> Option<Value> {
        let hash = rt.hash_str(name);
        let mut table = self.table.borrow_mut();
        let i = table.find_str(hash, name)?;
        table.remove_at(i).map(|(_, value)| value)
    }

    /// All items as they are now: for loops whose body may change the dict.
    pub fn snapshot(&self) -> Vec<(Value, Value)> {
        self.table
            .borrow()
            .iter()
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect()
    }

    /// Empties the dict.
    pub fn clear_items(&self) {
        let changes = self.table.borrow().changes;
        let old = self.table.replace(Table {
            changes: changes.wrapping_add(1),
            ..Table::default()
        });
        drop(old);
    }
}

impl Default for Dict {
    fn default() -> Dict {
        Dict::new()
    }
}

impl Rt {
    pub fn dict(&self) -> Ref<Dict> {
        self.dict_of(&self.types.dict)
    }

    /// A dict of a subclass.
    pub fn dict_of(&self, ty: &Ref<TypeObj>) -> Ref<Dict> {
        self.alloc(ty, Dict::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_indexed_tables_agree_while_they_grow_and_shrink() {
        let rt = Rt::new();
        let dict = Dict::new();
        let key = |i: i64| rt.int(i * 8);
        for round in 0..3 {
            for n in 0..40 {
                dict.set(&rt, &key(n), rt.int(n + round)).unwrap();
                for i in 0..=n {
                    let found = dict.get(&rt, &key(i)).unwrap();
                    assert_eq!(found.and_then(|v| v.as_small_int()), Some(i + round));
                }
                assert!(!dict.contains(&rt, &key(n + 1)).unwrap());
                assert_eq!(dict.len() as i64, n + 1);
            }
            let order: Vec<_> = dict
                .snapshot()
                .iter()
                .map(|(k, _)| k.as_small_int())
                .collect();
            assert_eq!(order, (0..40).map(|i| Some(i * 8)).collect::<Vec<_>>());
            for n in 0..40 {
                assert!(dict.remove(&rt, &key(n)).unwrap().is_some());
                assert!(dict.remove(&rt, &key(n)).unwrap().is_none());
            }
            assert!(dict.is_empty());
        }
        // Deleted entries of a table without index are taken out when it is full.
        let dict = Dict::new();
        for i in 0..100 {
            dict.set(&rt, &key(i), Value::NONE).unwrap();
            if i > 2 {
                dict.remove(&rt, &key(i - 3)).unwrap();
            }
        }
        assert_eq!(dict.len(), 3);
        assert!(dict.contains(&rt, &key(99)).unwrap() && !dict.contains(&rt, &key(96)).unwrap());
    }
}
