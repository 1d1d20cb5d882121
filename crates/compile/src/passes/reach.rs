//! Reachability, empty blocks, and jumps that lead nowhere new.

use crate::cfg::{Cfg, NO_LABEL};
use crate::op_facts::{has_target, is_unconditional_jump};

/// The largest block that is copied instead of jumped to (`MAX_COPY_SIZE`).
pub const MAX_COPY_SIZE: usize = 4;

/// Takes empty blocks out of the list and aims jumps past them (`eliminate_empty_basic_blocks`).
pub fn eliminate_empty_blocks(cfg: &mut Cfg) {
    if !cfg.has_empty {
        return;
    }
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
        let (blocks, instrs) = cfg.aimed_mut(at);
        for instr in instrs.iter_mut().filter(|instr| has_target(instr.op)) {
            let mut target = instr.target;
            while blocks[target].is_empty() && blocks[target].next.is_some() {
                target = blocks[target].next;
            }
            if target != instr.target {
                if blocks[target].label == NO_LABEL {
                    blocks[target].label = next_label;
                    next_label += 1;
                }
                instr.target = target;
                instr.oparg = blocks[target].label as u32;
            }
        }
        at = cfg.next(at);
    }
}

/// Replaces jumps to short exits by copies of them (`inline_small_exit_blocks`).
pub fn inline_small_exits(cfg: &mut Cfg) {
    for index in 0..cfg.jumpers.len() {
        let at = cfg.jumpers[index];
        if let Some(last) = cfg.last(at).copied()
            && is_unconditional_jump(last.op)
            && cfg.exits_scope(last.target)
            && cfg.len(last.target) <= MAX_COPY_SIZE
        {
            if let Some(last) = cfg.last_mut(at) {
                last.set_nop();
            }
            cfg.block_mut(at).has_nop = true;
            cfg.append_copy(at, last.target);
        }
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
        let (blocks, instrs) = cfg.aimed_mut(block);
        for instr in instrs.iter().filter(|instr| has_target(instr.op)) {
            let target = &mut blocks[instr.target];
            target.predecessors += 1;
            if !target.visited {
                stack.push(instr.target);
            }
        }
    }
    cfg.end_walk(stack);
    let mut at = cfg.entry;
    while at.is_some() {
        if cfg.block(at).predecessors == 0 {
            cfg.lost_const = true;
            cfg.truncate(at, 0);
        }
        at = cfg.next(at);
    }
}

/// Counts predecessors anew and empties the blocks that have none (`remove_unreachable` of 3.13).
pub fn remove_unreachable(cfg: &mut Cfg) {
    cfg.clear_predecessors();
    let mut stack = cfg.start_walk();
    let entry = cfg.block_mut(cfg.entry);
    entry.predecessors = 1;
    entry.visited = true;
    stack.push(cfg.entry);
    while let Some(block) = stack.pop() {
        let next = cfg.next(block);
        let runs_on = cfg.has_fallthrough(block);
        let (blocks, instrs) = cfg.aimed_mut(block);
        let fallen_into = (next.is_some() && runs_on).then_some(next);
        let aimed_at = instrs.iter().filter(|instr| has_target(instr.op));
        for successor in fallen_into
            .into_iter()
            .chain(aimed_at.map(|instr| instr.target))
        {
            let successor_block = &mut blocks[successor];
            successor_block.predecessors += 1;
            if !successor_block.visited {
                successor_block.visited = true;
                stack.push(successor);
            }
        }
    }
    cfg.end_walk(stack);
    let mut at = cfg.entry;
    while at.is_some() {
        if cfg.block(at).predecessors == 0 {
            cfg.truncate(at, 0);
            cfg.block_mut(at).except_handler = false;
        }
        at = cfg.next(at);
    }
}

/// Drops jumps to the block that follows anyway, empty ones apart; tells whether there were any.
pub fn remove_jumps_to_next(cfg: &mut Cfg) -> bool {
    let mut changed = false;
    let mut at = cfg.entry;
    while at.is_some() {
        let next = cfg.next(at);
        if let Some(last) = cfg.last(at).copied()
            && is_unconditional_jump(last.op)
            && cfg.nonempty(last.target) == cfg.nonempty(next)
            && let Some(last) = cfg.last_mut(at)
        {
            last.set_nop();
            cfg.block_mut(at).has_nop = true;
            changed = true;
        }
        at = next;
    }
    changed
}

/// Drops jumps to the block that follows anyway (`remove_redundant_jumps`).
pub fn remove_redundant_jumps(cfg: &mut Cfg) {
    for index in 0..cfg.jumpers.len() {
        let at = cfg.jumpers[index];
        let next = cfg.next(at);
        let (blocks, instrs) = cfg.split(at);
        if let Some(last) = instrs.last_mut()
            && is_unconditional_jump(last.op)
            && last.target == next
        {
            last.set_nop();
            blocks[at].has_nop = true;
        }
    }
}
