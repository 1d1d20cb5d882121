//! JSON written as it is made: a list as long as a file likes never lies in memory whole.

use std::io::{self, Write};

use serde_json::Value;

/// An object whose members are written one by one.
pub struct Object<'w, W: Write> {
    out: &'w mut W,
    is_empty: bool,
}

impl<'w, W: Write> Object<'w, W> {
    pub fn begin(out: &'w mut W) -> io::Result<Object<'w, W>> {
        out.write_all(b"{")?;
        Ok(Object {
            out,
            is_empty: true,
        })
    }

    pub fn end(self) -> io::Result<()> {
        self.out.write_all(b"}")
    }

    fn name(&mut self, name: &str) -> io::Result<()> {
        if !std::mem::take(&mut self.is_empty) {
            self.out.write_all(b",")?;
        }
        write!(self.out, "{}:", Value::from(name))
    }

    pub fn member(&mut self, name: &str, value: impl Into<Value>) -> io::Result<()> {
        self.name(name)?;
        write!(self.out, "{}", value.into())
    }

    /// A list of values.
    pub fn list<V: Into<Value>>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = V>,
    ) -> io::Result<()> {
        self.name(name)?;
        self.out.write_all(b"[")?;
        for (index, item) in items.into_iter().enumerate() {
            let before = if index == 0 { "" } else { "," };
            write!(self.out, "{before}{}", item.into())?;
        }
        self.out.write_all(b"]")
    }

    /// A list of objects.
    pub fn objects<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(T, &mut Object<'_, W>) -> io::Result<()>,
    ) -> io::Result<()> {
        self.name(name)?;
        self.out.write_all(b"[")?;
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.out.write_all(b",")?;
            }
            let mut object = Object::begin(self.out)?;
            write(item, &mut object)?;
            object.end()?;
        }
        self.out.write_all(b"]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_json() -> io::Result<()> {
        let mut out = Vec::new();
        let mut object = Object::begin(&mut out)?;
        object.member("a", 1)?;
        object.list("b", ["x", "\""])?;
        object.list("c", [] as [i32; 0])?;
        object.objects("d", [1, 2], |item, object| object.member("e", item))?;
        object.end()?;
        let text = String::from_utf8_lossy(&out);
        assert_eq!(
            text,
            r#"{"a":1,"b":["x","\""],"c":[],"d":[{"e":1},{"e":2}]}"#
        );
        Ok(())
    }
}
