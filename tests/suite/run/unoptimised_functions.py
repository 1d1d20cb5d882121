# Functions of code that is no function's run in their globals, or keep the namespace they were given.
import ast
import inspect
import sys
import types
import warnings

warnings.simplefilter("ignore")


def function(source, mode, namespace, flags=0):
    return types.FunctionType(compile(source, "<s>", mode, flags=flags), namespace)


def shown(namespace):
    return {k: v for k, v in namespace.items() if k != "__builtins__"}


def drive(coroutine):
    steps = []
    try:
        while True:
            steps.append(coroutine.send(None))
    except StopIteration as end:
        return steps, end.value


print(function("1+1", "single", {})())
print(function("a + 1", "eval", {"a": 4})())
space = {}
print(function("import types as zz\nx: int = zz.__name__", "exec", space)())
print(sorted(shown(space)), space["x"], space["__annotations__"])
print(function("from math import *\nw = floor(2.5)\ndel x", "exec", space)(), space["w"], "x" in space)
print(function("locals() is globals()", "eval", {"__builtins__": __builtins__})())
print(function("class C:\n  y = 1\n  z = y + 1", "exec", space)(), space["C"].z)
try:
    function("del missing", "exec", {})()
except NameError as error:
    print(error)

seen = []
space = {"seen": seen, "sys": sys, "__builtins__": __builtins__}
function("seen.append(sys._getframe().f_locals is globals())", "exec", space)()
print(seen)


@types.coroutine
def pause(value):
    return (yield value)


await_ = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
space = {"pause": pause}
coroutine = function("a = 1\nawait pause(a)\nb = a + 1\nawait pause(b)\nc = b + 1", "exec", space, await_)()
print(inspect.iscoroutine(coroutine), coroutine.send(None), space["a"], "b" in space)
print(drive(coroutine), space["b"], space["c"])
print(drive(function("await pause(7)", "single", space, await_)()))

# A namespace of its own, kept while the coroutine rests.


class Space(dict):
    def __del__(self):
        print("gone")


own = Space()
code = compile("a = 1\nawait pause(a)\nimport types as t\nb = a + 1\nd = locals()", "<s>", "exec", flags=await_)
outer = {"pause": pause}
coroutine = eval(code, outer, own)
print(own, coroutine.send(None), own)
print(coroutine.cr_frame.f_locals is own)
print(drive(coroutine))
print(sorted(own), own["b"], own.pop("d") is own, sorted(shown(outer)))
del own, coroutine
own = Space(k=1)
coroutine = eval(code, outer, own)
coroutine.send(None)
del own
coroutine.close()
print("closed")
eval(code, outer, Space()).close()
print("closed before it began")
coroutine = eval(compile("await pause(0)\n1/0", "<s>", "exec", flags=await_), outer, Space())
coroutine.send(None)
try:
    coroutine.send(None)
except ZeroDivisionError as error:
    print(error, error.__traceback__.tb_next.tb_frame.f_locals)
    del error
del coroutine
print("end")
