//! What most opcodes ask for, in a form that is checked without telling them apart.

use crate::View;
use crate::arity::{Arity, arity};
use crate::indices::has_narrow_number;
use hognose_bytecode::{ArgKind, Effect, Jump, OpInfo, OpTable, Opcode};
use std::sync::OnceLock;

/// One opcode's demands.
#[derive(Clone, Copy)]
#[repr(align(16))]
pub struct Rule {
    /// Code units of the instruction with its caches.
    pub length: u8,
    /// `(arg >> shift) - least` must be below `limits(..)[limit]`.
    pub limit: u8,
    pub shift: u8,
    pub least: u8,
    pub kind: Kind,
    pub null: Null,
    pub needs: u8,
    /// What each one of the argument adds to the needs.
    pub needs_per_arg: u8,
    pub pops: u8,
    pub pops_per_arg: u8,
    pub effect: i8,
    /// What bit 0 of the argument adds to the effect.
    pub bit_effect: i8,
    /// What each one of the argument adds to the effect.
    pub arg_effect: i8,
}

/// Where control goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// To the next instruction.
    Plain,
    Ends,
    /// Forward or on, with the same effect.
    JumpsForward,
    /// The same, with an `END_FOR` at the target.
    ForIter,
    /// Forward only.
    JumpsAway,
    /// Backward only.
    JumpsBackward,
}

/// What an opcode has to do with entries that may be NULL.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Null {
    /// None of the entries it needs may be NULL.
    Refuses,
    /// The first entry it pushes may be NULL.
    Pushes,
    /// As `Pushes` if bit 0 of the argument is set.
    PushesWithBit,
    /// The lowest entry it pops may be NULL.
    TakesLowest,
}

/// What an opcode of 3.12 has to do with NULL.
pub fn null(opcode: Opcode) -> Null {
    match opcode {
        Opcode::PushNull | Opcode::LoadFastAndClear => Null::Pushes,
        Opcode::LoadGlobal | Opcode::LoadAttr | Opcode::LoadSuperAttr => Null::PushesWithBit,
        // STORE_FAST gives back what LOAD_FAST_AND_CLEAR took.
        Opcode::Call | Opcode::CallFunctionEx | Opcode::StoreFast => Null::TakesLowest,
        _ => Null::Refuses,
    }
}

/// The places of [`limits`]: any argument, constants, names, locals, operators of `COMPARE_OP` and of `BINARY_OP`, bits of
/// `FORMAT_VALUE`, one bit, three choices, zero alone, none at all for what takes a closer look.
const FREE: u8 = 0;
const CONSTS: u8 = 1;
const NAMES: u8 = 2;
const LOCALS: u8 = 3;
const COMPARE: u8 = 4;
const BINARY_OP: u8 = 5;
const THREE_BITS: u8 = 6;
const ONE_BIT: u8 = 7;
const THREE: u8 = 8;
const ZERO: u8 = 9;
const ASK: u8 = 10;
/// How many there may be.
pub const LIMITS: u8 = 16;

/// How many of each thing an index may choose from.
pub fn limits(code: &View<'_>, table: &OpTable) -> [u32; LIMITS as usize] {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let mut limits = [0; LIMITS as usize];
    for (place, limit) in [
        (FREE, u32::MAX),
        (CONSTS, count(code.consts)),
        (NAMES, count(code.names)),
        (LOCALS, count(code.localspluskinds.len())),
        (COMPARE, count(table.compare.len())),
        (BINARY_OP, count(table.binary_ops.len())),
        (THREE_BITS, 1 << 3),
        (ONE_BIT, 1 << 1),
        (THREE, 3),
        (ZERO, 1),
    ] {
        limits[usize::from(place)] = limit;
    }
    limits
}

/// All opcodes of 3.12, by number.
pub struct Rules {
    pub by_code: [Rule; 256],
}

impl Rules {
    pub fn get() -> &'static Rules {
        static RULES: OnceLock<Rules> = OnceLock::new();
        RULES.get_or_init(|| {
            let table = OpTable::default_version();
            Rules {
                by_code: std::array::from_fn(|code| match table.by_code(code as u8) {
                    Some(info) if code != usize::from(table.extended_arg) => rule(info),
                    _ => UNKNOWN,
                }),
            }
        })
    }
}

const UNKNOWN: Rule = Rule {
    length: 1,
    limit: ASK,
    shift: 0,
    least: 0,
    kind: Kind::Plain,
    null: Null::Refuses,
    needs: 0,
    needs_per_arg: 0,
    pops: 0,
    pops_per_arg: 0,
    effect: 0,
    bit_effect: 0,
    arg_effect: 0,
};

/// The rule of an opcode, or [`UNKNOWN`] where it takes a closer look.
fn rule(info: &OpInfo) -> Rule {
    let (limit, shift, least) = match info.arg {
        ArgKind::None | ArgKind::JumpRelative => (FREE, 0, 0),
        ArgKind::Const => (CONSTS, 0, 0),
        ArgKind::Name => (NAMES, 0, 0),
        ArgKind::NameShift1 => (NAMES, 1, 0),
        ArgKind::NameShift2 => (NAMES, 2, 0),
        ArgKind::Local => (LOCALS, 0, 0),
        ArgKind::Compare => (COMPARE, 4, 0),
        ArgKind::BinaryOp => (BINARY_OP, 0, 0),
        // Nearly every function has nothing to it.
        ArgKind::MakeFunction => (ZERO, 0, 0),
        ArgKind::FormatValue => (THREE_BITS, 0, 0),
        ArgKind::Number => match info.opcode {
            Opcode::IsOp | Opcode::ContainsOp => (ONE_BIT, 0, 0),
            Opcode::RaiseVarargs | Opcode::Reraise | Opcode::GetAwaitable => (THREE, 0, 0),
            Opcode::Copy | Opcode::ListAppend | Opcode::SetAdd | Opcode::MapAdd => (FREE, 0, 1),
            Opcode::Swap => (FREE, 0, 2),
            opcode if !has_narrow_number(opcode) => (FREE, 0, 0),
            _ => return UNKNOWN,
        },
        _ => return UNKNOWN,
    };
    let Some(kind) = kind(info) else {
        return UNKNOWN;
    };
    let (effect, bit_effect, arg_effect) = match info.effect {
        // Where control ends no effect is looked at.
        _ if kind == Kind::Ends => (0, 0, 0),
        Effect::Fixed(effect) => (effect, 0, 0),
        Effect::PerArg { base, scale } => (base, 0, scale),
        Effect::Bit {
            base,
            bit: 0,
            scale,
        } => (base, scale, 0),
        Effect::LowBits { base } if limit == ZERO => (base, 0, 0),
        _ => return UNKNOWN,
    };
    // Samples enough to see what the argument does: every formula has arg as a summand, a factor, or
    // low bits.
    let [Some(first), Some(second)] = [0, 1].map(|arg| arity(info.opcode, arg)) else {
        return UNKNOWN;
    };
    let (needs_per_arg, pops_per_arg) = match limit {
        ZERO => (0, 0),
        _ => (
            second.needs.wrapping_sub(first.needs),
            second.pops.wrapping_sub(first.pops),
        ),
    };
    let linear = |arg: u32| Arity {
        needs: first.needs.wrapping_add(needs_per_arg.wrapping_mul(arg)),
        pops: first.pops.wrapping_add(pops_per_arg.wrapping_mul(arg)),
    };
    let is_right = |arg: u32| {
        let found = linear(arg);
        let signed = arg as i32;
        let effect = i32::from(effect) + (signed & 1) * i32::from(bit_effect);
        // The height never gets below what is popped.
        let pushes = effect + signed * i32::from(arg_effect) + found.pops as i32;
        arity(info.opcode, arg) == Some(found) && (kind == Kind::Ends || pushes >= 0)
    };
    let samples: &[u32] = match limit {
        ZERO => &[0],
        _ => &[1, 2, 3, 4, 8, 100],
    };
    if needs_per_arg > 2 || pops_per_arg > 2 || !samples.iter().all(|&arg| is_right(arg)) {
        return UNKNOWN;
    }
    Rule {
        length: 1 + info.caches,
        limit,
        shift,
        least,
        kind,
        null: null(info.opcode),
        needs: first.needs as u8,
        needs_per_arg: needs_per_arg as u8,
        pops: first.pops as u8,
        pops_per_arg: pops_per_arg as u8,
        effect,
        bit_effect,
        arg_effect,
    }
}

/// `None` for opcodes that take a closer look.
fn kind(info: &OpInfo) -> Option<Kind> {
    match (info.opcode, info.jump) {
        (Opcode::ReturnValue | Opcode::ReturnConst | Opcode::RaiseVarargs | Opcode::Reraise, _) => {
            Some(Kind::Ends)
        }
        (Opcode::ReturnGenerator | Opcode::KwNames | Opcode::JumpBackwardNoInterrupt, _) => None,
        (_, Jump::None) => Some(Kind::Plain),
        (Opcode::JumpForward, _) => Some(Kind::JumpsAway),
        (Opcode::JumpBackward, _) => Some(Kind::JumpsBackward),
        (_, Jump::Forward) if info.effect != info.effect_jump => None,
        (Opcode::ForIter, _) => Some(Kind::ForIter),
        (_, Jump::Forward) => Some(Kind::JumpsForward),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_opcodes_have_rules() {
        let table = OpTable::default_version();
        for opcode in [
            Opcode::LoadFast,
            Opcode::LoadGlobal,
            Opcode::LoadAttr,
            Opcode::Call,
            Opcode::BuildMap,
            Opcode::ContainsOp,
            Opcode::PopJumpIfNone,
            Opcode::ReturnConst,
            Opcode::ForIter,
            Opcode::MapAdd,
            Opcode::MakeFunction,
        ] {
            let rule = table.get(opcode).map(rule);
            assert!(rule.is_some_and(|rule| rule.limit != ASK), "{opcode:?}");
        }
    }
}
