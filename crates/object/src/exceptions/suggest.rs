//! "Did you mean": names like the one that was not found (`Python/suggestions.c`).

use super::{Exception, fields};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::stdlib_names::STDLIB_MODULE_NAMES;
use crate::str_::{Str, StrExt};
use crate::traceback::Traceback;
use hognose_heap::{Ref, Value};

const MAX_CANDIDATES: usize = 750;
const MAX_LENGTH: usize = 40;
const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;

fn substitution_cost(a: u8, b: u8) -> usize {
    if a == b {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// The edit distance, or more than `max_cost` once it is known to be that.
pub fn levenshtein_distance<'a>(mut a: &'a [u8], mut b: &'a [u8], max_cost: usize) -> usize {
    while let ([x, left @ ..], [y, right @ ..]) = (a, b)
        && x == y
    {
        (a, b) = (left, right);
    }
    while let ([left @ .., x], [right @ .., y]) = (a, b)
        && x == y
    {
        (a, b) = (left, right);
    }
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE_COST;
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return max_cost + 1;
    }
    if b.len() < a.len() {
        (a, b) = (b, a);
    }
    if (b.len() - a.len()) * MOVE_COST > max_cost {
        return max_cost + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE_COST).collect();
    let mut result = 0;
    for (b_index, &code) in b.iter().enumerate() {
        let mut distance = b_index * MOVE_COST;
        result = distance;
        let mut least = usize::MAX;
        for (place, &other) in row.iter_mut().zip(a) {
            let substitute = distance + substitution_cost(code, other);
            distance = *place;
            let insert_or_delete = result.min(distance) + MOVE_COST;
            result = insert_or_delete.min(substitute);
            *place = result;
            least = least.min(result);
        }
        if least > max_cost {
            return max_cost + 1;
        }
    }
    result
}

/// The candidate that is most like the name, if any is like enough.
pub fn best_suggestion<'a>(
    candidates: impl ExactSizeIterator<Item = &'a str>,
    name: &str,
) -> Option<&'a str> {
    if candidates.len() >= MAX_CANDIDATES {
        return None;
    }
    let mut best: Option<(&str, usize)> = None;
    for candidate in candidates.filter(|c| *c != name) {
        let mut most = (name.len() + candidate.len() + 3) * MOVE_COST / 6;
        if let Some((_, distance)) = best {
            most = most.min(distance.saturating_sub(1));
        }
        let distance = levenshtein_distance(name.as_bytes(), candidate.as_bytes(), most);
        if distance <= most && best.is_none_or(|(_, known)| distance < known) {
            best = Some((candidate, distance));
        }
    }
    best.map(|(candidate, _)| candidate)
}

fn suggestion_among(names: &[Value], name: &str) -> Option<String> {
    let texts: Vec<String> = names
        .iter()
        .map(|n| n.downcast_ref::<Str>().map(|s| s.to_str().into_owned()))
        .collect::<Option<_>>()?;
    best_suggestion(texts.iter().map(String::as_str), name).map(str::to_owned)
}

impl Rt {
    /// `dir(object)`: the names, sorted (`PyObject_Dir`).
    pub fn dir_names(&self, object: &Value) -> PyResult<Vec<Value>> {
        let Some(names) = self.call_special(object, &self.names.dir_, &[]) else {
            return Err(self.type_error("object does not provide __dir__"));
        };
        let names = self.list(self.collect(&names?)?);
        self.call_method(names.as_value(), &self.names.sort, &[])?;
        Ok(names.snapshot())
    }

    /// What CPython adds to the message of an uncaught exception; empty if it has nothing to say.
    pub fn suggestion_for(&self, exception: &Value) -> String {
        let Some(e) = exception.downcast_ref::<Exception>() else {
            return String::new();
        };
        let t = &self.types;
        let found = if self.is_exact(exception, &t.attribute_error) {
            self.suggest_attribute(e)
        } else if self.is_exact(exception, &t.name_error) {
            self.suggest_name(e)
        } else if self.is_exact(exception, &t.import_error) {
            self.suggest_import(e)
        } else {
            Ok(String::new())
        };
        found.unwrap_or_default()
    }

    fn mean(&self, suggestion: Option<String>) -> PyResult<String> {
        match suggestion {
            Some(text) => {
                let shown = self.repr(self.str(&text).as_value())?;
                Ok(format!(". Did you mean: {}?", shown.to_str()))
            }
            None => Ok(String::new()),
        }
    }

    fn suggest_attribute(&self, e: &Exception) -> PyResult<String> {
        let name = e.extra[fields::ATTRIBUTE_NAME].get();
        let object = e.extra[fields::ATTRIBUTE_OBJECT].get();
        let (Some(name), Some(object)) = (name.filter(|n| self.is_exact_str(n)), object) else {
            return Ok(String::new());
        };
        let name = self.text_of(&name).unwrap_or_default();
        self.mean(suggestion_among(&self.dir_names(&object)?, &name))
    }

    fn suggest_name(&self, e: &Exception) -> PyResult<String> {
        let name = e.extra[fields::NAME_NAME].get();
        let Some(name) = name.filter(|n| self.is_exact_str(n)) else {
            return Ok(String::new());
        };
        let Some(mut traceback) = e
            .traceback
            .get()
            .and_then(|t| Ref::<Traceback>::try_from(t).ok())
        else {
            return Ok(String::new());
        };
        while let Some(next) = traceback.next.get()
            && let Ok(next) = Ref::<Traceback>::try_from(next)
        {
            traceback = next;
        }
        let suggestion = self.suggest_in_frame(&traceback, &name)?;
        let text = self.text_of(&name).unwrap_or_default();
        if STDLIB_MODULE_NAMES.binary_search(&text.as_str()).is_err() {
            return self.mean(suggestion);
        }
        let shown = self.repr(&name)?;
        let shown = shown.to_str();
        Ok(match suggestion {
            None => format!(". Did you forget to import {shown}?"),
            Some(_) => format!(
                "{} Or did you forget to import {shown}?",
                self.mean(suggestion)?
            ),
        })
    }

    /// A local of the frame, an attribute of its `self`, a global or a builtin.
    fn suggest_in_frame(&self, traceback: &Traceback, name: &Value) -> PyResult<Option<String>> {
        let frame = &traceback.frame;
        let text = self.text_of(name).unwrap_or_default();
        let locals: Vec<Value> = frame
            .code
            .locals
            .iter()
            .map(|n| n.as_value().clone())
            .collect();
        let has_self = frame.code.locals.iter().any(|n| n.is_text("self"));
        if has_self
            && let Some(name) = name.downcast::<Str>()
            && let Some(hooks) = self.vm_hooks.get()
        {
            let locals = (hooks.frame_locals)(self, frame)?;
            let this = match locals.downcast_ref::<crate::dict::Dict>() {
                Some(dict) => dict.get_str(self, &self.intern("self")),
                None => None,
            };
            match this {
                None => return Ok(None),
                Some(this) if self.getattr_opt(&this, name)?.is_some() => {
                    return Ok(Some(format!("self.{text}")));
                }
                Some(_) => (),
            }
        }
        if let Some(found) = suggestion_among(&locals, &text) {
            return Ok(Some(found));
        }
        for namespace in [&frame.globals, &frame.builtins] {
            let names: Vec<Value> = namespace.snapshot().into_iter().map(|(k, _)| k).collect();
            if let Some(found) = suggestion_among(&names, &text) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn suggest_import(&self, e: &Exception) -> PyResult<String> {
        let exact = |i: usize| e.extra[i].get().filter(|v| self.is_exact_str(v));
        let (Some(module), Some(name)) =
            (exact(fields::IMPORT_NAME), exact(fields::IMPORT_NAME_FROM))
        else {
            return Ok(String::new());
        };
        let Some(module) = self.modules.get(self, &module)? else {
            return Ok(String::new());
        };
        let name = self.text_of(&name).unwrap_or_default();
        self.mean(suggestion_among(&self.dir_names(&module)?, &name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_cpythons() {
        // From CPython's own test_levenshtein_distance (Lib/test/levenshtein_examples.json has more).
        assert_eq!(levenshtein_distance(b"a", b"A", 10), 1);
        assert_eq!(levenshtein_distance(b"Apple", b"Aple", 10), 2);
        assert_eq!(levenshtein_distance(b"Banana", b"B@n@n@", 10), 6);
        assert_eq!(levenshtein_distance(b"Cherry", b"Cherry!", 10), 2);
        assert_eq!(levenshtein_distance(b"---0---", b"------", 10), 2);
        assert_eq!(levenshtein_distance(b"abc", b"y", 20), 6);
        assert_eq!(
            best_suggestion(["append", "extend"].into_iter(), "apend"),
            Some("append")
        );
        assert_eq!(
            best_suggestion(["append", "extend"].into_iter(), "zzz"),
            None
        );
    }
}
