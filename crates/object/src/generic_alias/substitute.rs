//! Type variables among the arguments of an alias, and values put in their place.

use super::GenericAlias;
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::StrExt;
use crate::tuple::{Tuple, TupleExt};
use crate::type_::TypeObj;
use hognose_heap::{Ref, Value};

fn place_of(row: &[Value], item: &Value) -> Option<usize> {
    row.iter().position(|v| v.is(item))
}

impl Rt {
    fn lookup_text(&self, object: &Value, name: &str) -> PyResult<Option<Value>> {
        self.getattr_opt(object, &self.intern(name))
    }

    /// The type variables that occur among the arguments, each once (`_Py_make_parameters`).
    pub fn make_parameters(&self, args: &Ref<Tuple>) -> PyResult<Ref<Tuple>> {
        let mut found: Vec<Value> = Vec::new();
        for arg in args.items() {
            if arg.downcast_ref::<TypeObj>().is_some() {
                continue;
            }
            if self.lookup_text(&arg, "__typing_subst__")?.is_some() {
                if place_of(&found, &arg).is_none() {
                    found.push(arg);
                }
                continue;
            }
            if let Some(inner) = self.lookup_text(&arg, "__parameters__")?
                && let Some(inner) = inner.downcast_ref::<Tuple>()
            {
                for item in inner.items() {
                    if place_of(&found, &item).is_none() {
                        found.push(item);
                    }
                }
            }
        }
        Ok(self.tuple(found))
    }

    /// The items of `*tuple[…]` spelt out (`_unpack_args`).
    fn unpack_arguments(&self, item: &Value) -> PyResult<Vec<Value>> {
        let items = match item.downcast_ref::<Tuple>() {
            Some(row) => row.to_vec(),
            None => vec![item.clone()],
        };
        let mut all = Vec::with_capacity(items.len());
        for item in items {
            let inner = if item.downcast_ref::<TypeObj>().is_some() {
                None
            } else {
                match item.downcast_ref::<GenericAlias>() {
                    Some(alias)
                        if alias.starred.get() && alias.origin.is(self.types.tuple.as_value()) =>
                    {
                        Some(alias.args.as_value().clone())
                    }
                    _ => self.lookup_text(&item, "__typing_unpacked_tuple_args__")?,
                }
            };
            match inner.as_ref().and_then(Value::downcast_ref::<Tuple>) {
                Some(row)
                    if !row
                        .items()
                        .next_back()
                        .is_some_and(|last| last.is(&Value::ELLIPSIS)) =>
                {
                    all.extend(row.items());
                }
                _ => all.push(item),
            }
        }
        Ok(all)
    }

    /// The arguments with the type variables replaced (`_Py_subs_parameters`).
    pub fn substitute_parameters(
        &self,
        this: &Value,
        args: &Ref<Tuple>,
        parameters: &Ref<Tuple>,
        item: &Value,
    ) -> PyResult<Vec<Value>> {
        let parameters = parameters.to_vec();
        if parameters.is_empty() {
            let shown = self.repr(this)?;
            return Err(self.type_error(format!("{} is not a generic class", shown.to_str())));
        }
        let mut item = self.tuple(self.unpack_arguments(item)?).into_value();
        for parameter in &parameters {
            if let Some(prepare) = self.lookup_text(parameter, "__typing_prepare_subst__")?
                && !prepare.is_none()
            {
                let row = if item.downcast_ref::<Tuple>().is_some() {
                    item
                } else {
                    self.tuple([item]).into_value()
                };
                item = self.call(&prepare, &[this.clone(), row])?;
            }
        }
        let items = match item.downcast_ref::<Tuple>() {
            Some(row) => row.to_vec(),
            None => vec![item],
        };
        if items.len() != parameters.len() {
            let shown = self.repr(this)?;
            let few = if items.len() > parameters.len() {
                "many"
            } else {
                "few"
            };
            return Err(self.type_error(format!(
                "Too {few} arguments for {}; actual {}, expected {}",
                shown.to_str(),
                items.len(),
                parameters.len()
            )));
        }
        let mut made = Vec::with_capacity(args.len());
        for arg in args.items() {
            if arg.downcast_ref::<TypeObj>().is_some() {
                made.push(arg);
                continue;
            }
            let unpack = match self.lookup_text(&arg, "__typing_is_unpacked_typevartuple__")? {
                Some(flag) => self.truth(&flag)?,
                None => false,
            };
            let new = match self.lookup_text(&arg, "__typing_subst__")? {
                Some(subst) => {
                    let value = place_of(&parameters, &arg).and_then(|i| items.get(i));
                    let value = value.cloned().unwrap_or_else(|| arg.clone());
                    self.call(&subst, &[value])?
                }
                None => self.substitute_inner(&arg, &parameters, &items)?,
            };
            match new.downcast_ref::<Tuple>() {
                Some(row) if unpack => made.extend(row.items()),
                _ => made.push(new),
            }
        }
        Ok(made)
    }

    /// An argument that has type variables of its own, subscripted with their values (`subs_tvars`).
    fn substitute_inner(&self, arg: &Value, parameters: &[Value], items: &[Value]) -> PyResult {
        let inner = self.lookup_text(arg, "__parameters__")?;
        let Some(inner) = inner.as_ref().and_then(Value::downcast_ref::<Tuple>) else {
            return Ok(arg.clone());
        };
        if inner.is_empty() {
            return Ok(arg.clone());
        }
        let mut values = Vec::with_capacity(inner.len());
        for parameter in inner.items() {
            let Some(i) = place_of(parameters, &parameter) else {
                values.push(parameter);
                continue;
            };
            let value = items[i].clone();
            match value.downcast_ref::<Tuple>() {
                // A TypeVarTuple stands for any number of values.
                Some(row) if self.type_of(&parameter).slots.iter.get().is_some() => {
                    values.extend(row.items());
                }
                _ => values.push(value),
            }
        }
        self.getitem(arg, self.tuple(values).as_value())
    }
}
