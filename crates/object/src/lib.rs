//! Python's object model on top of the heap: types, numbers, strings, containers, exceptions.
//!
//! Everything hangs on [`Rt`], the runtime, which every native function gets as its first argument. A value is a
//! [`Value`]; a value whose payload is known is a [`Ref<T>`]. What a type does stands in its [`slots`], as in CPython;
//! what can raise returns [`PyResult`]. This crate runs no Python code by itself: calling a Python function goes
//! through its type's `call` slot, which the crate `vm` fills at start-up.
//!
//! Order for a newcomer: [`rt`], [`type_`], [`slots`], [`native`], [`ops`], [`attr`], then a small type such as
//! [`slice`].

pub mod attr;
mod bootstrap;
pub mod buffer;
pub mod builtin;
pub mod bytes;
pub mod code;
pub mod codecs;
pub mod complex;
pub mod descriptor;
pub mod dict;
pub mod dict_type;
pub mod dict_views;
pub mod exceptions;
pub mod float;
pub mod format;
pub mod function;
mod generated;
pub mod generator;
pub mod generic_alias;
pub mod hash;
pub mod instance;
pub mod int;
pub mod iter_types;
pub mod iters;
pub mod kinds;
pub mod list_type;
pub mod mapping_proxy;
pub mod memoryview;
pub mod module;
pub mod namespace;
pub mod native;
pub mod object_type;
pub mod ops;
pub(crate) mod percent;
pub mod property;
pub mod raised;
pub mod range;
pub mod room;
pub mod rt;
mod seq;
pub mod set_table;
pub mod set_type;
pub mod singletons;
pub mod slice;
pub(crate) mod slotdefs;
pub mod slots;
mod sort;
pub mod stdlib_names;
pub mod str_;
pub mod str_type;
pub mod super_;
pub mod threads;
pub mod traceback;
pub mod tuple;
pub mod tuple_type;
pub mod type_;
pub mod type_object;
pub mod type_var;
pub mod unicode;
pub mod weakref;

pub use hognose_heap::{Ref, Value};
pub use native::{Args, Binding, Call, GetSetDef, NativeDef, Signature};
pub use raised::{PyResult, Raised};
pub use rt::Rt;
pub use slots::{CompareOp, Slots};
pub use str_::{Str, StrExt};
pub use type_::{Layout, TypeObj, TypeSpec, type_flags};
