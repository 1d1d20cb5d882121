//! The second pass: every name of every scope becomes local, global, free or cell.
//!
//! Mirrors `analyze_block` and its helpers of `Python/symtable.c`. Where CPython copies three sets for each child, here is
//! one table of what is known of each name, changed on the way in and back again on the way out; a child hands back the
//! free names it adds.

use hognose_ast::Name;
use hognose_version::SymbolRules;
use rustc_hash::FxHashSet;

use crate::build::Table;
use crate::error::{Error, ErrorKind};
use crate::scope::{BlockKind, ComprehensionKind, Resolution, Scope, ScopeId, flags};
use hognose_ast::known;

type NameSet = FxHashSet<Name>;

/// The name is bound in an enclosing function.
const BOUND: u8 = 1;
/// The name is declared global around.
const GLOBAL: u8 = 2;
/// The name is a type parameter around.
const TYPE_PARAM: u8 = 4;

/// The names visible to a scope from outside.
#[derive(Default)]
struct Outer {
    /// What is known of each name, by its number.
    known: Vec<u8>,
    /// What names were before they were changed, the last change last.
    undo: Vec<(Name, u8)>,
}

impl Outer {
    fn is(&self, name: Name, flag: u8) -> bool {
        self.of(name) & flag != 0
    }

    fn of(&self, name: Name) -> u8 {
        self.known.get(name.0 as usize).copied().unwrap_or(0)
    }

    fn set(&mut self, name: Name, flags: u8) {
        let index = name.0 as usize;
        if index >= self.known.len() {
            self.known.resize(index + 1, 0);
        }
        if let Some(slot) = self.known.get_mut(index)
            && *slot != flags
        {
            self.undo.push((name, *slot));
            *slot = flags;
        }
    }

    /// Makes visible what the children of a scope see of it; gives the place to go back to.
    fn enter(&mut self, scope: &Scope<'_>) -> usize {
        let before = self.undo.len();
        let is_class = scope.kind == BlockKind::Class;
        let function_like = scope.is_function_like();
        for (name, symbol) in scope.symbols.iter() {
            let old = self.of(name);
            let mut new = old;
            match Resolution::of(symbol) {
                Resolution::GlobalExplicit if symbol & flags::DEF_GLOBAL != 0 && !is_class => {
                    new = (old | GLOBAL) & !BOUND;
                }
                Resolution::Local => {
                    if !is_class {
                        new &= !GLOBAL;
                    }
                    if function_like {
                        new |= BOUND;
                    }
                    if symbol & flags::DEF_TYPE_PARAM != 0 {
                        new |= TYPE_PARAM;
                    } else {
                        new &= !TYPE_PARAM;
                    }
                }
                _ => {}
            }
            if new != old {
                self.set(name, new);
            }
        }
        if is_class {
            for name in [known::CLASS, known::CLASSDICT] {
                self.set(name, self.of(name) | BOUND);
            }
        }
        before
    }

    /// Undoes everything since [`Outer::enter`].
    fn leave(&mut self, before: usize) {
        for (name, flags) in self.undo.drain(before..).rev() {
            if let Some(slot) = self.known.get_mut(name.0 as usize) {
                *slot = flags;
            }
        }
    }
}

/// Resolves every name of the table (`symtable_analyze`).
pub(crate) fn analyse(table: &mut Table<'_>, rules: SymbolRules) -> Result<(), Error> {
    analyse_block(table, rules, table.top(), &mut Outer::default(), None).map(drop)
}

/// What is gathered while one scope and its children are analysed.
#[derive(Default)]
struct Block {
    /// Names free in the scope or below it, as its parent will see them.
    free: NameSet,
    inlined_cells: NameSet,
}

/// Resolves one scope and those below; returns the names free in it.
fn analyse_block(
    table: &mut Table<'_>,
    rules: SymbolRules,
    id: ScopeId,
    outer: &mut Outer,
    class_entry: Option<ScopeId>,
) -> Result<NameSet, Error> {
    let has_children = !table[id].children.is_empty();
    let kind = table[id].kind;
    let is_class = kind == BlockKind::Class;
    let function_like = table[id].is_function_like();

    let mut block = Block::default();
    for at in 0..table[id].symbols.len() {
        let (name, symbol) = table[id].symbols.entry(at);
        let resolution = resolve(table, id, outer, class_entry, name, symbol)?;
        if resolution == Resolution::Free {
            block.free.insert(name);
        }
        table[id].symbols.set_entry(at, symbol | resolution.bits());
    }
    let mut newfree = NameSet::default();
    if has_children {
        let before = outer.enter(&table[id]);
        analyse_children(
            table,
            rules,
            id,
            outer,
            class_entry,
            &mut block,
            &mut newfree,
        )?;
        outer.leave(before);
    }

    if function_like {
        mark_cells(table, id, &block, &mut newfree);
    } else if is_class {
        // `drop_class_free`: the class itself provides these two.
        let scope = &mut table[id];
        scope.needs_class_closure |= newfree.remove(&known::CLASS);
        scope.needs_classdict |= newfree.remove(&known::CLASSDICT);
    }
    update_symbols(table, id, outer, &block, &newfree);
    if block.free.is_empty() {
        return Ok(newfree);
    }
    block.free.extend(newfree);
    Ok(block.free)
}

/// Decides how one name is found (`analyze_name`).
fn resolve(
    table: &mut Table<'_>,
    id: ScopeId,
    outer: &Outer,
    class_entry: Option<ScopeId>,
    name: Name,
    symbol: u32,
) -> Result<Resolution, Error> {
    if symbol & flags::DEF_GLOBAL != 0 {
        if symbol & flags::DEF_NONLOCAL != 0 {
            return Err(at_directive(table, id, name, ErrorKind::NonlocalAndGlobal));
        }
        return Ok(Resolution::GlobalExplicit);
    }
    let is_bound = outer.is(name, BOUND);
    if symbol & flags::DEF_NONLOCAL != 0 {
        let kind = if id == table.top() {
            ErrorKind::NonlocalAtModule
        } else if !is_bound {
            ErrorKind::NoBindingForNonlocal
        } else if outer.is(name, TYPE_PARAM) {
            ErrorKind::NonlocalTypeParam
        } else {
            table[id].has_free = true;
            return Ok(Resolution::Free);
        };
        return Err(at_directive(table, id, name, kind));
    }
    if symbol & flags::DEF_BOUND != 0 {
        return Ok(Resolution::Local);
    }
    // An annotation scope in a class looks names up in the class and then globally, whatever functions are around.
    if let Some(class) = class_entry {
        let in_class = table[class].symbols.get(name);
        if in_class & flags::DEF_GLOBAL != 0 {
            return Ok(Resolution::GlobalExplicit);
        }
        if in_class & flags::DEF_BOUND != 0 && in_class & flags::DEF_NONLOCAL == 0 {
            return Ok(Resolution::GlobalImplicit);
        }
    }
    if is_bound {
        table[id].has_free = true;
        return Ok(Resolution::Free);
    }
    if !outer.is(name, GLOBAL) && table[id].nested {
        table[id].has_free = true;
    }
    Ok(Resolution::GlobalImplicit)
}

#[cold]
fn at_directive(table: &Table<'_>, id: ScopeId, name: Name, kind: ErrorKind) -> Error {
    let scope = &table[id];
    let location = scope
        .directives
        .iter()
        .find(|directive| directive.name == name)
        .map_or(scope.location, |directive| directive.location);
    Error {
        kind,
        name: Some(name),
        location,
    }
}

fn analyse_children(
    table: &mut Table<'_>,
    rules: SymbolRules,
    id: ScopeId,
    inner: &mut Outer,
    class_entry: Option<ScopeId>,
    block: &mut Block,
    newfree: &mut NameSet,
) -> Result<(), Error> {
    let is_class = table[id].kind == BlockKind::Class;
    let mut any_inlined = false;
    for at in 0..table[id].children.len() {
        let child = table[id].children[at];
        let new_class_entry = if !table[child].can_see_class_scope {
            None
        } else if is_class {
            Some(id)
        } else {
            class_entry
        };
        let inlines = table[child]
            .comprehension
            .is_some_and(|kind| kind != ComprehensionKind::Generator)
            && !table[child].generator
            && !table[id].can_see_class_scope;
        let mut child_free = analyse_block(table, rules, child, inner, new_class_entry)?;
        if inlines {
            inline_comprehension(table, rules, id, child, block, &mut child_free);
            table[child].inlined = true;
            any_inlined = true;
        }
        if newfree.is_empty() {
            *newfree = child_free;
        } else {
            newfree.extend(child_free);
        }
        if table[child].has_free || table[child].has_child_free {
            table[id].has_child_free = true;
        }
    }
    if any_inlined {
        splice_inlined(table, id);
    }
    Ok(())
}

/// Moves the names of an inlined comprehension into the scope around it (`inline_comprehension`).
fn inline_comprehension(
    table: &mut Table<'_>,
    rules: SymbolRules,
    id: ScopeId,
    comp: ScopeId,
    block: &mut Block,
    comp_free: &mut NameSet,
) {
    let is_class = table[id].kind == BlockKind::Class;
    let mut sees_class = false;
    for at in 0..table[comp].symbols.len() {
        let (name, symbol) = table[comp].symbols.entry(at);
        if symbol & flags::DEF_PARAM != 0 {
            continue;
        }
        let mut resolution = Resolution::of(symbol);
        if rules == SymbolRules::Annotations313
            && resolution == Resolution::Free
            && is_class
            && name == known::CLASS
        {
            // `__class__` is never free through a class.
            resolution = Resolution::GlobalImplicit;
            comp_free.remove(&name);
            sees_class = true;
        }
        let only_flags = symbol & ((1 << flags::SCOPE_OFFSET) - 1);
        if resolution == Resolution::Cell || only_flags & flags::DEF_COMP_CELL != 0 {
            block.inlined_cells.insert(name);
        }
        if !table[id].symbols.contains(name) {
            table[id].symbols.set(name, only_flags | resolution.bits());
        } else if table[id].symbols.get(name) & flags::DEF_BOUND != 0
            && table[id].kind != BlockKind::Class
            && !is_free_in_any_child(table, comp, name)
        {
            // What was free in the comprehension is now simply local, as no function inside captures it.
            comp_free.remove(&name);
        }
    }
    if rules == SymbolRules::Annotations313 {
        table[comp].has_free = !comp_free.is_empty();
        if sees_class {
            table[comp].symbols.remove(known::CLASS);
        }
    }
}

fn is_free_in_any_child(table: &Table<'_>, id: ScopeId, name: Name) -> bool {
    table[id]
        .children
        .iter()
        .any(|&child| table[child].resolution(name) == Resolution::Free)
}

/// Replaces each inlined comprehension by its own children.
fn splice_inlined(table: &mut Table<'_>, id: ScopeId) {
    let mut spliced = Vec::with_capacity(table[id].children.len());
    for &child in &table[id].children {
        if table[child].inlined {
            spliced.extend_from_slice(&table[child].children);
        } else {
            spliced.push(child);
        }
    }
    let children = &mut table[id].children;
    children.clear();
    children.extend_from_slice(&spliced);
}

/// Turns captured locals into cells (`analyze_cells`).
fn mark_cells(table: &mut Table<'_>, id: ScopeId, block: &Block, newfree: &mut NameSet) {
    if newfree.is_empty() && block.inlined_cells.is_empty() {
        return;
    }
    let symbols = &mut table[id].symbols;
    for at in 0..symbols.len() {
        let (name, symbol) = symbols.entry(at);
        if Resolution::of(symbol) == Resolution::Local
            && (newfree.contains(&name) || block.inlined_cells.contains(&name))
        {
            let facts = symbol & ((1 << flags::SCOPE_OFFSET) - 1);
            symbols.set_entry(at, facts | Resolution::Cell.bits());
            newfree.remove(&name);
        }
    }
}

/// Marks inlined cells and lets free names pass through (`update_symbols`).
fn update_symbols(
    table: &mut Table<'_>,
    id: ScopeId,
    outer: &Outer,
    block: &Block,
    newfree: &NameSet,
) {
    let table_top = table.top();
    let scope = &mut table[id];
    let class_like = scope.kind == BlockKind::Class || scope.can_see_class_scope;
    for &name in &block.inlined_cells {
        let symbol = scope.symbols.get(name) | flags::DEF_COMP_CELL;
        scope.symbols.set(name, symbol);
    }
    // CPython walks a hash set here; any order will do, as cells and free variables are sorted by name later.
    if newfree.is_empty() {
        return;
    }
    let mut passing: Vec<Name> = newfree.iter().copied().collect();
    passing.sort_unstable_by_key(|name| name.0);
    for name in passing {
        if scope.symbols.contains(name) {
            if class_like {
                let symbol = scope.symbols.get(name) | flags::DEF_FREE_CLASS;
                scope.symbols.set(name, symbol);
            }
        } else if id == table_top || outer.is(name, BOUND) {
            scope.symbols.set(name, Resolution::Free.bits());
        }
    }
}
