//! Ends on a signal between two files, never inside one.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

/// Remembers the first signal; a second one kills at once.
pub struct Interrupt {
    signal: Arc<AtomicUsize>,
}

impl Interrupt {
    /// From now on the signals that ask us to end are remembered instead of obeyed.
    pub fn install() -> io::Result<Interrupt> {
        let signal = Arc::new(AtomicUsize::new(0));
        let again = Arc::new(AtomicBool::new(false));
        for number in [SIGINT, SIGTERM, SIGHUP] {
            flag::register_conditional_default(number, Arc::clone(&again))?;
            flag::register(number, Arc::clone(&again))?;
            flag::register_usize(number, Arc::clone(&signal), number as usize)?;
        }
        Ok(Interrupt { signal })
    }

    /// Whether to stop.
    pub fn is_set(&self) -> bool {
        self.signal.load(Ordering::Relaxed) != 0
    }

    /// Whether the keyboard's signal came.
    pub fn is_keyboard(&self) -> bool {
        self.signal.load(Ordering::Relaxed) == SIGINT as usize
    }

    /// Ends the process as the signal would have, so that a shell or a build tool sees why; returns when none came.
    pub fn obey(&self) {
        let number = self.signal.load(Ordering::Relaxed);
        if number != 0 {
            // It comes back only for signals whose default is to be ignored.
            let _ = low_level::emulate_default_handler(number as i32);
        }
    }
}
