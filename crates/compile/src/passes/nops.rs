//! Taking out `NOP`s where no line would be lost.

use hognose_bytecode::Opcode;

use crate::cfg::{BlockId, Cfg, NO_LABEL, is_block_push, is_jump};

/// Removes the needless `NOP`s of every block.
pub fn remove_redundant_everywhere(cfg: &mut Cfg) {
    let mut at = cfg.entry;
    while at.is_some() {
        remove_redundant(cfg, at);
        at = cfg.next(at);
    }
}

/// Removes a block's needless `NOP`s (`remove_redundant_nops`).
fn remove_redundant(cfg: &mut Cfg, block: BlockId) {
    let len = cfg.len(block);
    if !cfg
        .instrs(block)
        .iter()
        .any(|instr| instr.op == Opcode::Nop)
    {
        return;
    }
    let mut kept = 0;
    let mut previous_line = -1;
    for index in 0..len {
        let instr = cfg.instrs(block)[index];
        let line = instr.loc.line;
        if instr.op == Opcode::Nop {
            if line < 0 || previous_line == line {
                continue;
            }
            if let Some(next) = cfg.instrs_mut(block).get_mut(index + 1) {
                if next.loc.line == line {
                    continue;
                }
                if next.loc.line < 0 {
                    next.loc = instr.loc;
                    continue;
                }
            } else if first_line_after(cfg, block) == Some(line) {
                continue;
            }
        }
        cfg.instrs_mut(block)[kept] = instr;
        kept += 1;
        previous_line = line;
    }
    cfg.truncate(block, kept);
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

/// Names an instruction of the graph.
type Place = (BlockId, usize);

/// Removes `NOP`s and pairs that push and pop at once (`remove_redundant_nops_and_pairs`).
pub fn remove_redundant_and_pairs(cfg: &mut Cfg) {
    loop {
        let mut done = true;
        let mut current: Option<Place> = None;
        let mut at = cfg.entry;
        while at.is_some() {
            remove_redundant(cfg, at);
            if cfg.block(at).label != NO_LABEL {
                // A jump may come in between.
                current = None;
            }
            for index in 0..cfg.len(at) {
                let previous = current.replace((at, index));
                if cfg.instrs(at)[index].op != Opcode::PopTop {
                    continue;
                }
                let Some((previous_block, previous_index)) = previous else {
                    continue;
                };
                let pushed = &mut cfg.instrs_mut(previous_block)[previous_index];
                if pushed.op == Opcode::LoadConst
                    || (pushed.op == Opcode::Copy && pushed.oparg == 1)
                {
                    pushed.set_nop();
                    cfg.instrs_mut(at)[index].set_nop();
                    done = false;
                }
            }
            let jumps = current.is_some_and(|(block, index)| is_jump(cfg.instrs(block)[index].op));
            if jumps || !cfg.has_fallthrough(at) {
                current = None;
            }
            at = cfg.next(at);
        }
        if done {
            return;
        }
    }
}

/// Turns the compiler's own opcodes into real ones (`_PyCfg_ConvertPseudoOps`).
///
/// `LOAD_METHOD`, `LOAD_SUPER_ATTR` and their kin never reach the graph: the emitter writes the real opcode.
pub fn convert_pseudo_ops(cfg: &mut Cfg) {
    let mut at = cfg.entry;
    while at.is_some() {
        for instr in cfg.instrs_mut(at) {
            if is_block_push(instr.op) || instr.op == Opcode::PopBlock {
                instr.set_nop();
            } else if instr.op == Opcode::StoreFastMaybeNull {
                instr.op = Opcode::StoreFast;
            }
        }
        at = cfg.next(at);
    }
    remove_redundant_everywhere(cfg);
}
