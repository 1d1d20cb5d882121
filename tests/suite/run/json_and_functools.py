"""json and functools by their native parts: what they take, refuse and show."""
import functools
import json
for s in ['{"a": [1, 2.5, -3e2, true, false, null, "x\\u00e9\\ud83d\\ude00\\n"], "b": {}, "é": [], "\\u0041b": 1}', '[1,]', '{"a":1,}', '{', '[', '"abc', '"\\x"', '"\\u12"', '"\\ud800\\u12"', '"\\ud800x"', '-', '01', '1.e3', 'NaN', '[Infinity, -Infinity]', '"a\nb"', '{"a" 1}', '{1:2}', '123456789012345678901234567890', '1e400', '\ufeff1', ' 1 2', '']:
    try: print(repr(json.loads(s)))
    except Exception as e: print(type(e).__name__, e)
class S(str): pass
class I(int):
    def __repr__(self): return 'no'
class F(float):
    def __repr__(self): return 'no'
for o in [{'a': [1, 2.5, float('inf'), None, True], 1: 2, None: 3, True: 4, 2.5: 'x'}, [], {}, (), ((1,),), 'é\u2028😀"\\\n\x7f\x01', S('s'), I(3), F(2.0), [[]], {'b':1,'a':2}]:
    print(json.dumps(o), json.dumps(o, ensure_ascii=False), json.dumps(o, separators=(',', ':')), json.dumps(o, indent=1))
print(json.dumps({'b':1,'a':2}, sort_keys=True), json.dumps({(1,):2,'a':1}, skipkeys=True))
for f in [lambda: json.dumps({(1,): 2}), lambda: json.dumps(float('nan'), allow_nan=False), lambda: json.dumps(object()), lambda: json.dumps({1, 2}, default=list)]:
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
l = []; l.append(l)
try: json.dumps(l)
except ValueError as e: print(e)
try: json.dumps(l, check_circular=False)
except RecursionError as e: print(e)
try: json.loads('[' * 100000)
except RecursionError as e: print(e)
d = json.loads('[{"ab":1},{"ab":2}]'); print(list(d[0])[0] is list(d[1])[0])
print(json.loads('{"a":1,"b":[2.5,3]}', parse_int=str, parse_float=lambda s: s+'!', object_pairs_hook=list), json.loads('{"a":{"b":1}}', object_hook=lambda d: sorted(d)))
p = functools.partial(int, base=2); print(p, p('101'), p.keywords, p.args, p.func)
@functools.lru_cache(maxsize=3)
def f(x, y=0): print('call', x, y); return x + y
for a in [1, 2, 3, 1, 4, 2, 1, 1]: f(a)
f(1, y=5); f(1, y=5); print(f.cache_info(), f.__wrapped__.__name__, f.cache_parameters()); f.cache_clear(); print(f.cache_info())
class C:
    @functools.lru_cache
    def m(self, a): return a * 2
    @functools.cache
    def n(self): return 1
c = C(); print(c.m(3), c.m(3), C.m.cache_info(), c.n(), c.n(), C.n.cache_info())
print(functools.reduce(lambda a, b: a * b, range(1, 10)), sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
