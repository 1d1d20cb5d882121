//! Calls and their arguments.

use hognose_ast::{Call, Expr, Keyword};
use hognose_tokens::Kind;

use crate::cursor::{Failed, Parse, Parser, Place, rules};

/// What a call or a list of base classes holds.
pub struct Arguments<'a> {
    pub args: &'a mut [Expr<'a>],
    pub keywords: &'a mut [Keyword<'a>],
}

/// How far the arguments have come: each kind may only follow the earlier ones.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    Positional,
    Keyword,
    DoubleStar,
}

impl<'a> Parser<'a, '_> {
    /// A call of `func`, at its opening parenthesis.
    pub fn call(&mut self, start: Place, func: Expr<'a>) -> Parse<Expr<'a>> {
        let open = self.place();
        self.bump();
        self.enter(rules::CALL)?;
        let Arguments { args, keywords } = self.arguments(Some(open))?;
        self.leave(rules::CALL);
        Ok(Expr::Call(self.arena.alloc(Call {
            loc: self.loc(start),
            func,
            args,
            keywords,
        })))
    }

    /// `arguments` and the closing parenthesis.
    ///
    /// `open` is where a generator expression would start that is the only argument; `None` where none may be.
    pub fn arguments(&mut self, open: Option<Place>) -> Parse<Arguments<'a>> {
        let list = self.lists.exprs.begin();
        let keywords = self.lists.keywords.begin();
        let mut seen = Seen::Positional;
        let mut is_first = true;
        while !self.at(Kind::RPar) {
            let start = self.place();
            match self.token.kind {
                Kind::Star if seen < Seen::DoubleStar => {
                    self.bump();
                    let value = self.expression()?;
                    let starred = self.make_starred(start, value);
                    self.lists.exprs.push(starred);
                }
                Kind::DoubleStar => {
                    self.bump();
                    seen = Seen::DoubleStar;
                    let value = self.expression()?;
                    let loc = self.loc(start);
                    self.lists.keywords.push(Keyword {
                        loc,
                        arg: None,
                        value,
                    });
                }
                _ => {
                    let is_name = self.at(Kind::Name);
                    let first = self.expression()?;
                    match self.token.kind {
                        Kind::Equal => {
                            self.keyword(start, is_name, &first)?;
                            seen = seen.max(Seen::Keyword);
                        }
                        _ if seen > Seen::Positional => return Err(Failed),
                        _ => {
                            let value = if self.at(Kind::ColonEqual) {
                                self.walrus(start, is_name, first)?
                            } else {
                                first
                            };
                            if matches!(self.token.kind, Kind::For | Kind::Async) {
                                let open = open.filter(|_| is_first).ok_or(Failed)?;
                                return self.sole_generator(open, value);
                            }
                            self.lists.exprs.push(value);
                        }
                    }
                }
            }
            is_first = false;
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RPar)?;
        Ok(Arguments {
            args: self.lists.exprs.take(list, self.arena),
            keywords: self.lists.keywords.take(keywords, self.arena),
        })
    }

    /// `NAME '=' expression`, at the `=`.
    fn keyword(&mut self, start: Place, is_name: bool, name: &Expr<'a>) -> Parse<()> {
        let arg = match name {
            Expr::Name(name) if is_name => name.id,
            _ => return Err(Failed),
        };
        self.bump();
        let value = self.expression()?;
        let loc = self.loc(start);
        self.lists.keywords.push(Keyword {
            loc,
            arg: Some(arg),
            value,
        });
        Ok(())
    }

    /// The call's parentheses serve as the generator expression's.
    fn sole_generator(&mut self, open: Place, elt: Expr<'a>) -> Parse<Arguments<'a>> {
        let generators = self.for_if_clauses(&elt)?;
        self.expect(Kind::RPar)?;
        let generator = self.generator(open, elt, generators);
        Ok(Arguments {
            args: self.arena.alloc_slice_fill_iter([generator]),
            keywords: &mut [],
        })
    }
}
