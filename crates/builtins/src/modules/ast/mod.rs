//! `_ast`: the classes of syntax trees, and `compile` from and to their instances.

mod features;
mod from_object;
mod generated;
mod to_object;
mod validate;

use crate::compiling::{self, Given, Request};
use bumpalo::Bump;
use hognose_ast::{Mod, Names};
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Slots, Str, StrExt, TypeObj,
    TypeSpec, Value, type_flags,
};
use std::cell::RefCell;
use std::rc::Rc;

use from_object::{FromObject, Reader};
use generated::{CLASSES, class};

/// A class of the table.
struct Class {
    name: &'static str,
    /// `None` for `AST`.
    base: Option<ClassId>,
    fields: &'static [&'static str],
    optional: &'static [&'static str],
    /// Whether the class adds the attributes of a place in the source.
    located: bool,
    doc: &'static str,
}

/// A class's place in the table.
#[derive(Clone, Copy)]
struct ClassId(usize);

/// The classes of the running interpreter.
struct Classes {
    ast: Ref<TypeObj>,
    all: Vec<Ref<TypeObj>>,
    /// The instances of classes without fields, once they were needed.
    singletons: RefCell<Vec<Option<Value>>>,
}

impl Classes {
    fn get(&self, class: ClassId) -> &Ref<TypeObj> {
        &self.all[class.0]
    }

    fn singleton(&self, rt: &Rt, class: ClassId) -> Value {
        if let Some(known) = &self.singletons.borrow()[class.0] {
            return known.clone();
        }
        let made = rt.new_instance(self.get(class)).into_value();
        self.singletons.borrow_mut()[class.0] = Some(made.clone());
        made
    }
}

/// The classes, made with the module at the first need.
fn classes(rt: &Rt) -> PyResult<Rc<Classes>> {
    crate::import::import_module(rt, "_ast")?;
    let state = rt.module_state.borrow();
    let found = state
        .get("_ast")
        .and_then(|s| s.downcast_ref::<Rc<Classes>>());
    found
        .cloned()
        .ok_or_else(|| rt.system_error("the module _ast has no classes"))
}

/// `compile(..., PyCF_ONLY_AST)` of source text.
pub(crate) fn parse(rt: &Rt, source: &Given, request: &Request) -> PyResult {
    let classes = classes(rt)?;
    let source = compiling::decode(rt, source, &request.filename)?;
    let mut arena = Bump::new();
    let mut names = Names::new();
    let tree = compiling::parse(rt, &source, request, &mut arena, &mut names)?;
    if let Some(minor) = request.feature_version {
        features::check(rt, &tree, minor)?;
    }
    to_object::module(rt, &classes, &names, &tree)
}

/// Whether the value is a tree (`PyAST_Check`).
pub(crate) fn is_tree(rt: &Rt, value: &Value) -> PyResult<bool> {
    // Without the module there is no instance of its classes.
    let state = rt.module_state.borrow();
    let classes = state
        .get("_ast")
        .and_then(|s| s.downcast_ref::<Rc<Classes>>());
    Ok(classes.is_some_and(|classes| rt.is_instance(value, &classes.ast)))
}

/// The code of a tree given as an object.
pub(crate) fn compile_tree(rt: &Rt, tree: &Value, request: &Request) -> PyResult {
    let classes = classes(rt)?;
    let (wanted, name) = match request.mode {
        hognose_compile::Mode::Module => (class::MODULE, "Module"),
        hognose_compile::Mode::Expression => (class::EXPRESSION, "Expression"),
        hognose_compile::Mode::Single => (class::INTERACTIVE, "Interactive"),
    };
    if !rt.is_instance(tree, classes.get(wanted)) {
        let given = rt.type_name(tree);
        let given = given.rsplit('.').next().unwrap_or_default();
        return Err(rt.type_error(format!("expected {name} node, got {given}")));
    }
    let arena = Bump::new();
    let mut scratch = Bump::new();
    let mut names = Names::new();
    let reader = Reader::new(rt, &classes, &mut names, &arena);
    let read = Mod::read(&reader, tree)?;
    let refused = reader.refused();
    let Some(mut read) = read else {
        return Err(rt.system_error("a module is never NULL"));
    };
    if let Some(refused) = refused {
        return Err(refused);
    }
    validate::validate(rt, &names, &read)?;
    compiling::compile_tree(rt, &mut read, &mut names, &mut scratch, request).map(Ref::into_value)
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
fn make_class(
    rt: &Rt,
    module: &Ref<Module>,
    base: &Ref<TypeObj>,
    class: &Class,
) -> PyResult<Ref<TypeObj>> {
    let tuple = |names: &[&str]| {
        let names: Vec<Value> = names.iter().map(|n| rt.intern(n).into_value()).collect();
        rt.tuple(names).into_value()
    };
    let namespace = rt.dict();
    let set = |name: &str, value: Value| drop(namespace.set_str(rt, &rt.intern(name), value));
    set("__module__", rt.str("ast").into_value());
    set("__doc__", rt.str(class.doc).into_value());
    set("_fields", tuple(class.fields));
    set("__match_args__", tuple(class.fields));
    if class.located {
        set("_attributes", tuple(&PLACE));
        // Patterns and type parameters always say where they end.
        if !matches!(class.name, "pattern" | "type_param") {
            set("end_lineno", Value::NONE);
            set("end_col_offset", Value::NONE);
        }
    } else if class.base.is_none() {
        set("_attributes", tuple(&[]));
    }
    for field in class.optional {
        set(field, Value::NONE);
    }
    let made = rt.new_class(class.name, std::slice::from_ref(base), &namespace)?;
    module.set(rt, class.name, made.clone());
    made.downcast::<TypeObj>()
        .cloned()
        .ok_or_else(|| rt.system_error("a class is a type"))
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
    module.set(rt, "AST", base.clone());
    let mut all: Vec<Ref<TypeObj>> = Vec::with_capacity(CLASSES.len());
    for class in CLASSES {
        let parent = class.base.map_or(&base, |parent| &all[parent.0]);
        let made = make_class(rt, &module, parent, class)?;
        all.push(made);
    }
    let classes = Classes {
        ast: base,
        singletons: RefCell::new(vec![None; all.len()]),
        all,
    };
    rt.module_state
        .borrow_mut()
        .insert("_ast", Box::new(Rc::new(classes)));
    Ok(module)
}
