//! Tracing: how the collector asks a payload what it owns.

use crate::cell::{Ref, ValueCell};
use crate::kind::Payload;
use crate::value::{Header, Value};
use std::cell::{Cell, OnceCell, RefCell};

/// Receives every value that a payload owns.
pub struct Visitor<'a> {
    pub(crate) visit: &'a mut dyn FnMut(*const Header),
}

impl Visitor<'_> {
    #[inline]
    pub fn value(&mut self, value: &Value) {
        if value.is_cell() {
            (self.visit)(value.bits() as *const Header);
        }
    }
}

/// Something that owns values.
pub trait Trace {
    fn trace(&self, visitor: &mut Visitor<'_>);
}

impl Trace for Value {
    #[inline]
    fn trace(&self, visitor: &mut Visitor<'_>) {
        visitor.value(self);
    }
}

impl<T: Payload> Trace for Ref<T> {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        visitor.value(self.as_value());
    }
}

impl Trace for ValueCell {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.visit(visitor);
    }
}

impl<T: Trace> Trace for Option<T> {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        if let Some(x) = self {
            x.trace(visitor);
        }
    }
}

impl<T: Trace> Trace for [T] {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        for x in self {
            x.trace(visitor);
        }
    }
}

impl<T: Trace> Trace for Vec<T> {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.as_slice().trace(visitor);
    }
}

impl<T: Trace> Trace for std::collections::VecDeque<T> {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        for x in self {
            x.trace(visitor);
        }
    }
}

impl<T: Trace + ?Sized> Trace for Box<T> {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        (**self).trace(visitor);
    }
}

/// Contents that are being changed right now are not visited: their referents then look held from outside, and live.
impl<T: Trace + ?Sized> Trace for RefCell<T> {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        if let Ok(x) = self.try_borrow() {
            x.trace(visitor);
        }
    }
}

impl<T: Trace> Trace for OnceCell<T> {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.get().trace(visitor);
    }
}

impl<T: Trace> Trace for &T {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        (**self).trace(visitor);
    }
}

impl<A: Trace, B: Trace> Trace for (A, B) {
    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.0.trace(visitor);
        self.1.trace(visitor);
    }
}

macro_rules! owns_nothing {
    ($($t:ty),*) => {$(impl Trace for $t { fn trace(&self, _: &mut Visitor<'_>) {} })*};
}
owns_nothing!(
    bool,
    u8,
    u16,
    u32,
    u64,
    usize,
    i32,
    i64,
    isize,
    f64,
    char,
    String,
    &'static str,
    ()
);

impl<T: Copy> Trace for Cell<T> {
    fn trace(&self, _: &mut Visitor<'_>) {}
}
