//! Code objects as values: a compiled code object with its constants and names made into values once.

use crate::bytes::{Bytes, with_bytes};
use crate::complex::Complex;
use crate::kinds;
use crate::native::{Args, Call, GetSetDef, NativeDef};
use crate::raised::PyResult;
use crate::rt::Rt;
use crate::set_type::Set;
use crate::slots::{CompareOp, Slots};
use crate::str_::{Str, StrExt};
use crate::tuple::{Tuple, TupleExt};
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_bytecode::{CodeObject, Const, LocalKind, PyStr, lines};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, Visitor};
use std::cell::OnceCell;
use std::ops::{Deref, Range};
use std::sync::Arc;

pub const CODE: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::HAS_WEAKREF,
    slots: Slots {
        new: Some(new),
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("co_lines", "", Call::Zero(co_lines)),
        NativeDef::new("co_positions", "", Call::Zero(co_positions)),
        NativeDef::new("replace", "", Call::Many(replace)),
        NativeDef::new("_varname_from_oparg", "", Call::One(varname_from_oparg)),
    ],
    getset: &[
        GetSetDef::read("co_argcount", |rt, v| number(rt, v, |o| o.argcount)),
        GetSetDef::read("co_posonlyargcount", |rt, v| {
            number(rt, v, |o| o.posonlyargcount)
        }),
        GetSetDef::read("co_kwonlyargcount", |rt, v| {
            number(rt, v, |o| o.kwonlyargcount)
        }),
        GetSetDef::read("co_stacksize", |rt, v| number(rt, v, |o| o.stacksize)),
        GetSetDef::read("co_flags", |rt, v| number(rt, v, |o| o.flags)),
        GetSetDef::read("co_nlocals", |rt, v| {
            number(rt, v, |o| {
                let local = |bits: &&u8| **bits & LocalKind::LOCAL != 0;
                o.localspluskinds.iter().filter(local).count() as u32
            })
        }),
        GetSetDef::read("co_firstlineno", |rt, v| {
            Ok(rt.int(i64::from(this(rt, v)?.object.firstlineno)))
        }),
        GetSetDef::read("co_code", |rt, v| bytes(rt, v, |o| &o.code)),
        GetSetDef::read("_co_code_adaptive", |rt, v| bytes(rt, v, |o| &o.code)),
        GetSetDef::read("co_linetable", |rt, v| bytes(rt, v, |o| &o.linetable)),
        GetSetDef::read("co_exceptiontable", |rt, v| {
            bytes(rt, v, |o| &o.exceptiontable)
        }),
        GetSetDef::read("co_lnotab", lnotab),
        GetSetDef::read("co_consts", |rt, v| {
            Ok(rt.tuple(this(rt, v)?.consts.clone()).into_value())
        }),
        GetSetDef::read("co_names", |rt, v| Ok(texts(rt, this(rt, v)?.names.iter()))),
        GetSetDef::read("co_varnames", |rt, v| locals(rt, v, LocalKind::LOCAL)),
        GetSetDef::read("co_cellvars", |rt, v| locals(rt, v, LocalKind::CELL)),
        GetSetDef::read("co_freevars", |rt, v| locals(rt, v, LocalKind::FREE)),
        GetSetDef::read("co_filename", |rt, v| {
            Ok(this(rt, v)?.filename.as_value().clone())
        }),
        GetSetDef::read("co_name", |rt, v| Ok(this(rt, v)?.name.as_value().clone())),
        GetSetDef::read("co_qualname", |rt, v| {
            Ok(this(rt, v)?.qualname.as_value().clone())
        }),
    ],
    ..TypeSpec::new("code", Layout::Native(kinds::CODE))
};

/// What the executor makes of a code object at its first call.
pub trait Translation: 'static {
    /// Visits the values that inline caches hold.
    fn trace(&self, visitor: &mut Visitor<'_>);

    /// Lets go of them.
    fn clear(&self);
}

/// What a code object has beside its constants and names.
pub struct Parts {
    numbers: Numbers,
    pub code: Piece,
    pub localspluskinds: Piece,
    pub linetable: Piece,
    pub exceptiontable: Piece,
}

/// The numbers of a code object.
#[derive(Clone, Copy)]
pub struct Numbers {
    pub argcount: u32,
    pub posonlyargcount: u32,
    pub kwonlyargcount: u32,
    pub stacksize: u32,
    pub flags: u32,
    pub firstlineno: i32,
}

impl Parts {
    /// The rows are code, kinds of locals, line table and exception table; one allocation holds them.
    pub fn new(rt: &Rt, numbers: Numbers, rows: [&[u8]; 4]) -> Parts {
        let mut end = 0;
        let places = rows.map(|row| {
            let start = end;
            end += row.len();
            start..end
        });
        Parts::within(numbers, &rt.bytes(&rows.concat()), places)
    }

    /// The same, where the rows are parts of bytes that many code objects share: all of a .pyc file.
    pub fn within(numbers: Numbers, shared: &Ref<Bytes>, places: [Range<usize>; 4]) -> Parts {
        let [code, localspluskinds, linetable, exceptiontable] = places.map(|place| Piece {
            shared: shared.clone(),
            start: u32::try_from(place.start).unwrap_or(u32::MAX),
            end: u32::try_from(place.end).unwrap_or(u32::MAX),
        });
        Parts {
            numbers,
            code,
            localspluskinds,
            linetable,
            exceptiontable,
        }
    }

    /// How many parameters there are, `*args` and `**kwargs` included.
    pub fn total_args(&self) -> u32 {
        hognose_bytecode::total_args(self.argcount, self.kwonlyargcount, self.flags)
    }
}

impl Deref for Parts {
    type Target = Numbers;

    #[inline]
    fn deref(&self) -> &Numbers {
        &self.numbers
    }
}

/// Part of bytes that several parts share.
pub struct Piece {
    shared: Ref<Bytes>,
    start: u32,
    end: u32,
}

impl Deref for Piece {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        let place = self.start as usize..self.end as usize;
        self.shared.bytes().get(place).unwrap_or_default()
    }
}

/// The names of a code object.
pub struct CodeNames {
    pub names: Vec<Ref<Str>>,
    /// Locals, then cells that are no locals, then free variables.
    pub locals: Vec<Ref<Str>>,
    pub filename: Ref<Str>,
    pub name: Ref<Str>,
    pub qualname: Ref<Str>,
}

/// The payload of code objects.
pub struct Code {
    pub object: Parts,
    /// All of it as plain data, made when somebody asks.
    plain: OnceCell<Arc<CodeObject>>,
    pub consts: Vec<Value>,
    pub names: Vec<Ref<Str>>,
    /// Locals, then cells that are no locals, then free variables.
    pub locals: Vec<Ref<Str>>,
    pub filename: Ref<Str>,
    pub name: Ref<Str>,
    pub qualname: Ref<Str>,
    /// Set by the executor alone, which knows its type.
    pub translation: OnceCell<Box<dyn Translation>>,
}

impl Payload for Code {
    const KIND: Kind = kinds::CODE;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.consts.trace(visitor);
        if let Some(translation) = self.translation.get() {
            translation.trace(visitor);
        }
    }

    fn clear(&self) {
        if let Some(translation) = self.translation.get() {
            translation.clear();
        }
    }
}

impl Rt {
    /// A code object from its parts; names and locals are interned already.
    pub fn code_of(&self, object: Parts, consts: Vec<Value>, names: CodeNames) -> Ref<Code> {
        let payload = Code {
            object,
            plain: OnceCell::new(),
            consts,
            names: names.names,
            locals: names.locals,
            filename: names.filename,
            name: names.name,
            qualname: names.qualname,
            translation: OnceCell::new(),
        };
        self.alloc(&self.types.code, payload)
    }

    /// A code object as a value.
    pub fn code(&self, object: Arc<CodeObject>) -> Ref<Code> {
        let consts = object.consts.iter().map(|c| self.const_value(c)).collect();
        let intern = |names: &[hognose_bytecode::PyStr]| -> Vec<Ref<Str>> {
            names
                .iter()
                .map(|n| self.intern_ref(self.str_wtf8(n.as_bytes())))
                .collect()
        };
        let names = CodeNames {
            names: intern(&object.names),
            locals: intern(&object.localsplusnames),
            filename: self.intern_ref(self.str_wtf8(object.filename.as_bytes())),
            name: self.intern_ref(self.str_wtf8(object.name.as_bytes())),
            qualname: self.intern_ref(self.str_wtf8(object.qualname.as_bytes())),
        };
        let numbers = Numbers {
            argcount: object.argcount,
            posonlyargcount: object.posonlyargcount,
            kwonlyargcount: object.kwonlyargcount,
            stacksize: object.stacksize,
            flags: object.flags,
            firstlineno: object.firstlineno,
        };
        let rows = [
            &object.code[..],
            &object.localspluskinds,
            &object.linetable,
            &object.exceptiontable,
        ];
        self.code_of(Parts::new(self, numbers, rows), consts, names)
    }

    /// A code object as plain data; an error if it holds what no compiler puts there.
    pub fn plain_code(&self, code: &Code) -> PyResult<Arc<CodeObject>> {
        if let Some(made) = code.plain.get() {
            return Ok(made.clone());
        }
        let texts = |names: &[Ref<Str>]| names.iter().map(|n| py_str(n)).collect();
        let object = &code.object;
        let made = Arc::new(CodeObject {
            argcount: object.argcount,
            posonlyargcount: object.posonlyargcount,
            kwonlyargcount: object.kwonlyargcount,
            stacksize: object.stacksize,
            flags: object.flags,
            firstlineno: object.firstlineno,
            code: object.code.to_vec(),
            localspluskinds: object.localspluskinds.to_vec(),
            linetable: object.linetable.to_vec(),
            exceptiontable: object.exceptiontable.to_vec(),
            consts: (code.consts.iter())
                .map(|value| self.constant(value))
                .collect::<PyResult<_>>()?,
            names: texts(&code.names),
            localsplusnames: texts(&code.locals),
            filename: py_str(&code.filename),
            name: py_str(&code.name),
            qualname: py_str(&code.qualname),
        });
        Ok(code.plain.get_or_init(|| made).clone())
    }

    /// A constant as a value; strings that look like names are interned (`intern_string_constants`).
    pub fn const_value(&self, constant: &Const) -> Value {
        match constant {
            Const::None => Value::NONE,
            Const::True => Value::TRUE,
            Const::False => Value::FALSE,
            Const::Ellipsis => Value::ELLIPSIS,
            Const::Int(i) => self.int(*i),
            Const::BigInt(b) => self.big_int((**b).clone()),
            Const::Float(x) => self.float(*x),
            Const::Str(text) => {
                let made = self.str_wtf8(text.as_bytes());
                if is_name_like(text.as_bytes()) {
                    self.intern_ref(made).into_value()
                } else {
                    made.into_value()
                }
            }
            Const::Tuple(items) => {
                let items: Vec<Value> = items.iter().map(|c| self.const_value(c)).collect();
                self.tuple(items).into_value()
            }
            Const::Code(code) => self.code(code.clone()).into_value(),
            Const::Complex { re, im } => self.complex(*re, *im),
            Const::Bytes(bytes) => self.bytes(bytes).into_value(),
            Const::FrozenSet(items) => {
                let items: Vec<Value> = items.iter().map(|c| self.const_value(c)).collect();
                // Constants can be hashed and compared without error.
                self.frozenset(&items)
                    .map_or(Value::NONE, |set| set.into_value())
            }
            Const::Slice(parts) => {
                let [start, stop, step] = parts.each_ref().map(|c| self.const_value(c));
                self.slice(start, stop, step).into_value()
            }
        }
    }
}

/// Whether a constant of this text is interned (`all_name_chars`).
pub fn is_name_like(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Code> {
    value
        .downcast_ref::<Code>()
        .ok_or_else(|| rt.type_error("a code object was expected"))
}

fn number(rt: &Rt, value: &Value, of: fn(&Parts) -> u32) -> PyResult {
    Ok(rt.int(i64::from(of(&this(rt, value)?.object))))
}

fn bytes(rt: &Rt, value: &Value, of: fn(&Parts) -> &Piece) -> PyResult {
    Ok(rt.bytes(of(&this(rt, value)?.object)).into_value())
}

fn texts<'a>(rt: &Rt, names: impl Iterator<Item = &'a Ref<Str>>) -> Value {
    let names: Vec<Value> = names.map(|n| n.as_value().clone()).collect();
    rt.tuple(names).into_value()
}

fn locals(rt: &Rt, value: &Value, kind: u8) -> PyResult {
    let code = this(rt, value)?;
    let kinds = code.object.localspluskinds.iter();
    let found = code
        .locals
        .iter()
        .zip(kinds)
        .filter(|(_, bits)| **bits & kind != 0);
    Ok(texts(rt, found.map(|(name, _)| name)))
}

fn varname_from_oparg(rt: &Rt, value: &Value, index: &Value) -> PyResult {
    let index = rt.index_i64(index)?;
    let code = this(rt, value)?;
    match usize::try_from(index).ok().and_then(|i| code.locals.get(i)) {
        Some(name) => Ok(name.as_value().clone()),
        None => Err(rt.index_error("tuple index out of range")),
    }
}

fn repr(rt: &Rt, value: &Value) -> PyResult {
    let code = this(rt, value)?;
    Ok(rt
        .str(&format!(
            "<code object {} at {:#x}, file \"{}\", line {}>",
            code.name.to_str(),
            value.bits(),
            code.filename.to_str(),
            code.object.firstlineno
        ))
        .into_value())
}

fn hash(rt: &Rt, value: &Value) -> PyResult<i64> {
    use std::hash::{Hash, Hasher};
    let mut hasher = rustc_hash::FxHasher::default();
    rt.plain_code(this(rt, value)?)?.hash(&mut hasher);
    Ok((hasher.finish() >> 1) as i64)
}

fn compare(rt: &Rt, a: &Value, b: &Value, op: CompareOp) -> PyResult {
    let (Some(a), Some(b)) = (a.downcast_ref::<Code>(), b.downcast_ref::<Code>()) else {
        return Ok(Value::NOT_IMPLEMENTED);
    };
    let equal = match op {
        CompareOp::Eq | CompareOp::Ne => {
            std::ptr::eq(a, b) || rt.plain_code(a)? == rt.plain_code(b)?
        }
        _ => return Ok(Value::NOT_IMPLEMENTED),
    };
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}

/// Stretches of code with one line: start, end, line; neighbours of one line are joined (`lineiter_next`).
fn line_runs(code: &Code) -> Vec<(usize, usize, Option<i32>)> {
    let mut runs: Vec<(usize, usize, Option<i32>)> = Vec::new();
    let spans = lines::decode(&code.object.linetable, code.object.firstlineno);
    for span in spans.map_while(Result::ok) {
        match runs.last_mut() {
            Some(last) if last.2 == span.location.line => last.1 = span.end,
            _ => runs.push((span.start, span.end, span.location.line)),
        }
    }
    runs
}

fn co_lines(rt: &Rt, value: &Value) -> PyResult {
    let rows: Vec<Value> = line_runs(this(rt, value)?)
        .into_iter()
        .map(|(start, end, line)| {
            let line = line.map_or(Value::NONE, |l| rt.int(i64::from(l)));
            rt.tuple([rt.int(start as i64), rt.int(end as i64), line])
                .into_value()
        })
        .collect();
    rt.iter(rt.list(rows).as_value())
}

fn co_positions(rt: &Rt, value: &Value) -> PyResult {
    let code = this(rt, value)?;
    let mut rows = Vec::new();
    let part = |x: Option<i32>| x.map_or(Value::NONE, |x| rt.int(i64::from(x)));
    for span in lines::decode(&code.object.linetable, code.object.firstlineno).map_while(Result::ok)
    {
        let l = span.location;
        for _ in (span.start..span.end).step_by(2) {
            let row = [
                part(l.line),
                part(l.end_line),
                part(l.column),
                part(l.end_column),
            ];
            rows.push(rt.tuple(row).into_value());
        }
    }
    rt.iter(rt.list(rows).as_value())
}

/// `co_lnotab`: pairs of code and line distances (`decode_linetable`).
fn lnotab(rt: &Rt, value: &Value) -> PyResult {
    let code = this(rt, value)?;
    let mut table = Vec::new();
    let (mut at, mut line) = (0, code.object.firstlineno);
    for (start, _, run_line) in line_runs(code) {
        let Some(run_line) = run_line else { continue };
        let (mut bytes, mut delta) = (start - at, run_line - line);
        if delta == 0 {
            continue;
        }
        while bytes > 255 {
            table.extend_from_slice(&[255, 0]);
            bytes -= 255;
        }
        while !(-128..=127).contains(&delta) {
            let step = delta.clamp(-128, 127);
            table.extend_from_slice(&[bytes as u8, step as i8 as u8]);
            bytes = 0;
            delta -= step;
        }
        table.extend_from_slice(&[bytes as u8, delta as i8 as u8]);
        (at, line) = (start, run_line);
    }
    Ok(rt.bytes(&table).into_value())
}

impl Rt {
    /// A value as a constant; an error if code objects cannot hold it.
    pub fn constant(&self, value: &Value) -> PyResult<Const> {
        if let Some(text) = value.downcast_ref::<Str>() {
            return Ok(Const::Str(py_str(text)));
        }
        if value.is_none() {
            return Ok(Const::None);
        }
        if value.is(&Value::TRUE) || value.is(&Value::FALSE) {
            return Ok(Const::bool(value.is(&Value::TRUE)));
        }
        if value.is(&Value::ELLIPSIS) {
            return Ok(Const::Ellipsis);
        }
        if let Some(i) = self.as_int(value) {
            return Ok(Const::int(i.to_big()));
        }
        if let Some(x) = self.as_float(value) {
            return Ok(Const::Float(x));
        }
        if let Some(code) = value.downcast_ref::<Code>() {
            return Ok(Const::Code(self.plain_code(code)?));
        }
        if let Some(c) = value.downcast_ref::<Complex>() {
            return Ok(Const::Complex {
                re: c.real,
                im: c.imag,
            });
        }
        if let Some(bytes) = with_bytes(value, |b| Const::Bytes(b.into())) {
            return Ok(bytes);
        }
        let items = match (value.downcast_ref::<Tuple>(), value.downcast_ref::<Set>()) {
            (Some(tuple), _) => tuple.to_vec(),
            (None, Some(set)) => set.snapshot(),
            (None, None) => {
                let name = self.type_name(value);
                return Err(self.type_error(format!("code objects cannot hold a '{name}' object")));
            }
        };
        let items: Vec<Const> = items
            .iter()
            .map(|v| self.constant(v))
            .collect::<PyResult<_>>()?;
        if value.downcast_ref::<Tuple>().is_some() {
            Ok(Const::tuple(items))
        } else {
            Ok(Const::FrozenSet(items.into()))
        }
    }
}

fn py_str(text: &Str) -> PyStr {
    PyStr::from_code_points(text.codes()).unwrap_or_default()
}

/// The parameters of `code(...)`, in order; `replace` takes the same by name.
const PARAMETERS: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_firstlineno",
    "co_linetable",
    "co_exceptiontable",
    "co_freevars",
    "co_cellvars",
];

/// What of a code object was given anew, before the rows of local names are put together.
struct Given {
    object: CodeObject,
    varnames: Vec<PyStr>,
    cellvars: Vec<PyStr>,
    freevars: Vec<PyStr>,
}

impl Given {
    fn of(object: CodeObject) -> Given {
        Given {
            varnames: object.varnames().cloned().collect(),
            cellvars: object.cellvars().cloned().collect(),
            freevars: object.freevars().cloned().collect(),
            object,
        }
    }

    fn set(&mut self, rt: &Rt, name: &str, value: &Value) -> PyResult<()> {
        let number = || -> PyResult<u32> {
            u32::try_from(rt.index_i64(value)?)
                .map_err(|_| rt.value_error("code: argument out of range"))
        };
        let text = || match value.downcast_ref::<Str>() {
            Some(text) => Ok(py_str(text)),
            None => Err(rt.type_error(format!(
                "code: {name} must be str, not {}",
                rt.type_name(value)
            ))),
        };
        let row = || match value.downcast_ref::<Tuple>() {
            Some(row) => Ok(row.to_vec()),
            None => Err(rt.type_error(format!(
                "code: {name} must be tuple, not {}",
                rt.type_name(value)
            ))),
        };
        let names = || -> PyResult<Vec<PyStr>> {
            let names = row()?;
            let text = |v: &Value| match v.downcast_ref::<Str>() {
                Some(text) => Ok(py_str(text)),
                None => Err(rt.type_error(format!(
                    "name tuples must contain only strings, not '{}'",
                    rt.type_name(v)
                ))),
            };
            names.iter().map(text).collect()
        };
        let data = || {
            with_bytes(value, <[u8]>::to_vec).ok_or_else(|| {
                rt.type_error(format!(
                    "code: {name} must be bytes, not {}",
                    rt.type_name(value)
                ))
            })
        };
        let object = &mut self.object;
        match name {
            "co_argcount" => object.argcount = number()?,
            "co_posonlyargcount" => object.posonlyargcount = number()?,
            "co_kwonlyargcount" => object.kwonlyargcount = number()?,
            "co_nlocals" => drop(number()?),
            "co_stacksize" => object.stacksize = number()?,
            "co_flags" => object.flags = number()?,
            "co_code" => object.code = data()?,
            "co_consts" => {
                object.consts = row()?
                    .iter()
                    .map(|v| rt.constant(v))
                    .collect::<PyResult<_>>()?
            }
            "co_names" => object.names = names()?,
            "co_varnames" => self.varnames = names()?,
            "co_filename" => object.filename = text()?,
            "co_name" => object.name = text()?,
            "co_qualname" => object.qualname = text()?,
            "co_firstlineno" => object.firstlineno = number()? as i32,
            "co_linetable" => object.linetable = data()?,
            "co_exceptiontable" => object.exceptiontable = data()?,
            "co_freevars" => self.freevars = names()?,
            _ => self.cellvars = names()?,
        }
        Ok(())
    }

    /// Puts the rows of names together (`_PyCode_New` by way of `PyUnstable_Code_NewWithPosOnlyArgs`).
    fn finish(mut self) -> CodeObject {
        let object = &mut self.object;
        object.localsplusnames.clear();
        object.localspluskinds.clear();
        for name in &self.varnames {
            let cell = if self.cellvars.contains(name) {
                LocalKind::CELL
            } else {
                0
            };
            object.localsplusnames.push(name.clone());
            object.localspluskinds.push(LocalKind::LOCAL | cell);
        }
        for name in self.cellvars.iter().filter(|n| !self.varnames.contains(n)) {
            object.localsplusnames.push(name.clone());
            object.localspluskinds.push(LocalKind::CELL);
        }
        for name in &self.freevars {
            object.localsplusnames.push(name.clone());
            object.localspluskinds.push(LocalKind::FREE);
        }
        self.object
    }
}

fn new(rt: &Rt, _ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    let given = rt.positional("code", args, 16, 18)?;
    let mut parts = Given::of(CodeObject::default());
    for (name, value) in PARAMETERS.iter().zip(given) {
        parts.set(rt, name, value)?;
    }
    Ok(rt.code(Arc::new(parts.finish())).into_value())
}

fn replace(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    if !args.positional().is_empty() {
        let n = args.positional().len();
        return Err(rt.type_error(format!(
            "replace() takes 0 positional arguments but {n} were given"
        )));
    }
    let code = this(rt, value)?;
    let mut parts = Given::of((*rt.plain_code(code)?).clone());
    for (name, value) in args.keywords() {
        let name = name.to_str();
        if !PARAMETERS.contains(&&*name) {
            return Err(rt.type_error(format!(
                "replace() got an unexpected keyword argument '{name}'"
            )));
        }
        parts.set(rt, &name, value)?;
    }
    Ok(rt.code(Arc::new(parts.finish())).into_value())
}
