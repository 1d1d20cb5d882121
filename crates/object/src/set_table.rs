//! The table of `set` and `frozenset`: probed and resized as CPython's (`Objects/setobject.c`), so that iteration
//! orders agree.

use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use hognose_heap::{Trace, Value, Visitor};
use std::cell::RefCell;

/// One place of the table.
#[derive(Clone, Default)]
enum Place {
    #[default]
    Unused,
    Dummy,
    Active(i64, Value),
}

/// An open-addressing table that probes nine neighbours before it jumps.
#[derive(Clone)]
pub struct SetTable {
    places: Vec<Place>,
    /// Active and dummy places.
    fill: usize,
    used: usize,
    /// Where `pop` goes on looking.
    finger: usize,
    /// Counts changes: a look-up that ran Python code sees whether it must begin again.
    changes: u64,
}

const SMALLEST: usize = 8;
const LINEAR_PROBES: usize = 9;

impl Default for SetTable {
    fn default() -> SetTable {
        SetTable {
            places: vec![Place::Unused; SMALLEST],
            fill: 0,
            used: 0,
            finger: 0,
            changes: 0,
        }
    }
}

impl Trace for SetTable {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        for place in &self.places {
            if let Place::Active(_, key) = place {
                visitor.value(key);
            }
        }
    }
}

enum Found {
    Active(usize),
    /// Absent: where it would go, and whether that place was a dummy.
    Absent(usize, bool),
    /// The key at this place has the same hash and must be asked.
    Ask(Value),
}

impl SetTable {
    pub fn len(&self) -> usize {
        self.used
    }

    pub fn is_empty(&self) -> bool {
        self.used == 0
    }

    /// The first item at or after a place, with its place.
    pub fn next_from(&self, mut at: usize) -> Option<(usize, &Value)> {
        loop {
            match self.places.get(at)? {
                Place::Active(_, key) => return Some((at, key)),
                _ => at += 1,
            }
        }
    }

    fn entry_from(&self, mut at: usize) -> Option<(usize, i64, Value)> {
        loop {
            match self.places.get(at)? {
                Place::Active(hash, key) => return Some((at, *hash, key.clone())),
                _ => at += 1,
            }
        }
    }

    /// The hashes of all items (for `frozenset`'s own hash).
    pub fn hashes(&self) -> impl Iterator<Item = i64> {
        self.places.iter().filter_map(|p| match p {
            Place::Active(hash, _) => Some(*hash),
            _ => None,
        })
    }

    /// Looks for a key; `known` says of a candidate whether it is the key, or `None` if Python must be asked. Keys in
    /// `asked` were asked already and are not it.
    fn find(&self, hash: i64, asked: &[u64], known: impl Fn(&Value) -> Option<bool>) -> Found {
        let mask = self.places.len() - 1;
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        let mut free = None;
        loop {
            let probes = if i + LINEAR_PROBES <= mask {
                LINEAR_PROBES
            } else {
                0
            };
            for at in i..=i + probes {
                match &self.places[at] {
                    Place::Unused => {
                        return match free {
                            Some(free) => Found::Absent(free, true),
                            None => Found::Absent(at, false),
                        };
                    }
                    Place::Active(h, key) if *h == hash => match known(key) {
                        Some(true) => return Found::Active(at),
                        Some(false) => (),
                        None if asked.contains(&key.bits()) => (),
                        None => return Found::Ask(key.clone()),
                    },
                    Place::Dummy => free = Some(at),
                    Place::Active(..) => (),
                }
            }
            perturb >>= 5;
            i = i
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(perturb as usize)
                & mask;
        }
    }

    /// Puts an item into a table that is known to have neither it nor dummies.
    fn insert_clean(&mut self, hash: i64, key: Value) {
        let mask = self.places.len() - 1;
        let mut perturb = hash as u64;
        let mut i = hash as usize & mask;
        loop {
            let probes = if i + LINEAR_PROBES <= mask {
                LINEAR_PROBES
            } else {
                0
            };
            for at in i..=i + probes {
                if matches!(self.places[at], Place::Unused) {
                    self.places[at] = Place::Active(hash, key);
                    return;
                }
            }
            perturb >>= 5;
            i = i
                .wrapping_mul(5)
                .wrapping_add(1)
                .wrapping_add(perturb as usize)
                & mask;
        }
    }

    fn resize(&mut self, at_least: usize) {
        let mut size = SMALLEST;
        while size <= at_least {
            size <<= 1;
        }
        let old = std::mem::replace(&mut self.places, vec![Place::Unused; size]);
        for place in old {
            if let Place::Active(hash, key) = place {
                self.insert_clean(hash, key);
            }
        }
        self.fill = self.used;
        self.changes += 1;
    }

    fn put(&mut self, at: usize, was_dummy: bool, hash: i64, key: Value) {
        self.places[at] = Place::Active(hash, key);
        self.used += 1;
        self.changes += 1;
        if was_dummy {
            return;
        }
        self.fill += 1;
        let mask = self.places.len() - 1;
        if self.fill * 5 >= mask * 3 {
            self.resize(if self.used > 50_000 {
                self.used * 2
            } else {
                self.used * 4
            });
        }
    }

    /// Makes room before so many items are merged in (`set_merge_lock_held`, `set_update_internal`).
    fn make_room(&mut self, more: usize) {
        if (self.fill + more) * 5 >= (self.places.len() - 1) * 3 {
            self.resize((self.used + more) * 2);
        }
    }
}

fn find(
    rt: &Rt,
    table: &RefCell<SetTable>,
    key: &Value,
    hash: i64,
) -> PyResult<Result<usize, (usize, bool)>> {
    let exact = rt
        .is_exact_str(key)
        .then(|| key.downcast_ref::<Str>())
        .flatten();
    let known = |k: &Value| {
        if k.is(key) {
            return Some(true);
        }
        match (exact, k.downcast_ref::<Str>()) {
            (Some(a), Some(b)) if rt.is_exact_str(k) => Some(a.same_text(b)),
            _ if k.is_small_int() && key.is_small_int() => Some(false),
            _ => None,
        }
    };
    let mut asked = Vec::new();
    loop {
        let (found, changes) = {
            let table = table.borrow();
            (table.find(hash, &asked, known), table.changes)
        };
        match found {
            Found::Active(at) => return Ok(Ok(at)),
            Found::Absent(at, dummy) => return Ok(Err((at, dummy))),
            Found::Ask(own) => {
                let equal = rt.eq(&own, key)?;
                if table.borrow().changes != changes {
                    asked.clear();
                } else if equal {
                    // The same candidate is found again without asking.
                    let word = own.bits();
                    let again = |k: &Value| {
                        if k.bits() == word {
                            Some(true)
                        } else {
                            known(k)
                        }
                    };
                    if let Found::Active(at) = table.borrow().find(hash, &asked, again) {
                        return Ok(Ok(at));
                    }
                } else {
                    asked.push(own.bits());
                }
            }
        }
    }
}

pub(crate) fn contains(
    rt: &Rt,
    table: &RefCell<SetTable>,
    key: &Value,
    hash: i64,
) -> PyResult<bool> {
    Ok(find(rt, table, key, hash)?.is_ok())
}

/// Adds an item; false if it was there.
pub(crate) fn add(rt: &Rt, table: &RefCell<SetTable>, key: &Value, hash: i64) -> PyResult<bool> {
    match find(rt, table, key, hash)? {
        Ok(_) => Ok(false),
        Err((at, dummy)) => {
            table.borrow_mut().put(at, dummy, hash, key.clone());
            Ok(true)
        }
    }
}

/// Takes an item out; false if it was not there.
pub(crate) fn discard(
    rt: &Rt,
    table: &RefCell<SetTable>,
    key: &Value,
    hash: i64,
) -> PyResult<bool> {
    let Ok(at) = find(rt, table, key, hash)? else {
        return Ok(false);
    };
    let mut borrowed = table.borrow_mut();
    let old = std::mem::replace(&mut borrowed.places[at], Place::Dummy);
    borrowed.used -= 1;
    borrowed.changes += 1;
    drop(borrowed);
    drop(old);
    Ok(true)
}

/// Takes any item out.
pub(crate) fn pop(table: &RefCell<SetTable>) -> Option<Value> {
    let mut t = table.borrow_mut();
    if t.used == 0 {
        return None;
    }
    let mask = t.places.len() - 1;
    let mut at = t.finger & mask;
    while !matches!(t.places[at], Place::Active(..)) {
        at = if at == mask { 0 } else { at + 1 };
    }
    t.used -= 1;
    t.changes += 1;
    t.finger = at + 1;
    match std::mem::replace(&mut t.places[at], Place::Dummy) {
        Place::Active(_, key) => Some(key),
        _ => None,
    }
}

/// Adds all items of another set (`set_merge`).
pub(crate) fn merge(rt: &Rt, into: &RefCell<SetTable>, other: &RefCell<SetTable>) -> PyResult<()> {
    if std::ptr::eq(into, other) || other.borrow().is_empty() {
        return Ok(());
    }
    let more = other.borrow().used;
    into.borrow_mut().make_room(more);
    if into.borrow().fill == 0 {
        let other = other.borrow();
        let mut own = into.borrow_mut();
        if own.places.len() == other.places.len() && other.fill == other.used {
            own.places = other.places.clone();
        } else {
            for place in &other.places {
                if let Place::Active(hash, key) = place {
                    own.insert_clean(*hash, key.clone());
                }
            }
        }
        own.fill = other.used;
        own.used = other.used;
        own.changes += 1;
        return Ok(());
    }
    each(other, |key, hash| add(rt, into, &key, hash).map(|_| true))
}

/// Makes room for so many items that a dict is about to give.
pub(crate) fn make_room(table: &RefCell<SetTable>, more: usize) {
    table.borrow_mut().make_room(more);
}

/// Calls `f` with each item and its hash, in table order, until it answers false; the set may change meanwhile.
pub(crate) fn each(
    table: &RefCell<SetTable>,
    mut f: impl FnMut(Value, i64) -> PyResult<bool>,
) -> PyResult<()> {
    let mut at = 0;
    loop {
        let Some((place, hash, key)) = table.borrow().entry_from(at) else {
            return Ok(());
        };
        at = place + 1;
        if !f(key, hash)? {
            return Ok(());
        }
    }
}
