//! Arithmetic and comparisons of immediates.

use super::{FALSE, Handler, TRUE, handlers, leave_to, slow};
use crate::exec::arith;
use crate::ir::Op;
use std::hint::cold_path;

slow! {
    binary_slow = arith::binary;
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
    truediv truediv_k arith::truediv;
}

/// Operations on integers, and on floats a step further.
macro_rules! binary_with_floats {
    ($($name:ident $name_k:ident $floats:ident $floats_k:ident $function:path, $on_floats:expr;)*) => {
        handlers! {$(
            $name(at, i) {
                if let Some(word) = $function(at.get(i.b()), at.get(i.c())) {
                    return at.finish(i.a(), word);
                }
                leave_to!($floats, at, i)
            }
            $name_k(at, i) {
                if let Some(word) = $function(at.get(i.b()), at.konst(i.c())) {
                    return at.finish(i.a(), word);
                }
                leave_to!($floats_k, at, i)
            }
            #[inline(never)]
            $floats(at, i) {
                if let Some(word) = arith::on_floats(at.get(i.b()), at.get(i.c()), $on_floats) {
                    return at.finish(i.a(), word);
                }
                leave_to!(binary_slow, at, i)
            }
            #[inline(never)]
            $floats_k(at, i) {
                if let Some(word) = arith::on_floats(at.get(i.b()), at.konst(i.c()), $on_floats) {
                    return at.finish(i.a(), word);
                }
                leave_to!(binary_slow, at, i)
            }
        )*}
    };
}

binary_with_floats! {
    add add_k add_floats add_floats_k arith::add, |x, y| x + y;
    sub sub_k sub_floats sub_floats_k arith::sub, |x, y| x - y;
    mul mul_k mul_floats mul_floats_k arith::mul, |x, y| x * y;
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
    (Op::Neg, neg),
    (Op::Not, not),
];
