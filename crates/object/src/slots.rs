//! The slots of a type: what it does for each operation (CPython's `PyTypeObject` and its suites).

use crate::native::Args;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::Str;
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};
use std::cell::Cell;

/// The six comparisons, in CPython's order (`Py_LT` …).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CompareOp {
    Lt,
    Le,
    Eq,
    Ne,
    Gt,
    Ge,
}

impl CompareOp {
    pub const ALL: [CompareOp; 6] = [
        CompareOp::Lt,
        CompareOp::Le,
        CompareOp::Eq,
        CompareOp::Ne,
        CompareOp::Gt,
        CompareOp::Ge,
    ];

    /// The comparison with the sides exchanged.
    pub const fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Eq => CompareOp::Eq,
            CompareOp::Ne => CompareOp::Ne,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
        }
    }

    pub const fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    /// Whether two things in that order satisfy the comparison.
    #[inline]
    pub const fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => order.is_lt(),
            CompareOp::Le => order.is_le(),
            CompareOp::Eq => order.is_eq(),
            CompareOp::Ne => order.is_ne(),
            CompareOp::Gt => order.is_gt(),
            CompareOp::Ge => order.is_ge(),
        }
    }
}

pub type Unary = fn(&Rt, &Value) -> PyResult;
/// Answers `NotImplemented` if it cannot; called with either operand as the type's own.
pub type Binary = fn(&Rt, &Value, &Value) -> PyResult;
pub type Ternary = fn(&Rt, &Value, &Value, &Value) -> PyResult;
pub type HashFn = fn(&Rt, &Value) -> PyResult<i64>;
pub type LenFn = fn(&Rt, &Value) -> PyResult<usize>;
pub type BoolFn = fn(&Rt, &Value) -> PyResult<bool>;
/// The next item, or `None` at the end (no `StopIteration` is made).
pub type NextFn = fn(&Rt, &Value) -> PyResult<Option<Value>>;
pub type CompareFn = fn(&Rt, &Value, &Value, CompareOp) -> PyResult;
/// Sets an item, or deletes it if there is no value.
pub type SetItemFn = fn(&Rt, &Value, &Value, Option<&Value>) -> PyResult<()>;
pub type GetAttrFn = fn(&Rt, &Value, &Ref<Str>) -> PyResult;
pub type SetAttrFn = fn(&Rt, &Value, &Ref<Str>, Option<&Value>) -> PyResult<()>;
pub type ContainsFn = fn(&Rt, &Value, &Value) -> PyResult<bool>;
pub type CallFn = fn(&Rt, &Value, &Args<'_>) -> PyResult;
pub type NewFn = fn(&Rt, &Ref<TypeObj>, &Args<'_>) -> PyResult;
pub type InitFn = fn(&Rt, &Value, &Args<'_>) -> PyResult<()>;
/// The descriptor, the instance (none when looked up on the class), the class.
pub type DescrGetFn = fn(&Rt, &Value, Option<&Value>, &Value) -> PyResult;
pub type DescrSetFn = fn(&Rt, &Value, &Value, Option<&Value>) -> PyResult<()>;
pub type FinalizeFn = fn(&Rt, &Value);
pub use crate::buffer::BufferFn;

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident: $t:ident,)*) => {
        /// The slots as a native type declares them: `Slots { repr: Some(f), ..Slots::NONE }`.
        #[derive(Clone, Copy)]
        pub struct Slots {
            $($(#[$doc])* pub $name: Option<$t>,)*
        }

        impl Slots {
            pub const NONE: Slots = Slots { $($name: None,)* };

            /// The function in a slot, whatever its form.
            pub(crate) fn function(&self, slot: Slot) -> Option<SlotFn> {
                match slot { $(Slot::$name => self.$name.map(SlotFn::$t),)* }
            }
        }

        /// The slots of a living type.
        pub struct SlotCells {
            $(pub $name: Cell<Option<$t>>,)*
        }

        /// Which slot.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[expect(
            non_camel_case_types,
            dead_code,
            reason = "named as the slots are; a slot without a special method is named by nobody"
        )]
        pub(crate) enum Slot { $($name,)* }

        impl SlotCells {
            pub fn new(slots: &Slots) -> SlotCells {
                SlotCells { $($name: Cell::new(slots.$name),)* }
            }

            /// Takes over every slot that is empty here (CPython's `inherit_slots`, slot by slot).
            pub fn inherit(&self, base: &SlotCells) {
                $(if self.$name.get().is_none() { self.$name.set(base.$name.get()); })*
            }

            pub(crate) fn function(&self, slot: Slot) -> Option<SlotFn> {
                match slot { $(Slot::$name => self.$name.get().map(SlotFn::$t),)* }
            }

            /// Fills a slot, or empties it; a function of another form empties it too.
            pub(crate) fn put(&self, slot: Slot, function: Option<SlotFn>) {
                match slot {
                    $(Slot::$name => self.$name.set(match function {
                        Some(SlotFn::$t(f)) => Some(f),
                        _ => None,
                    }),)*
                }
            }
        }
    };
}

macro_rules! slot_functions {
    ($($t:ident)*) => {
        /// A function of any slot.
        #[derive(Clone, Copy)]
        pub(crate) enum SlotFn { $($t($t),)* }

        impl SlotFn {
            /// Whether both are the same function.
            pub fn same(self, other: SlotFn) -> bool {
                match (self, other) {
                    $((SlotFn::$t(a), SlotFn::$t(b)) => std::ptr::fn_addr_eq(a, b),)*
                    _ => false,
                }
            }
        }
    };
}

slot_functions! {
    Unary Binary Ternary HashFn LenFn BoolFn NextFn CompareFn SetItemFn GetAttrFn SetAttrFn ContainsFn CallFn NewFn
    InitFn DescrGetFn DescrSetFn FinalizeFn BufferFn
}

slots! {
    repr: Unary,
    str: Unary,
    hash: HashFn,
    call: CallFn,
    iter: Unary,
    next: NextFn,
    getattro: GetAttrFn,
    setattro: SetAttrFn,
    compare: CompareFn,
    descr_get: DescrGetFn,
    descr_set: DescrSetFn,
    new: NewFn,
    init: InitFn,
    finalize: FinalizeFn,
    // Numbers.
    add: Binary,
    sub: Binary,
    mul: Binary,
    matmul: Binary,
    truediv: Binary,
    floordiv: Binary,
    modulo: Binary,
    divmod: Binary,
    /// The third operand is None unless `pow` was called with three.
    pow: Ternary,
    lshift: Binary,
    rshift: Binary,
    and: Binary,
    or: Binary,
    xor: Binary,
    neg: Unary,
    pos: Unary,
    abs: Unary,
    invert: Unary,
    bool: BoolFn,
    int: Unary,
    float: Unary,
    index: Unary,
    iadd: Binary,
    isub: Binary,
    imul: Binary,
    imatmul: Binary,
    itruediv: Binary,
    ifloordiv: Binary,
    imod: Binary,
    ipow: Ternary,
    ilshift: Binary,
    irshift: Binary,
    iand: Binary,
    ior: Binary,
    ixor: Binary,
    // Sequences and mappings.
    len: LenFn,
    getitem: Binary,
    setitem: SetItemFn,
    contains: ContainsFn,
    /// `sq_concat`: tried after `add` of both sides.
    concat: Binary,
    /// `sq_repeat`: the second operand is the count (already known to have `__index__`).
    repeat: Binary,
    iconcat: Binary,
    irepeat: Binary,
    // Async.
    await_: Unary,
    aiter: Unary,
    anext: Unary,
    /// `am_send`: `Ok(value)` was yielded; the end is `StopIteration` raised. Used by `yield from` and `await`.
    send: Binary,
    /// `bf_getbuffer`.
    buffer: BufferFn,
}
