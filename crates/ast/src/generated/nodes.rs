// Generated from data/ast.toml by `cargo xtask codegen`: do not edit.

//! The node types.

use crate::{Constant, Kind, Loc, Name};

/// What one parse gives back.
#[derive(Debug, PartialEq)]
pub enum Mod<'a> {
    /// A file.
    Module(&'a mut Module<'a>),
    /// One statement typed at the prompt.
    Interactive(&'a mut Interactive<'a>),
    /// The argument of `eval`.
    Expression(&'a mut Expression<'a>),
}

/// A file.
#[derive(Debug, PartialEq)]
pub struct Module<'a> {
    pub body: &'a mut [Stmt<'a>],
}

/// One statement typed at the prompt.
#[derive(Debug, PartialEq)]
pub struct Interactive<'a> {
    pub body: &'a mut [Stmt<'a>],
}

/// The argument of `eval`.
#[derive(Debug, PartialEq)]
pub struct Expression<'a> {
    pub body: Expr<'a>,
}

/// A statement.
#[derive(Debug, PartialEq)]
pub enum Stmt<'a> {
    /// `def name(args): body`
    FunctionDef(&'a mut FunctionDef<'a>),
    /// `async def name(args): body`
    AsyncFunctionDef(&'a mut AsyncFunctionDef<'a>),
    /// `class name(bases, keywords): body`
    ClassDef(&'a mut ClassDef<'a>),
    /// `return value`
    Return(&'a mut Return<'a>),
    /// `del targets`
    Delete(&'a mut Delete<'a>),
    /// `target = target = value`
    Assign(&'a mut Assign<'a>),
    /// `type name[type_params] = value`
    TypeAlias(&'a mut TypeAlias<'a>),
    /// `target op= value`
    AugAssign(&'a mut AugAssign<'a>),
    /// `target: annotation = value`; `simple` when the target is a bare name.
    AnnAssign(&'a mut AnnAssign<'a>),
    /// `for target in iter: body else: orelse`
    For(&'a mut For<'a>),
    /// `async for target in iter: body else: orelse`
    AsyncFor(&'a mut AsyncFor<'a>),
    /// `while test: body else: orelse`
    While(&'a mut While<'a>),
    /// `if test: body else: orelse`; an `elif` is an `If` alone in `orelse`.
    If(&'a mut If<'a>),
    /// `with items: body`
    With(&'a mut With<'a>),
    /// `async with items: body`
    AsyncWith(&'a mut AsyncWith<'a>),
    /// `match subject: cases`
    Match(&'a mut Match<'a>),
    /// `raise exc from cause`
    Raise(&'a mut Raise<'a>),
    /// `try: body except …: … else: orelse finally: finalbody`
    Try(&'a mut Try<'a>),
    /// `try` with `except*` handlers.
    TryStar(&'a mut TryStar<'a>),
    /// `assert test, msg`
    Assert(&'a mut Assert<'a>),
    /// `import names`
    Import(&'a mut Import<'a>),
    /// `from ..module import names`; `level` counts the dots.
    ImportFrom(&'a mut ImportFrom<'a>),
    /// `global names`
    Global(&'a mut Global<'a>),
    /// `nonlocal names`
    Nonlocal(&'a mut Nonlocal<'a>),
    /// An expression evaluated for its effect.
    Expr(&'a mut ExprStmt<'a>),
    /// `pass`
    Pass(&'a mut Pass),
    /// `break`
    Break(&'a mut Break),
    /// `continue`
    Continue(&'a mut Continue),
}

impl Stmt<'_> {
    /// Where the node stands in the source.
    pub fn loc(&self) -> Loc {
        match self {
            Stmt::FunctionDef(node) => node.loc,
            Stmt::AsyncFunctionDef(node) => node.loc,
            Stmt::ClassDef(node) => node.loc,
            Stmt::Return(node) => node.loc,
            Stmt::Delete(node) => node.loc,
            Stmt::Assign(node) => node.loc,
            Stmt::TypeAlias(node) => node.loc,
            Stmt::AugAssign(node) => node.loc,
            Stmt::AnnAssign(node) => node.loc,
            Stmt::For(node) => node.loc,
            Stmt::AsyncFor(node) => node.loc,
            Stmt::While(node) => node.loc,
            Stmt::If(node) => node.loc,
            Stmt::With(node) => node.loc,
            Stmt::AsyncWith(node) => node.loc,
            Stmt::Match(node) => node.loc,
            Stmt::Raise(node) => node.loc,
            Stmt::Try(node) => node.loc,
            Stmt::TryStar(node) => node.loc,
            Stmt::Assert(node) => node.loc,
            Stmt::Import(node) => node.loc,
            Stmt::ImportFrom(node) => node.loc,
            Stmt::Global(node) => node.loc,
            Stmt::Nonlocal(node) => node.loc,
            Stmt::Expr(node) => node.loc,
            Stmt::Pass(node) => node.loc,
            Stmt::Break(node) => node.loc,
            Stmt::Continue(node) => node.loc,
        }
    }

    /// Moves the node.
    pub fn set_loc(&mut self, loc: Loc) {
        match self {
            Stmt::FunctionDef(node) => node.loc = loc,
            Stmt::AsyncFunctionDef(node) => node.loc = loc,
            Stmt::ClassDef(node) => node.loc = loc,
            Stmt::Return(node) => node.loc = loc,
            Stmt::Delete(node) => node.loc = loc,
            Stmt::Assign(node) => node.loc = loc,
            Stmt::TypeAlias(node) => node.loc = loc,
            Stmt::AugAssign(node) => node.loc = loc,
            Stmt::AnnAssign(node) => node.loc = loc,
            Stmt::For(node) => node.loc = loc,
            Stmt::AsyncFor(node) => node.loc = loc,
            Stmt::While(node) => node.loc = loc,
            Stmt::If(node) => node.loc = loc,
            Stmt::With(node) => node.loc = loc,
            Stmt::AsyncWith(node) => node.loc = loc,
            Stmt::Match(node) => node.loc = loc,
            Stmt::Raise(node) => node.loc = loc,
            Stmt::Try(node) => node.loc = loc,
            Stmt::TryStar(node) => node.loc = loc,
            Stmt::Assert(node) => node.loc = loc,
            Stmt::Import(node) => node.loc = loc,
            Stmt::ImportFrom(node) => node.loc = loc,
            Stmt::Global(node) => node.loc = loc,
            Stmt::Nonlocal(node) => node.loc = loc,
            Stmt::Expr(node) => node.loc = loc,
            Stmt::Pass(node) => node.loc = loc,
            Stmt::Break(node) => node.loc = loc,
            Stmt::Continue(node) => node.loc = loc,
        }
    }
}

/// `def name(args): body`
#[derive(Debug, PartialEq)]
pub struct FunctionDef<'a> {
    pub loc: Loc,
    pub name: Name,
    pub args: &'a mut Arguments<'a>,
    pub body: &'a mut [Stmt<'a>],
    pub decorator_list: &'a mut [Expr<'a>],
    pub returns: Option<Expr<'a>>,
    pub type_params: &'a mut [TypeParam<'a>],
}

/// `async def name(args): body`
#[derive(Debug, PartialEq)]
pub struct AsyncFunctionDef<'a> {
    pub loc: Loc,
    pub name: Name,
    pub args: &'a mut Arguments<'a>,
    pub body: &'a mut [Stmt<'a>],
    pub decorator_list: &'a mut [Expr<'a>],
    pub returns: Option<Expr<'a>>,
    pub type_params: &'a mut [TypeParam<'a>],
}

/// `class name(bases, keywords): body`
#[derive(Debug, PartialEq)]
pub struct ClassDef<'a> {
    pub loc: Loc,
    pub name: Name,
    pub bases: &'a mut [Expr<'a>],
    pub keywords: &'a mut [Keyword<'a>],
    pub body: &'a mut [Stmt<'a>],
    pub decorator_list: &'a mut [Expr<'a>],
    pub type_params: &'a mut [TypeParam<'a>],
}

/// `return value`
#[derive(Debug, PartialEq)]
pub struct Return<'a> {
    pub loc: Loc,
    pub value: Option<Expr<'a>>,
}

/// `del targets`
#[derive(Debug, PartialEq)]
pub struct Delete<'a> {
    pub loc: Loc,
    pub targets: &'a mut [Expr<'a>],
}

/// `target = target = value`
#[derive(Debug, PartialEq)]
pub struct Assign<'a> {
    pub loc: Loc,
    pub targets: &'a mut [Expr<'a>],
    pub value: Expr<'a>,
}

/// `type name[type_params] = value`
#[derive(Debug, PartialEq)]
pub struct TypeAlias<'a> {
    pub loc: Loc,
    pub name: Expr<'a>,
    pub type_params: &'a mut [TypeParam<'a>],
    pub value: Expr<'a>,
}

/// `target op= value`
#[derive(Debug, PartialEq)]
pub struct AugAssign<'a> {
    pub loc: Loc,
    pub target: Expr<'a>,
    pub op: Operator,
    pub value: Expr<'a>,
}

/// `target: annotation = value`; `simple` when the target is a bare name.
#[derive(Debug, PartialEq)]
pub struct AnnAssign<'a> {
    pub loc: Loc,
    pub target: Expr<'a>,
    pub annotation: Expr<'a>,
    pub value: Option<Expr<'a>>,
    pub simple: bool,
}

/// `for target in iter: body else: orelse`
#[derive(Debug, PartialEq)]
pub struct For<'a> {
    pub loc: Loc,
    pub target: Expr<'a>,
    pub iter: Expr<'a>,
    pub body: &'a mut [Stmt<'a>],
    pub orelse: &'a mut [Stmt<'a>],
}

/// `async for target in iter: body else: orelse`
#[derive(Debug, PartialEq)]
pub struct AsyncFor<'a> {
    pub loc: Loc,
    pub target: Expr<'a>,
    pub iter: Expr<'a>,
    pub body: &'a mut [Stmt<'a>],
    pub orelse: &'a mut [Stmt<'a>],
}

/// `while test: body else: orelse`
#[derive(Debug, PartialEq)]
pub struct While<'a> {
    pub loc: Loc,
    pub test: Expr<'a>,
    pub body: &'a mut [Stmt<'a>],
    pub orelse: &'a mut [Stmt<'a>],
}

/// `if test: body else: orelse`; an `elif` is an `If` alone in `orelse`.
#[derive(Debug, PartialEq)]
pub struct If<'a> {
    pub loc: Loc,
    pub test: Expr<'a>,
    pub body: &'a mut [Stmt<'a>],
    pub orelse: &'a mut [Stmt<'a>],
}

/// `with items: body`
#[derive(Debug, PartialEq)]
pub struct With<'a> {
    pub loc: Loc,
    pub items: &'a mut [WithItem<'a>],
    pub body: &'a mut [Stmt<'a>],
}

/// `async with items: body`
#[derive(Debug, PartialEq)]
pub struct AsyncWith<'a> {
    pub loc: Loc,
    pub items: &'a mut [WithItem<'a>],
    pub body: &'a mut [Stmt<'a>],
}

/// `match subject: cases`
#[derive(Debug, PartialEq)]
pub struct Match<'a> {
    pub loc: Loc,
    pub subject: Expr<'a>,
    pub cases: &'a mut [MatchCase<'a>],
}

/// `raise exc from cause`
#[derive(Debug, PartialEq)]
pub struct Raise<'a> {
    pub loc: Loc,
    pub exc: Option<Expr<'a>>,
    pub cause: Option<Expr<'a>>,
}

/// `try: body except …: … else: orelse finally: finalbody`
#[derive(Debug, PartialEq)]
pub struct Try<'a> {
    pub loc: Loc,
    pub body: &'a mut [Stmt<'a>],
    pub handlers: &'a mut [ExceptHandler<'a>],
    pub orelse: &'a mut [Stmt<'a>],
    pub finalbody: &'a mut [Stmt<'a>],
}

/// `try` with `except*` handlers.
#[derive(Debug, PartialEq)]
pub struct TryStar<'a> {
    pub loc: Loc,
    pub body: &'a mut [Stmt<'a>],
    pub handlers: &'a mut [ExceptHandler<'a>],
    pub orelse: &'a mut [Stmt<'a>],
    pub finalbody: &'a mut [Stmt<'a>],
}

/// `assert test, msg`
#[derive(Debug, PartialEq)]
pub struct Assert<'a> {
    pub loc: Loc,
    pub test: Expr<'a>,
    pub msg: Option<Expr<'a>>,
}

/// `import names`
#[derive(Debug, PartialEq)]
pub struct Import<'a> {
    pub loc: Loc,
    pub names: &'a mut [Alias],
}

/// `from ..module import names`; `level` counts the dots.
#[derive(Debug, PartialEq)]
pub struct ImportFrom<'a> {
    pub loc: Loc,
    pub module: Option<Name>,
    pub names: &'a mut [Alias],
    pub level: u32,
}

/// `global names`
#[derive(Debug, PartialEq)]
pub struct Global<'a> {
    pub loc: Loc,
    pub names: &'a mut [Name],
}

/// `nonlocal names`
#[derive(Debug, PartialEq)]
pub struct Nonlocal<'a> {
    pub loc: Loc,
    pub names: &'a mut [Name],
}

/// An expression evaluated for its effect.
#[derive(Debug, PartialEq)]
pub struct ExprStmt<'a> {
    pub loc: Loc,
    pub value: Expr<'a>,
}

/// `pass`
#[derive(Debug, PartialEq)]
pub struct Pass {
    pub loc: Loc,
}

/// `break`
#[derive(Debug, PartialEq)]
pub struct Break {
    pub loc: Loc,
}

/// `continue`
#[derive(Debug, PartialEq)]
pub struct Continue {
    pub loc: Loc,
}

/// An expression.
#[derive(Debug, PartialEq)]
pub enum Expr<'a> {
    /// `a and b and c`
    BoolOp(&'a mut BoolOp<'a>),
    /// `target := value`
    NamedExpr(&'a mut NamedExpr<'a>),
    /// `left op right`
    BinOp(&'a mut BinOp<'a>),
    /// `op operand`
    UnaryOp(&'a mut UnaryOp<'a>),
    /// `lambda args: body`
    Lambda(&'a mut Lambda<'a>),
    /// `body if test else orelse`
    IfExp(&'a mut IfExp<'a>),
    /// `{key: value, **value}`; a hole in `keys` is `**`.
    Dict(&'a mut Dict<'a>),
    /// `{elts}`
    Set(&'a mut Set<'a>),
    /// `[elt for …]`
    ListComp(&'a mut ListComp<'a>),
    /// `{elt for …}`
    SetComp(&'a mut SetComp<'a>),
    /// `{key: value for …}`
    DictComp(&'a mut DictComp<'a>),
    /// `(elt for …)`
    GeneratorExp(&'a mut GeneratorExp<'a>),
    /// `await value`
    Await(&'a mut Await<'a>),
    /// `yield value`
    Yield(&'a mut Yield<'a>),
    /// `yield from value`
    YieldFrom(&'a mut YieldFrom<'a>),
    /// `left op comparator op comparator`
    Compare(&'a mut Compare<'a>),
    /// `func(args, keywords)`
    Call(&'a mut Call<'a>),
    /// `{value!conversion:format_spec}` of an f-string; `conversion` is -1 or the character's code.
    FormattedValue(&'a mut FormattedValue<'a>),
    /// An f-string.
    JoinedStr(&'a mut JoinedStr<'a>),
    /// A literal; `kind` tells `u""` from `""`.
    Constant(&'a mut ConstantExpr<'a>),
    /// `value.attr`
    Attribute(&'a mut Attribute<'a>),
    /// `value[slice]`
    Subscript(&'a mut Subscript<'a>),
    /// `*value`
    Starred(&'a mut Starred<'a>),
    /// `id`
    Name(&'a mut NameExpr),
    /// `[elts]`
    List(&'a mut List<'a>),
    /// `(elts)`
    Tuple(&'a mut Tuple<'a>),
    /// `lower:upper:step`, only inside a subscript.
    Slice(&'a mut Slice<'a>),
}

impl Expr<'_> {
    /// Where the node stands in the source.
    pub fn loc(&self) -> Loc {
        match self {
            Expr::BoolOp(node) => node.loc,
            Expr::NamedExpr(node) => node.loc,
            Expr::BinOp(node) => node.loc,
            Expr::UnaryOp(node) => node.loc,
            Expr::Lambda(node) => node.loc,
            Expr::IfExp(node) => node.loc,
            Expr::Dict(node) => node.loc,
            Expr::Set(node) => node.loc,
            Expr::ListComp(node) => node.loc,
            Expr::SetComp(node) => node.loc,
            Expr::DictComp(node) => node.loc,
            Expr::GeneratorExp(node) => node.loc,
            Expr::Await(node) => node.loc,
            Expr::Yield(node) => node.loc,
            Expr::YieldFrom(node) => node.loc,
            Expr::Compare(node) => node.loc,
            Expr::Call(node) => node.loc,
            Expr::FormattedValue(node) => node.loc,
            Expr::JoinedStr(node) => node.loc,
            Expr::Constant(node) => node.loc,
            Expr::Attribute(node) => node.loc,
            Expr::Subscript(node) => node.loc,
            Expr::Starred(node) => node.loc,
            Expr::Name(node) => node.loc,
            Expr::List(node) => node.loc,
            Expr::Tuple(node) => node.loc,
            Expr::Slice(node) => node.loc,
        }
    }

    /// Moves the node.
    pub fn set_loc(&mut self, loc: Loc) {
        match self {
            Expr::BoolOp(node) => node.loc = loc,
            Expr::NamedExpr(node) => node.loc = loc,
            Expr::BinOp(node) => node.loc = loc,
            Expr::UnaryOp(node) => node.loc = loc,
            Expr::Lambda(node) => node.loc = loc,
            Expr::IfExp(node) => node.loc = loc,
            Expr::Dict(node) => node.loc = loc,
            Expr::Set(node) => node.loc = loc,
            Expr::ListComp(node) => node.loc = loc,
            Expr::SetComp(node) => node.loc = loc,
            Expr::DictComp(node) => node.loc = loc,
            Expr::GeneratorExp(node) => node.loc = loc,
            Expr::Await(node) => node.loc = loc,
            Expr::Yield(node) => node.loc = loc,
            Expr::YieldFrom(node) => node.loc = loc,
            Expr::Compare(node) => node.loc = loc,
            Expr::Call(node) => node.loc = loc,
            Expr::FormattedValue(node) => node.loc = loc,
            Expr::JoinedStr(node) => node.loc = loc,
            Expr::Constant(node) => node.loc = loc,
            Expr::Attribute(node) => node.loc = loc,
            Expr::Subscript(node) => node.loc = loc,
            Expr::Starred(node) => node.loc = loc,
            Expr::Name(node) => node.loc = loc,
            Expr::List(node) => node.loc = loc,
            Expr::Tuple(node) => node.loc = loc,
            Expr::Slice(node) => node.loc = loc,
        }
    }
}

/// `a and b and c`
#[derive(Debug, PartialEq)]
pub struct BoolOp<'a> {
    pub loc: Loc,
    pub op: BoolOpKind,
    pub values: &'a mut [Expr<'a>],
}

/// `target := value`
#[derive(Debug, PartialEq)]
pub struct NamedExpr<'a> {
    pub loc: Loc,
    pub target: Expr<'a>,
    pub value: Expr<'a>,
}

/// `left op right`
#[derive(Debug, PartialEq)]
pub struct BinOp<'a> {
    pub loc: Loc,
    pub left: Expr<'a>,
    pub op: Operator,
    pub right: Expr<'a>,
}

/// `op operand`
#[derive(Debug, PartialEq)]
pub struct UnaryOp<'a> {
    pub loc: Loc,
    pub op: UnaryOpKind,
    pub operand: Expr<'a>,
}

/// `lambda args: body`
#[derive(Debug, PartialEq)]
pub struct Lambda<'a> {
    pub loc: Loc,
    pub args: &'a mut Arguments<'a>,
    pub body: Expr<'a>,
}

/// `body if test else orelse`
#[derive(Debug, PartialEq)]
pub struct IfExp<'a> {
    pub loc: Loc,
    pub test: Expr<'a>,
    pub body: Expr<'a>,
    pub orelse: Expr<'a>,
}

/// `{key: value, **value}`; a hole in `keys` is `**`.
#[derive(Debug, PartialEq)]
pub struct Dict<'a> {
    pub loc: Loc,
    pub keys: &'a mut [Option<Expr<'a>>],
    pub values: &'a mut [Expr<'a>],
}

/// `{elts}`
#[derive(Debug, PartialEq)]
pub struct Set<'a> {
    pub loc: Loc,
    pub elts: &'a mut [Expr<'a>],
}

/// `[elt for …]`
#[derive(Debug, PartialEq)]
pub struct ListComp<'a> {
    pub loc: Loc,
    pub elt: Expr<'a>,
    pub generators: &'a mut [Comprehension<'a>],
}

/// `{elt for …}`
#[derive(Debug, PartialEq)]
pub struct SetComp<'a> {
    pub loc: Loc,
    pub elt: Expr<'a>,
    pub generators: &'a mut [Comprehension<'a>],
}

/// `{key: value for …}`
#[derive(Debug, PartialEq)]
pub struct DictComp<'a> {
    pub loc: Loc,
    pub key: Expr<'a>,
    pub value: Expr<'a>,
    pub generators: &'a mut [Comprehension<'a>],
}

/// `(elt for …)`
#[derive(Debug, PartialEq)]
pub struct GeneratorExp<'a> {
    pub loc: Loc,
    pub elt: Expr<'a>,
    pub generators: &'a mut [Comprehension<'a>],
}

/// `await value`
#[derive(Debug, PartialEq)]
pub struct Await<'a> {
    pub loc: Loc,
    pub value: Expr<'a>,
}

/// `yield value`
#[derive(Debug, PartialEq)]
pub struct Yield<'a> {
    pub loc: Loc,
    pub value: Option<Expr<'a>>,
}

/// `yield from value`
#[derive(Debug, PartialEq)]
pub struct YieldFrom<'a> {
    pub loc: Loc,
    pub value: Expr<'a>,
}

/// `left op comparator op comparator`
#[derive(Debug, PartialEq)]
pub struct Compare<'a> {
    pub loc: Loc,
    pub left: Expr<'a>,
    pub ops: &'a mut [CmpOp],
    pub comparators: &'a mut [Expr<'a>],
}

/// `func(args, keywords)`
#[derive(Debug, PartialEq)]
pub struct Call<'a> {
    pub loc: Loc,
    pub func: Expr<'a>,
    pub args: &'a mut [Expr<'a>],
    pub keywords: &'a mut [Keyword<'a>],
}

/// `{value!conversion:format_spec}` of an f-string; `conversion` is -1 or the character's code.
#[derive(Debug, PartialEq)]
pub struct FormattedValue<'a> {
    pub loc: Loc,
    pub value: Expr<'a>,
    pub conversion: i32,
    pub format_spec: Option<Expr<'a>>,
}

/// An f-string.
#[derive(Debug, PartialEq)]
pub struct JoinedStr<'a> {
    pub loc: Loc,
    pub values: &'a mut [Expr<'a>],
}

/// A literal; `kind` tells `u""` from `""`.
#[derive(Debug, PartialEq)]
pub struct ConstantExpr<'a> {
    pub loc: Loc,
    pub value: Constant<'a>,
    pub kind: Kind,
}

/// `value.attr`
#[derive(Debug, PartialEq)]
pub struct Attribute<'a> {
    pub loc: Loc,
    pub value: Expr<'a>,
    pub attr: Name,
    pub ctx: ExprContext,
}

/// `value[slice]`
#[derive(Debug, PartialEq)]
pub struct Subscript<'a> {
    pub loc: Loc,
    pub value: Expr<'a>,
    pub slice: Expr<'a>,
    pub ctx: ExprContext,
}

/// `*value`
#[derive(Debug, PartialEq)]
pub struct Starred<'a> {
    pub loc: Loc,
    pub value: Expr<'a>,
    pub ctx: ExprContext,
}

/// `id`
#[derive(Debug, PartialEq)]
pub struct NameExpr {
    pub loc: Loc,
    pub id: Name,
    pub ctx: ExprContext,
}

/// `[elts]`
#[derive(Debug, PartialEq)]
pub struct List<'a> {
    pub loc: Loc,
    pub elts: &'a mut [Expr<'a>],
    pub ctx: ExprContext,
}

/// `(elts)`
#[derive(Debug, PartialEq)]
pub struct Tuple<'a> {
    pub loc: Loc,
    pub elts: &'a mut [Expr<'a>],
    pub ctx: ExprContext,
}

/// `lower:upper:step`, only inside a subscript.
#[derive(Debug, PartialEq)]
pub struct Slice<'a> {
    pub loc: Loc,
    pub lower: Option<Expr<'a>>,
    pub upper: Option<Expr<'a>>,
    pub step: Option<Expr<'a>>,
}

/// What a `case` matches against.
#[derive(Debug, PartialEq)]
pub enum Pattern<'a> {
    /// `case value:` by equality.
    MatchValue(&'a mut MatchValue<'a>),
    /// `case None:` by identity.
    MatchSingleton(&'a mut MatchSingleton<'a>),
    /// `case [a, *b]:`
    MatchSequence(&'a mut MatchSequence<'a>),
    /// `case {key: pattern, **rest}:`
    MatchMapping(&'a mut MatchMapping<'a>),
    /// `case cls(pattern, attr=pattern):`
    MatchClass(&'a mut MatchClass<'a>),
    /// `*name` in a sequence pattern; no name is `*_`.
    MatchStar(&'a mut MatchStar),
    /// `pattern as name`, `name`, or `_` when both are absent.
    MatchAs(&'a mut MatchAs<'a>),
    /// `a | b`
    MatchOr(&'a mut MatchOr<'a>),
}

impl Pattern<'_> {
    /// Where the node stands in the source.
    pub fn loc(&self) -> Loc {
        match self {
            Pattern::MatchValue(node) => node.loc,
            Pattern::MatchSingleton(node) => node.loc,
            Pattern::MatchSequence(node) => node.loc,
            Pattern::MatchMapping(node) => node.loc,
            Pattern::MatchClass(node) => node.loc,
            Pattern::MatchStar(node) => node.loc,
            Pattern::MatchAs(node) => node.loc,
            Pattern::MatchOr(node) => node.loc,
        }
    }

    /// Moves the node.
    pub fn set_loc(&mut self, loc: Loc) {
        match self {
            Pattern::MatchValue(node) => node.loc = loc,
            Pattern::MatchSingleton(node) => node.loc = loc,
            Pattern::MatchSequence(node) => node.loc = loc,
            Pattern::MatchMapping(node) => node.loc = loc,
            Pattern::MatchClass(node) => node.loc = loc,
            Pattern::MatchStar(node) => node.loc = loc,
            Pattern::MatchAs(node) => node.loc = loc,
            Pattern::MatchOr(node) => node.loc = loc,
        }
    }
}

/// `case value:` by equality.
#[derive(Debug, PartialEq)]
pub struct MatchValue<'a> {
    pub loc: Loc,
    pub value: Expr<'a>,
}

/// `case None:` by identity.
#[derive(Debug, PartialEq)]
pub struct MatchSingleton<'a> {
    pub loc: Loc,
    pub value: Constant<'a>,
}

/// `case [a, *b]:`
#[derive(Debug, PartialEq)]
pub struct MatchSequence<'a> {
    pub loc: Loc,
    pub patterns: &'a mut [Pattern<'a>],
}

/// `case {key: pattern, **rest}:`
#[derive(Debug, PartialEq)]
pub struct MatchMapping<'a> {
    pub loc: Loc,
    pub keys: &'a mut [Expr<'a>],
    pub patterns: &'a mut [Pattern<'a>],
    pub rest: Option<Name>,
}

/// `case cls(pattern, attr=pattern):`
#[derive(Debug, PartialEq)]
pub struct MatchClass<'a> {
    pub loc: Loc,
    pub cls: Expr<'a>,
    pub patterns: &'a mut [Pattern<'a>],
    pub kwd_attrs: &'a mut [Name],
    pub kwd_patterns: &'a mut [Pattern<'a>],
}

/// `*name` in a sequence pattern; no name is `*_`.
#[derive(Debug, PartialEq)]
pub struct MatchStar {
    pub loc: Loc,
    pub name: Option<Name>,
}

/// `pattern as name`, `name`, or `_` when both are absent.
#[derive(Debug, PartialEq)]
pub struct MatchAs<'a> {
    pub loc: Loc,
    pub pattern: Option<Pattern<'a>>,
    pub name: Option<Name>,
}

/// `a | b`
#[derive(Debug, PartialEq)]
pub struct MatchOr<'a> {
    pub loc: Loc,
    pub patterns: &'a mut [Pattern<'a>],
}

/// A type parameter (PEP 695).
#[derive(Debug, PartialEq)]
pub enum TypeParam<'a> {
    /// `T: bound = default`; defaults are of 3.13
    TypeVar(&'a mut TypeVar<'a>),
    /// `**P = default`
    ParamSpec(&'a mut ParamSpec<'a>),
    /// `*Ts = default`
    TypeVarTuple(&'a mut TypeVarTuple<'a>),
}

impl TypeParam<'_> {
    /// Where the node stands in the source.
    pub fn loc(&self) -> Loc {
        match self {
            TypeParam::TypeVar(node) => node.loc,
            TypeParam::ParamSpec(node) => node.loc,
            TypeParam::TypeVarTuple(node) => node.loc,
        }
    }

    /// Moves the node.
    pub fn set_loc(&mut self, loc: Loc) {
        match self {
            TypeParam::TypeVar(node) => node.loc = loc,
            TypeParam::ParamSpec(node) => node.loc = loc,
            TypeParam::TypeVarTuple(node) => node.loc = loc,
        }
    }
}

/// `T: bound = default`; defaults are of 3.13
#[derive(Debug, PartialEq)]
pub struct TypeVar<'a> {
    pub loc: Loc,
    pub name: Name,
    pub bound: Option<Expr<'a>>,
    pub default_value: Option<Expr<'a>>,
}

/// `**P = default`
#[derive(Debug, PartialEq)]
pub struct ParamSpec<'a> {
    pub loc: Loc,
    pub name: Name,
    pub default_value: Option<Expr<'a>>,
}

/// `*Ts = default`
#[derive(Debug, PartialEq)]
pub struct TypeVarTuple<'a> {
    pub loc: Loc,
    pub name: Name,
    pub default_value: Option<Expr<'a>>,
}

/// `except type as name: body`
#[derive(Debug, PartialEq)]
pub struct ExceptHandler<'a> {
    pub loc: Loc,
    pub r#type: Option<Expr<'a>>,
    pub name: Option<Name>,
    pub body: &'a mut [Stmt<'a>],
}

/// `async for target in iter if …`
#[derive(Debug, PartialEq)]
pub struct Comprehension<'a> {
    pub target: Expr<'a>,
    pub iter: Expr<'a>,
    pub ifs: &'a mut [Expr<'a>],
    pub is_async: bool,
}

/// A function's parameters; a hole in `kw_defaults` is a keyword-only parameter without default.
#[derive(Debug, PartialEq)]
pub struct Arguments<'a> {
    pub posonlyargs: &'a mut [Arg<'a>],
    pub args: &'a mut [Arg<'a>],
    pub vararg: Option<&'a mut Arg<'a>>,
    pub kwonlyargs: &'a mut [Arg<'a>],
    pub kw_defaults: &'a mut [Option<Expr<'a>>],
    pub kwarg: Option<&'a mut Arg<'a>>,
    pub defaults: &'a mut [Expr<'a>],
}

/// One parameter.
#[derive(Debug, PartialEq)]
pub struct Arg<'a> {
    pub loc: Loc,
    pub arg: Name,
    pub annotation: Option<Expr<'a>>,
}

/// `arg=value` in a call, or `**value` without `arg`.
#[derive(Debug, PartialEq)]
pub struct Keyword<'a> {
    pub loc: Loc,
    pub arg: Option<Name>,
    pub value: Expr<'a>,
}

/// `name as asname` in an import; `name` may be dotted or `*`.
#[derive(Debug, PartialEq)]
pub struct Alias {
    pub loc: Loc,
    pub name: Name,
    pub asname: Option<Name>,
}

/// `context_expr as optional_vars`
#[derive(Debug, PartialEq)]
pub struct WithItem<'a> {
    pub context_expr: Expr<'a>,
    pub optional_vars: Option<Expr<'a>>,
}

/// `case pattern if guard: body`
#[derive(Debug, PartialEq)]
pub struct MatchCase<'a> {
    pub pattern: Pattern<'a>,
    pub guard: Option<Expr<'a>>,
    pub body: &'a mut [Stmt<'a>],
}

/// Whether an expression is read, assigned or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExprContext {
    Load,
    Store,
    Del,
}

/// `and` or `or`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BoolOpKind {
    And,
    Or,
}

/// A binary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operator {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

/// A unary operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOpKind {
    Invert,
    Not,
    UAdd,
    USub,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}
