//! Loads of locals that may be unbound get a check.

use hognose_bytecode::Opcode;

use crate::cfg::{BlockId, Blocks, Cfg};
use crate::op_facts::{is_jump, is_local, stops};

/// Locals from here on are only followed inside one block, so that the cost stays linear.
const FOLLOWED: usize = 64;

/// Turns `LOAD_FAST` into `LOAD_FAST_CHECK` where needed (`add_checks_for_loads_of_uninitialized_variables`).
pub fn check_uninitialized(cfg: &mut Cfg, nlocals: usize, nparams: usize) {
    if nlocals == 0 {
        return;
    }
    if nlocals > FOLLOWED {
        scan_many_locals(cfg, nlocals);
    }
    let mut stack = cfg.start_walk();
    let unbound = ones(nlocals.min(FOLLOWED)) & !ones(nparams.min(FOLLOWED));
    let entry = cfg.entry;
    maybe_push(cfg.split(entry).0, entry, unbound, &mut stack);
    // A DELETE_FAST may stand anywhere, so each block is scanned at least once.
    let mut at = cfg.entry;
    while at.is_some() {
        scan_block(cfg, at, &mut stack);
        at = cfg.next(at);
    }
    while let Some(block) = stack.pop() {
        cfg.block_mut(block).visited = false;
        scan_block(cfg, block, &mut stack);
    }
    cfg.end_walk(stack);
}

/// A mask of the lowest `count` bits.
fn ones(count: usize) -> u64 {
    if count >= FOLLOWED {
        u64::MAX
    } else {
        (1 << count) - 1
    }
}

/// Notes what may be unbound at a block's entry; `visited` means that the block is on the stack.
fn maybe_push(blocks: &mut Blocks, id: BlockId, mask: u64, stack: &mut Vec<BlockId>) {
    let block = &mut blocks[id];
    let both = block.unsafe_locals | mask;
    if block.unsafe_locals != both {
        block.unsafe_locals = both;
        if !block.visited {
            block.visited = true;
            stack.push(id);
        }
    }
}

/// Follows one block (`scan_block_for_locals`).
fn scan_block(cfg: &mut Cfg, block: BlockId, stack: &mut Vec<BlockId>) {
    let next = cfg.next(block);
    let has_handlers = cfg.has_handlers;
    let (blocks, instrs) = cfg.split(block);
    let mut mask = blocks[block].unsafe_locals;
    if mask == 0 && !blocks[block].has_unbinding {
        // Every local is bound here, and stays so.
        return;
    }
    let last = instrs
        .last()
        .map_or((Opcode::Nop, BlockId::NONE), |last| (last.op, last.target));
    for instr in instrs {
        if has_handlers && instr.except.is_some() {
            maybe_push(blocks, instr.except, mask, stack);
        }
        if !is_local(instr.op) || instr.oparg as usize >= FOLLOWED {
            continue;
        }
        let bit = 1u64 << instr.oparg;
        match instr.op {
            Opcode::LoadFast => {
                if mask & bit != 0 {
                    instr.op = Opcode::LoadFastCheck;
                }
                mask &= !bit;
            }
            Opcode::StoreFast | Opcode::LoadFastCheck => mask &= !bit,
            _ => mask |= bit,
        }
    }
    let (op, target) = last;
    if next.is_some() && !stops(op) {
        maybe_push(blocks, next, mask, stack);
    }
    if is_jump(op) {
        maybe_push(blocks, target, mask, stack);
    }
}

/// Follows the locals from the 64th on, one block at a time (`fast_scan_many_locals`).
fn scan_many_locals(cfg: &mut Cfg, nlocals: usize) {
    // The number of the block in which each of these locals was last known to be bound.
    let mut bound_in = vec![0u32; nlocals - FOLLOWED];
    let mut number = 0;
    let mut at = cfg.entry;
    while at.is_some() {
        number += 1;
        for instr in cfg.instrs_mut(at) {
            let Some(slot) = (instr.oparg as usize)
                .checked_sub(FOLLOWED)
                .and_then(|local| bound_in.get_mut(local))
            else {
                continue;
            };
            match instr.op {
                Opcode::DeleteFast | Opcode::LoadFastAndClear | Opcode::StoreFastMaybeNull => {
                    *slot = number - 1
                }
                Opcode::StoreFast => *slot = number,
                Opcode::LoadFast => {
                    if *slot != number {
                        instr.op = Opcode::LoadFastCheck;
                    }
                    *slot = number;
                }
                _ => {}
            }
        }
        at = cfg.next(at);
    }
}
