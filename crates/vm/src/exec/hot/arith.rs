//! Arithmetic and comparisons of immediates.

use super::{At, FALSE, Handler, Packed, TRUE, handlers, leave_to, slow};
use crate::exec::arith;
use crate::ir::{Op, Word};
use std::cell::Cell;
use std::hint::cold_path;

slow! {
    binary_slow = arith::binary;
    left_slow = arith::constant_left;
    compare_slow = arith::compare;
}

macro_rules! binary {
    ($($name:ident $name_k:ident $function:path;)*) => {
        handlers! {$(
            $name(at, i) {
                if let Some(word) = $function(at.get(i.b()), at.get(i.c())) {
                    return at.finish(i.a(), word);
                }
                leave_to!(binary_slow, at, i)
            }
            $name_k(at, i) {
                if let Some(word) = $function(at.get(i.b()), at.konst(i.c())) {
                    return at.finish(i.a(), word);
                }
                leave_to!(binary_slow, at, i)
            }
        )*}
    };
}

binary! {
    and and_k arith::and;
    or or_k arith::or;
    xor xor_k arith::xor;
    lshift lshift_k arith::lshift;
    rshift rshift_k arith::rshift;
    floordiv floordiv_k arith::floordiv;
    modulo modulo_k arith::modulo;
}

/// Operations on integers; where they meet floats, the instruction becomes the one for floats, and turns back where that
/// meets something else.
macro_rules! binary_with_floats {
    ($($name:ident $name_k:ident $floats:ident $floats_k:ident $mixed:ident $mixed_k:ident $function:path, $on_floats:expr;)*) => {
        handlers! {$(
            $name(at, i) {
                if let Some(word) = $function(at.get(i.b()), at.get(i.c())) {
                    return at.finish(i.a(), word);
                }
                leave_to!($mixed, at, i)
            }
            $name_k(at, i) {
                if let Some(word) = $function(at.get(i.b()), at.konst(i.c())) {
                    return at.finish(i.a(), word);
                }
                leave_to!($mixed_k, at, i)
            }
            $floats(at, i) {
                if let Some((x, y)) = arith::two_floats(at.get(i.b()), at.get(i.c()))
                    && let Some(word) = arith::float_word($on_floats(x, y))
                {
                    return at.finish(i.a(), word);
                }
                leave_to!($mixed, at, i)
            }
            $floats_k(at, i) {
                if let Some((x, y)) = arith::two_floats(at.get(i.b()), at.konst(i.c()))
                    && let Some(word) = arith::float_word($on_floats(x, y))
                {
                    return at.finish(i.a(), word);
                }
                leave_to!($mixed_k, at, i)
            }
            #[inline(never)]
            $mixed(at, i) {
                let (l, r) = (at.get(i.b()), at.get(i.c()));
                let i = at.become_for(l, r, i);
                if let Some((x, y)) = arith::floats(l, r)
                    && let Some(word) = arith::float_word($on_floats(x, y))
                {
                    return at.finish(i.a(), word);
                }
                if let Some(word) = $function(l, r) {
                    return at.finish(i.a(), word);
                }
                leave_to!(binary_slow, at, i)
            }
            #[inline(never)]
            $mixed_k(at, i) {
                let (l, r) = (at.get(i.b()), at.konst(i.c()));
                let i = at.become_for(l, r, i);
                if let Some((x, y)) = arith::floats(l, r)
                    && let Some(word) = arith::float_word($on_floats(x, y))
                {
                    return at.finish(i.a(), word);
                }
                if let Some(word) = $function(l, r) {
                    return at.finish(i.a(), word);
                }
                leave_to!(binary_slow, at, i)
            }
        )*}
    };
}

binary_with_floats! {
    add add_k add_floats add_floats_k add_mixed add_mixed_k arith::add, |x: f64, y: f64| x + y;
    sub sub_k sub_floats sub_floats_k sub_mixed sub_mixed_k arith::sub, |x: f64, y: f64| x - y;
    mul mul_k mul_floats mul_floats_k mul_mixed mul_mixed_k arith::mul, |x: f64, y: f64| x * y;
}

/// Each operation that has a form for floats, and that form.
const FORMS: [(Op, Op); 13] = [
    (Op::Add, Op::AddFloat),
    (Op::Sub, Op::SubFloat),
    (Op::Mul, Op::MulFloat),
    (Op::IAdd, Op::IAddFloat),
    (Op::ISub, Op::ISubFloat),
    (Op::IMul, Op::IMulFloat),
    (Op::AddK, Op::AddFloatK),
    (Op::SubK, Op::SubFloatK),
    (Op::MulK, Op::MulFloatK),
    (Op::IAddK, Op::IAddFloatK),
    (Op::ISubK, Op::ISubFloatK),
    (Op::IMulK, Op::IMulFloatK),
    (Op::KMul, Op::KMulFloat),
];

impl At<'_> {
    /// Gives the instruction the form that fits its operands, unless it is a fit already; what comes back is the
    /// instruction in its plain form.
    #[inline(always)]
    unsafe fn become_for(self, l: u64, r: u64, i: Packed) -> Packed {
        // SAFETY: `pc` stands behind the instruction, which has no cache words.
        unsafe {
            let now = i.0 as u16;
            let plain = match now.checked_sub(Op::AddFloat as u16) {
                Some(n) if n < FORMS.len() as u16 => FORMS[usize::from(n)].0 as u16,
                _ => now,
            };
            if !arith::both_float_tags(l, r) {
                if plain != now {
                    self.become_op(i, plain);
                }
            } else if plain == now
                && let Some(form) = float_form(now)
            {
                let form = self.form_with_next(form, i);
                self.become_op(i, form);
            }
            with_op(i, plain)
        }
    }

    /// Replaces the operation of this instruction in the code.
    #[inline(always)]
    pub(super) unsafe fn become_op(self, i: Packed, op: u16) {
        // SAFETY: `pc` stands behind the instruction.
        unsafe { (*at_cell(self.pc.sub(1))).set(with_op(i, op).word()) }
    }

    /// The form of a float operation that does the next instruction too, if that takes the temporary made here and is
    /// another such operation; else the form as it is.
    unsafe fn form_with_next(self, form: u16, i: Packed) -> u16 {
        let Some(first) = FIRSTS.iter().position(|op| *op as u16 == form) else {
            return form;
        };
        // SAFETY: an instruction that has a result is not the last one.
        let next = Packed(unsafe { *self.pc.cast::<u64>() });
        let then = match Op::of(next.0 as u16) {
            Op::Add | Op::IAdd | Op::AddFloat | Op::IAddFloat => 0,
            Op::Sub | Op::ISub | Op::SubFloat | Op::ISubFloat => 2,
            Op::Mul | Op::IMul | Op::MulFloat | Op::IMulFloat => 4,
            Op::TrueDiv | Op::ITrueDiv => 6,
            _ => return form,
        };
        let made = i.a();
        let (side, other) = match (next.b() == made, next.c() == made) {
            (true, false) => (0, next.c()),
            (false, true) => (1, next.b()),
            _ => return form,
        };
        // SAFETY: by the contract of all handlers.
        if unsafe { !self.is_temp(made) || !arith::is_float(self.get(other)) } {
            return form;
        }
        Op::AddThenAddL as u16 + first as u16 * 8 + then + side
    }
}

/// The float operations with which a form of two at once begins, in the order of those forms.
const FIRSTS: [Op; 5] = [
    Op::AddFloat,
    Op::SubFloat,
    Op::MulFloat,
    Op::MulFloatK,
    Op::KMulFloat,
];

/// The instruction with another operation.
#[inline(always)]
pub(super) fn with_op(i: Packed, op: u16) -> Packed {
    Packed(i.0 & !0xffff | u64::from(op))
}

fn at_cell(word: *const Word) -> *const Cell<Word> {
    word.cast()
}

/// The number of an operation's form for floats.
fn float_form(plain: u16) -> Option<u16> {
    let found = FORMS.iter().find(|(op, _)| *op as u16 == plain)?;
    Some(found.1 as u16)
}

/// A constant on the left.
macro_rules! constant_left {
    ($($name:ident $ints:expr, $on_floats:expr;)*) => {
        handlers! {$(
            $name(at, i) {
                let (l, r) = (at.konst(i.c()), at.get(i.b()));
                if let Some((x, y)) = arith::two_floats(l, r)
                    && let Some(word) = arith::float_word($on_floats(x, y))
                {
                    return at.finish(i.a(), word);
                }
                if let Some(word) = $ints(l, r) {
                    return at.finish(i.a(), word);
                }
                leave_to!(left_slow, at, i)
            }
        )*}
    };
}

constant_left! {
    k_add arith::add, |x: f64, y: f64| x + y;
    k_sub arith::sub, |x: f64, y: f64| x - y;
    k_truediv arith::quotient, |x: f64, y: f64| x / y;
}

handlers! {
    k_mul(at, i) {
        if let Some(word) = arith::mul(at.konst(i.c()), at.get(i.b())) {
            return at.finish(i.a(), word);
        }
        leave_to!(k_mul_mixed, at, i)
    }
    k_mul_floats(at, i) {
        if let Some((x, y)) = arith::two_floats(at.konst(i.c()), at.get(i.b()))
            && let Some(word) = arith::float_word(x * y)
        {
            return at.finish(i.a(), word);
        }
        leave_to!(k_mul_mixed, at, i)
    }
    #[inline(never)]
    k_mul_mixed(at, i) {
        let (l, r) = (at.konst(i.c()), at.get(i.b()));
        let i = at.become_for(l, r, i);
        if let Some((x, y)) = arith::floats(l, r)
            && let Some(word) = arith::float_word(x * y)
        {
            return at.finish(i.a(), word);
        }
        if let Some(word) = arith::mul(l, r) {
            return at.finish(i.a(), word);
        }
        leave_to!(left_slow, at, i)
    }
    /// The first of two float operations that were done at once, alone, because not all operands fit.
    #[inline(never)]
    part(at, i) {
        let first = (i.0 as u16).saturating_sub(Op::AddThenAddL as u16) / 8;
        let form = FIRSTS[usize::from(first).min(FIRSTS.len() - 1)] as u16;
        let next = Packed(*at.pc.cast::<u64>());
        let other = if next.b() == i.a() { next.c() } else { next.b() };
        if !arith::is_float(at.get(other)) {
            at.become_op(i, form);
        }
        let i = with_op(i, form);
        super::ALL[usize::from(form)](i, at.pc, at.regs, at.f, at.cx, at.consts)
    }
    // A word of two floats is not that of +0.0: nothing is divided by zero here, as -0.0 has no word at all.
    truediv(at, i) {
        if let Some((x, y)) = arith::two_floats(at.get(i.b()), at.get(i.c()))
            && let Some(word) = arith::float_word(x / y)
        {
            return at.finish(i.a(), word);
        }
        leave_to!(quotient, at, i)
    }
    truediv_k(at, i) {
        if let Some((x, y)) = arith::two_floats(at.get(i.b()), at.konst(i.c()))
            && let Some(word) = arith::float_word(x / y)
        {
            return at.finish(i.a(), word);
        }
        leave_to!(quotient_k, at, i)
    }
    #[inline(never)]
    quotient(at, i) {
        if let Some(word) = arith::quotient(at.get(i.b()), at.get(i.c())) {
            return at.finish(i.a(), word);
        }
        leave_to!(binary_slow, at, i)
    }
    #[inline(never)]
    quotient_k(at, i) {
        if let Some(word) = arith::quotient(at.get(i.b()), at.konst(i.c())) {
            return at.finish(i.a(), word);
        }
        leave_to!(binary_slow, at, i)
    }
}

/// Two operations on floats at once. Nothing is changed before all operands are known to fit, so that the first can
/// still be done alone.
macro_rules! two_at_once {
    ($($add_l:ident $add_r:ident $sub_l:ident $sub_r:ident $mul_l:ident $mul_r:ident $div_l:ident $div_r:ident
        $operand:ident, $first:expr;)*) => {$(
        two_at_once! { one $add_l c $operand, $first, |x: f64, z: f64| Some(x + z); }
        two_at_once! { one $add_r b $operand, $first, |x: f64, z: f64| Some(z + x); }
        two_at_once! { one $sub_l c $operand, $first, |x: f64, z: f64| Some(x - z); }
        two_at_once! { one $sub_r b $operand, $first, |x: f64, z: f64| Some(z - x); }
        two_at_once! { one $mul_l c $operand, $first, |x: f64, z: f64| Some(x * z); }
        two_at_once! { one $mul_r b $operand, $first, |x: f64, z: f64| Some(z * x); }
        two_at_once! { one $div_l c $operand, $first, |x: f64, z: f64| (z != 0.0).then(|| x / z); }
        two_at_once! { one $div_r b $operand, $first, |x: f64, z: f64| (x != 0.0).then(|| z / x); }
    )*};
    (one $name:ident $side:ident $operand:ident, $first:expr, $then:expr;) => {
        handlers! {
            $name(at, i) {
                let next = Packed(*at.pc.cast::<u64>());
                if let Some((x, y)) = arith::two_floats(at.get(i.b()), at.$operand(i.c()))
                    && let Some(z) = arith::float_at(at.get(next.$side()))
                    && let Some(made) = $then($first(x, y), z)
                    && let Some(word) = arith::float_word(made)
                {
                    return at.skip(1).finish(next.a(), word);
                }
                leave_to!(part, at, i)
            }
        }
    };
}

two_at_once! {
    add_add_l add_add_r add_sub_l add_sub_r add_mul_l add_mul_r add_div_l add_div_r get, |x: f64, y: f64| x + y;
    sub_add_l sub_add_r sub_sub_l sub_sub_r sub_mul_l sub_mul_r sub_div_l sub_div_r get, |x: f64, y: f64| x - y;
    mul_add_l mul_add_r mul_sub_l mul_sub_r mul_mul_l mul_mul_r mul_div_l mul_div_r get, |x: f64, y: f64| x * y;
    k_add_l k_add_r k_sub_l k_sub_r k_mul_l k_mul_r k_div_l k_div_r konst, |x: f64, y: f64| x * y;
}

macro_rules! compare {
    ($($name:ident $name_k:ident $floats:ident $floats_k:ident $op:tt;)*) => {
        handlers! {$(
            $name(at, i) {
                let (l, r) = (at.get(i.b()), at.get(i.c()));
                if l & r & 1 != 0 {
                    return at.finish(i.a(), if (l as i64) $op (r as i64) { TRUE } else { FALSE });
                }
                leave_to!($floats, at, i)
            }
            $name_k(at, i) {
                let (l, r) = (at.get(i.b()), at.konst(i.c()));
                if l & r & 1 != 0 {
                    return at.finish(i.a(), if (l as i64) $op (r as i64) { TRUE } else { FALSE });
                }
                leave_to!($floats_k, at, i)
            }
            #[inline(never)]
            $floats(at, i) {
                if let Some(holds) = arith::holds!(at.get(i.b()), at.get(i.c()), $op) {
                    return at.finish(i.a(), if holds { TRUE } else { FALSE });
                }
                leave_to!(compare_slow, at, i)
            }
            #[inline(never)]
            $floats_k(at, i) {
                if let Some(holds) = arith::holds!(at.get(i.b()), at.konst(i.c()), $op) {
                    return at.finish(i.a(), if holds { TRUE } else { FALSE });
                }
                leave_to!(compare_slow, at, i)
            }
        )*}
    };
}

compare! {
    lt lt_k lt_floats lt_floats_k <;
    le le_k le_floats le_floats_k <=;
    eq eq_k eq_floats eq_floats_k ==;
    ne ne_k ne_floats ne_floats_k !=;
    gt gt_k gt_floats gt_floats_k >;
    ge ge_k ge_floats ge_floats_k >=;
}

handlers! {
    neg(at, i) {
        if let Some(word) = arith::neg(at.get(i.b())) {
            return at.finish(i.a(), word);
        }
        leave_to!(super::other, at, i)
    }
    not(at, i) {
        let word = at.get(i.b());
        if word == TRUE {
            return at.finish(i.a(), FALSE);
        }
        if word == FALSE || word == crate::exec::NONE {
            return at.finish(i.a(), TRUE);
        }
        cold_path();
        leave_to!(super::other, at, i)
    }
}

pub(super) const HANDLERS: &[(Op, Handler)] = &[
    (Op::Add, add),
    (Op::AddK, add_k),
    (Op::IAdd, add),
    (Op::IAddK, add_k),
    (Op::Sub, sub),
    (Op::SubK, sub_k),
    (Op::ISub, sub),
    (Op::ISubK, sub_k),
    (Op::Mul, mul),
    (Op::MulK, mul_k),
    (Op::IMul, mul),
    (Op::IMulK, mul_k),
    (Op::And, and),
    (Op::AndK, and_k),
    (Op::IAnd, and),
    (Op::IAndK, and_k),
    (Op::Or, or),
    (Op::OrK, or_k),
    (Op::IOr, or),
    (Op::IOrK, or_k),
    (Op::Xor, xor),
    (Op::XorK, xor_k),
    (Op::IXor, xor),
    (Op::IXorK, xor_k),
    (Op::LShift, lshift),
    (Op::LShiftK, lshift_k),
    (Op::ILShift, lshift),
    (Op::ILShiftK, lshift_k),
    (Op::RShift, rshift),
    (Op::RShiftK, rshift_k),
    (Op::IRShift, rshift),
    (Op::IRShiftK, rshift_k),
    (Op::FloorDiv, floordiv),
    (Op::FloorDivK, floordiv_k),
    (Op::IFloorDiv, floordiv),
    (Op::IFloorDivK, floordiv_k),
    (Op::Mod, modulo),
    (Op::ModK, modulo_k),
    (Op::IMod, modulo),
    (Op::IModK, modulo_k),
    (Op::TrueDiv, truediv),
    (Op::TrueDivK, truediv_k),
    (Op::ITrueDiv, truediv),
    (Op::ITrueDivK, truediv_k),
    (Op::Lt, lt),
    (Op::LtK, lt_k),
    (Op::Le, le),
    (Op::LeK, le_k),
    (Op::Eq, eq),
    (Op::EqK, eq_k),
    (Op::Ne, ne),
    (Op::NeK, ne_k),
    (Op::Gt, gt),
    (Op::GtK, gt_k),
    (Op::Ge, ge),
    (Op::GeK, ge_k),
    (Op::AddFloat, add_floats),
    (Op::SubFloat, sub_floats),
    (Op::MulFloat, mul_floats),
    (Op::IAddFloat, add_floats),
    (Op::ISubFloat, sub_floats),
    (Op::IMulFloat, mul_floats),
    (Op::AddFloatK, add_floats_k),
    (Op::SubFloatK, sub_floats_k),
    (Op::MulFloatK, mul_floats_k),
    (Op::IAddFloatK, add_floats_k),
    (Op::ISubFloatK, sub_floats_k),
    (Op::IMulFloatK, mul_floats_k),
    (Op::KMulFloat, k_mul_floats),
    (Op::AddThenAddL, add_add_l),
    (Op::AddThenAddR, add_add_r),
    (Op::AddThenSubL, add_sub_l),
    (Op::AddThenSubR, add_sub_r),
    (Op::AddThenMulL, add_mul_l),
    (Op::AddThenMulR, add_mul_r),
    (Op::AddThenDivL, add_div_l),
    (Op::AddThenDivR, add_div_r),
    (Op::SubThenAddL, sub_add_l),
    (Op::SubThenAddR, sub_add_r),
    (Op::SubThenSubL, sub_sub_l),
    (Op::SubThenSubR, sub_sub_r),
    (Op::SubThenMulL, sub_mul_l),
    (Op::SubThenMulR, sub_mul_r),
    (Op::SubThenDivL, sub_div_l),
    (Op::SubThenDivR, sub_div_r),
    (Op::MulThenAddL, mul_add_l),
    (Op::MulThenAddR, mul_add_r),
    (Op::MulThenSubL, mul_sub_l),
    (Op::MulThenSubR, mul_sub_r),
    (Op::MulThenMulL, mul_mul_l),
    (Op::MulThenMulR, mul_mul_r),
    (Op::MulThenDivL, mul_div_l),
    (Op::MulThenDivR, mul_div_r),
    (Op::MulKThenAddL, k_add_l),
    (Op::MulKThenAddR, k_add_r),
    (Op::MulKThenSubL, k_sub_l),
    (Op::MulKThenSubR, k_sub_r),
    (Op::MulKThenMulL, k_mul_l),
    (Op::MulKThenMulR, k_mul_r),
    (Op::MulKThenDivL, k_div_l),
    (Op::MulKThenDivR, k_div_r),
    (Op::KMulThenAddL, k_add_l),
    (Op::KMulThenAddR, k_add_r),
    (Op::KMulThenSubL, k_sub_l),
    (Op::KMulThenSubR, k_sub_r),
    (Op::KMulThenMulL, k_mul_l),
    (Op::KMulThenMulR, k_mul_r),
    (Op::KMulThenDivL, k_div_l),
    (Op::KMulThenDivR, k_div_r),
    (Op::KAdd, k_add),
    (Op::KSub, k_sub),
    (Op::KMul, k_mul),
    (Op::KTrueDiv, k_truediv),
    (Op::Neg, neg),
    (Op::Not, not),
];
