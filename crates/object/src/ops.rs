//! The object protocol: what operators and built-in functions do with any value (CPython's `Objects/abstract.c`).

use crate::dict::Dict;
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::{Binary, CompareOp, SlotCells, Ternary};
use crate::str_::{Str, StrExt};
use crate::tuple::{List, Tuple, TupleExt};
use hognose_heap::{Ref, Value};

/// A binary operator: its slots and how messages show it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BinaryOp {
    Add,
    And,
    FloorDiv,
    LShift,
    MatMul,
    Mul,
    Mod,
    Or,
    Pow,
    RShift,
    Sub,
    TrueDiv,
    Xor,
}

impl BinaryOp {
    /// In the order of CPython's `NB_ADD` … `NB_XOR`; the in-place forms follow in the same order.
    pub const ALL: [BinaryOp; 13] = [
        BinaryOp::Add,
        BinaryOp::And,
        BinaryOp::FloorDiv,
        BinaryOp::LShift,
        BinaryOp::MatMul,
        BinaryOp::Mul,
        BinaryOp::Mod,
        BinaryOp::Or,
        BinaryOp::Pow,
        BinaryOp::RShift,
        BinaryOp::Sub,
        BinaryOp::TrueDiv,
        BinaryOp::Xor,
    ];

    pub const fn symbol(self) -> &'static str {
        [
            "+",
            "&",
            "//",
            "<<",
            "@",
            "*",
            "%",
            "|",
            "** or pow()",
            ">>",
            "-",
            "/",
            "^",
        ][self as usize]
    }

    const fn inplace_symbol(self) -> &'static str {
        [
            "+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^=",
        ][self as usize]
    }

    fn slot(self, s: &SlotCells) -> Option<Binary> {
        match self {
            BinaryOp::Add => s.add.get(),
            BinaryOp::And => s.and.get(),
            BinaryOp::FloorDiv => s.floordiv.get(),
            BinaryOp::LShift => s.lshift.get(),
            BinaryOp::MatMul => s.matmul.get(),
            BinaryOp::Mul => s.mul.get(),
            BinaryOp::Mod => s.modulo.get(),
            BinaryOp::Or => s.or.get(),
            BinaryOp::Pow => None,
            BinaryOp::RShift => s.rshift.get(),
            BinaryOp::Sub => s.sub.get(),
            BinaryOp::TrueDiv => s.truediv.get(),
            BinaryOp::Xor => s.xor.get(),
        }
    }

    fn inplace_slot(self, s: &SlotCells) -> Option<Binary> {
        match self {
            BinaryOp::Add => s.iadd.get(),
            BinaryOp::And => s.iand.get(),
            BinaryOp::FloorDiv => s.ifloordiv.get(),
            BinaryOp::LShift => s.ilshift.get(),
            BinaryOp::MatMul => s.imatmul.get(),
            BinaryOp::Mul => s.imul.get(),
            BinaryOp::Mod => s.imod.get(),
            BinaryOp::Or => s.ior.get(),
            BinaryOp::Pow => None,
            BinaryOp::RShift => s.irshift.get(),
            BinaryOp::Sub => s.isub.get(),
            BinaryOp::TrueDiv => s.itruediv.get(),
            BinaryOp::Xor => s.ixor.get(),
        }
    }
}

fn implemented(result: Value) -> Option<Value> {
    (!result.is(&Value::NOT_IMPLEMENTED)).then_some(result)
}

impl Rt {
    /// Tries both sides' slots in CPython's order (`binary_op1`); `None` if both decline.
    fn try_binary(
        &self,
        a: &Value,
        b: &Value,
        slot: impl Fn(&SlotCells) -> Option<Binary>,
    ) -> PyResult<Option<Value>> {
        let (ta, tb) = (self.type_of(a).clone(), self.type_of(b).clone());
        let left = slot(&ta.slots);
        let mut right = if ta.same(&tb) { None } else { slot(&tb.slots) };
        if let (Some(l), Some(r)) = (left, right)
            && std::ptr::fn_addr_eq(l, r)
        {
            right = None;
        }
        if let Some(l) = left {
            if let Some(r) = right
                && tb.is_subtype(&ta)
            {
                if let Some(found) = implemented(r(self, a, b)?) {
                    return Ok(Some(found));
                }
                right = None;
            }
            if let Some(found) = implemented(l(self, a, b)?) {
                return Ok(Some(found));
            }
        }
        match right {
            Some(r) => Ok(implemented(r(self, a, b)?)),
            None => Ok(None),
        }
    }

    /// As [`Rt::try_binary`], for `pow` (`ternary_op` with two types).
    fn try_pow(&self, a: &Value, b: &Value, c: &Value) -> PyResult<Option<Value>> {
        let (ta, tb, tc) = (
            self.type_of(a).clone(),
            self.type_of(b).clone(),
            self.type_of(c).clone(),
        );
        let left = ta.slots.pow.get();
        let mut right = if ta.same(&tb) {
            None
        } else {
            tb.slots.pow.get()
        };
        let equal = |x: Option<Ternary>, y: Option<Ternary>| matches!((x, y), (Some(x), Some(y)) if std::ptr::fn_addr_eq(x, y));
        if equal(left, right) {
            right = None;
        }
        if let (Some(_), Some(r)) = (left, right)
            && tb.is_subtype(&ta)
        {
            if let Some(found) = implemented(r(self, a, b, c)?) {
                return Ok(Some(found));
            }
            right = None;
        }
        for f in [left, right].into_iter().flatten() {
            if let Some(found) = implemented(f(self, a, b, c)?) {
                return Ok(Some(found));
            }
        }
        let third = if c.is_none() {
            None
        } else {
            tc.slots.pow.get()
        };
        match third {
            Some(f) if !equal(third, ta.slots.pow.get()) && !equal(third, tb.slots.pow.get()) => {
                Ok(implemented(f(self, a, b, c)?))
            }
            _ => Ok(None),
        }
    }

    /// `a op b`.
    pub fn binary(&self, op: BinaryOp, a: &Value, b: &Value) -> PyResult {
        if op == BinaryOp::Pow {
            return self.pow(a, b, &Value::NONE);
        }
        if let Some(found) = self.try_binary(a, b, |s| op.slot(s))? {
            return Ok(found);
        }
        match op {
            BinaryOp::Add => {
                if let Some(concat) = self.type_of(a).slots.concat.get() {
                    return concat(self, a, b);
                }
            }
            BinaryOp::Mul => {
                if let Some(found) = self.repeat(a, b, false)? {
                    return Ok(found);
                }
            }
            _ => (),
        }
        Err(self.unsupported(op.symbol(), a, b))
    }

    /// `a op= b`.
    pub fn inplace(&self, op: BinaryOp, a: &Value, b: &Value) -> PyResult {
        if op == BinaryOp::Pow {
            if let Some(ipow) = self.type_of(a).slots.ipow.get()
                && let Some(found) = implemented(ipow(self, a, b, &Value::NONE)?)
            {
                return Ok(found);
            }
            return match self.try_pow(a, b, &Value::NONE)? {
                Some(found) => Ok(found),
                None => Err(self.unsupported(op.inplace_symbol(), a, b)),
            };
        }
        if let Some(slot) = op.inplace_slot(&self.type_of(a).slots)
            && let Some(found) = implemented(slot(self, a, b)?)
        {
            return Ok(found);
        }
        if let Some(found) = self.try_binary(a, b, |s| op.slot(s))? {
            return Ok(found);
        }
        match op {
            BinaryOp::Add => {
                let slots = &self.type_of(a).slots;
                if let Some(concat) = slots.iconcat.get().or(slots.concat.get()) {
                    return concat(self, a, b);
                }
            }
            BinaryOp::Mul => {
                if let Some(found) = self.repeat(a, b, true)? {
                    return Ok(found);
                }
            }
            _ => (),
        }
        Err(self.unsupported(op.inplace_symbol(), a, b))
    }

    /// Sequence times count, either way round (`sequence_repeat`).
    fn repeat(&self, a: &Value, b: &Value, inplace: bool) -> PyResult<Option<Value>> {
        let slots = &self.type_of(a).slots;
        let left = if inplace {
            slots.irepeat.get().or(slots.repeat.get())
        } else {
            slots.repeat.get()
        };
        let (repeat, sequence, count) = match (left, self.type_of(b).slots.repeat.get()) {
            (Some(f), _) => (f, a, b),
            (None, Some(f)) => (f, b, a),
            (None, None) => return Ok(None),
        };
        if self.as_int(count).is_none() && self.type_of(count).slots.index.get().is_none() {
            return Err(self.type_error(format!(
                "can't multiply sequence by non-int of type '{}'",
                self.type_name(count)
            )));
        }
        repeat(self, sequence, count).map(Some)
    }

    /// `pow(a, b, c)`; `c` is None for two operands.
    pub fn pow(&self, a: &Value, b: &Value, c: &Value) -> PyResult {
        if let Some(found) = self.try_pow(a, b, c)? {
            return Ok(found);
        }
        if c.is_none() {
            return Err(self.unsupported("** or pow()", a, b));
        }
        let (a, b, c) = (self.type_name(a), self.type_name(b), self.type_name(c));
        Err(self.type_error(format!(
            "unsupported operand type(s) for ** or pow(): '{a}', '{b}', '{c}'"
        )))
    }

    /// `divmod(a, b)`.
    pub fn divmod(&self, a: &Value, b: &Value) -> PyResult {
        match self.try_binary(a, b, |s| s.divmod.get())? {
            Some(found) => Ok(found),
            None => Err(self.unsupported("divmod()", a, b)),
        }
    }

    /// The error of an operation that neither side does.
    #[cold]
    pub fn unsupported_operands(
        &self,
        op: BinaryOp,
        inplace: bool,
        a: &Value,
        b: &Value,
    ) -> Raised {
        let symbol = if inplace {
            op.inplace_symbol()
        } else {
            op.symbol()
        };
        self.unsupported(symbol, a, b)
    }

    #[cold]
    fn unsupported(&self, symbol: &str, a: &Value, b: &Value) -> Raised {
        let (ta, tb) = (self.type_name(a), self.type_name(b));
        let hint = if symbol == ">>"
            && a.downcast_ref::<crate::builtin::Builtin>()
                .is_some_and(|f| f.def.name == "print")
        {
            format!(
                "unsupported operand type(s) for >>: '{ta}' and '{tb}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
            )
        } else {
            format!("unsupported operand type(s) for {symbol}: '{ta}' and '{tb}'")
        };
        self.type_error(hint)
    }

    /// `-a`.
    pub fn neg(&self, a: &Value) -> PyResult {
        match self.type_of(a).slots.neg.get() {
            Some(f) => f(self, a),
            None => Err(self.type_error(format!(
                "bad operand type for unary -: '{}'",
                self.type_name(a)
            ))),
        }
    }

    /// `+a`.
    pub fn pos(&self, a: &Value) -> PyResult {
        match self.type_of(a).slots.pos.get() {
            Some(f) => f(self, a),
            None => Err(self.type_error(format!(
                "bad operand type for unary +: '{}'",
                self.type_name(a)
            ))),
        }
    }

    /// `~a`.
    pub fn invert(&self, a: &Value) -> PyResult {
        match self.type_of(a).slots.invert.get() {
            Some(f) => f(self, a),
            None => Err(self.type_error(format!(
                "bad operand type for unary ~: '{}'",
                self.type_name(a)
            ))),
        }
    }

    /// `abs(a)`.
    pub fn abs(&self, a: &Value) -> PyResult {
        match self.type_of(a).slots.abs.get() {
            Some(f) => f(self, a),
            None => Err(self.type_error(format!(
                "bad operand type for abs(): '{}'",
                self.type_name(a)
            ))),
        }
    }

    /// Rich comparison (`do_richcompare`).
    pub fn compare(&self, a: &Value, b: &Value, op: CompareOp) -> PyResult {
        self.guarded(" in comparison", || self.compare_unguarded(a, b, op))
    }

    fn compare_unguarded(&self, a: &Value, b: &Value, op: CompareOp) -> PyResult {
        // Two of one type are asked in the order of the general case; nearly always the first answers.
        let ty = self.type_of(a);
        if ty.same(self.type_of(b))
            && let Some(own) = ty.slots.compare.get()
        {
            if let Some(found) = implemented(own(self, a, b, op)?) {
                return Ok(found);
            }
            if let Some(found) = implemented(own(self, b, a, op.swapped())?) {
                return Ok(found);
            }
            return self.not_compared(a, b, op);
        }
        let (ta, tb) = (self.type_of(a).clone(), self.type_of(b).clone());
        let (left, right) = (ta.slots.compare.get(), tb.slots.compare.get());
        let mut tried_right = false;
        if let Some(r) = right
            && !ta.same(&tb)
            && tb.is_subtype(&ta)
        {
            tried_right = true;
            if let Some(found) = implemented(r(self, b, a, op.swapped())?) {
                return Ok(found);
            }
        }
        if let Some(l) = left
            && let Some(found) = implemented(l(self, a, b, op)?)
        {
            return Ok(found);
        }
        if let Some(r) = right
            && !tried_right
            && let Some(found) = implemented(r(self, b, a, op.swapped())?)
        {
            return Ok(found);
        }
        self.not_compared(a, b, op)
    }

    /// The result when neither side knows: identity, or an error.
    #[cold]
    fn not_compared(&self, a: &Value, b: &Value, op: CompareOp) -> PyResult {
        match op {
            CompareOp::Eq => Ok(Value::bool(a.is(b))),
            CompareOp::Ne => Ok(Value::bool(!a.is(b))),
            _ => {
                let (a, b) = (self.type_name(a), self.type_name(b));
                Err(self.type_error(format!(
                    "'{}' not supported between instances of '{a}' and '{b}'",
                    op.symbol()
                )))
            }
        }
    }

    /// Rich comparison as a truth value; identical values are equal without asking (`PyObject_RichCompareBool`).
    #[inline]
    pub fn compare_bool(&self, a: &Value, b: &Value, op: CompareOp) -> PyResult<bool> {
        if a.is(b) {
            match op {
                CompareOp::Eq => return Ok(true),
                CompareOp::Ne => return Ok(false),
                _ => (),
            }
        }
        if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
            return Ok(op.holds(x.cmp(&y)));
        }
        if let Some(holds) = self.compare_text(a, b, op) {
            return Ok(holds);
        }
        let result = self.compare(a, b, op)?;
        self.truth(&result)
    }

    /// The comparison of two exact strings, unless their order takes more than a look at the bytes.
    #[inline]
    pub fn compare_text(&self, a: &Value, b: &Value, op: CompareOp) -> Option<bool> {
        if !self.is_exact_str(a) || !self.is_exact_str(b) {
            return None;
        }
        let (x, y) = (a.downcast_ref::<Str>()?, b.downcast_ref::<Str>()?);
        match op {
            CompareOp::Eq => Some(x.same_text(y)),
            CompareOp::Ne => Some(!x.same_text(y)),
            _ if x.is_ascii() && y.is_ascii() => Some(op.holds(x.bytes().cmp(y.bytes()))),
            _ => None,
        }
    }

    /// `a is b or a == b`.
    #[inline]
    pub fn eq(&self, a: &Value, b: &Value) -> PyResult<bool> {
        self.compare_bool(a, b, CompareOp::Eq)
    }

    /// `bool(value)`.
    #[inline]
    pub fn truth(&self, value: &Value) -> PyResult<bool> {
        if value.is(&Value::TRUE) {
            return Ok(true);
        }
        if value.is(&Value::FALSE) || value.is_none() {
            return Ok(false);
        }
        if let Some(i) = value.as_small_int() {
            return Ok(i != 0);
        }
        let slots = &self.type_of(value).slots;
        if let Some(f) = slots.bool.get() {
            return f(self, value);
        }
        if let Some(f) = slots.len.get() {
            return Ok(f(self, value)? != 0);
        }
        Ok(true)
    }

    /// `repr(value)`.
    pub fn repr(&self, value: &Value) -> PyResult<Ref<Str>> {
        let Some(f) = self.type_of(value).slots.repr.get() else {
            return Ok(self.str(&format!("<{} object>", self.type_name(value))));
        };
        let made = self.guarded(" while getting the repr of an object", || f(self, value))?;
        self.expect_str(made, "__repr__")
    }

    /// `str(value)`.
    pub fn str_of(&self, value: &Value) -> PyResult<Ref<Str>> {
        if self.is_exact_str(value)
            && let Some(text) = value.downcast::<Str>()
        {
            return Ok(text.clone());
        }
        let slots = &self.type_of(value).slots;
        let Some(f) = slots.str.get() else {
            return self.repr(value);
        };
        let made = self.guarded(" while getting the str of an object", || f(self, value))?;
        self.expect_str(made, "__str__")
    }

    fn expect_str(&self, made: Value, method: &str) -> PyResult<Ref<Str>> {
        Ref::try_from(made).map_err(|other: Value| {
            self.type_error(format!(
                "{method} returned non-string (type {})",
                self.type_name(&other)
            ))
        })
    }

    /// What the object says its length may be (`PyObject_LengthHint`).
    pub fn length_hint(&self, value: &Value, default: usize) -> PyResult<usize> {
        let type_error = |raised: &crate::Raised| raised.is(self, &self.types.type_error);
        if self.type_of(value).slots.len.get().is_some() {
            match self.len(value) {
                Err(raised) if type_error(&raised) => (),
                known => return known,
            }
        }
        let hint = match self.call_special(value, &self.intern("__length_hint__"), &[]) {
            None => return Ok(default),
            Some(Err(raised)) if type_error(&raised) => return Ok(default),
            Some(hint) => hint?,
        };
        if hint.is(&Value::NOT_IMPLEMENTED) {
            return Ok(default);
        }
        if self.as_int(&hint).is_none() {
            let given = self.type_name(&hint);
            return Err(self.type_error(format!("__length_hint__ must be an integer, not {given}")));
        }
        usize::try_from(self.index_i64(&hint)?)
            .map_err(|_| self.value_error("__length_hint__() should return >= 0"))
    }

    /// `len(value)`.
    pub fn len(&self, value: &Value) -> PyResult<usize> {
        match self.type_of(value).slots.len.get() {
            Some(f) => f(self, value),
            None => Err(self.type_error(format!(
                "object of type '{}' has no len()",
                self.type_name(value)
            ))),
        }
    }

    /// `value[key]` (`PyObject_GetItem`).
    pub fn getitem(&self, value: &Value, key: &Value) -> PyResult {
        if let Some(f) = self.type_of(value).slots.getitem.get() {
            return f(self, value, key);
        }
        if let Some(class) = value.downcast::<crate::TypeObj>() {
            if class.same(&self.types.type_) {
                return Ok(self.generic_alias(value, key));
            }
            if let Some(method) = self.getattr_opt(value, &self.names.class_getitem_)?
                && !method.is_none()
            {
                return self.call(&method, std::slice::from_ref(key));
            }
            let name = class.display_name();
            return Err(self.type_error(format!("type '{name}' is not subscriptable")));
        }
        Err(self.type_error(format!(
            "'{}' object is not subscriptable",
            self.type_name(value)
        )))
    }

    /// `value[key] = item`, or `del value[key]` without an item.
    pub fn setitem(&self, value: &Value, key: &Value, item: Option<&Value>) -> PyResult<()> {
        match self.type_of(value).slots.setitem.get() {
            Some(f) => f(self, value, key, item),
            None => {
                let what = if item.is_some() {
                    "assignment"
                } else {
                    "deletion"
                };
                Err(self.type_error(format!(
                    "'{}' object does not support item {what}",
                    self.type_name(value)
                )))
            }
        }
    }

    /// `item in container` (`PySequence_Contains`).
    pub fn contains(&self, container: &Value, item: &Value) -> PyResult<bool> {
        if let Some(f) = self.type_of(container).slots.contains.get() {
            return f(self, container, item);
        }
        self.contains_by_iteration(container, item)
    }

    /// Whether an item occurs among what the container iterates over (`_PySequence_IterSearch`).
    pub(crate) fn contains_by_iteration(&self, container: &Value, item: &Value) -> PyResult<bool> {
        let slots = &self.type_of(container).slots;
        if slots.iter.get().is_none() && slots.getitem.get().is_none() {
            return Err(self.type_error(format!(
                "argument of type '{}' is not iterable",
                self.type_name(container)
            )));
        }
        let iterator = self.iter(container)?;
        while let Some(next) = self.next(&iterator)? {
            if self.eq(&next, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `iter(value)` (`PyObject_GetIter`).
    pub fn iter(&self, value: &Value) -> PyResult {
        let slots = &self.type_of(value).slots;
        let Some(f) = slots.iter.get() else {
            if slots.getitem.get().is_some() && !self.is_instance(value, &self.types.dict) {
                return Ok(self.sequence_iterator(value));
            }
            return Err(self.type_error(format!(
                "'{}' object is not iterable",
                self.type_name(value)
            )));
        };
        let iterator = f(self, value)?;
        if self.type_of(&iterator).slots.next.get().is_none() {
            let name = self.type_name(&iterator);
            return Err(self.type_error(format!("iter() returned non-iterator of type '{name}'")));
        }
        Ok(iterator)
    }

    /// The iterator's next item; `None` at its end.
    #[inline]
    pub fn next(&self, iterator: &Value) -> PyResult<Option<Value>> {
        self.check_stack()?;
        // A native loop over an iterator without end must hear of signals.
        self.attend()?;
        match self.type_of(iterator).slots.next.get() {
            Some(f) => match f(self, iterator) {
                Err(raised) if raised.is(self, &self.types.stop_iteration) => Ok(None),
                other => other,
            },
            None => Err(self.type_error(format!(
                "'{}' object is not an iterator",
                self.type_name(iterator)
            ))),
        }
    }

    /// All items of an iterable, at once for exact lists and tuples.
    pub fn collect(&self, iterable: &Value) -> PyResult<Vec<Value>> {
        if self.is_exact(iterable, &self.types.tuple)
            && let Some(tuple) = iterable.downcast_ref::<Tuple>()
        {
            return Ok(tuple.to_vec());
        }
        if self.is_exact(iterable, &self.types.list)
            && let Some(list) = iterable.downcast_ref::<List>()
        {
            return Ok(list.snapshot());
        }
        let iterator = self.iter(iterable)?;
        let hint = self.length_hint(iterable, 8)?;
        self.room_for::<Value>(hint)?;
        let mut items = Vec::with_capacity(hint);
        self.walk(&iterator, |item| {
            self.push_to(&mut items, item)?;
            Ok(true)
        })?;
        if items.capacity() > 2 * items.len() {
            items.shrink_to_fit();
        }
        Ok(items)
    }

    /// Calls `f` with each item until it answers false.
    pub fn for_each(
        &self,
        iterable: &Value,
        mut f: impl FnMut(Value) -> PyResult<bool>,
    ) -> PyResult<()> {
        // Rows are walked as their iterators would: what `f` does to a list shows.
        if self.is_exact(iterable, &self.types.list)
            && let Some(list) = iterable.downcast_ref::<List>()
        {
            let mut i = 0;
            while let Some(item) = list.get(i) {
                if !f(item)? {
                    break;
                }
                i += 1;
            }
            return Ok(());
        }
        if self.is_exact(iterable, &self.types.tuple)
            && let Some(tuple) = iterable.downcast_ref::<Tuple>()
        {
            for item in tuple.items() {
                if !f(item)? {
                    break;
                }
            }
            return Ok(());
        }
        let iterator = self.iter(iterable)?;
        self.walk(&iterator, f)
    }

    /// Calls `f` with each item of an iterator until it answers false.
    fn walk(&self, iterator: &Value, mut f: impl FnMut(Value) -> PyResult<bool>) -> PyResult<()> {
        if let Some(range) = iterator.downcast_ref::<crate::iters::RangeIter>() {
            while let Some(i) = range.advance() {
                if !f(self.int(i))? {
                    break;
                }
            }
            return Ok(());
        }
        while let Some(item) = self.next(iterator)? {
            if !f(item)? {
                break;
            }
        }
        Ok(())
    }

    /// `operator.index(value)`: an `int` value.
    pub fn index(&self, value: &Value) -> PyResult {
        if self.as_int(value).is_some() {
            return Ok(value.clone());
        }
        let Some(f) = self.type_of(value).slots.index.get() else {
            let name = self.type_name(value);
            return Err(self.type_error(format!(
                "'{name}' object cannot be interpreted as an integer"
            )));
        };
        let made = f(self, value)?;
        if self.as_int(&made).is_some() {
            crate::int::warn_of_subclass(self, &made, "__index__")?;
            return Ok(made);
        }
        Err(self.type_error(format!(
            "__index__ returned non-int (type {})",
            self.type_name(&made)
        )))
    }

    /// An index as an `i64`; clamped to its ends if it is bigger (`PyNumber_AsSsize_t` without an exception).
    pub fn index_clamped(&self, value: &Value) -> PyResult<i64> {
        let made = self.index(value)?;
        Ok(match self.as_int(&made) {
            Some(crate::int::AnyInt::Small(i)) => i,
            Some(crate::int::AnyInt::Big(b)) if b.sign() == num_bigint::Sign::Minus => {
                b.try_into().unwrap_or(i64::MIN)
            }
            Some(crate::int::AnyInt::Big(b)) => b.try_into().unwrap_or(i64::MAX),
            None => 0,
        })
    }

    /// An index as an `i64`, or the named error if it does not fit.
    pub fn index_i64(&self, value: &Value) -> PyResult<i64> {
        let made = self.index(value)?;
        self.as_int(&made)
            .and_then(|i| i.to_i64())
            .ok_or_else(|| self.overflow_error("Python int too large to convert to C ssize_t"))
    }

    /// An index as an `i64`; IndexError if it does not fit (`PyNumber_AsSsize_t` with it).
    pub fn index_place(&self, value: &Value) -> PyResult<i64> {
        let made = self.index(value)?;
        self.as_int(&made).and_then(|i| i.to_i64()).ok_or_else(|| {
            let given = self.type_name(value);
            self.index_error(format!("cannot fit '{given}' into an index-sized integer"))
        })
    }

    /// An index that becomes a C `int` (`_PyLong_AsInt`).
    pub fn c_int(&self, value: &Value) -> PyResult<i32> {
        let made = self.index(value)?;
        self.as_int(&made)
            .and_then(|i| i.to_i64())
            .and_then(|i| i32::try_from(i).ok())
            .ok_or_else(|| self.overflow_error("Python int too large to convert to C int"))
    }

    /// The dict that a value is, if it is one or a subclass's instance.
    pub fn as_dict<'a>(&self, value: &'a Value) -> Option<&'a Ref<Dict>> {
        value.downcast::<Dict>()
    }
}
