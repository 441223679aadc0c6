"""How a query asks where something stands: `path__within=…`, the rule of `scope.is_within` for units, in SQL."""

from collections.abc import Sequence

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup, TextField
from django.db.models.sql.compiler import SQLCompiler


@TextField.register_lookup
@CharField.register_lookup
class Within(Lookup):
    """A path is this one, or one of these, or lies below it; an empty list reaches nothing.

    One condition in place of two for each path: what a page asks is narrowed twice a query, and Django's way of
    joining conditions cost more than the database.
    """

    lookup_name = "within"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """Return the condition; an index of the prefixes of paths serves it."""
        paths: Sequence[str] = [self.rhs] if isinstance(self.rhs, str) else self.rhs
        place, given = self.process_lhs(compiler, connection)
        if not paths:
            raise EmptyResultSet
        conditions: list[str] = []
        params: list[str | int] = []
        for path in paths:
            conditions.append(f"{place} = %s OR {place}::text LIKE %s")
            params += [*given, path, *given, f"{connection.ops.prep_for_like_query(path)}/%"]
        return f"({' OR '.join(conditions)})", tuple(params)
