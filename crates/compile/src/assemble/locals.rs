//! The frame's layout: locals, cells and free variables in one array.

use hognose_ast::Name;
use hognose_bytecode::{LocalKind, Opcode, PyStr};

use crate::cfg::{Cfg, CfgInstr};
use crate::ir::{Loc, NO_LOCATION, Unit};

/// Inserts the prologue and turns cell numbers into frame slots (`prepare_localsplus`).
///
/// `pop_loc` is where a generator's first `POP_TOP` stands.
pub fn prepare(cfg: &mut Cfg, unit: &Unit<'_>, is_generator: bool, pop_loc: Loc) {
    let nlocals = unit.varnames.len() as u32;
    let cells = unit.cellvars.in_order();
    let noffsets = (cells.len() + unit.freevars.len()) as u32;
    // `build_cellfixedoffsets`: a cell that is also a local shares its slot.
    let mut slots: Vec<u32> = (nlocals..nlocals + noffsets).collect();
    for (slot, &cell) in slots.iter_mut().zip(cells) {
        if let Some(local) = unit.varnames.get(cell) {
            *slot = local;
        }
    }
    insert_prologue(cfg, unit, &slots, is_generator.then_some(pop_loc));
    if noffsets == 0 {
        return;
    }
    // `fix_cell_offsets`
    let mut dropped = 0;
    for (slot, undropped) in slots.iter_mut().zip(nlocals..) {
        if *slot == undropped {
            *slot -= dropped;
        } else {
            dropped += 1;
        }
    }
    let mut at = cfg.entry;
    while at.is_some() {
        for instr in cfg.instrs_mut(at) {
            if is_cell_access(instr.op)
                && let Some(&slot) = slots.get(instr.oparg as usize)
            {
                instr.oparg = slot;
            }
        }
        at = cfg.next(at);
    }
}

fn is_cell_access(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::MakeCell
            | Opcode::LoadClosure
            | Opcode::LoadDeref
            | Opcode::StoreDeref
            | Opcode::DeleteDeref
            | Opcode::LoadFromDictOrDeref
    )
}

/// Puts `COPY_FREE_VARS`, the `MAKE_CELL`s and a generator's start first (`insert_prefix_instructions`).
fn insert_prologue(cfg: &mut Cfg, unit: &Unit<'_>, slots: &[u32], pop_loc: Option<Loc>) {
    let mut prologue = Vec::new();
    if !unit.freevars.is_empty() {
        prologue.push(CfgInstr::new(
            Opcode::CopyFreeVars,
            unit.freevars.len() as u32,
            NO_LOCATION,
        ));
    }
    // In the order of their slots: the cells of parameters come first.
    let mut cells: Vec<(u32, u32)> = slots
        .iter()
        .copied()
        .take(unit.cellvars.len())
        .zip(0..)
        .collect();
    cells.sort_unstable();
    prologue.extend(
        cells
            .iter()
            .map(|&(_, cell)| CfgInstr::new(Opcode::MakeCell, cell, NO_LOCATION)),
    );
    if let Some(pop_loc) = pop_loc {
        prologue.push(CfgInstr::new(
            Opcode::ReturnGenerator,
            0,
            Loc::line(unit.firstlineno),
        ));
        prologue.push(CfgInstr::new(Opcode::PopTop, 0, pop_loc));
    }
    if !prologue.is_empty() {
        cfg.prepend(cfg.entry, &prologue);
    }
}

/// The names and kinds of the frame's slots (`compute_localsplus_info`).
pub fn names_and_kinds(
    unit: &Unit<'_>,
    mut text_of: impl FnMut(Name) -> PyStr,
) -> (Vec<PyStr>, Vec<u8>) {
    let capacity = unit.varnames.len() + unit.cellvars.len() + unit.freevars.len();
    let mut names = Vec::with_capacity(capacity);
    let mut kinds = Vec::with_capacity(capacity);
    for &name in unit.varnames.in_order() {
        let hidden = if unit.fast_hidden.contains(name) {
            LocalKind::HIDDEN
        } else {
            0
        };
        let cell = if unit.cellvars.contains(name) {
            LocalKind::CELL
        } else {
            0
        };
        names.push(text_of(name));
        kinds.push(LocalKind::LOCAL | hidden | cell);
    }
    for &name in unit.cellvars.in_order() {
        if !unit.varnames.contains(name) {
            names.push(text_of(name));
            kinds.push(LocalKind::CELL);
        }
    }
    for &name in unit.freevars.in_order() {
        names.push(text_of(name));
        kinds.push(LocalKind::FREE);
    }
    (names, kinds)
}
