//! Pairs of locals in one instruction.

use hognose_bytecode::Opcode;

use crate::cfg::{Cfg, CfgInstr};

/// Joins neighbours that read or bind locals (`insert_superinstructions`).
pub fn insert(cfg: &mut Cfg) {
    let mut at = cfg.entry;
    while at.is_some() {
        let mut joined = false;
        let mut instrs = cfg.instrs_mut(at);
        while let [first, rest @ ..] = instrs {
            if let [second, ..] = rest {
                joined |= join(first, second);
            }
            instrs = rest;
        }
        cfg.block_mut(at).has_nop |= joined;
        at = cfg.next(at);
    }
}

/// Makes one instruction of two on one line, both of the first sixteen locals (`make_super_instruction`).
fn join(first: &mut CfgInstr, second: &mut CfgInstr) -> bool {
    let op = match (first.op, second.op) {
        (Opcode::LoadFast, Opcode::LoadFast) => Opcode::LoadFastLoadFast,
        (Opcode::StoreFast, Opcode::LoadFast) => Opcode::StoreFastLoadFast,
        (Opcode::StoreFast, Opcode::StoreFast) => Opcode::StoreFastStoreFast,
        _ => return false,
    };
    let (line, next_line) = (first.loc.line, second.loc.line);
    let on_two_lines = line >= 0 && next_line >= 0 && line != next_line;
    if on_two_lines || first.oparg >= 16 || second.oparg >= 16 {
        return false;
    }
    first.op = op;
    first.oparg = first.oparg << 4 | second.oparg;
    second.set_nop();
    true
}
