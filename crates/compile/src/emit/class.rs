//! Classes.

use hognose_ast::{Attribute, ClassDef, Constant, Expr, ExprContext, known};
use hognose_bytecode::Opcode;
use hognose_symbols::NodeKey;
use hognose_version::SymbolRules;

use super::function::first_line;
use super::{Compiled, Emit, Emitter, UnitKind, line_start};
use crate::ir::{Loc, NO_LOCATION};

/// `CALL_INTRINSIC_1` of `INTRINSIC_SUBSCRIPT_GENERIC`.
const INTRINSIC_SUBSCRIPT_GENERIC: u32 = 10;

impl<'t, 'a> Emitter<'t, 'a> {
    /// Emits a class definition (`compiler_class`).
    pub(super) fn class(&mut self, node: &'t ClassDef<'a>) -> Emit {
        let loc = Loc::from(node.loc);
        self.exprs(&*node.decorator_list)?;
        let first_line = first_line(&*node.decorator_list, loc);
        let is_generic = !node.type_params.is_empty();
        if is_generic {
            if self.features.symbols == SymbolRules::Annotations312 {
                // CPython leaves this set in the unit around the class.
                self.u.private = Some(node.name);
            }
            self.null_first(loc);
            self.enter_type_params(node.name, &*node.type_params, first_line);
            self.u.private = Some(node.name);
            self.type_params(&*node.type_params)?;
            self.store_name(known::DOT_TYPE_PARAMS, loc)?;
        }
        let body = self.class_body(node, first_line)?;
        // These belong to the line of `class`, not to that of a decorator.
        self.null_first(loc);
        self.op(Opcode::LoadBuildClass, loc);
        self.null_second(loc);
        self.make_closure(body, 0, loc);
        self.load_name_constant(node.name, loc);
        if is_generic {
            self.load_name(known::DOT_TYPE_PARAMS, loc)?;
            self.op_arg(Opcode::CallIntrinsic1, INTRINSIC_SUBSCRIPT_GENERIC, loc);
            self.store_name(known::GENERIC_BASE, loc)?;
            self.class_call(node, Some(known::GENERIC_BASE), loc)?;
            let compiled = self.exit_scope(false)?;
            self.make_closure(compiled, 0, loc);
            self.null_second(loc);
            self.op_arg(Opcode::Call, 0, loc);
        } else {
            self.class_call(node, None, loc)?;
        }
        self.apply_decorators(&*node.decorator_list);
        self.store_name(node.name, loc)
    }

    /// Compiles the class body (`compiler_class_body`).
    fn class_body(&mut self, node: &'t ClassDef<'a>, first_line: u32) -> Emit<Compiled> {
        self.enter_scope(node.name, UnitKind::Class, NodeKey::of(node), first_line);
        let loc = line_start(first_line as i32);
        self.u.private = Some(node.name);
        self.load_name(known::NAME, loc)?;
        self.store_name(known::MODULE, loc)?;
        let unit = &self.u.unit;
        let qualname = if unit.qualname == unit.name {
            self.name_constant(node.name)
        } else {
            Constant::Str(self.arena.alloc_slice_copy(unit.qualname.as_bytes()))
        };
        self.load_const(qualname, loc);
        self.store_name(known::QUALNAME, loc)?;
        if self.features.static_attributes {
            self.load_count(first_line as usize, loc);
            self.store_name(known::FIRSTLINENO, loc)?;
        }
        if !node.type_params.is_empty() {
            self.load_name(known::DOT_TYPE_PARAMS, loc)?;
            self.store_name(known::TYPE_PARAMS, loc)?;
        }
        let needs_classdict = self.scope().needs_classdict;
        if needs_classdict {
            self.op(Opcode::LoadLocals, loc);
            let cell = self.own_cell(known::CLASSDICT);
            self.op_arg(Opcode::StoreDeref, cell, loc);
        }
        self.body(&*node.body, loc)?;
        if self.features.static_attributes {
            let attributes = self.static_attributes();
            self.load_const(attributes, NO_LOCATION);
            self.store_name(known::STATIC_ATTRIBUTES, NO_LOCATION)?;
        }
        if needs_classdict {
            let cell = self.own_cell(known::CLASSDICT);
            self.op_arg(Opcode::LoadClosure, cell, NO_LOCATION);
            self.store_name(known::CLASSDICTCELL, NO_LOCATION)?;
        }
        if self.scope().needs_class_closure {
            let cell = self.own_cell(known::CLASS);
            self.op_arg(Opcode::LoadClosure, cell, NO_LOCATION);
            self.op_arg(Opcode::Copy, 1, NO_LOCATION);
            self.store_name(known::CLASSCELL, NO_LOCATION)?;
        } else {
            self.load_const(Constant::None, NO_LOCATION);
        }
        self.op(Opcode::ReturnValue, NO_LOCATION);
        self.exit_scope(true)
    }

    /// The attributes that the methods of the class set, as a sorted tuple.
    fn static_attributes(&mut self) -> Constant<'a> {
        let mut found = std::mem::take(&mut self.u.static_attributes);
        found.sort_unstable_by(|&one, &other| self.names.get(one).cmp(self.names.get(other)));
        self.names_constant(found.into_iter())
    }

    /// Notes `self.name = …` for the innermost class around (`compiler_maybe_add_static_attribute_to_class`).
    pub(super) fn note_static_attribute(&mut self, node: &Attribute) {
        let is_self = matches!(&node.value, Expr::Name(name) if name.id == known::SELF);
        if !is_self || node.ctx != ExprContext::Store {
            return;
        }
        let mut around = self.outer.iter_mut().rev();
        if let Some(class) = around.find(|unit| unit.kind == UnitKind::Class)
            && !class.static_attributes.contains(&node.attr)
        {
            class.static_attributes.push(node.attr);
        }
    }

    fn own_cell(&mut self, name: hognose_ast::Name) -> u32 {
        self.u.unit.cellvars.add(name)
    }
}
