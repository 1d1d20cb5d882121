//! `scandir` and its entries.

use super::{argument, failed};
use crate::{kinds, paths};
use hognose_heap::{Kind, Payload, Trace, Visitor};
use hognose_object::bytes::with_bytes;
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, GetSetDef, Layout, NativeDef, PyResult, Ref, Rt, Slots, StrExt, TypeObj, TypeSpec,
    Value, type_flags,
};
use std::cell::RefCell;
use std::fs::{DirEntry, ReadDir};
use std::os::unix::fs::DirEntryExt;

pub(super) const FUNCTIONS: &[NativeDef] = &[NativeDef::new(
    "scandir",
    "($module, path=None)",
    Call::Many(scandir),
)];

/// The payload of `posix.DirEntry`.
struct Entry {
    entry: DirEntry,
    name: Value,
    path: Value,
}

impl Payload for Entry {
    const KIND: Kind = kinds::DIR_ENTRY;
    const GC: bool = false;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.name.trace(visitor);
        self.path.trace(visitor);
    }
}

/// The payload of the iterator.
struct Scan {
    left: RefCell<Option<ReadDir>>,
    /// The argument, for the entries' paths; its own text if it was bytes.
    folder: Value,
    as_bytes: bool,
}

impl Payload for Scan {
    const KIND: Kind = kinds::SCANDIR;
    const GC: bool = false;

    fn trace(&self, visitor: &mut Visitor<'_>) {
        self.folder.trace(visitor);
    }
}

static ENTRY: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots {
        repr: Some(entry_repr),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new(
            "is_dir",
            "($self, /, *, follow_symlinks=True)",
            Call::Many(|rt, v, a| kind(rt, v, a, |t| t.is_dir())),
        ),
        NativeDef::new(
            "is_file",
            "($self, /, *, follow_symlinks=True)",
            Call::Many(|rt, v, a| kind(rt, v, a, |t| t.is_file())),
        ),
        NativeDef::new(
            "is_symlink",
            "($self, /)",
            Call::Zero(|rt, v| {
                let kind = entry(rt, v)?
                    .entry
                    .file_type()
                    .map_err(|e| failed(rt, e, None))?;
                Ok(Value::bool(kind.is_symlink()))
            }),
        ),
        NativeDef::new(
            "is_junction",
            "($self, /)",
            Call::Zero(|_, _| Ok(Value::FALSE)),
        ),
        NativeDef::new(
            "inode",
            "($self, /)",
            Call::Zero(|rt, v| Ok(rt.int(entry(rt, v)?.entry.ino() as i64))),
        ),
        NativeDef::new(
            "stat",
            "($self, /, *, follow_symlinks=True)",
            Call::Many(entry_stat),
        ),
        NativeDef::new(
            "__fspath__",
            "($self, /)",
            Call::Zero(|rt, v| Ok(entry(rt, v)?.path.clone())),
        ),
        NativeDef::class(
            "__class_getitem__",
            "",
            Call::One(|rt, cls, item| Ok(rt.generic_alias(cls, item))),
        ),
    ],
    getset: &[
        GetSetDef::read("name", |rt, v| Ok(entry(rt, v)?.name.clone())),
        GetSetDef::read("path", |rt, v| Ok(entry(rt, v)?.path.clone())),
    ],
    ..TypeSpec::new("posix.DirEntry", Layout::Native(kinds::DIR_ENTRY))
};

static SCAN: TypeSpec = TypeSpec {
    flags: type_flags::IMMUTABLE | type_flags::NO_NEW,
    slots: Slots {
        iter: Some(|_, v| Ok(v.clone())),
        next: Some(next),
        ..Slots::NONE
    },
    methods: &[
        NativeDef::new("close", "", Call::Zero(close)),
        NativeDef::new("__enter__", "", Call::Zero(|_, v| Ok(v.clone()))),
        NativeDef::new("__exit__", "", Call::Many(|rt, v, _| close(rt, v))),
    ],
    ..TypeSpec::new("posix.ScandirIterator", Layout::Native(kinds::SCANDIR))
};

pub(super) fn install(rt: &Rt, module: &Ref<Module>) {
    module.set(rt, "DirEntry", rt.native_type(&ENTRY, &rt.types.object));
    module.set(
        rt,
        "ScandirIterator",
        rt.native_type(&SCAN, &rt.types.object),
    );
}

fn class(rt: &Rt, name: &str) -> PyResult<Ref<TypeObj>> {
    let found = crate::modules::attribute(rt, "posix", name)?;
    Ref::try_from(found).map_err(|_| rt.system_error("a class of posix is no type"))
}

fn scandir(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    let folder = argument(args, 0, "path")
        .filter(|v| !v.is_none())
        .unwrap_or_else(|| rt.str(".").into_value());
    let (path, folder) = match rt.as_int(&folder).and_then(|i| i.to_i64()) {
        Some(fd) => (
            format!("/proc/self/fd/{fd}").into(),
            rt.names.empty.as_value().clone(),
        ),
        None => (
            paths::path_argument(rt, &folder)?,
            paths::fspath(rt, &folder)?,
        ),
    };
    let left = std::fs::read_dir(path).map_err(|e| failed(rt, e, Some(&folder)))?;
    let as_bytes = with_bytes(&folder, |_| ()).is_some();
    let scan = Scan {
        left: RefCell::new(Some(left)),
        folder,
        as_bytes,
    };
    Ok(rt.alloc(&class(rt, "ScandirIterator")?, scan).into_value())
}

fn scan<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Scan> {
    value
        .downcast_ref()
        .ok_or_else(|| rt.type_error("a ScandirIterator was expected"))
}

fn entry<'a>(rt: &Rt, value: &'a Value) -> PyResult<&'a Entry> {
    value
        .downcast_ref()
        .ok_or_else(|| rt.type_error("a DirEntry was expected"))
}

fn next(rt: &Rt, value: &Value) -> PyResult<Option<Value>> {
    let scan = scan(rt, value)?;
    let step = scan.left.borrow_mut().as_mut().and_then(Iterator::next);
    let Some(entry) = step else {
        drop(scan.left.take());
        return Ok(None);
    };
    let entry = entry.map_err(|e| failed(rt, e, Some(&scan.folder)))?;
    let name = entry.file_name();
    let name = name.as_encoded_bytes();
    let mut full = match scan.folder.downcast_ref() {
        Some(text) => paths::encode(text),
        None => with_bytes(&scan.folder, <[u8]>::to_vec).unwrap_or_default(),
    };
    if !full.is_empty() && full.last() != Some(&b'/') {
        full.push(b'/');
    }
    full.extend_from_slice(name);
    let text = |bytes: &[u8]| {
        if scan.as_bytes {
            rt.bytes(bytes).into_value()
        } else {
            paths::decode(rt, bytes).into_value()
        }
    };
    let payload = Entry {
        name: text(name),
        path: text(&full),
        entry,
    };
    Ok(Some(
        rt.alloc(&class(rt, "DirEntry")?, payload).into_value(),
    ))
}

fn close(rt: &Rt, value: &Value) -> PyResult {
    drop(scan(rt, value)?.left.take());
    Ok(Value::NONE)
}

/// What kind of file an entry is; of a link, the file it leads to, unless told not to follow.
fn kind(rt: &Rt, value: &Value, args: &Args<'_>, test: fn(&std::fs::FileType) -> bool) -> PyResult {
    let e = entry(rt, value)?;
    let own = e
        .entry
        .file_type()
        .map_err(|error| failed(rt, error, Some(&e.path)))?;
    if own.is_symlink() && super::flag(rt, args, "follow_symlinks", true)? {
        return Ok(Value::bool(
            std::fs::metadata(e.entry.path()).is_ok_and(|m| test(&m.file_type())),
        ));
    }
    Ok(Value::bool(test(&own)))
}

fn entry_stat(rt: &Rt, value: &Value, args: &Args<'_>) -> PyResult {
    let e = entry(rt, value)?;
    let path = e.entry.path();
    let meta = if super::flag(rt, args, "follow_symlinks", true)? {
        std::fs::metadata(path)
    } else {
        std::fs::symlink_metadata(path)
    };
    super::stat::result(rt, &meta.map_err(|error| failed(rt, error, Some(&e.path)))?)
}

fn entry_repr(rt: &Rt, value: &Value) -> PyResult {
    let shown = rt.repr(&entry(rt, value)?.name)?;
    Ok(rt
        .str(&format!("<DirEntry {}>", shown.to_str()))
        .into_value())
}
