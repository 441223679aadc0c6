"""The tree as the architecture tests and the reference pages see it: files, syntax trees, rooms."""

import ast
import functools
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERVER = ROOT / "server" / "loa"
PACKAGES = (ROOT / "protocol", ROOT / "agent", ROOT / "server")
_BELOW = ("kernel", "audit", "accounts", "orgs", "media", "devices")
_ABOVE = ("dispatch", "bulletins", "schedules", "shell", "box", "cli")
ROOMS = (*_BELOW, *_ABOVE)
NOT_OURS = {".venv", "var", "node_modules", "__pycache__", "build", "dist"}


@functools.cache
def python_files() -> list[Path]:
    """Return every Python file of the repository."""
    found = []
    for top in (*PACKAGES, ROOT / "tests", ROOT / "tools"):
        found += [path for path in sorted(top.rglob("*.py")) if not NOT_OURS & set(path.relative_to(ROOT).parts)]
    return [*found, ROOT / "conftest.py"]


@functools.cache
def shipped_files() -> list[Path]:
    """Return those that run on a server or a device: neither tests nor migrations nor tools."""
    return [
        path
        for path in python_files()
        if not {"tests", "migrations", "tools"} & set(path.relative_to(ROOT).parts) and path.name != "conftest.py"
    ]


def templates() -> list[Path]:
    """Return every template of the server."""
    return [path for path in sorted(SERVER.rglob("*.html")) if "tests" not in path.relative_to(SERVER).parts]


@functools.cache
def tree(path: Path) -> ast.Module:
    """Return a file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


@functools.cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Return every node of a file; walked once, for many rules look at them."""
    return tuple(ast.walk(tree(path)))


def name(path: Path) -> str:
    """Return a file's name within the repository."""
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str | None:
    """Return the room a file of the server stands in."""
    if not path.is_relative_to(SERVER):
        return None
    parts = path.relative_to(SERVER).parts
    return parts[0] if len(parts) > 1 and parts[0] in ROOMS else None


@functools.cache
def calls(path: Path) -> tuple[tuple[str, ast.Call], ...]:
    """Return every call of a file: its dotted name and its node."""
    return tuple((dotted(node.func), node) for node in nodes(path) if isinstance(node, ast.Call))


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for a name or attribute, with `?` for whatever is neither."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return "?"


def where(path: Path, node: ast.stmt | ast.expr) -> str:
    """Return file and line, for the sentence of a failing test."""
    return f"{name(path)}:{node.lineno}"
