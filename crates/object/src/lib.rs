//! Python's object model on top of the heap: types, numbers, strings, containers, exceptions.
