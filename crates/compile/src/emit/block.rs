//! Frame blocks: what must be undone when control leaves a loop, a `try` or a `with` early.

use hognose_ast::{Constant, Name, Stmt};
use hognose_bytecode::Opcode;

use super::{Emit, Emitter};
use crate::ir::{Label, Loc, NO_LOCATION};

/// The kinds of `enum fblocktype`, each with what its unwinding needs (`fb_datum`).
#[derive(Clone, Copy, Debug)]
pub(super) enum BlockType<'t, 'a> {
    WhileLoop,
    ForLoop,
    TryExcept,
    /// With the `finally` body.
    FinallyTry(&'t [Stmt<'a>]),
    FinallyEnd,
    /// With the place of the statement.
    With(Loc),
    AsyncWith(Loc),
    /// With the name that the handler binds.
    HandlerCleanup(Option<Name>),
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
    /// The handler around a generator's body, which only counts.
    StopIteration,
}

/// One open block (`struct fblockinfo`).
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameBlock<'t, 'a> {
    pub kind: BlockType<'t, 'a>,
    /// Where `continue` goes.
    pub start: Label,
    /// Where `break` goes.
    pub exit: Label,
}

/// Stands for no label (`NO_LABEL`); the sequence never gives it out.
pub(super) const NO_LABEL: Label = Label(0);

impl<'t, 'a> Emitter<'t, 'a> {
    pub(super) fn push_block(
        &mut self,
        kind: BlockType<'t, 'a>,
        start: Label,
        exit: Label,
        loc: Loc,
    ) -> Emit {
        if self.u.blocks.len() >= self.features.max_blocks {
            return self.error("too many statically nested blocks", loc);
        }
        self.u.blocks.push(FrameBlock { kind, start, exit });
        Ok(())
    }

    pub(super) fn pop_block(&mut self) {
        self.u.blocks.pop();
    }

    /// Calls the `__exit__` on the stack with three Nones (`compiler_call_exit_with_nones`).
    pub(super) fn call_exit_with_nones(&mut self, loc: Loc) {
        self.load_const(Constant::None, loc);
        self.load_const(Constant::None, loc);
        self.load_const(Constant::None, loc);
        self.op_arg(Opcode::Call, 2, loc);
    }

    /// Waits for the awaitable on the stack; `kind` is the oparg of `GET_AWAITABLE`.
    pub(super) fn await_value(&mut self, kind: u32, loc: Loc) {
        self.op_arg(Opcode::GetAwaitable, kind, loc);
        self.load_const(Constant::None, loc);
        self.yield_from(true, loc);
    }

    /// Delegates to the iterator on the stack (`compiler_add_yield_from`).
    pub(super) fn yield_from(&mut self, is_await: bool, loc: Loc) {
        let send = self.new_label();
        let fail = self.new_label();
        let exit = self.new_label();
        self.use_label(send);
        self.jump(Opcode::Send, exit, loc);
        // Only a StopIteration raised by `close` or `throw` comes to `fail`.
        self.jump(Opcode::SetupFinally, fail, loc);
        // In 3.12 a later pass writes the depth here.
        self.op_arg(Opcode::YieldValue, 1, loc);
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.op_arg(Opcode::Resume, if is_await { 3 } else { 2 }, loc);
        self.jump(Opcode::JumpNoInterrupt, send, loc);
        self.use_label(fail);
        self.op(Opcode::CleanupThrow, loc);
        self.use_label(exit);
        self.op(Opcode::EndSend, loc);
    }

    pub(super) fn pop_except_and_reraise(&mut self, loc: Loc) {
        self.op_arg(Opcode::Copy, 3, loc);
        self.op(Opcode::PopExcept, loc);
        self.op_arg(Opcode::Reraise, 1, loc);
    }

    /// Leaves one block; with `preserve_tos` the value on top of the stack survives (`compiler_unwind_fblock`).
    pub(super) fn unwind_block(
        &mut self,
        kind: BlockType<'t, 'a>,
        preserve_tos: bool,
        loc: &mut Loc,
    ) -> Emit {
        match kind {
            BlockType::WhileLoop
            | BlockType::ExceptionHandler
            | BlockType::ExceptionGroupHandler
            | BlockType::StopIteration
            | BlockType::AsyncComprehensionGenerator => {}
            BlockType::ForLoop | BlockType::PopValue => {
                if preserve_tos {
                    self.op_arg(Opcode::Swap, 2, *loc);
                }
                self.op(Opcode::PopTop, *loc);
            }
            BlockType::TryExcept => self.op(Opcode::PopBlock, *loc),
            BlockType::FinallyTry(finalbody) => {
                self.op(Opcode::PopBlock, *loc);
                if preserve_tos {
                    self.push_block(BlockType::PopValue, NO_LABEL, NO_LABEL, *loc)?;
                }
                self.stmts(finalbody)?;
                if preserve_tos {
                    self.pop_block();
                }
                // The finally body seems to run after the statement that leaves, so what follows is artificial.
                *loc = NO_LOCATION;
            }
            BlockType::FinallyEnd => {
                if preserve_tos {
                    self.op_arg(Opcode::Swap, 2, *loc);
                }
                self.op(Opcode::PopTop, *loc);
                if preserve_tos {
                    self.op_arg(Opcode::Swap, 2, *loc);
                }
                self.op(Opcode::PopBlock, *loc);
                self.op(Opcode::PopExcept, *loc);
            }
            BlockType::With(statement) | BlockType::AsyncWith(statement) => {
                *loc = statement;
                self.op(Opcode::PopBlock, *loc);
                if preserve_tos {
                    self.op_arg(Opcode::Swap, 2, *loc);
                }
                self.call_exit_with_nones(*loc);
                if matches!(kind, BlockType::AsyncWith(_)) {
                    self.await_value(2, *loc);
                }
                self.op(Opcode::PopTop, *loc);
                *loc = NO_LOCATION;
            }
            BlockType::HandlerCleanup(name) => {
                if name.is_some() {
                    self.op(Opcode::PopBlock, *loc);
                }
                if preserve_tos {
                    self.op_arg(Opcode::Swap, 2, *loc);
                }
                self.op(Opcode::PopBlock, *loc);
                self.op(Opcode::PopExcept, *loc);
                if let Some(name) = name {
                    self.unbind(name, *loc)?;
                }
            }
        }
        Ok(())
    }

    /// `name = None; del name`, as at the end of an `except … as name`.
    pub(super) fn unbind(&mut self, name: Name, loc: Loc) -> Emit {
        self.load_const(Constant::None, loc);
        self.store_name(name, loc)?;
        self.delete_name(name, loc)
    }

    /// Leaves all blocks, or those inside the innermost loop, which is the answer then
    /// (`compiler_unwind_fblock_stack`).
    pub(super) fn unwind_blocks(
        &mut self,
        preserve_tos: bool,
        to_loop: bool,
        loc: &mut Loc,
    ) -> Emit<Option<FrameBlock<'t, 'a>>> {
        let Some(&top) = self.u.blocks.last() else {
            return Ok(None);
        };
        if matches!(top.kind, BlockType::ExceptionGroupHandler) {
            return self.error(
                "'break', 'continue' and 'return' cannot appear in an except* block",
                *loc,
            );
        }
        if to_loop && matches!(top.kind, BlockType::WhileLoop | BlockType::ForLoop) {
            return Ok(Some(top));
        }
        // What unwinding emits, such as a finally body, is outside this block.
        self.u.blocks.pop();
        self.unwind_block(top.kind, preserve_tos, loc)?;
        let found = self.unwind_blocks(preserve_tos, to_loop, loc)?;
        self.u.blocks.push(top);
        Ok(found)
    }
}
