//! Arithmetic and comparisons: words where both sides are immediates, the object protocol otherwise.

use super::{Cx, Frame, Operand};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::function::Function;
use hognose_object::instance::Instance;
use hognose_object::ops::BinaryOp;
use hognose_object::{CompareOp, PyResult, Ref, Rt, Str};

const FLOAT_TAG: u64 = 2;
/// The word of +0.0.
const ZERO: u64 = 2;

#[inline(always)]
fn both_ints(l: u64, r: u64) -> bool {
    l & r & 1 != 0
}

#[inline(always)]
pub(super) fn is_float(word: u64) -> bool {
    word & 3 == FLOAT_TAG
}

#[inline(always)]
pub(super) fn both_float_tags(l: u64, r: u64) -> bool {
    (l ^ FLOAT_TAG | r ^ FLOAT_TAG) & 3 == 0
}

#[inline(always)]
pub(super) fn float_at(word: u64) -> Option<f64> {
    if !is_float(word) {
        return None;
    }
    // As `Value::as_immediate_float`; +0.0 has a word of its own.
    if word == ZERO {
        return Some(0.0);
    }
    Some(float_of(word))
}

/// The float in a word that holds one which is not +0.0.
#[inline(always)]
fn float_of(word: u64) -> f64 {
    f64::from_bits(word.rotate_right(3).wrapping_sub(1 << 60))
}

/// Integers that a float holds exactly.
const EXACT: i64 = 1 << 53;

#[inline(always)]
fn number_at(word: u64) -> Option<f64> {
    if word & 1 != 0 {
        let i = word as i64 >> 1;
        return (-EXACT..=EXACT).contains(&i).then_some(i as f64);
    }
    float_at(word)
}

/// Both as floats, if at least one is one.
#[inline(always)]
pub(super) fn floats(l: u64, r: u64) -> Option<(f64, f64)> {
    match (float_at(l), float_at(r)) {
        (Some(x), Some(y)) => Some((x, y)),
        (Some(x), None) => Some((x, number_at(r)?)),
        (None, Some(y)) => Some((number_at(l)?, y)),
        (None, None) => None,
    }
}

#[inline(always)]
pub(super) fn float_word(x: f64) -> Option<u64> {
    Value::immediate_float(x).map(Value::into_raw)
}

#[inline(always)]
fn int_word(i: i64) -> Option<u64> {
    Value::small_int(i).map(Value::into_raw)
}

// Tagged integers are 2·i + 1: sums and differences of words need only the tag put right, and overflow of the word is
// overflow of the 63 bits. What is not two integers is left to the functions for floats, which are further below, so
// that the way of integers stays short.

#[inline(always)]
pub(super) fn add(l: u64, r: u64) -> Option<u64> {
    if !both_ints(l, r) {
        return None;
    }
    (l as i64).checked_add((r - 1) as i64).map(|w| w as u64)
}

#[inline(always)]
pub(super) fn sub(l: u64, r: u64) -> Option<u64> {
    if !both_ints(l, r) {
        return None;
    }
    (l as i64).checked_sub((r - 1) as i64).map(|w| w as u64)
}

#[inline(always)]
pub(super) fn mul(l: u64, r: u64) -> Option<u64> {
    if !both_ints(l, r) {
        return None;
    }
    ((l - 1) as i64)
        .checked_mul(r as i64 >> 1)
        .map(|w| w as u64 | 1)
}

/// Two floats that are not +0.0, which has a word of its own.
#[inline(always)]
pub(super) fn two_floats(l: u64, r: u64) -> Option<(f64, f64)> {
    if both_float_tags(l, r) && l != ZERO && r != ZERO {
        return Some((float_of(l), float_of(r)));
    }
    None
}

#[inline(always)]
pub(super) fn and(l: u64, r: u64) -> Option<u64> {
    both_ints(l, r).then_some(l & r)
}

#[inline(always)]
pub(super) fn or(l: u64, r: u64) -> Option<u64> {
    both_ints(l, r).then_some(l | r)
}

#[inline(always)]
pub(super) fn xor(l: u64, r: u64) -> Option<u64> {
    both_ints(l, r).then_some((l ^ r) | 1)
}

#[inline(always)]
pub(super) fn lshift(l: u64, r: u64) -> Option<u64> {
    let shift = r >> 1;
    if !both_ints(l, r) || shift > 61 {
        return None;
    }
    let i = l as i64 >> 1;
    let shifted = i << shift;
    (shifted >> shift == i).then(|| int_word(shifted)).flatten()
}

#[inline(always)]
pub(super) fn rshift(l: u64, r: u64) -> Option<u64> {
    if !both_ints(l, r) || (r as i64) < 0 {
        return None;
    }
    let shift = (r >> 1).min(63);
    Some((l as i64 >> shift) as u64 | 1)
}

/// Quotient and remainder with the divisor's sign; `None` if the divisor is zero. 32-bit division is several times faster.
#[inline(always)]
fn divmod(i: i64, j: i64) -> Option<(i64, i64)> {
    if (i | j) as u64 >> 32 == 0 {
        let (i, j) = (i as u32, j as u32);
        return Some((i64::from(i.checked_div(j)?), i64::from(i.checked_rem(j)?)));
    }
    let (q, m) = (i.checked_div(j)?, i.checked_rem(j)?);
    Some(if m != 0 && (m ^ j) < 0 {
        (q - 1, m + j)
    } else {
        (q, m)
    })
}

#[inline(always)]
pub(super) fn floordiv(l: u64, r: u64) -> Option<u64> {
    if !both_ints(l, r) {
        return None;
    }
    int_word(divmod(l as i64 >> 1, r as i64 >> 1)?.0)
}

#[inline(always)]
pub(super) fn modulo(l: u64, r: u64) -> Option<u64> {
    if !both_ints(l, r) {
        return None;
    }
    Some((divmod(l as i64 >> 1, r as i64 >> 1)?.1 as u64) << 1 | 1)
}

/// A division of numbers, at least one of which may be an integer.
#[inline(always)]
pub(super) fn quotient(l: u64, r: u64) -> Option<u64> {
    let (x, y) = (number_at(l)?, number_at(r)?);
    if y == 0.0 {
        return None;
    }
    float_word(x / y)
}

#[inline(always)]
pub(super) fn neg(word: u64) -> Option<u64> {
    if word & 1 != 0 {
        return 2i64.checked_sub(word as i64).map(|w| w as u64);
    }
    float_word(-float_at(word)?)
}

/// Whether a comparison of two words holds, one of which at least is a float; `None` if they are others.
macro_rules! holds {
    ($l:expr, $r:expr, $op:tt) => {{
        let (l, r): (u64, u64) = ($l, $r);
        match $crate::exec::arith::floats(l, r) {
            Some((x, y)) => Some(x $op y),
            None => None,
        }
    }};
}
pub(super) use holds;

/// The operands of an instruction `a ← b ∘ c`, where c may name a constant.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
unsafe fn operands(f: *mut Frame, b: u16, c: u16, constant: bool) -> (Operand, Operand) {
    // SAFETY: by the contract.
    unsafe {
        let left = (*f).operand(b);
        let right = if constant {
            Operand::lent(&(&(*(*f).ir).consts)[usize::from(c)])
        } else {
            (*f).operand(c)
        };
        (left, right)
    }
}

/// Appends a string to the one in the register that the sum replaces, if nothing else refers to that; tells whether it did.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction, an addition whose result goes where its left operand is.
unsafe fn extend_text(cx: Cx<'_>, f: *mut Frame, i: Word, constant: bool) -> bool {
    // SAFETY: by the contract.
    unsafe {
        let left = (*f).peek(i.b);
        let is_own = left
            .downcast::<Str>()
            .is_some_and(|text| text.header().count() == 1);
        if !is_own || (!constant && i.b == i.c) {
            return false;
        }
        let right = if constant {
            Operand::lent(&(&(*(*f).ir).consts)[usize::from(i.c)])
        } else {
            (*f).peek(i.c)
        };
        let Some(more) = right.downcast_ref::<Str>() else {
            return false;
        };
        let Some(Ok(text)) = (*f).take(i.b).map(Ref::<Str>::try_from) else {
            return false;
        };
        let extended = cx.rt.str_extend(text, more);
        let done = extended.is_ok();
        let (Ok(text) | Err(text)) = extended;
        if done && !constant {
            // A temporary goes with its use.
            drop((*f).operand(i.c));
        }
        (*f).put(i.a, text.into_value());
        done
    }
}

/// A binary operation by the object protocol.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn binary(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let number = i.op - Op::Add as u16;
    let op = BinaryOp::ALL[usize::from(number % 13)];
    // SAFETY: by the contract.
    unsafe {
        if op == BinaryOp::Add && i.a == i.b && extend_text(cx, f, i, number >= 26) {
            return Ok(());
        }
        let (l, r) = operands(f, i.b, i.c, number >= 26);
        if (number / 13).is_multiple_of(2)
            && let Some(method) = own_method(cx, &l, &r, || method_name(cx.rt, op))
        {
            return push_operator(cx, f, method, l.into_value(), r.into_value(), i);
        }
        let made = if number / 13 % 2 == 1 {
            cx.rt.inplace(op, &l, &r)?
        } else {
            cx.rt.binary(op, &l, &r)?
        };
        drop((l, r));
        (*f).put(i.a, made);
    }
    Ok(())
}

/// A binary operation with a constant on the left.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn constant_left(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let op = match Op::of(i.op) {
        Op::KAdd => BinaryOp::Add,
        Op::KSub => BinaryOp::Sub,
        Op::KMul => BinaryOp::Mul,
        _ => BinaryOp::TrueDiv,
    };
    // SAFETY: by the contract.
    unsafe {
        let left = &(&(*(*f).ir).consts)[usize::from(i.c)];
        let right = (*f).operand(i.b);
        let made = cx.rt.binary(op, left, &right)?;
        drop(right);
        (*f).put(i.a, made);
    }
    Ok(())
}

/// A comparison by the object protocol.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn compare(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    let number = i.op - Op::Lt as u16;
    let op = CompareOp::ALL[usize::from(number % 6)];
    // SAFETY: by the contract.
    unsafe {
        let (l, r) = operands(f, i.b, i.c, number >= 6);
        if let Some(holds) = cx.rt.compare_text(&l, &r, op) {
            drop((l, r));
            (*f).put(i.a, Value::bool(holds));
            return Ok(());
        }
        if let Some(method) = own_method(cx, &l, &r, || compare_name(cx.rt, op)) {
            return push_operator(cx, f, method, l.into_value(), r.into_value(), i);
        }
        let made = cx.rt.compare(&l, &r, op)?;
        drop((l, r));
        (*f).put(i.a, made);
    }
    Ok(())
}

/// The truth of a comparison by the object protocol; `None` if a frame was pushed, whose end will jump.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn compare_test(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<Option<bool>> {
    let number = i.op - Op::JumpLt as u16;
    let op = CompareOp::ALL[usize::from(number % 6)];
    // SAFETY: by the contract.
    unsafe {
        let (l, r) = operands(f, i.a, i.b, number >= 6);
        if let Some(holds) = cx.rt.compare_text(&l, &r, op) {
            return Ok(Some(holds));
        }
        if let Some(method) = own_method(cx, &l, &r, || compare_name(cx.rt, op)) {
            push_operator(cx, f, method, l.into_value(), r.into_value(), i)?;
            return Ok(None);
        }
        let made = cx.rt.compare(&l, &r, op)?;
        drop((l, r));
        cx.rt.truth(&made).map(Some)
    }
}

/// The Python function that does the operation, when nothing else than the left side's class has a say: both are
/// instances of it, or the right side is an immediate. (In-place methods make the object protocol decide.)
fn own_method<'a>(
    cx: Cx<'a>,
    l: &Value,
    r: &Value,
    name: impl FnOnce() -> Option<&'a Ref<Str>>,
) -> Option<Value> {
    let rt = cx.rt;
    l.downcast_ref::<Instance>()?;
    let ty = rt.type_of(l);
    if r.is_cell() && !rt.type_of(r).same(ty) {
        return None;
    }
    ty.lookup(rt, name()?)
        .filter(|m| m.downcast_ref::<Function>().is_some())
}

/// The name of the method of a plain operator.
fn method_name(rt: &Rt, op: BinaryOp) -> Option<&Ref<Str>> {
    let names = &rt.names;
    Some(match op {
        BinaryOp::Add => &names.add_,
        BinaryOp::And => &names.and_,
        BinaryOp::FloorDiv => &names.floordiv_,
        BinaryOp::LShift => &names.lshift_,
        BinaryOp::MatMul => &names.matmul_,
        BinaryOp::Mul => &names.mul_,
        BinaryOp::Mod => &names.mod_,
        BinaryOp::Or => &names.or_,
        BinaryOp::Pow => return None,
        BinaryOp::RShift => &names.rshift_,
        BinaryOp::Sub => &names.sub_,
        BinaryOp::TrueDiv => &names.truediv_,
        BinaryOp::Xor => &names.xor_,
    })
}

/// The name of a comparison's method; `!=` may come from `__eq__`, which the object protocol knows.
fn compare_name(rt: &Rt, op: CompareOp) -> Option<&Ref<Str>> {
    let names = &rt.names;
    Some(match op {
        CompareOp::Lt => &names.lt_,
        CompareOp::Le => &names.le_,
        CompareOp::Eq => &names.eq_,
        CompareOp::Ne => return None,
        CompareOp::Gt => &names.gt_,
        CompareOp::Ge => &names.ge_,
    })
}

/// Pushes the frame of an operator's method.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
unsafe fn push_operator(
    cx: Cx<'_>,
    f: *mut Frame,
    method: Value,
    l: Value,
    r: Value,
    i: Word,
) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        let kept = [l.clone(), r.clone()];
        let new = super::call::push_values(cx, f, method, [l, r], i.a)?;
        (*new).operands = kept.map(Value::into_raw);
        (*new).flags |= super::frame_flags::OPERATOR;
        (*new).stash = i.op;
        Ok(())
    }
}

/// Whether the operation is a comparison with a jump.
pub(super) fn is_test(operation: u16) -> bool {
    (Op::JumpLt as u16..=Op::JumpGeK as u16).contains(&operation)
}

/// Jumps as the result of a comparison says.
///
/// # Safety
/// `f` is the topmost frame; its `pc` stands behind the comparison and its cache word.
pub(super) unsafe fn after_test(cx: Cx<'_>, f: *mut Frame, result: &Value) -> PyResult<()> {
    let holds = cx.rt.truth(result)?;
    // SAFETY: by the contract.
    unsafe {
        let (instruction, target) = ((*(*f).pc.sub(2)).get(), (*(*f).pc.sub(1)).get());
        if u16::from(holds) == instruction.c {
            (*f).pc = (*f).pc.offset(target.first() as i32 as isize);
        }
    }
    Ok(())
}

/// What an operation comes to when the left side's method answered `NotImplemented`.
#[cold]
pub(super) fn declined(cx: Cx<'_>, operation: u16, l: &Value, r: &Value) -> PyResult {
    let rt = cx.rt;
    if operation >= Op::Add as u16 {
        let number = operation - Op::Add as u16;
        let op = BinaryOp::ALL[usize::from(number % 13)];
        return Err(rt.unsupported_operands(op, number / 13 % 2 == 1, l, r));
    }
    let number = if is_test(operation) {
        operation - Op::JumpLt as u16
    } else {
        operation - Op::Lt as u16
    };
    let op = CompareOp::ALL[usize::from(number % 6)];
    if let Some(compare) = rt.type_of(r).slots.compare.get() {
        let made = compare(rt, r, l, op.swapped())?;
        if !made.is(&Value::NOT_IMPLEMENTED) {
            return Ok(made);
        }
    }
    match op {
        CompareOp::Eq => Ok(Value::bool(l.is(r))),
        CompareOp::Ne => Ok(Value::bool(!l.is(r))),
        _ => Err(rt.type_error(format!(
            "'{}' not supported between instances of '{}' and '{}'",
            op.symbol(),
            rt.type_name(l),
            rt.type_name(r)
        ))),
    }
}
