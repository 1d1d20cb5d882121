//! What printing an uncaught exception needs: source lines, the shape of expressions, and `sys.unraisablehook`.

use hognose_ast::{Expr, Mod, Names, Stmt};
use hognose_object::exceptions::{Anchors, SourceHooks};
use hognose_object::{Raised, Rt, Str, Value};
use hognose_parser::Mode;

/// Lets the runtime find source lines, and tells it where errors go that nobody can catch.
pub(crate) fn install(rt: &Rt) {
    rt.source_hooks.set(SourceHooks { line, anchors });
    rt.unraisable.set(unraisable);
}

/// A line of a source file, decoded as the compiler would.
fn line(_rt: &Rt, filename: &Str, number: i32) -> Option<String> {
    let bytes = std::fs::read(crate::paths::to_path(filename)).ok()?;
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    let text = match hognose_source::decode(&bytes) {
        Ok(source) => source.text.into_owned(),
        Err(_) => String::from_utf8_lossy(&bytes).into_owned(),
    };
    text.lines().nth(index).map(str::to_owned)
}

fn is_blank(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\x0c')
}

/// Where the operator or the subscript stands in an expression (`extract_anchors_from_expr` in `Python/traceback.c`).
fn anchors(segment: &str) -> Option<Anchors> {
    let arena = bumpalo::Bump::new();
    let mut names = Names::new();
    let parsed = hognose_parser::parse(segment, Mode::Module, &arena, &mut names).ok()?;
    let Mod::Module(module) = &parsed.tree else {
        return None;
    };
    let [Stmt::Expr(statement)] = &*module.body else {
        return None;
    };
    let bytes = segment.as_bytes();
    match &statement.value {
        Expr::BinOp(operation) => {
            let from = operation.left.loc().end_col as usize;
            let to = (operation.right.loc().col as usize).min(bytes.len());
            let mut found = None;
            for i in from..to {
                if is_blank(bytes[i]) {
                    continue;
                }
                let two = i + 1 < to && !is_blank(bytes[i + 1]);
                found = Some(Anchors {
                    left: i,
                    right: i + 1 + usize::from(two),
                });
                // A bracket that closes the left operand is passed over.
                if i + 1 < to && bytes[i] == b')' {
                    continue;
                }
                break;
            }
            found
        }
        Expr::Subscript(subscript) => {
            let mut left = subscript.value.loc().end_col as usize;
            let mut right = subscript.slice.loc().end_col as usize + 1;
            while left < bytes.len() && bytes[left] != b'[' {
                left += 1;
            }
            while right < bytes.len() && bytes[right] != b']' {
                right += 1;
            }
            if right < bytes.len() {
                right += 1;
            }
            Some(Anchors { left, right })
        }
        _ => None,
    }
}

/// Hands an error to `sys.unraisablehook` (`_PyErr_WriteUnraisableMsg`).
fn unraisable(rt: &Rt, raised: &Raised, message: &str, object: &Value) {
    let traceback = rt
        .getattr(&raised.0, &rt.names.traceback_)
        .unwrap_or(Value::NONE);
    let traceback = if traceback.is_none() {
        rt.traceback_here().unwrap_or(Value::NONE)
    } else {
        traceback
    };
    let text = if message.is_empty() {
        Value::NONE
    } else {
        rt.str(&format!("Exception ignored {message}")).into_value()
    };
    let args = rt.namespace(&[
        ("exc_type", rt.type_of(&raised.0).as_value().clone()),
        ("exc_value", raised.0.clone()),
        ("exc_traceback", traceback),
        ("err_msg", text),
        ("object", object.clone()),
    ]);
    let reported = crate::sys::get(rt, "unraisablehook")
        .filter(|hook| !hook.is_none())
        .map(|hook| rt.call(&hook, &[args]));
    if let Some(Ok(_)) = reported {
        return;
    }
    crate::report(rt, raised);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(segment: &str, marked: Option<&str>) {
        let found = anchors(segment).map(|a| &segment[a.left..a.right]);
        assert_eq!(found, marked, "{segment}");
    }

    #[test]
    fn operators_and_subscripts_are_marked() {
        check("a + b", Some("+"));
        check("a // b", Some("//"));
        check("(a) / (b)", Some("/"));
        check("x['b']['c']", Some("['c']"));
        check("x[1, 2]", Some("[1, 2]"));
        check("f(x)", None);
        check("a.b", None);
        check("a +", None);
    }
}
