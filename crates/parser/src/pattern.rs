//! Patterns of `case`.

use hognose_ast::{
    Attribute, BinOp, Constant, Expr, ExprContext, MatchAs, MatchClass, MatchMapping, MatchOr,
    MatchSequence, MatchSingleton, MatchStar, MatchValue, Name, NameExpr, Operator, Pattern,
    UnaryOp, UnaryOpKind,
};
use hognose_tokens::Kind;

use crate::cursor::{Failed, Parse, Parser, Place, rules};

/// What a `pattern_capture_target` must not be followed by.
fn goes_on(kind: Kind) -> bool {
    matches!(kind, Kind::Dot | Kind::LPar | Kind::Equal)
}

impl<'a> Parser<'a, '_> {
    /// `patterns`: one, or a sequence without brackets.
    pub fn patterns(&mut self) -> Parse<Pattern<'a>> {
        let start = self.place();
        let first = self.maybe_star_pattern()?;
        if !self.at(Kind::Comma) {
            return match first {
                Pattern::MatchStar(_) => Err(Failed),
                _ => Ok(first),
            };
        }
        let list = self.lists.patterns.begin();
        self.lists.patterns.push(first);
        while self.eat(Kind::Comma) && !matches!(self.token.kind, Kind::Colon | Kind::If) {
            let next = self.maybe_star_pattern()?;
            self.lists.patterns.push(next);
        }
        Ok(self.sequence(start, list))
    }

    fn sequence(&mut self, start: Place, list: usize) -> Pattern<'a> {
        let patterns = self.lists.patterns.take(list, self.arena);
        let loc = self.loc(start);
        Pattern::MatchSequence(self.arena.alloc(MatchSequence { loc, patterns }))
    }

    fn maybe_star_pattern(&mut self) -> Parse<Pattern<'a>> {
        if !self.at(Kind::Star) {
            return self.pattern();
        }
        let start = self.place();
        self.bump();
        let name = if self.at_word("_") {
            self.bump();
            None
        } else {
            Some(self.capture_target()?)
        };
        let loc = self.loc(start);
        Ok(Pattern::MatchStar(
            self.arena.alloc(MatchStar { loc, name }),
        ))
    }

    /// `pattern`: `as_pattern` or `or_pattern`.
    fn pattern(&mut self) -> Parse<Pattern<'a>> {
        let start = self.place();
        let pattern = self.or_pattern()?;
        if !self.eat(Kind::As) {
            return Ok(pattern);
        }
        let name = self.capture_target()?;
        Ok(Pattern::MatchAs(self.arena.alloc(MatchAs {
            loc: self.loc(start),
            pattern: Some(pattern),
            name: Some(name),
        })))
    }

    fn or_pattern(&mut self) -> Parse<Pattern<'a>> {
        let start = self.place();
        let first = self.closed_pattern()?;
        if !self.at(Kind::VBar) {
            return Ok(first);
        }
        let list = self.lists.patterns.begin();
        self.lists.patterns.push(first);
        while self.eat(Kind::VBar) {
            let next = self.closed_pattern()?;
            self.lists.patterns.push(next);
        }
        let patterns = self.lists.patterns.take(list, self.arena);
        let loc = self.loc(start);
        Ok(Pattern::MatchOr(
            self.arena.alloc(MatchOr { loc, patterns }),
        ))
    }

    /// `pattern_capture_target`: a name that is not `_`.
    fn capture_target(&mut self) -> Parse<Name> {
        if self.at_word("_") {
            return Err(Failed);
        }
        let name = self.name()?;
        if goes_on(self.token.kind) {
            Err(Failed)
        } else {
            Ok(name)
        }
    }

    fn closed_pattern(&mut self) -> Parse<Pattern<'a>> {
        let start = self.place();
        let singleton = match self.token.kind {
            Kind::None => Constant::None,
            Kind::True => Constant::True,
            Kind::False => Constant::False,
            Kind::Number | Kind::Minus | Kind::String | Kind::FStringStart => {
                let value = self.literal()?;
                return Ok(self.value_pattern(start, value));
            }
            Kind::Name => return self.name_pattern(),
            Kind::LPar => return self.nested(Self::group_or_sequence),
            Kind::LSqb => return self.nested(Self::sequence_pattern),
            Kind::LBrace => return self.nested(Self::mapping_pattern),
            _ => return Err(Failed),
        };
        self.bump();
        Ok(Pattern::MatchSingleton(self.arena.alloc(MatchSingleton {
            loc: self.loc(start),
            value: singleton,
        })))
    }

    fn nested(&mut self, parse: fn(&mut Self) -> Parse<Pattern<'a>>) -> Parse<Pattern<'a>> {
        self.enter(rules::PATTERN)?;
        let pattern = parse(self)?;
        self.leave(rules::PATTERN);
        Ok(pattern)
    }

    fn value_pattern(&mut self, start: Place, value: Expr<'a>) -> Pattern<'a> {
        let loc = self.loc(start);
        Pattern::MatchValue(self.arena.alloc(MatchValue { loc, value }))
    }

    /// A string, or a `signed_number` or `complex_number`.
    fn literal(&mut self) -> Parse<Expr<'a>> {
        if matches!(self.token.kind, Kind::String | Kind::FStringStart) {
            return self.strings();
        }
        let start = self.place();
        let left = self.signed_number()?;
        let op = match self.token.kind {
            Kind::Plus => Operator::Add,
            Kind::Minus => Operator::Sub,
            _ => return Ok(left),
        };
        self.bump();
        if !self.at(Kind::Number) || is_imaginary(&left) {
            return Err(Failed);
        }
        let right = self.number()?;
        if !is_imaginary(&right) {
            return Err(Failed);
        }
        Ok(Expr::BinOp(self.arena.alloc(BinOp {
            loc: self.loc(start),
            left,
            op,
            right,
        })))
    }

    fn signed_number(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let is_negative = self.eat(Kind::Minus);
        if !self.at(Kind::Number) {
            return Err(Failed);
        }
        let operand = self.number()?;
        if !is_negative {
            return Ok(operand);
        }
        Ok(Expr::UnaryOp(self.arena.alloc(UnaryOp {
            loc: self.loc(start),
            op: UnaryOpKind::USub,
            operand,
        })))
    }

    /// `capture_pattern`, `wildcard_pattern`, `value_pattern` or `class_pattern`.
    fn name_pattern(&mut self) -> Parse<Pattern<'a>> {
        let start = self.place();
        let is_wildcard = self.at_word("_");
        let id = self.name()?;
        if is_wildcard || !goes_on(self.token.kind) {
            let name = if is_wildcard { None } else { Some(id) };
            return Ok(Pattern::MatchAs(self.arena.alloc(MatchAs {
                loc: self.loc(start),
                pattern: None,
                name,
            })));
        }
        let value = self.attributes(start, id)?;
        if self.at(Kind::LPar) {
            return self.nested_class(start, value);
        }
        match value {
            Expr::Attribute(_) if !goes_on(self.token.kind) => Ok(self.value_pattern(start, value)),
            _ => Err(Failed),
        }
    }

    /// `name_or_attr`, after its first name.
    fn attributes(&mut self, start: Place, id: Name) -> Parse<Expr<'a>> {
        let mut value = Expr::Name(self.arena.alloc(NameExpr {
            loc: self.loc(start),
            id,
            ctx: ExprContext::Load,
        }));
        while self.eat(Kind::Dot) {
            let attr = self.name()?;
            value = Expr::Attribute(self.arena.alloc(Attribute {
                loc: self.loc(start),
                value,
                attr,
                ctx: ExprContext::Load,
            }));
        }
        Ok(value)
    }

    /// `group_pattern` or `sequence_pattern` in parentheses.
    fn group_or_sequence(&mut self) -> Parse<Pattern<'a>> {
        let start = self.place();
        self.bump();
        let list = self.lists.patterns.begin();
        if !self.at(Kind::RPar) {
            let first = self.maybe_star_pattern()?;
            if !self.at(Kind::Comma) {
                self.expect(Kind::RPar)?;
                return match first {
                    Pattern::MatchStar(_) => Err(Failed),
                    _ => Ok(first),
                };
            }
            self.lists.patterns.push(first);
            self.bump();
            self.maybe_sequence(Kind::RPar)?;
        }
        self.expect(Kind::RPar)?;
        Ok(self.sequence(start, list))
    }

    fn sequence_pattern(&mut self) -> Parse<Pattern<'a>> {
        let start = self.place();
        self.bump();
        let list = self.lists.patterns.begin();
        self.maybe_sequence(Kind::RSqb)?;
        self.expect(Kind::RSqb)?;
        Ok(self.sequence(start, list))
    }

    fn maybe_sequence(&mut self, close: Kind) -> Parse<()> {
        while !self.at(close) {
            let next = self.maybe_star_pattern()?;
            self.lists.patterns.push(next);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        Ok(())
    }

    fn mapping_pattern(&mut self) -> Parse<Pattern<'a>> {
        let start = self.place();
        self.bump();
        let keys = self.lists.exprs.begin();
        let patterns = self.lists.patterns.begin();
        let mut rest = None;
        while !self.at(Kind::RBrace) {
            if self.eat(Kind::DoubleStar) {
                rest = Some(self.capture_target()?);
                self.eat(Kind::Comma);
                break;
            }
            let key = self.mapping_key()?;
            self.expect(Kind::Colon)?;
            let pattern = self.pattern()?;
            self.lists.exprs.push(key);
            self.lists.patterns.push(pattern);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RBrace)?;
        let keys = self.lists.exprs.take(keys, self.arena);
        let patterns = self.lists.patterns.take(patterns, self.arena);
        Ok(Pattern::MatchMapping(self.arena.alloc(MatchMapping {
            loc: self.loc(start),
            keys,
            patterns,
            rest,
        })))
    }

    /// `literal_expr` or `attr`
    fn mapping_key(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let singleton = match self.token.kind {
            Kind::None => Constant::None,
            Kind::True => Constant::True,
            Kind::False => Constant::False,
            Kind::Name => {
                let id = self.name()?;
                let value = self.attributes(start, id)?;
                return match value {
                    Expr::Attribute(_) => Ok(value),
                    _ => Err(Failed),
                };
            }
            _ => return self.literal(),
        };
        self.bump();
        Ok(self.constant(start, singleton))
    }

    fn nested_class(&mut self, start: Place, cls: Expr<'a>) -> Parse<Pattern<'a>> {
        self.enter(rules::PATTERN)?;
        let pattern = self.class_pattern(start, cls)?;
        self.leave(rules::PATTERN);
        Ok(pattern)
    }

    /// `class_pattern`, at its parenthesis.
    fn class_pattern(&mut self, start: Place, cls: Expr<'a>) -> Parse<Pattern<'a>> {
        self.bump();
        let positional = self.lists.patterns.begin();
        let mut separated = true;
        while separated && !self.at(Kind::RPar) && !self.at_keyword_pattern() {
            let pattern = self.pattern()?;
            self.lists.patterns.push(pattern);
            separated = self.eat(Kind::Comma);
        }
        let patterns = self.lists.patterns.take(positional, self.arena);
        let attrs = self.lists.names.begin();
        let by_keyword = self.lists.patterns.begin();
        while separated && self.at_keyword_pattern() {
            let attr = self.name()?;
            self.bump();
            let pattern = self.pattern()?;
            self.lists.names.push(attr);
            self.lists.patterns.push(pattern);
            separated = self.eat(Kind::Comma);
        }
        self.expect(Kind::RPar)?;
        let kwd_attrs = self.lists.names.take(attrs, self.arena);
        let kwd_patterns = self.lists.patterns.take(by_keyword, self.arena);
        Ok(Pattern::MatchClass(self.arena.alloc(MatchClass {
            loc: self.loc(start),
            cls,
            patterns,
            kwd_attrs,
            kwd_patterns,
        })))
    }

    fn at_keyword_pattern(&mut self) -> bool {
        self.at(Kind::Name) && self.peek().kind == Kind::Equal
    }
}

/// Tells whether a signed number is imaginary.
fn is_imaginary(number: &Expr<'_>) -> bool {
    match number {
        Expr::Constant(node) => matches!(node.value, Constant::Complex { .. }),
        Expr::UnaryOp(node) => is_imaginary(&node.operand),
        _ => false,
    }
}
