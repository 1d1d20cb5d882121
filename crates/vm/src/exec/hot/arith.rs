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
const FORMS: [(Op, Op); 12] = [
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
            let plain_word = Packed(i.0 & !0xffff | u64::from(plain));
            let site = &*at_cell(self.pc.sub(1));
            if arith::two_floats(l, r).is_none() {
                if plain != now {
                    site.set(plain_word.word());
                }
            } else if plain == now
                && let Some(form) = float_form(now)
            {
                site.set(Packed(i.0 & !0xffff | u64::from(form)).word());
            }
            plain_word
        }
    }
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
    k_mul arith::mul, |x: f64, y: f64| x * y;
    k_truediv arith::quotient, |x: f64, y: f64| x / y;
}

handlers! {
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
    (Op::KAdd, k_add),
    (Op::KSub, k_sub),
    (Op::KMul, k_mul),
    (Op::KTrueDiv, k_truediv),
    (Op::Neg, neg),
    (Op::Not, not),
];
