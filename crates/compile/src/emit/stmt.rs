//! Statements, but for the large families that have files of their own.

use hognose_ast::{
    Assert, Assign, AsyncFor, AugAssign, Constant, Expr, For, If, Return, Stmt, While,
};
use hognose_bytecode::Opcode;

use super::block::BlockType;
use super::try_::Try;
use super::{Emit, Emitter, UnitKind};
use crate::ir::{Loc, NO_LOCATION};

/// `CALL_INTRINSIC_1` of `INTRINSIC_PRINT`.
const INTRINSIC_PRINT: u32 = 1;

impl<'t, 'a> Emitter<'t, 'a> {
    pub(super) fn stmts(&mut self, stmts: &'t [Stmt<'a>]) -> Emit {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    /// Emits one statement (`compiler_visit_stmt`).
    pub(super) fn stmt(&mut self, stmt: &'t Stmt<'a>) -> Emit {
        match stmt {
            Stmt::FunctionDef(node) => self.function(node),
            Stmt::AsyncFunctionDef(node) => self.async_function(node),
            Stmt::ClassDef(node) => self.class(node),
            Stmt::TypeAlias(node) => self.type_alias(node),
            Stmt::Return(node) => self.return_(node),
            Stmt::Delete(node) => self.exprs(&*node.targets),
            Stmt::Assign(node) => self.assign(node),
            Stmt::AugAssign(node) => self.aug_assign(node),
            Stmt::AnnAssign(node) => self.ann_assign(node),
            Stmt::For(node) => self.for_(node),
            Stmt::AsyncFor(node) => self.async_for(node),
            Stmt::While(node) => self.while_(node),
            Stmt::If(node) => self.if_(node),
            Stmt::With(node) => self.with(&*node.items, &*node.body, node.loc.into()),
            Stmt::AsyncWith(node) => self.async_with(&*node.items, &*node.body, node.loc.into()),
            Stmt::Match(node) => self.match_(node),
            Stmt::Raise(node) => {
                let mut count = 0;
                if let Some(exc) = &node.exc {
                    self.expr(exc)?;
                    count += 1;
                    if let Some(cause) = &node.cause {
                        self.expr(cause)?;
                        count += 1;
                    }
                }
                self.op_arg(Opcode::RaiseVarargs, count, node.loc.into());
                Ok(())
            }
            Stmt::Try(node) => self.try_(&Try {
                body: &*node.body,
                handlers: &*node.handlers,
                orelse: &*node.orelse,
                finalbody: &*node.finalbody,
                loc: node.loc.into(),
            }),
            Stmt::TryStar(node) => self.try_star(&Try {
                body: &*node.body,
                handlers: &*node.handlers,
                orelse: &*node.orelse,
                finalbody: &*node.finalbody,
                loc: node.loc.into(),
            }),
            Stmt::Assert(node) => self.assert_(node),
            Stmt::Import(node) => self.import(node),
            Stmt::ImportFrom(node) => self.import_from(node),
            Stmt::Global(_) | Stmt::Nonlocal(_) => Ok(()),
            Stmt::Expr(node) => self.expr_stmt(&node.value, node.loc.into()),
            Stmt::Pass(node) => {
                self.op(Opcode::Nop, node.loc.into());
                Ok(())
            }
            Stmt::Break(node) => self.break_(node.loc.into()),
            Stmt::Continue(node) => self.continue_(node.loc.into()),
        }
    }

    fn expr_stmt(&mut self, value: &'t Expr<'a>, loc: Loc) -> Emit {
        if self.interactive && self.outer.is_empty() {
            self.expr(value)?;
            self.op_arg(Opcode::CallIntrinsic1, INTRINSIC_PRINT, loc);
        } else if let Expr::Constant(_) = value {
            self.op(Opcode::Nop, loc);
            return Ok(());
        } else {
            self.expr(value)?;
        }
        self.op(Opcode::PopTop, NO_LOCATION);
        Ok(())
    }

    fn assign(&mut self, node: &'t Assign<'a>) -> Emit {
        self.expr(&node.value)?;
        let last = node.targets.len().saturating_sub(1);
        for (at, target) in node.targets.iter().enumerate() {
            if at < last {
                self.op_arg(Opcode::Copy, 1, node.loc.into());
            }
            self.expr(target)?;
        }
        Ok(())
    }

    /// Emits `target op= value` (`compiler_augassign`).
    fn aug_assign(&mut self, node: &'t AugAssign<'a>) -> Emit {
        let target = Loc::from(node.target.loc());
        match &node.target {
            Expr::Attribute(attribute) => {
                self.expr(&attribute.value)?;
                self.op_arg(Opcode::Copy, 1, target);
                let loc = self.attr_loc(target, attribute);
                self.op_name(Opcode::LoadAttr, attribute.attr, loc);
            }
            Expr::Subscript(subscript) => {
                self.expr(&subscript.value)?;
                match &subscript.slice {
                    Expr::Slice(slice) if slice.step.is_none() => {
                        self.slice_parts(slice)?;
                        self.op_arg(Opcode::Copy, 3, target);
                        self.op_arg(Opcode::Copy, 3, target);
                        self.op_arg(Opcode::Copy, 3, target);
                        self.op(Opcode::BinarySlice, target);
                    }
                    slice => {
                        self.expr(slice)?;
                        self.op_arg(Opcode::Copy, 2, target);
                        self.op_arg(Opcode::Copy, 2, target);
                        self.op(Opcode::BinarySubscr, target);
                    }
                }
            }
            Expr::Name(name) => self.load_name(name.id, target)?,
            // The parser refuses other targets.
            _ => return self.error("illegal expression for augmented assignment", target),
        }
        self.expr(&node.value)?;
        self.inplace_op(node.op, node.loc.into());
        match &node.target {
            Expr::Attribute(attribute) => {
                let loc = self.attr_loc(target, attribute);
                self.op_arg(Opcode::Swap, 2, loc);
                self.op_name(Opcode::StoreAttr, attribute.attr, loc);
            }
            Expr::Subscript(subscript) => match &subscript.slice {
                Expr::Slice(slice) if slice.step.is_none() => {
                    self.op_arg(Opcode::Swap, 4, target);
                    self.op_arg(Opcode::Swap, 3, target);
                    self.op_arg(Opcode::Swap, 2, target);
                    self.op(Opcode::StoreSlice, target);
                }
                _ => {
                    self.op_arg(Opcode::Swap, 3, target);
                    self.op_arg(Opcode::Swap, 2, target);
                    self.op(Opcode::StoreSubscr, target);
                }
            },
            Expr::Name(name) => self.store_name(name.id, target)?,
            _ => {}
        }
        Ok(())
    }

    fn if_(&mut self, node: &'t If<'a>) -> Emit {
        let end = self.new_label();
        let next = if node.orelse.is_empty() {
            end
        } else {
            self.new_label()
        };
        self.jump_if(&node.test, next, false)?;
        self.stmts(&*node.body)?;
        if !node.orelse.is_empty() {
            self.jump_ahead(end);
            self.use_label(next);
            self.stmts(&*node.orelse)?;
        }
        self.use_label(end);
        Ok(())
    }

    fn for_(&mut self, node: &'t For<'a>) -> Emit {
        let mut loc = node.loc.into();
        let start = self.new_label();
        let body = self.new_label();
        let cleanup = self.new_label();
        let end = self.new_label();
        self.push_block(BlockType::ForLoop, start, end, loc)?;
        self.expr(&node.iter)?;
        if self.features.clause_places {
            loc = node.iter.loc().into();
        }
        self.op(Opcode::GetIter, loc);
        self.use_label(start);
        self.jump(Opcode::ForIter, cleanup, loc);
        if self.features.clause_places {
            // For the tracing of a `for` on several lines.
            self.op(Opcode::Nop, node.target.loc().into());
        }
        self.use_label(body);
        self.expr(&node.target)?;
        self.stmts(&*node.body)?;
        self.jump(Opcode::Jump, start, NO_LOCATION);
        self.use_label(cleanup);
        self.end_for();
        self.pop_block();
        self.stmts(&*node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    /// Ends the loop over an iterator.
    pub(super) fn end_for(&mut self) {
        self.op(Opcode::EndFor, NO_LOCATION);
        if self.features.end_for_pops_one {
            self.op(Opcode::PopTop, NO_LOCATION);
        }
    }

    fn async_for(&mut self, node: &'t AsyncFor<'a>) -> Emit {
        let loc = node.loc.into();
        self.require_async("'async for' outside async function", loc)?;
        let start = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        self.expr(&node.iter)?;
        let iter_loc = if self.features.clause_places {
            node.iter.loc().into()
        } else {
            loc
        };
        self.op(Opcode::GetAiter, iter_loc);
        self.use_label(start);
        self.push_block(BlockType::ForLoop, start, end, loc)?;
        self.jump(Opcode::SetupFinally, except, loc);
        self.op(Opcode::GetAnext, loc);
        self.load_const(Constant::None, loc);
        self.yield_from(true, loc);
        self.op(Opcode::PopBlock, loc);
        self.expr(&node.target)?;
        self.stmts(&*node.body)?;
        self.jump(Opcode::Jump, start, NO_LOCATION);
        self.pop_block();
        self.use_label(except);
        // The line of the iterator: this ends the `for`, not its body.
        self.op(Opcode::EndAsyncFor, node.iter.loc().into());
        self.stmts(&*node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    /// Refuses an `async` statement outside of an async function, but for a host that allows it at top level.
    pub(super) fn require_async(&mut self, message: &str, loc: Loc) -> Emit {
        if self.is_top_level_await() {
            let scope = self.u.scope;
            self.table[scope].coroutine = true;
        } else if self.u.kind != UnitKind::AsyncFunction {
            return self.error(message, loc);
        }
        Ok(())
    }

    fn while_(&mut self, node: &'t While<'a>) -> Emit {
        let loc = node.loc.into();
        let top = self.new_label();
        let body = self.new_label();
        let end = self.new_label();
        let anchor = self.new_label();
        self.use_label(top);
        self.push_block(BlockType::WhileLoop, top, end, loc)?;
        self.jump_if(&node.test, anchor, false)?;
        self.use_label(body);
        self.stmts(&*node.body)?;
        self.jump_if(&node.test, body, true)?;
        self.pop_block();
        self.use_label(anchor);
        self.stmts(&*node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn return_(&mut self, node: &'t Return<'a>) -> Emit {
        let mut loc = Loc::from(node.loc);
        let constant = match &node.value {
            Some(Expr::Constant(constant)) => Some(constant),
            _ => None,
        };
        let preserve_tos = node.value.is_some() && constant.is_none();
        if !self.u.function_like {
            return self.error("'return' outside function", loc);
        }
        let scope = self.scope();
        if node.value.is_some() && scope.coroutine && scope.generator {
            return self.error("'return' with value in async generator", loc);
        }
        match &node.value {
            Some(value) if preserve_tos => self.expr(value)?,
            Some(value) => {
                loc = value.loc().into();
                self.op(Opcode::Nop, loc);
            }
            None => {}
        }
        if node
            .value
            .as_ref()
            .is_none_or(|value| value.loc().line != node.loc.line)
        {
            loc = node.loc.into();
            self.op(Opcode::Nop, loc);
        }
        self.unwind_blocks(preserve_tos, false, &mut loc)?;
        if let Some(constant) = constant {
            self.load_const(constant.value, loc);
        } else if node.value.is_none() {
            self.load_const(Constant::None, loc);
        }
        self.op(Opcode::ReturnValue, loc);
        Ok(())
    }

    fn break_(&mut self, origin: Loc) -> Emit {
        let mut loc = origin;
        self.op(Opcode::Nop, loc);
        let Some(found) = self.unwind_blocks(false, true, &mut loc)? else {
            return self.error("'break' outside loop", origin);
        };
        self.unwind_block(found.kind, false, &mut loc)?;
        self.jump(Opcode::Jump, found.exit, loc);
        Ok(())
    }

    fn continue_(&mut self, origin: Loc) -> Emit {
        let mut loc = origin;
        self.op(Opcode::Nop, loc);
        let Some(found) = self.unwind_blocks(false, true, &mut loc)? else {
            return self.error("'continue' not properly in loop", origin);
        };
        self.jump(Opcode::Jump, found.start, loc);
        Ok(())
    }

    fn assert_(&mut self, node: &'t Assert<'a>) -> Emit {
        let loc = node.loc.into();
        let always_true = match &node.test {
            Expr::Tuple(tuple) => !tuple.elts.is_empty(),
            Expr::Constant(constant) => {
                matches!(constant.value, Constant::Tuple(items) if !items.is_empty())
            }
            _ => false,
        };
        if always_true {
            self.warn("assertion is always true, perhaps remove parentheses?", loc);
        }
        if self.options.optimise > 0 {
            return Ok(());
        }
        let end = self.new_label();
        self.jump_if(&node.test, end, true)?;
        self.op(Opcode::LoadAssertionError, loc);
        if let Some(msg) = &node.msg {
            self.expr(msg)?;
            self.op_arg(Opcode::Call, 0, loc);
        }
        let raise_loc = if self.features.clause_places {
            node.test.loc().into()
        } else {
            loc
        };
        self.op_arg(Opcode::RaiseVarargs, 1, raise_loc);
        self.use_label(end);
        Ok(())
    }
}
