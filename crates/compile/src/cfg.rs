//! The control-flow graph between emission and assembly.
//!
//! Mirrors `basicblock` and `cfg_builder` of CPython's `flowgraph.c`. Blocks live in one vector and form a list through
//! [`Block::next`]; their instructions are ranges of one shared vector, so that a code unit costs two allocations.

use std::ops::{Index, IndexMut};

use hognose_bytecode::Opcode;
use hognose_version::Passes;

use crate::assemble::AssembleError;
use crate::ir::{Instr, InstrSequence, Label, Loc};
use crate::op_facts::{
    has_target, is_block_push, is_scope_exit, is_structural, is_terminator, is_unconditional_jump,
    is_vanishing, stops, unbinds,
};

/// Names a block of a [`Cfg`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
    /// Size in code units without the jump at the end, once jumps are resolved.
    pub body_size: u32,
    /// Locals below 64 that may be unbound at entry.
    pub unsafe_locals: u64,
    /// Whether a handler's range may open inside; the only instructions but the last that aim anywhere.
    pub has_push: bool,
    /// Whether there may be a `NOP`.
    pub has_nop: bool,
    /// Whether there may be an opcode of the compiler's own.
    pub has_pseudo: bool,
    /// Whether there may be an instruction that leaves a local unbound.
    pub has_unbinding: bool,
    /// Whether there may be an instruction without a place.
    pub has_unplaced: bool,
    pub visited: bool,
    pub except_handler: bool,
    pub preserve_lasti: bool,
    pub warm: bool,
    pub cold: bool,
}

impl Block {
    fn new(start: u32) -> Self {
        Block {
            start,
            len: 0,
            next: BlockId::NONE,
            label: NO_LABEL,
            start_depth: i32::MIN,
            predecessors: 0,
            offset: 0,
            body_size: 0,
            unsafe_locals: 0,
            has_push: false,
            has_nop: false,
            has_pseudo: false,
            has_unbinding: false,
            has_unplaced: false,
            visited: false,
            except_handler: false,
            preserve_lasti: false,
            warm: false,
            cold: false,
        }
    }

    /// Whether the block has no instructions.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    fn range(&self) -> std::ops::Range<usize> {
        self.start as usize..(self.start + self.len) as usize
    }
}

/// The blocks, by their ids.
#[derive(Debug, Default)]
pub struct Blocks(Vec<Block>);

impl Index<BlockId> for Blocks {
    type Output = Block;

    fn index(&self, id: BlockId) -> &Block {
        &self.0[id.0 as usize]
    }
}

impl IndexMut<BlockId> for Blocks {
    fn index_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.0[id.0 as usize]
    }
}

/// The blocks of one code unit.
#[derive(Debug)]
pub struct Cfg {
    blocks: Blocks,
    instrs: Vec<CfgInstr>,
    pub entry: BlockId,
    /// Whether any handler's range opens.
    pub has_handlers: bool,
    /// Whether any opcode is the compiler's own, to be converted at last.
    pub has_pseudo: bool,
    /// Whether some `POP_TOP` may undo the push before it.
    pub may_push_and_pop: bool,
    /// Whether a block lost its last instruction.
    pub has_empty: bool,
    /// Whether an instruction that loads a constant may be gone.
    pub lost_const: bool,
    /// The blocks that may end in an unconditional jump.
    pub jumpers: Vec<BlockId>,
    /// A stack of blocks for the passes that walk the graph.
    scratch: Vec<BlockId>,
    /// The label at each offset, while building.
    label_at: Vec<i32>,
    block_of_label: Vec<BlockId>,
    /// The instructions that aim at a label, while building.
    aiming: Vec<u32>,
    /// Where constants go, while some are removed.
    pub const_places: Vec<u32>,
}

impl Default for Cfg {
    fn default() -> Self {
        Self {
            blocks: Blocks::default(),
            instrs: Vec::new(),
            entry: BlockId::NONE,
            has_handlers: false,
            has_pseudo: false,
            may_push_and_pop: false,
            has_empty: false,
            lost_const: false,
            jumpers: Vec::new(),
            scratch: Vec::new(),
            label_at: Vec::new(),
            block_of_label: Vec::new(),
            aiming: Vec::new(),
            const_places: Vec::new(),
        }
    }
}

impl Cfg {
    /// Rebuilds the graph from a sequence, keeping the memory.
    ///
    /// Does what `instr_sequence_to_cfg`, `translate_jump_labels_to_targets` and `mark_except_handlers` do. Every block ends at
    /// its first jump or exit and none is empty, so `check_cfg` and the first `eliminate_empty_basic_blocks` of
    /// `optimize_cfg` have nothing left to do.
    pub fn build(&mut self, seq: &InstrSequence, passes: Passes) -> Result<(), AssembleError> {
        self.blocks.0.clear();
        self.instrs.clear();
        self.has_handlers = false;
        self.has_pseudo = false;
        self.may_push_and_pop = false;
        self.has_empty = false;
        self.lost_const = false;
        self.jumpers.clear();
        let sequence = seq.instrs();
        if sequence.is_empty() {
            return Err(AssembleError::MalformedGraph);
        }
        self.label_at.clear();
        self.label_at.resize(sequence.len(), NO_LABEL);
        let label_count = match passes {
            Passes::LinesLast => self.number_by_label(seq)?,
            Passes::LinesFirst => self.number_by_offset(seq)?,
        };
        self.block_of_label.clear();
        self.block_of_label.resize(label_count, BlockId::NONE);
        self.cut_into_blocks(seq)?;
        self.resolve_targets(seq)
    }

    /// Marks where labels stand; of several at one offset the last one stands for all.
    fn number_by_label(&mut self, seq: &InstrSequence) -> Result<usize, AssembleError> {
        let mut label_count = 0;
        for (label, offset) in seq.placed_labels() {
            *self
                .label_at
                .get_mut(offset)
                .ok_or(AssembleError::LabelAtEnd)? = label.0 as i32;
            label_count = label.0 as usize + 1;
        }
        Ok(label_count)
    }

    /// Marks what is jumped to, each with its offset for a label (`_PyInstructionSequence_ApplyLabelMap`).
    fn number_by_offset(&mut self, seq: &InstrSequence) -> Result<usize, AssembleError> {
        for instr in seq.instrs() {
            if has_target(instr.op) {
                let offset = seq
                    .label_offset(Label(instr.oparg))
                    .ok_or(AssembleError::UnplacedLabel)?;
                *self
                    .label_at
                    .get_mut(offset)
                    .ok_or(AssembleError::LabelAtEnd)? = offset as i32;
            }
        }
        Ok(seq.len())
    }

    fn cut_into_blocks(&mut self, seq: &InstrSequence) -> Result<(), AssembleError> {
        self.entry = BlockId(0);
        let sequence = seq.instrs();
        let as_emitted = |instr: &Instr| CfgInstr::new(instr.op, instr.oparg, instr.loc);
        self.instrs.extend(sequence.iter().map(as_emitted));
        self.aiming.clear();
        let mut block = Block::new(0);
        let mut begun = false;
        for (index, (instr, &label)) in (0u32..).zip(sequence.iter().zip(&self.label_at)) {
            if begun || (label != NO_LABEL && index != block.start) {
                block.len = index - block.start;
                block.next = BlockId(self.blocks.0.len() as u32 + 1);
                self.blocks.0.push(block);
                block = Block::new(index);
                begun = false;
            }
            if label != NO_LABEL {
                block.label = label;
                if let Some(slot) = self.block_of_label.get_mut(label as usize) {
                    *slot = BlockId(self.blocks.0.len() as u32);
                }
            }
            block.has_unplaced |= instr.loc.line < 0;
            if !is_structural(instr.op) {
                continue;
            }
            begun = is_terminator(instr.op);
            block.has_unbinding |= unbinds(instr.op);
            if has_target(instr.op) {
                self.aiming.push(index);
                block.has_push |= is_block_push(instr.op);
            }
            if is_unconditional_jump(instr.op) {
                self.jumpers.push(BlockId(self.blocks.0.len() as u32));
            }
            if is_vanishing(instr.op) {
                let is_nop = instr.op == Opcode::Nop;
                block.has_nop |= is_nop;
                block.has_pseudo |= !is_nop;
                self.has_pseudo |= !is_nop;
            }
        }
        block.len = self.instrs.len() as u32 - block.start;
        self.blocks.0.push(block);
        Ok(())
    }

    fn resolve_targets(&mut self, seq: &InstrSequence) -> Result<(), AssembleError> {
        for &index in &self.aiming {
            let Some(instr) = self.instrs.get_mut(index as usize) else {
                continue;
            };
            let offset = seq
                .label_offset(Label(instr.oparg))
                .ok_or(AssembleError::UnplacedLabel)?;
            // Of several labels at one place the last stands for all.
            let label = *self.label_at.get(offset).ok_or(AssembleError::LabelAtEnd)?;
            instr.oparg = label as u32;
            let target = self.block_of_label.get(label as usize).copied();
            instr.target = target
                .filter(|target| target.is_some())
                .ok_or(AssembleError::UnplacedLabel)?;
            if is_block_push(instr.op) {
                self.blocks[instr.target].except_handler = true;
                self.has_handlers = true;
            }
        }
        Ok(())
    }

    /// Forgets how many ways lead into each block.
    pub fn clear_predecessors(&mut self) {
        for block in &mut self.blocks.0 {
            block.predecessors = 0;
        }
    }

    /// Lets the passes that skip what cannot change look at everything.
    pub fn expect_changes(&mut self) {
        self.may_push_and_pop = true;
        self.lost_const = true;
        self.has_pseudo = true;
        for block in &mut self.blocks.0 {
            block.has_nop = true;
            block.has_pseudo = true;
        }
    }

    /// The first block from here on that has instructions (`next_nonempty_block`).
    pub fn nonempty(&self, mut id: BlockId) -> BlockId {
        while id.is_some() && self.is_empty(id) {
            id = self.next(id);
        }
        id
    }

    /// Adds an empty block that is not in the list yet.
    pub fn new_block(&mut self) -> BlockId {
        let id = BlockId(self.blocks.0.len() as u32);
        self.blocks.0.push(Block::new(self.instrs.len() as u32));
        id
    }

    /// Shared view of a block.
    #[inline]
    pub fn block(&self, id: BlockId) -> &Block {
        &self.blocks[id]
    }

    /// Mutable view of a block.
    #[inline]
    pub fn block_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id]
    }

    /// All blocks beside the instructions of one.
    #[inline]
    pub fn split(&mut self, id: BlockId) -> (&mut Blocks, &mut [CfgInstr]) {
        let range = self.blocks[id].range();
        (&mut self.blocks, &mut self.instrs[range])
    }

    /// The block after this one in the list.
    #[inline]
    pub fn next(&self, id: BlockId) -> BlockId {
        self.blocks[id].next
    }

    /// The number of instructions of a block.
    #[inline]
    pub fn len(&self, id: BlockId) -> usize {
        self.blocks[id].len as usize
    }

    /// Whether a block has no instructions.
    #[inline]
    pub fn is_empty(&self, id: BlockId) -> bool {
        self.blocks[id].len == 0
    }

    /// A block's instructions.
    #[inline]
    pub fn instrs(&self, id: BlockId) -> &[CfgInstr] {
        &self.instrs[self.blocks[id].range()]
    }

    /// A block's instructions, to change.
    #[inline]
    pub fn instrs_mut(&mut self, id: BlockId) -> &mut [CfgInstr] {
        &mut self.instrs[self.blocks[id].range()]
    }

    /// A block's instructions that aim at a block: its last one, unless handlers' ranges open inside.
    #[inline]
    pub fn aimed_mut(&mut self, id: BlockId) -> (&mut Blocks, &mut [CfgInstr]) {
        let Block {
            start,
            len,
            has_push,
            ..
        } = self.blocks[id];
        let end = (start + len) as usize;
        let start = if has_push {
            start as usize
        } else {
            end - len.min(1) as usize
        };
        (&mut self.blocks, &mut self.instrs[start..end])
    }

    /// The first instruction of a block.
    #[inline]
    pub fn first(&self, id: BlockId) -> Option<&CfgInstr> {
        self.instrs(id).first()
    }

    /// The last instruction of a block (`_PyCfg_BasicblockLastInstr`).
    #[inline]
    pub fn last(&self, id: BlockId) -> Option<&CfgInstr> {
        self.instrs(id).last()
    }

    /// The last instruction of a block, to change.
    #[inline]
    pub fn last_mut(&mut self, id: BlockId) -> Option<&mut CfgInstr> {
        self.instrs_mut(id).last_mut()
    }

    /// Drops a block's instructions behind the first `len`.
    pub fn truncate(&mut self, id: BlockId, len: usize) {
        let block = &mut self.blocks[id];
        block.len = block.len.min(len as u32);
        self.has_empty |= block.len == 0;
    }

    /// Appends an instruction to a block.
    pub fn push(&mut self, id: BlockId, instr: CfgInstr) {
        self.move_to_end(id);
        self.instrs.push(instr);
        let block = &mut self.blocks[id];
        block.len += 1;
        block.has_unplaced |= instr.loc.line < 0;
    }

    /// Appends a copy of another block's instructions (`basicblock_append_instructions`).
    pub fn append_copy(&mut self, to: BlockId, from: BlockId) {
        self.move_to_end(to);
        let Block {
            len,
            has_push,
            has_nop,
            has_pseudo,
            has_unbinding,
            has_unplaced,
            ..
        } = self.blocks[from];
        self.instrs.extend_from_within(self.blocks[from].range());
        let block = &mut self.blocks[to];
        block.len += len;
        block.has_push |= has_push;
        block.has_nop |= has_nop;
        block.has_pseudo |= has_pseudo;
        block.has_unbinding |= has_unbinding;
        block.has_unplaced |= has_unplaced;
    }

    /// Puts instructions before the first one of a block.
    pub fn prepend(&mut self, id: BlockId, prefix: &[CfgInstr]) {
        let start = self.instrs.len() as u32;
        self.instrs.extend_from_slice(prefix);
        self.instrs.extend_from_within(self.blocks[id].range());
        let block = &mut self.blocks[id];
        block.start = start;
        block.len += prefix.len() as u32;
    }

    /// Whether control can run from the end of a block into the next (`BB_HAS_FALLTHROUGH`).
    #[inline]
    pub fn has_fallthrough(&self, id: BlockId) -> bool {
        !self.last(id).is_some_and(|last| stops(last.op))
    }

    /// Whether a block ends by leaving the code (`basicblock_exits_scope`).
    #[inline]
    pub fn exits_scope(&self, id: BlockId) -> bool {
        self.last(id).is_some_and(|last| is_scope_exit(last.op))
    }

    /// Whether no instruction of a block has a line (`basicblock_has_no_lineno`).
    pub fn has_no_line(&self, id: BlockId) -> bool {
        self.instrs(id).iter().all(|instr| instr.loc.line < 0)
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
            .map(|id| self.blocks[id].label)
            .max()
            .unwrap_or(NO_LABEL)
    }

    /// Takes the scratch stack, with every listed block marked unvisited (`make_cfg_traversal_stack`).
    pub fn start_walk(&mut self) -> Vec<BlockId> {
        let mut at = self.entry;
        while at.is_some() {
            let block = &mut self.blocks[at];
            block.visited = false;
            at = block.next;
        }
        self.start_blind_walk()
    }

    /// Takes the scratch stack for a walk that does not ask who was visited.
    pub fn start_blind_walk(&mut self) -> Vec<BlockId> {
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
        let range = self.blocks[id].range();
        let end = self.instrs.len();
        if range.end != end {
            self.instrs.extend_from_within(range);
            self.blocks[id].start = end as u32;
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
