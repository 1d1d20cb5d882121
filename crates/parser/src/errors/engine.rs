//! The recogniser: CPython's packrat parser, its two passes and its lazy reading of tokens.
//!
//! Which error CPython reports hangs on what its generated parser (`Parser/parser.c`, written by
//! `Tools/peg_generator/pegen/c_generator.py`) happens to try, remember and read ahead, so the moves here are its
//! moves: `Parser::rule` is a generated `NAME_rule`, `left_recursive` the loop around a `NAME_raw`, `repeat` a
//! `_loop`, `separated` a `_gather`.

use hognose_tokens::{Kind, NO_COLUMN, Stop, Token, Tokenizer};

use super::Options;
use super::actions::Class;
use super::grammar::{Action, Alternative, Grammar, Item, MAX_SLOTS, Rule, RuleId, What, grammar};
use super::raise::Raised;
use crate::Mode;

/// How deep CPython's rules may call each other (`MAXSTACK` in `Parser/parser.c`).
const MAX_DEPTH: u32 = 6000;

/// The words of the grammar that are keywords only in their places.
const SOFT_KEYWORDS: [&str; 4] = ["_", "case", "match", "type"];

/// What an item matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Value {
    /// An optional item that is absent.
    Absent,
    /// Something of no interest to any error.
    Matched,
    Token(u32),
    Node(u32),
}

/// An expression, or a sequence of values, as far as errors ask about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub class: Class,
    /// Its first token.
    pub first: u32,
    /// Its last token.
    pub last: u32,
    kids: (u32, u32),
}

/// A remembered result: of which rule, and where it ended.
#[derive(Clone, Copy)]
struct Memo {
    rule: RuleId,
    mark: u32,
    value: Option<Value>,
}

pub(super) struct Parser<'s> {
    grammar: &'static Grammar,
    pub source: &'s str,
    pub tokenizer: Tokenizer<'s>,
    /// The tokens read so far (`p->tokens[..p->fill]`).
    pub tokens: Vec<Token>,
    memos: Vec<Vec<Memo>>,
    pub mark: usize,
    depth: u32,
    nodes: Vec<Node>,
    kids: Vec<Value>,
    pub invalid_rules: bool,
    /// CPython's `error_indicator`: every rule gives up at once.
    pub failed: bool,
    pub raised: Option<Raised>,
    /// How the tokeniser gave an error rather than a token.
    pub token_stop: Option<Stop>,
    pub options: Options,
    interactive_started: bool,
}

impl<'s> Parser<'s> {
    pub fn new(source: &'s str, options: Options) -> Self {
        let tokenizer = Tokenizer::new(source);
        let tokenizer = match options.mode {
            Mode::Module => tokenizer,
            Mode::Single | Mode::Expression => tokenizer.without_added_newline(),
        };
        Parser {
            grammar: grammar(),
            source,
            tokenizer,
            tokens: Vec::new(),
            memos: Vec::new(),
            mark: 0,
            depth: 0,
            nodes: Vec::new(),
            kids: Vec::new(),
            invalid_rules: false,
            failed: false,
            raised: None,
            token_stop: None,
            options,
            interactive_started: false,
        }
    }

    /// Parses once from the start, and tells whether all went well.
    pub fn pass(&mut self) -> bool {
        let start = match self.options.mode {
            Mode::Module => self.grammar.file,
            Mode::Single => self.grammar.interactive,
            Mode::Expression => self.grammar.eval,
        };
        self.rule(start).is_some()
    }

    /// Prepares the second pass (`reset_parser_state_for_error_pass`).
    pub fn reset(&mut self) {
        self.memos.iter_mut().for_each(Vec::clear);
        self.mark = 0;
        self.invalid_rules = true;
        self.tokenizer.report_warnings(false);
    }

    /// Tells whether more than blanks and comments follow a typed statement (`bad_single_statement`).
    pub fn more_follows(&self) -> bool {
        let rest = self
            .source
            .get(self.tokenizer.position()..)
            .unwrap_or_default();
        let code = |line: &str| {
            let line = line.trim_start_matches([' ', '\t', '\x0c']);
            !line.is_empty() && !line.starts_with('#')
        };
        rest.lines().any(code)
    }

    /// Tells whether the source was used up when parsing failed (`_is_end_of_source`).
    pub fn at_end_of_source(&self) -> bool {
        let unterminated = |raised: &Raised| raised.message.starts_with("unterminated");
        let stopped_early = match self.token_stop {
            Some(Stop::Raised) => !self.raised.as_ref().is_some_and(unterminated),
            Some(Stop::Noted) => true,
            Some(Stop::Eof) | None => false,
        };
        // Most tokens at the very end were known to end by reading on.
        let adds_newline = self.options.mode == Mode::Module;
        let read_on = |token: &Token| {
            let closes = matches!(token.kind, Kind::String | Kind::FStringEnd | Kind::Newline);
            !closes && !adds_newline && token.end as usize >= self.source.len()
        };
        let is_at_end = self.tokenizer.is_at_end() || self.tokens.last().is_some_and(read_on);
        is_at_end && !stopped_early
    }

    /// Reads one more token (`_PyPegen_fill_token`).
    pub fn fill(&mut self) -> bool {
        let step = self.tokenizer.next_token();
        self.memos.push(Vec::new());
        match step {
            Ok(mut token) => {
                let interactive = self.options.mode == Mode::Single;
                if interactive && token.kind == Kind::EndMarker && self.interactive_started {
                    token.kind = Kind::Newline;
                    self.interactive_started = false;
                    if !self.options.prompt.keeps_blocks_open {
                        self.tokenizer.close_blocks();
                    }
                } else {
                    self.interactive_started = true;
                }
                self.tokens.push(token);
                true
            }
            Err(error) => {
                self.tokens.push(self.error_token());
                self.token_stop = Some(error.stop);
                self.failed = true;
                self.raise_token_error(&error);
                false
            }
        }
    }

    /// What CPython puts in the place of a token that could not be read: it matches nothing.
    fn error_token(&self) -> Token {
        let at = self.tokenizer.position() as u32;
        let line = self.tokenizer.line();
        Token {
            start: at,
            end: at,
            line,
            col: NO_COLUMN,
            end_line: line,
            end_col: NO_COLUMN,
            kind: Kind::Nl,
            level: 0,
        }
    }

    /// The token to come, read when it was not yet.
    fn next_token(&mut self) -> Option<Token> {
        if self.mark == self.tokens.len() && !self.fill() {
            self.failed = true;
            return None;
        }
        self.tokens.get(self.mark).copied()
    }

    /// Takes the next token if it is of a kind (`_PyPegen_expect_token`).
    fn expect(&mut self, kind: Kind) -> Option<Value> {
        let token = self.next_token()?;
        (token.kind == kind).then(|| self.take())
    }

    fn take(&mut self) -> Value {
        self.mark += 1;
        Value::Token((self.mark - 1) as u32)
    }

    /// Goes one rule deeper, or fails for good when that is too deep.
    fn enter(&mut self) {
        if self.depth == MAX_DEPTH {
            self.raise_memory();
        }
        self.depth += 1;
    }

    fn rule(&mut self, id: RuleId) -> Option<Value> {
        self.enter();
        let value = self.rule_at_depth(id);
        self.depth -= 1;
        value
    }

    fn rule_at_depth(&mut self, id: RuleId) -> Option<Value> {
        let grammar = self.grammar;
        let rule = grammar.rule(id);
        if rule.left {
            return self.left_recursive(id, rule);
        }
        if self.failed {
            return None;
        }
        if rule.memo {
            self.next_token()?;
            if let Some(found) = self.recall(id) {
                return found;
            }
        }
        let start = self.mark;
        let outer = self.invalid_rules;
        self.invalid_rules = outer && !rule.without_invalid;
        let value = self.alternatives(rule);
        self.invalid_rules = outer;
        if rule.memo {
            self.remember(start, id, value);
        }
        value
    }

    /// Grows the result of a left-recursive rule from the shortest on.
    fn left_recursive(&mut self, id: RuleId, rule: &'static Rule) -> Option<Value> {
        self.next_token()?;
        if let Some(found) = self.recall(id) {
            return found;
        }
        let start = self.mark;
        let mut end = self.mark;
        let mut best = None;
        loop {
            self.remember(start, id, best);
            self.mark = start;
            self.enter();
            let grown = if self.failed {
                None
            } else {
                self.alternatives(rule)
            };
            self.depth -= 1;
            if self.failed {
                return None;
            }
            if grown.is_none() || self.mark <= end {
                break;
            }
            end = self.mark;
            best = grown;
        }
        self.mark = end;
        best
    }

    fn recall(&mut self, id: RuleId) -> Option<Option<Value>> {
        let memos = self.memos.get(self.mark)?;
        let memo = *memos.iter().find(|memo| memo.rule == id)?;
        self.mark = memo.mark as usize;
        Some(memo.value)
    }

    fn remember(&mut self, start: usize, rule: RuleId, value: Option<Value>) {
        let mark = self.mark as u32;
        let Some(memos) = self.memos.get_mut(start) else {
            return;
        };
        let memo = Memo { rule, mark, value };
        match memos.iter_mut().find(|memo| memo.rule == rule) {
            Some(known) => *known = memo,
            None => memos.push(memo),
        }
    }

    fn alternatives(&mut self, rule: &'static Rule) -> Option<Value> {
        let start = self.mark;
        for alternative in &rule.alternatives {
            if self.failed {
                return None;
            }
            if alternative.invalid && !self.invalid_rules {
                continue;
            }
            let mut slots = [Value::Absent; MAX_SLOTS];
            let mut cut = false;
            match self.items(alternative, &mut slots, &mut cut) {
                // CPython leaves the rule here even when the action gives nothing.
                Some(only) => return self.act(alternative, &slots, only, start),
                None => self.mark = start,
            }
            if cut {
                return None;
            }
        }
        None
    }

    /// Matches an alternative's items, giving the value of its only item where that matters.
    fn items(
        &mut self,
        alternative: &'static Alternative,
        slots: &mut [Value; MAX_SLOTS],
        cut: &mut bool,
    ) -> Option<Value> {
        let only_index = match alternative.action {
            Action::Only(index) => index,
            _ => usize::MAX,
        };
        let mut only = Value::Matched;
        for (index, Item { slot, what }) in alternative.items.iter().enumerate() {
            if matches!(what, What::Cut) {
                *cut = true;
                continue;
            }
            let value = self.matches(what)?;
            if let Some(place) = slot.and_then(|slot| slots.get_mut(slot as usize)) {
                *place = value;
            }
            if index == only_index {
                only = value;
            }
        }
        Some(only)
    }

    fn matches(&mut self, what: &'static What) -> Option<Value> {
        match what {
            What::Token(kind) => {
                let value = self.expect(*kind)?;
                if *kind == Kind::Number {
                    self.check_number(value)?;
                }
                Some(value)
            }
            What::Soft(word) => self.soft(|text| text == *word),
            What::AnySoft => self.soft(is_soft_keyword),
            What::TypeComment => {
                self.next_token()?;
                None
            }
            What::Rule(id) => self.rule(*id),
            What::Optional(inner) => {
                let value = self.matches(inner).unwrap_or(Value::Absent);
                (!self.failed).then_some(value)
            }
            What::Repeat {
                element,
                at_least_one,
            } => self.repeat(element, *at_least_one),
            What::Separated { separator, element } => self.separated(separator, element),
            What::Look { wanted, what } => {
                let mark = self.mark;
                let found = self.matches(what).is_some();
                self.mark = mark;
                (found == *wanted).then_some(Value::Matched)
            }
            What::Forced(kind) => self.forced(*kind),
            What::Cut => Some(Value::Matched),
        }
    }

    /// Takes a name that is spelled as wanted.
    fn soft(&mut self, wanted: impl Fn(&str) -> bool) -> Option<Value> {
        let token = self.next_token()?;
        let fits = token.kind == Kind::Name && wanted(token.text(self.source));
        fits.then(|| self.take())
    }

    fn repeat(&mut self, element: &'static What, at_least_one: bool) -> Option<Value> {
        self.enter();
        let value = self.repeated(Vec::new(), at_least_one, |parser| parser.matches(element));
        self.depth -= 1;
        value
    }

    fn separated(&mut self, separator: &'static What, element: &'static What) -> Option<Value> {
        self.enter();
        let start = self.mark;
        let mut value = None;
        if !self.failed
            && let Some(first) = self.matches(element)
        {
            self.enter();
            value = self.repeated(vec![first], false, |parser| {
                parser.matches(separator)?;
                parser.matches(element)
            });
            self.depth -= 1;
        }
        if value.is_none() {
            self.mark = start;
        }
        self.depth -= 1;
        value
    }

    fn repeated(
        &mut self,
        mut values: Vec<Value>,
        at_least_one: bool,
        mut one: impl FnMut(&mut Self) -> Option<Value>,
    ) -> Option<Value> {
        if self.failed {
            return None;
        }
        let first = self.mark;
        let mut end = self.mark;
        while let Some(value) = one(self) {
            values.push(value);
            end = self.mark;
        }
        self.mark = end;
        if at_least_one && (values.is_empty() || self.failed) {
            return None;
        }
        Some(self.sequence(&values, first))
    }

    /// Demands a token (`_PyPegen_expect_forced_token`).
    fn forced(&mut self, kind: Kind) -> Option<Value> {
        if self.failed {
            return None;
        }
        let token = self.next_token()?;
        if token.kind == kind {
            return Some(self.take());
        }
        let words = format!("expected '{}'", kind.text());
        let span = self.span(Value::Token(self.mark as u32));
        self.raise_range(span, span, words);
        None
    }

    fn act(
        &mut self,
        alternative: &'static Alternative,
        slots: &[Value; MAX_SLOTS],
        only: Value,
        start: usize,
    ) -> Option<Value> {
        match &alternative.action {
            Action::Matched => Some(Value::Matched),
            Action::Only(_) => Some(only),
            Action::Slot(slot) => slots.get(*slot as usize).copied(),
            Action::Node(class, named) => {
                let values: Vec<Value> = named
                    .iter()
                    .filter_map(|&slot| slots.get(slot as usize).copied())
                    .collect();
                Some(self.node(*class, &values, start))
            }
            Action::Raise(raise) => {
                self.raise(raise, slots);
                None
            }
            Action::Call(function, named) => {
                let mut arguments = [Value::Absent; MAX_SLOTS];
                for (argument, &slot) in arguments.iter_mut().zip(named) {
                    *argument = slots.get(slot as usize).copied().unwrap_or(Value::Absent);
                }
                self.call(*function, arguments, start)
            }
        }
    }

    fn sequence(&mut self, values: &[Value], first: usize) -> Value {
        let from = self.kids.len() as u32;
        self.kids.extend_from_slice(values);
        self.push_node(Node {
            class: Class::Seq,
            first: first as u32,
            last: first as u32,
            kids: (from, self.kids.len() as u32),
        })
    }

    /// Makes a node of what was matched from a token on, sequences among its parts taken apart.
    pub fn node(&mut self, class: Class, parts: &[Value], start: usize) -> Value {
        let from = self.kids.len() as u32;
        for &part in parts {
            match part {
                Value::Absent => {}
                Value::Node(index) if self.class(part) == Some(Class::Seq) => {
                    let (from, to) = self
                        .nodes
                        .get(index as usize)
                        .map_or((0, 0), |node| node.kids);
                    self.kids.extend_from_within(from as usize..to as usize);
                }
                _ => self.kids.push(part),
            }
        }
        self.push_node(Node {
            class,
            first: start as u32,
            last: self.last_visible_token(),
            kids: (from, self.kids.len() as u32),
        })
    }

    fn push_node(&mut self, node: Node) -> Value {
        self.nodes.push(node);
        Value::Node((self.nodes.len() - 1) as u32)
    }

    /// The last token taken that is not a line end or a change of indentation
    /// (`_PyPegen_get_last_nonnwhitespace_token`).
    fn last_visible_token(&self) -> u32 {
        let taken = self.tokens.get(..self.mark).unwrap_or_default();
        let visible = |token: &Token| {
            let blank = [Kind::EndMarker, Kind::Newline, Kind::Indent, Kind::Dedent];
            !blank.contains(&token.kind)
        };
        taken.iter().rposition(visible).unwrap_or(0) as u32
    }

    pub fn class(&self, value: Value) -> Option<Class> {
        self.node_of(value).map(|node| node.class)
    }

    pub fn node_of(&self, value: Value) -> Option<Node> {
        match value {
            Value::Node(index) => self.nodes.get(index as usize).copied(),
            _ => None,
        }
    }

    pub fn token_of(&self, value: Value) -> Option<Token> {
        match value {
            Value::Token(index) => self.tokens.get(index as usize).copied(),
            _ => None,
        }
    }

    /// The parts of a node.
    pub fn kids(&self, value: Value) -> &[Value] {
        let (from, to) = self.node_of(value).map_or((0, 0), |node| node.kids);
        self.kids
            .get(from as usize..to as usize)
            .unwrap_or_default()
    }
}

/// Compares as CPython does, a beginning of a soft keyword being enough (`_PyPegen_soft_keyword_token`).
fn is_soft_keyword(text: &str) -> bool {
    SOFT_KEYWORDS
        .iter()
        .any(|keyword| keyword.starts_with(text))
}
