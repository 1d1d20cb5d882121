"""Branches and loops, and what the optimiser makes of them."""

if a: b
if not a: b
if a and b: c
if a or b: c
if not (a and b) or c and not d: e
elif f is None: g
elif f is not None and g in h: i
elif not f in g: j
else: k
if 1 < a < 3 <= b != c: d
if not 1 < a < 3: d
if (a if b else c): d
if (a and b if c or d else not e): f
if 1: always
if 0: never
else: otherwise
if "": never
if (): never
if None: never
if ...: always
if __debug__: debugging
if not __debug__: not_debugging
while 1: break
while 0: never
while True:
    if a: continue
    if b: break
    while c:
        while d:
            if e: break
        else:
            continue
        break
else:
    unreachable
for x in y: pass
for x, y in z:
    if x: continue
    elif y: break
    else: pass
else:
    done
for i in range(3):
    for j in i:
        if j: break
    else:
        continue
    break
for x.y in z: pass
for x[0] in [1, 2, 3]: pass
for x in (1, 2, 3), {4, 5}: pass
for x in *a, *b: pass
pass
assert a
assert a, "message"
assert a and b, f"{a} {b}"
assert not a
print(a and b or c, not a, not not a, a if b else c, a < b < c, a < b < c < d)
print(a is b, a is not b, a in b, a not in b, not a is b, not a in b)
x = a and b and c or d or e and f
y = a if b else c if d else e
z = (a or b) and (c or d)
lambda: (yield)


def returns(a):
    if a:
        return
    elif not a:
        return None
    for x in a:
        if x:
            return x
        return 1
    while a:
        return (1, 2, 3)
    return a and x


def after_return():
    return 1
    unreachable()
    while True:
        pass


def endless(a):
    while True:
        a()


def endless_with_break(a):
    while True:
        if a():
            break
        if a.b: continue
        a.c()


def nested(a, b, c):
    for x in a:
        if x:
            if b:
                if c:
                    return x
                else:
                    continue
            else:
                break
        elif c:
            pass
    else:
        return b
    while a:
        a -= 1
        if not a: continue
        b += 1
        if b: break
    return c


def none_tests(a, b):
    if a is None: return 1
    if a is not None: return 2
    while a is None:
        a = b
    while b is not None:
        b = a
    return (a is None) or (b is not None) and (not a is None)


def constants_in_branches():
    if 1 and a: b
    if 0 or a: b
    if a and 0: b
    if a or 1: b
    x = 1 if True else 2
    y = 1 or 2
    z = 0 and f()
    while not 0:
        return x, y, z


def multiline(
    a,
    b,
):
    if (a and
            b):
        return (
            a
        )
    assert (
        a
    ), (
        b
    )
    return a if (
        b
    ) else (
        a
    )
