//! A code object proven well-formed, or the first reason why not.
//!
//! Proven, for 3.12: every instruction exists and is whole; every jump and handler lands on an
//! instruction; control never runs off the end; the stack has one height at each instruction whatever
//! path leads there, is never popped below what a handler or the bottom needs, and never exceeds
//! `co_stacksize`; every index leads somewhere; the exception and location tables are well-formed and
//! within the code.
//!
//! Not proven: what kind of object lies on the stack (a NULL, a tuple where an opcode wants one), and
//! whether a local has a value. Whoever runs the code checks those as it goes.
//!
//! ```
//! use hognose_bytecode::{CodeObject, Const};
//! use std::sync::Arc;
//!
//! let code = CodeObject {
//!     code: vec![0x97, 0, 0x79, 0],
//!     consts: vec![Const::None],
//!     linetable: vec![0xe1, 3, 0],
//!     ..CodeObject::default()
//! };
//! assert!(hognose_verify::verify(&Arc::new(code.clone())).is_ok());
//! let broken = CodeObject { consts: vec![], ..code };
//! let refusal = hognose_verify::verify(&Arc::new(broken)).unwrap_err();
//! assert_eq!(refusal.to_string(), "constant 0 does not exist at offset 2 of <unnamed>, line 0");
//! ```

mod arity;
mod error;
mod indices;
mod rules;
mod tables;
#[cfg(test)]
mod tests;
mod walk;

pub use error::{Reason, Refusal};

use hognose_bytecode::{CodeObject, OpTable};
use std::ops::Deref;
use std::sync::Arc;

/// A code object of 3.12 that was proven well-formed, with all code objects inside it.
#[derive(Clone, Debug)]
pub struct Verified(Arc<CodeObject>);

impl Verified {
    pub fn code(&self) -> &Arc<CodeObject> {
        &self.0
    }

    /// The code object among the constants at this index, which is proven too.
    pub fn child(&self, index: usize) -> Option<Verified> {
        self.0
            .consts
            .get(index)?
            .as_code()
            .map(|code| Verified(Arc::clone(code)))
    }
}

impl Deref for Verified {
    type Target = CodeObject;

    fn deref(&self) -> &CodeObject {
        &self.0
    }
}

/// Proves a code object of 3.12 and all those inside it.
pub fn verify(code: &Arc<CodeObject>) -> Result<Verified, Refusal> {
    let table = OpTable::default_version();
    let mut scratch = walk::Scratch::default();
    // A list, not a recursion: code objects may nest as deep as a reader allows.
    let mut waiting: Vec<&Arc<CodeObject>> = vec![code];
    while let Some(next) = waiting.pop() {
        if let Err((offset, reason)) = verify_one(next, table, &mut scratch) {
            return Err(Refusal::new(next, offset, reason));
        }
        waiting.extend(next.children());
    }
    Ok(Verified(Arc::clone(code)))
}

/// An offset in the code, or in the table the reason names, and the reason.
type Failure = (usize, Reason);

fn verify_one(
    code: &CodeObject,
    table: &'static OpTable,
    scratch: &mut walk::Scratch,
) -> Result<(), Failure> {
    indices::check_signature(code)?;
    scratch.decode(code, table)?;
    tables::check_locations(code)?;
    tables::check_exceptions(code, scratch)?;
    scratch.walk(code)
}
