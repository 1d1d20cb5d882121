//! Sizes that Python code gives: what no memory holds is refused before a native allocation could fail.

use crate::raised::{PyResult, Raised};
use crate::rt::Rt;

/// Less than this is never asked about: an allocator that cannot give it has no room for the exception either.
const SMALL: usize = 1 << 20;

impl Rt {
    /// MemoryError unless there is memory for so many items twice: as they are put together, and as the object made of
    /// them.
    #[inline]
    pub fn room_for<T>(&self, items: usize) -> PyResult<()> {
        match items.checked_mul(2 * size_of::<T>()) {
            Some(bytes) if bytes < SMALL => Ok(()),
            bytes => self.ask_for(bytes),
        }
    }

    #[cold]
    fn ask_for(&self, bytes: Option<usize>) -> PyResult<()> {
        let mut probe = Vec::<u8>::new();
        match bytes.map(|bytes| probe.try_reserve_exact(bytes)) {
            Some(Ok(())) => Ok(()),
            _ => Err(self.no_memory()),
        }
    }

    /// As [`Rt::room_for`] so many bytes and the head of a `bytes` object, whose length has its own limit.
    pub fn room_for_bytes(&self, length: usize) -> PyResult<()> {
        // What stands before the bytes in CPython's object, and the NUL behind them.
        const HEAD: usize = 33;
        if length > isize::MAX as usize - HEAD {
            return Err(self.overflow_error("byte string is too large"));
        }
        self.room_for::<u8>(length)
    }

    /// As [`Rt::room_for`] so many characters in a string.
    pub fn room_for_chars(&self, chars: usize) -> PyResult<()> {
        if chars > crate::str_::MAX_CHARS {
            return Err(self.no_memory());
        }
        self.room_for::<u8>(chars)
    }

    /// `MemoryError()`.
    #[cold]
    pub fn no_memory(&self) -> Raised {
        self.raise_with(&self.types.memory_error, &[])
    }

    /// Appends to a row that grows without limit.
    #[inline]
    pub fn push_to<T>(&self, row: &mut Vec<T>, item: T) -> PyResult<()> {
        if row.len() == row.capacity() && row.try_reserve(1).is_err() {
            return Err(self.no_memory());
        }
        row.push(item);
        Ok(())
    }
}
