//! `from __future__ import …`: CPython's `future.c`.

use hognose_ast::{ImportFrom, Mod, Names, Stmt, known};
use hognose_bytecode::flags;
use hognose_version::Features;

use crate::error::CompileError;
use crate::ir::{Loc, NO_LOCATION};
use crate::optimise::docstring;

/// What a module switches on.
#[derive(Clone, Copy, Debug)]
pub struct Future {
    /// `co_flags` bits.
    pub flags: u32,
    /// The last future statement.
    pub loc: Loc,
}

/// The features that no longer change anything.
const MANDATORY: &[&str] = &[
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "generator_stop",
];

/// Reads the future statements at a module's head (`_PyFuture_FromAST`).
pub fn read(module: &Mod, names: &Names, features: &Features) -> Result<Future, Box<CompileError>> {
    let mut future = Future {
        flags: 0,
        loc: NO_LOCATION,
    };
    let body = match module {
        Mod::Module(module) => &*module.body,
        Mod::Interactive(module) => &*module.body,
        Mod::Expression(_) => return Ok(future),
    };
    let skipped = usize::from(docstring(body).is_some());
    for stmt in body.iter().skip(skipped) {
        match stmt {
            Stmt::ImportFrom(node) if is_future(node, features) => {
                check_features(&mut future, node, names)?;
                future.loc = node.loc.into();
            }
            _ => break,
        }
    }
    Ok(future)
}

/// Whether an import is a future statement.
pub fn is_future(node: &ImportFrom, features: &Features) -> bool {
    node.module == Some(known::FUTURE) && (node.level == 0 || features.relative_future)
}

fn check_features(
    future: &mut Future,
    node: &ImportFrom,
    names: &Names,
) -> Result<(), Box<CompileError>> {
    for alias in node.names.iter() {
        let feature = names.get(alias.name);
        if alias.name == known::BARRY_AS_FLUFL {
            future.flags |= flags::FUTURE_BARRY_AS_BDFL;
        } else if alias.name == known::ANNOTATIONS {
            future.flags |= flags::FUTURE_ANNOTATIONS;
        } else if !MANDATORY.contains(&feature) {
            let message = if feature == "braces" {
                "not a chance".to_owned()
            } else {
                // CPython's format stops after a hundred bytes.
                let end = feature.floor_char_boundary(100);
                format!("future feature {} is not defined", &feature[..end])
            };
            return Err(CompileError::at_start(message, node.loc.into()));
        }
    }
    Ok(())
}
