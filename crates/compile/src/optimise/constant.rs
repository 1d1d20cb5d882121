//! Operators and subscripts on constants of any type.

use std::hash::Hasher;

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use hashbrown::HashTable;
use hognose_ast::{Constant, Operator, UnaryOpKind};
use num_bigint::BigInt;
use num_traits::{Signed, ToPrimitive};
use rustc_hash::FxHasher;

use super::number::{self, Number};

/// Most items of a repeated tuple (`MAX_COLLECTION_SIZE`).
const MAX_COLLECTION_SIZE: usize = 256;
/// Most characters of a repeated string (`MAX_STR_SIZE`).
const MAX_STR_SIZE: usize = 4096;
/// Most items, nested ones included, of a repeated tuple (`MAX_TOTAL_ITEMS`).
const MAX_TOTAL_ITEMS: i64 = 1024;

/// Computes `op operand`, or answers `None` where CPython would raise.
pub fn unary<'a>(op: UnaryOpKind, operand: &Constant<'a>, arena: &'a Bump) -> Option<Constant<'a>> {
    if op == UnaryOpKind::Not {
        return Some(if is_true(operand) {
            Constant::False
        } else {
            Constant::True
        });
    }
    let number = Number::of(operand)?;
    let value = match op {
        UnaryOpKind::UAdd => number,
        UnaryOpKind::USub => number.negative(),
        UnaryOpKind::Invert | UnaryOpKind::Not => match number {
            Number::Int(value) => Number::Int(!value),
            Number::Float(_) | Number::Complex(..) => return None,
        },
    };
    Some(value.into_constant(arena))
}

/// A constant's truth.
pub fn is_true(constant: &Constant) -> bool {
    match *constant {
        Constant::None | Constant::False => false,
        Constant::True | Constant::Ellipsis | Constant::BigInt(_) => true,
        Constant::Str(bytes) | Constant::Bytes(bytes) => !bytes.is_empty(),
        Constant::Int(value) => value != 0,
        Constant::Float(value) => value != 0.0,
        Constant::Complex { real, imag } => real != 0.0 || imag != 0.0,
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}

/// Computes `left op right`, or answers `None` where CPython would raise or the result would grow too large.
pub fn binary<'a>(
    op: Operator,
    left: &Constant<'a>,
    right: &Constant<'a>,
    arena: &'a Bump,
) -> Option<Constant<'a>> {
    if let (Constant::Int(left), Constant::Int(right)) = (left, right)
        && let Some(value) = small_binary(op, *left, *right)
    {
        return Some(Constant::Int(value));
    }
    if let (Some(left), Some(right)) = (as_bool(left), as_bool(right)) {
        let value = match op {
            Operator::BitOr => Some(left | right),
            Operator::BitXor => Some(left ^ right),
            Operator::BitAnd => Some(left & right),
            _ => None,
        };
        if let Some(value) = value {
            return Some(if value {
                Constant::True
            } else {
                Constant::False
            });
        }
    }
    match (op, left, right) {
        (Operator::Add, Constant::Str(left), Constant::Str(right)) => {
            Some(Constant::Str(concat(left, right, arena)))
        }
        (Operator::Add, Constant::Bytes(left), Constant::Bytes(right)) => {
            Some(Constant::Bytes(concat(left, right, arena)))
        }
        (Operator::Add, Constant::Tuple(left), Constant::Tuple(right)) => {
            Some(Constant::Tuple(concat(left, right, arena)))
        }
        (Operator::Mult, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_), count) => {
            repeat(left, count, arena)
        }
        (Operator::Mult, count, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_)) => {
            repeat(right, count, arena)
        }
        _ => {
            let value = number::binary(op, Number::of(left)?, Number::of(right)?)?;
            Some(value.into_constant(arena))
        }
    }
}

/// The common case of two small integers, where no limit of folding is near.
fn small_binary(op: Operator, left: i64, right: i64) -> Option<i64> {
    match op {
        Operator::Add => left.checked_add(right),
        Operator::Sub => left.checked_sub(right),
        Operator::Mult => left.checked_mul(right),
        Operator::BitOr => Some(left | right),
        Operator::BitXor => Some(left ^ right),
        Operator::BitAnd => Some(left & right),
        _ => None,
    }
}

fn as_bool(constant: &Constant) -> Option<bool> {
    match constant {
        Constant::True => Some(true),
        Constant::False => Some(false),
        _ => None,
    }
}

fn concat<'a, T: Copy>(left: &[T], right: &[T], arena: &'a Bump) -> &'a [T] {
    let mut joined = BumpVec::with_capacity_in(left.len() + right.len(), arena);
    joined.extend_from_slice_copy(left);
    joined.extend_from_slice_copy(right);
    joined.into_bump_slice()
}

/// Repeats a sequence within the limits of `safe_multiply`.
fn repeat<'a>(
    sequence: &Constant<'a>,
    count: &Constant<'a>,
    arena: &'a Bump,
) -> Option<Constant<'a>> {
    let Number::Int(count) = Number::of(count)? else {
        return None;
    };
    let (length, limit) = match *sequence {
        Constant::Str(text) => (characters(text), MAX_STR_SIZE),
        Constant::Bytes(bytes) => (bytes.len(), MAX_STR_SIZE),
        Constant::Tuple(items) => (items.len(), MAX_COLLECTION_SIZE),
        _ => return None,
    };
    let times = if length == 0 {
        // No limit holds for an empty sequence, but the count must still be one that an index can be.
        count.to_isize()?;
        0
    } else {
        count.to_usize().filter(|&times| times <= limit / length)?
    };
    Some(match *sequence {
        Constant::Str(text) => Constant::Str(repeated(text, times, arena)),
        Constant::Bytes(bytes) => Constant::Bytes(repeated(bytes, times, arena)),
        _ => {
            let Constant::Tuple(items) = *sequence else {
                return None;
            };
            let budget = i64::try_from(times).ok().filter(|&times| times > 0);
            if let Some(times) = budget
                && check_complexity(sequence, MAX_TOTAL_ITEMS / times) < 0
            {
                return None;
            }
            Constant::Tuple(repeated(items, times, arena))
        }
    })
}

fn repeated<'a, T: Copy>(items: &[T], times: usize, arena: &'a Bump) -> &'a [T] {
    let mut all = BumpVec::with_capacity_in(items.len() * times, arena);
    for _ in 0..times {
        all.extend_from_slice_copy(items);
    }
    all.into_bump_slice()
}

/// The limit less the number of items, nested ones included (`check_complexity`).
fn check_complexity(constant: &Constant, mut limit: i64) -> i64 {
    if let Constant::Tuple(items) | Constant::FrozenSet(items) = *constant {
        limit -= items.len() as i64;
        for item in items {
            if limit < 0 {
                break;
            }
            limit = check_complexity(item, limit);
        }
    }
    limit
}

/// The number of code points of a string.
pub fn characters(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| !is_continuation(byte)).count()
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Computes `value[index]`.
pub fn subscript<'a>(value: &Constant<'a>, index: &Constant<'a>) -> Option<Constant<'a>> {
    let Number::Int(index) = Number::of(index)? else {
        return None;
    };
    match *value {
        Constant::Str(text) => {
            let wanted = position(&index, characters(text))?;
            let mut starts = text
                .iter()
                .enumerate()
                .filter(|(_, byte)| !is_continuation(**byte))
                .map(|(at, _)| at);
            let start = starts.nth(wanted)?;
            let end = starts.next().unwrap_or(text.len());
            text.get(start..end).map(Constant::Str)
        }
        Constant::Bytes(bytes) => {
            let byte = bytes.get(position(&index, bytes.len())?)?;
            Some(Constant::Int(i64::from(*byte)))
        }
        Constant::Tuple(items) => items.get(position(&index, items.len())?).copied(),
        _ => None,
    }
}

fn position(index: &BigInt, length: usize) -> Option<usize> {
    if index.is_negative() {
        (index + length).to_usize()
    } else {
        index.to_usize()
    }
}

/// The constants of a set display, each value once.
pub fn distinct<'a>(items: &[Constant<'a>], arena: &'a Bump) -> &'a [Constant<'a>] {
    let mut set: BumpVec<'a, Constant<'a>> = BumpVec::with_capacity_in(items.len(), arena);
    let mut index: HashTable<u32> = HashTable::with_capacity(items.len());
    for item in items {
        let hash = hash(item);
        if index
            .find(hash, |&at| equal(&set[at as usize], item))
            .is_none()
        {
            let at = set.len() as u32;
            set.push(*item);
            index.insert_unique(hash, at, |&at| self::hash(&set[at as usize]));
        }
    }
    set.into_bump_slice()
}

/// A hash that agrees with [`equal`].
fn hash(constant: &Constant) -> u64 {
    let mut hasher = FxHasher::default();
    match *constant {
        Constant::None => hasher.write_u8(1),
        Constant::Ellipsis => hasher.write_u8(2),
        Constant::Str(bytes) => {
            hasher.write_u8(3);
            hasher.write(bytes);
        }
        Constant::Bytes(bytes) => {
            hasher.write_u8(4);
            hasher.write(bytes);
        }
        Constant::Tuple(items) => items.iter().for_each(|item| hasher.write_u64(hash(item))),
        Constant::FrozenSet(items) => hasher.write_usize(items.len()),
        Constant::True => hash_number(1.0, &mut hasher),
        Constant::False => hash_number(0.0, &mut hasher),
        Constant::Int(value) => hash_number(value as f64, &mut hasher),
        Constant::BigInt(_) => hash_number(f64::MAX, &mut hasher),
        Constant::Float(value) | Constant::Complex { real: value, .. } => {
            hash_number(value, &mut hasher);
        }
    }
    hasher.finish()
}

/// Equal numbers of any type have one nearest float; those that only `BigInt` holds exactly all hash alike.
fn hash_number(value: f64, hasher: &mut FxHasher) {
    let value = if value.abs() >= 9e18 { f64::MAX } else { value };
    // Adding zero makes the negative zero positive.
    hasher.write_u64((value + 0.0).to_bits());
}

/// Whether two constants compare equal in Python.
pub fn equal(left: &Constant, right: &Constant) -> bool {
    match (left, right) {
        (Constant::Str(left), Constant::Str(right))
        | (Constant::Bytes(left), Constant::Bytes(right)) => left == right,
        (Constant::Int(left), Constant::Int(right)) => left == right,
        (Constant::Tuple(left), Constant::Tuple(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right.iter())
                    .all(|(left, right)| equal(left, right))
        }
        (Constant::FrozenSet(left), Constant::FrozenSet(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|item| right.iter().any(|other| equal(item, other)))
        }
        (Constant::None, Constant::None) | (Constant::Ellipsis, Constant::Ellipsis) => true,
        _ => match (Number::of(left), Number::of(right)) {
            (Some(left), Some(right)) => number::equal(&left, &right),
            _ => false,
        },
    }
}
