//! Compiled patterns and scanners.

use super::code::{FLAG_NAMES, FLAG_UNICODE};
use super::engine::{Engine, Stopped, UNSET};
use super::matches::{Found, new_match};
use super::tables::Tables;
use super::{itself, substitute, type_named};
use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::bytes::Bytes;
use hognose_object::str_::Width;
use hognose_object::tuple::List;
use hognose_object::{
    Args, Call, CompareOp, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, Str,
    StrExt, TypeSpec, Value, type_flags,
};
use std::cell::Cell;

pub(super) static PATTERN: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF | type_flags::NO_NEW,
    slots: Slots {
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "match",
            "($self, /, string, pos=0, endpos=sys.maxsize)",
            Call::Many(|rt, v, a| one(rt, v, a, "match", Mode::Match)),
        ),
        NativeDef::new(
            "fullmatch",
            "($self, /, string, pos=0, endpos=sys.maxsize)",
            Call::Many(|rt, v, a| one(rt, v, a, "fullmatch", Mode::Full)),
        ),
        NativeDef::new(
            "search",
            "($self, /, string, pos=0, endpos=sys.maxsize)",
            Call::Many(|rt, v, a| one(rt, v, a, "search", Mode::Search)),
        ),
        NativeDef::new(
            "sub",
            "($self, /, repl, string, count=0)",
            Call::Many(|rt, v, a| substitute::sub(rt, v, a, "sub")),
        ),
        NativeDef::new(
            "subn",
            "($self, /, repl, string, count=0)",
            Call::Many(|rt, v, a| substitute::sub(rt, v, a, "subn")),
        ),
        NativeDef::new(
            "findall",
            "($self, /, string, pos=0, endpos=sys.maxsize)",
            Call::Many(findall),
        ),
        NativeDef::new("split", "($self, /, string, maxsplit=0)", Call::Many(split)),
        NativeDef::new(
            "finditer",
            "($self, /, string, pos=0, endpos=sys.maxsize)",
            Call::Many(finditer),
        ),
        NativeDef::new(
            "scanner",
            "($self, /, string, pos=0, endpos=sys.maxsize)",
            Call::Many(|rt, v, a| scanner(rt, v, a, "scanner")),
        ),
        NativeDef::new("__copy__", "($self, /)", Call::Many(itself)),
        NativeDef::new("__deepcopy__", "($self, memo, /)", Call::Many(itself)),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    getset: &[
        GetSetDef::read("pattern", |rt, v| Ok(this(rt, v)?.pattern.clone())),
        GetSetDef::read("flags", |rt, v| Ok(rt.int(this(rt, v)?.flags))),
        GetSetDef::read("groups", |rt, v| Ok(rt.int_from_usize(this(rt, v)?.groups))),
        GetSetDef::read("groupindex", |rt, v| {
            Ok(rt.mapping_proxy(this(rt, v)?.group_index.clone()))
        }),
    ],
    ..TypeSpec::new("re.Pattern", Layout::Native(kinds::SRE_PATTERN))
};

/// The payload of `re.Pattern`.
pub(super) struct Pattern {
    pub pattern: Value,
    pub flags: i64,
    pub code: Vec<u32>,
    pub groups: usize,
    /// Numbers of the groups by name.
    pub group_index: Value,
    /// Names of the groups by number, a tuple.
    pub index_group: Value,
    pub tables: Tables,
}

impl Payload for Pattern {
    const KIND: Kind = kinds::SRE_PATTERN;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.pattern.trace(visitor);
        self.group_index.trace(visitor);
        self.index_group.trace(visitor);
    }
}

pub(super) fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Pattern>> {
    value
        .downcast::<Pattern>()
        .ok_or_else(|| rt.type_error("a pattern was expected"))
}

pub(super) fn compile(rt: &Rt, _module: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "compile",
        params: &[
            "pattern",
            "flags",
            "code",
            "groups",
            "groupindex",
            "indexgroup",
        ],
        positional_only: 0,
        positional: 6,
        required: 6,
    };
    let bound: [Option<&Value>; 6] = rt.bind(&SIGNATURE, args)?;
    let [
        Some(pattern),
        Some(flags),
        Some(code),
        Some(groups),
        Some(index),
        Some(names),
    ] = bound
    else {
        return Err(rt.type_error("compile() missing an argument"));
    };
    let Some(code) = code.downcast_ref::<List>() else {
        return Err(rt.type_error("compile() argument 'code' must be list"));
    };
    let mut words = Vec::with_capacity(code.len());
    for word in code.snapshot() {
        let word = rt.index_i64(&word)?;
        let word = u32::try_from(word);
        words.push(
            word.map_err(|_| rt.overflow_error("regular expression code size limit exceeded"))?,
        );
    }
    let groups = usize::try_from(rt.index_i64(groups)?).unwrap_or(0);
    let made = Pattern {
        pattern: pattern.clone(),
        flags: rt.index_i64(flags)?,
        code: words,
        groups,
        group_index: index.clone(),
        index_group: names.clone(),
        tables: Tables::new(),
    };
    let ty = type_named(rt, |t| &t.pattern)?;
    Ok(rt.alloc(&ty, made).into_value())
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let pattern = this(rt, value)?;
    let mut flags = pattern.flags;
    if pattern.pattern.downcast_ref::<Str>().is_some()
        && flags & (FLAG_UNICODE | 256 | 4) == FLAG_UNICODE
    {
        flags &= !FLAG_UNICODE;
    }
    let mut names: Vec<String> = Vec::new();
    for (flag, name) in FLAG_NAMES {
        if flags & flag != 0 {
            names.push((*name).to_owned());
            flags &= !flag;
        }
    }
    if flags != 0 {
        names.push(format!("0x{flags:x}"));
    }
    let shown = rt.repr(&pattern.pattern)?;
    let shown = rt.str_slice(&shown, 0, shown.char_count().min(200));
    let start = rt.str("re.compile(");
    let end = if names.is_empty() {
        rt.str(")")
    } else {
        rt.str(&format!(", {})", names.join("|")))
    };
    Ok(rt
        .str_concat(&rt.str_concat(&start, &shown), &end)
        .into_value())
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    let pattern = this(rt, value)?;
    let mut mixed = rt.hash(&pattern.pattern)? ^ pattern.flags ^ pattern.groups as i64;
    for word in &pattern.code {
        mixed = mixed.wrapping_mul(1_000_003) ^ i64::from(*word);
    }
    Ok(if mixed == -1 { -2 } else { mixed })
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(x), Some(y)) = (a.downcast::<Pattern>(), b.downcast::<Pattern>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::NOT_IMPLEMENTED);
    }
    let same = x.same(y)
        || x.flags == y.flags
            && x.code == y.code
            && rt.type_of(&x.pattern).same(rt.type_of(&y.pattern))
            && rt.eq(&x.pattern, &y.pattern)?;
    Ok(Value::bool(same == (op == CompareOp::Eq)))
}

/// What is searched.
pub(super) enum Subject {
    Text(Ref<Str>),
    Bytes(Ref<Bytes>),
    /// Another buffer's bytes, as they were when the search began.
    Copied(Vec<u8>),
}

impl Subject {
    /// The subject, which must be of the pattern's kind (`state_init`).
    pub(super) fn new(rt: &Rt, pattern: &Pattern, string: &Value) -> PyResult<Subject> {
        let of_text = pattern.pattern.downcast_ref::<Str>().is_some();
        let any = pattern.pattern.is_none();
        if let Some(text) = string.downcast::<Str>() {
            if !of_text && !any {
                return Err(rt.type_error("cannot use a bytes pattern on a string-like object"));
            }
            return Ok(Subject::Text(text.clone()));
        }
        let subject = if let Some(bytes) = string.downcast::<Bytes>() {
            Subject::Bytes(bytes.clone())
        } else {
            match rt.buffer_bytes(string) {
                Some(bytes) => Subject::Copied(bytes?),
                None => {
                    let name = rt.type_name(string);
                    return Err(rt.type_error(format!(
                        "expected string or bytes-like object, got '{name}'"
                    )));
                }
            }
        };
        if of_text {
            return Err(rt.type_error("cannot use a string pattern on a bytes-like object"));
        }
        Ok(subject)
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Subject::Text(text) => text.char_count(),
            Subject::Bytes(bytes) => bytes.bytes().len(),
            Subject::Copied(bytes) => bytes.len(),
        }
    }

    /// A part of the subject as `group()` gives it.
    pub(super) fn slice(&self, rt: &Rt, start: usize, end: usize) -> Value {
        let end = end.min(self.len()).max(start);
        match self {
            Subject::Text(text) => rt.str_slice(text, start, end).into_value(),
            Subject::Bytes(bytes) => {
                if start == 0
                    && end == bytes.bytes().len()
                    && rt.is_exact(bytes.as_value(), &rt.types.bytes)
                {
                    return bytes.as_value().clone();
                }
                rt.bytes(bytes.bytes().get(start..end).unwrap_or_default())
                    .into_value()
            }
            Subject::Copied(bytes) => rt
                .bytes(bytes.get(start..end).unwrap_or_default())
                .into_value(),
        }
    }

    /// All parts in one (`join_list`).
    pub(super) fn join(&self, rt: &Rt, parts: Vec<Value>) -> PyResult {
        if let Subject::Text(_) = self {
            let list = rt.list(parts).into_value();
            return Ok(rt.str_join(&rt.names.empty, &list)?.into_value());
        }
        let empty = rt.bytes(b"").into_value();
        rt.call_method(&empty, &rt.names.join, &[rt.list(parts).into_value()])
    }
}

/// How to match.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Search,
    Match,
    Full,
}

/// A search that goes on behind each match.
pub(super) struct Run {
    pub subject: Subject,
    pub start: usize,
    pub end: usize,
    must_advance: bool,
}

impl Run {
    pub(super) fn new(
        rt: &Rt,
        pattern: &Pattern,
        string: &Value,
        pos: i64,
        endpos: i64,
    ) -> PyResult<Run> {
        let subject = Subject::new(rt, pattern, string)?;
        let len = subject.len() as i64;
        let start = pos.clamp(0, len);
        let end = endpos.clamp(0, len);
        Ok(Run {
            subject,
            start: start as usize,
            end: end as usize,
            must_advance: false,
        })
    }

    /// The next match; the run then stands behind it.
    pub(super) fn next(
        &mut self,
        rt: &Rt,
        pattern: &Pattern,
        mode: Mode,
    ) -> PyResult<Option<Found>> {
        if self.start > self.end {
            return Ok(None);
        }
        let end = self.end;
        let found = match &self.subject {
            Subject::Text(text) => match text.width() {
                Width::One => self.attempt(
                    rt,
                    pattern,
                    text.bytes().get(..end).unwrap_or_default(),
                    mode,
                ),
                Width::Two => self.attempt(
                    rt,
                    pattern,
                    text.units16().get(..end).unwrap_or_default(),
                    mode,
                ),
                Width::Four => self.attempt(
                    rt,
                    pattern,
                    text.units32().get(..end).unwrap_or_default(),
                    mode,
                ),
            },
            Subject::Bytes(bytes) => self.attempt(
                rt,
                pattern,
                bytes.bytes().get(..end).unwrap_or_default(),
                mode,
            ),
            Subject::Copied(bytes) => {
                self.attempt(rt, pattern, bytes.get(..end).unwrap_or_default(), mode)
            }
        };
        let found = found.map_err(|stopped| match stopped {
            Stopped::TooDeep => {
                rt.recursion_error("maximum recursion depth exceeded in regular expression")
            }
            Stopped::Raised(raised) => raised,
        })?;
        if let Some(found) = &found {
            self.must_advance = found.end == found.start;
            self.start = found.end;
        }
        Ok(found)
    }

    fn attempt<C: Copy + Into<u32> + PartialEq>(
        &self,
        rt: &Rt,
        pattern: &Pattern,
        text: &[C],
        mode: Mode,
    ) -> Result<Option<Found>, Stopped> {
        let mut engine = Engine::new(rt, pattern, text, self.start);
        engine.must_advance = self.must_advance;
        let matched = match mode {
            Mode::Search => engine.search()?,
            Mode::Match => engine.match_here(false)?,
            Mode::Full => engine.match_here(true)?,
        };
        Ok(matched.then(|| Found {
            start: engine.start,
            end: engine.place,
            marks: std::mem::take(&mut engine.marks),
            last_index: engine.last_index,
        }))
    }
}

/// The arguments `string`, `pos`, `endpos`.
fn arguments<'a>(
    rt: &Rt,
    args: &Args<'a>,
    function: &'static str,
) -> PyResult<(&'a Value, i64, i64)> {
    let signature = Signature {
        function,
        params: &["string", "pos", "endpos"],
        positional_only: 0,
        positional: 3,
        required: 1,
    };
    let [string, pos, endpos] = rt.bind(&signature, args)?;
    let pos = match pos {
        Some(v) => rt.index_i64(v)?,
        None => 0,
    };
    let endpos = match endpos {
        Some(v) => rt.index_i64(v)?,
        None => i64::MAX,
    };
    match string {
        Some(string) => Ok((string, pos, endpos)),
        None => Err(rt.type_error("a string was expected")),
    }
}

fn one(rt: &Rt, value: &Value, args: &Args<'_>, function: &'static str, mode: Mode) -> PyResult {
    let pattern = this(rt, value)?;
    let (string, pos, endpos) = arguments(rt, args, function)?;
    let mut run = Run::new(rt, pattern, string, pos, endpos)?;
    let (pos, endpos) = (run.start, run.end);
    match run.next(rt, pattern, mode)? {
        Some(found) => new_match(rt, pattern, string, pos, endpos, found),
        None => Ok(Value::NONE),
    }
}

fn findall(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let pattern = this(rt, value)?;
    let (string, pos, endpos) = arguments(rt, args, "findall")?;
    let mut run = Run::new(rt, pattern, string, pos, endpos)?;
    let mut all = Vec::new();
    while let Some(found) = run.next(rt, pattern, Mode::Search)? {
        let group = |i: usize| {
            let (start, end) = found.group(i).unwrap_or((0, 0));
            run.subject.slice(rt, start, end)
        };
        all.push(match pattern.groups {
            0 => run.subject.slice(rt, found.start, found.end),
            1 => group(1),
            n => rt
                .tuple((1..=n).map(group).collect::<Vec<_>>())
                .into_value(),
        });
    }
    Ok(rt.list(all).into_value())
}

fn split(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "split",
        params: &["string", "maxsplit"],
        positional_only: 0,
        positional: 2,
        required: 1,
    };
    let pattern = this(rt, value)?;
    let [string, most] = rt.bind(&SIGNATURE, args)?;
    let most = match most {
        Some(v) => rt.index_i64(v)?,
        None => 0,
    };
    let string = string.cloned().unwrap_or(Value::NONE);
    let mut run = Run::new(rt, pattern, &string, 0, i64::MAX)?;
    let (mut all, mut last, mut count) = (Vec::new(), 0, 0);
    while most == 0 || count < most {
        let Some(found) = run.next(rt, pattern, Mode::Search)? else {
            break;
        };
        all.push(run.subject.slice(rt, last, found.start));
        for i in 1..=pattern.groups {
            all.push(match found.group(i) {
                Some((start, end)) => run.subject.slice(rt, start, end),
                None => Value::NONE,
            });
        }
        last = found.end;
        count += 1;
    }
    all.push(run.subject.slice(rt, last, run.end));
    Ok(rt.list(all).into_value())
}

fn finditer(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let scanner = scanner(rt, value, args, "finditer")?;
    let search = rt.getattr(&scanner, &rt.intern("search"))?;
    Ok(rt.callable_iterator(&search, &Value::NONE))
}

pub(super) static SCANNER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    methods: &[
        NativeDef::new(
            "match",
            "($self, /)",
            Call::Zero(|rt, v| scan(rt, v, Mode::Match)),
        ),
        NativeDef::new(
            "search",
            "($self, /)",
            Call::Zero(|rt, v| scan(rt, v, Mode::Search)),
        ),
    ],
    getset: &[GetSetDef::read("pattern", |rt, v| {
        let scanner = v.downcast_ref::<Scanner>();
        scanner
            .map(|s| s.pattern.as_value().clone())
            .ok_or_else(|| rt.type_error("a scanner was expected"))
    })],
    ..TypeSpec::new("_sre.SRE_Scanner", Layout::Native(kinds::SRE_SCANNER))
};

/// The payload of scanners.
pub(super) struct Scanner {
    pattern: Ref<Pattern>,
    string: Value,
    pos: usize,
    endpos: usize,
    start: Cell<usize>,
    must_advance: Cell<bool>,
    over: Cell<bool>,
}

impl Payload for Scanner {
    const KIND: Kind = kinds::SRE_SCANNER;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.pattern.as_value().trace(visitor);
        self.string.trace(visitor);
    }
}

fn scanner(rt: &Rt, value: &Value, args: &Args<'_>, function: &'static str) -> PyResult {
    let pattern = this(rt, value)?;
    let (string, pos, endpos) = arguments(rt, args, function)?;
    let run = Run::new(rt, pattern, string, pos, endpos)?;
    let made = Scanner {
        pattern: pattern.clone(),
        string: string.clone(),
        pos: run.start,
        endpos: run.end,
        start: Cell::new(run.start),
        must_advance: Cell::new(false),
        over: Cell::new(false),
    };
    let ty = type_named(rt, |t| &t.scanner)?;
    Ok(rt.alloc(&ty, made).into_value())
}

fn scan(rt: &Rt, value: &Value, mode: Mode) -> PyResult {
    let Some(scanner) = value.downcast_ref::<Scanner>() else {
        return Err(rt.type_error("a scanner was expected"));
    };
    if scanner.over.get() {
        return Ok(Value::NONE);
    }
    let subject = Subject::new(rt, &scanner.pattern, &scanner.string)?;
    let mut run = Run {
        end: scanner.endpos.min(subject.len()),
        subject,
        start: scanner.start.get(),
        must_advance: scanner.must_advance.get(),
    };
    match run.next(rt, &scanner.pattern, mode)? {
        Some(found) => {
            scanner.start.set(run.start);
            scanner.must_advance.set(run.must_advance);
            let (pos, endpos) = (scanner.pos, scanner.endpos);
            new_match(rt, &scanner.pattern, &scanner.string, pos, endpos, found)
        }
        None => {
            scanner.over.set(true);
            Ok(Value::NONE)
        }
    }
}

impl Found {
    /// Where a group matched; group 0 is the whole.
    pub(super) fn group(&self, i: usize) -> Option<(usize, usize)> {
        if i == 0 {
            return Some((self.start, self.end));
        }
        let (start, end) = (*self.marks.get(i * 2 - 2)?, *self.marks.get(i * 2 - 1)?);
        (start != UNSET && end != UNSET).then_some((start, end))
    }
}
