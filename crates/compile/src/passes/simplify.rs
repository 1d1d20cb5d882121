//! Rewriting short runs of instructions inside a block, as 3.13 does (`optimize_basic_block`).

use hognose_bytecode::Opcode;

use super::{peephole, swaps};
use crate::assemble::AssembleError;
use crate::cfg::{BlockId, Cfg, CfgInstr};
use crate::consts::ConstTable;
use crate::op_facts::is_jump;

/// The bit of `COMPARE_OP` that asks for a boolean.
const COMPARE_TO_BOOL: u32 = 16;

/// Rewrites every block.
pub fn blocks(cfg: &mut Cfg, consts: &mut ConstTable<'_>) -> Result<(), AssembleError> {
    let mut at = cfg.entry;
    while at.is_some() {
        rewrite(cfg, at, consts)?;
        let instrs = cfg.instrs_mut(at);
        let mut index = 0;
        while let Some(instr) = instrs.get(index) {
            if instr.op == Opcode::Swap {
                index = swaps::shorten_run(instrs, index);
                swaps::apply_statically(instrs, index);
            }
            index += 1;
        }
        at = cfg.next(at);
    }
    Ok(())
}

fn rewrite(
    cfg: &mut Cfg,
    block: BlockId,
    consts: &mut ConstTable<'_>,
) -> Result<(), AssembleError> {
    let mut index = 0;
    while let Some(instr) = cfg.instrs(block).get(index).copied() {
        if is_jump(instr.op) {
            thread_jump(cfg, block, instr);
        } else {
            rewrite_here(cfg.instrs_mut(block), index, consts)?;
        }
        index += 1;
    }
    Ok(())
}

/// Rewrites what begins at an instruction that does not jump.
fn rewrite_here(
    instrs: &mut [CfgInstr],
    index: usize,
    consts: &mut ConstTable<'_>,
) -> Result<(), AssembleError> {
    let CfgInstr { op, oparg, loc, .. } = instrs[index];
    if op == Opcode::BuildTuple {
        return peephole::build_tuple(instrs, index, oparg, consts).map(drop);
    }
    if op == Opcode::Swap && oparg == 1 {
        instrs[index].set_nop();
        return Ok(());
    }
    let [here, next, ..] = &mut instrs[index..] else {
        return Ok(());
    };
    match (op, next.op) {
        (Opcode::StoreFast, Opcode::StoreFast)
            if oparg == next.oparg && loc.line == next.loc.line =>
        {
            here.op = Opcode::PopTop;
            here.oparg = 0;
        }
        (Opcode::LoadGlobal, Opcode::PushNull) if oparg & 1 == 0 => {
            here.oparg |= 1;
            next.set_nop();
        }
        (Opcode::CompareOp, Opcode::ToBool) => {
            here.set_nop();
            next.op = op;
            next.oparg = oparg | COMPARE_TO_BOOL;
        }
        (Opcode::ContainsOp | Opcode::IsOp | Opcode::UnaryNot, Opcode::ToBool) => {
            here.set_nop();
            next.op = op;
            next.oparg = oparg;
        }
        (Opcode::ToBool, Opcode::ToBool) => here.set_nop(),
        (Opcode::UnaryNot, Opcode::UnaryNot) => {
            here.set_nop();
            next.set_nop();
        }
        _ => {}
    }
    Ok(())
}

/// Replaces the jump at a block's end by one to where its target jumps (`jump_thread` of 3.13).
fn thread_jump(cfg: &mut Cfg, block: BlockId, jump: CfgInstr) {
    let Some(target) = cfg.first(jump.target).copied() else {
        return;
    };
    let op = match (jump.op, target.op) {
        (
            Opcode::PopJumpIfNotNone
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue,
            Opcode::Jump,
        )
        | (Opcode::Jump | Opcode::JumpNoInterrupt, Opcode::JumpNoInterrupt) => jump.op,
        (Opcode::Jump | Opcode::JumpNoInterrupt, Opcode::Jump) => Opcode::Jump,
        _ => return,
    };
    if jump.target == target.target {
        return;
    }
    if let Some(last) = cfg.last_mut(block) {
        last.set_nop();
    }
    // The new jump has a handler of its own: none.
    cfg.push(
        block,
        CfgInstr {
            target: target.target,
            ..CfgInstr::new(op, target.oparg, target.loc)
        },
    );
}
