//! Renders data/ast.toml to the node types, visitors and dump of crate `ast`.

use std::fmt::Write;

use serde::Deserialize;

use super::{File, syntax_tree};

#[derive(Deserialize)]
pub(super) struct Asdl {
    pub(super) sum: Vec<Sum>,
    pub(super) product: Vec<Product>,
    pub(super) r#enum: Vec<Enum>,
}

#[derive(Deserialize)]
pub(super) struct Sum {
    pub(super) name: String,
    pub(super) asdl: String,
    #[serde(default)]
    pub(super) located: bool,
    pub(super) doc: String,
    pub(super) nodes: Vec<Node>,
}

#[derive(Deserialize)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) r#struct: Option<String>,
    pub(super) fields: String,
    pub(super) doc: String,
}

impl Node {
    pub(super) fn rust_name(&self) -> &str {
        self.r#struct.as_deref().unwrap_or(&self.name)
    }
}

#[derive(Deserialize)]
pub(super) struct Product {
    pub(super) name: String,
    pub(super) asdl: String,
    /// The name `ast.dump` prints, where it is not the ASDL name.
    pub(super) shown: Option<String>,
    #[serde(default)]
    pub(super) located: bool,
    /// Held by reference, being large.
    #[serde(default)]
    pub(super) boxed: bool,
    pub(super) fields: String,
    pub(super) doc: String,
}

impl Product {
    /// The lifetime parameter, which only a product of bare identifiers lacks.
    pub(super) fn lifetime(&self) -> &'static str {
        let bare = |field: &Field| {
            field.asdl == "identifier" && matches!(field.count, Count::One | Count::Optional)
        };
        if fields(&self.fields).iter().all(bare) {
            ""
        } else {
            "<'a>"
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Enum {
    pub(super) name: String,
    pub(super) asdl: String,
    pub(super) values: Vec<String>,
    pub(super) doc: String,
}

/// How often a field's value occurs.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Count {
    One,
    Optional,
    List,
    ListWithHoles,
}

pub(super) struct Field {
    pub(super) asdl: String,
    pub(super) count: Count,
    pub(super) name: String,
    /// Whether the default version's grammar does not have it yet; written `name+3.13`.
    pub(super) is_later: bool,
}

impl Field {
    /// Whether our nodes have the field: what only type comments fill is not kept.
    pub(super) fn is_held(&self) -> bool {
        !matches!(self.asdl.as_str(), "type_ignore" | "string")
    }

    pub(super) fn ident(&self) -> String {
        match self.name.as_str() {
            "type" => "r#type".to_owned(),
            name => name.to_owned(),
        }
    }
}

pub(super) fn fields(text: &str) -> Vec<Field> {
    text.split(", ")
        .filter(|field| !field.is_empty())
        .map(|field| {
            let (kind, name) = field.split_once(' ').expect("a field is `type name`");
            let (asdl, count) = if let Some(asdl) = kind.strip_suffix("?*") {
                (asdl, Count::ListWithHoles)
            } else if let Some(asdl) = kind.strip_suffix('*') {
                (asdl, Count::List)
            } else if let Some(asdl) = kind.strip_suffix('?') {
                (asdl, Count::Optional)
            } else {
                (kind, Count::One)
            };
            let (name, since) = name.split_once('+').unwrap_or((name, ""));
            Field {
                asdl: asdl.to_owned(),
                count,
                name: name.to_owned(),
                is_later: !since.is_empty(),
            }
        })
        .collect()
}

/// Parses data/ast.toml and renders the generated files of crate `ast`, and what `builtins` makes of nodes.
pub fn render(toml: &str) -> Vec<File> {
    let asdl: Asdl = toml::from_str(toml).expect("data/ast.toml is well-formed");
    let mut files = node_files(&asdl);
    files.push(syntax_tree::render(&asdl));
    files
}

fn node_files(asdl: &Asdl) -> Vec<File> {
    [
        ("nodes", nodes(asdl)),
        ("visit", visitors(asdl)),
        ("dump", dump(asdl)),
    ]
    .map(|(name, text)| File {
        path: format!("crates/ast/src/generated/{name}.rs"),
        source: "data/ast.toml",
        text,
    })
    .into()
}

impl Asdl {
    /// The Rust type of one value of ASDL type `name`.
    fn rust_type(&self, name: &str) -> String {
        if let Some(sum) = self.sum.iter().find(|sum| sum.asdl == name) {
            return format!("{}<'a>", sum.name);
        }
        if let Some(product) = self.product.iter().find(|product| product.asdl == name) {
            let plain = format!("{}{}", product.name, product.lifetime());
            return if product.boxed {
                format!("&'a mut {plain}")
            } else {
                plain
            };
        }
        if let Some(one) = self.r#enum.iter().find(|one| one.asdl == name) {
            return one.name.clone();
        }
        match name {
            "identifier" => "Name",
            "constant" => "Constant<'a>",
            "kind" => "Kind",
            "conversion" => "i32",
            "level" => "u32",
            "bool" => "bool",
            _ => panic!("data/ast.toml: unknown type {name}"),
        }
        .to_owned()
    }

    pub(super) fn field_type(&self, field: &Field) -> String {
        let one = self.rust_type(&field.asdl);
        match field.count {
            Count::One => one,
            Count::Optional => {
                let boxed = self
                    .product
                    .iter()
                    .any(|product| product.asdl == field.asdl);
                if boxed {
                    format!("Option<&'a mut {one}>")
                } else {
                    format!("Option<{one}>")
                }
            }
            Count::List => format!("&'a mut [{one}]"),
            Count::ListWithHoles => format!("&'a mut [Option<{one}>]"),
        }
    }

    /// The visitor method for ASDL type `name`, if its values are visited.
    fn visit_method(&self, name: &str) -> Option<String> {
        let sum = self
            .sum
            .iter()
            .find(|sum| sum.asdl == name)
            .map(|sum| &sum.name);
        let product = self.product.iter().find(|product| product.asdl == name);
        sum.or(product.map(|product| &product.name))
            .map(|name| snake(name))
    }

    fn structure(&self, out: &mut String, name: &str, doc: &str, located: bool, fields: &[Field]) {
        let body: String = fields
            .iter()
            .filter(|field| field.is_held())
            .map(|field| format!("    pub {}: {},\n", field.ident(), self.field_type(field)))
            .collect();
        let loc = if located { "    pub loc: Loc,\n" } else { "" };
        let lifetime = lifetime(&body);
        write!(
            out,
            "/// {doc}\n#[derive(Debug, PartialEq)]\npub struct {name}{lifetime} {{\n{loc}{body}}}\n\n"
        )
        .expect("writing to a string");
    }
}

pub(super) fn lifetime(text: &str) -> &'static str {
    if text.contains("'a") { "<'a>" } else { "" }
}

pub(super) fn snake(name: &str) -> String {
    let mut out = String::new();
    for (position, letter) in name.char_indices() {
        if letter.is_uppercase() && position > 0 {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

fn nodes(asdl: &Asdl) -> String {
    let mut out =
        String::from("//! The node types.\n\nuse crate::{Constant, Kind, Loc, Name};\n\n");
    for sum in &asdl.sum {
        let mut variants = String::new();
        let mut loc_arms = String::new();
        let mut set_arms = String::new();
        for node in &sum.nodes {
            let body: String = fields(&node.fields)
                .iter()
                .filter(|field| field.is_held())
                .map(|field| asdl.field_type(field))
                .collect();
            let (name, rust, doc) = (&node.name, node.rust_name(), &node.doc);
            let lifetime = lifetime(&body);
            write!(variants, "/// {doc}\n{name}(&'a mut {rust}{lifetime}),\n")
                .expect("writing to a string");
            writeln!(loc_arms, "{}::{name}(node) => node.loc,", sum.name)
                .expect("writing to a string");
            writeln!(set_arms, "{}::{name}(node) => node.loc = loc,", sum.name)
                .expect("writing to a string");
        }
        let (name, doc) = (&sum.name, &sum.doc);
        write!(
            out,
            "/// {doc}\n#[derive(Debug, PartialEq)]\npub enum {name}<'a> {{\n{variants}}}\n\n"
        )
        .expect("writing to a string");
        if sum.located {
            write!(
                out,
                "impl {name}<'_> {{\n\
                 /// Where the node stands in the source.\npub fn loc(&self) -> Loc {{ match self {{ {loc_arms} }} }}\n\n\
                 /// Moves the node.\npub fn set_loc(&mut self, loc: Loc) {{ match self {{ {set_arms} }} }}\n}}\n\n"
            )
            .expect("writing to a string");
        }
        for node in &sum.nodes {
            asdl.structure(
                &mut out,
                node.rust_name(),
                &node.doc,
                sum.located,
                &fields(&node.fields),
            );
        }
    }
    for product in &asdl.product {
        asdl.structure(
            &mut out,
            &product.name,
            &product.doc,
            product.located,
            &fields(&product.fields),
        );
    }
    for one in &asdl.r#enum {
        let values: String = one
            .values
            .iter()
            .map(|value| format!("{value},\n"))
            .collect();
        write!(
            out,
            "/// {}\n#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]\npub enum {} {{\n{values}}}\n\n",
            one.doc, one.name
        )
        .expect("writing to a string");
    }
    out
}

fn visitors(asdl: &Asdl) -> String {
    let mut out = String::from(
        "//! Visitors: each `visit_…` method by default walks on to the node's children, in field order.\n\
         //!\n\
         //! They recurse as deep as the tree does; who meets trees of any depth overrides `visit_expr` and\n\
         //! `visit_stmt` to count.\n\n\
         use crate::*;\n\n",
    );
    visitor(
        asdl,
        &mut out,
        "Visit",
        "Reads a tree.",
        "walk",
        "&",
        "iter()",
    );
    visitor(
        asdl,
        &mut out,
        "VisitMut",
        "Changes a tree in place.",
        "walk_mut",
        "&mut ",
        "iter_mut()",
    );
    out
}

fn visitor(
    asdl: &Asdl,
    out: &mut String,
    name: &str,
    doc: &str,
    walk: &str,
    reference: &str,
    iter: &str,
) {
    let mut methods = String::new();
    let mut walks = String::new();
    let children = |receiver: &str, fields: &[Field]| -> String {
        let mut text = String::new();
        for field in fields {
            let Some(method) = asdl.visit_method(&field.asdl) else {
                continue;
            };
            let ident = field.ident();
            let place = format!("{receiver}.{ident}");
            let boxed = asdl.rust_type(&field.asdl).starts_with('&');
            let line = match field.count {
                Count::One if boxed => format!("visitor.visit_{method}({place});\n"),
                Count::One => format!("visitor.visit_{method}({reference}{place});\n"),
                Count::Optional => {
                    format!(
                        "if let Some(child) = {reference}{place} {{ visitor.visit_{method}(child); }}\n"
                    )
                }
                Count::List => {
                    format!("for child in {place}.{iter} {{ visitor.visit_{method}(child); }}\n")
                }
                Count::ListWithHoles => {
                    format!(
                        "for child in {place}.{iter}.flatten() {{ visitor.visit_{method}(child); }}\n"
                    )
                }
            };
            text.push_str(&line);
        }
        text
    };
    let mut add = |rust: &str, lifetime: &str, body: String| {
        let method = snake(rust);
        writeln!(
            methods,
            "fn visit_{method}(&mut self, node: {reference}{rust}{lifetime}) {{ {walk}_{method}(self, node); }}"
        )
        .expect("writing to a string");
        write!(
            walks,
            "/// Visits the children of one [`{rust}`].\n\
             pub fn {walk}_{method}<'a, V: {name}<'a> + ?Sized>(visitor: &mut V, node: {reference}{rust}{lifetime}) {{ {body} }}\n\n"
        )
        .expect("writing to a string");
    };
    for sum in &asdl.sum {
        let mut arms = String::new();
        let mut leaves = Vec::new();
        for node in &sum.nodes {
            let text = children("node", &fields(&node.fields));
            let path = format!("{}::{}", sum.name, node.name);
            if text.is_empty() {
                leaves.push(format!("{path}(_)"));
            } else {
                writeln!(arms, "{path}(node) => {{ {text} }}").expect("writing to a string");
            }
        }
        if !leaves.is_empty() {
            writeln!(arms, "{} => {{}}", leaves.join(" | ")).expect("writing to a string");
        }
        add(&sum.name, "<'a>", format!("match node {{ {arms} }}"));
    }
    for product in &asdl.product {
        let text = children("node", &fields(&product.fields));
        let body = if text.is_empty() {
            "let _ = (visitor, node);".to_owned()
        } else {
            text
        };
        add(&product.name, product.lifetime(), body);
    }
    write!(
        out,
        "/// {doc}\npub trait {name}<'a> {{\n{methods}}}\n\n{walks}"
    )
    .expect("writing to a string");
}

fn dump(asdl: &Asdl) -> String {
    let mut out = String::from(
        "//! `ast.dump`'s view of each node: its name, place and fields.\n\n\
         use crate::dump::{Dump, DumpError, Dumper, EmptyList};\nuse crate::*;\n\n",
    );
    let mut add = |rust: &str, shown: &str, located: bool, text: &str| {
        let fields = fields(text);
        let lifetime_source: String = fields
            .iter()
            .filter(|field| field.is_held())
            .map(|field| asdl.field_type(field))
            .collect();
        let lifetime = if lifetime(&lifetime_source).is_empty() {
            ""
        } else {
            "<'_>"
        };
        let pairs: String = fields
            .iter()
            .filter(|field| field.asdl != "string")
            .map(|field| {
                if field.asdl == "type_ignore" {
                    format!("(\"{}\", &EmptyList),", field.name)
                } else {
                    format!("(\"{}\", &self.{}),", field.name, field.ident())
                }
            })
            .collect();
        let loc = if located { "Some(self.loc)" } else { "None" };
        // A node is simple when it prints no argument at all.
        let may_be_empty = fields.iter().all(|field| field.count == Count::Optional);
        let simple = if may_be_empty {
            let absent: String = fields
                .iter()
                .filter(|field| field.is_held())
                .map(|field| format!(" && self.{}.is_absent()", field.ident()))
                .collect();
            format!("!attributes{absent}")
        } else {
            "false".to_owned()
        };
        let unused = if may_be_empty { "" } else { "_" };
        let simple =
            format!("fn is_simple(&self, {unused}attributes: bool) -> bool {{ {simple} }}\n");
        write!(
            out,
            "impl Dump for {rust}{lifetime} {{\n\
             fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {{ dumper.node(\"{shown}\", {loc}, &[{pairs}]) }}\n{simple}}}\n\n"
        )
        .expect("writing to a string");
    };
    for sum in &asdl.sum {
        for node in &sum.nodes {
            add(node.rust_name(), &node.name, sum.located, &node.fields);
        }
    }
    for product in &asdl.product {
        let shown = product.shown.as_deref().unwrap_or(&product.asdl);
        add(&product.name, shown, product.located, &product.fields);
    }
    for sum in &asdl.sum {
        let arms = |call: &str| -> String {
            sum.nodes
                .iter()
                .map(|node| format!("{}::{}(node) => node.{call},\n", sum.name, node.name))
                .collect()
        };
        write!(
            out,
            "impl Dump for {}<'_> {{\n\
             fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {{ match self {{ {} }} }}\n\n\
             fn is_simple(&self, attributes: bool) -> bool {{ match self {{ {} }} }}\n}}\n\n",
            sum.name,
            arms("dump(dumper)"),
            arms("is_simple(attributes)")
        )
        .expect("writing to a string");
    }
    for one in &asdl.r#enum {
        let arms: String = one
            .values
            .iter()
            .map(|value| format!("{}::{value} => \"{value}()\",\n", one.name))
            .collect();
        write!(
            out,
            "impl Dump for {} {{\n\
             fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {{ dumper.text(match self {{ {arms} }}) }}\n}}\n\n",
            one.name
        )
        .expect("writing to a string");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks CPython for the fields of the class of each node.
    const SCRIPT: &str = "
import ast, sys
for name in sys.argv[1:]:
    print(*getattr(ast, name)._fields)
";

    #[test]
    fn fields_are_cpythons() {
        let Some(python) = hognose_testkit::cpython_3_12() else {
            return;
        };
        let root = crate::workspace_root();
        let toml = std::fs::read_to_string(root.join("data/ast.toml")).expect("data/ast.toml");
        let asdl: Asdl = toml::from_str(&toml).expect("data/ast.toml is well-formed");
        let nodes = asdl.sum.iter().flat_map(|sum| &sum.nodes);
        let nodes = nodes.map(|node| (node.name.as_str(), node.fields.as_str()));
        let products = asdl.product.iter().map(|product| {
            let name = product.shown.as_deref().unwrap_or(&product.asdl);
            (name, product.fields.as_str())
        });
        let values = asdl.r#enum.iter().flat_map(|one| &one.values);
        let all: Vec<(&str, &str)> = nodes
            .chain(products)
            .chain(values.map(|value| (value.as_str(), "")))
            .collect();
        let output = std::process::Command::new(python)
            .args(["-I", "-c", SCRIPT])
            .args(all.iter().map(|(name, _)| name))
            .output()
            .expect("CPython runs");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        assert_eq!(text.lines().count(), all.len());
        for ((name, ours), theirs) in all.iter().zip(text.lines()) {
            let ours = fields(ours).into_iter().filter(|field| !field.is_later);
            let names: Vec<String> = ours.map(|field| field.name).collect();
            assert_eq!(names.join(" "), theirs, "{name}");
        }
    }
}
