//! The tables beside the code.

use crate::walk::Scratch;
use crate::{Failure, Reason};
use hognose_bytecode::{CodeObject, exceptions, lines};

/// The location table is well-formed and covers exactly the code.
pub fn check_locations(code: &CodeObject) -> Result<(), Failure> {
    let end = lines::covered(&code.linetable);
    let end = end.map_err(|error| (error.offset, Reason::LocationSyntax))?;
    if end != code.code.len() {
        return Err((code.linetable.len(), Reason::LocationLength));
    }
    Ok(())
}

/// The exception table is well-formed, its ranges follow each other and are made of instructions.
pub fn check_exceptions(code: &CodeObject, scratch: &mut Scratch) -> Result<(), Failure> {
    let mut last_end = 0;
    for entry in exceptions::decode(&code.exceptiontable) {
        let entry = entry.map_err(|error| (error.offset, Reason::ExceptionSyntax))?;
        let (start, end) = (entry.start as usize, entry.end as usize);
        let ordered = last_end <= start && start < end && end <= code.code.len();
        if !ordered || !scratch.is_instruction(start) || !scratch.is_end(end) {
            return Err((start, Reason::ExceptionRange));
        }
        if !scratch.is_instruction(entry.target as usize) {
            return Err((start, Reason::ExceptionTarget));
        }
        let depth = entry.depth.saturating_add(1 + u32::from(entry.lasti));
        if depth > code.stacksize {
            return Err((start, Reason::HandlerTooDeep(depth)));
        }
        last_end = end;
        scratch.protect(entry);
    }
    Ok(())
}
