//! `bytes` and `bytearray`.

use crate::kinds;
use crate::rt::Rt;
use crate::type_::TypeObj;
use hognose_heap::{Blob, BlobHead, Kind, Payload, Ref, Value, alloc_blob};
use std::cell::{Cell, RefCell};

mod bytearray;
mod bytes_type;
mod hex;
mod methods;
mod new;

pub use bytearray::BYTEARRAY;
pub use bytes_type::BYTES;
pub use hex::hex_text;
pub(crate) use new::bytes_of_object;

/// What stands before the bytes of a `bytes`.
pub struct BytesHead {
    /// The hash once computed, 0 before.
    pub hash: Cell<i64>,
}

impl BlobHead for BytesHead {
    const KIND: Kind = kinds::BYTES;
}

/// The payload of `bytes`.
pub type Bytes = Blob<BytesHead>;

/// The payload of `bytearray`.
pub struct ByteArray {
    /// The bytes; borrowed only while no Python code can run.
    pub bytes: RefCell<Vec<u8>>,
    /// Views of the bytes that are alive: while there are any, the length stays.
    pub exports: Cell<usize>,
}

impl Payload for ByteArray {
    const KIND: Kind = kinds::BYTEARRAY;
    const GC: bool = false;
}

/// Shows the bytes inside a `bytes` or `bytearray`, or an instance of a subclass.
pub fn with_bytes<T>(value: &Value, f: impl FnOnce(&[u8]) -> T) -> Option<T> {
    if let Some(bytes) = value.downcast_ref::<Bytes>() {
        return Some(f(bytes.bytes()));
    }
    value
        .downcast_ref::<ByteArray>()
        .map(|array| f(&array.bytes.borrow()))
}

impl Rt {
    pub fn bytes(&self, bytes: &[u8]) -> Ref<Bytes> {
        self.bytes_of(&self.types.bytes, bytes)
    }

    /// A `bytes` of a subclass.
    pub fn bytes_of(&self, ty: &Ref<TypeObj>, bytes: &[u8]) -> Ref<Bytes> {
        let head = BytesHead { hash: Cell::new(0) };
        let made = alloc_blob(
            Some(ty.as_value()),
            ty.tail_slots(),
            head,
            bytes.len(),
            |b| b.copy_from_slice(bytes),
        );
        ty.finish_instance(made.as_value());
        made
    }

    /// A new `bytearray`.
    pub fn bytearray(&self, bytes: Vec<u8>) -> Ref<ByteArray> {
        self.bytearray_of(&self.types.bytearray, bytes)
    }

    /// A `bytearray` of a subclass.
    pub fn bytearray_of(&self, ty: &Ref<TypeObj>, bytes: Vec<u8>) -> Ref<ByteArray> {
        self.alloc(
            ty,
            ByteArray {
                bytes: RefCell::new(bytes),
                exports: Cell::new(0),
            },
        )
    }
}
