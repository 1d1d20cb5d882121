//! Special methods and slots: how each stands for the other (CPython's `slotdefs`).
//!
//! A native type's filled slots show in its dict as slot wrappers ([`wrap`]); a Python class's special methods fill
//! its slots with functions that look the method up and call it ([`functions`]); [`update`] decides which function
//! a class's slot gets.

mod functions;
mod update;
mod wrap;

use crate::raised::PyResult;
use crate::rt::{Names, Rt};
use crate::slots::{CompareOp, Slot, SlotFn};
use crate::str_::Str;
use hognose_heap::Ref;

pub(crate) use functions::{finalize, slot_new};
pub(crate) use update::{SlotGroups, inherit_slots, refresh_flags};
pub use wrap::{METHOD_WRAPPER, SLOT_WRAPPER, SlotWrapper};

/// How the arguments of a special method become those of its slot's function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Wrap {
    Unary,
    /// `self` is the left operand.
    Binary,
    /// `self` is the right operand.
    BinaryRight,
    Power,
    PowerRight,
    Hash,
    Len,
    Bool,
    Next,
    Compare(CompareOp),
    SetItem,
    DelItem,
    GetAttr,
    SetAttr,
    DelAttr,
    Contains,
    /// The operand is a count: it needs `__index__`.
    Repeat,
    Call,
    Init,
    DescrGet,
    DescrSet,
    DescrDelete,
    Del,
    /// Native types show no wrapper.
    Nothing,
}

/// One special method and the slot behind it.
pub(crate) struct SlotDef {
    pub name: &'static str,
    pub interned: fn(&Names) -> &Ref<Str>,
    pub slot: Slot,
    pub wrap: Wrap,
    /// What a Python class that has the method puts into the slot.
    pub function: Option<SlotFn>,
    /// `__text_signature__` of the wrapper.
    pub signature: &'static str,
}

macro_rules! slot_defs {
    ($($name:ident $text:literal $slot:ident $wrap:expr, $form:ident $function:tt $signature:literal;)*) => {
        /// Every special method that has a slot, in the order of CPython's table.
        pub(crate) static SLOT_DEFS: &[SlotDef] = &[$(SlotDef {
            name: $text,
            interned: |names| &names.$name,
            slot: Slot::$slot,
            wrap: $wrap,
            function: slot_defs!(@ $form $function),
            signature: $signature,
        },)*];
    };
    (@ $form:ident none) => { None };
    (@ $form:ident $function:ident) => { Some(SlotFn::$form(functions::$function)) };
}

use CompareOp::{Eq, Ge, Gt, Le, Lt, Ne};
use Wrap::{
    Binary, BinaryRight, Bool, Call, Compare, Contains, Del, DelAttr, DelItem, DescrDelete,
    DescrGet, DescrSet, GetAttr, Hash, Init, Len, Next, Nothing, Power, PowerRight, Repeat,
    SetAttr, SetItem, Unary,
};

slot_defs! {
    repr_ "__repr__" repr Unary, Unary slot_repr "($self, /)";
    hash_ "__hash__" hash Hash, HashFn slot_hash "($self, /)";
    call_ "__call__" call Call, CallFn slot_call "($self, /, *args, **kwargs)";
    str_ "__str__" str Unary, Unary slot_str "($self, /)";
    getattribute_ "__getattribute__" getattro GetAttr, GetAttrFn slot_getattr_hook "($self, name, /)";
    getattr_ "__getattr__" getattro Nothing, GetAttrFn slot_getattr_hook "";
    setattr_ "__setattr__" setattro SetAttr, SetAttrFn slot_setattr "($self, name, value, /)";
    delattr_ "__delattr__" setattro DelAttr, SetAttrFn slot_setattr "($self, name, /)";
    lt_ "__lt__" compare Compare(Lt), CompareFn slot_compare "($self, value, /)";
    le_ "__le__" compare Compare(Le), CompareFn slot_compare "($self, value, /)";
    eq_ "__eq__" compare Compare(Eq), CompareFn slot_compare "($self, value, /)";
    ne_ "__ne__" compare Compare(Ne), CompareFn slot_compare "($self, value, /)";
    gt_ "__gt__" compare Compare(Gt), CompareFn slot_compare "($self, value, /)";
    ge_ "__ge__" compare Compare(Ge), CompareFn slot_compare "($self, value, /)";
    iter_ "__iter__" iter Unary, Unary slot_iter "($self, /)";
    next_ "__next__" next Next, NextFn slot_next "($self, /)";
    get_ "__get__" descr_get DescrGet, DescrGetFn slot_descr_get "($self, instance, owner=None, /)";
    set_ "__set__" descr_set DescrSet, DescrSetFn slot_descr_set "($self, instance, value, /)";
    delete_ "__delete__" descr_set DescrDelete, DescrSetFn slot_descr_set "($self, instance, /)";
    init_ "__init__" init Init, InitFn slot_init "($self, /, *args, **kwargs)";
    new_ "__new__" new Nothing, NewFn slot_new "($type, *args, **kwargs)";
    del_ "__del__" finalize Del, FinalizeFn slot_finalize "";
    await_ "__await__" await_ Unary, Unary slot_await "($self, /)";
    aiter_ "__aiter__" aiter Unary, Unary slot_aiter "($self, /)";
    anext_ "__anext__" anext Unary, Unary slot_anext "($self, /)";
    add_ "__add__" add Binary, Binary slot_add "($self, value, /)";
    radd_ "__radd__" add BinaryRight, Binary slot_add "($self, value, /)";
    sub_ "__sub__" sub Binary, Binary slot_sub "($self, value, /)";
    rsub_ "__rsub__" sub BinaryRight, Binary slot_sub "($self, value, /)";
    mul_ "__mul__" mul Binary, Binary slot_mul "($self, value, /)";
    rmul_ "__rmul__" mul BinaryRight, Binary slot_mul "($self, value, /)";
    mod_ "__mod__" modulo Binary, Binary slot_modulo "($self, value, /)";
    rmod_ "__rmod__" modulo BinaryRight, Binary slot_modulo "($self, value, /)";
    divmod_ "__divmod__" divmod Binary, Binary slot_divmod "($self, value, /)";
    rdivmod_ "__rdivmod__" divmod BinaryRight, Binary slot_divmod "($self, value, /)";
    pow_ "__pow__" pow Power, Ternary slot_pow "($self, value, mod=None, /)";
    rpow_ "__rpow__" pow PowerRight, Ternary slot_pow "($self, value, mod=None, /)";
    neg_ "__neg__" neg Unary, Unary slot_neg "($self, /)";
    pos_ "__pos__" pos Unary, Unary slot_pos "($self, /)";
    abs_ "__abs__" abs Unary, Unary slot_abs "($self, /)";
    bool_ "__bool__" bool Bool, BoolFn slot_bool "($self, /)";
    invert_ "__invert__" invert Unary, Unary slot_invert "($self, /)";
    lshift_ "__lshift__" lshift Binary, Binary slot_lshift "($self, value, /)";
    rlshift_ "__rlshift__" lshift BinaryRight, Binary slot_lshift "($self, value, /)";
    rshift_ "__rshift__" rshift Binary, Binary slot_rshift "($self, value, /)";
    rrshift_ "__rrshift__" rshift BinaryRight, Binary slot_rshift "($self, value, /)";
    and_ "__and__" and Binary, Binary slot_and "($self, value, /)";
    rand_ "__rand__" and BinaryRight, Binary slot_and "($self, value, /)";
    xor_ "__xor__" xor Binary, Binary slot_xor "($self, value, /)";
    rxor_ "__rxor__" xor BinaryRight, Binary slot_xor "($self, value, /)";
    or_ "__or__" or Binary, Binary slot_or "($self, value, /)";
    ror_ "__ror__" or BinaryRight, Binary slot_or "($self, value, /)";
    int_ "__int__" int Unary, Unary slot_int "($self, /)";
    float_ "__float__" float Unary, Unary slot_float "($self, /)";
    iadd_ "__iadd__" iadd Binary, Binary slot_iadd "($self, value, /)";
    isub_ "__isub__" isub Binary, Binary slot_isub "($self, value, /)";
    imul_ "__imul__" imul Binary, Binary slot_imul "($self, value, /)";
    imod_ "__imod__" imod Binary, Binary slot_imod "($self, value, /)";
    ipow_ "__ipow__" ipow Power, Ternary slot_ipow "($self, value, mod=None, /)";
    ilshift_ "__ilshift__" ilshift Binary, Binary slot_ilshift "($self, value, /)";
    irshift_ "__irshift__" irshift Binary, Binary slot_irshift "($self, value, /)";
    iand_ "__iand__" iand Binary, Binary slot_iand "($self, value, /)";
    ixor_ "__ixor__" ixor Binary, Binary slot_ixor "($self, value, /)";
    ior_ "__ior__" ior Binary, Binary slot_ior "($self, value, /)";
    floordiv_ "__floordiv__" floordiv Binary, Binary slot_floordiv "($self, value, /)";
    rfloordiv_ "__rfloordiv__" floordiv BinaryRight, Binary slot_floordiv "($self, value, /)";
    truediv_ "__truediv__" truediv Binary, Binary slot_truediv "($self, value, /)";
    rtruediv_ "__rtruediv__" truediv BinaryRight, Binary slot_truediv "($self, value, /)";
    ifloordiv_ "__ifloordiv__" ifloordiv Binary, Binary slot_ifloordiv "($self, value, /)";
    itruediv_ "__itruediv__" itruediv Binary, Binary slot_itruediv "($self, value, /)";
    index_ "__index__" index Unary, Unary slot_index "($self, /)";
    matmul_ "__matmul__" matmul Binary, Binary slot_matmul "($self, value, /)";
    rmatmul_ "__rmatmul__" matmul BinaryRight, Binary slot_matmul "($self, value, /)";
    imatmul_ "__imatmul__" imatmul Binary, Binary slot_imatmul "($self, value, /)";
    len_ "__len__" len Len, LenFn slot_len "($self, /)";
    getitem_ "__getitem__" getitem Binary, Binary slot_getitem "($self, key, /)";
    setitem_ "__setitem__" setitem SetItem, SetItemFn slot_setitem "($self, key, value, /)";
    delitem_ "__delitem__" setitem DelItem, SetItemFn slot_setitem "($self, key, /)";
    add_ "__add__" concat Binary, Binary none "($self, value, /)";
    mul_ "__mul__" repeat Repeat, Binary none "($self, value, /)";
    rmul_ "__rmul__" repeat Repeat, Binary none "($self, value, /)";
    contains_ "__contains__" contains Contains, ContainsFn slot_contains "($self, key, /)";
    iadd_ "__iadd__" iconcat Binary, Binary none "($self, value, /)";
    imul_ "__imul__" irepeat Repeat, Binary none "($self, value, /)";
}

impl Rt {
    /// The special method, called; its absence is an AttributeError (`vectorcall_method`).
    fn special_method(
        &self,
        object: &hognose_heap::Value,
        name: &Ref<Str>,
        args: &[hognose_heap::Value],
    ) -> PyResult {
        match self.call_special(object, name, args) {
            Some(result) => result,
            None => Err(self.raise_with(&self.types.attribute_error, &[name.as_value().clone()])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_definition_names_what_it_interns() {
        let rt = Rt::new();
        for def in SLOT_DEFS {
            assert_eq!(
                crate::str_::StrExt::to_str(&**(def.interned)(&rt.names)),
                def.name
            );
            let form = rt.types.object.slots.function(def.slot);
            if let (Some(a), Some(b)) = (form, def.function) {
                assert_eq!(
                    std::mem::discriminant(&a),
                    std::mem::discriminant(&b),
                    "{}",
                    def.name
                );
            }
        }
    }
}
