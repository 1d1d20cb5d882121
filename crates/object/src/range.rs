//! `range`: an arithmetic progression of integers of any size.

use crate::int::AnyInt;
use crate::iters::{BigRangeIter, RangeIter};
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slice::Slice;
use crate::slots::{CompareOp, Slots};
use crate::str_::StrExt;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use std::cell::{Cell, RefCell};

pub const RANGE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::SEQUENCE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        iter: Some(iter),
        len: Some(len),
        bool: Some(|rt, v| Ok(!this(rt, v)?.length().is_zero())),
        getitem: Some(getitem),
        contains: Some(contains),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("count", "", Call::One(count)),
        NativeDef::new("index", "", Call::One(index)),
        NativeDef::new("__reversed__", "", Call::Zero(reversed)),
        NativeDef::new("__reduce__", "", Call::Zero(reduce)),
    ],
    getset: &[
        GetSetDef::member("start", |rt, v| Ok(this(rt, v)?.start.clone())),
        GetSetDef::member("stop", |rt, v| Ok(this(rt, v)?.stop.clone())),
        GetSetDef::member("step", |rt, v| Ok(this(rt, v)?.step.clone())),
    ],
    ..TypeSpec::new("range", Layout::Native(kinds::RANGE))
};

/// The payload of `range`: three `int` values; the step is not 0.
pub struct Range {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
    numbers: Numbers,
}

enum Numbers {
    /// All three and the length fit in a word.
    Small { start: i64, step: i64, len: u64 },
    Big {
        start: BigInt,
        step: BigInt,
        len: BigInt,
    },
}

impl Payload for Range {
    const KIND: Kind = kinds::RANGE;
    const GC: bool = false;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.start.trace(visitor);
        self.stop.trace(visitor);
        self.step.trace(visitor);
    }
}

impl Range {
    /// Start, step and length, if all are words.
    #[inline]
    pub fn small(&self) -> Option<(i64, i64, u64)> {
        match self.numbers {
            Numbers::Small { start, step, len } => Some((start, step, len)),
            Numbers::Big { .. } => None,
        }
    }

    fn length(&self) -> BigInt {
        match &self.numbers {
            Numbers::Small { len, .. } => BigInt::from(*len),
            Numbers::Big { len, .. } => len.clone(),
        }
    }

    fn start_big(&self) -> BigInt {
        match &self.numbers {
            Numbers::Small { start, .. } => BigInt::from(*start),
            Numbers::Big { start, .. } => start.clone(),
        }
    }

    fn step_big(&self) -> BigInt {
        match &self.numbers {
            Numbers::Small { step, .. } => BigInt::from(*step),
            Numbers::Big { step, .. } => step.clone(),
        }
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Range> {
    value
        .downcast_ref::<Range>()
        .ok_or_else(|| rt.type_error("a range was expected"))
}

fn small_len(start: i64, stop: i64, step: i64) -> Option<u64> {
    let distance = if step > 0 {
        stop.checked_sub(start)?
    } else {
        start.checked_sub(stop)?
    };
    if distance <= 0 {
        return Some(0);
    }
    Some((distance as u64 - 1) / step.unsigned_abs() + 1)
}

impl Rt {
    /// `range(start, stop, step)` of `int` values; the step is not 0.
    pub fn range(&self, start: Value, stop: Value, step: Value) -> Value {
        let word = |v: &Value| self.as_int(v).and_then(|i| i.to_i64());
        let big = |v: &Value| {
            self.as_int(v)
                .map(|i: AnyInt<'_>| i.to_big())
                .unwrap_or_default()
        };
        let small = match (word(&start), word(&stop), word(&step)) {
            (Some(a), Some(b), Some(s)) if s != i64::MIN => {
                small_len(a, b, s).map(|len| (a, s, len))
            }
            _ => None,
        };
        let numbers = match small {
            Some((start, step, len)) => Numbers::Small { start, step, len },
            None => {
                let (a, b, s) = (big(&start), big(&stop), big(&step));
                let distance = if s.is_positive() { &b - &a } else { &a - &b };
                let len = if distance.is_positive() {
                    (distance - 1u32).div_floor(&s.abs()) + 1
                } else {
                    BigInt::zero()
                };
                Numbers::Big {
                    start: a,
                    step: s,
                    len,
                }
            }
        };
        self.alloc(
            &self.types.range,
            Range {
                start,
                stop,
                step,
                numbers,
            },
        )
        .into_value()
    }

    /// An iterator over so many items of a progression.
    pub fn range_iterator(&self, start: i64, step: i64, len: u64) -> Value {
        let payload = RangeIter {
            next: Cell::new(start),
            step,
            left: Cell::new(len),
        };
        self.alloc(&self.types.range_iterator, payload).into_value()
    }

    fn big_range_iterator(&self, start: BigInt, step: BigInt, len: BigInt) -> Value {
        let payload = BigRangeIter {
            next: RefCell::new(start),
            step,
            left: RefCell::new(len),
        };
        self.alloc(&self.types.longrange_iterator, payload)
            .into_value()
    }
}

/// The value of `__index__`, as an exact `int`.
fn exact_index(rt: &Rt, value: &Value) -> PyResult {
    let made = rt.index(value)?;
    if made.is_small_int() {
        return Ok(made);
    }
    Ok(rt.big_int(rt.as_int(&made).map(|i| i.to_big()).unwrap_or_default()))
}

fn new(rt: &Rt, _ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    if args.has_keywords() {
        return Err(rt.type_error("range() takes no keyword arguments"));
    }
    let one = || rt.int(1);
    let (start, stop, step) = match rt.positional("range", args, 1, 3)? {
        [stop] => (rt.int(0), exact_index(rt, stop)?, one()),
        [start, stop] => (exact_index(rt, start)?, exact_index(rt, stop)?, one()),
        [start, stop, step, ..] => (
            exact_index(rt, start)?,
            exact_index(rt, stop)?,
            exact_index(rt, step)?,
        ),
        [] => (rt.int(0), rt.int(0), one()),
    };
    if step.as_small_int() == Some(0) {
        return Err(rt.value_error("range() arg 3 must not be zero"));
    }
    Ok(rt.range(start, stop, step))
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let r = this(rt, value)?;
    let (start, stop, step) = (rt.repr(&r.start)?, rt.repr(&r.stop)?, rt.repr(&r.step)?);
    let shown = if r.step.as_small_int() == Some(1) {
        format!("range({}, {})", start.to_str(), stop.to_str())
    } else {
        format!(
            "range({}, {}, {})",
            start.to_str(),
            stop.to_str(),
            step.to_str()
        )
    };
    Ok(rt.str(&shown).into_value())
}

/// Length, start and step, the last two None where they make no difference.
fn essence(rt: &Rt, r: &Range) -> Ref<crate::tuple::Tuple> {
    let len = r.length();
    let start = if len.is_zero() {
        Value::NONE
    } else {
        r.start.clone()
    };
    let step = if len <= BigInt::from(1) {
        Value::NONE
    } else {
        r.step.clone()
    };
    rt.tuple([rt.big_int(len), start, step])
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    rt.hash(essence(rt, this(rt, value)?).as_value())
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast_ref::<Range>(), b.downcast_ref::<Range>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let equal = rt.eq(essence(rt, x).as_value(), essence(rt, y).as_value())?;
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

fn iter(rt: &Rt, value: &Value) -> PyResult {
    let r = this(rt, value)?;
    Ok(match r.small() {
        Some((start, step, len)) if ends_in_a_word(start, step, len) => {
            rt.range_iterator(start, step, len)
        }
        _ => rt.big_range_iterator(r.start_big(), r.step_big(), r.length()),
    })
}

/// Whether the number after the last fits a word too (`range_iter`).
fn ends_in_a_word(start: i64, step: i64, len: u64) -> bool {
    let end = i128::from(start) + i128::from(step) * i128::from(len);
    i64::try_from(end).is_ok()
}

fn reversed(rt: &Rt, value: &Value) -> PyResult {
    let r = this(rt, value)?;
    let last: BigInt = r.start_big() + r.step_big() * (r.length() - 1);
    let step = -r.step_big();
    Ok(match (last.to_i64(), step.to_i64(), r.length().to_u64()) {
        (Some(last), Some(step), Some(len)) if ends_in_a_word(last, step, len) => {
            rt.range_iterator(last, step, len)
        }
        _ => rt.big_range_iterator(last, step, r.length()),
    })
}

fn len(rt: &Rt, value: &Value) -> PyResult<usize> {
    let len = this(rt, value)?.length();
    len.to_i64()
        .map(|n| n as usize)
        .ok_or_else(|| rt.overflow_error("Python int too large to convert to C ssize_t"))
}

fn getitem(rt: &Rt, value: &Value, key: &Value) -> PyResult {
    let r = this(rt, value)?;
    if let Some(slice) = key.downcast_ref::<Slice>() {
        return getslice(rt, r, slice);
    }
    if rt.type_of(key).slots.index.get().is_none() {
        let given = rt.type_name(key);
        return Err(rt.type_error(format!(
            "range indices must be integers or slices, not {given}"
        )));
    }
    let at = rt.index(key)?;
    if let (Some(i), Some((start, step, len))) = (at.as_small_int(), r.small()) {
        let i = if i < 0 {
            i.checked_add_unsigned(len).unwrap_or(i)
        } else {
            i
        };
        if i >= 0 && (i as u64) < len {
            return Ok(rt.int(start + i * step));
        }
        return Err(rt.index_error("range object index out of range"));
    }
    let mut i = rt.as_int(&at).map(|i| i.to_big()).unwrap_or_default();
    if i.is_negative() {
        i += r.length();
    }
    if i.is_negative() || i >= r.length() {
        return Err(rt.index_error("range object index out of range"));
    }
    Ok(rt.big_int(r.start_big() + i * r.step_big()))
}

fn getslice(rt: &Rt, r: &Range, slice: &Slice) -> PyResult {
    let length = rt.big_int(r.length());
    let slice = rt.slice(slice.start.clone(), slice.stop.clone(), slice.step.clone());
    let parts = rt.call_method(slice.as_value(), &rt.intern("indices"), &[length])?;
    let parts: Vec<BigInt> = rt
        .collect(&parts)?
        .iter()
        .filter_map(|v| rt.as_int(v).map(|i: AnyInt<'_>| i.to_big()))
        .collect();
    let [start, stop, step] = parts.as_slice() else {
        return Err(rt.system_error("slice.indices gives three integers"));
    };
    let at = |i: &BigInt| rt.big_int(r.start_big() + i * r.step_big());
    Ok(rt.range(at(start), at(stop), rt.big_int(step * r.step_big())))
}

/// The place of an integer in the progression.
fn place(r: &Range, item: &BigInt) -> Option<BigInt> {
    let (offset, step) = (item - r.start_big(), r.step_big());
    let (q, rest) = offset.div_mod_floor(&step);
    (rest.is_zero() && q.sign() != Sign::Minus && q < r.length()).then_some(q)
}

fn exact_int(rt: &Rt, item: &Value) -> Option<BigInt> {
    (rt.is_exact(item, &rt.types.int) || rt.is_exact(item, &rt.types.bool))
        .then(|| rt.as_int(item).map(|i: AnyInt<'_>| i.to_big()))
        .flatten()
}

fn contains(rt: &Rt, value: &Value, item: &Value) -> PyResult<bool> {
    let r = this(rt, value)?;
    if let (Some(i), Some((start, step, len))) = (item.as_small_int(), r.small()) {
        let offset = i128::from(i) - i128::from(start);
        let q = offset / i128::from(step);
        return Ok(offset % i128::from(step) == 0 && q >= 0 && q < i128::from(len));
    }
    match exact_int(rt, item) {
        Some(i) => Ok(place(r, &i).is_some()),
        None => {
            let mut found = false;
            rt.for_each(value, |own| {
                found = rt.eq(&own, item)?;
                Ok(!found)
            })?;
            Ok(found)
        }
    }
}

fn count(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    if let Some(i) = exact_int(rt, item) {
        return Ok(rt.int(i64::from(place(this(rt, value)?, &i).is_some())));
    }
    let mut n = 0;
    rt.for_each(value, |own| {
        n += i64::from(rt.eq(&own, item)?);
        Ok(true)
    })?;
    Ok(rt.int(n))
}

fn index(rt: &Rt, value: &Value, item: &Value) -> PyResult {
    if let Some(i) = exact_int(rt, item) {
        if let Some(at) = place(this(rt, value)?, &i) {
            return Ok(rt.big_int(at));
        }
        let shown = rt.repr(item)?;
        return Err(rt.value_error(format!("{} is not in range", shown.to_str())));
    }
    let (mut at, mut found) = (0, false);
    rt.for_each(value, |own| {
        found = rt.eq(&own, item)?;
        at += i64::from(!found);
        Ok(!found)
    })?;
    if found {
        Ok(rt.int(at))
    } else {
        Err(rt.value_error("sequence.index(x): x not in sequence"))
    }
}

fn reduce(rt: &Rt, value: &Value) -> PyResult {
    let r = this(rt, value)?;
    let args = rt
        .tuple([r.start.clone(), r.stop.clone(), r.step.clone()])
        .into_value();
    Ok(rt
        .tuple([rt.types.range.as_value().clone(), args])
        .into_value())
}
