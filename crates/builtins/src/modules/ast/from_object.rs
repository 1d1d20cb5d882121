//! Nodes of a tree from instances of `_ast`'s classes (`PyAST_obj2mod`).

use super::{ClassId, Classes};
use bumpalo::Bump;
use hognose_ast::{BigInt, Constant, Kind, Loc, Name, Names};
use hognose_object::complex::Complex;
use hognose_object::tuple::{List, Tuple, TupleExt};
use hognose_object::{PyResult, Raised, Rt, Str, StrExt, Value, bytes::with_bytes};
use std::cell::{Cell, RefCell};

/// What reading objects needs.
pub(super) struct Reader<'r, 'a> {
    rt: &'r Rt,
    classes: &'r Classes,
    names: RefCell<&'r mut Names>,
    pub(super) arena: &'a Bump,
    /// The first thing that our nodes cannot hold and that `_PyAST_Validate` would refuse.
    refused: Cell<Option<Raised>>,
}

/// What can be read from a field's value.
pub(super) trait FromObject<'a>: Sized {
    /// The type's name in ASDL.
    const ASDL: &'static str;

    /// The value; `None` stands for CPython's NULL.
    fn read(reader: &Reader<'_, 'a>, value: &Value) -> PyResult<Option<Self>>;

    /// What takes the place of `None` in a list, after it was noted.
    fn hole(_: &Reader<'_, 'a>) -> Option<Self> {
        None
    }
}

impl<'r, 'a> Reader<'r, 'a> {
    pub(super) fn new(
        rt: &'r Rt,
        classes: &'r Classes,
        names: &'r mut Names,
        arena: &'a Bump,
    ) -> Reader<'r, 'a> {
        Reader {
            rt,
            classes,
            names: RefCell::new(names),
            arena,
            refused: Cell::new(None),
        }
    }

    /// What was noted as not to be compiled, if anything was.
    pub(super) fn refused(&self) -> Option<Raised> {
        self.refused.take()
    }

    fn refuse(&self, raised: Raised) {
        let first = self.refused.take().unwrap_or(raised);
        self.refused.set(Some(first));
    }

    pub(super) fn is(&self, value: &Value, class: ClassId) -> bool {
        self.rt.is_instance(value, self.classes.get(class))
    }

    #[cold]
    pub(super) fn unexpected(&self, sort: &str, value: &Value) -> Raised {
        match self.rt.repr(value) {
            Ok(shown) => self.rt.type_error(format!(
                "expected some sort of {sort}, but got {}",
                shown.to_str()
            )),
            Err(raised) => raised,
        }
    }

    fn field(&self, value: &Value, name: &str) -> PyResult<Option<Value>> {
        self.rt.getattr_opt(value, &self.rt.intern(name))
    }

    fn required(&self, value: &Value, name: &str, owner: &str) -> PyResult {
        self.field(value, name)?.ok_or_else(|| {
            self.rt
                .type_error(format!("required field \"{name}\" missing from {owner}"))
        })
    }

    fn given(&self, value: &Value, name: &str) -> PyResult<Option<Value>> {
        Ok(self.field(value, name)?.filter(|v| !v.is_none()))
    }

    fn child<T: FromObject<'a>>(&self, value: &Value, owner: &str) -> PyResult<Option<T>> {
        let place = format!(" while traversing '{owner}' node");
        self.rt.guarded(&place, || T::read(self, value))
    }

    /// A field that must be there; whether it must be filled, [`Reader::filled`] tells.
    pub(super) fn one<T: FromObject<'a>>(
        &self,
        value: &Value,
        name: &str,
        owner: &str,
    ) -> PyResult<Option<T>> {
        let found = self.required(value, name, owner)?;
        self.child(&found, owner)
    }

    /// What a constructor says of a required field without a value.
    pub(super) fn filled<T>(&self, field: Option<T>, name: &str, owner: &str) -> PyResult<T> {
        field.ok_or_else(|| {
            self.rt
                .value_error(format!("field '{name}' is required for {owner}"))
        })
    }

    pub(super) fn optional<T: FromObject<'a>>(
        &self,
        value: &Value,
        name: &str,
        owner: &str,
    ) -> PyResult<Option<T>> {
        match self.given(value, name)? {
            Some(found) => self.child(&found, owner),
            None => Ok(None),
        }
    }

    /// The items of a list field, `None` where the list has it.
    fn items<T: FromObject<'a>>(
        &self,
        value: &Value,
        name: &str,
        owner: &str,
    ) -> PyResult<Vec<Option<T>>> {
        // A list that is not there counts as empty.
        let Some(found) = self.field(value, name)? else {
            return Ok(Vec::new());
        };
        let Some(list) = found.downcast_ref::<List>() else {
            return Err(self.rt.type_error(format!(
                "{owner} field \"{name}\" must be a list, not a {}",
                self.rt.type_name(&found)
            )));
        };
        let len = list.len();
        let mut out = Vec::with_capacity(len);
        for i in 0..len {
            let item = list.get(i).unwrap_or(Value::NONE);
            out.push(self.child(&item, owner)?);
            if list.len() != len {
                return Err(self.rt.runtime_error(format!(
                    "{owner} field \"{name}\" changed size during iteration"
                )));
            }
        }
        Ok(out)
    }

    pub(super) fn list<T: FromObject<'a>>(
        &self,
        value: &Value,
        name: &str,
        owner: &str,
    ) -> PyResult<&'a mut [T]> {
        let items = self.items(value, name, owner)?;
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            match item.or_else(|| T::hole(self)) {
                Some(item) => out.push(item),
                None => {
                    let message = format!("None disallowed in {} list", T::ASDL);
                    return Err(self.rt.value_error(message));
                }
            }
        }
        Ok(self.arena.alloc_slice_fill_iter(out))
    }

    pub(super) fn holes<T: FromObject<'a>>(
        &self,
        value: &Value,
        name: &str,
        owner: &str,
    ) -> PyResult<&'a mut [Option<T>]> {
        let items = self.items(value, name, owner)?;
        Ok(self.arena.alloc_slice_fill_iter(items))
    }

    /// `type_ignores` is read and forgotten, as the compiler never looks at it.
    pub(super) fn type_ignores(&self, value: &Value, name: &str, owner: &str) -> PyResult<()> {
        let Some(found) = self.field(value, name)? else {
            return Ok(());
        };
        if found.downcast_ref::<List>().is_none() {
            return Err(self.rt.type_error(format!(
                "{owner} field \"{name}\" must be a list, not a {}",
                self.rt.type_name(&found)
            )));
        }
        Ok(())
    }

    /// `type_comment` likewise.
    pub(super) fn type_comment(&self, value: &Value, name: &str) -> PyResult<()> {
        match self.given(value, name)? {
            Some(found) => self.string(&found),
            None => Ok(()),
        }
    }

    fn string(&self, value: &Value) -> PyResult<()> {
        let types = &self.rt.types;
        if self.rt.is_exact(value, &types.str) || self.rt.is_exact(value, &types.bytes) {
            return Ok(());
        }
        Err(self.rt.type_error("AST string must be of type str"))
    }

    pub(super) fn kind(&self, value: &Value, name: &str) -> PyResult<Kind> {
        let Some(found) = self.given(value, name)? else {
            return Ok(Kind::Plain);
        };
        self.string(&found)?;
        let is_u = found.downcast_ref::<Str>().is_some_and(|t| t.is_text("u"));
        Ok(if is_u { Kind::U } else { Kind::Plain })
    }

    pub(super) fn level(&self, value: &Value, name: &str) -> PyResult<u32> {
        match self.given(value, name)? {
            Some(found) => Ok(self.int(&found)? as u32),
            None => Ok(0),
        }
    }

    /// `obj2ast_int`.
    fn int(&self, value: &Value) -> PyResult<i32> {
        let Some(number) = self.rt.as_int(value) else {
            let shown = self.rt.repr(value)?;
            let message = format!("invalid integer value: {}", shown.to_str());
            return Err(self.rt.value_error(message));
        };
        let number = number.to_i64().and_then(|n| i32::try_from(n).ok());
        number.ok_or_else(|| {
            self.rt
                .overflow_error("Python int too large to convert to C int")
        })
    }

    /// Where a node stands; an end that is not said is where it starts.
    pub(super) fn loc(&self, value: &Value, owner: &str) -> PyResult<Loc> {
        let line = self.int(&self.required(value, "lineno", owner)?)?;
        let col = self.int(&self.required(value, "col_offset", owner)?)?;
        let end = |name: &str, start: i32| -> PyResult<i32> {
            if matches!(owner, "pattern" | "type_param") {
                return self.int(&self.required(value, name, owner)?);
            }
            match self.given(value, name)? {
                Some(found) => self.int(&found),
                None => Ok(start),
            }
        };
        let end_line = end("end_lineno", line)?;
        let end_col = end("end_col_offset", col)?;
        Ok(Loc {
            line: line as u32,
            col: col as u32,
            end_line: end_line as u32,
            end_col: end_col as u32,
        })
    }

    /// A constant, if it is one that can be compiled (`validate_constant`).
    fn constant(&self, value: &Value) -> PyResult<Constant<'a>> {
        let rt = self.rt;
        let exact = |ty| rt.is_exact(value, ty);
        if value.is_none() {
            return Ok(Constant::None);
        }
        if value.is(&Value::TRUE) {
            return Ok(Constant::True);
        }
        if value.is(&Value::FALSE) {
            return Ok(Constant::False);
        }
        if value.is(&Value::ELLIPSIS) {
            return Ok(Constant::Ellipsis);
        }
        if exact(&rt.types.int)
            && let Some(number) = rt.as_int(value)
        {
            return Ok(match number.to_i64() {
                Some(small) => Constant::Int(small),
                None => {
                    let big = number.to_big();
                    Constant::BigInt(BigInt {
                        negative: big.sign() == num_bigint::Sign::Minus,
                        digits: self.arena.alloc_slice_fill_iter(big.iter_u32_digits()),
                    })
                }
            });
        }
        if exact(&rt.types.float)
            && let Some(number) = rt.as_float(value)
        {
            return Ok(Constant::Float(number));
        }
        if exact(&rt.types.complex)
            && let Some(number) = value.downcast_ref::<Complex>()
        {
            let (real, imag) = (number.real, number.imag);
            return Ok(Constant::Complex { real, imag });
        }
        if exact(&rt.types.str)
            && let Some(text) = value.downcast_ref::<Str>()
        {
            let bytes = super::super::marshal::wtf8(text);
            return Ok(Constant::Str(self.arena.alloc_slice_copy(&bytes)));
        }
        if exact(&rt.types.bytes)
            && let Some(bytes) = with_bytes(value, |b| self.arena.alloc_slice_copy(b))
        {
            return Ok(Constant::Bytes(bytes));
        }
        let row = if exact(&rt.types.tuple)
            && let Some(tuple) = value.downcast_ref::<Tuple>()
        {
            tuple.to_vec()
        } else if exact(&rt.types.frozenset)
            && let Some(set) = rt.as_set(value)
        {
            set.snapshot()
        } else {
            let name = rt.type_name(value);
            self.refuse(rt.type_error(format!("got an invalid type in Constant: {name}")));
            return Ok(Constant::None);
        };
        let items = rt.guarded(" during compilation", || {
            row.iter()
                .map(|item| self.constant(item))
                .collect::<PyResult<Vec<_>>>()
        })?;
        let items = self.arena.alloc_slice_fill_iter(items);
        Ok(if exact(&rt.types.tuple) {
            Constant::Tuple(items)
        } else {
            Constant::FrozenSet(items)
        })
    }

    fn none_in_list(&self, what: &str) {
        let message = format!("None disallowed in {what} list");
        self.refuse(self.rt.value_error(message));
    }
}

/// An expression that stands where none can be.
fn placeholder<'a>(reader: &Reader<'_, 'a>) -> hognose_ast::Expr<'a> {
    hognose_ast::Expr::Constant(reader.arena.alloc(hognose_ast::ConstantExpr {
        loc: Loc::default(),
        value: Constant::None,
        kind: Kind::Plain,
    }))
}

/// As [`FromObject::hole`] for expressions.
pub(super) fn expr_hole<'a>(reader: &Reader<'_, 'a>) -> Option<hognose_ast::Expr<'a>> {
    reader.none_in_list("expression");
    Some(placeholder(reader))
}

/// As [`FromObject::hole`] for statements.
pub(super) fn stmt_hole<'a>(reader: &Reader<'_, 'a>) -> Option<hognose_ast::Stmt<'a>> {
    reader.none_in_list("statement");
    let pass = hognose_ast::Pass {
        loc: Loc::default(),
    };
    Some(hognose_ast::Stmt::Pass(reader.arena.alloc(pass)))
}

impl<'a, T: FromObject<'a>> FromObject<'a> for &'a mut T {
    const ASDL: &'static str = T::ASDL;

    fn read(reader: &Reader<'_, 'a>, value: &Value) -> PyResult<Option<Self>> {
        Ok(T::read(reader, value)?.map(|node| reader.arena.alloc(node)))
    }
}

impl<'a> FromObject<'a> for Name {
    const ASDL: &'static str = "identifier";

    fn read(reader: &Reader<'_, 'a>, value: &Value) -> PyResult<Option<Self>> {
        if value.is_none() {
            return Ok(None);
        }
        let text = value.downcast_ref::<Str>();
        match text.filter(|_| reader.rt.is_exact_str(value)) {
            Some(text) => Ok(Some(reader.names.borrow_mut().intern(&text.to_str()))),
            None => Err(reader.rt.type_error("AST identifier must be of type str")),
        }
    }
}

impl<'a> FromObject<'a> for Constant<'a> {
    const ASDL: &'static str = "constant";

    fn read(reader: &Reader<'_, 'a>, value: &Value) -> PyResult<Option<Self>> {
        reader.constant(value).map(Some)
    }
}

impl<'a> FromObject<'a> for bool {
    const ASDL: &'static str = "int";

    fn read(reader: &Reader<'_, 'a>, value: &Value) -> PyResult<Option<Self>> {
        Ok(Some(reader.int(value)? != 0))
    }
}

impl<'a> FromObject<'a> for i32 {
    const ASDL: &'static str = "int";

    fn read(reader: &Reader<'_, 'a>, value: &Value) -> PyResult<Option<Self>> {
        reader.int(value).map(Some)
    }
}
