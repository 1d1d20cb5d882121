//! The visits of what has type parameters.

use hognose_ast::{Expr, Loc, Name, TypeParam, known};
use hognose_version::SymbolRules;

use crate::build::{Builder, NodeKey, Visit, error};
use crate::error::{ErrorKind, Place};
use crate::scope::{BlockKind, flags};

/// What opens a scope of type parameters.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Generic {
    Function { has_kwdefaults: bool },
    Class,
    Alias,
}

impl Builder<'_, '_> {
    pub(crate) fn type_alias(&mut self, node: &hognose_ast::TypeAlias) -> Visit {
        self.expr(&node.name)?;
        let Expr::Name(target) = &node.name else {
            return Ok(());
        };
        let in_class = self.scope().kind == BlockKind::Class;
        let is_generic = !node.type_params.is_empty();
        if is_generic {
            self.enter_type_params(target.id, &*node.type_params, Generic::Alias, node.loc)?;
        }
        self.push(
            target.id,
            BlockKind::TypeAlias,
            Some(NodeKey::of(node)),
            node.loc,
        );
        self.scope().can_see_class_scope = in_class;
        if in_class {
            self.add(known::CLASSDICT, flags::USE, node.value.loc())?;
        }
        self.expr(&node.value)?;
        self.pop();
        if is_generic {
            self.pop();
        }
        Ok(())
    }

    /// Opens the scope of type parameters and visits them (`symtable_enter_type_param_block`).
    pub(crate) fn enter_type_params(
        &mut self,
        name: Name,
        type_params: &[TypeParam],
        generic: Generic,
        loc: Loc,
    ) -> Visit {
        let in_class = self.scope().kind == BlockKind::Class;
        self.push(
            name,
            BlockKind::TypeParams,
            Some(NodeKey::of_list(type_params)),
            loc,
        );
        if in_class {
            self.scope().can_see_class_scope = true;
            self.add(known::CLASSDICT, flags::USE, loc)?;
        }
        match generic {
            Generic::Class => {
                self.add(known::DOT_TYPE_PARAMS, flags::DEF_LOCAL, loc)?;
                self.add(known::DOT_TYPE_PARAMS, flags::USE, loc)?;
                self.private = Some(name);
                if self.rules == SymbolRules::Annotations313 {
                    self.mangle_only_type_params();
                }
                self.add(known::GENERIC_BASE, flags::DEF_LOCAL, loc)?;
                self.add(known::GENERIC_BASE, flags::USE, loc)?;
            }
            Generic::Function { has_kwdefaults } => {
                // The parser always gives a list of defaults, empty or not, and that is what CPython looks at.
                self.add(known::DOT_DEFAULTS, flags::DEF_PARAM, loc)?;
                if has_kwdefaults {
                    self.add(known::DOT_KWDEFAULTS, flags::DEF_PARAM, loc)?;
                }
            }
            Generic::Alias => {}
        }
        type_params
            .iter()
            .try_for_each(|param| self.type_param(param))
    }

    fn type_param(&mut self, param: &TypeParam) -> Visit {
        let loc = param.loc();
        self.descend()?;
        let (name, default, default_key, place) = match param {
            TypeParam::TypeVar(node) => (
                node.name,
                &node.default_value,
                NodeKey::second_of(&**node),
                Place::TypeVarDefault,
            ),
            TypeParam::ParamSpec(node) => (
                node.name,
                &node.default_value,
                NodeKey::of(&**node),
                Place::ParamSpecDefault,
            ),
            TypeParam::TypeVarTuple(node) => (
                node.name,
                &node.default_value,
                NodeKey::of(&**node),
                Place::TypeVarTupleDefault,
            ),
        };
        self.add(name, flags::DEF_TYPE_PARAM | flags::DEF_LOCAL, loc)?;
        if name == known::CLASSDICT && self.classdict_reserved {
            return Err(error(ErrorKind::ReservedTypeParam, Some(name), loc));
        }
        if let TypeParam::TypeVar(node) = param
            && let Some(bound) = &node.bound
        {
            let (place, at) = match self.rules {
                SymbolRules::Annotations312 => (Place::TypeVarBound, loc),
                SymbolRules::Annotations313 if matches!(bound, Expr::Tuple(_)) => {
                    (Place::TypeVarConstraint, bound.loc())
                }
                SymbolRules::Annotations313 => (Place::TypeVarBound, bound.loc()),
            };
            self.type_variable(name, bound, NodeKey::of(&**node), place, at)?;
        }
        if let Some(default) = default {
            self.type_variable(name, default, default_key, place, default.loc())?;
        }
        self.nesting.ascend();
        Ok(())
    }

    /// Visits a bound or a default in its own scope (`symtable_visit_type_param_bound_or_default`).
    fn type_variable(
        &mut self,
        name: Name,
        value: &Expr,
        key: NodeKey,
        place: Place,
        loc: Loc,
    ) -> Visit {
        let in_class = self.scope().can_see_class_scope;
        self.push(name, BlockKind::TypeVariable(place), Some(key), loc);
        self.scope().can_see_class_scope = in_class;
        if in_class {
            self.add(known::CLASSDICT, flags::USE, value.loc())?;
        }
        self.expr(value)?;
        self.pop();
        Ok(())
    }
}
