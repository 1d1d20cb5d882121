//! Nodes of a parsed tree as instances of `_ast`'s classes (`PyAST_mod2obj`).

use super::{ClassId, Classes};
use hognose_ast::{Constant, Kind, Loc, Name, Names};
use hognose_object::{PyResult, Ref, Rt, Str, Value};
use std::cell::{Cell, RefCell};

/// How deep trees may be (`C_RECURSION_LIMIT` times `COMPILER_STACK_FRAME_SCALE`).
const MAX_DEPTH: u32 = 3000;

/// What making objects needs.
pub(super) struct Maker<'r> {
    rt: &'r Rt,
    classes: &'r Classes,
    names: &'r Names,
    /// Names that were made already, by symbol.
    texts: RefCell<Vec<Option<Ref<Str>>>>,
    place: [Ref<Str>; 4],
    depth: Cell<u32>,
}

/// What becomes a field's value.
pub(super) trait ToObject {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult;
}

/// A list that is always empty in our trees (`type_ignores`).
pub(super) struct NoItems;

/// A field that is never filled in our trees (`type_comment`).
pub(super) struct Nothing;

impl<'r> Maker<'r> {
    pub(super) fn new(rt: &'r Rt, classes: &'r Classes, names: &'r Names) -> Maker<'r> {
        Maker {
            rt,
            classes,
            names,
            texts: RefCell::default(),
            place: super::PLACE.map(|name| rt.intern(name)),
            depth: Cell::new(0),
        }
    }

    /// A node's object with its fields and its place.
    pub(super) fn node(
        &self,
        class: ClassId,
        loc: Option<Loc>,
        fields: &[(&'static str, &dyn ToObject)],
    ) -> PyResult {
        let depth = self.depth.get() + 1;
        if depth > MAX_DEPTH {
            let message = "maximum recursion depth exceeded during ast construction";
            return Err(self.rt.recursion_error(message));
        }
        self.depth.set(depth);
        let rt = self.rt;
        let made = rt.new_instance(self.classes.get(class)).into_value();
        for (name, field) in fields {
            let value = field.to_object(self)?;
            rt.setattr(&made, &rt.intern(name), Some(&value))?;
        }
        if let Some(loc) = loc {
            let numbers = [loc.line, loc.col, loc.end_line, loc.end_col];
            for (name, number) in self.place.iter().zip(numbers) {
                rt.setattr(&made, name, Some(&rt.int(i64::from(number as i32))))?;
            }
        }
        self.depth.set(depth - 1);
        Ok(made)
    }

    /// The one instance of a class without fields.
    pub(super) fn singleton(&self, class: ClassId) -> Value {
        self.classes.singleton(self.rt, class)
    }

    fn text(&self, name: Name) -> Value {
        let at = name.0 as usize;
        let known = self.texts.borrow().get(at).cloned().flatten();
        let text = known.unwrap_or_else(|| {
            let made = self.rt.intern(self.names.get(name));
            let mut texts = self.texts.borrow_mut();
            if texts.len() <= at {
                texts.resize(at + 1, None);
            }
            texts[at] = Some(made.clone());
            made
        });
        text.into_value()
    }
}

impl ToObject for NoItems {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(maker.rt.list(Vec::new()).into_value())
    }
}

impl ToObject for Nothing {
    fn to_object(&self, _: &Maker<'_>) -> PyResult {
        Ok(Value::NONE)
    }
}

impl<T: ToObject> ToObject for Option<T> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        match self {
            Some(value) => value.to_object(maker),
            None => Ok(Value::NONE),
        }
    }
}

impl<T: ToObject> ToObject for &mut [T] {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        let items: PyResult<Vec<Value>> = self.iter().map(|item| item.to_object(maker)).collect();
        Ok(maker.rt.list(items?).into_value())
    }
}

impl<T: ToObject> ToObject for &mut T {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        (**self).to_object(maker)
    }
}

impl ToObject for Name {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(maker.text(*self))
    }
}

impl ToObject for Kind {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(match self {
            Kind::Plain => Value::NONE,
            Kind::U => maker.rt.intern("u").into_value(),
        })
    }
}

impl ToObject for bool {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(maker.rt.int(i64::from(*self)))
    }
}

impl ToObject for u32 {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(maker.rt.int(i64::from(*self)))
    }
}

impl ToObject for i32 {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(maker.rt.int(i64::from(*self)))
    }
}

impl ToObject for Constant<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        let rt = maker.rt;
        let items = |row: &[Constant<'_>]| -> PyResult<Vec<Value>> {
            row.iter().map(|item| item.to_object(maker)).collect()
        };
        Ok(match *self {
            Constant::None => Value::NONE,
            Constant::True => Value::TRUE,
            Constant::False => Value::FALSE,
            Constant::Ellipsis => Value::ELLIPSIS,
            Constant::Str(text) => rt.str_wtf8(text).into_value(),
            Constant::Bytes(bytes) => rt.bytes(bytes).into_value(),
            Constant::Int(number) => rt.int(number),
            Constant::BigInt(number) => rt.big_int(number.to_number()),
            Constant::Float(number) => rt.float(number),
            Constant::Complex { real, imag } => rt.complex(real, imag),
            Constant::Tuple(row) => rt.tuple(items(row)?).into_value(),
            Constant::FrozenSet(row) => rt.frozenset(&items(row)?)?.into_value(),
        })
    }
}

/// The object of a whole tree.
pub(super) fn module(
    rt: &Rt,
    classes: &Classes,
    names: &Names,
    tree: &hognose_ast::Mod<'_>,
) -> PyResult {
    tree.to_object(&Maker::new(rt, classes, names))
}
