"""match in all its forms."""

match a:
    case 1: b
    case "x" | "y": c
    case None | True | False: d
    case -1 | 1.5 | -2j | 1 + 2j | 3 - 4j: e
    case b"bytes": f
    case A.b | A.b.c: g
    case x: h

match a:
    case []: b
    case [x]: c
    case [x, y]: d
    case (x, y, z): e
    case [x, *rest]: f
    case [*rest, x]: g
    case [x, *_, y]: h
    case [_, _]: i
    case [*_]: j
    case x, y: k
    case x,: l
    case [[x, y], [z, *w]]: m
    case _: n

match a:
    case {}: b
    case {"k": v}: c
    case {"k": 1, "l": [x, y]}: d
    case {"k": v, **rest}: e
    case {A.b: x, 1: y, -1: z, None: w}: f
    case {**rest}: g

match a:
    case A(): b
    case A.b(): c
    case A(x): d
    case A(x, y=z): e
    case A(x=1, y=[2, w]): f
    case A(B(x), C(y=D())): g
    case int(x) | str(x): h

match a, b:
    case (1 as x, 2) if x: c
    case ([x, y] | {"k": x, "l": y}) as z: d
    case (x, y) if x > y: e
    case (x, y) if (z := x): f
    case _ if g: h

match a:
    case _: pass
match a:
    case x if x: pass
match *a, b:
    case [*x]: pass
match (a):
    case (b): pass
match match:
    case case: pass


def function(subject):
    match subject:
        case 0:
            return "zero"
        case [x, y, z] if x == y:
            for i in z:
                match i:
                    case 1: break
                    case 2: continue
                    case _: return i
        case {"a": [1, {"b": c}]}:
            return c
        case Point(x=0, y=0):
            pass
        case (Point(x, y) | Line(start=Point(x), end=y)) as shape if shape.ok:
            return x, y
        case [a, b, c, d, *e]:
            return a, b, c, d, e
        case [a, [b, [c, [d]]]]:
            return lambda: (a, d)
        case (str() as s) | (bytes() as s):
            return s
    return None


def last_case_returns(x):
    match x:
        case 1: return 1
        case _: return 2


def in_loop(xs):
    for x in xs:
        match x:
            case [y, *_]:
                continue
            case {"k": y}:
                break
        print(y)


class Body:
    match a:
        case [x, y]: pass
        case {"z": z}: pass


def global_capture():
    global g
    match a:
        case [g, h]: return h
