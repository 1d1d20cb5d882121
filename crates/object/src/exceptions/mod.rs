//! The exception classes and their payload.

mod base;
mod fields;
mod group;
mod os_error;
mod render;
mod suggest;
mod syntax;
mod unicode;

use crate::kinds;
use crate::native::{GetSetDef, NativeDef};
use crate::raised::{PyResult, Raised};
use crate::rt::Rt;
use crate::slots::Slots;
use crate::str_::Str;
use crate::type_::{Layout, TypeObj, TypeSpec, type_flags};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor};
use std::cell::Cell;

pub use render::{Anchors, SourceHooks};
pub use suggest::best_suggestion;
pub use syntax::{Placed, SyntaxErrorParts};

/// The payload of every exception. Instances have a `__dict__` in the tail.
#[derive(Default)]
pub struct Exception {
    /// A tuple.
    pub args: ValueCell,
    pub traceback: ValueCell,
    pub cause: ValueCell,
    pub context: ValueCell,
    pub suppress_context: Cell<bool>,
    /// What single classes add (`OSError.errno`, `StopIteration.value`, …), at places that [`crate::exceptions`]
    /// assigns per class.
    pub extra: [ValueCell; 8],
}

impl Payload for Exception {
    const KIND: Kind = kinds::EXCEPTION;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.args.trace(visitor);
        self.traceback.trace(visitor);
        self.cause.trace(visitor);
        self.context.trace(visitor);
        self.extra.iter().for_each(|cell| cell.trace(visitor));
    }

    fn clear(&self) {
        self.args.set(None);
        self.traceback.set(None);
        self.cause.set(None);
        self.context.set(None);
        self.extra.iter().for_each(|cell| cell.set(None));
    }
}

/// What a class has of its own.
struct Own {
    slots: Slots,
    getset: &'static [GetSetDef],
    methods: &'static [NativeDef],
}

/// The declaration of the class of that name.
pub(crate) fn spec(name: &'static str) -> TypeSpec {
    let own = match name {
        "BaseException" => base::BASE_EXCEPTION,
        "BaseExceptionGroup" => group::GROUP,
        "StopIteration" => fields::STOP_ITERATION,
        "SystemExit" => fields::SYSTEM_EXIT,
        "ImportError" => fields::IMPORT_ERROR,
        "AttributeError" => fields::ATTRIBUTE_ERROR,
        "NameError" => fields::NAME_ERROR,
        "KeyError" => fields::KEY_ERROR,
        "OSError" => os_error::OS_ERROR,
        "SyntaxError" => syntax::SYNTAX_ERROR,
        "UnicodeEncodeError" => unicode::ENCODE_ERROR,
        "UnicodeDecodeError" => unicode::DECODE_ERROR,
        "UnicodeTranslateError" => unicode::TRANSLATE_ERROR,
        _ => Own {
            slots: Slots::NONE,
            getset: &[],
            methods: &[],
        },
    };
    TypeSpec {
        flags: type_flags::IMMUTABLE
            | type_flags::BASETYPE
            | type_flags::HAS_DICT
            | type_flags::EXC_SUBCLASS,
        slots: own.slots,
        getset: own.getset,
        methods: own.methods,
        ..TypeSpec::new(name, Layout::Native(kinds::EXCEPTION))
    }
}

/// Whether a native exception class has fields that its base has not: then it goes with no other such class.
pub(crate) fn adds_fields(rt: &Rt, ty: &TypeObj) -> bool {
    let t = &rt.types;
    [
        &t.base_exception,
        &t.base_exception_group,
        &t.stop_iteration,
        &t.system_exit,
        &t.import_error,
        &t.attribute_error,
        &t.name_error,
        &t.os_error,
        &t.syntax_error,
        &t.unicode_encode_error,
        &t.unicode_decode_error,
        &t.unicode_translate_error,
    ]
    .iter()
    .any(|t| std::ptr::eq::<TypeObj>(&***t, ty))
}

/// The payload of an exception.
fn part<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Ref<Exception>> {
    value
        .downcast::<Exception>()
        .ok_or_else(|| rt.system_error("bad exception"))
}

/// The getter of one of [`Exception::extra`].
fn get_extra<const I: usize>(rt: &Rt, value: &Value) -> PyResult {
    Ok(part(rt, value)?.extra[I].get().unwrap_or(Value::NONE))
}

/// The setter of one of [`Exception::extra`].
fn set_extra<const I: usize>(rt: &Rt, value: &Value, new: Option<&Value>) -> PyResult<()> {
    part(rt, value)?.extra[I].set(new.cloned());
    Ok(())
}

/// A field that can be read and written.
const fn extra<const I: usize>(name: &'static str) -> GetSetDef {
    GetSetDef::read_write(name, get_extra::<I>, set_extra::<I>)
}

/// Field, Python name, base: CPython's exception hierarchy in an order in which bases come first.
macro_rules! exception_types {
    ($callback:ident; $($before:tt)*) => {
        $callback! {
            $($before)* ;
            base_exception "BaseException" object;
            base_exception_group "BaseExceptionGroup" base_exception;
            generator_exit "GeneratorExit" base_exception;
            keyboard_interrupt "KeyboardInterrupt" base_exception;
            system_exit "SystemExit" base_exception;
            exception "Exception" base_exception;
            arithmetic_error "ArithmeticError" exception;
            floating_point_error "FloatingPointError" arithmetic_error;
            overflow_error "OverflowError" arithmetic_error;
            zero_division_error "ZeroDivisionError" arithmetic_error;
            assertion_error "AssertionError" exception;
            attribute_error "AttributeError" exception;
            buffer_error "BufferError" exception;
            eof_error "EOFError" exception;
            import_error "ImportError" exception;
            module_not_found_error "ModuleNotFoundError" import_error;
            lookup_error "LookupError" exception;
            index_error "IndexError" lookup_error;
            key_error "KeyError" lookup_error;
            memory_error "MemoryError" exception;
            name_error "NameError" exception;
            unbound_local_error "UnboundLocalError" name_error;
            os_error "OSError" exception;
            blocking_io_error "BlockingIOError" os_error;
            child_process_error "ChildProcessError" os_error;
            connection_error "ConnectionError" os_error;
            broken_pipe_error "BrokenPipeError" connection_error;
            connection_aborted_error "ConnectionAbortedError" connection_error;
            connection_refused_error "ConnectionRefusedError" connection_error;
            connection_reset_error "ConnectionResetError" connection_error;
            file_exists_error "FileExistsError" os_error;
            file_not_found_error "FileNotFoundError" os_error;
            interrupted_error "InterruptedError" os_error;
            is_a_directory_error "IsADirectoryError" os_error;
            not_a_directory_error "NotADirectoryError" os_error;
            permission_error "PermissionError" os_error;
            process_lookup_error "ProcessLookupError" os_error;
            timeout_error "TimeoutError" os_error;
            reference_error "ReferenceError" exception;
            runtime_error "RuntimeError" exception;
            not_implemented_error "NotImplementedError" runtime_error;
            recursion_error "RecursionError" runtime_error;
            stop_async_iteration "StopAsyncIteration" exception;
            stop_iteration "StopIteration" exception;
            syntax_error "SyntaxError" exception;
            indentation_error "IndentationError" syntax_error;
            tab_error "TabError" indentation_error;
            system_error "SystemError" exception;
            type_error "TypeError" exception;
            value_error "ValueError" exception;
            unicode_error "UnicodeError" value_error;
            unicode_decode_error "UnicodeDecodeError" unicode_error;
            unicode_encode_error "UnicodeEncodeError" unicode_error;
            unicode_translate_error "UnicodeTranslateError" unicode_error;
            warning "Warning" exception;
            bytes_warning "BytesWarning" warning;
            deprecation_warning "DeprecationWarning" warning;
            encoding_warning "EncodingWarning" warning;
            future_warning "FutureWarning" warning;
            import_warning "ImportWarning" warning;
            pending_deprecation_warning "PendingDeprecationWarning" warning;
            resource_warning "ResourceWarning" warning;
            runtime_warning "RuntimeWarning" warning;
            syntax_warning "SyntaxWarning" warning;
            unicode_warning "UnicodeWarning" warning;
            user_warning "UserWarning" warning;
        }
    };
}
pub(crate) use exception_types;

impl Rt {
    /// Whether an AttributeError knows its `name` or `obj`; true of any other exception.
    pub(crate) fn has_attribute_context(&self, raised: &Raised) -> bool {
        match raised.0.downcast_ref::<Exception>() {
            Some(e) if raised.is(self, &self.types.attribute_error) => {
                !e.extra[fields::ATTRIBUTE_NAME].is_empty()
                    || !e.extra[fields::ATTRIBUTE_OBJECT].is_empty()
            }
            _ => true,
        }
    }

    /// Sets `name` and `obj` of an AttributeError.
    pub fn set_attribute_error_context(&self, raised: &Raised, object: &Value, name: &Ref<Str>) {
        if let Some(e) = raised.0.downcast_ref::<Exception>()
            && raised.is(self, &self.types.attribute_error)
        {
            e.extra[fields::ATTRIBUTE_NAME].set(Some(name.as_value().clone()));
            e.extra[fields::ATTRIBUTE_OBJECT].set(Some(object.clone()));
        }
    }

    /// `NameError(message)` with its `name` set.
    #[cold]
    pub fn name_error_for(&self, class: &Ref<TypeObj>, message: &str, name: &Ref<Str>) -> Raised {
        let raised = self.raise(class, message);
        if let Some(e) = raised.0.downcast_ref::<Exception>() {
            e.extra[fields::NAME_NAME].set(Some(name.as_value().clone()));
        }
        raised
    }
}
