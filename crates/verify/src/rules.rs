//! What most opcodes ask for, in a form that is checked without telling them apart.

use crate::View;
use crate::arity::{Arity, arity};
use hognose_bytecode::{ArgKind, Effect, Jump, OpInfo, OpTable, Opcode};
use std::sync::OnceLock;

/// One opcode's demands; `plain` where they say all there is to say.
#[derive(Clone, Copy)]
pub struct Rule {
    pub info: Option<&'static OpInfo>,
    /// `arg >> shift` must be below `Limits::of(..)[limit]`; [`ASK`] where it takes more to tell.
    pub limit: u8,
    pub shift: u8,
    /// It falls through, and the numbers below are its whole effect.
    pub plain: bool,
    pub needs: u8,
    pub pops: u8,
    /// How many more it needs and pops for each one of its argument.
    pub per_arg: u8,
    pub effect: i8,
    /// What bit 0 of the argument adds to the effect.
    pub bit_effect: i8,
    /// What each one of the argument adds to the effect.
    pub arg_effect: i8,
    pub null: Null,
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

fn null(opcode: Opcode) -> Null {
    match opcode {
        Opcode::PushNull | Opcode::LoadFastAndClear => Null::Pushes,
        Opcode::LoadGlobal | Opcode::LoadAttr | Opcode::LoadSuperAttr => Null::PushesWithBit,
        // STORE_FAST gives back what LOAD_FAST_AND_CLEAR took.
        Opcode::Call | Opcode::CallFunctionEx | Opcode::StoreFast => Null::TakesLowest,
        _ => Null::Refuses,
    }
}

/// The places of [`limits`].
const FREE: u8 = 0;
const CONSTS: u8 = 1;
const NAMES: u8 = 2;
const LOCALS: u8 = 3;
/// Marks opcodes whose argument has a rule of its own.
pub const ASK: u8 = 4;

/// How many of each thing an index may choose from.
pub fn limits(code: &View<'_>) -> [u32; ASK as usize] {
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    [
        u32::MAX,
        count(code.consts),
        count(code.names),
        count(code.localspluskinds.len()),
    ]
}

/// All opcodes of 3.12, by number.
pub struct Rules {
    pub by_code: [Rule; 256],
    /// Code units of the instruction with its caches; 0 for prefixes and unknown numbers.
    ///
    /// Beside the rules, for the next instruction's place is what decoding waits for.
    pub lengths: [u8; 256],
}

pub fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| {
        let table = OpTable::default_version();
        let info = |code: usize| table.by_code(code as u8);
        Rules {
            by_code: std::array::from_fn(|code| rule(info(code))),
            lengths: std::array::from_fn(|code| match info(code) {
                Some(info) if code != usize::from(table.extended_arg) => 1 + info.caches,
                _ => 0,
            }),
        }
    })
}

const UNKNOWN: Rule = Rule {
    info: None,
    limit: ASK,
    shift: 0,
    plain: false,
    needs: 0,
    pops: 0,
    per_arg: 0,
    effect: 0,
    bit_effect: 0,
    arg_effect: 0,
    null: Null::Refuses,
};

fn rule(info: Option<&'static OpInfo>) -> Rule {
    let Some(info) = info else { return UNKNOWN };
    let (limit, shift) = match info.arg {
        ArgKind::None | ArgKind::JumpRelative => (FREE, 0),
        ArgKind::Const => (CONSTS, 0),
        ArgKind::Name => (NAMES, 0),
        ArgKind::NameShift1 => (NAMES, 1),
        ArgKind::NameShift2 => (NAMES, 2),
        ArgKind::Local => (LOCALS, 0),
        ArgKind::Number if info.opcode == Opcode::Call => (FREE, 0),
        _ => (ASK, 0),
    };
    let rule = Rule {
        info: Some(info),
        limit,
        shift,
        null: null(info.opcode),
        ..UNKNOWN
    };
    let (effect, bit_effect, arg_effect) = match info.effect {
        Effect::Fixed(effect) => (effect, 0, 0),
        Effect::PerArg { base, scale } => (base, 0, scale),
        Effect::Bit {
            base,
            bit: 0,
            scale,
        } => (base, scale, 0),
        _ => return rule,
    };
    let special = matches!(
        info.opcode,
        Opcode::ReturnValue
            | Opcode::ReturnConst
            | Opcode::RaiseVarargs
            | Opcode::Reraise
            | Opcode::ReturnGenerator
            | Opcode::KwNames
            | Opcode::Swap
            | Opcode::Copy
    );
    if info.jump != Jump::None || special {
        return rule;
    }
    // Samples enough to see what the argument does: every formula has arg as a summand, a factor, or
    // low bits.
    let [Some(first), Some(second)] = [0, 1].map(|arg| arity(info.opcode, arg)) else {
        return rule;
    };
    let Arity { needs, pops } = first;
    let per_arg = second.pops.wrapping_sub(pops);
    let linear = |arg: u32| Arity {
        needs: needs.wrapping_add(per_arg.wrapping_mul(arg)),
        pops: pops.wrapping_add(per_arg.wrapping_mul(arg)),
    };
    let samples = [1, 2, 3, 4, 8, 100];
    if per_arg > 2
        || samples
            .iter()
            .any(|&arg| arity(info.opcode, arg) != Some(linear(arg)))
    {
        return rule;
    }
    Rule {
        plain: true,
        needs: needs as u8,
        pops: pops as u8,
        per_arg: per_arg as u8,
        effect,
        bit_effect,
        arg_effect,
        ..rule
    }
}
