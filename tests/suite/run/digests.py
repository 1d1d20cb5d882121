# Comparing digests in constant time, and the modules that do.
import hmac
import operator
import secrets

for a, b in [("abc", "abc"), ("abc", "abd"), ("abc", "ab"), (b"x", bytearray(b"x")), (b"", b"y"), ("é", "é"), (1, 2), ("a", b"a")]:
    try:
        print(hmac.compare_digest(a, b))
    except TypeError as error:
        print("TypeError:", error)
print(hmac.new(b"key", b"message", "sha256").hexdigest())
print(len(secrets.token_hex(8)), operator.add(1, 2), operator.itemgetter(1)("ab"), operator.attrgetter("real")(3))
