//! `try` in all its forms.

use hognose_ast::{ExceptHandler, Stmt};
use hognose_bytecode::Opcode;

use super::block::{BlockType, NO_LABEL};
use super::{Emit, Emitter};
use crate::ir::{Label, Loc, NO_LOCATION};

/// `CALL_INTRINSIC_2` of `INTRINSIC_PREP_RERAISE_STAR`.
const INTRINSIC_PREP_RERAISE_STAR: u32 = 1;

/// What `try` and `try … except*` share.
pub(super) struct Try<'t, 'a> {
    pub body: &'t [Stmt<'a>],
    pub handlers: &'t [ExceptHandler<'a>],
    pub orelse: &'t [Stmt<'a>],
    pub finalbody: &'t [Stmt<'a>],
    pub loc: Loc,
}

impl<'t, 'a> Emitter<'t, 'a> {
    pub(super) fn try_(&mut self, node: &Try<'t, 'a>) -> Emit {
        if node.finalbody.is_empty() {
            self.try_except(node)
        } else {
            self.try_finally(node, Self::try_except)
        }
    }

    pub(super) fn try_star(&mut self, node: &Try<'t, 'a>) -> Emit {
        if node.finalbody.is_empty() {
            self.try_star_except(node)
        } else {
            self.try_finally(node, Self::try_star_except)
        }
    }

    /// Emits the body and its `finally`, the latter twice: once for either way of ending (`compiler_try_finally`,
    /// `compiler_try_star_finally`).
    fn try_finally(
        &mut self,
        node: &Try<'t, 'a>,
        except: fn(&mut Self, &Try<'t, 'a>) -> Emit,
    ) -> Emit {
        let body = self.new_label();
        let end = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.jump(Opcode::SetupFinally, end, node.loc);
        self.use_label(body);
        self.push_block(BlockType::FinallyTry(node.finalbody), body, end, node.loc)?;
        if node.handlers.is_empty() {
            self.stmts(node.body)?;
        } else {
            except(self, node)?;
        }
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.pop_block();
        self.stmts(node.finalbody)?;
        self.jump_ahead(exit);

        self.use_label(end);
        self.jump(Opcode::SetupCleanup, cleanup, NO_LOCATION);
        self.op(Opcode::PushExcInfo, NO_LOCATION);
        self.push_block(BlockType::FinallyEnd, end, NO_LABEL, NO_LOCATION)?;
        self.stmts(node.finalbody)?;
        self.pop_block();
        self.op_arg(Opcode::Reraise, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(exit);
        Ok(())
    }

    fn try_except(&mut self, node: &Try<'t, 'a>) -> Emit {
        let body = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        self.jump(Opcode::SetupFinally, except, node.loc);
        self.use_label(body);
        self.push_block(BlockType::TryExcept, body, NO_LABEL, node.loc)?;
        self.stmts(node.body)?;
        self.pop_block();
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.stmts(node.orelse)?;
        self.jump_ahead(end);

        self.use_label(except);
        self.jump(Opcode::SetupCleanup, cleanup, NO_LOCATION);
        self.op(Opcode::PushExcInfo, NO_LOCATION);
        self.push_block(BlockType::ExceptionHandler, NO_LABEL, NO_LABEL, node.loc)?;
        let last = node.handlers.len().saturating_sub(1);
        for (at, handler) in node.handlers.iter().enumerate() {
            if handler.r#type.is_none() && at < last {
                return self.error("default 'except:' must be last", handler.loc.into());
            }
            let next = self.new_label();
            self.handler(handler, next, end)?;
            self.use_label(next);
        }
        self.pop_block();
        self.op_arg(Opcode::Reraise, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(end);
        Ok(())
    }

    /// Emits one handler of a plain `try`.
    fn handler(&mut self, handler: &'t ExceptHandler<'a>, next: Label, end: Label) -> Emit {
        let loc = Loc::from(handler.loc);
        if let Some(matched) = &handler.r#type {
            self.expr(matched)?;
            self.op(Opcode::CheckExcMatch, loc);
            self.jump(Opcode::PopJumpIfFalse, next, loc);
        }
        let Some(name) = handler.name else {
            let cleanup_body = self.new_label();
            self.op(Opcode::PopTop, loc);
            self.use_label(cleanup_body);
            self.push_block(BlockType::HandlerCleanup(None), cleanup_body, NO_LABEL, loc)?;
            self.stmts(&*handler.body)?;
            self.pop_block();
            self.op(Opcode::PopBlock, NO_LOCATION);
            self.op(Opcode::PopExcept, NO_LOCATION);
            self.jump_ahead(end);
            return Ok(());
        };
        let cleanup_end = self.new_label();
        let cleanup_body = self.new_label();
        self.store_name(name, loc)?;
        // The body runs in a second try, whose finally unbinds the name.
        self.jump(Opcode::SetupCleanup, cleanup_end, loc);
        self.use_label(cleanup_body);
        self.push_block(
            BlockType::HandlerCleanup(Some(name)),
            cleanup_body,
            NO_LABEL,
            loc,
        )?;
        self.stmts(&*handler.body)?;
        self.pop_block();
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.op(Opcode::PopExcept, NO_LOCATION);
        self.unbind(name, NO_LOCATION)?;
        self.jump_ahead(end);

        self.use_label(cleanup_end);
        self.unbind(name, NO_LOCATION)?;
        self.op_arg(Opcode::Reraise, 1, NO_LOCATION);
        Ok(())
    }

    /// Emits a body with `except*` handlers; the stack holds the group, the list of what came of it, and the rest
    /// (`compiler_try_star_except`).
    fn try_star_except(&mut self, node: &Try<'t, 'a>) -> Emit {
        let body = self.new_label();
        let except = self.new_label();
        let orelse = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        let reraise_star = self.new_label();
        self.jump(Opcode::SetupFinally, except, node.loc);
        self.use_label(body);
        self.push_block(BlockType::TryExcept, body, NO_LABEL, node.loc)?;
        self.stmts(node.body)?;
        self.pop_block();
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.jump_ahead(orelse);

        self.use_label(except);
        self.jump(Opcode::SetupCleanup, cleanup, NO_LOCATION);
        self.op(Opcode::PushExcInfo, NO_LOCATION);
        self.push_block(
            BlockType::ExceptionGroupHandler,
            NO_LABEL,
            NO_LABEL,
            node.loc,
        )?;
        let last = node.handlers.len().saturating_sub(1);
        for (at, handler) in node.handlers.iter().enumerate() {
            self.star_handler(handler, at == 0)?;
            if at == last {
                // What no handler took, or None, joins the list.
                self.op_arg(Opcode::ListAppend, 1, NO_LOCATION);
                self.jump_ahead(reraise_star);
            }
        }
        self.pop_block();
        let reraise = self.new_label();
        self.use_label(reraise_star);
        self.op_arg(
            Opcode::CallIntrinsic2,
            INTRINSIC_PREP_RERAISE_STAR,
            NO_LOCATION,
        );
        self.op_arg(Opcode::Copy, 1, NO_LOCATION);
        self.jump(Opcode::PopJumpIfNotNone, reraise, NO_LOCATION);
        self.op(Opcode::PopTop, NO_LOCATION);
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.op(Opcode::PopExcept, NO_LOCATION);
        self.jump_ahead(end);

        self.use_label(reraise);
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.op_arg(Opcode::Swap, 2, NO_LOCATION);
        self.op(Opcode::PopExcept, NO_LOCATION);
        self.op_arg(Opcode::Reraise, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(orelse);
        self.stmts(node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn star_handler(&mut self, handler: &'t ExceptHandler<'a>, is_first: bool) -> Emit {
        let loc = Loc::from(handler.loc);
        let except = self.new_label();
        let except_with_error = self.new_label();
        let no_match = self.new_label();
        if is_first {
            self.op_arg(Opcode::BuildList, 0, loc);
            self.op_arg(Opcode::Copy, 2, loc);
        }
        if let Some(matched) = &handler.r#type {
            self.expr(matched)?;
            self.op(Opcode::CheckEgMatch, loc);
            self.op_arg(Opcode::Copy, 1, loc);
            self.jump(Opcode::PopJumpIfNone, no_match, loc);
        }
        let cleanup_end = self.new_label();
        let cleanup_body = self.new_label();
        match handler.name {
            Some(name) => self.store_name(name, loc)?,
            None => self.op(Opcode::PopTop, loc),
        }
        self.jump(Opcode::SetupCleanup, cleanup_end, loc);
        self.use_label(cleanup_body);
        self.push_block(
            BlockType::HandlerCleanup(handler.name),
            cleanup_body,
            NO_LABEL,
            loc,
        )?;
        self.stmts(&*handler.body)?;
        self.pop_block();
        self.op(Opcode::PopBlock, NO_LOCATION);
        if let Some(name) = handler.name {
            self.unbind(name, NO_LOCATION)?;
        }
        self.jump_ahead(except);

        self.use_label(cleanup_end);
        if let Some(name) = handler.name {
            self.unbind(name, NO_LOCATION)?;
        }
        // What the handler raised joins the list.
        self.op_arg(Opcode::ListAppend, 3, NO_LOCATION);
        self.op(Opcode::PopTop, NO_LOCATION);
        self.jump_ahead(except_with_error);

        self.use_label(except);
        self.op(Opcode::Nop, NO_LOCATION);
        self.jump_ahead(except_with_error);
        self.use_label(no_match);
        self.op(Opcode::PopTop, loc);
        self.use_label(except_with_error);
        Ok(())
    }
}
