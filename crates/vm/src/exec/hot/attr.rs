//! Attributes and methods by shape and type version.

use super::{Handler, handlers, leave_to, slow, swap};
use crate::exec::run::payload;
use crate::exec::{Cx, Frame, attr, is_cell, retain, type_at};
use crate::ir::{Op, Word};
use hognose_object::PyResult;
use hognose_object::instance::Instance;

/// # Safety
/// As for all handlers.
unsafe fn load_quick(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract: the number is one of `Op`'s.
    unsafe { attr::load_quick(cx, f, Op::of(i.op), i) }
}

/// # Safety
/// As for all handlers.
unsafe fn load_method_value(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: as above.
    unsafe { attr::load_method_value(cx, f, Op::of(i.op), i) }
}

/// # Safety
/// As for all handlers.
unsafe fn store_quick(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: as above.
    unsafe { attr::store_quick(cx, f, Op::of(i.op), i) }
}

slow! {
    load_slow = attr::load_attr;
    load_quick_slow = load_quick;
    store_slow = attr::store_attr;
    store_quick_slow = store_quick;
    method_slow = attr::load_method;
    method_value_slow = load_method_value;
}

/// The instance, if its class's version and its shape are those of the cache.
///
/// # Safety
/// As for [`payload`].
#[inline(always)]
unsafe fn instance_at<'a>(word: u64, cache: Word) -> Option<&'a Instance> {
    // SAFETY: by the contract; a living cell's type lives.
    unsafe {
        let instance = payload::<Instance>(word)?;
        let ty = type_at(word);
        (ty.known_version() == cache.first() && instance.head.shape.get() == cache.second())
            .then_some(instance)
    }
}

/// The word in a slot of the IR.
///
/// # Safety
/// The translator gave the slot to the instruction.
#[inline(always)]
unsafe fn cached(f: *mut Frame, slot: u16) -> u64 {
    // SAFETY: by the contract.
    unsafe { (*(*(*f).ir).values.as_ptr().add(usize::from(slot))).bits() }
}

handlers! {
    load_slot(at, i) {
        let word = at.get(i.b());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        if let Some(instance) = instance_at(word, guard)
            && let Some(slot) = instance.slots().get(usize::from(cache.a))
        {
            let found = slot.bits();
            if found != 0 {
                let found = retain(found);
                return at.finish_without(i.a(), found, at.spent(i.b(), word));
            }
        }
        leave_to!(load_slow, at, i)
    }
    load_member(at, i) {
        let word = at.get(i.b());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        if let Some(instance) = payload::<Instance>(word)
            && type_at(word).known_version() == guard.first()
            && let Some(slot) = instance.slots().get(usize::from(cache.a))
        {
            let found = slot.bits();
            if found != 0 {
                let found = retain(found);
                return at.finish_without(i.a(), found, at.spent(i.b(), word));
            }
        }
        leave_to!(load_slow, at, i)
    }
    load_quick_(at, i) {
        let at = at.skip(2);
        leave_to!(load_quick_slow, at, i)
    }
    load(at, i) {
        let at = at.skip(2);
        leave_to!(load_slow, at, i)
    }
    store_slot(at, i) {
        let object = at.get(i.a());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        if let Some(instance) = instance_at(object, guard)
            && let Some(slot) = instance.slots().get(usize::from(cache.a))
        {
            let old = swap(slot, at.take(i.b()));
            let spent = at.spent(i.a(), object);
            let old = if old & 7 == 0 { old } else { 0 };
            if old | spent != 0 {
                return at.next_without_both(old, spent);
            }
            return at.next();
        }
        leave_to!(store_slow, at, i)
    }
    store_quick_(at, i) {
        let at = at.skip(2);
        leave_to!(store_quick_slow, at, i)
    }
    store(at, i) {
        let at = at.skip(2);
        leave_to!(store_slow, at, i)
    }
    method_shape(at, i) {
        let word = at.get(i.b());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        if instance_at(word, guard).is_some() {
            let method = retain(cached(at.f, cache.op));
            let this = at.take(i.b());
            at.put(i.a(), method);
            at.put(i.a() + 1, this);
            return at.next();
        }
        leave_to!(method_slow, at, i)
    }
    method_plain(at, i) {
        let word = at.get(i.b());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        if is_cell(word) && type_at(word).known_version() == guard.first() {
            let method = retain(cached(at.f, cache.op));
            let this = at.take(i.b());
            at.put(i.a(), method);
            at.put(i.a() + 1, this);
            return at.next();
        }
        leave_to!(method_slow, at, i)
    }
    method_value(at, i) {
        let at = at.skip(2);
        leave_to!(method_value_slow, at, i)
    }
    method(at, i) {
        let at = at.skip(2);
        leave_to!(method_slow, at, i)
    }
}

pub(super) const HANDLERS: &[(Op, Handler)] = &[
    (Op::LoadAttr, load),
    (Op::LoadAttrSlot, load_slot),
    (Op::LoadAttrMember, load_member),
    (Op::LoadAttrClass, load_quick_),
    (Op::LoadAttrModule, load_quick_),
    (Op::LoadAttrProperty, load_quick_),
    (Op::StoreAttr, store),
    (Op::StoreAttrSlot, store_slot),
    (Op::StoreAttrAdd, store_quick_),
    (Op::StoreAttrMember, store_quick_),
    (Op::LoadMethod, method),
    (Op::LoadMethodShape, method_shape),
    (Op::LoadMethodPlain, method_plain),
    (Op::LoadMethodModule, method_value),
    (Op::LoadMethodClass, method_value),
];
