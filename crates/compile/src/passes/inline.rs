//! Copying short blocks over the jumps to them.

use super::reach::MAX_COPY_SIZE;
use crate::cfg::{BlockId, Cfg};
use crate::op_facts::is_unconditional_jump;
use hognose_bytecode::Opcode;

/// Copies small exits and blocks without lines to the jumps at them, again and again
/// (`inline_small_or_no_lineno_blocks`).
pub fn small_or_placeless(cfg: &mut Cfg) {
    loop {
        let mut changed = false;
        let mut at = cfg.entry;
        while at.is_some() {
            changed |= inline_target(cfg, at);
            at = cfg.next(at);
        }
        if !changed {
            return;
        }
    }
}

/// Copies the block that this one jumps to at its end (`basicblock_inline_small_or_no_lineno_blocks`).
fn inline_target(cfg: &mut Cfg, block: BlockId) -> bool {
    let Some(jump) = cfg.last(block).copied() else {
        return false;
    };
    let target = jump.target;
    if !is_unconditional_jump(jump.op) || target == block {
        return false;
    }
    let is_small_exit = cfg.exits_scope(target) && cfg.len(target) <= MAX_COPY_SIZE;
    let is_placeless = cfg.has_no_line(target) && !cfg.has_fallthrough(target);
    if !is_small_exit && !is_placeless {
        return false;
    }
    if let Some(last) = cfg.last_mut(block) {
        last.set_nop();
    }
    cfg.append_copy(block, target);
    // The look for signals must not get lost.
    if is_placeless
        && jump.op == Opcode::Jump
        && let Some(last) = cfg.last_mut(block)
        && is_unconditional_jump(last.op)
    {
        last.op = Opcode::Jump;
    }
    true
}
