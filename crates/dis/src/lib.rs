//! A code object as the text that CPython's dis prints.
//!
//! [`dis`] writes what `python -m dis` of the code's version writes, but for memory addresses, which
//! are 0x0; [`listing`] gives the same facts as plain values. Malformed code is shown as far as it
//! can be, never refused. The elements of frozensets stand in the order that `PYTHONHASHSEED=0` gives them.
//!
//! ```
//! use hognose_bytecode::{CodeObject, Const};
//! use hognose_version::Version;
//!
//! let code = CodeObject {
//!     code: vec![0x97, 0, 0x79, 0],
//!     consts: vec![Const::None],
//!     linetable: vec![0xe0, 3, 0],
//!     firstlineno: 1,
//!     ..CodeObject::default()
//! };
//! let listing = hognose_dis::listing(&code, Version::DEFAULT);
//! assert_eq!(listing.instructions[1].name, "RETURN_CONST");
//! assert_eq!(listing.argrepr(&listing.instructions[1]), "None");
//! ```

mod argument;
mod info;
mod listing;
pub mod repr;
mod set_order;
mod text;

pub use info::{code_info, constants, pretty_flags};
pub use listing::{Instruction, Listing, listing};
pub use set_order::as_compiled;
pub use text::{Options, dis};
