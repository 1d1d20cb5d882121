//! Type parameters and `type` statements (PEP 695).

use hognose_ast::{Constant, Expr, Name, TypeAlias, TypeParam};
use hognose_bytecode::Opcode;
use hognose_symbols::NodeKey;

use super::{Emit, Emitter, UnitKind};
use crate::ir::Loc;

/// `CALL_INTRINSIC_1` of `INTRINSIC_TYPEVAR`.
const INTRINSIC_TYPEVAR: u32 = 7;
/// `CALL_INTRINSIC_1` of `INTRINSIC_PARAMSPEC`.
const INTRINSIC_PARAMSPEC: u32 = 8;
/// `CALL_INTRINSIC_1` of `INTRINSIC_TYPEVARTUPLE`.
const INTRINSIC_TYPEVARTUPLE: u32 = 9;
/// `CALL_INTRINSIC_1` of `INTRINSIC_TYPEALIAS`.
const INTRINSIC_TYPEALIAS: u32 = 11;
/// `CALL_INTRINSIC_2` of `INTRINSIC_TYPEVAR_WITH_BOUND`.
const INTRINSIC_TYPEVAR_WITH_BOUND: u32 = 2;
/// `CALL_INTRINSIC_2` of `INTRINSIC_TYPEVAR_WITH_CONSTRAINTS`.
const INTRINSIC_TYPEVAR_WITH_CONSTRAINTS: u32 = 3;

impl<'t, 'a> Emitter<'t, 'a> {
    /// Starts the unit that holds the type parameters of `name`.
    pub(super) fn enter_type_params(
        &mut self,
        name: Name,
        type_params: &'t [TypeParam<'a>],
        line: u32,
    ) {
        let shown = format!("<generic parameters of {}>", self.names.get(name));
        let shown = self.names.intern(&shown);
        self.enter_scope(
            shown,
            UnitKind::TypeParams,
            NodeKey::of_list(type_params),
            line,
        );
    }

    /// Makes the type parameters and leaves a tuple of them (`compiler_type_params`).
    pub(super) fn type_params(&mut self, type_params: &'t [TypeParam<'a>]) -> Emit {
        for param in type_params {
            let loc = Loc::from(param.loc());
            let (name, intrinsic) = match param {
                TypeParam::TypeVar(node) => (node.name, INTRINSIC_TYPEVAR),
                TypeParam::TypeVarTuple(node) => (node.name, INTRINSIC_TYPEVARTUPLE),
                TypeParam::ParamSpec(node) => (node.name, INTRINSIC_PARAMSPEC),
            };
            self.load_name_constant(name, loc);
            match param {
                TypeParam::TypeVar(node) if node.bound.is_some() => {
                    let Some(bound) = &node.bound else { continue };
                    let line = bound.loc().line;
                    self.enter_scope(name, UnitKind::TypeParams, NodeKey::of(&**node), line);
                    self.expr(bound)?;
                    self.op(Opcode::ReturnValue, loc);
                    let compiled = self.exit_scope(true)?;
                    self.make_closure(compiled, 0, loc);
                    let intrinsic = if matches!(bound, Expr::Tuple(_)) {
                        INTRINSIC_TYPEVAR_WITH_CONSTRAINTS
                    } else {
                        INTRINSIC_TYPEVAR_WITH_BOUND
                    };
                    self.op_arg(Opcode::CallIntrinsic2, intrinsic, loc);
                }
                _ => self.op_arg(Opcode::CallIntrinsic1, intrinsic, loc),
            }
            self.op_arg(Opcode::Copy, 1, loc);
            self.store_name(name, loc)?;
        }
        if let Some(first) = type_params.first() {
            self.op_arg(
                Opcode::BuildTuple,
                type_params.len() as u32,
                first.loc().into(),
            );
        }
        Ok(())
    }

    /// Emits `type name[…] = value` (`compiler_typealias`).
    pub(super) fn type_alias(&mut self, node: &'t TypeAlias<'a>) -> Emit {
        let loc = Loc::from(node.loc);
        let Expr::Name(target) = &node.name else {
            return self.error("illegal target for a type alias", loc);
        };
        let is_generic = !node.type_params.is_empty();
        if is_generic {
            self.op(Opcode::PushNull, loc);
            self.enter_type_params(target.id, &*node.type_params, node.loc.line);
            self.load_name_constant(target.id, loc);
            self.type_params(&*node.type_params)?;
        } else {
            self.load_name_constant(target.id, loc);
            self.load_const(Constant::None, loc);
        }
        self.enter_scope(
            target.id,
            UnitKind::Function,
            NodeKey::of(node),
            node.loc.line,
        );
        // With None first, no string can look like a docstring.
        self.u.unit.consts.add(Constant::None);
        self.expr(&node.value)?;
        self.op(Opcode::ReturnValue, loc);
        let compiled = self.exit_scope(false)?;
        self.make_closure(compiled, 0, loc);
        self.op_arg(Opcode::BuildTuple, 3, loc);
        self.op_arg(Opcode::CallIntrinsic1, INTRINSIC_TYPEALIAS, loc);
        if is_generic {
            let compiled = self.exit_scope(false)?;
            self.make_closure(compiled, 0, loc);
            self.op_arg(Opcode::Call, 0, loc);
        }
        self.store_name(target.id, loc)
    }
}
