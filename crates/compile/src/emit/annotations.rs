//! Annotations, and the statement that is one.

use hognose_ast::{AnnAssign, Arg, Arguments, Constant, Expr, Name, Stmt, known};
use hognose_bytecode::{Opcode, flags};

use super::{Emit, Emitter, UnitKind};
use crate::ir::Loc;

/// Whether a body holds an annotated assignment, at any depth but not in inner scopes (`find_ann`).
pub(super) fn any_in(stmts: &[Stmt]) -> bool {
    stmts.iter().any(|stmt| match stmt {
        Stmt::AnnAssign(_) => true,
        Stmt::For(node) => any_in(&*node.body) || any_in(&*node.orelse),
        Stmt::AsyncFor(node) => any_in(&*node.body) || any_in(&*node.orelse),
        Stmt::While(node) => any_in(&*node.body) || any_in(&*node.orelse),
        Stmt::If(node) => any_in(&*node.body) || any_in(&*node.orelse),
        Stmt::With(node) => any_in(&*node.body),
        Stmt::AsyncWith(node) => any_in(&*node.body),
        Stmt::Try(node) => {
            node.handlers.iter().any(|handler| any_in(&*handler.body))
                || any_in(&*node.body)
                || any_in(&*node.finalbody)
                || any_in(&*node.orelse)
        }
        Stmt::TryStar(node) => {
            node.handlers.iter().any(|handler| any_in(&*handler.body))
                || any_in(&*node.body)
                || any_in(&*node.finalbody)
                || any_in(&*node.orelse)
        }
        Stmt::Match(node) => node.cases.iter().any(|case| any_in(&*case.body)),
        _ => false,
    })
}

impl<'t, 'a> Emitter<'t, 'a> {
    fn future_annotations(&self) -> bool {
        self.future.flags & flags::FUTURE_ANNOTATIONS != 0
    }

    /// Whether annotations are evaluated in the current unit.
    fn evaluates_annotations(&self) -> bool {
        matches!(self.u.kind, UnitKind::Module | UnitKind::Class)
    }

    /// Emits a function's annotations as one tuple; tells whether there were any (`compiler_visit_annotations`).
    pub(super) fn annotations(
        &mut self,
        args: &'t Arguments<'a>,
        returns: Option<&'t Expr<'a>>,
        loc: Loc,
    ) -> Emit<bool> {
        let mut count = 0;
        self.arg_annotations(&*args.args, &mut count, loc)?;
        self.arg_annotations(&*args.posonlyargs, &mut count, loc)?;
        if let Some(vararg) = &args.vararg {
            self.arg_annotation(vararg.arg, vararg.annotation.as_ref(), &mut count, loc)?;
        }
        self.arg_annotations(&*args.kwonlyargs, &mut count, loc)?;
        if let Some(kwarg) = &args.kwarg {
            self.arg_annotation(kwarg.arg, kwarg.annotation.as_ref(), &mut count, loc)?;
        }
        self.arg_annotation(known::RETURN, returns, &mut count, loc)?;
        if count > 0 {
            self.op_arg(Opcode::BuildTuple, count, loc);
        }
        Ok(count > 0)
    }

    fn arg_annotations(&mut self, args: &'t [Arg<'a>], count: &mut u32, loc: Loc) -> Emit {
        args.iter()
            .try_for_each(|arg| self.arg_annotation(arg.arg, arg.annotation.as_ref(), count, loc))
    }

    fn arg_annotation(
        &mut self,
        name: Name,
        annotation: Option<&'t Expr<'a>>,
        count: &mut u32,
        loc: Loc,
    ) -> Emit {
        let Some(annotation) = annotation else {
            return Ok(());
        };
        let mangled = self.mangle(name);
        self.load_name_constant(mangled, loc);
        if self.future_annotations() {
            self.annotation_text(annotation);
        } else if let Expr::Starred(starred) = annotation {
            // `*args: *Ts` means the one item of `[*Ts]`.
            self.expr(&starred.value)?;
            self.op_arg(Opcode::UnpackSequence, 1, loc);
        } else {
            self.expr(annotation)?;
        }
        *count += 2;
        Ok(())
    }

    /// Loads an annotation as text (`compiler_visit_annexpr`).
    fn annotation_text(&mut self, annotation: &'t Expr<'a>) {
        let text = crate::unparse::expression(annotation, self.names);
        let text = self.arena.alloc_slice_copy(text.as_slice());
        self.load_const(Constant::Str(text), annotation.loc().into());
    }

    /// Emits `target: annotation = value` (`compiler_annassign`).
    pub(super) fn ann_assign(&mut self, node: &'t AnnAssign<'a>) -> Emit {
        let loc = Loc::from(node.loc);
        if let Some(value) = &node.value {
            self.expr(value)?;
            self.expr(&node.target)?;
        }
        match &node.target {
            Expr::Name(target) => {
                self.check_name(target.id, hognose_ast::ExprContext::Store, loc)?;
                if node.simple && self.evaluates_annotations() {
                    if self.future_annotations() {
                        self.annotation_text(&node.annotation);
                    } else {
                        self.expr(&node.annotation)?;
                    }
                    self.op_name(Opcode::LoadName, known::MODULE_ANNOTATIONS, loc);
                    let mangled = self.mangle(target.id);
                    self.load_name_constant(mangled, loc);
                    self.op(Opcode::StoreSubscr, loc);
                }
            }
            Expr::Attribute(target) => {
                self.check_name(target.attr, hognose_ast::ExprContext::Store, loc)?;
                if node.value.is_none() {
                    self.check_evaluates(&target.value)?;
                }
            }
            Expr::Subscript(target) => {
                if node.value.is_none() {
                    self.check_evaluates(&target.value)?;
                    self.check_subscript_evaluates(&target.slice)?;
                }
            }
            // The parser refuses other targets.
            _ => return self.error("illegal target for annotation", loc),
        }
        if !node.simple && !self.future_annotations() && self.evaluates_annotations() {
            self.check_evaluates(&node.annotation)?;
        }
        Ok(())
    }

    /// Evaluates an expression for nothing but its errors (`check_ann_expr`).
    fn check_evaluates(&mut self, expr: &'t Expr<'a>) -> Emit {
        self.expr(expr)?;
        self.op(Opcode::PopTop, expr.loc().into());
        Ok(())
    }

    /// Does so with all parts of a subscript (`check_ann_subscr`).
    fn check_subscript_evaluates(&mut self, index: &'t Expr<'a>) -> Emit {
        match index {
            Expr::Slice(slice) => [&slice.lower, &slice.upper, &slice.step]
                .into_iter()
                .flatten()
                .try_for_each(|part| self.check_evaluates(part)),
            Expr::Tuple(tuple) => tuple
                .elts
                .iter()
                .try_for_each(|item| self.check_subscript_evaluates(item)),
            _ => self.check_evaluates(index),
        }
    }
}
