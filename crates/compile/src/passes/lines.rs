//! Every exit gets a line (PEP 626).

use hognose_bytecode::Opcode;

use crate::cfg::{BlockId, Cfg, CfgInstr};
use crate::ir::NO_LOCATION;
use crate::op_facts::{has_eval_break, is_jump, stops};

/// Settles the lines of instructions that have none (`resolve_line_numbers`).
pub fn resolve(cfg: &mut Cfg, firstlineno: i32) {
    duplicate_exits_without_line(cfg);
    if propagate(cfg) {
        guarantee_exits(cfg, firstlineno);
    }
}

/// Settles lines as 3.13 does, which gives no exit a line by force (`resolve_line_numbers`).
pub fn resolve_by_copies(cfg: &mut Cfg) {
    copy_exits_without_line(cfg);
    propagate(cfg);
}

/// Whether a block leaves the code or looks for signals, and no instruction of it has a line
/// (`is_exit_or_eval_check_without_lineno`).
fn needs_line(cfg: &Cfg, block: BlockId) -> bool {
    let is_seen = |instr: &CfgInstr| has_eval_break(instr.op);
    cfg.has_no_line(block) && (cfg.exits_scope(block) || cfg.instrs(block).iter().any(is_seen))
}

/// Gives each jump to such a block its own copy (`duplicate_exits_without_lineno` of 3.13).
fn copy_exits_without_line(cfg: &mut Cfg) {
    let mut next_label = cfg.max_label() + 1;
    let mut at = cfg.entry;
    while at.is_some() {
        if let Some(last) = cfg.last(at).copied()
            && is_jump(last.op)
        {
            let target = cfg.nonempty(last.target);
            if target.is_some() && cfg.block(target).predecessors > 1 && needs_line(cfg, target) {
                copy_for_jump(cfg, at, target, next_label);
                next_label += 1;
            }
        }
        at = cfg.next(at);
    }
    // What is left can only be run into, hence from one block.
    let mut at = cfg.entry;
    while at.is_some() {
        let next = cfg.next(at);
        if next.is_some()
            && let Some(last) = cfg.last(at).copied()
            && !stops(last.op)
            && needs_line(cfg, next)
            && let Some(first) = cfg.instrs_mut(next).first_mut()
        {
            first.loc = last.loc;
        }
        at = next;
    }
}

/// Whether a block leaves the code and no instruction of it has a line (`is_exit_without_lineno`).
fn is_exit_without_line(cfg: &Cfg, block: BlockId) -> bool {
    cfg.exits_scope(block) && cfg.instrs(block).iter().all(|instr| instr.loc.line < 0)
}

/// Gives each jump to an exit without a line its own copy (`duplicate_exits_without_lineno`).
fn duplicate_exits_without_line(cfg: &mut Cfg) {
    // The exits without a line, each with the block before it in the list.
    let mut exits = cfg.start_blind_walk();
    let mut is_shared = false;
    let mut previous = BlockId::NONE;
    let mut at = cfg.entry;
    while at.is_some() {
        let block = cfg.block(at);
        if block.has_unplaced && is_exit_without_line(cfg, at) {
            exits.extend([previous, at]);
            is_shared |= block.predecessors > 1;
        }
        previous = at;
        at = cfg.next(at);
    }
    if is_shared {
        copy_for_jumps(cfg);
    }
    // What is left can only be run into, hence from one block.
    for pair in exits.chunks_exact(2) {
        if let [previous, exit] = *pair
            && previous.is_some()
            && let Some(last) = cfg.last(previous).copied()
            && !stops(last.op)
            && let Some(first) = cfg.instrs_mut(exit).first_mut()
        {
            first.loc = last.loc;
        }
    }
    cfg.end_walk(exits);
}

fn copy_for_jumps(cfg: &mut Cfg) {
    let mut next_label = cfg.max_label() + 1;
    let mut at = cfg.entry;
    while at.is_some() {
        if let Some(last) = cfg.last(at).copied()
            && is_jump(last.op)
            && cfg.block(last.target).predecessors > 1
            && is_exit_without_line(cfg, last.target)
        {
            copy_for_jump(cfg, at, last.target, next_label);
            next_label += 1;
        }
        at = cfg.next(at);
    }
}

/// Aims the jump at the end of a block at a copy of its target, on the jump's own line.
fn copy_for_jump(cfg: &mut Cfg, from: BlockId, target: BlockId, label: i32) {
    let copy = cfg.new_block();
    cfg.append_copy(copy, target);
    let Some(jump) = cfg.last_mut(from) else {
        return;
    };
    jump.target = copy;
    let loc = jump.loc;
    if let Some(first) = cfg.instrs_mut(copy).first_mut() {
        first.loc = loc;
    }
    let target = cfg.block_mut(target);
    target.predecessors -= 1;
    let after = std::mem::replace(&mut target.next, copy);
    let block = cfg.block_mut(copy);
    block.predecessors = 1;
    block.next = after;
    block.label = label;
}

/// Hands lines down inside blocks and to blocks with one way in (`propagate_line_numbers`).
///
/// Tells whether a return may have been left without a line.
fn propagate(cfg: &mut Cfg) -> bool {
    let mut line_missing = false;
    let mut at = cfg.entry;
    while at.is_some() {
        let next = cfg.next(at);
        if let Some(last) = cfg.last(at).copied() {
            let mut previous = NO_LOCATION;
            if cfg.block(at).has_unplaced {
                for instr in cfg.instrs_mut(at) {
                    if instr.loc.line < 0 {
                        instr.loc = previous;
                    } else {
                        previous = instr.loc;
                    }
                }
                line_missing |= last.op == Opcode::ReturnValue && previous.line < 0;
            } else {
                previous = last.loc;
            }
            let fallen_into = (next.is_some() && cfg.has_fallthrough(at)).then_some(next);
            let jumped_to = is_jump(last.op).then_some(last.target);
            for successor in [fallen_into, jumped_to].into_iter().flatten() {
                if cfg.block(successor).predecessors == 1
                    && let Some(first) = cfg.instrs_mut(successor).first_mut()
                    && first.loc.line < 0
                {
                    first.loc = previous;
                }
            }
        }
        at = next;
    }
    line_missing
}

/// Gives returns that still have no line the last one seen (`guarantee_lineno_for_exits`).
fn guarantee_exits(cfg: &mut Cfg, firstlineno: i32) {
    let mut line = firstlineno;
    let mut at = cfg.entry;
    while at.is_some() {
        if let Some(last) = cfg.last(at).copied() {
            if last.loc.line >= 0 {
                line = last.loc.line;
            } else if last.op == Opcode::ReturnValue {
                for instr in cfg.instrs_mut(at) {
                    instr.loc.line = line;
                }
            }
        }
        at = cfg.next(at);
    }
}
