//! Expressions, but for calls and comprehensions.

use hognose_ast::{
    Attribute, BoolOp, BoolOpKind, CmpOp, Compare, Constant, Dict, Expr, ExprContext,
    FormattedValue, IfExp, JoinedStr, Name, Operator, Slice, Subscript, UnaryOp, UnaryOpKind,
    known,
};
use hognose_bytecode::Opcode;

use super::{Emit, Emitter, STACK_USE_GUIDELINE, UnitKind};
use crate::ir::{Label, Loc};

/// `CALL_INTRINSIC_1` of `INTRINSIC_ASYNC_GEN_WRAP`.
const INTRINSIC_ASYNC_GEN_WRAP: u32 = 4;
/// `CALL_INTRINSIC_1` of `INTRINSIC_UNARY_POSITIVE`.
const INTRINSIC_UNARY_POSITIVE: u32 = 5;
/// `CALL_INTRINSIC_1` of `INTRINSIC_LIST_TO_TUPLE`.
const INTRINSIC_LIST_TO_TUPLE: u32 = 6;
/// From the number of a binary operation to that of its in-place form (`NB_INPLACE_ADD`).
const NB_INPLACE: u32 = 13;
/// The flag of `FORMAT_VALUE` for a format specification (`FVS_HAVE_SPEC`).
const FORMAT_HAS_SPEC: u32 = 4;

/// Which collection a display builds.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Display {
    List,
    Set,
    Tuple,
}

impl<'t, 'a> Emitter<'t, 'a> {
    pub(super) fn exprs(&mut self, exprs: &'t [Expr<'a>]) -> Emit {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    /// Emits one expression, read or written as its context says (`compiler_visit_expr1`).
    pub(super) fn expr(&mut self, expr: &'t Expr<'a>) -> Emit {
        match expr {
            Expr::NamedExpr(node) => {
                let loc = Loc::from(node.loc);
                self.expr(&node.value)?;
                self.op_arg(Opcode::Copy, 1, loc);
                self.expr(&node.target)
            }
            Expr::BoolOp(node) => self.bool_op(node),
            Expr::BinOp(node) => {
                let loc = Loc::from(node.loc);
                self.expr(&node.left)?;
                self.expr(&node.right)?;
                self.op_arg(Opcode::BinaryOp, operator(node.op), loc);
                Ok(())
            }
            Expr::UnaryOp(node) => self.unary_op(node),
            Expr::Lambda(node) => self.lambda(node),
            Expr::IfExp(node) => self.if_exp(node),
            Expr::Dict(node) => self.dict(node),
            Expr::Set(node) => self.display(&*node.elts, None, 0, Display::Set, node.loc.into()),
            Expr::GeneratorExp(node) => self.generator_exp(node),
            Expr::ListComp(node) => self.list_comp(node),
            Expr::SetComp(node) => self.set_comp(node),
            Expr::DictComp(node) => self.dict_comp(node),
            Expr::Yield(node) => {
                let loc = Loc::from(node.loc);
                if !self.u.function_like {
                    return self.error("'yield' outside function", loc);
                }
                match &node.value {
                    Some(value) => self.expr(value)?,
                    None => self.load_const(Constant::None, loc),
                }
                self.yield_value(loc);
                Ok(())
            }
            Expr::YieldFrom(node) => {
                let loc = Loc::from(node.loc);
                if !self.u.function_like {
                    return self.error("'yield' outside function", loc);
                }
                if self.u.kind == UnitKind::AsyncFunction {
                    return self.error("'yield from' inside async function", loc);
                }
                self.expr(&node.value)?;
                self.op(Opcode::GetYieldFromIter, loc);
                self.load_const(Constant::None, loc);
                self.yield_from(false, loc);
                Ok(())
            }
            Expr::Await(node) => {
                let loc = Loc::from(node.loc);
                if !self.is_top_level_await() {
                    if !self.u.function_like {
                        return self.error("'await' outside function", loc);
                    }
                    if !matches!(
                        self.u.kind,
                        UnitKind::AsyncFunction | UnitKind::Comprehension
                    ) {
                        return self.error("'await' outside async function", loc);
                    }
                }
                self.expr(&node.value)?;
                self.await_value(0, loc);
                Ok(())
            }
            Expr::Compare(node) => self.compare(node),
            Expr::Call(node) => self.call(node),
            Expr::Constant(node) => {
                let loc = Loc::from(node.loc);
                self.load_const(node.value, loc);
                Ok(())
            }
            Expr::JoinedStr(node) => self.joined_str(node),
            Expr::FormattedValue(node) => self.formatted_value(node),
            Expr::Attribute(node) => self.attribute(node),
            Expr::Subscript(node) => self.subscript(node),
            Expr::Starred(node) => {
                let loc = Loc::from(node.loc);
                let message = match node.ctx {
                    ExprContext::Store => "starred assignment target must be in a list or tuple",
                    ExprContext::Load | ExprContext::Del => "can't use starred expression here",
                };
                self.error(message, loc)
            }
            Expr::Slice(node) => {
                let loc = Loc::from(node.loc);
                let count = self.slice_parts(node)?;
                self.op_arg(Opcode::BuildSlice, count, loc);
                Ok(())
            }
            Expr::Name(node) => self.name_op(node.id, node.ctx, node.loc.into()),
            Expr::List(node) => {
                self.sequence(&*node.elts, node.ctx, Display::List, node.loc.into())
            }
            Expr::Tuple(node) => {
                self.sequence(&*node.elts, node.ctx, Display::Tuple, node.loc.into())
            }
        }
    }

    fn bool_op(&mut self, node: &'t BoolOp<'a>) -> Emit {
        let loc = node.loc.into();
        let jump = match node.op {
            BoolOpKind::And => Opcode::PopJumpIfFalse,
            BoolOpKind::Or => Opcode::PopJumpIfTrue,
        };
        let end = self.new_label();
        let Some((last, others)) = node.values.split_last() else {
            return Ok(());
        };
        for value in others {
            self.expr(value)?;
            self.op_arg(Opcode::Copy, 1, loc);
            self.make_bool(loc);
            self.jump(jump, end, loc);
            self.op(Opcode::PopTop, loc);
        }
        self.expr(last)?;
        self.use_label(end);
        Ok(())
    }

    fn unary_op(&mut self, node: &'t UnaryOp<'a>) -> Emit {
        let loc = node.loc.into();
        self.expr(&node.operand)?;
        match node.op {
            UnaryOpKind::UAdd => {
                self.op_arg(Opcode::CallIntrinsic1, INTRINSIC_UNARY_POSITIVE, loc);
            }
            UnaryOpKind::Invert => self.op(Opcode::UnaryInvert, loc),
            UnaryOpKind::Not => {
                self.make_bool(loc);
                self.op(Opcode::UnaryNot, loc);
            }
            UnaryOpKind::USub => self.op(Opcode::UnaryNegative, loc),
        }
        Ok(())
    }

    /// Emits `op=` on the two values on the stack.
    pub(super) fn inplace_op(&mut self, op: Operator, loc: Loc) {
        self.op_arg(Opcode::BinaryOp, operator(op) + NB_INPLACE, loc);
    }

    /// Subtracts the value on top of the stack from the one below.
    pub(super) fn subtract(&mut self, loc: Loc) {
        self.op_arg(Opcode::BinaryOp, operator(Operator::Sub), loc);
    }

    fn if_exp(&mut self, node: &'t IfExp<'a>) -> Emit {
        let end = self.new_label();
        let next = self.new_label();
        self.jump_if(&node.test, next, false)?;
        self.expr(&node.body)?;
        self.jump_ahead(end);
        self.use_label(next);
        self.expr(&node.orelse)?;
        self.use_label(end);
        Ok(())
    }

    /// Jumps when the test's truth is `condition`, else falls through (`compiler_jump_if`).
    pub(super) fn jump_if(&mut self, test: &'t Expr<'a>, next: Label, condition: bool) -> Emit {
        match test {
            Expr::UnaryOp(node) if node.op == UnaryOpKind::Not => {
                return self.jump_if(&node.operand, next, !condition);
            }
            Expr::BoolOp(node) => {
                let inner_condition = node.op == BoolOpKind::Or;
                let inner = if inner_condition == condition {
                    next
                } else {
                    self.new_label()
                };
                let Some((last, others)) = node.values.split_last() else {
                    return Ok(());
                };
                for value in others {
                    self.jump_if(value, inner, inner_condition)?;
                }
                self.jump_if(last, next, condition)?;
                if inner != next {
                    self.use_label(inner);
                }
                return Ok(());
            }
            Expr::IfExp(node) => {
                let end = self.new_label();
                let orelse = self.new_label();
                self.jump_if(&node.test, orelse, false)?;
                self.jump_if(&node.body, next, condition)?;
                self.jump_ahead(end);
                self.use_label(orelse);
                self.jump_if(&node.orelse, next, condition)?;
                self.use_label(end);
                return Ok(());
            }
            Expr::Compare(node) if node.ops.len() > 1 => {
                return self.jump_if_chain(node, next, condition);
            }
            _ => {}
        }
        self.expr(test)?;
        self.make_bool(test.loc().into());
        self.jump(jump_on(condition), next, test.loc().into());
        Ok(())
    }

    /// `a < b < c` as a condition: no value is kept, only the jumps.
    fn jump_if_chain(&mut self, node: &'t Compare<'a>, next: Label, condition: bool) -> Emit {
        let loc = Loc::from(node.loc);
        self.check_compare(node);
        let cleanup = self.new_label();
        self.expr(&node.left)?;
        let last = node.ops.len() - 1;
        for (at, (op, comparator)) in node.ops.iter().zip(node.comparators.iter()).enumerate() {
            self.expr(comparator)?;
            if at == last {
                self.compare_op(*op, loc);
                break;
            }
            self.op_arg(Opcode::Swap, 2, loc);
            self.op_arg(Opcode::Copy, 2, loc);
            self.compare_op(*op, loc);
            self.make_bool(loc);
            self.jump(Opcode::PopJumpIfFalse, cleanup, loc);
        }
        self.make_bool(loc);
        self.jump(jump_on(condition), next, loc);
        let end = self.new_label();
        self.jump_ahead(end);
        self.use_label(cleanup);
        self.op(Opcode::PopTop, loc);
        if !condition {
            self.jump_ahead(next);
        }
        self.use_label(end);
        Ok(())
    }

    fn compare(&mut self, node: &'t Compare<'a>) -> Emit {
        let loc = Loc::from(node.loc);
        self.check_compare(node);
        self.expr(&node.left)?;
        if let ([op], [comparator]) = (&*node.ops, &*node.comparators) {
            self.expr(comparator)?;
            self.compare_op(*op, loc);
            return Ok(());
        }
        let cleanup = self.new_label();
        let last = node.ops.len().saturating_sub(1);
        for (at, (op, comparator)) in node.ops.iter().zip(node.comparators.iter()).enumerate() {
            self.expr(comparator)?;
            if at == last {
                self.compare_op(*op, loc);
                break;
            }
            self.op_arg(Opcode::Swap, 2, loc);
            self.op_arg(Opcode::Copy, 2, loc);
            self.compare_op(*op, loc);
            self.op_arg(Opcode::Copy, 1, loc);
            self.make_bool(loc);
            self.jump(Opcode::PopJumpIfFalse, cleanup, loc);
            self.op(Opcode::PopTop, loc);
        }
        let end = self.new_label();
        self.jump_ahead(end);
        self.use_label(cleanup);
        self.op_arg(Opcode::Swap, 2, loc);
        self.op(Opcode::PopTop, loc);
        self.use_label(end);
        Ok(())
    }

    /// Emits one comparison (`compiler_addcompare`); the low bits of `COMPARE_OP` are the mask of outcomes that count.
    pub(super) fn compare_op(&mut self, op: CmpOp, loc: Loc) {
        const UNORDERED: u32 = 1;
        const LESS: u32 = 2;
        const GREATER: u32 = 4;
        const EQUAL: u32 = 8;
        let shift = self.features.compare_shift;
        let (op, oparg) = match op {
            CmpOp::Lt => (Opcode::CompareOp, LESS),
            CmpOp::LtE => (Opcode::CompareOp, 1 << shift | LESS | EQUAL),
            CmpOp::Eq => (Opcode::CompareOp, 2 << shift | EQUAL),
            CmpOp::NotEq => (Opcode::CompareOp, 3 << shift | UNORDERED | LESS | GREATER),
            CmpOp::Gt => (Opcode::CompareOp, 4 << shift | GREATER),
            CmpOp::GtE => (Opcode::CompareOp, 5 << shift | GREATER | EQUAL),
            CmpOp::Is => (Opcode::IsOp, 0),
            CmpOp::IsNot => (Opcode::IsOp, 1),
            CmpOp::In => (Opcode::ContainsOp, 0),
            CmpOp::NotIn => (Opcode::ContainsOp, 1),
        };
        self.op_arg(op, oparg, loc);
    }

    pub(super) fn yield_value(&mut self, loc: Loc) {
        let scope = self.scope();
        if scope.generator && scope.coroutine {
            self.op_arg(Opcode::CallIntrinsic1, INTRINSIC_ASYNC_GEN_WRAP, loc);
        }
        self.op_arg(Opcode::YieldValue, 0, loc);
        self.op_arg(Opcode::Resume, 1, loc);
    }

    fn attribute(&mut self, node: &'t Attribute<'a>) -> Emit {
        let loc = Loc::from(node.loc);
        if node.ctx == ExprContext::Load
            && let Some(call) = self.super_call(node)
        {
            self.load_super_args(call)?;
            let op = if call.args.is_empty() {
                Opcode::LoadZeroSuperAttr
            } else {
                Opcode::LoadSuperAttr
            };
            self.op_name(op, node.attr, loc);
            let loc = self.attr_loc(loc, node);
            self.op(Opcode::Nop, loc);
            return Ok(());
        }
        if self.features.static_attributes {
            self.note_static_attribute(node);
        }
        self.expr(&node.value)?;
        let loc = self.attr_loc(loc, node);
        let op = match node.ctx {
            ExprContext::Load => Opcode::LoadAttr,
            ExprContext::Store => {
                self.check_name(node.attr, ExprContext::Store, loc)?;
                Opcode::StoreAttr
            }
            ExprContext::Del => Opcode::DeleteAttr,
        };
        self.op_name(op, node.attr, loc);
        Ok(())
    }

    /// Where an attribute's name stands, when it is not on the line the expression starts at
    /// (`update_start_location_to_match_attr`).
    pub(super) fn attr_loc(&self, mut loc: Loc, attribute: &Attribute) -> Loc {
        let end = Loc::from(attribute.loc);
        if loc.line != end.end_line {
            loc.line = end.end_line;
            let length = self.names.get(attribute.attr).chars().count() as i32;
            if length <= end.end_col {
                loc.col = end.end_col - length;
            } else {
                loc.col = -1;
                loc.end_col = -1;
            }
            loc.end_line = loc.line.max(loc.end_line);
            if loc.line == loc.end_line {
                loc.end_col = loc.col.max(loc.end_col);
            }
        }
        loc
    }

    fn subscript(&mut self, node: &'t Subscript<'a>) -> Emit {
        let loc = Loc::from(node.loc);
        if node.ctx == ExprContext::Load {
            self.check_subscripter(&node.value);
            self.check_index(&node.value, &node.slice);
        }
        self.expr(&node.value)?;
        match &node.slice {
            Expr::Slice(slice) if slice.step.is_none() && node.ctx != ExprContext::Del => {
                self.slice_parts(slice)?;
                let is_load = node.ctx == ExprContext::Load;
                self.op(
                    if is_load {
                        Opcode::BinarySlice
                    } else {
                        Opcode::StoreSlice
                    },
                    loc,
                );
            }
            slice => {
                self.expr(slice)?;
                let op = match node.ctx {
                    ExprContext::Load => Opcode::BinarySubscr,
                    ExprContext::Store => Opcode::StoreSubscr,
                    ExprContext::Del => Opcode::DeleteSubscr,
                };
                self.op(op, loc);
            }
        }
        Ok(())
    }

    /// Emits the parts of a slice; answers how many there are (`compiler_slice`).
    pub(super) fn slice_parts(&mut self, node: &'t Slice<'a>) -> Emit<u32> {
        let loc = node.loc.into();
        for part in [&node.lower, &node.upper] {
            match part {
                Some(part) => self.expr(part)?,
                None => self.load_const(Constant::None, loc),
            }
        }
        match &node.step {
            Some(step) => self.expr(step).map(|()| 3),
            None => Ok(2),
        }
    }

    /// Emits a list or tuple, read, assigned to or deleted (`compiler_list`, `compiler_tuple`).
    fn sequence(
        &mut self,
        elts: &'t [Expr<'a>],
        ctx: ExprContext,
        display: Display,
        loc: Loc,
    ) -> Emit {
        match ctx {
            ExprContext::Load => self.display(elts, None, 0, display, loc),
            ExprContext::Store => {
                self.unpack(elts, loc)?;
                for elt in elts {
                    match elt {
                        Expr::Starred(starred) => self.expr(&starred.value)?,
                        _ => self.expr(elt)?,
                    }
                }
                Ok(())
            }
            ExprContext::Del => self.exprs(elts),
        }
    }

    /// Unpacks the value on the stack into as many as there are targets (`unpack_helper`).
    fn unpack(&mut self, elts: &'t [Expr<'a>], loc: Loc) -> Emit {
        let count = elts.len();
        let mut seen_star = false;
        for (at, elt) in elts.iter().enumerate() {
            if !matches!(elt, Expr::Starred(_)) {
                continue;
            }
            if seen_star {
                return self.error("multiple starred expressions in assignment", loc);
            }
            let after = count - at - 1;
            if at >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                return self.error("too many expressions in star-unpacking assignment", loc);
            }
            self.op_arg(Opcode::UnpackEx, (at + (after << 8)) as u32, loc);
            seen_star = true;
        }
        if !seen_star {
            self.op_arg(Opcode::UnpackSequence, count as u32, loc);
        }
        Ok(())
    }

    /// Builds a collection of expressions, with `pushed` values already on the stack before them and the value of the
    /// name `extra` behind them (`starunpack_helper`).
    pub(super) fn display(
        &mut self,
        elts: &'t [Expr<'a>],
        extra: Option<Name>,
        pushed: u32,
        display: Display,
        loc: Loc,
    ) -> Emit {
        let (build, add, extend) = match display {
            Display::List | Display::Tuple => {
                (Opcode::BuildList, Opcode::ListAppend, Opcode::ListExtend)
            }
            Display::Set => (Opcode::BuildSet, Opcode::SetAdd, Opcode::SetUpdate),
        };
        let is_tuple = display == Display::Tuple;
        let count = elts.len() + usize::from(extra.is_some());
        if count > 2
            && extra.is_none()
            && let Some(items) = self.constants(elts.iter().map(Some))
        {
            if is_tuple && pushed == 0 {
                self.load_const(Constant::Tuple(items), loc);
                return Ok(());
            }
            let folded = if display == Display::Set {
                Constant::FrozenSet(crate::optimise::distinct(items, self.arena))
            } else {
                Constant::Tuple(items)
            };
            self.op_arg(build, pushed, loc);
            self.load_const(folded, loc);
            self.op_arg(extend, 1, loc);
            if is_tuple {
                self.op_arg(Opcode::CallIntrinsic1, INTRINSIC_LIST_TO_TUPLE, loc);
            }
            return Ok(());
        }
        let is_big = count + pushed as usize > STACK_USE_GUIDELINE;
        let has_star = elts.iter().any(|elt| matches!(elt, Expr::Starred(_)));
        if !has_star && !is_big {
            self.exprs(elts)?;
            self.load_names(extra, loc)?;
            let build = if is_tuple { Opcode::BuildTuple } else { build };
            self.op_arg(build, count as u32 + pushed, loc);
            return Ok(());
        }
        let mut built = is_big;
        if is_big {
            self.op_arg(build, pushed, loc);
        }
        for (at, elt) in elts.iter().enumerate() {
            if let Expr::Starred(starred) = elt {
                if !built {
                    self.op_arg(build, at as u32 + pushed, loc);
                    built = true;
                }
                self.expr(&starred.value)?;
                self.op_arg(extend, 1, loc);
            } else {
                self.expr(elt)?;
                if built {
                    self.op_arg(add, 1, loc);
                }
            }
        }
        if let Some(extra) = extra {
            self.load_name(extra, loc)?;
            self.op_arg(add, 1, loc);
        }
        if is_tuple {
            self.op_arg(Opcode::CallIntrinsic1, INTRINSIC_LIST_TO_TUPLE, loc);
        }
        Ok(())
    }

    /// The values of expressions, if all are there and constant.
    fn constants<'e>(
        &self,
        exprs: impl ExactSizeIterator<Item = Option<&'e Expr<'a>>>,
    ) -> Option<&'a [Constant<'a>]>
    where
        'a: 'e,
    {
        let mut values = bumpalo::collections::Vec::new_in(self.arena);
        for expr in exprs {
            match expr {
                Some(Expr::Constant(node)) => values.push(node.value),
                _ => return None,
            }
        }
        Some(values.into_bump_slice())
    }

    fn dict(&mut self, node: &'t Dict<'a>) -> Emit {
        let loc = Loc::from(node.loc);
        let mut have_dict = false;
        // The pairs since the last that was emitted.
        let mut pending = 0;
        for (at, (key, value)) in node.keys.iter().zip(node.values.iter()).enumerate() {
            if key.is_none() {
                if pending > 0 {
                    self.sub_dict(node, at - pending, at)?;
                    if have_dict {
                        self.op_arg(Opcode::DictUpdate, 1, loc);
                    }
                    have_dict = true;
                    pending = 0;
                }
                if !have_dict {
                    self.op_arg(Opcode::BuildMap, 0, loc);
                    have_dict = true;
                }
                self.expr(value)?;
                self.op_arg(Opcode::DictUpdate, 1, loc);
            } else if pending * 2 > STACK_USE_GUIDELINE {
                self.sub_dict(node, at - pending, at + 1)?;
                if have_dict {
                    self.op_arg(Opcode::DictUpdate, 1, loc);
                }
                have_dict = true;
                pending = 0;
            } else {
                pending += 1;
            }
        }
        if pending > 0 {
            let count = node.values.len();
            self.sub_dict(node, count - pending, count)?;
            if have_dict {
                self.op_arg(Opcode::DictUpdate, 1, loc);
            }
            have_dict = true;
        }
        if !have_dict {
            self.op_arg(Opcode::BuildMap, 0, loc);
        }
        Ok(())
    }

    /// Emits a run of plain pairs (`compiler_subdict`).
    fn sub_dict(&mut self, node: &'t Dict<'a>, begin: usize, end: usize) -> Emit {
        let loc = Loc::from(node.loc);
        let keys = node.keys.get(begin..end).unwrap_or(&[]);
        let values = node.values.get(begin..end).unwrap_or(&[]);
        let count = keys.len();
        let is_big = count * 2 > STACK_USE_GUIDELINE;
        if count > 1
            && !is_big
            && let Some(constants) = self.constants(keys.iter().map(Option::as_ref))
        {
            self.exprs(values)?;
            self.load_const(Constant::Tuple(constants), loc);
            self.op_arg(Opcode::BuildConstKeyMap, count as u32, loc);
            return Ok(());
        }
        if is_big {
            self.op_arg(Opcode::BuildMap, 0, loc);
        }
        for (key, value) in keys.iter().zip(values) {
            if let Some(key) = key {
                self.expr(key)?;
            }
            self.expr(value)?;
            if is_big {
                self.op_arg(Opcode::MapAdd, 1, loc);
            }
        }
        if !is_big {
            self.op_arg(Opcode::BuildMap, count as u32, loc);
        }
        Ok(())
    }

    fn joined_str(&mut self, node: &'t JoinedStr<'a>) -> Emit {
        let loc = Loc::from(node.loc);
        let count = node.values.len();
        if count > STACK_USE_GUIDELINE {
            self.load_const(Constant::Str(b""), loc);
            self.op_name(Opcode::LoadMethod, known::JOIN, loc);
            self.op_arg(Opcode::BuildList, 0, loc);
            for value in node.values.iter() {
                self.expr(value)?;
                self.op_arg(Opcode::ListAppend, 1, loc);
            }
            self.op_arg(Opcode::Call, 1, loc);
            return Ok(());
        }
        self.exprs(&*node.values)?;
        match count {
            1 => {}
            0 if self.features.split_formatting => self.load_const(Constant::Str(b""), loc),
            _ => self.op_arg(Opcode::BuildString, count as u32, loc),
        }
        Ok(())
    }

    fn formatted_value(&mut self, node: &'t FormattedValue<'a>) -> Emit {
        self.expr(&node.value)?;
        let loc = node.loc.into();
        let mut oparg = match u8::try_from(node.conversion) {
            Ok(b's') => 1,
            Ok(b'r') => 2,
            Ok(b'a') => 3,
            _ => 0,
        };
        if self.features.split_formatting {
            if oparg != 0 {
                self.op_arg(Opcode::ConvertValue, oparg, loc);
            }
            let format = match &node.format_spec {
                Some(spec) => {
                    self.expr(spec)?;
                    Opcode::FormatWithSpec
                }
                None => Opcode::FormatSimple,
            };
            self.op(format, loc);
            return Ok(());
        }
        if let Some(spec) = &node.format_spec {
            self.expr(spec)?;
            oparg |= FORMAT_HAS_SPEC;
        }
        self.op_arg(Opcode::FormatValue, oparg, loc);
        Ok(())
    }

    /// Loads each name in turn; for calls that are not in the source.
    pub(super) fn load_names(&mut self, names: impl IntoIterator<Item = Name>, loc: Loc) -> Emit {
        names
            .into_iter()
            .try_for_each(|name| self.load_name(name, loc))
    }
}

fn jump_on(condition: bool) -> Opcode {
    if condition {
        Opcode::PopJumpIfTrue
    } else {
        Opcode::PopJumpIfFalse
    }
}

/// The argument of `BINARY_OP` (`NB_…` of `opcode.h`).
fn operator(op: Operator) -> u32 {
    match op {
        Operator::Add => 0,
        Operator::BitAnd => 1,
        Operator::FloorDiv => 2,
        Operator::LShift => 3,
        Operator::MatMult => 4,
        Operator::Mult => 5,
        Operator::Mod => 6,
        Operator::BitOr => 7,
        Operator::Pow => 8,
        Operator::RShift => 9,
        Operator::Sub => 10,
        Operator::Div => 11,
        Operator::BitXor => 12,
    }
}
