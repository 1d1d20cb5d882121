//! `_ast`: syntax trees as Python objects.

use crate::compiling::Request;
use hognose_object::module::Module;
use hognose_object::{PyResult, Ref, Rt, Value};

/// `compile(..., PyCF_ONLY_AST)`.
pub(crate) fn parse(rt: &Rt, _source: &[u8], _request: &Request) -> PyResult {
    Err(rt.not_implemented_error("syntax trees as objects are not there yet"))
}

/// The code of a tree given as an object; `None` if the value is no tree.
pub(crate) fn compile_tree(_rt: &Rt, _tree: &Value, _request: &Request) -> Option<PyResult> {
    None
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_ast", &[]);
    for (name, flag) in [
        ("PyCF_ONLY_AST", 0x400),
        ("PyCF_TYPE_COMMENTS", 0x1000),
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
    ] {
        module.set(rt, name, rt.int(flag));
    }
    Ok(module)
}
