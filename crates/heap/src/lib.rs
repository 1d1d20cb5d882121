//! Reference-counted, cycle-collected memory with a safe face; knows nothing of Python.
//!
//! # Safety story
//!
//! * A [`Value`] is one non-zero word: a small integer, a float, a singleton, or a counted pointer to a cell.
//!   `Clone` and `Drop` do the counting, so no user can forget. The low bits say which:
//!   `…1` integer (63 bits), `…10` float (self-tagged), `…100` singleton, `…000` pointer.
//! * A cell is a [`Header`] followed by a payload of the Rust type that its [`Kind`] names. Only [`alloc`] and its
//!   two siblings make cells, and they check that one kind names one type; so a downcast is a compare of kinds.
//! * Payloads are only ever handed out as `&T`: change goes through `Cell`, `RefCell` or [`ValueCell`].
//! * Tracing is safe to get wrong: memory is released by counts alone. A forgotten edge leaks; an extra one clears
//!   an object too early, which its `clear` must survive as it must survive a cycle.
//! * The heap is one per process and used by one thread at a time: [`enter`] gives the key, values are not `Send`.
//!
//! ```
//! let _key = hognose_heap::enter();
//! let v = hognose_heap::Value::small_int(20).unwrap();
//! assert_eq!(v.as_small_int(), Some(20));
//! ```
#![expect(
    unsafe_code,
    reason = "the one library crate that owns memory; every block says why it holds"
)]

mod alloc;
mod attention;
mod cell;
mod cycle;
mod host;
mod kind;
pub mod process;
pub mod signals;
mod trace;
mod turn;
mod value;
mod weak;

pub use alloc::{
    Key, Stats, alloc, alloc_blob, alloc_blob_of, alloc_blob_of_two, alloc_var, enter, extend_blob,
    stats,
};
pub use attention::{
    attention_due, attention_requested, give_attention, on_attention, request_attention,
};
pub use cell::{Blob, BlobHead, Ref, ValueCell, Var, VarHead};
pub use cycle::{
    collect, collect_with, collection_due, due_in, referents, set_threshold, threshold,
    tracked_objects,
};
pub use host::{Host, with_host};
pub use kind::{Hooks, Kind, Payload, set_hooks};
pub use trace::{Trace, Visitor};
pub use turn::{pass_turn, set_switch_interval, spawn, spawned_threads, without_turn};
pub use value::{Header, Value, flags};
pub use weak::Weak;
