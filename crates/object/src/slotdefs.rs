//! Special methods and slots: how each stands for the other (CPython's `slotdefs`).

use crate::rt::Rt;
use crate::type_::{TypeObj, TypeSpec};
use hognose_heap::Ref;

impl Rt {
    /// Puts a slot wrapper into the dict for every slot that a native type fills itself.
    pub(crate) fn add_slot_wrappers(&self, _ty: &Ref<TypeObj>, _spec: &TypeSpec) {}
}
