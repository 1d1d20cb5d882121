//! Code objects as values: a compiled code object with its constants and names made into values once.

use crate::kinds;
use crate::rt::Rt;
use crate::str_::Str;
use crate::type_::{Layout, TypeSpec, type_flags};
use hognose_bytecode::{CodeObject, Const};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};
use std::cell::OnceCell;
use std::sync::Arc;

pub const CODE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    ..TypeSpec::new("code", Layout::Native(kinds::CODE))
};

/// What the executor makes of a code object at its first call.
pub trait Translation: 'static {
    /// Visits the values that inline caches hold.
    fn trace(&self, visitor: &mut Visitor<'_>);

    /// Lets go of them.
    fn clear(&self);
}

/// The payload of code objects.
pub struct Code {
    pub object: Arc<CodeObject>,
    pub consts: Vec<Value>,
    pub names: Vec<Ref<Str>>,
    /// Locals, then cells that are no locals, then free variables.
    pub locals: Vec<Ref<Str>>,
    pub filename: Ref<Str>,
    pub name: Ref<Str>,
    pub qualname: Ref<Str>,
    /// Set by the executor alone, which knows its type.
    pub translation: OnceCell<Box<dyn Translation>>,
}

impl Payload for Code {
    const KIND: Kind = kinds::CODE;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.consts.trace(visitor);
        if let Some(translation) = self.translation.get() {
            translation.trace(visitor);
        }
    }

    fn clear(&self) {
        if let Some(translation) = self.translation.get() {
            translation.clear();
        }
    }
}

impl Rt {
    /// A code object as a value.
    pub fn code(&self, object: Arc<CodeObject>) -> Ref<Code> {
        let consts = object.consts.iter().map(|c| self.const_value(c)).collect();
        let intern = |names: &[hognose_bytecode::PyStr]| -> Vec<Ref<Str>> {
            names
                .iter()
                .map(|n| self.intern_ref(self.str_wtf8(n.as_bytes())))
                .collect()
        };
        let payload = Code {
            consts,
            names: intern(&object.names),
            locals: intern(&object.localsplusnames),
            filename: self.intern_ref(self.str_wtf8(object.filename.as_bytes())),
            name: self.intern_ref(self.str_wtf8(object.name.as_bytes())),
            qualname: self.intern_ref(self.str_wtf8(object.qualname.as_bytes())),
            translation: OnceCell::new(),
            object,
        };
        self.alloc(&self.types.code, payload)
    }

    /// A constant as a value; strings that look like names are interned (`intern_string_constants`).
    pub fn const_value(&self, constant: &Const) -> Value {
        match constant {
            Const::None => Value::NONE,
            Const::True => Value::TRUE,
            Const::False => Value::FALSE,
            Const::Ellipsis => Value::ELLIPSIS,
            Const::Int(i) => self.int(*i),
            Const::BigInt(b) => self.big_int((**b).clone()),
            Const::Float(x) => self.float(*x),
            Const::Str(text) => {
                let made = self.str_wtf8(text.as_bytes());
                let name_like = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
                if text.as_bytes().iter().all(name_like) {
                    self.intern_ref(made).into_value()
                } else {
                    made.into_value()
                }
            }
            Const::Tuple(items) => {
                let items: Vec<Value> = items.iter().map(|c| self.const_value(c)).collect();
                self.tuple(items).into_value()
            }
            Const::Code(code) => self.code(code.clone()).into_value(),
            Const::Complex { .. } | Const::Bytes(_) | Const::FrozenSet(_) | Const::Slice(_) => {
                Value::NONE
            }
        }
    }
}
