//! A code object proven well-formed, or the first reason why not.
//!
//! Proven, for 3.12: every instruction exists and is whole; every jump and handler lands on an
//! instruction; control never runs off the end; the stack has one height at each instruction whatever
//! path leads there, is never popped below what a handler or the bottom needs, and never exceeds
//! `co_stacksize`; NULL on the stack is met only by what expects it; every index leads somewhere; the exception and location tables are well-formed and
//! within the code.
//!
//! Not proven: what kind of object lies on the stack (a tuple where an opcode wants one), and
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
mod nulls;
mod rules;
mod tables;
#[cfg(test)]
mod tests;
mod walk;

pub use error::{Reason, Refusal};
pub use walk::{Proven, Verifier};

use crate::nulls::Bits;
use hognose_bytecode::{CodeObject, Const, OpTable};
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

/// What the verifier looks at; code objects of other crates can be shown to it without a copy.
pub struct View<'a> {
    pub code: &'a [u8],
    pub localspluskinds: &'a [u8],
    /// `None` for who runs the code and needs no proof that its lines can be read.
    pub linetable: Option<&'a [u8]>,
    pub exceptiontable: &'a [u8],
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub flags: u32,
    /// How many constants, names and names of locals there are.
    pub consts: usize,
    pub names: usize,
    pub locals: usize,
    /// The length of the constant at an index if it is a tuple of strings.
    pub keyword_names: &'a dyn Fn(u32) -> Option<usize>,
}

/// Proves a code object of 3.12 and all those inside it.
pub fn verify(code: &Arc<CodeObject>) -> Result<Verified, Refusal> {
    let mut verifier = Verifier::default();
    // A list, not a recursion: code objects may nest as deep as a reader allows.
    let mut waiting: Vec<&Arc<CodeObject>> = vec![code];
    while let Some(next) = waiting.pop() {
        if let Err((offset, reason)) = verifier.check(&view(next, &|index| names_in(next, index))) {
            return Err(Refusal::new(next, offset, reason));
        }
        waiting.extend(next.children());
    }
    Ok(Verified(Arc::clone(code)))
}

fn view<'a>(code: &'a CodeObject, keyword_names: &'a dyn Fn(u32) -> Option<usize>) -> View<'a> {
    View {
        code: &code.code,
        localspluskinds: &code.localspluskinds,
        linetable: Some(&code.linetable),
        exceptiontable: &code.exceptiontable,
        argcount: code.argcount,
        posonlyargcount: code.posonlyargcount,
        kwonlyargcount: code.kwonlyargcount,
        stacksize: code.stacksize,
        flags: code.flags,
        consts: code.consts.len(),
        names: code.names.len(),
        locals: code.localsplusnames.len(),
        keyword_names,
    }
}

fn names_in(code: &CodeObject, index: u32) -> Option<usize> {
    match code.consts.get(index as usize) {
        Some(Const::Tuple(names)) => {
            let all = names.iter().all(|name| matches!(name, Const::Str(_)));
            all.then_some(names.len())
        }
        _ => None,
    }
}

/// An offset in the code, or in the table the reason names, and the reason.
pub type Failure = (usize, Reason);

impl Verifier {
    /// Proves one code object, without those inside it.
    pub fn check(&mut self, code: &View<'_>) -> Result<(), Failure> {
        indices::check_signature(code)?;
        self.start(code)?;
        tables::check_locations(code)?;
        tables::read_exceptions(code, self)?;
        let table = OpTable::default_version();
        if code.stacksize <= Bits::HIGHEST {
            self.walk(code, table, &mut Bits)?;
        } else {
            let mut chains = std::mem::take(&mut self.chains);
            chains.clear();
            let outcome = self.walk(code, table, &mut chains);
            self.chains = chains;
            outcome?;
        }
        tables::check_exceptions(code, self)
    }
}
