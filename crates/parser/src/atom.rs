//! Primaries and atoms: names, literals, displays, comprehensions, calls and subscripts.

use hognose_ast::{
    Attribute, Comprehension, Constant, ConstantExpr, Dict, DictComp, Expr, ExprContext,
    GeneratorExp, Kind as LiteralKind, List, ListComp, NameExpr, Set, SetComp, Slice, Subscript,
    Tuple,
};
use hognose_tokens::Kind;

use crate::cursor::{Failed, Parse, Parser, Place, rules};
use crate::expression::{Binding, starts_expression};

impl<'a> Parser<'a, '_> {
    /// `primary`: an atom and what is done to it.
    pub fn primary(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let mut value = self.atom()?;
        loop {
            match self.token.kind {
                Kind::Dot => {
                    self.bump();
                    let attr = self.name()?;
                    value = Expr::Attribute(self.arena.alloc(Attribute {
                        loc: self.loc(start),
                        value,
                        attr,
                        ctx: ExprContext::Load,
                    }));
                }
                Kind::LPar => value = self.call(start, value)?,
                Kind::LSqb => {
                    self.bump();
                    self.enter(rules::SUBSCRIPT)?;
                    let slice = self.slices()?;
                    self.leave(rules::SUBSCRIPT);
                    self.expect(Kind::RSqb)?;
                    value = Expr::Subscript(self.arena.alloc(Subscript {
                        loc: self.loc(start),
                        value,
                        slice,
                        ctx: ExprContext::Load,
                    }));
                }
                _ => return Ok(value),
            }
        }
    }

    /// `atom`
    #[inline]
    fn atom(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let value = match self.token.kind {
            Kind::Name => {
                let id = self.name()?;
                return Ok(Expr::Name(self.arena.alloc(NameExpr {
                    loc: self.loc(start),
                    id,
                    ctx: ExprContext::Load,
                })));
            }
            Kind::String | Kind::FStringStart => return self.strings(),
            Kind::Number => return self.number(),
            Kind::LPar => return self.parenthesised(),
            Kind::LSqb => return self.list_display(),
            Kind::LBrace => return self.brace_display(),
            Kind::None => Constant::None,
            Kind::True => Constant::True,
            Kind::False => Constant::False,
            Kind::Ellipsis => Constant::Ellipsis,
            _ => return Err(Failed),
        };
        self.bump();
        Ok(self.constant(start, value))
    }

    /// A plain constant from `start` to the last token.
    pub fn constant(&mut self, start: Place, value: Constant<'a>) -> Expr<'a> {
        Expr::Constant(self.arena.alloc(ConstantExpr {
            loc: self.loc(start),
            value,
            kind: LiteralKind::Plain,
        }))
    }

    /// `tuple`, `group` or `genexp`.
    fn parenthesised(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        self.bump();
        self.enter(rules::PARENTHESES)?;
        let value = self.in_parentheses(start)?;
        self.leave(rules::PARENTHESES);
        Ok(value)
    }

    fn in_parentheses(&mut self, start: Place) -> Parse<Expr<'a>> {
        if self.at(Kind::Yield) {
            let value = self.yield_expr()?;
            self.expect(Kind::RPar)?;
            return Ok(value);
        }
        let list = self.lists.exprs.begin();
        if !self.at(Kind::RPar) {
            let first = self.star_named_expression()?;
            match self.token.kind {
                Kind::Comma => {
                    self.lists.exprs.push(first);
                    self.bump();
                    self.star_named_expressions(Kind::RPar)?;
                }
                Kind::For | Kind::Async => {
                    let generators = self.for_if_clauses(&first)?;
                    self.expect(Kind::RPar)?;
                    return Ok(self.generator(start, first, generators));
                }
                _ => {
                    self.expect(Kind::RPar)?;
                    let is_starred = matches!(first, Expr::Starred(_));
                    return if is_starred { Err(Failed) } else { Ok(first) };
                }
            }
        }
        self.expect(Kind::RPar)?;
        let elts = self.lists.exprs.take(list, self.arena);
        Ok(Expr::Tuple(self.arena.alloc(Tuple {
            loc: self.loc(start),
            elts,
            ctx: ExprContext::Load,
        })))
    }

    pub fn generator(
        &mut self,
        start: Place,
        elt: Expr<'a>,
        generators: &'a mut [Comprehension<'a>],
    ) -> Expr<'a> {
        Expr::GeneratorExp(self.arena.alloc(GeneratorExp {
            loc: self.loc(start),
            elt,
            generators,
        }))
    }

    /// Pushes expressions parted by commas up to the closing token.
    fn star_named_expressions(&mut self, close: Kind) -> Parse<()> {
        while !self.at(close) {
            let next = self.star_named_expression()?;
            self.lists.exprs.push(next);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        Ok(())
    }

    /// `list` or `listcomp`
    fn list_display(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        self.bump();
        self.enter(rules::DISPLAY)?;
        let list = self.lists.exprs.begin();
        if !self.at(Kind::RSqb) {
            let first = self.star_named_expression()?;
            if matches!(self.token.kind, Kind::For | Kind::Async) {
                let generators = self.for_if_clauses(&first)?;
                self.expect(Kind::RSqb)?;
                self.leave(rules::DISPLAY);
                return Ok(Expr::ListComp(self.arena.alloc(ListComp {
                    loc: self.loc(start),
                    elt: first,
                    generators,
                })));
            }
            self.lists.exprs.push(first);
            if self.eat(Kind::Comma) {
                self.star_named_expressions(Kind::RSqb)?;
            }
        }
        self.expect(Kind::RSqb)?;
        self.leave(rules::DISPLAY);
        let elts = self.lists.exprs.take(list, self.arena);
        Ok(Expr::List(self.arena.alloc(List {
            loc: self.loc(start),
            elts,
            ctx: ExprContext::Load,
        })))
    }

    /// `dict`, `set`, `dictcomp` or `setcomp`
    fn brace_display(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        self.bump();
        self.enter(rules::DISPLAY)?;
        let value = self.in_braces(start)?;
        self.leave(rules::DISPLAY);
        Ok(value)
    }

    fn in_braces(&mut self, start: Place) -> Parse<Expr<'a>> {
        if matches!(self.token.kind, Kind::RBrace | Kind::DoubleStar) {
            return self.rest_of_dict(start, self.lists.holes.begin(), self.lists.exprs.begin());
        }
        let first_place = self.place();
        let is_name = self.at(Kind::Name);
        let mut first = self.star_expression()?;
        if self.at(Kind::Colon) && !matches!(first, Expr::Starred(_)) {
            return self.dict_from(start, first);
        }
        if self.at(Kind::ColonEqual) {
            first = self.walrus(first_place, is_name, first)?;
        }
        if matches!(self.token.kind, Kind::For | Kind::Async) {
            let generators = self.for_if_clauses(&first)?;
            self.expect(Kind::RBrace)?;
            return Ok(Expr::SetComp(self.arena.alloc(SetComp {
                loc: self.loc(start),
                elt: first,
                generators,
            })));
        }
        let list = self.lists.exprs.begin();
        self.lists.exprs.push(first);
        if self.eat(Kind::Comma) {
            self.star_named_expressions(Kind::RBrace)?;
        }
        self.expect(Kind::RBrace)?;
        let elts = self.lists.exprs.take(list, self.arena);
        Ok(Expr::Set(self.arena.alloc(Set {
            loc: self.loc(start),
            elts,
        })))
    }

    /// A dict whose first key was parsed, at the colon after it.
    fn dict_from(&mut self, start: Place, key: Expr<'a>) -> Parse<Expr<'a>> {
        self.bump();
        let value = self.expression()?;
        if matches!(self.token.kind, Kind::For | Kind::Async) {
            let generators = self.for_if_clauses(&key)?;
            self.expect(Kind::RBrace)?;
            return Ok(Expr::DictComp(self.arena.alloc(DictComp {
                loc: self.loc(start),
                key,
                value,
                generators,
            })));
        }
        let keys = self.lists.holes.begin();
        let values = self.lists.exprs.begin();
        self.lists.holes.push(Some(key));
        self.lists.exprs.push(value);
        if !self.at(Kind::RBrace) {
            self.expect(Kind::Comma)?;
        }
        self.rest_of_dict(start, keys, values)
    }

    fn rest_of_dict(&mut self, start: Place, keys: usize, values: usize) -> Parse<Expr<'a>> {
        while !self.at(Kind::RBrace) {
            let (key, value) = if self.eat(Kind::DoubleStar) {
                (None, self.operation(Binding::BitwiseOr)?)
            } else {
                let key = self.expression()?;
                self.expect(Kind::Colon)?;
                (Some(key), self.expression()?)
            };
            self.lists.holes.push(key);
            self.lists.exprs.push(value);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RBrace)?;
        let keys = self.lists.holes.take(keys, self.arena);
        let values = self.lists.exprs.take(values, self.arena);
        Ok(Expr::Dict(self.arena.alloc(Dict {
            loc: self.loc(start),
            keys,
            values,
        })))
    }

    /// `for_if_clauses`, after the element, which must not be starred.
    pub fn for_if_clauses(&mut self, element: &Expr<'a>) -> Parse<&'a mut [Comprehension<'a>]> {
        if matches!(element, Expr::Starred(_)) {
            return Err(Failed);
        }
        let list = self.lists.comprehensions.begin();
        while matches!(self.token.kind, Kind::For | Kind::Async) {
            let is_async = self.eat(Kind::Async);
            self.expect(Kind::For)?;
            let target = self.star_targets()?;
            self.expect(Kind::In)?;
            let iter = self.operation(Binding::Disjunction)?;
            let conditions = self.lists.exprs.begin();
            while self.eat(Kind::If) {
                let condition = self.operation(Binding::Disjunction)?;
                self.lists.exprs.push(condition);
            }
            let ifs = self.lists.exprs.take(conditions, self.arena);
            self.lists.comprehensions.push(Comprehension {
                target,
                iter,
                ifs,
                is_async,
            });
        }
        Ok(self.lists.comprehensions.take(list, self.arena))
    }

    /// `slices`
    fn slices(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let first = self.slice()?;
        if !self.at(Kind::Comma) && !matches!(first, Expr::Starred(_)) {
            return Ok(first);
        }
        let list = self.lists.exprs.begin();
        self.lists.exprs.push(first);
        while self.eat(Kind::Comma) {
            if self.at(Kind::RSqb) {
                break;
            }
            let next = self.slice()?;
            self.lists.exprs.push(next);
        }
        let elts = self.lists.exprs.take(list, self.arena);
        Ok(Expr::Tuple(self.arena.alloc(Tuple {
            loc: self.loc(start),
            elts,
            ctx: ExprContext::Load,
        })))
    }

    /// `slice` or `starred_expression`
    fn slice(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        if self.eat(Kind::Star) {
            let value = self.expression()?;
            return Ok(self.make_starred(start, value));
        }
        let lower = if self.at(Kind::Colon) {
            None
        } else {
            let is_name = self.at(Kind::Name);
            let value = self.expression()?;
            if self.at(Kind::ColonEqual) {
                return self.walrus(start, is_name, value);
            }
            if !self.at(Kind::Colon) {
                return Ok(value);
            }
            Some(value)
        };
        self.bump();
        let upper = self.optional_expression()?;
        let step = if self.eat(Kind::Colon) {
            self.optional_expression()?
        } else {
            None
        };
        Ok(Expr::Slice(self.arena.alloc(Slice {
            loc: self.loc(start),
            lower,
            upper,
            step,
        })))
    }

    fn optional_expression(&mut self) -> Parse<Option<Expr<'a>>> {
        if starts_expression(self.token.kind) {
            self.expression().map(Some)
        } else {
            Ok(None)
        }
    }
}
