//! What the commands that write .pyc files share: one source to one file, written in one step, undone by no signal.

pub mod environment;
pub mod interrupt;
mod job;
pub mod os_error;
pub mod python_regex;
pub mod python_version;
pub mod queue;
pub mod sys_path;

pub use hognose_builtins::write::{link, sweep};
pub use job::{
    Failure, Invalidation, Job, Source, compile_file, put, refuse_irregular, warn_on_stderr,
};
pub use os_error::path_repr;
