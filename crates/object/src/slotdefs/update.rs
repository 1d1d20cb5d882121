//! Which function a class's slot gets: CPython's `update_one_slot`, `fixup_slot_dispatchers` and `inherit_slots`.

use super::{SLOT_DEFS, SlotDef, functions, wrap};
use crate::builtin::Builtin;
use crate::descriptor::MethodDescriptor;
use crate::rt::Rt;
use crate::slots::{Slot, SlotFn};
use crate::str_::Str;
use crate::type_::{TypeObj, type_flags};
use hognose_heap::{Ref, Value};
use std::collections::HashMap;

/// For every special method's name (by its word), where the groups of its slots begin in [`SLOT_DEFS`].
pub(crate) type SlotGroups = HashMap<u64, Vec<usize>, rustc_hash::FxBuildHasher>;

fn group_starts() -> impl Iterator<Item = usize> {
    (0..SLOT_DEFS.len()).filter(|&i| i == 0 || SLOT_DEFS[i].slot != SLOT_DEFS[i - 1].slot)
}

fn group(start: usize) -> impl Iterator<Item = &'static SlotDef> {
    let slot = SLOT_DEFS[start].slot;
    SLOT_DEFS[start..]
        .iter()
        .take_while(move |d| d.slot == slot)
}

/// What a native type takes over from its base. Comparison and hash go together.
pub(crate) fn inherit_slots(ty: &TypeObj, base: &TypeObj, object: &Ref<TypeObj>) {
    let slots = &ty.slots;
    if slots.compare.get().is_some() && slots.hash.get().is_none() {
        slots.hash.set(Some(functions::hash_not_implemented));
    }
    // A native type made without a `new` of its own cannot be called, unless its base can.
    let uncallable = std::ptr::eq::<TypeObj>(base, &**object) && slots.new.get().is_none();
    slots.inherit(&base.slots);
    if uncallable {
        slots.new.set(None);
        ty.flags.set(ty.flags.get() | type_flags::NO_NEW);
    }
    refresh_flags(ty, object);
}

/// Sets the flags that say what the slots are, for the executor's inline caches.
pub(crate) fn refresh_flags(ty: &TypeObj, object: &Ref<TypeObj>) {
    let same = |slot: Slot| match (ty.slots.function(slot), object.slots.function(slot)) {
        (Some(a), Some(b)) => a.same(b),
        (None, _) => true,
        _ => false,
    };
    let mut flags = ty.flags.get()
        & !(type_flags::GENERIC_GETATTR | type_flags::GENERIC_SETATTR | type_flags::FINALIZE);
    if same(Slot::getattro) {
        flags |= type_flags::GENERIC_GETATTR;
    }
    if same(Slot::setattro) {
        flags |= type_flags::GENERIC_SETATTR;
    }
    if ty.slots.finalize.get().is_some() {
        flags |= type_flags::FINALIZE;
    }
    ty.flags.set(flags);
}

impl Rt {
    fn slot_groups(&self) -> &SlotGroups {
        self.slot_groups.get_or_init(|| {
            let mut groups = SlotGroups::default();
            for start in group_starts() {
                for def in group(start) {
                    let word = (def.interned)(&self.names).as_value().bits();
                    let starts = groups.entry(word).or_default();
                    if starts.last() != Some(&start) {
                        starts.push(start);
                    }
                }
            }
            groups
        })
    }

    /// Fills the slots of a new Python class from its bases and its own special methods.
    pub(crate) fn fill_slots(&self, ty: &Ref<TypeObj>) {
        let mro = ty.mro.borrow().clone();
        let base: Option<Ref<TypeObj>> = ty.base.get().and_then(|b| Ref::try_from(b).ok());
        let linear = match &base {
            Some(base) => {
                ty.slots.inherit(&base.slots);
                let above = base.mro.borrow();
                mro.len() == above.len() + 1 && mro[1..].iter().zip(&*above).all(|(a, b)| a.same(b))
            }
            None => false,
        };
        if linear {
            // What the class does not name itself looks up the same on its base.
            let own: Vec<u64> = ty
                .dict
                .table
                .borrow()
                .iter()
                .map(|(k, _)| k.bits())
                .collect();
            for word in own {
                for &start in self.slot_groups().get(&word).into_iter().flatten() {
                    self.update_one_slot(ty, start);
                }
            }
        } else {
            for other in mro.iter().skip(1) {
                ty.slots.inherit(&other.slots);
            }
            for start in group_starts() {
                self.update_one_slot(ty, start);
            }
        }
        refresh_flags(ty, &self.types.object);
    }

    /// The attribute of that name was set or deleted on the class: its slots and its subclasses' follow.
    pub(crate) fn update_slot(&self, ty: &Ref<TypeObj>, name: &Ref<Str>) {
        let word = self.intern_ref(name.clone()).as_value().bits();
        if let Some(starts) = self.slot_groups().get(&word) {
            self.update_slot_below(ty, name, starts);
        }
    }

    fn update_slot_below(&self, ty: &Ref<TypeObj>, name: &Ref<Str>, starts: &[usize]) {
        for &start in starts {
            self.update_one_slot(ty, start);
        }
        refresh_flags(ty, &self.types.object);
        for sub in ty.living_subclasses() {
            if sub.dict.get_str(self, name).is_none() {
                self.update_slot_below(&sub, name, starts);
            }
        }
    }

    /// Fills all slots anew, here and below: the bases have changed.
    pub(crate) fn refill_slots(&self, ty: &Ref<TypeObj>) {
        for start in group_starts() {
            self.update_one_slot(ty, start);
        }
        refresh_flags(ty, &self.types.object);
        for sub in ty.living_subclasses() {
            self.refill_slots(&sub);
        }
    }

    fn update_one_slot(&self, ty: &Ref<TypeObj>, start: usize) {
        let slot = SLOT_DEFS[start].slot;
        let mut specific: Option<SlotFn> = None;
        let mut generic: Option<SlotFn> = None;
        let mut use_generic = false;
        for def in group(start) {
            let name = (def.interned)(&self.names);
            let Some(found) = ty.lookup_uncached(self, name) else {
                continue;
            };
            match self.native_function(ty, def, &found) {
                Found::Native(f) if specific.is_none_or(|s| s.same(f)) => specific = Some(f),
                Found::Native(_) => {
                    use_generic = true;
                    generic = def.function;
                }
                Found::OtherSlot => use_generic = true,
                Found::Python => {
                    use_generic = true;
                    generic = def.function;
                }
            }
        }
        let function = if use_generic { generic } else { specific };
        ty.slots.put(slot, function);
    }

    /// Which native function an attribute stands for, if it does.
    fn native_function(&self, ty: &Ref<TypeObj>, def: &'static SlotDef, found: &Value) -> Found {
        if let Some(w) = found.downcast_ref::<wrap::SlotWrapper>()
            && w.def.name == def.name
        {
            return if !std::ptr::eq(w.def, def) {
                Found::OtherSlot
            } else if ty.is_subtype(&w.owner) {
                Found::Native(w.function)
            } else {
                Found::Python
            };
        }
        if def.slot == Slot::new
            && let Some(b) = found.downcast_ref::<Builtin>()
            && std::ptr::eq(b.def, &wrap::NEW)
        {
            return match ty.slots.function(Slot::new) {
                Some(f) => Found::Native(f),
                None => Found::Python,
            };
        }
        if def.slot == Slot::hash && found.is_none() {
            return Found::Native(SlotFn::HashFn(functions::hash_not_implemented));
        }
        // A native type's own method of a slot's name (CPython's METH_COEXIST) does what the slot does.
        if let Some(m) = found.downcast_ref::<MethodDescriptor>()
            && m.def.name == def.name
            && ty.is_subtype(&m.owner)
            && let Some(f) = m.owner.slots.function(def.slot)
        {
            return Found::Native(f);
        }
        Found::Python
    }
}

enum Found {
    /// The slot's own native function.
    Native(SlotFn),
    /// The wrapper of another slot that has a method of the same name.
    OtherSlot,
    /// Something that has to be called.
    Python,
}
