use crate::Rt;
use crate::str_::StrExt;
use hognose_heap::Value;

/// The repr of what a method answers, or its exception's text; arguments are made by a function.
fn call(rt: &Rt, object: &Value, name: &str, args: &[Value]) -> String {
    match rt.call_method(object, &rt.intern(name), args) {
        Ok(v) => match rt.repr(&v) {
            Ok(text) => text.to_str().into_owned(),
            Err(_) => "repr failed".to_owned(),
        },
        Err(raised) => format!(
            "{}: {}",
            rt.type_name(&raised.0),
            rt.exception_text(&raised.0)
        ),
    }
}

#[test]
fn methods_answer_as_cpython_does() {
    let rt = Rt::new();
    let s = |text: &str| rt.str(text).into_value();
    let check = |object: &str, name: &str, args: &[Value], expected: &str| {
        assert_eq!(
            call(&rt, &s(object), name, args),
            expected,
            "{object:?}.{name}"
        );
    };
    check("a b  c ", "split", &[], "['a', 'b', 'c']");
    check(
        "a b  c ",
        "split",
        &[Value::NONE, rt.int(1)],
        "['a', 'b  c ']",
    );
    check(
        " a b c",
        "rsplit",
        &[Value::NONE, rt.int(1)],
        "[' a b', 'c']",
    );
    check("aXXbXXc", "split", &[s("XX")], "['a', 'b', 'c']");
    check("", "split", &[s(",")], "['']");
    check("ab\r\ncd\u{2028}x", "splitlines", &[], "['ab', 'cd', 'x']");
    check("straße", "upper", &[], "'STRASSE'");
    check("ΑΣ", "lower", &[], "'ας'");
    check("ǆabc DEF", "title", &[], "'ǅabc Def'");
    check("abc", "center", &[rt.int(6), s("*")], "'*abc**'");
    check("ab", "center", &[rt.int(5)], "'  ab '");
    check("-5", "zfill", &[rt.int(5)], "'-0005'");
    check("a\tb", "expandtabs", &[rt.int(4)], "'a   b'");
    check("aaa", "replace", &[s("a"), s("é"), rt.int(2)], "'ééa'");
    check("ab", "replace", &[s(""), s("-")], "'-a-b-'");
    check("日本語", "find", &[s("語")], "2");
    check("{} {x!r:>5} {{}}", "format", &[rt.int(1)], "KeyError: 'x'");
    check(
        "{0[1]}-{0[k]}",
        "format",
        &[rt.int(1)],
        "TypeError: 'int' object is not subscriptable",
    );
    check("{:{}}|", "format", &[s("a"), rt.int(4)], "'a   |'");
    check(
        "{",
        "format",
        &[],
        "ValueError: Single '{' encountered in format string",
    );
    check("a", "find", &[rt.int(1)], "TypeError: must be str, not int");
    check("it's", "__repr__", &[], "'\"it\\'s\"'");
    check(
        "é\u{7f}\u{200b}",
        "__repr__",
        &[],
        "\"'é\\\\x7f\\\\u200b'\"",
    );
    check(
        "é\u{10000}",
        "encode",
        &[s("utf-16")],
        "b'\\xff\\xfe\\xe9\\x00\\x00\\xd8\\x00\\xdc'",
    );
    check(
        "é",
        "encode",
        &[s("ascii")],
        "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 0: ordinal not in range(128)",
    );
    check(
        "é",
        "encode",
        &[s("ascii"), s("namereplace")],
        "b'\\\\N{LATIN SMALL LETTER E WITH ACUTE}'",
    );
    check(
        "%5.2f|%-5d|%05x|%c|%r|%%",
        "__mod__",
        &[
            rt.tuple([rt.float(3.1401), rt.int(3), rt.int(255), rt.int(97), s("x")])
                .into_value(),
        ],
        "\" 3.14|3    |000ff|a|'x'|%\"",
    );
    check(
        "%d",
        "__mod__",
        &[s("x")],
        "TypeError: %d format: a real number is required, not str",
    );
    check(
        "%y",
        "__mod__",
        &[s("x")],
        "ValueError: unsupported format character 'y' (0x79) at index 1",
    );
}

#[test]
fn bytes_methods_answer_as_cpython_does() {
    let rt = Rt::new();
    let b = |bytes: &[u8]| rt.bytes(bytes).into_value();
    let check = |object: &[u8], name: &str, args: &[Value], expected: &str| {
        assert_eq!(call(&rt, &b(object), name, args), expected, "{name}");
    };
    check(b"a,b", "split", &[b(b",")], "[b'a', b'b']");
    check(b"\xff\x00a'", "__repr__", &[], "'b\"\\\\xff\\\\x00a\\'\"'");
    check(b"abc", "hex", &[rt.str(":").into_value()], "'61:62:63'");
    check(
        b"\xed\xa0\x80",
        "decode",
        &[],
        "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte",
    );
    check(
        b"\xed\xa0\x80",
        "decode",
        &[
            rt.str("utf-8").into_value(),
            rt.str("surrogatepass").into_value(),
        ],
        "'\\ud800'",
    );
    check(
        b"a\xffb",
        "decode",
        &[
            rt.str("utf-8").into_value(),
            rt.str("surrogateescape").into_value(),
        ],
        "'a\\udcffb'",
    );
    check(
        b"abc",
        "find",
        &[rt.str("a").into_value()],
        "TypeError: argument should be integer or bytes-like object, not 'str'",
    );
    check(
        b"%b-%d",
        "__mod__",
        &[rt.tuple([b(b"x"), rt.int(3)]).into_value()],
        "b'x-3'",
    );
    let array = rt.bytearray(b"abc".to_vec()).into_value();
    assert_eq!(call(&rt, &array, "append", &[rt.int(100)]), "None");
    assert_eq!(call(&rt, &array, "upper", &[]), "bytearray(b'ABCD')");
    assert_eq!(
        call(&rt, &array, "pop", &[rt.int(9)]),
        "IndexError: pop index out of range"
    );
}
