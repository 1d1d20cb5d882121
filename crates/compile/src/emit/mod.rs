//! From tree and scopes to instruction sequences: the code generator of CPython's `compile.c`.
//!
//! One [`Emitter`] compiles one module. Each code unit is emitted into a [`Unit`] and handed to the assembler when its
//! scope ends; the code object then is a constant of the unit around it. Methods are named after the C functions they
//! mirror, without `compiler_`.

mod annotations;
mod block;
mod call;
mod class;
mod comprehension;
mod expr;
mod function;
mod import;
mod name;
mod pattern;
mod stmt;
mod try_;
mod type_params;
mod warn;
mod with_;

use std::sync::Arc;

use bumpalo::Bump;
use hognose_ast::{Constant, Mod, Name, Names, Stmt, known};
use hognose_bytecode::{CodeObject, Opcode, PyStr, flags};
use hognose_symbols::{BlockKind, NodeKey, Resolution, Scope, ScopeId, Table, flags as symbol};
use hognose_version::{CallProtocol, Features};

use crate::Options;
use crate::assemble::Assembler;
use crate::clean_doc::clean_doc;
use crate::error::{CompileError, Warning};
use crate::future::Future;
use crate::ir::{Label, Loc, NO_LOCATION, Unit};
use crate::names::NameTable;
use crate::op_facts::OpCosts;
use crate::optimise::docstring;

use block::FrameBlock;

/// A soft limit for the operand stack in displays and calls (`STACK_USE_GUIDELINE`).
const STACK_USE_GUIDELINE: usize = 30;

/// The answer of every emitting method.
pub(crate) type Emit<T = ()> = Result<T, Box<CompileError>>;

/// What a code unit is compiled from (`COMPILER_SCOPE_…`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    TypeParams,
}

/// A code unit being emitted (`struct compiler_unit`).
struct UnitState<'t, 'a> {
    unit: Unit<'a>,
    kind: UnitKind,
    scope: ScopeId,
    block_kind: BlockKind,
    /// Whether names bound here are fast locals.
    function_like: bool,
    name: Name,
    /// The class whose private names are mangled.
    private: Option<Name>,
    blocks: Vec<FrameBlock<'t, 'a>>,
    in_inlined_comp: u32,
    /// Of a class: the attributes that its methods set on `self`, each once (`u_static_attributes`).
    static_attributes: Vec<Name>,
    /// Names that a comprehension inlined into this module or class holds as fast locals right now.
    hidden_now: Vec<Name>,
}

/// A finished code unit.
struct Compiled {
    code: Arc<CodeObject>,
    /// Its free variables, in order.
    free: Vec<Name>,
}

/// Compiles one module (`struct compiler`).
pub(crate) struct Emitter<'t, 'a> {
    names: &'t mut Names,
    arena: &'a Bump,
    table: Table<'a>,
    options: &'t Options,
    features: Features,
    future: Future,
    assembler: Assembler,
    u: Box<UnitState<'t, 'a>>,
    /// The units around the current one, the module first.
    #[expect(clippy::vec_box, reason = "units are large, and move as pointers")]
    outer: Vec<Box<UnitState<'t, 'a>>>,
    /// Finished units, whose memory the next ones take.
    #[expect(clippy::vec_box, reason = "units are large, and move as pointers")]
    spare: Vec<Box<UnitState<'t, 'a>>>,
    /// Where qualified names are put together.
    scratch: Vec<u8>,
    interactive: bool,
    warnings: Vec<Warning>,
}

/// Compiles a module whose scopes are known (`compiler_mod`).
pub(crate) fn emit<'t, 'a>(
    module: &'t Mod<'a>,
    names: &'t mut Names,
    table: Table<'a>,
    future: Future,
    options: &'t Options,
    arena: &'a Bump,
    costs: &'static OpCosts,
) -> Emit<(CodeObject, Vec<Warning>, Assembler)> {
    let features = Features::of(options.version);
    let assembler = Assembler::new(options.filename.clone(), costs, features.passes);
    let top = table.top();
    let mut u = UnitState::new(arena, top);
    u.start(UnitKind::Module, known::SHOWN_MODULE, 1, &table[top], names);
    let mut emitter = Emitter {
        names,
        arena,
        table,
        options,
        features,
        future,
        assembler,
        u,
        outer: Vec::new(),
        spare: Vec::new(),
        scratch: Vec::new(),
        interactive: false,
        warnings: Vec::new(),
    };
    emitter.module(module)?;
    emitter.end_unit(!matches!(module, Mod::Expression(_)));
    let code = emitter
        .assembler
        .assemble(&mut emitter.u.unit, emitter.names)
        .map_err(|error| Box::new(CompileError::Internal(error)))?;
    Ok((
        Arc::unwrap_or_clone(code),
        emitter.warnings,
        emitter.assembler,
    ))
}

/// The line of a definition, where columns are counted from its start (`LOCATION(lineno, lineno, 0, 0)`).
fn line_start(line: i32) -> Loc {
    Loc {
        line,
        end_line: line,
        col: 0,
        end_col: 0,
    }
}

impl<'a> UnitState<'_, 'a> {
    /// Makes a unit that is still to be started.
    fn new(arena: &'a Bump, top: ScopeId) -> Box<Self> {
        Box::new(Self {
            unit: Unit::new(arena),
            kind: UnitKind::Module,
            scope: top,
            block_kind: BlockKind::Module,
            function_like: false,
            name: known::SHOWN_MODULE,
            private: None,
            blocks: Vec::new(),
            in_inlined_comp: 0,
            static_attributes: Vec::new(),
            hidden_now: Vec::new(),
        })
    }

    /// Starts the unit of a scope, in the memory of the last one.
    fn start(&mut self, kind: UnitKind, name: Name, line: u32, scope: &Scope<'_>, names: &Names) {
        self.kind = kind;
        self.block_kind = scope.kind;
        self.function_like = scope.is_function_like();
        self.name = name;
        self.blocks.clear();
        self.in_inlined_comp = 0;
        self.static_attributes.clear();
        self.hidden_now.clear();
        let unit = &mut self.unit;
        unit.clear();
        unit.varnames.extend(scope.varnames.iter().copied());
        let cells = (Resolution::Cell, symbol::DEF_COMP_CELL);
        add_sorted(&mut unit.cellvars, scope, cells, names);
        if scope.needs_class_closure {
            unit.cellvars.add(known::CLASS);
        }
        if scope.needs_classdict {
            unit.cellvars.add(known::CLASSDICT);
        }
        let free = (Resolution::Free, symbol::DEF_FREE_CLASS);
        add_sorted(&mut unit.freevars, scope, free, names);
        unit.nparams = scope.varnames.len() as u32;
        unit.firstlineno = line as i32;
    }
}

/// Adds the names of a scope that are found in one way or carry a flag, sorted by text (`dictbytype`).
fn add_sorted(
    table: &mut NameTable,
    scope: &Scope<'_>,
    (resolution, flag): (Resolution, u32),
    names: &Names,
) {
    let found = scope
        .symbols
        .iter()
        .filter(|&(_, symbol)| Resolution::of(symbol) == resolution || symbol & flag != 0);
    let mut found: Vec<Name> = found.map(|(name, _)| name).collect();
    found.sort_unstable_by_key(|&name| names.get(name));
    table.extend(found);
}

// Units and instructions.
impl<'t, 'a> Emitter<'t, 'a> {
    /// Starts the code unit of the scope that a node opens (`compiler_enter_scope`).
    fn enter_scope(&mut self, name: Name, kind: UnitKind, key: NodeKey, line: u32) {
        let id = self.table.lookup(key).unwrap_or(self.table.top());
        let spare = self.spare.pop();
        let mut u = spare.unwrap_or_else(|| UnitState::new(self.arena, id));
        u.start(kind, name, line, &self.table[id], self.names);
        u.scope = id;
        u.private = self.u.private;
        let outer = std::mem::replace(&mut self.u, u);
        self.outer.push(outer);
        self.u.unit.name = self.assembler.text_of(name, self.names);
        self.u.unit.qualname = self.qualname();
        self.op_arg(Opcode::Resume, 0, line_start(line as i32));
    }

    /// Ends the current unit and goes back to the one around it (`optimize_and_assemble`, `compiler_exit_scope`).
    fn exit_scope(&mut self, returns_none: bool) -> Emit<Compiled> {
        self.end_unit(returns_none);
        let Some(outer) = self.outer.pop() else {
            return self.error("a scope ends that was never entered", NO_LOCATION);
        };
        let mut state = std::mem::replace(&mut self.u, outer);
        let free = state.unit.freevars.in_order().to_vec();
        let code = self
            .assembler
            .assemble(&mut state.unit, self.names)
            .map_err(|error| Box::new(CompileError::Internal(error)))?;
        self.spare.push(state);
        Ok(Compiled { code, free })
    }

    /// Finishes the current unit's instructions: all streams that fall off the end return.
    fn end_unit(&mut self, returns_none: bool) {
        self.u.unit.flags = self.code_flags();
        if returns_none {
            self.load_const(Constant::None, NO_LOCATION);
        }
        self.op(Opcode::ReturnValue, NO_LOCATION);
    }

    fn scope(&self) -> &Scope<'a> {
        &self.table[self.u.scope]
    }

    /// The dotted name of the current unit (`compiler_set_qualname`).
    fn qualname(&mut self) -> PyStr {
        let name = self.u.unit.name.clone();
        let [.., _, parent] = &*self.outer else {
            return name;
        };
        let mut parent = parent;
        if parent.kind == UnitKind::TypeParams {
            // Type parameters do not show: the definition belongs to what is around them.
            match &*self.outer {
                [_, _] => return name,
                [.., around, _] => parent = around,
                _ => {}
            }
        }
        if matches!(
            self.u.kind,
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Class
        ) {
            let mangled = hognose_symbols::mangle(parent.private, self.u.name, self.names);
            if self.table[parent.scope].resolution(mangled) == Resolution::GlobalExplicit {
                return name;
            }
        }
        let in_function = matches!(
            parent.kind,
            UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda
        );
        let text = &mut self.scratch;
        text.clear();
        text.extend_from_slice(parent.unit.qualname.as_bytes());
        text.extend_from_slice(if in_function { b".<locals>." } else { b"." });
        text.extend_from_slice(name.as_bytes());
        PyStr::from_known(text)
    }

    /// The unit's `co_flags` (`compute_code_flags`).
    fn code_flags(&self) -> u32 {
        let scope = self.scope();
        let mut bits = self.future.flags;
        if self.u.function_like {
            bits |= flags::NEWLOCALS | flags::OPTIMIZED;
            if scope.nested {
                bits |= flags::NESTED;
            }
            bits |= match (scope.generator, scope.coroutine) {
                (true, false) => flags::GENERATOR,
                (false, true) => flags::COROUTINE,
                (true, true) => flags::ASYNC_GENERATOR,
                (false, false) => 0,
            };
            if scope.varargs {
                bits |= flags::VARARGS;
            }
            if scope.varkeywords {
                bits |= flags::VARKEYWORDS;
            }
        }
        if self.is_top_level_await() && scope.coroutine && !scope.generator {
            bits |= flags::COROUTINE;
        }
        bits
    }

    /// Whether `await` is allowed here because the host asked for it (`IS_TOP_LEVEL_AWAIT`).
    fn is_top_level_await(&self) -> bool {
        self.options.top_level_await && self.u.block_kind == BlockKind::Module
    }

    /// Emits an instruction without argument.
    fn op(&mut self, op: Opcode, loc: Loc) {
        self.u.unit.seq.emit(op, 0, loc);
    }

    fn op_arg(&mut self, op: Opcode, oparg: u32, loc: Loc) {
        self.u.unit.seq.emit(op, oparg, loc);
    }

    fn jump(&mut self, op: Opcode, target: Label, loc: Loc) {
        self.u.unit.seq.emit_jump(op, target, loc);
    }

    fn new_label(&mut self) -> Label {
        self.u.unit.seq.new_label()
    }

    fn use_label(&mut self, label: Label) {
        self.u.unit.seq.use_label(label);
    }

    fn load_const(&mut self, value: Constant<'a>, loc: Loc) {
        let index = self.u.unit.consts.add(value);
        self.op_arg(Opcode::LoadConst, index, loc);
    }

    /// A name as a string constant.
    fn name_constant(&mut self, name: Name) -> Constant<'a> {
        let text = self.arena.alloc_slice_copy(self.names.get(name).as_bytes());
        self.assembler.note_identifier(text, name, self.names);
        Constant::Str(text)
    }

    fn load_name_constant(&mut self, name: Name, loc: Loc) {
        let value = self.name_constant(name);
        self.load_const(value, loc);
    }

    /// A tuple of names as a constant.
    fn names_constant(&mut self, names: impl ExactSizeIterator<Item = Name>) -> Constant<'a> {
        let arena = self.arena;
        let items = names.map(|name| self.name_constant(name));
        Constant::Tuple(arena.alloc_slice_fill_iter(items))
    }

    /// Loads a number of items.
    fn load_count(&mut self, count: usize, loc: Loc) {
        self.load_const(Constant::Int(count as i64), loc);
    }

    fn mangle(&mut self, name: Name) -> Name {
        match self.u.private {
            None => name,
            private => self.table.mangle(private, self.u.scope, name, self.names),
        }
    }

    /// Makes the value on the stack a boolean, where conditional jumps ask for one.
    fn make_bool(&mut self, loc: Loc) {
        if self.features.explicit_truth {
            self.op(Opcode::ToBool, loc);
        }
    }

    /// Jumps on to a label that comes later, without a place.
    fn jump_ahead(&mut self, target: Label) {
        let op = if self.features.plain_forward_jumps {
            Opcode::JumpNoInterrupt
        } else {
            Opcode::Jump
        };
        self.jump(op, target, NO_LOCATION);
    }

    /// Emits the `NULL` that stands before the callable, where that is its place.
    fn null_first(&mut self, loc: Loc) {
        if self.features.calls == CallProtocol::NullFirst {
            self.op(Opcode::PushNull, loc);
        }
    }

    /// Emits the `NULL` that stands behind the callable, where that is its place.
    fn null_second(&mut self, loc: Loc) {
        if self.features.calls == CallProtocol::NullSecond {
            self.op(Opcode::PushNull, loc);
        }
    }

    #[cold]
    fn error<T>(&self, message: impl Into<String>, loc: Loc) -> Emit<T> {
        Err(CompileError::at(message, loc))
    }

    /// Makes a function of a finished unit, closing over its free variables (`compiler_make_closure`).
    fn make_closure(&mut self, compiled: Compiled, mut function_flags: u32, loc: Loc) {
        if !compiled.free.is_empty() {
            for &name in &compiled.free {
                // A class body may hold a name both as its own and as a method's free variable; the closure takes the
                // latter.
                let cell = if self.resolution_for_closure(name) == Resolution::Cell {
                    self.u.unit.cellvars.get(name)
                } else {
                    self.free_index(name)
                };
                self.op_arg(Opcode::LoadClosure, cell.unwrap_or_default(), loc);
            }
            function_flags |= function::HAS_CLOSURE;
            self.op_arg(Opcode::BuildTuple, compiled.free.len() as u32, loc);
        }
        let index = self.u.unit.consts.add_code(compiled.code);
        self.op_arg(Opcode::LoadConst, index, loc);
        if !self.features.function_attributes {
            self.op_arg(Opcode::MakeFunction, function_flags, loc);
            return;
        }
        self.op(Opcode::MakeFunction, loc);
        for flag in [
            function::HAS_CLOSURE,
            function::HAS_ANNOTATIONS,
            function::HAS_KWDEFAULTS,
            function::HAS_DEFAULTS,
        ] {
            if function_flags & flag != 0 {
                self.op_arg(Opcode::SetFunctionAttribute, flag, loc);
            }
        }
    }

    /// The number of a free variable: they are counted after the cells.
    fn free_index(&self, name: Name) -> Option<u32> {
        let free = self.u.unit.freevars.get(name)?;
        Some(free + self.u.unit.cellvars.len() as u32)
    }

    /// How a name is reached from the current unit (`get_ref_type`).
    fn resolution_for_closure(&self, name: Name) -> Resolution {
        let own_cell = name == known::CLASS || name == known::CLASSDICT;
        if self.u.kind == UnitKind::Class && own_cell {
            return Resolution::Cell;
        }
        self.scope().resolution(name)
    }

    fn module(&mut self, module: &'t Mod<'a>) -> Emit {
        self.u.unit.name = self.assembler.text_of(known::SHOWN_MODULE, self.names);
        self.u.unit.qualname = self.u.unit.name.clone();
        self.op_arg(
            Opcode::Resume,
            0,
            Loc {
                line: 0,
                ..line_start(1)
            },
        );
        let loc = line_start(1);
        match module {
            Mod::Module(module) => self.body(&*module.body, loc),
            Mod::Interactive(module) => {
                self.interactive = true;
                if annotations::any_in(&*module.body) {
                    self.op(Opcode::SetupAnnotations, loc);
                }
                self.stmts(&*module.body)
            }
            Mod::Expression(module) => self.expr(&module.body),
        }
    }

    /// Emits the body of a module or class, docstring and annotations included (`compiler_body`).
    fn body(&mut self, stmts: &'t [Stmt<'a>], loc: Loc) -> Emit {
        let loc = match stmts.first() {
            Some(first) if self.u.kind == UnitKind::Module => first.loc().into(),
            _ => loc,
        };
        if annotations::any_in(stmts) {
            self.op(Opcode::SetupAnnotations, loc);
        }
        let mut rest = stmts;
        if let Some(text) = docstring(stmts)
            && let Some((Stmt::Expr(first), others)) = stmts.split_first()
        {
            if self.options.optimise < 2 {
                rest = others;
                let text = self.doc_constant(text)?;
                self.load_const(text, first.value.loc().into());
                self.store_name(known::DOC, NO_LOCATION)?;
            } else if self.features.clean_docstrings {
                rest = others;
            }
        }
        self.stmts(rest)
    }

    /// A docstring as the version keeps it.
    fn doc_constant(&self, text: &'a [u8]) -> Emit<Constant<'a>> {
        if !self.features.clean_docstrings {
            return Ok(Constant::Str(text));
        }
        clean_doc(text, self.arena)
            .map(Constant::Str)
            .map_err(|message| Box::new(CompileError::Docstring(message)))
    }
}
