//! The loop: what runs often stands here, the rest in the families' files.

use super::frame::{self, Left};
use super::{Cx, Frame, NONE, arith, call, control, is_cell, rare, release, retain};
use crate::ir::{Op, Word};
use hognose_heap::Value;
use hognose_object::function::{CellObj, Function};
use hognose_object::instance::Instance;
use hognose_object::iters::RangeIter;
use hognose_object::tuple::{List, Tuple};
use hognose_object::{PyResult, Raised};

const FALSE: u64 = {
    const VALUE: &Value = &Value::FALSE;
    VALUE.bits()
};
const TRUE: u64 = {
    const VALUE: &Value = &Value::TRUE;
    VALUE.bits()
};

/// Runs the topmost frame, which is marked as an entry, to its end (or, if it is a generator's, to its next yield).
///
/// # Safety
/// The topmost frame has just been pushed, complete, with [`frame_flags::ENTRY`].
pub(crate) unsafe fn run(cx: Cx<'_>) -> PyResult {
    // SAFETY: by the contract.
    unsafe {
        match cx.vm.counts.get() {
            None => run_loop::<false>(cx),
            Some(_) => run_loop::<true>(cx),
        }
    }
}

/// [`run`]; when `COUNTING`, what it does is counted.
///
/// # Safety
/// As for [`run`].
unsafe fn run_loop<const COUNTING: bool>(cx: Cx<'_>) -> PyResult {
    let vm = cx.vm;
    // SAFETY: see the module's safety story. `f` is the topmost frame whenever an instruction begins, `regs` and
    // `pc` are its own; everything that may push or pop frames is followed by `reload!`.
    unsafe {
        let mut f: *mut Frame = vm.top.get();
        let mut pc: *const Word = (*f).pc.cast();
        let mut regs: *mut u64 = (*f).regs;
        // The instruction that runs; only kept for counting.
        let mut last = Op::Trap;

        macro_rules! reload {
            () => {
                f = vm.top.get();
                pc = (*f).pc.cast();
                regs = (*f).regs;
            };
        }
        macro_rules! get {
            ($r:expr) => {
                *regs.add($r as usize)
            };
        }
        macro_rules! konst {
            ($k:expr) => {
                *(*f).consts.add($k as usize)
            };
        }
        macro_rules! set {
            ($r:expr, $word:expr) => {{
                let place = regs.add($r as usize);
                let old = *place;
                *place = $word;
                if is_cell(old) {
                    drop(Value::from_raw(old));
                }
            }};
        }
        macro_rules! is_temp {
            ($r:expr) => {
                $r >= (*f).first_temp
            };
        }
        // Gives up an operand that an instruction has read; only for cells.
        macro_rules! consume {
            ($r:expr, $word:expr) => {
                if is_temp!($r) {
                    get!($r) = 0;
                    drop(Value::from_raw($word));
                }
            };
        }
        // The word of an operand, owned. Only ill-formed code reads an empty register: it finds None.
        macro_rules! take_operand {
            ($r:expr) => {{
                let word = get!($r);
                if word == 0 {
                    NONE
                } else if is_temp!($r) {
                    get!($r) = 0;
                    word
                } else {
                    retain(word)
                }
            }};
        }
        macro_rules! save {
            () => {
                (*f).pc = pc.cast()
            };
        }

        loop {
            let raised: Raised = 'raise: {
                macro_rules! tri {
                    ($result:expr) => {
                        match $result {
                            Ok(value) => value,
                            Err(raised) => break 'raise raised,
                        }
                    };
                }
                // Everything that may run Python code, push frames or raise.
                macro_rules! slow {
                    ($result:expr) => {{
                        if COUNTING && let Some(counts) = vm.counts.get() {
                            counts.left(last);
                        }
                        save!();
                        tri!($result);
                        reload!();
                        continue;
                    }};
                }
                macro_rules! binary {
                    ($i:expr, $rhs:expr, $both:path) => {{
                        let (l, r) = (get!($i.b()), $rhs);
                        if let Some(word) = $both(l, r) {
                            set!($i.a(), word);
                            continue;
                        }
                        slow!(arith::binary(cx, f, $i.word()));
                    }};
                }
                macro_rules! compare {
                    ($i:expr, $rhs:expr, $op:tt) => {{
                        let (l, r) = (get!($i.b()), $rhs);
                        if l & r & 1 != 0 {
                            let holds = (l as i64) $op (r as i64);
                            set!($i.a(), if holds { TRUE } else { FALSE });
                            continue;
                        }
                        if let Some((x, y)) = arith::floats(l, r) {
                            set!($i.a(), if x $op y { TRUE } else { FALSE });
                            continue;
                        }
                        slow!(arith::compare(cx, f, $i.word()));
                    }};
                }
                macro_rules! compare_jump {
                    ($i:expr, $rhs:expr, $op:tt) => {{
                        let (l, r) = (get!($i.a()), $rhs);
                        let target = *pc;
                        pc = pc.add(1);
                        let holds = if l & r & 1 != 0 {
                            (l as i64) $op (r as i64)
                        } else if let Some((x, y)) = arith::floats(l, r) {
                            x $op y
                        } else {
                            save!();
                            match tri!(arith::compare_test(cx, f, $i.word())) {
                                Some(holds) => holds,
                                None => {
                                    reload!();
                                    continue;
                                }
                            }
                        };
                        if u16::from(holds) == $i.c() {
                            pc = pc.offset(target.first() as i32 as isize);
                        }
                    }};
                }
                macro_rules! jump_wide {
                    ($i:expr) => {
                        pc = pc.offset($i.wide() as i32 as isize)
                    };
                }
                // The truth of a register that the instruction consumes.
                macro_rules! truth {
                    ($r:expr) => {{
                        let word = get!($r);
                        if word == TRUE {
                            true
                        } else if word == FALSE || word == NONE {
                            false
                        } else if word & 1 != 0 {
                            word != 1
                        } else {
                            save!();
                            tri!(control::truth(cx, f, $r))
                        }
                    }};
                }
                loop {
                    let i = Packed(*pc.cast::<u64>());
                    pc = pc.add(1);
                    if COUNTING && let Some(counts) = vm.counts.get() {
                        last = op_of(i);
                        counts.executed(last);
                    }
                    match op_of(i) {
                        // Both ends of the list stand here, so that the jump table needs no check.
                        Op::Trap | Op::Intrinsic2 => slow!(rare::other(cx, f, op_of(i), i.word())),
                        Op::Copy => {
                            let word = retain(get!(i.b()));
                            set!(i.a(), word);
                        }
                        Op::Take => {
                            let word = get!(i.b());
                            get!(i.b()) = 0;
                            set!(i.a(), word);
                        }
                        Op::Const => {
                            let word = retain(konst!(i.wide()));
                            set!(i.a(), word);
                        }
                        Op::Drop => {
                            let word = get!(i.a());
                            if is_cell(word) {
                                get!(i.a()) = 0;
                                save!();
                                drop(Value::from_raw(word));
                            }
                        }
                        Op::Jump => jump_wide!(i),
                        Op::JumpBack => {
                            jump_wide!(i);
                            if hognose_heap::attention_due() {
                                slow!(control::safepoint(cx));
                            }
                        }
                        Op::JumpIfTrue => {
                            if truth!(i.a()) {
                                jump_wide!(i);
                            }
                        }
                        Op::JumpIfFalse => {
                            if !truth!(i.a()) {
                                jump_wide!(i);
                            }
                        }
                        Op::JumpIfNone => {
                            let word = get!(i.a());
                            if word == NONE {
                                jump_wide!(i);
                            } else if is_cell(word) {
                                consume!(i.a(), word);
                            }
                        }
                        Op::JumpIfNotNone => {
                            let word = get!(i.a());
                            if word != NONE {
                                jump_wide!(i);
                                if is_cell(word) {
                                    consume!(i.a(), word);
                                }
                            }
                        }
                        Op::JumpLt => compare_jump!(i, get!(i.b()), <),
                        Op::JumpLe => compare_jump!(i, get!(i.b()), <=),
                        Op::JumpEq => compare_jump!(i, get!(i.b()), ==),
                        Op::JumpNe => compare_jump!(i, get!(i.b()), !=),
                        Op::JumpGt => compare_jump!(i, get!(i.b()), >),
                        Op::JumpGe => compare_jump!(i, get!(i.b()), >=),
                        Op::JumpLtK => compare_jump!(i, konst!(i.b()), <),
                        Op::JumpLeK => compare_jump!(i, konst!(i.b()), <=),
                        Op::JumpEqK => compare_jump!(i, konst!(i.b()), ==),
                        Op::JumpNeK => compare_jump!(i, konst!(i.b()), !=),
                        Op::JumpGtK => compare_jump!(i, konst!(i.b()), >),
                        Op::JumpGeK => compare_jump!(i, konst!(i.b()), >=),
                        Op::JumpIs => {
                            let (l, r) = (get!(i.a()), get!(i.b()));
                            let target = *pc;
                            pc = pc.add(1);
                            if u16::from(l == r) == i.c() {
                                pc = pc.offset(target.first() as i32 as isize);
                            }
                            if is_cell(l) {
                                consume!(i.a(), l);
                            }
                            if is_cell(r) {
                                consume!(i.b(), r);
                            }
                        }
                        Op::Lt => compare!(i, get!(i.c()), <),
                        Op::Le => compare!(i, get!(i.c()), <=),
                        Op::Eq => compare!(i, get!(i.c()), ==),
                        Op::Ne => compare!(i, get!(i.c()), !=),
                        Op::Gt => compare!(i, get!(i.c()), >),
                        Op::Ge => compare!(i, get!(i.c()), >=),
                        Op::LtK => compare!(i, konst!(i.c()), <),
                        Op::LeK => compare!(i, konst!(i.c()), <=),
                        Op::EqK => compare!(i, konst!(i.c()), ==),
                        Op::NeK => compare!(i, konst!(i.c()), !=),
                        Op::GtK => compare!(i, konst!(i.c()), >),
                        Op::GeK => compare!(i, konst!(i.c()), >=),
                        Op::Add | Op::IAdd => binary!(i, get!(i.c()), arith::add),
                        Op::Sub | Op::ISub => binary!(i, get!(i.c()), arith::sub),
                        Op::Mul | Op::IMul => binary!(i, get!(i.c()), arith::mul),
                        Op::And | Op::IAnd => binary!(i, get!(i.c()), arith::and),
                        Op::Or | Op::IOr => binary!(i, get!(i.c()), arith::or),
                        Op::Xor | Op::IXor => binary!(i, get!(i.c()), arith::xor),
                        Op::LShift | Op::ILShift => binary!(i, get!(i.c()), arith::lshift),
                        Op::RShift | Op::IRShift => binary!(i, get!(i.c()), arith::rshift),
                        Op::FloorDiv | Op::IFloorDiv => binary!(i, get!(i.c()), arith::floordiv),
                        Op::Mod | Op::IMod => binary!(i, get!(i.c()), arith::modulo),
                        Op::TrueDiv | Op::ITrueDiv => binary!(i, get!(i.c()), arith::truediv),
                        Op::AddK | Op::IAddK => binary!(i, konst!(i.c()), arith::add),
                        Op::SubK | Op::ISubK => binary!(i, konst!(i.c()), arith::sub),
                        Op::MulK | Op::IMulK => binary!(i, konst!(i.c()), arith::mul),
                        Op::AndK | Op::IAndK => binary!(i, konst!(i.c()), arith::and),
                        Op::OrK | Op::IOrK => binary!(i, konst!(i.c()), arith::or),
                        Op::XorK | Op::IXorK => binary!(i, konst!(i.c()), arith::xor),
                        Op::LShiftK | Op::ILShiftK => binary!(i, konst!(i.c()), arith::lshift),
                        Op::RShiftK | Op::IRShiftK => binary!(i, konst!(i.c()), arith::rshift),
                        Op::FloorDivK | Op::IFloorDivK => {
                            binary!(i, konst!(i.c()), arith::floordiv)
                        }
                        Op::ModK | Op::IModK => binary!(i, konst!(i.c()), arith::modulo),
                        Op::TrueDivK | Op::ITrueDivK => binary!(i, konst!(i.c()), arith::truediv),
                        Op::LoadDeref => {
                            let word =
                                payload::<CellObj>(get!(i.b())).map_or(0, |c| c.content.bits());
                            if word == 0 {
                                slow!(super::names::unbound_deref(cx, f, i.b()));
                            }
                            let word = retain(word);
                            set!(i.a(), word);
                        }
                        Op::LoadGlobalModule => {
                            let cache = *pc;
                            let table = &*(*(*f).globals).table.as_ptr();
                            if table.known_version() == cache.first() {
                                let word = entry_word(table, (*pc.add(1)).first());
                                let word = retain(word);
                                pc = pc.add(2);
                                set!(i.a(), word);
                                continue;
                            }
                            pc = pc.add(2);
                            slow!(super::names::load_global(cx, f, i.word()));
                        }
                        Op::LoadGlobalBuiltin => {
                            let cache = *pc;
                            let table = &*(*(*f).globals).table.as_ptr();
                            let builtins = &*(*f).function().builtins.table.as_ptr();
                            if table.known_version() == cache.first()
                                && builtins.known_version() == cache.second()
                            {
                                let word = entry_word(builtins, (*pc.add(1)).first());
                                let word = retain(word);
                                pc = pc.add(2);
                                set!(i.a(), word);
                                continue;
                            }
                            pc = pc.add(2);
                            slow!(super::names::load_global(cx, f, i.word()));
                        }
                        Op::GetItem => {
                            let (l, r) = (get!(i.b()), get!(i.c()));
                            if let Some(word) = item_of(l, r) {
                                let word = retain(word);
                                consume!(i.b(), l);
                                set!(i.a(), word);
                                continue;
                            }
                            slow!(super::subscript::get_item(cx, f, i.word()));
                        }
                        Op::GetItemK => {
                            let (l, r) = (get!(i.b()), konst!(i.c()));
                            if let Some(word) = item_of(l, r) {
                                let word = retain(word);
                                consume!(i.b(), l);
                                set!(i.a(), word);
                                continue;
                            }
                            slow!(super::subscript::get_item_constant(cx, f, i.word()));
                        }
                        Op::SetItem => {
                            let (container, index) = (get!(i.a()), get!(i.b()));
                            if let Some(place) = list_place(container, index) {
                                let word = take_operand!(i.c());
                                let old = *place;
                                *place = word;
                                save!();
                                release(old);
                                consume!(i.a(), container);
                                continue;
                            }
                            slow!(super::subscript::set_item(cx, f, i.word()));
                        }
                        Op::LoadAttrSlot => {
                            let word = get!(i.b());
                            if let Some(instance) = instance_at(word, *pc) {
                                let cache = *pc.add(1);
                                let found = slot_word(instance, cache.a);
                                if found != 0 {
                                    let found = retain(found);
                                    pc = pc.add(2);
                                    consume!(i.b(), word);
                                    set!(i.a(), found);
                                    continue;
                                }
                            }
                            pc = pc.add(2);
                            slow!(super::attr::load_attr(cx, f, i.word()));
                        }
                        Op::StoreAttrSlot => {
                            let object = get!(i.a());
                            if let Some(instance) = instance_at(object, *pc)
                                && let Some(place) = slot_place(instance, (*pc.add(1)).a)
                            {
                                let word = take_operand!(i.b());
                                pc = pc.add(2);
                                save!();
                                let old = *place;
                                *place = word;
                                release(old);
                                consume!(i.a(), object);
                                continue;
                            }
                            pc = pc.add(2);
                            slow!(super::attr::store_attr(cx, f, i.word()));
                        }
                        Op::LoadMethodShape => {
                            let word = get!(i.b());
                            if instance_at(word, *pc).is_some() {
                                let cache = *pc.add(1);
                                let method =
                                    retain((&(*(*f).ir).values)[usize::from(cache.op)].bits());
                                pc = pc.add(2);
                                let this = if is_temp!(i.b()) {
                                    get!(i.b()) = 0;
                                    word
                                } else {
                                    retain(word)
                                };
                                get!(i.a()) = method;
                                get!(i.a() + 1) = this;
                                continue;
                            }
                            pc = pc.add(2);
                            slow!(super::attr::load_method(cx, f, i.word()));
                        }
                        Op::LoadMethodPlain => {
                            let word = get!(i.b());
                            let guard = *pc;
                            let cache = *pc.add(1);
                            pc = pc.add(2);
                            if is_cell(word)
                                && super::type_at(word).known_version() == guard.first()
                            {
                                let method =
                                    retain((&(*(*f).ir).values)[usize::from(cache.op)].bits());
                                let this = if is_temp!(i.b()) {
                                    get!(i.b()) = 0;
                                    word
                                } else {
                                    retain(word)
                                };
                                get!(i.a()) = method;
                                get!(i.a() + 1) = this;
                                continue;
                            }
                            slow!(super::attr::load_method(cx, f, i.word()));
                        }
                        Op::CopyFreeVars => {
                            save!();
                            tri!(super::names::copy_free_variables(cx, f, i.word()));
                        }
                        Op::Call => {
                            let callee = get!(i.a() + 1);
                            if let Some(function) = function_at(callee)
                                && let Some(new) = call::push_exact(
                                    cx,
                                    f,
                                    function,
                                    regs.add(usize::from(i.a()) + 2),
                                    i.b(),
                                )
                            {
                                save!();
                                get!(i.a() + 1) = 0;
                                (*new).function = callee;
                                (*new).dst = i.c();
                                f = new;
                                pc = (*f).pc.cast();
                                regs = (*f).regs;
                                continue;
                            }
                            slow!(call::call(cx, f, i.word()));
                        }
                        Op::CallMethod => {
                            let callee = get!(i.a());
                            if let Some(function) = function_at(callee)
                                && let Some(new) = call::push_exact(
                                    cx,
                                    f,
                                    function,
                                    regs.add(usize::from(i.a()) + 1),
                                    i.b() + 1,
                                )
                            {
                                save!();
                                get!(i.a()) = 0;
                                (*new).function = callee;
                                (*new).dst = i.c();
                                f = new;
                                pc = (*f).pc.cast();
                                regs = (*f).regs;
                                continue;
                            }
                            slow!(call::call_method(cx, f, i.word()));
                        }
                        Op::Return => {
                            let word = match get!(i.a()) {
                                0 => NONE,
                                word => word,
                            };
                            get!(i.a()) = 0;
                            save!();
                            match frame::leave(cx, f, word) {
                                Left::Caller => {
                                    reload!();
                                }
                                Left::Entry(value) => return Ok(value),
                                Left::Raised(raised) => break 'raise raised,
                            }
                        }
                        Op::ReturnConst => {
                            let word = retain(konst!(i.wide()));
                            save!();
                            match frame::leave(cx, f, word) {
                                Left::Caller => {
                                    reload!();
                                }
                                Left::Entry(value) => return Ok(value),
                                Left::Raised(raised) => break 'raise raised,
                            }
                        }
                        Op::ForIterRange => {
                            let word = get!(i.b());
                            let target = *pc;
                            pc = pc.add(1);
                            if let Some(iterator) = payload::<RangeIter>(word) {
                                if let Some(word) = control::range_step(iterator) {
                                    set!(i.a(), word);
                                    continue;
                                }
                                if iterator.left.get() == 0 {
                                    get!(i.b()) = 0;
                                    drop(Value::from_raw(word));
                                    pc = pc.offset(target.first() as i32 as isize);
                                    continue;
                                }
                            }
                            slow!(control::for_iter(cx, f, i.word()));
                        }
                        Op::ForIterList => {
                            pc = pc.add(1);
                            if let Some(word) = control::list_step(get!(i.b())) {
                                let word = retain(word);
                                set!(i.a(), word);
                                continue;
                            }
                            slow!(control::for_iter(cx, f, i.word()));
                        }
                        Op::ForIterGenerator => {
                            pc = pc.add(1);
                            slow!(super::gen_::for_iter_generator(cx, f, i.word()));
                        }
                        Op::ListAppend => {
                            let word = get!(i.a());
                            if let Some(list) = payload::<List>(word) {
                                let item = take_operand!(i.b());
                                let items = &mut *list.items.as_ptr();
                                items.push(Value::from_raw(item));
                            }
                        }
                        Op::StoreDeref => {
                            let Some(cell) = payload::<CellObj>(get!(i.a())) else {
                                slow!(super::names::unbound_deref(cx, f, i.a()));
                            };
                            let word = take_operand!(i.b());
                            save!();
                            cell.content.set(Some(Value::from_raw(word)));
                        }
                        // These run outside the loop, but often enough to be called from here.
                        Op::Unpack => slow!(super::build::unpack(cx, f, i.word())),
                        Op::BuildTuple | Op::BuildList | Op::BuildMap => {
                            slow!(super::build::build(cx, f, op_of(i), i.word()))
                        }
                        Op::MapAdd | Op::SetAdd => {
                            slow!(super::build::add(cx, f, op_of(i), i.word()))
                        }
                        Op::LoadAttrMember
                        | Op::LoadAttrClass
                        | Op::LoadAttrModule
                        | Op::LoadAttrProperty => {
                            pc = pc.add(2);
                            slow!(super::attr::load_quick(cx, f, op_of(i), i.word()));
                        }
                        Op::LoadMethodModule | Op::LoadMethodClass => {
                            pc = pc.add(2);
                            slow!(super::attr::load_method_value(cx, f, op_of(i), i.word()));
                        }
                        Op::StoreAttrAdd | Op::StoreAttrMember => {
                            pc = pc.add(2);
                            slow!(super::attr::store_quick(cx, f, op_of(i), i.word()));
                        }
                        Op::LoadAttr => {
                            pc = pc.add(2);
                            slow!(super::attr::load_attr(cx, f, i.word()));
                        }
                        Op::LoadMethod => {
                            pc = pc.add(2);
                            slow!(super::attr::load_method(cx, f, i.word()));
                        }
                        Op::CallKw => {
                            pc = pc.add(1);
                            slow!(call::call_keywords(cx, f, i.word()));
                        }
                        Op::Send => {
                            pc = pc.add(1);
                            slow!(super::gen_::send(cx, f, i.word()));
                        }
                        Op::ForIter => {
                            pc = pc.add(1);
                            slow!(control::for_iter(cx, f, i.word()));
                        }
                        Op::Yield => {
                            save!();
                            match super::gen_::yield_value(cx, f, i.word()) {
                                Some(value) => return Ok(value),
                                None => {
                                    reload!();
                                }
                            }
                        }
                        Op::ReturnGenerator => {
                            save!();
                            match tri!(super::gen_::make_generator(cx, f, i.word())) {
                                Some(value) => return Ok(value),
                                None => {
                                    reload!();
                                }
                            }
                        }
                        op => {
                            pc = pc.add(op.words());
                            slow!(rare::other(cx, f, op, i.word()));
                        }
                    }
                }
            };
            super::except::unwind(cx, raised)?;
            reload!();
        }
    }
}

/// # Safety
/// The word is an instruction that the translator (or quickening) made.
#[inline(always)]
unsafe fn op_of(word: Packed) -> Op {
    let number = word.0 as u16;
    // SAFETY: by the contract its number is one of `Op`'s.
    unsafe {
        std::hint::assert_unchecked(number <= Op::Intrinsic2 as u16);
        std::mem::transmute::<u16, Op>(number)
    }
}

/// An instruction as the one word that it is in memory: its parts are only taken out where they are needed.
#[derive(Clone, Copy)]
struct Packed(u64);

impl Packed {
    #[inline(always)]
    fn a(self) -> u16 {
        (self.0 >> 16) as u16
    }

    #[inline(always)]
    fn b(self) -> u16 {
        (self.0 >> 32) as u16
    }

    #[inline(always)]
    fn c(self) -> u16 {
        (self.0 >> 48) as u16
    }

    /// The 32-bit operand.
    #[inline(always)]
    fn wide(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[inline(always)]
    fn word(self) -> Word {
        Word {
            op: self.0 as u16,
            a: self.a(),
            b: self.b(),
            c: self.c(),
        }
    }
}

const _: () = assert!(
    cfg!(target_endian = "little"),
    "the parts of a packed word lie as in `Word`"
);

/// The payload behind an owned word, if it is a cell of that kind.
///
/// # Safety
/// The word is 0 or a living value's; the result is used while it lives.
#[inline(always)]
pub(crate) unsafe fn payload<'a, T: hognose_heap::Payload>(word: u64) -> Option<&'a T> {
    if !is_cell(word) {
        return None;
    }
    // SAFETY: by the contract.
    unsafe {
        Value::borrow_raw(&raw const word)
            .downcast_ref::<T>()
            .map(|t| &*std::ptr::from_ref(t))
    }
}

/// # Safety
/// As for [`payload`].
#[inline(always)]
unsafe fn function_at<'a>(word: u64) -> Option<&'a Function> {
    // SAFETY: by the contract.
    unsafe { payload::<Function>(word) }
}

/// The word of a dict's value at a place that is known to hold one.
#[inline(always)]
fn entry_word(table: &hognose_object::dict::Table, place: u32) -> u64 {
    table
        .entries
        .get(place as usize)
        .and_then(|e| e.value.as_ref())
        .map_or(NONE, Value::bits)
}

/// `container[index]` for exact lists and tuples and an index that is inside and not negative: the item's word.
///
/// # Safety
/// As for [`payload`].
#[inline(always)]
unsafe fn item_of(container: u64, index: u64) -> Option<u64> {
    if index & 1 == 0 || !is_cell(container) {
        return None;
    }
    let index = (index as i64 >> 1) as usize;
    // SAFETY: by the contract; the borrow of the list ends before anything runs.
    unsafe {
        if let Some(list) = payload::<List>(container) {
            if super::is_subclass(container) {
                return None;
            }
            let items = &*list.items.as_ptr();
            return items.get(index).map(Value::bits);
        }
        if let Some(tuple) = payload::<Tuple>(container) {
            if super::is_subclass(container) {
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
        if super::is_subclass(container) {
            return None;
        }
        let items = &mut *list.items.as_ptr();
        items
            .get_mut(index)
            .map(|item| std::ptr::from_mut(item).cast::<u64>())
    }
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
        let ty = super::type_at(word);
        (ty.known_version() == cache.first() && instance.head.shape.get() == cache.second())
            .then_some(instance)
    }
}

/// The word in an attribute's slot; 0 if it is empty or not among the instance's own slots.
#[inline(always)]
fn slot_word(instance: &Instance, place: u16) -> u64 {
    instance
        .slots()
        .get(usize::from(place))
        .map_or(0, |slot| slot.bits())
}

/// The place of an attribute's slot, if it is among the instance's own.
#[inline(always)]
fn slot_place(instance: &Instance, place: u16) -> Option<*mut u64> {
    let slot = instance.slots().get(usize::from(place))?;
    Some(std::ptr::from_ref(slot).cast::<u64>().cast_mut())
}
