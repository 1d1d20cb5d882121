//! Trees made by hand: what no source parses to is refused (`Python/ast.c`).

use hognose_ast::*;
use hognose_object::{PyResult, Rt};

/// How deep trees may be (`C_RECURSION_LIMIT` times `COMPILER_STACK_FRAME_SCALE`).
const MAX_DEPTH: u32 = 3000;

struct Validator<'r> {
    rt: &'r Rt,
    names: &'r Names,
    depth: u32,
}

/// Refuses a tree that cannot be compiled (`_PyAST_Validate`).
pub(super) fn validate(rt: &Rt, names: &Names, tree: &Mod<'_>) -> PyResult<()> {
    let mut validator = Validator {
        rt,
        names,
        depth: 0,
    };
    match tree {
        Mod::Module(module) => validator.stmts(module.body),
        Mod::Interactive(module) => validator.stmts(module.body),
        Mod::Expression(module) => validator.expr(&module.body, ExprContext::Load),
    }
}

fn context_name(ctx: ExprContext) -> &'static str {
    match ctx {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
    }
}

/// A literal number: an integer or float, or an imaginary one.
fn is_number(value: &Constant<'_>, real: bool, imaginary: bool) -> bool {
    match value {
        Constant::Int(_) | Constant::BigInt(_) | Constant::Float(_) => real,
        Constant::Complex { .. } => imaginary,
        _ => false,
    }
}

/// `ensure_literal_negative`.
fn is_negative_number(op: &UnaryOp<'_>, real: bool, imaginary: bool) -> bool {
    let Expr::Constant(constant) = &op.operand else {
        return false;
    };
    op.op == UnaryOpKind::USub && is_number(&constant.value, real, imaginary)
}

/// `ensure_literal_complex`.
fn is_complex_literal(op: &BinOp<'_>) -> bool {
    let left = match &op.left {
        Expr::Constant(left) => is_number(&left.value, true, false),
        Expr::UnaryOp(left) => is_negative_number(left, true, false),
        _ => false,
    };
    let right = match &op.right {
        Expr::Constant(right) => is_number(&right.value, false, true),
        _ => false,
    };
    matches!(op.op, Operator::Add | Operator::Sub) && left && right
}

impl Validator<'_> {
    fn refuse<T>(&self, message: impl AsRef<str>) -> PyResult<T> {
        Err(self.rt.value_error(message))
    }

    /// `VALIDATE_POSITIONS`.
    fn loc(&self, loc: Loc) -> PyResult<()> {
        let (line, end_line) = (loc.line as i32, loc.end_line as i32);
        let (col, end_col) = (loc.col as i32, loc.end_col as i32);
        if line > end_line {
            return self.refuse(format!(
                "AST node line range ({line}, {end_line}) is not valid"
            ));
        }
        if (line < 0 && end_line != line) || (col < 0 && col != end_col) {
            return self.refuse(format!(
                "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
            ));
        }
        if line == end_line && col > end_col {
            return self.refuse(format!(
                "line {line}, column {col}-{end_col} is not a valid range"
            ));
        }
        Ok(())
    }

    fn nested(&mut self, walk: impl FnOnce(&mut Self) -> PyResult<()>) -> PyResult<()> {
        if self.depth >= MAX_DEPTH {
            let message = "maximum recursion depth exceeded during compilation";
            return Err(self.rt.recursion_error(message));
        }
        self.depth += 1;
        walk(self)?;
        self.depth -= 1;
        Ok(())
    }

    fn filled<T>(&self, row: &[T], what: &str, owner: &str) -> PyResult<()> {
        if row.is_empty() {
            return self.refuse(format!("empty {what} on {owner}"));
        }
        Ok(())
    }

    fn name(&self, name: Name) -> PyResult<()> {
        let text = self.names.get(name);
        if matches!(text, "None" | "True" | "False") {
            return self.refuse(format!(
                "identifier field can't represent '{text}' constant"
            ));
        }
        Ok(())
    }

    fn capture(&self, name: Name) -> PyResult<()> {
        if self.names.get(name) == "_" {
            return self.refuse("can't capture name '_' in patterns");
        }
        self.name(name)
    }

    fn exprs(&mut self, row: &[Expr<'_>], ctx: ExprContext) -> PyResult<()> {
        row.iter().try_for_each(|one| self.expr(one, ctx))
    }

    fn loads(&mut self, row: &[Expr<'_>]) -> PyResult<()> {
        self.exprs(row, ExprContext::Load)
    }

    fn load(&mut self, one: &Expr<'_>) -> PyResult<()> {
        self.expr(one, ExprContext::Load)
    }

    fn opt(&mut self, one: &Option<Expr<'_>>) -> PyResult<()> {
        one.as_ref().map_or(Ok(()), |one| self.load(one))
    }

    fn holes(&mut self, row: &[Option<Expr<'_>>]) -> PyResult<()> {
        row.iter().flatten().try_for_each(|one| self.load(one))
    }

    fn keywords(&mut self, row: &[Keyword<'_>]) -> PyResult<()> {
        row.iter().try_for_each(|one| self.load(&one.value))
    }

    fn generators(&mut self, row: &[Comprehension<'_>]) -> PyResult<()> {
        if row.is_empty() {
            return self.refuse("comprehension with no generators");
        }
        for one in row {
            self.expr(&one.target, ExprContext::Store)?;
            self.load(&one.iter)?;
            self.loads(one.ifs)?;
        }
        Ok(())
    }

    fn args(&mut self, row: &[Arg<'_>]) -> PyResult<()> {
        for arg in row {
            self.loc(arg.loc)?;
            self.opt(&arg.annotation)?;
        }
        Ok(())
    }

    fn arguments(&mut self, args: &Arguments<'_>) -> PyResult<()> {
        self.args(args.posonlyargs)?;
        self.args(args.args)?;
        if let Some(arg) = &args.vararg {
            self.opt(&arg.annotation)?;
        }
        self.args(args.kwonlyargs)?;
        if let Some(arg) = &args.kwarg {
            self.opt(&arg.annotation)?;
        }
        if args.defaults.len() > args.posonlyargs.len() + args.args.len() {
            return self.refuse("more positional defaults than args on arguments");
        }
        if args.kw_defaults.len() != args.kwonlyargs.len() {
            return self.refuse("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.loads(args.defaults)?;
        self.holes(args.kw_defaults)
    }

    fn expr(&mut self, expr: &Expr<'_>, ctx: ExprContext) -> PyResult<()> {
        self.loc(expr.loc())?;
        self.nested(|this| {
            this.context(expr, ctx)?;
            this.parts(expr, ctx)
        })
    }

    /// Whether the expression may stand where it is read, stored or deleted.
    fn context(&self, expr: &Expr<'_>, ctx: ExprContext) -> PyResult<()> {
        let actual = match expr {
            Expr::Attribute(node) => node.ctx,
            Expr::Subscript(node) => node.ctx,
            Expr::Starred(node) => node.ctx,
            Expr::Name(node) => {
                self.name(node.id)?;
                node.ctx
            }
            Expr::List(node) => node.ctx,
            Expr::Tuple(node) => node.ctx,
            _ if ctx == ExprContext::Load => return Ok(()),
            _ => {
                return self.refuse(format!(
                    "expression which can't be assigned to in {} context",
                    context_name(ctx)
                ));
            }
        };
        if actual != ctx {
            return self.refuse(format!(
                "expression must have {} context but has {} instead",
                context_name(ctx),
                context_name(actual)
            ));
        }
        Ok(())
    }

    fn parts(&mut self, expr: &Expr<'_>, ctx: ExprContext) -> PyResult<()> {
        match expr {
            Expr::BoolOp(node) => {
                if node.values.len() < 2 {
                    return self.refuse("BoolOp with less than 2 values");
                }
                self.loads(node.values)
            }
            Expr::NamedExpr(node) => self.load(&node.value),
            Expr::BinOp(node) => {
                self.load(&node.left)?;
                self.load(&node.right)
            }
            Expr::UnaryOp(node) => self.load(&node.operand),
            Expr::Lambda(node) => {
                self.arguments(node.args)?;
                self.load(&node.body)
            }
            Expr::IfExp(node) => {
                self.load(&node.test)?;
                self.load(&node.body)?;
                self.load(&node.orelse)
            }
            Expr::Dict(node) => {
                if node.keys.len() != node.values.len() {
                    return self.refuse("Dict doesn't have the same number of keys as values");
                }
                self.holes(node.keys)?;
                self.loads(node.values)
            }
            Expr::Set(node) => self.loads(node.elts),
            Expr::ListComp(node) => {
                self.generators(node.generators)?;
                self.load(&node.elt)
            }
            Expr::SetComp(node) => {
                self.generators(node.generators)?;
                self.load(&node.elt)
            }
            Expr::GeneratorExp(node) => {
                self.generators(node.generators)?;
                self.load(&node.elt)
            }
            Expr::DictComp(node) => {
                self.generators(node.generators)?;
                self.load(&node.key)?;
                self.load(&node.value)
            }
            Expr::Yield(node) => self.opt(&node.value),
            Expr::YieldFrom(node) => self.load(&node.value),
            Expr::Await(node) => self.load(&node.value),
            Expr::Compare(node) => {
                if node.comparators.is_empty() {
                    return self.refuse("Compare with no comparators");
                }
                if node.comparators.len() != node.ops.len() {
                    return self
                        .refuse("Compare has a different number of comparators and operands");
                }
                self.loads(node.comparators)?;
                self.load(&node.left)
            }
            Expr::Call(node) => {
                self.load(&node.func)?;
                self.loads(node.args)?;
                self.keywords(node.keywords)
            }
            Expr::Constant(_) | Expr::Name(_) => Ok(()),
            Expr::JoinedStr(node) => self.loads(node.values),
            Expr::FormattedValue(node) => {
                self.load(&node.value)?;
                self.opt(&node.format_spec)
            }
            Expr::Attribute(node) => self.load(&node.value),
            Expr::Subscript(node) => {
                self.load(&node.slice)?;
                self.load(&node.value)
            }
            Expr::Starred(node) => self.expr(&node.value, ctx),
            Expr::Slice(node) => {
                self.opt(&node.lower)?;
                self.opt(&node.upper)?;
                self.opt(&node.step)
            }
            Expr::List(node) => self.exprs(node.elts, ctx),
            Expr::Tuple(node) => self.exprs(node.elts, ctx),
        }
    }

    /// `validate_pattern_match_value`.
    fn match_value(&mut self, expr: &Expr<'_>) -> PyResult<()> {
        self.load(expr)?;
        let good = match expr {
            Expr::Constant(node) => {
                if matches!(
                    node.value,
                    Constant::None
                        | Constant::True
                        | Constant::False
                        | Constant::Ellipsis
                        | Constant::Tuple(_)
                        | Constant::FrozenSet(_)
                ) {
                    return self.refuse("unexpected constant inside of a literal pattern");
                }
                true
            }
            // An f-string is refused by the compiler itself.
            Expr::Attribute(_) | Expr::JoinedStr(_) => true,
            Expr::UnaryOp(node) => is_negative_number(node, true, true),
            Expr::BinOp(node) => is_complex_literal(node),
            _ => false,
        };
        if good {
            return Ok(());
        }
        self.refuse("patterns may only match literals and attribute lookups")
    }

    fn patterns(&mut self, row: &[Pattern<'_>], star_ok: bool) -> PyResult<()> {
        row.iter().try_for_each(|one| self.pattern(one, star_ok))
    }

    fn pattern(&mut self, pattern: &Pattern<'_>, star_ok: bool) -> PyResult<()> {
        self.loc(pattern.loc())?;
        self.nested(|this| this.pattern_parts(pattern, star_ok))
    }

    fn pattern_parts(&mut self, pattern: &Pattern<'_>, star_ok: bool) -> PyResult<()> {
        match pattern {
            Pattern::MatchValue(node) => self.match_value(&node.value),
            Pattern::MatchSingleton(node) => match node.value {
                Constant::None | Constant::True | Constant::False => Ok(()),
                _ => self.refuse("MatchSingleton can only contain True, False and None"),
            },
            Pattern::MatchSequence(node) => self.patterns(node.patterns, true),
            Pattern::MatchMapping(node) => {
                if node.keys.len() != node.patterns.len() {
                    return self
                        .refuse("MatchMapping doesn't have the same number of keys as patterns");
                }
                if let Some(rest) = node.rest {
                    self.capture(rest)?;
                }
                for key in node.keys.iter() {
                    let singleton = matches!(key, Expr::Constant(one)
                        if matches!(one.value, Constant::None | Constant::True | Constant::False));
                    if !singleton {
                        self.match_value(key)?;
                    }
                }
                self.patterns(node.patterns, false)
            }
            Pattern::MatchClass(node) => {
                if node.kwd_attrs.len() != node.kwd_patterns.len() {
                    return self.refuse(
                        "MatchClass doesn't have the same number of keyword attributes as patterns",
                    );
                }
                self.load(&node.cls)?;
                let mut class = &node.cls;
                while let Expr::Attribute(attribute) = class {
                    class = &attribute.value;
                }
                if !matches!(class, Expr::Name(_)) {
                    return self
                        .refuse("MatchClass cls field can only contain Name or Attribute nodes.");
                }
                node.kwd_attrs.iter().try_for_each(|&n| self.name(n))?;
                self.patterns(node.patterns, false)?;
                self.patterns(node.kwd_patterns, false)
            }
            Pattern::MatchStar(node) => {
                if !star_ok {
                    return self.refuse("can't use MatchStar here");
                }
                node.name.map_or(Ok(()), |name| self.capture(name))
            }
            Pattern::MatchAs(node) => {
                if let Some(name) = node.name {
                    self.capture(name)?;
                }
                match &node.pattern {
                    None => Ok(()),
                    Some(_) if node.name.is_none() => {
                        self.refuse("MatchAs must specify a target name if a pattern is given")
                    }
                    Some(inner) => self.pattern(inner, false),
                }
            }
            Pattern::MatchOr(node) => {
                if node.patterns.len() < 2 {
                    return self.refuse("MatchOr requires at least 2 patterns");
                }
                self.patterns(node.patterns, false)
            }
        }
    }

    fn type_params(&mut self, row: &[TypeParam<'_>]) -> PyResult<()> {
        for one in row {
            self.loc(one.loc())?;
            match one {
                TypeParam::TypeVar(node) => {
                    self.name(node.name)?;
                    self.opt(&node.bound)?;
                }
                TypeParam::ParamSpec(node) => self.name(node.name)?,
                TypeParam::TypeVarTuple(node) => self.name(node.name)?,
            }
        }
        Ok(())
    }

    fn body(&mut self, body: &[Stmt<'_>], owner: &str) -> PyResult<()> {
        self.filled(body, "body", owner)?;
        self.stmts(body)
    }

    fn stmts(&mut self, row: &[Stmt<'_>]) -> PyResult<()> {
        row.iter().try_for_each(|one| {
            self.loc(one.loc())?;
            self.nested(|this| this.stmt(one))
        })
    }

    fn with(&mut self, items: &[WithItem<'_>], body: &[Stmt<'_>], owner: &str) -> PyResult<()> {
        self.filled(items, "items", owner)?;
        for item in items {
            self.load(&item.context_expr)?;
            if let Some(target) = &item.optional_vars {
                self.expr(target, ExprContext::Store)?;
            }
        }
        self.body(body, owner)
    }

    fn for_loop(
        &mut self,
        (target, iter): (&Expr<'_>, &Expr<'_>),
        (body, orelse): (&[Stmt<'_>], &[Stmt<'_>]),
        owner: &str,
    ) -> PyResult<()> {
        self.expr(target, ExprContext::Store)?;
        self.load(iter)?;
        self.body(body, owner)?;
        self.stmts(orelse)
    }

    fn try_block(
        &mut self,
        body: &[Stmt<'_>],
        handlers: &[ExceptHandler<'_>],
        orelse: &[Stmt<'_>],
        finalbody: &[Stmt<'_>],
        owner: &str,
    ) -> PyResult<()> {
        self.body(body, owner)?;
        if handlers.is_empty() && finalbody.is_empty() {
            return self.refuse(format!("{owner} has neither except handlers nor finalbody"));
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return self.refuse(format!("{owner} has orelse but no except handlers"));
        }
        for handler in handlers {
            // CPython looks at the places of plain handlers only.
            if owner == "Try" {
                self.loc(handler.loc)?;
            }
            self.opt(&handler.r#type)?;
            self.body(handler.body, "ExceptHandler")?;
        }
        self.stmts(finalbody)?;
        self.stmts(orelse)
    }

    fn stmt(&mut self, stmt: &Stmt<'_>) -> PyResult<()> {
        match stmt {
            Stmt::FunctionDef(node) => {
                self.body(node.body, "FunctionDef")?;
                self.type_params(node.type_params)?;
                self.arguments(node.args)?;
                self.loads(node.decorator_list)?;
                self.opt(&node.returns)
            }
            Stmt::AsyncFunctionDef(node) => {
                self.body(node.body, "AsyncFunctionDef")?;
                self.type_params(node.type_params)?;
                self.arguments(node.args)?;
                self.loads(node.decorator_list)?;
                self.opt(&node.returns)
            }
            Stmt::ClassDef(node) => {
                self.body(node.body, "ClassDef")?;
                self.type_params(node.type_params)?;
                self.loads(node.bases)?;
                self.keywords(node.keywords)?;
                self.loads(node.decorator_list)
            }
            Stmt::Return(node) => self.opt(&node.value),
            Stmt::Delete(node) => {
                self.filled(node.targets, "targets", "Delete")?;
                self.exprs(node.targets, ExprContext::Del)
            }
            Stmt::Assign(node) => {
                self.filled(node.targets, "targets", "Assign")?;
                self.exprs(node.targets, ExprContext::Store)?;
                self.load(&node.value)
            }
            Stmt::TypeAlias(node) => {
                if !matches!(node.name, Expr::Name(_)) {
                    return Err(self.rt.type_error("TypeAlias with non-Name name"));
                }
                self.expr(&node.name, ExprContext::Store)?;
                self.type_params(node.type_params)?;
                self.load(&node.value)
            }
            Stmt::AugAssign(node) => {
                self.expr(&node.target, ExprContext::Store)?;
                self.load(&node.value)
            }
            Stmt::AnnAssign(node) => {
                if node.simple && !matches!(node.target, Expr::Name(_)) {
                    let message = "AnnAssign with simple non-Name target";
                    return Err(self.rt.type_error(message));
                }
                self.expr(&node.target, ExprContext::Store)?;
                self.opt(&node.value)?;
                self.load(&node.annotation)
            }
            Stmt::For(node) => {
                self.for_loop((&node.target, &node.iter), (node.body, node.orelse), "For")
            }
            Stmt::AsyncFor(node) => self.for_loop(
                (&node.target, &node.iter),
                (node.body, node.orelse),
                "AsyncFor",
            ),
            Stmt::While(node) => {
                self.load(&node.test)?;
                self.body(node.body, "While")?;
                self.stmts(node.orelse)
            }
            Stmt::If(node) => {
                self.load(&node.test)?;
                self.body(node.body, "If")?;
                self.stmts(node.orelse)
            }
            Stmt::With(node) => self.with(node.items, node.body, "With"),
            Stmt::AsyncWith(node) => self.with(node.items, node.body, "AsyncWith"),
            Stmt::Match(node) => {
                self.load(&node.subject)?;
                self.filled(node.cases, "cases", "Match")?;
                for case in node.cases.iter() {
                    self.pattern(&case.pattern, false)?;
                    self.opt(&case.guard)?;
                    self.body(case.body, "match_case")?;
                }
                Ok(())
            }
            Stmt::Raise(node) => match (&node.exc, &node.cause) {
                (None, Some(_)) => self.refuse("Raise with cause but no exception"),
                (exc, cause) => {
                    self.opt(exc)?;
                    self.opt(cause)
                }
            },
            Stmt::Try(node) => {
                self.try_block(node.body, node.handlers, node.orelse, node.finalbody, "Try")
            }
            Stmt::TryStar(node) => self.try_block(
                node.body,
                node.handlers,
                node.orelse,
                node.finalbody,
                "TryStar",
            ),
            Stmt::Assert(node) => {
                self.load(&node.test)?;
                self.opt(&node.msg)
            }
            Stmt::Import(node) => self.filled(node.names, "names", "Import"),
            Stmt::ImportFrom(node) => {
                if (node.level as i32) < 0 {
                    return self.refuse("Negative ImportFrom level");
                }
                self.filled(node.names, "names", "ImportFrom")
            }
            Stmt::Global(node) => self.filled(node.names, "names", "Global"),
            Stmt::Nonlocal(node) => self.filled(node.names, "names", "Nonlocal"),
            Stmt::Expr(node) => self.load(&node.value),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => Ok(()),
        }
    }
}
