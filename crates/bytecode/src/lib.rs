//! All that is true of CPython code objects: opcodes, words, line and exception tables.
//!
//! Opcodes have one name for all versions, [`Opcode`]; what a version makes of them is its
//! [`OpTable`]. No input/output, no running.
//!
//! ```
//! use hognose_bytecode::{Opcode, OpTable, instructions};
//! use hognose_version::Version;
//!
//! let table = OpTable::of(Version::DEFAULT).unwrap();
//! let code = [0x97, 0, 0x79, 0];
//! let names: Vec<_> = instructions(table, &code).map(|i| i.unwrap().opcode).collect();
//! assert_eq!(names, [Opcode::Resume, Opcode::ReturnConst]);
//! ```

mod code;
mod constant;
mod effect;
mod error;
pub mod exceptions;
pub mod flags;
mod generated;
mod instr;
pub mod line_runs;
pub mod lines;
mod optable;
mod pystr;
mod varint;

pub use code::{CodeObject, LocalKind, total_args};
pub use constant::Const;
pub use error::{Error, Reason};
pub use generated::opcode::Opcode;
pub use instr::{CODE_UNIT, Instr, Unit, emit, instruction_at, instructions, units, units_needed};
pub use optable::{ArgKind, Effect, Jump, OpInfo, OpTable};
pub use pystr::PyStr;
