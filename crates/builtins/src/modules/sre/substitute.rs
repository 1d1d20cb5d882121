//! `sub`, `subn` and the templates they fill.

use super::matches::{Match, new_match};
use super::pattern::{Mode, Run, Subject, this};
use super::type_named;
use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::tuple::List;
use hognose_object::{
    Args, Layout, PyResult, Rt, Signature, Str, StrExt, TypeSpec, Value, type_flags,
};

pub(super) static TEMPLATE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    ..TypeSpec::new("_sre.SRE_Template", Layout::Native(kinds::SRE_TEMPLATE))
};

/// The payload of compiled templates: literal text, then groups each followed by literal text.
pub(super) struct Template {
    literal: Value,
    items: Vec<(usize, Value)>,
}

impl Payload for Template {
    const KIND: Kind = kinds::SRE_TEMPLATE;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.literal.trace(visitor);
        for (_, text) in &self.items {
            text.trace(visitor);
        }
    }
}

/// `_sre.template(pattern, [literal, group, literal, …])`.
pub(super) fn template(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    let given = rt.positional("template", args, 2, 2)?;
    let invalid = || rt.type_error("invalid template");
    let list = given[1].downcast_ref::<List>().ok_or_else(invalid)?;
    let row = list.snapshot();
    let (literal, rest) = row.split_first().ok_or_else(invalid)?;
    let mut items = Vec::with_capacity(rest.len() / 2);
    for pair in rest.chunks(2) {
        let [group, text] = pair else {
            return Err(invalid());
        };
        let group = usize::try_from(rt.index_i64(group)?).map_err(|_| invalid())?;
        items.push((group, text.clone()));
    }
    let made = Template {
        literal: literal.clone(),
        items,
    };
    let ty = type_named(rt, |t| &t.template)?;
    Ok(rt.alloc(&ty, made).into_value())
}

/// What `re._compile_template` makes of a template.
pub(super) fn compile_template(rt: &Rt, pattern: &Value, template: &Value) -> PyResult {
    let compile = crate::modules::attribute(rt, "re", "_compile_template")?;
    rt.call(&compile, &[pattern.clone(), template.clone()])
}

/// The template filled with a match's groups (`expand_template`).
pub(super) fn expand(rt: &Rt, template: &Value, found: &Match) -> PyResult {
    let Some(template) = template.downcast_ref::<Template>() else {
        return Err(rt.type_error("invalid template"));
    };
    if template.items.is_empty() {
        return Ok(template.literal.clone());
    }
    let mut parts = vec![template.literal.clone()];
    for (group, text) in &template.items {
        if *group > found.pattern.groups {
            return Err(rt.index_error("invalid group reference"));
        }
        let part = found.slice(rt, *group, Value::NONE);
        if !part.is_none() {
            parts.push(part);
        }
        parts.push(text.clone());
    }
    Subject::new(rt, &found.pattern, &found.string)?.join(rt, parts)
}

/// Whether the replacement is used as it is, having no backslash.
fn is_literal(rt: &Rt, replacement: &Value) -> bool {
    if let Some(text) = replacement.downcast_ref::<Str>() {
        return !text.codes().any(|c| c == u32::from('\\'));
    }
    match rt.buffer_bytes(replacement) {
        Some(Ok(bytes)) => !bytes.contains(&b'\\'),
        _ => false,
    }
}

enum Filler {
    Literal(Value),
    Template(Value),
    Function(Value),
}

pub(super) fn sub(rt: &Rt, value: &Value, args: &Args<'_>, function: &'static str) -> PyResult {
    let signature = Signature {
        function,
        params: &["repl", "string", "count"],
        positional_only: 0,
        positional: 3,
        required: 2,
    };
    let pattern = this(rt, value)?;
    let [replacement, string, most] = rt.bind(&signature, args)?;
    let replacement = replacement.cloned().unwrap_or(Value::NONE);
    let string = string.cloned().unwrap_or(Value::NONE);
    let most = match most {
        Some(v) => rt.index_i64(v)?,
        None => 0,
    };
    let filler = if rt.type_of(&replacement).slots.call.get().is_some() {
        Filler::Function(replacement)
    } else if is_literal(rt, &replacement) {
        Filler::Literal(replacement)
    } else {
        let template = compile_template(rt, value, &replacement)?;
        match template.downcast_ref::<Template>() {
            Some(t) if t.items.is_empty() => Filler::Literal(t.literal.clone()),
            _ => Filler::Template(template),
        }
    };
    let mut run = Run::new(rt, pattern, &string, 0, i64::MAX)?;
    let endpos = run.end;
    let (mut parts, mut last, mut count) = (Vec::new(), 0, 0);
    while most == 0 || count < most {
        let Some(found) = run.next(rt, pattern, Mode::Search)? else {
            break;
        };
        let (start, end) = (found.start, found.end);
        if last < start {
            parts.push(run.subject.slice(rt, last, start));
        }
        let made = match &filler {
            Filler::Literal(text) => text.clone(),
            Filler::Template(template) => {
                let found = new_match(rt, pattern, &string, 0, endpos, found)?;
                match found.downcast_ref::<Match>() {
                    Some(found) => expand(rt, template, found)?,
                    None => Value::NONE,
                }
            }
            Filler::Function(function) => {
                let found = new_match(rt, pattern, &string, 0, endpos, found)?;
                rt.call(function, &[found])?
            }
        };
        if !made.is_none() {
            parts.push(made);
        }
        last = end;
        count += 1;
    }
    if last < endpos {
        parts.push(run.subject.slice(rt, last, endpos));
    }
    let made = run.subject.join(rt, parts)?;
    if function == "subn" {
        return Ok(rt.tuple([made, rt.int(count)]).into_value());
    }
    Ok(made)
}
