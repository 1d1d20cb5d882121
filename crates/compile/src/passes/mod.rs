//! The passes over the graph, in CPython 3.12's order (`_PyCfg_OptimizeCodeUnit`).

mod cold;
mod consts;
mod except;
mod lines;
mod locals;
mod nops;
mod peephole;
mod reach;
mod stackdepth;
mod swaps;

pub use nops::convert_pseudo_ops;
pub use stackdepth::stack_depth;

use crate::assemble::AssembleError;
use crate::cfg::Cfg;
use crate::consts::ConstTable;

/// What the passes need to know of the code unit.
#[derive(Clone, Copy, Debug)]
pub struct UnitFacts {
    pub nlocals: usize,
    pub nparams: usize,
    pub firstlineno: i32,
}

/// Runs every optimisation of CPython 3.12 over a fresh graph.
pub fn optimize(
    cfg: &mut Cfg,
    consts: &mut ConstTable<'_>,
    facts: UnitFacts,
) -> Result<(), AssembleError> {
    except::label_targets(cfg)?;
    optimize_cfg(cfg, consts)?;
    consts::remove_unused(cfg, consts);
    locals::check_uninitialized(cfg, facts.nlocals, facts.nparams);
    cold::push_to_end(cfg);
    lines::resolve(cfg, facts.firstlineno);
    Ok(())
}

/// Shrinks the graph (`optimize_cfg`).
fn optimize_cfg(cfg: &mut Cfg, consts: &mut ConstTable<'_>) -> Result<(), AssembleError> {
    reach::inline_small_exits(cfg);
    peephole::optimize_blocks(cfg, consts)?;
    nops::remove_redundant_and_pairs(cfg);
    reach::inline_small_exits(cfg);
    reach::delete_unreachable(cfg);
    nops::remove_redundant_everywhere(cfg);
    reach::eliminate_empty_blocks(cfg);
    reach::remove_redundant_jumps(cfg);
    Ok(())
}

#[cfg(test)]
mod tests;
