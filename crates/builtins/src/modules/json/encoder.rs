//! `make_encoder`: values to text.

use super::{arguments, text};
use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::builtin::Builtin;
use hognose_object::dict::Dict;
use hognose_object::int::int_to_text;
use hognose_object::str_type::TextBuilder;
use hognose_object::tuple::{List, Tuple, TupleExt};
use hognose_object::{
    Args, GetSetDef, Layout, PyResult, Ref, Rt, Slots, Str, StrExt, TypeObj, TypeSpec, Value,
    type_flags,
};

/// How strings are encoded.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Ascii,
    Any,
    /// By the function `encoder`.
    Own,
}

/// The payload of `_json.Encoder`.
pub(super) struct Encoder {
    markers: Value,
    default: Value,
    encoder: Value,
    indent: Value,
    key_separator: Value,
    item_separator: Value,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    quoting: Quoting,
}

impl Payload for Encoder {
    const KIND: Kind = kinds::JSON_ENCODER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        for value in [
            &self.markers,
            &self.default,
            &self.encoder,
            &self.indent,
            &self.key_separator,
            &self.item_separator,
        ] {
            value.trace(visitor);
        }
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Encoder> {
    value
        .downcast_ref::<Encoder>()
        .ok_or_else(|| rt.type_error("a JSON encoder was expected"))
}

pub(super) static ENCODER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(new),
        call: Some(call),
        ..Slots::NONE
    },
    getset: &[
        GetSetDef::member("markers", |rt, v| Ok(this(rt, v)?.markers.clone())),
        GetSetDef::member("default", |rt, v| Ok(this(rt, v)?.default.clone())),
        GetSetDef::member("encoder", |rt, v| Ok(this(rt, v)?.encoder.clone())),
        GetSetDef::member("indent", |rt, v| Ok(this(rt, v)?.indent.clone())),
        GetSetDef::member("key_separator", |rt, v| {
            Ok(this(rt, v)?.key_separator.clone())
        }),
        GetSetDef::member("item_separator", |rt, v| {
            Ok(this(rt, v)?.item_separator.clone())
        }),
        GetSetDef::member("sort_keys", |rt, v| Ok(Value::bool(this(rt, v)?.sort_keys))),
        GetSetDef::member("skipkeys", |rt, v| Ok(Value::bool(this(rt, v)?.skipkeys))),
    ],
    doc: "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
    ..TypeSpec::new("_json.Encoder", Layout::Native(kinds::JSON_ENCODER))
};

/// The quoting that a function stands for, if it is one of this module.
fn quoting_of(function: &Value) -> Quoting {
    let own = |def: &hognose_object::NativeDef| {
        (super::FUNCTIONS.iter()).any(|own| std::ptr::eq(own, def))
    };
    match function.downcast_ref::<Builtin>().map(|b| b.def) {
        Some(def) if own(def) && def.name == "encode_basestring_ascii" => Quoting::Ascii,
        Some(def) if own(def) && def.name == "encode_basestring" => Quoting::Any,
        _ => Quoting::Own,
    }
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const PARAMS: &[&str; 9] = &[
        "markers",
        "default",
        "encoder",
        "indent",
        "key_separator",
        "item_separator",
        "sort_keys",
        "skipkeys",
        "allow_nan",
    ];
    let given = arguments(rt, "make_encoder", PARAMS, args)?;
    for at in [4, 5] {
        if given[at].downcast_ref::<Str>().is_none() {
            let name = rt.type_name(given[at]);
            return Err(rt.type_error(format!(
                "make_encoder() argument {} must be str, not {name}",
                at + 1
            )));
        }
    }
    let [
        markers,
        default,
        encoder,
        indent,
        key_separator,
        item_separator,
        flags @ ..,
    ] = given;
    let [sort_keys, skipkeys, allow_nan] = flags.map(|flag| rt.truth(flag));
    let (sort_keys, skipkeys, allow_nan) = (sort_keys?, skipkeys?, allow_nan?);
    if !markers.is_none() && rt.as_dict(markers).is_none() {
        let name = rt.type_name(markers);
        return Err(rt.type_error(format!(
            "make_encoder() argument 1 must be dict or None, not {name}"
        )));
    }
    let encoder = Encoder {
        markers: markers.clone(),
        default: default.clone(),
        encoder: encoder.clone(),
        indent: indent.clone(),
        key_separator: key_separator.clone(),
        item_separator: item_separator.clone(),
        sort_keys,
        skipkeys,
        allow_nan,
        quoting: quoting_of(encoder),
    };
    Ok(rt.alloc(ty, encoder).into_value())
}

fn call(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let [object, level] = arguments(rt, "_iterencode", &["obj", "_current_indent_level"], args)?;
    rt.index_i64(level)?;
    let mut encoding = Encoding {
        rt,
        encoder: this(rt, value)?,
        out: TextBuilder::new(),
    };
    encoding.value(object)?;
    let text = encoding.out;
    rt.room_for_chars(text.len())?;
    Ok(rt.tuple([text.finish(rt).into_value()]).into_value())
}

/// One call of an encoder.
struct Encoding<'a> {
    rt: &'a Rt,
    encoder: &'a Encoder,
    out: TextBuilder,
}

impl Encoding<'_> {
    /// `encoder_listencode_obj`.
    fn value(&mut self, value: &Value) -> PyResult<()> {
        const PLACE: &str = " while encoding a JSON object";
        let rt = self.rt;
        if value.is_none() {
            self.out.push_str("null");
        } else if value.is(&Value::TRUE) {
            self.out.push_str("true");
        } else if value.is(&Value::FALSE) {
            self.out.push_str("false");
        } else if let Some(text) = value.downcast_ref::<Str>() {
            self.string(value, text)?;
        } else if let Some(number) = rt.as_int(value) {
            self.out.push_str(&int_to_text(rt, &number)?);
        } else if let Some(x) = rt.as_float(value) {
            let text = self.float(x, value)?;
            self.out.push_str(&text);
        } else if value.downcast_ref::<List>().is_some() || value.downcast_ref::<Tuple>().is_some()
        {
            rt.guarded(PLACE, || self.list(value))?;
        } else if let Some(dict) = rt.as_dict(value) {
            rt.guarded(PLACE, || self.dict(value, dict))?;
        } else {
            let marked = self.mark(value)?;
            let made = rt.call(&self.encoder.default, std::slice::from_ref(value))?;
            rt.guarded(PLACE, || self.value(&made))?;
            self.unmark(marked)?;
        }
        Ok(())
    }

    /// Notes that the object is being encoded; refuses one that is already.
    fn mark(&self, value: &Value) -> PyResult<Option<Value>> {
        let rt = self.rt;
        let Some(markers) = rt.as_dict(&self.encoder.markers) else {
            return Ok(None);
        };
        let identity = rt.int_from_usize((value.bits() & (i64::MAX as u64)) as usize);
        if markers.set(rt, &identity, value.clone())?.is_some() {
            return Err(rt.value_error("Circular reference detected"));
        }
        Ok(Some(identity))
    }

    fn unmark(&self, marked: Option<Value>) -> PyResult<()> {
        if let Some(identity) = marked
            && let Some(markers) = self.rt.as_dict(&self.encoder.markers)
            && markers.remove(self.rt, &identity)?.is_none()
        {
            return Err(self.rt.key_error(&identity));
        }
        Ok(())
    }

    fn string(&mut self, value: &Value, text: &Str) -> PyResult<()> {
        let ascii = match self.encoder.quoting {
            Quoting::Ascii => true,
            Quoting::Any => false,
            Quoting::Own => {
                let rt = self.rt;
                let made = rt.call(&self.encoder.encoder, std::slice::from_ref(value))?;
                let Some(text) = made.downcast_ref::<Str>() else {
                    let name = rt.type_name(&made);
                    return Err(
                        rt.type_error(format!("encoder() must return a string, not {name}"))
                    );
                };
                self.out.push_text(text);
                return Ok(());
            }
        };
        text::push_quoted(&mut self.out, text, ascii);
        Ok(())
    }

    fn float(&self, x: f64, value: &Value) -> PyResult<String> {
        if x.is_finite() {
            return Ok(hognose_source::repr::float(x));
        }
        if !self.encoder.allow_nan {
            let shown = self.rt.repr(value)?;
            return Err(self.rt.value_error(format!(
                "Out of range float values are not JSON compliant: {}",
                shown.to_str()
            )));
        }
        let word = match x {
            _ if x.is_nan() => "NaN",
            _ if x > 0.0 => "Infinity",
            _ => "-Infinity",
        };
        Ok(word.to_owned())
    }

    fn push_separator(&mut self, separator: &Value) {
        if let Some(text) = separator.downcast_ref::<Str>() {
            self.out.push_text(text);
        }
    }

    /// `encoder_listencode_list`.
    fn list(&mut self, value: &Value) -> PyResult<()> {
        let item = |i: usize| match value.downcast_ref::<List>() {
            Some(list) => list.get(i),
            None => value.downcast_ref::<Tuple>().and_then(|t| t.item(i)),
        };
        let Some(mut next) = item(0) else {
            self.out.push_str("[]");
            return Ok(());
        };
        let encoder = self.encoder;
        let marked = self.mark(value)?;
        self.out.push(u32::from('['));
        for i in 1.. {
            self.value(&next)?;
            next = match item(i) {
                Some(item) => item,
                None => break,
            };
            self.push_separator(&encoder.item_separator);
        }
        self.unmark(marked)?;
        self.out.push(u32::from(']'));
        Ok(())
    }

    /// `encoder_listencode_dict`.
    fn dict(&mut self, value: &Value, dict: &Dict) -> PyResult<()> {
        let rt = self.rt;
        if dict.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        let marked = self.mark(value)?;
        self.out.push(u32::from('{'));
        let mut first = true;
        if self.encoder.sort_keys || !rt.is_exact(value, &rt.types.dict) {
            let items = rt.call_method(value, &rt.intern("items"), &[])?;
            let items = rt.list(rt.collect(&items)?).into_value();
            if self.encoder.sort_keys {
                rt.call_method(&items, &rt.intern("sort"), &[])?;
            }
            for pair in rt.collect(&items)? {
                match pair
                    .downcast_ref::<Tuple>()
                    .map(|t| (t.item(0), t.item(1), t.len()))
                {
                    Some((Some(key), Some(item), 2)) => self.pair(&key, &item, &mut first)?,
                    _ => return Err(rt.value_error("items must return 2-tuples")),
                }
            }
        } else {
            for (key, item) in dict.snapshot() {
                self.pair(&key, &item, &mut first)?;
            }
        }
        self.unmark(marked)?;
        self.out.push(u32::from('}'));
        Ok(())
    }

    /// `encoder_encode_key_value`.
    fn pair(&mut self, key: &Value, item: &Value, first: &mut bool) -> PyResult<()> {
        let (rt, encoder) = (self.rt, self.encoder);
        let made = if key.downcast_ref::<Str>().is_some() {
            None
        } else if let Some(x) = rt.as_float(key) {
            Some(self.float(x, key)?)
        } else if key.is_none() {
            Some("null".to_owned())
        } else if key.is(&Value::TRUE) || key.is(&Value::FALSE) {
            let word = if key.is(&Value::TRUE) {
                "true"
            } else {
                "false"
            };
            Some(word.to_owned())
        } else if let Some(number) = rt.as_int(key) {
            Some(int_to_text(rt, &number)?)
        } else if encoder.skipkeys {
            return Ok(());
        } else {
            let name = rt.type_name(key);
            return Err(rt.type_error(format!(
                "keys must be str, int, float, bool or None, not {name}"
            )));
        };
        if !std::mem::take(first) {
            self.push_separator(&encoder.item_separator);
        }
        match (made, key.downcast_ref::<Str>()) {
            (None, Some(text)) => self.string(key, text)?,
            (made, _) => {
                let text = rt.str(&made.unwrap_or_default());
                self.string(text.as_value(), &text)?;
            }
        }
        self.push_separator(&encoder.key_separator);
        self.value(item)
    }
}
