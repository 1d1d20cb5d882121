//! Many files on several threads, told in the order in which they were asked for.

use std::io;
use std::num::NonZero;
use std::sync::Mutex;

use rayon::{ThreadPool, ThreadPoolBuilder};

/// Threads that steal work from each other, each with the stack that the compiler needs.
pub fn threads(wanted: usize) -> io::Result<ThreadPool> {
    let processors = || std::thread::available_parallelism().map_or(1, NonZero::get);
    let count = if wanted == 0 { processors() } else { wanted };
    let builder = ThreadPoolBuilder::new().num_threads(count);
    let builder = builder.stack_size(hognose_compile::STACK_SIZE);
    builder.build().map_err(io::Error::other)
}

/// Hands on texts in the order of their numbers, whichever thread is done first.
pub struct InOrder<F> {
    state: Mutex<State<F>>,
}

struct State<F> {
    tell: F,
    next: usize,
    waiting: std::collections::BTreeMap<usize, String>,
    error: Option<io::Error>,
}

impl<F: FnMut(&str) -> io::Result<()>> InOrder<F> {
    pub fn new(tell: F) -> InOrder<F> {
        InOrder {
            state: Mutex::new(State {
                tell,
                next: 0,
                waiting: std::collections::BTreeMap::new(),
                error: None,
            }),
        }
    }

    /// Takes the text with this number; whether anybody still listens.
    pub fn tell(&self, number: usize, text: String) -> bool {
        let Ok(mut state) = self.state.lock() else {
            return false;
        };
        state.waiting.insert(number, text);
        loop {
            let next = state.next;
            let Some(text) = state.waiting.remove(&next) else {
                return state.error.is_none();
            };
            state.next += 1;
            if state.error.is_none() && !text.is_empty() {
                state.error = (state.tell)(&text).err();
            }
        }
    }

    /// The first error there was in telling.
    pub fn finish(self) -> io::Result<()> {
        let state = self.state.into_inner();
        let state = state.map_err(|_| io::Error::other("a compiling thread died"))?;
        state.error.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_in_order() {
        let mut told = String::new();
        let queue = InOrder::new(|text: &str| {
            told.push_str(text);
            Ok(())
        });
        for number in [2, 0, 1, 4] {
            assert!(queue.tell(number, number.to_string()));
        }
        queue.finish().unwrap();
        assert_eq!(told, "012");
    }
}
