//! `type`: the payload of classes; attribute look-up along the MRO with versions for inline caches.

use crate::dict::Dict;
use crate::kinds;
use crate::native::{GetSetDef, NativeDef};
use crate::rt::Rt;
use crate::slots::{SlotCells, Slots};
use crate::str_::{Str, StrExt};
use hognose_heap::{Kind, Payload, Ref, Trace, Value, ValueCell, Visitor, Weak};
use std::cell::{Cell, RefCell};

/// Bits of [`TypeObj::flags`].
pub mod type_flags {
    /// Can be subclassed (`Py_TPFLAGS_BASETYPE`).
    pub const BASETYPE: u32 = 1;
    /// Made by a class statement or `type()` (`Py_TPFLAGS_HEAPTYPE`).
    pub const HEAP: u32 = 2;
    /// Instances have a `__dict__`.
    pub const HAS_DICT: u32 = 4;
    /// Instances can be weakly referenced.
    pub const HAS_WEAKREF: u32 = 8;
    /// `__getattribute__` is the generic one, so inline caches may do its work.
    pub const GENERIC_GETATTR: u32 = 16;
    pub const GENERIC_SETATTR: u32 = 32;
    /// Attributes cannot be set from Python (`Py_TPFLAGS_IMMUTABLETYPE`).
    pub const IMMUTABLE: u32 = 64;
    pub const ABSTRACT: u32 = 128;
    /// Matches sequence patterns (`Py_TPFLAGS_SEQUENCE`).
    pub const SEQUENCE: u32 = 256;
    /// Matches mapping patterns (`Py_TPFLAGS_MAPPING`).
    pub const MAPPING: u32 = 512;
    /// A class pattern's one positional subpattern matches the whole (`_Py_TPFLAGS_MATCH_SELF`).
    pub const MATCH_SELF: u32 = 1024;
    /// Methods of the type bind like functions (`Py_TPFLAGS_METHOD_DESCRIPTOR`): calls need no bound method.
    pub const METHOD_DESCRIPTOR: u32 = 2048;
    /// Calling the type from Python raises (`Py_TPFLAGS_DISALLOW_INSTANTIATION`).
    pub const NO_NEW: u32 = 4096;
    /// `__del__` is defined along the MRO.
    pub const FINALIZE: u32 = 8192;
    pub const LONG_SUBCLASS: u32 = 1 << 24;
    pub const LIST_SUBCLASS: u32 = 1 << 25;
    pub const TUPLE_SUBCLASS: u32 = 1 << 26;
    pub const BYTES_SUBCLASS: u32 = 1 << 27;
    pub const STR_SUBCLASS: u32 = 1 << 28;
    pub const DICT_SUBCLASS: u32 = 1 << 29;
    pub const EXC_SUBCLASS: u32 = 1 << 30;
    pub const TYPE_SUBCLASS: u32 = 1 << 31;
    /// What a subclass takes over.
    pub const INHERITED: u32 =
        HAS_DICT | HAS_WEAKREF | SEQUENCE | MAPPING | MATCH_SELF | FINALIZE | 0xff00_0000;
}

/// How instances are laid out: decides which bases go together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// `object` itself.
    Plain,
    /// Instances of Python classes: shape and slots ([`crate::instance`]).
    Instance,
    /// A native payload; what subclasses add stands in the cell's tail: the `__dict__`, then `__slots__`.
    Native(Kind),
}

/// The payload of `type`.
pub struct TypeObj {
    pub name: RefCell<Ref<Str>>,
    pub qualname: RefCell<Ref<Str>>,
    pub base: ValueCell,
    /// A tuple.
    pub bases: ValueCell,
    pub mro: RefCell<Vec<Ref<TypeObj>>>,
    pub dict: Ref<Dict>,
    pub slots: SlotCells,
    pub flags: Cell<u32>,
    pub layout: Cell<Layout>,
    /// Tail slots of an instance (native layouts): its `__dict__` if any, then `__slots__`.
    pub tail: Cell<u32>,
    /// `__slots__` members at the front of an instance (instance layout).
    pub members: Cell<u32>,
    /// How many attributes an instance is expected to have (instance layout).
    pub expected: Cell<u32>,
    /// Whether an instance was ever made with the instance layout.
    pub has_instances: Cell<bool>,
    /// Changes whenever a look-up on the type may have another result; 0 while nobody cached anything.
    pub(crate) version: Cell<u32>,
    pub subclasses: RefCell<Vec<Weak>>,
    /// The module of a native type; a heap type has it in its dict.
    pub module: &'static str,
    pub doc: &'static str,
}

impl Payload for TypeObj {
    const KIND: Kind = kinds::TYPE;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.base.trace(visitor);
        self.bases.trace(visitor);
        self.mro.trace(visitor);
        self.dict.trace(visitor);
    }

    fn clear(&self) {
        self.dict.clear();
        self.bases.set(None);
        self.base.set(None);
        if let Ok(mut mro) = self.mro.try_borrow_mut() {
            // The MRO holds the class itself.
            let old = std::mem::take(&mut *mro);
            drop(mro);
            drop(old);
        }
    }
}

/// A native type as it is declared.
pub struct TypeSpec {
    /// `module.name`, or the bare name for `builtins`.
    pub name: &'static str,
    pub layout: Layout,
    pub flags: u32,
    pub slots: Slots,
    pub methods: &'static [NativeDef],
    pub getset: &'static [GetSetDef],
    pub doc: &'static str,
}

impl TypeSpec {
    /// A type with nothing but its name and layout; the rest by `..TypeSpec::new(…)`.
    pub const fn new(name: &'static str, layout: Layout) -> TypeSpec {
        TypeSpec {
            name,
            layout,
            flags: 0,
            slots: Slots::NONE,
            methods: &[],
            getset: &[],
            doc: "",
        }
    }
}

impl TypeObj {
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }

    /// Whether this type is `other` or derives from it (`PyType_IsSubtype`; no `__subclasscheck__`).
    #[inline]
    pub fn is_subtype(&self, other: &Ref<TypeObj>) -> bool {
        std::ptr::eq::<TypeObj>(self, &**other) || self.mro.borrow().iter().any(|t| t.same(other))
    }

    /// How many tail slots an instance needs.
    #[inline]
    pub fn tail_slots(&self) -> usize {
        self.tail.get() as usize
    }

    /// What every new instance of the type must be marked with.
    #[inline]
    pub fn finish_instance(&self, instance: &Value) {
        if self.flags.get() & (type_flags::HEAP | type_flags::FINALIZE) != 0 {
            self.mark_instance(instance);
        }
    }

    #[cold]
    fn mark_instance(&self, instance: &Value) {
        if let Some(header) = instance.header() {
            if self.has(type_flags::HEAP) {
                header.set_flags(hognose_heap::flags::SUBCLASS);
            }
            if self.has(type_flags::FINALIZE) {
                header.set_flags(hognose_heap::flags::FINALIZE);
            }
        }
    }

    /// The attribute along the MRO (`_PyType_Lookup`), unbound.
    #[inline]
    pub fn lookup(&self, rt: &Rt, name: &Ref<Str>) -> Option<Value> {
        rt.method_cache.lookup(rt, self, name)
    }

    /// As [`TypeObj::lookup`], past the cache.
    pub(crate) fn lookup_uncached(&self, rt: &Rt, name: &Ref<Str>) -> Option<Value> {
        self.mro
            .borrow()
            .iter()
            .find_map(|t| t.dict.get_str(rt, name))
    }

    /// The base of the MRO in whose dict the attribute stands.
    pub fn lookup_owner(&self, rt: &Rt, name: &Ref<Str>) -> Option<Ref<TypeObj>> {
        self.mro
            .borrow()
            .iter()
            .find(|t| t.dict.get_str(rt, name).is_some())
            .cloned()
    }

    /// The type's version, given now if it has none: equal versions mean equal look-ups.
    #[inline]
    pub fn version(&self, rt: &Rt) -> u32 {
        if self.version.get() == 0 {
            self.version.set(rt.next_type_version());
        }
        self.version.get()
    }

    /// The version, 0 if nobody asked since the last change.
    #[inline]
    pub fn known_version(&self) -> u32 {
        self.version.get()
    }

    /// Says that look-ups on the type and its subclasses may have changed (`PyType_Modified`).
    pub fn modified(&self) {
        // A subclass of a type without a version may have one: its own look-ups gave it.
        self.version.set(0);
        for sub in self.living_subclasses() {
            sub.modified();
        }
    }

    pub fn living_subclasses(&self) -> Vec<Ref<TypeObj>> {
        self.subclasses
            .borrow()
            .iter()
            .filter_map(Weak::get)
            .filter_map(|v| Ref::try_from(v).ok())
            .collect()
    }

    /// The name as messages show it (`tp_name`): with its module for native types outside `builtins`.
    pub fn display_name(&self) -> String {
        let name = self.name.borrow();
        if self.module.is_empty() || self.module == "builtins" {
            name.to_str().into_owned()
        } else {
            format!("{}.{}", self.module, name.to_str())
        }
    }
}

/// A cache of look-ups, by type version and name (CPython's `type_cache`).
pub struct MethodCache {
    entries: RefCell<Vec<CacheEntry>>,
}

struct CacheEntry {
    version: u32,
    name: u64,
    value: Option<Value>,
    /// Keeps the name alive, so that its address names nothing else.
    _held: Option<Ref<Str>>,
}

const CACHE_BITS: u32 = 12;

impl MethodCache {
    pub(crate) fn new() -> MethodCache {
        let empty = || CacheEntry {
            version: 0,
            name: 0,
            value: None,
            _held: None,
        };
        MethodCache {
            entries: RefCell::new((0..1 << CACHE_BITS).map(|_| empty()).collect()),
        }
    }

    #[inline]
    fn lookup(&self, rt: &Rt, ty: &TypeObj, name: &Ref<Str>) -> Option<Value> {
        if !name.head.interned.get() {
            return ty.lookup_uncached(rt, name);
        }
        let version = ty.version(rt);
        let word = name.as_value().bits();
        let place = (version as usize ^ (word >> 4) as usize) & ((1 << CACHE_BITS) - 1);
        {
            let entries = self.entries.borrow();
            let entry = &entries[place];
            if entry.version == version && entry.name == word {
                return entry.value.clone();
            }
        }
        let value = ty.lookup_uncached(rt, name);
        let new = CacheEntry {
            version,
            name: word,
            value: value.clone(),
            _held: Some(name.clone()),
        };
        let old = std::mem::replace(&mut self.entries.borrow_mut()[place], new);
        drop(old);
        value
    }

    /// Forgets everything: it holds references.
    pub fn clear(&self) {
        let old: Vec<_> = self
            .entries
            .borrow_mut()
            .iter_mut()
            .map(|e| (e.value.take(), e._held.take()))
            .collect();
        for entry in self.entries.borrow_mut().iter_mut() {
            entry.version = 0;
        }
        drop(old);
    }
}
