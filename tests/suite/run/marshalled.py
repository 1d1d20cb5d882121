"""Values as marshalled bytes."""
import io
import marshal

VALUES = [
    None, True, False, ..., StopIteration, 0, -1, 2**31 - 1, -(2**31), 2**31, 2**100, -(3**80), 1.5, -0.0, 1e300, 1 + 2j,
    "", "abc", "a" * 300, "é", "\ud800", "\U0001f600", b"", b"ab", (), (1, "x"), [1, [2]], {"k": 1, 2: None},
    {1}, frozenset({"a"}), tuple(range(300)),
]
for value in VALUES:
    data = marshal.dumps(value)
    again = marshal.loads(data)
    print(type(again).__name__, again == value, len(data), marshal.loads(marshal.dumps(value, 0)) == value)
code = compile("print('run', 6 * 7)", "<x>", "exec")
exec(marshal.loads(marshal.dumps(code)))
file = io.BytesIO()
marshal.dump([1, "two"], file)
file.seek(0)
print(marshal.load(file))
for data in (b"", b"i\0", b"\x7f", b"r\1\0\0\0", b"[\1\0\0\0", b"l\1\0\0\0\xff\xff"):
    try:
        print(marshal.loads(data))
    except Exception as error:
        print(type(error).__name__, error)
try:
    marshal.dumps(object())
except ValueError as error:
    print(error)
print(marshal.loads(b"[\2\0\0\0\xfa\1ar\0\0\0\0"))
