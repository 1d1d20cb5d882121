//! Marshal and .pyc files, read and written byte for byte.
