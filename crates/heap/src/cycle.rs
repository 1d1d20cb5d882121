//! The cycle collector: counts minus inner references, as CPython's `gcmodule.c` finds garbage.
//!
//! A collection subtracts, for every traced cell, the references that come from traced cells. What is left over zero
//! is held from outside; what that reaches lives; the rest is garbage, is finalised, and is cleared. Memory itself
//! is still released by counts.

use crate::alloc::{self, Large, PAGE, Page, heap};
use crate::kind;
use crate::trace::Visitor;
use crate::value::{Header, IMMORTAL, Value, flags};

/// Traced cells at which the first collection is due.
pub(crate) const FIRST_DUE: usize = 50_000;
/// Scratch count of a cell that is known to live.
const REACHED: u32 = u32::MAX;

/// Whether so many traced cells were made since the last collection that the next one pays.
#[inline]
pub fn collection_due() -> bool {
    // SAFETY: a look by the thread that holds the key.
    unsafe { (*heap()).tracked >= (*heap()).due }
}

/// How many traced cells more than survive a collection make the next one due; 0 means never.
pub fn threshold() -> usize {
    // SAFETY: as in `collection_due`.
    unsafe { (*heap()).threshold }
}

/// Sets [`threshold`] (1 collects at every chance: the zeal mode of tests).
pub fn set_threshold(cells: usize) {
    // SAFETY: as in `collection_due`.
    unsafe {
        (*heap()).threshold = cells;
        set_due(if cells == 0 {
            usize::MAX
        } else {
            (*heap()).tracked + cells
        });
    }
}

/// Makes the next collection due when that many more traced cells live, if collections are due at all.
pub fn due_in(cells: usize) {
    // SAFETY: as in `collection_due`.
    unsafe {
        if (*heap()).threshold != 0 {
            set_due((*heap()).tracked + cells);
        }
    }
}

/// Makes a collection due at so many traced cells.
fn set_due(cells: usize) {
    // SAFETY: as in `collection_due`.
    unsafe { (*heap()).due = cells };
    crate::attention::set_due(cells);
}

/// Every traced cell alive (CPython's `gc.get_objects`).
pub fn tracked_objects() -> Vec<Value> {
    let mut all = Vec::new();
    each_traced(|header, _| {
        // SAFETY: the cell is live; the clone takes a count of its own.
        all.push((*std::mem::ManuallyDrop::new(unsafe { Value::from_raw(header as u64) })).clone());
    });
    all
}

/// The values that a cell owns, its type aside (CPython's `gc.get_referents`).
pub fn referents(value: &Value) -> Vec<Value> {
    let Some(header) = value.header() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut keep = |child: *const Header| {
        // SAFETY: a visited word is a live cell's; the clone takes a count of its own.
        found
            .push((*std::mem::ManuallyDrop::new(unsafe { Value::from_raw(child as u64) })).clone());
    };
    let mut visitor = Visitor { visit: &mut keep };
    for slot in header.tail() {
        slot.visit(&mut visitor);
    }
    // SAFETY: the cell is live and of the kind that it names.
    unsafe { (kind::info(header.kind()).trace)(Header::payload(header), &mut visitor) };
    found
}

fn scratch_of(header: *const Header) -> *mut u32 {
    // SAFETY: the header is that of a live traced cell, and a collection runs, so pages have their scratch.
    unsafe {
        if (*header).flags.get() & flags::LARGE != 0 {
            return &raw mut (*Large::of(header)).scratch;
        }
        let page = Page::of(header);
        (*page).scratch.add(Page::index_of(page, header))
    }
}

fn each_traced(mut f: impl FnMut(*const Header, u32)) {
    // SAFETY: `f` neither makes nor releases cells, so neither list changes; headers with a zero count are free places.
    unsafe {
        for i in 0..(*heap()).pages.len() {
            let page = (&(*heap()).pages)[i];
            if !(*page).traced {
                continue;
            }
            for (_, header) in Page::cells(page) {
                let count = (*header).count.get();
                if count != 0 {
                    f(header, count);
                }
            }
        }
        for i in 0..(*heap()).large.len() {
            let header = (&(*heap()).large)[i].wrapping_add(1) as *const Header;
            let count = (*header).count.get();
            if count != 0 {
                f(header, count);
            }
        }
    }
}

/// Visits what a cell owns that is itself traced and counted, its type included.
fn each_child(header: *const Header, visit: &mut dyn FnMut(*const Header)) {
    let mut only_traced = |child: *const Header| {
        // SAFETY: a visited word is a live cell's.
        let child_ref = unsafe { &*child };
        if child_ref.flags.get() & flags::GC != 0 && child_ref.count.get() < IMMORTAL {
            visit(child);
        }
    };
    // SAFETY: the cell is live and of the kind that it names.
    unsafe {
        let ty = (*header).ty.get();
        if !ty.is_null() {
            only_traced(ty);
        }
        let mut visitor = Visitor {
            visit: &mut only_traced,
        };
        for slot in (*header).tail() {
            slot.visit(&mut visitor);
        }
        (kind::info((*header).kind.get()).trace)(Header::payload(header), &mut visitor);
    }
}

fn mark_from(roots: &mut Vec<*const Header>) {
    while let Some(header) = roots.pop() {
        each_child(header, &mut |child| {
            let scratch = scratch_of(child);
            // SAFETY: a collection runs; see scratch_of.
            unsafe {
                if *scratch != REACHED {
                    *scratch = REACHED;
                    roots.push(child);
                }
            }
        });
    }
}

/// Finds and clears garbage cycles; returns how many cells were found unreachable.
///
/// Weak references to garbage are cleared and finalisers run before anything is cleared; what a finaliser
/// resurrects lives on (PEP 442).
pub fn collect() -> usize {
    let mut found = 0;
    collect_with(&mut |garbage| {
        found = garbage.len();
        true
    });
    found
}

/// As [`collect`], but shows the garbage that is left when finalisers have run; it lives on if the answer is false.
pub fn collect_with(judge: &mut dyn FnMut(&[Value]) -> bool) {
    // SAFETY: a flag of the heap, read and written by the thread that holds the key.
    unsafe {
        if (*heap()).collecting {
            return;
        }
        (*heap()).collecting = true;
    }
    alloc::count_collection();
    let garbage = find_garbage();
    finalize_and_clear(garbage, judge);
    // SAFETY: as above.
    unsafe {
        (*heap()).collecting = false;
        let threshold = (*heap()).threshold;
        let tracked = (*heap()).tracked;
        set_due(if threshold == 0 {
            usize::MAX
        } else {
            tracked + threshold.max(if threshold < FIRST_DUE { 0 } else { tracked })
        });
    }
}

fn find_garbage() -> Vec<Value> {
    let mut boards: Vec<Vec<u32>> = Vec::new();
    // SAFETY: the boards outlive every use of the pages' scratch pointers, which are reset below.
    unsafe {
        for i in 0..(*heap()).pages.len() {
            let page = (&(*heap()).pages)[i];
            if (*page).traced {
                let mut board = vec![0; PAGE / (*page).cell_size as usize];
                (*page).scratch = board.as_mut_ptr();
                boards.push(board);
            }
        }
    }
    // SAFETY: scratch_of is given live traced cells while the boards stand.
    unsafe {
        each_traced(|header, count| {
            // Nothing is ever subtracted from an immortal cell's.
            *scratch_of(header) = count.min(IMMORTAL)
        });
        each_traced(|header, _| {
            each_child(header, &mut |child| {
                let scratch = scratch_of(child);
                if *scratch != REACHED {
                    *scratch = (*scratch).saturating_sub(1);
                }
            });
        });
    }
    // Each root is followed to its end at once, so that what is yet to be looked at stays few.
    let mut roots = Vec::new();
    each_traced(|header, _| {
        let scratch = scratch_of(header);
        // SAFETY: as above.
        unsafe {
            if *scratch != 0 && *scratch != REACHED {
                *scratch = REACHED;
                roots.push(header);
                mark_from(&mut roots);
            }
        }
    });
    let mut garbage = Vec::new();
    each_traced(|header, _| {
        // SAFETY: as above; the clone takes a count of its own.
        unsafe {
            if *scratch_of(header) != REACHED {
                garbage
                    .push((*std::mem::ManuallyDrop::new(Value::from_raw(header as u64))).clone());
            }
        }
    });
    // SAFETY: the boards go now, and so do the pointers to them.
    unsafe {
        for i in 0..(*heap()).pages.len() {
            let page = (&(*heap()).pages)[i];
            (*page).scratch = std::ptr::null_mut();
        }
    }
    garbage
}

fn finalize_and_clear(garbage: Vec<Value>, judge: &mut dyn FnMut(&[Value]) -> bool) {
    let mut finalized = false;
    let weak = |v: &&Value| v.header().is_some_and(|h| h.flags() & flags::WEAK != 0);
    let watched: Vec<&Value> = garbage.iter().filter(weak).collect();
    for value in &watched {
        if let Some(h) = value.header() {
            crate::weak::forget(h);
            h.clear_flags(flags::WEAK);
        }
    }
    for value in watched {
        (kind::hooks().weakrefs)(value);
    }
    for value in &garbage {
        if let Some(h) = value.header()
            && h.flags() & flags::FINALIZE != 0
            && h.flags() & flags::FINALIZED == 0
        {
            h.set_flags(flags::FINALIZED);
            finalized = true;
            (kind::hooks().finalize)(value);
        }
    }
    let garbage = if finalized {
        still_garbage(garbage)
    } else {
        garbage
    };
    if !judge(&garbage) {
        return;
    }
    for value in &garbage {
        if let Some(h) = value.header() {
            // SAFETY: `garbage` holds a count, so the cell is live and of the kind that it names.
            unsafe { (kind::info(h.kind()).clear)(Header::payload(h)) };
            for slot in h.tail() {
                slot.set(None);
            }
        }
    }
}

/// What of the garbage is still unreachable after finalisers ran: the same subtraction over the garbage alone.
fn still_garbage(garbage: Vec<Value>) -> Vec<Value> {
    let mut left: std::collections::HashMap<*const Header, u32> = garbage
        .iter()
        .filter_map(|v| v.header().map(|h| (std::ptr::from_ref(h), h.count() - 1)))
        .collect();
    let members: Vec<*const Header> = left.keys().copied().collect();
    for &header in &members {
        each_child(header, &mut |child| {
            if let Some(n) = left.get_mut(&child) {
                *n = n.saturating_sub(1);
            }
        });
    }
    let mut work: Vec<*const Header> = members.iter().copied().filter(|h| left[h] != 0).collect();
    while let Some(header) = work.pop() {
        if left.remove(&header).is_some() {
            each_child(header, &mut |child| {
                if left.contains_key(&child) {
                    work.push(child);
                }
            });
        }
    }
    garbage
        .into_iter()
        .filter(|v| {
            v.header()
                .is_some_and(|h| left.contains_key(&std::ptr::from_ref(h)))
        })
        .collect()
}
