//! Which handler covers each instruction.

use hognose_bytecode::Opcode;

use crate::assemble::AssembleError;
use crate::cfg::{BlockId, Cfg, is_block_push, is_jump};

/// Marks the blocks that handle exceptions (`mark_except_handlers`).
pub fn mark_handlers(cfg: &mut Cfg) {
    let mut at = cfg.entry;
    while at.is_some() {
        for index in 0..cfg.len(at) {
            let instr = cfg.instrs(at)[index];
            if is_block_push(instr.op) {
                cfg.block_mut(instr.target).except_handler = true;
            }
        }
        at = cfg.next(at);
    }
}

/// A stack of open handlers as a node of a tree: pushing makes a child, popping goes back to the parent, and copying is free.
#[derive(Clone, Copy)]
struct Open {
    handler: BlockId,
    below: usize,
    depth: u32,
}

/// Gives each instruction its handler and each `YIELD_VALUE` its depth (`label_exception_targets`).
pub fn label_targets(cfg: &mut Cfg) -> Result<(), AssembleError> {
    let mut stack = cfg.start_walk();
    let mut tree = vec![Open {
        handler: BlockId::NONE,
        below: 0,
        depth: 0,
    }];
    // Parallel to `stack`: the handlers open at the entry of each block that waits.
    let mut opens = vec![0];
    stack.push(cfg.entry);
    cfg.block_mut(cfg.entry).visited = true;
    while let (Some(block), Some(mut open)) = (stack.pop(), opens.pop()) {
        let mut handler = tree[open].handler;
        for index in 0..cfg.len(block) {
            let instr = cfg.instrs(block)[index];
            if is_block_push(instr.op) {
                let target = cfg.block_mut(instr.target);
                if !target.visited {
                    target.visited = true;
                    stack.push(instr.target);
                    opens.push(open);
                }
                if matches!(instr.op, Opcode::SetupWith | Opcode::SetupCleanup) {
                    cfg.block_mut(instr.target).preserve_lasti = true;
                }
                tree.push(Open {
                    handler: instr.target,
                    below: open,
                    depth: tree[open].depth + 1,
                });
                open = tree.len() - 1;
                handler = instr.target;
            } else if instr.op == Opcode::PopBlock {
                if open == 0 {
                    return Err(AssembleError::UnbalancedBlocks);
                }
                open = tree[open].below;
                handler = tree[open].handler;
            } else {
                let slot = &mut cfg.instrs_mut(block)[index];
                slot.except = handler;
                if instr.op == Opcode::YieldValue {
                    slot.oparg = tree[open].depth;
                }
                if is_jump(instr.op) {
                    let target = cfg.block_mut(instr.target);
                    if !target.visited {
                        target.visited = true;
                        stack.push(instr.target);
                        opens.push(open);
                    }
                }
            }
        }
        let next = cfg.next(block);
        if next.is_some() && cfg.has_fallthrough(block) && !cfg.block(next).visited {
            cfg.block_mut(next).visited = true;
            stack.push(next);
            opens.push(open);
        }
    }
    cfg.end_walk(stack);
    Ok(())
}
