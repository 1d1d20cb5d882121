//! Compound statements.

use hognose_ast::{
    AsyncFor, AsyncFunctionDef, AsyncWith, ClassDef, ExceptHandler, Expr, ExprContext, For,
    FunctionDef, If, Match, MatchCase, Name, Stmt, Try, TryStar, Tuple, While, With, WithItem,
};
use hognose_tokens::Kind;

use crate::arguments::Arguments;
use crate::cursor::{Failed, Parse, Parser, Place, rules};
use crate::parameters::Parameters;

/// Whether a statement had `async` before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Colour {
    Sync,
    Async,
}

impl<'a> Parser<'a, '_> {
    /// `compound_stmt`, if one begins here.
    pub fn compound_stmt(&mut self) -> Parse<Option<Stmt<'a>>> {
        let start = self.place();
        let stmt = match self.token.kind {
            Kind::Def => self.function_def(start, Colour::Sync, &mut []),
            Kind::If => self.if_stmt(),
            Kind::Class => self.class_def(&mut []),
            Kind::With => self.with_stmt(start, Colour::Sync),
            Kind::For => self.for_stmt(start, Colour::Sync),
            Kind::Try => self.try_stmt(),
            Kind::While => self.while_stmt(),
            Kind::At => self.decorated(),
            Kind::Async => {
                self.bump();
                match self.token.kind {
                    Kind::Def => self.function_def(start, Colour::Async, &mut []),
                    Kind::With => self.with_stmt(start, Colour::Async),
                    Kind::For => self.for_stmt(start, Colour::Async),
                    _ => Err(Failed),
                }
            }
            Kind::Name if self.at_word("match") => return self.match_stmt(),
            _ => return Ok(None),
        };
        stmt.map(Some)
    }

    fn decorated(&mut self) -> Parse<Stmt<'a>> {
        let list = self.lists.exprs.begin();
        while self.eat(Kind::At) {
            let decorator = self.named_expression()?;
            self.lists.exprs.push(decorator);
            self.expect_space(Kind::Newline)?;
        }
        let decorators = self.lists.exprs.take(list, self.arena);
        let start = self.place();
        match self.token.kind {
            Kind::Class => self.class_def(decorators),
            Kind::Async => {
                self.bump();
                if !self.at(Kind::Def) {
                    return Err(Failed);
                }
                self.function_def(start, Colour::Async, decorators)
            }
            Kind::Def => self.function_def(start, Colour::Sync, decorators),
            _ => Err(Failed),
        }
    }

    /// `function_def_raw`, at `def`.
    fn function_def(
        &mut self,
        start: Place,
        colour: Colour,
        decorator_list: &'a mut [Expr<'a>],
    ) -> Parse<Stmt<'a>> {
        self.bump();
        let name = self.name()?;
        let type_params = self.type_params()?;
        self.expect(Kind::LPar)?;
        let args = self.parameters(Parameters::Def)?;
        self.expect(Kind::RPar)?;
        let returns = if self.eat(Kind::RArrow) {
            Some(self.expression()?)
        } else {
            None
        };
        self.expect(Kind::Colon)?;
        let body = self.block()?;
        let loc = self.loc(start);
        Ok(match colour {
            Colour::Sync => Stmt::FunctionDef(self.arena.alloc(FunctionDef {
                loc,
                name,
                args,
                body,
                decorator_list,
                returns,
                type_params,
            })),
            Colour::Async => Stmt::AsyncFunctionDef(self.arena.alloc(AsyncFunctionDef {
                loc,
                name,
                args,
                body,
                decorator_list,
                returns,
                type_params,
            })),
        })
    }

    /// `class_def_raw`
    fn class_def(&mut self, decorator_list: &'a mut [Expr<'a>]) -> Parse<Stmt<'a>> {
        let start = self.place();
        self.bump();
        let name = self.name()?;
        let type_params = self.type_params()?;
        let Arguments { args, keywords } = if self.eat(Kind::LPar) {
            self.arguments(None)?
        } else {
            Arguments {
                args: &mut [],
                keywords: &mut [],
            }
        };
        self.expect(Kind::Colon)?;
        let body = self.block()?;
        Ok(Stmt::ClassDef(self.arena.alloc(ClassDef {
            loc: self.loc(start),
            name,
            bases: args,
            keywords,
            body,
            decorator_list,
            type_params,
        })))
    }

    /// `if_stmt`. The chain of `elif` is read in a loop and then nested from its end.
    fn if_stmt(&mut self) -> Parse<Stmt<'a>> {
        let mut branches = Vec::new();
        loop {
            let start = self.place();
            self.bump();
            // Every `elif` is one more rule deep, given back below.
            self.enter(rules::ELSE)?;
            let test = self.named_expression()?;
            self.expect(Kind::Colon)?;
            let body = self.block()?;
            branches.push((start, test, body));
            if !self.at(Kind::Elif) {
                break;
            }
        }
        for _ in &branches {
            self.leave(rules::ELSE);
        }
        let mut orelse = self.else_block()?;
        loop {
            let Some((start, test, body)) = branches.pop() else {
                return Err(Failed);
            };
            let branch = Stmt::If(self.arena.alloc(If {
                loc: self.loc(start),
                test,
                body,
                orelse,
            }));
            if branches.is_empty() {
                return Ok(branch);
            }
            orelse = self.arena.alloc_slice_fill_iter([branch]);
        }
    }

    /// `[else_block]`
    fn else_block(&mut self) -> Parse<&'a mut [Stmt<'a>]> {
        if !self.eat(Kind::Else) {
            return Ok(&mut []);
        }
        self.expect(Kind::Colon)?;
        self.block()
    }

    fn while_stmt(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        self.bump();
        let test = self.named_expression()?;
        self.expect(Kind::Colon)?;
        let body = self.block()?;
        let orelse = self.else_block()?;
        Ok(Stmt::While(self.arena.alloc(While {
            loc: self.loc(start),
            test,
            body,
            orelse,
        })))
    }

    fn for_stmt(&mut self, start: Place, colour: Colour) -> Parse<Stmt<'a>> {
        self.bump();
        let target = self.star_targets()?;
        self.expect(Kind::In)?;
        let iter = self.star_expressions()?;
        self.expect(Kind::Colon)?;
        let body = self.block()?;
        let orelse = self.else_block()?;
        let loc = self.loc(start);
        Ok(match colour {
            Colour::Sync => Stmt::For(self.arena.alloc(For {
                loc,
                target,
                iter,
                body,
                orelse,
            })),
            Colour::Async => Stmt::AsyncFor(self.arena.alloc(AsyncFor {
                loc,
                target,
                iter,
                body,
                orelse,
            })),
        })
    }

    fn with_stmt(&mut self, start: Place, colour: Colour) -> Parse<Stmt<'a>> {
        self.bump();
        let items = match self.parenthesised_items() {
            Some(items) => items,
            None => {
                let list = self.lists.items.begin();
                loop {
                    let item = self.with_item()?;
                    self.lists.items.push(item);
                    if !self.eat(Kind::Comma) {
                        break;
                    }
                }
                self.lists.items.take(list, self.arena)
            }
        };
        self.expect(Kind::Colon)?;
        let body = self.block()?;
        let loc = self.loc(start);
        Ok(match colour {
            Colour::Sync => Stmt::With(self.arena.alloc(With { loc, items, body })),
            Colour::Async => Stmt::AsyncWith(self.arena.alloc(AsyncWith { loc, items, body })),
        })
    }

    /// `'(' with_item+ ')'` if that and a colon is what follows; else goes back, for the parenthesis then begins an
    /// expression.
    fn parenthesised_items(&mut self) -> Option<&'a mut [WithItem<'a>]> {
        if !self.at(Kind::LPar) {
            return None;
        }
        let mark = self.mark();
        self.bump();
        let list = self.lists.items.begin();
        if self.items_in_parentheses().is_ok() {
            self.release(mark);
            return Some(self.lists.items.take(list, self.arena));
        }
        self.reset(mark);
        None
    }

    fn items_in_parentheses(&mut self) -> Parse<()> {
        loop {
            let item = self.with_item()?;
            self.lists.items.push(item);
            if !self.eat(Kind::Comma) || self.at(Kind::RPar) {
                break;
            }
        }
        self.expect(Kind::RPar)?;
        if self.at(Kind::Colon) {
            Ok(())
        } else {
            Err(Failed)
        }
    }

    fn with_item(&mut self) -> Parse<WithItem<'a>> {
        let context_expr = self.expression()?;
        let mut optional_vars = None;
        if self.eat(Kind::As) {
            optional_vars = Some(self.star_target()?);
            if !matches!(self.token.kind, Kind::Comma | Kind::RPar | Kind::Colon) {
                return Err(Failed);
            }
        }
        Ok(WithItem {
            context_expr,
            optional_vars,
        })
    }

    fn try_stmt(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        self.bump();
        self.expect(Kind::Colon)?;
        let body = self.block()?;
        let list = self.lists.handlers.begin();
        let mut is_star = None;
        while self.at(Kind::Except) {
            let (handler, star) = self.except_block()?;
            if *is_star.get_or_insert(star) != star {
                return Err(Failed);
            }
            self.lists.handlers.push(handler);
        }
        let handlers = self.lists.handlers.take(list, self.arena);
        let orelse = if handlers.is_empty() {
            &mut []
        } else {
            self.else_block()?
        };
        let finalbody = if self.eat(Kind::Finally) {
            self.expect(Kind::Colon)?;
            self.block()?
        } else if handlers.is_empty() {
            return Err(Failed);
        } else {
            &mut []
        };
        let loc = self.loc(start);
        Ok(if is_star == Some(true) {
            Stmt::TryStar(self.arena.alloc(TryStar {
                loc,
                body,
                handlers,
                orelse,
                finalbody,
            }))
        } else {
            Stmt::Try(self.arena.alloc(Try {
                loc,
                body,
                handlers,
                orelse,
                finalbody,
            }))
        })
    }

    /// `except_block` or `except_star_block`; tells whether it had a star.
    fn except_block(&mut self) -> Parse<(ExceptHandler<'a>, bool)> {
        let start = self.place();
        self.bump();
        let is_star = self.eat(Kind::Star);
        let mut r#type = None;
        let mut name: Option<Name> = None;
        if is_star || !self.at(Kind::Colon) {
            r#type = Some(self.expression()?);
            if self.eat(Kind::As) {
                name = Some(self.name()?);
            }
        }
        self.expect(Kind::Colon)?;
        let body = self.block()?;
        let handler = ExceptHandler {
            loc: self.loc(start),
            r#type,
            name,
            body,
        };
        Ok((handler, is_star))
    }

    /// `match_stmt`, or nothing when `match` turns out to be a plain name.
    fn match_stmt(&mut self) -> Parse<Option<Stmt<'a>>> {
        let start = self.place();
        let mark = self.mark();
        let Ok(subject) = self.match_head() else {
            self.reset(mark);
            return Ok(None);
        };
        self.release(mark);
        let list = self.lists.cases.begin();
        while self.at_word("case") {
            let case = self.case_block()?;
            self.lists.cases.push(case);
        }
        self.expect_space(Kind::Dedent)?;
        let cases = self.lists.cases.take(list, self.arena);
        Ok(Some(Stmt::Match(self.arena.alloc(Match {
            loc: self.loc(start),
            subject,
            cases,
        }))))
    }

    /// From `match` to the first `case`.
    fn match_head(&mut self) -> Parse<Expr<'a>> {
        self.bump();
        let start = self.place();
        let first = self.star_named_expression()?;
        let subject = if self.at(Kind::Comma) {
            let list = self.lists.exprs.begin();
            self.lists.exprs.push(first);
            while self.eat(Kind::Comma) && !self.at(Kind::Colon) {
                let next = self.star_named_expression()?;
                self.lists.exprs.push(next);
            }
            let elts = self.lists.exprs.take(list, self.arena);
            Expr::Tuple(self.arena.alloc(Tuple {
                loc: self.loc(start),
                elts,
                ctx: ExprContext::Load,
            }))
        } else if matches!(first, Expr::Starred(_)) {
            return Err(Failed);
        } else {
            first
        };
        self.expect(Kind::Colon)?;
        self.expect_space(Kind::Newline)?;
        self.expect_space(Kind::Indent)?;
        if self.at_word("case") {
            Ok(subject)
        } else {
            Err(Failed)
        }
    }

    fn case_block(&mut self) -> Parse<MatchCase<'a>> {
        self.bump();
        let pattern = self.patterns()?;
        let guard = if self.eat(Kind::If) {
            Some(self.named_expression()?)
        } else {
            None
        };
        self.expect(Kind::Colon)?;
        let body = self.block()?;
        Ok(MatchCase {
            pattern,
            guard,
            body,
        })
    }
}
