//! The promises of the parser, on any bytes.

use hognose_ast::{
    Expr, Loc, Names, Pattern, Stmt, Visit, walk_expr, walk_mod, walk_pattern, walk_stmt,
};
use hognose_parser::errors::{Options, check as check_errors};
use hognose_parser::{Mode, parse};

/// Longer texts would let trees grow deeper than the visitor's native stack allows.
const LONGEST: usize = 1000;

/// Parses bytes in every mode.
pub fn check(bytes: &[u8]) {
    let Ok(source) = hognose_tokens::decode(bytes) else {
        return;
    };
    if source.text.len() > LONGEST {
        return;
    }
    for mode in [Mode::Module, Mode::Expression, Mode::Single] {
        check_mode(&source.text, mode);
    }
}

fn check_mode(text: &str, mode: Mode) {
    let arena = bumpalo::Bump::new();
    let mut names = Names::new();
    let second_pass = check_errors(text, Options::text(mode));
    match parse(text, mode, &arena, &mut names) {
        Ok(parsed) => {
            assert_eq!(second_pass, Ok(()), "the passes disagree on {text:?}");
            let lines: Vec<usize> = text.split('\n').map(str::len).collect();
            walk_mod(&mut Places { lines }, &parsed.tree);
        }
        Err(error) => assert_eq!(second_pass, Err(*error), "the passes disagree on {text:?}"),
    }
}

/// Checks that every node stands in the text.
struct Places {
    /// The length of each line.
    lines: Vec<usize>,
}

impl Places {
    fn check(&self, loc: Loc) {
        assert!(
            (loc.line, loc.col) <= (loc.end_line, loc.end_col),
            "{loc:?}"
        );
        for (line, col) in [(loc.line, loc.col), (loc.end_line, loc.end_col)] {
            let length = self.lines.get((line as usize).wrapping_sub(1));
            assert!(
                length.is_some_and(|&length| col as usize <= length),
                "{loc:?}"
            );
        }
    }
}

impl<'a> Visit<'a> for Places {
    fn visit_stmt(&mut self, node: &Stmt<'a>) {
        self.check(node.loc());
        walk_stmt(self, node);
    }

    fn visit_expr(&mut self, node: &Expr<'a>) {
        self.check(node.loc());
        walk_expr(self, node);
    }

    fn visit_pattern(&mut self, node: &Pattern<'a>) {
        self.check(node.loc());
        walk_pattern(self, node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_that_fuzzing_found() {
        let cases: [&[u8]; 4] = [b"", b"f'{x=}'", b"a <> b", b"x = 0\n  "];
        cases.into_iter().for_each(check);
    }
}
