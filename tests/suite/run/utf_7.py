"""UTF-7: what is written, what is read, and what is refused."""
import codecs
for s in ['', 'a', '+', 'a+b', '\u20ac', 'a\u20ac', '\u20ac-', '\u20aca', '\U00012345', 'x\U00012345y', '~\\', '\ud800', '\ud800a', '\x00\x01', 'a\tb\n', 'é'*5, '"#$&', 'Hi Mom \u263A!', '日本語']:
    b = s.encode('utf-7'); print(ascii(s), b, b.decode('utf-7', 'replace') == s, codecs.utf_7_encode(s))
for b in [b'a\xe4b', b'+', b'+-', b'+A', b'+AA-', b'+AAA', b'+AAAA', b'a+\xffb', b'+IKx\xff', b'+2AA-', b'+2AB-', b'+2ADcAA', b'+2ADcAA-', b'+AP8-x', b'+AQ', b'-', b'+ACE-', b'+/////', b'+wtc-', b'ab+IKw', b'+IKw-+IKw-']:
    for e in 'strict', 'replace', 'ignore', 'backslashreplace':
        try: print(b, e, ascii(b.decode('utf-7', e)))
        except UnicodeDecodeError as x: print(b, e, x)
    for final in (False, True):
        try: print(codecs.utf_7_decode(b, 'replace', final))
        except Exception as x: print(x)
d = codecs.getincrementaldecoder('utf-7')()
print([d.decode(bytes([c])) for c in 'a+IKw-b'.encode()], d.decode(b'', True))


class Slotted(bytearray):
    __slots__ = ('x', '__dict__')


import copy
import pickle

array = Slotted(b'abc')
array.x, array.y = 1, 2
for made in (copy.copy(array), copy.deepcopy(array), pickle.loads(pickle.dumps(array))):
    print(made, made.x, made.y)
