//! What the passes ask of an opcode, in one small table.
//!
//! Mirrors the opcode classes of CPython 3.12's `pycore_opcode_utils.h`; numbers, caches and stack effects come from the
//! version's own table. The passes ask for every instruction a dozen times, hence one byte of answers per opcode.

use hognose_bytecode::{Effect, OpTable, Opcode};

/// What is known of one opcode.
#[derive(Clone, Copy, Debug)]
pub struct OpFacts {
    classes: u8,
    /// The opcode's number; 0, `CACHE`, where it has none that fits.
    pub code: u8,
    /// Cache words behind the instruction.
    pub caches: u8,
    effect: StackEffect,
    effect_jump: StackEffect,
}

/// A stack effect: `base + scale × argument + odd × the argument's lowest bit`.
#[derive(Clone, Copy, Debug)]
struct StackEffect {
    base: i8,
    scale: i8,
    odd: i8,
}

/// Marks as a `base` an effect of another form, or an opcode that this version does not have.
const COMPUTED: i8 = i8::MIN;

impl StackEffect {
    const OTHER: StackEffect = StackEffect::plain(COMPUTED);

    const fn plain(base: i8) -> StackEffect {
        StackEffect {
            base,
            scale: 0,
            odd: 0,
        }
    }

    const fn of(effect: Effect) -> StackEffect {
        match effect {
            Effect::Fixed(number) => StackEffect::plain(number),
            Effect::PerArg { base, scale } => StackEffect {
                base,
                scale,
                odd: 0,
            },
            Effect::Bit {
                base,
                bit: 0,
                scale,
            } => StackEffect {
                base,
                scale: 0,
                odd: scale,
            },
            Effect::Bit { .. } | Effect::LowBits { .. } | Effect::Custom => StackEffect::OTHER,
        }
    }

    #[inline]
    fn at(self, oparg: u32) -> Option<i32> {
        if self.base == COMPUTED {
            return None;
        }
        let scaled = i32::from(self.scale).wrapping_mul(oparg as i32);
        let odd = i32::from(self.odd) * (oparg & 1) as i32;
        Some((i32::from(self.base) + odd).wrapping_add(scaled))
    }
}

impl OpFacts {
    /// How the stack grows where control runs on; `None` where only the version's table knows.
    #[inline]
    pub fn effect(self, oparg: u32) -> Option<i32> {
        self.effect.at(oparg)
    }

    /// How the stack grows where control jumps; `None` where only the version's table knows.
    #[inline]
    pub fn effect_jump(self, oparg: u32) -> Option<i32> {
        self.effect_jump.at(oparg)
    }
}

const JUMP: u8 = 1;
const UNCONDITIONAL: u8 = 2;
const SCOPE_EXIT: u8 = 4;
const BLOCK_PUSH: u8 = 8;
const CONST: u8 = 16;
const REWRITABLE: u8 = 32;
const VANISHING: u8 = 64;
const LOCAL: u8 = 128;

static FACTS: [OpFacts; Opcode::COUNT] = {
    let mut facts = [OpFacts {
        classes: 0,
        code: 0,
        caches: 0,
        effect: StackEffect::OTHER,
        effect_jump: StackEffect::OTHER,
    }; Opcode::COUNT];
    let mut number = 0;
    while number < Opcode::COUNT {
        let op = Opcode::ALL[number];
        facts[op as usize].classes = classes(op);
        if let Some(info) = OpTable::default_version().get(op) {
            facts[op as usize].code = if info.is_pseudo() { 0 } else { info.code as u8 };
            facts[op as usize].caches = info.caches;
            facts[op as usize].effect = StackEffect::of(info.effect);
            facts[op as usize].effect_jump = StackEffect::of(info.effect_jump);
        }
        number += 1;
    }
    facts
};

const fn classes(op: Opcode) -> u8 {
    match op {
        Opcode::ForIter | Opcode::Send => JUMP,
        Opcode::PopJumpIfFalse
        | Opcode::PopJumpIfTrue
        | Opcode::PopJumpIfNone
        | Opcode::PopJumpIfNotNone => JUMP | REWRITABLE,
        Opcode::Jump => JUMP | UNCONDITIONAL | REWRITABLE,
        Opcode::JumpNoInterrupt
        | Opcode::JumpForward
        | Opcode::JumpBackward
        | Opcode::JumpBackwardNoInterrupt => JUMP | UNCONDITIONAL,
        Opcode::ReturnValue | Opcode::RaiseVarargs | Opcode::Reraise => SCOPE_EXIT,
        Opcode::ReturnConst => SCOPE_EXIT | CONST,
        Opcode::LoadConst => CONST | REWRITABLE,
        Opcode::KwNames => CONST,
        Opcode::BuildTuple | Opcode::Swap | Opcode::PushNull | Opcode::Copy | Opcode::PopTop => {
            REWRITABLE
        }
        Opcode::SetupFinally | Opcode::SetupWith | Opcode::SetupCleanup => BLOCK_PUSH | VANISHING,
        Opcode::Nop | Opcode::PopBlock => VANISHING,
        Opcode::StoreFastMaybeNull => VANISHING | LOCAL,
        Opcode::LoadFast
        | Opcode::LoadFastCheck
        | Opcode::LoadFastAndClear
        | Opcode::StoreFast
        | Opcode::DeleteFast => LOCAL,
        _ => 0,
    }
}

/// What is known of an opcode.
#[inline]
pub fn of(op: Opcode) -> OpFacts {
    FACTS[op as usize]
}

/// Whether the opcode ends a block, aims at a label or vanishes.
#[inline]
pub fn is_structural(op: Opcode) -> bool {
    of(op).classes & (JUMP | SCOPE_EXIT | BLOCK_PUSH | VANISHING) != 0
}

/// Whether the opcode opens a handler's range (`IS_BLOCK_PUSH_OPCODE`).
#[inline]
pub fn is_block_push(op: Opcode) -> bool {
    of(op).classes & BLOCK_PUSH != 0
}

/// Whether the opcode jumps (`IS_JUMP_OPCODE`).
#[inline]
pub fn is_jump(op: Opcode) -> bool {
    of(op).classes & JUMP != 0
}

/// Whether the opcode jumps always (`IS_UNCONDITIONAL_JUMP_OPCODE`).
#[inline]
pub fn is_unconditional_jump(op: Opcode) -> bool {
    of(op).classes & UNCONDITIONAL != 0
}

/// Whether the opcode leaves the code (`IS_SCOPE_EXIT_OPCODE`).
#[inline]
pub fn is_scope_exit(op: Opcode) -> bool {
    of(op).classes & SCOPE_EXIT != 0
}

/// Whether control cannot run on behind the opcode (`BB_NO_FALLTHROUGH`).
#[inline]
pub fn stops(op: Opcode) -> bool {
    of(op).classes & (UNCONDITIONAL | SCOPE_EXIT) != 0
}

/// Whether the opcode ends a block (`IS_TERMINATOR_OPCODE`).
#[inline]
pub fn is_terminator(op: Opcode) -> bool {
    of(op).classes & (JUMP | SCOPE_EXIT) != 0
}

/// Whether the opcode aims at a label (`HAS_TARGET`).
#[inline]
pub fn has_target(op: Opcode) -> bool {
    of(op).classes & (JUMP | BLOCK_PUSH) != 0
}

/// Whether the peephole pass may rewrite something that begins with this opcode.
#[inline]
pub fn is_rewritable(op: Opcode) -> bool {
    of(op).classes & REWRITABLE != 0
}

/// Whether the opcode is `NOP`, or the compiler's own and gone at last.
#[inline]
pub fn is_vanishing(op: Opcode) -> bool {
    of(op).classes & VANISHING != 0
}

/// Whether the opcode reads, binds or unbinds a local.
#[inline]
pub fn is_local(op: Opcode) -> bool {
    of(op).classes & LOCAL != 0
}

/// Whether the oparg is an index of the constants (`HAS_CONST`).
#[inline]
pub fn has_const(op: Opcode) -> bool {
    of(op).classes & CONST != 0
}
