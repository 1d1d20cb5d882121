//! `_warnings`: issuing warnings. The filters live in the lists that `warnings` changes too.

use hognose_object::dict::Dict;
use hognose_object::module::Module;
use hognose_object::tuple::{List, Tuple, TupleExt};
use hognose_object::{
    Args, Call, NativeDef, PyResult, Ref, Rt, Signature, Str, StrExt, TypeObj, Value,
};

const FUNCTIONS: &[NativeDef] = &[
    NativeDef::new(
        "_filters_mutated",
        "($module, /)",
        Call::Zero(|_, _| Ok(Value::NONE)),
    ),
    NativeDef::new(
        "warn",
        "($module, /, message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=<unrepresentable>)",
        Call::Many(warn),
    ),
    NativeDef::new("warn_explicit", "", Call::Many(warn_explicit_function)),
];

/// Connects the runtime's own warnings.
pub(super) fn install(rt: &Rt) {
    rt.warner
        .set(|rt, category, message| issue(rt, category, message, 1));
}

/// Where a warning is issued: file, line, module and registry.
struct Place {
    filename: Value,
    line: i64,
    module: Value,
    registry: Value,
}

fn place(rt: &Rt, level: i64) -> Place {
    let depth = level.max(1) as usize - 1;
    let globals = crate::frames::globals(rt, depth);
    let (line, filename) =
        crate::frames::place(rt, depth).unwrap_or_else(|| (1, rt.str("sys").into_value()));
    let Some(globals) = globals else {
        return Place {
            filename,
            line: 1,
            module: rt.str("sys").into_value(),
            registry: Value::NONE,
        };
    };
    let key = &rt.names.warningregistry_;
    let registry = globals.get_str(rt, key).unwrap_or_else(|| {
        let made = rt.dict().into_value();
        globals.set_str(rt, key, made.clone());
        made
    });
    let module = globals
        .get_str(rt, &rt.names.name_)
        .unwrap_or_else(|| rt.str("<string>").into_value());
    Place {
        filename,
        line,
        module,
        registry,
    }
}

fn issue(rt: &Rt, category: &Value, message: &Value, level: i64) -> PyResult<()> {
    let place = place(rt, level);
    explicit(rt, category, message, &place, &Value::NONE)
}

/// A compiler's warning at a line of a file.
pub(crate) fn warn_explicit(
    rt: &Rt,
    category: &Ref<TypeObj>,
    message: &str,
    filename: &str,
    line: i64,
) -> PyResult<()> {
    let module = filename.strip_suffix(".py").unwrap_or(filename);
    let place = Place {
        filename: rt.str(filename).into_value(),
        line,
        module: rt.str(module).into_value(),
        registry: Value::NONE,
    };
    explicit(
        rt,
        category.as_value(),
        rt.str(message).as_value(),
        &place,
        &Value::NONE,
    )
}

/// A `ResourceWarning` about an object that nobody closed (`PyErr_ResourceWarning`).
pub(crate) fn warn_resource(rt: &Rt, source: &Value, message: &str) -> PyResult<()> {
    let category = rt.types.resource_warning.as_value();
    explicit(
        rt,
        category,
        rt.str(message).as_value(),
        &place(rt, 1),
        source,
    )
}

fn warn(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "warn",
        params: &[
            "message",
            "category",
            "stacklevel",
            "source",
            "skip_file_prefixes",
        ],
        positional_only: 0,
        positional: 4,
        required: 1,
    };
    let [message, category, level, source, _] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let message = message.unwrap_or(&none);
    let category = category_of(rt, message, category)?;
    let level = level.map_or(Ok(1), |v| rt.index_i64(v))?;
    let place = place(rt, level);
    explicit(rt, &category, message, &place, source.unwrap_or(&none))?;
    Ok(Value::NONE)
}

/// The category: the message's own class if it is a warning, else the one given, else UserWarning.
fn category_of(rt: &Rt, message: &Value, category: Option<&Value>) -> PyResult {
    if rt.is_instance(message, &rt.types.warning) {
        return Ok(rt.type_of(message).as_value().clone());
    }
    match category.filter(|v| !v.is_none()) {
        None => Ok(rt.types.user_warning.as_value().clone()),
        Some(class)
            if class
                .downcast_ref::<TypeObj>()
                .is_some_and(|c| c.is_subtype(&rt.types.warning)) =>
        {
            Ok(class.clone())
        }
        Some(other) => {
            let name = rt.type_name(other);
            Err(rt.type_error(format!("category must be a Warning subclass, not '{name}'")))
        }
    }
}

fn warn_explicit_function(rt: &Rt, _: &Value, args: &Args<'_>) -> PyResult {
    const SIGNATURE: Signature = Signature {
        function: "warn_explicit",
        params: &[
            "message",
            "category",
            "filename",
            "lineno",
            "module",
            "registry",
            "module_globals",
            "source",
        ],
        positional_only: 0,
        positional: 8,
        required: 4,
    };
    let [
        message,
        category,
        filename,
        line,
        module,
        registry,
        _,
        source,
    ] = rt.bind(&SIGNATURE, args)?;
    let none = Value::NONE;
    let filename = filename.unwrap_or(&none);
    let module = match module.filter(|v| !v.is_none()) {
        Some(module) => module.clone(),
        None => {
            let text = filename
                .downcast_ref::<Str>()
                .map(|s| s.to_str().into_owned())
                .unwrap_or_default();
            rt.str(text.strip_suffix(".py").unwrap_or(&text))
                .into_value()
        }
    };
    let place = Place {
        filename: filename.clone(),
        line: line.map_or(Ok(0), |v| rt.index_i64(v))?,
        module,
        registry: registry.unwrap_or(&none).clone(),
    };
    explicit(
        rt,
        category.unwrap_or(&none),
        message.unwrap_or(&none),
        &place,
        source.unwrap_or(&none),
    )?;
    Ok(Value::NONE)
}

/// Decides by the filters what to do with a warning, and does it (`warn_explicit` of `_warnings.c`).
fn explicit(
    rt: &Rt,
    category: &Value,
    message: &Value,
    place: &Place,
    source: &Value,
) -> PyResult<()> {
    let is_warning = rt.is_instance(message, &rt.types.warning);
    let (text, category, message) = if is_warning {
        (
            rt.str_of(message)?.into_value(),
            rt.type_of(message).as_value().clone(),
            message.clone(),
        )
    } else {
        let made = rt.call(category, std::slice::from_ref(message))?;
        (message.clone(), category.clone(), made)
    };
    let line = rt.int(place.line);
    let key = rt
        .tuple([text.clone(), category.clone(), line.clone()])
        .into_value();
    let registry = place.registry.downcast::<Dict>();
    if let Some(registry) = registry {
        check_version(rt, registry)?;
        if let Some(seen) = registry.get(rt, &key)?
            && rt.truth(&seen)?
        {
            return Ok(());
        }
    }
    let (action, filter) = action_for(rt, &text, &category, place)?;
    match action.as_str() {
        "error" => return Err(hognose_object::Raised(message)),
        "ignore" => return Ok(()),
        _ => (),
    }
    let seen = |registry: Option<&Ref<Dict>>, key: &Value| -> PyResult<bool> {
        let Some(registry) = registry else {
            return Ok(false);
        };
        let was = registry.get(rt, key)?.map_or(Ok(false), |v| rt.truth(&v))?;
        drop(registry.set(rt, key, Value::TRUE)?);
        Ok(was)
    };
    let already = match action.as_str() {
        "once" => {
            let once = state_dict(rt, "_onceregistry")?;
            let short = rt.tuple([text.clone(), category.clone()]).into_value();
            seen(registry, &key)?;
            seen(once.as_ref(), &short)?
        }
        "always" => false,
        "module" => {
            seen(registry, &key)?;
            seen(
                registry,
                &rt.tuple([text.clone(), category.clone(), rt.int(0)])
                    .into_value(),
            )?
        }
        "default" => {
            seen(registry, &key)?;
            false
        }
        other => {
            let filter = rt.repr(&filter)?;
            return Err(rt.runtime_error(format!(
                "Unrecognized action ({other}) in warnings.filters:\n {}",
                filter.to_str()
            )));
        }
    };
    if already {
        return Ok(());
    }
    show(rt, &message, &text, &category, place, source)
}

fn check_version(rt: &Rt, registry: &Ref<Dict>) -> PyResult<()> {
    let version = rt.intern("version");
    let current = rt.int(0);
    let own = registry.get_str(rt, &version);
    if own.is_none() {
        registry.set_str(rt, &version, current);
    }
    Ok(())
}

/// The `warnings` module, if the program imported it: its lists and functions then rule.
fn python_module(rt: &Rt) -> Option<Value> {
    rt.modules.get_str(rt, &rt.intern("warnings"))
}

fn state(rt: &Rt, name: &str) -> PyResult<Option<Value>> {
    if let Some(module) = python_module(rt)
        && let Some(found) = rt.getattr_opt(&module, &rt.intern(name.trim_start_matches('_')))?
    {
        return Ok(Some(found));
    }
    let module = crate::import::import_module(rt, "_warnings")?;
    rt.getattr_opt(&module, &rt.intern(name))
}

fn state_dict(rt: &Rt, name: &str) -> PyResult<Option<Ref<Dict>>> {
    Ok(state(rt, name)?.and_then(|v| v.downcast::<Dict>().cloned()))
}

/// The action of the first filter that fits, and the filter.
fn action_for(rt: &Rt, text: &Value, category: &Value, place: &Place) -> PyResult<(String, Value)> {
    let filters = state(rt, "filters")?;
    let filters = filters
        .as_ref()
        .and_then(|f| f.downcast_ref::<List>())
        .map(List::snapshot)
        .unwrap_or_default();
    for filter in filters {
        let Some(row) = filter.downcast_ref::<Tuple>() else {
            continue;
        };
        let parts = row.to_vec();
        let [
            action,
            wanted_text,
            wanted_category,
            wanted_module,
            wanted_line,
        ] = parts.as_slice()
        else {
            continue;
        };
        let line = rt.index_i64(wanted_line)?;
        if (line == 0 || line == place.line)
            && rt.issubclass(category, wanted_category)?
            && fits(rt, wanted_text, text)?
            && fits(rt, wanted_module, &place.module)?
        {
            let action = action
                .downcast_ref::<Str>()
                .map(|s| s.to_str().into_owned())
                .unwrap_or_default();
            return Ok((action, filter));
        }
    }
    let default = state(rt, "_defaultaction")?;
    let action = default
        .as_ref()
        .and_then(|a| a.downcast_ref::<Str>())
        .map(|s| s.to_str().into_owned());
    Ok((action.unwrap_or_else(|| "default".to_owned()), Value::NONE))
}

/// Whether a filter's pattern fits: None fits all, a string fits itself, else a compiled pattern matches.
fn fits(rt: &Rt, pattern: &Value, text: &Value) -> PyResult<bool> {
    if pattern.is_none() {
        return Ok(true);
    }
    if rt.is_exact_str(pattern) {
        return rt.eq(pattern, text);
    }
    let found = rt.call_method(pattern, &rt.intern("match"), std::slice::from_ref(text))?;
    rt.truth(&found)
}

/// Shows a warning: by `warnings._showwarnmsg` if the program has the module, else plainly.
fn show(
    rt: &Rt,
    message: &Value,
    text: &Value,
    category: &Value,
    place: &Place,
    source: &Value,
) -> PyResult<()> {
    let line = rt.int(place.line);
    if !source.is_none() && python_module(rt).is_none() {
        // The module alone knows what to say of the object; without it the plain words must do.
        let _ = crate::import::import_module(rt, "warnings");
    }
    if let Some(module) = python_module(rt)
        && let Some(show) = rt.getattr_opt(&module, &rt.intern("_showwarnmsg"))?
    {
        let class = rt.getattr_str(&module, "WarningMessage")?;
        let made = rt.call(
            &class,
            &[
                message.clone(),
                category.clone(),
                place.filename.clone(),
                line,
                Value::NONE,
                Value::NONE,
                source.clone(),
            ],
        )?;
        rt.call(&show, &[made])?;
        return Ok(());
    }
    let name = rt.getattr(category, &rt.names.name_)?;
    let (file, name, text) = (
        rt.str_of(&place.filename)?,
        rt.str_of(&name)?,
        rt.str_of(text)?,
    );
    let mut shown = format!(
        "{}:{}: {}: {}\n",
        file.to_str(),
        place.line,
        name.to_str(),
        text.to_str()
    );
    if let Some(source) = source_line(&file.to_str(), place.line) {
        shown.push_str(&format!("  {source}\n"));
    }
    crate::write_stderr(rt, &shown);
    Ok(())
}

fn source_line(file: &str, line: i64) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().nth(usize::try_from(line - 1).ok()?)?.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

pub(super) fn init(rt: &Rt) -> PyResult<Ref<Module>> {
    let module = rt.native_module("_warnings", FUNCTIONS);
    let t = &rt.types;
    let filter = |action: &str, class: &Ref<TypeObj>, module: Option<&str>| {
        let module = module.map_or(Value::NONE, |m| rt.str(m).into_value());
        rt.tuple([
            rt.str(action).into_value(),
            Value::NONE,
            class.as_value().clone(),
            module,
            rt.int(0),
        ])
        .into_value()
    };
    let filters = vec![
        filter("default", &t.deprecation_warning, Some("__main__")),
        filter("ignore", &t.deprecation_warning, None),
        filter("ignore", &t.pending_deprecation_warning, None),
        filter("ignore", &t.import_warning, None),
        filter("ignore", &t.resource_warning, None),
    ];
    module.set(rt, "filters", rt.list(filters));
    module.set(rt, "_defaultaction", rt.str("default"));
    module.set(rt, "_onceregistry", rt.dict());
    Ok(module)
}
