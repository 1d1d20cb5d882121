//! How deep the stack can get.

use crate::assemble::{AssembleError, info};
use crate::cfg::{BlockId, Cfg, has_target, is_scope_exit, is_unconditional_jump};

/// CPython follows a block only from depths below this one (`stackdepth_push`).
const FOLLOWED_DEPTH: i32 = 100;

/// Finds the deepest stack and each block's depth at entry (`_PyCfg_Stackdepth`).
pub fn stack_depth(cfg: &mut Cfg, is_generator: bool) -> Result<u32, AssembleError> {
    let mut at = cfg.entry;
    while at.is_some() {
        let block = cfg.block_mut(at);
        block.start_depth = i32::MIN;
        at = block.next;
    }
    let mut stack = cfg.start_walk();
    let mut deepest = 0;
    push(cfg, cfg.entry, i32::from(is_generator), &mut stack);
    while let Some(block) = stack.pop() {
        let mut depth = cfg.block(block).start_depth;
        let mut next = cfg.next(block);
        for index in 0..cfg.len(block) {
            let instr = cfg.instrs(block)[index];
            let info = info(instr.op)?;
            let after = depth + info.effect(instr.oparg);
            if after < 0 {
                return Err(AssembleError::StackUnderflow);
            }
            deepest = deepest.max(after);
            if has_target(instr.op) {
                let at_target = depth + info.effect_jump(instr.oparg);
                if at_target < 0 {
                    return Err(AssembleError::StackUnderflow);
                }
                deepest = deepest.max(at_target);
                push(cfg, instr.target, at_target, &mut stack);
            }
            depth = after;
            if is_unconditional_jump(instr.op) || is_scope_exit(instr.op) {
                next = BlockId::NONE;
                break;
            }
        }
        if next.is_some() {
            push(cfg, next, depth, &mut stack);
        }
    }
    cfg.end_walk(stack);
    Ok(deepest as u32)
}

fn push(cfg: &mut Cfg, id: BlockId, depth: i32, stack: &mut Vec<BlockId>) {
    let block = cfg.block_mut(id);
    if block.start_depth < depth && block.start_depth < FOLLOWED_DEPTH {
        block.start_depth = depth;
        stack.push(id);
    }
}
