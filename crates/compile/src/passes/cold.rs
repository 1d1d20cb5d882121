//! Moving blocks that only exceptions reach behind the others.

use hognose_bytecode::Opcode;
use hognose_version::Passes;

use super::{nops, reach};
use crate::cfg::{BlockId, Cfg, CfgInstr, NO_LABEL};
use crate::ir::NO_LOCATION;
use crate::op_facts::is_jump;

/// Moves the cold blocks to the end (`push_cold_blocks_to_end`).
pub fn push_to_end(cfg: &mut Cfg, passes: Passes) {
    let entry = cfg.entry;
    if cfg.next(entry).is_none() {
        return;
    }
    // Only handlers are cold to begin with; without any, nothing moves.
    let is_handler = |block| cfg.block(block).except_handler;
    if !cfg.has_handlers || !cfg.in_order().any(is_handler) {
        return;
    }
    mark_warm(cfg);
    mark_cold(cfg);
    let jump = match passes {
        Passes::LinesLast => Opcode::Jump,
        Passes::LinesFirst => Opcode::JumpNoInterrupt,
    };
    add_explicit_jumps(cfg, jump);

    let mut cold_head = BlockId::NONE;
    let mut cold_tail = BlockId::NONE;
    let mut at = entry;
    loop {
        while cfg.next(at).is_some() && !cfg.block(cfg.next(at)).cold {
            at = cfg.next(at);
        }
        let streak = cfg.next(at);
        if streak.is_none() {
            break;
        }
        let mut streak_end = streak;
        while cfg.next(streak_end).is_some() && cfg.block(cfg.next(streak_end)).cold {
            streak_end = cfg.next(streak_end);
        }
        if cold_head.is_none() {
            cold_head = streak;
        } else {
            cfg.block_mut(cold_tail).next = streak;
        }
        cold_tail = streak_end;
        cfg.block_mut(at).next = cfg.next(streak_end);
        cfg.block_mut(streak_end).next = BlockId::NONE;
    }
    cfg.block_mut(at).next = cold_head;
    if cold_head.is_some() {
        match passes {
            Passes::LinesLast => reach::remove_redundant_jumps(cfg),
            Passes::LinesFirst => nops::remove_redundant_and_jumps(cfg),
        }
    }
}

/// Ends a cold block that runs into a warm one by a jump.
fn add_explicit_jumps(cfg: &mut Cfg, op: Opcode) {
    let mut next_label = cfg.max_label() + 1;
    let mut at = cfg.entry;
    while at.is_some() {
        let next = cfg.next(at);
        if cfg.block(at).cold && cfg.has_fallthrough(at) && next.is_some() && cfg.block(next).warm {
            if cfg.block(next).label == NO_LABEL {
                cfg.block_mut(next).label = next_label;
                next_label += 1;
            }
            let label = cfg.block(next).label as u32;
            let jump = cfg.new_block();
            cfg.push(
                jump,
                CfgInstr {
                    target: next,
                    ..CfgInstr::new(op, label, NO_LOCATION)
                },
            );
            let block = cfg.block_mut(jump);
            block.cold = true;
            block.predecessors = u32::from(op == Opcode::JumpNoInterrupt);
            block.next = next;
            cfg.block_mut(at).next = jump;
            cfg.jumpers.push(jump);
        }
        at = cfg.next(at);
    }
}

/// Marks what is reached without an exception (`mark_warm`).
fn mark_warm(cfg: &mut Cfg) {
    let mut stack = cfg.start_walk();
    cfg.block_mut(cfg.entry).visited = true;
    stack.push(cfg.entry);
    while let Some(block) = stack.pop() {
        cfg.block_mut(block).warm = true;
        for_each_successor(cfg, block, |successor, cfg| {
            if !cfg.block(successor).visited {
                cfg.block_mut(successor).visited = true;
                stack.push(successor);
            }
        });
    }
    cfg.end_walk(stack);
}

/// Marks what is reached from handlers only (`mark_cold`).
fn mark_cold(cfg: &mut Cfg) {
    let mut stack = cfg.start_walk();
    let mut at = cfg.entry;
    while at.is_some() {
        let block = cfg.block_mut(at);
        if block.except_handler {
            block.visited = true;
            stack.push(at);
        }
        at = cfg.next(at);
    }
    while let Some(block) = stack.pop() {
        cfg.block_mut(block).cold = true;
        for_each_successor(cfg, block, |successor, cfg| {
            let seen = cfg.block_mut(successor);
            if !seen.warm && !seen.visited {
                seen.visited = true;
                stack.push(successor);
            }
        });
    }
    cfg.end_walk(stack);
}

/// Calls `visit` on the block run into, then on the one jumped to.
fn for_each_successor(cfg: &mut Cfg, block: BlockId, mut visit: impl FnMut(BlockId, &mut Cfg)) {
    let next = cfg.next(block);
    if next.is_some() && cfg.has_fallthrough(block) {
        visit(next, cfg);
    }
    if let Some(last) = cfg.last(block).copied()
        && is_jump(last.op)
    {
        visit(last.target, cfg);
    }
}
