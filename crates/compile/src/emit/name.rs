//! Loading, storing and deleting names.

use hognose_ast::{ExprContext, Name, known};
use hognose_bytecode::Opcode;
use hognose_symbols::{BlockKind, Resolution};

use super::{Emit, Emitter};
use crate::ir::Loc;

/// Where a name lives at run time.
enum Place {
    Fast,
    Global,
    Cell(u32),
    Name,
}

impl Emitter<'_, '_> {
    pub(super) fn load_name(&mut self, name: Name, loc: Loc) -> Emit {
        self.name_op(name, ExprContext::Load, loc)
    }

    pub(super) fn store_name(&mut self, name: Name, loc: Loc) -> Emit {
        self.name_op(name, ExprContext::Store, loc)
    }

    pub(super) fn delete_name(&mut self, name: Name, loc: Loc) -> Emit {
        self.name_op(name, ExprContext::Del, loc)
    }

    /// Refuses to bind `__debug__` (`forbidden_name`).
    pub(super) fn check_name(&self, name: Name, ctx: ExprContext, loc: Loc) -> Emit {
        if name != known::DEBUG {
            return Ok(());
        }
        match ctx {
            ExprContext::Load => Ok(()),
            ExprContext::Store => self.error("cannot assign to __debug__", loc),
            ExprContext::Del => self.error("cannot delete __debug__", loc),
        }
    }

    /// Emits the instruction for a name (`compiler_nameop`).
    pub(super) fn name_op(&mut self, name: Name, ctx: ExprContext, loc: Loc) -> Emit {
        self.check_name(name, ctx, loc)?;
        let name = self.mangle(name);
        let resolution = self.scope().resolution(name);
        let place = match resolution {
            Resolution::Free => self.free_index(name).map_or(Place::Name, Place::Cell),
            Resolution::Cell => self
                .u
                .unit
                .cellvars
                .get(name)
                .map_or(Place::Name, Place::Cell),
            Resolution::Local if self.u.function_like || self.u.hidden_now.contains(&name) => {
                Place::Fast
            }
            Resolution::GlobalImplicit if self.u.function_like => Place::Global,
            Resolution::GlobalExplicit => Place::Global,
            Resolution::Local | Resolution::GlobalImplicit | Resolution::Unknown => Place::Name,
        };
        match place {
            Place::Cell(index) => {
                let op = match ctx {
                    ExprContext::Load => self.prepare_cell_load(loc),
                    ExprContext::Store => Opcode::StoreDeref,
                    ExprContext::Del => Opcode::DeleteDeref,
                };
                self.op_arg(op, index, loc);
            }
            Place::Fast => {
                let op = match ctx {
                    ExprContext::Load => Opcode::LoadFast,
                    ExprContext::Store => Opcode::StoreFast,
                    ExprContext::Del => Opcode::DeleteFast,
                };
                let index = self.u.unit.varnames.add(name);
                self.op_arg(op, index, loc);
            }
            Place::Global => {
                let sees_class = self.scope().can_see_class_scope;
                let op = match ctx {
                    ExprContext::Load if sees_class && resolution == Resolution::GlobalImplicit => {
                        self.load_classdict(loc);
                        Opcode::LoadFromDictOrGlobals
                    }
                    ExprContext::Load => Opcode::LoadGlobal,
                    ExprContext::Store => Opcode::StoreGlobal,
                    ExprContext::Del => Opcode::DeleteGlobal,
                };
                self.name_table_op(op, name, loc);
            }
            Place::Name => {
                let inlined = self.u.block_kind == BlockKind::Class && self.u.in_inlined_comp > 0;
                let op = match ctx {
                    ExprContext::Load if inlined => Opcode::LoadGlobal,
                    ExprContext::Load => Opcode::LoadName,
                    ExprContext::Store => Opcode::StoreName,
                    ExprContext::Del => Opcode::DeleteName,
                };
                self.name_table_op(op, name, loc);
            }
        }
        Ok(())
    }

    fn name_table_op(&mut self, op: Opcode, name: Name, loc: Loc) {
        let index = self.u.unit.names.add(name);
        let oparg = if op == Opcode::LoadGlobal {
            index << 1
        } else {
            index
        };
        self.op_arg(op, oparg, loc);
    }

    /// Puts the namespace that comes before a cell on the stack, where there is one, and names the load.
    fn prepare_cell_load(&mut self, loc: Loc) -> Opcode {
        if self.u.block_kind == BlockKind::Class && self.u.in_inlined_comp == 0 {
            self.op(Opcode::LoadLocals, loc);
            Opcode::LoadFromDictOrDeref
        } else if self.scope().can_see_class_scope {
            self.load_classdict(loc);
            Opcode::LoadFromDictOrDeref
        } else {
            Opcode::LoadDeref
        }
    }

    fn load_classdict(&mut self, loc: Loc) {
        let index = self.free_index(known::CLASSDICT).unwrap_or_default();
        self.op_arg(Opcode::LoadDeref, index, loc);
    }

    /// Emits an instruction that names something by its index among the unit's names (`compiler_addop_name`).
    pub(super) fn op_name(&mut self, op: Opcode, name: Name, loc: Loc) {
        let name = self.mangle(name);
        let index = self.u.unit.names.add(name);
        let (op, oparg) = match op {
            Opcode::LoadAttr => (op, index << 1),
            Opcode::LoadMethod => (Opcode::LoadAttr, index << 1 | 1),
            Opcode::LoadSuperAttr => (op, index << 2 | 2),
            Opcode::LoadSuperMethod => (Opcode::LoadSuperAttr, index << 2 | 3),
            Opcode::LoadZeroSuperAttr => (Opcode::LoadSuperAttr, index << 2),
            Opcode::LoadZeroSuperMethod => (Opcode::LoadSuperAttr, index << 2 | 1),
            _ => (op, index),
        };
        self.op_arg(op, oparg, loc);
    }
}
