//! The grammar in memory: `data/grammar-3.12.peg` read into tables.
//!
//! The file's own head says what its notation means. It is our file, so a mistake in it is our bug: the reader panics
//! with the place, and a unit test reads it whole.

use std::collections::HashMap;
use std::sync::OnceLock;

use hognose_tokens::Kind;

use super::actions::{Class, Function};

const TEXT: &str = include_str!("../../../../data/grammar-3.12.peg");

/// Gives the grammar, read at the first call.
pub(super) fn grammar() -> &'static Grammar {
    static GRAMMAR: OnceLock<Grammar> = OnceLock::new();
    GRAMMAR.get_or_init(|| Reader::default().read(TEXT))
}

/// Which rule; groups in parentheses are rules of their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct RuleId(pub u16);

/// Which of an alternative's named items.
pub(super) type Slot = u8;

/// Alternatives name at most so many items.
pub(super) const MAX_SLOTS: usize = 6;

#[derive(Debug)]
pub(super) struct Grammar {
    rules: Vec<Rule>,
    pub file: RuleId,
    pub interactive: RuleId,
    pub eval: RuleId,
}

impl Grammar {
    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }
}

#[derive(Default, Debug)]
pub(super) struct Rule {
    pub alternatives: Vec<Alternative>,
    /// Results are remembered per token.
    pub memo: bool,
    /// The head of a left recursion, grown until it stops growing.
    pub left: bool,
    /// Below this rule the invalid_ rules rest.
    pub without_invalid: bool,
}

#[derive(Debug)]
pub(super) struct Alternative {
    pub items: Vec<Item>,
    pub action: Action,
    /// Tried only when the words for an error are looked for.
    pub invalid: bool,
}

#[derive(Debug)]
pub(super) struct Item {
    pub slot: Option<Slot>,
    pub what: What,
}

#[derive(Debug)]
pub(super) enum What {
    Token(Kind),
    /// A name that is a keyword only here.
    Soft(&'static str),
    /// Any soft keyword.
    AnySoft,
    /// A type comment: our tokeniser gives none, but looking for one reads a token.
    TypeComment,
    Rule(RuleId),
    Optional(Box<What>),
    Repeat {
        element: Box<What>,
        at_least_one: bool,
    },
    Separated {
        separator: Box<What>,
        element: Box<What>,
    },
    Look {
        wanted: bool,
        what: Box<What>,
    },
    Forced(Kind),
    Cut,
}

#[derive(Debug)]
pub(super) enum Action {
    /// Nothing of interest.
    Matched,
    /// The value of the item at this index.
    Only(usize),
    Slot(Slot),
    Node(Class, Vec<Slot>),
    Raise(Raise),
    Call(Function, Vec<Slot>),
}

#[derive(Debug)]
pub(super) struct Raise {
    pub indentation: bool,
    /// Not when an error was raised already.
    pub quiet: bool,
    pub place: Place,
    pub words: Vec<Piece>,
}

/// Where an error points.
#[derive(Debug)]
pub(super) enum Place {
    /// The last token read.
    Last,
    /// The token to come.
    Next,
    From(Spot),
    Range(Spot, Spot),
}

/// An item, or a part of what it holds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Spot {
    Item(Slot),
    First(Slot),
    Last(Slot),
    /// The last expression of the last clause of a comprehension.
    LastClause(Slot),
}

#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    /// What kind of expression an item is.
    Kind(Slot),
    /// An item's own text.
    Source(Slot),
    /// The line an item begins on.
    Line(Slot),
}

#[derive(Default)]
struct Reader {
    rules: Vec<Rule>,
    names: HashMap<&'static str, RuleId>,
}

impl Reader {
    fn read(mut self, text: &'static str) -> Grammar {
        let is_head = |line: &&str| line.starts_with(|first: char| first.is_ascii_lowercase());
        for line in text.lines().filter(is_head) {
            let (name, flags) = head(line);
            let id = RuleId(self.rules.len() as u16);
            self.names.insert(name, id);
            self.rules.push(Rule {
                memo: flags == "memo" || flags == "left",
                left: flags == "left",
                without_invalid: name.ends_with("without_invalid"),
                ..Rule::default()
            });
        }
        let mut current = None;
        for line in text.lines() {
            if is_head(&line) {
                current = Some(self.names[head(line).0]);
            } else if let (Some(id), Some(line)) = (current, line.trim().strip_prefix('|')) {
                let mut cursor = Cursor { rest: line };
                let alternative = self.alternative(&mut cursor);
                assert!(cursor.peek().is_empty(), "grammar: cannot read {line}");
                self.rules[id.0 as usize].alternatives.push(alternative);
            }
        }
        Grammar {
            file: self.names["file"],
            interactive: self.names["interactive"],
            eval: self.names["eval"],
            rules: self.rules,
        }
    }

    fn alternatives(&mut self, cursor: &mut Cursor, end: &str) -> Vec<Alternative> {
        let mut all = vec![self.alternative(cursor)];
        while cursor.eat("|") {
            all.push(self.alternative(cursor));
        }
        assert!(cursor.eat(end), "grammar: no {end} before {}", cursor.rest);
        all
    }

    fn alternative(&mut self, cursor: &mut Cursor) -> Alternative {
        let mut items = Vec::new();
        let mut names: Vec<&'static str> = Vec::new();
        let mut first_name = "";
        while !matches!(cursor.peek(), "" | "|" | ")" | "]" | "=>") {
            let name = cursor.name();
            if items.is_empty() {
                first_name = cursor.peek();
            }
            let slot = name.map(|name| {
                names.push(name);
                (names.len() - 1) as Slot
            });
            let what = self.item(cursor);
            items.push(Item { slot, what });
        }
        assert!(names.len() <= MAX_SLOTS, "grammar: too many names");
        let action = if cursor.eat("=>") {
            action(cursor, &names)
        } else {
            let mut valued = items
                .iter()
                .enumerate()
                .filter(|(_, item)| !matches!(item.what, What::Look { .. } | What::Cut));
            match (valued.next(), valued.next()) {
                (Some((only, _)), None) => Action::Only(only),
                _ => Action::Matched,
            }
        };
        Alternative {
            // CPython guards only the alternatives that are nothing but an invalid_ rule.
            invalid: items.len() == 1 && first_name.starts_with("invalid_"),
            items,
            action,
        }
    }

    fn item(&mut self, cursor: &mut Cursor) -> What {
        match cursor.peek() {
            "~" => {
                cursor.take();
                What::Cut
            }
            "&&" => {
                cursor.take();
                match self.atom(cursor) {
                    What::Token(kind) => What::Forced(kind),
                    other => panic!("grammar: cannot force {other:?}"),
                }
            }
            look @ ("&" | "!") => {
                cursor.take();
                What::Look {
                    wanted: look == "&",
                    what: Box::new(self.atom(cursor)),
                }
            }
            _ => {
                let atom = self.atom(cursor);
                match cursor.peek() {
                    "?" => {
                        cursor.take();
                        What::Optional(Box::new(atom))
                    }
                    repeat @ ("*" | "+") => {
                        cursor.take();
                        What::Repeat {
                            element: Box::new(atom),
                            at_least_one: repeat == "+",
                        }
                    }
                    "." => {
                        cursor.take();
                        let element = Box::new(self.atom(cursor));
                        assert!(cursor.eat("+"), "grammar: separated items take a +");
                        What::Separated {
                            separator: Box::new(atom),
                            element,
                        }
                    }
                    _ => atom,
                }
            }
        }
    }

    fn atom(&mut self, cursor: &mut Cursor) -> What {
        let word = cursor.take();
        match word {
            "(" => return self.group(cursor, ")"),
            "[" => return What::Optional(Box::new(self.group(cursor, "]"))),
            "SOFT_KEYWORD" => return What::AnySoft,
            "TYPE_COMMENT" => return What::TypeComment,
            _ => {}
        }
        if let Some(text) = word.strip_prefix('\'') {
            let text = text.trim_end_matches('\'');
            return What::Token(kind_spelled(text));
        }
        if let Some(text) = word.strip_prefix('"') {
            return What::Soft(text.trim_end_matches('"'));
        }
        if word.starts_with(|first: char| first.is_ascii_uppercase()) {
            return What::Token(kind_named(word));
        }
        match self.names.get(word) {
            Some(&id) => What::Rule(id),
            None => panic!("grammar: no rule {word}"),
        }
    }

    /// Reads a group; one of a single item without action is that item, any other a rule without a name.
    fn group(&mut self, cursor: &mut Cursor, end: &str) -> What {
        let mut alternatives = self.alternatives(cursor, end);
        if let [only] = &mut alternatives[..]
            && only.items.len() == 1
            && matches!(only.action, Action::Only(0))
            && let Some(item) = only.items.pop()
        {
            return item.what;
        }
        let id = RuleId(self.rules.len() as u16);
        self.rules.push(Rule {
            alternatives,
            ..Rule::default()
        });
        What::Rule(id)
    }
}

/// Splits a rule's first line into its name and its flag.
fn head(line: &'static str) -> (&'static str, &'static str) {
    let line = line.trim_end_matches(':');
    match line.split_once(" (") {
        Some((name, flag)) => (name, flag.trim_end_matches(')')),
        None => (line, ""),
    }
}

fn kind_spelled(text: &str) -> Kind {
    let spelled = Kind::ALL.iter().find(|kind| kind.text() == text);
    *spelled.unwrap_or_else(|| panic!("grammar: no token {text}"))
}

fn kind_named(name: &str) -> Kind {
    let named = Kind::ALL.iter().find(|kind| kind.token_name() == name);
    *named.unwrap_or_else(|| panic!("grammar: no token {name}"))
}

fn slot(names: &[&str], name: &str) -> Slot {
    let found = names.iter().position(|&known| known == name);
    found.unwrap_or_else(|| panic!("grammar: nothing named {name}")) as Slot
}

fn action(cursor: &mut Cursor, names: &[&'static str]) -> Action {
    let word = cursor.take();
    match word {
        "error" | "indentation" | "quiet-error" => {
            let place = place(cursor, names);
            let text = cursor.take();
            let text = text
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'));
            let text = text.expect("grammar: an error has words");
            return Action::Raise(Raise {
                indentation: word == "indentation",
                quiet: word == "quiet-error",
                place,
                words: pieces(text, names),
            });
        }
        _ if word.starts_with(|first: char| first.is_ascii_uppercase()) => {
            let class = Class::named(word).unwrap_or_else(|| panic!("grammar: no class {word}"));
            let all = (0..names.len() as Slot).collect();
            return Action::Node(class, all);
        }
        _ => {}
    }
    if !cursor.eat("(") {
        return Action::Slot(slot(names, word));
    }
    let function = Function::named(word).unwrap_or_else(|| panic!("grammar: no function {word}"));
    let mut slots = Vec::new();
    while !cursor.eat(")") {
        slots.push(slot(names, cursor.take()));
    }
    Action::Call(function, slots)
}

fn place(cursor: &mut Cursor, names: &[&str]) -> Place {
    assert!(cursor.eat("@"), "grammar: an error has a place");
    match cursor.peek() {
        "last" if !cursor.rest.trim_start().starts_with("last(") => {
            cursor.take();
            return Place::Last;
        }
        "next" => {
            cursor.take();
            return Place::Next;
        }
        _ => {}
    }
    let from = spot(cursor, names);
    if !cursor.eat("..") {
        return Place::Range(from, from);
    }
    if cursor.peek().starts_with('"') {
        return Place::From(from);
    }
    Place::Range(from, spot(cursor, names))
}

fn spot(cursor: &mut Cursor, names: &[&str]) -> Spot {
    let word = cursor.take();
    if !cursor.eat("(") {
        return Spot::Item(slot(names, word));
    }
    let inner = slot(names, cursor.take());
    assert!(cursor.eat(")"), "grammar: no ) in a place");
    match word {
        "first" => Spot::First(inner),
        "last" => Spot::Last(inner),
        "clause" => Spot::LastClause(inner),
        _ => panic!("grammar: no place {word}"),
    }
}

fn pieces(text: &str, names: &[&str]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let text = text.replace("\\\"", "\"");
    let mut rest = text.as_str();
    loop {
        // A brace that opens no `{kind a}` is one of the message's own.
        let hole = ["{kind ", "{text ", "{line "]
            .iter()
            .filter_map(|open| rest.find(open).map(|at| (at, &open[1..5])))
            .min();
        let Some((at, what)) = hole else {
            pieces.push(Piece::Text(rest.to_owned()));
            return pieces;
        };
        pieces.push(Piece::Text(rest[..at].to_owned()));
        let (name, after) = rest[at + 6..]
            .split_once('}')
            .expect("grammar: no } after {");
        let slot = slot(names, name);
        pieces.push(match what {
            "kind" => Piece::Kind(slot),
            "text" => Piece::Source(slot),
            _ => Piece::Line(slot),
        });
        rest = after;
    }
}

/// The words of a line, one after another.
struct Cursor {
    rest: &'static str,
}

impl Cursor {
    fn peek(&self) -> &'static str {
        let rest = self.rest.trim_start();
        let bytes = rest.as_bytes();
        let Some(&first) = bytes.first() else {
            return "";
        };
        let length = match first {
            b'\'' => {
                2 + bytes[1..]
                    .iter()
                    .position(|&byte| byte == b'\'')
                    .unwrap_or(0)
            }
            b'"' => {
                let mut at = 1;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                at + 1
            }
            b'=' if bytes.get(1) == Some(&b'>') => 2,
            b'&' if bytes.get(1) == Some(&b'&') => 2,
            b'.' if bytes.get(1) == Some(&b'.') => 2,
            _ if first.is_ascii_alphabetic() => {
                let is_end =
                    |&byte: &u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
                bytes.iter().position(is_end).unwrap_or(bytes.len())
            }
            _ => 1,
        };
        &rest[..length.min(rest.len())]
    }

    fn take(&mut self) -> &'static str {
        let word = self.peek();
        self.rest = &self.rest.trim_start()[word.len()..];
        word
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.peek() == word;
        if found {
            self.take();
        }
        found
    }

    /// Takes `name=` where an item begins so.
    fn name(&mut self) -> Option<&'static str> {
        let word = self.peek();
        let after = self.rest.trim_start().get(word.len()..)?;
        let named = word.starts_with(|first: char| first.is_ascii_alphabetic())
            && after.starts_with('=')
            && !after.starts_with("=>");
        if !named {
            return None;
        }
        self.rest = &after[1..];
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_grammar_is_read() {
        let grammar = grammar();
        for rule in &grammar.rules {
            assert!(!rule.alternatives.is_empty());
        }
        let left = grammar.rules.iter().filter(|rule| rule.left).count();
        assert_eq!(left, 10);
        let file = grammar.rule(grammar.file);
        assert_eq!(file.alternatives.len(), 1);
        assert!(matches!(
            file.alternatives[0].items[1].what,
            What::Token(Kind::EndMarker)
        ));
    }

    #[test]
    fn messages_keep_their_own_braces() {
        let pieces = pieces("expecting '}' or {kind a}", &["a"]);
        assert!(
            matches!(&pieces[..], [Piece::Text(text), Piece::Kind(0), Piece::Text(_)] if text == "expecting '}' or ")
        );
    }
}
