//! Taking out `NOP`s where no line would be lost.

use hognose_bytecode::Opcode;
use hognose_version::Passes;

use super::reach;
use crate::cfg::{BlockId, Cfg, CfgInstr, NO_LABEL};
use crate::op_facts::{is_block_push, is_terminator};

/// Removes the needless `NOP`s of every block; tells whether there were any.
pub fn remove_redundant_everywhere(cfg: &mut Cfg) -> bool {
    let mut changed = false;
    let mut at = cfg.entry;
    while at.is_some() {
        changed |= remove_redundant(cfg, at);
        at = cfg.next(at);
    }
    changed
}

/// Removes needless `NOP`s and jumps until there are none (`remove_redundant_nops_and_jumps`).
pub fn remove_redundant_and_jumps(cfg: &mut Cfg) {
    loop {
        let removed_nops = remove_redundant_everywhere(cfg);
        let removed_jumps = reach::remove_jumps_to_next(cfg);
        if !removed_nops && !removed_jumps {
            return;
        }
    }
}

/// Removes a block's needless `NOP`s (`remove_redundant_nops`).
fn remove_redundant(cfg: &mut Cfg, block: BlockId) -> bool {
    if !cfg.block(block).has_nop {
        return false;
    }
    let is_nop = |instr: &CfgInstr| instr.op == Opcode::Nop;
    let Some(first) = cfg.instrs(block).iter().position(is_nop) else {
        cfg.block_mut(block).has_nop = false;
        return false;
    };
    // Looked up when a NOP is the last instruction; those before it do not change what comes after the block.
    let line_after = match cfg.last(block) {
        Some(last) if is_nop(last) => first_line_after(cfg, block),
        _ => None,
    };
    let instrs = cfg.instrs_mut(block);
    let mut kept = first;
    let mut kept_nop = false;
    let mut previous_line = match first {
        0 => -1,
        _ => instrs[first - 1].loc.line,
    };
    for index in first..instrs.len() {
        let instr = instrs[index];
        let line = instr.loc.line;
        if is_nop(&instr) {
            if line < 0 || previous_line == line {
                continue;
            }
            if let Some(next) = instrs.get_mut(index + 1) {
                if next.loc.line == line {
                    continue;
                }
                if next.loc.line < 0 {
                    next.loc = instr.loc;
                    continue;
                }
            } else if line_after == Some(line) {
                continue;
            }
            kept_nop = true;
        }
        instrs[kept] = instr;
        kept += 1;
        previous_line = line;
    }
    let changed = kept < cfg.len(block);
    cfg.truncate(block, kept);
    cfg.block_mut(block).has_nop = kept_nop;
    changed
}

/// The line on which the next block that has instructions begins.
fn first_line_after(cfg: &Cfg, block: BlockId) -> Option<i32> {
    let mut next = cfg.next(block);
    while next.is_some() && cfg.is_empty(next) {
        next = cfg.next(next);
    }
    if next.is_none() {
        return None;
    }
    // NOPs without a place will be removed themselves.
    cfg.instrs(next)
        .iter()
        .find(|instr| instr.op != Opcode::Nop || instr.loc.line >= 0)
        .map(|instr| instr.loc.line)
}

/// Removes `NOP`s and pairs that push and pop at once (`remove_redundant_nops_and_pairs`).
pub fn remove_redundant_and_pairs(cfg: &mut Cfg) {
    if !cfg.may_push_and_pop {
        remove_redundant_everywhere(cfg);
        return;
    }
    let mut lost_const = false;
    loop {
        let mut done = true;
        // The block whose last instruction comes right before the one looked at.
        let mut run_from = BlockId::NONE;
        let mut at = cfg.entry;
        while at.is_some() {
            remove_redundant(cfg, at);
            if cfg.block(at).label != NO_LABEL {
                // A jump may come in between.
                run_from = BlockId::NONE;
            }
            if let [first, ..] = cfg.instrs_mut(at)
                && first.op == Opcode::PopTop
                && run_from.is_some()
                && drop_push(cfg.last_mut(run_from))
            {
                cfg.lost_const = true;
                cfg.block_mut(run_from).has_nop = true;
                cfg.block_mut(at).has_nop = true;
                cfg.instrs_mut(at)[0].set_nop();
                done = false;
            }
            let (blocks, instrs) = cfg.split(at);
            let mut dropped = false;
            for index in 1..instrs.len() {
                if instrs[index].op == Opcode::PopTop && drop_push(instrs.get_mut(index - 1)) {
                    instrs[index].set_nop();
                    dropped = true;
                }
            }
            if dropped {
                blocks[at].has_nop = true;
                lost_const = true;
                done = false;
            }
            match instrs.last() {
                Some(last) if is_terminator(last.op) => run_from = BlockId::NONE,
                Some(_) => run_from = at,
                None => {}
            }
            at = cfg.next(at);
        }
        if done {
            cfg.lost_const |= lost_const;
            return;
        }
    }
}

/// Drops an instruction that only pushes what its successor pops.
fn drop_push(push: Option<&mut CfgInstr>) -> bool {
    match push {
        Some(push)
            if push.op == Opcode::LoadConst || (push.op == Opcode::Copy && push.oparg == 1) =>
        {
            push.set_nop();
            true
        }
        _ => false,
    }
}

/// Turns the compiler's own opcodes into real ones (`_PyCfg_ConvertPseudoOps`).
///
/// What needless `NOP`s and jumps that leaves, the caller removes.
///
/// `LOAD_METHOD`, `LOAD_SUPER_ATTR` and their kin never reach the graph: the emitter writes the real opcode.
///
/// `passes` tells whether `LOAD_CLOSURE` is one of them.
pub fn convert_pseudo_ops(cfg: &mut Cfg, passes: Passes) {
    let loads_closures = passes == Passes::LinesFirst;
    let mut at = cfg.entry;
    while at.is_some() && cfg.has_pseudo {
        let (blocks, instrs) = cfg.split(at);
        let block = &mut blocks[at];
        if block.has_pseudo {
            for instr in instrs {
                if is_block_push(instr.op) || instr.op == Opcode::PopBlock {
                    instr.set_nop();
                    block.has_nop = true;
                } else if instr.op == Opcode::StoreFastMaybeNull {
                    instr.op = Opcode::StoreFast;
                } else if instr.op == Opcode::LoadClosure && loads_closures {
                    instr.op = Opcode::LoadFast;
                }
            }
        }
        at = block.next;
    }
}
