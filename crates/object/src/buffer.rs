//! The buffer protocol: one object's bytes shown to others (CPython's `Py_buffer`).

use crate::bytes::{ByteArray, Bytes};
use crate::raised::PyResult;
use crate::rt::Rt;
use hognose_heap::Value;
use std::borrow::Cow;

/// How the bytes of an owner are reached.
pub struct Access {
    /// Shows the bytes.
    pub read: fn(&Value, &mut dyn FnMut(&[u8])),
    /// Shows the bytes for writing; nothing happens if they are read-only.
    pub write: fn(&Value, &mut dyn FnMut(&mut [u8])),
    /// Counts views: while there are any, the owner keeps its size.
    pub hold: fn(&Value, i64),
}

/// What an object shows.
pub struct Buffer {
    /// The object whose bytes they are.
    pub owner: Value,
    pub access: &'static Access,
    pub readonly: bool,
    /// One item, in the notation of `struct`.
    pub format: Cow<'static, str>,
    pub itemsize: usize,
    /// Where the first item begins.
    pub offset: usize,
    pub shape: Vec<usize>,
    pub strides: Vec<isize>,
}

/// The function of the `buffer` slot.
pub type BufferFn = fn(&Rt, &Value) -> PyResult<Buffer>;

impl Buffer {
    /// A row of plain bytes.
    pub fn of_bytes(owner: &Value, access: &'static Access, readonly: bool, len: usize) -> Buffer {
        Buffer {
            owner: owner.clone(),
            access,
            readonly,
            format: Cow::Borrowed("B"),
            itemsize: 1,
            offset: 0,
            shape: vec![len],
            strides: vec![1],
        }
    }

    /// A row of items that stand side by side.
    pub fn of_items(
        owner: &Value,
        access: &'static Access,
        format: Cow<'static, str>,
        itemsize: usize,
        count: usize,
    ) -> Buffer {
        Buffer {
            owner: owner.clone(),
            access,
            readonly: false,
            format,
            itemsize,
            offset: 0,
            shape: vec![count],
            strides: vec![itemsize as isize],
        }
    }

    /// How many bytes all items take.
    pub fn len(&self) -> usize {
        self.shape.iter().product::<usize>() * self.itemsize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the items stand side by side in C's order.
    pub fn is_contiguous(&self) -> bool {
        let mut wanted = self.itemsize as isize;
        for (&n, &stride) in self.shape.iter().zip(&self.strides).rev() {
            if n > 1 && stride != wanted {
                return self.is_empty();
            }
            wanted *= n as isize;
        }
        true
    }

    /// Where each item begins, in C's order.
    pub fn item_offsets(&self) -> Vec<usize> {
        let mut row = vec![self.offset as isize];
        for (&n, &stride) in self.shape.iter().zip(&self.strides) {
            row = row
                .iter()
                .flat_map(|&at| (0..n as isize).map(move |i| at + i * stride))
                .collect();
        }
        row.into_iter().map(|at| at.max(0) as usize).collect()
    }

    /// A copy of the bytes, in C's order.
    pub fn to_vec(&self) -> Vec<u8> {
        self.with_bytes(<[u8]>::to_vec)
    }

    /// Shows the bytes, in C's order; a copy of them if they do not stand side by side.
    pub fn with_bytes<T>(&self, f: impl FnOnce(&[u8]) -> T) -> T {
        let (mut f, mut result) = (Some(f), None);
        let contiguous = self.is_contiguous();
        (self.access.read)(&self.owner, &mut |bytes| {
            let Some(f) = f.take() else { return };
            let made = if contiguous {
                f(bytes
                    .get(self.offset..self.offset + self.len())
                    .unwrap_or_default())
            } else {
                let mut copy = Vec::with_capacity(self.len());
                for at in self.item_offsets() {
                    copy.extend_from_slice(bytes.get(at..at + self.itemsize).unwrap_or_default());
                }
                f(&copy)
            };
            result = Some(made);
        });
        match (result, f) {
            (Some(made), _) => made,
            (None, Some(f)) => f(&[]),
            (None, None) => unreachable!("a buffer was shown without a result"),
        }
    }

    /// Writes bytes from an offset (in bytes, in C's order) on; the buffer's items must stand side by side.
    pub fn write(&self, at: usize, new: &[u8]) {
        let start = self.offset + at;
        (self.access.write)(&self.owner, &mut |bytes| {
            if let Some(place) = bytes.get_mut(start..start + new.len()) {
                place.copy_from_slice(new);
            }
        });
    }
}

pub(crate) static BYTES_ACCESS: Access = Access {
    read: |owner, f| {
        if let Some(bytes) = owner.downcast_ref::<Bytes>() {
            f(bytes.bytes());
        }
    },
    write: |_, _| (),
    hold: |_, _| (),
};

pub(crate) static BYTEARRAY_ACCESS: Access = Access {
    read: |owner, f| {
        if let Some(array) = owner.downcast_ref::<ByteArray>() {
            f(&array.bytes.borrow());
        }
    },
    write: |owner, f| {
        if let Some(array) = owner.downcast_ref::<ByteArray>() {
            f(&mut array.bytes.borrow_mut());
        }
    },
    hold: |owner, change| {
        if let Some(array) = owner.downcast_ref::<ByteArray>() {
            let held = array.exports.get() as i64 + change;
            array.exports.set(held.max(0) as usize);
        }
    },
};

impl Rt {
    /// What the value shows through the buffer protocol; `None` if it shows nothing.
    pub fn buffer_opt(&self, value: &Value) -> Option<PyResult<Buffer>> {
        let get = self.type_of(value).slots.buffer.get()?;
        Some(get(self, value))
    }

    /// What the value shows, or CPython's complaint that it is no bytes-like object.
    pub fn buffer(&self, value: &Value) -> PyResult<Buffer> {
        self.buffer_opt(value).unwrap_or_else(|| {
            let name = self.type_name(value);
            Err(self.type_error(format!("a bytes-like object is required, not '{name}'")))
        })
    }

    /// What the value shows for writing.
    pub fn writable_buffer(&self, value: &Value) -> PyResult<Option<Buffer>> {
        match self.buffer_opt(value) {
            Some(buffer) => buffer.map(|b| (!b.readonly).then_some(b)),
            None => Ok(None),
        }
    }

    /// A copy of the bytes that the value shows; `None` if it shows none.
    pub fn buffer_bytes(&self, value: &Value) -> Option<PyResult<Vec<u8>>> {
        if let Some(bytes) = value.downcast_ref::<Bytes>() {
            return Some(Ok(bytes.bytes().to_vec()));
        }
        self.buffer_opt(value).map(|b| b.map(|b| b.to_vec()))
    }

    /// A copy of a bytes-like object's bytes.
    pub fn bytes_like(&self, value: &Value) -> PyResult<Vec<u8>> {
        if let Some(bytes) = value.downcast_ref::<Bytes>() {
            return Ok(bytes.bytes().to_vec());
        }
        self.buffer(value).map(|b| b.to_vec())
    }
}
