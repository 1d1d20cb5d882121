//! `_tokenize`: the tokeniser behind `tokenize`.

use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::bytes::with_bytes;
use hognose_object::exceptions::{Placed, SyntaxErrorParts};
use hognose_object::module::Module;
use hognose_object::{
    Args, Layout, PyResult, Ref, Rt, Signature, Slots, Str, StrExt, TypeObj, TypeSpec, Value,
    type_flags,
};
use std::cell::RefCell;

/// The payload of `TokenizerIter`: all tokens, the next one last, and the error that ends them.
struct TokenizerIter {
    left: RefCell<Vec<Value>>,
    error: RefCell<Option<Value>>,
}

impl Payload for TokenizerIter {
    const KIND: Kind = kinds::TOKENIZER_ITER;
    const GC: bool = false;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.left.trace(visitor);
        self.error.trace(visitor);
    }
}

static TOKENIZER_ITER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE,
    slots: Slots {
        new: Some(new),
        iter: Some(|_, v| Ok(v.clone())),
        next: Some(next),
        ..Slots::NONE
    },
    ..TypeSpec::new(
        "_tokenize.TokenizerIter",
        Layout::Native(kinds::TOKENIZER_ITER),
    )
};

/// All that `readline` gives, as text.
fn read_all(rt: &Rt, readline: &Value) -> PyResult<String> {
    let mut text = String::new();
    loop {
        let line = match rt.call(readline, &[]) {
            Ok(line) => line,
            Err(raised) if raised.is(rt, &rt.types.stop_iteration) => return Ok(text),
            Err(raised) => return Err(raised),
        };
        let before = text.len();
        match line.downcast_ref::<Str>() {
            Some(line) => text.push_str(&line.to_str()),
            None => match with_bytes(&line, |b| String::from_utf8_lossy(b).into_owned()) {
                Some(line) => text.push_str(&line),
                None => return Err(rt.type_error("readline() returned a non-string object")),
            },
        }
        if text.len() == before {
            return Ok(text);
        }
    }
}

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "tokenizeriter",
        params: &["readline", "encoding", "extra_tokens"],
        positional_only: 0,
        positional: 1,
        required: 1,
    };
    let [readline, _, _] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let text = read_all(rt, readline.unwrap_or(&none))?;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let numbers = rt.import_module("token")?;
    let mut tokens = Vec::new();
    let mut error = None;
    let mut source = hognose_tokens::tokenize::Tokens::new(&text);
    loop {
        match source.next_info() {
            Ok(info) => {
                let kind = rt.getattr_str(&numbers, info.type_name())?;
                let place = |(line, column): (u32, i32)| {
                    rt.tuple([rt.int(i64::from(line)), rt.int(i64::from(column))])
                        .into_value()
                };
                let first = (info.start.0 as usize).saturating_sub(1);
                let last = (info.end.0 as usize).clamp(first + 1, lines.len().max(first + 1));
                let line = lines
                    .get(first..last.min(lines.len()))
                    .map(<[&str]>::concat)
                    .unwrap_or_default();
                let end = info.type_name() == "ENDMARKER";
                let row = [
                    kind,
                    rt.str(&info.string).into_value(),
                    place(info.start),
                    place(info.end),
                    rt.str(&line).into_value(),
                ];
                tokens.push(rt.tuple(row).into_value());
                if end {
                    break;
                }
            }
            Err((line, column, message)) => {
                let (line, offset) = (i64::from(line), i64::from(column));
                let parts = SyntaxErrorParts {
                    message: &message,
                    filename: "<string>",
                    line,
                    offset,
                    text: None,
                    end_line: line,
                    end_offset: Some(offset),
                    placed: Placed::InArgs,
                };
                error = Some(rt.syntax_error_at(&rt.types.syntax_error, &parts).0);
                break;
            }
        }
    }
    tokens.reverse();
    Ok(rt
        .alloc(
            ty,
            TokenizerIter {
                left: RefCell::new(tokens),
                error: RefCell::new(error),
            },
        )
        .into_value())
}

fn next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let Some(it) = value.downcast_ref::<TokenizerIter>() else {
        return Err(rt.type_error("a TokenizerIter was expected"));
    };
    let token = it.left.borrow_mut().pop();
    match (token, it.error.take()) {
        (Some(token), error) => {
            it.error.replace(error);
            Ok(Some(token))
        }
        (None, Some(error)) => Err(hognose_object::Raised(error)),
        (None, None) => Ok(None),
    }
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_tokenize", &[]);
    module.set(
        rt,
        "TokenizerIter",
        rt.native_type(&TOKENIZER_ITER, &rt.types.object),
    );
    Ok(module)
}
