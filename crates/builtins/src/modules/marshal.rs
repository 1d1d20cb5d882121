//! `marshal`: the module.

use hognose_object::module::Module;
use hognose_object::{PyResult, Ref, Rt};

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("marshal", &[]);
    module.set(rt, "version", rt.int(4));
    Ok(module)
}
