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
/// `CALL_INTRINSIC_2` of `INTRINSIC_SET_TYPEPARAM_DEFAULT`.
const INTRINSIC_SET_TYPEPARAM_DEFAULT: u32 = 5;

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
        let mut seen_default = false;
        for param in type_params {
            let loc = Loc::from(param.loc());
            let (name, intrinsic, default, default_key) = match param {
                TypeParam::TypeVar(node) => (
                    node.name,
                    INTRINSIC_TYPEVAR,
                    &node.default_value,
                    NodeKey::second_of(&**node),
                ),
                TypeParam::TypeVarTuple(node) => (
                    node.name,
                    INTRINSIC_TYPEVARTUPLE,
                    &node.default_value,
                    NodeKey::of(&**node),
                ),
                TypeParam::ParamSpec(node) => (
                    node.name,
                    INTRINSIC_PARAMSPEC,
                    &node.default_value,
                    NodeKey::of(&**node),
                ),
            };
            self.load_name_constant(name, loc);
            match param {
                TypeParam::TypeVar(node) if node.bound.is_some() => {
                    let Some(bound) = &node.bound else { continue };
                    let place = if self.features.type_param_defaults {
                        bound.loc().into()
                    } else {
                        loc
                    };
                    self.bound_or_default(bound, name, NodeKey::of(&**node), place)?;
                    let intrinsic = if matches!(bound, Expr::Tuple(_)) {
                        INTRINSIC_TYPEVAR_WITH_CONSTRAINTS
                    } else {
                        INTRINSIC_TYPEVAR_WITH_BOUND
                    };
                    self.op_arg(Opcode::CallIntrinsic2, intrinsic, loc);
                }
                _ => self.op_arg(Opcode::CallIntrinsic1, intrinsic, loc),
            }
            if let Some(default) = default {
                seen_default = true;
                self.bound_or_default(default, name, default_key, default.loc().into())?;
                self.op_arg(Opcode::CallIntrinsic2, INTRINSIC_SET_TYPEPARAM_DEFAULT, loc);
            } else if seen_default {
                let message = format!(
                    "non-default type parameter '{}' follows default type parameter",
                    self.names.get(name)
                );
                return self.error(message, loc);
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

    /// Makes the function that computes a bound or a default (`compiler_type_param_bound_or_default`).
    fn bound_or_default(
        &mut self,
        value: &'t Expr<'a>,
        name: Name,
        key: NodeKey,
        loc: Loc,
    ) -> Emit {
        self.enter_scope(name, UnitKind::TypeParams, key, value.loc().line);
        if let Expr::Starred(starred) = value {
            // `*Ts = *default` means the one item of `[*default]`.
            self.expr(&starred.value)?;
            self.op_arg(Opcode::UnpackSequence, 1, loc);
        } else {
            self.expr(value)?;
        }
        self.op(Opcode::ReturnValue, loc);
        let compiled = self.exit_scope(true)?;
        self.make_closure(compiled, 0, loc);
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
            self.null_first(loc);
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
            self.null_second(loc);
            self.op_arg(Opcode::Call, 0, loc);
        }
        self.store_name(target.id, loc)
    }
}
