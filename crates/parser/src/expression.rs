//! Expressions, by precedence.

use hognose_ast::{
    Await, BinOp, BoolOp, BoolOpKind, CmpOp, Compare, Expr, ExprContext, IfExp, Lambda, NamedExpr,
    Operator, Starred, Tuple, UnaryOp, UnaryOpKind, Yield, YieldFrom,
};
use hognose_tokens::Kind;

use crate::cursor::{Failed, Parse, Parser, Place, rules};
use crate::parameters::Parameters;

/// How tightly operators bind, in the order of the grammar's rules.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Binding {
    None,
    Disjunction,
    Conjunction,
    Inversion,
    Comparison,
    BitwiseOr,
    BitwiseXor,
    BitwiseAnd,
    Shift,
    Sum,
    Term,
    Factor,
    Power,
}

impl Binding {
    const fn tighter(self) -> Binding {
        match self {
            Binding::None => Binding::Disjunction,
            Binding::Disjunction => Binding::Conjunction,
            Binding::Conjunction => Binding::Inversion,
            Binding::Inversion => Binding::Comparison,
            Binding::Comparison => Binding::BitwiseOr,
            Binding::BitwiseOr => Binding::BitwiseXor,
            Binding::BitwiseXor => Binding::BitwiseAnd,
            Binding::BitwiseAnd => Binding::Shift,
            Binding::Shift => Binding::Sum,
            Binding::Sum => Binding::Term,
            Binding::Term | Binding::Factor | Binding::Power => Binding::Factor,
        }
    }
}

/// What a token does after an operand.
#[derive(Clone, Copy)]
enum Infix {
    None,
    Bool(BoolOpKind),
    Compare,
    Binary(Operator),
}

/// The infix meaning of every token kind, indexed by the kind's number.
static INFIX: [(Binding, Infix); 256] = {
    let mut table = [(Binding::None, Infix::None); 256];
    let mut index = 0;
    let rows = INFIX_ROWS;
    while index < rows.len() {
        let (kind, binding, infix) = rows[index];
        table[kind as usize] = (binding, infix);
        index += 1;
    }
    table
};

const INFIX_ROWS: &[(Kind, Binding, Infix)] = &[
    (Kind::Or, Binding::Disjunction, Infix::Bool(BoolOpKind::Or)),
    (
        Kind::And,
        Binding::Conjunction,
        Infix::Bool(BoolOpKind::And),
    ),
    (Kind::EqEqual, Binding::Comparison, Infix::Compare),
    (Kind::NotEqual, Binding::Comparison, Infix::Compare),
    (Kind::Less, Binding::Comparison, Infix::Compare),
    (Kind::LessEqual, Binding::Comparison, Infix::Compare),
    (Kind::Greater, Binding::Comparison, Infix::Compare),
    (Kind::GreaterEqual, Binding::Comparison, Infix::Compare),
    (Kind::In, Binding::Comparison, Infix::Compare),
    (Kind::Not, Binding::Comparison, Infix::Compare),
    (Kind::Is, Binding::Comparison, Infix::Compare),
    (
        Kind::VBar,
        Binding::BitwiseOr,
        Infix::Binary(Operator::BitOr),
    ),
    (
        Kind::Circumflex,
        Binding::BitwiseXor,
        Infix::Binary(Operator::BitXor),
    ),
    (
        Kind::Amper,
        Binding::BitwiseAnd,
        Infix::Binary(Operator::BitAnd),
    ),
    (
        Kind::LeftShift,
        Binding::Shift,
        Infix::Binary(Operator::LShift),
    ),
    (
        Kind::RightShift,
        Binding::Shift,
        Infix::Binary(Operator::RShift),
    ),
    (Kind::Plus, Binding::Sum, Infix::Binary(Operator::Add)),
    (Kind::Minus, Binding::Sum, Infix::Binary(Operator::Sub)),
    (Kind::Star, Binding::Term, Infix::Binary(Operator::Mult)),
    (Kind::Slash, Binding::Term, Infix::Binary(Operator::Div)),
    (
        Kind::DoubleSlash,
        Binding::Term,
        Infix::Binary(Operator::FloorDiv),
    ),
    (Kind::Percent, Binding::Term, Infix::Binary(Operator::Mod)),
    (Kind::At, Binding::Term, Infix::Binary(Operator::MatMult)),
    (
        Kind::DoubleStar,
        Binding::Power,
        Infix::Binary(Operator::Pow),
    ),
];

/// Tells whether an expression can begin with this token.
pub fn starts_expression(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Name
            | Kind::Number
            | Kind::String
            | Kind::FStringStart
            | Kind::LPar
            | Kind::LSqb
            | Kind::LBrace
            | Kind::Minus
            | Kind::Plus
            | Kind::Tilde
            | Kind::Not
            | Kind::Await
            | Kind::Lambda
            | Kind::True
            | Kind::False
            | Kind::None
            | Kind::Ellipsis
    )
}

impl<'a> Parser<'a, '_> {
    /// `expressions`: one, or a tuple without parentheses.
    pub fn expressions(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let first = self.expression()?;
        if !self.at(Kind::Comma) {
            return Ok(first);
        }
        self.rest_of_tuple(start, first, false, Parser::expression)
    }

    /// `star_expressions`: one, or a tuple without parentheses, starred ones allowed.
    #[inline]
    pub fn star_expressions(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let first = self.star_expression()?;
        if !self.at(Kind::Comma) {
            return Ok(first);
        }
        self.rest_of_tuple(start, first, true, Parser::star_expression)
    }

    /// The tuple whose first element was `first`, at the comma after it.
    fn rest_of_tuple(
        &mut self,
        start: Place,
        first: Expr<'a>,
        starred: bool,
        element: fn(&mut Self) -> Parse<Expr<'a>>,
    ) -> Parse<Expr<'a>> {
        let list = self.lists.exprs.begin();
        self.lists.exprs.push(first);
        while self.eat(Kind::Comma) {
            let goes_on = starts_expression(self.token.kind) || (starred && self.at(Kind::Star));
            if !goes_on {
                break;
            }
            let next = element(self)?;
            self.lists.exprs.push(next);
        }
        let elts = self.lists.exprs.take(list, self.arena);
        Ok(Expr::Tuple(self.arena.alloc(Tuple {
            loc: self.loc(start),
            elts,
            ctx: ExprContext::Load,
        })))
    }

    /// `star_expression`
    #[inline]
    pub fn star_expression(&mut self) -> Parse<Expr<'a>> {
        if self.at(Kind::Star) {
            return self.starred(Binding::BitwiseOr);
        }
        self.expression()
    }

    /// `star_named_expression`
    #[inline]
    pub fn star_named_expression(&mut self) -> Parse<Expr<'a>> {
        if self.at(Kind::Star) {
            return self.starred(Binding::BitwiseOr);
        }
        self.named_expression()
    }

    fn starred(&mut self, binding: Binding) -> Parse<Expr<'a>> {
        let start = self.place();
        self.bump();
        let value = self.operation(binding)?;
        Ok(self.make_starred(start, value))
    }

    pub fn make_starred(&mut self, start: Place, value: Expr<'a>) -> Expr<'a> {
        Expr::Starred(self.arena.alloc(Starred {
            loc: self.loc(start),
            value,
            ctx: ExprContext::Load,
        }))
    }

    /// `annotated_rhs`: what may stand right of `=`.
    pub fn annotated_rhs(&mut self) -> Parse<Expr<'a>> {
        if self.at(Kind::Yield) {
            self.yield_expr()
        } else {
            self.star_expressions()
        }
    }

    /// `yield_expr`
    pub fn yield_expr(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        self.bump();
        if self.eat(Kind::From) {
            let value = self.expression()?;
            return Ok(Expr::YieldFrom(self.arena.alloc(YieldFrom {
                loc: self.loc(start),
                value,
            })));
        }
        let value = if starts_expression(self.token.kind) || self.at(Kind::Star) {
            Some(self.star_expressions()?)
        } else {
            None
        };
        Ok(Expr::Yield(self.arena.alloc(Yield {
            loc: self.loc(start),
            value,
        })))
    }

    /// `named_expression`
    #[inline]
    pub fn named_expression(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        let is_name = self.at(Kind::Name);
        let first = self.expression()?;
        if self.at(Kind::ColonEqual) {
            return self.walrus(start, is_name, first);
        }
        Ok(first)
    }

    /// The rest of `assignment_expression`, at its `:=`. `is_name` tells that the target began with a name.
    pub fn walrus(&mut self, start: Place, is_name: bool, mut target: Expr<'a>) -> Parse<Expr<'a>> {
        match &mut target {
            Expr::Name(name) if is_name => name.ctx = ExprContext::Store,
            _ => return Err(Failed),
        }
        self.bump();
        let value = self.expression()?;
        Ok(Expr::NamedExpr(self.arena.alloc(NamedExpr {
            loc: self.loc(start),
            target,
            value,
        })))
    }

    /// `expression`
    #[inline]
    pub fn expression(&mut self) -> Parse<Expr<'a>> {
        if self.at(Kind::Lambda) {
            return self.lambda();
        }
        let start = self.place();
        let body = self.operation(Binding::Disjunction)?;
        if self.at(Kind::If) {
            return self.conditional(start, body);
        }
        Ok(body)
    }

    fn conditional(&mut self, start: Place, body: Expr<'a>) -> Parse<Expr<'a>> {
        self.bump();
        let test = self.operation(Binding::Disjunction)?;
        self.expect(Kind::Else)?;
        self.enter(rules::ELSE)?;
        let orelse = self.expression()?;
        self.leave(rules::ELSE);
        Ok(Expr::IfExp(self.arena.alloc(IfExp {
            loc: self.loc(start),
            test,
            body,
            orelse,
        })))
    }

    /// `lambdef`
    fn lambda(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        self.bump();
        let args = self.parameters(Parameters::Lambda)?;
        self.expect(Kind::Colon)?;
        self.enter(rules::LAMBDA)?;
        let body = self.expression()?;
        self.leave(rules::LAMBDA);
        Ok(Expr::Lambda(self.arena.alloc(Lambda {
            loc: self.loc(start),
            args,
            body,
        })))
    }

    /// Operators that bind as tightly as `binding` or tighter: `disjunction` and the rules below it.
    pub fn operation(&mut self, binding: Binding) -> Parse<Expr<'a>> {
        let start = self.place();
        let mut left = match self.token.kind {
            Kind::Minus => self.unary(UnaryOpKind::USub, Binding::Factor)?,
            Kind::Plus => self.unary(UnaryOpKind::UAdd, Binding::Factor)?,
            Kind::Tilde => self.unary(UnaryOpKind::Invert, Binding::Factor)?,
            Kind::Not if binding <= Binding::Inversion => {
                self.unary(UnaryOpKind::Not, Binding::Inversion)?
            }
            Kind::Await => self.await_primary()?,
            _ => self.primary()?,
        };
        loop {
            let (tightness, infix) = INFIX[self.token.kind as usize];
            if tightness < binding || tightness == Binding::None {
                return Ok(left);
            }
            left = match infix {
                Infix::None => return Ok(left),
                Infix::Binary(op) => self.binary(start, left, op, tightness)?,
                Infix::Compare => self.comparison(start, left)?,
                Infix::Bool(op) => self.bool_op(start, left, op, tightness)?,
            };
        }
    }

    #[inline]
    fn binary(
        &mut self,
        start: Place,
        left: Expr<'a>,
        op: Operator,
        tightness: Binding,
    ) -> Parse<Expr<'a>> {
        self.bump();
        let right = if tightness == Binding::Power {
            self.enter(rules::POWER)?;
            let right = self.operation(Binding::Factor)?;
            self.leave(rules::POWER);
            right
        } else {
            self.operation(tightness.tighter())?
        };
        Ok(Expr::BinOp(self.arena.alloc(BinOp {
            loc: self.loc(start),
            left,
            op,
            right,
        })))
    }

    fn unary(&mut self, op: UnaryOpKind, binding: Binding) -> Parse<Expr<'a>> {
        let start = self.place();
        self.bump();
        self.enter(rules::OPERATOR)?;
        let operand = self.operation(binding)?;
        self.leave(rules::OPERATOR);
        Ok(Expr::UnaryOp(self.arena.alloc(UnaryOp {
            loc: self.loc(start),
            op,
            operand,
        })))
    }

    fn await_primary(&mut self) -> Parse<Expr<'a>> {
        let start = self.place();
        self.bump();
        let value = self.primary()?;
        Ok(Expr::Await(self.arena.alloc(Await {
            loc: self.loc(start),
            value,
        })))
    }

    fn bool_op(
        &mut self,
        start: Place,
        left: Expr<'a>,
        op: BoolOpKind,
        tightness: Binding,
    ) -> Parse<Expr<'a>> {
        let kind = self.token.kind;
        let list = self.lists.exprs.begin();
        self.lists.exprs.push(left);
        while self.eat(kind) {
            let next = self.operation(tightness.tighter())?;
            self.lists.exprs.push(next);
        }
        let values = self.lists.exprs.take(list, self.arena);
        Ok(Expr::BoolOp(self.arena.alloc(BoolOp {
            loc: self.loc(start),
            op,
            values,
        })))
    }

    fn comparison(&mut self, start: Place, left: Expr<'a>) -> Parse<Expr<'a>> {
        let list = self.lists.exprs.begin();
        let operators = self.lists.operators.begin();
        while let Some(op) = self.comparison_operator()? {
            let next = self.operation(Binding::BitwiseOr)?;
            self.lists.operators.push(op);
            self.lists.exprs.push(next);
        }
        let ops = self.lists.operators.take(operators, self.arena);
        let comparators = self.lists.exprs.take(list, self.arena);
        Ok(Expr::Compare(self.arena.alloc(Compare {
            loc: self.loc(start),
            left,
            ops,
            comparators,
        })))
    }

    fn comparison_operator(&mut self) -> Parse<Option<CmpOp>> {
        let op = match self.token.kind {
            Kind::EqEqual => CmpOp::Eq,
            // `<>` is of this kind too, and is only for `barry_as_FLUFL`.
            Kind::NotEqual if (self.text() == "!=") != self.has_flufl => CmpOp::NotEq,
            Kind::NotEqual => return Err(Failed),
            Kind::Less => CmpOp::Lt,
            Kind::LessEqual => CmpOp::LtE,
            Kind::Greater => CmpOp::Gt,
            Kind::GreaterEqual => CmpOp::GtE,
            Kind::In => CmpOp::In,
            Kind::Is => {
                self.bump();
                let negated = self.eat(Kind::Not);
                return Ok(Some(if negated { CmpOp::IsNot } else { CmpOp::Is }));
            }
            Kind::Not => {
                self.bump();
                self.expect(Kind::In)?;
                return Ok(Some(CmpOp::NotIn));
            }
            _ => return Ok(None),
        };
        self.bump();
        Ok(Some(op))
    }
}
