//! `_io`: files, buffers, text streams and streams in memory (`Modules/_io`).
//!
//! All classes share one payload, [`Io`], so that Python classes may derive from any of them, and from several.

mod base;
mod buffered;
mod bytes_io;
mod file;
mod newlines;
mod open;
mod pair;
mod string_io;
mod text;
mod text_read;

use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, ValueCell, Visitor, Weak};
use hognose_object::module::Module;
use hognose_object::{
    Layout, PyResult, Raised, Ref, Rt, Slots, StrExt, TypeObj, TypeSpec, Value, type_flags,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

pub(crate) use open::{OPEN, standard};

/// Bytes of a buffer (`DEFAULT_BUFFER_SIZE`).
const BUFFER_SIZE: usize = 8192;

/// The payload of every stream.
struct Io {
    part: Part,
    /// Whether the base class's `close` was called.
    closed: Cell<bool>,
}

enum Part {
    Base,
    File(file::File),
    Buffered(buffered::Buffered),
    Pair(pair::Pair),
    Text(Box<text::Text>),
    Bytes(bytes_io::BytesIo),
    Str(string_io::StringIo),
    Newlines(newlines::Decoder),
}

impl Payload for Io {
    const KIND: Kind = kinds::IO;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        for cell in self.edges() {
            cell.trace(visitor);
        }
    }

    fn clear(&self) {
        for cell in self.edges() {
            cell.set(None);
        }
    }
}

impl Io {
    fn edges(&self) -> Vec<&ValueCell> {
        match &self.part {
            Part::Buffered(b) => vec![&b.raw],
            Part::Pair(p) => vec![&p.reader, &p.writer],
            Part::Text(t) => t.edges().to_vec(),
            Part::Newlines(d) => vec![&d.decoder],
            Part::Base | Part::File(_) | Part::Bytes(_) | Part::Str(_) => Vec::new(),
        }
    }
}

/// What the module keeps.
pub(crate) struct State {
    module: Ref<Module>,
    unsupported: Value,
    file: Ref<TypeObj>,
    reader: Ref<TypeObj>,
    writer: Ref<TypeObj>,
    random: Ref<TypeObj>,
    text: Ref<TypeObj>,
    newlines: Ref<TypeObj>,
    /// Streams that may hold what is not written yet.
    writing: RefCell<Vec<Weak>>,
    /// How many there may be before the dead ones are looked for.
    sweep_at: Cell<usize>,
}

/// A class of streams; the rest by `..spec(…)`.
const fn spec(name: &'static str) -> TypeSpec {
    TypeSpec {
        flags: type_flags::IMMUTABLE
            | type_flags::BASETYPE
            | type_flags::HAS_DICT
            | type_flags::HAS_WEAKREF
            | type_flags::FINALIZE,
        slots: Slots { ..Slots::NONE },
        ..TypeSpec::new(name, Layout::Native(kinds::IO))
    }
}

fn alloc(rt: &Rt, ty: &Ref<TypeObj>, part: Part) -> Value {
    let closed = Cell::new(false);
    rt.alloc(ty, Io { part, closed }).into_value()
}

fn alloc_file(rt: &Rt, ty: &Ref<TypeObj>) -> Value {
    alloc(rt, ty, Part::File(file::File::unopened()))
}

/// The module's state; makes the module if it is not there.
fn state(rt: &Rt) -> PyResult<Rc<State>> {
    if let Some(found) =
        (rt.module_state.borrow().get("_io")).and_then(|s| s.downcast_ref::<Rc<State>>())
    {
        return Ok(found.clone());
    }
    let made = Rc::new(make(rt)?);
    rt.module_state
        .borrow_mut()
        .insert("_io", Box::new(made.clone()));
    Ok(made)
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    Ok(state(rt)?.module.clone())
}

fn make(rt: &Rt) -> PyResult<State> {
    let module = rt.native_module("_io", open::FUNCTIONS);
    let add = |spec: &'static TypeSpec, base: &Ref<TypeObj>| {
        let ty = rt.native_type(spec, base);
        module.set(rt, &ty.name.borrow().to_str(), ty.clone());
        ty
    };
    let base = add(&base::IO_BASE, &rt.types.object);
    let raw = add(&base::RAW_IO_BASE, &base);
    let buffered = add(&base::BUFFERED_IO_BASE, &base);
    let text_base = add(&base::TEXT_IO_BASE, &base);
    let file = add(&file::FILE_IO, &raw);
    add(&bytes_io::BYTES_IO, &buffered);
    let reader = add(&buffered::READER, &buffered);
    let writer = add(&buffered::WRITER, &buffered);
    let random = add(&buffered::RANDOM, &buffered);
    add(&pair::PAIR, &buffered);
    add(&string_io::STRING_IO, &text_base);
    let text = add(&text::TEXT_IO_WRAPPER, &text_base);
    let newlines = add(&newlines::NEWLINE_DECODER, &rt.types.object);
    module.set(rt, "BlockingIOError", rt.types.blocking_io_error.clone());
    module.set(rt, "DEFAULT_BUFFER_SIZE", rt.int_from_usize(BUFFER_SIZE));
    let unsupported = unsupported_operation(rt)?;
    module.set(rt, "UnsupportedOperation", unsupported.clone());
    Ok(State {
        module,
        unsupported,
        file,
        reader,
        writer,
        random,
        text,
        newlines,
        writing: RefCell::default(),
        sweep_at: Cell::new(64),
    })
}

/// `class UnsupportedOperation(OSError, ValueError)`.
fn unsupported_operation(rt: &Rt) -> PyResult {
    let bases = [
        rt.types.os_error.as_value().clone(),
        rt.types.value_error.as_value().clone(),
    ];
    let dict = rt.dict();
    dict.set_str(rt, &rt.names.module_, rt.str("io").into_value());
    let name = rt.str("UnsupportedOperation").into_value();
    rt.call(
        rt.types.type_.as_value(),
        &[name, rt.tuple(bases).into_value(), dict.into_value()],
    )
}

/// `UnsupportedOperation(message)`.
fn unsupported(rt: &Rt, message: &str) -> Raised {
    let made = state(rt).and_then(|s| {
        let message = rt.str(message).into_value();
        rt.call(&s.unsupported, &[message])
    });
    match made {
        Ok(value) => Raised(value),
        Err(raised) => raised,
    }
}

fn uninitialized(rt: &Rt) -> Raised {
    rt.value_error("I/O operation on uninitialized object")
}

fn closed_file(rt: &Rt) -> Raised {
    rt.value_error("I/O operation on closed file.")
}

/// `value.closed` as a truth value.
fn is_closed(rt: &Rt, value: &Value) -> PyResult<bool> {
    let closed = rt.getattr_str(value, "closed")?;
    rt.truth(&closed)
}

/// A size argument: none or None stand for "all" (`_Py_convert_optional_to_ssize_t`).
fn size(rt: &Rt, value: Option<&Value>) -> PyResult<Option<usize>> {
    match value {
        None => Ok(None),
        Some(v) if v.is_none() => Ok(None),
        Some(v) => {
            if rt.type_of(v).slots.index.get().is_none() {
                let name = rt.type_name(v);
                return Err(
                    rt.type_error(format!("argument should be integer or None, not '{name}'"))
                );
            }
            Ok(usize::try_from(rt.index_i64(v)?).ok())
        }
    }
}

/// Remembers a stream that may hold unwritten data, for the end of the interpreter.
fn remember(rt: &Rt, stream: &Value) -> PyResult<()> {
    let state = state(rt)?;
    let Some(weak) = Weak::new(stream) else {
        return Ok(());
    };
    let mut writing = state.writing.borrow_mut();
    writing.push(weak);
    if writing.len() > state.sweep_at.get() {
        // The clones that `get` makes are dropped while nobody else can come here: they are never the last.
        writing.retain(|w| w.get().is_some());
        state.sweep_at.set(2 * writing.len().max(32));
    }
    Ok(())
}

/// Writes out what streams still hold: the interpreter ends without clearing its modules.
pub(crate) fn finish(rt: &Rt) {
    let Ok(state) = state(rt) else { return };
    let streams: Vec<Value> = (state.writing.borrow().iter().rev())
        .filter_map(Weak::get)
        .collect();
    for stream in streams {
        if let Ok(false) = is_closed(rt, &stream) {
            // As in a finaliser, there is nobody left to tell.
            let _ = rt.call_method(&stream, &rt.names.flush, &[]);
        }
    }
}
