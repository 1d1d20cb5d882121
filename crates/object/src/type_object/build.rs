//! The class statement (`__build_class__`).

use crate::dict::Dict;
use crate::function::CellObj;
use crate::native::Args;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::StrExt;
use crate::tuple::{Tuple, TupleExt};
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};

impl Rt {
    /// The bases with `__mro_entries__` asked (`update_bases`); `None` if none had any.
    pub fn resolve_bases(&self, bases: &[Value]) -> PyResult<Option<Vec<Value>>> {
        let mut resolved: Option<Vec<Value>> = None;
        for (i, base) in bases.iter().enumerate() {
            let entries = if base.downcast_ref::<TypeObj>().is_some() {
                None
            } else {
                self.getattr_opt(base, &self.names.mro_entries_)?
            };
            let Some(entries) = entries else {
                if let Some(row) = &mut resolved {
                    row.push(base.clone());
                }
                continue;
            };
            let all = self.tuple(bases.iter().cloned()).into_value();
            let made = self.call(&entries, &[all])?;
            let Some(made) = made.downcast_ref::<Tuple>() else {
                return Err(self.type_error("__mro_entries__ must return a tuple"));
            };
            resolved
                .get_or_insert_with(|| bases[..i].to_vec())
                .extend(made.items());
        }
        Ok(resolved)
    }

    /// Runs a class statement: `body` gets the namespace and answers the `__class__` cell or None.
    ///
    /// The arguments are the class's name, its bases, and its keywords (`metaclass` among them).
    pub fn build_class(
        &self,
        body: impl FnOnce(&Rt, &Value) -> PyResult,
        name: &Value,
        given: &Args<'_>,
    ) -> PyResult {
        let original = given.positional();
        let resolved = self.resolve_bases(original)?;
        let bases = resolved.clone().unwrap_or_else(|| original.to_vec());
        let mut meta = None;
        let (mut values, mut names) = (Vec::new(), Vec::new());
        for (key, value) in given.keywords() {
            if key.is_text("metaclass") {
                meta = Some(value.clone());
            } else {
                names.push(key.as_value().clone());
                values.push(value.clone());
            }
        }
        let mut meta = match meta {
            Some(meta) => meta,
            None => match bases.first() {
                Some(first) => self.type_of(first).as_value().clone(),
                None => self.types.type_.as_value().clone(),
            },
        };
        if let Some(class) = meta.downcast::<TypeObj>() {
            meta = self.calculate_metaclass(class, &bases)?.into_value();
        }
        let bases = self.tuple(bases).into_value();
        let call_row =
            |first: &[Value]| -> Vec<Value> { first.iter().chain(&values).cloned().collect() };
        let namespace = match self.getattr_opt(&meta, &self.names.prepare_)? {
            None => self.dict().into_value(),
            Some(prepare) => {
                let row = call_row(&[name.clone(), bases.clone()]);
                self.call_args(&prepare, &Args::with_names(&row, &names))?
            }
        };
        if self.type_of(&namespace).slots.getitem.get().is_none() {
            let of = match meta.downcast_ref::<TypeObj>() {
                Some(class) => class.display_name(),
                None => "<metaclass>".to_owned(),
            };
            return Err(self.type_error(format!(
                "{of}.__prepare__() must return a mapping, not {}",
                self.type_name(&namespace)
            )));
        }
        let cell = body(self, &namespace)?;
        if resolved.is_some() {
            let original = self.tuple(original.iter().cloned()).into_value();
            self.setitem(
                &namespace,
                self.names.orig_bases_.as_value(),
                Some(&original),
            )?;
        }
        let row = call_row(&[name.clone(), bases, namespace]);
        let class = self.call_args(&meta, &Args::with_names(&row, &names))?;
        if class.downcast_ref::<TypeObj>().is_some()
            && let Some(cell) = cell.downcast_ref::<CellObj>()
        {
            self.check_class_cell(name, &class, cell)?;
        }
        Ok(class)
    }

    fn check_class_cell(&self, name: &Value, class: &Value, cell: &CellObj) -> PyResult<()> {
        let content = cell.content.get();
        if content.as_ref().is_some_and(|c| c.is(class)) {
            return Ok(());
        }
        let (name, shown) = (self.repr(name)?, self.repr(class)?);
        match content {
            None => Err(self.runtime_error(format!(
                "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                name.to_str(),
                shown.to_str()
            ))),
            Some(other) => {
                let other = self.repr(&other)?;
                Err(self.type_error(format!(
                    "__class__ set to {} defining {} as {}",
                    other.to_str(),
                    name.to_str(),
                    shown.to_str()
                )))
            }
        }
    }

    /// A class made by Rust code, as `type(name, bases, namespace)` would make it.
    pub fn new_class(&self, name: &str, bases: &[Ref<TypeObj>], namespace: &Ref<Dict>) -> PyResult {
        let bases = self.tuple(bases.iter().map(|b| b.as_value().clone()));
        let args = [
            self.str(name).into_value(),
            bases.into_value(),
            namespace.as_value().clone(),
        ];
        self.call(self.types.type_.as_value(), &args)
    }
}
