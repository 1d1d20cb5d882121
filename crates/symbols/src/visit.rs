//! The visits of [`Builder`], one per kind of node.

use hognose_ast::{
    Alias, Arg, Arguments, Comprehension, ExceptHandler, Expr, ExprContext, Keyword, Loc, Name,
    Pattern, Stmt, TypeParam, WithItem, known,
};

use crate::build::{Builder, NodeKey, Visit, error};
use crate::error::{Construct, ErrorKind, Place};
use crate::generics::Generic;
use hognose_version::SymbolRules;

use crate::scope::{BlockKind, ComprehensionKind, flags};

/// What the two kinds of function definition share.
struct Function<'t, 'a> {
    key: NodeKey,
    name: Name,
    args: &'t Arguments<'a>,
    body: &'t [Stmt<'a>],
    decorators: &'t [Expr<'a>],
    returns: Option<&'t Expr<'a>>,
    type_params: &'t [TypeParam<'a>],
    is_async: bool,
    loc: Loc,
}

impl Builder<'_, '_> {
    pub(crate) fn stmt(&mut self, stmt: &Stmt) -> Visit {
        self.descend()?;
        match stmt {
            Stmt::FunctionDef(node) => self.function(&Function {
                key: NodeKey::of(&**node),
                name: node.name,
                args: &*node.args,
                body: &*node.body,
                decorators: &*node.decorator_list,
                returns: node.returns.as_ref(),
                type_params: &*node.type_params,
                is_async: false,
                loc: node.loc,
            })?,
            Stmt::AsyncFunctionDef(node) => self.function(&Function {
                key: NodeKey::of(&**node),
                name: node.name,
                args: &*node.args,
                body: &*node.body,
                decorators: &*node.decorator_list,
                returns: node.returns.as_ref(),
                type_params: &*node.type_params,
                is_async: true,
                loc: node.loc,
            })?,
            Stmt::ClassDef(node) => self.class(node)?,
            Stmt::TypeAlias(node) => self.type_alias(node)?,
            Stmt::Return(node) => {
                if let Some(value) = &node.value {
                    self.expr(value)?;
                    self.scope().returns_value = true;
                }
            }
            Stmt::Delete(node) => self.exprs(&*node.targets)?,
            Stmt::Assign(node) => {
                self.exprs(&*node.targets)?;
                self.expr(&node.value)?;
            }
            Stmt::AnnAssign(node) => self.ann_assign(node)?,
            Stmt::AugAssign(node) => {
                self.expr(&node.target)?;
                self.expr(&node.value)?;
            }
            Stmt::For(node) => {
                self.expr(&node.target)?;
                self.expr(&node.iter)?;
                self.stmts(&*node.body)?;
                self.stmts(&*node.orelse)?;
            }
            Stmt::AsyncFor(node) => {
                self.expr(&node.target)?;
                self.expr(&node.iter)?;
                self.stmts(&*node.body)?;
                self.stmts(&*node.orelse)?;
            }
            Stmt::While(node) => {
                self.expr(&node.test)?;
                self.stmts(&*node.body)?;
                self.stmts(&*node.orelse)?;
            }
            Stmt::If(node) => {
                self.expr(&node.test)?;
                self.stmts(&*node.body)?;
                self.stmts(&*node.orelse)?;
            }
            Stmt::Match(node) => {
                self.expr(&node.subject)?;
                for case in node.cases.iter() {
                    self.pattern(&case.pattern)?;
                    self.expr_opt(case.guard.as_ref())?;
                    self.stmts(&*case.body)?;
                }
            }
            Stmt::Raise(node) => {
                if let Some(exc) = &node.exc {
                    self.expr(exc)?;
                    self.expr_opt(node.cause.as_ref())?;
                }
            }
            Stmt::Try(node) => {
                self.stmts(&*node.body)?;
                self.handlers_and_else(&*node.handlers, &*node.orelse)?;
                self.stmts(&*node.finalbody)?;
            }
            Stmt::TryStar(node) => {
                self.stmts(&*node.body)?;
                self.handlers_and_else(&*node.handlers, &*node.orelse)?;
                self.stmts(&*node.finalbody)?;
            }
            Stmt::Assert(node) => {
                self.expr(&node.test)?;
                self.expr_opt(node.msg.as_ref())?;
            }
            Stmt::Import(node) => self.aliases(&*node.names)?,
            Stmt::ImportFrom(node) => self.aliases(&*node.names)?,
            Stmt::Global(node) => {
                const KINDS: DeclarationErrors = DeclarationErrors {
                    param: ErrorKind::GlobalParam,
                    used: ErrorKind::GlobalAfterUse,
                    annotated: ErrorKind::GlobalAnnotated,
                    assigned: ErrorKind::GlobalAfterAssign,
                };
                self.declaration(&*node.names, flags::DEF_GLOBAL, &KINDS, node.loc)?;
            }
            Stmt::Nonlocal(node) => {
                const KINDS: DeclarationErrors = DeclarationErrors {
                    param: ErrorKind::NonlocalParam,
                    used: ErrorKind::NonlocalAfterUse,
                    annotated: ErrorKind::NonlocalAnnotated,
                    assigned: ErrorKind::NonlocalAfterAssign,
                };
                self.declaration(&*node.names, flags::DEF_NONLOCAL, &KINDS, node.loc)?;
            }
            Stmt::Expr(node) => self.expr(&node.value)?,
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) => {}
            Stmt::With(node) => {
                self.with_items(&*node.items)?;
                self.stmts(&*node.body)?;
            }
            Stmt::AsyncWith(node) => {
                self.with_items(&*node.items)?;
                self.stmts(&*node.body)?;
            }
        }
        self.nesting.ascend();
        Ok(())
    }

    fn function(&mut self, function: &Function) -> Visit {
        let Function {
            name, args, loc, ..
        } = *function;
        self.add(name, flags::DEF_LOCAL, loc)?;
        self.exprs(&*args.defaults)?;
        self.exprs_with_holes(&*args.kw_defaults)?;
        self.exprs(function.decorators)?;
        let is_generic = !function.type_params.is_empty();
        if is_generic {
            let has_kwdefaults = args.kw_defaults.iter().any(Option::is_some);
            self.enter_type_params(
                name,
                function.type_params,
                Generic::Function { has_kwdefaults },
                loc,
            )?;
        }
        self.annotations(function)?;
        self.push(name, BlockKind::Function, Some(function.key), loc);
        self.scope().coroutine = function.is_async;
        self.parameters(args)?;
        self.stmts(function.body)?;
        self.pop();
        if is_generic {
            self.pop();
        }
        Ok(())
    }

    fn class(&mut self, node: &hognose_ast::ClassDef) -> Visit {
        self.add(node.name, flags::DEF_LOCAL, node.loc)?;
        self.exprs(&*node.decorator_list)?;
        let is_generic = !node.type_params.is_empty();
        let outside = self.private;
        if is_generic {
            self.enter_type_params(node.name, &*node.type_params, Generic::Class, node.loc)?;
        }
        self.exprs(&*node.bases)?;
        self.keywords(&*node.keywords)?;
        self.push(
            node.name,
            BlockKind::Class,
            Some(NodeKey::of(node)),
            node.loc,
        );
        let around_body = self.private.replace(node.name);
        if is_generic {
            self.add(known::TYPE_PARAMS, flags::DEF_LOCAL, node.loc)?;
            self.add(known::DOT_TYPE_PARAMS, flags::USE, node.loc)?;
        }
        self.stmts(&*node.body)?;
        // CPython 3.12 saves the class around it only after the type parameters have set their own, and so leaves it
        // set.
        self.private = match self.rules {
            SymbolRules::Annotations312 => around_body,
            SymbolRules::Annotations313 => outside,
        };
        self.pop();
        if is_generic {
            self.pop();
        }
        Ok(())
    }

    fn ann_assign(&mut self, node: &hognose_ast::AnnAssign) -> Visit {
        if let Expr::Name(target) = &node.target {
            let seen = self.lookup(target.id);
            if seen & (flags::DEF_GLOBAL | flags::DEF_NONLOCAL) != 0
                && self.current() != self.table.top()
                && node.simple
            {
                let kind = if seen & flags::DEF_GLOBAL != 0 {
                    ErrorKind::GlobalAnnotated
                } else {
                    ErrorKind::NonlocalAnnotated
                };
                return Err(error(kind, Some(target.id), node.loc));
            }
            if node.simple {
                self.add(target.id, flags::DEF_ANNOT | flags::DEF_LOCAL, target.loc)?;
            }
            if node.value.is_some() {
                self.add(target.id, flags::DEF_LOCAL, target.loc)?;
            }
        } else {
            self.expr(&node.target)?;
        }
        self.annotation(&node.annotation)?;
        self.expr_opt(node.value.as_ref())
    }

    fn declaration(
        &mut self,
        names: &[Name],
        flag: u32,
        errors: &DeclarationErrors,
        loc: Loc,
    ) -> Visit {
        for &name in names {
            let seen = self.lookup(name);
            let kind = if seen & flags::DEF_PARAM != 0 {
                errors.param
            } else if seen & flags::USE != 0 {
                errors.used
            } else if seen & flags::DEF_ANNOT != 0 {
                errors.annotated
            } else if seen & flags::DEF_LOCAL != 0 {
                errors.assigned
            } else {
                self.add(name, flag, loc)?;
                self.record_directive(name, loc);
                continue;
            };
            return Err(error(kind, Some(name), loc));
        }
        Ok(())
    }

    pub(crate) fn expr(&mut self, expr: &Expr) -> Visit {
        self.descend()?;
        match expr {
            Expr::NamedExpr(node) => {
                self.refuse_in_annotation(Construct::NamedExpression, node.loc)?;
                self.named_expr(node)?;
            }
            Expr::BoolOp(node) => self.exprs(&*node.values)?,
            Expr::BinOp(node) => {
                self.expr(&node.left)?;
                self.expr(&node.right)?;
            }
            Expr::UnaryOp(node) => self.expr(&node.operand)?,
            Expr::Lambda(node) => self.lambda(node)?,
            Expr::IfExp(node) => {
                self.expr(&node.test)?;
                self.expr(&node.body)?;
                self.expr(&node.orelse)?;
            }
            Expr::Dict(node) => {
                self.exprs_with_holes(&*node.keys)?;
                self.exprs(&*node.values)?;
            }
            Expr::Set(node) => self.exprs(&*node.elts)?,
            Expr::GeneratorExp(node) => self.comprehension(&Comp {
                key: NodeKey::of(&**node),
                name: known::GENEXPR,
                kind: ComprehensionKind::Generator,
                generators: &*node.generators,
                elt: &node.elt,
                value: None,
                loc: node.loc,
            })?,
            Expr::ListComp(node) => self.comprehension(&Comp {
                key: NodeKey::of(&**node),
                name: known::LISTCOMP,
                kind: ComprehensionKind::List,
                generators: &*node.generators,
                elt: &node.elt,
                value: None,
                loc: node.loc,
            })?,
            Expr::SetComp(node) => self.comprehension(&Comp {
                key: NodeKey::of(&**node),
                name: known::SETCOMP,
                kind: ComprehensionKind::Set,
                generators: &*node.generators,
                elt: &node.elt,
                value: None,
                loc: node.loc,
            })?,
            Expr::DictComp(node) => self.comprehension(&Comp {
                key: NodeKey::of(&**node),
                name: known::DICTCOMP,
                kind: ComprehensionKind::Dict,
                generators: &*node.generators,
                elt: &node.key,
                value: Some(&node.value),
                loc: node.loc,
            })?,
            Expr::Yield(node) => {
                self.refuse_in_annotation(Construct::Yield, node.loc)?;
                self.expr_opt(node.value.as_ref())?;
                self.yields(node.loc)?;
            }
            Expr::YieldFrom(node) => {
                self.refuse_in_annotation(Construct::Yield, node.loc)?;
                self.expr(&node.value)?;
                self.yields(node.loc)?;
            }
            Expr::Await(node) => {
                self.refuse_in_annotation(Construct::Await, node.loc)?;
                self.expr(&node.value)?;
                self.scope().coroutine = true;
            }
            Expr::Compare(node) => {
                self.expr(&node.left)?;
                self.exprs(&*node.comparators)?;
            }
            Expr::Call(node) => {
                self.expr(&node.func)?;
                self.exprs(&*node.args)?;
                self.keywords(&*node.keywords)?;
            }
            Expr::FormattedValue(node) => {
                self.expr(&node.value)?;
                self.expr_opt(node.format_spec.as_ref())?;
            }
            Expr::JoinedStr(node) => self.exprs(&*node.values)?,
            Expr::Constant(_) => {}
            Expr::Attribute(node) => self.expr(&node.value)?,
            Expr::Subscript(node) => {
                self.expr(&node.value)?;
                self.expr(&node.slice)?;
            }
            Expr::Starred(node) => self.expr(&node.value)?,
            Expr::Slice(node) => {
                self.expr_opt(node.lower.as_ref())?;
                self.expr_opt(node.upper.as_ref())?;
                self.expr_opt(node.step.as_ref())?;
            }
            Expr::Name(node) => {
                let is_load = node.ctx == ExprContext::Load;
                let flag = if is_load {
                    flags::USE
                } else {
                    flags::DEF_LOCAL
                };
                self.add(node.id, flag, node.loc)?;
                // Naming `super` counts as a use of `__class__`.
                if is_load && node.id == known::SUPER && self.scope().is_function_like() {
                    self.add(known::CLASS, flags::USE, node.loc)?;
                }
            }
            Expr::List(node) => self.exprs(&*node.elts)?,
            Expr::Tuple(node) => self.exprs(&*node.elts)?,
        }
        self.nesting.ascend();
        Ok(())
    }

    pub(crate) fn exprs(&mut self, exprs: &[Expr]) -> Visit {
        exprs.iter().try_for_each(|expr| self.expr(expr))
    }

    fn exprs_with_holes(&mut self, exprs: &[Option<Expr>]) -> Visit {
        exprs.iter().flatten().try_for_each(|expr| self.expr(expr))
    }

    fn expr_opt(&mut self, expr: Option<&Expr>) -> Visit {
        expr.map_or(Ok(()), |expr| self.expr(expr))
    }

    fn named_expr(&mut self, node: &hognose_ast::NamedExpr) -> Visit {
        if self.scope().comp_iter_expr > 0 {
            return Err(error(ErrorKind::WalrusInIterable, None, node.loc));
        }
        if self.scope().comprehension.is_some()
            && let Expr::Name(target) = &node.target
        {
            self.extend_named_expr_scope(target.id, target.loc)?;
        }
        self.expr(&node.value)?;
        self.expr(&node.target)
    }

    fn lambda(&mut self, node: &hognose_ast::Lambda) -> Visit {
        if self.scope().can_see_class_scope && self.rules == SymbolRules::Annotations312 {
            return Err(error(
                ErrorKind::LambdaInClassAnnotationScope,
                None,
                node.loc,
            ));
        }
        self.exprs(&*node.args.defaults)?;
        self.exprs_with_holes(&*node.args.kw_defaults)?;
        self.push(
            known::LAMBDA,
            BlockKind::Function,
            Some(NodeKey::of(node)),
            node.loc,
        );
        self.parameters(node.args)?;
        self.expr(&node.body)?;
        self.pop();
        Ok(())
    }

    fn yields(&mut self, loc: Loc) -> Visit {
        let scope = self.scope();
        scope.generator = true;
        let kind = match scope.comprehension {
            None => return Ok(()),
            Some(ComprehensionKind::List) => ErrorKind::YieldInList,
            Some(ComprehensionKind::Set) => ErrorKind::YieldInSet,
            Some(ComprehensionKind::Dict) => ErrorKind::YieldInDict,
            Some(ComprehensionKind::Generator) => ErrorKind::YieldInGenerator,
        };
        Err(error(kind, None, loc))
    }

    fn refuse_in_annotation(&mut self, construct: Construct, loc: Loc) -> Visit {
        let place = match self.scope().kind {
            BlockKind::Annotation => Place::Annotation,
            BlockKind::TypeVariable(place) => place,
            BlockKind::TypeAlias => Place::TypeAlias,
            BlockKind::TypeParams => Place::TypeParams,
            BlockKind::Function | BlockKind::Class | BlockKind::Module => return Ok(()),
        };
        Err(error(ErrorKind::NotAllowed(construct, place), None, loc))
    }

    fn comprehension(&mut self, comp: &Comp) -> Visit {
        if self.scope().can_see_class_scope && self.rules == SymbolRules::Annotations312 {
            return Err(error(
                ErrorKind::ComprehensionInClassAnnotationScope,
                None,
                comp.loc,
            ));
        }
        let Some((outermost, rest)) = comp.generators.split_first() else {
            return Ok(());
        };
        let is_generator = comp.kind == ComprehensionKind::Generator;
        // The outermost iterable belongs to the scope around.
        self.scope().comp_iter_expr += 1;
        self.expr(&outermost.iter)?;
        self.scope().comp_iter_expr -= 1;
        self.push(comp.name, BlockKind::Function, Some(comp.key), comp.loc);
        let scope = self.scope();
        scope.comprehension = Some(comp.kind);
        scope.coroutine = outermost.is_async;
        self.add(known::DOT_ZERO, flags::DEF_PARAM, comp.loc)?;
        self.scope().comp_iter_target = true;
        self.expr(&outermost.target)?;
        self.scope().comp_iter_target = false;
        self.exprs(&*outermost.ifs)?;
        rest.iter().try_for_each(|inner| self.inner_for(inner))?;
        if let Some(value) = comp.value {
            self.expr(value)?;
        }
        self.expr(comp.elt)?;
        let scope = self.scope();
        scope.generator = is_generator;
        let is_async = scope.coroutine && !is_generator;
        self.pop();
        if is_async {
            self.scope().coroutine = true;
        }
        Ok(())
    }

    fn inner_for(&mut self, inner: &Comprehension) -> Visit {
        self.scope().comp_iter_target = true;
        self.expr(&inner.target)?;
        self.scope().comp_iter_target = false;
        self.scope().comp_iter_expr += 1;
        self.expr(&inner.iter)?;
        self.scope().comp_iter_expr -= 1;
        self.exprs(&*inner.ifs)?;
        if inner.is_async {
            self.scope().coroutine = true;
        }
        Ok(())
    }

    fn pattern(&mut self, pattern: &Pattern) -> Visit {
        let loc = pattern.loc();
        self.descend()?;
        match pattern {
            Pattern::MatchValue(node) => self.expr(&node.value)?,
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(node) => self.patterns(&*node.patterns)?,
            Pattern::MatchStar(node) => self.capture(node.name, loc)?,
            Pattern::MatchMapping(node) => {
                self.exprs(&*node.keys)?;
                self.patterns(&*node.patterns)?;
                self.capture(node.rest, loc)?;
            }
            Pattern::MatchClass(node) => {
                self.expr(&node.cls)?;
                self.patterns(&*node.patterns)?;
                self.patterns(&*node.kwd_patterns)?;
            }
            Pattern::MatchAs(node) => {
                if let Some(inner) = &node.pattern {
                    self.pattern(inner)?;
                }
                self.capture(node.name, loc)?;
            }
            Pattern::MatchOr(node) => self.patterns(&*node.patterns)?,
        }
        self.nesting.ascend();
        Ok(())
    }

    fn patterns(&mut self, patterns: &[Pattern]) -> Visit {
        patterns
            .iter()
            .try_for_each(|pattern| self.pattern(pattern))
    }

    fn capture(&mut self, name: Option<Name>, loc: Loc) -> Visit {
        name.map_or(Ok(()), |name| self.add(name, flags::DEF_LOCAL, loc))
    }

    fn parameters(&mut self, args: &Arguments) -> Visit {
        let plain = args
            .posonlyargs
            .iter()
            .chain(args.args.iter())
            .chain(args.kwonlyargs.iter());
        for arg in plain {
            self.add(arg.arg, flags::DEF_PARAM, arg.loc)?;
        }
        if let Some(vararg) = &args.vararg {
            self.add(vararg.arg, flags::DEF_PARAM, vararg.loc)?;
            self.scope().varargs = true;
        }
        if let Some(kwarg) = &args.kwarg {
            self.add(kwarg.arg, flags::DEF_PARAM, kwarg.loc)?;
            self.scope().varkeywords = true;
        }
        Ok(())
    }

    /// Visits a function's annotations (`symtable_visit_annotations`).
    fn annotations(&mut self, function: &Function) -> Visit {
        let args = function.args;
        if self.future_annotations {
            self.push(known::ANNOTATION, BlockKind::Annotation, None, function.loc);
        }
        self.arg_annotations(&*args.posonlyargs)?;
        self.arg_annotations(&*args.args)?;
        self.arg_annotations(args.vararg.as_deref().map_or(&[], std::slice::from_ref))?;
        self.arg_annotations(args.kwarg.as_deref().map_or(&[], std::slice::from_ref))?;
        self.arg_annotations(&*args.kwonlyargs)?;
        if self.future_annotations {
            self.pop();
        }
        function
            .returns
            .map_or(Ok(()), |returns| self.annotation(returns))
    }

    fn arg_annotations(&mut self, args: &[Arg]) -> Visit {
        args.iter()
            .try_for_each(|arg| self.expr_opt(arg.annotation.as_ref()))
    }

    fn annotation(&mut self, annotation: &Expr) -> Visit {
        if !self.future_annotations {
            return self.expr(annotation);
        }
        self.push(
            known::ANNOTATION,
            BlockKind::Annotation,
            None,
            annotation.loc(),
        );
        self.expr(annotation)?;
        self.pop();
        Ok(())
    }

    fn handlers_and_else(&mut self, handlers: &[ExceptHandler], orelse: &[Stmt]) -> Visit {
        match self.rules {
            SymbolRules::Annotations312 => {
                self.stmts(orelse)?;
                self.handlers(handlers)
            }
            SymbolRules::Annotations313 => {
                self.handlers(handlers)?;
                self.stmts(orelse)
            }
        }
    }

    fn handlers(&mut self, handlers: &[ExceptHandler]) -> Visit {
        for handler in handlers {
            self.expr_opt(handler.r#type.as_ref())?;
            self.capture(handler.name, handler.loc)?;
            self.stmts(&*handler.body)?;
        }
        Ok(())
    }

    fn with_items(&mut self, items: &[WithItem]) -> Visit {
        for item in items {
            self.expr(&item.context_expr)?;
            self.expr_opt(item.optional_vars.as_ref())?;
        }
        Ok(())
    }

    fn keywords(&mut self, keywords: &[Keyword]) -> Visit {
        keywords
            .iter()
            .try_for_each(|keyword| self.expr(&keyword.value))
    }

    fn aliases(&mut self, aliases: &[Alias]) -> Visit {
        for alias in aliases {
            let name = alias.asname.unwrap_or(alias.name);
            if name == known::STAR {
                if self.scope().kind != BlockKind::Module {
                    return Err(error(ErrorKind::ImportStar, None, alias.loc));
                }
                continue;
            }
            let package = self
                .names
                .get(name)
                .split_once('.')
                .map(|(package, _)| package.to_owned());
            let stored = package.map_or(name, |package| self.names.intern(&package));
            self.add(stored, flags::DEF_IMPORT, alias.loc)?;
        }
        Ok(())
    }
}

struct DeclarationErrors {
    param: ErrorKind,
    used: ErrorKind,
    annotated: ErrorKind,
    assigned: ErrorKind,
}

/// What the four kinds of comprehension share.
struct Comp<'t, 'a> {
    key: NodeKey,
    name: Name,
    kind: ComprehensionKind,
    generators: &'t [Comprehension<'a>],
    elt: &'t Expr<'a>,
    value: Option<&'t Expr<'a>>,
    loc: Loc,
}
