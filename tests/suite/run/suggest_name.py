from _weakref import ref, proxy, getweakrefcount
from gc import collect as gc_collect
def outer(value):
    print(valeu)
outer(3)
