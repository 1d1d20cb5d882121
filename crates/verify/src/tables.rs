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

/// The exception table is well-formed, its ranges follow each other and are made of instructions.
pub fn check_exceptions(code: &View<'_>, verifier: &mut Verifier) -> Result<(), Failure> {
    let mut last_end = 0;
    for entry in exceptions::decode(code.exceptiontable) {
        let entry = entry.map_err(|error| (error.offset, Reason::ExceptionSyntax))?;
        let (start, end) = (entry.start as usize, entry.end as usize);
        let ordered = last_end <= start && start < end && end <= code.code.len();
        if !ordered || !verifier.is_instruction(start) || !verifier.is_end(end) {
            return Err((start, Reason::ExceptionRange));
        }
        if !verifier.is_instruction(entry.target as usize) {
            return Err((start, Reason::ExceptionTarget));
        }
        let depth = entry.depth.saturating_add(1 + u32::from(entry.lasti));
        if depth > code.stacksize {
            return Err((start, Reason::HandlerTooDeep(depth)));
        }
        last_end = end;
        verifier.protect(entry)?;
    }
    Ok(())
}
