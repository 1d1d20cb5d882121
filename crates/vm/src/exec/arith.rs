//! Arithmetic and comparisons: words where both sides are immediates, the object protocol otherwise.

use super::{Cx, Frame, Operand};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::ops::BinaryOp;
use hognose_object::{CompareOp, PyResult};

const FLOAT_TAG: u64 = 2;

#[inline(always)]
fn both_ints(l: u64, r: u64) -> bool {
    l & r & 1 != 0
}

#[inline(always)]
fn float_at(word: u64) -> Option<f64> {
    if word & 3 != FLOAT_TAG {
        return None;
    }
    // As `Value::as_immediate_float`; +0.0 has a word of its own.
    if word == 0x8000_0000_0000_0002 {
        return Some(0.0);
    }
    Some(f64::from_bits(
        ((2 - (word >> 63)) | (word & !3)).rotate_right(3),
    ))
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
fn float_word(x: f64) -> Option<u64> {
    Value::immediate_float(x).map(Value::into_raw)
}

#[inline(always)]
fn int_word(i: i64) -> Option<u64> {
    Value::small_int(i).map(Value::into_raw)
}

// Tagged integers are 2·i + 1: sums and differences of words need only the tag put right, and overflow of the word is
// overflow of the 63 bits.

#[inline(always)]
pub(super) fn add(l: u64, r: u64) -> Option<u64> {
    if both_ints(l, r) {
        return (l as i64).checked_add((r - 1) as i64).map(|w| w as u64);
    }
    floats(l, r).and_then(|(x, y)| float_word(x + y))
}

#[inline(always)]
pub(super) fn sub(l: u64, r: u64) -> Option<u64> {
    if both_ints(l, r) {
        return (l as i64).checked_sub((r - 1) as i64).map(|w| w as u64);
    }
    floats(l, r).and_then(|(x, y)| float_word(x - y))
}

#[inline(always)]
pub(super) fn mul(l: u64, r: u64) -> Option<u64> {
    if both_ints(l, r) {
        return ((l - 1) as i64)
            .checked_mul(r as i64 >> 1)
            .map(|w| w as u64 | 1);
    }
    floats(l, r).and_then(|(x, y)| float_word(x * y))
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

/// Quotient and remainder with the divisor's sign; the divisor is not zero. 32-bit division is several times faster.
#[inline(always)]
fn divmod(i: i64, j: i64) -> (i64, i64) {
    if (i | j) as u64 >> 32 == 0 {
        let (i, j) = (i as u32, j as u32);
        return (i64::from(i / j), i64::from(i % j));
    }
    let (q, m) = (i.wrapping_div(j), i.wrapping_rem(j));
    if m != 0 && (m ^ j) < 0 {
        (q - 1, m + j)
    } else {
        (q, m)
    }
}

#[inline(always)]
pub(super) fn floordiv(l: u64, r: u64) -> Option<u64> {
    if both_ints(l, r) && r != 1 {
        return int_word(divmod(l as i64 >> 1, r as i64 >> 1).0);
    }
    None
}

#[inline(always)]
pub(super) fn modulo(l: u64, r: u64) -> Option<u64> {
    if both_ints(l, r) && r != 1 {
        return Some((divmod(l as i64 >> 1, r as i64 >> 1).1 as u64) << 1 | 1);
    }
    None
}

#[inline(always)]
pub(super) fn truediv(l: u64, r: u64) -> Option<u64> {
    let (x, y) = (number_at(l)?, number_at(r)?);
    if y == 0.0 {
        return None;
    }
    float_word(x / y)
}

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
        let (l, r) = operands(f, i.b, i.c, number >= 26);
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
        let made = cx.rt.compare(&l, &r, op)?;
        drop((l, r));
        (*f).put(i.a, made);
    }
    Ok(())
}

/// The truth of a comparison by the object protocol.
///
/// # Safety
/// `f` is the topmost frame and `i` its instruction.
#[inline(never)]
pub(super) unsafe fn compare_test(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<bool> {
    let number = i.op - Op::JumpLt as u16;
    let op = CompareOp::ALL[usize::from(number % 6)];
    // SAFETY: by the contract.
    unsafe {
        let (l, r) = operands(f, i.a, i.b, number >= 6);
        let made = cx.rt.compare(&l, &r, op)?;
        drop((l, r));
        cx.rt.truth(&made)
    }
}
