"""Wrong changes to Python code: a comparison, an "and", a "max", one more or less."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.And: (ast.Or,), ast.Or: (ast.And,),
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.BitOr: (ast.BitAnd,), ast.BitAnd: (ast.BitOr,),
}  # fmt: skip
NAMES = {"max": "min", "min": "max", "any": "all", "all": "any"}
NAMES |= {"gte": "gt", "lte": "lt", "gt": "gte", "lt": "lte"}


@dataclass(frozen=True)
class Fault:
    """Characters `start` to `end` of a file become `new`."""

    path: str
    line: int
    start: int
    end: int
    old: str
    new: str

    @property
    def words(self) -> str:
        return f"{self.path}:{self.line}: {' '.join(self.old.split())} -> {self.new}"

    def planted(self, text: str) -> str:
        return text[: self.start] + self.new + text[self.end :]


def code_faults(path: Path) -> list[Fault]:
    """Return every fault of a file, from its top."""
    return list(_Reader(path).faults())


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = str(path)
        self.text = path.read_text(encoding="utf-8")
        lines = self.text.splitlines(keepends=True)
        self.starts = [0]
        for line in lines:
            self.starts.append(self.starts[-1] + len(line))
        self.lines = lines

    def faults(self) -> Iterator[Fault]:
        node: Any
        for node in _without_types(ast.parse(self.text)):
            for new in _changed(node):
                start = self._at(node.lineno, node.col_offset)
                end = self._at(node.end_lineno, node.end_col_offset)
                new = f"({new})" if " " in new else new
                yield Fault(self.path, node.lineno, start, end, self.text[start:end], new)

    def _at(self, line: int, column: int) -> int:
        before = self.lines[line - 1].encode()[:column].decode()
        return self.starts[line - 1] + len(before)


def _without_types(node: ast.AST) -> Iterator[ast.AST]:
    """Yield every node, but none of an annotation and no docstring."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _without_types(child)


def _changed(node: ast.AST) -> Iterator[str]:
    """Yield other code for a node."""
    match node:
        case ast.Compare(left, ops, comparators):
            for n, op in enumerate(ops):
                for other in SWAPS.get(type(op), ()):
                    new = [*ops[:n], other(), *ops[n + 1 :]]
                    yield ast.unparse(ast.Compare(left, new, comparators))
        case ast.Call(func, args, keywords):
            for n, keyword in enumerate(keywords):
                if new_name := _lookup(keyword):
                    own = ast.keyword(new_name, keyword.value)
                    named = [*keywords[:n], own, *keywords[n + 1 :]]
                    yield ast.unparse(ast.Call(func, args, named))
        case ast.expr():
            if other_words := _other(node):
                yield other_words


def _other(node: ast.expr) -> str:
    """Return the one other code there is for a node, if any."""
    match node:
        case ast.BoolOp(op, values):
            return ast.unparse(ast.BoolOp(SWAPS[type(op)][0](), values))
        case ast.BinOp(left, op, right) if type(op) in SWAPS and not _is_text(left, right):
            return ast.unparse(ast.BinOp(left, SWAPS[type(op)][0](), right))
        case ast.UnaryOp(ast.Not(), operand):
            return ast.unparse(operand)
        case ast.Name(id) if id in NAMES:
            return NAMES[id]
        case ast.Constant(bool(value)):
            return str(not value)
        case ast.Constant(int(value)):
            return str(value + 1)
        case ast.IfExp(test, body, orelse):
            return ast.unparse(ast.IfExp(test, orelse, body))
    return ""


def _lookup(keyword: ast.keyword) -> str:
    """Return another lookup of the database for `started__lte=…`."""
    field, _, lookup = (keyword.arg or "").rpartition("__")
    return f"{field}__{NAMES[lookup]}" if field and lookup in NAMES else ""


def _is_text(*nodes: ast.expr) -> bool:
    return any(
        isinstance(node, ast.JoinedStr)
        or (isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, str)))
        for node in nodes
    )
