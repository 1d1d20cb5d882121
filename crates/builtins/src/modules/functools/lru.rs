//! `lru_cache`: a function that remembers its results.

use super::check_callable;
use crate::kinds;
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::dict::Dict;
use hognose_object::type_object::{get_instance_dict, set_instance_dict};
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Signature, Slots, TypeObj,
    TypeSpec, Value, type_flags,
};
use std::cell::{Cell, RefCell};

/// A remembered call, in a ring whose first place belongs to none.
struct Link {
    before: usize,
    after: usize,
    hash: i64,
    key: Value,
    result: Value,
}

/// The remembered calls from the one used longest ago to the last one.
struct Ring(Vec<Link>);

impl Ring {
    fn new() -> Ring {
        Ring(vec![Link {
            before: 0,
            after: 0,
            hash: 0,
            key: Value::NONE,
            result: Value::NONE,
        }])
    }

    fn unlink(&mut self, at: usize) {
        let (before, after) = (self.0[at].before, self.0[at].after);
        self.0[before].after = after;
        self.0[after].before = before;
    }

    fn link_last(&mut self, at: usize) {
        let last = self.0[0].before;
        self.0[last].after = at;
        self.0[0].before = at;
        self.0[at].before = last;
        self.0[at].after = 0;
    }

    /// Makes a call the last used; its result.
    fn touch(&mut self, at: usize) -> Option<Value> {
        let found = self.0.get(at).filter(|_| at > 0)?.result.clone();
        self.unlink(at);
        self.link_last(at);
        Some(found)
    }
}

/// The payload of `functools._lru_cache_wrapper`.
pub(super) struct Cache {
    function: Value,
    info_type: Value,
    /// Stands between arguments and keywords in a key.
    mark: Value,
    /// Results by key; for a limited cache, places in the ring.
    cache: Ref<Dict>,
    ring: RefCell<Ring>,
    /// `None`: without a limit.
    most: Option<usize>,
    typed: bool,
    hits: Cell<i64>,
    misses: Cell<i64>,
}

impl Payload for Cache {
    const KIND: Kind = kinds::LRU_CACHE;
    const GC: bool = true;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.function.trace(visitor);
        self.info_type.trace(visitor);
        self.mark.trace(visitor);
        self.cache.as_value().trace(visitor);
        for link in &self.ring.borrow().0 {
            link.key.trace(visitor);
            link.result.trace(visitor);
        }
    }

    fn clear(&self) {
        self.cache.clear_items();
        drop(self.ring.replace(Ring::new()));
    }
}

fn this<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Cache> {
    value
        .downcast_ref::<Cache>()
        .ok_or_else(|| rt.type_error("a cached function was expected"))
}

pub(super) static WRAPPER: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE
        | type_flags::HAS_DICT
        | type_flags::HAS_WEAKREF
        | type_flags::METHOD_DESCRIPTOR,
    slots: Slots {
        new: Some(new),
        call: Some(call),
        descr_get: Some(|rt, v, object, _| {
            Ok(match object.filter(|object| !object.is_none()) {
                Some(object) => rt.bound_method(v.clone(), object.clone()),
                None => v.clone(),
            })
        }),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("cache_info", "($self, /)", Call::Zero(cache_info)),
        NativeDef::new("cache_clear", "($self, /)", Call::Zero(cache_clear)),
        NativeDef::new(
            "__reduce__",
            "",
            Call::Zero(|rt, v| rt.getattr_str(v, "__qualname__")),
        ),
        NativeDef::new("__copy__", "", Call::Many(|_, v, _| Ok(v.clone()))),
        NativeDef::new("__deepcopy__", "", Call::Many(|_, v, _| Ok(v.clone()))),
    ],
    getset: &[GetSetDef::read_write(
        "__dict__",
        get_instance_dict,
        set_instance_dict,
    )],
    doc: "Create a cached callable that wraps another function.\n\nuser_function:      the function being cached\n\nmaxsize:  0         for no caching\n          None      for unlimited cache size\n          n         for a bounded cache\n\ntyped:    False     cache f(3) and f(3.0) as identical calls\n          True      cache f(3) and f(3.0) as distinct calls\n\ncache_info_type:    namedtuple class with the fields:\n                        hits misses currsize maxsize\n",
    ..TypeSpec::new(
        "functools._lru_cache_wrapper",
        Layout::Native(kinds::LRU_CACHE),
    )
};

fn new(rt: &Rt, ty: &Ref<TypeObj>, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "lru_cache",
        params: &["user_function", "maxsize", "typed", "cache_info_type"],
        positional_only: 0,
        positional: 4,
        required: 4,
    };
    let [Some(function), Some(most), Some(typed), Some(info_type)] = rt.bind(&SIGNATURE, args)?
    else {
        return Err(rt.system_error("four arguments were checked"));
    };
    let typed = rt.truth(typed)?;
    check_callable(rt, function)?;
    let most = if most.is_none() {
        None
    } else if rt.type_of(most).slots.index.get().is_some() {
        Some(usize::try_from(rt.index_i64(most)?).unwrap_or(0))
    } else {
        return Err(rt.type_error("maxsize should be integer or None"));
    };
    let cache = Cache {
        function: function.clone(),
        info_type: info_type.clone(),
        mark: rt.call(rt.types.object.as_value(), &[])?,
        cache: rt.dict(),
        ring: RefCell::new(Ring::new()),
        most,
        typed,
        hits: Cell::new(0),
        misses: Cell::new(0),
    };
    Ok(rt.alloc(ty, cache).into_value())
}

/// `lru_cache_make_key`.
fn key_of(rt: &Rt, cache: &Cache, args: &Args<'_>) -> Value {
    let given = args.positional();
    if !cache.typed && !args.has_keywords() {
        // Common scalars are their own keys.
        if let [one] = given
            && (rt.is_exact_str(one) || rt.is_exact(one, &rt.types.int))
        {
            return one.clone();
        }
        return rt.tuple(given.to_vec()).into_value();
    }
    let mut row = given.to_vec();
    if args.has_keywords() {
        row.push(cache.mark.clone());
        for (name, value) in args.keywords() {
            row.push(name.as_value().clone());
            row.push(value.clone());
        }
    }
    if cache.typed {
        let types = args.all_values().iter();
        row.extend(types.map(|value| rt.type_of(value).as_value().clone()));
    }
    rt.tuple(row).into_value()
}

fn count(cell: &Cell<i64>) {
    cell.set(cell.get() + 1);
}

fn call(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let cache = this(rt, value)?;
    if cache.most == Some(0) {
        count(&cache.misses);
        return rt.call_args(&cache.function, args);
    }
    let key = key_of(rt, cache, args);
    let hash = rt.hash(&key)?;
    if let Some(found) = cache.cache.get_hashed(rt, &key, hash)? {
        if cache.most.is_none() {
            count(&cache.hits);
            return Ok(found);
        }
        let at = found.as_small_int().unwrap_or(0) as usize;
        if let Some(result) = cache.ring.borrow_mut().touch(at) {
            count(&cache.hits);
            return Ok(result);
        }
    }
    count(&cache.misses);
    let result = rt.call_args(&cache.function, args)?;
    match cache.most {
        None => drop(cache.cache.set_hashed(rt, &key, hash, result.clone())?),
        Some(most) => remember(rt, cache, most, key, hash, &result)?,
    }
    Ok(result)
}

/// Puts a result into a limited cache, in the place of the one used longest ago if it is full
/// (`bounded_lru_cache_wrapper`).
fn remember(
    rt: &Rt,
    cache: &Cache,
    most: usize,
    key: Value,
    hash: i64,
    result: &Value,
) -> PyResult<()> {
    // The function may have put it there itself.
    if cache.cache.get_hashed(rt, &key, hash)?.is_some() {
        return Ok(());
    }
    let mut link = Link {
        before: 0,
        after: 0,
        hash,
        key: key.clone(),
        result: result.clone(),
    };
    let at = if cache.cache.len() < most {
        let mut ring = cache.ring.borrow_mut();
        ring.0.push(link);
        ring.0.len() - 1
    } else {
        let (at, old_key, old_hash) = {
            let mut ring = cache.ring.borrow_mut();
            let at = ring.0[0].after;
            if at == 0 {
                return Ok(());
            }
            ring.unlink(at);
            (at, ring.0[at].key.clone(), ring.0[at].hash)
        };
        // It is found by identity. If another call has taken it away, its place is left alone.
        let Some(old) = cache.cache.remove_hashed(rt, &old_key, old_hash)? else {
            return Ok(());
        };
        let replaced = {
            let mut ring = cache.ring.borrow_mut();
            match ring.0.get_mut(at) {
                Some(place) => {
                    std::mem::swap(place, &mut link);
                    link
                }
                // The cache was emptied meanwhile.
                None => return Ok(()),
            }
        };
        drop((old, old_key, replaced));
        at
    };
    cache
        .cache
        .set_hashed(rt, &key, hash, rt.int_from_usize(at))?;
    let mut ring = cache.ring.borrow_mut();
    if at < ring.0.len() {
        ring.link_last(at);
    }
    Ok(())
}

fn cache_info(rt: &Rt, value: &Value) -> PyResult {
    let cache = this(rt, value)?;
    let most = match cache.most {
        Some(most) => rt.int_from_usize(most),
        None => Value::NONE,
    };
    let row = [
        rt.int(cache.hits.get()),
        rt.int(cache.misses.get()),
        most,
        rt.int_from_usize(cache.cache.len()),
    ];
    rt.call(&cache.info_type, &row)
}

fn cache_clear(rt: &Rt, value: &Value) -> PyResult {
    let cache = this(rt, value)?;
    cache.hits.set(0);
    cache.misses.set(0);
    let old = cache.ring.replace(Ring::new());
    cache.cache.clear_items();
    drop(old);
    Ok(Value::NONE)
}
