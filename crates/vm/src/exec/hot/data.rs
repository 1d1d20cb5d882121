//! Moves, names, subscripts, containers.

use super::arith as arith_hot;
use super::{At, Exit, FALSE, Handler, Packed, TRUE, entry_word, handlers, leave_to, slow, swap};
use crate::exec::run::{exact, payload};
use crate::exec::{
    Cx, Frame, arith, attr, build, is_cell, names, rare, release, retain, subscript,
};
use crate::ir::{Op, Word};
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
    tuple_slow = build::tuple;
    list_slow = build::list;
    set_add_slow = build::set_add;
    map_add_slow = build::map_add;
    add_slow = add_;
}

/// `container[index]` for exact lists and tuples and an index that is inside and not negative: the item's word.
///
/// # Safety
/// As for [`payload`].
#[inline(always)]
unsafe fn item_of(container: u64, index: u64) -> Option<u64> {
    // SAFETY: by the contract; the borrow of the list ends before anything runs.
    unsafe {
        if let Some(place) = list_place(container, index) {
            return Some(*place);
        }
        if index & 1 == 0 {
            return None;
        }
        let slot = exact::<Tuple>(container)?.slots();
        slot.get((index as i64 >> 1) as usize).map(|s| s.bits())
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
    // SAFETY: by the contract.
    unsafe { known_place(container, index) }
}

/// As [`list_place`], where the index is known to be an integer.
///
/// # Safety
/// As for [`list_place`].
#[inline(always)]
unsafe fn known_place(container: u64, index: u64) -> Option<*mut u64> {
    // SAFETY: by the contract.
    unsafe {
        let items = &mut *exact::<List>(container)?.items.as_ptr();
        items
            .get_mut((index as i64 >> 1) as usize)
            .map(|item| std::ptr::from_mut(item).cast::<u64>())
    }
}

impl At<'_> {
    /// Gives a subscript of a local the form for what the local holds, an exact list or tuple, or that for the whole of
    /// `b[c] += x`.
    #[inline(never)]
    unsafe fn become_for_item(self, i: Packed, container: u64) {
        // SAFETY: by the contract of all handlers.
        unsafe {
            let constant = i.0 as u16 == Op::GetItemK as u16;
            if exact::<List>(container).is_none() {
                let form = if constant {
                    Op::GetItemTupleK
                } else {
                    Op::GetItemTuple
                };
                return self.become_op(i, form as u16);
            }
            let form = if let Some(steps) = self.update_that_follows(i, constant) {
                let first = if constant { Op::ItemKAdd } else { Op::ItemAdd };
                first.plus(steps)
            } else if constant {
                Op::GetItemListK
            } else {
                Op::GetItemList
            };
            self.become_op(i, form as u16);
        }
    }

    /// Which of the forms for `b[c] += x`, if this subscript and the instructions that follow are that.
    unsafe fn update_that_follows(self, i: Packed, constant: bool) -> Option<u16> {
        // SAFETY: reads go on to the next instruction only while none has ended the code: no instruction that is
        // recognised here does.
        unsafe {
            let word = |n: usize| Packed(*self.pc.add(n).cast::<u64>());
            let temp = i.a();
            if !self.is_temp(temp) || !constant && self.is_temp(i.c()) {
                return None;
            }
            let first = word(0);
            let product = matches!(
                Op::of(first.0 as u16),
                Op::Mul | Op::MulFloat | Op::MulThenSubR | Op::MulThenAddR
            );
            let operation = if product { word(1) } else { first };
            let (steps, with_register) = match Op::of(operation.0 as u16) {
                Op::IAdd | Op::IAddFloat => (0, true),
                Op::IAddK | Op::IAddFloatK => (0, false),
                Op::ISub | Op::ISubFloat => (3, true),
                Op::ISubK | Op::ISubFloatK => (3, false),
                _ => return None,
            };
            if operation.b() != temp || with_register && operation.c() == temp {
                return None;
            }
            if product
                && !(with_register
                    && self.is_temp(first.a())
                    && first.a() != temp
                    && operation.c() == first.a()
                    && first.b() != temp
                    && first.c() != temp
                    && first.b() != first.a()
                    && first.c() != first.a())
            {
                return None;
            }
            let store = word(1 + usize::from(product));
            let stores = if constant { Op::SetItemK } else { Op::SetItem };
            let same = store.0 as u16 == stores as u16
                && store.a() == i.b()
                && store.b() == i.c()
                && store.c() == operation.a()
                && self.is_temp(operation.a());
            let operand = match (product, with_register) {
                (true, _) => 2,
                (false, true) => 0,
                (false, false) => 1,
            };
            same.then_some(steps + operand)
        }
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
pub(super) unsafe fn row_of(sequence: u64, wanted: usize) -> Option<*const u64> {
    // SAFETY: by the contract.
    unsafe {
        if let Some(tuple) = exact::<Tuple>(sequence) {
            return (tuple.len() == wanted).then(|| tuple.slots().as_ptr().cast());
        }
        let items = &*exact::<List>(sequence)?.items.as_ptr();
        (items.len() == wanted).then(|| items.as_ptr().cast())
    }
}

/// The registers in the cache word ← the items of a.
///
/// # Safety
/// As for all handlers; there are so many items, and places for them.
#[inline(always)]
pub(super) unsafe fn unpack_row<const N: usize>(at: At<'_>, i: Packed, items: *const u64) -> Exit {
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
        {
            let first = at.regs.add(usize::from(i.a()));
            for (n, slot) in cells.slots().iter().enumerate() {
                let place = first.add(n);
                // Registers are empty at a function's start, if its code is a compiler's.
                if payload::<CellObj>(slot.bits()).is_none() || *place != 0 {
                    leave_to!(free_variables, at, i);
                }
                *place = retain(slot.bits());
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
            if !at.is_temp(i.b()) {
                at.become_for_item(i, container);
            }
            return at.finish_without(i.a(), retain(word), at.spent(i.b(), container));
        }
        leave_to!(get_item_slow, at, i)
    }
    get_item_k(at, i) {
        let container = at.get(i.b());
        if let Some(word) = item_of(container, at.konst(i.c())) {
            if !at.is_temp(i.b()) {
                at.become_for_item(i, container);
            }
            return at.finish_without(i.a(), retain(word), at.spent(i.b(), container));
        }
        leave_to!(get_item_k_slow, at, i)
    }
    get_item_list(at, i) {
        if let Some(place) = list_place(at.get(i.b()), at.get(i.c())) {
            return at.finish(i.a(), retain(*place));
        }
        leave_to!(no_list, at, i)
    }
    get_item_list_k(at, i) {
        if let Some(place) = known_place(at.get(i.b()), at.konst(i.c())) {
            return at.finish(i.a(), retain(*place));
        }
        leave_to!(no_list_k, at, i)
    }
    get_item_tuple(at, i) {
        let index = at.get(i.c());
        if index & 1 != 0
            && let Some(tuple) = exact::<Tuple>(at.get(i.b()))
            && let Some(slot) = tuple.slots().get((index as i64 >> 1) as usize)
        {
            return at.finish(i.a(), retain(slot.bits()));
        }
        leave_to!(no_list, at, i)
    }
    get_item_tuple_k(at, i) {
        if let Some(tuple) = exact::<Tuple>(at.get(i.b()))
            && let Some(slot) = tuple.slots().get((at.konst(i.c()) as i64 >> 1) as usize)
        {
            return at.finish(i.a(), retain(slot.bits()));
        }
        leave_to!(no_list_k, at, i)
    }
    // Quickened subscripts where they do not fit.
    #[inline(never)]
    no_list(at, i) {
        let i = arith_hot::with_op(i, Op::GetItem as u16);
        at.become_op(i, Op::GetItem as u16);
        leave_to!(get_item, at, i)
    }
    #[inline(never)]
    no_list_k(at, i) {
        let i = arith_hot::with_op(i, Op::GetItemK as u16);
        at.become_op(i, Op::GetItemK as u16);
        leave_to!(get_item_k, at, i)
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
}

/// The whole of `b[c] += x` for a local b that holds a list, an item and x that are both integers or both floats.
/// Nothing is changed before all fits, so that the subscript can still be done alone.
macro_rules! updates {
    (products $($name:ident $place:ident $index:ident $on_floats:expr, $alone:ident;)*) => {
        handlers! {$(
            $name(at, i) {
                let product = Packed(*at.pc.cast::<u64>());
                if let Some(place) = $place(at.get(i.b()), at.$index(i.c()))
                    && let Some((x, y)) = arith::two_floats(at.get(product.b()), at.get(product.c()))
                    && let Some(item) = arith::float_at(*place)
                    && let Some(word) = arith::float_word($on_floats(item, x * y))
                {
                    *place = word;
                    return at.skip(3).next();
                }
                leave_to!($alone, at, i)
            }
        )*}
    };
    ($($name:ident $place:ident $index:ident $operand:ident $ints:path, $on_floats:expr, $alone:ident;)*) => {
        handlers! {$(
            $name(at, i) {
                let operation = Packed(*at.pc.cast::<u64>());
                if let Some(place) = $place(at.get(i.b()), at.$index(i.c())) {
                    let (l, r) = (*place, at.$operand(operation.c()));
                    if let Some((x, y)) = arith::two_floats(l, r) {
                        if let Some(word) = arith::float_word($on_floats(x, y)) {
                            *place = word;
                            return at.skip(2).next();
                        }
                    } else if let Some(word) = $ints(l, r) {
                        *place = word;
                        return at.skip(2).next();
                    }
                }
                leave_to!($alone, at, i)
            }
        )*}
    };
}

updates! {
    item_add list_place get get arith::add, |x: f64, y: f64| x + y, get_item_alone;
    item_add_k list_place get konst arith::add, |x: f64, y: f64| x + y, get_item_alone;
    item_sub list_place get get arith::sub, |x: f64, y: f64| x - y, get_item_alone;
    item_sub_k list_place get konst arith::sub, |x: f64, y: f64| x - y, get_item_alone;
    item_k_add known_place konst get arith::add, |x: f64, y: f64| x + y, get_item_k_alone;
    item_k_add_k known_place konst konst arith::add, |x: f64, y: f64| x + y, get_item_k_alone;
    item_k_sub known_place konst get arith::sub, |x: f64, y: f64| x - y, get_item_k_alone;
    item_k_sub_k known_place konst konst arith::sub, |x: f64, y: f64| x - y, get_item_k_alone;
}

updates! {
    products
    item_add_mul list_place get |x: f64, y: f64| x + y, get_item_alone;
    item_sub_mul list_place get |x: f64, y: f64| x - y, get_item_alone;
    item_k_add_mul known_place konst |x: f64, y: f64| x + y, get_item_k_alone;
    item_k_sub_mul known_place konst |x: f64, y: f64| x - y, get_item_k_alone;
}

handlers! {
    // What was to be the whole of `b[c] += x` met something else: only the subscript is done, from now on.
    #[inline(never)]
    get_item_alone(at, i) {
        let i = arith_hot::with_op(i, Op::GetItemList as u16);
        at.become_op(i, Op::GetItemList as u16);
        leave_to!(get_item_list, at, i)
    }
    #[inline(never)]
    get_item_k_alone(at, i) {
        let i = arith_hot::with_op(i, Op::GetItemListK as u16);
        at.become_op(i, Op::GetItemListK as u16);
        leave_to!(get_item_list_k, at, i)
    }
}

pub(super) const HANDLERS: &[(Op, Handler)] = &[
    (Op::GetItemList, get_item_list),
    (Op::GetItemListK, get_item_list_k),
    (Op::GetItemTuple, get_item_tuple),
    (Op::GetItemTupleK, get_item_tuple_k),
    (Op::ItemAdd, item_add),
    (Op::ItemAddK, item_add_k),
    (Op::ItemAddMul, item_add_mul),
    (Op::ItemSub, item_sub),
    (Op::ItemSubK, item_sub_k),
    (Op::ItemSubMul, item_sub_mul),
    (Op::ItemKAdd, item_k_add),
    (Op::ItemKAddK, item_k_add_k),
    (Op::ItemKAddMul, item_k_add_mul),
    (Op::ItemKSub, item_k_sub),
    (Op::ItemKSubK, item_k_sub_k),
    (Op::ItemKSubMul, item_k_sub_mul),
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
    (Op::BuildTuple, tuple_slow),
    (Op::BuildList, list_slow),
    (Op::BuildMap, build),
    (Op::BuildString, build),
    (Op::MapAdd, map_add_slow),
    (Op::SetAdd, set_add_slow),
];
