//! Weak handles: they know a cell without holding it.

use crate::value::{Header, Value, flags};
use std::cell::{Cell, UnsafeCell};
use std::collections::HashMap;
use std::rc::Rc;

/// Knows a cell as long as it lives.
#[derive(Clone, Debug)]
pub struct Weak(Rc<Cell<u64>>);

struct Table(UnsafeCell<Option<HashMap<u64, Rc<Cell<u64>>>>>);

// SAFETY: only the thread that holds the heap's key touches the table.
unsafe impl Sync for Table {}

static TABLE: Table = Table(UnsafeCell::new(None));

/// The table; each use is short and runs nothing that comes back here.
fn table() -> &'static mut HashMap<u64, Rc<Cell<u64>>> {
    // SAFETY: used by the thread that holds the key, and never twice at a time.
    unsafe { (*TABLE.0.get()).get_or_insert_default() }
}

impl Weak {
    /// A weak handle; `None` for immediates, which do not die.
    pub fn new(value: &Value) -> Option<Weak> {
        let header = value.header()?;
        header.set_flags(flags::WEAK);
        Some(Weak(
            table()
                .entry(value.bits())
                .or_insert_with(|| Rc::new(Cell::new(value.bits())))
                .clone(),
        ))
    }

    /// The value, if it is still alive.
    pub fn get(&self) -> Option<Value> {
        let bits = self.0.get();
        if bits == 0 {
            return None;
        }
        // SAFETY: the word is zeroed before its cell goes, so it is a live cell's; the clone takes a count of its own.
        Some(unsafe { (*Value::borrow_raw(&raw const bits)).clone() })
    }

    /// Whether both know the same cell, dead or alive.
    pub fn same(&self, other: &Weak) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// Whether the value is gone.
    pub fn is_dead(&self) -> bool {
        self.0.get() == 0
    }
}

/// Makes all weak handles of the cell forget it.
pub(crate) fn forget(header: *const Header) {
    if let Some(handle) = table().remove(&(header as u64)) {
        handle.set(0);
    }
}
