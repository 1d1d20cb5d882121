"""Files, buffers, text streams and streams in memory."""
import io
import os
import sys

folder = "/tmp/hognose-suite-%d" % os.getpid()
os.mkdir(folder)
os.chdir(folder)


def show(action):
    try:
        print(repr(action()))
    except Exception as error:
        print(type(error).__name__, error)


memory = io.BytesIO(b"hello\nworld\n")
print(memory.readline(), memory.read(), memory.tell())
text = io.StringIO()
print("x", 1, file=text)
print(repr(text.getvalue()))
with open("x.txt", "w") as f:
    print(f, f.name, f.mode, f.write("héllo\nwörld\n" * 3))
with open("x.txt") as f:
    line = f.readline()
    place = f.tell()
    rest = f.read()
    f.seek(place)
    print(repr(line), place, f.read() == rest)
    f.seek(0)
    print([line for line in f])
with open("x.txt", "rb") as f:
    print(f, f.read(5), f.peek(3)[:3], f.tell(), f.seek(2), f.readline())
with open("x.txt", "wb") as f:
    f.write(b"a\r\nb\rc\n")
for newline in (None, "", "\n", "\r", "\r\n"):
    with open("x.txt", newline=newline) as f:
        print(repr(newline), f.readlines(), f.newlines)
    with open("y.txt", "w", newline=newline) as f:
        f.write("1\n2\r\n")
    print(open("y.txt", "rb").read())
show(lambda: open("nonexistent"))
show(lambda: open("/"))
with open("x.txt", "r+b") as f:
    f.read(2)
    f.write(b"ZZ")
    f.seek(0)
    print(f.read())
with open("x.txt", "a") as f:
    print(f.tell(), f.write("end"))
with open("x.txt", "w", encoding="latin-1") as f:
    f.write("é")
    show(lambda: f.write("\u20ac"))
print(open("x.txt", "rb").read())
show(lambda: open("x.txt", encoding="utf-8").read())
print(ascii(open("x.txt", encoding="utf-8", errors="surrogateescape").read()))
show(lambda: memory.fileno())
print(issubclass(io.UnsupportedOperation, OSError), issubclass(io.UnsupportedOperation, ValueError))


class Thrice(io.RawIOBase):
    def __init__(self):
        self.left = 3

    def readable(self):
        return True

    def readinto(self, buffer):
        if not self.left:
            return 0
        self.left -= 1
        buffer[:2] = b"x\n"
        return 2


print(io.BufferedReader(Thrice()).read(), io.TextIOWrapper(io.BufferedReader(Thrice())).readlines())
print(isinstance(memory, io.BufferedIOBase), io.TextIOWrapper.__mro__)
print(sys.stdout, sys.stderr, sys.stdout.encoding, sys.stderr.errors)
for mode in ("q", "rw", "rbt", "", "rr"):
    show(lambda: open("x.txt", mode))
show(lambda: open("x.txt", "rb", encoding="x"))
show(lambda: open("x.txt", "r", 0))
show(lambda: open("x.txt", newline="x"))
f = open("x.txt")
f.close()
print(f.closed)
show(lambda: f.read())
show(lambda: open("x.txt").write("x"))
show(lambda: open("y.txt", "w").read())
stream = io.BytesIO(b"abc")
view = stream.getbuffer()
view[0] = 65
print(stream.getvalue())
show(lambda: stream.write(b"x" * 10))


def forgotten():
    open("w.txt", "w").write("written when the last reference goes")


forgotten()
print(open("w.txt").read())
with open("w.txt") as f:
    next(f)
    show(lambda: f.tell())
pair = io.BufferedRWPair(io.BytesIO(b"in"), io.BytesIO())
print(pair.read(), pair.write(b"out"))
lines = io.StringIO("a\r\nb\rc", newline=None)
print(lines.readlines(), lines.newlines)
print(io.StringIO("a\r\nb\rc", newline="").readlines())
decoder = io.IncrementalNewlineDecoder(None, translate=True)
print(repr(decoder.decode("a\r")), repr(decoder.decode("\nb\r", final=True)), decoder.newlines)
print("\ud800", file=sys.stderr)
for name in os.listdir("."):
    os.remove(name)
os.chdir("/")
os.rmdir(folder)

# A descriptor that the program closed behind a file's back.
import os as _os

_file = open(__file__)
_os.close(_file.fileno())
try:
    _file.close()
except OSError as e:
    print(e, _file.closed)
try:
    _os.close(555)
except OSError as e:
    print(e)
