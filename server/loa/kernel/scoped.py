"""Reads that fail closed: a query runs only after it was told whose it is."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Self, TypeVar  # Any: Django's own signatures

from django.db import models
from django.db.models import Count, Q, Value
from django.db.models.query import RawQuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

from loa.kernel import lookups  # noqa: F401 - `within` is known from here on
from loa.kernel.scope import Scope

_M = TypeVar("_M", bound=models.Model)


class UnscopedQuery(RuntimeError):
    """A query was run without `.within(scope, …)` or `.unscoped(reason)`: a bug, never a user's fault."""


class ScopedQuery(Query):
    """A query that becomes SQL only when settled, wherever it stands: alone, in a union or inside another."""

    settled = False

    def get_compiler(self, *args: Any, **kwargs: Any) -> SQLCompiler:
        """Refuse, or compile as Django does."""
        if not self.settled and not self.is_empty():
            raise UnscopedQuery(f"{self.model} is read without .within(scope, …) or .unscoped(reason)")
        compiler: SQLCompiler = super().get_compiler(*args, **kwargs)
        return compiler


class ScopedQuerySet(models.QuerySet[_M]):
    """A query set that refuses to touch the database until its scope is settled.

    The model names the lookup that leads to a unit's path in `scope_lookup`, for example `"unit__path"`. Where rights
    are given for one thing or one channel, it names the lookup of the thing's id in `scope_thing` and its channel in
    `scope_channel`. Adding rows reads nothing and needs no scope: the command that adds them has asked for the right.
    """

    def __init__(
        self,
        model: type[_M] | None = None,
        query: Query | None = None,
        using: str | None = None,
        hints: dict[str, models.Model] | None = None,
    ) -> None:
        if query is None and model is not None:
            query = ScopedQuery(model)
        super().__init__(model=model, query=query, using=using, hints=hints)

    def within(self, scope: Scope, permission: str, *, channel: str = "") -> Self:
        """Narrow to the rows whose unit the permission reaches; with `channel` for what goes out there."""
        settled = self._settle()
        if scope.everywhere:
            return settled
        lookup: str = self.model.scope_lookup  # type: ignore[attr-defined]  # every scoped model declares it
        thing: str = getattr(self.model, "scope_thing", "")
        on = channel or getattr(self.model, "scope_channel", "")
        return settled.filter(reach(scope.roots(permission), lookup=lookup, thing=thing, channel=on))

    def unscoped(self, reason: str) -> Self:
        """Run without a scope. The reason is for the reader."""
        if not reason:
            raise UnscopedQuery("a reason is needed")
        return self._settle()

    @property
    def is_settled(self) -> bool:
        """Tell whether the query may run."""
        return bool(getattr(self.query, "settled", False))

    def _settle(self) -> Self:
        settled: Self = self._chain()  # type: ignore[attr-defined]  # private in the stubs
        settled.query.settled = True  # type: ignore[attr-defined]  # ours
        return settled

    def _refuse_unsettled(self) -> None:
        if not self.is_settled and not self.query.is_empty():
            raise UnscopedQuery(f"{self.model.__name__}.objects needs .within(scope, …) or .unscoped(reason)")

    def __or__(self, other: models.QuerySet[_M]) -> Self:
        """Refuse to widen a settled query by one that is not."""
        self._refuse_unsettled()
        _refuse_other(other)
        return super().__or__(other)

    def __xor__(self, other: models.QuerySet[_M]) -> Self:
        """As above."""
        self._refuse_unsettled()
        _refuse_other(other)
        return super().__xor__(other)

    def iterator(self, chunk_size: int | None = None) -> Iterator[_M]:
        """Refuse at once, not at the first row; or iterate as Django does."""
        self._refuse_unsettled()
        return super().iterator(chunk_size=chunk_size)

    def update(self, **kwargs: Any) -> int:
        """Refuse, or update."""
        self._refuse_unsettled()
        return super().update(**kwargs)

    def bulk_update(self, objs: Iterable[_M], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Refuse, or update in bulk."""
        self._refuse_unsettled()
        return super().bulk_update(objs, fields, batch_size)

    def bulk_create(  # noqa: PLR0917 - Django's signature
        self,
        objs: Iterable[_M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        update_conflicts: bool = False,  # noqa: FBT001, FBT002 - as above
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[_M]:
        """Add rows; refuse if rows that stand would be changed unsettled."""
        if update_conflicts:
            self._refuse_unsettled()
        return super().bulk_create(objs, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse, or delete."""
        self._refuse_unsettled()
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        self._refuse_unsettled()
        return super()._raw_delete(using)

    def raw(self, *args: Any, **kwargs: Any) -> "RawQuerySet[_M]":
        """Refuse, or run SQL."""
        self._refuse_unsettled()
        return super().raw(*args, **kwargs)


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]  # built at run time
    """The default manager of every model that belongs to a unit."""


def counts(kinds: Iterable[tuple[str, ScopedQuerySet[Any]]]) -> Counter[str]:
    """Return how many rows there are of each kind, in one query; rows given under one name are added up."""
    parts = [rows.order_by().values_list(Value(kind)).annotate(Count("pk")) for kind, rows in kinds]
    counted: Counter[str] = Counter()
    if parts:
        for kind, count in parts[0].union(*parts[1:], all=True):
            counted[kind] += count
    return counted


def reach(roots: Iterable[str], *, lookup: str, thing: str = "", channel: str = "") -> Q:
    """Return the condition that a row stands at or below one of the roots; see `Scope.grants`.

    `lookup` leads to the row's unit path, `thing` to its id where rights may be given for it alone; without `thing` the
    path itself may end in it.
    """
    whole: list[str] = []
    parts = Q()
    for root in sorted(roots):
        place, _, only = root.partition("#")
        unit, _, one = place.partition("/@")
        if only and only != channel:
            continue
        if unit.endswith("!"):
            alone = unit[:-1]
            parts |= Q(**{lookup: alone})
            parts |= Q(**{f"{lookup}__startswith": f"{alone}/@"}) | Q(**{f"{lookup}__startswith": f"{alone}/~"})
        elif not one:
            whole.append(unit)
        else:
            parts |= Q(**{lookup: unit, thing: one}) if thing else Q(**{lookup: place})
    return Q(**{f"{lookup}__within": whole}) | parts if whole or not parts else parts


def _refuse_other(other: models.QuerySet[_M]) -> None:
    if isinstance(other, ScopedQuerySet):
        other._refuse_unsettled()  # noqa: SLF001 - its own kind
