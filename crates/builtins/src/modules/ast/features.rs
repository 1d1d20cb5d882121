//! Syntax that an older version of the language did not have (`CHECK_VERSION` of CPython's grammar).

use hognose_ast::*;
use hognose_object::{PyResult, Rt};

/// What was found to be too new: what it is, and the minor version that brought it.
struct Newest {
    wanted: i64,
    found: Option<(&'static str, i64)>,
}

impl Newest {
    fn needs(&mut self, what: &'static str, minor: i64) {
        if self.found.is_none() && self.wanted < minor {
            self.found = Some((what, minor));
        }
    }

    fn type_params(&mut self, params: &[TypeParam<'_>]) {
        if !params.is_empty() {
            self.needs("Type parameter lists are", 12);
        }
    }
}

impl<'a> Visit<'a> for Newest {
    fn visit_stmt(&mut self, node: &Stmt<'a>) {
        match node {
            Stmt::FunctionDef(function) => self.type_params(function.type_params),
            Stmt::AsyncFunctionDef(function) => {
                self.needs("Async functions are", 5);
                self.type_params(function.type_params);
            }
            Stmt::ClassDef(class) => self.type_params(class.type_params),
            Stmt::TypeAlias(_) => self.needs("Type statement is", 12),
            Stmt::AnnAssign(_) => self.needs("Variable annotation syntax is", 6),
            Stmt::AsyncFor(_) => self.needs("Async for loops are", 5),
            Stmt::AsyncWith(_) => self.needs("Async with statements are", 5),
            Stmt::Match(_) => self.needs("Pattern matching is", 10),
            Stmt::TryStar(_) => self.needs("Exception groups are", 11),
            _ => (),
        }
        walk_stmt(self, node);
    }

    fn visit_expr(&mut self, node: &Expr<'a>) {
        match node {
            Expr::NamedExpr(_) => self.needs("Assignment expressions are", 8),
            Expr::Await(_) => self.needs("Await expressions are", 5),
            _ => (),
        }
        walk_expr(self, node);
    }

    fn visit_comprehension(&mut self, node: &Comprehension<'a>) {
        if node.is_async {
            self.needs("Async comprehensions are", 6);
        }
        walk_comprehension(self, node);
    }

    fn visit_arguments(&mut self, node: &Arguments<'a>) {
        if !node.posonlyargs.is_empty() {
            self.needs("Positional-only parameters are", 8);
        }
        walk_arguments(self, node);
    }
}

/// Refuses what the language of 3.`minor` did not have.
pub(super) fn check(rt: &Rt, tree: &Mod<'_>, minor: i64) -> PyResult<()> {
    let mut newest = Newest {
        wanted: minor,
        found: None,
    };
    newest.visit_mod(tree);
    match newest.found {
        None => Ok(()),
        Some((what, minor)) => {
            let message = format!("{what} only supported in Python 3.{minor} and greater");
            Err(rt.raise(&rt.types.syntax_error, &message))
        }
    }
}
