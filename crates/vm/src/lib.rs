//! Verified code to register IR to execution.
