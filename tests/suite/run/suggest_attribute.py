from _weakref import ref, proxy, getweakrefcount
from gc import collect as gc_collect
class Foo:
    def __init__(self):
        self.apple = 1
    def go(self):
        return self.aple
def outer():
    Foo().go()
outer()
