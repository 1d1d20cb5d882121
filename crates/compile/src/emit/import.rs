//! `import` and `from … import`.

use hognose_ast::{Constant, Import, ImportFrom, Name, known};
use hognose_bytecode::Opcode;

use super::{Emit, Emitter};
use crate::future::is_future;
use crate::ir::{Loc, NO_LOCATION};

/// `CALL_INTRINSIC_1` of `INTRINSIC_IMPORT_STAR`.
const INTRINSIC_IMPORT_STAR: u32 = 2;

impl<'t, 'a> Emitter<'t, 'a> {
    pub(super) fn import(&mut self, node: &'t Import<'a>) -> Emit {
        let loc = node.loc.into();
        for alias in node.names.iter() {
            self.load_const(Constant::Int(0), loc);
            self.load_const(Constant::None, loc);
            self.op_name(Opcode::ImportName, alias.name, loc);
            if let Some(asname) = alias.asname {
                self.import_as(alias.name, asname, loc)?;
            } else {
                let text = self.names.get(alias.name);
                let package = text.split_once('.').map(|(package, _)| package.to_owned());
                let stored = package.map_or(alias.name, |package| self.names.intern(&package));
                self.store_name(stored, loc)?;
            }
        }
        Ok(())
    }

    /// Binds `import a.b.c as asname`: each part behind the first comes from the one before (`compiler_import_as`).
    fn import_as(&mut self, name: Name, asname: Name, loc: Loc) -> Emit {
        let text = self.names.get(name).to_owned();
        let Some((_, rest)) = text.split_once('.') else {
            return self.store_name(asname, loc);
        };
        for (at, part) in rest.split('.').enumerate() {
            if at > 0 {
                self.op_arg(Opcode::Swap, 2, loc);
                self.op(Opcode::PopTop, loc);
            }
            // Not mangled, unlike the names of other imports.
            let part = self.names.intern(part);
            let index = self.u.unit.names.add(part);
            self.op_arg(Opcode::ImportFrom, index, loc);
        }
        self.store_name(asname, loc)?;
        self.op(Opcode::PopTop, loc);
        Ok(())
    }

    pub(super) fn import_from(&mut self, node: &'t ImportFrom<'a>) -> Emit {
        let loc = Loc::from(node.loc);
        self.load_const(Constant::Int(i64::from(node.level)), loc);
        let imported = self.names_constant(node.names.iter().map(|alias| alias.name));
        if is_future(node, &self.features) && is_after(loc, self.future.loc) {
            return self.error(
                "from __future__ imports must occur at the beginning of the file",
                loc,
            );
        }
        self.load_const(imported, loc);
        self.op_name(Opcode::ImportName, node.module.unwrap_or(known::EMPTY), loc);
        for alias in node.names.iter() {
            if alias.name == known::STAR {
                self.op_arg(Opcode::CallIntrinsic1, INTRINSIC_IMPORT_STAR, loc);
                self.op(Opcode::PopTop, NO_LOCATION);
                return Ok(());
            }
            self.op_name(Opcode::ImportFrom, alias.name, loc);
            self.store_name(alias.asname.unwrap_or(alias.name), loc)?;
        }
        self.op(Opcode::PopTop, loc);
        Ok(())
    }
}

/// Whether one place starts after another ends (`location_is_after`).
fn is_after(one: Loc, other: Loc) -> bool {
    one.line > other.end_line || (one.line == other.end_line && one.col > other.end_col)
}
