//! Attributes and methods by shape and type version.

use super::{At, Handler, Packed, entry_word, handlers, leave_to, slow, swap};
use crate::exec::attr::{self, What};
use crate::exec::run::payload;
use crate::exec::{Frame, is_cell, is_subclass, retain, type_at};
use crate::ir::{Op, Word};
use hognose_object::TypeObj;
use hognose_object::instance::Instance;
use hognose_object::module::Module;

slow! {
    load_slow = attr::load_attr;
    property_slow = attr::load_property;
    store_slow = attr::store_attr;
    method_slow = attr::load_method;
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

/// The word of a module's attribute that the cache found; 0 if the guard fails.
///
/// # Safety
/// As for [`payload`].
#[inline(always)]
unsafe fn module_word(word: u64, guard: Word, cache: Word) -> u64 {
    // SAFETY: by the contract; nothing runs while the table is looked at.
    unsafe {
        let Some(module) = payload::<Module>(word) else {
            return 0;
        };
        let table = &*module.dict.table.as_ptr();
        if table.known_version() != guard.first() || is_subclass(word) {
            return 0;
        }
        entry_word(table, u32::from(cache.a))
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

/// What is known of the attribute that an instruction names, whatever class the instance is of. The name's index is the
/// instruction's c.
///
/// # Safety
/// As for all handlers.
#[inline(always)]
unsafe fn known(at: &At<'_>, i: Packed, instance: &Instance, word: u64) -> Option<What> {
    // SAFETY: by the contract.
    unsafe {
        at.cx.vm.attributes.get(
            type_at(word).known_version(),
            instance.head.shape.get(),
            attr::name_of(at.f, i.word()),
        )
    }
}

handlers! {
    // Of instances of several classes.
    #[inline(never)]
    load_many(at, i) {
        let word = at.get(i.b());
        if let Some(instance) = payload::<Instance>(word)
            && let Some(What::Slot(slot)) = known(&at, i, instance, word)
            && let Some(slot) = instance.slots().get(usize::from(slot))
        {
            let found = slot.bits();
            if found != 0 {
                let found = retain(found);
                return at.finish_without(i.a(), found, at.spent(i.b(), word));
            }
        }
        leave_to!(load_slow, at, i)
    }
    #[inline(never)]
    method_many(at, i) {
        let word = at.get(i.b());
        if let Some(instance) = payload::<Instance>(word)
            && let Some(What::Method(method)) = known(&at, i, instance, word)
        {
            let method = retain(method);
            let this = at.take(i.b());
            at.put(i.a(), method);
            at.put(i.a() + 1, this);
            return at.next();
        }
        leave_to!(method_slow, at, i)
    }
    #[inline(never)]
    store_many(at, i) {
        let object = at.get(i.a());
        if let Some(instance) = payload::<Instance>(object)
            && let Some(What::Slot(slot)) = known(&at, i, instance, object)
            && let Some(slot) = instance.slots().get(usize::from(slot))
            && !slot.is_empty()
        {
            let old = swap(slot, at.take(i.b()));
            let spent = at.spent(i.a(), object);
            let old = if old & 7 == 0 { old } else { 0 };
            return at.next_without_both(old, spent);
        }
        leave_to!(store_slow, at, i)
    }
    load_class(at, i) {
        let word = at.get(i.b());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        if instance_at(word, guard).is_some() {
            let found = cached(at.f, cache.op);
            if found != 0 {
                let found = retain(found);
                return at.finish_without(i.a(), found, at.spent(i.b(), word));
            }
        }
        leave_to!(load_slow, at, i)
    }
    load_module(at, i) {
        let word = at.get(i.b());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        let found = module_word(word, guard, cache);
        if found != 0 {
            let found = retain(found);
            return at.finish_without(i.a(), found, at.spent(i.b(), word));
        }
        leave_to!(load_slow, at, i)
    }
    method_module(at, i) {
        let word = at.get(i.b());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        let found = module_word(word, guard, cache);
        if found != 0 {
            let found = retain(found);
            let spent = at.spent(i.b(), word);
            at.put(i.a(), 0);
            at.put(i.a() + 1, found);
            return at.next_without(spent);
        }
        leave_to!(method_slow, at, i)
    }
    method_class(at, i) {
        let word = at.get(i.b());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        if let Some(class) = payload::<TypeObj>(word)
            && class.known_version() == guard.first()
        {
            let found = cached(at.f, cache.op);
            if found != 0 {
                let found = retain(found);
                let spent = at.spent(i.b(), word);
                at.put(i.a(), 0);
                at.put(i.a() + 1, found);
                return at.next_without(spent);
            }
        }
        leave_to!(method_slow, at, i)
    }
    store_add(at, i) {
        let object = at.get(i.a());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        if let Some(instance) = instance_at(object, guard)
            && let Some(slot) = instance.slots().get(usize::from(cache.a))
        {
            instance
                .head
                .shape
                .set(u32::from(cache.op) | u32::from(cache.c) << 16);
            let old = swap(slot, at.take(i.b()));
            let spent = at.spent(i.a(), object);
            let old = if old & 7 == 0 { old } else { 0 };
            return at.next_without_both(old, spent);
        }
        leave_to!(store_slow, at, i)
    }
    store_member(at, i) {
        let object = at.get(i.a());
        let (guard, cache) = (*at.pc, *at.pc.add(1));
        let at = at.skip(2);
        if let Some(instance) = payload::<Instance>(object)
            && type_at(object).known_version() == guard.first()
            && let Some(slot) = instance.slots().get(usize::from(cache.a))
        {
            let old = swap(slot, at.take(i.b()));
            let spent = at.spent(i.a(), object);
            let old = if old & 7 == 0 { old } else { 0 };
            return at.next_without_both(old, spent);
        }
        leave_to!(store_slow, at, i)
    }
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
        leave_to!(load_many, at, i)
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
    load_property(at, i) {
        let at = at.skip(2);
        leave_to!(property_slow, at, i)
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
            return at.next_without_both(old, spent);
        }
        leave_to!(store_many, at, i)
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
        leave_to!(method_many, at, i)
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
    method(at, i) {
        let at = at.skip(2);
        leave_to!(method_slow, at, i)
    }
}

pub(super) const HANDLERS: &[(Op, Handler)] = &[
    (Op::LoadAttr, load),
    (Op::LoadAttrSlot, load_slot),
    (Op::LoadAttrMember, load_member),
    (Op::LoadAttrClass, load_class),
    (Op::LoadAttrModule, load_module),
    (Op::LoadAttrProperty, load_property),
    (Op::StoreAttr, store),
    (Op::StoreAttrSlot, store_slot),
    (Op::StoreAttrAdd, store_add),
    (Op::StoreAttrMember, store_member),
    (Op::LoadMethod, method),
    (Op::LoadMethodShape, method_shape),
    (Op::LoadMethodPlain, method_plain),
    (Op::LoadMethodModule, method_module),
    (Op::LoadMethodClass, method_class),
];
