"""How a query asks where something stands: `path__within=…`, the rule of `scope.is_within` in SQL, and `one_of`."""

from collections.abc import Sequence
from typing import Any  # Any: rows of one value

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, CharField, F, Func, Lookup, QuerySet, TextField
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


def one_of(field: str, few: QuerySet[Any]) -> Func:
    """Return the condition that a field is one of these values, looked up first and then used as an array.

    The planner takes few rows of a join for thousands and would read whole tables, or thousands for few and would visit
    each by itself.
    """
    return Func(
        F(field), ArraySubquery(few), arg_joiner=" = ANY(", template="%(expressions)s)", output_field=BooleanField()
    )
