# CSV, contexts and Unicode data.
import contextvars, csv, io, unicodedata
out = io.StringIO()
w = csv.writer(out); w.writerow([1, "a,b", None, "q\"x", 2.5]); w.writerow([""])
w = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, delimiter=";"); w.writerow(["x", 1, "y z"])
print(repr(out.getvalue()))
print(list(csv.reader(["a,\"b\"\"c\",d", "1,2,\"x", "y\""])), csv.list_dialects())
for bad in ({"delimiter": ""}, {"quotechar": 1}, {"quoting": 9}, {"lineterminator": 3}, {"quotechar": None, "quoting": 1}):
    try: csv.reader([], **bad)
    except TypeError as error: print(error)
try: list(csv.reader(["\"a\"b"], strict=True))
except csv.Error as error: print(error)
var = contextvars.ContextVar("var", default=0)
def inside(): var.set(5); return var.get()
context = contextvars.copy_context()
print(context.run(inside), var.get(), context[var], list(context.items())[0][1])
token = var.set(1); print(var.get(), token.old_value is contextvars.Token.MISSING); var.reset(token); print(var.get())
try: var.reset(token)
except RuntimeError as error: print(str(error)[:12], str(error)[-26:])
try: context.run(lambda: context.run(print))
except RuntimeError as error: print(str(error)[:22])
for c in "aÀ٣½カ\ufb01\U0001f600\u0378":
    print(ascii(c), unicodedata.category(c), unicodedata.bidirectional(c), unicodedata.name(c, None), unicodedata.numeric(c, None), unicodedata.decomposition(c), [ascii(unicodedata.normalize(f, c)) for f in ("NFC", "NFD", "NFKC", "NFKD")])
print(unicodedata.lookup("GREEK SMALL LETTER ALPHA"), unicodedata.ucd_3_2_0.category("\u0378"), unicodedata.normalize("NFC", "a\u0323\u0301\u1100\u1161\u11a8"))

