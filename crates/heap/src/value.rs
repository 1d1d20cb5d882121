//! The one-word value and the header of a cell.

use crate::alloc;
use crate::cell::{Ref, ValueCell};
use crate::kind::{Kind, Payload};
use std::cell::Cell;
use std::marker::PhantomData;
use std::mem::{ManuallyDrop, offset_of};
use std::num::NonZeroU64;

/// Bits of [`Header::flags`].
pub mod flags {
    /// The cell can be part of a cycle and stands in a traced page.
    pub const GC: u16 = 1;
    /// The cell was too big for a page.
    pub const LARGE: u16 = 2;
    /// Somebody holds a weak reference: the hook is told before the cell goes.
    pub const WEAK: u16 = 4;
    /// The type has a finaliser (`__del__`): the hook is called before the cell goes.
    pub const FINALIZE: u16 = 8;
    /// The finaliser has run; it runs once (PEP 442).
    pub const FINALIZED: u16 = 16;
    /// The cell's type is not the kind's own type but a subclass of it.
    pub const SUBCLASS: u16 = 32;
    /// A row of value slots stands behind the payload: what a subclass adds ([`crate::tail`]).
    pub const TAIL: u16 = 64;
    /// First bit free for the user's own purposes.
    pub const USER: u16 = 256;
}

/// What stands before every payload: 16 bytes.
#[repr(C)]
pub struct Header {
    /// References held; the top bit set means immortal. Zero marks a free cell.
    pub(crate) count: Cell<u32>,
    pub(crate) kind: Cell<Kind>,
    pub(crate) flags: Cell<u16>,
    /// The cell that is this one's type, counted; null while the first types are made.
    pub(crate) ty: Cell<*const Header>,
}

pub(crate) const IMMORTAL: u32 = 0x8000_0000;

const _: () = assert!(
    offset_of!(Header, kind) == 4 && offset_of!(Header, flags) == 6,
    "`Header::kind_if_exact` reads both as one word"
);

impl Header {
    #[inline]
    pub fn kind(&self) -> Kind {
        self.kind.get()
    }

    /// The number of the kind, or another one, which is no kind's, if the cell's type is a subclass.
    #[inline(always)]
    pub fn kind_if_exact(&self) -> u32 {
        // SAFETY: kind and flags are the four bytes behind the count.
        let both = unsafe {
            std::ptr::from_ref(self)
                .byte_add(offset_of!(Header, kind))
                .cast::<u32>()
                .read()
        };
        if cfg!(target_endian = "little") {
            both & (0xffff | (flags::SUBCLASS as u32) << 16)
        } else {
            both.rotate_left(16) & (0xffff | (flags::SUBCLASS as u32) << 16)
        }
    }

    #[inline]
    pub fn flags(&self) -> u16 {
        self.flags.get()
    }

    /// Sets bits of [`flags`]; the heap's own bits (GC, LARGE, TAIL) cannot be changed.
    #[inline]
    pub fn set_flags(&self, bits: u16) {
        self.flags.set(self.flags.get() | (bits & !Header::OWN));
    }

    #[inline]
    pub fn clear_flags(&self, bits: u16) {
        self.flags.set(self.flags.get() & !(bits & !Header::OWN));
    }

    const OWN: u16 = flags::GC | flags::LARGE | flags::TAIL;

    /// The slots behind the payload; none unless the cell was made with a tail.
    #[inline]
    pub fn tail(&self) -> &[ValueCell] {
        if self.flags.get() & flags::TAIL == 0 {
            &[]
        } else {
            crate::alloc::tail(self)
        }
    }

    /// The count of references held, or a number over 2³¹ for an immortal cell.
    #[inline]
    pub fn count(&self) -> u32 {
        self.count.get()
    }

    #[inline]
    pub fn is_immortal(&self) -> bool {
        self.count.get() >= IMMORTAL
    }

    /// Address of the type's cell (zero before it has one): for guards and look-ups.
    #[inline]
    pub fn type_address(&self) -> usize {
        self.ty.get() as usize
    }
}

/// Any Python value in one word.
#[repr(transparent)]
pub struct Value {
    bits: NonZeroU64,
    not_send: PhantomData<*const ()>,
}

const TAG_SPECIAL: u64 = 0b100;
/// What is added to a float's bits before they are turned by three: then the two topmost bits of the exponent are 10 for
/// all floats of the immediate range, and that is the tag.
const FLOAT_BIAS: u64 = 1 << 60;
/// The word of +0.0: that which 0x3000_0000_0000_0000, about 1.7e-77, would have.
const FLOAT_ZERO: u64 = 2;

const fn special(n: u64) -> Value {
    Value::from_nonzero(NonZeroU64::new(n << 3 | TAG_SPECIAL).expect("the tag is not zero"))
}

impl Value {
    pub const NONE: Value = special(0);
    pub const FALSE: Value = special(1);
    pub const TRUE: Value = special(2);
    pub const ELLIPSIS: Value = special(3);
    pub const NOT_IMPLEMENTED: Value = special(4);
    /// Least integer that needs no cell.
    pub const MIN_SMALL: i64 = -(1 << 62);
    /// Greatest integer that needs no cell.
    pub const MAX_SMALL: i64 = (1 << 62) - 1;

    #[inline(always)]
    const fn from_nonzero(bits: NonZeroU64) -> Value {
        Value {
            bits,
            not_send: PhantomData,
        }
    }

    #[inline]
    pub const fn bool(b: bool) -> Value {
        if b { Value::TRUE } else { Value::FALSE }
    }

    /// The integer as an immediate, if it fits in 63 bits.
    #[inline]
    pub const fn small_int(i: i64) -> Option<Value> {
        if i >= Value::MIN_SMALL && i <= Value::MAX_SMALL {
            Some(Value::int32_or_small(i))
        } else {
            None
        }
    }

    /// The integer as an immediate; the caller knows that it fits (all of `i32` does), else the top bit is lost.
    #[inline]
    pub const fn int32_or_small(i: i64) -> Value {
        match NonZeroU64::new((i as u64) << 1 | 1) {
            Some(bits) => Value::from_nonzero(bits),
            None => unreachable!(),
        }
    }

    #[inline]
    pub const fn as_small_int(&self) -> Option<i64> {
        if self.is_small_int() {
            Some(self.bits.get() as i64 >> 1)
        } else {
            None
        }
    }

    #[inline]
    pub const fn is_small_int(&self) -> bool {
        self.bits.get() & 1 != 0
    }

    /// The float as an immediate, if its exponent is within about 1e-77 to 1e77 or it is +0.0.
    #[inline(always)]
    pub fn immediate_float(f: f64) -> Option<Value> {
        let bits = f.to_bits();
        let word = bits.wrapping_add(FLOAT_BIAS).rotate_left(3);
        if word & 3 == 2 && word != FLOAT_ZERO {
            return NonZeroU64::new(word).map(Value::from_nonzero);
        }
        // Branches, for the usual way is waited for by what follows: choosing between words would wait for both.
        std::hint::cold_path();
        if bits == 0 {
            return NonZeroU64::new(FLOAT_ZERO).map(Value::from_nonzero);
        }
        None
    }

    #[inline]
    pub fn as_immediate_float(&self) -> Option<f64> {
        if !self.is_immediate_float() {
            return None;
        }
        let word = self.bits.get();
        if word == FLOAT_ZERO {
            return Some(0.0);
        }
        Some(f64::from_bits(
            word.rotate_right(3).wrapping_sub(FLOAT_BIAS),
        ))
    }

    #[inline]
    pub const fn is_immediate_float(&self) -> bool {
        self.bits.get() & 3 == 2
    }

    /// Whether the word is a counted pointer.
    #[inline]
    pub const fn is_cell(&self) -> bool {
        self.bits.get() & 7 == 0
    }

    #[inline]
    pub const fn is_none(&self) -> bool {
        self.bits.get() == TAG_SPECIAL
    }

    /// `a is b`.
    #[inline]
    pub const fn is(&self, other: &Value) -> bool {
        self.bits.get() == other.bits.get()
    }

    /// The raw word: unique among living values; the address if it is a cell.
    #[inline]
    pub const fn bits(&self) -> u64 {
        self.bits.get()
    }

    #[inline]
    pub fn header(&self) -> Option<&Header> {
        if self.is_cell() {
            // SAFETY: a word tagged as a cell points to a live header while a reference to it is held, as self does.
            Some(unsafe { &*(self.bits.get() as *const Header) })
        } else {
            None
        }
    }

    /// The payload, if this is a cell of `T`'s kind.
    #[inline]
    pub fn downcast_ref<T: Payload>(&self) -> Option<&T> {
        self.downcast::<T>().map(|r| &**r)
    }

    /// The same reference with its payload's type known.
    #[inline]
    pub fn downcast<T: Payload>(&self) -> Option<&Ref<T>> {
        let header = self.header()?;
        if header.kind.get() == T::KIND {
            debug_assert!(crate::kind::names_type::<T>());
            // SAFETY: Ref<T> and Value are both the one word of a counted pointer, and one kind names one type.
            Some(unsafe { &*(std::ptr::from_ref(self).cast::<Ref<T>>()) })
        } else {
            None
        }
    }

    /// The type's own cell, for values that are cells and have one.
    #[inline]
    pub fn cell_type(&self) -> Option<&Value> {
        let header = self.header()?;
        if header.ty.get().is_null() {
            return None;
        }
        // SAFETY: `ty` is a counted pointer word, laid out as a Value; it lives while this cell does. A caller that
        // changes the type meanwhile (`__class__` assignment) goes through `set_cell_type`, whose old type is kept
        // alive by the type's other holders or by the value it returns.
        Some(unsafe { &*(header.ty.as_ptr() as *const Value) })
    }

    /// Gives the cell another type; the old one comes back so that it lives as long as somebody may look at it.
    pub fn set_cell_type(&self, ty: &Value) -> Option<Value> {
        let header = self.header()?;
        let new = ty.header()?;
        std::mem::forget(ty.clone());
        let old = header.ty.replace(new);
        // SAFETY: the header owned one count of the old type, which the returned value takes over.
        (!old.is_null()).then(|| unsafe { Value::from_raw(old as u64) })
    }

    /// Makes a cell live for ever: its count is no longer touched.
    pub fn make_immortal(&self) {
        if let Some(header) = self.header() {
            header.count.set(IMMORTAL);
        }
    }

    /// Gives up the value without touching its count.
    #[inline]
    pub fn into_raw(self) -> u64 {
        ManuallyDrop::new(self).bits.get()
    }

    /// Takes over a count.
    ///
    /// # Safety
    /// The word came from [`Value::into_raw`], and is taken back once.
    #[inline]
    pub unsafe fn from_raw(bits: u64) -> Value {
        // SAFETY: into_raw gives non-zero words only.
        Value::from_nonzero(unsafe { NonZeroU64::new_unchecked(bits) })
    }

    /// Counts another reference to a cell, which the caller owns.
    ///
    /// # Safety
    /// The word is that of a living cell.
    #[inline(always)]
    pub unsafe fn retain_cell(bits: u64) {
        // SAFETY: by the contract.
        let count = unsafe { &(*(bits as *const Header)).count };
        let n = count.get();
        if n < IMMORTAL {
            count.set(n + 1);
        }
    }

    /// Gives up a cell's reference if it is not the last one; false, and nothing is done, if it is.
    ///
    /// # Safety
    /// The word is that of a living cell, and the caller owns a reference to it, which is gone if the answer is true.
    #[inline(always)]
    pub unsafe fn release_shared(bits: u64) -> bool {
        // SAFETY: by the contract.
        let count = unsafe { &(*(bits as *const Header)).count };
        let n = count.get();
        if n == 1 {
            return false;
        }
        if n < IMMORTAL {
            count.set(n - 1);
        }
        true
    }

    /// Looks at a word as a value without owning it.
    ///
    /// # Safety
    /// The word at that place stays a live value's word for as long as the reference is used.
    #[inline]
    pub unsafe fn borrow_raw<'a>(place: *const u64) -> &'a Value {
        // SAFETY: Value is a transparent word; the caller promises that it is live.
        unsafe { &*place.cast::<Value>() }
    }
}

impl Clone for Value {
    #[inline]
    fn clone(&self) -> Value {
        if self.is_cell() {
            // SAFETY: self holds a reference, so the header is live.
            let count = unsafe { &(*(self.bits.get() as *const Header)).count };
            let n = count.get();
            if n < IMMORTAL {
                count.set(n + 1);
            }
        }
        Value::from_nonzero(self.bits)
    }
}

impl Drop for Value {
    #[inline]
    fn drop(&mut self) {
        if self.is_cell() {
            let header = self.bits.get() as *const Header;
            // SAFETY: self holds a reference, so the header is live.
            let count = unsafe { &(*header).count };
            let n = count.get();
            if n == 1 {
                // SAFETY: this was the last reference.
                unsafe { alloc::release(header) };
            } else if n < IMMORTAL {
                count.set(n - 1);
            }
        }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(i) = self.as_small_int() {
            write!(f, "Int({i})")
        } else if let Some(x) = self.as_immediate_float() {
            write!(f, "Float({x:?})")
        } else if let Some(h) = self.header() {
            write!(f, "Cell(kind {}, count {})", h.kind.get().0, h.count.get())
        } else {
            write!(f, "Special({})", self.bits.get() >> 3)
        }
    }
}
