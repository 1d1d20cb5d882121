//! `_ast`: the classes of syntax trees.

use crate::compiling::Request;
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Slots, Str, StrExt, TypeObj,
    TypeSpec, Value, type_flags,
};

/// `compile(..., PyCF_ONLY_AST)`.
pub(crate) fn parse(rt: &Rt, _source: &[u8], _request: &Request) -> PyResult {
    Err(rt.not_implemented_error("syntax trees as objects are not made yet"))
}

/// The code of a tree given as an object; `None` if the value is no tree.
pub(crate) fn compile_tree(_rt: &Rt, _tree: &Value, _request: &Request) -> Option<PyResult> {
    None
}

static AST: TypeSpec = TypeSpec {
    flags: type_flags::BASETYPE | type_flags::HAS_DICT | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(|rt, ty, _| Ok(rt.new_instance(ty).into_value())),
        init: Some(init_node),
        ..Slots::NONE
    },
    methods: &[NativeDef::new("__reduce__", "", Call::Zero(reduce))],
    getset: &[GetSetDef::read("__dict__", |rt, node| {
        Ok(rt.own_dict(node).map_or(Value::NONE, Ref::into_value))
    })],
    ..TypeSpec::new("ast.AST", Layout::Instance)
};

/// Class, base and fields, an optional field with `?`; `|` where nodes have a place in the source. Read off CPython
/// 3.12.1's `ast` classes.
const CLASSES: &str = "\
mod AST
Module mod body type_ignores
Interactive mod body
Expression mod body
FunctionType mod argtypes returns
stmt AST |
FunctionDef stmt name args body decorator_list returns? type_comment? type_params |
AsyncFunctionDef stmt name args body decorator_list returns? type_comment? type_params |
ClassDef stmt name bases keywords body decorator_list type_params |
Return stmt value? |
Delete stmt targets |
Assign stmt targets value type_comment? |
TypeAlias stmt name type_params value |
AugAssign stmt target op value |
AnnAssign stmt target annotation value? simple |
For stmt target iter body orelse type_comment? |
AsyncFor stmt target iter body orelse type_comment? |
While stmt test body orelse |
If stmt test body orelse |
With stmt items body type_comment? |
AsyncWith stmt items body type_comment? |
Match stmt subject cases |
Raise stmt exc? cause? |
Try stmt body handlers orelse finalbody |
TryStar stmt body handlers orelse finalbody |
Assert stmt test msg? |
Import stmt names |
ImportFrom stmt module? names level? |
Global stmt names |
Nonlocal stmt names |
Expr stmt value |
Pass stmt |
Break stmt |
Continue stmt |
expr AST |
BoolOp expr op values |
NamedExpr expr target value |
BinOp expr left op right |
UnaryOp expr op operand |
Lambda expr args body |
IfExp expr test body orelse |
Dict expr keys values |
Set expr elts |
ListComp expr elt generators |
SetComp expr elt generators |
DictComp expr key value generators |
GeneratorExp expr elt generators |
Await expr value |
Yield expr value? |
YieldFrom expr value |
Compare expr left ops comparators |
Call expr func args keywords |
FormattedValue expr value conversion format_spec? |
JoinedStr expr values |
Constant expr value kind? |
Attribute expr value attr ctx |
Subscript expr value slice ctx |
Starred expr value ctx |
Name expr id ctx |
List expr elts ctx |
Tuple expr elts ctx |
Slice expr lower? upper? step? |
expr_context AST
Load expr_context
Store expr_context
Del expr_context
boolop AST
And boolop
Or boolop
operator AST
Add operator
Sub operator
Mult operator
MatMult operator
Div operator
Mod operator
Pow operator
LShift operator
RShift operator
BitOr operator
BitXor operator
BitAnd operator
FloorDiv operator
unaryop AST
Invert unaryop
Not unaryop
UAdd unaryop
USub unaryop
cmpop AST
Eq cmpop
NotEq cmpop
Lt cmpop
LtE cmpop
Gt cmpop
GtE cmpop
Is cmpop
IsNot cmpop
In cmpop
NotIn cmpop
comprehension AST target iter ifs is_async
excepthandler AST |
ExceptHandler excepthandler type? name? body |
arguments AST posonlyargs args vararg? kwonlyargs kw_defaults kwarg? defaults
arg AST arg annotation? type_comment? |
keyword AST arg? value |
alias AST name asname? |
withitem AST context_expr optional_vars?
match_case AST pattern guard? body
pattern AST |
MatchValue pattern value |
MatchSingleton pattern value |
MatchSequence pattern patterns |
MatchMapping pattern keys patterns rest? |
MatchClass pattern cls patterns kwd_attrs kwd_patterns |
MatchStar pattern name? |
MatchAs pattern pattern? name? |
MatchOr pattern patterns |
type_ignore AST
TypeIgnore type_ignore lineno tag
type_param AST |
TypeVar type_param name bound? |
ParamSpec type_param name |
TypeVarTuple type_param name |";

const PLACE: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// The names in a class's tuple of names.
fn names_of(rt: &Rt, value: &Value, attribute: &str) -> PyResult<Vec<Value>> {
    match rt.getattr_opt(rt.type_of(value).as_value(), &rt.intern(attribute))? {
        Some(names) => rt.collect(&names),
        None => Ok(Vec::new()),
    }
}

/// `ast_type_init`: fields by position, then attributes by name.
fn init_node(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult<()> {
    let fields = names_of(rt, value, "_fields")?;
    let given = args.positional();
    if given.len() > fields.len() {
        let (name, most) = (rt.type_name(value), fields.len());
        let name = name.rsplit('.').next().unwrap_or_default();
        let plural = if most == 1 { "" } else { "s" };
        return Err(rt.type_error(format!(
            "{name} constructor takes at most {most} positional argument{plural}"
        )));
    }
    for (field, item) in fields.iter().zip(given) {
        if let Some(field) = field.downcast::<Str>() {
            rt.setattr(value, field, Some(item))?;
        }
    }
    for (key, item) in args.keywords() {
        let place = fields
            .iter()
            .position(|f| f.downcast_ref::<Str>().is_some_and(|f| f.same_text(key)));
        if place.is_some_and(|i| i < given.len()) {
            let name = rt.type_name(value);
            let name = name.rsplit('.').next().unwrap_or_default().to_owned();
            return Err(rt.type_error(format!(
                "{name} got multiple values for argument '{}'",
                key.to_str()
            )));
        }
        rt.setattr(value, &rt.intern_ref(key.clone()), Some(item))?;
    }
    Ok(())
}

fn reduce(rt: &Rt, value: &Value) -> PyResult {
    let state = rt.own_dict(value).map_or(Value::NONE, Ref::into_value);
    Ok(rt
        .tuple([
            rt.type_of(value).as_value().clone(),
            rt.tuple([]).into_value(),
            state,
        ])
        .into_value())
}

/// Makes one class of the table and puts it into the module.
fn make_class(rt: &Rt, module: &Ref<Module>, row: &str) -> PyResult<()> {
    let placed = row.ends_with('|');
    let mut words = row.trim_end_matches(" |").split(' ');
    let (Some(name), Some(base)) = (words.next(), words.next()) else {
        return Ok(());
    };
    let fields: Vec<&str> = words.collect();
    let base = module.dict.get_str(rt, &rt.intern(base));
    let Some(base) = base.as_ref().and_then(|b| b.downcast::<TypeObj>()) else {
        return Err(rt.system_error("a node's base stands before it"));
    };
    let tuple = |names: &[&str]| {
        let names: Vec<Value> = names
            .iter()
            .map(|n| rt.intern(n.trim_end_matches('?')).into_value())
            .collect();
        rt.tuple(names).into_value()
    };
    let namespace = rt.dict();
    let set = |name: &str, value: Value| drop(namespace.set_str(rt, &rt.intern(name), value));
    set("__module__", rt.str("ast").into_value());
    set("_fields", tuple(&fields));
    set("__match_args__", tuple(&fields));
    set("_attributes", tuple(if placed { &PLACE } else { &[] }));
    if placed {
        set("end_lineno", Value::NONE);
        set("end_col_offset", Value::NONE);
    }
    for field in fields.iter().filter(|f| f.ends_with('?')) {
        set(field.trim_end_matches('?'), Value::NONE);
    }
    let class = rt.new_class(name, std::slice::from_ref(base), &namespace)?;
    module.set(rt, name, class);
    Ok(())
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_ast", &[]);
    for (name, flag) in [
        ("PyCF_ONLY_AST", 0x400),
        ("PyCF_TYPE_COMMENTS", 0x1000),
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
    ] {
        module.set(rt, name, rt.int(flag));
    }
    let base = rt.native_type(&AST, &rt.types.object);
    let empty = rt.tuple([]).into_value();
    for name in ["_fields", "_attributes", "__match_args__"] {
        base.dict.set_str(rt, &rt.intern(name), empty.clone());
    }
    base.modified();
    module.set(rt, "AST", base);
    for row in CLASSES.lines() {
        make_class(rt, &module, row)?;
    }
    Ok(module)
}
