// Generated from data/ast.toml by `cargo xtask codegen`: do not edit.

//! Visitors: each `visit_…` method by default walks on to the node's children, in field order.
//!
//! They recurse as deep as the tree does; who meets trees of any depth overrides `visit_expr` and
//! `visit_stmt` to count.

use crate::*;

/// Reads a tree.
pub trait Visit<'a> {
    fn visit_mod(&mut self, node: &Mod<'a>) {
        walk_mod(self, node);
    }
    fn visit_stmt(&mut self, node: &Stmt<'a>) {
        walk_stmt(self, node);
    }
    fn visit_expr(&mut self, node: &Expr<'a>) {
        walk_expr(self, node);
    }
    fn visit_pattern(&mut self, node: &Pattern<'a>) {
        walk_pattern(self, node);
    }
    fn visit_type_param(&mut self, node: &TypeParam<'a>) {
        walk_type_param(self, node);
    }
    fn visit_except_handler(&mut self, node: &ExceptHandler<'a>) {
        walk_except_handler(self, node);
    }
    fn visit_comprehension(&mut self, node: &Comprehension<'a>) {
        walk_comprehension(self, node);
    }
    fn visit_arguments(&mut self, node: &Arguments<'a>) {
        walk_arguments(self, node);
    }
    fn visit_arg(&mut self, node: &Arg<'a>) {
        walk_arg(self, node);
    }
    fn visit_keyword(&mut self, node: &Keyword<'a>) {
        walk_keyword(self, node);
    }
    fn visit_alias(&mut self, node: &Alias) {
        walk_alias(self, node);
    }
    fn visit_with_item(&mut self, node: &WithItem<'a>) {
        walk_with_item(self, node);
    }
    fn visit_match_case(&mut self, node: &MatchCase<'a>) {
        walk_match_case(self, node);
    }
}

/// Visits the children of one [`Mod`].
pub fn walk_mod<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &Mod<'a>) {
    match node {
        Mod::Module(node) => {
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
        }
        Mod::Interactive(node) => {
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
        }
        Mod::Expression(node) => {
            visitor.visit_expr(&node.body);
        }
    }
}

/// Visits the children of one [`Stmt`].
pub fn walk_stmt<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &Stmt<'a>) {
    match node {
        Stmt::FunctionDef(node) => {
            visitor.visit_arguments(node.args);
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.decorator_list.iter() {
                visitor.visit_expr(child);
            }
            if let Some(child) = &node.returns {
                visitor.visit_expr(child);
            }
            for child in node.type_params.iter() {
                visitor.visit_type_param(child);
            }
        }
        Stmt::AsyncFunctionDef(node) => {
            visitor.visit_arguments(node.args);
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.decorator_list.iter() {
                visitor.visit_expr(child);
            }
            if let Some(child) = &node.returns {
                visitor.visit_expr(child);
            }
            for child in node.type_params.iter() {
                visitor.visit_type_param(child);
            }
        }
        Stmt::ClassDef(node) => {
            for child in node.bases.iter() {
                visitor.visit_expr(child);
            }
            for child in node.keywords.iter() {
                visitor.visit_keyword(child);
            }
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.decorator_list.iter() {
                visitor.visit_expr(child);
            }
            for child in node.type_params.iter() {
                visitor.visit_type_param(child);
            }
        }
        Stmt::Return(node) => {
            if let Some(child) = &node.value {
                visitor.visit_expr(child);
            }
        }
        Stmt::Delete(node) => {
            for child in node.targets.iter() {
                visitor.visit_expr(child);
            }
        }
        Stmt::Assign(node) => {
            for child in node.targets.iter() {
                visitor.visit_expr(child);
            }
            visitor.visit_expr(&node.value);
        }
        Stmt::TypeAlias(node) => {
            visitor.visit_expr(&node.name);
            for child in node.type_params.iter() {
                visitor.visit_type_param(child);
            }
            visitor.visit_expr(&node.value);
        }
        Stmt::AugAssign(node) => {
            visitor.visit_expr(&node.target);
            visitor.visit_expr(&node.value);
        }
        Stmt::AnnAssign(node) => {
            visitor.visit_expr(&node.target);
            visitor.visit_expr(&node.annotation);
            if let Some(child) = &node.value {
                visitor.visit_expr(child);
            }
        }
        Stmt::For(node) => {
            visitor.visit_expr(&node.target);
            visitor.visit_expr(&node.iter);
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.orelse.iter() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::AsyncFor(node) => {
            visitor.visit_expr(&node.target);
            visitor.visit_expr(&node.iter);
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.orelse.iter() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::While(node) => {
            visitor.visit_expr(&node.test);
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.orelse.iter() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::If(node) => {
            visitor.visit_expr(&node.test);
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.orelse.iter() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::With(node) => {
            for child in node.items.iter() {
                visitor.visit_with_item(child);
            }
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::AsyncWith(node) => {
            for child in node.items.iter() {
                visitor.visit_with_item(child);
            }
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::Match(node) => {
            visitor.visit_expr(&node.subject);
            for child in node.cases.iter() {
                visitor.visit_match_case(child);
            }
        }
        Stmt::Raise(node) => {
            if let Some(child) = &node.exc {
                visitor.visit_expr(child);
            }
            if let Some(child) = &node.cause {
                visitor.visit_expr(child);
            }
        }
        Stmt::Try(node) => {
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.handlers.iter() {
                visitor.visit_except_handler(child);
            }
            for child in node.orelse.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.finalbody.iter() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::TryStar(node) => {
            for child in node.body.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.handlers.iter() {
                visitor.visit_except_handler(child);
            }
            for child in node.orelse.iter() {
                visitor.visit_stmt(child);
            }
            for child in node.finalbody.iter() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::Assert(node) => {
            visitor.visit_expr(&node.test);
            if let Some(child) = &node.msg {
                visitor.visit_expr(child);
            }
        }
        Stmt::Import(node) => {
            for child in node.names.iter() {
                visitor.visit_alias(child);
            }
        }
        Stmt::ImportFrom(node) => {
            for child in node.names.iter() {
                visitor.visit_alias(child);
            }
        }
        Stmt::Expr(node) => {
            visitor.visit_expr(&node.value);
        }
        Stmt::Global(_)
        | Stmt::Nonlocal(_)
        | Stmt::Pass(_)
        | Stmt::Break(_)
        | Stmt::Continue(_) => {}
    }
}

/// Visits the children of one [`Expr`].
pub fn walk_expr<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &Expr<'a>) {
    match node {
        Expr::BoolOp(node) => {
            for child in node.values.iter() {
                visitor.visit_expr(child);
            }
        }
        Expr::NamedExpr(node) => {
            visitor.visit_expr(&node.target);
            visitor.visit_expr(&node.value);
        }
        Expr::BinOp(node) => {
            visitor.visit_expr(&node.left);
            visitor.visit_expr(&node.right);
        }
        Expr::UnaryOp(node) => {
            visitor.visit_expr(&node.operand);
        }
        Expr::Lambda(node) => {
            visitor.visit_arguments(node.args);
            visitor.visit_expr(&node.body);
        }
        Expr::IfExp(node) => {
            visitor.visit_expr(&node.test);
            visitor.visit_expr(&node.body);
            visitor.visit_expr(&node.orelse);
        }
        Expr::Dict(node) => {
            for child in node.keys.iter().flatten() {
                visitor.visit_expr(child);
            }
            for child in node.values.iter() {
                visitor.visit_expr(child);
            }
        }
        Expr::Set(node) => {
            for child in node.elts.iter() {
                visitor.visit_expr(child);
            }
        }
        Expr::ListComp(node) => {
            visitor.visit_expr(&node.elt);
            for child in node.generators.iter() {
                visitor.visit_comprehension(child);
            }
        }
        Expr::SetComp(node) => {
            visitor.visit_expr(&node.elt);
            for child in node.generators.iter() {
                visitor.visit_comprehension(child);
            }
        }
        Expr::DictComp(node) => {
            visitor.visit_expr(&node.key);
            visitor.visit_expr(&node.value);
            for child in node.generators.iter() {
                visitor.visit_comprehension(child);
            }
        }
        Expr::GeneratorExp(node) => {
            visitor.visit_expr(&node.elt);
            for child in node.generators.iter() {
                visitor.visit_comprehension(child);
            }
        }
        Expr::Await(node) => {
            visitor.visit_expr(&node.value);
        }
        Expr::Yield(node) => {
            if let Some(child) = &node.value {
                visitor.visit_expr(child);
            }
        }
        Expr::YieldFrom(node) => {
            visitor.visit_expr(&node.value);
        }
        Expr::Compare(node) => {
            visitor.visit_expr(&node.left);
            for child in node.comparators.iter() {
                visitor.visit_expr(child);
            }
        }
        Expr::Call(node) => {
            visitor.visit_expr(&node.func);
            for child in node.args.iter() {
                visitor.visit_expr(child);
            }
            for child in node.keywords.iter() {
                visitor.visit_keyword(child);
            }
        }
        Expr::FormattedValue(node) => {
            visitor.visit_expr(&node.value);
            if let Some(child) = &node.format_spec {
                visitor.visit_expr(child);
            }
        }
        Expr::JoinedStr(node) => {
            for child in node.values.iter() {
                visitor.visit_expr(child);
            }
        }
        Expr::Attribute(node) => {
            visitor.visit_expr(&node.value);
        }
        Expr::Subscript(node) => {
            visitor.visit_expr(&node.value);
            visitor.visit_expr(&node.slice);
        }
        Expr::Starred(node) => {
            visitor.visit_expr(&node.value);
        }
        Expr::List(node) => {
            for child in node.elts.iter() {
                visitor.visit_expr(child);
            }
        }
        Expr::Tuple(node) => {
            for child in node.elts.iter() {
                visitor.visit_expr(child);
            }
        }
        Expr::Slice(node) => {
            if let Some(child) = &node.lower {
                visitor.visit_expr(child);
            }
            if let Some(child) = &node.upper {
                visitor.visit_expr(child);
            }
            if let Some(child) = &node.step {
                visitor.visit_expr(child);
            }
        }
        Expr::Constant(_) | Expr::Name(_) => {}
    }
}

/// Visits the children of one [`Pattern`].
pub fn walk_pattern<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &Pattern<'a>) {
    match node {
        Pattern::MatchValue(node) => {
            visitor.visit_expr(&node.value);
        }
        Pattern::MatchSequence(node) => {
            for child in node.patterns.iter() {
                visitor.visit_pattern(child);
            }
        }
        Pattern::MatchMapping(node) => {
            for child in node.keys.iter() {
                visitor.visit_expr(child);
            }
            for child in node.patterns.iter() {
                visitor.visit_pattern(child);
            }
        }
        Pattern::MatchClass(node) => {
            visitor.visit_expr(&node.cls);
            for child in node.patterns.iter() {
                visitor.visit_pattern(child);
            }
            for child in node.kwd_patterns.iter() {
                visitor.visit_pattern(child);
            }
        }
        Pattern::MatchAs(node) => {
            if let Some(child) = &node.pattern {
                visitor.visit_pattern(child);
            }
        }
        Pattern::MatchOr(node) => {
            for child in node.patterns.iter() {
                visitor.visit_pattern(child);
            }
        }
        Pattern::MatchSingleton(_) | Pattern::MatchStar(_) => {}
    }
}

/// Visits the children of one [`TypeParam`].
pub fn walk_type_param<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &TypeParam<'a>) {
    match node {
        TypeParam::TypeVar(node) => {
            if let Some(child) = &node.bound {
                visitor.visit_expr(child);
            }
            if let Some(child) = &node.default_value {
                visitor.visit_expr(child);
            }
        }
        TypeParam::ParamSpec(node) => {
            if let Some(child) = &node.default_value {
                visitor.visit_expr(child);
            }
        }
        TypeParam::TypeVarTuple(node) => {
            if let Some(child) = &node.default_value {
                visitor.visit_expr(child);
            }
        }
    }
}

/// Visits the children of one [`ExceptHandler`].
pub fn walk_except_handler<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &ExceptHandler<'a>) {
    if let Some(child) = &node.r#type {
        visitor.visit_expr(child);
    }
    for child in node.body.iter() {
        visitor.visit_stmt(child);
    }
}

/// Visits the children of one [`Comprehension`].
pub fn walk_comprehension<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &Comprehension<'a>) {
    visitor.visit_expr(&node.target);
    visitor.visit_expr(&node.iter);
    for child in node.ifs.iter() {
        visitor.visit_expr(child);
    }
}

/// Visits the children of one [`Arguments`].
pub fn walk_arguments<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &Arguments<'a>) {
    for child in node.posonlyargs.iter() {
        visitor.visit_arg(child);
    }
    for child in node.args.iter() {
        visitor.visit_arg(child);
    }
    if let Some(child) = &node.vararg {
        visitor.visit_arg(child);
    }
    for child in node.kwonlyargs.iter() {
        visitor.visit_arg(child);
    }
    for child in node.kw_defaults.iter().flatten() {
        visitor.visit_expr(child);
    }
    if let Some(child) = &node.kwarg {
        visitor.visit_arg(child);
    }
    for child in node.defaults.iter() {
        visitor.visit_expr(child);
    }
}

/// Visits the children of one [`Arg`].
pub fn walk_arg<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &Arg<'a>) {
    if let Some(child) = &node.annotation {
        visitor.visit_expr(child);
    }
}

/// Visits the children of one [`Keyword`].
pub fn walk_keyword<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &Keyword<'a>) {
    visitor.visit_expr(&node.value);
}

/// Visits the children of one [`Alias`].
pub fn walk_alias<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &Alias) {
    let _ = (visitor, node);
}

/// Visits the children of one [`WithItem`].
pub fn walk_with_item<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &WithItem<'a>) {
    visitor.visit_expr(&node.context_expr);
    if let Some(child) = &node.optional_vars {
        visitor.visit_expr(child);
    }
}

/// Visits the children of one [`MatchCase`].
pub fn walk_match_case<'a, V: Visit<'a> + ?Sized>(visitor: &mut V, node: &MatchCase<'a>) {
    visitor.visit_pattern(&node.pattern);
    if let Some(child) = &node.guard {
        visitor.visit_expr(child);
    }
    for child in node.body.iter() {
        visitor.visit_stmt(child);
    }
}

/// Changes a tree in place.
pub trait VisitMut<'a> {
    fn visit_mod(&mut self, node: &mut Mod<'a>) {
        walk_mut_mod(self, node);
    }
    fn visit_stmt(&mut self, node: &mut Stmt<'a>) {
        walk_mut_stmt(self, node);
    }
    fn visit_expr(&mut self, node: &mut Expr<'a>) {
        walk_mut_expr(self, node);
    }
    fn visit_pattern(&mut self, node: &mut Pattern<'a>) {
        walk_mut_pattern(self, node);
    }
    fn visit_type_param(&mut self, node: &mut TypeParam<'a>) {
        walk_mut_type_param(self, node);
    }
    fn visit_except_handler(&mut self, node: &mut ExceptHandler<'a>) {
        walk_mut_except_handler(self, node);
    }
    fn visit_comprehension(&mut self, node: &mut Comprehension<'a>) {
        walk_mut_comprehension(self, node);
    }
    fn visit_arguments(&mut self, node: &mut Arguments<'a>) {
        walk_mut_arguments(self, node);
    }
    fn visit_arg(&mut self, node: &mut Arg<'a>) {
        walk_mut_arg(self, node);
    }
    fn visit_keyword(&mut self, node: &mut Keyword<'a>) {
        walk_mut_keyword(self, node);
    }
    fn visit_alias(&mut self, node: &mut Alias) {
        walk_mut_alias(self, node);
    }
    fn visit_with_item(&mut self, node: &mut WithItem<'a>) {
        walk_mut_with_item(self, node);
    }
    fn visit_match_case(&mut self, node: &mut MatchCase<'a>) {
        walk_mut_match_case(self, node);
    }
}

/// Visits the children of one [`Mod`].
pub fn walk_mut_mod<'a, V: VisitMut<'a> + ?Sized>(visitor: &mut V, node: &mut Mod<'a>) {
    match node {
        Mod::Module(node) => {
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
        }
        Mod::Interactive(node) => {
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
        }
        Mod::Expression(node) => {
            visitor.visit_expr(&mut node.body);
        }
    }
}

/// Visits the children of one [`Stmt`].
pub fn walk_mut_stmt<'a, V: VisitMut<'a> + ?Sized>(visitor: &mut V, node: &mut Stmt<'a>) {
    match node {
        Stmt::FunctionDef(node) => {
            visitor.visit_arguments(node.args);
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.decorator_list.iter_mut() {
                visitor.visit_expr(child);
            }
            if let Some(child) = &mut node.returns {
                visitor.visit_expr(child);
            }
            for child in node.type_params.iter_mut() {
                visitor.visit_type_param(child);
            }
        }
        Stmt::AsyncFunctionDef(node) => {
            visitor.visit_arguments(node.args);
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.decorator_list.iter_mut() {
                visitor.visit_expr(child);
            }
            if let Some(child) = &mut node.returns {
                visitor.visit_expr(child);
            }
            for child in node.type_params.iter_mut() {
                visitor.visit_type_param(child);
            }
        }
        Stmt::ClassDef(node) => {
            for child in node.bases.iter_mut() {
                visitor.visit_expr(child);
            }
            for child in node.keywords.iter_mut() {
                visitor.visit_keyword(child);
            }
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.decorator_list.iter_mut() {
                visitor.visit_expr(child);
            }
            for child in node.type_params.iter_mut() {
                visitor.visit_type_param(child);
            }
        }
        Stmt::Return(node) => {
            if let Some(child) = &mut node.value {
                visitor.visit_expr(child);
            }
        }
        Stmt::Delete(node) => {
            for child in node.targets.iter_mut() {
                visitor.visit_expr(child);
            }
        }
        Stmt::Assign(node) => {
            for child in node.targets.iter_mut() {
                visitor.visit_expr(child);
            }
            visitor.visit_expr(&mut node.value);
        }
        Stmt::TypeAlias(node) => {
            visitor.visit_expr(&mut node.name);
            for child in node.type_params.iter_mut() {
                visitor.visit_type_param(child);
            }
            visitor.visit_expr(&mut node.value);
        }
        Stmt::AugAssign(node) => {
            visitor.visit_expr(&mut node.target);
            visitor.visit_expr(&mut node.value);
        }
        Stmt::AnnAssign(node) => {
            visitor.visit_expr(&mut node.target);
            visitor.visit_expr(&mut node.annotation);
            if let Some(child) = &mut node.value {
                visitor.visit_expr(child);
            }
        }
        Stmt::For(node) => {
            visitor.visit_expr(&mut node.target);
            visitor.visit_expr(&mut node.iter);
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.orelse.iter_mut() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::AsyncFor(node) => {
            visitor.visit_expr(&mut node.target);
            visitor.visit_expr(&mut node.iter);
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.orelse.iter_mut() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::While(node) => {
            visitor.visit_expr(&mut node.test);
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.orelse.iter_mut() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::If(node) => {
            visitor.visit_expr(&mut node.test);
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.orelse.iter_mut() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::With(node) => {
            for child in node.items.iter_mut() {
                visitor.visit_with_item(child);
            }
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::AsyncWith(node) => {
            for child in node.items.iter_mut() {
                visitor.visit_with_item(child);
            }
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::Match(node) => {
            visitor.visit_expr(&mut node.subject);
            for child in node.cases.iter_mut() {
                visitor.visit_match_case(child);
            }
        }
        Stmt::Raise(node) => {
            if let Some(child) = &mut node.exc {
                visitor.visit_expr(child);
            }
            if let Some(child) = &mut node.cause {
                visitor.visit_expr(child);
            }
        }
        Stmt::Try(node) => {
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.handlers.iter_mut() {
                visitor.visit_except_handler(child);
            }
            for child in node.orelse.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.finalbody.iter_mut() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::TryStar(node) => {
            for child in node.body.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.handlers.iter_mut() {
                visitor.visit_except_handler(child);
            }
            for child in node.orelse.iter_mut() {
                visitor.visit_stmt(child);
            }
            for child in node.finalbody.iter_mut() {
                visitor.visit_stmt(child);
            }
        }
        Stmt::Assert(node) => {
            visitor.visit_expr(&mut node.test);
            if let Some(child) = &mut node.msg {
                visitor.visit_expr(child);
            }
        }
        Stmt::Import(node) => {
            for child in node.names.iter_mut() {
                visitor.visit_alias(child);
            }
        }
        Stmt::ImportFrom(node) => {
            for child in node.names.iter_mut() {
                visitor.visit_alias(child);
            }
        }
        Stmt::Expr(node) => {
            visitor.visit_expr(&mut node.value);
        }
        Stmt::Global(_)
        | Stmt::Nonlocal(_)
        | Stmt::Pass(_)
        | Stmt::Break(_)
        | Stmt::Continue(_) => {}
    }
}

/// Visits the children of one [`Expr`].
pub fn walk_mut_expr<'a, V: VisitMut<'a> + ?Sized>(visitor: &mut V, node: &mut Expr<'a>) {
    match node {
        Expr::BoolOp(node) => {
            for child in node.values.iter_mut() {
                visitor.visit_expr(child);
            }
        }
        Expr::NamedExpr(node) => {
            visitor.visit_expr(&mut node.target);
            visitor.visit_expr(&mut node.value);
        }
        Expr::BinOp(node) => {
            visitor.visit_expr(&mut node.left);
            visitor.visit_expr(&mut node.right);
        }
        Expr::UnaryOp(node) => {
            visitor.visit_expr(&mut node.operand);
        }
        Expr::Lambda(node) => {
            visitor.visit_arguments(node.args);
            visitor.visit_expr(&mut node.body);
        }
        Expr::IfExp(node) => {
            visitor.visit_expr(&mut node.test);
            visitor.visit_expr(&mut node.body);
            visitor.visit_expr(&mut node.orelse);
        }
        Expr::Dict(node) => {
            for child in node.keys.iter_mut().flatten() {
                visitor.visit_expr(child);
            }
            for child in node.values.iter_mut() {
                visitor.visit_expr(child);
            }
        }
        Expr::Set(node) => {
            for child in node.elts.iter_mut() {
                visitor.visit_expr(child);
            }
        }
        Expr::ListComp(node) => {
            visitor.visit_expr(&mut node.elt);
            for child in node.generators.iter_mut() {
                visitor.visit_comprehension(child);
            }
        }
        Expr::SetComp(node) => {
            visitor.visit_expr(&mut node.elt);
            for child in node.generators.iter_mut() {
                visitor.visit_comprehension(child);
            }
        }
        Expr::DictComp(node) => {
            visitor.visit_expr(&mut node.key);
            visitor.visit_expr(&mut node.value);
            for child in node.generators.iter_mut() {
                visitor.visit_comprehension(child);
            }
        }
        Expr::GeneratorExp(node) => {
            visitor.visit_expr(&mut node.elt);
            for child in node.generators.iter_mut() {
                visitor.visit_comprehension(child);
            }
        }
        Expr::Await(node) => {
            visitor.visit_expr(&mut node.value);
        }
        Expr::Yield(node) => {
            if let Some(child) = &mut node.value {
                visitor.visit_expr(child);
            }
        }
        Expr::YieldFrom(node) => {
            visitor.visit_expr(&mut node.value);
        }
        Expr::Compare(node) => {
            visitor.visit_expr(&mut node.left);
            for child in node.comparators.iter_mut() {
                visitor.visit_expr(child);
            }
        }
        Expr::Call(node) => {
            visitor.visit_expr(&mut node.func);
            for child in node.args.iter_mut() {
                visitor.visit_expr(child);
            }
            for child in node.keywords.iter_mut() {
                visitor.visit_keyword(child);
            }
        }
        Expr::FormattedValue(node) => {
            visitor.visit_expr(&mut node.value);
            if let Some(child) = &mut node.format_spec {
                visitor.visit_expr(child);
            }
        }
        Expr::JoinedStr(node) => {
            for child in node.values.iter_mut() {
                visitor.visit_expr(child);
            }
        }
        Expr::Attribute(node) => {
            visitor.visit_expr(&mut node.value);
        }
        Expr::Subscript(node) => {
            visitor.visit_expr(&mut node.value);
            visitor.visit_expr(&mut node.slice);
        }
        Expr::Starred(node) => {
            visitor.visit_expr(&mut node.value);
        }
        Expr::List(node) => {
            for child in node.elts.iter_mut() {
                visitor.visit_expr(child);
            }
        }
        Expr::Tuple(node) => {
            for child in node.elts.iter_mut() {
                visitor.visit_expr(child);
            }
        }
        Expr::Slice(node) => {
            if let Some(child) = &mut node.lower {
                visitor.visit_expr(child);
            }
            if let Some(child) = &mut node.upper {
                visitor.visit_expr(child);
            }
            if let Some(child) = &mut node.step {
                visitor.visit_expr(child);
            }
        }
        Expr::Constant(_) | Expr::Name(_) => {}
    }
}

/// Visits the children of one [`Pattern`].
pub fn walk_mut_pattern<'a, V: VisitMut<'a> + ?Sized>(visitor: &mut V, node: &mut Pattern<'a>) {
    match node {
        Pattern::MatchValue(node) => {
            visitor.visit_expr(&mut node.value);
        }
        Pattern::MatchSequence(node) => {
            for child in node.patterns.iter_mut() {
                visitor.visit_pattern(child);
            }
        }
        Pattern::MatchMapping(node) => {
            for child in node.keys.iter_mut() {
                visitor.visit_expr(child);
            }
            for child in node.patterns.iter_mut() {
                visitor.visit_pattern(child);
            }
        }
        Pattern::MatchClass(node) => {
            visitor.visit_expr(&mut node.cls);
            for child in node.patterns.iter_mut() {
                visitor.visit_pattern(child);
            }
            for child in node.kwd_patterns.iter_mut() {
                visitor.visit_pattern(child);
            }
        }
        Pattern::MatchAs(node) => {
            if let Some(child) = &mut node.pattern {
                visitor.visit_pattern(child);
            }
        }
        Pattern::MatchOr(node) => {
            for child in node.patterns.iter_mut() {
                visitor.visit_pattern(child);
            }
        }
        Pattern::MatchSingleton(_) | Pattern::MatchStar(_) => {}
    }
}

/// Visits the children of one [`TypeParam`].
pub fn walk_mut_type_param<'a, V: VisitMut<'a> + ?Sized>(
    visitor: &mut V,
    node: &mut TypeParam<'a>,
) {
    match node {
        TypeParam::TypeVar(node) => {
            if let Some(child) = &mut node.bound {
                visitor.visit_expr(child);
            }
            if let Some(child) = &mut node.default_value {
                visitor.visit_expr(child);
            }
        }
        TypeParam::ParamSpec(node) => {
            if let Some(child) = &mut node.default_value {
                visitor.visit_expr(child);
            }
        }
        TypeParam::TypeVarTuple(node) => {
            if let Some(child) = &mut node.default_value {
                visitor.visit_expr(child);
            }
        }
    }
}

/// Visits the children of one [`ExceptHandler`].
pub fn walk_mut_except_handler<'a, V: VisitMut<'a> + ?Sized>(
    visitor: &mut V,
    node: &mut ExceptHandler<'a>,
) {
    if let Some(child) = &mut node.r#type {
        visitor.visit_expr(child);
    }
    for child in node.body.iter_mut() {
        visitor.visit_stmt(child);
    }
}

/// Visits the children of one [`Comprehension`].
pub fn walk_mut_comprehension<'a, V: VisitMut<'a> + ?Sized>(
    visitor: &mut V,
    node: &mut Comprehension<'a>,
) {
    visitor.visit_expr(&mut node.target);
    visitor.visit_expr(&mut node.iter);
    for child in node.ifs.iter_mut() {
        visitor.visit_expr(child);
    }
}

/// Visits the children of one [`Arguments`].
pub fn walk_mut_arguments<'a, V: VisitMut<'a> + ?Sized>(visitor: &mut V, node: &mut Arguments<'a>) {
    for child in node.posonlyargs.iter_mut() {
        visitor.visit_arg(child);
    }
    for child in node.args.iter_mut() {
        visitor.visit_arg(child);
    }
    if let Some(child) = &mut node.vararg {
        visitor.visit_arg(child);
    }
    for child in node.kwonlyargs.iter_mut() {
        visitor.visit_arg(child);
    }
    for child in node.kw_defaults.iter_mut().flatten() {
        visitor.visit_expr(child);
    }
    if let Some(child) = &mut node.kwarg {
        visitor.visit_arg(child);
    }
    for child in node.defaults.iter_mut() {
        visitor.visit_expr(child);
    }
}

/// Visits the children of one [`Arg`].
pub fn walk_mut_arg<'a, V: VisitMut<'a> + ?Sized>(visitor: &mut V, node: &mut Arg<'a>) {
    if let Some(child) = &mut node.annotation {
        visitor.visit_expr(child);
    }
}

/// Visits the children of one [`Keyword`].
pub fn walk_mut_keyword<'a, V: VisitMut<'a> + ?Sized>(visitor: &mut V, node: &mut Keyword<'a>) {
    visitor.visit_expr(&mut node.value);
}

/// Visits the children of one [`Alias`].
pub fn walk_mut_alias<'a, V: VisitMut<'a> + ?Sized>(visitor: &mut V, node: &mut Alias) {
    let _ = (visitor, node);
}

/// Visits the children of one [`WithItem`].
pub fn walk_mut_with_item<'a, V: VisitMut<'a> + ?Sized>(visitor: &mut V, node: &mut WithItem<'a>) {
    visitor.visit_expr(&mut node.context_expr);
    if let Some(child) = &mut node.optional_vars {
        visitor.visit_expr(child);
    }
}

/// Visits the children of one [`MatchCase`].
pub fn walk_mut_match_case<'a, V: VisitMut<'a> + ?Sized>(
    visitor: &mut V,
    node: &mut MatchCase<'a>,
) {
    visitor.visit_pattern(&mut node.pattern);
    if let Some(child) = &mut node.guard {
        visitor.visit_expr(child);
    }
    for child in node.body.iter_mut() {
        visitor.visit_stmt(child);
    }
}
