//! How instructions change the height of the stack.

use crate::{Effect, OpInfo, Opcode};

impl OpInfo {
    /// The change of height when the instruction falls through.
    ///
    /// The same number as CPython's `opcode.stack_effect(code, arg, jump=False)`.
    #[inline]
    pub fn effect(&self, arg: u32) -> i32 {
        apply(self.effect, self.opcode, arg)
    }

    /// The change of height when the instruction jumps, or when a pseudo `SETUP_...` catches.
    #[inline]
    pub fn effect_jump(&self, arg: u32) -> i32 {
        apply(self.effect_jump, self.opcode, arg)
    }

    /// The larger of both, as the compiler's stack size wants.
    pub fn effect_max(&self, arg: u32) -> i32 {
        self.effect(arg).max(self.effect_jump(arg))
    }
}

#[inline]
fn apply(effect: Effect, opcode: Opcode, arg: u32) -> i32 {
    // Arguments are 32 bits wide; arithmetic wraps as C's does, and the verifier rejects what is absurd.
    let signed = arg as i32;
    match effect {
        Effect::Fixed(number) => i32::from(number),
        Effect::PerArg { base, scale } => {
            i32::from(base).wrapping_add(i32::from(scale).wrapping_mul(signed))
        }
        Effect::Bit { base, bit, scale } => {
            i32::from(base) + i32::from(scale) * ((signed >> bit) & 1)
        }
        Effect::LowBits { base } => i32::from(base) - (arg & 0xf).count_ones() as i32,
        Effect::Custom => custom(opcode, arg),
    }
}

/// The effects that are no plain expression; CPython's `stack_effect` in `Python/compile.c`.
#[cold]
fn custom(opcode: Opcode, arg: u32) -> i32 {
    match opcode {
        // One target per low byte, as many after the star, and the star itself.
        Opcode::UnpackEx => (arg & 0xff) as i32 + (arg >> 8) as i32,
        Opcode::BuildSlice => {
            if arg == 3 {
                -2
            } else {
                -1
            }
        }
        _ => 0,
    }
}
