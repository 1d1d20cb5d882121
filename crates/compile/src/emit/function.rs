//! `def`, `async def` and `lambda`.

use hognose_ast::{
    Arg, Arguments, AsyncFunctionDef, Constant, Expr, ExprContext, FunctionDef, Lambda, Name, Stmt,
    TypeParam, known,
};
use hognose_bytecode::Opcode;
use hognose_symbols::NodeKey;
use hognose_version::{CallProtocol, Passes};

use super::block::{BlockType, NO_LABEL};
use super::{Emit, Emitter, UnitKind, line_start};
use crate::ir::{Loc, NO_LOCATION};
use crate::optimise::docstring;

/// `CALL_INTRINSIC_1` of `INTRINSIC_STOPITERATION_ERROR`.
const INTRINSIC_STOPITERATION_ERROR: u32 = 3;
/// `CALL_INTRINSIC_2` of `INTRINSIC_SET_FUNCTION_TYPE_PARAMS`.
const INTRINSIC_SET_FUNCTION_TYPE_PARAMS: u32 = 4;

/// `MAKE_FUNCTION` takes a tuple of defaults.
pub(super) const HAS_DEFAULTS: u32 = 0x01;
/// `MAKE_FUNCTION` takes a dict of keyword-only defaults.
pub(super) const HAS_KWDEFAULTS: u32 = 0x02;
/// `MAKE_FUNCTION` takes a tuple of annotations.
pub(super) const HAS_ANNOTATIONS: u32 = 0x04;

/// `MAKE_FUNCTION` takes a tuple of cells.
pub(super) const HAS_CLOSURE: u32 = 0x08;

/// What the two kinds of function definition share.
struct Function<'t, 'a> {
    key: NodeKey,
    kind: UnitKind,
    name: Name,
    args: &'t Arguments<'a>,
    body: &'t [Stmt<'a>],
    decorators: &'t [Expr<'a>],
    returns: Option<&'t Expr<'a>>,
    type_params: &'t [TypeParam<'a>],
    loc: Loc,
}

impl<'t, 'a> Emitter<'t, 'a> {
    pub(super) fn function(&mut self, node: &'t FunctionDef<'a>) -> Emit {
        self.any_function(&Function {
            key: NodeKey::of(node),
            kind: UnitKind::Function,
            name: node.name,
            args: &*node.args,
            body: &*node.body,
            decorators: &*node.decorator_list,
            returns: node.returns.as_ref(),
            type_params: &*node.type_params,
            loc: node.loc.into(),
        })
    }

    pub(super) fn async_function(&mut self, node: &'t AsyncFunctionDef<'a>) -> Emit {
        self.any_function(&Function {
            key: NodeKey::of(node),
            kind: UnitKind::AsyncFunction,
            name: node.name,
            args: &*node.args,
            body: &*node.body,
            decorators: &*node.decorator_list,
            returns: node.returns.as_ref(),
            type_params: &*node.type_params,
            loc: node.loc.into(),
        })
    }

    /// Emits a function definition (`compiler_function`).
    fn any_function(&mut self, function: &Function<'t, 'a>) -> Emit {
        let Function {
            args, loc, name, ..
        } = *function;
        self.check_parameters(args)?;
        self.exprs(function.decorators)?;
        let first_line = first_line(function.decorators, loc);
        let is_generic = !function.type_params.is_empty();
        if is_generic {
            self.null_first(loc);
        }
        let mut function_flags = self.default_arguments(args, loc)?;
        let passed = function_flags.count_ones();
        if is_generic {
            if passed == 2 {
                self.op_arg(Opcode::Swap, 2, loc);
            }
            self.enter_type_params(name, function.type_params, first_line);
            self.type_params(function.type_params)?;
            for at in 0..passed {
                self.op_arg(Opcode::LoadFast, at, loc);
            }
        }
        if self.annotations(args, function.returns, loc)? {
            function_flags |= HAS_ANNOTATIONS;
        }
        self.function_body(function, function_flags, first_line)?;
        if is_generic {
            self.op_arg(Opcode::Swap, 2, loc);
            self.op_arg(
                Opcode::CallIntrinsic2,
                INTRINSIC_SET_FUNCTION_TYPE_PARAMS,
                loc,
            );
            self.u.unit.argcount = passed;
            let compiled = self.exit_scope(false)?;
            self.make_closure(compiled, 0, loc);
            if passed > 0 {
                self.op_arg(Opcode::Swap, passed + 1, loc);
            }
            let self_argument = match self.features.calls {
                CallProtocol::NullFirst => 0,
                // The first argument takes the place of the `NULL`.
                CallProtocol::NullSecond if passed > 0 => 1,
                CallProtocol::NullSecond => {
                    self.op(Opcode::PushNull, loc);
                    0
                }
            };
            self.op_arg(Opcode::Call, passed - self_argument, loc);
        }
        self.apply_decorators(function.decorators);
        self.store_name(name, loc)
    }

    fn function_body(
        &mut self,
        function: &Function<'t, 'a>,
        function_flags: u32,
        first_line: u32,
    ) -> Emit {
        self.enter_scope(function.name, function.kind, function.key, first_line);
        let written_doc = docstring(function.body);
        let doc = written_doc.filter(|_| self.options.optimise < 2);
        let doc_constant = match doc {
            Some(text) => self.doc_constant(text)?,
            None => Constant::None,
        };
        self.u.unit.consts.add(doc_constant);
        self.set_argument_counts(function.args);
        let skips_doc = doc.is_some() || self.features.clean_docstrings && written_doc.is_some();
        let body = function.body.get(usize::from(skips_doc)..).unwrap_or(&[]);
        let scope = self.scope();
        let is_wrapped = scope.coroutine || scope.generator;
        let counts_handler = is_wrapped && self.features.passes == Passes::LinesFirst;
        if counts_handler {
            self.push_block(BlockType::StopIteration, NO_LABEL, NO_LABEL, NO_LOCATION)?;
        }
        self.stmts(body)?;
        if is_wrapped {
            self.wrap_in_stop_iteration_handler();
        }
        if counts_handler {
            self.pop_block();
        }
        let compiled = self.exit_scope(true)?;
        self.make_closure(compiled, function_flags, function.loc);
        Ok(())
    }

    fn set_argument_counts(&mut self, args: &Arguments) {
        let unit = &mut self.u.unit;
        unit.argcount = args.args.len() as u32;
        unit.posonlyargcount = args.posonlyargs.len() as u32;
        unit.kwonlyargcount = args.kwonlyargs.len() as u32;
    }

    pub(super) fn lambda(&mut self, node: &'t Lambda<'a>) -> Emit {
        let loc = Loc::from(node.loc);
        self.check_parameters(&*node.args)?;
        let function_flags = self.default_arguments(&*node.args, loc)?;
        self.enter_scope(
            known::SHOWN_LAMBDA,
            UnitKind::Lambda,
            NodeKey::of(node),
            node.loc.line,
        );
        // With None first, no string can look like a docstring.
        self.u.unit.consts.add(Constant::None);
        self.set_argument_counts(&*node.args);
        self.expr(&node.body)?;
        let is_generator = self.scope().generator;
        if !is_generator {
            let return_loc = if self.features.clause_places {
                node.body.loc().into()
            } else {
                line_start(loc.line)
            };
            self.op(Opcode::ReturnValue, return_loc);
        }
        let compiled = self.exit_scope(!is_generator)?;
        self.make_closure(compiled, function_flags, loc);
        Ok(())
    }

    /// Turns a StopIteration that leaves a generator into a RuntimeError (`wrap_in_stopiteration_handler`).
    pub(super) fn wrap_in_stop_iteration_handler(&mut self) {
        let handler = self.new_label();
        self.u
            .unit
            .seq
            .insert(0, Opcode::SetupCleanup, handler.0, NO_LOCATION);
        self.load_const(Constant::None, NO_LOCATION);
        self.op(Opcode::ReturnValue, NO_LOCATION);
        self.use_label(handler);
        self.op_arg(
            Opcode::CallIntrinsic1,
            INTRINSIC_STOPITERATION_ERROR,
            NO_LOCATION,
        );
        self.op_arg(Opcode::Reraise, 1, NO_LOCATION);
    }

    /// Calls the decorators, the last one first (`compiler_apply_decorators`).
    pub(super) fn apply_decorators(&mut self, decorators: &'t [Expr<'a>]) {
        for decorator in decorators.iter().rev() {
            self.op_arg(Opcode::Call, 0, decorator.loc().into());
        }
    }

    /// Emits the defaults; answers the flags for `MAKE_FUNCTION` (`compiler_default_arguments`).
    fn default_arguments(&mut self, args: &'t Arguments<'a>, loc: Loc) -> Emit<u32> {
        let mut function_flags = 0;
        if !args.defaults.is_empty() {
            self.exprs(&*args.defaults)?;
            self.op_arg(Opcode::BuildTuple, args.defaults.len() as u32, loc);
            function_flags |= HAS_DEFAULTS;
        }
        let mut keys = Vec::new();
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults.iter()) {
            if let Some(default) = default {
                keys.push(self.mangle(arg.arg));
                self.expr(default)?;
            }
        }
        if !keys.is_empty() {
            let count = keys.len() as u32;
            let names = self.names_constant(keys.into_iter());
            self.load_const(names, loc);
            self.op_arg(Opcode::BuildConstKeyMap, count, loc);
            function_flags |= HAS_KWDEFAULTS;
        }
        Ok(function_flags)
    }

    /// Refuses parameters called `__debug__` (`compiler_check_debug_args`).
    fn check_parameters(&mut self, args: &Arguments) -> Emit {
        let mut check = |arg: &Arg| self.check_name(arg.arg, ExprContext::Store, arg.loc.into());
        args.posonlyargs.iter().try_for_each(&mut check)?;
        args.args.iter().try_for_each(&mut check)?;
        args.vararg.iter().try_for_each(|arg| check(arg))?;
        args.kwonlyargs.iter().try_for_each(&mut check)?;
        args.kwarg.iter().try_for_each(|arg| check(arg))
    }
}

/// The line a definition starts at: that of its first decorator, if it has any.
pub(super) fn first_line(decorators: &[Expr], loc: Loc) -> u32 {
    decorators
        .first()
        .map_or(loc.line as u32, |first| first.loc().line)
}
