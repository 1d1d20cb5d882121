//! The registry of codecs and error handlers.

use super::Handler;
use crate::dict::Dict;
use crate::native::{Call, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::str_::{Str, StrExt};
use crate::tuple::{Tuple, TupleExt};
use hognose_heap::{Ref, Value};
use std::cell::{Cell, RefCell};

/// What was registered; kept in [`Rt::module_state`] under `_codecs`.
pub struct Registry {
    search: RefCell<Vec<Value>>,
    cache: Ref<Dict>,
    errors: Ref<Dict>,
    started: Cell<bool>,
}

macro_rules! handlers {
    ($($name:literal $static:ident $handler:ident;)*) => {
        $(static $static: NativeDef = NativeDef::new(
            $name,
            "",
            Call::One(|rt, _, error| rt.run_error_handler(&Handler::$handler, error)),
        );)*

        /// The functions that stand for the built-in handlers, by handler.
        static HANDLERS: &[(&str, &NativeDef)] = &[$((stringify!($handler), &$static),)*];
    };
}

handlers! {
    "strict_errors" STRICT Strict;
    "ignore_errors" IGNORE Ignore;
    "replace_errors" REPLACE Replace;
    "surrogateescape" SURROGATEESCAPE SurrogateEscape;
    "surrogatepass" SURROGATEPASS SurrogatePass;
    "backslashreplace_errors" BACKSLASHREPLACE BackslashReplace;
    "xmlcharrefreplace_errors" XMLCHARREFREPLACE XmlCharRefReplace;
    "namereplace_errors" NAMEREPLACE NameReplace;
}

/// A name as the search functions get it (`normalizestring`).
fn normalized(name: &str) -> String {
    name.chars()
        .map(|c| match c {
            ' ' => '-',
            c => c.to_ascii_lowercase(),
        })
        .collect()
}

impl Rt {
    fn codec_registry<T>(&self, f: impl FnOnce(&Registry) -> T) -> Option<T> {
        let mut state = self.module_state.borrow_mut();
        let registry = state.entry("_codecs").or_insert_with(|| {
            let errors = self.dict();
            for (handler, def) in HANDLERS {
                let name = self.intern(&handler.to_ascii_lowercase());
                let function = self.bind_native(def, Value::NONE);
                errors.set_str(self, &name, function.into_value());
            }
            Box::new(Registry {
                search: RefCell::default(),
                cache: self.dict(),
                errors,
                started: Cell::new(false),
            })
        });
        registry.downcast_ref::<Registry>().map(f)
    }

    /// `codecs.register(search_function)`.
    pub fn codec_register(&self, search: &Value) {
        self.codec_registry(|r| r.search.borrow_mut().push(search.clone()));
    }

    /// `codecs.unregister(search_function)`.
    pub fn codec_unregister(&self, search: &Value) {
        let gone = self.codec_registry(|r| {
            let mut row = r.search.borrow_mut();
            let at = row.iter().position(|v| v.is(search))?;
            Some((row.remove(at), r.cache.clone()))
        });
        if let Some(Some((_function, cache))) = gone {
            cache.clear_items();
        }
    }

    /// `codecs.lookup(name)`: a tuple of four (`_PyCodec_Lookup`).
    pub fn codec_lookup(&self, name: &str) -> PyResult {
        let key = self.str(&normalized(name));
        let known = self.codec_registry(|r| (r.cache.clone(), r.started.replace(true)));
        let Some((cache, started)) = known else {
            return Err(self.system_error("the codec registry is gone"));
        };
        if !started {
            self.import_module("encodings")?;
        }
        if let Some(found) = cache.get(self, key.as_value())? {
            return Ok(found);
        }
        let search = self
            .codec_registry(|r| r.search.borrow().clone())
            .unwrap_or_default();
        if search.is_empty() {
            return Err(
                self.lookup_error("no codec search functions registered: can't find encoding")
            );
        }
        for function in &search {
            let found = self.call(function, &[key.as_value().clone()])?;
            if found.is_none() {
                continue;
            }
            if found.downcast_ref::<Tuple>().is_none_or(|t| t.len() != 4) {
                return Err(self.type_error("codec search functions must return 4-tuples"));
            }
            cache.set(self, key.as_value(), found.clone())?;
            return Ok(found);
        }
        Err(self.lookup_error(format!("unknown encoding: {name}")))
    }

    /// `codecs.register_error(name, handler)`.
    pub fn codec_register_error(&self, name: &Ref<Str>, handler: &Value) -> PyResult<()> {
        if self.type_of(handler).slots.call.get().is_none() {
            return Err(self.type_error("handler must be callable"));
        }
        let errors = self.codec_registry(|r| r.errors.clone());
        if let Some(errors) = errors {
            errors.set(self, name.as_value(), handler.clone())?;
        }
        Ok(())
    }

    /// `codecs.lookup_error(name)`; `strict` without a name.
    pub fn codec_error_handler(&self, name: Option<&Ref<Str>>) -> PyResult {
        let strict = self.intern("strict");
        let name = name.unwrap_or(&strict);
        let errors = self.codec_registry(|r| r.errors.clone());
        let found = match errors {
            Some(errors) => errors.get(self, name.as_value())?,
            None => None,
        };
        found.ok_or_else(|| {
            let name = name.to_str();
            self.lookup_error(format!("unknown error handler name '{name}'"))
        })
    }

    /// The encoder or decoder of a codec, which must be for text if `text` is set.
    fn codec_part(&self, name: &str, part: usize, text: bool, instead: &str) -> PyResult {
        let info = self.codec_lookup(name)?;
        if text && !self.is_exact(&info, &self.types.tuple) {
            let flag = self.getattr_opt(&info, &self.intern("_is_text_encoding"))?;
            if let Some(flag) = flag
                && !self.truth(&flag)?
            {
                return Err(self.lookup_error(format!(
                    "'{name}' is not a text encoding; use {instead} to handle arbitrary codecs"
                )));
            }
        }
        let found = info.downcast_ref::<Tuple>().and_then(|t| t.item(part));
        Ok(found.unwrap_or(Value::NONE))
    }

    fn run_codec(
        &self,
        function: &Value,
        object: &Value,
        errors: Option<&Str>,
        what: &str,
    ) -> PyResult {
        let mut args = vec![object.clone()];
        if let Some(errors) = errors {
            args.push(self.str(&errors.to_str()).into_value());
        }
        let made = self.call(function, &args)?;
        let pair = made.downcast_ref::<Tuple>().filter(|t| t.len() == 2);
        match pair.and_then(|t| t.item(0)) {
            Some(first) => Ok(first),
            None => Err(self.type_error(what)),
        }
    }

    /// `codecs.encode(object, encoding, errors)`; with `text`, only by text encodings.
    pub fn encode_with(
        &self,
        object: &Value,
        name: &str,
        errors: Option<&Str>,
        text: bool,
    ) -> PyResult {
        let encoder = self.codec_part(name, 0, text, "codecs.encode()")?;
        let what = "encoder must return a tuple (object, integer)";
        let made = self.run_codec(&encoder, object, errors, what);
        made.inspect_err(|raised| {
            self.add_note(raised, &format!("encoding with '{name}' codec failed"))
        })
    }

    /// `codecs.decode(object, encoding, errors)`; with `text`, only by text encodings.
    pub fn decode_with(
        &self,
        object: &Value,
        name: &str,
        errors: Option<&Str>,
        text: bool,
    ) -> PyResult {
        let decoder = self.codec_part(name, 1, text, "codecs.decode()")?;
        let what = "decoder must return a tuple (object,integer)";
        let made = self.run_codec(&decoder, object, errors, what);
        made.inspect_err(|raised| {
            self.add_note(raised, &format!("decoding with '{name}' codec failed"))
        })
    }
}
