//! The summary of a code object that `dis.code_info` gives.

use crate::argument::LONGEST_PAGE;
use crate::repr::write_const;
use hognose_bytecode::{CodeObject, PyStr, flags};
use hognose_version::{Features, Version};
use std::fmt::Write;

/// The text of `dis.show_code`.
pub fn code_info(code: &CodeObject, version: Version) -> String {
    let mut out = String::new();
    let locals = code.varnames().count();
    // Writing to a string cannot fail.
    let _ = write!(
        out,
        "Name:              {}\n\
         Filename:          {}\n\
         Argument count:    {}\n\
         Positional-only arguments: {}\n\
         Kw-only arguments: {}\n\
         Number of locals:  {locals}\n\
         Stack size:        {}\n\
         Flags:             {}\n",
        code.name,
        code.filename,
        code.argcount,
        code.posonlyargcount,
        code.kwonlyargcount,
        code.stacksize,
        pretty_flags(code.flags),
    );
    if !code.consts.is_empty() {
        out.push_str("Constants:\n");
        for (index, constant) in constants(code, version).enumerate() {
            let _ = writeln!(out, "{index:4}: {constant}");
        }
    }
    write_names(&mut out, "Names:\n", code.names.iter());
    write_names(&mut out, "Variable names:\n", code.varnames());
    write_names(&mut out, "Free variables:\n", code.freevars());
    write_names(&mut out, "Cell variables:\n", code.cellvars());
    out
}

/// The `repr` of each constant of a code object; "..." once they are absurdly long together.
pub fn constants(code: &CodeObject, version: Version) -> impl Iterator<Item = String> + '_ {
    let mut length = 0;
    code.consts.iter().map(move |constant| {
        let mut text = String::new();
        match length > LONGEST_PAGE {
            true => text.push_str("..."),
            false => write_const(&mut text, constant, Features::of(version)),
        }
        length += text.len();
        text
    })
}

fn write_names<'a>(out: &mut String, title: &str, names: impl Iterator<Item = &'a PyStr>) {
    for (index, name) in names.enumerate() {
        if index == 0 {
            out.push_str(title);
        }
        if out.len() > LONGEST_PAGE {
            let _ = writeln!(out, "{index:4}: ...");
        } else {
            let _ = writeln!(out, "{index:4}: {name}");
        }
    }
}

/// The text of `dis.pretty_flags`.
pub fn pretty_flags(bits: u32) -> String {
    let known = |flag: u32| flags::NAMES.iter().find(|(known, _)| *known == flag);
    let set = (0..32)
        .map(|bit| 1u32 << bit)
        .filter(|flag| bits & flag != 0);
    let names: Vec<String> = set
        .map(|flag| {
            known(flag).map_or_else(|| format!("{flag:#x}"), |(_, name)| (*name).to_owned())
        })
        .collect();
    if names.is_empty() {
        "0x0".to_owned()
    } else {
        names.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_have_names() {
        assert_eq!(pretty_flags(0), "0x0");
        assert_eq!(pretty_flags(0x100_0003), "OPTIMIZED, NEWLOCALS, 0x1000000");
    }
}
