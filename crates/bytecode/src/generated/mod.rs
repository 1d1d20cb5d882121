// Generated from data/opcodes/ by `cargo xtask codegen`: do not edit.

pub mod opcode;
pub mod v3_10;
pub mod v3_11;
pub mod v3_12;
pub mod v3_13;
pub mod v3_14;
pub mod v3_15;
pub mod v3_8;
pub mod v3_9;

use crate::optable::OpTable;

/// The tables, with the minor version of each, oldest first.
pub static TABLES: &[(u8, &OpTable)] = &[
    (8, &v3_8::TABLE),
    (9, &v3_9::TABLE),
    (10, &v3_10::TABLE),
    (11, &v3_11::TABLE),
    (12, &v3_12::TABLE),
    (13, &v3_13::TABLE),
    (14, &v3_14::TABLE),
    (15, &v3_15::TABLE),
];
