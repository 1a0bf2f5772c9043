"""The node budget: no function says more than a head can hold. `--table` prints how dense each package is.

A short function that is dense is not simple. What counts are the expressions of a function: nodes of `ast.expr` below
it, annotations and decorators among them; a function within it counts for itself. None may hold more than `BUDGET`.
`nodes.tsv` beside this file lists those that may, each with its reason; one that is listed and keeps the budget, or is
no longer there, is an error too, so that the list only gets shorter.

Code lines are those that are neither blank, nor a comment alone, nor part of a docstring.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BUDGET = 150
ROOT = Path(__file__).resolve().parents[1]
EXCEPTIONS = Path(__file__).with_name("nodes.tsv")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Documented = ast.Module | ast.ClassDef | Function


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Each function's name, with those of what it stands in, and how many nodes its expressions hold.

    >>> list(functions("class A:\\n  def b(self):\\n    def c(): return 1\\n    return c() + 2"))
    [('A.b', 4), ('A.b.c', 1)]
    """

    def below(node: ast.AST, names: tuple[str, ...]) -> Iterator[tuple[str, int]]:
        for child in ast.iter_child_nodes(node):
            inside = (*names, child.name) if isinstance(child, Function | ast.ClassDef) else names
            if isinstance(child, Function):
                yield ".".join(inside), nodes(child)
            yield from below(child, inside)

    yield from below(ast.parse(source), ())


def nodes(tree: ast.AST) -> int:
    """How many nodes of expressions stand below one, those of functions within it left out."""
    children = [child for child in ast.iter_child_nodes(tree) if not isinstance(child, Function)]
    return sum(isinstance(child, ast.expr) + nodes(child) for child in children)


def exceptions(text: str) -> dict[str, str]:
    """The functions that may hold more, with the reasons; a row is a name, a tab and a reason."""
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    if wrong := [row for row in rows if len(row) != 2 or not row[1].strip()]:
        raise ValueError(f"{EXCEPTIONS.name}: a row is a function, a tab and a reason, and this is not: {wrong[0]}")
    return dict(rows)


def faults(found: dict[str, int], allowed: dict[str, str]) -> list[str]:
    """What is wrong, a line each.

    >>> faults({"a.py::f": 151, "a.py::g": 150}, {"a.py::g": "why"})
    ['a.py::f: 151 nodes, and 150 are allowed', 'a.py::g: is in nodes.tsv and keeps the budget (150): take it out']
    """
    over = {name: count for name, count in found.items() if count > BUDGET}
    said = [f"{name}: {count} nodes, and {BUDGET} are allowed" for name, count in over.items() if name not in allowed]
    for name in allowed:
        if name not in found:
            said.append(f"{name}: is in nodes.tsv and there is no such function: take it out")
        elif name not in over:
            said.append(f"{name}: is in nodes.tsv and keeps the budget ({found[name]}): take it out")
    return said


@dataclass
class Size:
    """How large a package is: nodes of expressions, code lines, lines of comments; `most` is that of one function."""

    nodes: int = 0
    code: int = 0
    comments: int = 0
    most: int = 0

    def add(self, source: str) -> None:
        """Count a module in."""
        tree = ast.parse(source)
        documented = [node for node in ast.walk(tree) if isinstance(node, Documented) and ast.get_docstring(node)]
        said = {line for node in documented for line in range(node.body[0].lineno, _end(node.body[0]) + 1)}
        lines = [(at, line.strip()) for at, line in enumerate(source.splitlines(), 1)]
        self.code += sum(bool(line) and line[0] != "#" and at not in said for at, line in lines)
        tokens = tokenize.generate_tokens(io.StringIO(source).readline)
        self.comments += sum(token.type == tokenize.COMMENT for token in tokens)
        self.nodes += sum(isinstance(node, ast.expr) for node in ast.walk(tree))
        self.most = max([self.most, *(count for _, count in functions(source))])

    def shown(self, name: str) -> str:
        """A row of the table."""
        dense, share = self.nodes / max(self.code, 1), 100 * self.comments / max(self.code, 1)
        return f"{name:12} {self.code:6} {dense:15.2f} {share:9.1f} % {self.most:16}"


def _end(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def modules(root: Path) -> dict[str, str]:
    """The text of each module of the package, by its path from the root."""
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(root.glob("repair/**/*.py"))}


def table(sources: dict[str, str]) -> Iterator[str]:
    """Nodes a code line and the share of comments, a package a row."""
    yield f"{'package':12} {'code':>6} {'nodes a line':>15} {'comments':>11} {'largest function':>16}"
    rooms: dict[str, Size] = {}
    for path, source in sources.items():
        for name in (path.split("/")[1] if path.count("/") > 1 else "repair", "all"):
            rooms.setdefault(name, Size()).add(source)
    yield from (rooms[name].shown(name) for name in sorted(rooms, key=lambda name: (name == "all", name)))


def main(arguments: list[str] | None = None) -> int:
    """Check the budget, or print the table."""
    parser = argparse.ArgumentParser(
        prog="nodes.py", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--table", action="store_true", help="print nodes a code line and the share of comments")
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout")
    parser.add_argument("--exceptions", type=Path, default=EXCEPTIONS, help="the list of functions that may hold more")
    given = parser.parse_args(arguments)
    sources = modules(given.root)
    if given.table:
        print("\n".join(table(sources)))
        return 0
    found: dict[str, int] = {}
    for path, source in sources.items():
        for name, count in functions(source):
            found[f"{path}::{name}"] = max(
                count, found.get(f"{path}::{name}", 0)
            )  # a property and its setter: one name
    said = faults(found, exceptions(given.exceptions.read_text("utf-8")))
    print("\n".join(said) or f"{len(found)} functions, none over {BUDGET} nodes that is not listed")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
