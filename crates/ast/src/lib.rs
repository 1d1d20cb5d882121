//! Python's abstract syntax tree: nodes, visitors, and ast.dump's text.
