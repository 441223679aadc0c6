"""Where units stand after some got another unit above them, and which former paths still lead to them. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from loa.orgs import rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A unit, open or closed, with its present path; `path` is empty for one that only opens now."""

    id: int
    code: str
    parent: int | None
    path: str
    former: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where a unit stands, and under which paths rows that never change may name it or what it took over."""

    path: str
    former: Sequence[str]


def relocate(nodes: Iterable[Node], parents: Mapping[int, int | None]) -> dict[int, Spot]:
    """Return the new spot of every unit of which path or former paths change.

    `nodes` are all units of the trees concerned, `parents` the new unit above for those that get another one. A former
    path says "this and all below it was mine". One that now is a present path of somebody else's is taken away, or
    whoever held the former holder's unit would reach into the other's present; in its place come the former paths of
    the units that did stay.
    """
    return _Move(list(nodes), parents).spots()


class _Move:
    def __init__(self, nodes: Sequence[Node], parents: Mapping[int, int | None]) -> None:
        self._nodes = {node.id: node for node in nodes}
        self._parent = {node.id: parents.get(node.id, node.parent) for node in nodes}
        self._lines: dict[int, tuple[int, ...]] = {}
        self._path = {node.id: self._path_of(node.id) for node in nodes}
        self._former = {node.id: list(node.former) for node in nodes}

    def spots(self) -> dict[int, Spot]:
        moved = [node for node in self._nodes.values() if node.path != self._path[node.id]]
        self._take_away({self._path[node.id]: node.id for node in moved})
        for node in sorted(moved, key=lambda node: (node.path.count("/"), node.path)):
            for path in [*self._former[node.id], *([node.path] if node.path else [])]:
                for one in self._line(node.id):
                    self._add(one, path)
        return {
            node.id: Spot(path=self._path[node.id], former=tuple(self._former[node.id]))
            for node in self._nodes.values()
            if node.path != self._path[node.id] or list(node.former) != self._former[node.id]
        }

    def _line(self, unit: int) -> tuple[int, ...]:
        """Return the unit and those above it, itself first. Raises `ValueError` for a circle."""
        if unit not in self._lines:
            line = [unit]
            while (above := self._parent[line[-1]]) is not None:
                if above in line:
                    raise ValueError(f"unit {unit} stands below itself")
                line.append(above)
            self._lines[unit] = tuple(line)
        return self._lines[unit]

    def _path_of(self, unit: int) -> str:
        path = ""
        for one in reversed(self._line(unit)):
            path = rules.path_below(path, self._nodes[one].code)
        return path

    def _add(self, unit: int, path: str) -> None:
        """Keep a path, and none that it covers but the unit's own: the wider one may be taken away again."""
        former, own = self._former[unit], f"/{self._nodes[unit].code}"
        if not any(_covers(one, path) for one in (self._path[unit], *former)):
            former[:] = [one for one in former if one.endswith(own) or not _covers(path, one)] + [path]

    def _take_away(self, taken: Mapping[str, int]) -> None:
        """Take present paths of others from former ones; what stayed of them comes back in smaller pieces."""
        lost: list[tuple[int, str]] = []
        for unit, former in self._former.items():
            for path in [one for one in former if one in taken and unit not in self._line(taken[one])]:
                former.remove(path)
                lost.append((unit, path))
        if not lost:
            return
        below: dict[int, list[int]] = {}
        for unit in self._nodes:
            for above in self._line(unit)[1:]:
                below.setdefault(above, []).append(unit)
        for unit, path in lost:
            pieces = {one for child in below.get(unit, ()) for one in self._former[child] if _covers(path, one)}
            for piece in sorted(pieces, key=lambda one: (one.count("/"), one)):
                self._add(unit, piece)


def _covers(path: str, other: str) -> bool:
    return other == path or other.startswith(f"{path}/")
