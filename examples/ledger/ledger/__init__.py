"""Double-entry book-keeping, in three modules."""
