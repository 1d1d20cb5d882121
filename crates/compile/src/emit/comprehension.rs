//! Comprehensions, inlined into the unit around them (PEP 709), and generator expressions, which are units of their own.

use hognose_ast::{
    Comprehension, Constant, DictComp, Expr, GeneratorExp, ListComp, Name, SetComp, known,
};
use hognose_bytecode::Opcode;
use hognose_symbols::{BlockKind, ComprehensionKind, NodeKey, Resolution, ScopeId, flags};
use hognose_version::SymbolRules;

use super::block::{BlockType, NO_LABEL};
use super::{Emit, Emitter, UnitKind};
use crate::ir::{Label, Loc, NO_LOCATION};

/// What the four kinds of comprehension share.
struct Comp<'t, 'a> {
    key: NodeKey,
    name: Name,
    kind: ComprehensionKind,
    generators: &'t [Comprehension<'a>],
    elt: &'t Expr<'a>,
    value: Option<&'t Expr<'a>>,
    loc: Loc,
}

/// What an inlined comprehension changes in the unit around it, and must put back.
struct Inlined {
    /// The outer values of these names wait on the stack.
    pushed: Vec<Name>,
    /// Symbols of the outer scope that mean something else inside.
    symbols: Vec<(Name, u32)>,
    /// Names that became fast locals in a module or class.
    hidden: Vec<Name>,
    cleanup: Label,
    end: Label,
}

impl<'t, 'a> Emitter<'t, 'a> {
    pub(super) fn generator_exp(&mut self, node: &'t GeneratorExp<'a>) -> Emit {
        self.comprehension(&Comp {
            key: NodeKey::of(node),
            name: known::SHOWN_GENEXPR,
            kind: ComprehensionKind::Generator,
            generators: &*node.generators,
            elt: &node.elt,
            value: None,
            loc: node.loc.into(),
        })
    }

    pub(super) fn list_comp(&mut self, node: &'t ListComp<'a>) -> Emit {
        self.comprehension(&Comp {
            key: NodeKey::of(node),
            name: known::SHOWN_LISTCOMP,
            kind: ComprehensionKind::List,
            generators: &*node.generators,
            elt: &node.elt,
            value: None,
            loc: node.loc.into(),
        })
    }

    pub(super) fn set_comp(&mut self, node: &'t SetComp<'a>) -> Emit {
        self.comprehension(&Comp {
            key: NodeKey::of(node),
            name: known::SHOWN_SETCOMP,
            kind: ComprehensionKind::Set,
            generators: &*node.generators,
            elt: &node.elt,
            value: None,
            loc: node.loc.into(),
        })
    }

    pub(super) fn dict_comp(&mut self, node: &'t DictComp<'a>) -> Emit {
        self.comprehension(&Comp {
            key: NodeKey::of(node),
            name: known::SHOWN_DICTCOMP,
            kind: ComprehensionKind::Dict,
            generators: &*node.generators,
            elt: &node.key,
            value: Some(&node.value),
            loc: node.loc.into(),
        })
    }

    fn comprehension(&mut self, comp: &Comp<'t, 'a>) -> Emit {
        let Some(outermost) = comp.generators.first() else {
            return Ok(());
        };
        let entry = self.table.lookup(comp.key).unwrap_or(self.table.top());
        let is_inlined = self.table[entry].inlined;
        let is_async = self.table[entry].coroutine;
        let is_generator = comp.kind == ComprehensionKind::Generator;
        let outer_kind = self.u.kind;
        let top_level_await = self.is_top_level_await();
        let loc = comp.loc;

        let mut inlined = None;
        if is_inlined {
            self.outermost_iter(outermost, loc)?;
            inlined = Some(self.push_inlined(entry, loc));
        } else {
            self.enter_scope(
                comp.name,
                UnitKind::Comprehension,
                comp.key,
                loc.line as u32,
            );
        }
        if is_async
            && !is_generator
            && !matches!(
                outer_kind,
                UnitKind::AsyncFunction | UnitKind::Comprehension
            )
            && !top_level_await
        {
            return self.error(
                "asynchronous comprehension outside of an asynchronous function",
                loc,
            );
        }
        let build = match comp.kind {
            ComprehensionKind::List => Some(Opcode::BuildList),
            ComprehensionKind::Set => Some(Opcode::BuildSet),
            ComprehensionKind::Dict => Some(Opcode::BuildMap),
            ComprehensionKind::Generator => None,
        };
        if let Some(build) = build {
            self.op_arg(build, 0, loc);
            if is_inlined {
                self.op_arg(Opcode::Swap, 2, loc);
            }
        }
        self.generator(comp, 0, 0, is_inlined)?;
        if let Some(inlined) = inlined {
            self.pop_inlined(inlined, loc);
            return Ok(());
        }
        if is_generator {
            self.wrap_in_stop_iteration_handler();
        } else {
            self.op(Opcode::ReturnValue, loc);
        }
        let compiled = self.exit_scope(true)?;
        if top_level_await && is_async {
            let scope = self.u.scope;
            self.table[scope].coroutine = true;
        }
        self.make_closure(compiled, 0, loc);
        self.outermost_iter(outermost, loc)?;
        self.op_arg(Opcode::Call, 0, loc);
        if is_async && !is_generator {
            self.await_value(0, loc);
        }
        Ok(())
    }

    fn outermost_iter(&mut self, outermost: &'t Comprehension<'a>, loc: Loc) -> Emit {
        self.expr(&outermost.iter)?;
        let loc = self.iter_loc(outermost, loc);
        let op = if outermost.is_async {
            Opcode::GetAiter
        } else {
            Opcode::GetIter
        };
        self.op(op, loc);
        Ok(())
    }

    /// Where the instructions that iterate stand.
    fn iter_loc(&self, generator: &Comprehension, loc: Loc) -> Loc {
        if self.features.clause_places {
            generator.iter.loc().into()
        } else {
            loc
        }
    }

    /// Sets the names of an inlined comprehension apart from those around it (`push_inlined_comprehension_state`).
    fn push_inlined(&mut self, entry: ScopeId, loc: Loc) -> Inlined {
        let in_class = self.u.block_kind == BlockKind::Class && self.u.in_inlined_comp == 0;
        self.u.in_inlined_comp += 1;
        let mut inlined = Inlined {
            pushed: Vec::new(),
            symbols: Vec::new(),
            hidden: Vec::new(),
            cleanup: NO_LABEL,
            end: NO_LABEL,
        };
        let scope = self.u.scope;
        let names: Vec<(Name, u32)> = self.table[entry].symbols.iter().collect();
        for (name, symbol) in names {
            let is_bound = symbol & flags::DEF_LOCAL != 0 && symbol & flags::DEF_NONLOCAL == 0;
            let is_isolated = is_bound || in_class;
            let inside = Resolution::of(symbol);
            let outer_symbol = self.table[scope].symbols.get(name);
            let outside = Resolution::of(outer_symbol);
            let is_free_cell = inside == Resolution::Cell && outside == Resolution::Free;
            let differs = inside != outside && !is_free_cell;
            let is_replaced = match self.features.symbols {
                SymbolRules::Annotations312 => is_isolated && differs,
                SymbolRules::Annotations313 => differs && inside != Resolution::Free || in_class,
            };
            if is_replaced {
                self.table[scope].symbols.set(name, symbol);
                inlined.symbols.push((name, outer_symbol));
            }
            if !is_isolated {
                continue;
            }
            if !self.u.function_like && !self.u.hidden_now.contains(&name) {
                self.u.unit.fast_hidden.add(name);
                self.u.hidden_now.push(name);
                inlined.hidden.push(name);
            }
            let local = self.u.unit.varnames.add(name);
            self.op_arg(Opcode::LoadFastAndClear, local, loc);
            if inside == Resolution::Cell {
                let cell = if outside == Resolution::Free {
                    self.free_index(name)
                } else {
                    self.u.unit.cellvars.get(name)
                };
                self.op_arg(Opcode::MakeCell, cell.unwrap_or_default(), loc);
            }
            inlined.pushed.push(name);
        }
        if !inlined.pushed.is_empty() {
            // The iterator of the outermost loop comes back to the top; leaving reverses the rotation.
            self.op_arg(Opcode::Swap, inlined.pushed.len() as u32 + 1, loc);
            inlined.cleanup = self.new_label();
            inlined.end = self.new_label();
            self.jump(Opcode::SetupFinally, inlined.cleanup, loc);
        }
        inlined
    }

    /// Restores what was around an inlined comprehension (`pop_inlined_comprehension_state`).
    fn pop_inlined(&mut self, inlined: Inlined, loc: Loc) {
        self.u.in_inlined_comp -= 1;
        let scope = self.u.scope;
        for &(name, symbol) in &inlined.symbols {
            self.table[scope].symbols.set(name, symbol);
        }
        if !inlined.pushed.is_empty() {
            self.op(Opcode::PopBlock, NO_LOCATION);
            self.jump_ahead(inlined.end);
            self.use_label(inlined.cleanup);
            // The unfinished result goes.
            self.op_arg(Opcode::Swap, 2, NO_LOCATION);
            self.op(Opcode::PopTop, NO_LOCATION);
            self.restore_locals(&inlined.pushed, loc);
            self.op_arg(Opcode::Reraise, 0, NO_LOCATION);
            self.use_label(inlined.end);
            self.restore_locals(&inlined.pushed, loc);
        }
        self.u
            .hidden_now
            .retain(|name| !inlined.hidden.contains(name));
    }

    fn restore_locals(&mut self, pushed: &[Name], loc: Loc) {
        self.op_arg(Opcode::Swap, pushed.len() as u32 + 1, loc);
        for &name in pushed.iter().rev() {
            let local = self.u.unit.varnames.add(name);
            self.op_arg(Opcode::StoreFastMaybeNull, local, loc);
        }
    }

    /// Emits the loop at `index` and those inside (`compiler_comprehension_generator`).
    fn generator(
        &mut self,
        comp: &Comp<'t, 'a>,
        index: usize,
        depth: u32,
        iter_on_stack: bool,
    ) -> Emit {
        match comp.generators.get(index) {
            Some(generator) if generator.is_async => {
                self.async_generator(comp, generator, index, depth, iter_on_stack)
            }
            Some(generator) => self.sync_generator(comp, generator, index, depth, iter_on_stack),
            None => Ok(()),
        }
    }

    fn sync_generator(
        &mut self,
        comp: &Comp<'t, 'a>,
        generator: &'t Comprehension<'a>,
        index: usize,
        mut depth: u32,
        iter_on_stack: bool,
    ) -> Emit {
        let loc = comp.loc;
        let iter_loc = self.iter_loc(generator, loc);
        let start = self.new_label();
        let if_cleanup = self.new_label();
        let anchor = self.new_label();
        let mut is_loop = true;
        if !iter_on_stack {
            if index == 0 {
                self.load_outermost(loc);
            } else if let Some(only) = only_item(&generator.iter) {
                // `for y in [f(x)]` is an assignment.
                self.expr(only)?;
                is_loop = false;
            } else {
                self.expr(&generator.iter)?;
                self.op(Opcode::GetIter, iter_loc);
            }
        }
        if is_loop {
            depth += 1;
            if self.features.comprehension_asks_twice {
                self.op(Opcode::GetIter, iter_loc);
            }
            self.use_label(start);
            self.jump(Opcode::ForIter, anchor, iter_loc);
        }
        self.expr(&generator.target)?;
        for condition in generator.ifs.iter() {
            self.jump_if(condition, if_cleanup, false)?;
        }
        let elt_loc = self.inner(comp, index, depth)?;
        self.use_label(if_cleanup);
        if is_loop {
            self.jump(Opcode::Jump, start, elt_loc);
            self.use_label(anchor);
            self.end_for();
        }
        Ok(())
    }

    fn async_generator(
        &mut self,
        comp: &Comp<'t, 'a>,
        generator: &'t Comprehension<'a>,
        index: usize,
        depth: u32,
        iter_on_stack: bool,
    ) -> Emit {
        let loc = comp.loc;
        let start = self.new_label();
        let except = self.new_label();
        let if_cleanup = self.new_label();
        if !iter_on_stack {
            if index == 0 {
                self.load_outermost(loc);
            } else {
                self.expr(&generator.iter)?;
                let iter_loc = self.iter_loc(generator, loc);
                self.op(Opcode::GetAiter, iter_loc);
            }
        }
        self.use_label(start);
        self.push_block(BlockType::AsyncComprehensionGenerator, start, NO_LABEL, loc)?;
        self.jump(Opcode::SetupFinally, except, loc);
        self.op(Opcode::GetAnext, loc);
        self.load_const(Constant::None, loc);
        self.yield_from(true, loc);
        self.op(Opcode::PopBlock, loc);
        self.expr(&generator.target)?;
        for condition in generator.ifs.iter() {
            self.jump_if(condition, if_cleanup, false)?;
        }
        let elt_loc = self.inner(comp, index, depth + 1)?;
        self.use_label(if_cleanup);
        self.jump(Opcode::Jump, start, elt_loc);
        self.pop_block();
        self.use_label(except);
        self.op(Opcode::EndAsyncFor, loc);
        Ok(())
    }

    /// The iterator of the outermost loop is the unit's only argument.
    fn load_outermost(&mut self, loc: Loc) {
        self.u.unit.argcount = 1;
        self.op_arg(Opcode::LoadFast, 0, loc);
    }

    /// Emits the loops inside the one at `index`, or the element; answers where the element stands.
    fn inner(&mut self, comp: &Comp<'t, 'a>, index: usize, depth: u32) -> Emit<Loc> {
        let mut elt_loc = Loc::from(comp.elt.loc());
        if index + 1 < comp.generators.len() {
            self.generator(comp, index + 1, depth, false)?;
            return Ok(elt_loc);
        }
        self.expr(comp.elt)?;
        match comp.kind {
            ComprehensionKind::Generator => {
                self.yield_value(elt_loc);
                self.op(Opcode::PopTop, elt_loc);
            }
            ComprehensionKind::List => self.op_arg(Opcode::ListAppend, depth + 1, elt_loc),
            ComprehensionKind::Set => self.op_arg(Opcode::SetAdd, depth + 1, elt_loc),
            ComprehensionKind::Dict => {
                if let Some(value) = comp.value {
                    self.expr(value)?;
                    let end = Loc::from(value.loc());
                    elt_loc.end_line = end.end_line;
                    elt_loc.end_col = end.end_col;
                }
                self.op_arg(Opcode::MapAdd, depth + 1, elt_loc);
            }
        }
        Ok(elt_loc)
    }
}

/// The one item of a list or tuple display.
fn only_item<'t, 'a>(iter: &'t Expr<'a>) -> Option<&'t Expr<'a>> {
    let elts = match iter {
        Expr::List(node) => &*node.elts,
        Expr::Tuple(node) => &*node.elts,
        _ => return None,
    };
    match elts {
        [Expr::Starred(_)] => None,
        [only] => Some(only),
        _ => None,
    }
}
