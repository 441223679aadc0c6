"""Writes a change of units that happened before anything was kept here: nothing is handed over, nobody approves."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection

from loa.kernel import text
from loa.orgs import carrying_versions, grounds, planning
from loa.orgs.changes import Edge, Opening, Plan
from loa.orgs.models import LegalBasis, Lineage, Unit
from loa.orgs.planning import After

_WHY = "a change of long ago is written down"
_END = """
UPDATE orgs_unit_version version SET during = daterange(lower(version.during), %(on)s)
  FROM orgs_unit unit
 WHERE unit.id = version.unit_id AND unit.code = ANY (%(codes)s) AND version.during @> %(on)s::date
"""
_FOLLOW = """
UPDATE orgs_unit unit
   SET name = asked.name, folded_name = asked.folded, level = asked.level, parent_id = above.id, path = asked.path,
       sort_order = coalesce(asked.sort, unit.sort_order)
  FROM unnest(%(codes)s::text[], %(names)s::text[], %(folded)s::text[], %(levels)s::text[], %(parents)s::text[],
              %(paths)s::text[], %(sorts)s::int[]) AS asked (code, name, folded, level, parent, path, sort)
  LEFT JOIN orgs_unit above ON above.code = asked.parent
 WHERE unit.code = asked.code
"""
_CLOSE = """
UPDATE orgs_unit unit SET parent_id = heir.id, path = asked.path, closed_on = %(on)s
  FROM unnest(%(codes)s::text[], %(parents)s::text[], %(paths)s::text[]) AS asked (code, parent, path)
  JOIN orgs_unit heir ON heir.code = asked.parent
 WHERE unit.code = asked.code
"""
_BEGIN = """
INSERT INTO orgs_unit_version (unit_id, name, level, parent_id, path, during, basis_id)
SELECT id, name, level, parent_id, path, daterange(%(on)s, NULL), %(basis)s FROM orgs_unit WHERE code = ANY (%(codes)s)
"""


def write(plan: Plan, *, on: date, basis: LegalBasis, order: Mapping[str, int]) -> None:
    """Write versions and lineage of a change of the past and let the present follow, in few statements.

    The units stand as on the eve, in the versions they came with. `order` are their places in lists afterwards.
    """
    tree = grounds.ground_for(plan, on=on).tree
    outcome = planning.after(plan, tree)
    _open(plan.opens, outcome, on=on)
    lasting = sorted(planning.changed(tree, outcome) & tree.keys())
    closing = sorted(outcome.heirs)
    units = [outcome.units[code] for code in lasting]
    names = [text.stored(unit.name) for unit in units]
    with connection.cursor() as cursor:
        cursor.execute(_END, {"codes": lasting + closing, "on": on})
        cursor.execute(
            _FOLLOW,
            {
                "codes": lasting,
                "names": names,
                "folded": [text.folded(name) for name in names],
                "levels": [unit.level for unit in units],
                "parents": [unit.parent for unit in units],
                "paths": [outcome.path(code) for code in lasting],
                "sorts": [order.get(code) for code in lasting],
            },
        )
        cursor.execute(
            _CLOSE,
            {
                "codes": closing,
                "parents": [outcome.heirs[code] for code in closing],
                "paths": [outcome.path(code) for code in closing],
                "on": on,
            },
        )
        cursor.execute(_BEGIN, {"codes": lasting, "on": on, "basis": basis.pk})
    _write_lineage(plan.edges, on=on, basis=basis)


def _open(openings: Sequence[Opening], outcome: After, *, on: date) -> None:
    """Add units that nobody had before, upper ones first; their versions come by trigger."""
    for opening in sorted(openings, key=lambda one: outcome.path(one.code).count("/")):
        above = Unit.objects.unscoped(_WHY).filter(code=opening.parent).first() if opening.parent else None
        name = text.stored(opening.name)
        Unit.objects.create(
            code=opening.code,
            name=name,
            folded_name=text.folded(name),
            level=opening.level,
            parent=above,
            path=outcome.path(opening.code),
            sort_order=opening.sort_order,
            latitude=opening.latitude,
            longitude=opening.longitude,
            opened_on=on,
        )


def _write_lineage(edges: Sequence[Edge], *, on: date, basis: LegalBasis) -> None:
    codes = {code for edge in edges for code in (edge.predecessor, edge.successor)}
    ids = dict(Unit.objects.unscoped(_WHY).filter(code__in=codes).values_list("code", "pk"))
    shares = carrying_versions.decimals([(edge.predecessor, edge.share) for edge in edges])
    backs = carrying_versions.decimals([(edge.successor, edge.share_back) for edge in edges])
    Lineage.objects.bulk_create(
        [
            Lineage(
                predecessor_id=ids[edge.predecessor],
                successor_id=ids[edge.successor],
                on=on,
                kind=edge.kind.value,
                share=share,
                share_back=back,
                is_estimate=edge.is_estimate,
                basis=basis,
            )
            for edge, share, back in zip(edges, shares, backs, strict=True)
        ],
        batch_size=2_000,
    )
