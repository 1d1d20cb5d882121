//! The tree, simplified in place before anything looks at it: CPython's `ast_opt.c`.

mod constant;
mod format;
mod number;

pub use format::FOLDED_PERCENT;

use bumpalo::Bump;
use bumpalo::collections::Vec as BumpVec;
use hognose_ast::{
    Arguments, BinOp, CmpOp, Compare, Comprehension, Constant, ConstantExpr, ExceptHandler, Expr,
    ExprContext, JoinedStr, Keyword, Kind, Loc, Mod, Operator, Pattern, Stmt, Subscript, Tuple,
    TypeParam, UnaryOp, UnaryOpKind, WithItem, known,
};
use hognose_symbols::Nesting;

pub use constant::{distinct, equal};

/// The tree nests deeper than CPython compiles.
#[derive(Debug)]
pub struct TooDeep;

/// Folds constants everywhere in a module (`_PyAST_Optimize`).
///
/// `debug` is what `__debug__` stands for; annotations stay as written when they are only kept as text.
pub fn optimise<'a>(
    module: &mut Mod<'a>,
    arena: &'a Bump,
    debug: bool,
    future_annotations: bool,
    nesting: Nesting,
) -> Result<(), TooDeep> {
    let mut folder = Folder {
        arena,
        debug,
        future_annotations,
        nesting,
    };
    match module {
        Mod::Module(module) => folder.body(module.body),
        Mod::Interactive(module) => folder.stmts(module.body),
        Mod::Expression(module) => folder.expr(&mut module.body),
    }
}

/// The docstring of a body: its first statement, if that is a plain string (`_PyAST_GetDocString`).
pub fn docstring<'a>(body: &[Stmt<'a>]) -> Option<&'a [u8]> {
    if let Some(Stmt::Expr(first)) = body.first()
        && let Expr::Constant(node) = &first.value
        && let Constant::Str(text) = node.value
    {
        return Some(text);
    }
    None
}

type Fold = Result<(), TooDeep>;

struct Folder<'a> {
    arena: &'a Bump,
    debug: bool,
    future_annotations: bool,
    nesting: Nesting,
}

impl<'a> Folder<'a> {
    fn descend(&mut self) -> Fold {
        if self.nesting.descend() {
            Ok(())
        } else {
            Err(TooDeep)
        }
    }

    fn constant(&self, value: Constant<'a>, loc: Loc) -> Expr<'a> {
        Expr::Constant(self.arena.alloc(ConstantExpr {
            loc,
            value,
            kind: Kind::Plain,
        }))
    }

    /// Takes an expression out of the tree.
    fn take(&self, expr: &mut Expr<'a>) -> Expr<'a> {
        let placeholder = self.constant(Constant::None, Loc::default());
        std::mem::replace(expr, placeholder)
    }

    fn body(&mut self, body: &mut [Stmt<'a>]) -> Fold {
        let had_docstring = docstring(body).is_some();
        self.stmts(body)?;
        // Folding must not make a docstring of what was none: an f-string around it keeps it an expression.
        if !had_docstring
            && docstring(body).is_some()
            && let Some(Stmt::Expr(first)) = body.first_mut()
        {
            let value = self.take(&mut first.value);
            let values = self.arena.alloc([value]);
            first.value = Expr::JoinedStr(self.arena.alloc(JoinedStr {
                loc: first.loc,
                values,
            }));
        }
        Ok(())
    }

    fn stmts(&mut self, stmts: &mut [Stmt<'a>]) -> Fold {
        stmts.iter_mut().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, stmt: &mut Stmt<'a>) -> Fold {
        self.descend()?;
        match stmt {
            Stmt::FunctionDef(node) => {
                self.type_params(node.type_params)?;
                self.arguments(node.args)?;
                self.body(node.body)?;
                self.exprs(node.decorator_list)?;
                self.annotation(node.returns.as_mut())?;
            }
            Stmt::AsyncFunctionDef(node) => {
                self.type_params(node.type_params)?;
                self.arguments(node.args)?;
                self.body(node.body)?;
                self.exprs(node.decorator_list)?;
                self.annotation(node.returns.as_mut())?;
            }
            Stmt::ClassDef(node) => {
                self.type_params(node.type_params)?;
                self.exprs(node.bases)?;
                self.keywords(node.keywords)?;
                self.body(node.body)?;
                self.exprs(node.decorator_list)?;
            }
            Stmt::Return(node) => self.expr_opt(node.value.as_mut())?,
            Stmt::Delete(node) => self.exprs(node.targets)?,
            Stmt::Assign(node) => {
                self.exprs(node.targets)?;
                self.expr(&mut node.value)?;
            }
            Stmt::AugAssign(node) => {
                self.expr(&mut node.target)?;
                self.expr(&mut node.value)?;
            }
            Stmt::AnnAssign(node) => {
                self.expr(&mut node.target)?;
                self.annotation(Some(&mut node.annotation))?;
                self.expr_opt(node.value.as_mut())?;
            }
            Stmt::TypeAlias(node) => {
                self.expr(&mut node.name)?;
                self.type_params(node.type_params)?;
                self.expr(&mut node.value)?;
            }
            Stmt::For(node) => {
                self.expr(&mut node.target)?;
                self.expr(&mut node.iter)?;
                self.stmts(node.body)?;
                self.stmts(node.orelse)?;
                self.fold_iter(&mut node.iter);
            }
            Stmt::AsyncFor(node) => {
                self.expr(&mut node.target)?;
                self.expr(&mut node.iter)?;
                self.stmts(node.body)?;
                self.stmts(node.orelse)?;
            }
            Stmt::While(node) => {
                self.expr(&mut node.test)?;
                self.stmts(node.body)?;
                self.stmts(node.orelse)?;
            }
            Stmt::If(node) => {
                self.expr(&mut node.test)?;
                self.stmts(node.body)?;
                self.stmts(node.orelse)?;
            }
            Stmt::With(node) => {
                self.with_items(node.items)?;
                self.stmts(node.body)?;
            }
            Stmt::AsyncWith(node) => {
                self.with_items(node.items)?;
                self.stmts(node.body)?;
            }
            Stmt::Raise(node) => {
                self.expr_opt(node.exc.as_mut())?;
                self.expr_opt(node.cause.as_mut())?;
            }
            Stmt::Try(node) => {
                self.stmts(node.body)?;
                self.handlers(node.handlers)?;
                self.stmts(node.orelse)?;
                self.stmts(node.finalbody)?;
            }
            Stmt::TryStar(node) => {
                self.stmts(node.body)?;
                self.handlers(node.handlers)?;
                self.stmts(node.orelse)?;
                self.stmts(node.finalbody)?;
            }
            Stmt::Assert(node) => {
                self.expr(&mut node.test)?;
                self.expr_opt(node.msg.as_mut())?;
            }
            Stmt::Expr(node) => self.expr(&mut node.value)?,
            Stmt::Match(node) => {
                self.expr(&mut node.subject)?;
                for case in node.cases.iter_mut() {
                    self.pattern(&mut case.pattern)?;
                    self.expr_opt(case.guard.as_mut())?;
                    self.stmts(case.body)?;
                }
            }
            Stmt::Import(_)
            | Stmt::ImportFrom(_)
            | Stmt::Global(_)
            | Stmt::Nonlocal(_)
            | Stmt::Pass(_)
            | Stmt::Break(_)
            | Stmt::Continue(_) => {}
        }
        self.nesting.ascend();
        Ok(())
    }

    fn annotation(&mut self, annotation: Option<&mut Expr<'a>>) -> Fold {
        if self.future_annotations {
            Ok(())
        } else {
            self.expr_opt(annotation)
        }
    }

    fn arguments(&mut self, args: &mut Arguments<'a>) -> Fold {
        for arg in args.posonlyargs.iter_mut().chain(args.args.iter_mut()) {
            self.annotation(arg.annotation.as_mut())?;
        }
        if let Some(arg) = &mut args.vararg {
            self.annotation(arg.annotation.as_mut())?;
        }
        for arg in args.kwonlyargs.iter_mut() {
            self.annotation(arg.annotation.as_mut())?;
        }
        args.kw_defaults
            .iter_mut()
            .flatten()
            .try_for_each(|expr| self.expr(expr))?;
        if let Some(arg) = &mut args.kwarg {
            self.annotation(arg.annotation.as_mut())?;
        }
        self.exprs(args.defaults)
    }

    fn type_params(&mut self, type_params: &mut [TypeParam<'a>]) -> Fold {
        for param in type_params {
            match param {
                TypeParam::TypeVar(node) => {
                    self.expr_opt(node.bound.as_mut())?;
                    self.expr_opt(node.default_value.as_mut())?;
                }
                TypeParam::ParamSpec(node) => self.expr_opt(node.default_value.as_mut())?,
                TypeParam::TypeVarTuple(node) => self.expr_opt(node.default_value.as_mut())?,
            }
        }
        Ok(())
    }

    fn handlers(&mut self, handlers: &mut [ExceptHandler<'a>]) -> Fold {
        for handler in handlers {
            self.expr_opt(handler.r#type.as_mut())?;
            self.stmts(handler.body)?;
        }
        Ok(())
    }

    fn with_items(&mut self, items: &mut [WithItem<'a>]) -> Fold {
        for item in items {
            self.expr(&mut item.context_expr)?;
            self.expr_opt(item.optional_vars.as_mut())?;
        }
        Ok(())
    }

    fn keywords(&mut self, keywords: &mut [Keyword<'a>]) -> Fold {
        keywords
            .iter_mut()
            .try_for_each(|keyword| self.expr(&mut keyword.value))
    }

    fn generators(&mut self, generators: &mut [Comprehension<'a>]) -> Fold {
        for generator in generators {
            self.expr(&mut generator.target)?;
            self.expr(&mut generator.iter)?;
            self.exprs(generator.ifs)?;
            self.fold_iter(&mut generator.iter);
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &mut Pattern<'a>) -> Fold {
        self.descend()?;
        match pattern {
            Pattern::MatchValue(node) => self.expr(&mut node.value)?,
            Pattern::MatchSingleton(_) | Pattern::MatchStar(_) => {}
            Pattern::MatchSequence(node) => self.patterns(node.patterns)?,
            Pattern::MatchMapping(node) => {
                self.exprs(node.keys)?;
                self.patterns(node.patterns)?;
            }
            Pattern::MatchClass(node) => {
                self.expr(&mut node.cls)?;
                self.patterns(node.patterns)?;
                self.patterns(node.kwd_patterns)?;
            }
            Pattern::MatchAs(node) => {
                if let Some(inner) = &mut node.pattern {
                    self.pattern(inner)?;
                }
            }
            Pattern::MatchOr(node) => self.patterns(node.patterns)?,
        }
        self.nesting.ascend();
        Ok(())
    }

    fn patterns(&mut self, patterns: &mut [Pattern<'a>]) -> Fold {
        patterns
            .iter_mut()
            .try_for_each(|pattern| self.pattern(pattern))
    }

    fn exprs(&mut self, exprs: &mut [Expr<'a>]) -> Fold {
        exprs.iter_mut().try_for_each(|expr| self.expr(expr))
    }

    fn expr_opt(&mut self, expr: Option<&mut Expr<'a>>) -> Fold {
        expr.map_or(Ok(()), |expr| self.expr(expr))
    }

    fn expr(&mut self, expr: &mut Expr<'a>) -> Fold {
        self.descend()?;
        let folded = match expr {
            Expr::BoolOp(node) => self.exprs(node.values).map(|()| None),
            Expr::BinOp(node) => {
                self.expr(&mut node.left)?;
                self.expr(&mut node.right)?;
                Ok(self.fold_binary(node))
            }
            Expr::UnaryOp(node) => {
                self.expr(&mut node.operand)?;
                Ok(self.fold_unary(node))
            }
            Expr::Lambda(node) => {
                self.arguments(node.args)?;
                self.expr(&mut node.body).map(|()| None)
            }
            Expr::IfExp(node) => {
                self.expr(&mut node.test)?;
                self.expr(&mut node.body)?;
                self.expr(&mut node.orelse).map(|()| None)
            }
            Expr::Dict(node) => {
                node.keys
                    .iter_mut()
                    .flatten()
                    .try_for_each(|key| self.expr(key))?;
                self.exprs(node.values).map(|()| None)
            }
            Expr::Set(node) => self.exprs(node.elts).map(|()| None),
            Expr::ListComp(node) => {
                self.expr(&mut node.elt)?;
                self.generators(node.generators).map(|()| None)
            }
            Expr::SetComp(node) => {
                self.expr(&mut node.elt)?;
                self.generators(node.generators).map(|()| None)
            }
            Expr::DictComp(node) => {
                self.expr(&mut node.key)?;
                self.expr(&mut node.value)?;
                self.generators(node.generators).map(|()| None)
            }
            Expr::GeneratorExp(node) => {
                self.expr(&mut node.elt)?;
                self.generators(node.generators).map(|()| None)
            }
            Expr::Await(node) => self.expr(&mut node.value).map(|()| None),
            Expr::Yield(node) => self.expr_opt(node.value.as_mut()).map(|()| None),
            Expr::YieldFrom(node) => self.expr(&mut node.value).map(|()| None),
            Expr::Compare(node) => {
                self.expr(&mut node.left)?;
                self.exprs(node.comparators)?;
                self.fold_compare(node);
                Ok(None)
            }
            Expr::Call(node) => {
                self.expr(&mut node.func)?;
                self.exprs(node.args)?;
                self.keywords(node.keywords).map(|()| None)
            }
            Expr::FormattedValue(node) => {
                self.expr(&mut node.value)?;
                self.expr_opt(node.format_spec.as_mut()).map(|()| None)
            }
            Expr::JoinedStr(node) => self.exprs(node.values).map(|()| None),
            Expr::Attribute(node) => self.expr(&mut node.value).map(|()| None),
            Expr::Subscript(node) => {
                self.expr(&mut node.value)?;
                self.expr(&mut node.slice)?;
                Ok(self.fold_subscript(node))
            }
            Expr::Starred(node) => self.expr(&mut node.value).map(|()| None),
            Expr::Slice(node) => {
                self.expr_opt(node.lower.as_mut())?;
                self.expr_opt(node.upper.as_mut())?;
                self.expr_opt(node.step.as_mut()).map(|()| None)
            }
            Expr::List(node) => self.exprs(node.elts).map(|()| None),
            Expr::Tuple(node) => {
                self.exprs(node.elts)?;
                Ok(self.fold_tuple(node))
            }
            Expr::Name(node) => Ok((node.ctx == ExprContext::Load && node.id == known::DEBUG)
                .then(|| {
                    let value = if self.debug {
                        Constant::True
                    } else {
                        Constant::False
                    };
                    self.constant(value, node.loc)
                })),
            Expr::NamedExpr(node) => self.expr(&mut node.value).map(|()| None),
            Expr::Constant(_) => Ok(None),
        }?;
        if let Some(folded) = folded {
            *expr = folded;
        }
        self.nesting.ascend();
        Ok(())
    }

    fn fold_unary(&self, node: &mut UnaryOp<'a>) -> Option<Expr<'a>> {
        match &mut node.operand {
            Expr::Constant(operand) => {
                let value = constant::unary(node.op, &operand.value, self.arena)?;
                Some(self.constant(value, node.loc))
            }
            // `not a in b` is `a not in b`; the other comparisons have no exact opposite.
            Expr::Compare(compare) if node.op == UnaryOpKind::Not => {
                let [op] = &mut *compare.ops else { return None };
                *op = match op {
                    CmpOp::Is => CmpOp::IsNot,
                    CmpOp::IsNot => CmpOp::Is,
                    CmpOp::In => CmpOp::NotIn,
                    CmpOp::NotIn => CmpOp::In,
                    CmpOp::Eq | CmpOp::NotEq | CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => {
                        return None;
                    }
                };
                Some(self.take(&mut node.operand))
            }
            _ => None,
        }
    }

    fn fold_binary(&self, node: &mut BinOp<'a>) -> Option<Expr<'a>> {
        let Expr::Constant(left) = &node.left else {
            return None;
        };
        let value = match &mut node.right {
            Expr::Tuple(items) if node.op == Operator::Mod => {
                let Constant::Str(format) = left.value else {
                    return None;
                };
                if has_starred(items.elts) {
                    return None;
                }
                return format::fold(format, items.elts, node.loc, self.arena);
            }
            Expr::Constant(right) => {
                let is_format = node.op == Operator::Mod
                    && matches!(left.value, Constant::Str(_) | Constant::Bytes(_));
                if is_format {
                    return None;
                }
                constant::binary(node.op, &left.value, &right.value, self.arena)?
            }
            _ => return None,
        };
        Some(self.constant(value, node.loc))
    }

    fn fold_subscript(&self, node: &Subscript<'a>) -> Option<Expr<'a>> {
        if node.ctx != ExprContext::Load {
            return None;
        }
        let (Expr::Constant(value), Expr::Constant(index)) = (&node.value, &node.slice) else {
            return None;
        };
        let item = constant::subscript(&value.value, &index.value)?;
        Some(self.constant(item, node.loc))
    }

    fn fold_tuple(&self, node: &Tuple<'a>) -> Option<Expr<'a>> {
        if node.ctx != ExprContext::Load {
            return None;
        }
        let items = self.constants(node.elts)?;
        Some(self.constant(Constant::Tuple(items), node.loc))
    }

    /// The values of a list of expressions, if all are constants.
    fn constants(&self, exprs: &[Expr<'a>]) -> Option<&'a [Constant<'a>]> {
        if !exprs.iter().all(|expr| matches!(expr, Expr::Constant(_))) {
            return None;
        }
        let mut values = BumpVec::with_capacity_in(exprs.len(), self.arena);
        values.extend(exprs.iter().filter_map(|expr| match expr {
            Expr::Constant(node) => Some(node.value),
            _ => None,
        }));
        Some(values.into_bump_slice())
    }

    fn fold_compare(&self, node: &mut Compare<'a>) {
        if let (Some(CmpOp::In | CmpOp::NotIn), Some(last)) =
            (node.ops.last(), node.comparators.last_mut())
        {
            self.fold_iter(last);
        }
    }

    /// A list that is only iterated over or searched can be a tuple, a set can be frozen (`fold_iter`).
    fn fold_iter(&self, expr: &mut Expr<'a>) {
        match expr {
            Expr::List(node) => {
                if has_starred(node.elts) {
                    return;
                }
                *expr = match self.constants(node.elts) {
                    Some(items) => self.constant(Constant::Tuple(items), node.loc),
                    None => Expr::Tuple(self.arena.alloc(Tuple {
                        loc: node.loc,
                        elts: std::mem::take(&mut node.elts),
                        ctx: node.ctx,
                    })),
                };
            }
            Expr::Set(node) => {
                if let Some(items) = self.constants(node.elts) {
                    let items = constant::distinct(items, self.arena);
                    *expr = self.constant(Constant::FrozenSet(items), node.loc);
                }
            }
            _ => {}
        }
    }
}

fn has_starred(exprs: &[Expr]) -> bool {
    exprs.iter().any(|expr| matches!(expr, Expr::Starred(_)))
}
