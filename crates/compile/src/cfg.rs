//! The control-flow graph between emission and assembly.
//!
//! Mirrors `basicblock` and `cfg_builder` of CPython 3.12's `flowgraph.c`. Blocks live in one vector and form a list through
//! [`Block::next`]; their instructions are ranges of one shared vector, so that a code unit costs two allocations.

use crate::ir::Loc;
use hognose_bytecode::Opcode;

use crate::assemble::AssembleError;
use crate::ir::InstrSequence;

/// Names a block of a [`Cfg`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockId(u32);

impl BlockId {
    /// No block: the end of the list, or no handler.
    pub const NONE: BlockId = BlockId(u32::MAX);

    /// Whether this names a block.
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }

    /// Whether this names no block.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }
}

/// A label number; CPython's `NO_LABEL` is -1.
pub const NO_LABEL: i32 = -1;

/// An instruction inside the graph (`cfg_instr`).
#[derive(Clone, Copy, Debug)]
pub struct CfgInstr {
    pub op: Opcode,
    /// For jumps the label number until jumps are resolved: the fixpoint of jump sizes starts from it.
    pub oparg: u32,
    pub loc: Loc,
    /// Where a jump or a block push aims.
    pub target: BlockId,
    /// The handler of an exception raised here.
    pub except: BlockId,
}

impl CfgInstr {
    /// Makes an instruction that aims nowhere.
    pub fn new(op: Opcode, oparg: u32, loc: Loc) -> Self {
        Self {
            op,
            oparg,
            loc,
            target: BlockId::NONE,
            except: BlockId::NONE,
        }
    }

    /// Turns this into a `NOP` that keeps its place (`INSTR_SET_OP0`).
    pub fn set_nop(&mut self) {
        self.op = Opcode::Nop;
        self.oparg = 0;
    }
}

/// A basic block: its instructions are `start..start + len` of the shared vector.
#[derive(Clone, Copy, Debug)]
pub struct Block {
    start: u32,
    len: u32,
    pub next: BlockId,
    pub label: i32,
    /// Stack depth at entry; `i32::MIN` until it is known.
    pub start_depth: i32,
    pub predecessors: u32,
    /// Offset in code units, once jumps are resolved.
    pub offset: u32,
    /// Locals below 64 that may be unbound at entry.
    pub unsafe_locals: u64,
    pub visited: bool,
    pub except_handler: bool,
    pub preserve_lasti: bool,
    pub warm: bool,
    pub cold: bool,
}

/// The blocks of one code unit.
#[derive(Debug)]
pub struct Cfg {
    blocks: Vec<Block>,
    instrs: Vec<CfgInstr>,
    pub entry: BlockId,
    /// A stack of blocks for the passes that walk the graph.
    pub scratch: Vec<BlockId>,
}

impl Default for Cfg {
    fn default() -> Self {
        Self {
            blocks: Vec::new(),
            instrs: Vec::new(),
            entry: BlockId::NONE,
            scratch: Vec::new(),
        }
    }
}

impl Cfg {
    /// Rebuilds the graph from a sequence, keeping the memory (`instr_sequence_to_cfg`, `translate_jump_labels_to_targets`).
    pub fn build(&mut self, seq: &InstrSequence) -> Result<(), AssembleError> {
        self.blocks.clear();
        self.instrs.clear();
        self.entry = self.new_block();

        let instrs = seq.instrs();
        // Of several labels at one offset the last one stands for all.
        let mut label_at = vec![NO_LABEL; instrs.len()];
        let mut label_count = 0;
        for (label, offset) in seq.placed_labels() {
            *label_at.get_mut(offset).ok_or(AssembleError::LabelAtEnd)? = label.0 as i32;
            label_count = label.0 as usize + 1;
        }
        let mut block_of_label = vec![BlockId::NONE; label_count];

        let mut current = self.entry;
        for (instr, &label) in instrs.iter().zip(&label_at) {
            let last = self.last(current).map(|last| last.op);
            let starts_block = last.is_some_and(is_terminator)
                || (label != NO_LABEL && (last.is_some() || self.block(current).label != NO_LABEL));
            if starts_block {
                let block = self.new_block();
                self.block_mut(current).next = block;
                current = block;
            }
            if label != NO_LABEL {
                self.block_mut(current).label = label;
                if let Some(slot) = block_of_label.get_mut(label as usize) {
                    *slot = current;
                }
            }
            let mut oparg = instr.oparg;
            if has_target(instr.op) {
                let offset = seq
                    .label_offset(crate::ir::Label(oparg))
                    .ok_or(AssembleError::UnplacedLabel)?;
                oparg = *label_at.get(offset).ok_or(AssembleError::LabelAtEnd)? as u32;
            }
            self.push(current, CfgInstr::new(instr.op, oparg, instr.loc));
        }
        for instr in &mut self.instrs {
            if has_target(instr.op) {
                instr.target = block_of_label
                    .get(instr.oparg as usize)
                    .copied()
                    .unwrap_or(BlockId::NONE);
                if instr.target.is_none() {
                    return Err(AssembleError::UnplacedLabel);
                }
            }
        }
        Ok(())
    }

    /// Adds an empty block that is not in the list yet.
    pub fn new_block(&mut self) -> BlockId {
        let id = BlockId(self.blocks.len() as u32);
        self.blocks.push(Block {
            start: self.instrs.len() as u32,
            len: 0,
            next: BlockId::NONE,
            label: NO_LABEL,
            start_depth: i32::MIN,
            predecessors: 0,
            offset: 0,
            unsafe_locals: 0,
            visited: false,
            except_handler: false,
            preserve_lasti: false,
            warm: false,
            cold: false,
        });
        id
    }

    /// Shared view of a block.
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id.0 as usize]
    }

    /// Mutable view of a block.
    pub fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.0 as usize]
    }

    /// The block after this one in the list.
    pub fn next(&self, id: BlockId) -> BlockId {
        self.block(id).next
    }

    /// The number of instructions of a block.
    pub fn len(&self, id: BlockId) -> usize {
        self.block(id).len as usize
    }

    /// Whether a block has no instructions.
    pub fn is_empty(&self, id: BlockId) -> bool {
        self.block(id).len == 0
    }

    /// A block's instructions.
    pub fn instrs(&self, id: BlockId) -> &[CfgInstr] {
        let block = self.block(id);
        &self.instrs[block.start as usize..(block.start + block.len) as usize]
    }

    /// A block's instructions, to change.
    pub fn instrs_mut(&mut self, id: BlockId) -> &mut [CfgInstr] {
        let block = self.blocks[id.0 as usize];
        &mut self.instrs[block.start as usize..(block.start + block.len) as usize]
    }

    /// The first instruction of a block.
    pub fn first(&self, id: BlockId) -> Option<&CfgInstr> {
        self.instrs(id).first()
    }

    /// The last instruction of a block (`_PyCfg_BasicblockLastInstr`).
    pub fn last(&self, id: BlockId) -> Option<&CfgInstr> {
        self.instrs(id).last()
    }

    /// The last instruction of a block, to change.
    pub fn last_mut(&mut self, id: BlockId) -> Option<&mut CfgInstr> {
        self.instrs_mut(id).last_mut()
    }

    /// Drops a block's instructions behind the first `len`.
    pub fn truncate(&mut self, id: BlockId, len: usize) {
        let block = self.block_mut(id);
        block.len = block.len.min(len as u32);
    }

    /// Appends an instruction to a block.
    pub fn push(&mut self, id: BlockId, instr: CfgInstr) {
        self.move_to_end(id);
        self.instrs.push(instr);
        self.block_mut(id).len += 1;
    }

    /// Appends a copy of another block's instructions (`basicblock_append_instructions`).
    pub fn append_copy(&mut self, to: BlockId, from: BlockId) {
        self.move_to_end(to);
        let Block { start, len, .. } = *self.block(from);
        self.instrs
            .extend_from_within(start as usize..(start + len) as usize);
        self.block_mut(to).len += len;
    }

    /// Puts instructions before the first one of a block.
    pub fn prepend(&mut self, id: BlockId, prefix: &[CfgInstr]) {
        let Block {
            start: old, len, ..
        } = *self.block(id);
        let start = self.instrs.len() as u32;
        self.instrs.extend_from_slice(prefix);
        self.instrs
            .extend_from_within(old as usize..(old + len) as usize);
        let block = self.block_mut(id);
        block.start = start;
        block.len = len + prefix.len() as u32;
    }

    /// Whether control can run from the end of a block into the next (`BB_HAS_FALLTHROUGH`).
    pub fn has_fallthrough(&self, id: BlockId) -> bool {
        !self
            .last(id)
            .is_some_and(|last| is_unconditional_jump(last.op) || is_scope_exit(last.op))
    }

    /// Whether a block ends by leaving the code (`basicblock_exits_scope`).
    pub fn exits_scope(&self, id: BlockId) -> bool {
        self.last(id).is_some_and(|last| is_scope_exit(last.op))
    }

    /// The blocks in list order.
    pub fn in_order(&self) -> InOrder<'_> {
        InOrder {
            cfg: self,
            at: self.entry,
        }
    }

    /// The largest label number in use (`get_max_label`).
    pub fn max_label(&self) -> i32 {
        self.in_order()
            .map(|id| self.block(id).label)
            .max()
            .unwrap_or(NO_LABEL)
    }

    /// Takes the scratch stack, with every listed block marked unvisited (`make_cfg_traversal_stack`).
    pub fn start_walk(&mut self) -> Vec<BlockId> {
        let mut at = self.entry;
        while at.is_some() {
            let block = self.block_mut(at);
            block.visited = false;
            at = block.next;
        }
        let mut stack = std::mem::take(&mut self.scratch);
        stack.clear();
        stack
    }

    /// Gives the scratch stack back.
    pub fn end_walk(&mut self, stack: Vec<BlockId>) {
        self.scratch = stack;
    }

    /// Moves a block's instructions to the end of the shared vector, so that it can grow.
    fn move_to_end(&mut self, id: BlockId) {
        let Block { start, len, .. } = *self.block(id);
        let end = self.instrs.len() as u32;
        if start + len != end {
            self.instrs
                .extend_from_within(start as usize..(start + len) as usize);
            self.block_mut(id).start = end;
        }
    }
}

/// Walks the list of blocks.
pub struct InOrder<'cfg> {
    cfg: &'cfg Cfg,
    at: BlockId,
}

impl Iterator for InOrder<'_> {
    type Item = BlockId;

    fn next(&mut self) -> Option<BlockId> {
        let id = self.at;
        if id.is_none() {
            return None;
        }
        self.at = self.cfg.next(id);
        Some(id)
    }
}

/// Whether the opcode opens a handler's range (`IS_BLOCK_PUSH_OPCODE`).
pub fn is_block_push(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::SetupFinally | Opcode::SetupWith | Opcode::SetupCleanup
    )
}

/// Whether the opcode jumps (`IS_JUMP_OPCODE`).
pub fn is_jump(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::ForIter
            | Opcode::Send
            | Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfNotNone
    ) || is_unconditional_jump(op)
}

/// Whether the opcode jumps always (`IS_UNCONDITIONAL_JUMP_OPCODE`).
pub fn is_unconditional_jump(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::Jump
            | Opcode::JumpNoInterrupt
            | Opcode::JumpForward
            | Opcode::JumpBackward
            | Opcode::JumpBackwardNoInterrupt
    )
}

/// Whether the opcode leaves the code (`IS_SCOPE_EXIT_OPCODE`).
pub fn is_scope_exit(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::ReturnValue | Opcode::ReturnConst | Opcode::RaiseVarargs | Opcode::Reraise
    )
}

/// Whether the opcode ends a block (`IS_TERMINATOR_OPCODE`).
pub fn is_terminator(op: Opcode) -> bool {
    is_jump(op) || is_scope_exit(op)
}

/// Whether the opcode aims at a label (`HAS_TARGET`).
pub fn has_target(op: Opcode) -> bool {
    is_jump(op) || is_block_push(op)
}

/// Whether the oparg is an index of the constants (`HAS_CONST`).
pub fn has_const(op: Opcode) -> bool {
    matches!(
        op,
        Opcode::LoadConst | Opcode::ReturnConst | Opcode::KwNames
    )
}
