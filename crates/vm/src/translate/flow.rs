//! What the translator knows before it begins: instructions, jump targets, stack depths, protected ranges.

use super::{Error, Result};
use hognose_bytecode::exceptions::{self, Entry};
use hognose_bytecode::{Instr, Jump, OpTable, Opcode, flags, instructions};
use hognose_object::code::Parts;
use std::collections::{HashMap, HashSet};

pub(super) struct Flow {
    pub instructions: Vec<Instr>,
    /// Stack depth before each instruction; `None` if it cannot be reached.
    pub depth: Vec<Option<u32>>,
    /// Sorted, without overlap.
    pub handlers: Vec<Entry>,
    leaders: HashSet<u32>,
}

/// Deepest stack that a frame may have.
const DEEPEST: u32 = 0x4000;

impl Flow {
    pub fn of(table: &OpTable, object: &Parts) -> Result<Flow> {
        let instructions: Vec<Instr> = instructions(table, &object.code)
            .collect::<std::result::Result<_, _>>()
            .map_err(|e| Error::Malformed(e.offset as u32))?;
        let index: HashMap<u32, usize> = instructions
            .iter()
            .enumerate()
            .map(|(i, instr)| (instr.start as u32, i))
            .collect();
        let handlers: Vec<Entry> = exceptions::decode(&object.exceptiontable)
            .collect::<std::result::Result<_, _>>()
            .map_err(|_| Error::Malformed(0))?;
        if handlers.windows(2).any(|w| w[0].end > w[1].start) {
            return Err(Error::Malformed(0));
        }
        let mut leaders: HashSet<u32> = handlers.iter().map(|h| h.target).collect();
        leaders.extend(instructions.iter().filter_map(jump_target));
        let mut flow = Flow {
            depth: vec![None; instructions.len()],
            instructions,
            handlers,
            leaders,
        };
        // A generator is resumed with a value on its stack (`calculate_stackdepth`).
        let generator = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        flow.find_depths(&index, u32::from(object.flags & generator != 0))?;
        Ok(flow)
    }

    fn find_depths(&mut self, index: &HashMap<u32, usize>, first: u32) -> Result<()> {
        if self.instructions.is_empty() {
            return Err(Error::Malformed(0));
        }
        let mut work = vec![(0usize, first)];
        while let Some((mut at, mut depth)) = work.pop() {
            loop {
                let instr = *self.instructions.get(at).ok_or(Error::Malformed(0))?;
                let offset = instr.start as u32;
                match self.depth[at] {
                    Some(known) if known == depth => break,
                    Some(_) => return Err(Error::Malformed(offset)),
                    None => self.depth[at] = Some(depth),
                }
                if depth > DEEPEST {
                    return Err(Error::TooBig);
                }
                if let Some(handler) = self.handler_at(offset) {
                    let target = *index.get(&handler.target).ok_or(Error::Malformed(offset))?;
                    if handler.depth > depth {
                        return Err(Error::Malformed(offset));
                    }
                    let entry = handler.depth + 1 + u32::from(handler.lasti);
                    if self.depth[target] != Some(entry) {
                        work.push((target, entry));
                    }
                }
                if let Some(target) = jump_target(&instr) {
                    let to = *index.get(&target).ok_or(Error::Malformed(offset))?;
                    let there = change(depth, instr.info.effect_jump(instr.arg), offset)?;
                    if self.depth[to] != Some(there) {
                        work.push((to, there));
                    }
                }
                if ends_flow(instr.opcode) {
                    break;
                }
                depth = change(depth, instr.info.effect(instr.arg), offset)?;
                at += 1;
            }
        }
        Ok(())
    }

    pub fn is_leader(&self, offset: u32) -> bool {
        self.leaders.contains(&offset)
    }

    /// The protected range in which an offset lies.
    pub fn handler_at(&self, offset: u32) -> Option<Entry> {
        let after = self.handlers.partition_point(|h| h.start <= offset);
        let found = self.handlers.get(after.checked_sub(1)?)?;
        (offset < found.end).then_some(*found)
    }
}

fn change(depth: u32, effect: i32, offset: u32) -> Result<u32> {
    depth
        .checked_add_signed(effect)
        .ok_or(Error::Malformed(offset))
}

/// Where the instruction may jump to.
pub(super) fn jump_target(instr: &Instr) -> Option<u32> {
    let distance = instr.arg.checked_mul(2)?;
    match instr.info.jump {
        Jump::Forward => (instr.end as u32).checked_add(distance),
        Jump::Backward => (instr.end as u32).checked_sub(distance),
        Jump::Absolute => Some(distance),
        Jump::None | Jump::Handler => None,
    }
}

/// Whether what follows is not reached from here.
pub(super) fn ends_flow(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::ReturnValue
            | Opcode::ReturnConst
            | Opcode::RaiseVarargs
            | Opcode::Reraise
            | Opcode::JumpForward
            | Opcode::JumpBackward
            | Opcode::JumpBackwardNoInterrupt
            | Opcode::InterpreterExit
    )
}
