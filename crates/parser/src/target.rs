//! What can be assigned to or deleted.

use hognose_ast::{Expr, ExprContext, Tuple};
use hognose_tokens::Kind;

use crate::cursor::{Failed, Parse, Parser};
use crate::expression::starts_expression;

/// Turns an expression into a target of `star_targets`, if the grammar allows that.
///
/// Mirrors `_PyPegen_set_expr_context`.
pub fn store(expr: &mut Expr<'_>) -> Parse<()> {
    match expr {
        Expr::Starred(node) if !matches!(node.value, Expr::Starred(_)) => {
            node.ctx = ExprContext::Store;
            store(&mut node.value)
        }
        Expr::List(node) => {
            node.ctx = ExprContext::Store;
            node.elts.iter_mut().try_for_each(store)
        }
        Expr::Tuple(node) => {
            node.ctx = ExprContext::Store;
            node.elts.iter_mut().try_for_each(store)
        }
        _ => store_single(expr),
    }
}

/// The same for `single_target`: what `+=` and annotations take.
pub fn store_single(expr: &mut Expr<'_>) -> Parse<()> {
    match expr {
        Expr::Name(node) => node.ctx = ExprContext::Store,
        Expr::Attribute(node) => node.ctx = ExprContext::Store,
        Expr::Subscript(node) => node.ctx = ExprContext::Store,
        _ => return Err(Failed),
    }
    Ok(())
}

/// The same for `del_target`.
pub fn delete(expr: &mut Expr<'_>) -> Parse<()> {
    match expr {
        Expr::Name(node) => node.ctx = ExprContext::Del,
        Expr::Attribute(node) => node.ctx = ExprContext::Del,
        Expr::Subscript(node) => node.ctx = ExprContext::Del,
        Expr::List(node) => {
            node.ctx = ExprContext::Del;
            return node.elts.iter_mut().try_for_each(delete);
        }
        Expr::Tuple(node) => {
            node.ctx = ExprContext::Del;
            return node.elts.iter_mut().try_for_each(delete);
        }
        _ => return Err(Failed),
    }
    Ok(())
}

impl<'a> Parser<'a, '_> {
    /// `star_targets`, after `for`: primaries only, so that `in` ends them.
    pub fn star_targets(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let first = self.star_target()?;
        if !self.at(Kind::Comma) {
            return Ok(first);
        }
        let list = self.lists.exprs.begin();
        self.lists.exprs.push(first);
        while self.eat(Kind::Comma) {
            if !starts_expression(self.token.kind) && !self.at(Kind::Star) {
                break;
            }
            let next = self.star_target()?;
            self.lists.exprs.push(next);
        }
        let elts = self.lists.exprs.take(list, self.arena);
        Ok(Expr::Tuple(self.arena.alloc(Tuple {
            loc: self.loc(start),
            elts,
            ctx: ExprContext::Store,
        })))
    }

    /// `star_target`
    pub fn star_target(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let is_starred = self.eat(Kind::Star);
        let mut target = self.primary()?;
        if is_starred {
            target = self.make_starred(start, target);
        }
        store(&mut target)?;
        Ok(target)
    }
}
