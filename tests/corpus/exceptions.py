"""try in all its forms, with, raise."""

try: a
except: b
try: a
finally: b
try: a
except A: b
except (B, C): c
except D as e: d
else: f
finally: g
try:
    a
except A as e:
    raise
except B as e:
    raise e from None
try:
    pass
except* A:
    b
except* (B, C) as e:
    c
else:
    d
finally:
    f
try:
    try: a
    finally: b
except A:
    try: c
    except B: d
    else: e
raise
raise a
raise a from b
raise A("x")
with a: b
with a as b: c
with a as (b, c), d as e[0], f as g.h: i
with (a as b, c as d,): e
with (a): b
with (yield_, x): y


def returns(a):
    try:
        return a
    finally:
        b()


def returns_constant():
    try:
        return 1
    except A:
        return 2
    else:
        return 3
    finally:
        print(4)


def finally_returns(a):
    try:
        a()
    finally:
        return 1


def loops(a):
    for x in a:
        try:
            if x: continue
            if x.y: break
            return x
        except A:
            continue
        except B as e:
            break
        except C as e:
            return e
        else:
            continue
        finally:
            if x.z: continue
            print(x)
    while True:
        with x as y:
            if y: continue
            if y.z: break
            return y
        try:
            break
        finally:
            pass


def nested_finally():
    try:
        try:
            try:
                return 1
            finally:
                a
        finally:
            b
    finally:
        lambda: c


def deep(a):
    with a:
        with a:
            with a:
                for x in a:
                    with x:
                        try:
                            return x
                        finally:
                            with a:
                                pass


def swallow():
    with a:
        raise b
    try:
        return
    except:
        pass


def star(a):
    for x in a:
        try:
            x()
        except* A:
            pass
        except* B as e:
            print(e)
            raise
        except* C:
            raise D from None
    return a


def generator():
    try:
        yield 1
        with a as b:
            x = yield b
            return x
    except GeneratorExit:
        yield from c
    finally:
        yield 2


def del_in_handler():
    try: pass
    except A as e:
        del e
    except B as e:
        e = 1
        def inner(): return e
    except (C): return
    return inner


def while_try():
    while a:
        try: b
        except C: pass
    try:
        for x in y:
            z
    except A: w
    foo


class Body:
    try:
        x = 1
    except A as x:
        pass
    finally:
        y = x
    with x as y:
        z = y
