# array and zlib.
import array, zlib, pickle
def t(f):
    try: r = f()
    except Exception as e: r = f"{type(e).__name__}: {e}"
    print(r)
a = array.array('i', [1,2,3])
t(lambda: (a, a[1:], a[::-1], a*2, a+a, a.tobytes(), len(a), a.itemsize, a.typecode))
t(lambda: array.array('u', 'abcé'))
for c in 'bBhHiIlLqQ':
    for v in (-1, 300, 2**15, 2**16, 2**31, 2**32, 2**63, 2**64, 2**100, -2**31-1, 1.5, 'x', None):
        t(lambda: array.array(c, [v]))
t(lambda: array.array('f', [1.5, 'x'])); t(lambda: array.array('d', [1, 2.25, True]))
t(lambda: array.array('x')); t(lambda: array.array('ii')); t(lambda: array.array(1)); t(lambda: array.array()); t(lambda: array.array('i', 'x')); t(lambda: array.array('i', array.array('u', 'x')))
def m():
    b = array.array('i', range(10)); b[2:4] = array.array('i', [9]*5); del b[::2]; b.insert(1, 77); b.append(5); b.extend([1,2]); b.reverse(); b.byteswap(); b.byteswap(); b.remove(77); b.pop(); b.pop(0)
    b[0] = 99; b[-1:] = b
    return b, b.index(99), b.count(9), 99 in b, b == b[:], b < array.array('i', [100])
t(m)
t(lambda: [pickle.loads(pickle.dumps(array.array(c, [1,2,3]), p)) for c in 'bBhHiIlLqQfd' for p in range(6)])
t(lambda: array.array('i',[1]).__reduce_ex__(4)); t(lambda: array.array('i',[1]).__reduce_ex__(2))
def ex():
    b = array.array('i', [1,2]); m = memoryview(b); 
    try: b.append(3)
    finally: print(m.format, m.shape, m.itemsize, bytes(m)); m[0] = 7; print(b); m.release()
t(ex)
t(lambda: a[1.5]); t(lambda: a[10]); t(lambda: a.__setitem__(10, 1)); t(lambda: a + [1]); t(lambda: a.extend(array.array('f',[1]))); t(lambda: a.fromlist((1,))); t(lambda: a.frombytes(b'123')); t(lambda: a.tounicode()); t(lambda: a.index(1000)); t(lambda: a.remove(1000)); t(lambda: array.array('i').pop())
class S(array.array): pass
s = S('i', [1]); s.x = 4; t(lambda: (s, pickle.loads(pickle.dumps(s)).x)) if 0 else None
t(lambda: list(iter(a))); t(lambda: a.__iter__().__reduce__())
print(array.typecodes)
d = b'hello world ' * 1000
for w in (15, -15, 31, 9):
    c = zlib.compress(d, 6, w); t(lambda: zlib.decompress(c, w) == d)
c = zlib.compress(d)
t(lambda: zlib.decompress(c[:-5])); t(lambda: zlib.decompress(b'xxxx')); t(lambda: zlib.compress(d, 33)); t(lambda: zlib.compressobj(9, 8, 99)); t(lambda: zlib.decompressobj(99))
t(lambda: (zlib.crc32(d), zlib.adler32(d), zlib.crc32(d, 5), zlib.crc32(b'', -1), zlib.adler32(d, 2**40+3)))
def o():
    co = zlib.compressobj(zdict=b'hello world'); x = co.compress(d); k = co.copy(); y = co.flush(); 
    assert k.flush() == y
    do = zlib.decompressobj(zdict=b'hello world'); out = b''; buf = x + y + b'TAIL'
    while not do.eof:
        out += do.decompress(buf, 100); buf = do.unconsumed_tail
    return out == d, do.unused_data, do.eof, do.flush()
t(o)
def z():
    do = zlib._ZlibDecompressor(); out = do.decompress(c+b'xx', 10); r = [out, do.needs_input, do.eof]
    while not do.eof: out += do.decompress(b'', 999)
    return r, out == d, do.unused_data, do.needs_input
t(z)
import gzip, io, zipfile
t(lambda: gzip.decompress(gzip.compress(d)) == d)
t(lambda: zlib.decompressobj().decompress(b'zzzz'))
t(lambda: zlib.decompressobj().decompress(c, -1))
