//! The type `cell`: a variable shared by scopes.

use super::CellObj;
use crate::kinds;
use crate::native::{Args, GetSetDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::slots::{CompareOp, Slots};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Ref, Value, ValueCell};

pub const CELL: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(new_cell),
        repr: Some(repr_cell),
        compare: Some(compare_cells),
        ..Slots::NONE
    },
    getset: &[GetSetDef::read_write(
        "cell_contents",
        |rt, v| match part(rt, v)?.content.get() {
            Some(content) => Ok(content),
            None => Err(rt.value_error("Cell is empty")),
        },
        |rt, v, value| {
            part(rt, v)?.content.set(value.cloned());
            Ok(())
        },
    )],
    ..TypeSpec::new("cell", Layout::Native(kinds::CELL))
};

fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a CellObj> {
    value
        .downcast_ref::<CellObj>()
        .ok_or_else(|| rt.system_error("bad cell"))
}

fn new_cell(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = rt.positional("cell", args, 0, 1)?;
    let content = given.first().cloned().map(ValueCell::new);
    let payload = CellObj {
        content: content.unwrap_or_default(),
    };
    Ok(rt.alloc(ty, payload).into_value())
}

fn repr_cell(rt: &Rt, this: &Value) -> PyResult {
    let at = this.bits();
    let text = match part(rt, this)?.content.get() {
        None => format!("<cell at {at:#x}: empty>"),
        Some(content) => format!(
            "<cell at {at:#x}: {} object at {:#x}>",
            rt.type_name(&content),
            content.bits()
        ),
    };
    Ok(rt.str(&text).into_value())
}

fn compare_cells(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast_ref::<CellObj>(), b.downcast_ref::<CellObj>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    match (x.content.get(), y.content.get()) {
        (Some(x), Some(y)) => rt.compare(&x, &y, op),
        (x, y) => Ok(Value::bool(op.holds(x.is_some().cmp(&y.is_some())))),
    }
}
