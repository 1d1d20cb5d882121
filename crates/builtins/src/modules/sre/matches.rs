//! Match objects.

use super::pattern::{Pattern, Subject};
use super::{itself, substitute, type_named};
use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::tuple::{Tuple, TupleExt};
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, TypeSpec, Value,
    type_flags,
};

pub(super) static MATCH: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots {
        repr: Some(repr),
        getitem: Some(|rt, v, key| {
            let this = this(rt, v)?;
            let i = group_number(rt, this, key)?;
            Ok(this.slice(rt, i, Value::NONE))
        }),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("group", "", Call::Many(group)),
        NativeDef::new(
            "start",
            "($self, group=0, /)",
            Call::Many(|rt, v, a| bound(rt, v, a, "start")),
        ),
        NativeDef::new(
            "end",
            "($self, group=0, /)",
            Call::Many(|rt, v, a| bound(rt, v, a, "end")),
        ),
        NativeDef::new(
            "span",
            "($self, group=0, /)",
            Call::Many(|rt, v, a| bound(rt, v, a, "span")),
        ),
        NativeDef::new("groups", "($self, /, default=None)", Call::Many(groups)),
        NativeDef::new(
            "groupdict",
            "($self, /, default=None)",
            Call::Many(groupdict),
        ),
        NativeDef::new("expand", "($self, /, template)", Call::Many(expand)),
        NativeDef::new("__copy__", "($self, /)", Call::Many(itself)),
        NativeDef::new("__deepcopy__", "($self, memo, /)", Call::Many(itself)),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    getset: &[
        GetSetDef::read("string", |rt, v| Ok(this(rt, v)?.string.clone())),
        GetSetDef::read("re", |rt, v| Ok(this(rt, v)?.pattern.as_value().clone())),
        GetSetDef::read("pos", |rt, v| Ok(rt.int_from_usize(this(rt, v)?.pos))),
        GetSetDef::read("endpos", |rt, v| Ok(rt.int_from_usize(this(rt, v)?.endpos))),
        GetSetDef::read("lastindex", lastindex),
        GetSetDef::read("lastgroup", lastgroup),
        GetSetDef::read("regs", regs),
    ],
    ..TypeSpec::new("re.Match", Layout::Native(kinds::SRE_MATCH))
};

/// A match: where it and its groups stand.
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub marks: Vec<usize>,
    /// Number of the last group that was closed; 0 for none.
    pub last_index: usize,
}

/// The payload of `re.Match`.
pub(super) struct Match {
    pub pattern: Ref<Pattern>,
    pub string: Value,
    pos: usize,
    endpos: usize,
    pub found: Found,
}

impl Payload for Match {
    const KIND: Kind = kinds::SRE_MATCH;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.pattern.as_value().trace(visitor);
        self.string.trace(visitor);
    }
}

impl Match {
    /// The group's text, or the default if it took no part.
    pub(super) fn slice(&self, rt: &Rt, group: usize, default: Value) -> Value {
        let Some((start, end)) = self.found.group(group) else {
            return default;
        };
        match Subject::new(rt, &self.pattern, &self.string) {
            Ok(subject) => subject.slice(rt, start, end),
            Err(_) => default,
        }
    }
}

pub(super) fn new_match(
    rt: &Rt,
    pattern: &Ref<Pattern>,
    string: &Value,
    pos: usize,
    endpos: usize,
    found: Found,
) -> PyResult {
    let ty = type_named(rt, |t| &t.match_)?;
    let made = Match {
        pattern: pattern.clone(),
        string: string.clone(),
        pos,
        endpos,
        found,
    };
    Ok(rt.alloc(&ty, made).into_value())
}

pub(super) fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Match>> {
    value
        .downcast::<Match>()
        .ok_or_else(|| rt.type_error("a match was expected"))
}

/// The number of the group that an index or a name stands for (`match_getindex`).
fn group_number(rt: &Rt, this: &Match, key: &Value) -> PyResult<usize> {
    let number = if rt.as_int(key).is_some() || rt.type_of(key).slots.index.get().is_some() {
        Some(rt.index_clamped(key)?)
    } else {
        let index = rt.as_dict(&this.pattern.group_index);
        let found = match index {
            Some(index) => index.get(rt, key).ok().flatten(),
            None => None,
        };
        found.and_then(|v| rt.as_int(&v).and_then(|i| i.to_i64()))
    };
    number
        .and_then(|n| usize::try_from(n).ok())
        .filter(|&n| n <= this.pattern.groups)
        .ok_or_else(|| rt.index_error("no such group"))
}

fn group(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let this = this(rt, value)?;
    match rt.positional("group", args, 0, usize::MAX)? {
        [] => Ok(this.slice(rt, 0, Value::NONE)),
        [one] => Ok(this.slice(rt, group_number(rt, this, one)?, Value::NONE)),
        many => {
            let mut row = Vec::with_capacity(many.len());
            for key in many {
                row.push(this.slice(rt, group_number(rt, this, key)?, Value::NONE));
            }
            Ok(rt.tuple(row).into_value())
        }
    }
}

fn span_of(rt: &Rt, this: &Match, group: usize) -> (Value, Value) {
    match this.found.group(group) {
        Some((start, end)) => (rt.int_from_usize(start), rt.int_from_usize(end)),
        None => (rt.int(-1), rt.int(-1)),
    }
}

fn bound(rt: &Rt, value: &Value, args: &Args<'_>, name: &str) -> PyResult {
    let this = this(rt, value)?;
    let group = match rt.positional(name, args, 0, 1)? {
        [key] => group_number(rt, this, key)?,
        _ => 0,
    };
    let (start, end) = span_of(rt, this, group);
    Ok(match name {
        "start" => start,
        "end" => end,
        _ => rt.tuple([start, end]).into_value(),
    })
}

fn default(rt: &Rt, args: &Args<'_>, function: &'static str) -> PyResult {
    let signature = Signature {
        function,
        params: &["default"],
        positional_only: 0,
        positional: 1,
        required: 0,
    };
    let [default] = rt.bind(&signature, args)?;
    Ok(default.cloned().unwrap_or(Value::NONE))
}

fn groups(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let this = this(rt, value)?;
    let default = default(rt, args, "groups")?;
    let row: Vec<Value> = (1..=this.pattern.groups)
        .map(|i| this.slice(rt, i, default.clone()))
        .collect();
    Ok(rt.tuple(row).into_value())
}

fn groupdict(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let this = this(rt, value)?;
    let default = default(rt, args, "groupdict")?;
    let made = rt.dict();
    if let Some(index) = rt.as_dict(&this.pattern.group_index) {
        for (name, number) in index.snapshot() {
            let number = group_number(rt, this, &number)?;
            made.set(rt, &name, this.slice(rt, number, default.clone()))?;
        }
    }
    Ok(made.into_value())
}

fn lastindex(rt: &Rt, value: &Value) -> PyResult {
    Ok(match this(rt, value)?.found.last_index {
        0 => Value::NONE,
        i => rt.int_from_usize(i),
    })
}

fn lastgroup(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let names = this.pattern.index_group.downcast_ref::<Tuple>();
    let name = match this.found.last_index {
        0 => None,
        i => names.and_then(|t| t.item(i)),
    };
    Ok(name.unwrap_or(Value::NONE))
}

fn regs(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let row: Vec<Value> = (0..=this.pattern.groups)
        .map(|i| {
            let (start, end) = span_of(rt, this, i);
            rt.tuple([start, end]).into_value()
        })
        .collect();
    Ok(rt.tuple(row).into_value())
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let this = this(rt, value)?;
    let shown = rt.repr(&this.slice(rt, 0, Value::NONE))?;
    let (start, end) = (this.found.start, this.found.end);
    let head = rt.str(&format!("<re.Match object; span=({start}, {end}), match="));
    Ok(rt
        .str_concat(&rt.str_concat(&head, &shown), &rt.str(">"))
        .into_value())
}

fn expand(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "expand",
        params: &["template"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let this = this(rt, value)?;
    let [template] = rt.bind(&SIGNATURE, args)?;
    let template = template.cloned().unwrap_or(Value::NONE);
    let compiled = substitute::compile_template(rt, this.pattern.as_value(), &template)?;
    substitute::expand(rt, &compiled, this)
}
