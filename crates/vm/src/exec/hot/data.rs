//! Moves, names, subscripts, containers.

use super::{At, Exit, FALSE, Handler, Packed, TRUE, entry_word, handlers, leave_to, slow, swap};
use crate::exec::run::payload;
use crate::exec::{
    Cx, Frame, attr, build, is_cell, is_subclass, names, rare, release, retain, subscript,
};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::PyResult;
use hognose_object::function::{CellObj, Function};
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
unsafe fn subscript_(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: as above.
    unsafe { subscript::other(cx, f, Op::of(i.op), i) }
}

/// # Safety
/// As for all handlers.
unsafe fn cells_(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: as above.
    unsafe { names::cells(cx, f, Op::of(i.op), i) }
}

/// # Safety
/// As for all handlers.
unsafe fn rare_(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: as above.
    unsafe { rare::other(cx, f, Op::of(i.op), i) }
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
    set_item_k_slow = subscript::set_item_constant;
    subscript_slow = subscript_;
    cells_slow = cells_;
    format_slow = build::format_value;
    function_slow = build::make_function;
    super_slow = attr::load_super_attr;
    rare_slow = rare_;
    unpack_slow = build::unpack;
    unpack_to_slow = build::unpack_to;
    build_slow = build_;
    add_slow = add_;
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

/// Puts c into the place of an item.
///
/// # Safety
/// As for all handlers; the place is the container's, which is in a.
#[inline(always)]
unsafe fn set_place(at: At<'_>, i: Packed, container: u64, place: *mut u64) -> Exit {
    // SAFETY: by the contract.
    unsafe {
        let old = std::mem::replace(&mut *place, at.take(i.c()));
        let spent = at.spent(i.a(), container);
        at.next_without_both(if old & 7 == 0 { old } else { 0 }, spent)
    }
}

/// The items of an exact tuple or list of that length.
///
/// # Safety
/// As for [`payload`]; used before anything runs.
#[inline(always)]
unsafe fn row_of(sequence: u64, wanted: usize) -> Option<*const u64> {
    // SAFETY: by the contract.
    unsafe {
        if let Some(tuple) = payload::<Tuple>(sequence) {
            let fits = tuple.len() == wanted && !is_subclass(sequence);
            return fits.then(|| tuple.slots().as_ptr().cast());
        }
        let list = payload::<List>(sequence)?;
        let items = &*list.items.as_ptr();
        let fits = items.len() == wanted && !is_subclass(sequence);
        fits.then(|| items.as_ptr().cast())
    }
}

/// The registers in the cache word ← the items of a.
///
/// # Safety
/// As for all handlers; there are so many items, and places for them.
#[inline(always)]
unsafe fn unpack_row<const N: usize>(at: At<'_>, i: Packed, items: *const u64) -> Exit {
    // SAFETY: by the contract. What the releases run finds all registers as they will be.
    unsafe {
        let words: [u64; N] = std::array::from_fn(|n| retain(*items.add(n)));
        let places = *at.pc.cast::<u64>();
        let spent = at.spent(i.a(), at.get(i.a()));
        let at = at.skip(1);
        let mut cells = 0;
        let old: [u64; N] = std::array::from_fn(|n| {
            let place = at.regs.add(usize::from((places >> (16 * n)) as u16));
            let old = std::mem::replace(&mut *place, words[n]);
            cells += u32::from(is_cell(old));
            old
        });
        if cells != 0 {
            at.save();
            for word in old {
                release(word);
            }
        }
        at.next_without(spent)
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
        if let Some(function) = payload::<Function>((*at.f).function)
            && let Some(cells) = payload::<Tuple>(function.closure.bits())
            && cells.len() == usize::from(i.b())
            && cells.slots().iter().all(|slot| payload::<CellObj>(slot.bits()).is_some())
        {
            at.save();
            for (n, slot) in cells.slots().iter().enumerate() {
                let place = at.regs.add(usize::from(i.a()) + n);
                release(std::mem::replace(&mut *place, retain(slot.bits())));
            }
            return at.next();
        }
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
            && let Some(function) = payload::<Function>(function)
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
            return set_place(at, i, container, place);
        }
        leave_to!(set_item_slow, at, i)
    }
    set_item_k(at, i) {
        let container = at.get(i.a());
        if let Some(place) = list_place(container, at.konst(i.b())) {
            return set_place(at, i, container, place);
        }
        leave_to!(set_item_k_slow, at, i)
    }
    is(at, i) {
        let (l, r) = (at.get(i.b()), at.get(i.c()));
        let holds = (l == r) == (i.0 as u16 == Op::Is as u16);
        let (l, r) = (at.spent(i.b(), l), at.spent(i.c(), r));
        let word = if holds { TRUE } else { FALSE };
        if l | r == 0 {
            return at.finish(i.a(), word);
        }
        // Both operands are in temporaries, one of which may be the result's.
        let place = at.regs.add(usize::from(i.a()));
        let old = std::mem::replace(&mut *place, word);
        at.save();
        release(l);
        release(r);
        release(old);
        at.next()
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
        let sequence = at.get(i.a());
        let wanted = usize::from(i.c());
        if let Some(items) = row_of(sequence, wanted) {
            // The sequence may stand where one of its items goes.
            let spent = at.spent(i.a(), sequence);
            for n in 0..wanted {
                at.put(i.b() + (wanted - 1 - n) as u16, retain(*items.add(n)));
            }
            return at.next_without(spent);
        }
        leave_to!(unpack_slow, at, i)
    }
    unpack_to(at, i) {
        let wanted = i.c();
        if let Some(items) = row_of(at.get(i.a()), usize::from(wanted)) {
            return match wanted {
                2 => unpack_row::<2>(at, i, items),
                3 => unpack_row::<3>(at, i, items),
                _ => unpack_row::<4>(at, i, items),
            };
        }
        let at = at.skip(1);
        leave_to!(unpack_to_slow, at, i)
    }
    check_local(at, i) {
        if at.get(i.a()) != 0 {
            return at.next();
        }
        leave_to!(cells_slow, at, i)
    }
    slice(at, i) {
        let at = at.skip(1);
        leave_to!(subscript_slow, at, i)
    }
    format(at, i) {
        let at = at.skip(1);
        leave_to!(format_slow, at, i)
    }
    load_super(at, i) {
        let at = at.skip(2);
        leave_to!(super_slow, at, i)
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
    (Op::SetItemK, set_item_k),
    (Op::Is, is),
    (Op::IsNot, is),
    (Op::In, rare_slow),
    (Op::NotIn, rare_slow),
    (Op::GetIter, rare_slow),
    (Op::GetSlice, slice),
    (Op::SetSlice, slice),
    (Op::FormatValue, format),
    (Op::MakeFunction, function_slow),
    (Op::MakeCell, cells_slow),
    (Op::CheckLocal, check_local),
    (Op::LoadSuperAttr, load_super),
    (Op::BuildSlice, build),
    (Op::ListAppend, list_append),
    (Op::Unpack, unpack),
    (Op::UnpackTo, unpack_to),
    (Op::BuildTuple, build),
    (Op::BuildList, build),
    (Op::BuildMap, build),
    (Op::BuildString, build),
    (Op::MapAdd, add),
    (Op::SetAdd, add),
];
