//! Functions and cells.

mod attributes;
mod cell;
mod method;
mod wrappers;

use crate::dict::Dict;
use crate::kinds;
use crate::rt::Rt;
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use std::cell::Cell;

pub use attributes::FUNCTION;
pub use cell::CELL;
pub use method::METHOD;
pub use wrappers::{CLASSMETHOD, STATICMETHOD};

/// The payload of Python functions.
pub struct Function {
    /// A code object.
    pub code: ValueCell,
    pub globals: Ref<Dict>,
    pub builtins: Ref<Dict>,
    /// A tuple, or empty.
    pub defaults: ValueCell,
    /// A dict, or empty.
    pub kwdefaults: ValueCell,
    /// A tuple of cells, or empty.
    pub closure: ValueCell,
    pub name: ValueCell,
    pub qualname: ValueCell,
    pub doc: ValueCell,
    pub module: ValueCell,
    /// A dict, or empty.
    pub annotations: ValueCell,
    /// A tuple, or empty.
    pub type_params: ValueCell,
    /// Changes when code, defaults or closure do, for inline caches; 0 while nobody asked.
    pub version: Cell<u32>,
}

impl Payload for Function {
    const KIND: Kind = kinds::FUNCTION;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.globals.trace(visitor);
        self.builtins.trace(visitor);
        self.cells()
            .into_iter()
            .for_each(|cell| cell.trace(visitor));
    }

    fn clear(&self) {
        self.cells().into_iter().for_each(|cell| cell.set(None));
    }
}

impl Function {
    fn cells(&self) -> [&ValueCell; 10] {
        [
            &self.code,
            &self.defaults,
            &self.kwdefaults,
            &self.closure,
            &self.name,
            &self.qualname,
            &self.doc,
            &self.module,
            &self.annotations,
            &self.type_params,
        ]
    }
}

/// The payload of bound methods.
pub struct Method {
    pub function: Value,
    pub this: Value,
}

impl Payload for Method {
    const KIND: Kind = kinds::METHOD;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.function.trace(visitor);
        self.this.trace(visitor);
    }
}

/// The payload of cells: a variable shared by scopes.
#[derive(Default)]
pub struct CellObj {
    pub content: ValueCell,
}

impl Payload for CellObj {
    const KIND: Kind = kinds::CELL;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.content.trace(visitor);
    }

    fn clear(&self) {
        self.content.set(None);
    }
}

/// The payload of `staticmethod`.
pub struct StaticMethod {
    pub callable: ValueCell,
}

impl Payload for StaticMethod {
    const KIND: Kind = kinds::STATIC_METHOD;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.callable.trace(visitor);
    }

    fn clear(&self) {
        self.callable.set(None);
    }
}

/// The payload of `classmethod`.
pub struct ClassMethod {
    pub callable: ValueCell,
}

impl Payload for ClassMethod {
    const KIND: Kind = kinds::CLASS_METHOD;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.callable.trace(visitor);
    }

    fn clear(&self) {
        self.callable.set(None);
    }
}

impl Rt {
    /// `staticmethod(callable)`.
    pub fn static_method(&self, callable: Value) -> Value {
        self.alloc(
            &self.types.staticmethod,
            StaticMethod {
                callable: ValueCell::new(callable),
            },
        )
        .into_value()
    }

    /// `classmethod(callable)`.
    pub fn class_method(&self, callable: Value) -> Value {
        self.alloc(
            &self.types.classmethod,
            ClassMethod {
                callable: ValueCell::new(callable),
            },
        )
        .into_value()
    }

    /// A bound method.
    pub fn bound_method(&self, function: Value, this: Value) -> Value {
        self.alloc(&self.types.method, Method { function, this })
            .into_value()
    }
}
