//! What is known when a constant is loaded: a truth, a comparison with None, a return (3.13).

use hognose_ast::Constant;
use hognose_bytecode::Opcode;

use crate::assemble::AssembleError;
use crate::cfg::{Cfg, CfgInstr};
use crate::consts::ConstTable;

/// Decides what constants decide, in every block (`optimize_load_const`).
pub fn simplify(cfg: &mut Cfg, consts: &mut ConstTable<'_>) -> Result<(), AssembleError> {
    let mut at = cfg.entry;
    while at.is_some() {
        simplify_block(cfg.instrs_mut(at), consts)?;
        at = cfg.next(at);
    }
    Ok(())
}

/// `basicblock_optimize_load_const`
fn simplify_block(
    mut instrs: &mut [CfgInstr],
    consts: &mut ConstTable<'_>,
) -> Result<(), AssembleError> {
    // `COPY 1` behind a `LOAD_CONST` is read as that `LOAD_CONST` again, so these outlive one turn.
    let mut op = Opcode::Nop;
    let mut oparg = 0;
    while let [here, rest @ ..] = instrs {
        let copies_const = op == Opcode::LoadConst && here.op == Opcode::Copy && here.oparg == 1;
        if !copies_const {
            op = here.op;
            oparg = here.oparg;
        }
        let mut passed = 0;
        if op == Opcode::LoadConst {
            passed = usize::from(decide(here, rest, oparg, consts)?);
        }
        instrs = rest.get_mut(passed..).unwrap_or_default();
    }
    Ok(())
}

/// Looks at what follows a constant; tells whether the instruction behind it was dealt with too.
fn decide(
    here: &mut CfgInstr,
    rest: &mut [CfgInstr],
    oparg: u32,
    consts: &mut ConstTable<'_>,
) -> Result<bool, AssembleError> {
    let [next, rest @ ..] = rest else {
        return Ok(false);
    };
    match next.op {
        Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue => {
            let value = consts.get(oparg).ok_or(AssembleError::ConstIndex)?;
            here.set_nop();
            if value.is_true() == (next.op == Opcode::PopJumpIfTrue) {
                next.op = Opcode::Jump;
            } else {
                next.set_nop();
            }
        }
        Opcode::IsOp => {
            let value = consts.get(oparg).ok_or(AssembleError::ConstIndex)?;
            if value.is_none() {
                compare_with_none(here, next, rest);
            }
        }
        Opcode::ReturnValue => {
            here.set_nop();
            next.op = Opcode::ReturnConst;
            next.oparg = oparg;
            return Ok(true);
        }
        Opcode::ToBool => {
            let value = consts.get(oparg).ok_or(AssembleError::ConstIndex)?;
            let truth = if value.is_true() {
                Constant::True
            } else {
                Constant::False
            };
            here.set_nop();
            next.op = Opcode::LoadConst;
            next.oparg = consts.add(truth);
        }
        _ => {}
    }
    Ok(false)
}

/// Makes `is None` and a jump one instruction.
fn compare_with_none(here: &mut CfgInstr, is_op: &mut CfgInstr, rest: &mut [CfgInstr]) {
    let jump = match rest {
        [to_bool, after @ ..] if to_bool.op == Opcode::ToBool => {
            to_bool.set_nop();
            after.first_mut()
        }
        _ => rest.first_mut(),
    };
    let Some(jump) = jump else { return };
    let is_not = is_op.oparg != 0;
    let jumps_if_not_none = match jump.op {
        Opcode::PopJumpIfTrue => is_not,
        Opcode::PopJumpIfFalse => !is_not,
        _ => return,
    };
    here.set_nop();
    is_op.set_nop();
    jump.op = if jumps_if_not_none {
        Opcode::PopJumpIfNotNone
    } else {
        Opcode::PopJumpIfNone
    };
}
