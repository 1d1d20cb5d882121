//! Scopes and their symbols, as the compiler asks for them.

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use hashbrown::HashTable;
use hognose_ast::{Loc, Name};

use crate::error::Place;

/// What the source says about a name in one scope.
///
/// The bits are those of CPython's `pycore_symtable.h`, so that dumps compare number by number.
pub mod flags {
    /// Declared by a `global` statement.
    pub const DEF_GLOBAL: u32 = 1;
    /// Assigned in the block.
    pub const DEF_LOCAL: u32 = 2;
    /// A formal parameter.
    pub const DEF_PARAM: u32 = 2 << 1;
    /// Declared by a `nonlocal` statement.
    pub const DEF_NONLOCAL: u32 = 2 << 2;
    /// Read in the block.
    pub const USE: u32 = 2 << 3;
    /// A free variable of a method that has the name of something in the class.
    pub const DEF_FREE_CLASS: u32 = 2 << 5;
    /// Bound by an import.
    pub const DEF_IMPORT: u32 = 2 << 6;
    /// Annotated.
    pub const DEF_ANNOT: u32 = 2 << 7;
    /// The iteration variable of a comprehension.
    pub const DEF_COMP_ITER: u32 = 2 << 8;
    /// A type parameter.
    pub const DEF_TYPE_PARAM: u32 = 2 << 9;
    /// A cell inside an inlined comprehension.
    pub const DEF_COMP_CELL: u32 = 2 << 10;
    /// Any way of binding a name.
    pub const DEF_BOUND: u32 = DEF_LOCAL | DEF_PARAM | DEF_IMPORT;

    /// Where the resolved [`Resolution`](super::Resolution) starts.
    pub const SCOPE_OFFSET: u32 = 12;
    /// The width of the resolution.
    pub const SCOPE_MASK: u32 = 15;
}

use flags::{SCOPE_MASK, SCOPE_OFFSET};

/// How a name is found at run time; the numbers are CPython's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Resolution {
    /// The scope knows nothing of the name.
    Unknown = 0,
    /// Bound here and nowhere captured.
    Local = 1,
    /// Declared `global`.
    GlobalExplicit = 2,
    /// Bound in no enclosing function.
    GlobalImplicit = 3,
    /// Bound in an enclosing function.
    Free = 4,
    /// Bound here and captured by an inner function.
    Cell = 5,
}

impl Resolution {
    /// Reads the resolution out of a symbol's flags.
    pub fn of(symbol: u32) -> Self {
        match (symbol >> SCOPE_OFFSET) & SCOPE_MASK {
            1 => Self::Local,
            2 => Self::GlobalExplicit,
            3 => Self::GlobalImplicit,
            4 => Self::Free,
            5 => Self::Cell,
            _ => Self::Unknown,
        }
    }

    /// The resolution as the bits of a symbol.
    pub fn bits(self) -> u32 {
        (self as u32) << SCOPE_OFFSET
    }
}

/// The index of a scope in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeId(pub(crate) u32);

impl ScopeId {
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// What kind of code a scope belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A function, a lambda or a comprehension.
    Function,
    /// A class body.
    Class,
    /// The top of a file.
    Module,
    /// An annotation under `from __future__ import annotations`; never run.
    Annotation,
    /// The bound or the default of a type variable, and which of them.
    TypeVariable(Place),
    /// The value of a `type` statement.
    TypeAlias,
    /// The type parameters of a generic function, class or alias.
    TypeParams,
}

/// Which comprehension a function scope stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComprehensionKind {
    /// `[…]`
    List,
    /// `{k: v …}`
    Dict,
    /// `{…}`
    Set,
    /// `(…)`
    Generator,
}

/// A `global` or `nonlocal` declaration and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Directive {
    pub name: Name,
    pub location: Loc,
}

/// One scope: CPython's `PySTEntryObject`.
#[derive(Debug)]
pub struct Scope<'s> {
    /// The name of the function, class or alias, or `top`.
    pub name: Name,
    /// What kind of block it is.
    pub kind: BlockKind,
    /// The names and their flags, in the order of first appearance.
    pub symbols: Symbols<'s>,
    /// The parameters, in order.
    pub varnames: BumpVec<'s, Name>,
    /// The scopes directly inside.
    pub children: BumpVec<'s, ScopeId>,
    pub(crate) directives: BumpVec<'s, Directive>,
    /// Where the block starts and ends.
    pub location: Loc,
    /// Inside a function, at any depth.
    pub nested: bool,
    /// Has free variables.
    pub has_free: bool,
    /// A child has free variables.
    pub has_child_free: bool,
    /// Contains `yield`, or is a generator expression.
    pub generator: bool,
    /// Is `async`, or contains `await`.
    pub coroutine: bool,
    /// Which comprehension it stands for, if any.
    pub comprehension: Option<ComprehensionKind>,
    /// Has `*args`.
    pub varargs: bool,
    /// Has `**kwargs`.
    pub varkeywords: bool,
    /// Returns a value somewhere.
    pub returns_value: bool,
    /// A class whose methods use `__class__` or `super`.
    pub needs_class_closure: bool,
    /// A class whose inner annotation scopes look into its namespace.
    pub needs_classdict: bool,
    /// A comprehension compiled into the scope around it (PEP 709).
    pub inlined: bool,
    /// An annotation scope directly inside a class.
    pub can_see_class_scope: bool,
    /// The scope of type parameters, this one or one around, that alone mangles its own names here.
    pub(crate) mangler: Option<ScopeId>,
    /// What such a scope mangles.
    pub(crate) mangled_names: BumpVec<'s, Name>,
    pub(crate) comp_iter_target: bool,
    pub(crate) comp_iter_expr: u32,
}

impl<'s> Scope<'s> {
    pub(crate) fn new(name: Name, kind: BlockKind, location: Loc, arena: &'s Bump) -> Self {
        Self {
            name,
            kind,
            symbols: Symbols::new(arena),
            varnames: BumpVec::new_in(arena),
            children: BumpVec::new_in(arena),
            directives: BumpVec::new_in(arena),
            location,
            nested: false,
            has_free: false,
            has_child_free: false,
            generator: false,
            coroutine: false,
            comprehension: None,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            needs_classdict: false,
            inlined: false,
            can_see_class_scope: false,
            mangler: None,
            mangled_names: BumpVec::new_in(arena),
            comp_iter_target: false,
            comp_iter_expr: 0,
        }
    }

    /// Whether names bound here are fast locals (`_PyST_IsFunctionLike`).
    pub fn is_function_like(&self) -> bool {
        matches!(
            self.kind,
            BlockKind::Function
                | BlockKind::TypeVariable(_)
                | BlockKind::TypeAlias
                | BlockKind::TypeParams
        )
    }

    /// How `name` is found from this scope.
    pub fn resolution(&self, name: Name) -> Resolution {
        Resolution::of(self.symbols.get(name))
    }
}

/// Names with their flags, in the order of insertion.
///
/// Most scopes have few names, so a linear scan comes first; a hash index joins when the scope grows.
#[derive(Debug)]
pub struct Symbols<'s> {
    entries: BumpVec<'s, (Name, u32)>,
    index: HashTable<u32>,
}

/// Above this many names a scope gets a hash index.
const LINEAR_LIMIT: usize = 12;

fn hash(name: Name) -> u64 {
    u64::from(name.0)
        .wrapping_mul(0x9E37_79B9_7F4A_7C15)
        .rotate_left(20)
}

impl<'s> Symbols<'s> {
    fn new(arena: &'s Bump) -> Self {
        Self {
            entries: BumpVec::with_capacity_in(6, arena),
            index: HashTable::new(),
        }
    }

    fn position(&self, name: Name) -> Option<usize> {
        if self.entries.len() <= LINEAR_LIMIT {
            return self.entries.iter().position(|entry| entry.0 == name);
        }
        self.index
            .find(hash(name), |&at| self.entries[at as usize].0 == name)
            .map(|&at| at as usize)
    }

    /// The flags of `name`, 0 when it is unknown.
    pub fn get(&self, name: Name) -> u32 {
        self.position(name).map_or(0, |at| self.entries[at].1)
    }

    /// Whether the scope has the name at all.
    pub fn contains(&self, name: Name) -> bool {
        self.position(name).is_some()
    }

    /// Sets the flags of `name`, adding it at the end when it is new.
    pub fn set(&mut self, name: Name, value: u32) {
        if let Some(at) = self.position(name) {
            self.entries[at].1 = value;
            return;
        }
        self.entries.push((name, value));
        let len = self.entries.len();
        if len <= LINEAR_LIMIT {
            return;
        }
        let entries = &self.entries;
        let rehash = |&at: &u32| hash(entries[at as usize].0);
        let first = if len == LINEAR_LIMIT + 1 {
            self.index.reserve(4 * LINEAR_LIMIT, rehash);
            0
        } else {
            len - 1
        };
        for (at, entry) in entries.iter().enumerate().skip(first) {
            self.index.insert_unique(hash(entry.0), at as u32, rehash);
        }
    }

    /// Forgets a name.
    pub(crate) fn remove(&mut self, name: Name) {
        self.entries.retain(|entry| entry.0 != name);
        self.index.clear();
        if self.entries.len() > LINEAR_LIMIT {
            let entries = &self.entries;
            for (at, entry) in entries.iter().enumerate() {
                self.index
                    .insert_unique(hash(entry.0), at as u32, |&at| hash(entries[at as usize].0));
            }
        }
    }

    /// The names and flags in order.
    pub fn iter(&self) -> impl Iterator<Item = (Name, u32)> + '_ {
        self.entries.iter().copied()
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn entry(&self, at: usize) -> (Name, u32) {
        self.entries[at]
    }

    pub(crate) fn set_entry(&mut self, at: usize, value: u32) {
        self.entries[at].1 = value;
    }
}
