//! Renders data/ast.toml to what module `_ast` of crate `builtins` needs: its classes, and nodes from and to objects.

use std::fmt::Write;

use super::File;
use super::ast::{Asdl, Count, Field, Product, fields, lifetime, snake};

/// One Python class.
struct Class {
    name: String,
    base: String,
    fields: Vec<Field>,
    /// Whether the class has places, as opposed to taking them over from its base.
    located: bool,
    doc: String,
}

/// Renders the generated file of module `_ast`.
pub fn render(asdl: &Asdl) -> File {
    let classes = classes(asdl);
    let mut out = String::from(
        "//! The classes of syntax trees, and nodes from and to their instances.\n\n\
         use super::from_object::{FromObject, Reader};\n\
         use super::to_object::{Maker, ToObject};\n\
         use super::{Class, ClassId};\n\
         use hognose_ast::*;\n\
         use hognose_object::{PyResult, Value};\n\n",
    );
    class_table(&mut out, &classes);
    to_object(&mut out, asdl);
    from_object(&mut out, asdl);
    File {
        path: "crates/builtins/src/modules/ast/generated.rs".to_owned(),
        source: "data/ast.toml",
        text: out,
    }
}

/// A product that CPython declares as a sum of one constructor (`excepthandler = ExceptHandler(…)`).
fn is_lone_constructor(product: &Product) -> bool {
    product.shown.is_some()
}

/// A type as ASDL spells it.
fn asdl_type(field: &Field) -> String {
    let name = match field.asdl.as_str() {
        "bool" | "conversion" => "int",
        "kind" => return "string?".to_owned(),
        "level" => return "int?".to_owned(),
        name => name,
    };
    let count = match field.count {
        Count::One => "",
        Count::Optional => "?",
        Count::List | Count::ListWithHoles => "*",
    };
    format!("{name}{count}")
}

/// The fields that the classes of the default version have.
fn present(text: &str) -> Vec<Field> {
    let all = fields(text).into_iter();
    all.filter(|field| !field.is_later).collect()
}

/// A constructor as ASDL spells it, which is its class's docstring.
fn constructor(name: &str, fields: &[Field]) -> String {
    if fields.is_empty() {
        return name.to_owned();
    }
    let row: Vec<String> = fields
        .iter()
        .map(|field| format!("{} {}", asdl_type(field), field.name))
        .collect();
    format!("{name}({})", row.join(", "))
}

fn classes(asdl: &Asdl) -> Vec<Class> {
    let mut out = Vec::new();
    let mut sum = |name: &str, located: bool, nodes: Vec<(String, Vec<Field>)>, glue: &str| {
        let docs: Vec<String> = nodes.iter().map(|(n, f)| constructor(n, f)).collect();
        out.push(Class {
            name: name.to_owned(),
            base: "AST".to_owned(),
            fields: Vec::new(),
            located,
            doc: format!("{name} = {}", docs.join(glue)),
        });
        for ((node, fields), doc) in nodes.into_iter().zip(docs) {
            out.push(Class {
                name: node,
                base: name.to_owned(),
                fields,
                located: false,
                doc,
            });
        }
    };
    let glue = |name: &str| format!("\n{}| ", " ".repeat(name.len() + 1));
    for one in &asdl.sum {
        let mut nodes: Vec<_> = one
            .nodes
            .iter()
            .map(|node| (node.name.clone(), present(&node.fields)))
            .collect();
        if one.asdl == "mod" {
            // No source that we compile parses to it.
            nodes.push((
                "FunctionType".to_owned(),
                fields("expr* argtypes, expr returns"),
            ));
        }
        sum(&one.asdl, one.located, nodes, &glue(&one.asdl));
    }
    for one in &asdl.r#enum {
        let nodes = one.values.iter().map(|v| (v.clone(), Vec::new())).collect();
        sum(&one.asdl, false, nodes, " | ");
    }
    for one in asdl.product.iter().filter(|p| is_lone_constructor(p)) {
        let name = one.shown.clone().unwrap_or_default();
        sum(
            &one.asdl,
            one.located,
            vec![(name, present(&one.fields))],
            "",
        );
    }
    sum(
        "type_ignore",
        false,
        vec![("TypeIgnore".to_owned(), fields("int lineno, string tag"))],
        "",
    );
    for one in asdl.product.iter().filter(|p| !is_lone_constructor(p)) {
        let fields = present(&one.fields);
        out.push(Class {
            name: one.asdl.clone(),
            base: "AST".to_owned(),
            doc: constructor(&one.asdl, &fields),
            fields,
            located: one.located,
        });
    }
    out
}

/// The constant that names a class.
fn id(name: &str) -> String {
    let (name, kind) = if name.starts_with(char::is_lowercase) {
        (name, "_KIND")
    } else {
        (name, "")
    };
    let mut out = String::new();
    let letters: Vec<char> = name.chars().collect();
    for (i, letter) in letters.iter().enumerate() {
        if i > 0 && letter.is_uppercase() && letters[i - 1].is_lowercase() {
            out.push('_');
        }
        out.extend(letter.to_uppercase());
    }
    out + kind
}

fn class_table(out: &mut String, classes: &[Class]) {
    let mut rows = String::new();
    let mut ids = String::new();
    for (i, class) in classes.iter().enumerate() {
        let names = |wanted: &dyn Fn(&&Field) -> bool| -> String {
            let row = class.fields.iter().filter(wanted);
            row.map(|f| format!("{:?},", f.name)).collect()
        };
        let base = match class.base.as_str() {
            "AST" => "None".to_owned(),
            base => format!("Some(class::{})", id(base)),
        };
        writeln!(
            rows,
            "Class {{ name: {:?}, base: {base}, fields: &[{}], optional: &[{}], located: {}, doc: {:?} }},",
            class.name,
            names(&|_| true),
            names(&|f| asdl_type(f).ends_with('?')),
            class.located,
            class.doc,
        )
        .expect("writing to a string");
        // Only their subclasses' bases and what the conversions name need a constant.
        if matches!(class.name.as_str(), "FunctionType" | "TypeIgnore") {
            continue;
        }
        writeln!(
            ids,
            "pub const {}: ClassId = ClassId({i});",
            id(&class.name)
        )
        .expect("writing to a string");
    }
    write!(
        out,
        "/// Every class but `AST`, a base before those made of it.\n\
         pub(super) static CLASSES: &[Class] = &[{rows}];\n\n\
         /// The classes' places in the table.\npub(super) mod class {{ use super::ClassId; {ids} }}\n\n"
    )
    .expect("writing to a string");
}

fn struct_lifetime(asdl: &Asdl, fields: &[Field]) -> &'static str {
    let types: String = fields
        .iter()
        .filter(|f| f.is_held())
        .map(|f| asdl.field_type(f))
        .collect();
    lifetime(&types)
}

fn to_object(out: &mut String, asdl: &Asdl) {
    let mut node = |rust: &str, class: &str, located: bool, text: &str| {
        let fields = fields(text);
        let lifetime = match struct_lifetime(asdl, &fields) {
            "" => "",
            _ => "<'_>",
        };
        let pairs: String = fields
            .iter()
            .filter(|field| !field.is_later)
            .map(|field| {
                let value = match field.asdl.as_str() {
                    "type_ignore" => "&super::to_object::NoItems".to_owned(),
                    "string" => "&super::to_object::Nothing".to_owned(),
                    _ => format!("&self.{}", field.ident()),
                };
                format!("({:?}, {value}),", field.name)
            })
            .collect();
        let loc = if located { "Some(self.loc)" } else { "None" };
        write!(
            out,
            "impl ToObject for {rust}{lifetime} {{\n\
             fn to_object(&self, maker: &Maker<'_>) -> PyResult {{ maker.node(class::{}, {loc}, &[{pairs}]) }}\n}}\n\n",
            id(class)
        )
        .expect("writing to a string");
    };
    for sum in &asdl.sum {
        for one in &sum.nodes {
            node(one.rust_name(), &one.name, sum.located, &one.fields);
        }
    }
    for product in &asdl.product {
        let class = product.shown.as_deref().unwrap_or(&product.asdl);
        node(&product.name, class, product.located, &product.fields);
    }
    for sum in &asdl.sum {
        let arms: String = sum
            .nodes
            .iter()
            .map(|one| {
                format!(
                    "{}::{}(node) => node.to_object(maker),\n",
                    sum.name, one.name
                )
            })
            .collect();
        write!(
            out,
            "impl ToObject for {}<'_> {{\n\
             fn to_object(&self, maker: &Maker<'_>) -> PyResult {{ match self {{ {arms} }} }}\n}}\n\n",
            sum.name
        )
        .expect("writing to a string");
    }
    for one in &asdl.r#enum {
        let arms: String = one
            .values
            .iter()
            .map(|value| format!("{}::{value} => class::{},\n", one.name, id(value)))
            .collect();
        write!(
            out,
            "impl ToObject for {} {{\n\
             fn to_object(&self, maker: &Maker<'_>) -> PyResult {{ Ok(maker.singleton(match self {{ {arms} }})) }}\n}}\n\n",
            one.name
        )
        .expect("writing to a string");
    }
}

/// The expressions that read a node's fields, in their order, and the initialisers of its struct.
fn readers(owner: &str, fields: &[Field]) -> (String, String) {
    let mut lets = String::new();
    let mut inits = String::new();
    for field in fields {
        let (name, ident) = (&field.name, field.ident());
        if field.is_later {
            write!(inits, "{ident}: None, ").expect("writing to a string");
            continue;
        }
        let read = match (field.asdl.as_str(), field.count) {
            ("type_ignore", _) => format!("reader.type_ignores(object, {name:?}, {owner:?})?;"),
            ("string", _) => format!("reader.type_comment(object, {name:?})?;"),
            (kind @ ("kind" | "level"), _) => {
                format!("let {ident} = reader.{kind}(object, {name:?})?;")
            }
            (_, Count::One) => format!("let {ident} = reader.one(object, {name:?}, {owner:?})?;"),
            (_, Count::Optional) => {
                format!("let {ident} = reader.optional(object, {name:?}, {owner:?})?;")
            }
            (_, Count::List) => format!("let {ident} = reader.list(object, {name:?}, {owner:?})?;"),
            (_, Count::ListWithHoles) => {
                format!("let {ident} = reader.holes(object, {name:?}, {owner:?})?;")
            }
        };
        writeln!(lets, "{read}").expect("writing to a string");
        if field.is_held() {
            write!(inits, "{ident}, ").expect("writing to a string");
        }
    }
    // Required fields are all read before the constructor finds one empty.
    for field in fields.iter().filter(|f| {
        f.count == Count::One && f.is_held() && !matches!(f.asdl.as_str(), "kind" | "level")
    }) {
        let (name, ident) = (&field.name, field.ident());
        writeln!(
            lets,
            "let {ident} = reader.filled({ident}, {name:?}, {owner:?})?;"
        )
        .expect("writing to a string");
    }
    (lets, inits)
}

fn from_object(out: &mut String, asdl: &Asdl) {
    for sum in &asdl.sum {
        let (name, asdl_name) = (&sum.name, &sum.asdl);
        let mut tests = String::new();
        for node in &sum.nodes {
            let fields = fields(&node.fields);
            let lifetime = struct_lifetime(asdl, &fields);
            let rust = node.rust_name();
            let (lets, inits) = readers(&node.name, &fields);
            let function = format!("read_{}", snake(rust));
            let unused = if fields.is_empty() { "_" } else { "" };
            let (loc_param, loc_init) = if sum.located {
                (", loc: Loc", "loc, ")
            } else {
                ("", "")
            };
            let (life, bound) = match lifetime {
                "" => ("'_", ""),
                _ => ("'a", "<'a>"),
            };
            write!(
                out,
                "fn {function}{bound}({unused}reader: &Reader<'_, {life}>, {unused}object: &Value{loc_param}) -> PyResult<{rust}{lifetime}> {{ {lets} Ok({rust} {{ {loc_init}{inits} }}) }}\n\n"
            )
            .expect("writing to a string");
            let loc = if sum.located { ", loc" } else { "" };
            writeln!(
                tests,
                "if reader.is(object, class::{}) {{ let node = {function}(reader, object{loc})?; return Ok(Some({name}::{}(reader.arena.alloc(node)))); }}",
                id(&node.name),
                node.name
            )
            .expect("writing to a string");
        }
        let loc = if sum.located {
            format!("let loc = reader.loc(object, {asdl_name:?})?;")
        } else {
            String::new()
        };
        // A list with None in it is refused only after all else was read.
        let hole = match asdl_name.as_str() {
            "expr" | "stmt" => format!(
                "\nfn hole(reader: &Reader<'_, 'a>) -> Option<Self> {{ super::from_object::{asdl_name}_hole(reader) }}\n"
            ),
            _ => String::new(),
        };
        write!(
            out,
            "impl<'a> FromObject<'a> for {name}<'a> {{\n\
             const ASDL: &'static str = {asdl_name:?};\n\n\
             fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {{\n\
             if object.is_none() {{ return Ok(None); }}\n{loc}\n{tests}\nErr(reader.unexpected({asdl_name:?}, object)) }}\n{hole}}}\n\n"
        )
        .expect("writing to a string");
    }
    for product in &asdl.product {
        let (name, asdl_name) = (&product.name, &product.asdl);
        let lifetime = product.lifetime();
        let owner = product.shown.as_deref().unwrap_or(asdl_name);
        let (lets, inits) = readers(owner, &fields(&product.fields));
        let read_loc = match product.located {
            true => format!("let loc = reader.loc(object, {asdl_name:?})?;"),
            false => String::new(),
        };
        let loc = if product.located { "loc, " } else { "" };
        let body = if is_lone_constructor(product) {
            format!(
                "if object.is_none() {{ return Ok(None); }}\n{read_loc}\n\
                 if !reader.is(object, class::{}) {{ return Err(reader.unexpected({asdl_name:?}, object)); }}\n{lets}",
                id(owner)
            )
        } else {
            lets + &read_loc
        };
        write!(
            out,
            "impl<'a> FromObject<'a> for {name}{lifetime} {{\n\
             const ASDL: &'static str = {asdl_name:?};\n\n\
             fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {{ {body}\nOk(Some({name} {{ {loc}{inits} }})) }}\n}}\n\n"
        )
        .expect("writing to a string");
    }
    for one in &asdl.r#enum {
        let (name, asdl_name) = (&one.name, &one.asdl);
        let tests: String = one
            .values
            .iter()
            .map(|value| {
                format!(
                    "if reader.is(object, class::{}) {{ return Ok(Some({name}::{value})); }}\n",
                    id(value)
                )
            })
            .collect();
        write!(
            out,
            "impl<'a> FromObject<'a> for {name} {{\n\
             const ASDL: &'static str = {asdl_name:?};\n\n\
             fn read(reader: &Reader<'_, 'a>, object: &Value) -> PyResult<Option<Self>> {{ {tests}\nErr(reader.unexpected({asdl_name:?}, object)) }}\n}}\n\n"
        )
        .expect("writing to a string");
    }
}
