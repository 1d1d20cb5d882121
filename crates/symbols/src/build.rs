//! The first pass: what the source says about each name of each scope.
//!
//! Mirrors the `symtable_visit_…` family of `Python/symtable.c`; the visits stand in its order, since the order decides
//! which error comes first and in which order symbols are listed.

use std::ops::{Index, IndexMut};

use bumpalo::Bump;
use hognose_ast::{Loc, Mod, Name, Names, Stmt, known};
use hognose_version::SymbolRules;
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::error::{Error, ErrorKind};
use crate::mangle::mangle;
use crate::scope::{BlockKind, Directive, Scope, ScopeId, flags};
use crate::{Nesting, Settings};

/// The node that opens a scope, by its place in the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NodeKey(usize);

impl NodeKey {
    /// The key of a node; the node must not move while the table is in use.
    pub fn of<T>(node: &T) -> Self {
        Self(std::ptr::from_ref(node).addr())
    }

    /// The key of a second scope that a node opens, that of a type variable's default.
    pub fn second_of<T>(node: &T) -> Self {
        Self(std::ptr::from_ref(node).addr() + 1)
    }

    /// The key of a list of type parameters, which opens a scope of its own.
    pub fn of_list<T>(list: &[T]) -> Self {
        Self(list.as_ptr().addr())
    }
}

/// Every scope of a module.
#[derive(Debug)]
pub struct Table<'s> {
    scopes: Vec<Scope<'s>>,
    by_node: FxHashMap<NodeKey, ScopeId>,
}

impl Table<'_> {
    /// The module's own scope.
    pub fn top(&self) -> ScopeId {
        ScopeId(0)
    }

    /// The name that `ident` stands for in a scope, inside class `private` (`_Py_MaybeMangle`).
    pub fn mangle(
        &self,
        private: Option<Name>,
        scope: ScopeId,
        ident: Name,
        names: &mut Names,
    ) -> Name {
        match self[scope].mangler {
            Some(mangler) if !self[mangler].mangled_names.contains(&ident) => ident,
            _ => mangle(private, ident, names),
        }
    }

    /// The scope that a node opens.
    pub fn lookup(&self, key: NodeKey) -> Option<ScopeId> {
        self.by_node.get(&key).copied()
    }
}

impl<'s> Index<ScopeId> for Table<'s> {
    type Output = Scope<'s>;

    fn index(&self, id: ScopeId) -> &Scope<'s> {
        &self.scopes[id.index()]
    }
}

impl<'s> IndexMut<ScopeId> for Table<'s> {
    fn index_mut(&mut self, id: ScopeId) -> &mut Scope<'s> {
        &mut self.scopes[id.index()]
    }
}

/// Collects the symbols of a module.
pub(crate) fn collect<'s>(
    module: &Mod,
    names: &mut Names,
    arena: &'s Bump,
    settings: Settings,
) -> Result<Table<'s>, Error> {
    let mut builder = Builder {
        names,
        table: Table {
            scopes: Vec::with_capacity(128),
            by_node: FxHashMap::with_capacity_and_hasher(64, FxBuildHasher),
        },
        arena,
        stack: Vec::new(),
        private: None,
        future_annotations: settings.future_annotations,
        rules: settings.rules,
        classdict_reserved: settings.classdict_reserved,
        nesting: settings.nesting,
    };
    builder.push(known::TOP, BlockKind::Module, None, Loc::default());
    match module {
        Mod::Module(module) => builder.stmts(&*module.body)?,
        Mod::Interactive(module) => builder.stmts(&*module.body)?,
        Mod::Expression(module) => builder.expr(&module.body)?,
    }
    Ok(builder.table)
}

pub(crate) type Visit = Result<(), Error>;

pub(crate) struct Builder<'n, 's> {
    pub names: &'n mut Names,
    pub table: Table<'s>,
    arena: &'s Bump,
    stack: Vec<ScopeId>,
    pub private: Option<Name>,
    pub future_annotations: bool,
    pub rules: SymbolRules,
    pub classdict_reserved: bool,
    pub nesting: Nesting,
}

#[cold]
pub(crate) fn error(kind: ErrorKind, name: Option<Name>, location: Loc) -> Error {
    Error {
        kind,
        name,
        location,
    }
}

impl<'s> Builder<'_, 's> {
    /// The scope being filled.
    pub fn current(&self) -> ScopeId {
        self.stack.last().copied().unwrap_or(ScopeId(0))
    }

    pub fn scope(&mut self) -> &mut Scope<'s> {
        let id = self.current();
        &mut self.table[id]
    }

    /// Opens a scope (`symtable_enter_block`).
    pub fn push(&mut self, name: Name, kind: BlockKind, key: Option<NodeKey>, location: Loc) {
        let mut scope = Scope::new(name, kind, location, self.arena);
        let id = ScopeId(self.table.scopes.len() as u32);
        if let Some(&parent) = self.stack.last() {
            let parent = &mut self.table[parent];
            scope.nested = parent.nested || parent.is_function_like();
            scope.comp_iter_expr = parent.comp_iter_expr;
            if kind != BlockKind::Class {
                scope.mangler = parent.mangler;
            }
            // An annotation that is only kept as text has no part in the analysis.
            if kind != BlockKind::Annotation {
                parent.children.push(id);
            }
        }
        self.table.scopes.push(scope);
        if let Some(key) = key {
            self.table.by_node.insert(key, id);
        }
        self.stack.push(id);
    }

    pub fn pop(&mut self) {
        self.stack.pop();
    }

    /// Counts one level of nesting down; the caller counts it up again when it succeeds.
    pub fn descend(&mut self) -> Visit {
        if self.nesting.descend() {
            Ok(())
        } else {
            Err(error(ErrorKind::Recursion, None, Loc::default()))
        }
    }

    pub fn lookup(&mut self, name: Name) -> u32 {
        let mangled = self.mangle(name);
        self.scope().symbols.get(mangled)
    }

    /// The name that `name` stands for in the current scope.
    fn mangle(&mut self, name: Name) -> Name {
        self.table
            .mangle(self.private, self.current(), name, self.names)
    }

    /// Lets the current scope, of a class's type parameters, mangle nothing but these.
    pub fn mangle_only_type_params(&mut self) {
        let id = self.current();
        self.scope().mangler = Some(id);
    }

    /// Notes a fact about a name in the current scope (`symtable_add_def`).
    pub fn add(&mut self, name: Name, flag: u32, location: Loc) -> Visit {
        self.add_to(self.current(), name, flag, location)
    }

    fn add_to(&mut self, id: ScopeId, name: Name, flag: u32, location: Loc) -> Visit {
        if flag & flags::DEF_TYPE_PARAM != 0
            && let Some(mangler) = self.table[id].mangler
        {
            self.table[mangler].mangled_names.push(name);
        }
        let mangled = self.mangle(name);
        let scope = &mut self.table[id];
        let mut value = scope.symbols.get(mangled);
        if flag & value & flags::DEF_PARAM != 0 {
            return Err(error(ErrorKind::DuplicateArgument, Some(name), location));
        }
        if flag & value & flags::DEF_TYPE_PARAM != 0 {
            return Err(error(ErrorKind::DuplicateTypeParam, Some(name), location));
        }
        value |= flag;
        if scope.comp_iter_target {
            if value & (flags::DEF_GLOBAL | flags::DEF_NONLOCAL) != 0 {
                return Err(error(
                    ErrorKind::InnerLoopRebindsWalrus,
                    Some(name),
                    location,
                ));
            }
            value |= flags::DEF_COMP_ITER;
        }
        scope.symbols.set(mangled, value);
        if flag & flags::DEF_PARAM != 0 {
            scope.varnames.push(mangled);
        } else if flag & flags::DEF_GLOBAL != 0 {
            let top = self.table.top();
            let symbols = &mut self.table[top].symbols;
            symbols.set(mangled, symbols.get(mangled) | flag);
        }
        Ok(())
    }

    pub fn record_directive(&mut self, name: Name, location: Loc) {
        let name = self.mangle(name);
        self.scope().directives.push(Directive { name, location });
    }

    pub fn stmts(&mut self, stmts: &[Stmt]) -> Visit {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    /// Finds where an assignment expression in a comprehension binds (`symtable_extend_namedexpr_scope`).
    pub fn extend_named_expr_scope(&mut self, name: Name, location: Loc) -> Visit {
        for at in (0..self.stack.len()).rev() {
            let id = self.stack[at];
            let target = match self.rules {
                SymbolRules::Annotations312 => name,
                SymbolRules::Annotations313 => {
                    self.table.mangle(self.private, id, name, self.names)
                }
            };
            let scope = &self.table[id];
            if scope.comprehension.is_some() {
                let in_scope = scope.symbols.get(target);
                if in_scope & flags::DEF_COMP_ITER != 0 && in_scope & flags::DEF_LOCAL != 0 {
                    return Err(error(
                        ErrorKind::WalrusRebindsIteration,
                        Some(name),
                        location,
                    ));
                }
                continue;
            }
            let refused = match scope.kind {
                BlockKind::Function => {
                    let declared = scope.symbols.get(target) & flags::DEF_GLOBAL != 0;
                    let flag = if declared {
                        flags::DEF_GLOBAL
                    } else {
                        flags::DEF_NONLOCAL
                    };
                    self.add(name, flag, location)?;
                    self.record_directive(name, location);
                    return self.add_to(id, name, flags::DEF_LOCAL, location);
                }
                BlockKind::Module => {
                    self.add(name, flags::DEF_GLOBAL, location)?;
                    self.record_directive(name, location);
                    return self.add_to(id, name, flags::DEF_GLOBAL, location);
                }
                BlockKind::Class => ErrorKind::WalrusInClass,
                BlockKind::TypeParams => ErrorKind::WalrusInTypeParams,
                BlockKind::TypeAlias => ErrorKind::WalrusInTypeAlias,
                BlockKind::TypeVariable(_) => ErrorKind::WalrusInTypeVarBound,
                // Not run, so what it binds does not matter; the search goes on as in CPython.
                BlockKind::Annotation => continue,
            };
            return Err(error(refused, None, location));
        }
        Ok(())
    }
}
