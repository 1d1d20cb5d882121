//! The passes over the graph, in the order of each CPython version (`_PyCfg_OptimizeCodeUnit`).

mod cold;
mod consts;
mod except;
mod inline;
mod lines;
mod load_const;
mod locals;
mod nops;
mod peephole;
mod reach;
mod simplify;
mod stackdepth;
mod superinstructions;
mod swaps;

pub use nops::{convert_pseudo_ops, remove_redundant_and_jumps, remove_redundant_everywhere};
pub use stackdepth::stack_depth;

use hognose_version::Passes;

use crate::assemble::AssembleError;
use crate::cfg::Cfg;
use crate::consts::ConstTable;

/// What the passes need to know of the code unit.
#[derive(Clone, Copy, Debug)]
pub struct UnitFacts {
    pub nlocals: usize,
    pub nparams: usize,
    pub firstlineno: i32,
    pub passes: Passes,
}

/// Runs every optimisation of the version over a fresh graph.
pub fn optimize(
    cfg: &mut Cfg,
    consts: &mut ConstTable<'_>,
    facts: UnitFacts,
) -> Result<(), AssembleError> {
    match facts.passes {
        Passes::LinesLast => lines_last(cfg, consts, facts),
        Passes::LinesFirst => lines_first(cfg, consts, facts),
    }
}

/// The passes of 3.12.
fn lines_last(
    cfg: &mut Cfg,
    consts: &mut ConstTable<'_>,
    facts: UnitFacts,
) -> Result<(), AssembleError> {
    except::label_targets(cfg)?;
    optimize_cfg(cfg, consts)?;
    consts::remove_unused(cfg, consts);
    locals::check_uninitialized(cfg, facts.nlocals, facts.nparams);
    cold::push_to_end(cfg, facts.passes);
    lines::resolve(cfg, facts.firstlineno);
    Ok(())
}

/// The passes of 3.13.
fn lines_first(
    cfg: &mut Cfg,
    consts: &mut ConstTable<'_>,
    facts: UnitFacts,
) -> Result<(), AssembleError> {
    except::label_targets_and_resumes(cfg)?;
    inline::small_or_placeless(cfg);
    reach::remove_unreachable(cfg);
    lines::resolve_by_copies(cfg);
    load_const::simplify(cfg, consts)?;
    simplify::blocks(cfg, consts)?;
    cfg.expect_changes();
    nops::remove_redundant_and_pairs(cfg);
    reach::remove_unreachable(cfg);
    nops::remove_redundant_and_jumps(cfg);
    consts::remove_unused(cfg, consts);
    locals::check_uninitialized(cfg, facts.nlocals, facts.nparams);
    superinstructions::insert(cfg);
    nops::remove_redundant_everywhere(cfg);
    cold::push_to_end(cfg, facts.passes);
    lines::resolve_by_copies(cfg);
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
