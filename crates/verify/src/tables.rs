//! The tables beside the code.

use crate::walk::Verifier;
use crate::{Failure, Reason, View};
use hognose_bytecode::{exceptions, lines};

/// The location table is well-formed and covers exactly the code.
pub fn check_locations(code: &View<'_>) -> Result<(), Failure> {
    let Some(linetable) = code.linetable else {
        return Ok(());
    };
    let end = lines::covered(linetable);
    let end = end.map_err(|error| (error.offset, Reason::LocationSyntax))?;
    if end != code.code.len() {
        return Err((linetable.len(), Reason::LocationLength));
    }
    Ok(())
}

/// The exception table is well-formed, its ranges follow each other within the code.
pub fn read_exceptions(code: &View<'_>, verifier: &mut Verifier) -> Result<(), Failure> {
    let mut last_end = 0;
    for entry in exceptions::decode(code.exceptiontable) {
        let entry = entry.map_err(|error| (error.offset, Reason::ExceptionSyntax))?;
        let (start, end) = (entry.start as usize, entry.end as usize);
        if last_end > start || start >= end || end > code.code.len() {
            return Err((start, Reason::ExceptionRange));
        }
        let depth = entry.depth.saturating_add(1 + u32::from(entry.lasti));
        if depth > code.stacksize {
            return Err((start, Reason::HandlerTooDeep(depth)));
        }
        last_end = end;
        verifier.protect(entry);
    }
    Ok(())
}

/// The ranges are made of instructions and their handlers are instructions; once those are known.
pub fn check_exceptions(code: &View<'_>, verifier: &Verifier) -> Result<(), Failure> {
    for entry in verifier.handlers() {
        let (start, end) = (entry.start as usize, entry.end as usize);
        let is_end = end == code.code.len() || verifier.is_instruction(end);
        if !is_end || !verifier.is_instruction(start) {
            return Err((start, Reason::ExceptionRange));
        }
        if !verifier.is_instruction(entry.target as usize) {
            return Err((start, Reason::ExceptionTarget));
        }
    }
    Ok(())
}
