//! Code objects.

use crate::{Const, PyStr, flags};
use std::hash::{Hash, Hasher};

/// One code object, in the shape of 3.11 and later.
///
/// Older versions fit too: their varnames, cellvars and freevars follow each other in
/// `localsplusnames`, each with the kind of its group.
///
/// Equality and hash are those of CPython's `code_richcompare`: file name, qualified name, stack size
/// and kinds of locals do not count.
#[derive(Clone, Debug, Default)]
pub struct CodeObject {
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub flags: u32,
    pub code: Vec<u8>,
    pub consts: Vec<Const>,
    pub names: Vec<PyStr>,
    /// Locals, then cells that are no locals, then free variables.
    pub localsplusnames: Vec<PyStr>,
    /// One byte of [`LocalKind`] bits for each of `localsplusnames`.
    pub localspluskinds: Vec<u8>,
    pub filename: PyStr,
    pub name: PyStr,
    pub qualname: PyStr,
    pub firstlineno: i32,
    /// 3.11 on: the location table; before: the line table of that time.
    pub linetable: Vec<u8>,
    pub exceptiontable: Vec<u8>,
}

/// The bits of `localspluskinds`; `Include/internal/pycore_code.h`.
pub struct LocalKind;

impl LocalKind {
    /// Local of an inlined comprehension, hidden from `locals()`.
    pub const HIDDEN: u8 = 0x10;
    pub const LOCAL: u8 = 0x20;
    pub const CELL: u8 = 0x40;
    pub const FREE: u8 = 0x80;
}

impl CodeObject {
    fn names_of(&self, kind: u8) -> impl Iterator<Item = &PyStr> {
        let names = self.localsplusnames.iter().zip(&self.localspluskinds);
        names
            .filter(move |(_, bits)| **bits & kind != 0)
            .map(|(name, _)| name)
    }

    /// `co_varnames`
    pub fn varnames(&self) -> impl Iterator<Item = &PyStr> {
        self.names_of(LocalKind::LOCAL)
    }

    /// `co_cellvars`
    pub fn cellvars(&self) -> impl Iterator<Item = &PyStr> {
        self.names_of(LocalKind::CELL)
    }

    /// `co_freevars`
    pub fn freevars(&self) -> impl Iterator<Item = &PyStr> {
        self.names_of(LocalKind::FREE)
    }

    /// How many parameters there are, `*args` and `**kwargs` included.
    pub fn total_args(&self) -> u32 {
        total_args(self.argcount, self.kwonlyargcount, self.flags)
    }

    /// The code objects directly inside this one.
    pub fn children(&self) -> impl Iterator<Item = &std::sync::Arc<CodeObject>> {
        self.consts.iter().filter_map(Const::as_code)
    }
}

/// How many parameters code of these numbers has, `*args` and `**kwargs` included.
pub fn total_args(argcount: u32, kwonlyargcount: u32, bits: u32) -> u32 {
    let stars = [flags::VARARGS, flags::VARKEYWORDS]
        .iter()
        .filter(|flag| bits & **flag != 0)
        .count();
    argcount
        .saturating_add(kwonlyargcount)
        .saturating_add(stars as u32)
}

impl PartialEq for CodeObject {
    fn eq(&self, other: &CodeObject) -> bool {
        self.firstlineno == other.firstlineno
            && self.name == other.name
            && self.argcount == other.argcount
            && self.posonlyargcount == other.posonlyargcount
            && self.kwonlyargcount == other.kwonlyargcount
            && self.flags == other.flags
            && self.code == other.code
            && self.linetable == other.linetable
            && self.names == other.names
            && self.localsplusnames == other.localsplusnames
            && self.exceptiontable == other.exceptiontable
            && self.consts == other.consts
    }
}

impl Eq for CodeObject {}

impl Hash for CodeObject {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Enough to tell nearly all apart; constants may hold a deep tree.
        self.firstlineno.hash(state);
        self.name.hash(state);
        self.code.hash(state);
        self.linetable.hash(state);
    }
}
