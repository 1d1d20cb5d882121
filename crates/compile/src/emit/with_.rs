//! `with` and `async with`.

use hognose_ast::{Stmt, WithItem};
use hognose_bytecode::Opcode;

use super::block::BlockType;
use super::{Emit, Emitter};
use crate::ir::{Label, Loc, NO_LOCATION};

impl<'t, 'a> Emitter<'t, 'a> {
    /// Emits the first item, and around the body the others (`compiler_with`).
    pub(super) fn with(
        &mut self,
        items: &'t [WithItem<'a>],
        body: &'t [Stmt<'a>],
        loc: Loc,
    ) -> Emit {
        let Some((item, inner)) = items.split_first() else {
            return self.stmts(body);
        };
        let block = self.new_label();
        let last = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(&item.context_expr)?;
        let statement = loc;
        let loc = self.item_loc(item, statement);
        self.op(Opcode::BeforeWith, loc);
        self.jump(Opcode::SetupWith, last, loc);
        self.use_label(block);
        self.push_block(BlockType::With(loc), block, last, loc)?;
        match &item.optional_vars {
            Some(target) => self.expr(target)?,
            None => self.op(Opcode::PopTop, loc),
        }
        self.with(inner, body, statement)?;
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.pop_block();
        self.call_exit_with_nones(loc);
        self.op(Opcode::PopTop, loc);
        self.jump(Opcode::Jump, exit, loc);

        self.use_label(last);
        self.jump(Opcode::SetupCleanup, cleanup, loc);
        self.op(Opcode::PushExcInfo, loc);
        self.op(Opcode::WithExceptStart, loc);
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }

    /// Emits the first item of an `async with`, and around the body the others (`compiler_async_with`).
    pub(super) fn async_with(
        &mut self,
        items: &'t [WithItem<'a>],
        body: &'t [Stmt<'a>],
        loc: Loc,
    ) -> Emit {
        let Some((item, inner)) = items.split_first() else {
            return self.stmts(body);
        };
        self.require_async("'async with' outside async function", loc)?;
        let block = self.new_label();
        let last = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(&item.context_expr)?;
        let statement = loc;
        let loc = self.item_loc(item, statement);
        self.op(Opcode::BeforeAsyncWith, loc);
        self.await_value(1, loc);
        self.jump(Opcode::SetupWith, last, loc);
        self.use_label(block);
        self.push_block(BlockType::AsyncWith(loc), block, last, loc)?;
        match &item.optional_vars {
            Some(target) => self.expr(target)?,
            None => self.op(Opcode::PopTop, loc),
        }
        self.async_with(inner, body, statement)?;
        self.pop_block();
        self.op(Opcode::PopBlock, loc);
        self.call_exit_with_nones(loc);
        self.await_value(2, loc);
        self.op(Opcode::PopTop, loc);
        self.jump(Opcode::Jump, exit, loc);

        self.use_label(last);
        self.jump(Opcode::SetupCleanup, cleanup, loc);
        self.op(Opcode::PushExcInfo, loc);
        self.op(Opcode::WithExceptStart, loc);
        self.await_value(2, loc);
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }

    /// Where the instructions of an item stand.
    fn item_loc(&self, item: &WithItem, statement: Loc) -> Loc {
        if self.features.clause_places {
            item.context_expr.loc().into()
        } else {
            statement
        }
    }

    /// Reraises unless `__exit__` said to swallow the exception (`compiler_with_except_finish`).
    fn with_except_finish(&mut self, cleanup: Label) {
        let suppress = self.new_label();
        self.make_bool(NO_LOCATION);
        self.jump(Opcode::PopJumpIfTrue, suppress, NO_LOCATION);
        self.op_arg(Opcode::Reraise, 2, NO_LOCATION);
        self.use_label(suppress);
        self.op(Opcode::PopTop, NO_LOCATION);
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.op(Opcode::PopExcept, NO_LOCATION);
        self.op(Opcode::PopTop, NO_LOCATION);
        self.op(Opcode::PopTop, NO_LOCATION);
        let exit = self.new_label();
        self.jump_ahead(exit);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(exit);
    }
}
