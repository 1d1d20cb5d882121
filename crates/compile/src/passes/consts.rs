//! Dropping the constants that no instruction loads any more.

use crate::cfg::Cfg;
use crate::consts::ConstTable;
use crate::op_facts::has_const;

/// Keeps the used constants, and the first one, which may be a docstring (`remove_unused_consts`).
pub fn remove_unused(cfg: &mut Cfg, consts: &mut ConstTable<'_>) {
    if !cfg.lost_const {
        return;
    }
    // 0 for what is not used, and later one more than the new index.
    let mut places = std::mem::take(&mut cfg.const_places);
    places.clear();
    places.resize(consts.len(), 0);
    if let Some(first) = places.first_mut() {
        *first = 1;
    }
    for block in cfg.in_order() {
        for instr in cfg.instrs(block) {
            if has_const(instr.op)
                && let Some(place) = places.get_mut(instr.oparg as usize)
            {
                *place = 1;
            }
        }
    }
    if places.contains(&0) {
        let mut kept = 0;
        for place in &mut places {
            kept += *place;
            *place *= kept;
        }
        consts.retain(|index| places.get(index).is_some_and(|&place| place != 0));
        renumber(cfg, &places);
    }
    cfg.const_places = places;
}

/// Gives every instruction its constant's new index.
fn renumber(cfg: &mut Cfg, places: &[u32]) {
    let mut at = cfg.entry;
    while at.is_some() {
        for instr in cfg.instrs_mut(at) {
            if has_const(instr.op)
                && let Some(&place) = places.get(instr.oparg as usize)
            {
                instr.oparg = place.saturating_sub(1);
            }
        }
        at = cfg.next(at);
    }
}
