//! Sorting: stable, with whatever order `<` gives, however inconsistent (`list.sort`, `sorted`).

use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::CompareOp;
use crate::str_::{Str, StrExt, Width};
use crate::tuple::Tuple;
use hognose_heap::{Ref, Value};
use std::cmp::Ordering;

struct Keyed {
    key: Option<Value>,
    item: Value,
}

impl Keyed {
    fn key(&self) -> &Value {
        self.key.as_ref().unwrap_or(&self.item)
    }
}

/// Sorts; the items come back whatever happened, in some order if a comparison raised.
pub(crate) fn sort(
    rt: &Rt,
    items: Vec<Value>,
    key: Option<&Value>,
    reverse: bool,
) -> (Vec<Value>, PyResult<()>) {
    let mut keyed = Vec::with_capacity(items.len());
    let mut items = items.into_iter();
    while let Some(item) = items.next() {
        let key = match key
            .map(|f| rt.call(f, std::slice::from_ref(&item)))
            .transpose()
        {
            Ok(key) => key,
            Err(raised) => {
                let mut back: Vec<Value> = keyed.into_iter().map(|k: Keyed| k.item).collect();
                back.push(item);
                back.extend(items);
                return (back, Err(raised));
            }
        };
        keyed.push(Keyed { key, item });
    }
    // Reversing before and after keeps equal items in their order.
    if reverse {
        keyed.reverse();
    }
    let result = sort_keyed(rt, &mut keyed);
    if reverse {
        keyed.reverse();
    }
    (keyed.into_iter().map(|k| k.item).collect(), result)
}

fn sort_keyed(rt: &Rt, rows: &mut [Keyed]) -> PyResult<()> {
    if rows.iter().all(|k| k.key().is_small_int()) {
        rows.sort_by_key(|k| k.key().as_small_int());
        return Ok(());
    }
    if rows.iter().all(|k| k.key().is_immediate_float()) {
        // Immediates are never NaN, so this order is total.
        rows.sort_by(|a, b| {
            a.key()
                .as_immediate_float()
                .partial_cmp(&b.key().as_immediate_float())
                .unwrap_or(Ordering::Equal)
        });
        return Ok(());
    }
    if rows.iter().all(|k| rt.is_exact_str(k.key())) {
        rows.sort_by(
            |a, b| match (a.key().downcast_ref::<Str>(), b.key().downcast_ref::<Str>()) {
                (Some(x), Some(y)) => compare_text(x, y),
                _ => Ordering::Equal,
            },
        );
        return Ok(());
    }
    if rows.iter().all(|k| rt.is_exact(k.key(), &rt.types.tuple)) {
        return merge_sort(
            rows,
            &mut |a, b| match (a.key().downcast(), b.key().downcast()) {
                (Some(a), Some(b)) => tuple_less(rt, a, b),
                _ => Ok(false),
            },
        );
    }
    merge_sort(rows, &mut |a, b| {
        let (a, b) = (a.key(), b.key());
        if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
            return Ok(x < y);
        }
        let less = rt.compare(a, b, CompareOp::Lt)?;
        rt.truth(&less)
    })
}

/// `a < b` (`tuplerichcompare`), with what tuples hold most compared in place.
fn tuple_less(rt: &Rt, a: &Ref<Tuple>, b: &Ref<Tuple>) -> PyResult<bool> {
    for (x, y) in a.slots().iter().zip(b.slots()) {
        if x.bits() == y.bits() {
            continue;
        }
        let (Some(x), Some(y)) = (x.get(), y.get()) else {
            continue;
        };
        if let (Some(i), Some(j)) = (x.as_small_int(), y.as_small_int()) {
            return Ok(i < j);
        }
        if rt.is_exact_str(&x)
            && rt.is_exact_str(&y)
            && let (Some(s), Some(t)) = (x.downcast_ref::<Str>(), y.downcast_ref::<Str>())
        {
            match compare_text(s, t) {
                Ordering::Equal => continue,
                order => return Ok(order == Ordering::Less),
            }
        }
        if !rt.eq(&x, &y)? {
            let less = rt.compare(&x, &y, CompareOp::Lt)?;
            return rt.truth(&less);
        }
    }
    Ok(a.len() < b.len())
}

/// Code point order.
pub(crate) fn compare_text(a: &Str, b: &Str) -> Ordering {
    match (a.width(), b.width()) {
        (Width::One, Width::One) => a.bytes().cmp(b.bytes()),
        _ => a.codes().cmp(b.codes()),
    }
}

/// Shortest run that is worth merging; shorter ones grow by binary insertion.
const RUN: usize = 32;

/// A stable natural merge sort. It asks `less(later, earlier)` as CPython's does, never panics on an inconsistent
/// order, and leaves all items in place (in some order) when a comparison raises.
fn merge_sort(
    rows: &mut [Keyed],
    less: &mut dyn FnMut(&Keyed, &Keyed) -> PyResult<bool>,
) -> PyResult<()> {
    let len = rows.len();
    let mut runs: Vec<(usize, usize)> = Vec::new();
    let mut start = 0;
    while start < len {
        let mut end = start + 1;
        if end < len {
            let descending = less(&rows[end], &rows[start])?;
            end += 1;
            while end < len && less(&rows[end], &rows[end - 1])? == descending {
                end += 1;
            }
            if descending {
                rows[start..end].reverse();
            }
        }
        let target = (start + RUN).min(len);
        while end < target {
            insert(rows, start, end, less)?;
            end += 1;
        }
        runs.push((start, end));
        start = end;
        while runs.len() > 1 && should_merge(&runs) {
            merge_top(rows, &mut runs, less)?;
        }
    }
    while runs.len() > 1 {
        merge_top(rows, &mut runs, less)?;
    }
    Ok(())
}

/// Keeps run lengths roughly doubling down the stack, so that merging costs n log n.
fn should_merge(runs: &[(usize, usize)]) -> bool {
    let n = runs.len();
    let len = |i: usize| runs[i].1 - runs[i].0;
    len(n - 2) <= len(n - 1) || (n > 2 && len(n - 3) <= len(n - 2) + len(n - 1))
}

/// Puts the row at `at` into its place among the sorted ones from `start`.
fn insert(
    rows: &mut [Keyed],
    start: usize,
    at: usize,
    less: &mut dyn FnMut(&Keyed, &Keyed) -> PyResult<bool>,
) -> PyResult<()> {
    let (mut low, mut high) = (start, at);
    while low < high {
        let middle = low + (high - low) / 2;
        if less(&rows[at], &rows[middle])? {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    rows[low..=at].rotate_right(1);
    Ok(())
}

fn merge_top(
    rows: &mut [Keyed],
    runs: &mut Vec<(usize, usize)>,
    less: &mut dyn FnMut(&Keyed, &Keyed) -> PyResult<bool>,
) -> PyResult<()> {
    let (Some((middle, end)), Some((start, _))) = (runs.pop(), runs.pop()) else {
        return Ok(());
    };
    runs.push((start, end));
    if !less(&rows[middle], &rows[middle - 1])? {
        return Ok(());
    }
    // The left run moves aside; the gap it leaves moves rightwards as rows settle, and is closed by what is left of it.
    let gap = || Keyed {
        key: None,
        item: Value::NONE,
    };
    let mut left = rows[start..middle]
        .iter_mut()
        .map(|row| std::mem::replace(row, gap()))
        .collect::<Vec<_>>()
        .into_iter();
    let (mut to, mut right) = (start, middle);
    let mut result = Ok(());
    while let Some(l) = left.as_slice().first()
        && right < end
    {
        match less(&rows[right], l) {
            Ok(true) => {
                rows.swap(to, right);
                right += 1;
            }
            Ok(false) => {
                if let Some(row) = left.next() {
                    rows[to] = row;
                }
            }
            Err(raised) => {
                result = Err(raised);
                break;
            }
        }
        to += 1;
    }
    for row in left {
        rows[to] = row;
        to += 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_stably_and_survives_raising() {
        let rt = Rt::new();
        let mut seed: u64 = 1;
        let mut rows: Vec<Keyed> = (0..5000)
            .map(|i| {
                seed = seed
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                Keyed {
                    key: Some(rt.int((seed >> 33) as i64 % 100)),
                    item: rt.int(i),
                }
            })
            .collect();
        let key = |k: &Keyed| k.key().as_small_int().unwrap_or(0);
        merge_sort(&mut rows, &mut |a, b| Ok(key(a) < key(b))).unwrap();
        for pair in rows.windows(2) {
            let order = (key(&pair[0]), pair[0].item.as_small_int())
                .cmp(&(key(&pair[1]), pair[1].item.as_small_int()));
            assert_eq!(order, Ordering::Less);
        }
        let mut calls = 0;
        rows.reverse();
        let raised = merge_sort(&mut rows, &mut |a, b| {
            calls += 1;
            if calls == 9000 {
                Err(rt.value_error("stop"))
            } else {
                Ok(key(a) < key(b))
            }
        });
        assert!(raised.is_err());
        let mut items: Vec<_> = rows.iter().filter_map(|k| k.item.as_small_int()).collect();
        items.sort_unstable();
        assert_eq!(items, (0..5000).collect::<Vec<_>>());
    }
}
