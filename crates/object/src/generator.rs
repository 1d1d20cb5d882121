//! Generators, coroutines and asynchronous generators: their payload. Running them is the executor's.

use crate::code::Code;
use crate::kinds;
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use std::cell::Cell;

pub const GENERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("generator", Layout::Native(kinds::GENERATOR))
};

pub const COROUTINE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("coroutine", Layout::Native(kinds::GENERATOR))
};

pub const ASYNC_GENERATOR: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("async_generator", Layout::Native(kinds::GENERATOR))
};

/// Where a generator is in its life (`PyFrameState`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    Created,
    Suspended,
    Running,
    Finished,
}

/// The payload of generators, coroutines and asynchronous generators.
pub struct Generator {
    pub state: Cell<State>,
    /// The registers of the suspended frame; empty while it runs and when it has ended.
    pub window: Box<[ValueCell]>,
    /// The word of IR at which the frame goes on.
    pub resume_at: Cell<u32>,
    pub code: Ref<Code>,
    /// The function whose frame this is; empty when it has ended.
    pub function: ValueCell,
    pub name: ValueCell,
    pub qualname: ValueCell,
    /// The exception that the suspended frame is handling.
    pub handled: ValueCell,
    /// The frame object, if somebody has looked at it.
    pub frame: ValueCell,
    /// Asynchronous generators: an `asend()` or the like is under way.
    pub running_async: Cell<bool>,
    /// Asynchronous generators: `aclose()` has been called.
    pub closed: Cell<bool>,
    /// Asynchronous generators: the hooks of `sys.set_asyncgen_hooks` have been asked.
    pub hooks_asked: Cell<bool>,
    pub finalizer: ValueCell,
    /// Coroutines: `cr_origin`.
    pub origin: ValueCell,
}

impl Generator {
    fn cells(&self) -> [&ValueCell; 7] {
        [
            &self.function,
            &self.name,
            &self.qualname,
            &self.handled,
            &self.frame,
            &self.finalizer,
            &self.origin,
        ]
    }
}

impl Payload for Generator {
    const KIND: Kind = kinds::GENERATOR;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.window.trace(visitor);
        self.code.trace(visitor);
        self.cells()
            .into_iter()
            .for_each(|cell| cell.trace(visitor));
    }

    fn clear(&self) {
        self.state.set(State::Finished);
        self.window.iter().for_each(|cell| cell.set(None));
        let _: Vec<Option<Value>> = self.cells().into_iter().map(ValueCell::take).collect();
    }
}

/// A value on its way out of an asynchronous generator (`_PyAsyncGenWrappedValue`): never seen by Python code.
pub struct Wrapped {
    pub value: Value,
}

impl Payload for Wrapped {
    const KIND: Kind = kinds::ASYNC_GEN_STEP;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.value.trace(visitor);
    }
}
