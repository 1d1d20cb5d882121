//! Parameters of functions and lambdas, and type parameters.

use hognose_ast::{Arg, Arguments, Expr, ParamSpec, TypeParam, TypeVar, TypeVarTuple};
use hognose_tokens::Kind;

use crate::SyntaxError;
use crate::cursor::{Failed, Parse, Parser, rules};

/// Whose parameters they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Parameters {
    /// In parentheses, with annotations.
    Def,
    /// Up to a colon, without.
    Lambda,
}

/// Whether a variadic parameter's annotation may be starred.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Annotation {
    None,
    Plain,
    MaybeStarred,
}

impl<'a> Parser<'a, '_> {
    /// `parameters` or `lambda_parameters`, up to the closing token; there may be none.
    pub fn parameters(&mut self, whose: Parameters) -> Parse<&'a mut Arguments<'a>> {
        let (close, annotation) = match whose {
            Parameters::Def => (Kind::RPar, Annotation::Plain),
            Parameters::Lambda => (Kind::Colon, Annotation::None),
        };
        let args = self.lists.args.begin();
        let defaults = self.lists.exprs.begin();
        let mut posonlyargs: Option<&'a mut [Arg<'a>]> = None;
        while !matches!(self.token.kind, Kind::Star | Kind::DoubleStar) && !self.at(close) {
            if self.at(Kind::Slash) {
                let is_empty = self.lists.args.since(args).is_empty();
                if posonlyargs.is_some() || is_empty {
                    return Err(Failed);
                }
                posonlyargs = Some(self.lists.args.take(args, self.arena));
                self.bump();
            } else {
                let arg = self.parameter(annotation)?;
                self.lists.args.push(arg);
                if self.eat(Kind::Equal) {
                    let default = self.default()?;
                    self.lists.exprs.push(default);
                } else if !self.lists.exprs.since(defaults).is_empty() {
                    return Err(Failed);
                }
            }
            if !self.separator(close)? {
                break;
            }
        }
        let positional = self.lists.args.take(args, self.arena);
        let defaults = self.lists.exprs.take(defaults, self.arena);
        let mut all = Arguments {
            posonlyargs: posonlyargs.unwrap_or_default(),
            args: positional,
            vararg: None,
            kwonlyargs: &mut [],
            kw_defaults: &mut [],
            kwarg: None,
            defaults,
        };
        self.star_etc(&mut all, close, annotation)?;
        Ok(self.arena.alloc(all))
    }

    /// `star_etc`: from a `*` or `**` on.
    fn star_etc(
        &mut self,
        all: &mut Arguments<'a>,
        close: Kind,
        annotation: Annotation,
    ) -> Parse<()> {
        if self.eat(Kind::Star) {
            let is_bare = self.at(Kind::Comma);
            if !is_bare {
                let annotation = match annotation {
                    Annotation::None => Annotation::None,
                    Annotation::Plain | Annotation::MaybeStarred => Annotation::MaybeStarred,
                };
                all.vararg = Some(self.arena.alloc(self.parameter(annotation)?));
            }
            let args = self.lists.args.begin();
            let defaults = self.lists.holes.begin();
            let mut more = self.separator(close)?;
            while more && self.at(Kind::Name) {
                let arg = self.parameter(annotation)?;
                self.lists.args.push(arg);
                let default = if self.eat(Kind::Equal) {
                    Some(self.default()?)
                } else {
                    None
                };
                self.lists.holes.push(default);
                more = self.separator(close)?;
            }
            all.kwonlyargs = self.lists.args.take(args, self.arena);
            all.kw_defaults = self.lists.holes.take(defaults, self.arena);
            if is_bare && all.kwonlyargs.is_empty() {
                return Err(Failed);
            }
        }
        if self.eat(Kind::DoubleStar) {
            all.kwarg = Some(self.arena.alloc(self.parameter(annotation)?));
            self.separator(close)?;
        }
        if self.at(close) { Ok(()) } else { Err(Failed) }
    }

    fn default(&mut self) -> Parse<Expr<'a>> {
        self.enter(rules::DEFAULT)?;
        let value = self.expression()?;
        self.leave(rules::DEFAULT);
        Ok(value)
    }

    /// A comma, or nothing before the closing token; tells whether there was a comma.
    fn separator(&mut self, close: Kind) -> Parse<bool> {
        if self.eat(Kind::Comma) {
            return Ok(true);
        }
        if self.at(close) {
            Ok(false)
        } else {
            Err(Failed)
        }
    }

    fn parameter(&mut self, allowed: Annotation) -> Parse<Arg<'a>> {
        let start = self.place();
        let arg = self.name()?;
        let mut annotation: Option<Expr<'a>> = None;
        if allowed != Annotation::None && self.eat(Kind::Colon) {
            annotation = Some(if allowed == Annotation::MaybeStarred {
                self.star_expression()?
            } else {
                self.expression()?
            });
        }
        Ok(Arg {
            loc: self.loc(start),
            arg,
            annotation,
        })
    }

    /// `[type_params]`
    pub fn type_params(&mut self) -> Parse<&'a mut [TypeParam<'a>]> {
        if !self.eat(Kind::LSqb) {
            return Ok(&mut []);
        }
        if self.at(Kind::RSqb) && self.type_param_defaults {
            let token = self.token;
            let mut lines = self.source.lines();
            let text = lines.nth((token.line as usize).saturating_sub(1));
            let before = text.and_then(|text| text.get(..token.col as usize));
            let col = before.unwrap_or_default().chars().count() as i32 + 1;
            self.refused = Some(Box::new(SyntaxError {
                message: "Type parameter list cannot be empty".to_owned(),
                col: Some(col),
                end_col: Some(col + 1),
                text: text.map(|text| format!("{text}\n")),
                ..SyntaxError::invalid(token.line)
            }));
            return Err(Failed);
        }
        let list = self.lists.type_params.begin();
        loop {
            let param = self.type_param()?;
            self.lists.type_params.push(param);
            if !self.eat(Kind::Comma) || self.at(Kind::RSqb) {
                break;
            }
        }
        self.expect(Kind::RSqb)?;
        Ok(self.lists.type_params.take(list, self.arena))
    }

    fn type_param(&mut self) -> Parse<TypeParam<'a>> {
        let start = self.place();
        if self.eat(Kind::Star) {
            let name = self.name()?;
            let default_value = self.type_param_default(Self::star_expression)?;
            let loc = self.loc(start);
            return Ok(TypeParam::TypeVarTuple(self.arena.alloc(TypeVarTuple {
                loc,
                name,
                default_value,
            })));
        }
        if self.eat(Kind::DoubleStar) {
            let name = self.name()?;
            let default_value = self.type_param_default(Self::expression)?;
            let loc = self.loc(start);
            return Ok(TypeParam::ParamSpec(self.arena.alloc(ParamSpec {
                loc,
                name,
                default_value,
            })));
        }
        let name = self.name()?;
        let bound = if self.eat(Kind::Colon) {
            Some(self.expression()?)
        } else {
            None
        };
        let default_value = self.type_param_default(Self::expression)?;
        let loc = self.loc(start);
        Ok(TypeParam::TypeVar(self.arena.alloc(TypeVar {
            loc,
            name,
            bound,
            default_value,
        })))
    }

    /// `[type_param_default]`, PEP 696.
    fn type_param_default(
        &mut self,
        value: fn(&mut Self) -> Parse<Expr<'a>>,
    ) -> Parse<Option<Expr<'a>>> {
        if self.type_param_defaults && self.eat(Kind::Equal) {
            value(self).map(Some)
        } else {
            Ok(None)
        }
    }
}
