//! What the passes ask of an opcode, in one small table.
//!
//! Mirrors the opcode classes of CPython's `pycore_opcode_utils.h`; numbers, caches and stack effects come from the
//! version's own table. The passes ask for every instruction a dozen times, hence a few bits of answers per opcode.

use std::fmt;

use hognose_bytecode::{Effect, OpInfo, OpTable, Opcode};
use hognose_version::Version;

use crate::assemble::AssembleError;

/// What a version's table says of one opcode, made small.
#[derive(Clone, Copy, Debug)]
pub struct OpCost {
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

impl OpCost {
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

/// One version's numbers, by opcode.
pub struct OpCosts {
    costs: [OpCost; Opcode::COUNT],
    table: &'static OpTable,
}

const JUMP: u16 = 1;
const UNCONDITIONAL: u16 = 2;
const SCOPE_EXIT: u16 = 4;
const BLOCK_PUSH: u16 = 8;
const CONST: u16 = 16;
const REWRITABLE: u16 = 32;
const VANISHING: u16 = 64;
const LOCAL: u16 = 128;
const UNBINDS: u16 = 256;

static CLASSES: [u16; Opcode::COUNT] = {
    let mut all = [0; Opcode::COUNT];
    let mut number = 0;
    while number < Opcode::COUNT {
        let op = Opcode::ALL[number];
        all[op as usize] = classes(op);
        number += 1;
    }
    all
};

/// The versions that we compile for, by their minor numbers.
static COSTS: [(u8, OpCosts); 2] = [(12, OpCosts::new(12)), (13, OpCosts::new(13))];

impl OpCosts {
    const fn new(minor: u8) -> Self {
        let table = match OpTable::of_minor(minor) {
            Some(table) => table,
            None => OpTable::default_version(),
        };
        let mut costs = [OpCost {
            code: 0,
            caches: 0,
            effect: StackEffect::OTHER,
            effect_jump: StackEffect::OTHER,
        }; Opcode::COUNT];
        let mut number = 0;
        while number < Opcode::COUNT {
            let op = Opcode::ALL[number];
            if let Some(info) = table.get(op) {
                costs[op as usize] = OpCost {
                    code: if info.is_pseudo() { 0 } else { info.code as u8 },
                    caches: info.caches,
                    effect: StackEffect::of(info.effect),
                    effect_jump: StackEffect::of(info.effect_jump),
                };
            }
            number += 1;
        }
        Self { costs, table }
    }

    /// The numbers of a version, if we compile for it.
    pub fn of_version(version: Version) -> Option<&'static Self> {
        let found = COSTS
            .iter()
            .find(|(minor, _)| version.major == 3 && *minor == version.minor);
        found.map(|(_, costs)| costs)
    }

    /// What this version's table says of an opcode.
    #[inline]
    pub fn of(&self, op: Opcode) -> OpCost {
        self.costs[op as usize]
    }

    /// The whole row of an opcode.
    pub fn info(&self, op: Opcode) -> Result<&'static OpInfo, AssembleError> {
        self.table.get(op).ok_or(AssembleError::UnknownOpcode(op))
    }

    /// The number of `EXTENDED_ARG`.
    pub fn extended_arg(&self) -> u8 {
        self.table.extended_arg
    }
}

impl fmt::Debug for OpCosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpCosts")
    }
}

const fn classes(op: Opcode) -> u16 {
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
        Opcode::StoreFastMaybeNull => VANISHING | LOCAL | UNBINDS,
        Opcode::LoadFastAndClear | Opcode::DeleteFast => LOCAL | UNBINDS,
        Opcode::LoadFast | Opcode::LoadFastCheck | Opcode::StoreFast => LOCAL,
        _ => 0,
    }
}

#[inline]
fn has(op: Opcode, class: u16) -> bool {
    CLASSES[op as usize] & class != 0
}

/// Whether the opcode ends a block, aims at a label, vanishes or unbinds a local.
#[inline]
pub fn is_structural(op: Opcode) -> bool {
    has(op, JUMP | SCOPE_EXIT | BLOCK_PUSH | VANISHING | UNBINDS)
}

/// Whether the opcode may leave a local unbound.
#[inline]
pub fn unbinds(op: Opcode) -> bool {
    has(op, UNBINDS)
}

/// Whether the opcode opens a handler's range (`IS_BLOCK_PUSH_OPCODE`).
#[inline]
pub fn is_block_push(op: Opcode) -> bool {
    has(op, BLOCK_PUSH)
}

/// Whether the opcode jumps (`IS_JUMP_OPCODE`).
#[inline]
pub fn is_jump(op: Opcode) -> bool {
    has(op, JUMP)
}

/// Whether the opcode jumps always (`IS_UNCONDITIONAL_JUMP_OPCODE`).
#[inline]
pub fn is_unconditional_jump(op: Opcode) -> bool {
    has(op, UNCONDITIONAL)
}

/// Whether the opcode leaves the code (`IS_SCOPE_EXIT_OPCODE`).
#[inline]
pub fn is_scope_exit(op: Opcode) -> bool {
    has(op, SCOPE_EXIT)
}

/// Whether control cannot run on behind the opcode (`BB_NO_FALLTHROUGH`).
#[inline]
pub fn stops(op: Opcode) -> bool {
    has(op, UNCONDITIONAL | SCOPE_EXIT)
}

/// Whether the opcode ends a block (`IS_TERMINATOR_OPCODE`).
#[inline]
pub fn is_terminator(op: Opcode) -> bool {
    has(op, JUMP | SCOPE_EXIT)
}

/// Whether the opcode aims at a label (`HAS_TARGET`).
#[inline]
pub fn has_target(op: Opcode) -> bool {
    has(op, JUMP | BLOCK_PUSH)
}

/// Whether the peephole pass may rewrite something that begins with this opcode.
#[inline]
pub fn is_rewritable(op: Opcode) -> bool {
    has(op, REWRITABLE)
}

/// Whether the opcode is `NOP`, or the compiler's own and gone at last.
#[inline]
pub fn is_vanishing(op: Opcode) -> bool {
    has(op, VANISHING)
}

/// Whether the opcode reads, binds or unbinds a local.
#[inline]
pub fn is_local(op: Opcode) -> bool {
    has(op, LOCAL)
}

/// Whether the oparg is an index of the constants (`HAS_CONST`).
#[inline]
pub fn has_const(op: Opcode) -> bool {
    has(op, CONST)
}

/// Whether the interpreter looks for signals there (`OPCODE_HAS_EVAL_BREAK` of 3.13).
#[inline]
pub fn has_eval_break(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::Call
            | Opcode::CallFunctionEx
            | Opcode::CallKw
            | Opcode::Jump
            | Opcode::JumpBackward
            | Opcode::Resume
    )
}
