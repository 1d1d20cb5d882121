def f(n):
    try:
        if n == 0:
            raise ValueError("zero")
        if n == 1:
            return "one"
        return 10 // (n - 2)
    except ZeroDivisionError as e:
        return "div"
    except (KeyError, ValueError) as e:
        return "val " + e.args[0]
    else:
        return "else"
    finally:
        print("finally", n)

for n in range(5):
    print(f(n))

def context():
    try:
        try:
            raise KeyError("a")
        except KeyError:
            raise ValueError("b")
    except ValueError as e:
        print(type(e.__context__), e.__cause__, e.__suppress_context__)
    try:
        try:
            raise KeyError("a")
        except KeyError as k:
            raise ValueError("b") from k
    except ValueError as e:
        print(e.__cause__.args, e.__suppress_context__)
    try:
        raise ValueError from None
    except ValueError as e:
        print(e.__cause__, e.__suppress_context__, e.__context__)

context()

def nested():
    for i in range(3):
        try:
            try:
                if i == 1:
                    continue
                if i == 2:
                    break
                print("body", i)
            finally:
                print("inner", i)
        finally:
            print("outer", i)
    return "end"

print(nested())

def overriding():
    try:
        return 1
    finally:
        return 2

print(overriding())

try:
    raise
except RuntimeError as e:
    print(e.args[0])
try:
    raise 1
except TypeError as e:
    print(e.args[0])
try:
    raise ValueError from 1
except TypeError as e:
    print(e.args[0])
try:
    try:
        1 / 0
    except 5:
        pass
except TypeError as e:
    print(e.args[0])

class CM:
    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, t, v, tb):
        print("exit", t, v is not None, tb is not None)
        return self.swallow

with CM(False) as c:
    print(c.swallow)
with CM(True):
    raise KeyError("swallowed")
try:
    with CM(False), CM(False):
        raise KeyError("out")
except KeyError as e:
    print("out", e.args)

def early():
    with CM(True):
        return "returned"

print(early())
try:
    with 1:
        pass
except TypeError as e:
    print(e.args[0])

try:
    raise ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("n", [ValueError(3), KeyError(4)])])
except* ValueError as e:
    print("values", [type(x) for x in e.exceptions])
except* KeyError as e:
    print("keys", e.exceptions)
except* TypeError as e:
    print("types", e.exceptions)

try:
    try:
        raise ExceptionGroup("g", [ValueError(1), OSError(2)])
    except* ValueError:
        pass
except ExceptionGroup as e:
    print("rest", e.exceptions)
try:
    raise ValueError("lone")
except* ValueError as e:
    print(type(e), e.exceptions)

def lines():
    x = 1
    y = x + "a"

try:
    lines()
except TypeError as e:
    tb = e.__traceback__
    while tb:
        print(tb.tb_frame.f_code.co_name, tb.tb_lineno)
        tb = tb.tb_next

def deep(n):
    return deep(n + 1)

try:
    deep(0)
except RecursionError as e:
    print(e.args[0])

def unbound():
    if False:
        x = 1
    return x

try:
    unbound()
except UnboundLocalError as e:
    print(e.args[0])

def free():
    def inner():
        return y
    try:
        inner()
    except NameError as e:
        print(e.args[0])
    y = 1
    del y
    try:
        y
    except NameError as e:
        print(type(e), e.args[0])

free()
try:
    no_such_name
except NameError as e:
    print(e.args[0])
try:
    def e():
        pass
    assert not e, "message"
except AssertionError as err:
    print(err.args)
    del err
try:
    err
except NameError:
    print("err is gone")
