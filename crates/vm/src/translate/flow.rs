//! What the translator knows before it begins: instructions, jump targets, stack depths, protected ranges.
//!
//! All of it comes from the verifier: code is translated only once it is proven well-formed.

use super::{Error, Result};
use hognose_bytecode::exceptions::Entry;
use hognose_bytecode::{CODE_UNIT, Instr, Jump, Opcode, flags};
use hognose_object::code::Code;
use hognose_object::str_::Str;
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_verify::{Proven, Reason, Verifier, View};

pub(super) struct Flow {
    pub instructions: Vec<Instr>,
    /// Stack depth before each instruction; `None` if it cannot be reached.
    pub depth: Vec<Option<u32>>,
    /// Sorted, without overlap.
    pub handlers: Vec<Entry>,
    /// Whether control may come to a code unit from elsewhere.
    leaders: Vec<bool>,
}

/// Deepest stack that a frame may have.
const DEEPEST: u32 = 0x4000;

impl Flow {
    pub fn of(code: &Code) -> Result<Flow> {
        let object = &code.object;
        let mut verifier = Verifier::default();
        verify(code, &mut verifier)
            .map_err(|(offset, reason)| Error::Refused(offset as u32, reason))?;

        // A generator is resumed with a value on its stack (`calculate_stackdepth`); for the executor it lies
        // there from the start, for nothing before RETURN_GENERATOR touches the stack.
        let generator = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        let mut waits = object.flags & generator != 0;
        let count = object.code.len() / CODE_UNIT;
        let mut flow = Flow {
            instructions: Vec::with_capacity(count),
            depth: Vec::with_capacity(count),
            handlers: verifier.handlers().to_vec(),
            leaders: vec![false; object.code.len() / CODE_UNIT + 1],
        };
        for Proven { instr, depth } in verifier.instructions(&object.code) {
            let depth = depth.map(|depth| depth + u32::from(waits));
            waits &= instr.opcode != Opcode::ReturnGenerator;
            if depth > Some(DEEPEST) {
                return Err(Error::TooBig);
            }
            if let Some(target) = jump_target(&instr) {
                flow.lead_to(target);
            }
            flow.instructions.push(instr);
            flow.depth.push(depth);
        }
        for index in 0..flow.handlers.len() {
            flow.lead_to(flow.handlers[index].target);
        }
        Ok(flow)
    }

    fn lead_to(&mut self, offset: u32) {
        if let Some(leader) = self.leaders.get_mut(offset as usize / CODE_UNIT) {
            *leader = true;
        }
    }

    pub fn is_leader(&self, offset: u32) -> bool {
        self.leaders
            .get(offset as usize / CODE_UNIT)
            .is_some_and(|leader| *leader)
    }

    /// The protected range in which an offset lies.
    pub fn handler_at(&self, offset: u32) -> Option<Entry> {
        let after = self.handlers.partition_point(|h| h.start <= offset);
        let found = self.handlers.get(after.checked_sub(1)?)?;
        (offset < found.end).then_some(*found)
    }
}

/// Proves a code object well-formed, those inside it apart.
pub(super) fn verify(
    code: &Code,
    verifier: &mut Verifier,
) -> std::result::Result<(), (usize, Reason)> {
    let object = &code.object;
    let view = View {
        code: &object.code,
        localspluskinds: &object.localspluskinds,
        // A program may replace it by anything; it only tells lines.
        linetable: None,
        exceptiontable: &object.exceptiontable,
        argcount: object.argcount,
        posonlyargcount: object.posonlyargcount,
        kwonlyargcount: object.kwonlyargcount,
        stacksize: object.stacksize,
        flags: object.flags,
        consts: code.consts.len(),
        names: code.names.len(),
        locals: code.locals.len(),
        keyword_names: &|index| names_in(code, index),
    };
    verifier.check(&view)
}

/// The length of a constant that is a tuple of strings.
fn names_in(code: &Code, index: u32) -> Option<usize> {
    let names = code.consts.get(index as usize)?.downcast::<Tuple>()?;
    let is_str = |i| {
        names
            .item(i)
            .is_some_and(|name| name.downcast::<Str>().is_some())
    };
    (0..names.len()).all(is_str).then_some(names.len())
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
