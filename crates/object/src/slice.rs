//! `slice`.

use crate::hash::avoid_minus_one;
use crate::int::AnyInt;
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::str_::StrExt;
use crate::tuple_type::hash_items;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};
use num_bigint::{BigInt, Sign};
use num_traits::{Signed, Zero};

pub const SLICE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("start", |rt, v| Ok(part(rt, v)?.start.clone())),
        GetSetDef::member("stop", |rt, v| Ok(part(rt, v)?.stop.clone())),
        GetSetDef::member("step", |rt, v| Ok(part(rt, v)?.step.clone())),
    ],
    methods: &[
        NativeDef::new("indices", "", Call::One(indices)),
        NativeDef::new("__reduce__", "", Call::Zero(reduce)),
    ],
    ..TypeSpec::new("slice", Layout::Native(kinds::SLICE))
};

/// The payload of `slice`.
pub struct Slice {
    pub start: Value,
    pub stop: Value,
    pub step: Value,
}

impl Payload for Slice {
    const KIND: Kind = kinds::SLICE;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.start.trace(visitor);
        self.stop.trace(visitor);
        self.step.trace(visitor);
    }
}

/// What a slice means for a sequence of a known length: `count` items from `start`, each `step` further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub start: i64,
    /// As `slice.indices` gives it.
    pub stop: i64,
    pub step: i64,
    pub count: usize,
}

impl Span {
    /// The indices, in the slice's order.
    pub fn indices(self) -> impl ExactSizeIterator<Item = usize> {
        (0..self.count).map(move |i| (self.start + i as i64 * self.step) as usize)
    }

    /// For step 1: the indices as a range, empty ones at `start`.
    pub fn range(self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + self.count
    }
}

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Slice> {
    value
        .downcast_ref::<Slice>()
        .ok_or_else(|| rt.type_error("a slice was expected"))
}

impl Rt {
    pub fn slice(&self, start: Value, stop: Value, step: Value) -> Ref<Slice> {
        self.alloc(&self.types.slice, Slice { start, stop, step })
    }

    /// One bound of a slice as an index (`_PyEval_SliceIndex`).
    pub(crate) fn slice_bound(&self, value: &Value) -> PyResult<i64> {
        if let Some(i) = value.as_small_int() {
            return Ok(i);
        }
        if self.type_of(value).slots.index.get().is_none() {
            return Err(self
                .type_error("slice indices must be integers or None or have an __index__ method"));
        }
        self.index_clamped(value)
    }

    /// What the slice means for a sequence of that length (`PySlice_Unpack`, `PySlice_AdjustIndices`).
    pub fn slice_span(&self, slice: &Slice, len: usize) -> PyResult<Span> {
        let step = if slice.step.is_none() {
            1
        } else {
            self.slice_bound(&slice.step)?
        };
        if step == 0 {
            return Err(self.value_error("slice step cannot be zero"));
        }
        let step = step.max(-i64::MAX);
        let start = if slice.start.is_none() {
            None
        } else {
            Some(self.slice_bound(&slice.start)?)
        };
        let stop = if slice.stop.is_none() {
            None
        } else {
            Some(self.slice_bound(&slice.stop)?)
        };
        Ok(span(start, stop, step, len as i64))
    }
}

/// Bounds clipped to a length; the step is not 0.
pub fn span(start: Option<i64>, stop: Option<i64>, step: i64, len: i64) -> Span {
    let clip = |bound: i64| {
        let low = if step < 0 { -1 } else { 0 };
        let high = if step < 0 { len - 1 } else { len };
        let bound = if bound < 0 {
            bound.saturating_add(len)
        } else {
            bound
        };
        bound.clamp(low, high.max(low))
    };
    let start = start.map_or(if step < 0 { len - 1 } else { 0 }, clip);
    let stop = stop.map_or(if step < 0 { -1 } else { len }, clip);
    let count = if step < 0 {
        if stop < start {
            ((start - stop - 1) / -step + 1) as usize
        } else {
            0
        }
    } else if start < stop {
        ((stop - start - 1) / step + 1) as usize
    } else {
        0
    };
    Span {
        start,
        stop,
        step,
        count,
    }
}

fn new(rt: &Rt, _ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let args = rt.positional("slice", args, 1, 3)?;
    Ok(match args {
        [stop] => rt.slice(Value::NONE, stop.clone(), Value::NONE),
        [start, stop] => rt.slice(start.clone(), stop.clone(), Value::NONE),
        [start, stop, step, ..] => rt.slice(start.clone(), stop.clone(), step.clone()),
        [] => rt.slice(Value::NONE, Value::NONE, Value::NONE),
    }
    .into_value())
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let slice = part(rt, value)?;
    let (start, stop, step) = (
        rt.repr(&slice.start)?,
        rt.repr(&slice.stop)?,
        rt.repr(&slice.step)?,
    );
    Ok(rt
        .str(&format!(
            "slice({}, {}, {})",
            start.to_str(),
            stop.to_str(),
            step.to_str()
        ))
        .into_value())
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    let slice = part(rt, value)?;
    let items = [&slice.start, &slice.stop, &slice.step];
    // slicehash leaves out the length that the tuple's hash ends with.
    Ok(avoid_minus_one(hash_items(rt, items.into_iter())?.mixed()))
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast_ref::<Slice>(), b.downcast_ref::<Slice>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if a.is(b) {
        return Ok(Value::bool(matches!(
            op,
            CompareOp::Eq | CompareOp::Le | CompareOp::Ge
        )));
    }
    let tuple = |s: &Slice| {
        rt.tuple([s.start.clone(), s.stop.clone(), s.step.clone()])
            .into_value()
    };
    rt.compare(&tuple(x), &tuple(y), op)
}

fn reduce(rt: &Rt, value: &Value) -> PyResult {
    let slice = part(rt, value)?;
    let args = rt
        .tuple([slice.start.clone(), slice.stop.clone(), slice.step.clone()])
        .into_value();
    Ok(rt
        .tuple([rt.types.slice.as_value().clone(), args])
        .into_value())
}

/// `slice.indices(len)`, which knows no bound on the size of integers (`_PySlice_GetLongIndices`).
fn indices(rt: &Rt, value: &Value, len: &Value) -> PyResult {
    let slice = part(rt, value)?;
    let big = |v: &Value| -> PyResult<BigInt> {
        if rt.type_of(v).slots.index.get().is_none() {
            return Err(
                rt.type_error("slice indices must be integers or None or have an __index__ method")
            );
        }
        let v = rt.index(v)?;
        Ok(rt
            .as_int(&v)
            .map(|i: AnyInt<'_>| i.to_big())
            .unwrap_or_default())
    };
    let length = rt.index(len)?;
    let length = rt.as_int(&length).map(|i| i.to_big()).unwrap_or_default();
    if length.sign() == Sign::Minus {
        return Err(rt.value_error("length should not be negative"));
    }
    let step = if slice.step.is_none() {
        BigInt::from(1)
    } else {
        big(&slice.step)?
    };
    if step.is_zero() {
        return Err(rt.value_error("slice step cannot be zero"));
    }
    let down = step.is_negative();
    let low = if down {
        BigInt::from(-1)
    } else {
        BigInt::zero()
    };
    let high = if down { &length - 1 } else { length.clone() };
    let bound = |v: &Value, default: &BigInt| -> PyResult<BigInt> {
        if v.is_none() {
            return Ok(default.clone());
        }
        let i = big(v)?;
        Ok(if i.is_negative() {
            (i + &length).max(low.clone())
        } else {
            i.min(high.clone())
        })
    };
    let start = bound(&slice.start, if down { &high } else { &low })?;
    let stop = bound(&slice.stop, if down { &low } else { &high })?;
    Ok(rt
        .tuple([rt.big_int(start), rt.big_int(stop), rt.big_int(step)])
        .into_value())
}

#[cfg(test)]
mod tests {
    use super::span;

    #[test]
    fn spans_are_clipped() {
        let check = |start, stop, step, len, expected: &[usize]| {
            assert_eq!(
                span(start, stop, step, len).indices().collect::<Vec<_>>(),
                expected
            );
        };
        check(None, None, 1, 3, &[0, 1, 2]);
        check(None, None, -1, 3, &[2, 1, 0]);
        check(Some(-2), None, 1, 3, &[1, 2]);
        check(Some(5), Some(-9), -2, 4, &[3, 1]);
        check(Some(2), Some(1), 1, 3, &[]);
        check(None, None, -1, 0, &[]);
        check(Some(i64::MIN), Some(i64::MAX), i64::MAX, 3, &[0]);
    }
}
