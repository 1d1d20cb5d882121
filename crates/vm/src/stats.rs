//! Counters for work on speed (`-X stats`): what the executor ran, and how its guesses held.
//!
//! Executed instructions are counted by a handler that stands before every other one, so that the usual ones do not know
//! of it. What only slow paths count is counted always.

use crate::ir::Op;
use std::cell::Cell;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

const OPS: usize = Op::ALL.len();

/// Instructions by operation.
pub(crate) struct Counts {
    executed: [Cell<u64>; OPS],
    left: [Cell<u64>; OPS],
}

/// Sites that took a quickened form, and those that changed one for another.
static QUICKENED: AtomicU64 = AtomicU64::new(0);
static REQUICKENED: AtomicU64 = AtomicU64::new(0);
/// Guards that did not hold in quickened instructions which the loop calls out for.
static MISSED: AtomicU64 = AtomicU64::new(0);

/// A site becomes another operation.
pub(crate) fn quickened(before: u16) {
    let change = Op::ALL
        .get(usize::from(before))
        .is_some_and(|op| op.is_quick());
    let counter = if change { &REQUICKENED } else { &QUICKENED };
    counter.fetch_add(1, Ordering::Relaxed);
}

/// A quickened instruction outside the loop met something else.
#[cold]
pub(crate) fn missed() {
    MISSED.fetch_add(1, Ordering::Relaxed);
}

impl Counts {
    pub fn new() -> Counts {
        Counts {
            executed: [const { Cell::new(0) }; OPS],
            left: [const { Cell::new(0) }; OPS],
        }
    }

    #[inline]
    pub fn executed(&self, op: Op) {
        let count = &self.executed[op as usize];
        count.set(count.get() + 1);
    }

    /// The loop called out.
    #[inline]
    pub fn left(&self, op: Op) {
        let count = &self.left[op as usize];
        count.set(count.get() + 1);
    }

    /// The tables, for people.
    pub fn report(&self) -> String {
        let mut rows: Vec<(Op, u64, u64)> = (Op::ALL.iter())
            .map(|&op| {
                (
                    op,
                    self.executed[op as usize].get(),
                    self.left[op as usize].get(),
                )
            })
            .filter(|(_, executed, _)| *executed != 0)
            .collect();
        rows.sort_by_key(|(_, executed, _)| std::cmp::Reverse(*executed));
        let all: u64 = rows.iter().map(|(_, executed, _)| executed).sum();
        let mut text = format!("IR instructions executed: {all}\n");
        let share = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {:<20} {:>14} {:>7} {:>14}",
            "operation", "executed", "%", "outside loop"
        );
        for &(op, executed, left) in &rows {
            let name = format!("{op:?}");
            let _ = writeln!(
                text,
                "  {name:<20} {executed:>14} {:>7.2} {left:>14}",
                share(executed, all)
            );
        }
        let quick = rows.iter().filter(|(op, ..)| op.is_quick());
        let quick_executed: u64 = quick.clone().map(|(_, executed, _)| executed).sum();
        let in_loop: u64 = quick
            .filter(|(op, executed, left)| !op.runs_outside() && left <= executed)
            .map(|(_, _, left)| left)
            .sum();
        let missed = in_loop + MISSED.load(Ordering::Relaxed);
        let _ = writeln!(
            text,
            "quickened instructions executed: {quick_executed}, hits {}, misses {missed} ({:.2} %)",
            quick_executed.saturating_sub(missed),
            share(missed, quick_executed)
        );
        let _ = writeln!(
            text,
            "sites quickened: {}, deoptimised to another form: {}",
            QUICKENED.load(Ordering::Relaxed),
            REQUICKENED.load(Ordering::Relaxed)
        );
        let heap = hognose_heap::stats();
        let _ = writeln!(
            text,
            "heap: {} allocations, {:.1} MiB held, {} collections",
            heap.allocations,
            heap.bytes as f64 / (1 << 20) as f64,
            heap.collections
        );
        text
    }
}
