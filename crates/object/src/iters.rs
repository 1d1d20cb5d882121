//! The iterators of the core types.

use crate::bytes::with_bytes;
use crate::int::AnyInt;
use crate::kinds;
use crate::native::{Args, Call, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::seq::Items;
use crate::slots::Slots;
use crate::str_::{Str, StrExt};
use crate::tuple::List;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use num_bigint::BigInt;
use std::cell::{Cell, RefCell};

macro_rules! iterator_type {
    ($const:ident, $name:literal, $kind:ident, $next:ident $(, $methods:expr)?) => {
        pub const $const: TypeSpec = TypeSpec {
            flags: type_flags::IMMUTABLE,
            slots: Slots { iter: Some(itself), next: Some($next), ..Slots::NONE },
            $(methods: $methods,)?
            ..TypeSpec::new($name, Layout::Native(kinds::$kind))
        };
    };
}

iterator_type!(
    LIST_ITERATOR,
    "list_iterator",
    LIST_ITER,
    cursor_next,
    CURSOR_METHODS
);
iterator_type!(
    LIST_REVERSE_ITERATOR,
    "list_reverseiterator",
    LIST_ITER,
    cursor_next,
    CURSOR_METHODS
);
iterator_type!(
    TUPLE_ITERATOR,
    "tuple_iterator",
    LIST_ITER,
    cursor_next,
    CURSOR_METHODS
);
iterator_type!(
    STR_ITERATOR,
    "str_iterator",
    LIST_ITER,
    cursor_next,
    CURSOR_METHODS
);
iterator_type!(
    STR_ASCII_ITERATOR,
    "str_ascii_iterator",
    LIST_ITER,
    cursor_next,
    CURSOR_METHODS
);
iterator_type!(
    BYTES_ITERATOR,
    "bytes_iterator",
    LIST_ITER,
    cursor_next,
    CURSOR_METHODS
);
iterator_type!(
    BYTEARRAY_ITERATOR,
    "bytearray_iterator",
    LIST_ITER,
    cursor_next,
    CURSOR_METHODS
);
iterator_type!(
    SEQ_ITERATOR,
    "iterator",
    LIST_ITER,
    cursor_next,
    CURSOR_METHODS
);
iterator_type!(
    RANGE_ITERATOR,
    "range_iterator",
    RANGE_ITER,
    range_next,
    RANGE_METHODS
);
iterator_type!(
    LONGRANGE_ITERATOR,
    "longrange_iterator",
    BIG_RANGE_ITER,
    big_range_next,
    BIG_RANGE_METHODS
);
iterator_type!(
    SET_ITERATOR,
    "set_iterator",
    SET_ITER,
    set_next,
    SET_METHODS
);
iterator_type!(
    CALLABLE_ITERATOR,
    "callable_iterator",
    CALLABLE_ITER,
    callable_next,
    CALLABLE_METHODS
);

pub(crate) fn itself(_rt: &Rt, value: &Value) -> PyResult {
    Ok(value.clone())
}

/// The payload of iterators that walk anything by index: the sequence goes when the end is reached.
pub struct Cursor {
    pub sequence: ValueCell,
    /// The next index; forwards or, in a reverse iterator, backwards (then −1 is the end).
    pub at: Cell<i64>,
    pub kind: CursorKind,
}

/// What a [`Cursor`] walks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CursorKind {
    Row,
    RowBackwards,
    Text,
    Bytes,
    /// Anything with `__getitem__`: ends with IndexError or StopIteration.
    Any,
    AnyBackwards,
}

impl Payload for Cursor {
    const KIND: Kind = kinds::LIST_ITER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.sequence.trace(visitor);
    }

    fn clear(&self) {
        self.sequence.set(None);
    }
}

const CURSOR_METHODS: &[NativeDef] = &[
    NativeDef::new("__length_hint__", "", Call::Zero(cursor_hint)),
    NativeDef::new("__reduce__", "", Call::Zero(cursor_reduce)),
    NativeDef::new("__setstate__", "", Call::One(cursor_setstate)),
];

impl Rt {
    fn cursor(&self, ty: &Ref<TypeObj>, sequence: &Value, kind: CursorKind, at: i64) -> Value {
        self.alloc(
            ty,
            Cursor {
                sequence: ValueCell::new(sequence.clone()),
                at: Cell::new(at),
                kind,
            },
        )
        .into_value()
    }

    pub fn list_iterator(&self, list: &Value) -> Value {
        self.cursor(&self.types.list_iterator, list, CursorKind::Row, 0)
    }

    pub fn list_reverse_iterator(&self, list: &Value) -> Value {
        let len = list.downcast_ref::<List>().map_or(0, List::len) as i64;
        self.cursor(
            &self.types.list_reverse_iterator,
            list,
            CursorKind::RowBackwards,
            len - 1,
        )
    }

    pub fn tuple_iterator(&self, tuple: &Value) -> Value {
        self.cursor(&self.types.tuple_iterator, tuple, CursorKind::Row, 0)
    }

    pub fn str_iterator(&self, text: &Value) -> Value {
        let ascii = text.downcast_ref::<Str>().is_some_and(StrExt::is_ascii);
        let ty = if ascii {
            &self.types.str_ascii_iterator
        } else {
            &self.types.str_iterator
        };
        self.cursor(ty, text, CursorKind::Text, 0)
    }

    pub fn bytes_iterator(&self, bytes: &Value) -> Value {
        let is_bytes = self.is_instance(bytes, &self.types.bytes);
        let ty = if is_bytes {
            &self.types.bytes_iterator
        } else {
            &self.types.bytearray_iterator
        };
        self.cursor(ty, bytes, CursorKind::Bytes, 0)
    }

    /// An iterator over anything that has `__getitem__`.
    pub fn sequence_iterator(&self, sequence: &Value) -> Value {
        self.cursor(&self.types.seq_iterator, sequence, CursorKind::Any, 0)
    }

    /// A function of `builtins` that `__reduce__` names; None if the program took it away (`_PyEval_GetBuiltin`).
    pub(crate) fn builtin(&self, name: &str) -> PyResult {
        let found = self.builtins.get(self, self.intern(name).as_value())?;
        Ok(found.unwrap_or(Value::NONE))
    }

    /// `iter(callable, sentinel)`.
    pub fn callable_iterator(&self, callable: &Value, sentinel: &Value) -> Value {
        let payload = CallableIter {
            callable: ValueCell::new(callable.clone()),
            sentinel: ValueCell::new(sentinel.clone()),
        };
        self.alloc(&self.types.callable_iterator, payload)
            .into_value()
    }
}

fn cursor<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Cursor> {
    value
        .downcast_ref::<Cursor>()
        .ok_or_else(|| rt.type_error("an iterator was expected"))
}

fn cursor_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let it = cursor(rt, value)?;
    let Some(sequence) = it.sequence.get() else {
        return Ok(None);
    };
    let at = it.at.get();
    let backwards = matches!(it.kind, CursorKind::RowBackwards | CursorKind::AnyBackwards);
    let index = usize::try_from(at).ok();
    let found = match (index, it.kind) {
        (None, _) => None,
        (Some(i), CursorKind::Row | CursorKind::RowBackwards) => Items::of(rt, &sequence)?.get(i),
        (Some(i), CursorKind::Text) => sequence
            .downcast_ref::<Str>()
            .filter(|s| i < s.char_count())
            .map(|s| rt.character(s.code_at(i)).into_value()),
        (Some(i), CursorKind::Bytes) => {
            with_bytes(&sequence, |b| b.get(i).map(|&b| rt.int(i64::from(b)))).flatten()
        }
        (Some(_), CursorKind::Any | CursorKind::AnyBackwards) => {
            match rt.getitem(&sequence, &rt.int(at)) {
                Ok(item) => Some(item),
                Err(raised)
                    if raised.is(rt, &rt.types.index_error)
                        || raised.is(rt, &rt.types.stop_iteration) =>
                {
                    None
                }
                Err(raised) => return Err(raised),
            }
        }
    };
    match found {
        Some(_) => it.at.set(if backwards { at - 1 } else { at + 1 }),
        None => {
            it.at.set(-1);
            it.sequence.set(None);
        }
    }
    Ok(found)
}

fn cursor_hint(rt: &Rt, value: &Value) -> PyResult {
    let it = cursor(rt, value)?;
    let Some(sequence) = it.sequence.get() else {
        return Ok(rt.int(0));
    };
    let left = match it.kind {
        CursorKind::RowBackwards | CursorKind::AnyBackwards => {
            // What has become shorter than the place has nothing left to give.
            let left = it.at.get() + 1;
            let len = rt.len(&sequence)? as i64;
            if left <= len { left } else { 0 }
        }
        CursorKind::Any if rt.type_of(&sequence).slots.len.get().is_none() => {
            return Ok(Value::NOT_IMPLEMENTED);
        }
        _ => rt.len(&sequence)? as i64 - it.at.get(),
    };
    Ok(rt.int(left.max(0)))
}

fn cursor_reduce(rt: &Rt, value: &Value) -> PyResult {
    let it = cursor(rt, value)?;
    let backwards = matches!(it.kind, CursorKind::RowBackwards | CursorKind::AnyBackwards);
    let function = rt.builtin(if backwards { "reversed" } else { "iter" })?;
    match it.sequence.get() {
        Some(sequence) => {
            let args = rt.tuple([sequence]).into_value();
            Ok(rt.tuple([function, args, rt.int(it.at.get())]).into_value())
        }
        None => {
            let function = if backwards {
                rt.builtin("iter")?
            } else {
                function
            };
            let empty = match it.kind {
                CursorKind::Text => rt.names.empty.as_value().clone(),
                CursorKind::Any | CursorKind::Bytes => rt.tuple([]).into_value(),
                _ if rt.type_of(value).same(&rt.types.tuple_iterator) => rt.tuple([]).into_value(),
                _ => rt.list(Vec::new()).into_value(),
            };
            Ok(rt
                .tuple([function, rt.tuple([empty]).into_value()])
                .into_value())
        }
    }
}

fn cursor_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let it = cursor(rt, value)?;
    let at = rt.index_i64(state)?;
    if let Some(sequence) = it.sequence.get() {
        let len = match it.kind {
            CursorKind::Any => i64::MAX,
            _ => rt.len(&sequence)? as i64,
        };
        let low = if matches!(it.kind, CursorKind::RowBackwards | CursorKind::AnyBackwards) {
            -1
        } else {
            0
        };
        it.at
            .set(at.clamp(low, if low < 0 { len - 1 } else { len }));
    }
    Ok(Value::NONE)
}

/// The payload of `range_iterator`: everything fits in a word.
pub struct RangeIter {
    pub next: Cell<i64>,
    pub step: i64,
    /// Items left.
    pub left: Cell<u64>,
}

impl Payload for RangeIter {
    const KIND: Kind = kinds::RANGE_ITER;
    const GC: bool = false;
}

const RANGE_METHODS: &[NativeDef] = &[
    NativeDef::new(
        "__length_hint__",
        "",
        Call::Zero(|rt, v| Ok(rt.int(range_iter(rt, v)?.left.get() as i64))),
    ),
    NativeDef::new("__reduce__", "", Call::Zero(range_reduce)),
    NativeDef::new("__setstate__", "", Call::One(range_setstate)),
];

impl RangeIter {
    /// The next number; nothing at the end.
    #[inline]
    pub(crate) fn advance(&self) -> Option<i64> {
        self.left.set(self.left.get().checked_sub(1)?);
        let i = self.next.get();
        self.next.set(i.wrapping_add(self.step));
        Some(i)
    }
}

fn range_iter<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a RangeIter> {
    value
        .downcast_ref::<RangeIter>()
        .ok_or_else(|| rt.type_error("a range_iterator was expected"))
}

fn range_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let it = range_iter(rt, value)?;
    Ok(it.advance().map(|i| rt.int(i)))
}

fn range_reduce(rt: &Rt, value: &Value) -> PyResult {
    let it = range_iter(rt, value)?;
    let stop = it
        .next
        .get()
        .wrapping_add(it.step.wrapping_mul(it.left.get() as i64));
    let args = [rt.int(it.next.get()), rt.int(stop), rt.int(it.step)];
    let range = rt.call(rt.types.range.as_value(), &args)?;
    let function = rt.builtin("iter")?;
    Ok(rt
        .tuple([function, rt.tuple([range]).into_value(), Value::NONE])
        .into_value())
}

fn range_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let it = range_iter(rt, value)?;
    let skip = rt.index_clamped(state)?.clamp(0, it.left.get() as i64);
    it.next
        .set(it.next.get().wrapping_add(it.step.wrapping_mul(skip)));
    it.left.set(it.left.get() - skip as u64);
    Ok(Value::NONE)
}

/// The payload of `longrange_iterator`.
pub struct BigRangeIter {
    pub next: RefCell<BigInt>,
    pub step: BigInt,
    pub left: RefCell<BigInt>,
}

impl Payload for BigRangeIter {
    const KIND: Kind = kinds::BIG_RANGE_ITER;
    const GC: bool = false;
}

const BIG_RANGE_METHODS: &[NativeDef] = &[
    NativeDef::new(
        "__length_hint__",
        "",
        Call::Zero(|rt, v| Ok(rt.big_int(big_range(rt, v)?.left.borrow().clone()))),
    ),
    NativeDef::new("__reduce__", "", Call::Zero(big_range_reduce)),
    NativeDef::new("__setstate__", "", Call::One(big_range_setstate)),
];

fn big_range<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a BigRangeIter> {
    value
        .downcast_ref::<BigRangeIter>()
        .ok_or_else(|| rt.type_error("a longrange_iterator was expected"))
}

fn big_range_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let it = big_range(rt, value)?;
    if it.left.borrow().sign() != num_bigint::Sign::Plus {
        return Ok(None);
    }
    *it.left.borrow_mut() -= 1;
    let i = it.next.borrow().clone();
    *it.next.borrow_mut() += &it.step;
    Ok(Some(rt.big_int(i)))
}

fn big_range_reduce(rt: &Rt, value: &Value) -> PyResult {
    let it = big_range(rt, value)?;
    let start = it.next.borrow().clone();
    let stop = &start + &it.step * &*it.left.borrow();
    let args = [
        rt.big_int(start),
        rt.big_int(stop),
        rt.big_int(it.step.clone()),
    ];
    let range = rt.call(rt.types.range.as_value(), &args)?;
    let function = rt.builtin("iter")?;
    Ok(rt
        .tuple([function, rt.tuple([range]).into_value(), Value::NONE])
        .into_value())
}

fn big_range_setstate(rt: &Rt, value: &Value, state: &Value) -> PyResult {
    let it = big_range(rt, value)?;
    let skip = rt.index(state)?;
    let skip = rt
        .as_int(&skip)
        .map(|i: AnyInt<'_>| i.to_big())
        .unwrap_or_default();
    let skip = skip.clamp(BigInt::default(), it.left.borrow().clone());
    *it.next.borrow_mut() += &it.step * &skip;
    *it.left.borrow_mut() -= &skip;
    Ok(Value::NONE)
}

/// The payload of set iterators: the set goes when the end is reached.
pub struct SetIter {
    pub set: ValueCell,
    pub place: Cell<usize>,
    pub len: usize,
    pub left: Cell<usize>,
}

impl Payload for SetIter {
    const KIND: Kind = kinds::SET_ITER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.set.trace(visitor);
    }

    fn clear(&self) {
        self.set.set(None);
    }
}

const SET_METHODS: &[NativeDef] = &[
    NativeDef::new("__length_hint__", "", Call::Zero(set_hint)),
    NativeDef::new("__reduce__", "", Call::Zero(set_reduce)),
];

fn set_iter<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a SetIter> {
    value
        .downcast_ref::<SetIter>()
        .ok_or_else(|| rt.type_error("a set_iterator was expected"))
}

fn set_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let it = set_iter(rt, value)?;
    let Some(held) = it.set.get() else {
        return Ok(None);
    };
    let Some(set) = held.downcast_ref::<crate::set_type::Set>() else {
        return Ok(None);
    };
    let table = set.table.borrow();
    if table.len() != it.len {
        drop(table);
        it.left.set(0);
        return Err(rt.runtime_error("Set changed size during iteration"));
    }
    match table.next_from(it.place.get()) {
        Some((place, item)) => {
            it.place.set(place + 1);
            it.left.set(it.left.get().saturating_sub(1));
            Ok(Some(item.clone()))
        }
        None => {
            drop(table);
            it.left.set(0);
            it.set.set(None);
            Ok(None)
        }
    }
}

fn set_hint(rt: &Rt, value: &Value) -> PyResult {
    let it = set_iter(rt, value)?;
    let held = it.set.get();
    let same = held
        .as_ref()
        .and_then(|s| s.downcast_ref::<crate::set_type::Set>())
        .is_some_and(|s| s.len() == it.len);
    Ok(rt.int_from_usize(if same { it.left.get() } else { 0 }))
}

fn set_reduce(rt: &Rt, value: &Value) -> PyResult {
    let it = set_iter(rt, value)?;
    let copy = rt.alloc(
        &rt.types.set_iterator,
        SetIter {
            set: ValueCell::default(),
            place: Cell::new(it.place.get()),
            len: it.len,
            left: Cell::new(it.left.get()),
        },
    );
    copy.set.set(it.set.get());
    let list = rt.list(rt.collect(copy.as_value())?).into_value();
    let function = rt.builtin("iter")?;
    Ok(rt
        .tuple([function, rt.tuple([list]).into_value()])
        .into_value())
}

/// The payload of `iter(callable, sentinel)`.
pub struct CallableIter {
    callable: ValueCell,
    sentinel: ValueCell,
}

impl Payload for CallableIter {
    const KIND: Kind = kinds::CALLABLE_ITER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.callable.trace(visitor);
        self.sentinel.trace(visitor);
    }

    fn clear(&self) {
        self.callable.set(None);
        self.sentinel.set(None);
    }
}

const CALLABLE_METHODS: &[NativeDef] = &[NativeDef::new(
    "__reduce__",
    "",
    Call::Zero(callable_reduce),
)];

fn callable_reduce(rt: &Rt, value: &Value) -> PyResult {
    // The look-up may run Python code that exhausts the iterator.
    let function = rt.builtin("iter")?;
    let it = value.downcast_ref::<CallableIter>();
    let held = it.and_then(|it| Some([it.callable.get()?, it.sentinel.get()?]));
    let args = match held {
        Some(both) => rt.tuple(both),
        None => rt.tuple([rt.tuple([]).into_value()]),
    };
    Ok(rt.tuple([function, args.into_value()]).into_value())
}

fn callable_next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(it) = value.downcast_ref::<CallableIter>() else {
        return Err(rt.type_error("a callable_iterator was expected"));
    };
    let Some(callable) = it.callable.get() else {
        return Ok(None);
    };
    let end = |result| {
        it.callable.set(None);
        it.sentinel.set(None);
        result
    };
    match rt.call(&callable, &[]) {
        Ok(item) => {
            let Some(sentinel) = it.sentinel.get() else {
                return Ok(None);
            };
            if rt.eq(&sentinel, &item)? {
                end(Ok(None))
            } else {
                Ok(Some(item))
            }
        }
        Err(raised) if raised.is(rt, &rt.types.stop_iteration) => end(Ok(None)),
        Err(raised) => Err(raised),
    }
}

pub const REVERSED: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE,
    slots: Slots {
        new: Some(reversed_new),
        iter: Some(itself),
        next: Some(cursor_next),
        ..Slots::NONE
    },
    methods: CURSOR_METHODS,
    ..TypeSpec::new("reversed", Layout::Native(kinds::LIST_ITER))
};

fn reversed_new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    if rt.new_refuses_keywords(ty, &rt.types.reversed, args) {
        return Err(rt.type_error("reversed() takes no keyword arguments"));
    }
    let given = rt.positional("reversed", &Args::new(args.positional()), 1, 1)?;
    let sequence = &given[0];
    if let Some(method) = rt.special(sequence, &rt.names.reversed_) {
        let method = method?;
        if method.is_none() {
            let name = rt.type_name(sequence);
            return Err(rt.type_error(format!("'{name}' object is not reversible")));
        }
        return rt.call(&method, &[]);
    }
    if rt.type_of(sequence).slots.getitem.get().is_none()
        || sequence.downcast_ref::<crate::dict::Dict>().is_some()
    {
        let name = rt.type_name(sequence);
        return Err(rt.type_error(format!("'{name}' object is not reversible")));
    }
    let len = rt.len(sequence)? as i64;
    Ok(rt.cursor(ty, sequence, CursorKind::AnyBackwards, len - 1))
}
