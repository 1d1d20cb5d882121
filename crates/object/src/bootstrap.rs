//! Making the first types: they need names, and names need the type `str`.

use crate::dict::Dict;
use crate::hash::hash_text;
use crate::rt::Types;
use crate::slots::SlotCells;
use crate::str_::{Str, StrExt, bare_ascii};
use crate::tuple::{Tuple, TupleHead};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hashbrown::HashTable;
use hognose_heap::{Ref, Value, ValueCell, alloc, alloc_var};
use std::cell::{Cell, RefCell};

/// A type with its slots and flags, alone in its MRO.
pub(crate) fn bare_type(spec: &TypeSpec) -> Ref<TypeObj> {
    let (module, name) = spec
        .name
        .rsplit_once('.')
        .unwrap_or(("builtins", spec.name));
    let name = bare_ascii(None, name.as_bytes());
    let has_dict =
        spec.flags & type_flags::HAS_DICT != 0 && matches!(spec.layout, Layout::Native(_));
    let made = alloc(
        None,
        0,
        TypeObj {
            name: RefCell::new(name.clone()),
            qualname: RefCell::new(name),
            base: ValueCell::empty(),
            bases: ValueCell::empty(),
            mro: RefCell::default(),
            dict: alloc(None, 0, Dict::new()),
            slots: SlotCells::new(&spec.slots),
            flags: Cell::new(spec.flags),
            layout: Cell::new(spec.layout),
            tail: Cell::new(u32::from(has_dict)),
            members: Cell::new(0),
            expected: Cell::new(0),
            has_instances: Cell::new(false),
            version: Cell::new(0),
            subclasses: RefCell::default(),
            module,
            doc: spec.doc,
        },
    );
    made.as_value().make_immortal();
    made
}

/// Gives a bare type its metaclass, bases and MRO, and what it inherits.
pub(crate) fn link(ty: &Ref<TypeObj>, base: &Ref<TypeObj>, types: &Types) {
    let tuple_of = |items: Vec<Value>| -> Ref<Tuple> {
        alloc_var(
            Some(types.tuple.as_value()),
            0,
            TupleHead { hash: Cell::new(0) },
            items.len(),
            items,
        )
    };
    ty.as_value().set_cell_type(types.type_.as_value());
    ty.dict.as_value().set_cell_type(types.dict.as_value());
    ty.name
        .borrow()
        .as_value()
        .set_cell_type(types.str.as_value());
    let mut mro = vec![ty.clone()];
    if ty.same(&types.object) {
        ty.bases.set(Some(tuple_of(Vec::new()).into_value()));
        crate::slotdefs::refresh_flags(ty, ty);
    } else {
        ty.base.set(Some(base.as_value().clone()));
        ty.bases
            .set(Some(tuple_of(vec![base.as_value().clone()]).into_value()));
        mro.extend(base.mro.borrow().iter().cloned());
        ty.flags
            .set(ty.flags.get() | base.flags.get() & type_flags::INHERITED);
        ty.tail.set(ty.tail.get().max(base.tail.get()));
        crate::slotdefs::inherit_slots(ty, base, &types.object);
        if let Some(weak) = hognose_heap::Weak::new(ty.as_value()) {
            base.subclasses.borrow_mut().push(weak);
        }
    }
    *ty.mro.borrow_mut() = mro;
}

/// The interned string of that text, made if it is new.
pub(crate) fn intern(
    table: &mut HashTable<Ref<Str>>,
    keys: (u64, u64),
    str: &Ref<TypeObj>,
    text: &str,
) -> Ref<Str> {
    let hash = crate::str_::hash_utf8(keys, text) as u64;
    let rehash = |t: &Ref<Str>| hash_text(keys, t) as u64;
    table
        .entry(hash, |t| t.is_text(text), rehash)
        .or_insert_with(|| {
            let made = crate::str_::bare_text(Some(str.as_value()), text);
            made.head.interned.set(true);
            made
        })
        .get()
        .clone()
}
