from _weakref import ref, proxy, getweakrefcount
from gc import collect as gc_collect
def f(n):
    if n == 0:
        return 1 / 0
    return f(n - 1)
try:
    f(5)
except ZeroDivisionError as e:
    try:
        x = {'a': 1}
        x['b']['c']
    except KeyError as k:
        k.add_note('note one\nnote two')
        raise ExceptionGroup('top', [k, ValueError('v'), ExceptionGroup('in', [e])]) from e
