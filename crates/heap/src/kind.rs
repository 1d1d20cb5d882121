//! Kinds: which Rust type a cell's payload is, and what the heap must know of it.

use crate::trace::Visitor;
use crate::value::{Header, Value};
use std::any::TypeId;
use std::cell::UnsafeCell;

/// The number of a payload type. One number names one type for the life of the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[repr(transparent)]
pub struct Kind(pub u16);

pub(crate) const KINDS: usize = 1024;

/// What a cell can hold.
///
/// `trace` visits every [`Value`] that the payload owns; `clear` lets go of those that can close a cycle
/// (CPython's `tp_traverse` and `tp_clear`).
pub trait Payload: Sized + 'static {
    const KIND: Kind;
    /// Whether the payload can be part of a cycle.
    const GC: bool;

    fn trace(&self, _visitor: &mut Visitor<'_>) {}

    fn clear(&self) {}
}

/// What the object model does for the heap, which knows nothing of Python.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// Runs the callbacks of weak references to the cell, whose weak handles know it no more.
    pub weakrefs: fn(&Value),
    /// Runs the finaliser (`__del__`).
    pub finalize: fn(&Value),
}

pub(crate) struct KindInfo {
    pub type_id: TypeId,
    pub drop: unsafe fn(*mut u8),
    pub trace: unsafe fn(*const u8, &mut Visitor<'_>),
    pub clear: unsafe fn(*const u8),
    /// Bytes of this very payload, its own row included.
    pub size: unsafe fn(*const u8) -> usize,
}

struct Table {
    kinds: UnsafeCell<[Option<KindInfo>; KINDS]>,
    hooks: UnsafeCell<Hooks>,
}

// SAFETY: only the thread that holds the heap's key touches the table.
unsafe impl Sync for Table {}

static TABLE: Table = Table {
    kinds: UnsafeCell::new([const { None }; KINDS]),
    hooks: UnsafeCell::new(Hooks {
        weakrefs: |_| (),
        finalize: |_| (),
    }),
};

/// Installs the hooks; the object model does it once, at start-up.
pub fn set_hooks(hooks: Hooks) {
    // SAFETY: the caller holds the heap's key, as whoever makes values does.
    unsafe { *TABLE.hooks.get() = hooks }
}

pub(crate) fn hooks() -> Hooks {
    // SAFETY: as in set_hooks; the value is copied out.
    unsafe { *TABLE.hooks.get() }
}

unsafe fn drop_payload<T>(at: *mut u8) {
    // SAFETY: the caller passes the payload of a cell of this kind, once.
    unsafe { at.cast::<T>().drop_in_place() }
}

unsafe fn trace_payload<T: Payload>(at: *const u8, visitor: &mut Visitor<'_>) {
    // SAFETY: the caller passes the payload of a live cell of this kind.
    unsafe { (*at.cast::<T>()).trace(visitor) }
}

unsafe fn clear_payload<T: Payload>(at: *const u8) {
    // SAFETY: the caller passes the payload of a live cell of this kind.
    unsafe { (*at.cast::<T>()).clear() }
}

#[inline]
pub(crate) fn info(kind: Kind) -> &'static KindInfo {
    // SAFETY: entries are written once and never changed; a cell exists only of a kind that is registered.
    let entry = unsafe { &(*TABLE.kinds.get())[kind.0 as usize % KINDS] };
    entry
        .as_ref()
        .expect("a cell exists only of a registered kind")
}

/// Whether the kind's number stands for this type (or for none yet).
pub(crate) fn names_type<T: Payload>() -> bool {
    // SAFETY: as in `info`.
    let entry = unsafe { &(*TABLE.kinds.get())[T::KIND.0 as usize % KINDS] };
    entry
        .as_ref()
        .is_none_or(|k| k.type_id == TypeId::of::<T>())
}

/// Makes sure that the kind's number stands for this type alone.
#[inline]
pub(crate) fn register<T: Payload>(size: unsafe fn(*const u8) -> usize) {
    // SAFETY: as in `info`.
    let entry = unsafe { &(*TABLE.kinds.get())[T::KIND.0 as usize % KINDS] };
    match entry {
        Some(k) if k.type_id == TypeId::of::<T>() => (),
        _ => register_first::<T>(size),
    }
}

#[cold]
fn register_first<T: Payload>(size: unsafe fn(*const u8) -> usize) {
    assert!(
        (T::KIND.0 as usize) < KINDS,
        "kind numbers stay below {KINDS}"
    );
    assert!(
        names_type::<T>(),
        "kind {} names two payload types",
        T::KIND.0
    );
    let new = KindInfo {
        type_id: TypeId::of::<T>(),
        drop: drop_payload::<T>,
        trace: trace_payload::<T>,
        clear: clear_payload::<T>,
        size,
    };
    // SAFETY: the entry is empty and only this thread, which holds the key, looks at the table.
    unsafe { (*TABLE.kinds.get())[T::KIND.0 as usize] = Some(new) }
}

impl Header {
    #[inline(always)]
    pub(crate) fn payload(header: *const Header) -> *mut u8 {
        header.wrapping_add(1) as *mut u8
    }
}
