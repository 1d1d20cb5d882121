//! `ast.dump`'s text, as `python -m ast -a` prints it.

use crate::repr::write_repr;
use crate::{Constant, Kind, Loc, Mod, Name, Names};

/// What `ast.dump` is asked for.
#[derive(Debug, Clone, Copy)]
pub struct DumpOptions {
    /// Print positions: `include_attributes=True`.
    pub attributes: bool,
    /// Spaces per level, or everything on one line.
    pub indent: Option<usize>,
}

/// The tree is nested deeper than [`MAX_DEPTH`].
///
/// CPython too refuses here, with a RecursionError, and far earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DumpError;

/// How deep a tree is printed, to spare the native stack.
pub const MAX_DEPTH: usize = 4000;

/// The text of `ast.dump(tree)`, without a newline at its end.
pub fn dump(tree: &Mod<'_>, names: &Names, options: DumpOptions) -> Result<String, DumpError> {
    let mut dumper = Dumper {
        names,
        options,
        level: 0,
        out: String::new(),
    };
    tree.dump(&mut dumper)?;
    Ok(dumper.out)
}

/// The text so far and the state of printing.
pub struct Dumper<'n> {
    names: &'n Names,
    options: DumpOptions,
    level: usize,
    out: String,
}

/// What `ast.dump`'s inner `_format` does for one kind of value.
pub trait Dump {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError>;

    /// Tells that the value does not force its node onto several lines.
    fn is_simple(&self, _attributes: bool) -> bool {
        true
    }

    /// Tells that the field is left out.
    fn is_absent(&self) -> bool {
        false
    }
}

impl Dumper<'_> {
    pub(crate) fn text(&mut self, text: &str) -> Result<(), DumpError> {
        self.out.push_str(text);
        Ok(())
    }

    pub(crate) fn node(
        &mut self,
        name: &str,
        loc: Option<Loc>,
        fields: &[(&str, &dyn Dump)],
    ) -> Result<(), DumpError> {
        let attributes = self.options.attributes;
        let loc = loc.filter(|_| attributes);
        let mut count = if loc.is_some() { 4 } else { 0 };
        let mut all_simple = true;
        for (_, value) in fields.iter().filter(|(_, value)| !value.is_absent()) {
            count += 1;
            all_simple &= value.is_simple(attributes);
        }
        let inline = all_simple && count <= 3;
        self.out.push_str(name);
        self.out.push('(');
        self.enter()?;
        let mut first = true;
        for (field, value) in fields.iter().filter(|(_, value)| !value.is_absent()) {
            self.separate(&mut first, inline);
            self.out.push_str(field);
            self.out.push('=');
            value.dump(self)?;
        }
        if let Some(loc) = loc {
            let attributes = [
                ("lineno", loc.line),
                ("col_offset", loc.col),
                ("end_lineno", loc.end_line),
                ("end_col_offset", loc.end_col),
            ];
            for (attribute, value) in attributes {
                self.separate(&mut first, inline);
                self.out.push_str(attribute);
                self.out.push('=');
                self.number(i64::from(value));
            }
        }
        self.level -= 1;
        self.out.push(')');
        Ok(())
    }

    fn list<T: Dump>(&mut self, items: &[T]) -> Result<(), DumpError> {
        self.out.push('[');
        self.enter()?;
        let mut first = true;
        for item in items {
            self.separate(&mut first, items.is_empty());
            item.dump(self)?;
        }
        self.level -= 1;
        self.out.push(']');
        Ok(())
    }

    fn enter(&mut self) -> Result<(), DumpError> {
        self.level += 1;
        if self.level > MAX_DEPTH {
            Err(DumpError)
        } else {
            Ok(())
        }
    }

    fn separate(&mut self, first: &mut bool, inline: bool) {
        match self.options.indent {
            Some(indent) if !inline => {
                self.out.push_str(if *first { "\n" } else { ",\n" });
                for _ in 0..indent * self.level {
                    self.out.push(' ');
                }
            }
            _ if !*first => self.out.push_str(", "),
            _ => {}
        }
        *first = false;
    }

    fn number(&mut self, value: i64) {
        self.out.push_str(&value.to_string());
    }
}

/// A list that is always empty in our trees (`type_ignores`).
pub(crate) struct EmptyList;

impl Dump for EmptyList {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.text("[]")
    }
}

impl Dump for Name {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        let name = dumper.names.get(*self);
        write_repr(&mut dumper.out, &Constant::Str(name.as_bytes()));
        Ok(())
    }
}

impl Dump for Constant<'_> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        write_repr(&mut dumper.out, self);
        Ok(())
    }
}

impl Dump for Kind {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.text("'u'")
    }

    fn is_absent(&self) -> bool {
        *self == Kind::Plain
    }
}

impl Dump for i32 {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.number(i64::from(*self));
        Ok(())
    }
}

impl Dump for u32 {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.number(i64::from(*self));
        Ok(())
    }
}

impl Dump for bool {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.text(if *self { "1" } else { "0" })
    }
}

impl<T: Dump> Dump for Option<T> {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        match self {
            Some(value) => value.dump(dumper),
            None => dumper.text("None"),
        }
    }

    fn is_simple(&self, attributes: bool) -> bool {
        self.as_ref()
            .is_none_or(|value| value.is_simple(attributes))
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl<T: Dump> Dump for &mut [T] {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        dumper.list(self)
    }

    fn is_simple(&self, _attributes: bool) -> bool {
        self.is_empty()
    }
}

impl<T: Dump> Dump for &mut T {
    fn dump(&self, dumper: &mut Dumper<'_>) -> Result<(), DumpError> {
        (**self).dump(dumper)
    }

    fn is_simple(&self, attributes: bool) -> bool {
        (**self).is_simple(attributes)
    }
}
