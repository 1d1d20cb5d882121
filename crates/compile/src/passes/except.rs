//! Which handler covers each instruction.

use hognose_bytecode::Opcode;

use crate::assemble::AssembleError;
use crate::cfg::{BlockId, Cfg, CfgInstr};
use crate::op_facts::{is_block_push, is_jump, stops};

/// A stack of open handlers as a node of a tree: pushing makes a child, popping goes back to the parent, and copying is free.
#[derive(Clone, Copy)]
struct Open {
    handler: BlockId,
    below: usize,
    depth: u32,
}

/// Gives each instruction its handler and each `YIELD_VALUE` its depth (`label_exception_targets` of 3.12).
pub fn label_targets(cfg: &mut Cfg) -> Result<(), AssembleError> {
    label(cfg, |instr, depth| {
        if instr.op == Opcode::YieldValue {
            instr.oparg = depth;
        }
    })
}

/// Gives each instruction its handler, marks the `RESUME`s behind a yield with one handler around, and drops each
/// `POP_BLOCK` (`label_exception_targets` of 3.13).
pub fn label_targets_and_resumes(cfg: &mut Cfg) -> Result<(), AssembleError> {
    let mut yield_depth = 0;
    label(cfg, |instr, depth| match instr.op {
        Opcode::PopBlock => instr.set_nop(),
        Opcode::YieldValue => yield_depth = depth,
        Opcode::Resume if instr.oparg != RESUME_AT_START && yield_depth == 1 => {
            instr.oparg |= RESUME_AT_DEPTH_1;
        }
        _ => {}
    })
}

/// `RESUME_AT_FUNC_START`
const RESUME_AT_START: u32 = 0;
/// `RESUME_OPARG_DEPTH1_MASK`
const RESUME_AT_DEPTH_1: u32 = 4;

/// Gives each instruction its handler; `visit` sees each with the number of handlers around it.
fn label(cfg: &mut Cfg, mut visit: impl FnMut(&mut CfgInstr, u32)) -> Result<(), AssembleError> {
    if !cfg.has_handlers {
        // No instruction has a handler, and no depth is but 0.
        return Ok(());
    }
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
        let next = cfg.next(block);
        let (blocks, instrs) = cfg.split(block);
        let mut handler = tree[open].handler;
        let mut runs_on = true;
        for instr in instrs {
            if is_block_push(instr.op) {
                let target = &mut blocks[instr.target];
                if !target.visited {
                    target.visited = true;
                    stack.push(instr.target);
                    opens.push(open);
                }
                if matches!(instr.op, Opcode::SetupWith | Opcode::SetupCleanup) {
                    target.preserve_lasti = true;
                }
                let depth = tree[open].depth + 1;
                tree.push(Open {
                    handler: instr.target,
                    below: open,
                    depth,
                });
                open = tree.len() - 1;
                handler = instr.target;
            } else if instr.op == Opcode::PopBlock {
                if open == 0 {
                    return Err(AssembleError::UnbalancedBlocks);
                }
                open = tree[open].below;
                handler = tree[open].handler;
                visit(instr, tree[open].depth);
            } else {
                instr.except = handler;
                visit(instr, tree[open].depth);
                if is_jump(instr.op) {
                    let target = &mut blocks[instr.target];
                    if !target.visited {
                        target.visited = true;
                        stack.push(instr.target);
                        opens.push(open);
                    }
                }
                runs_on = !stops(instr.op);
            }
        }
        if runs_on && next.is_some() && !blocks[next].visited {
            blocks[next].visited = true;
            stack.push(next);
            opens.push(open);
        }
    }
    cfg.end_walk(stack);
    Ok(())
}
