"""The classes of syntax trees, and modules that need them."""
import ast
print(ast.Name('x', ctx=ast.Load())._fields, ast.Constant(1).kind, ast.Return().value)
try: ast.Name(1,2,3)
except TypeError as e: print(e)
try: ast.Name(1, id=2)
except TypeError as e: print(e)
n = ast.BinOp(ast.Name('a'), ast.Add(), ast.Constant(2))
print(ast.unparse(n), ast.dump(n), ast.expr._attributes, ast.FunctionDef.__mro__)
import copy
print(ast.dump(copy.deepcopy(n)))
import tokenize, inspect, dataclasses, dis
print('imports')
@dataclasses.dataclass
class P:
    x: int
    y: int = 2
print(P(1))
