//! Rewriting short runs of instructions inside a block (`optimize_basic_block`).

use hognose_bytecode::Opcode;

use super::swaps;
use crate::assemble::AssembleError;
use crate::cfg::{BlockId, Cfg, CfgInstr};
use crate::consts::ConstTable;
use crate::op_facts::{has_const, is_rewritable};

/// Rewrites every block.
pub fn optimize_blocks(cfg: &mut Cfg, consts: &mut ConstTable<'_>) -> Result<(), AssembleError> {
    let mut at = cfg.entry;
    let mut behind_push = false;
    while at.is_some() {
        optimize_block(cfg, at, consts, behind_push)?;
        behind_push = cfg
            .last(at)
            .is_some_and(|last| matches!(last.op, Opcode::LoadConst | Opcode::Copy | Opcode::Nop));
        at = cfg.next(at);
    }
    // In order again, for one jumper's copy may be the next one's end.
    cfg.jumpers.sort_unstable();
    cfg.jumpers.dedup();
    Ok(())
}

fn optimize_block(
    cfg: &mut Cfg,
    block: BlockId,
    consts: &mut ConstTable<'_>,
    begins_behind_push: bool,
) -> Result<(), AssembleError> {
    let mut may_push_and_pop = false;
    let mut becomes_jump = false;
    let mut has_nop = false;
    let mut lost_const = false;
    // `COPY 1` behind a `LOAD_CONST` is read as that `LOAD_CONST` again, so these outlive one turn.
    let mut op = Opcode::Nop;
    let mut oparg = 0;
    let mut index = 0;
    let (_, instrs) = cfg.split(block);
    while let Some(rest) = instrs.get(index..) {
        let Some(skipped) = rest.iter().position(|instr| is_rewritable(instr.op)) else {
            break;
        };
        if skipped > 0 {
            op = Opcode::Nop;
            index += skipped;
        }
        let instr = instrs[index];
        let copies_const = op == Opcode::LoadConst && instr.op == Opcode::Copy && instr.oparg == 1;
        if !copies_const {
            op = instr.op;
            oparg = instr.oparg;
        }
        let begin = index;
        match op {
            Opcode::LoadConst => {
                index = load_const(instrs, index, oparg, consts, &mut lost_const)?;
                becomes_jump |= instrs.last().is_some_and(|last| last.op == Opcode::Jump);
            }
            Opcode::BuildTuple => lost_const |= build_tuple(instrs, index, oparg, consts)?,
            // Looked at by `nops::remove_redundant_and_pairs`.
            Opcode::PopTop => {
                let before = instrs[..index]
                    .iter()
                    .rev()
                    .find(|instr| instr.op != Opcode::Nop);
                may_push_and_pop |= before.map_or(begins_behind_push, |before| {
                    matches!(before.op, Opcode::LoadConst | Opcode::Copy)
                });
            }
            Opcode::Swap => {
                may_push_and_pop = true;
                if oparg == 1 {
                    instrs[index].set_nop();
                } else {
                    index = swaps::shorten_run(instrs, index);
                    swaps::apply_statically(instrs, index);
                }
            }
            Opcode::PushNull => {
                if let Some(next) = instrs.get_mut(index + 1)
                    && next.op == Opcode::LoadGlobal
                    && next.oparg & 1 == 0
                {
                    next.oparg |= 1;
                    instrs[index].set_nop();
                }
            }
            // Jumps stand last and wait for the end.
            _ => {}
        }
        // These two leave NOPs elsewhere.
        has_nop |= matches!(op, Opcode::BuildTuple | Opcode::Swap)
            || instrs
                .get(begin)
                .is_some_and(|instr| instr.op == Opcode::Nop);
        index += 1;
    }
    cfg.block_mut(block).has_nop |= has_nop;
    if becomes_jump {
        cfg.jumpers.push(block);
    }
    cfg.may_push_and_pop |= may_push_and_pop;
    cfg.lost_const |= lost_const;
    thread_last_jump(cfg, block);
    Ok(())
}

/// Aims the jump at a block's end past other jumps.
fn thread_last_jump(cfg: &mut Cfg, block: BlockId) {
    while let Some(jump) = cfg.last(block).copied()
        && matches!(
            jump.op,
            Opcode::PopJumpIfNotNone
                | Opcode::PopJumpIfNone
                | Opcode::PopJumpIfFalse
                | Opcode::PopJumpIfTrue
                | Opcode::Jump
        )
        && let Some(target) = cfg.first(jump.target).copied()
        && target.op == Opcode::Jump
        && cfg
            .last_mut(block)
            .is_some_and(|last| thread_jump(last, &target, jump.op))
    {}
}

/// Decides a jump or a return on a constant; gives the index of the last instruction looked at.
fn load_const(
    instrs: &mut [CfgInstr],
    index: usize,
    oparg: u32,
    consts: &ConstTable<'_>,
    lost_const: &mut bool,
) -> Result<usize, AssembleError> {
    let value = consts.get(oparg).ok_or(AssembleError::ConstIndex)?;
    let [here, next, rest @ ..] = &mut instrs[index..] else {
        return Ok(index);
    };
    match next.op {
        Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue => {
            *lost_const = true;
            here.set_nop();
            if value.is_true() == (next.op == Opcode::PopJumpIfTrue) {
                next.op = Opcode::Jump;
            } else {
                next.set_nop();
            }
        }
        Opcode::IsOp => {
            if let Some(jump) = rest.first_mut()
                && matches!(jump.op, Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue)
                && value.is_none()
            {
                let inverted = next.oparg & 0xff != u32::from(jump.op == Opcode::PopJumpIfFalse);
                jump.op = if inverted {
                    Opcode::PopJumpIfNotNone
                } else {
                    Opcode::PopJumpIfNone
                };
                *lost_const = true;
                here.set_nop();
                next.set_nop();
            }
        }
        Opcode::ReturnValue => {
            here.set_nop();
            next.op = Opcode::ReturnConst;
            next.oparg = oparg;
            return Ok(index + 1);
        }
        _ => {}
    }
    Ok(index)
}

/// Undoes a tuple that is unpacked at once, or folds one of constants (`BUILD_TUPLE` in `optimize_basic_block`), and
/// tells the latter.
pub fn build_tuple(
    instrs: &mut [CfgInstr],
    index: usize,
    size: u32,
    consts: &mut ConstTable<'_>,
) -> Result<bool, AssembleError> {
    if let Some(next) = instrs.get_mut(index + 1)
        && next.op == Opcode::UnpackSequence
        && next.oparg == size
    {
        match size {
            1 => {
                next.set_nop();
                instrs[index].set_nop();
                return Ok(false);
            }
            2 | 3 => {
                next.op = Opcode::Swap;
                instrs[index].set_nop();
                return Ok(false);
            }
            _ => {}
        }
    }
    let Some(first) = index.checked_sub(size as usize) else {
        return Ok(false);
    };
    let items = &mut instrs[first..index];
    // `fold_tuple_on_constants`
    if !items.iter().all(|instr| has_const(instr.op)) {
        return Ok(false);
    }
    if items.iter().any(|instr| instr.op != Opcode::LoadConst) {
        return Err(AssembleError::MalformedGraph);
    }
    let folded = consts
        .add_tuple(items.iter().map(|instr| instr.oparg))
        .ok_or(AssembleError::ConstIndex)?;
    for instr in items {
        instr.set_nop();
    }
    instrs[index].op = Opcode::LoadConst;
    instrs[index].oparg = folded;
    Ok(true)
}

/// Aims a jump to a jump at the latter's target (`jump_thread`).
fn thread_jump(jump: &mut CfgInstr, target: &CfgInstr, op: Opcode) -> bool {
    let same_line = jump.loc.line == target.loc.line || target.loc.line == -1;
    if !same_line || jump.target == target.target {
        return false;
    }
    jump.target = target.target;
    jump.op = op;
    true
}
