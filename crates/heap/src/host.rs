//! The owner of what the heap's hooks need, which they reach without being passed it.

use std::any::TypeId;
use std::cell::Cell;
use std::ops::Deref;
use std::ptr::NonNull;

/// Owns a `T` like a box; while it lives, [`with_host`] finds it.
pub struct Host<T> {
    place: NonNull<T>,
}

struct Current {
    place: Cell<*const ()>,
    type_id: Cell<Option<TypeId>>,
    /// Calls of [`with_host`] that run now.
    uses: Cell<u32>,
}

// SAFETY: only the thread that holds the heap's key touches it.
unsafe impl Sync for Current {}

static CURRENT: Current = Current {
    place: Cell::new(std::ptr::null()),
    type_id: Cell::new(None),
    uses: Cell::new(0),
};

impl<T: 'static> Host<T> {
    /// Takes the value in, and makes it the one that [`with_host`] finds.
    pub fn new(value: T) -> Host<T> {
        let place = NonNull::from(Box::leak(Box::new(value)));
        CURRENT.place.set(place.as_ptr() as *const ());
        CURRENT.type_id.set(Some(TypeId::of::<T>()));
        Host { place }
    }
}

impl<T> Deref for Host<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: `new` leaked the box, and it is freed by `drop` alone.
        unsafe { self.place.as_ref() }
    }
}

impl<T> Drop for Host<T> {
    fn drop(&mut self) {
        if CURRENT.place.get() == self.place.as_ptr() as *const () {
            CURRENT.place.set(std::ptr::null());
            CURRENT.type_id.set(None);
            if CURRENT.uses.get() != 0 {
                // Somebody up the stack still looks at the value: it has to stay.
                return;
            }
        }
        // SAFETY: the box that `new` leaked; nobody can reach it any more, as no call of `with_host` runs.
        drop(unsafe { Box::from_raw(self.place.as_ptr()) });
    }
}

/// Calls `f` with the value that the living [`Host`] owns; `None` if there is no host of that type.
pub fn with_host<T: 'static, R>(f: impl FnOnce(&T) -> R) -> Option<R> {
    struct Use;
    impl Drop for Use {
        fn drop(&mut self) {
            CURRENT.uses.set(CURRENT.uses.get() - 1);
        }
    }
    if CURRENT.type_id.get() != Some(TypeId::of::<T>()) {
        return None;
    }
    let place = CURRENT.place.get().cast::<T>();
    CURRENT.uses.set(CURRENT.uses.get() + 1);
    let _use = Use;
    // SAFETY: the type is the one recorded; a host that is dropped meanwhile leaves its value in place.
    Some(f(unsafe { &*place }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_while_it_lives() {
        let _key = crate::enter();
        assert_eq!(with_host(|n: &u64| *n), None);
        let host = Host::new(5u64);
        assert_eq!(with_host(|n: &u64| *n), Some(5));
        assert_eq!(with_host(|n: &u8| *n), None);
        with_host(|n: &u64| {
            drop(host);
            assert_eq!(*n, 5);
        });
        assert_eq!(with_host(|n: &u64| *n), None);
    }
}
