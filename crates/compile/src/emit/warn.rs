//! `SyntaxWarning`s for code that can hardly be meant.

use hognose_ast::{CmpOp, Compare, Constant, Expr};

use super::Emitter;
use crate::error::Warning;
use crate::ir::Loc;

impl Emitter<'_, '_> {
    pub(super) fn warn(&mut self, message: impl Into<String>, loc: Loc) {
        self.warnings.push(Warning {
            message: message.into(),
            loc,
        });
    }

    /// Warns of `is` with a literal (`check_compare`).
    pub(super) fn check_compare(&mut self, node: &Compare) {
        let mut left = &node.left;
        for (op, right) in node.ops.iter().zip(node.comparators.iter()) {
            if matches!(op, CmpOp::Is | CmpOp::IsNot) {
                let literal = [left, right]
                    .into_iter()
                    .find(|side| is_plain_literal(side));
                if let Some(name) = literal.and_then(type_name) {
                    let message = if *op == CmpOp::Is {
                        format!("\"is\" with '{name}' literal. Did you mean \"==\"?")
                    } else {
                        format!("\"is not\" with '{name}' literal. Did you mean \"!=\"?")
                    };
                    self.warn(message, node.loc.into());
                    return;
                }
            }
            left = right;
        }
    }

    /// Warns of calling what cannot be called (`check_caller`).
    pub(super) fn check_caller(&mut self, callee: &Expr) {
        if !matches!(callee, Expr::Lambda(_))
            && let Some(name) = type_name(callee)
        {
            let message = format!("'{name}' object is not callable; perhaps you missed a comma?");
            self.warn(message, callee.loc().into());
        }
    }

    /// Warns of subscripting what cannot be subscripted (`check_subscripter`).
    pub(super) fn check_subscripter(&mut self, value: &Expr) {
        let refused = match value {
            Expr::Constant(node) => matches!(
                node.value,
                Constant::None
                    | Constant::Ellipsis
                    | Constant::True
                    | Constant::False
                    | Constant::Int(_)
                    | Constant::BigInt(_)
                    | Constant::Float(_)
                    | Constant::Complex { .. }
                    | Constant::FrozenSet(_)
            ),
            Expr::Set(_) | Expr::SetComp(_) | Expr::GeneratorExp(_) | Expr::Lambda(_) => true,
            _ => false,
        };
        if refused && let Some(name) = type_name(value) {
            let message =
                format!("'{name}' object is not subscriptable; perhaps you missed a comma?");
            self.warn(message, value.loc().into());
        }
    }

    /// Warns of an index that is no number (`check_index`).
    pub(super) fn check_index(&mut self, value: &Expr, index: &Expr) {
        let Some(index_type) = type_name(index) else {
            return;
        };
        if matches!(index_type, "int" | "bool") {
            return;
        }
        let is_sequence = match value {
            Expr::Constant(node) => {
                matches!(
                    node.value,
                    Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_)
                )
            }
            Expr::Tuple(_)
            | Expr::List(_)
            | Expr::ListComp(_)
            | Expr::JoinedStr(_)
            | Expr::FormattedValue(_) => true,
            _ => false,
        };
        if is_sequence && let Some(name) = type_name(value) {
            let message = format!(
                "{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"
            );
            self.warn(message, value.loc().into());
        }
    }
}

/// Whether an expression is a constant other than the named singletons (`check_is_arg`).
fn is_plain_literal(expr: &Expr) -> bool {
    match expr {
        Expr::Constant(node) => !matches!(
            node.value,
            Constant::None | Constant::True | Constant::False | Constant::Ellipsis
        ),
        _ => false,
    }
}

/// The type that an expression certainly has (`infer_type`).
fn type_name(expr: &Expr) -> Option<&'static str> {
    Some(match expr {
        Expr::Tuple(_) => "tuple",
        Expr::List(_) | Expr::ListComp(_) => "list",
        Expr::Dict(_) | Expr::DictComp(_) => "dict",
        Expr::Set(_) | Expr::SetComp(_) => "set",
        Expr::GeneratorExp(_) => "generator",
        Expr::Lambda(_) => "function",
        Expr::JoinedStr(_) | Expr::FormattedValue(_) => "str",
        Expr::Constant(node) => match node.value {
            Constant::None => "NoneType",
            Constant::True | Constant::False => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Int(_) | Constant::BigInt(_) => "int",
            Constant::Float(_) => "float",
            Constant::Complex { .. } => "complex",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
        },
        _ => return None,
    })
}
