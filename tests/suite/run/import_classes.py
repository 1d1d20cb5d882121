"""What programs see of the import system: importlib's own classes, whatever was imported before."""
import json
import sys
import importlib.machinery
import importlib.util
import os
import pkgutil
import tempfile
import zipfile
import zipimport

print(type(json.__spec__), type(json.__loader__), isinstance(json.__loader__, importlib.machinery.SourceFileLoader))
print(sys.meta_path[-3:])
print(sys.path_hooks[0], len(sys.path_hooks))
print(importlib._bootstrap, importlib._bootstrap_external)
print([m.name for m in pkgutil.iter_modules(json.__path__)])
spec = importlib.util.find_spec("json.tool")
print(spec.name, type(spec.loader), spec.parent, spec.has_location, spec.cached.endswith(".pyc"))
print(importlib.util.find_spec("no.such") if importlib.util.find_spec("no") else None)
loader = importlib.machinery.SourceFileLoader("x", json.__file__)
print(loader.get_source("x")[:10], loader.get_code("x").co_name, loader.is_package("x"), loader.get_data(json.__file__)[:5])
print(importlib.reload(json) is json)
print(os.getenv.__code__.co_filename, importlib.util.find_spec.__code__.co_filename)

with tempfile.TemporaryDirectory() as folder:
    archive = os.path.join(folder, "lib.zip")
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("zmod.py", "def f():\n    return 42\n")
        zipped.writestr("zpkg/__init__.py", "from . import inner\n")
        zipped.writestr("zpkg/inner.py", "import zmod\nvalue = zmod.f()\n")
        zipped.writestr("zpkg/data.txt", "hello")
    os.makedirs(os.path.join(folder, "ns", "sub"))
    with open(os.path.join(folder, "ns", "sub", "leaf.py"), "w") as file:
        file.write("x = __name__\n")
    sys.path[:0] = [archive, folder]
    import inspect
    import zpkg
    import zmod
    import ns.sub.leaf

    def short(value):
        return str(value).replace(folder, "FOLDER")

    print(short(zpkg), short(zpkg.__loader__), short(zpkg.__path__), zpkg.inner.value)
    print(type(zmod.__loader__) is zipimport.zipimporter, zmod.__loader__.get_source("zmod"))
    print(inspect.getsource(zmod.f))
    print([m.name for m in pkgutil.iter_modules([archive])], [m.name for m in pkgutil.walk_packages([archive])])
    print(pkgutil.get_data("zpkg", "data.txt"))
    print(short(ns), short(ns.__path__), ns.__file__, type(ns.__loader__), short(ns.sub), ns.sub.leaf.x)
    import importlib.resources

    print((importlib.resources.files(zpkg) / "data.txt").read_text())
    print(sorted(p.name for p in importlib.resources.files(ns).iterdir()))
    import runpy

    print(runpy.run_path(archive.replace("lib.zip", "ns/sub/leaf.py"))["x"])
    for name, text in [("circular_a", "import circular_b\nx = 1\n"), ("circular_b", "from circular_a import x\n")]:
        with open(os.path.join(folder, name + ".py"), "w") as file:
            file.write(text)
    importlib.invalidate_caches()
    try:
        import circular_a
    except ImportError as e:
        print(short(e))
    with open(os.path.join(folder, "circular_b.py"), "w") as file:
        file.write("import circular_a\ncircular_a.x\n#\n")
    try:
        import circular_a
    except AttributeError as e:
        print(short(e))
    try:
        importlib.import_module("no.such")
    except ModuleNotFoundError as e:
        print(e, e.name)
