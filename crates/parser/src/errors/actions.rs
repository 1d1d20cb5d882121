//! What the grammar's alternatives do: classes of nodes, and the checks of `Parser/action_helpers.c`.

use hognose_tokens::Kind;

use super::engine::{Parser, Value};
use super::grammar::MAX_SLOTS;
use super::strings;
use crate::error::SyntaxErrorKind;

/// Declares the classes of nodes, with the words that errors have for the expressions among them.
macro_rules! classes {
    ($($class:ident $name:literal)*) => {
        /// What a node is.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Class { $($class,)* }

        impl Class {
            /// Finds the class spelled so in the grammar.
            pub fn named(name: &str) -> Option<Class> {
                match name { $(stringify!($class) => Some(Class::$class),)* _ => None }
            }

            /// What CPython calls such an expression (`_PyPegen_get_expr_name`); nothing for other nodes.
            fn expression_name(self) -> &'static str {
                match self { $(Class::$class => $name,)* }
            }
        }
    };
}

classes! {
    Attribute "attribute"
    Await "await expression"
    BinOp "expression"
    BoolOp "expression"
    Bytes "literal"
    Call "function call"
    Compare "comparison"
    Dict "dict literal"
    DictComp "dict comprehension"
    GeneratorExp "generator expression"
    IfExp "conditional expression"
    JoinedStr "f-string expression"
    Lambda "lambda"
    List "list"
    ListComp "list comprehension"
    NamedExpr "named expression"
    Set "set display"
    SetComp "set comprehension"
    Starred "starred"
    Str "literal"
    Subscript "subscript"
    Tuple "tuple"
    UnaryOp "expression"
    Yield "yield expression"
    YieldFrom "yield expression"
    Arguments ""
    Comprehension ""
    FormattedValue ""
    In ""
    Keyword ""
    KeywordUnpack ""
    Param ""
    Pattern ""
    Seq ""
    Slice ""
}

/// Declares the functions that the grammar calls.
macro_rules! functions {
    ($($(#[$doc:meta])* $function:ident $name:literal)*) => {
        /// A check that needs more than an error at a place.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(super) enum Function { $($(#[$doc])* $function,)* }

        impl Function {
            /// Finds the function spelled so in the grammar.
            pub fn named(name: &str) -> Option<Function> {
                match name { $($name => Some(Function::$function),)* _ => None }
            }
        }
    };
}

functions! {
    /// Gives nothing: what follows is not there.
    Nothing "nothing"
    AssignmentTarget "assignment_target"
    DeletionTarget "deletion_target"
    LoopTarget "loop_target"
    LegacyCall "legacy_call"
    ForgottenComma "forgotten_comma"
    BareGenerator "bare_generator"
    PositionalAfterKeyword "positional_after_keyword"
    DictionaryKey "dictionary_key"
    BoundOfTuple "bound_of_tuple"
    BoundOfSpec "bound_of_spec"
    Real "real"
    Imaginary "imaginary"
    StandardUnequal "standard_unequal"
    Literal "literal"
    Concatenate "concatenate"
    Joined "joined"
    Formatted "formatted"
    Conversion "conversion"
    FormatText "format_text"
}

/// What a target is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Assignment,
    Deletion,
    Loop,
}

/// Digits an integer may have in decimal (`sys.get_int_max_str_digits()` as CPython starts).
const MAX_DIGITS: usize = 4300;

impl Parser<'_> {
    pub fn call(
        &mut self,
        function: Function,
        [a, b, ..]: [Value; MAX_SLOTS],
        start: usize,
    ) -> Option<Value> {
        match function {
            Function::Nothing => None,
            Function::AssignmentTarget => self.refuse_target(a, Target::Assignment),
            Function::DeletionTarget => self.refuse_target(a, Target::Deletion),
            Function::LoopTarget => self.refuse_target(a, Target::Loop),
            Function::LegacyCall => self.legacy_call(a, b),
            Function::ForgottenComma => self.forgotten_comma(a, b),
            Function::BareGenerator => self.bare_generator(a, b),
            Function::PositionalAfterKeyword => self.positional_after_keyword(a),
            Function::DictionaryKey => self.dictionary_key(a),
            Function::BoundOfTuple => self.bound(a, b, "TypeVarTuple"),
            Function::BoundOfSpec => self.bound(a, b, "ParamSpec"),
            Function::Real => self.number_of(a, false, "real number required in complex literal"),
            Function::Imaginary => {
                self.number_of(a, true, "imaginary number required in complex literal")
            }
            // `<>` is spelled so only under `from __future__ import barry_as_FLUFL`.
            Function::StandardUnequal => (self.text(a) == "!=").then_some(a),
            Function::Literal => self.literal(a, start),
            Function::Concatenate => self.concatenate(a, start),
            Function::Joined => self.joined(a, b, start),
            Function::Formatted => self.formatted(a, start),
            Function::Conversion => self.conversion(a, b),
            Function::FormatText => self.format_text(a),
        }
    }

    /// What CPython calls an expression.
    pub fn expression_name(&self, value: Value) -> &'static str {
        if let Some(token) = self.token_of(value) {
            return match token.kind {
                Kind::Name => "name",
                Kind::True => "True",
                Kind::False => "False",
                Kind::None => "None",
                Kind::Ellipsis => "ellipsis",
                _ => "literal",
            };
        }
        self.class(value).map_or("", Class::expression_name)
    }

    /// The source text of a token.
    pub fn text(&self, value: Value) -> &str {
        self.token_of(value)
            .map_or("", |token| token.text(self.source))
    }

    pub fn first(&self, value: Value) -> Value {
        self.kids(value).first().copied().unwrap_or(value)
    }

    pub fn last(&self, value: Value) -> Value {
        self.kids(value).last().copied().unwrap_or(value)
    }

    /// The last condition of the last clause, or what that clause goes through
    /// (`_PyPegen_get_last_comprehension_item`).
    pub fn last_of_clauses(&self, clauses: Value) -> Value {
        self.last(self.last(clauses))
    }

    /// Raises what cannot be assigned to or deleted (`RAISE_SYNTAX_ERROR_INVALID_TARGET`).
    fn refuse_target(&mut self, value: Value, target: Target) -> Option<Value> {
        let invalid = self.invalid_target(value, target)?;
        let verb = if target == Target::Deletion {
            "delete"
        } else {
            "assign to"
        };
        let words = format!("cannot {verb} {}", self.expression_name(invalid));
        let span = self.span(invalid);
        self.raise_range(span, span, words);
        None
    }

    /// Finds the part that is no target (`_PyPegen_get_invalid_target`).
    fn invalid_target(&self, value: Value, target: Target) -> Option<Value> {
        if let Some(token) = self.token_of(value) {
            return (token.kind != Kind::Name).then_some(value);
        }
        match self.class(value)? {
            Class::List | Class::Tuple => {
                let parts = self.kids(value);
                parts
                    .iter()
                    .find_map(|&part| self.invalid_target(part, target))
            }
            Class::Starred if target == Target::Deletion => Some(value),
            Class::Starred => self.invalid_target(self.first(value), target),
            // The `a in b` of `for a in b` is read as a comparison.
            Class::Compare if target == Target::Loop => {
                let compared = self.kids(value);
                let operator = compared.get(1).and_then(|&pair| self.class(pair));
                match (compared.first(), operator) {
                    (Some(&left), Some(Class::In)) => self.invalid_target(left, target),
                    _ => None,
                }
            }
            Class::Subscript | Class::Attribute => None,
            _ => Some(value),
        }
    }

    /// Tells whether a name is that of a statement of Python 2 (`_PyPegen_check_legacy_stmt`).
    fn is_legacy(&self, value: Value) -> bool {
        let is_name = self
            .token_of(value)
            .is_some_and(|token| token.kind == Kind::Name);
        is_name && matches!(self.text(value), "print" | "exec")
    }

    fn legacy_call(&mut self, name: Value, arguments: Value) -> Option<Value> {
        if self.is_legacy(name) {
            let name_text = self.text(name);
            let words = format!(
                "Missing parentheses in call to '{name_text}'. Did you mean {name_text}(...)?"
            );
            self.raise_range(self.span(name), self.span(arguments), words);
        }
        None
    }

    /// Two expressions side by side, inside brackets.
    fn forgotten_comma(&mut self, left: Value, right: Value) -> Option<Value> {
        let previous = self.mark.checked_sub(1).and_then(|at| self.tokens.get(at));
        let in_brackets = previous.is_some_and(|token| token.level > 0);
        if in_brackets && !self.is_legacy(left) {
            let words = "invalid syntax. Perhaps you forgot a comma?".to_owned();
            self.raise_range(self.span(left), self.span(right), words);
        }
        None
    }

    /// A generator expression after other arguments (`_PyPegen_nonparen_genexp_in_call`).
    fn bare_generator(&mut self, arguments: Value, clauses: Value) -> Option<Value> {
        let is_keyword = |value: &&Value| {
            matches!(
                self.class(**value),
                Some(Class::Keyword | Class::KeywordUnpack)
            )
        };
        let mut positional = self
            .kids(arguments)
            .iter()
            .filter(|value| !is_keyword(value));
        let (count, last) = (positional.clone().count(), positional.next_back().copied());
        if count > 1
            && let Some(last) = last
        {
            let words = "Generator expression must be parenthesized".to_owned();
            let end = self.last_of_clauses(clauses);
            self.raise_range(self.span(last), self.span(end), words);
        }
        None
    }

    /// (`_PyPegen_arguments_parsing_error`.)
    fn positional_after_keyword(&mut self, arguments: Value) -> Option<Value> {
        let is_unpack = |&value: &Value| self.class(value) == Some(Class::KeywordUnpack);
        let mut words = "positional argument follows keyword argument".to_owned();
        if self.kids(arguments).iter().any(is_unpack) {
            words.push_str(" unpacking");
        }
        self.raise_last(SyntaxErrorKind::Syntax, words);
        None
    }

    fn dictionary_key(&mut self, key: Value) -> Option<Value> {
        let mut from = self.span(key);
        from.col = from.end_col - 1;
        let to = super::raise::Span {
            end_col: -1,
            ..from
        };
        self.raise_range(from, to, "':' expected after dictionary key".to_owned());
        None
    }

    /// A bound on a parameter that takes none.
    fn bound(&mut self, colon: Value, bound: Value, of: &str) -> Option<Value> {
        let what = match self.class(bound) {
            Some(Class::Tuple) => "constraints",
            _ => "bound",
        };
        self.raise_range(
            self.span(colon),
            self.here(),
            format!("cannot use {what} with {of}"),
        );
        None
    }

    fn number_of(&mut self, number: Value, imaginary: bool, words: &str) -> Option<Value> {
        if self.text(number).ends_with(['j', 'J']) == imaginary {
            return Some(number);
        }
        let span = self.span(number);
        self.raise_range(span, span, words.to_owned());
        None
    }

    /// Refuses an integer that would take too long to convert (`_PyPegen_number_token`).
    pub fn check_number(&mut self, value: Value) -> Option<()> {
        let text = self.text(value);
        if text.len() <= MAX_DIGITS || text.starts_with('0') {
            return Some(());
        }
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let decimal = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_');
        if !decimal || digits <= MAX_DIGITS {
            return Some(());
        }
        let words = format!(
            "Exceeds the limit ({MAX_DIGITS} digits) for integer string conversion: value has {digits} digits; \
             use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
             literals to avoid decimal conversion limits."
        );
        self.raise_without_column(value, words);
        None
    }

    /// One string literal (`_PyPegen_constant_from_string`).
    fn literal(&mut self, token: Value, start: usize) -> Option<Value> {
        let literal = strings::Literal::of(self.text(token));
        if literal.is_bytes && !literal.body.is_ascii() {
            let span = self.span(token);
            let words = "bytes can only contain ASCII literal characters".to_owned();
            self.raise_range(span, span, words);
            return None;
        }
        if let Err(error) = literal.check() {
            self.raise_last(SyntaxErrorKind::Syntax, error.to_string());
            return None;
        }
        let class = if literal.is_bytes {
            Class::Bytes
        } else {
            Class::Str
        };
        Some(self.node(class, &[], start))
    }

    /// Literals side by side (`_PyPegen_concatenate_strings`).
    fn concatenate(&mut self, parts: Value, start: usize) -> Option<Value> {
        let has = |class| {
            let is = |&part: &Value| self.class(part) == Some(class);
            self.kids(parts).iter().any(is)
        };
        let (bytes, text, format) = (has(Class::Bytes), has(Class::Str), has(Class::JoinedStr));
        if bytes && (text || format) {
            let words = "cannot mix bytes and nonbytes literals".to_owned();
            self.raise_last(SyntaxErrorKind::Syntax, words);
            return None;
        }
        let class = match (format, bytes) {
            (true, _) => Class::JoinedStr,
            (false, true) => Class::Bytes,
            (false, false) => Class::Str,
        };
        Some(self.node(class, &[], start))
    }

    /// An f-string (`_PyPegen_joined_str`).
    fn joined(&mut self, opening: Value, parts: Value, start: usize) -> Option<Value> {
        let raw = self.text(opening).contains(['r', 'R']);
        for part in self.kids(parts).to_vec() {
            if self.token_of(part).is_some()
                && !raw
                && let Err(error) = strings::check_text(self.text(part))
            {
                self.raise_last(SyntaxErrorKind::Syntax, error.to_string());
                return None;
            }
        }
        Some(self.node(Class::JoinedStr, &[], start))
    }

    /// A replacement field (`_PyPegen_formatted_value`).
    fn formatted(&mut self, conversion: Value, start: usize) -> Option<Value> {
        let name = self.text(conversion);
        if self.token_of(conversion).is_some() && !matches!(name, "s" | "r" | "a") {
            let words = format!(
                "f-string: invalid conversion character '{name}': expected 's', 'r', or 'a'"
            );
            let span = self.span(conversion);
            self.raise_range(span, span, words);
            return None;
        }
        Some(self.node(Class::FormattedValue, &[], start))
    }

    /// The letter after an exclamation mark (`_PyPegen_check_fstring_conversion`).
    fn conversion(&mut self, mark: Value, letter: Value) -> Option<Value> {
        let (from, to) = (self.span(mark), self.span(letter));
        if from.line == to.line && from.end_col == to.col {
            return Some(letter);
        }
        let words = "f-string: conversion type must come right after the exclamanation mark";
        self.raise_range(from, to, words.to_owned());
        None
    }

    /// Text in a format spec, whose decoding CPython leaves without a place
    /// (`_PyPegen_decoded_constant_from_token`).
    fn format_text(&mut self, token: Value) -> Option<Value> {
        match strings::check_text(self.text(token)) {
            Ok(()) => Some(token),
            Err(error) => {
                let words = error.to_string().replace("(unicode error) ", "");
                self.raise_placeless(SyntaxErrorKind::Unicode, words);
                None
            }
        }
    }
}
