"""Makes of a change that is in force the plan that takes it back."""

from collections.abc import Mapping, Sequence

from loa.orgs import changes, rules
from loa.orgs.changes import Altering, Edge, Opening, Plan
from loa.orgs.models import Reorganisation, Unit, UnitVersion
from loa.orgs.refusals import TouchedSince

_WHY = "a change of units is taken back"
_REVERSE = {
    rules.Change.MERGE: rules.Change.SPLIT,
    rules.Change.SPLIT: rules.Change.MERGE,
    rules.Change.ABOLISH: rules.Change.SPLIT,
}


def reverse(done: Reorganisation) -> Plan:
    """Return the plan: what closed opens again under its code, what opened closes, what changed is as it was.

    Units that came below since stay where they are. Raises `TouchedSince` when a later change, done or approved,
    reached a unit of this one: that one has to be taken back first.
    """
    plan = changes.from_json(done.plan)
    written: Mapping[str, Sequence[str]] = (done.outcome or {})["written"]
    before = _versions([*written["changed"], *written["closed"]], during__endswith=done.effective_on)
    since = _versions([*written["changed"], *written["opened"]], during__startswith=done.effective_on)
    later = [code for code, version in since.items() if version.during.upper is not None]
    if later:
        raise TouchedSince(codes=", ".join(sorted(later)[:5]))
    opened = set(written["opened"])
    return Plan(
        opens=[_reopening(before[code]) for code in written["closed"]],
        alters=[
            altering for code in written["changed"] if (altering := _altering(before[code], since[code])) is not None
        ],
        closes=sorted(opened),
        edges=[_turned(edge) for edge in plan.edges if edge.share_back],
    )


def _versions(codes: Sequence[str], **about: object) -> dict[str, UnitVersion]:
    found = UnitVersion.objects.unscoped(_WHY).filter(unit__code__in=codes, **about)
    return {version.unit.code: version for version in found.select_related("unit", "parent")}


def _reopening(before: UnitVersion) -> Opening:
    unit: Unit = before.unit
    return Opening(
        code=unit.code,
        name=before.name,
        level=before.level,
        parent=before.parent.code if before.parent else "",
        sort_order=unit.sort_order,
        latitude=unit.latitude,
        longitude=unit.longitude,
    )


def _altering(before: UnitVersion, since: UnitVersion) -> Altering | None:
    """Return what is to change back; None for a unit that only stood elsewhere because those above it moved."""
    name = None if before.name == since.name else before.name
    level = None if before.level == since.level else before.level
    parent = None if before.parent_id == since.parent_id else (before.parent.code if before.parent else "")
    if name is None and level is None and parent is None:
        return None
    return Altering(code=before.unit.code, name=name, level=level, parent=parent)


def _turned(edge: Edge) -> Edge:
    return Edge(
        predecessor=edge.successor,
        successor=edge.predecessor,
        kind=_REVERSE.get(edge.kind, edge.kind),
        share=edge.share_back,
        share_back=edge.share,
    )
