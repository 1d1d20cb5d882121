//! Jump directions, distances, and the sizes they force on each other.

use hognose_bytecode::Opcode;
use hognose_version::Passes;

use super::{AssembleError, word_count};
use crate::cfg::{BlockId, Cfg, CfgInstr, NO_LABEL};
use crate::op_facts::{OpCosts, is_jump};

/// Gives every jump its direction and distance (`_PyCfg_ResolveJumps`); returns the code's size in words.
pub fn resolve(cfg: &mut Cfg, costs: &OpCosts, passes: Passes) -> Result<u32, AssembleError> {
    normalize(cfg)?;
    if passes == Passes::LinesFirst {
        number_targets(cfg);
    }
    Ok(settle_offsets(cfg, costs))
}

/// Lets each jump's argument be the number of the instruction it aims at (`_PyInstructionSequence_ApplyLabelMap`).
fn number_targets(cfg: &mut Cfg) {
    let mut count = 0;
    let mut at = cfg.entry;
    while at.is_some() {
        cfg.block_mut(at).offset = count;
        count += cfg.len(at) as u32;
        at = cfg.next(at);
    }
    let mut at = cfg.entry;
    while at.is_some() {
        if let Some(last) = cfg.last(at).copied()
            && is_jump(last.op)
        {
            let number = cfg.block(last.target).offset;
            if let Some(last) = cfg.last_mut(at) {
                last.oparg = number;
            }
        }
        at = cfg.next(at);
    }
}

/// Turns jumps into forward and backward ones (`normalize_jumps`).
fn normalize(cfg: &mut Cfg) -> Result<(), AssembleError> {
    let stack = cfg.start_walk();
    cfg.end_walk(stack);
    let mut at = cfg.entry;
    while at.is_some() {
        cfg.block_mut(at).visited = true;
        if let Some(last) = cfg.last(at).copied()
            && is_jump(last.op)
        {
            normalize_block(cfg, at, last)?;
        }
        at = cfg.next(at);
    }
    Ok(())
}

fn normalize_block(cfg: &mut Cfg, block: BlockId, last: CfgInstr) -> Result<(), AssembleError> {
    let is_forward = !cfg.block(last.target).visited;
    let op = match (last.op, is_forward) {
        (Opcode::Jump | Opcode::JumpNoInterrupt, true) => Opcode::JumpForward,
        (Opcode::Jump, false) => Opcode::JumpBackward,
        (Opcode::JumpNoInterrupt, false) => Opcode::JumpBackwardNoInterrupt,
        (_, true) => return Ok(()),
        (Opcode::PopJumpIfNotNone, false) => Opcode::PopJumpIfNone,
        (Opcode::PopJumpIfNone, false) => Opcode::PopJumpIfNotNone,
        (Opcode::PopJumpIfFalse, false) => Opcode::PopJumpIfTrue,
        (Opcode::PopJumpIfTrue, false) => Opcode::PopJumpIfFalse,
        _ => return Err(AssembleError::MalformedGraph),
    };
    let next = cfg.next(block);
    let conditional = !matches!(last.op, Opcode::Jump | Opcode::JumpNoInterrupt);
    if let Some(slot) = cfg.last_mut(block) {
        slot.op = op;
        if conditional {
            slot.target = next;
        }
    }
    if !conditional {
        return Ok(());
    }
    if next.is_none() {
        return Err(AssembleError::MalformedGraph);
    }
    // There are no conditional backward jumps: the inverse jumps over an unconditional one.
    let label = cfg.block(last.target).label;
    let label = if label == NO_LABEL { 0 } else { label as u32 };
    let backward = cfg.new_block();
    cfg.push(
        backward,
        CfgInstr {
            target: last.target,
            ..CfgInstr::new(Opcode::Jump, label, last.loc)
        },
    );
    let cold = cfg.block(block).cold;
    let new = cfg.block_mut(backward);
    new.cold = cold;
    new.next = next;
    cfg.block_mut(block).next = backward;
    Ok(())
}

/// Repeats until no jump changes its size (`resolve_jump_offsets`).
///
/// The first round takes label or instruction numbers for distances, as CPython does: where several answers are stable,
/// that decides.
fn settle_offsets(cfg: &mut Cfg, costs: &OpCosts) -> u32 {
    let mut bodies_known = false;
    loop {
        let mut total = 0;
        let mut at = cfg.entry;
        while at.is_some() {
            let (blocks, instrs) = cfg.split(at);
            let (body, jump) = match instrs {
                [body @ .., last] if is_jump(last.op) => (body, Some(last)),
                all => (all, None),
            };
            let block = &mut blocks[at];
            if !bodies_known {
                block.body_size = body
                    .iter()
                    .map(|instr| word_count(costs, instr.op, instr.oparg))
                    .sum();
            }
            block.offset = total;
            total +=
                block.body_size + jump.map_or(0, |jump| word_count(costs, jump.op, jump.oparg));
            at = block.next;
        }
        bodies_known = true;
        let mut stable = true;
        let mut at = cfg.entry;
        while at.is_some() {
            let (blocks, instrs) = cfg.aimed_mut(at);
            if let Some(jump) = instrs.last_mut()
                && is_jump(jump.op)
            {
                let size = word_count(costs, jump.op, jump.oparg);
                let end = blocks[at].offset + blocks[at].body_size + size;
                let distance = blocks[jump.target].offset.abs_diff(end);
                stable &= word_count(costs, jump.op, distance) == size;
                jump.oparg = distance;
            }
            at = blocks[at].next;
        }
        if stable {
            return total;
        }
    }
}
