"""Reads that fail closed: a query runs only after it was told whose it is."""

from collections.abc import Iterator
from typing import Any, Self, TypeVar  # Any: Django's own signatures

from django.db import models
from django.db.models import Q

from loa.kernel.scope import Scope

_M = TypeVar("_M", bound=models.Model)


class UnscopedQuery(RuntimeError):
    """A query was run without `.within(scope, …)` or `.unscoped(reason)`: a bug, never a user's fault."""


class ScopedQuerySet(models.QuerySet[_M]):
    """A query set that refuses to touch the database until its scope is settled.

    The model names the lookup that leads to a unit's path in `scope_lookup`, for example `"unit__path"`.
    """

    _settled = False

    def within(self, scope: Scope, permission: str) -> Self:
        """Narrow to the rows whose unit the permission reaches."""
        settled = self._chain()
        settled._settled = True
        if scope.everywhere:
            return settled
        lookup: str = self.model.scope_lookup  # type: ignore[attr-defined]  # every scoped model declares it
        reach = Q(pk__in=[])
        for root in scope.roots(permission):
            reach |= Q(**{lookup: root}) | Q(**{f"{lookup}__startswith": f"{root}/"})
        return settled.filter(reach)

    def unscoped(self, reason: str) -> Self:
        """Run without a scope. The reason is for the reader."""
        if not reason:
            raise UnscopedQuery("a reason is needed")
        settled = self._chain()
        settled._settled = True
        return settled

    def _clone(self) -> Self:
        clone = super()._clone()  # type: ignore[misc]  # private in the stubs
        clone._settled = self._settled
        return clone  # type: ignore[no-any-return]  # as above

    def _refuse_unsettled(self) -> None:
        if not self._settled:
            raise UnscopedQuery(f"{self.model.__name__}.objects needs .within(scope, …) or .unscoped(reason)")

    def _fetch_all(self) -> None:
        self._refuse_unsettled()
        super()._fetch_all()  # type: ignore[misc]  # private in the stubs

    def iterator(self, *args: Any, **kwargs: Any) -> Iterator[_M]:
        """Refuse, or iterate as Django does."""
        self._refuse_unsettled()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        """Refuse, or count."""
        self._refuse_unsettled()
        return super().count()

    def exists(self) -> bool:
        """Refuse, or tell whether a row exists."""
        self._refuse_unsettled()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Refuse, or aggregate."""
        self._refuse_unsettled()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """Refuse, or update."""
        self._refuse_unsettled()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Refuse, or delete."""
        self._refuse_unsettled()
        return super().delete()


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]  # built at run time
    """The default manager of every model that belongs to a unit."""
