//! Moves, names, subscripts, containers.

use super::{Handler, handlers, leave_to, slow, swap};
use crate::exec::run::payload;
use crate::exec::{Cx, Frame, build, is_subclass, names, retain, subscript};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::PyResult;
use hognose_object::dict::Table;
use hognose_object::function::CellObj;
use hognose_object::tuple::{List, Tuple};

/// # Safety
/// As for all handlers.
unsafe fn unbound_loaded(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe { names::unbound_deref(cx, f, i.b) }
}

/// # Safety
/// As for all handlers.
unsafe fn unbound_stored(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe { names::unbound_deref(cx, f, i.a) }
}

/// # Safety
/// As for all handlers.
unsafe fn build_(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract: the number is one of `Op`'s.
    unsafe { build::build(cx, f, Op::of(i.op), i) }
}

/// # Safety
/// As for all handlers.
unsafe fn add_(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: as above.
    unsafe { build::add(cx, f, Op::of(i.op), i) }
}

slow! {
    load_unbound = unbound_loaded;
    store_unbound = unbound_stored;
    free_variables = names::copy_free_variables;
    global_slow = names::load_global;
    get_item_slow = subscript::get_item;
    get_item_k_slow = subscript::get_item_constant;
    set_item_slow = subscript::set_item;
    unpack_slow = build::unpack;
    build_slow = build_;
    add_slow = add_;
}

/// The word of a dict's value at a place that is known to hold one; 0 if it does not.
#[inline(always)]
fn entry_word(table: &Table, place: u32) -> u64 {
    table
        .entries
        .get(place as usize)
        .and_then(|e| e.value.as_ref())
        .map_or(0, Value::bits)
}

/// `container[index]` for exact lists and tuples and an index that is inside and not negative: the item's word.
///
/// # Safety
/// As for [`payload`].
#[inline(always)]
unsafe fn item_of(container: u64, index: u64) -> Option<u64> {
    if index & 1 == 0 {
        return None;
    }
    let index = (index as i64 >> 1) as usize;
    // SAFETY: by the contract; the borrow of the list ends before anything runs.
    unsafe {
        if let Some(list) = payload::<List>(container) {
            if is_subclass(container) {
                return None;
            }
            let items = &*list.items.as_ptr();
            return items.get(index).map(Value::bits);
        }
        if let Some(tuple) = payload::<Tuple>(container) {
            if is_subclass(container) {
                return None;
            }
            return tuple.slots().get(index).map(|slot| slot.bits());
        }
        None
    }
}

/// The place of a list's item, under the same conditions.
///
/// # Safety
/// As for [`payload`]; used before anything runs.
#[inline(always)]
unsafe fn list_place(container: u64, index: u64) -> Option<*mut u64> {
    if index & 1 == 0 {
        return None;
    }
    let index = (index as i64 >> 1) as usize;
    // SAFETY: by the contract.
    unsafe {
        let list = payload::<List>(container)?;
        if is_subclass(container) {
            return None;
        }
        let items = &mut *list.items.as_ptr();
        items
            .get_mut(index)
            .map(|item| std::ptr::from_mut(item).cast::<u64>())
    }
}

handlers! {
    copy(at, i) {
        at.finish(i.a(), retain(at.get(i.b())))
    }
    take(at, i) {
        let word = at.get(i.b());
        at.put(i.b(), 0);
        at.finish(i.a(), word)
    }
    konst(at, i) {
        at.finish(i.a(), retain(*at.consts.add(i.wide() as usize)))
    }
    null(at, i) {
        at.finish(i.a(), 0)
    }
    load_deref(at, i) {
        if let Some(cell) = payload::<CellObj>(at.get(i.b())) {
            let word = cell.content.bits();
            if word != 0 {
                return at.finish(i.a(), retain(word));
            }
        }
        leave_to!(load_unbound, at, i)
    }
    store_deref(at, i) {
        if let Some(cell) = payload::<CellObj>(at.get(i.a())) {
            let word = at.take(i.b());
            let old = swap(&cell.content, word);
            if old & 7 == 0 {
                return at.next_without(old);
            }
            return at.next();
        }
        leave_to!(store_unbound, at, i)
    }
    copy_free_variables(at, i) {
        leave_to!(free_variables, at, i)
    }
    load_global_module(at, i) {
        let (versions, place) = (*at.pc, (*at.pc.add(1)).first());
        let at = at.skip(2);
        let table = &*(*(*at.f).globals).table.as_ptr();
        if table.known_version() == versions.first() {
            let word = entry_word(table, place);
            if word != 0 {
                return at.finish(i.a(), retain(word));
            }
        }
        leave_to!(global_slow, at, i)
    }
    load_global_builtin(at, i) {
        let (versions, place) = (*at.pc, (*at.pc.add(1)).first());
        let at = at.skip(2);
        let table = &*(*(*at.f).globals).table.as_ptr();
        let function = (*at.f).function;
        if table.known_version() == versions.first()
            && let Some(function) = payload::<hognose_object::function::Function>(function)
        {
            let builtins = &*function.builtins.table.as_ptr();
            if builtins.known_version() == versions.second() {
                let word = entry_word(builtins, place);
                if word != 0 {
                    return at.finish(i.a(), retain(word));
                }
            }
        }
        leave_to!(global_slow, at, i)
    }
    get_item(at, i) {
        let container = at.get(i.b());
        if let Some(word) = item_of(container, at.get(i.c())) {
            return at.finish_without(i.a(), retain(word), at.spent(i.b(), container));
        }
        leave_to!(get_item_slow, at, i)
    }
    get_item_k(at, i) {
        let container = at.get(i.b());
        if let Some(word) = item_of(container, at.konst(i.c())) {
            return at.finish_without(i.a(), retain(word), at.spent(i.b(), container));
        }
        leave_to!(get_item_k_slow, at, i)
    }
    set_item(at, i) {
        let container = at.get(i.a());
        if let Some(place) = list_place(container, at.get(i.b())) {
            let word = at.take(i.c());
            let old = *place;
            *place = word;
            let spent = at.spent(i.a(), container);
            let old = if old & 7 == 0 { old } else { 0 };
            if old | spent != 0 {
                return at.next_without_both(old, spent);
            }
            return at.next();
        }
        leave_to!(set_item_slow, at, i)
    }
    list_append(at, i) {
        if let Some(list) = payload::<List>(at.get(i.a())) {
            let items = &mut *list.items.as_ptr();
            if items.len() < items.capacity() {
                let item = at.take(i.b());
                items.as_mut_ptr().add(items.len()).cast::<u64>().write(item);
                items.set_len(items.len() + 1);
                return at.next();
            }
        }
        leave_to!(add_slow, at, i)
    }
    unpack(at, i) {
        leave_to!(unpack_slow, at, i)
    }
    build(at, i) {
        leave_to!(build_slow, at, i)
    }
    add(at, i) {
        leave_to!(add_slow, at, i)
    }
}

pub(super) const HANDLERS: &[(Op, Handler)] = &[
    (Op::Copy, copy),
    (Op::Take, take),
    (Op::Const, konst),
    (Op::Null, null),
    (Op::LoadDeref, load_deref),
    (Op::StoreDeref, store_deref),
    (Op::CopyFreeVars, copy_free_variables),
    (Op::LoadGlobalModule, load_global_module),
    (Op::LoadGlobalBuiltin, load_global_builtin),
    (Op::GetItem, get_item),
    (Op::GetItemK, get_item_k),
    (Op::SetItem, set_item),
    (Op::ListAppend, list_append),
    (Op::Unpack, unpack),
    (Op::BuildTuple, build),
    (Op::BuildList, build),
    (Op::BuildMap, build),
    (Op::BuildString, build),
    (Op::MapAdd, add),
    (Op::SetAdd, add),
];
