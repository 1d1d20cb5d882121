//! Statements: the choice between them, and the simple ones.

use hognose_ast::{
    AnnAssign, Assert, Assign, AugAssign, Break, Continue, Delete, Expr, ExprContext, ExprStmt,
    Global, Name, NameExpr, Nonlocal, Operator, Pass, Raise, Return, Stmt, TypeAlias,
};
use hognose_tokens::Kind;

use crate::cursor::{Failed, Parse, Parser, Place, rules};
use crate::expression::starts_expression;
use crate::target;

impl<'a> Parser<'a, '_> {
    /// `statements`, up to the given kind of token, which is not stepped over.
    pub fn statements(&mut self, end: Kind) -> Parse<&'a mut [Stmt<'a>]> {
        let list = self.lists.stmts.begin();
        while !self.at(end) {
            self.statement()?;
        }
        Ok(self.lists.stmts.take(list, self.arena))
    }

    /// `statement`: pushes one compound statement or a line of simple ones.
    fn statement(&mut self) -> Parse<()> {
        if let Some(compound) = self.compound_stmt()? {
            self.lists.stmts.push(compound);
            return Ok(());
        }
        self.simple_stmts()?;
        self.expect_space(Kind::Newline)
    }

    /// `interactive`
    pub fn interactive(&mut self) -> Parse<&'a mut [Stmt<'a>]> {
        let list = self.lists.stmts.begin();
        if let Some(compound) = self.compound_stmt()? {
            self.lists.stmts.push(compound);
        } else {
            self.simple_stmts()?;
        }
        let rest = self.source.get(self.token.end as usize..);
        if !self.at(Kind::Newline) || rest.is_some_and(has_code) {
            return Err(Failed);
        }
        Ok(self.lists.stmts.take(list, self.arena))
    }

    /// `block`
    pub fn block(&mut self) -> Parse<&'a mut [Stmt<'a>]> {
        if self.at(Kind::Newline) {
            self.skip_space();
            self.expect_space(Kind::Indent)?;
            self.enter(rules::BLOCK)?;
            let body = self.statements(Kind::Dedent)?;
            self.leave(rules::BLOCK);
            self.skip_space();
            return Ok(body);
        }
        let list = self.lists.stmts.begin();
        self.simple_stmts()?;
        self.expect_space(Kind::Newline)?;
        Ok(self.lists.stmts.take(list, self.arena))
    }

    /// `simple_stmts`, but for the line end.
    fn simple_stmts(&mut self) -> Parse<()> {
        loop {
            let stmt = self.simple_stmt()?;
            self.lists.stmts.push(stmt);
            if !self.eat(Kind::Semi) || self.at(Kind::Newline) {
                break;
            }
        }
        Ok(())
    }

    /// `simple_stmt`
    fn simple_stmt(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        match self.token.kind {
            Kind::Return => self.return_stmt(),
            Kind::Import => self.import_name(),
            Kind::From => self.import_from(),
            Kind::Raise => self.raise_stmt(),
            Kind::Pass => {
                self.bump();
                let loc = self.loc(start);
                Ok(Stmt::Pass(self.arena.alloc(Pass { loc })))
            }
            Kind::Break => {
                self.bump();
                let loc = self.loc(start);
                Ok(Stmt::Break(self.arena.alloc(Break { loc })))
            }
            Kind::Continue => {
                self.bump();
                let loc = self.loc(start);
                Ok(Stmt::Continue(self.arena.alloc(Continue { loc })))
            }
            Kind::Del => self.del_stmt(),
            Kind::Yield => {
                let value = self.yield_expr()?;
                Ok(self.expression_statement(start, value))
            }
            Kind::Assert => self.assert_stmt(),
            Kind::Global => {
                let names = self.scope_names()?;
                let loc = self.loc(start);
                Ok(Stmt::Global(self.arena.alloc(Global { loc, names })))
            }
            Kind::Nonlocal => {
                let names = self.scope_names()?;
                let loc = self.loc(start);
                Ok(Stmt::Nonlocal(self.arena.alloc(Nonlocal { loc, names })))
            }
            Kind::Name => {
                if self.at_type_alias() {
                    return self.type_alias();
                }
                self.assignment()
            }
            _ => self.assignment(),
        }
    }

    fn expression_statement(&mut self, start: Place, value: Expr<'a>) -> Stmt<'a> {
        let loc = self.loc(start);
        Stmt::Expr(self.arena.alloc(ExprStmt { loc, value }))
    }

    /// `assignment`, or an expression alone.
    fn assignment(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        let starts_with_name = self.at(Kind::Name);
        let first = self.star_expressions()?;
        match self.token.kind {
            Kind::Equal => self.assign(start, first),
            Kind::Colon => {
                let simple = starts_with_name && matches!(first, Expr::Name(_));
                self.ann_assign(start, first, simple)
            }
            kind => match augmented(kind) {
                Some(op) => self.aug_assign(start, first, op),
                None => Ok(self.expression_statement(start, first)),
            },
        }
    }

    /// `target = target = value`, at the first `=`.
    fn assign(&mut self, start: Place, mut first: Expr<'a>) -> Parse<Stmt<'a>> {
        let list = self.lists.exprs.begin();
        target::store(&mut first)?;
        self.lists.exprs.push(first);
        self.bump();
        let value = loop {
            if self.at(Kind::Yield) {
                break self.yield_expr()?;
            }
            let mut next = self.star_expressions()?;
            if !self.eat(Kind::Equal) {
                break next;
            }
            target::store(&mut next)?;
            self.lists.exprs.push(next);
        };
        let targets = self.lists.exprs.take(list, self.arena);
        Ok(Stmt::Assign(self.arena.alloc(Assign {
            loc: self.loc(start),
            targets,
            value,
        })))
    }

    fn ann_assign(&mut self, start: Place, mut target: Expr<'a>, simple: bool) -> Parse<Stmt<'a>> {
        target::store_single(&mut target)?;
        self.bump();
        let annotation = self.expression()?;
        let value = if self.eat(Kind::Equal) {
            Some(self.annotated_rhs()?)
        } else {
            None
        };
        Ok(Stmt::AnnAssign(self.arena.alloc(AnnAssign {
            loc: self.loc(start),
            target,
            annotation,
            value,
            simple,
        })))
    }

    fn aug_assign(&mut self, start: Place, mut target: Expr<'a>, op: Operator) -> Parse<Stmt<'a>> {
        target::store_single(&mut target)?;
        self.bump();
        let value = self.annotated_rhs()?;
        Ok(Stmt::AugAssign(self.arena.alloc(AugAssign {
            loc: self.loc(start),
            target,
            op,
            value,
        })))
    }

    /// `type` is a keyword only before a name, where no expression can go on.
    fn at_type_alias(&mut self) -> bool {
        self.at_word("type") && self.peek().kind == Kind::Name
    }

    fn type_alias(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        self.bump();
        let name_start = self.place();
        let id = self.name()?;
        let name = Expr::Name(self.arena.alloc(NameExpr {
            loc: self.loc(name_start),
            id,
            ctx: ExprContext::Store,
        }));
        let type_params = self.type_params()?;
        self.expect(Kind::Equal)?;
        let value = self.expression()?;
        Ok(Stmt::TypeAlias(self.arena.alloc(TypeAlias {
            loc: self.loc(start),
            name,
            type_params,
            value,
        })))
    }

    fn return_stmt(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        self.bump();
        let value = if starts_expression(self.token.kind) || self.at(Kind::Star) {
            Some(self.star_expressions()?)
        } else {
            None
        };
        let loc = self.loc(start);
        Ok(Stmt::Return(self.arena.alloc(Return { loc, value })))
    }

    fn raise_stmt(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        self.bump();
        let (mut exc, mut cause) = (None, None);
        if starts_expression(self.token.kind) {
            exc = Some(self.expression()?);
            if self.eat(Kind::From) {
                cause = Some(self.expression()?);
            }
        }
        let loc = self.loc(start);
        Ok(Stmt::Raise(self.arena.alloc(Raise { loc, exc, cause })))
    }

    fn del_stmt(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        self.bump();
        let list = self.lists.exprs.begin();
        loop {
            let mut next = self.primary()?;
            target::delete(&mut next)?;
            self.lists.exprs.push(next);
            if !self.eat(Kind::Comma) || !starts_expression(self.token.kind) {
                break;
            }
        }
        if !matches!(self.token.kind, Kind::Semi | Kind::Newline) {
            return Err(Failed);
        }
        let targets = self.lists.exprs.take(list, self.arena);
        let loc = self.loc(start);
        Ok(Stmt::Delete(self.arena.alloc(Delete { loc, targets })))
    }

    fn assert_stmt(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        self.bump();
        let test = self.expression()?;
        let msg = if self.eat(Kind::Comma) {
            Some(self.expression()?)
        } else {
            None
        };
        let loc = self.loc(start);
        Ok(Stmt::Assert(self.arena.alloc(Assert { loc, test, msg })))
    }

    /// The names after `global` or `nonlocal`.
    fn scope_names(&mut self) -> Parse<&'a mut [Name]> {
        self.bump();
        let list = self.lists.names.begin();
        loop {
            let name = self.name()?;
            self.lists.names.push(name);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        Ok(self.lists.names.take(list, self.arena))
    }
}

/// Tells whether text has more than blanks and comments. Mirrors `bad_single_statement`.
fn has_code(text: &str) -> bool {
    text.split('\n').any(|line| {
        let line = line.trim_start_matches([' ', '\t', '\x0c']);
        !line.is_empty() && !line.starts_with('#')
    })
}

/// The operator of an augmented assignment's token.
fn augmented(kind: Kind) -> Option<Operator> {
    Some(match kind {
        Kind::PlusEqual => Operator::Add,
        Kind::MinEqual => Operator::Sub,
        Kind::StarEqual => Operator::Mult,
        Kind::AtEqual => Operator::MatMult,
        Kind::SlashEqual => Operator::Div,
        Kind::PercentEqual => Operator::Mod,
        Kind::AmperEqual => Operator::BitAnd,
        Kind::VBarEqual => Operator::BitOr,
        Kind::CircumflexEqual => Operator::BitXor,
        Kind::LeftShiftEqual => Operator::LShift,
        Kind::RightShiftEqual => Operator::RShift,
        Kind::DoubleStarEqual => Operator::Pow,
        Kind::DoubleSlashEqual => Operator::FloorDiv,
        _ => return None,
    })
}
