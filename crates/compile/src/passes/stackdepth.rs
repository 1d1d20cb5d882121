//! How deep the stack can get.

use crate::assemble::AssembleError;
use crate::cfg::{BlockId, Blocks, Cfg};
use crate::op_facts::{OpCosts, has_target, stops};

/// CPython follows a block only from depths below this one (`stackdepth_push`).
const FOLLOWED_DEPTH: i32 = 100;

/// Finds the deepest stack and each block's depth at entry (`_PyCfg_Stackdepth`).
///
/// `at_start` is the depth at entry.
pub fn stack_depth(cfg: &mut Cfg, costs: &OpCosts, at_start: i32) -> Result<u32, AssembleError> {
    let mut stack = cfg.start_blind_walk();
    let mut deepest = 0;
    let entry = cfg.entry;
    push(cfg.split(entry).0, entry, at_start, &mut stack);
    while let Some(block) = stack.pop() {
        let next = cfg.next(block);
        let (blocks, instrs) = cfg.split(block);
        let mut depth = blocks[block].start_depth;
        let mut runs_on = true;
        for instr in instrs.iter() {
            let facts = costs.of(instr.op);
            let after = depth
                + match facts.effect(instr.oparg) {
                    None => costs.info(instr.op)?.effect(instr.oparg),
                    Some(effect) => effect,
                };
            if after < 0 {
                return Err(AssembleError::StackUnderflow);
            }
            deepest = deepest.max(after);
            if has_target(instr.op) {
                let at_target = depth
                    + match facts.effect_jump(instr.oparg) {
                        None => costs.info(instr.op)?.effect_jump(instr.oparg),
                        Some(effect) => effect,
                    };
                if at_target < 0 {
                    return Err(AssembleError::StackUnderflow);
                }
                deepest = deepest.max(at_target);
                push(blocks, instr.target, at_target, &mut stack);
            }
            depth = after;
            if stops(instr.op) {
                runs_on = false;
                break;
            }
        }
        if runs_on && next.is_some() {
            push(blocks, next, depth, &mut stack);
        }
    }
    cfg.end_walk(stack);
    Ok(deepest as u32)
}

fn push(blocks: &mut Blocks, id: BlockId, depth: i32, stack: &mut Vec<BlockId>) {
    let block = &mut blocks[id];
    if block.start_depth < depth && block.start_depth < FOLLOWED_DEPTH {
        block.start_depth = depth;
        stack.push(id);
    }
}
