//! What the embedding crate gives the executor: the import system and other things that need more than the VM.

use hognose_object::{PyResult, Ref, Rt, Value};
use hognose_object::dict::Dict;

/// Functions that the crate `builtins` fills in.
#[derive(Clone, Copy)]
pub struct Host {
    /// `__import__(name, globals, locals, fromlist, level)` as the import statement calls it when `builtins` has the
    /// original one.
    pub import_name: fn(&Rt, &Value, &Ref<Dict>, &Value, &Value, &Value) -> PyResult,
}
