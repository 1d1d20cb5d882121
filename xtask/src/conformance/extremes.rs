//! Sources at the limits: deep, long, wide, no text at all, or where versions differ. CPython and we must say the same
//! of each.

/// A source by name.
pub struct Extreme {
    pub name: String,
    pub source: Vec<u8>,
}

struct Made(Vec<Extreme>);

impl Made {
    fn add(&mut self, name: impl Into<String>, source: impl Into<Vec<u8>>) {
        self.0.push(Extreme {
            name: name.into(),
            source: source.into(),
        });
    }

    /// `open` and `close` so many times around `inner`.
    fn nested(&mut self, name: &str, counts: &[usize], open: &str, inner: &str, close: &str) {
        for &count in counts {
            let source = format!("{}{inner}{}\n", open.repeat(count), close.repeat(count));
            self.add(format!("{name}-{count}"), source);
        }
    }

    /// Each line one level deeper than the last.
    fn indented(&mut self, name: &str, counts: &[usize], head: &str, last: &str) {
        for &count in counts {
            let mut source = String::new();
            for level in 0..count {
                source += &format!("{}{head}\n", " ".repeat(level));
            }
            source += &format!("{}{last}\n", " ".repeat(count));
            self.add(format!("{name}-{count}"), source);
        }
    }

    /// The numbers below `count`, each as `item` with it in place of `#`, between `begin` and `end`.
    fn listed(&mut self, name: &str, counts: &[usize], begin: &str, item: &str, end: &str) {
        for &count in counts {
            let mut source = begin.to_owned();
            for number in 0..count {
                source += &item.replace('#', &number.to_string());
            }
            self.add(format!("{name}-{count}"), source + end + "\n");
        }
    }
}

/// Where 3.12 and 3.13 differ, or might: one source behind each line of `# --- name`.
const CASES: &str = include_str!("cases.txt");

/// All of them, or those that take no time.
pub fn extremes(with_large: bool) -> Vec<Extreme> {
    let mut made = Made(Vec::new());
    for case in CASES.split("# --- ") {
        if let Some((name, source)) = case.split_once('\n') {
            made.add(name, source);
        }
    }
    deep(&mut made);
    wide(&mut made);
    encodings(&mut made);
    numbers(&mut made);
    endings(&mut made);
    if with_large {
        large(&mut made);
    }
    made.0
}

fn deep(made: &mut Made) {
    const BRACKETS: &[usize] = &[99, 199, 200, 201, 5000];
    made.nested("parentheses", BRACKETS, "(", "1", ")");
    made.nested("lists", BRACKETS, "[", "1", "]");
    made.nested("dicts", &[90, 199, 201], "{1: ", "1", "}");
    made.nested("calls-inside", &[90, 150, 199], "f(", "1", ")");
    made.nested("subscripts-inside", &[90, 150, 199], "a[", "1", "]");
    made.nested("unclosed", &[150, 201], "(", "", "");
    made.nested("comprehensions", &[20, 90], "[x for x in ", "y", "]");
    made.nested("generators", &[20, 90], "(x for x in ", "y", ")");
    made.nested("targets", &[50, 150], "(", "a", ",)");
    const CHAINS: &[usize] = &[900, 2900, 2986, 2987, 2988, 2989, 2990, 3000, 9000];
    made.nested("attributes", CHAINS, "", "a", ".a");
    made.nested("calls", &[900, 2980, 3000], "", "f", "()");
    made.nested("subscripts", &[900, 2980, 3000], "", "a", "[0]");
    made.nested("sums", CHAINS, "a + ", "a", "");
    made.nested("powers", &[500, 1400, 2900, 3000], "a ** ", "a", "");
    made.nested("negations", &[900, 2980, 3000, 5950, 6100], "-", "a", "");
    made.nested("nots", &[900, 2980, 3000, 5950, 6100], "not ", "a", "");
    made.nested(
        "lambdas",
        &[50, 900, 997, 998, 999, 2900, 3100],
        "lambda: ",
        "a",
        "",
    );
    made.nested("conditions", &[900, 2900, 3100], "a if a else ", "a", "");
    made.nested("starred", &[50], "[*", "a", "]");
    made.nested("fields", &[2, 149, 150], "f'{", "a", "}'");
    made.nested("specs", &[1, 2, 3, 100], "f'{a:{", "a", "}}'");
    made.indented("ifs", &[19, 20, 21, 98, 99, 100, 101], "if a:", "pass");
    made.indented("loops", &[19, 20, 21, 30], "while a:", "pass");
    made.indented("fors", &[19, 20, 21, 30], "for a in a:", "pass");
    made.indented("withs", &[19, 20, 21, 30], "with a:", "pass");
    made.indented("functions", &[50, 99, 100], "def f():", "pass");
    made.indented("classes", &[50, 99, 100], "class C:", "pass");
    for count in [10, 19, 20, 21] {
        let mut source = String::new();
        for level in 0..count {
            source += &format!("{}try:\n", " ".repeat(level));
        }
        source += &format!("{}pass\n", " ".repeat(count));
        for level in (0..count).rev() {
            source += &format!("{0}finally:\n{0} pass\n", " ".repeat(level));
        }
        // The bodies of `finally` are compiled twice at each level: keep them small.
        if count <= 21 {
            made.add(format!("tries-{count}"), source);
        }
    }
    for count in [500, 1480, 1490, 1500, 3000] {
        let mut source = "if a: pass\n".to_owned();
        source += &"elif a: pass\n".repeat(count);
        made.add(format!("elifs-{count}"), source);
    }
    made.nested(
        "patterns",
        &[50, 150, 199],
        "match a:\n case ",
        "1",
        ": pass",
    );
    for count in [20, 90, 150, 199, 201] {
        let pattern = format!("{}1{}", "[".repeat(count), "]".repeat(count));
        made.add(
            format!("patterns-nested-{count}"),
            format!("match a:\n case {pattern}: pass\n"),
        );
    }
}

fn wide(made: &mut Made) {
    made.listed("comparisons", &[3000], "a", " < a", "");
    made.listed("ands", &[10_000], "a", " and a", "");
    made.listed("strings", &[10_000], "x = ", "'a' ", "");
    made.listed("f-strings", &[5000], "x = ", "f'{a}' ", "");
    made.listed("elements", &[29, 30, 31, 5000], "[", "a, ", "]");
    made.listed("constants", &[5000], "x = [", "#, ", "]");
    made.listed("pairs", &[15, 16, 17, 5000], "{", "'k#': a, ", "}");
    made.listed("arguments", &[30, 31, 300, 5000], "f(", "a, ", ")");
    made.listed("keywords", &[14, 15, 16, 300, 5000], "f(", "k#=a, ", ")");
    made.listed("method-keywords", &[14, 15, 16, 300], "a.f(", "k#=a, ", ")");
    made.listed(
        "parameters",
        &[255, 256, 300, 5000],
        "def f(",
        "p#, ",
        "): return p0",
    );
    made.listed("targets-chained", &[2000], "", "a# = ", "1");
    made.listed("unpacked", &[255, 256, 257, 5000], "", "a#, ", "= x");
    made.listed(
        "unpacked-before-star",
        &[254, 255, 256],
        "",
        "a#, ",
        "*r = x",
    );
    made.listed(
        "unpacked-behind-star",
        &[255, 256, 70_000],
        "*r, ",
        "a#, ",
        "= x",
    );
    made.listed("deleted", &[2000], "del x", ", a#", "");
    made.listed("globals", &[2000], "def f():\n global x", ", a#", "");
    made.listed("imports", &[2000], "from m import x", ", a#", "");
    made.listed("decorators", &[500, 2000], "", "@d#\n", "def f(): pass");
    made.listed("handlers", &[500], "try: pass\n", "except A#: pass\n", "");
    made.listed("cases", &[500], "match a:\n", " case #: pass\n", "");
    made.listed(
        "locals",
        &[63, 64, 65, 255, 256, 257, 700],
        "def f():\n",
        " a# = b#\n b# = a#\n",
        " pass",
    );
    made.listed("names", &[255, 256, 257, 5000], "", "a#\n", "");
    made.listed("with-items", &[19, 20, 21], "with x", ", a#", ": pass");
    made.listed("string-parts", &[29, 30, 31, 500], "f'", "{a#}x", "'");
    made.listed("type-parameters", &[500], "def f[x", ", T#", "](): pass");
    made.listed(
        "future-wide",
        &[100],
        "from __future__ import annotations",
        ", annotations",
        "",
    );
    made.add(
        "jumps",
        format!("while a:\n{}", " b = c.d(e)\n".repeat(5000)),
    );
    made.add(
        "jumps-far",
        format!("while a:\n{}", " b = c.d(e)\n".repeat(40_000)),
    );
    made.add("line-wide", format!("x = '{}'; raise\n", "é".repeat(5000)));
    made.add("name-long", format!("{} = 1\n", "x".repeat(70_000)));
    made.add("continued", format!("x = 1 {}+ 1\n", "\\\n".repeat(5000)));
}

fn encodings(made: &mut Made) {
    for (name, bytes) in [
        ("nul-first", &b"\0x = 1\n"[..]),
        ("nul-inside", b"x = 1\0\ny = 2\n"),
        ("nul-in-string", b"x = 'a\0b'\n"),
        ("nul-in-comment", b"x = 1 # a\0b\n"),
        ("nul-last", b"x = 1\n\0"),
        ("nul-after-error", b"x = (\ny = \0\n"),
        ("nul-in-later-line", b"x = 1\ny = 1\nz = '\0'\n"),
        ("utf8-bad-in-code", b"x = \xff\n"),
        ("utf8-bad-in-string", b"x = 'a\xe9b'\n"),
        ("utf8-bad-in-comment", b"x = 1 # \xe9\ny = 2\n"),
        ("utf8-bad-second-line", b"x = 1\ny = '\xc3'\n"),
        ("utf8-cut", b"x = '\xe2\x82"),
        ("utf8-surrogate", b"x = '\xed\xa0\x80'\n"),
        ("utf8-overlong", b"x = '\xc0\x80'\n"),
        ("utf8-too-large", b"x = '\xf5\x80\x80\x80'\n"),
        ("bom", b"\xef\xbb\xbfx = 1\n"),
        ("bom-twice", b"\xef\xbb\xbf\xef\xbb\xbfx = 1\n"),
        ("bom-cut", b"\xef\xbbx = 1\n"),
        ("bom-and-latin", b"\xef\xbb\xbf# coding: latin-1\nx = 1\n"),
        (
            "bom-and-utf8",
            b"\xef\xbb\xbf# coding: utf-8\nx = '\xc3\xa9'\n",
        ),
        ("bom-utf16", b"\xff\xfex\0 \0=\0 \x001\0\n\0"),
        ("cookie-unknown", b"# coding: nonesuch\nx = 1\n"),
        ("cookie-latin", b"# coding: latin-1\nx = '\xe9'\n"),
        ("cookie-iso", b"# -*- coding: iso-8859-15 -*-\nx = '\xa4'\n"),
        (
            "cookie-cp1252",
            b"# vim: set fileencoding=cp1252 :\nx = '\x80\x93'\n",
        ),
        ("cookie-cp1252-bad", b"# coding: cp1252\nx = '\x81'\n"),
        ("cookie-ascii", b"# coding: ascii\nx = '\xe9'\n"),
        ("cookie-ascii-good", b"# coding: ascii\nx = 'e'\n"),
        (
            "cookie-second-line",
            b"#!/usr/bin/python\n# coding: latin-1\nx = '\xe9'\n",
        ),
        (
            "cookie-second-line-code",
            b"x = 1\n# coding: latin-1\ny = '\xe9'\n",
        ),
        ("cookie-third-line", b"\n\n# coding: latin-1\nx = '\xe9'\n"),
        ("cookie-utf8-sig", b"# coding: utf-8-sig\nx = 1\n"),
        ("cookie-utf8-name", b"# coding: UTF_8\nx = '\xc3\xa9'\n"),
        (
            "cookie-utf8-unix",
            b"# coding: utf-8-unix\nx = '\xc3\xa9'\n",
        ),
        ("cookie-utf8-bad", b"# coding: utf-8\nx = '\xe9'\n"),
        ("cookie-koi8", b"# coding: koi8-r\nx = '\xc1\xc2'\n"),
        ("cookie-rot13", b"# coding: rot13\nk = 1\n"),
        ("cookie-hex", b"# coding: hex\nx = 1\n"),
        ("cookie-empty", b"# coding: \nx = 1\n"),
        ("cookie-in-string", b"'coding: latin-1'\nx = '\xe9'\n"),
    ] {
        made.add(name, bytes);
    }
}

fn numbers(made: &mut Made) {
    let digits = |count: usize| "7".repeat(count);
    for count in [4299, 4300, 4301, 20_000] {
        made.add(
            format!("decimal-{count}"),
            format!("x = {}\n", digits(count)),
        );
        made.add(
            format!("decimal-negative-{count}"),
            format!("x = -{}\n", digits(count)),
        );
        made.add(
            format!("decimal-complex-{count}"),
            format!("x = {}j\n", digits(count)),
        );
        made.add(
            format!("decimal-float-{count}"),
            format!("x = {}.5\n", digits(count)),
        );
        made.add(
            format!("decimal-exponent-{count}"),
            format!("x = 1e{}\n", digits(count)),
        );
        made.add(
            format!("decimal-zeros-{count}"),
            format!("x = {}\n", "0".repeat(count)),
        );
        made.add(
            format!("decimal-grouped-{count}"),
            format!("x = 7{}\n", "_7".repeat(count - 1)),
        );
        made.add(
            format!("decimal-in-field-{count}"),
            format!("f'{{{}}}'\n", digits(count)),
        );
        made.add(
            format!("decimal-in-pattern-{count}"),
            format!("match a:\n case {}: pass\n", digits(count)),
        );
    }
    for count in [5000, 50_000] {
        made.add(
            format!("hexadecimal-{count}"),
            format!("x = 0x{}\n", "f".repeat(count)),
        );
        made.add(
            format!("octal-{count}"),
            format!("x = 0o{}\n", digits(count)),
        );
        made.add(
            format!("binary-{count}"),
            format!("x = 0b{}\n", "1".repeat(count)),
        );
    }
    for text in [
        "1e400",
        "-1e400",
        "1e-400",
        "1e400j",
        "2 ** 127",
        "2 ** 128",
        "2 ** 129",
        "2 ** 10000",
        "1 << 127",
        "1 << 128",
        "1 << 100000",
        "10 ** 100 * 10 ** 100",
        "'a' * 4096",
        "'a' * 4097",
        "b'a' * 5000",
        "(0,) * 256",
        "(0,) * 257",
        "((0,) * 20,) * 20",
        "7 % 0",
        "7 // 0",
        "1.0 % 0",
        "-7 // 2",
        "0 ** -1",
        "'%s' % 1",
        "'%1000s' % 'a'",
        "'%d' % 1",
        "2 ** -1",
        "1 << -1",
        "99999999999999999999 % 7",
        "0_0",
        "0_7",
        "07",
        "0777",
        "0b2",
        "0o8",
        "0xg",
        "1__0",
        "1_",
        "1e",
        "1e+",
        "1if 1else 2",
        "0x_f",
        "1.e5",
        "1._5",
        "1jif 2 else 3",
        "9223372036854775807",
        "9223372036854775808",
        "-9223372036854775808",
        "-9223372036854775809",
        "~0",
        "- - -1",
        "not 0",
        "1e308 * 10",
        "1e308 - 1e309",
    ] {
        made.add(
            format!("number {}", text.replace('/', "div")),
            format!("x = {text}\n"),
        );
    }
}

fn endings(made: &mut Made) {
    for (name, text) in [
        ("empty", ""),
        ("only-newline", "\n"),
        ("only-space", "   "),
        ("only-comment", "# comment"),
        ("only-backslash", "\\"),
        ("backslash-newline", "\\\n"),
        ("backslash-last", "x = 1 \\"),
        ("backslash-space", "x = 1 \\ \n"),
        ("carriage-returns", "x = 1\ry = 2\r"),
        ("carriage-returns-newlines", "if x:\r\n  y\r\nz\r\n"),
        ("form-feeds", "if x:\n \x0c y\n\x0cz\n"),
        ("form-feed-indent", "if x:\n  \x0cy\n  z\n"),
        ("tabs", "if x:\n\ty\n        z\n"),
        ("tabs-mixed", "if x:\n  if y:\n\tz\n"),
        ("vertical-tab", "x = 1\x0b\n"),
        ("no-newline", "x = 1"),
        ("no-newline-block", "if x: y"),
        ("no-newline-indent", "if x:\n  y"),
        ("indent-first", "  x = 1\n"),
        ("indent-last", "if x:\n"),
        ("dedent-odd", "if x:\n    y\n  z\n"),
        ("quote", "x = 'a\n"),
        ("quote-last", "x = 'a"),
        ("triple", "x = '''a\n\n"),
        ("triple-f", "x = f'''a{b}\n\n"),
        ("quote-f", "x = f'a{b}\n"),
        ("field-open", "x = f'{b\n"),
        ("escape-last", "x = 'a\\"),
        ("control", "x = \x01\n"),
        ("nonprintable", "x = \u{200b}\n"),
        ("identifier-nfkc", "ﬁ = 1\nprint(fi)\n"),
        ("identifier-bad", "x€ = 1\n"),
        ("emoji", "x = 😀\n"),
        ("question", "x = ?\n"),
        ("dollar", "x = $\n"),
        ("unmatched", "x = 1)\n"),
        ("mismatched", "x = (1]\n"),
        ("mismatched-lines", "x = (1,\n2]\n"),
        ("null-escape", "x = '\\0'\n"),
        ("surrogate-escape", "x = '\\ud800'\n'''\\udfff'''\n"),
        ("name-escape-bad", "x = '\\N{nonesuch}'\n"),
        ("hex-escape-bad", "x = '\\xg'\n"),
        ("bytes-bad", "x = b'é'\n"),
        ("await-outside", "await x\n"),
        ("return-outside", "return\n"),
        ("barry", "from __future__ import barry_as_FLUFL\n1 <> 2\n"),
        ("braces", "from __future__ import braces\n"),
    ] {
        made.add(name, text);
    }
}

/// What takes a second or more.
fn large(made: &mut Made) {
    made.add(
        "megabyte-string",
        format!("x = '{}'\n", "a".repeat(1 << 20)),
    );
    made.add(
        "megabyte-bytes",
        format!("x = b'{}'\n", "\\xff".repeat(1 << 18)),
    );
    made.add(
        "megabyte-triple",
        format!("x = '''{}'''\n", "a\n".repeat(1 << 19)),
    );
    made.add(
        "megabyte-comment",
        format!("# {}\nx = 1\n", "a".repeat(1 << 20)),
    );
    made.add("megabyte-name", format!("{} = 1\n", "x".repeat(1 << 20)));
    made.add(
        "megabyte-hexadecimal",
        format!("x = 0x{}\n", "f".repeat(1 << 20)),
    );
    made.add("megabyte-sum", format!("x = {}a\n", "a + ".repeat(1 << 18)));
    made.add(
        "megabyte-list",
        format!("x = [{}]\n", "a, ".repeat(350_000)),
    );
    made.add(
        "megabyte-tuple",
        format!("x = ({})\n", "1, ".repeat(350_000)),
    );
    made.add("megabyte-call", format!("f({})\n", "a, ".repeat(350_000)));
    made.add(
        "megabyte-dict",
        format!("x = {{{}}}\n", "a: 1, ".repeat(170_000)),
    );
    made.add(
        "megabyte-and",
        format!("x = {}a\n", "a and ".repeat(170_000)),
    );
    made.add("megabyte-parentheses", format!("{}\n", "(".repeat(1 << 20)));
    made.add(
        "megabyte-attributes",
        format!("x{}\n", ".a".repeat(1 << 19)),
    );
    made.add(
        "megabyte-field",
        format!("f'{{{}a}}'\n", "a, ".repeat(350_000)),
    );
    made.add(
        "megabyte-unterminated",
        format!("x = '{}\n", "a".repeat(1 << 20)),
    );
    made.add(
        "megabyte-unterminated-triple",
        format!("x = '''{}\n", "a\n".repeat(1 << 19)),
    );
    made.add(
        "megabyte-lambdas",
        format!("{}a\n", "lambda: ".repeat(1 << 17)),
    );
    made.add("megabyte-nots", format!("{}a\n", "not ".repeat(1 << 18)));
    made.add("lines-equal", "x = 1\n".repeat(100_000));
    made.listed("lines-different", &[100_000], "", "x# = #\n", "");
    made.listed(
        "lines-functions",
        &[30_000],
        "",
        "def f#(a):\n return a + #\n\n",
        "",
    );
    made.add("lines-empty", "\n".repeat(100_000));
    made.add("lines-comments", "# comment\n".repeat(100_000));
    made.add(
        "lines-in-function",
        format!("def f(a):\n{}", " a = a.b(c)\n".repeat(100_000)),
    );
    made.add(
        "lines-branches",
        format!("def f(a):\n{}", " if a: b()\n".repeat(30_000)),
    );
    made.add(
        "lines-in-loop",
        format!("while a:\n{}", " if a: continue\n".repeat(30_000)),
    );
    made.add(
        "lines-in-list",
        format!("x = [\n{}]\n", "a,\n".repeat(100_000)),
    );
    made.add(
        "lines-continued",
        format!("x = 1 {}+ 1\n", "\\\n".repeat(100_000)),
    );
}
