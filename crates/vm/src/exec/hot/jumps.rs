//! Jumps, tests, loops.

use super::data::{row_of, unpack_row};
use super::{At, Exit, FALSE, GO_ON, Handler, Packed, TRUE, handlers, leave_to, slow};
use crate::exec::run::{exact, payload};
use crate::exec::{Cx, Frame, NONE, arith, control, gen_, is_cell, rare, retain};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::PyResult;
use hognose_object::dict::Dict;
use hognose_object::dict_views::{DictIter, Part};
use hognose_object::iter_types::Enumerate;
use hognose_object::iters::RangeIter;

/// # Safety
/// As for all handlers; `pc` stands behind the cache word.
#[inline(never)]
unsafe fn jump_compared(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract. If a frame was pushed, its end jumps.
    unsafe {
        if let Some(holds) = arith::compare_test(cx, f, i)?
            && u16::from(holds) == i.c
        {
            let target = (*(*f).pc.sub(1)).get();
            (*f).pc = (*f).pc.offset(target.first() as i32 as isize);
        }
    }
    Ok(())
}

/// # Safety
/// As for all handlers.
#[inline(never)]
unsafe fn jump_if(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        if control::truth(cx, f, i.a)? == (i.op == Op::JumpIfTrue as u16) {
            (*f).pc = (*f).pc.offset(i.second() as i32 as isize);
        }
    }
    Ok(())
}

/// # Safety
/// As for all handlers.
unsafe fn safepoint(cx: Cx<'_>, _f: *mut Frame, _i: Word) -> PyResult<()> {
    control::safepoint(cx)
}

/// # Safety
/// As for all handlers.
#[inline(never)]
unsafe fn jump_in(cx: Cx<'_>, f: *mut Frame, i: Word) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe { rare::other(cx, f, Op::JumpIn, i) }
}

slow! {
    compare_slow = jump_compared;
    truth_slow = jump_if;
    safepoint_slow = safepoint;
    for_slow = control::for_iter;
    for_generator = gen_::for_iter_generator;
    send_slow = gen_::send;
    in_slow = jump_in;
}

/// The truth of a word, unless it takes more than a look.
#[inline(always)]
fn truth(word: u64) -> Option<bool> {
    if word == TRUE {
        Some(true)
    } else if word == FALSE || word == NONE {
        Some(false)
    } else if word & 1 != 0 {
        Some(word != 1)
    } else {
        None
    }
}

impl At<'_> {
    /// Goes on at the distance that the instruction names.
    #[inline(always)]
    unsafe fn jump_wide(self, i: Packed) -> Exit {
        // SAFETY: the translator made the distance.
        unsafe { self.offset(i.wide()).next() }
    }

    /// Goes on behind the cache word, or at the distance in it if the comparison came out as the instruction says.
    #[inline(always)]
    unsafe fn jump_compared(self, holds: bool, i: Packed) -> Exit {
        // SAFETY: as above.
        unsafe {
            let distance = (*self.pc).first();
            if u16::from(holds) == i.c() {
                return self.skip(1).offset(distance).next();
            }
            self.skip(1).next()
        }
    }
}

impl At<'_> {
    /// Ends a loop's step and the unpacking of its pair, before whose cache word `pc` stands: both words are owned.
    #[inline(always)]
    unsafe fn finish_pair(self, first: u64, second: u64) -> Exit {
        // SAFETY: by the contract of all handlers.
        unsafe {
            let places = *self.pc;
            let at = self.skip(1);
            let swap = |register: u16, word: u64| {
                let old = std::mem::replace(&mut *at.regs.add(usize::from(register)), word);
                if old & 7 == 0 { old } else { 0 }
            };
            let (one, other) = (swap(places.op, first), swap(places.a, second));
            if one | other != 0 {
                return at.next_without_both(one, other);
            }
            at.next()
        }
    }
}

macro_rules! compare_jump {
    ($($name:ident $name_k:ident $floats:ident $floats_k:ident $mixed:ident $mixed_k:ident $op:tt;)*) => {
        handlers! {$(
            $name(at, i) {
                let (l, r) = (at.get(i.a()), at.get(i.b()));
                if l & r & 1 != 0 {
                    return at.jump_compared((l as i64) $op (r as i64), i);
                }
                leave_to!($floats, at, i)
            }
            $name_k(at, i) {
                let (l, r) = (at.get(i.a()), at.konst(i.b()));
                if l & r & 1 != 0 {
                    return at.jump_compared((l as i64) $op (r as i64), i);
                }
                leave_to!($floats_k, at, i)
            }
            #[inline(never)]
            $floats(at, i) {
                if let Some((x, y)) = arith::two_floats(at.get(i.a()), at.get(i.b())) {
                    return at.jump_compared(x $op y, i);
                }
                leave_to!($mixed, at, i)
            }
            #[inline(never)]
            $floats_k(at, i) {
                if let Some((x, y)) = arith::two_floats(at.get(i.a()), at.konst(i.b())) {
                    return at.jump_compared(x $op y, i);
                }
                leave_to!($mixed_k, at, i)
            }
            #[inline(never)]
            $mixed(at, i) {
                if let Some(holds) = arith::holds!(at.get(i.a()), at.get(i.b()), $op) {
                    return at.jump_compared(holds, i);
                }
                let at = at.skip(1);
                leave_to!(compare_slow, at, i)
            }
            #[inline(never)]
            $mixed_k(at, i) {
                if let Some(holds) = arith::holds!(at.get(i.a()), at.konst(i.b()), $op) {
                    return at.jump_compared(holds, i);
                }
                let at = at.skip(1);
                leave_to!(compare_slow, at, i)
            }
        )*}
    };
}

compare_jump! {
    jump_lt jump_lt_k lt_floats lt_floats_k lt_mixed lt_mixed_k <;
    jump_le jump_le_k le_floats le_floats_k le_mixed le_mixed_k <=;
    jump_eq jump_eq_k eq_floats eq_floats_k eq_mixed eq_mixed_k ==;
    jump_ne jump_ne_k ne_floats ne_floats_k ne_mixed ne_mixed_k !=;
    jump_gt jump_gt_k gt_floats gt_floats_k gt_mixed gt_mixed_k >;
    jump_ge jump_ge_k ge_floats ge_floats_k ge_mixed ge_mixed_k >=;
}

handlers! {
    jump(at, i) {
        at.jump_wide(i)
    }
    jump_back(at, i) {
        let at = at.offset(i.wide());
        if hognose_heap::attention_due() {
            leave_to!(safepoint_slow, at, i);
        }
        if at.is_piled_up() {
            at.save();
            return GO_ON;
        }
        at.next()
    }
    jump_if_true(at, i) {
        match truth(at.get(i.a())) {
            Some(true) => at.jump_wide(i),
            Some(false) => at.next(),
            None => leave_to!(truth_slow, at, i),
        }
    }
    jump_if_false(at, i) {
        match truth(at.get(i.a())) {
            Some(false) => at.jump_wide(i),
            Some(true) => at.next(),
            None => leave_to!(truth_slow, at, i),
        }
    }
    jump_if_true_keep(at, i) {
        match truth(at.get(i.a())) {
            Some(true) => at.jump_wide(i),
            Some(false) => at.next(),
            None => leave_to!(super::other, at, i),
        }
    }
    jump_if_false_keep(at, i) {
        match truth(at.get(i.a())) {
            Some(false) => at.jump_wide(i),
            Some(true) => at.next(),
            None => leave_to!(super::other, at, i),
        }
    }
    jump_if_none(at, i) {
        let word = at.get(i.a());
        if word == NONE {
            return at.jump_wide(i);
        }
        at.next_without(at.spent(i.a(), word))
    }
    jump_if_not_none(at, i) {
        let word = at.get(i.a());
        if word == NONE {
            return at.next();
        }
        let at = at.offset(i.wide());
        at.next_without(at.spent(i.a(), word))
    }
    jump_is(at, i) {
        let (l, r) = (at.get(i.a()), at.get(i.b()));
        let target = *at.pc;
        let at = at.skip(1);
        let at = if u16::from(l == r) == i.c() {
            at.offset(target.first())
        } else {
            at
        };
        let (l, r) = (at.spent(i.a(), l), at.spent(i.b(), r));
        if l | r != 0 {
            return at.next_without_both(l, r);
        }
        at.next()
    }
    jump_in_(at, i) {
        let at = at.skip(1);
        leave_to!(in_slow, at, i)
    }
    for_range(at, i) {
        let word = at.get(i.b());
        let target = *at.pc;
        let at = at.skip(1);
        if let Some(iterator) = payload::<RangeIter>(word) {
            if let Some(word) = control::range_step(iterator) {
                return at.finish(i.a(), word);
            }
            if iterator.left.get() == 0 {
                at.put(i.b(), 0);
                return at.offset(target.first()).next_without(word);
            }
        }
        leave_to!(for_slow, at, i)
    }
    for_list(at, i) {
        let at = at.skip(1);
        if let Some(word) = control::list_step(at.get(i.b())) {
            return at.finish(i.a(), retain(word));
        }
        leave_to!(for_slow, at, i)
    }
    for_rows(at, i) {
        // The next instruction takes the item apart: its row is not made a value of its own.
        let unpack = Packed(*at.pc.add(1).cast::<u64>());
        if let Some((cursor, word)) = control::row_item(at.get(i.b()))
            && let Some(items) = row_of(word, usize::from(unpack.c()))
        {
            cursor.at.set(cursor.at.get() + 1);
            let at = at.skip(2);
            return match unpack.c() {
                2 => unpack_row::<2>(at, unpack, items),
                3 => unpack_row::<3>(at, unpack, items),
                _ => unpack_row::<4>(at, unpack, items),
            };
        }
        leave_to!(for_list, at, i)
    }
    for_enumerate(at, i) {
        if let Some(enumerate) = exact::<Enumerate>(at.get(i.b()))
            && enumerate.next.get() < Value::MAX_SMALL
            && let Some(word) = control::list_step(enumerate.iterator.bits())
        {
            let count = enumerate.next.get();
            enumerate.next.set(count + 1);
            let count = Value::int32_or_small(count).into_raw();
            return at.skip(2).finish_pair(count, retain(word));
        }
        let at = at.skip(1);
        leave_to!(for_slow, at, i)
    }
    for_dict(at, i) {
        if let Some(iterator) = payload::<DictIter>(at.get(i.b()))
            && let Some(dict) = payload::<Dict>(iterator.dict.bits())
            && !iterator.backwards
        {
            let table = &*dict.table.as_ptr();
            if table.len() == iterator.len.get()
                && iterator.left.get() != 0
                && let Some((place, key, value)) = table.next_from(iterator.place.get())
            {
                let (key, value) = (key.bits(), value.bits());
                if matches!(iterator.part, Part::Items) {
                    if control::pair_follows(at.pc.add(1), i.a()) {
                        iterator.left.set(iterator.left.get() - 1);
                        iterator.place.set(place + 1);
                        return at.skip(2).finish_pair(retain(key), retain(value));
                    }
                } else {
                    iterator.left.set(iterator.left.get() - 1);
                    iterator.place.set(place + 1);
                    let item = if matches!(iterator.part, Part::Keys) { key } else { value };
                    return at.skip(1).finish(i.a(), retain(item));
                }
            }
        }
        let at = at.skip(1);
        leave_to!(for_slow, at, i)
    }
    for_generator_(at, i) {
        let at = at.skip(1);
        leave_to!(for_generator, at, i)
    }
    for_iter(at, i) {
        let at = at.skip(1);
        leave_to!(for_slow, at, i)
    }
    send(at, i) {
        let at = at.skip(1);
        leave_to!(send_slow, at, i)
    }
    drop_(at, i) {
        let word = at.get(i.a());
        if is_cell(word) {
            at.put(i.a(), 0);
            return at.next_without(word);
        }
        at.next()
    }
}

pub(super) const HANDLERS: &[(Op, Handler)] = &[
    (Op::Jump, jump),
    (Op::JumpBack, jump_back),
    (Op::JumpIfTrue, jump_if_true),
    (Op::JumpIfFalse, jump_if_false),
    (Op::JumpIfTrueKeep, jump_if_true_keep),
    (Op::JumpIfFalseKeep, jump_if_false_keep),
    (Op::JumpIfNone, jump_if_none),
    (Op::JumpIfNotNone, jump_if_not_none),
    (Op::JumpLt, jump_lt),
    (Op::JumpLtK, jump_lt_k),
    (Op::JumpLe, jump_le),
    (Op::JumpLeK, jump_le_k),
    (Op::JumpEq, jump_eq),
    (Op::JumpEqK, jump_eq_k),
    (Op::JumpNe, jump_ne),
    (Op::JumpNeK, jump_ne_k),
    (Op::JumpGt, jump_gt),
    (Op::JumpGtK, jump_gt_k),
    (Op::JumpGe, jump_ge),
    (Op::JumpGeK, jump_ge_k),
    (Op::JumpIs, jump_is),
    (Op::JumpIn, jump_in_),
    (Op::ForIter, for_iter),
    (Op::ForIterRange, for_range),
    (Op::ForIterList, for_list),
    (Op::ForIterRows, for_rows),
    (Op::ForIterEnumerate, for_enumerate),
    (Op::ForIterDict, for_dict),
    (Op::ForIterGenerator, for_generator_),
    (Op::Send, send),
    (Op::Drop, drop_),
];
