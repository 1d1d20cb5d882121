// Generated from data/ast.toml by `cargo xtask codegen`: do not edit.

//! `ast.dump`'s view of each node: its name, place and fields.

use crate::dump::{Dump, DumpError, Dumper, EmptyList};
use crate::*;

impl Dump for Module<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Module",
            None,
            &[("body", &self.body), ("type_ignores", &EmptyList)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Interactive<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Interactive", None, &[("body", &self.body)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Expression<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Expression", None, &[("body", &self.body)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for FunctionDef<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "FunctionDef",
            Some(self.loc),
            &[
                ("name", &self.name),
                ("args", &self.args),
                ("body", &self.body),
                ("decorator_list", &self.decorator_list),
                ("returns", &self.returns),
                ("type_params", &self.type_params),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for AsyncFunctionDef<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "AsyncFunctionDef",
            Some(self.loc),
            &[
                ("name", &self.name),
                ("args", &self.args),
                ("body", &self.body),
                ("decorator_list", &self.decorator_list),
                ("returns", &self.returns),
                ("type_params", &self.type_params),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for ClassDef<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "ClassDef",
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
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Return<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Return", Some(self.loc), &[("value", &self.value)])
    }
    fn is_simple(&self, attributes: bool) -> bool {
        !attributes && self.value.is_absent()
    }
}

impl Dump for Delete<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Delete", Some(self.loc), &[("targets", &self.targets)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Assign<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Assign",
            Some(self.loc),
            &[("targets", &self.targets), ("value", &self.value)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for TypeAlias<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "TypeAlias",
            Some(self.loc),
            &[
                ("name", &self.name),
                ("type_params", &self.type_params),
                ("value", &self.value),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for AugAssign<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "AugAssign",
            Some(self.loc),
            &[
                ("target", &self.target),
                ("op", &self.op),
                ("value", &self.value),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for AnnAssign<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "AnnAssign",
            Some(self.loc),
            &[
                ("target", &self.target),
                ("annotation", &self.annotation),
                ("value", &self.value),
                ("simple", &self.simple),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for For<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "For",
            Some(self.loc),
            &[
                ("target", &self.target),
                ("iter", &self.iter),
                ("body", &self.body),
                ("orelse", &self.orelse),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for AsyncFor<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "AsyncFor",
            Some(self.loc),
            &[
                ("target", &self.target),
                ("iter", &self.iter),
                ("body", &self.body),
                ("orelse", &self.orelse),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for While<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "While",
            Some(self.loc),
            &[
                ("test", &self.test),
                ("body", &self.body),
                ("orelse", &self.orelse),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for If<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "If",
            Some(self.loc),
            &[
                ("test", &self.test),
                ("body", &self.body),
                ("orelse", &self.orelse),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for With<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "With",
            Some(self.loc),
            &[("items", &self.items), ("body", &self.body)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for AsyncWith<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "AsyncWith",
            Some(self.loc),
            &[("items", &self.items), ("body", &self.body)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Match<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Match",
            Some(self.loc),
            &[("subject", &self.subject), ("cases", &self.cases)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Raise<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Raise",
            Some(self.loc),
            &[("exc", &self.exc), ("cause", &self.cause)],
        )
    }
    fn is_simple(&self, attributes: bool) -> bool {
        !attributes && self.exc.is_absent() && self.cause.is_absent()
    }
}

impl Dump for Try<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Try",
            Some(self.loc),
            &[
                ("body", &self.body),
                ("handlers", &self.handlers),
                ("orelse", &self.orelse),
                ("finalbody", &self.finalbody),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for TryStar<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "TryStar",
            Some(self.loc),
            &[
                ("body", &self.body),
                ("handlers", &self.handlers),
                ("orelse", &self.orelse),
                ("finalbody", &self.finalbody),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Assert<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Assert",
            Some(self.loc),
            &[("test", &self.test), ("msg", &self.msg)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Import<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Import", Some(self.loc), &[("names", &self.names)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for ImportFrom<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "ImportFrom",
            Some(self.loc),
            &[
                ("module", &self.module),
                ("names", &self.names),
                ("level", &self.level),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Global<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Global", Some(self.loc), &[("names", &self.names)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Nonlocal<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Nonlocal", Some(self.loc), &[("names", &self.names)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for ExprStmt<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Expr", Some(self.loc), &[("value", &self.value)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Pass {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Pass", Some(self.loc), &[])
    }
    fn is_simple(&self, attributes: bool) -> bool {
        !attributes
    }
}

impl Dump for Break {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Break", Some(self.loc), &[])
    }
    fn is_simple(&self, attributes: bool) -> bool {
        !attributes
    }
}

impl Dump for Continue {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Continue", Some(self.loc), &[])
    }
    fn is_simple(&self, attributes: bool) -> bool {
        !attributes
    }
}

impl Dump for BoolOp<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "BoolOp",
            Some(self.loc),
            &[("op", &self.op), ("values", &self.values)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for NamedExpr<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "NamedExpr",
            Some(self.loc),
            &[("target", &self.target), ("value", &self.value)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for BinOp<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "BinOp",
            Some(self.loc),
            &[
                ("left", &self.left),
                ("op", &self.op),
                ("right", &self.right),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for UnaryOp<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "UnaryOp",
            Some(self.loc),
            &[("op", &self.op), ("operand", &self.operand)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Lambda<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Lambda",
            Some(self.loc),
            &[("args", &self.args), ("body", &self.body)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for IfExp<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "IfExp",
            Some(self.loc),
            &[
                ("test", &self.test),
                ("body", &self.body),
                ("orelse", &self.orelse),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Dict<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Dict",
            Some(self.loc),
            &[("keys", &self.keys), ("values", &self.values)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Set<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Set", Some(self.loc), &[("elts", &self.elts)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for ListComp<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "ListComp",
            Some(self.loc),
            &[("elt", &self.elt), ("generators", &self.generators)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for SetComp<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "SetComp",
            Some(self.loc),
            &[("elt", &self.elt), ("generators", &self.generators)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for DictComp<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "DictComp",
            Some(self.loc),
            &[
                ("key", &self.key),
                ("value", &self.value),
                ("generators", &self.generators),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for GeneratorExp<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "GeneratorExp",
            Some(self.loc),
            &[("elt", &self.elt), ("generators", &self.generators)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Await<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Await", Some(self.loc), &[("value", &self.value)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Yield<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("Yield", Some(self.loc), &[("value", &self.value)])
    }
    fn is_simple(&self, attributes: bool) -> bool {
        !attributes && self.value.is_absent()
    }
}

impl Dump for YieldFrom<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("YieldFrom", Some(self.loc), &[("value", &self.value)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Compare<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Compare",
            Some(self.loc),
            &[
                ("left", &self.left),
                ("ops", &self.ops),
                ("comparators", &self.comparators),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Call<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Call",
            Some(self.loc),
            &[
                ("func", &self.func),
                ("args", &self.args),
                ("keywords", &self.keywords),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for FormattedValue<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "FormattedValue",
            Some(self.loc),
            &[
                ("value", &self.value),
                ("conversion", &self.conversion),
                ("format_spec", &self.format_spec),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for JoinedStr<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("JoinedStr", Some(self.loc), &[("values", &self.values)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for ConstantExpr<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Constant",
            Some(self.loc),
            &[("value", &self.value), ("kind", &self.kind)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Attribute<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Attribute",
            Some(self.loc),
            &[
                ("value", &self.value),
                ("attr", &self.attr),
                ("ctx", &self.ctx),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Subscript<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Subscript",
            Some(self.loc),
            &[
                ("value", &self.value),
                ("slice", &self.slice),
                ("ctx", &self.ctx),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Starred<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Starred",
            Some(self.loc),
            &[("value", &self.value), ("ctx", &self.ctx)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for NameExpr {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Name",
            Some(self.loc),
            &[("id", &self.id), ("ctx", &self.ctx)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for List<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "List",
            Some(self.loc),
            &[("elts", &self.elts), ("ctx", &self.ctx)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Tuple<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Tuple",
            Some(self.loc),
            &[("elts", &self.elts), ("ctx", &self.ctx)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Slice<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "Slice",
            Some(self.loc),
            &[
                ("lower", &self.lower),
                ("upper", &self.upper),
                ("step", &self.step),
            ],
        )
    }
    fn is_simple(&self, attributes: bool) -> bool {
        !attributes && self.lower.is_absent() && self.upper.is_absent() && self.step.is_absent()
    }
}

impl Dump for MatchValue<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("MatchValue", Some(self.loc), &[("value", &self.value)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for MatchSingleton<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("MatchSingleton", Some(self.loc), &[("value", &self.value)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for MatchSequence<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "MatchSequence",
            Some(self.loc),
            &[("patterns", &self.patterns)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for MatchMapping<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "MatchMapping",
            Some(self.loc),
            &[
                ("keys", &self.keys),
                ("patterns", &self.patterns),
                ("rest", &self.rest),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for MatchClass<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "MatchClass",
            Some(self.loc),
            &[
                ("cls", &self.cls),
                ("patterns", &self.patterns),
                ("kwd_attrs", &self.kwd_attrs),
                ("kwd_patterns", &self.kwd_patterns),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for MatchStar {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("MatchStar", Some(self.loc), &[("name", &self.name)])
    }
    fn is_simple(&self, attributes: bool) -> bool {
        !attributes && self.name.is_absent()
    }
}

impl Dump for MatchAs<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "MatchAs",
            Some(self.loc),
            &[("pattern", &self.pattern), ("name", &self.name)],
        )
    }
    fn is_simple(&self, attributes: bool) -> bool {
        !attributes && self.pattern.is_absent() && self.name.is_absent()
    }
}

impl Dump for MatchOr<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node("MatchOr", Some(self.loc), &[("patterns", &self.patterns)])
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for TypeVar<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "TypeVar",
            Some(self.loc),
            &[
                ("name", &self.name),
                ("bound", &self.bound),
                ("default_value", &self.default_value),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for ParamSpec<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "ParamSpec",
            Some(self.loc),
            &[("name", &self.name), ("default_value", &self.default_value)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for TypeVarTuple<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "TypeVarTuple",
            Some(self.loc),
            &[("name", &self.name), ("default_value", &self.default_value)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for ExceptHandler<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "ExceptHandler",
            Some(self.loc),
            &[
                ("type", &self.r#type),
                ("name", &self.name),
                ("body", &self.body),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Comprehension<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "comprehension",
            None,
            &[
                ("target", &self.target),
                ("iter", &self.iter),
                ("ifs", &self.ifs),
                ("is_async", &self.is_async),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Arguments<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "arguments",
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
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Arg<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "arg",
            Some(self.loc),
            &[("arg", &self.arg), ("annotation", &self.annotation)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Keyword<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "keyword",
            Some(self.loc),
            &[("arg", &self.arg), ("value", &self.value)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Alias {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "alias",
            Some(self.loc),
            &[("name", &self.name), ("asname", &self.asname)],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for WithItem<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "withitem",
            None,
            &[
                ("context_expr", &self.context_expr),
                ("optional_vars", &self.optional_vars),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for MatchCase<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.node(
            "match_case",
            None,
            &[
                ("pattern", &self.pattern),
                ("guard", &self.guard),
                ("body", &self.body),
            ],
        )
    }
    fn is_simple(&self, _attributes: bool) -> bool {
        false
    }
}

impl Dump for Mod<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        match self {
            Mod::Module(node) => node.dump(dumper),
            Mod::Interactive(node) => node.dump(dumper),
            Mod::Expression(node) => node.dump(dumper),
        }
    }

    fn is_simple(&self, attributes: bool) -> bool {
        match self {
            Mod::Module(node) => node.is_simple(attributes),
            Mod::Interactive(node) => node.is_simple(attributes),
            Mod::Expression(node) => node.is_simple(attributes),
        }
    }
}

impl Dump for Stmt<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        match self {
            Stmt::FunctionDef(node) => node.dump(dumper),
            Stmt::AsyncFunctionDef(node) => node.dump(dumper),
            Stmt::ClassDef(node) => node.dump(dumper),
            Stmt::Return(node) => node.dump(dumper),
            Stmt::Delete(node) => node.dump(dumper),
            Stmt::Assign(node) => node.dump(dumper),
            Stmt::TypeAlias(node) => node.dump(dumper),
            Stmt::AugAssign(node) => node.dump(dumper),
            Stmt::AnnAssign(node) => node.dump(dumper),
            Stmt::For(node) => node.dump(dumper),
            Stmt::AsyncFor(node) => node.dump(dumper),
            Stmt::While(node) => node.dump(dumper),
            Stmt::If(node) => node.dump(dumper),
            Stmt::With(node) => node.dump(dumper),
            Stmt::AsyncWith(node) => node.dump(dumper),
            Stmt::Match(node) => node.dump(dumper),
            Stmt::Raise(node) => node.dump(dumper),
            Stmt::Try(node) => node.dump(dumper),
            Stmt::TryStar(node) => node.dump(dumper),
            Stmt::Assert(node) => node.dump(dumper),
            Stmt::Import(node) => node.dump(dumper),
            Stmt::ImportFrom(node) => node.dump(dumper),
            Stmt::Global(node) => node.dump(dumper),
            Stmt::Nonlocal(node) => node.dump(dumper),
            Stmt::Expr(node) => node.dump(dumper),
            Stmt::Pass(node) => node.dump(dumper),
            Stmt::Break(node) => node.dump(dumper),
            Stmt::Continue(node) => node.dump(dumper),
        }
    }

    fn is_simple(&self, attributes: bool) -> bool {
        match self {
            Stmt::FunctionDef(node) => node.is_simple(attributes),
            Stmt::AsyncFunctionDef(node) => node.is_simple(attributes),
            Stmt::ClassDef(node) => node.is_simple(attributes),
            Stmt::Return(node) => node.is_simple(attributes),
            Stmt::Delete(node) => node.is_simple(attributes),
            Stmt::Assign(node) => node.is_simple(attributes),
            Stmt::TypeAlias(node) => node.is_simple(attributes),
            Stmt::AugAssign(node) => node.is_simple(attributes),
            Stmt::AnnAssign(node) => node.is_simple(attributes),
            Stmt::For(node) => node.is_simple(attributes),
            Stmt::AsyncFor(node) => node.is_simple(attributes),
            Stmt::While(node) => node.is_simple(attributes),
            Stmt::If(node) => node.is_simple(attributes),
            Stmt::With(node) => node.is_simple(attributes),
            Stmt::AsyncWith(node) => node.is_simple(attributes),
            Stmt::Match(node) => node.is_simple(attributes),
            Stmt::Raise(node) => node.is_simple(attributes),
            Stmt::Try(node) => node.is_simple(attributes),
            Stmt::TryStar(node) => node.is_simple(attributes),
            Stmt::Assert(node) => node.is_simple(attributes),
            Stmt::Import(node) => node.is_simple(attributes),
            Stmt::ImportFrom(node) => node.is_simple(attributes),
            Stmt::Global(node) => node.is_simple(attributes),
            Stmt::Nonlocal(node) => node.is_simple(attributes),
            Stmt::Expr(node) => node.is_simple(attributes),
            Stmt::Pass(node) => node.is_simple(attributes),
            Stmt::Break(node) => node.is_simple(attributes),
            Stmt::Continue(node) => node.is_simple(attributes),
        }
    }
}

impl Dump for Expr<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        match self {
            Expr::BoolOp(node) => node.dump(dumper),
            Expr::NamedExpr(node) => node.dump(dumper),
            Expr::BinOp(node) => node.dump(dumper),
            Expr::UnaryOp(node) => node.dump(dumper),
            Expr::Lambda(node) => node.dump(dumper),
            Expr::IfExp(node) => node.dump(dumper),
            Expr::Dict(node) => node.dump(dumper),
            Expr::Set(node) => node.dump(dumper),
            Expr::ListComp(node) => node.dump(dumper),
            Expr::SetComp(node) => node.dump(dumper),
            Expr::DictComp(node) => node.dump(dumper),
            Expr::GeneratorExp(node) => node.dump(dumper),
            Expr::Await(node) => node.dump(dumper),
            Expr::Yield(node) => node.dump(dumper),
            Expr::YieldFrom(node) => node.dump(dumper),
            Expr::Compare(node) => node.dump(dumper),
            Expr::Call(node) => node.dump(dumper),
            Expr::FormattedValue(node) => node.dump(dumper),
            Expr::JoinedStr(node) => node.dump(dumper),
            Expr::Constant(node) => node.dump(dumper),
            Expr::Attribute(node) => node.dump(dumper),
            Expr::Subscript(node) => node.dump(dumper),
            Expr::Starred(node) => node.dump(dumper),
            Expr::Name(node) => node.dump(dumper),
            Expr::List(node) => node.dump(dumper),
            Expr::Tuple(node) => node.dump(dumper),
            Expr::Slice(node) => node.dump(dumper),
        }
    }

    fn is_simple(&self, attributes: bool) -> bool {
        match self {
            Expr::BoolOp(node) => node.is_simple(attributes),
            Expr::NamedExpr(node) => node.is_simple(attributes),
            Expr::BinOp(node) => node.is_simple(attributes),
            Expr::UnaryOp(node) => node.is_simple(attributes),
            Expr::Lambda(node) => node.is_simple(attributes),
            Expr::IfExp(node) => node.is_simple(attributes),
            Expr::Dict(node) => node.is_simple(attributes),
            Expr::Set(node) => node.is_simple(attributes),
            Expr::ListComp(node) => node.is_simple(attributes),
            Expr::SetComp(node) => node.is_simple(attributes),
            Expr::DictComp(node) => node.is_simple(attributes),
            Expr::GeneratorExp(node) => node.is_simple(attributes),
            Expr::Await(node) => node.is_simple(attributes),
            Expr::Yield(node) => node.is_simple(attributes),
            Expr::YieldFrom(node) => node.is_simple(attributes),
            Expr::Compare(node) => node.is_simple(attributes),
            Expr::Call(node) => node.is_simple(attributes),
            Expr::FormattedValue(node) => node.is_simple(attributes),
            Expr::JoinedStr(node) => node.is_simple(attributes),
            Expr::Constant(node) => node.is_simple(attributes),
            Expr::Attribute(node) => node.is_simple(attributes),
            Expr::Subscript(node) => node.is_simple(attributes),
            Expr::Starred(node) => node.is_simple(attributes),
            Expr::Name(node) => node.is_simple(attributes),
            Expr::List(node) => node.is_simple(attributes),
            Expr::Tuple(node) => node.is_simple(attributes),
            Expr::Slice(node) => node.is_simple(attributes),
        }
    }
}

impl Dump for Pattern<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        match self {
            Pattern::MatchValue(node) => node.dump(dumper),
            Pattern::MatchSingleton(node) => node.dump(dumper),
            Pattern::MatchSequence(node) => node.dump(dumper),
            Pattern::MatchMapping(node) => node.dump(dumper),
            Pattern::MatchClass(node) => node.dump(dumper),
            Pattern::MatchStar(node) => node.dump(dumper),
            Pattern::MatchAs(node) => node.dump(dumper),
            Pattern::MatchOr(node) => node.dump(dumper),
        }
    }

    fn is_simple(&self, attributes: bool) -> bool {
        match self {
            Pattern::MatchValue(node) => node.is_simple(attributes),
            Pattern::MatchSingleton(node) => node.is_simple(attributes),
            Pattern::MatchSequence(node) => node.is_simple(attributes),
            Pattern::MatchMapping(node) => node.is_simple(attributes),
            Pattern::MatchClass(node) => node.is_simple(attributes),
            Pattern::MatchStar(node) => node.is_simple(attributes),
            Pattern::MatchAs(node) => node.is_simple(attributes),
            Pattern::MatchOr(node) => node.is_simple(attributes),
        }
    }
}

impl Dump for TypeParam<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        match self {
            TypeParam::TypeVar(node) => node.dump(dumper),
            TypeParam::ParamSpec(node) => node.dump(dumper),
            TypeParam::TypeVarTuple(node) => node.dump(dumper),
        }
    }

    fn is_simple(&self, attributes: bool) -> bool {
        match self {
            TypeParam::TypeVar(node) => node.is_simple(attributes),
            TypeParam::ParamSpec(node) => node.is_simple(attributes),
            TypeParam::TypeVarTuple(node) => node.is_simple(attributes),
        }
    }
}

impl Dump for ExprContext {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.text(match self {
            ExprContext::Load => "Load()",
            ExprContext::Store => "Store()",
            ExprContext::Del => "Del()",
        })
    }
}

impl Dump for BoolOpKind {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.text(match self {
            BoolOpKind::And => "And()",
            BoolOpKind::Or => "Or()",
        })
    }
}

impl Dump for Operator {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.text(match self {
            Operator::Add => "Add()",
            Operator::Sub => "Sub()",
            Operator::Mult => "Mult()",
            Operator::MatMult => "MatMult()",
            Operator::Div => "Div()",
            Operator::Mod => "Mod()",
            Operator::Pow => "Pow()",
            Operator::LShift => "LShift()",
            Operator::RShift => "RShift()",
            Operator::BitOr => "BitOr()",
            Operator::BitXor => "BitXor()",
            Operator::BitAnd => "BitAnd()",
            Operator::FloorDiv => "FloorDiv()",
        })
    }
}

impl Dump for UnaryOpKind {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.text(match self {
            UnaryOpKind::Invert => "Invert()",
            UnaryOpKind::Not => "Not()",
            UnaryOpKind::UAdd => "UAdd()",
            UnaryOpKind::USub => "USub()",
        })
    }
}

impl Dump for CmpOp {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.text(match self {
            CmpOp::Eq => "Eq()",
            CmpOp::NotEq => "NotEq()",
            CmpOp::Lt => "Lt()",
            CmpOp::LtE => "LtE()",
            CmpOp::Gt => "Gt()",
            CmpOp::GtE => "GtE()",
            CmpOp::Is => "Is()",
            CmpOp::IsNot => "IsNot()",
            CmpOp::In => "In()",
            CmpOp::NotIn => "NotIn()",
        })
    }
}
