# The shapes such code comes in: class bodies, nested functions, cycles, exceptions thrown in, mappings.
import ast
import gc
import types
import weakref

F = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


@types.coroutine
def pause(v):
    return (yield v)


# class body code as a function
def outer():
    class K:
        q = 1
body=[c for c in outer.__code__.co_consts if isinstance(c,types.CodeType)][0]
g={"__name__":"m"}
print(types.FunctionType(body,g)(), g["q"], g["__module__"], g["__qualname__"])
# comprehension, nested function, exec inside
g={}
types.FunctionType(compile("l=[i for i in range(3)]\ndef f():\n  return l\nexec('z=5')\ny=eval('z+l[1]')","s","exec"),g)()
print(g["l"],g["f"](),g["z"],g["y"])
# cycle through namespace is collected
class S(dict): pass
s=S(); w=weakref.ref(s)
c=eval(compile("await pause(1)\n","s","exec",flags=F),{"pause":pause},s); c.send(None); s["c"]=c
del s,c; gc.collect(); print(w())
# throw into
s={}
c=eval(compile("try:\n  await pause(1)\nexcept ValueError as e:\n  r=str(e)\n","s","exec",flags=F),{"pause":pause},s); c.send(None)
try: c.throw(ValueError("boo"))
except StopIteration: print(s)
# await chains: async for / gather of two coroutines of the same code
code=compile("n=await pause(k)\nm=n+k","s","exec",flags=F)
a,b={"k":1},{"k":2}
x,y=eval(code,{"pause":pause},a),eval(code,{"pause":pause},b)
print(x.send(None),y.send(None))
for c,v in((y,20),(x,10)):
    try: c.send(v)
    except StopIteration: pass
print(a,b)
# mapping namespace
class M:
    def __init__(s): s.d={}
    def __getitem__(s,k): return s.d[k]
    def __setitem__(s,k,v): print("set",k); s.d[k]=v
m=M()
c=eval(code,{"pause":pause,"k":3},m); c.send(None)
try: c.send(4)
except StopIteration: print(m.d)
def rec():
    g={"n":0}
    g["f"]=types.FunctionType(compile("n+=1\nif n<50: f()","s","exec"),g); g["f"](); return g["n"]
print(rec())
