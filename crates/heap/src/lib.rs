//! Reference-counted, cycle-collected memory with a safe face.
