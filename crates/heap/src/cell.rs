//! Typed references, value slots, and payloads with a tail.

use crate::kind::{Kind, Payload};
use crate::trace::Visitor;
use crate::value::{Header, Value};
use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::Deref;

/// A counted reference to a cell whose payload is a `T`.
#[repr(transparent)]
pub struct Ref<T: Payload> {
    value: Value,
    payload: PhantomData<T>,
}

impl<T: Payload> Ref<T> {
    /// Takes over a reference to a cell that is known to hold a `T`.
    ///
    /// # Safety
    /// The value is a cell and its payload is a `T`.
    pub(crate) unsafe fn from_value_unchecked(value: Value) -> Ref<T> {
        Ref {
            value,
            payload: PhantomData,
        }
    }

    #[inline]
    pub fn as_value(&self) -> &Value {
        &self.value
    }

    #[inline]
    pub fn into_value(self) -> Value {
        self.value
    }

    #[inline]
    pub fn header(&self) -> &Header {
        // SAFETY: a Ref is a cell, by construction.
        unsafe { &*(self.value.bits() as *const Header) }
    }

    /// Whether both are the same cell.
    #[inline]
    pub fn same(&self, other: &Ref<T>) -> bool {
        self.value.is(&other.value)
    }
}

impl<T: Payload> Deref for Ref<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: the cell lives while this reference does and holds a T, by construction.
        unsafe { &*Header::payload(self.value.bits() as *const Header).cast::<T>() }
    }
}

impl<T: Payload> Clone for Ref<T> {
    #[inline]
    fn clone(&self) -> Ref<T> {
        Ref {
            value: self.value.clone(),
            payload: PhantomData,
        }
    }
}

impl<T: Payload> From<Ref<T>> for Value {
    #[inline]
    fn from(r: Ref<T>) -> Value {
        r.value
    }
}

impl<T: Payload> TryFrom<Value> for Ref<T> {
    type Error = Value;

    #[inline]
    fn try_from(value: Value) -> Result<Ref<T>, Value> {
        if value.downcast::<T>().is_some() {
            Ok(Ref {
                value,
                payload: PhantomData,
            })
        } else {
            Err(value)
        }
    }
}

impl<T: Payload> std::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.value.fmt(f)
    }
}

/// A slot that holds a value or nothing, and can be changed through a shared reference.
#[repr(transparent)]
#[derive(Default)]
pub struct ValueCell(Cell<Option<Value>>);

impl ValueCell {
    pub const fn empty() -> ValueCell {
        ValueCell(Cell::new(None))
    }

    pub const fn new(value: Value) -> ValueCell {
        ValueCell(Cell::new(Some(value)))
    }

    #[inline]
    pub fn get(&self) -> Option<Value> {
        // SAFETY: the word is only looked at for the length of the clone, which touches no other cell than the
        // referent's count.
        unsafe { (*self.0.as_ptr()).clone() }
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        // SAFETY: as in `get`.
        unsafe { (*self.0.as_ptr()).is_none() }
    }

    /// The word inside, zero if there is none: for comparing without counting.
    #[inline]
    pub fn bits(&self) -> u64 {
        // SAFETY: as in `get`.
        unsafe { (*self.0.as_ptr()).as_ref().map_or(0, Value::bits) }
    }

    /// Replaces the value; the old one is dropped after the new one stands.
    #[inline]
    pub fn set(&self, value: Option<Value>) {
        drop(self.0.replace(value));
    }

    #[inline]
    pub fn replace(&self, value: Option<Value>) -> Option<Value> {
        self.0.replace(value)
    }

    #[inline]
    pub fn take(&self) -> Option<Value> {
        self.0.take()
    }

    pub(crate) fn visit(&self, visitor: &mut Visitor<'_>) {
        // SAFETY: visiting reads the word and runs no code that could change it.
        if let Some(value) = unsafe { &*self.0.as_ptr() } {
            visitor.value(value);
        }
    }
}

/// A payload followed by a row of value slots whose length is fixed when it is made.
#[repr(C)]
pub struct Var<T> {
    len: usize,
    pub head: T,
    tail: [ValueCell; 0],
}

/// What [`Var`] asks of its head; the slots are traced and cleared by the heap.
pub trait VarHead: Sized + 'static {
    const KIND: Kind;
    /// Whether `clear` empties the slots: false for immutable rows, whose cycles are broken elsewhere.
    const CLEARS: bool;

    fn trace(&self, _visitor: &mut Visitor<'_>) {}

    fn clear(&self) {}
}

impl<T> Var<T> {
    pub(crate) fn head_only(head: T, len: usize) -> Var<T> {
        Var {
            len,
            head,
            tail: [],
        }
    }

    #[inline]
    pub fn len(&self) -> usize {
        self.len
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    #[inline]
    pub fn slots(&self) -> &[ValueCell] {
        // SAFETY: `alloc_var`, the only maker of a Var that anybody can see, put `len` slots behind it.
        unsafe { std::slice::from_raw_parts(self.tail.as_ptr(), self.len) }
    }
}

impl<T: VarHead> Payload for Var<T> {
    const KIND: Kind = T::KIND;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.head.trace(visitor);
        for slot in self.slots() {
            slot.visit(visitor);
        }
    }

    fn clear(&self) {
        self.head.clear();
        if T::CLEARS {
            for slot in self.slots() {
                slot.set(None);
            }
        }
    }
}

impl<T> Drop for Var<T> {
    fn drop(&mut self) {
        for slot in self.slots() {
            slot.set(None);
        }
    }
}

/// A payload followed by a row of bytes whose length and content are fixed when it is made.
#[repr(C, align(8))]
pub struct Blob<T> {
    pub(crate) len: usize,
    pub head: T,
    tail: [u8; 0],
}

/// What [`Blob`] asks of its head.
pub trait BlobHead: Sized + 'static {
    const KIND: Kind;
}

impl<T> Blob<T> {
    pub(crate) fn head_only(head: T, len: usize) -> Blob<T> {
        Blob {
            len,
            head,
            tail: [],
        }
    }

    /// Where the bytes begin, from the start of the payload.
    pub(crate) fn tail_offset() -> usize {
        std::mem::offset_of!(Blob<T>, tail)
    }

    #[inline]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: `alloc_blob`, the only maker of a Blob that anybody can see, put `len` bytes behind it.
        unsafe { std::slice::from_raw_parts(self.tail.as_ptr(), self.len) }
    }
}

impl<T> Blob<T> {
    /// The bytes as 16-bit units of the machine's order; empty unless they are a whole number of them.
    #[inline]
    pub fn units16(&self) -> &[u16] {
        // SAFETY: every pattern of bits is a u16.
        let (before, units, after) = unsafe { self.bytes().align_to::<u16>() };
        if before.is_empty() && after.is_empty() {
            units
        } else {
            &[]
        }
    }

    /// The bytes as 32-bit units of the machine's order; empty unless they are a whole number of them.
    #[inline]
    pub fn units32(&self) -> &[u32] {
        // SAFETY: every pattern of bits is a u32.
        let (before, units, after) = unsafe { self.bytes().align_to::<u32>() };
        if before.is_empty() && after.is_empty() {
            units
        } else {
            &[]
        }
    }
}

impl<T: BlobHead> Payload for Blob<T> {
    const KIND: Kind = T::KIND;
    const GC: bool = false;
}
