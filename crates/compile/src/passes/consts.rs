//! Dropping the constants that no instruction loads any more.

use crate::cfg::Cfg;
use crate::consts::ConstTable;
use crate::op_facts::has_const;

/// Keeps the used constants, and the first one, which may be a docstring (`remove_unused_consts`).
pub fn remove_unused(cfg: &mut Cfg, consts: &mut ConstTable<'_>) {
    if !cfg.lost_const {
        return;
    }
    let count = consts.len();
    let mut used = vec![false; count];
    if let Some(first) = used.first_mut() {
        *first = true;
    }
    for block in cfg.in_order() {
        for instr in cfg.instrs(block) {
            if has_const(instr.op)
                && let Some(slot) = used.get_mut(instr.oparg as usize)
            {
                *slot = true;
            }
        }
    }
    if used.iter().all(|&used| used) {
        return;
    }
    let mut moved_to = Vec::with_capacity(count);
    let mut kept = 0;
    for &used in &used {
        moved_to.push(kept);
        kept += u32::from(used);
    }
    consts.retain(&used);
    let mut at = cfg.entry;
    while at.is_some() {
        for instr in cfg.instrs_mut(at) {
            if has_const(instr.op)
                && let Some(&index) = moved_to.get(instr.oparg as usize)
            {
                instr.oparg = index;
            }
        }
        at = cfg.next(at);
    }
}
