//! Verified code to register IR to execution.

mod exec;
pub mod ir;
mod stats;
pub use exec::{borrow_descriptor, own_descriptor};
pub mod translate;

use hognose_object::code::Code;
use hognose_object::dict::Dict;
use hognose_object::{PyResult, Ref, Rt, Value};

/// Makes a runtime able to call Python functions.
pub fn install(rt: &Rt) {
    exec::install(rt);
}

/// Counts from now on what the executor does (`-X stats`); to be called before anything runs.
pub fn count(rt: &Rt) {
    exec::vm_of(rt).count();
}

/// What [`count`] counted, for people.
pub fn counted(rt: &Rt) -> Option<String> {
    Some(exec::vm_of(rt).counts.get()?.report())
}

/// `sys.getrecursionlimit()`
pub fn recursion_limit(rt: &Rt) -> usize {
    exec::vm_of(rt).recursion_limit()
}

/// `sys.setrecursionlimit(limit)`
pub fn set_recursion_limit(rt: &Rt, limit: usize) {
    exec::vm_of(rt).set_recursion_limit(limit);
}

/// Frames of Python code that are running.
pub fn recursion_depth(rt: &Rt) -> usize {
    exec::vm_of(rt).depth()
}

/// Proves a code object and those inside it well-formed, before anything of them runs; `Err` says what is wrong.
pub fn check_code(code: &Code) -> Result<(), String> {
    translate::check(code)
}

/// Runs a module's or `exec`'s code object in a namespace (`PyEval_EvalCode`).
///
/// The builtins are those that the globals name, or else the runtime's own.
pub fn run_code(rt: &Rt, code: &Ref<Code>, globals: &Ref<Dict>, locals: &Value) -> PyResult {
    exec::run_code(rt, code, globals, locals, None)
}

/// As [`run_code`], with cells for the code object's free variables.
pub fn run_code_with_closure(
    rt: &Rt,
    code: &Ref<Code>,
    globals: &Ref<Dict>,
    locals: &Value,
    closure: Value,
) -> PyResult {
    exec::run_code(rt, code, globals, locals, Some(closure))
}

/// Runs the body of a class statement, a function, in a namespace: what it returns is its `__class__` cell or None.
pub fn run_body(rt: &Rt, body: &Value, namespace: &Value) -> PyResult {
    match body.downcast() {
        Some(function) => exec::run_in(rt, function, namespace),
        None => Err(rt.type_error("__build_class__: func must be a function")),
    }
}

/// The line at which an exception was raised, as its traceback tells.
pub fn raised_at(raised: &hognose_object::Raised) -> Option<i32> {
    use hognose_object::exceptions::Exception;
    use hognose_object::traceback::Traceback;
    let mut at = raised.0.downcast_ref::<Exception>()?.traceback.get()?;
    while let Some(next) = at.downcast_ref::<Traceback>()?.next.get() {
        at = next;
    }
    at.downcast_ref::<Traceback>()?.line()
}
