"""Who may do something where, by the nearest: read once for all units."""

from collections import defaultdict
from collections.abc import Iterable

from loa.orgs import queries as orgs


class Reach:
    """Who may mend where, read once."""

    def __init__(self, holders: Iterable[orgs.Holder]) -> None:
        self._at: dict[str, set[int]] = defaultdict(set)
        self._only_at: dict[str, set[int]] = defaultdict(set)
        for holder in holders:
            (self._only_at if holder.is_here_only else self._at)[holder.path].add(holder.user_id)

    def may(self, user_id: int, path: str) -> bool:
        """Tell whether a person may mend what stands at a unit."""
        return user_id in self._only_at[path] or any(user_id in self._at[above] for above in _upward(path))

    def nearest(self, path: str, *, place: str) -> set[int]:
        """Return the people who may mend what stands at `place` by a right at a path or, if nobody has, further up."""
        for above in _upward(path):
            found = self._at[above] | (self._only_at[above] if above == place else set())
            if found:
                return found
        return set()


def _upward(path: str) -> list[str]:
    """Return a path and those above it, the nearest first."""
    parts = path.split("/")
    return ["/".join(parts[:count]) for count in range(len(parts), 0, -1)]
