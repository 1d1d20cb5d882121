//! Threads: each has stacks of its own, which rest while another has the turn.

use super::{Frame, MOST_FRAMES, STACK_WORDS, Vm};
use hognose_heap::Value;
use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::mem::ManuallyDrop;
use std::ptr::null_mut;

/// What the executor keeps for a thread that does not run.
pub(crate) struct Resting {
    stack: *mut u64,
    frames: *mut Frame,
    top: *mut Frame,
    reraising: bool,
    handled: Option<Value>,
    yielded: bool,
    stack_floor: usize,
}

fn stack_layout() -> Layout {
    Layout::array::<u64>(STACK_WORDS).expect("the stack is smaller than the address space")
}

fn frames_layout() -> Layout {
    Layout::array::<Frame>(MOST_FRAMES).expect("the frames are smaller than the address space")
}

impl Resting {
    /// A thread that has not run yet.
    pub fn fresh() -> Resting {
        // SAFETY: neither layout is empty. A zeroed frame is a valid one: null pointers and words that own nothing.
        unsafe {
            let stack = alloc_zeroed(stack_layout()).cast::<u64>();
            if stack.is_null() {
                handle_alloc_error(stack_layout());
            }
            let frames = alloc_zeroed(frames_layout()).cast::<Frame>();
            if frames.is_null() {
                handle_alloc_error(frames_layout());
            }
            (*frames).regs = stack;
            (*frames).end = stack;
            Resting {
                stack,
                frames,
                top: frames,
                reraising: false,
                handled: None,
                yielded: false,
                stack_floor: 0,
            }
        }
    }
}

impl Drop for Resting {
    fn drop(&mut self) {
        // SAFETY: both were allocated by `fresh` with these layouts; no frame of the thread runs any more.
        unsafe {
            dealloc(self.stack.cast(), stack_layout());
            dealloc(self.frames.cast(), frames_layout());
        }
    }
}

impl Vm {
    /// Lets the running thread rest; nothing runs until another one enters.
    pub fn leave(&self) -> Resting {
        self.stack_end.set(null_mut());
        Resting {
            stack: self.stack.replace(null_mut()),
            frames: self.frames.replace(null_mut()),
            top: self.top.replace(null_mut()),
            reraising: self.reraising.get(),
            handled: self.handled.take(),
            yielded: self.yielded.get(),
            stack_floor: self.stack_floor.get(),
        }
    }

    /// Lets a thread run that rested.
    pub fn enter(&self, thread: Resting) {
        let mut thread = ManuallyDrop::new(thread);
        self.stack.set(thread.stack);
        // SAFETY: the stack and the row have so many.
        unsafe {
            self.stack_end.set(thread.stack.add(STACK_WORDS));
            self.last.set(thread.frames.add(self.limit.get()));
        }
        self.frames.set(thread.frames);
        self.top.set(thread.top);
        self.reraising.set(thread.reraising);
        self.handled.set(thread.handled.take());
        self.yielded.set(thread.yielded);
        self.stack_floor.set(thread.stack_floor);
        self.show_last();
    }
}
