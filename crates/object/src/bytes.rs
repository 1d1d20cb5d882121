//! `bytes` and `bytearray`.

use crate::kinds;
use crate::rt::Rt;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Blob, BlobHead, Kind, Payload, Ref, Value, alloc_blob};
use std::cell::{Cell, RefCell};

pub const BYTES: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::BASETYPE
        | type_flags::BYTES_SUBCLASS
        | type_flags::MATCH_SELF,
    ..TypeSpec::new("bytes", Layout::Native(kinds::BYTES))
};

pub const BYTEARRAY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::BASETYPE | type_flags::MATCH_SELF,
    ..TypeSpec::new("bytearray", Layout::Native(kinds::BYTEARRAY))
};

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
    /// A copy of the bytes that the value shows through the buffer protocol; `None` if it shows none.
    pub fn buffer_bytes(&self, value: &Value) -> Option<crate::PyResult<Vec<u8>>> {
        with_bytes(value, <[u8]>::to_vec).map(Ok)
    }

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
}
