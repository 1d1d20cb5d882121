//! The objects a compiler leaves behind, each once, with the number of references to it.
//!
//! CPython marks an object for later reference when its reference count is not 1 as it is written
//! (`w_ref` in `Python/marshal.c`). After a compilation that count follows from how the compiler
//! shares objects, and this file does that sharing over: the constant cache merges equal constants
//! and tuples of a module (`merge_consts_recursive`, `_PyCompile_ConstCacheMergeOne` in
//! `Python/compile.c`), identifiers and name-like constants are interned (`intern_constants` in
//! `Objects/codeobject.c`), a few strings and numbers are immortal.

use hashbrown::HashTable;
use hognose_bytecode::{CodeObject, Const, OpTable, PyStr, flags};
use hognose_version::{Features, Interning};
use num_bigint::BigInt;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};
use std::ops::Range;

use super::compiled::Environment;
use super::identifiers::{
    enters_as_identifier, first_of, gather_identifiers, gather_name_addresses,
    identifier_constants, is_ascii,
};

/// An object's place in the pool.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Id(u32);

impl Id {
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

pub struct Object<'a> {
    pub kind: Kind<'a>,
    /// References from other objects of the pool.
    pub references: u32,
    /// Immortal, or held by something outside the code tree.
    pub always_flagged: bool,
}

pub enum Kind<'a> {
    /// None, True, False, Ellipsis: never flagged.
    Atom(u8),
    Int(i64),
    BigInt(&'a BigInt),
    Float(f64),
    Complex(f64, f64),
    Bytes(&'a [u8]),
    Str {
        text: &'a [u8],
        interned: bool,
    },
    /// Elements lie in [`Pool::children`].
    Tuple(Range<u32>),
    FrozenSet(Range<u32>),
    Slice(Range<u32>),
    /// Its place in [`Pool::code_parts`].
    Code(u32),
}

pub struct Code<'a> {
    pub code: &'a CodeObject,
    pub consts: Id,
    pub names: Id,
    pub localsplusnames: Id,
    pub filename: Id,
    pub name: Id,
    pub qualname: Id,
    pub linetable: Id,
    pub exceptiontable: Id,
}

/// A frozenset of the constant cache, before a code object takes it.
struct CachedSet {
    elements: Range<u32>,
    /// Interning its elements makes a new set; see [`Pool::is_rebuilt`].
    rebuilt: bool,
    /// The one object, where it is not rebuilt.
    shared: Option<Id>,
}

/// A constant as the cache knows it: an object, or with the highest bit a set.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Cached(u32);

impl Cached {
    const SET: u32 = 1 << 31;

    fn object(id: Id) -> Cached {
        Cached(id.0)
    }

    fn set(index: u32) -> Cached {
        Cached(index | Self::SET)
    }

    /// The object, or else the set's index.
    fn parts(self) -> Result<Id, usize> {
        if self.0 & Self::SET == 0 {
            Ok(Id(self.0))
        } else {
            Err((self.0 & !Self::SET) as usize)
        }
    }
}

pub struct Pool<'a> {
    pub objects: Vec<Object<'a>>,
    pub children: Vec<Id>,
    environment: &'a Environment<'a>,
    interning: Interning,
    table: &'static OpTable,
    interned: FxHashMap<&'a [u8], Id>,
    /// The same by where the text lies: the compiler has one string of each name.
    interned_at: FxHashMap<usize, Id>,
    strings: FxHashMap<&'a [u8], Id>,
    statics: FxHashMap<&'a [u8], Id>,
    bytes: FxHashMap<&'a [u8], Id>,
    ints: FxHashMap<i64, Id>,
    floats: FxHashMap<u64, Id>,
    complexes: FxHashMap<(u64, u64), Id>,
    big_ints: FxHashMap<&'a BigInt, Id>,
    atoms: [Option<Id>; 4],
    tuples: HashTable<(Range<u32>, Id)>,
    slices: FxHashMap<[Id; 3], Id>,
    /// What the tuples of the cache were keyed by: sets as yet unrebuilt.
    keys: Vec<Cached>,
    sets: Vec<CachedSet>,
    set_elements: Vec<Id>,
    sets_by_elements: FxHashMap<Vec<Id>, u32>,
    codes: HashTable<Id>,
    pub code_parts: Vec<Code<'a>>,
    filenames: FxHashMap<&'a [u8], Id>,
    /// Whether the constant being met was made of identifiers.
    in_names: bool,
    /// Where the texts of names lie; gathered when the first constant asks.
    name_addresses: Option<FxHashSet<usize>>,
    /// Identifiers of the module, and the string object of each where it is known; gathered when the first frozenset asks.
    identifiers: Option<FxHashMap<&'a [u8], Option<&'a PyStr>>>,
    root: &'a CodeObject,
    scratch: Vec<Vec<Cached>>,
    /// The elements of the tuple being made.
    taken: Vec<Id>,
}

/// As many objects as a small module has.
const SOME: usize = 256;

/// About as many as a code object adds.
const PER_CODE: usize = 16;

/// The code objects of a module.
fn count_codes(code: &CodeObject) -> usize {
    1 + code
        .children()
        .map(|child| count_codes(child))
        .sum::<usize>()
}

/// The type codes of the atoms, in the order of [`Pool::atoms`].
const ATOMS: [u8; 4] = *b"NTF.";

impl<'a> Pool<'a> {
    /// The pool of a module, and its code object.
    pub fn of(root: &'a CodeObject, environment: &'a Environment<'a>) -> (Pool<'a>, Id) {
        let expected = SOME + PER_CODE * count_codes(root);
        let mut pool = Pool {
            objects: Vec::with_capacity(expected),
            children: Vec::with_capacity(expected),
            environment,
            interning: Features::of(environment.version).interning,
            table: OpTable::of(environment.version).unwrap_or(OpTable::default_version()),
            interned: FxHashMap::with_capacity_and_hasher(SOME, FxBuildHasher),
            interned_at: FxHashMap::with_capacity_and_hasher(SOME, FxBuildHasher),
            strings: FxHashMap::with_capacity_and_hasher(SOME, FxBuildHasher),
            statics: FxHashMap::default(),
            bytes: FxHashMap::with_capacity_and_hasher(SOME, FxBuildHasher),
            ints: FxHashMap::default(),
            floats: FxHashMap::default(),
            complexes: FxHashMap::default(),
            big_ints: FxHashMap::default(),
            atoms: [None; 4],
            tuples: HashTable::with_capacity(SOME),
            slices: FxHashMap::default(),
            keys: Vec::with_capacity(expected),
            sets: Vec::new(),
            set_elements: Vec::new(),
            sets_by_elements: FxHashMap::default(),
            codes: HashTable::with_capacity(SOME / 8),
            code_parts: Vec::new(),
            filenames: FxHashMap::default(),
            in_names: false,
            name_addresses: None,
            identifiers: None,
            root,
            scratch: Vec::new(),
            taken: Vec::new(),
        };
        let id = pool.code(root);
        (pool, id)
    }

    /// Which strings are interned.
    pub fn interning(&self) -> Interning {
        self.interning
    }

    pub fn get(&self, id: Id) -> &Object<'a> {
        &self.objects[id.0 as usize]
    }

    pub fn children_of(&self, range: &Range<u32>) -> &[Id] {
        &self.children[range.start as usize..range.end as usize]
    }

    /// The object of `b""`, if anything in the tree is it.
    pub fn empty_bytes(&self) -> Option<Id> {
        self.bytes.get(&b""[..]).copied()
    }

    fn add(&mut self, kind: Kind<'a>, always_flagged: bool) -> Id {
        let id = Id(self.objects.len() as u32);
        self.objects.push(Object {
            kind,
            references: 0,
            always_flagged,
        });
        id
    }

    fn refer(&mut self, id: Id) {
        self.objects[id.0 as usize].references += 1;
    }

    /// An identifier.
    fn identifier(&mut self, name: &'a PyStr) -> Id {
        let text = name.as_bytes();
        let address = text.as_ptr().addr();
        if let Some(id) = self.interned_at.get(&address) {
            return *id;
        }
        let id = self.interned(text);
        self.interned_at.insert(address, id);
        id
    }

    /// An interned string: identifiers, and constants that look like one.
    fn interned(&mut self, text: &'a [u8]) -> Id {
        if let Some(id) = self.interned.get(text) {
            return *id;
        }
        // A character's one object may have been met as a constant before.
        let constant = is_latin1_character(text)
            .then(|| self.strings.get(text).copied())
            .flatten();
        let id = match constant {
            Some(id) => id,
            None => self.add(
                Kind::Str {
                    text,
                    interned: true,
                },
                true,
            ),
        };
        if let Kind::Str { interned, .. } = &mut self.objects[id.0 as usize].kind {
            *interned = true;
        }
        self.interned.insert(text, id);
        id
    }

    /// Whether a constant is the object of an identifier; asked only of what is not interned anyway.
    fn is_identifier_object(&mut self, string: &PyStr) -> bool {
        if string.is_ascii() {
            return false;
        }
        if self.in_names {
            return true;
        }
        let root = self.root;
        let addresses = self.name_addresses.get_or_insert_with(|| {
            let mut found = FxHashSet::default();
            gather_name_addresses(root, &mut found);
            found
        });
        addresses.contains(&string.as_bytes().as_ptr().addr())
    }

    /// Interns an object that was made already: it, or the one that is interned in its place.
    fn intern_object(&mut self, text: &'a [u8], id: Id) -> Id {
        if let Some(id) = self.interned.get(text) {
            return *id;
        }
        if self.is_live(text) {
            return self.interned(text);
        }
        let object = &mut self.objects[id.0 as usize];
        object.always_flagged = true;
        if let Kind::Str { interned, .. } = &mut object.kind {
            *interned = true;
        }
        self.interned.insert(text, id);
        id
    }

    /// A string constant.
    fn string(&mut self, string: &'a PyStr) -> Id {
        let text = string.as_bytes();
        if is_interned_constant(text) {
            return self.interned(text);
        }
        let is_character = is_latin1_character(text);
        let is_folded_percent = is_character && string.same_object(&PyStr::folded_percent());
        if is_character && !is_folded_percent && self.interning == Interning::All313 {
            // A folded percent sign in the constant cache stands for all that follow.
            let cached = self.strings.get(text).copied();
            return cached.unwrap_or_else(|| self.interned(text));
        }
        if is_character && let Some(id) = self.interned.get(text) {
            return *id;
        }
        if let Some(id) = self.strings.get(text) {
            return *id;
        }
        if self.is_identifier_object(string) {
            let id = self.interned(text);
            self.strings.insert(text, id);
            return id;
        }
        let id = self.add(
            Kind::Str {
                text,
                interned: false,
            },
            is_character && !is_folded_percent,
        );
        self.strings.insert(text, id);
        id
    }

    /// A bytes constant, or a table that goes through the constant cache.
    fn bytes(&mut self, bytes: &'a [u8]) -> Id {
        if let Some(id) = self.bytes.get(bytes) {
            return *id;
        }
        let id = self.add(Kind::Bytes(bytes), bytes.len() <= 1);
        self.bytes.insert(bytes, id);
        id
    }

    /// The source's name, which the compiler holds for the whole tree.
    fn filename(&mut self, text: &'a [u8]) -> Id {
        if let Some(id) = self.filenames.get(text) {
            return *id;
        }
        if self.interning == Interning::All313 {
            return self.interned(text);
        }
        let interned = false;
        let id = self.add(Kind::Str { text, interned }, true);
        self.filenames.insert(text, id);
        id
    }

    /// A code object's name; `compiler_enter_scope` and what it is called with.
    fn name(&mut self, name: &'a PyStr) -> Id {
        let text = name.as_bytes();
        if self.interning == Interning::All313 {
            return self.interned(text);
        }
        if is_static_name(text) {
            if let Some(id) = self.statics.get(text) {
                return *id;
            }
            let id = self.add(
                Kind::Str {
                    text,
                    interned: false,
                },
                true,
            );
            self.statics.insert(text, id);
            return id;
        }
        if text.starts_with(b"<generic parameters of ") {
            return self.add(
                Kind::Str {
                    text,
                    interned: false,
                },
                false,
            );
        }
        self.identifier(name)
    }

    fn atom(&mut self, index: usize) -> Id {
        if let Some(id) = self.atoms[index] {
            return id;
        }
        let id = self.add(Kind::Atom(ATOMS[index]), false);
        self.atoms[index] = Some(id);
        id
    }

    fn int(&mut self, value: i64) -> Id {
        if let Some(id) = self.ints.get(&value) {
            return *id;
        }
        // The small integers are immortal; `_PY_NSMALLNEGINTS`, `_PY_NSMALLPOSINTS`.
        let id = self.add(Kind::Int(value), (-5..=256).contains(&value));
        self.ints.insert(value, id);
        id
    }

    fn constant(&mut self, constant: &'a Const) -> Cached {
        Cached::object(match constant {
            Const::None => self.atom(0),
            Const::True => self.atom(1),
            Const::False => self.atom(2),
            Const::Ellipsis => self.atom(3),
            Const::Int(value) => self.int(*value),
            Const::BigInt(value) => {
                if let Some(id) = self.big_ints.get(&**value) {
                    return Cached::object(*id);
                }
                let id = self.add(Kind::BigInt(value), false);
                self.big_ints.insert(value, id);
                id
            }
            Const::Float(value) => self.float(*value),
            Const::Complex { re, im } => self.complex(*re, *im),
            Const::Str(text) => self.string(text),
            Const::Bytes(bytes) => self.bytes(bytes),
            Const::Tuple(items) => self.tuple(items),
            Const::FrozenSet(items) => return self.frozen_set(items),
            Const::Code(code) => self.code(code),
            Const::Slice(parts) => self.slice(parts),
        })
    }

    /// The constants of a code object, in order.
    fn constants(&mut self, code: &'a CodeObject, keys: &mut Vec<Cached>) {
        if code.consts.iter().all(is_ascii) {
            keys.extend(code.consts.iter().map(|constant| self.constant(constant)));
            return;
        }
        let made_of_names = identifier_constants(self.table, code);
        for (index, constant) in code.consts.iter().enumerate() {
            self.in_names = made_of_names.contains(&index);
            keys.push(self.constant(constant));
            self.in_names = false;
        }
    }

    fn float(&mut self, value: f64) -> Id {
        // NaNs never merge: no two are equal.
        if !value.is_nan()
            && let Some(id) = self.floats.get(&value.to_bits())
        {
            return *id;
        }
        let id = self.add(Kind::Float(value), false);
        self.floats.insert(value.to_bits(), id);
        id
    }

    fn complex(&mut self, re: f64, im: f64) -> Id {
        let key = (re.to_bits(), im.to_bits());
        if !re.is_nan()
            && !im.is_nan()
            && let Some(id) = self.complexes.get(&key)
        {
            return *id;
        }
        let id = self.add(Kind::Complex(re, im), false);
        self.complexes.insert(key, id);
        id
    }

    fn slice(&mut self, parts: &'a [Const; 3]) -> Id {
        let ids = parts.each_ref().map(|part| {
            let cached = self.constant(part);
            self.take(cached)
        });
        if let Some(id) = self.slices.get(&ids) {
            return *id;
        }
        let start = self.children.len() as u32;
        self.children.extend(ids);
        ids.into_iter().for_each(|id| self.refer(id));
        let id = self.add(Kind::Slice(start..start + 3), false);
        self.slices.insert(ids, id);
        id
    }

    fn tuple(&mut self, items: &'a [Const]) -> Id {
        let mut keys = self.scratch.pop().unwrap_or_default();
        keys.extend(items.iter().map(|item| self.constant(item)));
        let id = self.tuple_of(&keys);
        keys.clear();
        self.scratch.push(keys);
        id
    }

    fn names(&mut self, names: &'a [PyStr]) -> Id {
        let mut keys = self.scratch.pop().unwrap_or_default();
        keys.extend(
            names
                .iter()
                .map(|name| Cached::object(self.identifier(name))),
        );
        let id = self.tuple_of(&keys);
        keys.clear();
        self.scratch.push(keys);
        id
    }

    /// The one tuple of the cache with these elements.
    fn tuple_of(&mut self, keys: &[Cached]) -> Id {
        let hash = hash_of_keys(keys);
        let all_keys = &self.keys;
        let slot = |range: &Range<u32>| &all_keys[range.start as usize..range.end as usize];
        if let Some((_, id)) = self.tuples.find(hash, |(range, _)| slot(range) == keys) {
            return *id;
        }
        let key_start = self.keys.len() as u32;
        self.keys.extend_from_slice(keys);
        // Taking a set appends its elements, so the tuple's own follow only after.
        let mut taken = std::mem::take(&mut self.taken);
        taken.extend(keys.iter().map(|key| self.take(*key)));
        let start = self.children.len() as u32;
        for id in taken.drain(..) {
            self.refer(id);
            self.children.push(id);
        }
        self.taken = taken;
        let end = self.children.len() as u32;
        let id = self.add(Kind::Tuple(start..end), keys.is_empty());
        let range = key_start..key_start + keys.len() as u32;
        let all_keys = &self.keys;
        self.tuples.insert_unique(hash, (range, id), |(range, _)| {
            hash_of_keys(&all_keys[range.start as usize..range.end as usize])
        });
        id
    }

    fn frozen_set(&mut self, items: &'a [Const]) -> Cached {
        let mut ids: Vec<Id> = Vec::with_capacity(items.len());
        for item in items {
            let cached = self.constant(item);
            ids.push(self.take(cached));
        }
        ids.sort_unstable();
        if let Some(set) = self.sets_by_elements.get(&ids) {
            return Cached::set(*set);
        }
        let rebuilt = items.iter().any(|item| self.is_rebuilt(item));
        let start = self.set_elements.len() as u32;
        self.set_elements.extend_from_slice(&ids);
        let set = self.sets.len() as u32;
        let elements = start..start + ids.len() as u32;
        self.sets.push(CachedSet {
            elements,
            rebuilt,
            shared: None,
        });
        self.sets_by_elements.insert(ids, set);
        Cached::set(set)
    }

    /// Whether a frozenset with this element is made anew for each tuple that takes it.
    ///
    /// `intern_constants` replaces a set when interning an element gave another object than the
    /// element itself: when that text was interned before, by an identifier or by the process.
    fn is_rebuilt(&mut self, element: &Const) -> bool {
        let Const::Str(text) = element else {
            return false;
        };
        let text = text.as_bytes();
        if !is_interned_constant(text) {
            return false;
        }
        if is_latin1_character(text) {
            // As an identifier it is the same object; what the process interned at its start is not.
            return self.interning == Interning::Names312 && self.is_live(text);
        }
        let root = self.root;
        let table = self.table;
        let known = self.environment.identifiers;
        let identifiers = self.identifiers.get_or_insert_with(|| {
            let mut found: FxHashMap<_, _> = known
                .iter()
                .map(|identifier| (identifier.as_bytes(), Some(identifier)))
                .collect();
            if known.is_empty() {
                gather_identifiers(table, root, &mut |text| {
                    found.insert(text, None);
                });
            }
            found
        });
        let enters_as_identifier = match identifiers.get(text) {
            None => return self.is_live(text),
            Some(Some(identifier)) => {
                first_of(root, text).is_some_and(|first| first.same_object(identifier))
            }
            Some(None) => enters_as_identifier(table, root, text) == Some(true),
        };
        !enters_as_identifier
    }

    /// Whether the compiling process held an interned string of this text from the start.
    fn is_live(&self, text: &[u8]) -> bool {
        self.environment
            .live
            .contains(self.environment.version, text)
    }

    /// The object that a container gets for a constant of the cache.
    fn take(&mut self, cached: Cached) -> Id {
        let index = match cached.parts() {
            Ok(id) => return id,
            Err(index) => index,
        };
        let CachedSet {
            elements,
            rebuilt,
            shared,
        } = &self.sets[index];
        if let Some(id) = shared {
            return *id;
        }
        let (elements, rebuilt) = (elements.clone(), *rebuilt);
        let start = self.children.len() as u32;
        for position in elements {
            let id = self.set_elements[position as usize];
            self.refer(id);
            self.children.push(id);
        }
        let end = self.children.len() as u32;
        let id = self.add(Kind::FrozenSet(start..end), false);
        if !rebuilt {
            self.sets[index].shared = Some(id);
        }
        id
    }

    fn code(&mut self, code: &'a CodeObject) -> Id {
        // Constants first, in order: the order in which the cache met them decides which of two equal
        // strings a class's qualified name is.
        let is_class = code.flags & (flags::OPTIMIZED | flags::NEWLOCALS) == 0;
        let qualname_text = code.qualname.as_bytes();
        let has_own_qualname = code.qualname != code.name;
        let qualname_was_cached = self.strings.contains_key(qualname_text);
        let mut keys = self.scratch.pop().unwrap_or_default();
        self.constants(code, &mut keys);
        let consts = self.tuple_of(&keys);
        keys.clear();
        self.scratch.push(keys);

        let names = self.names(&code.names);
        let localsplusnames = self.names(&code.localsplusnames);
        let linetable = self.bytes(&code.linetable);
        let exceptiontable = self.bytes(&code.exceptiontable);
        if code.localspluskinds.is_empty() {
            // The empty bytes object is one; longer kinds are always a fresh object.
            self.bytes(&code.localspluskinds);
        }
        let filename = self.filename(code.filename.as_bytes());
        let name = self.name(&code.name);
        let qualname = if !has_own_qualname {
            name
        } else if let Some(constant) = self.strings.get(qualname_text).copied()
            && is_class
            && !qualname_was_cached
        {
            match self.interning {
                Interning::Names312 => constant,
                Interning::All313 => self.intern_object(qualname_text, constant),
            }
        } else if self.interning == Interning::All313 {
            self.interned(qualname_text)
        } else {
            self.add(
                Kind::Str {
                    text: qualname_text,
                    interned: false,
                },
                false,
            )
        };
        let record = Code {
            code,
            consts,
            names,
            localsplusnames,
            filename,
            name,
            qualname,
            linetable,
            exceptiontable,
        };

        let hash = hash_code(&record);
        let (objects, parts) = (&self.objects, &self.code_parts);
        let same = |id: &Id| match &objects[id.0 as usize].kind {
            Kind::Code(other) => same_code(&record, &parts[*other as usize]),
            _ => false,
        };
        if let Some(id) = self.codes.find(hash, same) {
            return *id;
        }
        for part in [
            consts,
            names,
            localsplusnames,
            filename,
            name,
            qualname,
            linetable,
            exceptiontable,
        ] {
            self.refer(part);
        }
        let id = self.add(Kind::Code(self.code_parts.len() as u32), false);
        self.code_parts.push(record);
        let (objects, parts) = (&self.objects, &self.code_parts);
        self.codes
            .insert_unique(hash, id, |id| match &objects[id.0 as usize].kind {
                Kind::Code(code) => hash_code(&parts[*code as usize]),
                _ => 0,
            });
        id
    }
}

/// `code_richcompare`: the constant cache merges code objects too, such as those of a `finally`
/// block that is compiled twice.
fn same_code(a: &Code<'_>, b: &Code<'_>) -> bool {
    a.consts == b.consts
        && a.names == b.names
        && a.localsplusnames == b.localsplusnames
        && a.linetable == b.linetable
        && a.exceptiontable == b.exceptiontable
        && a.code.name == b.code.name
        && a.code.firstlineno == b.code.firstlineno
        && a.code.argcount == b.code.argcount
        && a.code.posonlyargcount == b.code.posonlyargcount
        && a.code.kwonlyargcount == b.code.kwonlyargcount
        && a.code.flags == b.code.flags
        && a.code.code == b.code.code
}

fn hash_code(code: &Code<'_>) -> u64 {
    hash_of(&(
        code.consts,
        code.names,
        code.linetable,
        code.code.firstlineno,
    ))
}

fn hash_of(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}

fn hash_of_keys(keys: &[Cached]) -> u64 {
    let mut hasher = FxHasher::default();
    keys.iter().for_each(|key| hasher.write_u32(key.0));
    hasher.finish()
}

/// `all_name_chars`, and the one other string constant that is interned as a process starts.
fn is_interned_constant(text: &[u8]) -> bool {
    text == b"*"
        || text
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// One character below U+0100: CPython has one immortal object of each.
fn is_latin1_character(text: &[u8]) -> bool {
    matches!(text, [0..=0x7f] | [0xc2 | 0xc3, _])
}

/// Names that are static strings of the interpreter, not interned in 3.12.
fn is_static_name(text: &[u8]) -> bool {
    matches!(
        text,
        b"<module>" | b"<lambda>" | b"<listcomp>" | b"<setcomp>" | b"<dictcomp>" | b"<genexpr>"
    )
}
