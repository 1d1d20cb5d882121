//! `_operator`: what module `operator` does not have in Python itself; the rest of it is the library's own.

use hognose_object::module::Module;
use hognose_object::{Args, Call, NativeDef, PyResult, Ref, Rt, Str, StrExt, Value};

const FUNCTIONS: &[NativeDef] = &[NativeDef::new(
    "_compare_digest",
    "($module, a, b, /)",
    Call::Many(compare_digest),
)];

/// Whether two digests are equal, in a time that does not tell where they differ (`_tscmp`).
fn compare_digest(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("_compare_digest", args, 2, 2)?;
    let (a, b) = (&given[0], &given[1]);
    let (left, right) = match (a.downcast_ref::<Str>(), b.downcast_ref::<Str>()) {
        (Some(a), Some(b)) => {
            if !a.is_ascii() || !b.is_ascii() {
                return Err(
                    rt.type_error("comparing strings with non-ASCII characters is not supported")
                );
            }
            (
                a.to_str().as_bytes().to_vec(),
                b.to_str().as_bytes().to_vec(),
            )
        }
        _ => match (rt.buffer_bytes(a), rt.buffer_bytes(b)) {
            (Some(a), Some(b)) => (a?, b?),
            (None, None) => {
                return Err(rt.type_error(format!(
                    "unsupported operand types(s) or combination of types: '{}' and '{}'",
                    rt.type_name(a),
                    rt.type_name(b)
                )));
            }
            (found, _) => {
                let other = if found.is_some() { b } else { a };
                let name = rt.type_name(other);
                return Err(rt.type_error(format!("a bytes-like object is required, not '{name}'")));
            }
        },
    };
    // Every byte of the second is looked at, whatever the first is like.
    let mut difference = u8::from(left.len() != right.len());
    let other = if difference == 0 { &left } else { &right };
    for (a, b) in other.iter().zip(&right) {
        difference |= std::hint::black_box(a ^ b);
    }
    Ok(Value::bool(difference == 0))
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    Ok(rt.native_module("_operator", FUNCTIONS))
}
