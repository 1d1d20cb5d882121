"""Assignments, targets and deletions."""

a = b = c = 1
a, b = b, a
a, b, c = c, b, a
(a, b), [c, d] = (1, 2), [3, 4]
first, *middle, last = range(10)
*everything, = "abc"
first, (second, *rest), third = 1, [2, 3, 4], 5
[] = ()
a[0] = b[1:2] = c.attr = None
a[1:2, ::3] = a[...] = a[:] = a[1:] = a[:2] = a[::] = a[1:2:3] = 0
a.b.c[0].d = 5

x: int
y: int = 3
(z): str = "not simple"
a.b: list[int] = []
a[0]: "forward"
obj.attr: int

n = 0
n += 1
n -= 2; n *= 3; n /= 4; n //= 5; n %= 6; n **= 7; n @= 8
n <<= 1; n >>= 2; n &= 3; n |= 4; n ^= 5
a.b += 1
a[0] -= 1
a[1:2] *= 2
a[f(), g()] |= 3

del n
del a, (b, c), [d]
del x.y, x[0], x[1:2], x[::2, 1]

if (walrus := len("abc")) > 2:
    print(walrus)
print([last := item for item in range(3)], last)


def local_swaps(p, q, r, s):
    p, q = q, p
    p, q, r = r, q, p
    p, q, r, s = s, r, q, p
    p, p = q, r
    (p, q), r = (r, s), p
    p.x, q = q, p.x
    _, p = p, q
    for p, q in ((q, p),):
        r, s = s, r
    return p, q, r, s


def unbound(flag):
    if flag:
        value = 1
    del flag
    try:
        other = value
    except NameError:
        del other
    print(value, other, flag)
    while value:
        late = 1
        break
    return late


def many_locals():
    v0 = v1 = v2 = v3 = v4 = v5 = v6 = v7 = v8 = v9 = 0
    v10 = v11 = v12 = v13 = v14 = v15 = v16 = v17 = v18 = v19 = 0
    v20 = v21 = v22 = v23 = v24 = v25 = v26 = v27 = v28 = v29 = 0
    v30 = v31 = v32 = v33 = v34 = v35 = v36 = v37 = v38 = v39 = 0
    v40 = v41 = v42 = v43 = v44 = v45 = v46 = v47 = v48 = v49 = 0
    v50 = v51 = v52 = v53 = v54 = v55 = v56 = v57 = v58 = v59 = 0
    v60 = v61 = v62 = v63 = v64 = v65 = v66 = v67 = v68 = v69 = 0
    if v0:
        del v66
        print(v65, v66, v67)
    for v70 in v1:
        print(v65, v70)
        v68 = v70
        print(v68, v68)
    else:
        del v5, v69
    return v5, v65, v66, v69, v70


def annotated(p: int, *args: str, q: "later" = 3, **kw: dict) -> None:
    local: int = p
    undefined: str
    p.attr: unevaluated
    p[index]: unevaluated
    return local


global_name = 1


def scopes():
    global global_name, other_global
    global_name += 1
    other_global = global_name
    del other_global
    cell = 1

    def inner():
        nonlocal cell
        cell += global_name
        del cell
        return lambda: (cell, inner)

    return inner
