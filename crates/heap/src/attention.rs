//! The one number that running code compares at its safe points: when a collection is due, or when somebody calls.
//!
//! A request from another thread or a signal handler lowers the number to nothing, so that looking for requests costs
//! nothing beside looking for collections.

use crate::cycle::FIRST_DUE;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Traced cells from which on a safe point has something to do.
static DUE: AtomicUsize = AtomicUsize::new(FIRST_DUE);
static REQUESTED: AtomicBool = AtomicBool::new(false);
/// What else a request does.
static HOOK: OnceLock<fn()> = OnceLock::new();

/// Lets every later request call `hook`, which does only what a signal handler may do. The first hook stays.
pub fn on_attention(hook: fn()) {
    let _ = HOOK.set(hook);
}

/// Asks the thread that runs to stop at its next safe point. May be called from any thread and any signal handler.
pub fn request_attention() {
    REQUESTED.store(true, Ordering::SeqCst);
    DUE.store(0, Ordering::SeqCst);
    if let Some(hook) = HOOK.get() {
        hook();
    }
}

/// Whether attention was requested, and not yet given.
#[inline]
pub fn attention_requested() -> bool {
    REQUESTED.load(Ordering::SeqCst)
}

/// Takes the request back: whoever calls looks after it now. Whether there was one.
pub fn give_attention() -> bool {
    let requested = REQUESTED.swap(false, Ordering::SeqCst);
    // SAFETY: a look by the thread that holds the key.
    set_due(unsafe { (*crate::alloc::heap()).due });
    requested
}

/// Whether a safe point has something to do: a collection pays, or attention was requested.
#[inline(always)]
pub fn attention_due() -> bool {
    // SAFETY: a look by the thread that holds the key.
    unsafe { (*crate::alloc::heap()).tracked >= DUE.load(Ordering::Relaxed) }
}

/// Sets the number; a request that comes meanwhile is not lost, as it is made before the number is lowered.
pub(crate) fn set_due(cells: usize) {
    DUE.store(cells, Ordering::SeqCst);
    if attention_requested() {
        DUE.store(0, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_seen_once_and_outlives_a_collection() {
        let _key = crate::enter();
        crate::set_threshold(0);
        assert!(!attention_due());
        std::thread::spawn(request_attention).join().unwrap();
        assert!(attention_due() && !crate::collection_due());
        crate::collect();
        assert!(attention_due());
        assert!(give_attention());
        assert!(!attention_due() && !give_attention());
        crate::set_threshold(FIRST_DUE);
    }
}
