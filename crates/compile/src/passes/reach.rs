//! Reachability, empty blocks, and jumps that lead nowhere new.

use crate::assemble::AssembleError;
use crate::cfg::{Cfg, NO_LABEL, has_target, is_terminator, is_unconditional_jump};

/// The largest block that is copied instead of jumped to (`MAX_COPY_SIZE`).
const MAX_COPY_SIZE: usize = 4;

/// Refuses a block whose jump or exit is not its last instruction (`check_cfg`).
pub fn check(cfg: &Cfg) -> Result<(), AssembleError> {
    for block in cfg.in_order() {
        if let [body @ .., _] = cfg.instrs(block)
            && body.iter().any(|instr| is_terminator(instr.op))
        {
            return Err(AssembleError::MalformedGraph);
        }
    }
    Ok(())
}

/// Takes empty blocks out of the list and aims jumps past them (`eliminate_empty_basic_blocks`).
pub fn eliminate_empty_blocks(cfg: &mut Cfg) {
    let mut at = cfg.entry;
    while at.is_some() {
        let mut next = cfg.next(at);
        while next.is_some() && cfg.is_empty(next) {
            next = cfg.next(next);
        }
        cfg.block_mut(at).next = next;
        at = next;
    }
    while cfg.entry.is_some() && cfg.is_empty(cfg.entry) {
        cfg.entry = cfg.next(cfg.entry);
    }
    let mut next_label = cfg.max_label() + 1;
    let mut at = cfg.entry;
    while at.is_some() {
        for index in 0..cfg.len(at) {
            let instr = cfg.instrs(at)[index];
            if !has_target(instr.op) {
                continue;
            }
            let mut target = instr.target;
            while cfg.is_empty(target) && cfg.next(target).is_some() {
                target = cfg.next(target);
            }
            if target != instr.target {
                if cfg.block(target).label == NO_LABEL {
                    cfg.block_mut(target).label = next_label;
                    next_label += 1;
                }
                let label = cfg.block(target).label as u32;
                let slot = &mut cfg.instrs_mut(at)[index];
                slot.target = target;
                slot.oparg = label;
            }
        }
        at = cfg.next(at);
    }
}

/// Replaces jumps to short exits by copies of them (`inline_small_exit_blocks`).
pub fn inline_small_exits(cfg: &mut Cfg) {
    let mut at = cfg.entry;
    while at.is_some() {
        if let Some(last) = cfg.last(at).copied()
            && is_unconditional_jump(last.op)
            && cfg.exits_scope(last.target)
            && cfg.len(last.target) <= MAX_COPY_SIZE
        {
            if let Some(last) = cfg.last_mut(at) {
                last.set_nop();
            }
            cfg.append_copy(at, last.target);
        }
        at = cfg.next(at);
    }
}

/// Counts predecessors and empties the blocks that have none (`mark_reachable` and the loop after it).
pub fn delete_unreachable(cfg: &mut Cfg) {
    let mut stack = cfg.start_walk();
    cfg.block_mut(cfg.entry).predecessors = 1;
    stack.push(cfg.entry);
    while let Some(block) = stack.pop() {
        cfg.block_mut(block).visited = true;
        let next = cfg.next(block);
        if next.is_some() && cfg.has_fallthrough(block) {
            let next_block = cfg.block_mut(next);
            next_block.predecessors += 1;
            if !next_block.visited {
                stack.push(next);
            }
        }
        for index in 0..cfg.len(block) {
            let instr = cfg.instrs(block)[index];
            if has_target(instr.op) {
                let target = cfg.block_mut(instr.target);
                target.predecessors += 1;
                if !target.visited {
                    stack.push(instr.target);
                }
            }
        }
    }
    cfg.end_walk(stack);
    let mut at = cfg.entry;
    while at.is_some() {
        if cfg.block(at).predecessors == 0 {
            cfg.truncate(at, 0);
        }
        at = cfg.next(at);
    }
}

/// Drops jumps to the block that follows anyway (`remove_redundant_jumps`).
pub fn remove_redundant_jumps(cfg: &mut Cfg) {
    let mut at = cfg.entry;
    while at.is_some() {
        let next = cfg.next(at);
        if let Some(last) = cfg.last_mut(at)
            && is_unconditional_jump(last.op)
            && last.target == next
        {
            last.set_nop();
        }
        at = next;
    }
}
