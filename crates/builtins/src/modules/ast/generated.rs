// Generated from data/ast.toml by `cargo xtask codegen`: do not edit.

//! The classes of syntax trees, and nodes from and to their instances.

use super::from_object::{FromObject, Reader};
use super::to_object::{Maker, ToObject};
use super::{Class, ClassId};
use hognose_ast::*;
use hognose_object::{PyResult, Value};

/// Every class but `AST`, a base before those made of it.
pub(super) static CLASSES: &[Class] = &[
    Class {
        name: "mod",
        base: None,
        fields: &[],
        optional: &[],
        located: false,
        doc: "mod = Module(stmt* body, type_ignore* type_ignores)\n    | Interactive(stmt* body)\n    | Expression(expr body)\n    | FunctionType(expr* argtypes, expr returns)",
    },
    Class {
        name: "Module",
        base: Some(class::MOD_KIND),
        fields: &["body", "type_ignores"],
        optional: &[],
        located: false,
        doc: "Module(stmt* body, type_ignore* type_ignores)",
    },
    Class {
        name: "Interactive",
        base: Some(class::MOD_KIND),
        fields: &["body"],
        optional: &[],
        located: false,
        doc: "Interactive(stmt* body)",
    },
    Class {
        name: "Expression",
        base: Some(class::MOD_KIND),
        fields: &["body"],
        optional: &[],
        located: false,
        doc: "Expression(expr body)",
    },
    Class {
        name: "FunctionType",
        base: Some(class::MOD_KIND),
        fields: &["argtypes", "returns"],
        optional: &[],
        located: false,
        doc: "FunctionType(expr* argtypes, expr returns)",
    },
    Class {
        name: "stmt",
        base: None,
        fields: &[],
        optional: &[],
        located: true,
        doc: "stmt = FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)\n     | AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)\n     | ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)\n     | Return(expr? value)\n     | Delete(expr* targets)\n     | Assign(expr* targets, expr value, string? type_comment)\n     | TypeAlias(expr name, type_param* type_params, expr value)\n     | AugAssign(expr target, operator op, expr value)\n     | AnnAssign(expr target, expr annotation, expr? value, int simple)\n     | For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)\n     | AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)\n     | While(expr test, stmt* body, stmt* orelse)\n     | If(expr test, stmt* body, stmt* orelse)\n     | With(withitem* items, stmt* body, string? type_comment)\n     | AsyncWith(withitem* items, stmt* body, string? type_comment)\n     | Match(expr subject, match_case* cases)\n     | Raise(expr? exc, expr? cause)\n     | Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)\n     | TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)\n     | Assert(expr test, expr? msg)\n     | Import(alias* names)\n     | ImportFrom(identifier? module, alias* names, int? level)\n     | Global(identifier* names)\n     | Nonlocal(identifier* names)\n     | Expr(expr value)\n     | Pass\n     | Break\n     | Continue",
    },
    Class {
        name: "FunctionDef",
        base: Some(class::STMT_KIND),
        fields: &[
            "name",
            "args",
            "body",
            "decorator_list",
            "returns",
            "type_comment",
            "type_params",
        ],
        optional: &["returns", "type_comment"],
        located: false,
        doc: "FunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
    },
    Class {
        name: "AsyncFunctionDef",
        base: Some(class::STMT_KIND),
        fields: &[
            "name",
            "args",
            "body",
            "decorator_list",
            "returns",
            "type_comment",
            "type_params",
        ],
        optional: &["returns", "type_comment"],
        located: false,
        doc: "AsyncFunctionDef(identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params)",
    },
    Class {
        name: "ClassDef",
        base: Some(class::STMT_KIND),
        fields: &[
            "name",
            "bases",
            "keywords",
            "body",
            "decorator_list",
            "type_params",
        ],
        optional: &[],
        located: false,
        doc: "ClassDef(identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params)",
    },
    Class {
        name: "Return",
        base: Some(class::STMT_KIND),
        fields: &["value"],
        optional: &["value"],
        located: false,
        doc: "Return(expr? value)",
    },
    Class {
        name: "Delete",
        base: Some(class::STMT_KIND),
        fields: &["targets"],
        optional: &[],
        located: false,
        doc: "Delete(expr* targets)",
    },
    Class {
        name: "Assign",
        base: Some(class::STMT_KIND),
        fields: &["targets", "value", "type_comment"],
        optional: &["type_comment"],
        located: false,
        doc: "Assign(expr* targets, expr value, string? type_comment)",
    },
    Class {
        name: "TypeAlias",
        base: Some(class::STMT_KIND),
        fields: &["name", "type_params", "value"],
        optional: &[],
        located: false,
        doc: "TypeAlias(expr name, type_param* type_params, expr value)",
    },
    Class {
        name: "AugAssign",
        base: Some(class::STMT_KIND),
        fields: &["target", "op", "value"],
        optional: &[],
        located: false,
        doc: "AugAssign(expr target, operator op, expr value)",
    },
    Class {
        name: "AnnAssign",
        base: Some(class::STMT_KIND),
        fields: &["target", "annotation", "value", "simple"],
        optional: &["value"],
        located: false,
        doc: "AnnAssign(expr target, expr annotation, expr? value, int simple)",
    },
    Class {
        name: "For",
        base: Some(class::STMT_KIND),
        fields: &["target", "iter", "body", "orelse", "type_comment"],
        optional: &["type_comment"],
        located: false,
        doc: "For(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
    },
    Class {
        name: "AsyncFor",
        base: Some(class::STMT_KIND),
        fields: &["target", "iter", "body", "orelse", "type_comment"],
        optional: &["type_comment"],
        located: false,
        doc: "AsyncFor(expr target, expr iter, stmt* body, stmt* orelse, string? type_comment)",
    },
    Class {
        name: "While",
        base: Some(class::STMT_KIND),
        fields: &["test", "body", "orelse"],
        optional: &[],
        located: false,
        doc: "While(expr test, stmt* body, stmt* orelse)",
    },
    Class {
        name: "If",
        base: Some(class::STMT_KIND),
        fields: &["test", "body", "orelse"],
        optional: &[],
        located: false,
        doc: "If(expr test, stmt* body, stmt* orelse)",
    },
    Class {
        name: "With",
        base: Some(class::STMT_KIND),
        fields: &["items", "body", "type_comment"],
        optional: &["type_comment"],
        located: false,
        doc: "With(withitem* items, stmt* body, string? type_comment)",
    },
    Class {
        name: "AsyncWith",
        base: Some(class::STMT_KIND),
        fields: &["items", "body", "type_comment"],
        optional: &["type_comment"],
        located: false,
        doc: "AsyncWith(withitem* items, stmt* body, string? type_comment)",
    },
    Class {
        name: "Match",
        base: Some(class::STMT_KIND),
        fields: &["subject", "cases"],
        optional: &[],
        located: false,
        doc: "Match(expr subject, match_case* cases)",
    },
    Class {
        name: "Raise",
        base: Some(class::STMT_KIND),
        fields: &["exc", "cause"],
        optional: &["exc", "cause"],
        located: false,
        doc: "Raise(expr? exc, expr? cause)",
    },
    Class {
        name: "Try",
        base: Some(class::STMT_KIND),
        fields: &["body", "handlers", "orelse", "finalbody"],
        optional: &[],
        located: false,
        doc: "Try(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
    },
    Class {
        name: "TryStar",
        base: Some(class::STMT_KIND),
        fields: &["body", "handlers", "orelse", "finalbody"],
        optional: &[],
        located: false,
        doc: "TryStar(stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody)",
    },
    Class {
        name: "Assert",
        base: Some(class::STMT_KIND),
        fields: &["test", "msg"],
        optional: &["msg"],
        located: false,
        doc: "Assert(expr test, expr? msg)",
    },
    Class {
        name: "Import",
        base: Some(class::STMT_KIND),
        fields: &["names"],
        optional: &[],
        located: false,
        doc: "Import(alias* names)",
    },
    Class {
        name: "ImportFrom",
        base: Some(class::STMT_KIND),
        fields: &["module", "names", "level"],
        optional: &["module", "level"],
        located: false,
        doc: "ImportFrom(identifier? module, alias* names, int? level)",
    },
    Class {
        name: "Global",
        base: Some(class::STMT_KIND),
        fields: &["names"],
        optional: &[],
        located: false,
        doc: "Global(identifier* names)",
    },
    Class {
        name: "Nonlocal",
        base: Some(class::STMT_KIND),
        fields: &["names"],
        optional: &[],
        located: false,
        doc: "Nonlocal(identifier* names)",
    },
    Class {
        name: "Expr",
        base: Some(class::STMT_KIND),
        fields: &["value"],
        optional: &[],
        located: false,
        doc: "Expr(expr value)",
    },
    Class {
        name: "Pass",
        base: Some(class::STMT_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Pass",
    },
    Class {
        name: "Break",
        base: Some(class::STMT_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Break",
    },
    Class {
        name: "Continue",
        base: Some(class::STMT_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Continue",
    },
    Class {
        name: "expr",
        base: None,
        fields: &[],
        optional: &[],
        located: true,
        doc: "expr = BoolOp(boolop op, expr* values)\n     | NamedExpr(expr target, expr value)\n     | BinOp(expr left, operator op, expr right)\n     | UnaryOp(unaryop op, expr operand)\n     | Lambda(arguments args, expr body)\n     | IfExp(expr test, expr body, expr orelse)\n     | Dict(expr* keys, expr* values)\n     | Set(expr* elts)\n     | ListComp(expr elt, comprehension* generators)\n     | SetComp(expr elt, comprehension* generators)\n     | DictComp(expr key, expr value, comprehension* generators)\n     | GeneratorExp(expr elt, comprehension* generators)\n     | Await(expr value)\n     | Yield(expr? value)\n     | YieldFrom(expr value)\n     | Compare(expr left, cmpop* ops, expr* comparators)\n     | Call(expr func, expr* args, keyword* keywords)\n     | FormattedValue(expr value, int conversion, expr? format_spec)\n     | JoinedStr(expr* values)\n     | Constant(constant value, string? kind)\n     | Attribute(expr value, identifier attr, expr_context ctx)\n     | Subscript(expr value, expr slice, expr_context ctx)\n     | Starred(expr value, expr_context ctx)\n     | Name(identifier id, expr_context ctx)\n     | List(expr* elts, expr_context ctx)\n     | Tuple(expr* elts, expr_context ctx)\n     | Slice(expr? lower, expr? upper, expr? step)",
    },
    Class {
        name: "BoolOp",
        base: Some(class::EXPR_KIND),
        fields: &["op", "values"],
        optional: &[],
        located: false,
        doc: "BoolOp(boolop op, expr* values)",
    },
    Class {
        name: "NamedExpr",
        base: Some(class::EXPR_KIND),
        fields: &["target", "value"],
        optional: &[],
        located: false,
        doc: "NamedExpr(expr target, expr value)",
    },
    Class {
        name: "BinOp",
        base: Some(class::EXPR_KIND),
        fields: &["left", "op", "right"],
        optional: &[],
        located: false,
        doc: "BinOp(expr left, operator op, expr right)",
    },
    Class {
        name: "UnaryOp",
        base: Some(class::EXPR_KIND),
        fields: &["op", "operand"],
        optional: &[],
        located: false,
        doc: "UnaryOp(unaryop op, expr operand)",
    },
    Class {
        name: "Lambda",
        base: Some(class::EXPR_KIND),
        fields: &["args", "body"],
        optional: &[],
        located: false,
        doc: "Lambda(arguments args, expr body)",
    },
    Class {
        name: "IfExp",
        base: Some(class::EXPR_KIND),
        fields: &["test", "body", "orelse"],
        optional: &[],
        located: false,
        doc: "IfExp(expr test, expr body, expr orelse)",
    },
    Class {
        name: "Dict",
        base: Some(class::EXPR_KIND),
        fields: &["keys", "values"],
        optional: &[],
        located: false,
        doc: "Dict(expr* keys, expr* values)",
    },
    Class {
        name: "Set",
        base: Some(class::EXPR_KIND),
        fields: &["elts"],
        optional: &[],
        located: false,
        doc: "Set(expr* elts)",
    },
    Class {
        name: "ListComp",
        base: Some(class::EXPR_KIND),
        fields: &["elt", "generators"],
        optional: &[],
        located: false,
        doc: "ListComp(expr elt, comprehension* generators)",
    },
    Class {
        name: "SetComp",
        base: Some(class::EXPR_KIND),
        fields: &["elt", "generators"],
        optional: &[],
        located: false,
        doc: "SetComp(expr elt, comprehension* generators)",
    },
    Class {
        name: "DictComp",
        base: Some(class::EXPR_KIND),
        fields: &["key", "value", "generators"],
        optional: &[],
        located: false,
        doc: "DictComp(expr key, expr value, comprehension* generators)",
    },
    Class {
        name: "GeneratorExp",
        base: Some(class::EXPR_KIND),
        fields: &["elt", "generators"],
        optional: &[],
        located: false,
        doc: "GeneratorExp(expr elt, comprehension* generators)",
    },
    Class {
        name: "Await",
        base: Some(class::EXPR_KIND),
        fields: &["value"],
        optional: &[],
        located: false,
        doc: "Await(expr value)",
    },
    Class {
        name: "Yield",
        base: Some(class::EXPR_KIND),
        fields: &["value"],
        optional: &["value"],
        located: false,
        doc: "Yield(expr? value)",
    },
    Class {
        name: "YieldFrom",
        base: Some(class::EXPR_KIND),
        fields: &["value"],
        optional: &[],
        located: false,
        doc: "YieldFrom(expr value)",
    },
    Class {
        name: "Compare",
        base: Some(class::EXPR_KIND),
        fields: &["left", "ops", "comparators"],
        optional: &[],
        located: false,
        doc: "Compare(expr left, cmpop* ops, expr* comparators)",
    },
    Class {
        name: "Call",
        base: Some(class::EXPR_KIND),
        fields: &["func", "args", "keywords"],
        optional: &[],
        located: false,
        doc: "Call(expr func, expr* args, keyword* keywords)",
    },
    Class {
        name: "FormattedValue",
        base: Some(class::EXPR_KIND),
        fields: &["value", "conversion", "format_spec"],
        optional: &["format_spec"],
        located: false,
        doc: "FormattedValue(expr value, int conversion, expr? format_spec)",
    },
    Class {
        name: "JoinedStr",
        base: Some(class::EXPR_KIND),
        fields: &["values"],
        optional: &[],
        located: false,
        doc: "JoinedStr(expr* values)",
    },
    Class {
        name: "Constant",
        base: Some(class::EXPR_KIND),
        fields: &["value", "kind"],
        optional: &["kind"],
        located: false,
        doc: "Constant(constant value, string? kind)",
    },
    Class {
        name: "Attribute",
        base: Some(class::EXPR_KIND),
        fields: &["value", "attr", "ctx"],
        optional: &[],
        located: false,
        doc: "Attribute(expr value, identifier attr, expr_context ctx)",
    },
    Class {
        name: "Subscript",
        base: Some(class::EXPR_KIND),
        fields: &["value", "slice", "ctx"],
        optional: &[],
        located: false,
        doc: "Subscript(expr value, expr slice, expr_context ctx)",
    },
    Class {
        name: "Starred",
        base: Some(class::EXPR_KIND),
        fields: &["value", "ctx"],
        optional: &[],
        located: false,
        doc: "Starred(expr value, expr_context ctx)",
    },
    Class {
        name: "Name",
        base: Some(class::EXPR_KIND),
        fields: &["id", "ctx"],
        optional: &[],
        located: false,
        doc: "Name(identifier id, expr_context ctx)",
    },
    Class {
        name: "List",
        base: Some(class::EXPR_KIND),
        fields: &["elts", "ctx"],
        optional: &[],
        located: false,
        doc: "List(expr* elts, expr_context ctx)",
    },
    Class {
        name: "Tuple",
        base: Some(class::EXPR_KIND),
        fields: &["elts", "ctx"],
        optional: &[],
        located: false,
        doc: "Tuple(expr* elts, expr_context ctx)",
    },
    Class {
        name: "Slice",
        base: Some(class::EXPR_KIND),
        fields: &["lower", "upper", "step"],
        optional: &["lower", "upper", "step"],
        located: false,
        doc: "Slice(expr? lower, expr? upper, expr? step)",
    },
    Class {
        name: "pattern",
        base: None,
        fields: &[],
        optional: &[],
        located: true,
        doc: "pattern = MatchValue(expr value)\n        | MatchSingleton(constant value)\n        | MatchSequence(pattern* patterns)\n        | MatchMapping(expr* keys, pattern* patterns, identifier? rest)\n        | MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)\n        | MatchStar(identifier? name)\n        | MatchAs(pattern? pattern, identifier? name)\n        | MatchOr(pattern* patterns)",
    },
    Class {
        name: "MatchValue",
        base: Some(class::PATTERN_KIND),
        fields: &["value"],
        optional: &[],
        located: false,
        doc: "MatchValue(expr value)",
    },
    Class {
        name: "MatchSingleton",
        base: Some(class::PATTERN_KIND),
        fields: &["value"],
        optional: &[],
        located: false,
        doc: "MatchSingleton(constant value)",
    },
    Class {
        name: "MatchSequence",
        base: Some(class::PATTERN_KIND),
        fields: &["patterns"],
        optional: &[],
        located: false,
        doc: "MatchSequence(pattern* patterns)",
    },
    Class {
        name: "MatchMapping",
        base: Some(class::PATTERN_KIND),
        fields: &["keys", "patterns", "rest"],
        optional: &["rest"],
        located: false,
        doc: "MatchMapping(expr* keys, pattern* patterns, identifier? rest)",
    },
    Class {
        name: "MatchClass",
        base: Some(class::PATTERN_KIND),
        fields: &["cls", "patterns", "kwd_attrs", "kwd_patterns"],
        optional: &[],
        located: false,
        doc: "MatchClass(expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns)",
    },
    Class {
        name: "MatchStar",
        base: Some(class::PATTERN_KIND),
        fields: &["name"],
        optional: &["name"],
        located: false,
        doc: "MatchStar(identifier? name)",
    },
    Class {
        name: "MatchAs",
        base: Some(class::PATTERN_KIND),
        fields: &["pattern", "name"],
        optional: &["pattern", "name"],
        located: false,
        doc: "MatchAs(pattern? pattern, identifier? name)",
    },
    Class {
        name: "MatchOr",
        base: Some(class::PATTERN_KIND),
        fields: &["patterns"],
        optional: &[],
        located: false,
        doc: "MatchOr(pattern* patterns)",
    },
    Class {
        name: "type_param",
        base: None,
        fields: &[],
        optional: &[],
        located: true,
        doc: "type_param = TypeVar(identifier name, expr? bound)\n           | ParamSpec(identifier name)\n           | TypeVarTuple(identifier name)",
    },
    Class {
        name: "TypeVar",
        base: Some(class::TYPE_PARAM_KIND),
        fields: &["name", "bound"],
        optional: &["bound"],
        located: false,
        doc: "TypeVar(identifier name, expr? bound)",
    },
    Class {
        name: "ParamSpec",
        base: Some(class::TYPE_PARAM_KIND),
        fields: &["name"],
        optional: &[],
        located: false,
        doc: "ParamSpec(identifier name)",
    },
    Class {
        name: "TypeVarTuple",
        base: Some(class::TYPE_PARAM_KIND),
        fields: &["name"],
        optional: &[],
        located: false,
        doc: "TypeVarTuple(identifier name)",
    },
    Class {
        name: "expr_context",
        base: None,
        fields: &[],
        optional: &[],
        located: false,
        doc: "expr_context = Load | Store | Del",
    },
    Class {
        name: "Load",
        base: Some(class::EXPR_CONTEXT_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Load",
    },
    Class {
        name: "Store",
        base: Some(class::EXPR_CONTEXT_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Store",
    },
    Class {
        name: "Del",
        base: Some(class::EXPR_CONTEXT_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Del",
    },
    Class {
        name: "boolop",
        base: None,
        fields: &[],
        optional: &[],
        located: false,
        doc: "boolop = And | Or",
    },
    Class {
        name: "And",
        base: Some(class::BOOLOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "And",
    },
    Class {
        name: "Or",
        base: Some(class::BOOLOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Or",
    },
    Class {
        name: "operator",
        base: None,
        fields: &[],
        optional: &[],
        located: false,
        doc: "operator = Add | Sub | Mult | MatMult | Div | Mod | Pow | LShift | RShift | BitOr | BitXor | BitAnd | FloorDiv",
    },
    Class {
        name: "Add",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Add",
    },
    Class {
        name: "Sub",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Sub",
    },
    Class {
        name: "Mult",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Mult",
    },
    Class {
        name: "MatMult",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "MatMult",
    },
    Class {
        name: "Div",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Div",
    },
    Class {
        name: "Mod",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Mod",
    },
    Class {
        name: "Pow",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Pow",
    },
    Class {
        name: "LShift",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "LShift",
    },
    Class {
        name: "RShift",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "RShift",
    },
    Class {
        name: "BitOr",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "BitOr",
    },
    Class {
        name: "BitXor",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "BitXor",
    },
    Class {
        name: "BitAnd",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "BitAnd",
    },
    Class {
        name: "FloorDiv",
        base: Some(class::OPERATOR_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "FloorDiv",
    },
    Class {
        name: "unaryop",
        base: None,
        fields: &[],
        optional: &[],
        located: false,
        doc: "unaryop = Invert | Not | UAdd | USub",
    },
    Class {
        name: "Invert",
        base: Some(class::UNARYOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Invert",
    },
    Class {
        name: "Not",
        base: Some(class::UNARYOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Not",
    },
    Class {
        name: "UAdd",
        base: Some(class::UNARYOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "UAdd",
    },
    Class {
        name: "USub",
        base: Some(class::UNARYOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "USub",
    },
    Class {
        name: "cmpop",
        base: None,
        fields: &[],
        optional: &[],
        located: false,
        doc: "cmpop = Eq | NotEq | Lt | LtE | Gt | GtE | Is | IsNot | In | NotIn",
    },
    Class {
        name: "Eq",
        base: Some(class::CMPOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Eq",
    },
    Class {
        name: "NotEq",
        base: Some(class::CMPOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "NotEq",
    },
    Class {
        name: "Lt",
        base: Some(class::CMPOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Lt",
    },
    Class {
        name: "LtE",
        base: Some(class::CMPOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "LtE",
    },
    Class {
        name: "Gt",
        base: Some(class::CMPOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Gt",
    },
    Class {
        name: "GtE",
        base: Some(class::CMPOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "GtE",
    },
    Class {
        name: "Is",
        base: Some(class::CMPOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "Is",
    },
    Class {
        name: "IsNot",
        base: Some(class::CMPOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "IsNot",
    },
    Class {
        name: "In",
        base: Some(class::CMPOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "In",
    },
    Class {
        name: "NotIn",
        base: Some(class::CMPOP_KIND),
        fields: &[],
        optional: &[],
        located: false,
        doc: "NotIn",
    },
    Class {
        name: "excepthandler",
        base: None,
        fields: &[],
        optional: &[],
        located: true,
        doc: "excepthandler = ExceptHandler(expr? type, identifier? name, stmt* body)",
    },
    Class {
        name: "ExceptHandler",
        base: Some(class::EXCEPTHANDLER_KIND),
        fields: &["type", "name", "body"],
        optional: &["type", "name"],
        located: false,
        doc: "ExceptHandler(expr? type, identifier? name, stmt* body)",
    },
    Class {
        name: "type_ignore",
        base: None,
        fields: &[],
        optional: &[],
        located: false,
        doc: "type_ignore = TypeIgnore(int lineno, string tag)",
    },
    Class {
        name: "TypeIgnore",
        base: Some(class::TYPE_IGNORE_KIND),
        fields: &["lineno", "tag"],
        optional: &[],
        located: false,
        doc: "TypeIgnore(int lineno, string tag)",
    },
    Class {
        name: "comprehension",
        base: None,
        fields: &["target", "iter", "ifs", "is_async"],
        optional: &[],
        located: false,
        doc: "comprehension(expr target, expr iter, expr* ifs, int is_async)",
    },
    Class {
        name: "arguments",
        base: None,
        fields: &[
            "posonlyargs",
            "args",
            "vararg",
            "kwonlyargs",
            "kw_defaults",
            "kwarg",
            "defaults",
        ],
        optional: &["vararg", "kwarg"],
        located: false,
        doc: "arguments(arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr* kw_defaults, arg? kwarg, expr* defaults)",
    },
    Class {
        name: "arg",
        base: None,
        fields: &["arg", "annotation", "type_comment"],
        optional: &["annotation", "type_comment"],
        located: true,
        doc: "arg(identifier arg, expr? annotation, string? type_comment)",
    },
    Class {
        name: "keyword",
        base: None,
        fields: &["arg", "value"],
        optional: &["arg"],
        located: true,
        doc: "keyword(identifier? arg, expr value)",
    },
    Class {
        name: "alias",
        base: None,
        fields: &["name", "asname"],
        optional: &["asname"],
        located: true,
        doc: "alias(identifier name, identifier? asname)",
    },
    Class {
        name: "withitem",
        base: None,
        fields: &["context_expr", "optional_vars"],
        optional: &["optional_vars"],
        located: false,
        doc: "withitem(expr context_expr, expr? optional_vars)",
    },
    Class {
        name: "match_case",
        base: None,
        fields: &["pattern", "guard", "body"],
        optional: &["guard"],
        located: false,
        doc: "match_case(pattern pattern, expr? guard, stmt* body)",
    },
];

/// The classes' places in the table.
pub(super) mod class {
    use super::ClassId;
    pub const MOD_KIND: ClassId = ClassId(0);
    pub const MODULE: ClassId = ClassId(1);
    pub const INTERACTIVE: ClassId = ClassId(2);
    pub const EXPRESSION: ClassId = ClassId(3);
    pub const STMT_KIND: ClassId = ClassId(5);
    pub const FUNCTION_DEF: ClassId = ClassId(6);
    pub const ASYNC_FUNCTION_DEF: ClassId = ClassId(7);
    pub const CLASS_DEF: ClassId = ClassId(8);
    pub const RETURN: ClassId = ClassId(9);
    pub const DELETE: ClassId = ClassId(10);
    pub const ASSIGN: ClassId = ClassId(11);
    pub const TYPE_ALIAS: ClassId = ClassId(12);
    pub const AUG_ASSIGN: ClassId = ClassId(13);
    pub const ANN_ASSIGN: ClassId = ClassId(14);
    pub const FOR: ClassId = ClassId(15);
    pub const ASYNC_FOR: ClassId = ClassId(16);
    pub const WHILE: ClassId = ClassId(17);
    pub const IF: ClassId = ClassId(18);
    pub const WITH: ClassId = ClassId(19);
    pub const ASYNC_WITH: ClassId = ClassId(20);
    pub const MATCH: ClassId = ClassId(21);
    pub const RAISE: ClassId = ClassId(22);
    pub const TRY: ClassId = ClassId(23);
    pub const TRY_STAR: ClassId = ClassId(24);
    pub const ASSERT: ClassId = ClassId(25);
    pub const IMPORT: ClassId = ClassId(26);
    pub const IMPORT_FROM: ClassId = ClassId(27);
    pub const GLOBAL: ClassId = ClassId(28);
    pub const NONLOCAL: ClassId = ClassId(29);
    pub const EXPR: ClassId = ClassId(30);
    pub const PASS: ClassId = ClassId(31);
    pub const BREAK: ClassId = ClassId(32);
    pub const CONTINUE: ClassId = ClassId(33);
    pub const EXPR_KIND: ClassId = ClassId(34);
    pub const BOOL_OP: ClassId = ClassId(35);
    pub const NAMED_EXPR: ClassId = ClassId(36);
    pub const BIN_OP: ClassId = ClassId(37);
    pub const UNARY_OP: ClassId = ClassId(38);
    pub const LAMBDA: ClassId = ClassId(39);
    pub const IF_EXP: ClassId = ClassId(40);
    pub const DICT: ClassId = ClassId(41);
    pub const SET: ClassId = ClassId(42);
    pub const LIST_COMP: ClassId = ClassId(43);
    pub const SET_COMP: ClassId = ClassId(44);
    pub const DICT_COMP: ClassId = ClassId(45);
    pub const GENERATOR_EXP: ClassId = ClassId(46);
    pub const AWAIT: ClassId = ClassId(47);
    pub const YIELD: ClassId = ClassId(48);
    pub const YIELD_FROM: ClassId = ClassId(49);
    pub const COMPARE: ClassId = ClassId(50);
    pub const CALL: ClassId = ClassId(51);
    pub const FORMATTED_VALUE: ClassId = ClassId(52);
    pub const JOINED_STR: ClassId = ClassId(53);
    pub const CONSTANT: ClassId = ClassId(54);
    pub const ATTRIBUTE: ClassId = ClassId(55);
    pub const SUBSCRIPT: ClassId = ClassId(56);
    pub const STARRED: ClassId = ClassId(57);
    pub const NAME: ClassId = ClassId(58);
    pub const LIST: ClassId = ClassId(59);
    pub const TUPLE: ClassId = ClassId(60);
    pub const SLICE: ClassId = ClassId(61);
    pub const PATTERN_KIND: ClassId = ClassId(62);
    pub const MATCH_VALUE: ClassId = ClassId(63);
    pub const MATCH_SINGLETON: ClassId = ClassId(64);
    pub const MATCH_SEQUENCE: ClassId = ClassId(65);
    pub const MATCH_MAPPING: ClassId = ClassId(66);
    pub const MATCH_CLASS: ClassId = ClassId(67);
    pub const MATCH_STAR: ClassId = ClassId(68);
    pub const MATCH_AS: ClassId = ClassId(69);
    pub const MATCH_OR: ClassId = ClassId(70);
    pub const TYPE_PARAM_KIND: ClassId = ClassId(71);
    pub const TYPE_VAR: ClassId = ClassId(72);
    pub const PARAM_SPEC: ClassId = ClassId(73);
    pub const TYPE_VAR_TUPLE: ClassId = ClassId(74);
    pub const EXPR_CONTEXT_KIND: ClassId = ClassId(75);
    pub const LOAD: ClassId = ClassId(76);
    pub const STORE: ClassId = ClassId(77);
    pub const DEL: ClassId = ClassId(78);
    pub const BOOLOP_KIND: ClassId = ClassId(79);
    pub const AND: ClassId = ClassId(80);
    pub const OR: ClassId = ClassId(81);
    pub const OPERATOR_KIND: ClassId = ClassId(82);
    pub const ADD: ClassId = ClassId(83);
    pub const SUB: ClassId = ClassId(84);
    pub const MULT: ClassId = ClassId(85);
    pub const MAT_MULT: ClassId = ClassId(86);
    pub const DIV: ClassId = ClassId(87);
    pub const MOD: ClassId = ClassId(88);
    pub const POW: ClassId = ClassId(89);
    pub const LSHIFT: ClassId = ClassId(90);
    pub const RSHIFT: ClassId = ClassId(91);
    pub const BIT_OR: ClassId = ClassId(92);
    pub const BIT_XOR: ClassId = ClassId(93);
    pub const BIT_AND: ClassId = ClassId(94);
    pub const FLOOR_DIV: ClassId = ClassId(95);
    pub const UNARYOP_KIND: ClassId = ClassId(96);
    pub const INVERT: ClassId = ClassId(97);
    pub const NOT: ClassId = ClassId(98);
    pub const UADD: ClassId = ClassId(99);
    pub const USUB: ClassId = ClassId(100);
    pub const CMPOP_KIND: ClassId = ClassId(101);
    pub const EQ: ClassId = ClassId(102);
    pub const NOT_EQ: ClassId = ClassId(103);
    pub const LT: ClassId = ClassId(104);
    pub const LT_E: ClassId = ClassId(105);
    pub const GT: ClassId = ClassId(106);
    pub const GT_E: ClassId = ClassId(107);
    pub const IS: ClassId = ClassId(108);
    pub const IS_NOT: ClassId = ClassId(109);
    pub const IN: ClassId = ClassId(110);
    pub const NOT_IN: ClassId = ClassId(111);
    pub const EXCEPTHANDLER_KIND: ClassId = ClassId(112);
    pub const EXCEPT_HANDLER: ClassId = ClassId(113);
    pub const TYPE_IGNORE_KIND: ClassId = ClassId(114);
    pub const COMPREHENSION_KIND: ClassId = ClassId(116);
    pub const ARGUMENTS_KIND: ClassId = ClassId(117);
    pub const ARG_KIND: ClassId = ClassId(118);
    pub const KEYWORD_KIND: ClassId = ClassId(119);
    pub const ALIAS_KIND: ClassId = ClassId(120);
    pub const WITHITEM_KIND: ClassId = ClassId(121);
    pub const MATCH_CASE_KIND: ClassId = ClassId(122);
}

impl ToObject for Module<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::MODULE,
            None,
            &[
                ("body", &self.body),
                ("type_ignores", &super::to_object::NoItems),
            ],
        )
    }
}

impl ToObject for Interactive<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::INTERACTIVE, None, &[("body", &self.body)])
    }
}

impl ToObject for Expression<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::EXPRESSION, None, &[("body", &self.body)])
    }
}

impl ToObject for FunctionDef<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::FUNCTION_DEF,
            Some(self.loc),
            &[
                ("name", &self.name),
                ("args", &self.args),
                ("body", &self.body),
                ("decorator_list", &self.decorator_list),
                ("returns", &self.returns),
                ("type_comment", &super::to_object::Nothing),
                ("type_params", &self.type_params),
            ],
        )
    }
}

impl ToObject for AsyncFunctionDef<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::ASYNC_FUNCTION_DEF,
            Some(self.loc),
            &[
                ("name", &self.name),
                ("args", &self.args),
                ("body", &self.body),
                ("decorator_list", &self.decorator_list),
                ("returns", &self.returns),
                ("type_comment", &super::to_object::Nothing),
                ("type_params", &self.type_params),
            ],
        )
    }
}

impl ToObject for ClassDef<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::CLASS_DEF,
            Some(self.loc),
            &[
                ("name", &self.name),
                ("bases", &self.bases),
                ("keywords", &self.keywords),
                ("body", &self.body),
                ("decorator_list", &self.decorator_list),
                ("type_params", &self.type_params),
            ],
        )
    }
}

impl ToObject for Return<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::RETURN, Some(self.loc), &[("value", &self.value)])
    }
}

impl ToObject for Delete<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::DELETE, Some(self.loc), &[("targets", &self.targets)])
    }
}

impl ToObject for Assign<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::ASSIGN,
            Some(self.loc),
            &[
                ("targets", &self.targets),
                ("value", &self.value),
                ("type_comment", &super::to_object::Nothing),
            ],
        )
    }
}

impl ToObject for TypeAlias<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::TYPE_ALIAS,
            Some(self.loc),
            &[
                ("name", &self.name),
                ("type_params", &self.type_params),
                ("value", &self.value),
            ],
        )
    }
}

impl ToObject for AugAssign<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::AUG_ASSIGN,
            Some(self.loc),
            &[
                ("target", &self.target),
                ("op", &self.op),
                ("value", &self.value),
            ],
        )
    }
}

impl ToObject for AnnAssign<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::ANN_ASSIGN,
            Some(self.loc),
            &[
                ("target", &self.target),
                ("annotation", &self.annotation),
                ("value", &self.value),
                ("simple", &self.simple),
            ],
        )
    }
}

impl ToObject for For<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::FOR,
            Some(self.loc),
            &[
                ("target", &self.target),
                ("iter", &self.iter),
                ("body", &self.body),
                ("orelse", &self.orelse),
                ("type_comment", &super::to_object::Nothing),
            ],
        )
    }
}

impl ToObject for AsyncFor<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::ASYNC_FOR,
            Some(self.loc),
            &[
                ("target", &self.target),
                ("iter", &self.iter),
                ("body", &self.body),
                ("orelse", &self.orelse),
                ("type_comment", &super::to_object::Nothing),
            ],
        )
    }
}

impl ToObject for While<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::WHILE,
            Some(self.loc),
            &[
                ("test", &self.test),
                ("body", &self.body),
                ("orelse", &self.orelse),
            ],
        )
    }
}

impl ToObject for If<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::IF,
            Some(self.loc),
            &[
                ("test", &self.test),
                ("body", &self.body),
                ("orelse", &self.orelse),
            ],
        )
    }
}

impl ToObject for With<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::WITH,
            Some(self.loc),
            &[
                ("items", &self.items),
                ("body", &self.body),
                ("type_comment", &super::to_object::Nothing),
            ],
        )
    }
}

impl ToObject for AsyncWith<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::ASYNC_WITH,
            Some(self.loc),
            &[
                ("items", &self.items),
                ("body", &self.body),
                ("type_comment", &super::to_object::Nothing),
            ],
        )
    }
}

impl ToObject for Match<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::MATCH,
            Some(self.loc),
            &[("subject", &self.subject), ("cases", &self.cases)],
        )
    }
}

impl ToObject for Raise<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::RAISE,
            Some(self.loc),
            &[("exc", &self.exc), ("cause", &self.cause)],
        )
    }
}

impl ToObject for Try<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::TRY,
            Some(self.loc),
            &[
                ("body", &self.body),
                ("handlers", &self.handlers),
                ("orelse", &self.orelse),
                ("finalbody", &self.finalbody),
            ],
        )
    }
}

impl ToObject for TryStar<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::TRY_STAR,
            Some(self.loc),
            &[
                ("body", &self.body),
                ("handlers", &self.handlers),
                ("orelse", &self.orelse),
                ("finalbody", &self.finalbody),
            ],
        )
    }
}

impl ToObject for Assert<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::ASSERT,
            Some(self.loc),
            &[("test", &self.test), ("msg", &self.msg)],
        )
    }
}

impl ToObject for Import<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::IMPORT, Some(self.loc), &[("names", &self.names)])
    }
}

impl ToObject for ImportFrom<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::IMPORT_FROM,
            Some(self.loc),
            &[
                ("module", &self.module),
                ("names", &self.names),
                ("level", &self.level),
            ],
        )
    }
}

impl ToObject for Global<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::GLOBAL, Some(self.loc), &[("names", &self.names)])
    }
}

impl ToObject for Nonlocal<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::NONLOCAL, Some(self.loc), &[("names", &self.names)])
    }
}

impl ToObject for ExprStmt<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::EXPR, Some(self.loc), &[("value", &self.value)])
    }
}

impl ToObject for Pass {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::PASS, Some(self.loc), &[])
    }
}

impl ToObject for Break {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::BREAK, Some(self.loc), &[])
    }
}

impl ToObject for Continue {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::CONTINUE, Some(self.loc), &[])
    }
}

impl ToObject for BoolOp<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::BOOL_OP,
            Some(self.loc),
            &[("op", &self.op), ("values", &self.values)],
        )
    }
}

impl ToObject for NamedExpr<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::NAMED_EXPR,
            Some(self.loc),
            &[("target", &self.target), ("value", &self.value)],
        )
    }
}

impl ToObject for BinOp<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::BIN_OP,
            Some(self.loc),
            &[
                ("left", &self.left),
                ("op", &self.op),
                ("right", &self.right),
            ],
        )
    }
}

impl ToObject for UnaryOp<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::UNARY_OP,
            Some(self.loc),
            &[("op", &self.op), ("operand", &self.operand)],
        )
    }
}

impl ToObject for Lambda<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::LAMBDA,
            Some(self.loc),
            &[("args", &self.args), ("body", &self.body)],
        )
    }
}

impl ToObject for IfExp<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::IF_EXP,
            Some(self.loc),
            &[
                ("test", &self.test),
                ("body", &self.body),
                ("orelse", &self.orelse),
            ],
        )
    }
}

impl ToObject for Dict<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::DICT,
            Some(self.loc),
            &[("keys", &self.keys), ("values", &self.values)],
        )
    }
}

impl ToObject for Set<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::SET, Some(self.loc), &[("elts", &self.elts)])
    }
}

impl ToObject for ListComp<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::LIST_COMP,
            Some(self.loc),
            &[("elt", &self.elt), ("generators", &self.generators)],
        )
    }
}

impl ToObject for SetComp<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::SET_COMP,
            Some(self.loc),
            &[("elt", &self.elt), ("generators", &self.generators)],
        )
    }
}

impl ToObject for DictComp<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::DICT_COMP,
            Some(self.loc),
            &[
                ("key", &self.key),
                ("value", &self.value),
                ("generators", &self.generators),
            ],
        )
    }
}

impl ToObject for GeneratorExp<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::GENERATOR_EXP,
            Some(self.loc),
            &[("elt", &self.elt), ("generators", &self.generators)],
        )
    }
}

impl ToObject for Await<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::AWAIT, Some(self.loc), &[("value", &self.value)])
    }
}

impl ToObject for Yield<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::YIELD, Some(self.loc), &[("value", &self.value)])
    }
}

impl ToObject for YieldFrom<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::YIELD_FROM, Some(self.loc), &[("value", &self.value)])
    }
}

impl ToObject for Compare<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::COMPARE,
            Some(self.loc),
            &[
                ("left", &self.left),
                ("ops", &self.ops),
                ("comparators", &self.comparators),
            ],
        )
    }
}

impl ToObject for Call<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::CALL,
            Some(self.loc),
            &[
                ("func", &self.func),
                ("args", &self.args),
                ("keywords", &self.keywords),
            ],
        )
    }
}

impl ToObject for FormattedValue<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::FORMATTED_VALUE,
            Some(self.loc),
            &[
                ("value", &self.value),
                ("conversion", &self.conversion),
                ("format_spec", &self.format_spec),
            ],
        )
    }
}

impl ToObject for JoinedStr<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::JOINED_STR,
            Some(self.loc),
            &[("values", &self.values)],
        )
    }
}

impl ToObject for ConstantExpr<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::CONSTANT,
            Some(self.loc),
            &[("value", &self.value), ("kind", &self.kind)],
        )
    }
}

impl ToObject for Attribute<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::ATTRIBUTE,
            Some(self.loc),
            &[
                ("value", &self.value),
                ("attr", &self.attr),
                ("ctx", &self.ctx),
            ],
        )
    }
}

impl ToObject for Subscript<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::SUBSCRIPT,
            Some(self.loc),
            &[
                ("value", &self.value),
                ("slice", &self.slice),
                ("ctx", &self.ctx),
            ],
        )
    }
}

impl ToObject for Starred<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::STARRED,
            Some(self.loc),
            &[("value", &self.value), ("ctx", &self.ctx)],
        )
    }
}

impl ToObject for NameExpr {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::NAME,
            Some(self.loc),
            &[("id", &self.id), ("ctx", &self.ctx)],
        )
    }
}

impl ToObject for List<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::LIST,
            Some(self.loc),
            &[("elts", &self.elts), ("ctx", &self.ctx)],
        )
    }
}

impl ToObject for Tuple<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::TUPLE,
            Some(self.loc),
            &[("elts", &self.elts), ("ctx", &self.ctx)],
        )
    }
}

impl ToObject for Slice<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::SLICE,
            Some(self.loc),
            &[
                ("lower", &self.lower),
                ("upper", &self.upper),
                ("step", &self.step),
            ],
        )
    }
}

impl ToObject for MatchValue<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::MATCH_VALUE,
            Some(self.loc),
            &[("value", &self.value)],
        )
    }
}

impl ToObject for MatchSingleton<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::MATCH_SINGLETON,
            Some(self.loc),
            &[("value", &self.value)],
        )
    }
}

impl ToObject for MatchSequence<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::MATCH_SEQUENCE,
            Some(self.loc),
            &[("patterns", &self.patterns)],
        )
    }
}

impl ToObject for MatchMapping<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::MATCH_MAPPING,
            Some(self.loc),
            &[
                ("keys", &self.keys),
                ("patterns", &self.patterns),
                ("rest", &self.rest),
            ],
        )
    }
}

impl ToObject for MatchClass<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::MATCH_CLASS,
            Some(self.loc),
            &[
                ("cls", &self.cls),
                ("patterns", &self.patterns),
                ("kwd_attrs", &self.kwd_attrs),
                ("kwd_patterns", &self.kwd_patterns),
            ],
        )
    }
}

impl ToObject for MatchStar {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::MATCH_STAR, Some(self.loc), &[("name", &self.name)])
    }
}

impl ToObject for MatchAs<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::MATCH_AS,
            Some(self.loc),
            &[("pattern", &self.pattern), ("name", &self.name)],
        )
    }
}

impl ToObject for MatchOr<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::MATCH_OR,
            Some(self.loc),
            &[("patterns", &self.patterns)],
        )
    }
}

impl ToObject for TypeVar<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::TYPE_VAR,
            Some(self.loc),
            &[("name", &self.name), ("bound", &self.bound)],
        )
    }
}

impl ToObject for ParamSpec<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(class::PARAM_SPEC, Some(self.loc), &[("name", &self.name)])
    }
}

impl ToObject for TypeVarTuple<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::TYPE_VAR_TUPLE,
            Some(self.loc),
            &[("name", &self.name)],
        )
    }
}

impl ToObject for ExceptHandler<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::EXCEPT_HANDLER,
            Some(self.loc),
            &[
                ("type", &self.r#type),
                ("name", &self.name),
                ("body", &self.body),
            ],
        )
    }
}

impl ToObject for Comprehension<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::COMPREHENSION_KIND,
            None,
            &[
                ("target", &self.target),
                ("iter", &self.iter),
                ("ifs", &self.ifs),
                ("is_async", &self.is_async),
            ],
        )
    }
}

impl ToObject for Arguments<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::ARGUMENTS_KIND,
            None,
            &[
                ("posonlyargs", &self.posonlyargs),
                ("args", &self.args),
                ("vararg", &self.vararg),
                ("kwonlyargs", &self.kwonlyargs),
                ("kw_defaults", &self.kw_defaults),
                ("kwarg", &self.kwarg),
                ("defaults", &self.defaults),
            ],
        )
    }
}

impl ToObject for Arg<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::ARG_KIND,
            Some(self.loc),
            &[
                ("arg", &self.arg),
                ("annotation", &self.annotation),
                ("type_comment", &super::to_object::Nothing),
            ],
        )
    }
}

impl ToObject for Keyword<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::KEYWORD_KIND,
            Some(self.loc),
            &[("arg", &self.arg), ("value", &self.value)],
        )
    }
}

impl ToObject for Alias {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::ALIAS_KIND,
            Some(self.loc),
            &[("name", &self.name), ("asname", &self.asname)],
        )
    }
}

impl ToObject for WithItem<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::WITHITEM_KIND,
            None,
            &[
                ("context_expr", &self.context_expr),
                ("optional_vars", &self.optional_vars),
            ],
        )
    }
}

impl ToObject for MatchCase<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        maker.node(
            class::MATCH_CASE_KIND,
            None,
            &[
                ("pattern", &self.pattern),
                ("guard", &self.guard),
                ("body", &self.body),
            ],
        )
    }
}

impl ToObject for Mod<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        match self {
            Mod::Module(node) => node.to_object(maker),
            Mod::Interactive(node) => node.to_object(maker),
            Mod::Expression(node) => node.to_object(maker),
        }
    }
}

impl ToObject for Stmt<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        match self {
            Stmt::FunctionDef(node) => node.to_object(maker),
            Stmt::AsyncFunctionDef(node) => node.to_object(maker),
            Stmt::ClassDef(node) => node.to_object(maker),
            Stmt::Return(node) => node.to_object(maker),
            Stmt::Delete(node) => node.to_object(maker),
            Stmt::Assign(node) => node.to_object(maker),
            Stmt::TypeAlias(node) => node.to_object(maker),
            Stmt::AugAssign(node) => node.to_object(maker),
            Stmt::AnnAssign(node) => node.to_object(maker),
            Stmt::For(node) => node.to_object(maker),
            Stmt::AsyncFor(node) => node.to_object(maker),
            Stmt::While(node) => node.to_object(maker),
            Stmt::If(node) => node.to_object(maker),
            Stmt::With(node) => node.to_object(maker),
            Stmt::AsyncWith(node) => node.to_object(maker),
            Stmt::Match(node) => node.to_object(maker),
            Stmt::Raise(node) => node.to_object(maker),
            Stmt::Try(node) => node.to_object(maker),
            Stmt::TryStar(node) => node.to_object(maker),
            Stmt::Assert(node) => node.to_object(maker),
            Stmt::Import(node) => node.to_object(maker),
            Stmt::ImportFrom(node) => node.to_object(maker),
            Stmt::Global(node) => node.to_object(maker),
            Stmt::Nonlocal(node) => node.to_object(maker),
            Stmt::Expr(node) => node.to_object(maker),
            Stmt::Pass(node) => node.to_object(maker),
            Stmt::Break(node) => node.to_object(maker),
            Stmt::Continue(node) => node.to_object(maker),
        }
    }
}

impl ToObject for Expr<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        match self {
            Expr::BoolOp(node) => node.to_object(maker),
            Expr::NamedExpr(node) => node.to_object(maker),
            Expr::BinOp(node) => node.to_object(maker),
            Expr::UnaryOp(node) => node.to_object(maker),
            Expr::Lambda(node) => node.to_object(maker),
            Expr::IfExp(node) => node.to_object(maker),
            Expr::Dict(node) => node.to_object(maker),
            Expr::Set(node) => node.to_object(maker),
            Expr::ListComp(node) => node.to_object(maker),
            Expr::SetComp(node) => node.to_object(maker),
            Expr::DictComp(node) => node.to_object(maker),
            Expr::GeneratorExp(node) => node.to_object(maker),
            Expr::Await(node) => node.to_object(maker),
            Expr::Yield(node) => node.to_object(maker),
            Expr::YieldFrom(node) => node.to_object(maker),
            Expr::Compare(node) => node.to_object(maker),
            Expr::Call(node) => node.to_object(maker),
            Expr::FormattedValue(node) => node.to_object(maker),
            Expr::JoinedStr(node) => node.to_object(maker),
            Expr::Constant(node) => node.to_object(maker),
            Expr::Attribute(node) => node.to_object(maker),
            Expr::Subscript(node) => node.to_object(maker),
            Expr::Starred(node) => node.to_object(maker),
            Expr::Name(node) => node.to_object(maker),
            Expr::List(node) => node.to_object(maker),
            Expr::Tuple(node) => node.to_object(maker),
            Expr::Slice(node) => node.to_object(maker),
        }
    }
}

impl ToObject for Pattern<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        match self {
            Pattern::MatchValue(node) => node.to_object(maker),
            Pattern::MatchSingleton(node) => node.to_object(maker),
            Pattern::MatchSequence(node) => node.to_object(maker),
            Pattern::MatchMapping(node) => node.to_object(maker),
            Pattern::MatchClass(node) => node.to_object(maker),
            Pattern::MatchStar(node) => node.to_object(maker),
            Pattern::MatchAs(node) => node.to_object(maker),
            Pattern::MatchOr(node) => node.to_object(maker),
        }
    }
}

impl ToObject for TypeParam<'_> {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        match self {
            TypeParam::TypeVar(node) => node.to_object(maker),
            TypeParam::ParamSpec(node) => node.to_object(maker),
            TypeParam::TypeVarTuple(node) => node.to_object(maker),
        }
    }
}

impl ToObject for ExprContext {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(maker.singleton(match self {
            ExprContext::Load => class::LOAD,
            ExprContext::Store => class::STORE,
            ExprContext::Del => class::DEL,
        }))
    }
}

impl ToObject for BoolOpKind {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(maker.singleton(match self {
            BoolOpKind::And => class::AND,
            BoolOpKind::Or => class::OR,
        }))
    }
}

impl ToObject for Operator {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(maker.singleton(match self {
            Operator::Add => class::ADD,
            Operator::Sub => class::SUB,
            Operator::Mult => class::MULT,
            Operator::MatMult => class::MAT_MULT,
            Operator::Div => class::DIV,
            Operator::Mod => class::MOD,
            Operator::Pow => class::POW,
            Operator::LShift => class::LSHIFT,
            Operator::RShift => class::RSHIFT,
            Operator::BitOr => class::BIT_OR,
            Operator::BitXor => class::BIT_XOR,
            Operator::BitAnd => class::BIT_AND,
            Operator::FloorDiv => class::FLOOR_DIV,
        }))
    }
}

impl ToObject for UnaryOpKind {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(maker.singleton(match self {
            UnaryOpKind::Invert => class::INVERT,
            UnaryOpKind::Not => class::NOT,
            UnaryOpKind::UAdd => class::UADD,
            UnaryOpKind::USub => class::USUB,
        }))
    }
}

impl ToObject for CmpOp {
    fn to_object(&self, maker: &Maker<'_>) -> PyResult {
        Ok(maker.singleton(match self {
            CmpOp::Eq => class::EQ,
            CmpOp::NotEq => class::NOT_EQ,
            CmpOp::Lt => class::LT,
            CmpOp::LtE => class::LT_E,
            CmpOp::Gt => class::GT,
            CmpOp::GtE => class::GT_E,
            CmpOp::Is => class::IS,
            CmpOp::IsNot => class::IS_NOT,
            CmpOp::In => class::IN,
            CmpOp::NotIn => class::NOT_IN,
        }))
    }
}

fn read_module<'a>(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Module<'a>> {
    let body = reader.list(object, "body", "Module")?;
    reader.type_ignores(object, "type_ignores", "Module")?;
    Ok(Module { body })
}

fn read_interactive<'a>(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Interactive<'a>> {
    let body = reader.list(object, "body", "Interactive")?;
    Ok(Interactive { body })
}

fn read_expression<'a>(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Expression<'a>> {
    let body = reader.one(object, "body", "Expression")?;
    let body = reader.filled(body, "body", "Expression")?;
    Ok(Expression { body })
}

impl<'a> FromObject<'a> for Mod<'a> {
    const ASDL: &'static str = "mod";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if object.is_none() {
            return Ok(None);
        }

        if reader.is(object, class::MODULE) {
            let node = read_module(reader, object)?;
            return Ok(Some(Mod::Module(reader.arena.alloc(node))));
        }
        if reader.is(object, class::INTERACTIVE) {
            let node = read_interactive(reader, object)?;
            return Ok(Some(Mod::Interactive(reader.arena.alloc(node))));
        }
        if reader.is(object, class::EXPRESSION) {
            let node = read_expression(reader, object)?;
            return Ok(Some(Mod::Expression(reader.arena.alloc(node))));
        }

        Err(reader.unexpected("mod", object))
    }
}

fn read_function_def<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<FunctionDef<'a>> {
    let name = reader.one(object, "name", "FunctionDef")?;
    let args = reader.one(object, "args", "FunctionDef")?;
    let body = reader.list(object, "body", "FunctionDef")?;
    let decorator_list = reader.list(object, "decorator_list", "FunctionDef")?;
    let returns = reader.optional(object, "returns", "FunctionDef")?;
    reader.type_comment(object, "type_comment")?;
    let type_params = reader.list(object, "type_params", "FunctionDef")?;
    let name = reader.filled(name, "name", "FunctionDef")?;
    let args = reader.filled(args, "args", "FunctionDef")?;
    Ok(FunctionDef {
        loc,
        name,
        args,
        body,
        decorator_list,
        returns,
        type_params,
    })
}

fn read_async_function_def<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<AsyncFunctionDef<'a>> {
    let name = reader.one(object, "name", "AsyncFunctionDef")?;
    let args = reader.one(object, "args", "AsyncFunctionDef")?;
    let body = reader.list(object, "body", "AsyncFunctionDef")?;
    let decorator_list = reader.list(object, "decorator_list", "AsyncFunctionDef")?;
    let returns = reader.optional(object, "returns", "AsyncFunctionDef")?;
    reader.type_comment(object, "type_comment")?;
    let type_params = reader.list(object, "type_params", "AsyncFunctionDef")?;
    let name = reader.filled(name, "name", "AsyncFunctionDef")?;
    let args = reader.filled(args, "args", "AsyncFunctionDef")?;
    Ok(AsyncFunctionDef {
        loc,
        name,
        args,
        body,
        decorator_list,
        returns,
        type_params,
    })
}

fn read_class_def<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<ClassDef<'a>> {
    let name = reader.one(object, "name", "ClassDef")?;
    let bases = reader.list(object, "bases", "ClassDef")?;
    let keywords = reader.list(object, "keywords", "ClassDef")?;
    let body = reader.list(object, "body", "ClassDef")?;
    let decorator_list = reader.list(object, "decorator_list", "ClassDef")?;
    let type_params = reader.list(object, "type_params", "ClassDef")?;
    let name = reader.filled(name, "name", "ClassDef")?;
    Ok(ClassDef {
        loc,
        name,
        bases,
        keywords,
        body,
        decorator_list,
        type_params,
    })
}

fn read_return<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Return<'a>> {
    let value = reader.optional(object, "value", "Return")?;
    Ok(Return { loc, value })
}

fn read_delete<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Delete<'a>> {
    let targets = reader.list(object, "targets", "Delete")?;
    Ok(Delete { loc, targets })
}

fn read_assign<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Assign<'a>> {
    let targets = reader.list(object, "targets", "Assign")?;
    let value = reader.one(object, "value", "Assign")?;
    reader.type_comment(object, "type_comment")?;
    let value = reader.filled(value, "value", "Assign")?;
    Ok(Assign {
        loc,
        targets,
        value,
    })
}

fn read_type_alias<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<TypeAlias<'a>> {
    let name = reader.one(object, "name", "TypeAlias")?;
    let type_params = reader.list(object, "type_params", "TypeAlias")?;
    let value = reader.one(object, "value", "TypeAlias")?;
    let name = reader.filled(name, "name", "TypeAlias")?;
    let value = reader.filled(value, "value", "TypeAlias")?;
    Ok(TypeAlias {
        loc,
        name,
        type_params,
        value,
    })
}

fn read_aug_assign<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<AugAssign<'a>> {
    let target = reader.one(object, "target", "AugAssign")?;
    let op = reader.one(object, "op", "AugAssign")?;
    let value = reader.one(object, "value", "AugAssign")?;
    let target = reader.filled(target, "target", "AugAssign")?;
    let op = reader.filled(op, "op", "AugAssign")?;
    let value = reader.filled(value, "value", "AugAssign")?;
    Ok(AugAssign {
        loc,
        target,
        op,
        value,
    })
}

fn read_ann_assign<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<AnnAssign<'a>> {
    let target = reader.one(object, "target", "AnnAssign")?;
    let annotation = reader.one(object, "annotation", "AnnAssign")?;
    let value = reader.optional(object, "value", "AnnAssign")?;
    let simple = reader.one(object, "simple", "AnnAssign")?;
    let target = reader.filled(target, "target", "AnnAssign")?;
    let annotation = reader.filled(annotation, "annotation", "AnnAssign")?;
    let simple = reader.filled(simple, "simple", "AnnAssign")?;
    Ok(AnnAssign {
        loc,
        target,
        annotation,
        value,
        simple,
    })
}

fn read_for<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<For<'a>> {
    let target = reader.one(object, "target", "For")?;
    let iter = reader.one(object, "iter", "For")?;
    let body = reader.list(object, "body", "For")?;
    let orelse = reader.list(object, "orelse", "For")?;
    reader.type_comment(object, "type_comment")?;
    let target = reader.filled(target, "target", "For")?;
    let iter = reader.filled(iter, "iter", "For")?;
    Ok(For {
        loc,
        target,
        iter,
        body,
        orelse,
    })
}

fn read_async_for<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<AsyncFor<'a>> {
    let target = reader.one(object, "target", "AsyncFor")?;
    let iter = reader.one(object, "iter", "AsyncFor")?;
    let body = reader.list(object, "body", "AsyncFor")?;
    let orelse = reader.list(object, "orelse", "AsyncFor")?;
    reader.type_comment(object, "type_comment")?;
    let target = reader.filled(target, "target", "AsyncFor")?;
    let iter = reader.filled(iter, "iter", "AsyncFor")?;
    Ok(AsyncFor {
        loc,
        target,
        iter,
        body,
        orelse,
    })
}

fn read_while<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<While<'a>> {
    let test = reader.one(object, "test", "While")?;
    let body = reader.list(object, "body", "While")?;
    let orelse = reader.list(object, "orelse", "While")?;
    let test = reader.filled(test, "test", "While")?;
    Ok(While {
        loc,
        test,
        body,
        orelse,
    })
}

fn read_if<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<If<'a>> {
    let test = reader.one(object, "test", "If")?;
    let body = reader.list(object, "body", "If")?;
    let orelse = reader.list(object, "orelse", "If")?;
    let test = reader.filled(test, "test", "If")?;
    Ok(If {
        loc,
        test,
        body,
        orelse,
    })
}

fn read_with<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<With<'a>> {
    let items = reader.list(object, "items", "With")?;
    let body = reader.list(object, "body", "With")?;
    reader.type_comment(object, "type_comment")?;
    Ok(With { loc, items, body })
}

fn read_async_with<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<AsyncWith<'a>> {
    let items = reader.list(object, "items", "AsyncWith")?;
    let body = reader.list(object, "body", "AsyncWith")?;
    reader.type_comment(object, "type_comment")?;
    Ok(AsyncWith { loc, items, body })
}

fn read_match<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Match<'a>> {
    let subject = reader.one(object, "subject", "Match")?;
    let cases = reader.list(object, "cases", "Match")?;
    let subject = reader.filled(subject, "subject", "Match")?;
    Ok(Match {
        loc,
        subject,
        cases,
    })
}

fn read_raise<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Raise<'a>> {
    let exc = reader.optional(object, "exc", "Raise")?;
    let cause = reader.optional(object, "cause", "Raise")?;
    Ok(Raise { loc, exc, cause })
}

fn read_try<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Try<'a>> {
    let body = reader.list(object, "body", "Try")?;
    let handlers = reader.list(object, "handlers", "Try")?;
    let orelse = reader.list(object, "orelse", "Try")?;
    let finalbody = reader.list(object, "finalbody", "Try")?;
    Ok(Try {
        loc,
        body,
        handlers,
        orelse,
        finalbody,
    })
}

fn read_try_star<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<TryStar<'a>> {
    let body = reader.list(object, "body", "TryStar")?;
    let handlers = reader.list(object, "handlers", "TryStar")?;
    let orelse = reader.list(object, "orelse", "TryStar")?;
    let finalbody = reader.list(object, "finalbody", "TryStar")?;
    Ok(TryStar {
        loc,
        body,
        handlers,
        orelse,
        finalbody,
    })
}

fn read_assert<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Assert<'a>> {
    let test = reader.one(object, "test", "Assert")?;
    let msg = reader.optional(object, "msg", "Assert")?;
    let test = reader.filled(test, "test", "Assert")?;
    Ok(Assert { loc, test, msg })
}

fn read_import<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Import<'a>> {
    let names = reader.list(object, "names", "Import")?;
    Ok(Import { loc, names })
}

fn read_import_from<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<ImportFrom<'a>> {
    let module = reader.optional(object, "module", "ImportFrom")?;
    let names = reader.list(object, "names", "ImportFrom")?;
    let level = reader.level(object, "level")?;
    Ok(ImportFrom {
        loc,
        module,
        names,
        level,
    })
}

fn read_global<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Global<'a>> {
    let names = reader.list(object, "names", "Global")?;
    Ok(Global { loc, names })
}

fn read_nonlocal<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Nonlocal<'a>> {
    let names = reader.list(object, "names", "Nonlocal")?;
    Ok(Nonlocal { loc, names })
}

fn read_expr_stmt<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<ExprStmt<'a>> {
    let value = reader.one(object, "value", "Expr")?;
    let value = reader.filled(value, "value", "Expr")?;
    Ok(ExprStmt { loc, value })
}

fn read_pass(_reader: &Reader<'_, '_>, _object: &Value, loc: Loc) -> PyResult<Pass> {
    Ok(Pass { loc })
}

fn read_break(_reader: &Reader<'_, '_>, _object: &Value, loc: Loc) -> PyResult<Break> {
    Ok(Break { loc })
}

fn read_continue(_reader: &Reader<'_, '_>, _object: &Value, loc: Loc) -> PyResult<Continue> {
    Ok(Continue { loc })
}

impl<'a> FromObject<'a> for Stmt<'a> {
    const ASDL: &'static str = "stmt";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if object.is_none() {
            return Ok(None);
        }
        let loc = reader.loc(object, "stmt")?;
        if reader.is(object, class::FUNCTION_DEF) {
            let node = read_function_def(reader, object, loc)?;
            return Ok(Some(Stmt::FunctionDef(reader.arena.alloc(node))));
        }
        if reader.is(object, class::ASYNC_FUNCTION_DEF) {
            let node = read_async_function_def(reader, object, loc)?;
            return Ok(Some(Stmt::AsyncFunctionDef(reader.arena.alloc(node))));
        }
        if reader.is(object, class::CLASS_DEF) {
            let node = read_class_def(reader, object, loc)?;
            return Ok(Some(Stmt::ClassDef(reader.arena.alloc(node))));
        }
        if reader.is(object, class::RETURN) {
            let node = read_return(reader, object, loc)?;
            return Ok(Some(Stmt::Return(reader.arena.alloc(node))));
        }
        if reader.is(object, class::DELETE) {
            let node = read_delete(reader, object, loc)?;
            return Ok(Some(Stmt::Delete(reader.arena.alloc(node))));
        }
        if reader.is(object, class::ASSIGN) {
            let node = read_assign(reader, object, loc)?;
            return Ok(Some(Stmt::Assign(reader.arena.alloc(node))));
        }
        if reader.is(object, class::TYPE_ALIAS) {
            let node = read_type_alias(reader, object, loc)?;
            return Ok(Some(Stmt::TypeAlias(reader.arena.alloc(node))));
        }
        if reader.is(object, class::AUG_ASSIGN) {
            let node = read_aug_assign(reader, object, loc)?;
            return Ok(Some(Stmt::AugAssign(reader.arena.alloc(node))));
        }
        if reader.is(object, class::ANN_ASSIGN) {
            let node = read_ann_assign(reader, object, loc)?;
            return Ok(Some(Stmt::AnnAssign(reader.arena.alloc(node))));
        }
        if reader.is(object, class::FOR) {
            let node = read_for(reader, object, loc)?;
            return Ok(Some(Stmt::For(reader.arena.alloc(node))));
        }
        if reader.is(object, class::ASYNC_FOR) {
            let node = read_async_for(reader, object, loc)?;
            return Ok(Some(Stmt::AsyncFor(reader.arena.alloc(node))));
        }
        if reader.is(object, class::WHILE) {
            let node = read_while(reader, object, loc)?;
            return Ok(Some(Stmt::While(reader.arena.alloc(node))));
        }
        if reader.is(object, class::IF) {
            let node = read_if(reader, object, loc)?;
            return Ok(Some(Stmt::If(reader.arena.alloc(node))));
        }
        if reader.is(object, class::WITH) {
            let node = read_with(reader, object, loc)?;
            return Ok(Some(Stmt::With(reader.arena.alloc(node))));
        }
        if reader.is(object, class::ASYNC_WITH) {
            let node = read_async_with(reader, object, loc)?;
            return Ok(Some(Stmt::AsyncWith(reader.arena.alloc(node))));
        }
        if reader.is(object, class::MATCH) {
            let node = read_match(reader, object, loc)?;
            return Ok(Some(Stmt::Match(reader.arena.alloc(node))));
        }
        if reader.is(object, class::RAISE) {
            let node = read_raise(reader, object, loc)?;
            return Ok(Some(Stmt::Raise(reader.arena.alloc(node))));
        }
        if reader.is(object, class::TRY) {
            let node = read_try(reader, object, loc)?;
            return Ok(Some(Stmt::Try(reader.arena.alloc(node))));
        }
        if reader.is(object, class::TRY_STAR) {
            let node = read_try_star(reader, object, loc)?;
            return Ok(Some(Stmt::TryStar(reader.arena.alloc(node))));
        }
        if reader.is(object, class::ASSERT) {
            let node = read_assert(reader, object, loc)?;
            return Ok(Some(Stmt::Assert(reader.arena.alloc(node))));
        }
        if reader.is(object, class::IMPORT) {
            let node = read_import(reader, object, loc)?;
            return Ok(Some(Stmt::Import(reader.arena.alloc(node))));
        }
        if reader.is(object, class::IMPORT_FROM) {
            let node = read_import_from(reader, object, loc)?;
            return Ok(Some(Stmt::ImportFrom(reader.arena.alloc(node))));
        }
        if reader.is(object, class::GLOBAL) {
            let node = read_global(reader, object, loc)?;
            return Ok(Some(Stmt::Global(reader.arena.alloc(node))));
        }
        if reader.is(object, class::NONLOCAL) {
            let node = read_nonlocal(reader, object, loc)?;
            return Ok(Some(Stmt::Nonlocal(reader.arena.alloc(node))));
        }
        if reader.is(object, class::EXPR) {
            let node = read_expr_stmt(reader, object, loc)?;
            return Ok(Some(Stmt::Expr(reader.arena.alloc(node))));
        }
        if reader.is(object, class::PASS) {
            let node = read_pass(reader, object, loc)?;
            return Ok(Some(Stmt::Pass(reader.arena.alloc(node))));
        }
        if reader.is(object, class::BREAK) {
            let node = read_break(reader, object, loc)?;
            return Ok(Some(Stmt::Break(reader.arena.alloc(node))));
        }
        if reader.is(object, class::CONTINUE) {
            let node = read_continue(reader, object, loc)?;
            return Ok(Some(Stmt::Continue(reader.arena.alloc(node))));
        }

        Err(reader.unexpected("stmt", object))
    }

    fn hole(reader: &Reader<'_, 'a>) -> Option<Self> {
        super::from_object::stmt_hole(reader)
    }
}

fn read_bool_op<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<BoolOp<'a>> {
    let op = reader.one(object, "op", "BoolOp")?;
    let values = reader.list(object, "values", "BoolOp")?;
    let op = reader.filled(op, "op", "BoolOp")?;
    Ok(BoolOp { loc, op, values })
}

fn read_named_expr<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<NamedExpr<'a>> {
    let target = reader.one(object, "target", "NamedExpr")?;
    let value = reader.one(object, "value", "NamedExpr")?;
    let target = reader.filled(target, "target", "NamedExpr")?;
    let value = reader.filled(value, "value", "NamedExpr")?;
    Ok(NamedExpr { loc, target, value })
}

fn read_bin_op<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<BinOp<'a>> {
    let left = reader.one(object, "left", "BinOp")?;
    let op = reader.one(object, "op", "BinOp")?;
    let right = reader.one(object, "right", "BinOp")?;
    let left = reader.filled(left, "left", "BinOp")?;
    let op = reader.filled(op, "op", "BinOp")?;
    let right = reader.filled(right, "right", "BinOp")?;
    Ok(BinOp {
        loc,
        left,
        op,
        right,
    })
}

fn read_unary_op<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<UnaryOp<'a>> {
    let op = reader.one(object, "op", "UnaryOp")?;
    let operand = reader.one(object, "operand", "UnaryOp")?;
    let op = reader.filled(op, "op", "UnaryOp")?;
    let operand = reader.filled(operand, "operand", "UnaryOp")?;
    Ok(UnaryOp { loc, op, operand })
}

fn read_lambda<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Lambda<'a>> {
    let args = reader.one(object, "args", "Lambda")?;
    let body = reader.one(object, "body", "Lambda")?;
    let args = reader.filled(args, "args", "Lambda")?;
    let body = reader.filled(body, "body", "Lambda")?;
    Ok(Lambda { loc, args, body })
}

fn read_if_exp<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<IfExp<'a>> {
    let test = reader.one(object, "test", "IfExp")?;
    let body = reader.one(object, "body", "IfExp")?;
    let orelse = reader.one(object, "orelse", "IfExp")?;
    let test = reader.filled(test, "test", "IfExp")?;
    let body = reader.filled(body, "body", "IfExp")?;
    let orelse = reader.filled(orelse, "orelse", "IfExp")?;
    Ok(IfExp {
        loc,
        test,
        body,
        orelse,
    })
}

fn read_dict<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Dict<'a>> {
    let keys = reader.holes(object, "keys", "Dict")?;
    let values = reader.list(object, "values", "Dict")?;
    Ok(Dict { loc, keys, values })
}

fn read_set<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Set<'a>> {
    let elts = reader.list(object, "elts", "Set")?;
    Ok(Set { loc, elts })
}

fn read_list_comp<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<ListComp<'a>> {
    let elt = reader.one(object, "elt", "ListComp")?;
    let generators = reader.list(object, "generators", "ListComp")?;
    let elt = reader.filled(elt, "elt", "ListComp")?;
    Ok(ListComp {
        loc,
        elt,
        generators,
    })
}

fn read_set_comp<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<SetComp<'a>> {
    let elt = reader.one(object, "elt", "SetComp")?;
    let generators = reader.list(object, "generators", "SetComp")?;
    let elt = reader.filled(elt, "elt", "SetComp")?;
    Ok(SetComp {
        loc,
        elt,
        generators,
    })
}

fn read_dict_comp<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<DictComp<'a>> {
    let key = reader.one(object, "key", "DictComp")?;
    let value = reader.one(object, "value", "DictComp")?;
    let generators = reader.list(object, "generators", "DictComp")?;
    let key = reader.filled(key, "key", "DictComp")?;
    let value = reader.filled(value, "value", "DictComp")?;
    Ok(DictComp {
        loc,
        key,
        value,
        generators,
    })
}

fn read_generator_exp<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<GeneratorExp<'a>> {
    let elt = reader.one(object, "elt", "GeneratorExp")?;
    let generators = reader.list(object, "generators", "GeneratorExp")?;
    let elt = reader.filled(elt, "elt", "GeneratorExp")?;
    Ok(GeneratorExp {
        loc,
        elt,
        generators,
    })
}

fn read_await<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Await<'a>> {
    let value = reader.one(object, "value", "Await")?;
    let value = reader.filled(value, "value", "Await")?;
    Ok(Await { loc, value })
}

fn read_yield<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Yield<'a>> {
    let value = reader.optional(object, "value", "Yield")?;
    Ok(Yield { loc, value })
}

fn read_yield_from<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<YieldFrom<'a>> {
    let value = reader.one(object, "value", "YieldFrom")?;
    let value = reader.filled(value, "value", "YieldFrom")?;
    Ok(YieldFrom { loc, value })
}

fn read_compare<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Compare<'a>> {
    let left = reader.one(object, "left", "Compare")?;
    let ops = reader.list(object, "ops", "Compare")?;
    let comparators = reader.list(object, "comparators", "Compare")?;
    let left = reader.filled(left, "left", "Compare")?;
    Ok(Compare {
        loc,
        left,
        ops,
        comparators,
    })
}

fn read_call<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Call<'a>> {
    let func = reader.one(object, "func", "Call")?;
    let args = reader.list(object, "args", "Call")?;
    let keywords = reader.list(object, "keywords", "Call")?;
    let func = reader.filled(func, "func", "Call")?;
    Ok(Call {
        loc,
        func,
        args,
        keywords,
    })
}

fn read_formatted_value<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<FormattedValue<'a>> {
    let value = reader.one(object, "value", "FormattedValue")?;
    let conversion = reader.one(object, "conversion", "FormattedValue")?;
    let format_spec = reader.optional(object, "format_spec", "FormattedValue")?;
    let value = reader.filled(value, "value", "FormattedValue")?;
    let conversion = reader.filled(conversion, "conversion", "FormattedValue")?;
    Ok(FormattedValue {
        loc,
        value,
        conversion,
        format_spec,
    })
}

fn read_joined_str<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<JoinedStr<'a>> {
    let values = reader.list(object, "values", "JoinedStr")?;
    Ok(JoinedStr { loc, values })
}

fn read_constant_expr<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<ConstantExpr<'a>> {
    let value = reader.one(object, "value", "Constant")?;
    let kind = reader.kind(object, "kind")?;
    let value = reader.filled(value, "value", "Constant")?;
    Ok(ConstantExpr { loc, value, kind })
}

fn read_attribute<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<Attribute<'a>> {
    let value = reader.one(object, "value", "Attribute")?;
    let attr = reader.one(object, "attr", "Attribute")?;
    let ctx = reader.one(object, "ctx", "Attribute")?;
    let value = reader.filled(value, "value", "Attribute")?;
    let attr = reader.filled(attr, "attr", "Attribute")?;
    let ctx = reader.filled(ctx, "ctx", "Attribute")?;
    Ok(Attribute {
        loc,
        value,
        attr,
        ctx,
    })
}

fn read_subscript<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<Subscript<'a>> {
    let value = reader.one(object, "value", "Subscript")?;
    let slice = reader.one(object, "slice", "Subscript")?;
    let ctx = reader.one(object, "ctx", "Subscript")?;
    let value = reader.filled(value, "value", "Subscript")?;
    let slice = reader.filled(slice, "slice", "Subscript")?;
    let ctx = reader.filled(ctx, "ctx", "Subscript")?;
    Ok(Subscript {
        loc,
        value,
        slice,
        ctx,
    })
}

fn read_starred<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Starred<'a>> {
    let value = reader.one(object, "value", "Starred")?;
    let ctx = reader.one(object, "ctx", "Starred")?;
    let value = reader.filled(value, "value", "Starred")?;
    let ctx = reader.filled(ctx, "ctx", "Starred")?;
    Ok(Starred { loc, value, ctx })
}

fn read_name_expr(reader: &Reader<'_, '_>, object: &Value, loc: Loc) -> PyResult<NameExpr> {
    let id = reader.one(object, "id", "Name")?;
    let ctx = reader.one(object, "ctx", "Name")?;
    let id = reader.filled(id, "id", "Name")?;
    let ctx = reader.filled(ctx, "ctx", "Name")?;
    Ok(NameExpr { loc, id, ctx })
}

fn read_list<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<List<'a>> {
    let elts = reader.list(object, "elts", "List")?;
    let ctx = reader.one(object, "ctx", "List")?;
    let ctx = reader.filled(ctx, "ctx", "List")?;
    Ok(List { loc, elts, ctx })
}

fn read_tuple<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Tuple<'a>> {
    let elts = reader.list(object, "elts", "Tuple")?;
    let ctx = reader.one(object, "ctx", "Tuple")?;
    let ctx = reader.filled(ctx, "ctx", "Tuple")?;
    Ok(Tuple { loc, elts, ctx })
}

fn read_slice<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<Slice<'a>> {
    let lower = reader.optional(object, "lower", "Slice")?;
    let upper = reader.optional(object, "upper", "Slice")?;
    let step = reader.optional(object, "step", "Slice")?;
    Ok(Slice {
        loc,
        lower,
        upper,
        step,
    })
}

impl<'a> FromObject<'a> for Expr<'a> {
    const ASDL: &'static str = "expr";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if object.is_none() {
            return Ok(None);
        }
        let loc = reader.loc(object, "expr")?;
        if reader.is(object, class::BOOL_OP) {
            let node = read_bool_op(reader, object, loc)?;
            return Ok(Some(Expr::BoolOp(reader.arena.alloc(node))));
        }
        if reader.is(object, class::NAMED_EXPR) {
            let node = read_named_expr(reader, object, loc)?;
            return Ok(Some(Expr::NamedExpr(reader.arena.alloc(node))));
        }
        if reader.is(object, class::BIN_OP) {
            let node = read_bin_op(reader, object, loc)?;
            return Ok(Some(Expr::BinOp(reader.arena.alloc(node))));
        }
        if reader.is(object, class::UNARY_OP) {
            let node = read_unary_op(reader, object, loc)?;
            return Ok(Some(Expr::UnaryOp(reader.arena.alloc(node))));
        }
        if reader.is(object, class::LAMBDA) {
            let node = read_lambda(reader, object, loc)?;
            return Ok(Some(Expr::Lambda(reader.arena.alloc(node))));
        }
        if reader.is(object, class::IF_EXP) {
            let node = read_if_exp(reader, object, loc)?;
            return Ok(Some(Expr::IfExp(reader.arena.alloc(node))));
        }
        if reader.is(object, class::DICT) {
            let node = read_dict(reader, object, loc)?;
            return Ok(Some(Expr::Dict(reader.arena.alloc(node))));
        }
        if reader.is(object, class::SET) {
            let node = read_set(reader, object, loc)?;
            return Ok(Some(Expr::Set(reader.arena.alloc(node))));
        }
        if reader.is(object, class::LIST_COMP) {
            let node = read_list_comp(reader, object, loc)?;
            return Ok(Some(Expr::ListComp(reader.arena.alloc(node))));
        }
        if reader.is(object, class::SET_COMP) {
            let node = read_set_comp(reader, object, loc)?;
            return Ok(Some(Expr::SetComp(reader.arena.alloc(node))));
        }
        if reader.is(object, class::DICT_COMP) {
            let node = read_dict_comp(reader, object, loc)?;
            return Ok(Some(Expr::DictComp(reader.arena.alloc(node))));
        }
        if reader.is(object, class::GENERATOR_EXP) {
            let node = read_generator_exp(reader, object, loc)?;
            return Ok(Some(Expr::GeneratorExp(reader.arena.alloc(node))));
        }
        if reader.is(object, class::AWAIT) {
            let node = read_await(reader, object, loc)?;
            return Ok(Some(Expr::Await(reader.arena.alloc(node))));
        }
        if reader.is(object, class::YIELD) {
            let node = read_yield(reader, object, loc)?;
            return Ok(Some(Expr::Yield(reader.arena.alloc(node))));
        }
        if reader.is(object, class::YIELD_FROM) {
            let node = read_yield_from(reader, object, loc)?;
            return Ok(Some(Expr::YieldFrom(reader.arena.alloc(node))));
        }
        if reader.is(object, class::COMPARE) {
            let node = read_compare(reader, object, loc)?;
            return Ok(Some(Expr::Compare(reader.arena.alloc(node))));
        }
        if reader.is(object, class::CALL) {
            let node = read_call(reader, object, loc)?;
            return Ok(Some(Expr::Call(reader.arena.alloc(node))));
        }
        if reader.is(object, class::FORMATTED_VALUE) {
            let node = read_formatted_value(reader, object, loc)?;
            return Ok(Some(Expr::FormattedValue(reader.arena.alloc(node))));
        }
        if reader.is(object, class::JOINED_STR) {
            let node = read_joined_str(reader, object, loc)?;
            return Ok(Some(Expr::JoinedStr(reader.arena.alloc(node))));
        }
        if reader.is(object, class::CONSTANT) {
            let node = read_constant_expr(reader, object, loc)?;
            return Ok(Some(Expr::Constant(reader.arena.alloc(node))));
        }
        if reader.is(object, class::ATTRIBUTE) {
            let node = read_attribute(reader, object, loc)?;
            return Ok(Some(Expr::Attribute(reader.arena.alloc(node))));
        }
        if reader.is(object, class::SUBSCRIPT) {
            let node = read_subscript(reader, object, loc)?;
            return Ok(Some(Expr::Subscript(reader.arena.alloc(node))));
        }
        if reader.is(object, class::STARRED) {
            let node = read_starred(reader, object, loc)?;
            return Ok(Some(Expr::Starred(reader.arena.alloc(node))));
        }
        if reader.is(object, class::NAME) {
            let node = read_name_expr(reader, object, loc)?;
            return Ok(Some(Expr::Name(reader.arena.alloc(node))));
        }
        if reader.is(object, class::LIST) {
            let node = read_list(reader, object, loc)?;
            return Ok(Some(Expr::List(reader.arena.alloc(node))));
        }
        if reader.is(object, class::TUPLE) {
            let node = read_tuple(reader, object, loc)?;
            return Ok(Some(Expr::Tuple(reader.arena.alloc(node))));
        }
        if reader.is(object, class::SLICE) {
            let node = read_slice(reader, object, loc)?;
            return Ok(Some(Expr::Slice(reader.arena.alloc(node))));
        }

        Err(reader.unexpected("expr", object))
    }

    fn hole(reader: &Reader<'_, 'a>) -> Option<Self> {
        super::from_object::expr_hole(reader)
    }
}

fn read_match_value<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<MatchValue<'a>> {
    let value = reader.one(object, "value", "MatchValue")?;
    let value = reader.filled(value, "value", "MatchValue")?;
    Ok(MatchValue { loc, value })
}

fn read_match_singleton<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<MatchSingleton<'a>> {
    let value = reader.one(object, "value", "MatchSingleton")?;
    let value = reader.filled(value, "value", "MatchSingleton")?;
    Ok(MatchSingleton { loc, value })
}

fn read_match_sequence<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<MatchSequence<'a>> {
    let patterns = reader.list(object, "patterns", "MatchSequence")?;
    Ok(MatchSequence { loc, patterns })
}

fn read_match_mapping<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<MatchMapping<'a>> {
    let keys = reader.list(object, "keys", "MatchMapping")?;
    let patterns = reader.list(object, "patterns", "MatchMapping")?;
    let rest = reader.optional(object, "rest", "MatchMapping")?;
    Ok(MatchMapping {
        loc,
        keys,
        patterns,
        rest,
    })
}

fn read_match_class<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<MatchClass<'a>> {
    let cls = reader.one(object, "cls", "MatchClass")?;
    let patterns = reader.list(object, "patterns", "MatchClass")?;
    let kwd_attrs = reader.list(object, "kwd_attrs", "MatchClass")?;
    let kwd_patterns = reader.list(object, "kwd_patterns", "MatchClass")?;
    let cls = reader.filled(cls, "cls", "MatchClass")?;
    Ok(MatchClass {
        loc,
        cls,
        patterns,
        kwd_attrs,
        kwd_patterns,
    })
}

fn read_match_star(reader: &Reader<'_, '_>, object: &Value, loc: Loc) -> PyResult<MatchStar> {
    let name = reader.optional(object, "name", "MatchStar")?;
    Ok(MatchStar { loc, name })
}

fn read_match_as<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<MatchAs<'a>> {
    let pattern = reader.optional(object, "pattern", "MatchAs")?;
    let name = reader.optional(object, "name", "MatchAs")?;
    Ok(MatchAs { loc, pattern, name })
}

fn read_match_or<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<MatchOr<'a>> {
    let patterns = reader.list(object, "patterns", "MatchOr")?;
    Ok(MatchOr { loc, patterns })
}

impl<'a> FromObject<'a> for Pattern<'a> {
    const ASDL: &'static str = "pattern";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if object.is_none() {
            return Ok(None);
        }
        let loc = reader.loc(object, "pattern")?;
        if reader.is(object, class::MATCH_VALUE) {
            let node = read_match_value(reader, object, loc)?;
            return Ok(Some(Pattern::MatchValue(reader.arena.alloc(node))));
        }
        if reader.is(object, class::MATCH_SINGLETON) {
            let node = read_match_singleton(reader, object, loc)?;
            return Ok(Some(Pattern::MatchSingleton(reader.arena.alloc(node))));
        }
        if reader.is(object, class::MATCH_SEQUENCE) {
            let node = read_match_sequence(reader, object, loc)?;
            return Ok(Some(Pattern::MatchSequence(reader.arena.alloc(node))));
        }
        if reader.is(object, class::MATCH_MAPPING) {
            let node = read_match_mapping(reader, object, loc)?;
            return Ok(Some(Pattern::MatchMapping(reader.arena.alloc(node))));
        }
        if reader.is(object, class::MATCH_CLASS) {
            let node = read_match_class(reader, object, loc)?;
            return Ok(Some(Pattern::MatchClass(reader.arena.alloc(node))));
        }
        if reader.is(object, class::MATCH_STAR) {
            let node = read_match_star(reader, object, loc)?;
            return Ok(Some(Pattern::MatchStar(reader.arena.alloc(node))));
        }
        if reader.is(object, class::MATCH_AS) {
            let node = read_match_as(reader, object, loc)?;
            return Ok(Some(Pattern::MatchAs(reader.arena.alloc(node))));
        }
        if reader.is(object, class::MATCH_OR) {
            let node = read_match_or(reader, object, loc)?;
            return Ok(Some(Pattern::MatchOr(reader.arena.alloc(node))));
        }

        Err(reader.unexpected("pattern", object))
    }
}

fn read_type_var<'a>(reader: &Reader<'_, 'a>, object: &Value, loc: Loc) -> PyResult<TypeVar<'a>> {
    let name = reader.one(object, "name", "TypeVar")?;
    let bound = reader.optional(object, "bound", "TypeVar")?;
    let name = reader.filled(name, "name", "TypeVar")?;
    Ok(TypeVar {
        loc,
        name,
        bound,
        default_value: None,
    })
}

fn read_param_spec<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<ParamSpec<'a>> {
    let name = reader.one(object, "name", "ParamSpec")?;
    let name = reader.filled(name, "name", "ParamSpec")?;
    Ok(ParamSpec {
        loc,
        name,
        default_value: None,
    })
}

fn read_type_var_tuple<'a>(
    reader: &Reader<'_, 'a>,
    object: &Value,
    loc: Loc,
) -> PyResult<TypeVarTuple<'a>> {
    let name = reader.one(object, "name", "TypeVarTuple")?;
    let name = reader.filled(name, "name", "TypeVarTuple")?;
    Ok(TypeVarTuple {
        loc,
        name,
        default_value: None,
    })
}

impl<'a> FromObject<'a> for TypeParam<'a> {
    const ASDL: &'static str = "type_param";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if object.is_none() {
            return Ok(None);
        }
        let loc = reader.loc(object, "type_param")?;
        if reader.is(object, class::TYPE_VAR) {
            let node = read_type_var(reader, object, loc)?;
            return Ok(Some(TypeParam::TypeVar(reader.arena.alloc(node))));
        }
        if reader.is(object, class::PARAM_SPEC) {
            let node = read_param_spec(reader, object, loc)?;
            return Ok(Some(TypeParam::ParamSpec(reader.arena.alloc(node))));
        }
        if reader.is(object, class::TYPE_VAR_TUPLE) {
            let node = read_type_var_tuple(reader, object, loc)?;
            return Ok(Some(TypeParam::TypeVarTuple(reader.arena.alloc(node))));
        }

        Err(reader.unexpected("type_param", object))
    }
}

impl<'a> FromObject<'a> for ExceptHandler<'a> {
    const ASDL: &'static str = "excepthandler";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if object.is_none() {
            return Ok(None);
        }
        let loc = reader.loc(object, "excepthandler")?;
        if !reader.is(object, class::EXCEPT_HANDLER) {
            return Err(reader.unexpected("excepthandler", object));
        }
        let r#type = reader.optional(object, "type", "ExceptHandler")?;
        let name = reader.optional(object, "name", "ExceptHandler")?;
        let body = reader.list(object, "body", "ExceptHandler")?;

        Ok(Some(ExceptHandler {
            loc,
            r#type,
            name,
            body,
        }))
    }
}

impl<'a> FromObject<'a> for Comprehension<'a> {
    const ASDL: &'static str = "comprehension";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        let target = reader.one(object, "target", "comprehension")?;
        let iter = reader.one(object, "iter", "comprehension")?;
        let ifs = reader.list(object, "ifs", "comprehension")?;
        let is_async = reader.one(object, "is_async", "comprehension")?;
        let target = reader.filled(target, "target", "comprehension")?;
        let iter = reader.filled(iter, "iter", "comprehension")?;
        let is_async = reader.filled(is_async, "is_async", "comprehension")?;

        Ok(Some(Comprehension {
            target,
            iter,
            ifs,
            is_async,
        }))
    }
}

impl<'a> FromObject<'a> for Arguments<'a> {
    const ASDL: &'static str = "arguments";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        let posonlyargs = reader.list(object, "posonlyargs", "arguments")?;
        let args = reader.list(object, "args", "arguments")?;
        let vararg = reader.optional(object, "vararg", "arguments")?;
        let kwonlyargs = reader.list(object, "kwonlyargs", "arguments")?;
        let kw_defaults = reader.holes(object, "kw_defaults", "arguments")?;
        let kwarg = reader.optional(object, "kwarg", "arguments")?;
        let defaults = reader.list(object, "defaults", "arguments")?;

        Ok(Some(Arguments {
            posonlyargs,
            args,
            vararg,
            kwonlyargs,
            kw_defaults,
            kwarg,
            defaults,
        }))
    }
}

impl<'a> FromObject<'a> for Arg<'a> {
    const ASDL: &'static str = "arg";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        let arg = reader.one(object, "arg", "arg")?;
        let annotation = reader.optional(object, "annotation", "arg")?;
        reader.type_comment(object, "type_comment")?;
        let arg = reader.filled(arg, "arg", "arg")?;
        let loc = reader.loc(object, "arg")?;
        Ok(Some(Arg {
            loc,
            arg,
            annotation,
        }))
    }
}

impl<'a> FromObject<'a> for Keyword<'a> {
    const ASDL: &'static str = "keyword";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        let arg = reader.optional(object, "arg", "keyword")?;
        let value = reader.one(object, "value", "keyword")?;
        let value = reader.filled(value, "value", "keyword")?;
        let loc = reader.loc(object, "keyword")?;
        Ok(Some(Keyword { loc, arg, value }))
    }
}

impl<'a> FromObject<'a> for Alias {
    const ASDL: &'static str = "alias";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        let name = reader.one(object, "name", "alias")?;
        let asname = reader.optional(object, "asname", "alias")?;
        let name = reader.filled(name, "name", "alias")?;
        let loc = reader.loc(object, "alias")?;
        Ok(Some(Alias { loc, name, asname }))
    }
}

impl<'a> FromObject<'a> for WithItem<'a> {
    const ASDL: &'static str = "withitem";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        let context_expr = reader.one(object, "context_expr", "withitem")?;
        let optional_vars = reader.optional(object, "optional_vars", "withitem")?;
        let context_expr = reader.filled(context_expr, "context_expr", "withitem")?;

        Ok(Some(WithItem {
            context_expr,
            optional_vars,
        }))
    }
}

impl<'a> FromObject<'a> for MatchCase<'a> {
    const ASDL: &'static str = "match_case";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        let pattern = reader.one(object, "pattern", "match_case")?;
        let guard = reader.optional(object, "guard", "match_case")?;
        let body = reader.list(object, "body", "match_case")?;
        let pattern = reader.filled(pattern, "pattern", "match_case")?;

        Ok(Some(MatchCase {
            pattern,
            guard,
            body,
        }))
    }
}

impl<'a> FromObject<'a> for ExprContext {
    const ASDL: &'static str = "expr_context";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if reader.is(object, class::LOAD) {
            return Ok(Some(ExprContext::Load));
        }
        if reader.is(object, class::STORE) {
            return Ok(Some(ExprContext::Store));
        }
        if reader.is(object, class::DEL) {
            return Ok(Some(ExprContext::Del));
        }

        Err(reader.unexpected("expr_context", object))
    }
}

impl<'a> FromObject<'a> for BoolOpKind {
    const ASDL: &'static str = "boolop";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if reader.is(object, class::AND) {
            return Ok(Some(BoolOpKind::And));
        }
        if reader.is(object, class::OR) {
            return Ok(Some(BoolOpKind::Or));
        }

        Err(reader.unexpected("boolop", object))
    }
}

impl<'a> FromObject<'a> for Operator {
    const ASDL: &'static str = "operator";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if reader.is(object, class::ADD) {
            return Ok(Some(Operator::Add));
        }
        if reader.is(object, class::SUB) {
            return Ok(Some(Operator::Sub));
        }
        if reader.is(object, class::MULT) {
            return Ok(Some(Operator::Mult));
        }
        if reader.is(object, class::MAT_MULT) {
            return Ok(Some(Operator::MatMult));
        }
        if reader.is(object, class::DIV) {
            return Ok(Some(Operator::Div));
        }
        if reader.is(object, class::MOD) {
            return Ok(Some(Operator::Mod));
        }
        if reader.is(object, class::POW) {
            return Ok(Some(Operator::Pow));
        }
        if reader.is(object, class::LSHIFT) {
            return Ok(Some(Operator::LShift));
        }
        if reader.is(object, class::RSHIFT) {
            return Ok(Some(Operator::RShift));
        }
        if reader.is(object, class::BIT_OR) {
            return Ok(Some(Operator::BitOr));
        }
        if reader.is(object, class::BIT_XOR) {
            return Ok(Some(Operator::BitXor));
        }
        if reader.is(object, class::BIT_AND) {
            return Ok(Some(Operator::BitAnd));
        }
        if reader.is(object, class::FLOOR_DIV) {
            return Ok(Some(Operator::FloorDiv));
        }

        Err(reader.unexpected("operator", object))
    }
}

impl<'a> FromObject<'a> for UnaryOpKind {
    const ASDL: &'static str = "unaryop";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if reader.is(object, class::INVERT) {
            return Ok(Some(UnaryOpKind::Invert));
        }
        if reader.is(object, class::NOT) {
            return Ok(Some(UnaryOpKind::Not));
        }
        if reader.is(object, class::UADD) {
            return Ok(Some(UnaryOpKind::UAdd));
        }
        if reader.is(object, class::USUB) {
            return Ok(Some(UnaryOpKind::USub));
        }

        Err(reader.unexpected("unaryop", object))
    }
}

impl<'a> FromObject<'a> for CmpOp {
    const ASDL: &'static str = "cmpop";

    fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {
        if reader.is(object, class::EQ) {
            return Ok(Some(CmpOp::Eq));
        }
        if reader.is(object, class::NOT_EQ) {
            return Ok(Some(CmpOp::NotEq));
        }
        if reader.is(object, class::LT) {
            return Ok(Some(CmpOp::Lt));
        }
        if reader.is(object, class::LT_E) {
            return Ok(Some(CmpOp::LtE));
        }
        if reader.is(object, class::GT) {
            return Ok(Some(CmpOp::Gt));
        }
        if reader.is(object, class::GT_E) {
            return Ok(Some(CmpOp::GtE));
        }
        if reader.is(object, class::IS) {
            return Ok(Some(CmpOp::Is));
        }
        if reader.is(object, class::IS_NOT) {
            return Ok(Some(CmpOp::IsNot));
        }
        if reader.is(object, class::IN) {
            return Ok(Some(CmpOp::In));
        }
        if reader.is(object, class::NOT_IN) {
            return Ok(Some(CmpOp::NotIn));
        }

        Err(reader.unexpected("cmpop", object))
    }
}
