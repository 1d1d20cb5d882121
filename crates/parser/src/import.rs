//! `import` and `from … import`.

use hognose_ast::{Alias, Import, ImportFrom, Name, Stmt, known};
use hognose_tokens::Kind;

use crate::cursor::{Failed, Parse, Parser};

impl<'a> Parser<'a, '_> {
    /// `import_name`
    pub fn import_name(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        self.bump();
        let list = self.lists.aliases.begin();
        loop {
            let alias_start = self.place();
            let name = self.dotted_name()?;
            let asname = self.as_name()?;
            let loc = self.loc(alias_start);
            self.lists.aliases.push(Alias { loc, name, asname });
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        let names = self.lists.aliases.take(list, self.arena);
        let loc = self.loc(start);
        Ok(Stmt::Import(self.arena.alloc(Import { loc, names })))
    }

    /// `import_from`
    pub fn import_from(&mut self) -> Parse<Stmt<'a>> {
        let start = self.place();
        self.bump();
        let mut level = 0;
        loop {
            if self.eat(Kind::Dot) {
                level += 1;
            } else if self.eat(Kind::Ellipsis) {
                level += 3;
            } else {
                break;
            }
        }
        let module = if level > 0 && self.at(Kind::Import) {
            None
        } else {
            Some(self.dotted_name()?)
        };
        self.expect(Kind::Import)?;
        let names = self.import_from_targets()?;
        // `_PyPegen_checked_future_import`
        if self.obeys_flufl && level == 0 && module == Some(known::FUTURE) {
            let is_flufl = |alias: &Alias| alias.name == known::BARRY_AS_FLUFL;
            self.has_flufl |= names.iter().any(is_flufl);
        }
        Ok(Stmt::ImportFrom(self.arena.alloc(ImportFrom {
            loc: self.loc(start),
            module,
            names,
            level,
        })))
    }

    /// `import_from_targets`
    fn import_from_targets(&mut self) -> Parse<&'a mut [Alias]> {
        let list = self.lists.aliases.begin();
        if self.at(Kind::Star) {
            let start = self.place();
            self.bump();
            let loc = self.loc(start);
            self.lists.aliases.push(Alias {
                loc,
                name: known::STAR,
                asname: None,
            });
            return Ok(self.lists.aliases.take(list, self.arena));
        }
        let in_parentheses = self.eat(Kind::LPar);
        loop {
            let start = self.place();
            let name = self.name()?;
            let asname = self.as_name()?;
            let loc = self.loc(start);
            self.lists.aliases.push(Alias { loc, name, asname });
            if !self.eat(Kind::Comma) || (in_parentheses && self.at(Kind::RPar)) {
                break;
            }
        }
        if in_parentheses {
            self.expect(Kind::RPar)?;
        }
        Ok(self.lists.aliases.take(list, self.arena))
    }

    fn as_name(&mut self) -> Parse<Option<Name>> {
        if self.eat(Kind::As) {
            self.name().map(Some)
        } else {
            Ok(None)
        }
    }

    /// `dotted_name`, as one name.
    fn dotted_name(&mut self) -> Parse<Name> {
        let mut name = self.name()?;
        while self.eat(Kind::Dot) {
            if !self.at(Kind::Name) {
                return Err(Failed);
            }
            let next = self.name()?;
            let joined = format!("{}.{}", self.names.get(name), self.names.get(next));
            name = self.names.intern(&joined);
        }
        Ok(name)
    }
}
