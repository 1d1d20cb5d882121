//! The standard streams: text streams over file descriptors 0, 1 and 2.

use super::io;
use hognose_object::{PyResult, Rt, Value};

/// Makes `sys.stdin`, `sys.stdout` and `sys.stderr`.
pub(super) fn install(rt: &Rt) -> PyResult<()> {
    let settings = crate::sys::settings(rt);
    for (name, original, fd) in [
        ("stdin", "__stdin__", 0),
        ("stdout", "__stdout__", 1),
        ("stderr", "__stderr__", 2),
    ] {
        // A descriptor that is not open has no stream.
        let stream = io::standard(rt, fd, &format!("<{name}>"), &settings).unwrap_or(Value::NONE);
        crate::sys::set(rt, name, stream.clone());
        crate::sys::set(rt, original, stream);
    }
    Ok(())
}
