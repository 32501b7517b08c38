"""Small changes to a module, one at a time, by its syntax tree."""

import ast
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

# Annotations and decorators are left alone: nothing is decided in them.
UNTOUCHED: Final = {"annotation", "returns", "decorator_list"}
# Boundary first, then the opposite.
COMPARISONS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
ARITHMETIC: Final[dict[type[ast.operator], type[ast.operator]]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
CALLS: Final = {"min": "max", "max": "min", "any": "all", "all": "any"}


class Mutant(NamedTuple):
    """One change of `old` to `new` in `tree`: its line, what stands there, and the function it lies in, if any."""

    place: str
    before: str
    after: str
    tree: ast.Module
    old: ast.AST
    new: ast.AST
    function: str


def mutants(name: str, source: str) -> Iterator[Mutant]:
    """Yield each mutant of the module `name`; they share one tree, which stays as it is."""
    tree = ast.parse(source)
    for node, function in _nodes(tree, ""):
        line = getattr(node.target if isinstance(node, ast.comprehension) else node, "lineno", 0)
        for new in _changes(node):
            yield Mutant(f"{name}:{line}", ast.unparse(node), ast.unparse(new), tree, node, new, function)


def mutated(mutant: Mutant) -> ast.Module:
    """Make the change in the tree itself, for good, and return it."""
    _Swap(mutant.old, mutant.new).visit(mutant.tree)
    return ast.fix_missing_locations(mutant.tree)


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self.new if node is self.old else self.generic_visit(node)


def _nodes(tree: ast.AST, inside: str) -> Iterator[tuple[ast.AST, str]]:
    """Yield each node with the function in whose body it lies: "" outside, Class.method for a method."""
    for name, value in ast.iter_fields(tree):
        if name in UNTOUCHED:
            continue
        here = inside
        if name == "body" and isinstance(tree, ast.ClassDef | ast.FunctionDef):
            here = f"{inside}.{tree.name}".removeprefix(".")
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield child, here
                yield from _nodes(child, here)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp():
            yield from _boolean(node)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand
        case ast.BinOp() if type(node.op) in ARITHMETIC:
            yield ast.BinOp(node.left, ARITHMETIC[type(node.op)](), node.right)
        case ast.Constant():
            yield from _constants(node)
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield ast.Call(ast.Name(CALLS[name]), node.args, node.keywords)
        case ast.comprehension(ifs=[_, *_]):
            yield ast.comprehension(node.target, node.iter, [], node.is_async)
        case ast.IfExp():
            yield ast.IfExp(_negated(node.test), node.body, node.orelse)
        case ast.stmt():
            yield from _statements(node)


def _comparisons(node: ast.Compare) -> Iterator[ast.AST]:
    for place, operator in enumerate(node.ops):
        for other in COMPARISONS[type(operator)]:
            yield ast.Compare(node.left, [*node.ops[:place], other(), *node.ops[place + 1 :]], node.comparators)


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    """And for or, and each part left out."""
    yield ast.BoolOp(ast.And() if isinstance(node.op, ast.Or) else ast.Or(), node.values)
    for place in range(len(node.values)):
        yield ast.BoolOp(node.op, [*node.values[:place], *node.values[place + 1 :]])


def _constants(node: ast.Constant) -> Iterator[ast.AST]:
    """One more and one less for numbers, the opposite for true and false; texts are left alone."""
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)


def _statements(node: ast.stmt) -> Iterator[ast.AST]:
    """Other outcomes: a condition turned round, None returned, a statement left out."""
    match node:
        case ast.If():
            yield ast.If(_negated(node.test), node.body, node.orelse)
        case ast.While():
            yield ast.While(ast.Constant(False), node.body, node.orelse)
        case ast.Return(value=ast.Constant(value=None)) | ast.Return(value=None):
            yield ast.Pass()
        case ast.Return(value=ast.Constant(value=bool())):
            yield ast.Pass()
        case ast.Return():
            yield ast.Return(ast.Constant(None))
            yield ast.Pass()
        case ast.Raise() | ast.Break() | ast.Continue() | ast.AugAssign() | ast.Assign():
            yield ast.Pass()
        case ast.Expr(value=ast.Call() | ast.Yield() | ast.YieldFrom()):
            yield ast.Pass()


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), test)
