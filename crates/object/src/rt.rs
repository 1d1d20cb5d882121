//! The runtime: the types, the names, and what every native function is passed.

use crate::exceptions::exception_types;
use crate::instance::Shapes;
use crate::native::Args;
use crate::raised::PyResult;
use crate::str_::{Str, StrExt};
use crate::threads::{MAIN, Thread};
use crate::tuple::Tuple;
use crate::type_::{Layout, MethodCache, TypeObj, TypeSpec, type_flags};
use crate::{bootstrap, dict::Dict};
use hashbrown::HashTable;
use hognose_heap::{Hooks, Host, Key, Payload, Ref, Value, alloc, set_hooks};
use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell};

/// One interpreter: all state that Python code can reach.
///
/// Native functions get it as `&Rt`; what changes is in cells. There is one at a time in a process, and it holds the
/// heap's key for as long as it lives.
pub struct Rt {
    pub types: Types,
    pub names: Names,
    interned: RefCell<HashTable<Ref<Str>>>,
    pub shapes: Shapes,
    pub method_cache: MethodCache,
    type_versions: Cell<u32>,
    dict_versions: Cell<u32>,
    /// Keys of `hash(str)`, from `PYTHONHASHSEED`.
    pub hash_keys: Cell<(u64, u64)>,
    /// Whether a class with `__del__` was ever made: then there is something to see when the program ends.
    pub has_finalizers: Cell<bool>,
    empty_tuple: OnceCell<Ref<Tuple>>,
    /// One-character strings of Latin-1.
    characters: OnceCell<Vec<Ref<Str>>>,
    /// `sys.modules`.
    pub modules: Ref<Dict>,
    /// The dict of the module `builtins`.
    pub builtins: Ref<Dict>,
    /// What issues a warning: its category and message; the module `_warnings` fills it.
    pub warner: Cell<fn(&Rt, &Value, &Value) -> PyResult<()>>,
    /// `-b`: comparing bytes with text, and text made of bytes, is warned of.
    pub bytes_warning: Cell<bool>,
    /// Longest decimal text of an integer; 0 for no limit.
    pub max_int_digits: Cell<usize>,
    /// What belongs to the thread that runs.
    pub thread: Thread,
    /// The identity given last.
    pub(crate) last_ident: Cell<u64>,
    /// The executor's own state; it knows the type.
    pub vm: OnceCell<Box<dyn Any>>,
    /// What the executor does for this crate.
    pub vm_hooks: OnceCell<crate::traceback::VmHooks>,
    /// State of native modules, by module name.
    pub module_state: RefCell<std::collections::HashMap<&'static str, Box<dyn Any>>>,
    pub(crate) slot_groups: OnceCell<crate::slotdefs::SlotGroups>,
    /// Living weak references, by the address of what they refer to.
    pub(crate) weakrefs: RefCell<crate::weakref::WeakTable>,
    pub(crate) exception_group: OnceCell<Ref<TypeObj>>,
    /// Where printing an exception finds source lines; the layer that has files fills it.
    pub source_hooks: Cell<crate::exceptions::SourceHooks>,
    /// What reports an error that nobody can catch (`sys.unraisablehook`): the error, a message, the object.
    pub unraisable: Cell<fn(&Rt, &crate::Raised, &str, &Value)>,
    /// What the executor calls at a safe point after an interrupt was requested from outside.
    pub interrupt: Cell<fn(&Rt) -> PyResult<()>>,
    // Last, so that all values above are gone before another interpreter may begin.
    _key: Key,
}

/// Deepest nesting of native frames, CPython's `C_RECURSION_LIMIT`: each costs up to a few KiB of native stack.
pub const NATIVE_DEPTH: u32 = 1_500;

// The table of core types: field, declaration, base.
macro_rules! core_types {
    ($callback:ident) => {
        $callback! {
            object: crate::object_type::OBJECT, object;
            type_: crate::type_object::TYPE, object;
            int: crate::int::INT, object;
            bool: crate::int::BOOL, int;
            float: crate::float::FLOAT, object;
            complex: crate::complex::COMPLEX, object;
            str: crate::str_type::STR, object;
            bytes: crate::bytes::BYTES, object;
            bytearray: crate::bytes::BYTEARRAY, object;
            memoryview: crate::memoryview::MEMORYVIEW, object;
            tuple: crate::tuple_type::TUPLE, object;
            list: crate::list_type::LIST, object;
            dict: crate::dict_type::DICT, object;
            set: crate::set_type::SET, object;
            frozenset: crate::set_type::FROZENSET, object;
            range: crate::range::RANGE, object;
            slice: crate::slice::SLICE, object;
            none_type: crate::singletons::NONE_TYPE, object;
            ellipsis: crate::singletons::ELLIPSIS_TYPE, object;
            not_implemented: crate::singletons::NOT_IMPLEMENTED_TYPE, object;
            module: crate::module::MODULE, object;
            function: crate::function::FUNCTION, object;
            code: crate::code::CODE, object;
            cell: crate::function::CELL, object;
            builtin: crate::builtin::BUILTIN, object;
            method: crate::function::METHOD, object;
            method_descriptor: crate::descriptor::METHOD_DESCRIPTOR, object;
            classmethod_descriptor: crate::descriptor::CLASSMETHOD_DESCRIPTOR, object;
            getset_descriptor: crate::descriptor::GETSET_DESCRIPTOR, object;
            member_descriptor: crate::descriptor::MEMBER_DESCRIPTOR, object;
            slot_wrapper: crate::slotdefs::SLOT_WRAPPER, object;
            method_wrapper: crate::slotdefs::METHOD_WRAPPER, object;
            staticmethod: crate::function::STATICMETHOD, object;
            classmethod: crate::function::CLASSMETHOD, object;
            property: crate::property::PROPERTY, object;
            super_: crate::super_::SUPER, object;
            mapping_proxy: crate::mapping_proxy::MAPPING_PROXY, object;
            traceback: crate::traceback::TRACEBACK, object;
            frame: crate::traceback::FRAME, object;
            generator: crate::generator::GENERATOR, object;
            coroutine: crate::generator::COROUTINE, object;
            coroutine_wrapper: crate::generator::COROUTINE_WRAPPER, object;
            async_generator_asend: crate::generator::ASYNC_GEN_ASEND, object;
            async_generator_athrow: crate::generator::ASYNC_GEN_ATHROW, object;
            async_generator: crate::generator::ASYNC_GENERATOR, object;
            list_iterator: crate::iters::LIST_ITERATOR, object;
            list_reverse_iterator: crate::iters::LIST_REVERSE_ITERATOR, object;
            tuple_iterator: crate::iters::TUPLE_ITERATOR, object;
            str_iterator: crate::iters::STR_ITERATOR, object;
            str_ascii_iterator: crate::iters::STR_ASCII_ITERATOR, object;
            bytes_iterator: crate::iters::BYTES_ITERATOR, object;
            bytearray_iterator: crate::iters::BYTEARRAY_ITERATOR, object;
            range_iterator: crate::iters::RANGE_ITERATOR, object;
            longrange_iterator: crate::iters::LONGRANGE_ITERATOR, object;
            set_iterator: crate::iters::SET_ITERATOR, object;
            seq_iterator: crate::iters::SEQ_ITERATOR, object;
            callable_iterator: crate::iters::CALLABLE_ITERATOR, object;
            dict_keys: crate::dict_views::DICT_KEYS, object;
            dict_values: crate::dict_views::DICT_VALUES, object;
            dict_items: crate::dict_views::DICT_ITEMS, object;
            dict_keyiterator: crate::dict_views::DICT_KEYITERATOR, object;
            dict_valueiterator: crate::dict_views::DICT_VALUEITERATOR, object;
            dict_itemiterator: crate::dict_views::DICT_ITEMITERATOR, object;
            dict_reversekeyiterator: crate::dict_views::DICT_REVERSEKEYITERATOR, object;
            dict_reversevalueiterator: crate::dict_views::DICT_REVERSEVALUEITERATOR, object;
            dict_reverseitemiterator: crate::dict_views::DICT_REVERSEITEMITERATOR, object;
            enumerate: crate::iter_types::ENUMERATE, object;
            zip: crate::iter_types::ZIP, object;
            map: crate::iter_types::MAP, object;
            filter: crate::iter_types::FILTER, object;
            reversed: crate::iters::REVERSED, object;
            weakref: crate::weakref::REFERENCE, object;
            weakproxy: crate::weakref::PROXY, object;
            weakcallableproxy: crate::weakref::CALLABLE_PROXY, object;
            generic_alias: crate::generic_alias::GENERIC_ALIAS, object;
            union: crate::generic_alias::UNION, object;
            namespace: crate::namespace::NAMESPACE, object;
            type_var: crate::type_var::TYPE_VAR, object;
            param_spec: crate::type_var::PARAM_SPEC, object;
            type_var_tuple: crate::type_var::TYPE_VAR_TUPLE, object;
            param_spec_args: crate::type_var::PARAM_SPEC_ARGS, object;
            param_spec_kwargs: crate::type_var::PARAM_SPEC_KWARGS, object;
            type_alias: crate::type_var::TYPE_ALIAS, object;
            generic: crate::type_var::GENERIC, object;
        }
    };
}

/// Declares the exception classes: field, Python name, base.
macro_rules! declare_types {
    ($($name:ident: $spec:expr, $base:ident;)*) => {
        exception_types! { declare_types_and_exceptions; $($name: $spec, $base;)* }
    };
}

macro_rules! declare_types_and_exceptions {
    ($($name:ident: $spec:expr, $base:ident;)* ; $($exc:ident $python:literal $ebase:ident;)*) => {
        /// The core types; exceptions stand here under their Python names in snake case.
        pub struct Types {
            $(pub $name: Ref<TypeObj>,)*
            $(pub $exc: Ref<TypeObj>,)*
        }

        impl Types {
            /// Makes every type with its place in the MRO and its slots, but an empty dict.
            pub(crate) fn bare() -> Types {
                $(let $name = bootstrap::bare_type(&$spec);)*
                $(let $exc = bootstrap::bare_type(&crate::exceptions::spec($python));)*
                let types = Types { $($name,)* $($exc,)* };
                $(bootstrap::link(&types.$name, &types.$base, &types);)*
                $(bootstrap::link(&types.$exc, &types.$ebase, &types);)*
                types
            }

            /// Fills the dicts.
            pub(crate) fn populate(&self, rt: &Rt) {
                $(rt.populate_type(&self.$name, &$spec);)*
                $(rt.populate_type(&self.$exc, &crate::exceptions::spec($python));)*
            }

            /// Every core type that `builtins` shows under its own name, exceptions included.
            pub fn all(&self) -> Vec<&Ref<TypeObj>> {
                vec![$(&self.$name,)* $(&self.$exc,)*]
            }

            /// The exception classes.
            pub fn exceptions(&self) -> Vec<&Ref<TypeObj>> {
                vec![$(&self.$exc,)*]
            }
        }
    };
}
core_types!(declare_types);

macro_rules! names {
    ($($name:ident $text:literal)*) => {
        /// Names that the runtime itself looks up, interned.
        pub struct Names {
            $(pub $name: Ref<Str>,)*
        }

        impl Names {
            pub(crate) fn new(intern: &mut dyn FnMut(&str) -> Ref<Str>) -> Names {
                Names { $($name: intern($text),)* }
            }
        }
    };
}

names! {
    abs_ "__abs__" add_ "__add__" aenter_ "__aenter__" aexit_ "__aexit__" aiter_ "__aiter__" all_ "__all__"
    and_ "__and__" anext_ "__anext__" annotations_ "__annotations__" await_ "__await__" bases_ "__bases__"
    bool_ "__bool__" build_class_ "__build_class__" builtins_ "__builtins__" bytes_ "__bytes__"
    cached_ "__cached__" call_ "__call__" cause_ "__cause__" ceil_ "__ceil__" class_ "__class__"
    class_getitem_ "__class_getitem__" classcell_ "__classcell__" complex_ "__complex__" contains_ "__contains__"
    context_ "__context__" copy_ "__copy__" debug_ "__debug__" defaults_ "__defaults__" del_ "__del__"
    delattr_ "__delattr__" delete_ "__delete__" delitem_ "__delitem__" dict_ "__dict__" dir_ "__dir__"
    divmod_ "__divmod__" doc_ "__doc__" enter_ "__enter__" eq_ "__eq__" exit_ "__exit__" file_ "__file__"
    float_ "__float__" floor_ "__floor__" floordiv_ "__floordiv__" format_ "__format__" ge_ "__ge__" get_ "__get__"
    getattr_ "__getattr__" getattribute_ "__getattribute__" getitem_ "__getitem__" gt_ "__gt__" hash_ "__hash__"
    iadd_ "__iadd__" iand_ "__iand__" ifloordiv_ "__ifloordiv__" ilshift_ "__ilshift__" imatmul_ "__imatmul__"
    imod_ "__imod__" import_ "__import__" imul_ "__imul__" index_ "__index__" init_ "__init__"
    init_subclass_ "__init_subclass__" instancecheck_ "__instancecheck__" int_ "__int__" invert_ "__invert__"
    ior_ "__ior__" ipow_ "__ipow__" irshift_ "__irshift__" isabstractmethod_ "__isabstractmethod__" isub_ "__isub__"
    iter_ "__iter__" itruediv_ "__itruediv__" ixor_ "__ixor__" kwdefaults_ "__kwdefaults__" le_ "__le__"
    len_ "__len__" length_hint_ "__length_hint__" loader_ "__loader__" lshift_ "__lshift__" lt_ "__lt__"
    main_ "__main__" match_args_ "__match_args__" matmul_ "__matmul__" missing_ "__missing__" mod_ "__mod__"
    module_ "__module__" mro_ "__mro__" mro "mro" mro_entries_ "__mro_entries__" mul_ "__mul__" name_ "__name__" ne_ "__ne__"
    neg_ "__neg__" new_ "__new__" next_ "__next__" notes_ "__notes__" or_ "__or__" orig_bases_ "__orig_bases__"
    orig_class_ "__orig_class__" package_ "__package__" path_ "__path__" pos_ "__pos__" pow_ "__pow__"
    prepare_ "__prepare__" qualname_ "__qualname__" radd_ "__radd__" rand_ "__rand__" rdivmod_ "__rdivmod__"
    reduce_ "__reduce__" reduce_ex_ "__reduce_ex__" repr_ "__repr__" reversed_ "__reversed__"
    rfloordiv_ "__rfloordiv__" rlshift_ "__rlshift__" rmatmul_ "__rmatmul__" rmod_ "__rmod__" rmul_ "__rmul__"
    ror_ "__ror__" round_ "__round__" rpow_ "__rpow__" rrshift_ "__rrshift__" rshift_ "__rshift__"
    rsub_ "__rsub__" rtruediv_ "__rtruediv__" rxor_ "__rxor__" set_ "__set__" set_name_ "__set_name__"
    setattr_ "__setattr__" setitem_ "__setitem__" slots_ "__slots__" spec_ "__spec__" static_attributes_ "__static_attributes__"
    str_ "__str__" sub_ "__sub__" subclasscheck_ "__subclasscheck__" subclasshook_ "__subclasshook__"
    traceback_ "__traceback__" truediv_ "__truediv__" trunc_ "__trunc__" type_params_ "__type_params__"
    warningregistry_ "__warningregistry__" weakref_ "__weakref__" wrapped_ "__wrapped__" xor_ "__xor__"
    args "args" append "append" add "add" close "close" code "code" decode "decode" encode "encode" end "end"
    extend "extend" file "file" fileno "fileno" flush "flush" get "get" items "items" join "join" key "key"
    keys "keys" metaclass "metaclass" msg "msg" name "name" obj "obj" path "path" pop "pop" read "read" readline "readline"
    reverse "reverse" sep "sep" send "send" sort "sort" start "start" stderr "stderr" stdin "stdin" stdout "stdout" step "step" stop "stop"
    throw "throw" update "update" value "value" values "values" write "write" empty ""
}

impl Rt {
    /// A new interpreter with the core types in place; waits until no other one lives in the process.
    pub fn new() -> Host<Rt> {
        Rt::with_hash_keys((0, 0))
    }

    /// As [`Rt::new`], with the keys that `hash(str)` uses (those of `PYTHONHASHSEED=0` are zeroes).
    pub fn with_hash_keys(keys: (u64, u64)) -> Host<Rt> {
        let key = hognose_heap::enter();
        let types = Types::bare();
        let mut interned = HashTable::new();
        let mut intern = |text: &str| bootstrap::intern(&mut interned, keys, &types.str, text);
        let names = Names::new(&mut intern);
        let modules = alloc(Some(types.dict.as_value()), 0, Dict::new());
        let builtins = alloc(Some(types.dict.as_value()), 0, Dict::new());
        set_hooks(Hooks {
            weakrefs: crate::weakref::referent_gone,
            finalize: crate::slotdefs::finalize,
        });
        let rt = Host::new(Rt {
            types,
            names,
            interned: RefCell::new(interned),
            shapes: Shapes::new(),
            method_cache: MethodCache::new(),
            type_versions: Cell::new(1),
            dict_versions: Cell::new(1),
            hash_keys: Cell::new(keys),
            has_finalizers: Cell::new(false),
            empty_tuple: OnceCell::new(),
            characters: OnceCell::new(),
            modules,
            builtins,
            warner: Cell::new(|_, _, _| Ok(())),
            bytes_warning: Cell::new(false),
            max_int_digits: Cell::new(crate::int::DEFAULT_MAX_DIGITS),
            thread: Thread::new(MAIN),
            last_ident: Cell::new(MAIN),
            vm: OnceCell::new(),
            vm_hooks: OnceCell::new(),
            module_state: RefCell::default(),
            slot_groups: OnceCell::new(),
            weakrefs: RefCell::default(),
            exception_group: OnceCell::new(),
            source_hooks: Cell::new(crate::exceptions::SourceHooks::NONE),
            unraisable: Cell::new(|_, _, _, _| ()),
            interrupt: Cell::new(|_| Ok(())),
            _key: key,
        });
        let empty = rt.tuple_of(&rt.types.tuple, []);
        empty.as_value().make_immortal();
        let _ = rt.empty_tuple.set(empty);
        let characters: Vec<Ref<Str>> = (0..=255u8)
            .map(|c| rt.intern_ref(rt.str_latin1(&[c])))
            .collect();
        characters.iter().for_each(|c| c.as_value().make_immortal());
        let _ = rt.characters.set(characters);
        rt.types.populate(&rt);
        rt.make_exception_group();
        rt.finish_type_vars();
        rt
    }

    /// Looks after signals and other threads; what a signal's handler raises comes out here.
    #[cold]
    pub fn handle_interrupt(&self) -> PyResult<()> {
        (self.interrupt.get())(self)
    }

    pub(crate) fn empty_tuple(&self) -> Option<Ref<Tuple>> {
        self.empty_tuple.get().cloned()
    }

    /// The string of one code point.
    #[inline]
    pub fn character(&self, code: u32) -> Ref<Str> {
        match self.characters.get().and_then(|c| c.get(code as usize)) {
            Some(one) => one.clone(),
            None => self.str_build(1, code, std::iter::once(code)),
        }
    }

    pub(crate) fn next_type_version(&self) -> u32 {
        self.type_versions.set(self.type_versions.get() + 1);
        self.type_versions.get()
    }

    pub(crate) fn next_dict_version(&self) -> u32 {
        self.dict_versions.set(self.dict_versions.get() + 1);
        self.dict_versions.get()
    }

    /// The interned string of that text.
    pub fn intern(&self, text: &str) -> Ref<Str> {
        bootstrap::intern(
            &mut self.interned.borrow_mut(),
            self.hash_keys.get(),
            &self.types.str,
            text,
        )
    }

    /// The interned string of this ASCII text.
    pub fn intern_ascii(&self, text: &[u8]) -> Ref<Str> {
        let keys = self.hash_keys.get();
        let hash = crate::hash::hash_bytes(keys, text);
        self.interned
            .borrow_mut()
            .entry(
                hash as u64,
                |t| t.is_ascii() && t.bytes() == text,
                |t| crate::hash::hash_text(keys, t) as u64,
            )
            .or_insert_with(|| {
                let made = self.str_ascii(text);
                made.head.hash.set(hash);
                made.head.interned.set(true);
                made
            })
            .get()
            .clone()
    }

    /// The interned string equal to this one (which becomes it, if it is the first).
    pub fn intern_ref(&self, text: Ref<Str>) -> Ref<Str> {
        if text.head.interned.get() {
            return text;
        }
        if !self.is_exact_str(text.as_value()) {
            return self.intern_ref(self.str_build(
                text.char_count(),
                text.codes().max().unwrap_or(0),
                text.codes(),
            ));
        }
        let hash = self.hash_str(&text) as u64;
        let mut table = self.interned.borrow_mut();
        let keys = self.hash_keys.get();
        let entry = table.entry(
            hash,
            |t| t.same_text(&text),
            |t| crate::hash::hash_text(keys, t) as u64,
        );
        let kept = entry.or_insert(text).into_mut();
        kept.head.interned.set(true);
        kept.clone()
    }

    /// Makes a cell of the type, or of a subclass of it, with what the class adds.
    #[inline]
    pub fn alloc<T: Payload>(&self, ty: &Ref<TypeObj>, payload: T) -> Ref<T> {
        let made = alloc(Some(ty.as_value()), ty.tail_slots(), payload);
        ty.finish_instance(made.as_value());
        made
    }

    /// `type(value)`.
    #[inline]
    pub fn type_of<'a>(&'a self, value: &'a Value) -> &'a Ref<TypeObj> {
        if let Some(ty) = value.cell_type() {
            return ty.downcast::<TypeObj>().unwrap_or(&self.types.object);
        }
        self.type_of_immediate(value)
    }

    #[inline]
    fn type_of_immediate(&self, value: &Value) -> &Ref<TypeObj> {
        if value.is_small_int() {
            &self.types.int
        } else if value.is_immediate_float() {
            &self.types.float
        } else if value.is_none() {
            &self.types.none_type
        } else if value.is(&Value::TRUE) || value.is(&Value::FALSE) {
            &self.types.bool
        } else if value.is(&Value::ELLIPSIS) {
            &self.types.ellipsis
        } else {
            &self.types.not_implemented
        }
    }

    /// The name of the value's type, as messages show it.
    pub fn type_name(&self, value: &Value) -> String {
        self.type_of(value).display_name()
    }

    /// Whether the value is an instance of the type or of a subclass (`PyObject_TypeCheck`).
    #[inline]
    pub fn is_instance(&self, value: &Value, ty: &Ref<TypeObj>) -> bool {
        self.type_of(value).is_subtype(ty)
    }

    /// Whether the value's type is exactly this one.
    #[inline]
    pub fn is_exact(&self, value: &Value, ty: &Ref<TypeObj>) -> bool {
        self.type_of(value).same(ty)
    }

    #[inline]
    pub fn is_exact_str(&self, value: &Value) -> bool {
        value
            .header()
            .is_some_and(|h| h.type_address() as u64 == self.types.str.as_value().bits())
    }

    /// Calls with positional arguments.
    #[inline]
    pub fn call(&self, callable: &Value, args: &[Value]) -> PyResult {
        self.call_args(callable, &Args::new(args))
    }

    /// Calls anything (`PyObject_Vectorcall`).
    #[inline]
    pub fn call_args(&self, callable: &Value, args: &Args<'_>) -> PyResult {
        let ty = self.type_of(callable);
        match ty.slots.call.get() {
            // The executor counts the depth of Python functions itself.
            Some(call) if ty.same(&self.types.function) => call(self, callable, args),
            Some(call) => self.guarded(" while calling a Python object", || {
                call(self, callable, args)
            }),
            None => Err(self.type_error(format!(
                "'{}' object is not callable",
                self.type_name(callable)
            ))),
        }
    }

    /// Calls a method by name.
    pub fn call_method(&self, object: &Value, name: &Ref<Str>, args: &[Value]) -> PyResult {
        let method = self.getattr(object, name)?;
        self.call(&method, args)
    }

    /// Calls `__name__` found on the type, not on the instance; `None` if the type has none (`vectorcall_maybe`).
    pub fn call_special(
        &self,
        object: &Value,
        name: &Ref<Str>,
        args: &[Value],
    ) -> Option<PyResult> {
        let ty = self.type_of(object);
        let found = ty.lookup(self, name)?;
        Some(self.call_found(&found, object, &Args::new(args)))
    }

    /// Calls what was found on the object's type as its method, without making a bound method if it can be helped.
    pub fn call_found(&self, found: &Value, object: &Value, args: &Args<'_>) -> PyResult {
        let kind = self.type_of(found);
        if kind.has(type_flags::METHOD_DESCRIPTOR) {
            return self.call_with_self(found, object, args);
        }
        match kind.slots.descr_get.get() {
            Some(get) => {
                let ty = self.type_of(object).clone();
                let bound = get(self, found, Some(object), ty.as_value())?;
                self.call_args(&bound, args)
            }
            None => self.call_args(found, args),
        }
    }

    /// Calls with one more argument in front.
    #[inline]
    pub fn call_with_self(&self, callable: &Value, this: &Value, args: &Args<'_>) -> PyResult {
        let values = args.all_values();
        let names = args.keyword_names();
        match values {
            [] => self.call_args(callable, &Args::new(std::slice::from_ref(this))),
            [a] => self.call_args(
                callable,
                &Args::with_names(&[this.clone(), a.clone()], names),
            ),
            [a, b] => {
                let row = [this.clone(), a.clone(), b.clone()];
                self.call_args(callable, &Args::with_names(&row, names))
            }
            _ => {
                let mut row = Vec::with_capacity(values.len() + 1);
                row.push(this.clone());
                row.extend_from_slice(values);
                self.call_args(callable, &Args::with_names(&row, names))
            }
        }
    }

    /// The special method found on the type, bound to the object.
    pub fn special(&self, object: &Value, name: &Ref<Str>) -> Option<PyResult> {
        let ty = self.type_of(object);
        let found = ty.lookup(self, name)?;
        Some(match self.type_of(&found).slots.descr_get.get() {
            Some(get) => get(self, &found, Some(object), ty.as_value()),
            None => Ok(found),
        })
    }

    /// Runs native code that may run Python code, guarding the native stack (`Py_EnterRecursiveCall`).
    #[inline]
    pub fn guarded<T>(&self, place: &str, f: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
        let depth = self.thread.native_depth.get();
        if depth >= NATIVE_DEPTH {
            return Err(self.recursion_error(format!("maximum recursion depth exceeded{place}")));
        }
        self.thread.native_depth.set(depth + 1);
        let result = f();
        self.thread.native_depth.set(depth);
        result
    }
}

/// What a type without state of its own declares as its layout.
pub const PLAIN: Layout = Layout::Native(crate::kinds::PLAIN);

/// The declaration of a type that nobody has filled yet, with its flags.
pub const fn bare_spec(name: &'static str, layout: Layout) -> TypeSpec {
    TypeSpec {
        flags: type_flags::IMMUTABLE,
        ..TypeSpec::new(name, layout)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_starts_and_ends() {
        for _ in 0..2 {
            let rt = Rt::new();
            assert!(rt.types.bool.is_subtype(&rt.types.int));
            let d = rt.dict();
            for i in 0..1000 {
                d.set(&rt, &rt.int(i), rt.int(i * 2)).unwrap();
            }
            assert_eq!(
                d.get(&rt, &rt.int(77))
                    .unwrap()
                    .and_then(|v| v.as_small_int()),
                Some(154)
            );
            assert!(rt.intern("abc").same(&rt.intern("abc")));
            assert_eq!(
                rt.hash(rt.str("hello").as_value()).unwrap(),
                rt.hash_str(&rt.intern("hello"))
            );
        }
    }
}
