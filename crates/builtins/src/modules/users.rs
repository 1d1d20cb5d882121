//! `pwd` and `grp`: users and groups, read from `/etc/passwd` and `/etc/group`.
//!
//! What other sources the C library is told to ask (`nsswitch.conf`) is not asked.

use crate::struct_seq;
use hognose_object::module::Module;
use hognose_object::{
    Args, Call, NativeDef, PyResult, Ref, Rt, Str, StrExt, TypeObj, TypeSpec, Value,
};

static PASSWD: TypeSpec = struct_seq::spec("pwd.struct_passwd");
static GROUP: TypeSpec = struct_seq::spec("grp.struct_group");

const PWD_FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "getpwuid",
        "($module, uidobj, /)",
        Call::One(|rt, m, id| by_id(rt, m, id, &USERS)),
    ),
    NativeDef::new(
        "getpwnam",
        "($module, name, /)",
        Call::One(|rt, m, name| by_name(rt, m, name, &USERS)),
    ),
    NativeDef::new(
        "getpwall",
        "($module, /)",
        Call::Zero(|rt, m| all(rt, m, &USERS)),
    ),
];

const GRP_FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "getgrgid",
        "($module, /, id)",
        Call::Many(|rt, m, args| {
            let id = argument(rt, args, "getgrgid", "id")?;
            by_id(rt, m, &id, &GROUPS)
        }),
    ),
    NativeDef::new(
        "getgrnam",
        "($module, /, name)",
        Call::Many(|rt, m, args| {
            let name = argument(rt, args, "getgrnam", "name")?;
            by_name(rt, m, &name, &GROUPS)
        }),
    ),
    NativeDef::new(
        "getgrall",
        "($module, /)",
        Call::Zero(|rt, m| all(rt, m, &GROUPS)),
    ),
];

/// One of the two files.
struct Database {
    path: &'static str,
    class: &'static str,
    /// What messages call a look-up by number, and one by name.
    functions: [&'static str; 2],
    number: &'static str,
    fields: usize,
}

const USERS: Database = Database {
    path: "/etc/passwd",
    class: "struct_passwd",
    functions: ["getpwuid", "getpwnam"],
    number: "uid",
    fields: 7,
};
const GROUPS: Database = Database {
    path: "/etc/group",
    class: "struct_group",
    functions: ["getgrgid", "getgrnam"],
    number: "gid",
    fields: 4,
};

fn argument(rt: &Rt, args: &Args<'_>, function: &str, name: &str) -> PyResult {
    let given = args.positional().first().or_else(|| args.keyword(name));
    given.cloned().ok_or_else(|| {
        rt.type_error(format!(
            "{function}() missing required argument '{name}' (pos 1)"
        ))
    })
}

/// The file's entries, field by field.
fn entries(database: &Database) -> Vec<Vec<Vec<u8>>> {
    let text = std::fs::read(database.path).unwrap_or_default();
    text.split(|&b| b == b'\n')
        .map(|line| line.split(|&b| b == b':').map(<[u8]>::to_vec).collect())
        .filter(|fields: &Vec<Vec<u8>>| fields.len() == database.fields)
        .collect()
}

fn number(field: &[u8]) -> i64 {
    let text = std::str::from_utf8(field).ok();
    text.and_then(|t| t.parse().ok()).unwrap_or(-1)
}

fn shown(rt: &Rt, module: &Value, entry: &[Vec<u8>], database: &Database) -> PyResult {
    let class = rt.getattr_str(module, database.class)?;
    let Some(class) = class.downcast::<TypeObj>() else {
        return Err(rt.system_error("a class of entries is no type"));
    };
    let text = |field: &[u8]| crate::paths::decode(rt, field).into_value();
    let items = entry.iter().enumerate().map(|(i, field)| match i {
        2 => rt.int(number(field)),
        3 if database.fields == 7 => rt.int(number(field)),
        3 => {
            let names = field.split(|&b| b == b',').filter(|name| !name.is_empty());
            rt.list(names.map(text).collect()).into_value()
        }
        _ => text(field),
    });
    Ok(struct_seq::make(rt, class, items.collect(), Vec::new()))
}

fn by_id(rt: &Rt, module: &Value, id: &Value, database: &Database) -> PyResult {
    if rt.as_int(id).is_none() && rt.type_of(id).slots.index.get().is_none() {
        let name = rt.type_name(id);
        return Err(rt.type_error(format!("{} should be integer, not {name}", database.number)));
    }
    let wanted = rt.index(id)?;
    let found = rt
        .as_int(&wanted)
        .and_then(|n| n.to_i64())
        .filter(|n| *n >= 0);
    let entry = entries(database)
        .into_iter()
        .find(|entry| Some(number(&entry[2])) == found);
    match entry {
        Some(entry) => shown(rt, module, &entry, database),
        None => {
            let shown = rt.repr(&wanted)?;
            let message = format!(
                "{}(): {} not found: {}",
                database.functions[0],
                database.number,
                shown.to_str()
            );
            Err(rt.key_error(&rt.str(&message).into_value()))
        }
    }
}

fn by_name(rt: &Rt, module: &Value, name: &Value, database: &Database) -> PyResult {
    let function = database.functions[1];
    let Some(text) = name.downcast_ref::<Str>() else {
        let name = rt.type_name(name);
        return Err(rt.type_error(format!("{function}() argument must be str, not {name}")));
    };
    let wanted = crate::paths::encode(text);
    if wanted.contains(&0) {
        return Err(rt.value_error("embedded null byte"));
    }
    let entry = entries(database)
        .into_iter()
        .find(|entry| entry[0] == wanted);
    match entry {
        Some(entry) => shown(rt, module, &entry, database),
        None => {
            let shown = rt.repr(name)?;
            let message = format!("{function}(): name not found: {}", shown.to_str());
            Err(rt.key_error(&rt.str(&message).into_value()))
        }
    }
}

fn all(rt: &Rt, module: &Value, database: &Database) -> PyResult {
    let rows: PyResult<Vec<Value>> = entries(database)
        .iter()
        .map(|entry| shown(rt, module, entry, database))
        .collect();
    Ok(rt.list(rows?).into_value())
}

pub(super) fn init_pwd(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("pwd", PWD_FUNCTIONS);
    let names = [
        "pw_name",
        "pw_passwd",
        "pw_uid",
        "pw_gid",
        "pw_gecos",
        "pw_dir",
        "pw_shell",
    ];
    let class = struct_seq::class(rt, &PASSWD, &names, &[]);
    module.set(rt, "struct_passwd", class);
    Ok(module)
}

pub(super) fn init_grp(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("grp", GRP_FUNCTIONS);
    let names = ["gr_name", "gr_passwd", "gr_gid", "gr_mem"];
    module.set(
        rt,
        "struct_group",
        struct_seq::class(rt, &GROUP, &names, &[]),
    );
    Ok(module)
}
