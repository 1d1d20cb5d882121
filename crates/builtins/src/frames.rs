//! What native functions ask about the Python frames that called them.

use hognose_object::dict::Dict;
use hognose_object::{PyResult, Ref, Rt, Value};

/// `locals()` of the frame that called.
pub(crate) fn locals(rt: &Rt) -> PyResult {
    match rt.frame(0) {
        Some(frame) => rt.getattr_str(frame.as_value(), "f_locals"),
        None => Err(rt.system_error("frame does not exist")),
    }
}

/// `globals()` of the frame so many levels up.
pub(crate) fn globals(rt: &Rt, depth: usize) -> Option<Ref<Dict>> {
    rt.frame(depth).map(|frame| frame.globals.clone())
}

/// The `co_flags` of the code that called; 0 if none did.
pub(crate) fn code_flags(rt: &Rt) -> u32 {
    rt.frame(0).map_or(0, |frame| frame.code.object.flags)
}

/// The line that the frame so many levels up is at, and its file.
pub(crate) fn place(rt: &Rt, depth: usize) -> Option<(i64, Value)> {
    let frame = rt.frame(depth)?;
    let line = frame
        .code
        .location(frame.lasti.get())
        .line
        .map_or(1, i64::from);
    Some((line, frame.code.filename.as_value().clone()))
}
