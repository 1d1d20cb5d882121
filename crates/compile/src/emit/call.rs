//! Calls: of methods, of `super()`, with and without `*` and `**`.

use hognose_ast::{Attribute, Call, ClassDef, Constant, Expr, ExprContext, Keyword, Name, known};
use hognose_bytecode::Opcode;
use hognose_symbols::{Resolution, flags};
use hognose_version::CallProtocol;

use super::expr::Display;
use super::{Emit, Emitter, STACK_USE_GUIDELINE};
use crate::ir::{Loc, NO_LOCATION};

impl<'t, 'a> Emitter<'t, 'a> {
    pub(super) fn call(&mut self, node: &'t Call<'a>) -> Emit {
        self.validate_keywords(&*node.keywords)?;
        if self.method_call(node)? {
            return Ok(());
        }
        self.check_caller(&node.func);
        self.null_first(node.func.loc().into());
        self.expr(&node.func)?;
        self.null_second(node.func.loc().into());
        self.call_args(0, &*node.args, None, &*node.keywords, node.loc.into())
    }

    /// Calls `__build_class__`, on the stack with the body and the name, with the bases and keywords of a class.
    pub(super) fn class_call(
        &mut self,
        node: &'t ClassDef<'a>,
        generic_base: Option<Name>,
        loc: Loc,
    ) -> Emit {
        self.call_args(2, &*node.bases, generic_base, &*node.keywords, loc)
    }

    /// Refuses repeated keywords (`validate_keywords`).
    fn validate_keywords(&self, keywords: &[Keyword]) -> Emit {
        for (at, keyword) in keywords.iter().enumerate() {
            let Some(arg) = keyword.arg else { continue };
            self.check_name(arg, ExprContext::Store, keyword.loc.into())?;
            let mut others = keywords.iter().skip(at + 1);
            if let Some(other) = others.find(|other| other.arg == Some(arg)) {
                let message = format!("keyword argument repeated: {}", self.names.get(arg));
                return self.error(message, other.loc.into());
            }
        }
        Ok(())
    }

    /// Emits a call as a method call when it looks like one; tells whether it did (`maybe_optimize_method_call`).
    fn method_call(&mut self, node: &'t Call<'a>) -> Emit<bool> {
        let Expr::Attribute(method) = &node.func else {
            return Ok(false);
        };
        if method.ctx != ExprContext::Load || self.is_imported(&method.value) {
            return Ok(false);
        }
        let (args, keywords) = (&*node.args, &*node.keywords);
        let used = args.len() + keywords.len() + usize::from(!keywords.is_empty());
        if used >= STACK_USE_GUIDELINE
            || args.iter().any(|arg| matches!(arg, Expr::Starred(_)))
            || keywords.iter().any(|keyword| keyword.arg.is_none())
        {
            return Ok(false);
        }
        let mut loc = Loc::from(method.loc);
        if let Some(call) = self.super_call(method) {
            self.load_super_args(call)?;
            let op = if call.args.is_empty() {
                Opcode::LoadZeroSuperMethod
            } else {
                Opcode::LoadSuperMethod
            };
            self.op_name(op, method.attr, loc);
            loc = self.attr_loc(loc, method);
            self.op(Opcode::Nop, loc);
        } else {
            self.expr(&method.value)?;
            loc = self.attr_loc(loc, method);
            self.op_name(Opcode::LoadMethod, method.attr, loc);
        }
        self.exprs(args)?;
        let call = self.keyword_arguments(keywords, loc)?;
        let loc = self.attr_loc(node.loc.into(), method);
        self.op_arg(call, (args.len() + keywords.len()) as u32, loc);
        Ok(true)
    }

    /// Whether an expression is a name that the module imports (`is_import_originated`).
    fn is_imported(&self, expr: &Expr) -> bool {
        let Expr::Name(name) = expr else { return false };
        let top = self.table.top();
        self.table[top].symbols.get(name.id) & flags::DEF_IMPORT != 0
    }

    /// The `super(…)` call an attribute is taken of, if `LOAD_SUPER_ATTR` can stand for it
    /// (`can_optimize_super_call`).
    pub(super) fn super_call(&self, attribute: &'t Attribute<'a>) -> Option<&'t Call<'a>> {
        let Expr::Call(call) = &attribute.value else {
            return None;
        };
        let Expr::Name(callee) = &call.func else {
            return None;
        };
        if callee.id != known::SUPER || attribute.attr == known::CLASS || !call.keywords.is_empty()
        {
            return None;
        }
        // Someone else's `super` is just a function.
        let top = self.table.top();
        if self.scope().resolution(known::SUPER) != Resolution::GlobalImplicit
            || self.table[top].resolution(known::SUPER) != Resolution::Unknown
        {
            return None;
        }
        let usable = match &*call.args {
            [] => {
                let unit = &self.u.unit;
                unit.argcount + unit.posonlyargcount > 0
                    && self.resolution_for_closure(known::CLASS) == Resolution::Free
            }
            [one, other] => ![one, other]
                .iter()
                .any(|arg| matches!(arg, Expr::Starred(_))),
            _ => false,
        };
        usable.then_some(&**call)
    }

    /// Loads what `LOAD_SUPER_ATTR` takes (`load_args_for_super`).
    pub(super) fn load_super_args(&mut self, call: &'t Call<'a>) -> Emit {
        let loc = Loc::from(call.loc);
        self.load_name(known::SUPER, call.func.loc().into())?;
        if !call.args.is_empty() {
            return self.exprs(&*call.args);
        }
        self.load_name(known::CLASS, loc)?;
        let first = self.u.unit.varnames.in_order().first().copied();
        self.load_names(first, loc)
    }

    fn keyword_values(&mut self, keywords: &'t [Keyword<'a>]) -> Emit {
        keywords
            .iter()
            .try_for_each(|keyword| self.expr(&keyword.value))
    }

    /// Emits keyword arguments and their names; answers how to call with them (`compiler_call_simple_kw_helper`).
    fn keyword_arguments(&mut self, keywords: &'t [Keyword<'a>], loc: Loc) -> Emit<Opcode> {
        if keywords.is_empty() {
            return Ok(Opcode::Call);
        }
        self.keyword_values(keywords)?;
        let names = self.keyword_tuple(keywords);
        let index = self.u.unit.consts.add(names);
        Ok(match self.features.calls {
            CallProtocol::NullFirst => {
                self.op_arg(Opcode::KwNames, index, loc);
                Opcode::Call
            }
            CallProtocol::NullSecond => {
                self.op_arg(Opcode::LoadConst, index, loc);
                Opcode::CallKw
            }
        })
    }

    fn keyword_tuple(&mut self, keywords: &[Keyword]) -> Constant<'a> {
        self.names_constant(
            keywords
                .iter()
                .map(|keyword| keyword.arg.unwrap_or(known::EMPTY)),
        )
    }

    /// Emits arguments and the call, with `pushed` arguments on the stack already; a generic class has one base more
    /// than the source shows (`compiler_call_helper`).
    fn call_args(
        &mut self,
        pushed: u32,
        args: &'t [Expr<'a>],
        extra: Option<Name>,
        keywords: &'t [Keyword<'a>],
        loc: Loc,
    ) -> Emit {
        self.validate_keywords(keywords)?;
        let count = args.len() + usize::from(extra.is_some());
        let is_plain = count + keywords.len() * 2 <= STACK_USE_GUIDELINE
            && !args.iter().any(|arg| matches!(arg, Expr::Starred(_)))
            && keywords.iter().all(|keyword| keyword.arg.is_some());
        if is_plain {
            self.exprs(args)?;
            self.load_names(extra, loc)?;
            let call = self.keyword_arguments(keywords, loc)?;
            self.op_arg(call, pushed + (count + keywords.len()) as u32, loc);
            return Ok(());
        }
        match args {
            [Expr::Starred(starred)] if pushed == 0 && extra.is_none() => {
                self.expr(&starred.value)?;
            }
            _ => self.display(args, extra, pushed, Display::Tuple, loc)?,
        }
        self.keyword_dict(keywords, loc)?;
        self.op_arg(Opcode::CallFunctionEx, u32::from(!keywords.is_empty()), loc);
        Ok(())
    }

    /// Merges keyword arguments and `**` mappings into one dict.
    fn keyword_dict(&mut self, keywords: &'t [Keyword<'a>], loc: Loc) -> Emit {
        let mut have_dict = false;
        // The plain keywords since the last that was emitted.
        let mut pending = 0;
        for (at, keyword) in keywords.iter().enumerate() {
            if keyword.arg.is_some() {
                pending += 1;
                continue;
            }
            if pending > 0 {
                self.sub_keywords(keywords.get(at - pending..at).unwrap_or(&[]), loc)?;
                if have_dict {
                    self.op_arg(Opcode::DictMerge, 1, loc);
                }
                have_dict = true;
                pending = 0;
            }
            if !have_dict {
                self.op_arg(Opcode::BuildMap, 0, loc);
                have_dict = true;
            }
            self.expr(&keyword.value)?;
            self.op_arg(Opcode::DictMerge, 1, loc);
        }
        if pending > 0 {
            self.sub_keywords(keywords.get(keywords.len() - pending..).unwrap_or(&[]), loc)?;
            if have_dict {
                self.op_arg(Opcode::DictMerge, 1, loc);
            }
        }
        Ok(())
    }

    /// Emits a run of plain keywords as a dict (`compiler_subkwargs`).
    fn sub_keywords(&mut self, keywords: &'t [Keyword<'a>], loc: Loc) -> Emit {
        let count = keywords.len();
        let is_big = count * 2 > STACK_USE_GUIDELINE;
        if count > 1 && !is_big {
            self.keyword_values(keywords)?;
            let names = self.keyword_tuple(keywords);
            self.load_const(names, loc);
            self.op_arg(Opcode::BuildConstKeyMap, count as u32, loc);
            return Ok(());
        }
        if is_big {
            self.op_arg(Opcode::BuildMap, 0, NO_LOCATION);
        }
        for keyword in keywords {
            self.load_name_constant(keyword.arg.unwrap_or(known::EMPTY), loc);
            self.expr(&keyword.value)?;
            if is_big {
                self.op_arg(Opcode::MapAdd, 1, NO_LOCATION);
            }
        }
        if !is_big {
            self.op_arg(Opcode::BuildMap, count as u32, loc);
        }
        Ok(())
    }
}
