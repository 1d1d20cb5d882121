//! Private names: `__spam` in class `Ham` is `_Ham__spam`.

use hognose_ast::{Name, Names};

/// The name that `ident` stands for inside class `private` (`_Py_Mangle`).
pub fn mangle(private: Option<Name>, ident: Name, names: &mut Names) -> Name {
    let Some(private) = private else { return ident };
    if !names.is_private(ident) {
        return ident;
    }
    let text = names.get(ident);
    let class = names.get(private).trim_start_matches('_');
    if class.is_empty() {
        return ident;
    }
    let mangled = format!("_{class}{text}");
    names.intern(&mangled)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(private: &str, ident: &str, expected: &str) {
        let mut names = Names::new();
        let private = names.intern(private);
        let ident = names.intern(ident);
        let mangled = mangle(Some(private), ident, &mut names);
        assert_eq!(names.get(mangled), expected);
    }

    #[test]
    fn only_private_names_are_mangled() {
        check("C", "__x", "_C__x");
        check("__C", "__x", "_C__x");
        check("C", "__x_", "_C__x_");
        check("C", "__x__", "__x__");
        check("C", "_x", "_x");
        check("C", "__a.b", "__a.b");
        check("___", "__x", "__x");
        check("C", "_", "_");
    }
}
