//! Verified code to register IR to execution.

pub mod ir;
pub mod translate;
