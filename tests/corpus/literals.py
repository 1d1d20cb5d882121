"""Constants, folding, displays, strings and f-strings."""

0; 1; -1; 255; 256; 257; -5; -6; 2**31; 2**63; 2**64; -2**63; 10**30; 0x7fffffff; 0o17; 0b101; 1_000
0.0; -0.0; 1.5; 1e100; 1e-100; 1e400; -1e400; 3.14j; 1 + 2j; -1j; 0j; -0j
"text"; "é"; "中"; "\U0001f600"; "\ud800"; ""; "a"; "identifier"; "not identifier"; b""; b"a"; b"\x00\xff"
None; True; False; ...
x = 0, 1, -1, 1.0, True, 0.0, -0.0, 0j, -0j, "a", b"a", None, ..., (), ((),), (1, (2, 3)), 1e400 - 1e400
y = [1, 2, 3], [1, 2, x], [], [*x], [*x, 1, *y], {1, 2, 3}, {1, 2, x}, {*x}, {*x, 1}, {}, {1: 2}, {1: 2, 3: x}, {**x}, {**x, 1: 2, **y}
z = (1, 2, 3), (1, 2, x), (*x,), (*x, 1, *y), [1, 2], [1], {1}, {1, 2}, ["a", "b", "c", "d"], {"a", "b", "c", "d"}
d = {"a": 1, "b": 2, "c": 3}, {"a": x, "b": y}, {x: 1, y: 2}, {0: a, 1: b, 2: c, 3: d, 4: e, 5: f, 6: g, 7: h, 8: i, 9: j, 10: k, 11: l, 12: m, 13: n, 14: o, 15: p, 16: q, 17: r, 18: s}
l = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]
m = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, a, b, c, d, e, f, g]
1 + 2, 3 - 4, 5 * 6, 7 / 8, 9 // 2, 10 % 3, 2 ** 10, 1 << 5, 256 >> 2, 6 & 3, 6 | 3, 6 ^ 3, ~5, -5, +5, not 5, not 0
"a" + "b", "a" * 3, b"a" + b"b", (1,) + (2,), (1, 2) * 2, "abc"[0], "abc"[-1], (1, 2, 3)[1], "abc"[5], 1 / 0, 1 % 0, 2 ** -1, 1 << 1000, "a" * 5000, 2 ** 10000
"%s" % a, "%s %r %a" % (a, b, c), "%d" % a, "%5s" % a, "%-5s|%s" % (a, b), "%%" % (), "%s%%" % a, "%(k)s" % a, "100%"
a in [1, 2], a in {1, 2}, a in [x, 2], a not in (1, 2), a in {1, x}, a in ["a", "b"], a in {"a", "b"}
for i in [1, 2, 3]: pass
for i in {1, 2, 3}: pass
f"", f"a", f"{a}", f"a{b}c", f"{a}{b}", f"{a!r}", f"{a!s}", f"{a!a}", f"{a:x}", f"{a!r:>{b}}", f"{a=}", f"{a = !s}", f"{a=:x}"
f"{'a'}", f"{1}", f"{a:{b}{c}}", f"{{}}", f"{a}" "b" f"{c}", "a" f"{b}" "c", f"{a:%Y-%m-%d}", f"{f'{a}'}", f"{a['k']}", f"{lambda_: 1}"
f"""{
    a
    + b
:
    x
}""", rf"\d{a}", F"{a,}", f"{a,b}", f"{*a,}", f"{yield_}", f"{a if b else c}", f"{(lambda: a)()}", f"{a!r:{b!s}}"
"implicit" "concatenation", b"implicit" b"bytes", ("multi"
    "line")
a[0], a[-1], a[b], a[1:2], a[:], a[1:], a[:1], a[::2], a[b:c:d], a[1, 2], a[1:2, 3], a[...], a[()], a[*b], a[*b, 1], a[b][c], a[None], a[None:None], a[1:2:3]
a + b - c * d / e // f % g ** h @ i << j >> k & l | m ^ n
-a, +a, ~a, not a, -a ** -b, not a == b, a < b == c, a.b.c, a().b, (a).b
(a, b), [a, b], {a, b}, {a: b}, (a,), a, (a, *b)
lambda: (1, 2, 3)
print(1 if a else 2, "x" if "y" else "z", (1, 2) if a else (3, 4))


def frozen():
    return {1, 2, 3} == {3, 2, 1}, a in {"x", "y", 1, 1.0, True, None, ("t", 1), b"b"}, -0.0, 0.0, 1, 1.0, True


def returns_tuple(): return 1, "a", None
def returns_empty(): return ()
def returns_negative(): return -1
def returns_set(a): return a in {"alpha", "beta", "gamma delta"}
def assert_tuple(a): return (a, 1), (1, 2), ((1, 2), 3)
