//! `match`: structural pattern matching (PEP 634).
//!
//! Every method here consumes the subject on top of the stack and jumps to a block that cleans the stack when the
//! subject does not match. `on_top` counts what must stay on top of the stack meanwhile; captured values wait below it
//! and are stored only when the whole pattern has matched.

use hognose_ast::{
    CmpOp, Constant, Expr, ExprContext, Match, MatchAs, MatchClass, MatchMapping, MatchOr,
    MatchSequence, MatchSingleton, Name, Pattern, repr,
};
use hognose_bytecode::Opcode;

use super::{Emit, Emitter};
use crate::ir::{Label, Loc, NO_LOCATION};
use crate::optimise::equal;

/// What is known while one pattern is emitted (`pattern_context`).
#[derive(Default)]
struct Context {
    /// The names captured so far; their values are on the stack.
    stores: Vec<Name>,
    /// Whether a pattern may match everything here.
    allow_irrefutable: bool,
    /// `fail_pop[n]` pops `n` values and fails.
    fail_pop: Vec<Label>,
    on_top: usize,
}

impl<'t, 'a> Emitter<'t, 'a> {
    pub(super) fn match_(&mut self, node: &'t Match<'a>) -> Emit {
        self.expr(&node.subject)?;
        let end = self.new_label();
        let count = node.cases.len();
        // A last `case _` needs no copy of the subject.
        let has_default = count > 1
            && node
                .cases
                .last()
                .is_some_and(|case| is_wildcard(&case.pattern));
        let tested = count - usize::from(has_default);
        for (at, case) in node.cases.iter().enumerate().take(tested) {
            let loc = Loc::from(case.pattern.loc());
            let is_last_test = at + 1 == tested;
            if !is_last_test {
                self.op_arg(Opcode::Copy, 1, loc);
            }
            let mut context = Context {
                allow_irrefutable: case.guard.is_some() || at + 1 == count,
                ..Context::default()
            };
            self.pattern(&case.pattern, &mut context)?;
            for name in std::mem::take(&mut context.stores) {
                self.store_name(name, loc)?;
            }
            if let Some(guard) = &case.guard {
                let fail = self.fail_label(&mut context, 0);
                self.jump_if(guard, fail, false)?;
            }
            if !is_last_test {
                self.op(Opcode::PopTop, loc);
            }
            self.stmts(&*case.body)?;
            self.jump(Opcode::Jump, end, NO_LOCATION);
            // The line of the pattern that failed, not of the body's end.
            self.emit_fail_pops(&mut context, loc);
        }
        if has_default && let Some(case) = node.cases.last() {
            let loc = Loc::from(case.pattern.loc());
            self.op(Opcode::Nop, loc);
            if let Some(guard) = &case.guard {
                self.jump_if(guard, end, false)?;
            }
            self.stmts(&*case.body)?;
        }
        self.use_label(end);
        Ok(())
    }

    fn pattern(&mut self, pattern: &'t Pattern<'a>, context: &mut Context) -> Emit {
        let loc = Loc::from(pattern.loc());
        match pattern {
            Pattern::MatchValue(node) => {
                if !matches!(node.value, Expr::Constant(_) | Expr::Attribute(_)) {
                    return self.error(
                        "patterns may only match literals and attribute lookups",
                        loc,
                    );
                }
                self.expr(&node.value)?;
                self.compare_op(CmpOp::Eq, loc);
                self.make_bool(loc);
                self.jump_to_fail(context, Opcode::PopJumpIfFalse, loc);
                Ok(())
            }
            Pattern::MatchSingleton(node) => {
                self.singleton(node, context, loc);
                Ok(())
            }
            Pattern::MatchSequence(node) => self.sequence_pattern(node, context, loc),
            Pattern::MatchMapping(node) => self.mapping_pattern(node, context, loc),
            Pattern::MatchClass(node) => self.class_pattern(node, context, loc),
            Pattern::MatchStar(node) => self.capture(node.name, context, loc),
            Pattern::MatchAs(node) => self.as_pattern(node, context, loc),
            Pattern::MatchOr(node) => self.or_pattern(node, context, loc),
        }
    }

    fn subpattern(&mut self, pattern: &'t Pattern<'a>, context: &mut Context) -> Emit {
        let allowed = std::mem::replace(&mut context.allow_irrefutable, true);
        self.pattern(pattern, context)?;
        context.allow_irrefutable = allowed;
        Ok(())
    }

    /// The label that pops `count` values and fails (`ensure_fail_pop`).
    fn fail_label(&mut self, context: &mut Context, count: usize) -> Label {
        while context.fail_pop.len() <= count {
            let label = self.new_label();
            context.fail_pop.push(label);
        }
        context
            .fail_pop
            .get(count)
            .copied()
            .unwrap_or(super::block::NO_LABEL)
    }

    fn jump_to_fail(&mut self, context: &mut Context, op: Opcode, loc: Loc) {
        let count = context.on_top + context.stores.len();
        let label = self.fail_label(context, count);
        self.jump(op, label, loc);
    }

    /// Places the failing labels, each popping one value less (`emit_and_reset_fail_pop`).
    fn emit_fail_pops(&mut self, context: &mut Context, loc: Loc) {
        let labels = std::mem::take(&mut context.fail_pop);
        for (at, label) in labels.into_iter().enumerate().rev() {
            self.use_label(label);
            if at > 0 {
                self.op(Opcode::PopTop, loc);
            }
        }
    }

    /// Moves the top of the stack below `count - 1` other values.
    fn rotate(&mut self, count: usize, loc: Loc) {
        for depth in (2..=count).rev() {
            self.op_arg(Opcode::Swap, depth as u32, loc);
        }
    }

    /// Puts the subject away to be stored in a name, or drops it (`pattern_helper_store_name`).
    fn capture(&mut self, name: Option<Name>, context: &mut Context, loc: Loc) -> Emit {
        let Some(name) = name else {
            self.op(Opcode::PopTop, loc);
            return Ok(());
        };
        self.check_name(name, ExprContext::Store, loc)?;
        if context.stores.contains(&name) {
            return self.duplicate_store(name, loc);
        }
        self.rotate(context.on_top + context.stores.len() + 1, loc);
        context.stores.push(name);
        Ok(())
    }

    #[cold]
    fn duplicate_store(&self, name: Name, loc: Loc) -> Emit {
        let message = format!(
            "multiple assignments to name '{}' in pattern",
            self.names.get(name)
        );
        self.error(message, loc)
    }

    fn singleton(&mut self, node: &MatchSingleton<'a>, context: &mut Context, loc: Loc) {
        self.load_const(node.value, loc);
        self.compare_op(CmpOp::Is, loc);
        self.jump_to_fail(context, Opcode::PopJumpIfFalse, loc);
    }

    fn as_pattern(&mut self, node: &'t MatchAs<'a>, context: &mut Context, loc: Loc) -> Emit {
        let Some(inner) = &node.pattern else {
            if !context.allow_irrefutable {
                let message = match node.name {
                    Some(name) => format!(
                        "name capture '{}' makes remaining patterns unreachable",
                        self.names.get(name)
                    ),
                    None => "wildcard makes remaining patterns unreachable".to_owned(),
                };
                return self.error(message, loc);
            }
            return self.capture(node.name, context, loc);
        };
        context.on_top += 1;
        self.op_arg(Opcode::Copy, 1, loc);
        self.pattern(inner, context)?;
        context.on_top -= 1;
        self.capture(node.name, context, loc)
    }

    fn sequence_pattern(
        &mut self,
        node: &'t MatchSequence<'a>,
        context: &mut Context,
        loc: Loc,
    ) -> Emit {
        let patterns = &*node.patterns;
        let count = patterns.len();
        let mut star = None;
        let mut only_wildcards = true;
        let mut star_is_wildcard = false;
        for (at, pattern) in patterns.iter().enumerate() {
            if let Pattern::MatchStar(starred) = pattern {
                if star.is_some() {
                    return self.error("multiple starred names in sequence pattern", loc);
                }
                star_is_wildcard = starred.name.is_none();
                only_wildcards &= star_is_wildcard;
                star = Some(at);
            } else {
                only_wildcards &= is_wildcard(pattern);
            }
        }
        context.on_top += 1;
        self.op(Opcode::MatchSequence, loc);
        self.jump_to_fail(context, Opcode::PopJumpIfFalse, loc);
        let length = match star {
            None => Some((count, CmpOp::Eq)),
            Some(_) if count > 1 => Some((count - 1, CmpOp::GtE)),
            Some(_) => None,
        };
        if let Some((length, op)) = length {
            self.op(Opcode::GetLen, loc);
            self.load_count(length, loc);
            self.compare_op(op, loc);
            self.jump_to_fail(context, Opcode::PopJumpIfFalse, loc);
        }
        context.on_top -= 1;
        if only_wildcards {
            self.op(Opcode::PopTop, loc);
            return Ok(());
        }
        match star {
            Some(star) if star_is_wildcard => self.pick_items(patterns, star, context, loc),
            _ => self.unpack_items(patterns, context, loc),
        }
    }

    /// Unpacks a sequence to its subpatterns (`pattern_helper_sequence_unpack`).
    fn unpack_items(
        &mut self,
        patterns: &'t [Pattern<'a>],
        context: &mut Context,
        loc: Loc,
    ) -> Emit {
        let count = patterns.len();
        match patterns
            .iter()
            .position(|pattern| matches!(pattern, Pattern::MatchStar(_)))
        {
            Some(before) => {
                let after = count - before - 1;
                if before >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                    return self.error(
                        "too many expressions in star-unpacking sequence pattern",
                        loc,
                    );
                }
                self.op_arg(Opcode::UnpackEx, (before + (after << 8)) as u32, loc);
            }
            None => self.op_arg(Opcode::UnpackSequence, count as u32, loc),
        }
        context.on_top += count;
        for pattern in patterns {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        Ok(())
    }

    /// Takes items by index, where a star takes the others for nothing (`pattern_helper_sequence_subscr`).
    fn pick_items(
        &mut self,
        patterns: &'t [Pattern<'a>],
        star: usize,
        context: &mut Context,
        loc: Loc,
    ) -> Emit {
        context.on_top += 1;
        for (at, pattern) in patterns.iter().enumerate() {
            if at == star || is_wildcard(pattern) {
                continue;
            }
            self.op_arg(Opcode::Copy, 1, loc);
            if at < star {
                self.load_count(at, loc);
            } else {
                // The subject need not know negative indices.
                self.op(Opcode::GetLen, loc);
                self.load_count(patterns.len() - at, loc);
                self.subtract(loc);
            }
            self.op(Opcode::BinarySubscr, loc);
            self.subpattern(pattern, context)?;
        }
        context.on_top -= 1;
        self.op(Opcode::PopTop, loc);
        Ok(())
    }

    fn class_pattern(&mut self, node: &'t MatchClass<'a>, context: &mut Context, loc: Loc) -> Emit {
        self.validate_attributes(node)?;
        self.expr(&node.cls)?;
        let attributes = self.names_constant(node.kwd_attrs.iter().copied());
        let positional = node.patterns.len();
        let count = positional + node.kwd_attrs.len();
        self.load_const(attributes, loc);
        self.op_arg(Opcode::MatchClass, positional as u32, loc);
        self.op_arg(Opcode::Copy, 1, loc);
        self.load_const(Constant::None, loc);
        self.op_arg(Opcode::IsOp, 1, loc);
        context.on_top += 1;
        self.jump_to_fail(context, Opcode::PopJumpIfFalse, loc);
        self.op_arg(Opcode::UnpackSequence, count as u32, loc);
        context.on_top += count;
        context.on_top -= 1;
        for pattern in node.patterns.iter().chain(node.kwd_patterns.iter()) {
            context.on_top -= 1;
            if is_wildcard(pattern) {
                self.op(Opcode::PopTop, loc);
            } else {
                self.subpattern(pattern, context)?;
            }
        }
        Ok(())
    }

    fn validate_attributes(&self, node: &MatchClass) -> Emit {
        let places = || {
            node.kwd_patterns
                .iter()
                .map(|pattern| Loc::from(pattern.loc()))
        };
        for (at, (&attribute, loc)) in node.kwd_attrs.iter().zip(places()).enumerate() {
            self.check_name(attribute, ExprContext::Store, loc)?;
            let mut others = node.kwd_attrs.iter().zip(places()).skip(at + 1);
            if let Some((_, loc)) = others.find(|(other, _)| **other == attribute) {
                let message = format!(
                    "attribute name repeated in class pattern: {}",
                    self.names.get(attribute)
                );
                return self.error(message, loc);
            }
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        node: &'t MatchMapping<'a>,
        context: &mut Context,
        loc: Loc,
    ) -> Emit {
        let count = node.keys.len();
        context.on_top += 1;
        self.op(Opcode::MatchMapping, loc);
        self.jump_to_fail(context, Opcode::PopJumpIfFalse, loc);
        if count == 0 && node.rest.is_none() {
            context.on_top -= 1;
            self.op(Opcode::PopTop, loc);
            return Ok(());
        }
        if count > 0 {
            self.op(Opcode::GetLen, loc);
            self.load_count(count, loc);
            self.compare_op(CmpOp::GtE, loc);
            self.jump_to_fail(context, Opcode::PopJumpIfFalse, loc);
        }
        self.mapping_keys(node, loc)?;
        self.op_arg(Opcode::BuildTuple, count as u32, loc);
        self.op(Opcode::MatchKeys, loc);
        context.on_top += 2;
        self.op_arg(Opcode::Copy, 1, loc);
        self.load_const(Constant::None, loc);
        self.op_arg(Opcode::IsOp, 1, loc);
        self.jump_to_fail(context, Opcode::PopJumpIfFalse, loc);
        self.op_arg(Opcode::UnpackSequence, count as u32, loc);
        context.on_top += count;
        context.on_top -= 1;
        for pattern in node.patterns.iter() {
            context.on_top -= 1;
            self.subpattern(pattern, context)?;
        }
        context.on_top -= 2;
        let Some(rest) = node.rest else {
            self.op(Opcode::PopTop, loc);
            self.op(Opcode::PopTop, loc);
            return Ok(());
        };
        // A copy of the subject without the keys that matched.
        self.op_arg(Opcode::BuildMap, 0, loc);
        self.op_arg(Opcode::Swap, 3, loc);
        self.op_arg(Opcode::DictUpdate, 2, loc);
        self.op_arg(Opcode::UnpackSequence, count as u32, loc);
        for left in (1..=count).rev() {
            self.op_arg(Opcode::Copy, left as u32 + 1, loc);
            self.op_arg(Opcode::Swap, 2, loc);
            self.op(Opcode::DeleteSubscr, loc);
        }
        self.capture(Some(rest), context, loc)
    }

    fn mapping_keys(&mut self, node: &'t MatchMapping<'a>, loc: Loc) -> Emit {
        let mut seen: Vec<Constant<'a>> = Vec::new();
        for key in node.keys.iter() {
            match key {
                Expr::Constant(constant) => {
                    if seen.iter().any(|other| equal(other, &constant.value)) {
                        let mut shown = String::new();
                        repr::write_repr(&mut shown, &constant.value);
                        let message = format!("mapping pattern checks duplicate key ({shown})");
                        return self.error(message, loc);
                    }
                    seen.push(constant.value);
                }
                Expr::Attribute(_) => {}
                _ => {
                    return self.error(
                        "mapping pattern keys may only match literals and attribute lookups",
                        loc,
                    );
                }
            }
            self.expr(key)?;
        }
        Ok(())
    }

    fn or_pattern(&mut self, node: &'t MatchOr<'a>, context: &mut Context, loc: Loc) -> Emit {
        let end = self.new_label();
        let count = node.patterns.len();
        // The names of the first alternative, in order; the others must bind the same.
        let mut control: Vec<Name> = Vec::new();
        for (at, alternative) in node.patterns.iter().enumerate() {
            let alternative_loc = Loc::from(alternative.loc());
            let mut inner = Context {
                allow_irrefutable: at + 1 == count && context.allow_irrefutable,
                ..Context::default()
            };
            self.op_arg(Opcode::Copy, 1, alternative_loc);
            self.pattern(alternative, &mut inner)?;
            if at == 0 {
                control.clone_from(&inner.stores);
            } else if !self.reorder_captures(&control, &mut inner.stores, alternative_loc) {
                return self.error("alternative patterns bind different names", loc);
            }
            self.jump(Opcode::Jump, end, alternative_loc);
            self.emit_fail_pops(&mut inner, alternative_loc);
        }
        // No alternative matched: drop the last copy of the subject.
        self.op(Opcode::PopTop, loc);
        self.jump_to_fail(context, Opcode::Jump, loc);
        self.use_label(end);
        let rotations = control.len() + 1 + context.on_top + context.stores.len();
        for name in control {
            self.rotate(rotations, loc);
            if context.stores.contains(&name) {
                return self.duplicate_store(name, loc);
            }
            context.stores.push(name);
        }
        self.op(Opcode::PopTop, loc);
        Ok(())
    }

    /// Brings the captures of an alternative into the order of the first one; false when the names differ.
    fn reorder_captures(&mut self, control: &[Name], stores: &mut [Name], loc: Loc) -> bool {
        if stores.len() != control.len() {
            return false;
        }
        for (wanted, name) in control.iter().enumerate().rev() {
            let Some(found) = stores.iter().position(|store| store == name) else {
                return false;
            };
            if found == wanted {
                continue;
            }
            // On the list and on the stack alike, the first `found + 1` move behind `wanted`.
            let rotations = found + 1;
            if let Some(front) = stores.get_mut(..=wanted) {
                front.rotate_left(rotations);
            }
            for _ in 0..rotations {
                self.rotate(wanted + 1, loc);
            }
        }
        true
    }
}

/// Whether a pattern is `_`, or anything else that only a missing name makes (`WILDCARD_CHECK`).
fn is_wildcard(pattern: &Pattern) -> bool {
    matches!(pattern, Pattern::MatchAs(node) if node.name.is_none())
}
