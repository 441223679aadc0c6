"""The tree of essential information: adding, renaming, moving and ending its parts. Nothing is deleted."""

import re
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from loa.bulletins import rules
from loa.bulletins.models import Category, CategoryPlace, ExternalField
from loa.bulletins.refusals import (
    CategoryHasParts,
    CategoryInItself,
    CategoryMissing,
    CategoryTaken,
    CategoryUnfit,
    ExternalCodeUnknown,
)
from loa.kernel.command import Place, check, command, note
from loa.kernel.scope import Scope
from loa.orgs import queries as orgs
from loa.orgs.rules import ZONE

NAME_LONGEST = 160
_CODE = re.compile(r"[a-z0-9_.]{1,40}")


@command("bulletins.administer")
def add_category(
    scope: Scope,
    _place: Place,
    /,
    *,
    code: str,
    name_vi: str,
    name_en: str,
    parent: str,
    external_code: int,
    now: datetime,
) -> Category:
    """Add a part of the tree from today. Raises `CategoryUnfit`, `CategoryTaken`, `CategoryMissing` for its parent."""
    names = _names(name_vi, name_en)
    if not _CODE.fullmatch(code):
        raise CategoryUnfit
    _begin(scope)
    if Category.objects.filter(pk=code).exists():
        raise CategoryTaken(code=code)
    day = _day(now)
    above = _in_use(parent, day) if parent else None
    _demand_external(external_code, day)
    last = Category.objects.order_by("-sort_order").values_list("sort_order", flat=True).first() or 0
    made: Category = Category.objects.create(
        code=code, name_vi=names[0], name_en=names[1], sort_order=last + 10, during=DateRange(day, None)
    )
    CategoryPlace.objects.create(category=made, parent=above, external_code=external_code, during=DateRange(day, None))
    note(category=code, parent=parent, external_code=external_code)
    return made


@command("bulletins.administer")
def rename_category(scope: Scope, _place: Place, /, *, code: str, name_vi: str, name_en: str, now: datetime) -> None:
    """Call a part of the tree otherwise; it stays the same part. Raises `CategoryUnfit`, `CategoryMissing`."""
    names = _names(name_vi, name_en)
    _begin(scope)
    found = _in_use(code, _day(now))
    found.name_vi, found.name_en = names
    found.save(update_fields=["name_vi", "name_en"])
    note(category=code)


@command("bulletins.administer")
def move_category(scope: Scope, _place: Place, /, *, code: str, parent: str, external_code: int, now: datetime) -> None:
    """Let a part stand below another, or count to another external field, from today; where it stood stays known.

    Raises `CategoryMissing`, `CategoryInItself`, `ExternalCodeUnknown`.
    """
    _begin(scope)
    day = _day(now)
    found = _in_use(code, day)
    above = _in_use(parent, day) if parent else None
    _demand_external(external_code, day)
    if above is not None and code in {above.pk, *_above(above.pk, day)}:
        raise CategoryInItself
    stands = CategoryPlace.objects.get(category=found, during__contains=day)
    if (stands.parent_id or "", stands.external_code) == (parent, external_code):
        return
    if stands.during.lower == day:
        stands.parent, stands.external_code = above, external_code
        stands.save(update_fields=["parent", "external_code"])
    else:
        stands.during = DateRange(stands.during.lower, day)
        stands.save(update_fields=["during"])
        CategoryPlace.objects.create(
            category=found, parent=above, external_code=external_code, during=DateRange(day, None)
        )
    note(category=code, parent=parent, external_code=external_code)


@command("bulletins.administer")
def end_category(scope: Scope, _place: Place, /, *, code: str, now: datetime) -> None:
    """Offer a part of the tree no longer from tomorrow; what has it keeps it. Raises `CategoryHasParts`."""
    _begin(scope)
    day = _day(now)
    found = _in_use(code, day)
    below = CategoryPlace.objects.filter(parent=found, during__contains=day, category__during__contains=day)
    lasting = [place for place in below.select_related("category") if place.category.during.upper is None]
    if lasting:
        raise CategoryHasParts
    end_on = day + timedelta(days=1)
    found.during = DateRange(found.during.lower, end_on)
    found.save(update_fields=["during"])
    note(category=code, end_on=str(end_on))


def _day(now: datetime) -> date:
    return timezone.localdate(now, ZONE)


def _begin(scope: Scope) -> None:
    """Refuse unless the right holds at every top, for the tree is everybody's; let changes come one by one."""
    for path in orgs.tops():
        check(scope, "bulletins.administer", Place(scope_path=path, audit_name="categories"))
    list(Category.objects.select_for_update().order_by("code").values_list("code", flat=True)[:1])


def _names(name_vi: str, name_en: str) -> tuple[str, str]:
    names = rules.line(name_vi), rules.line(name_en)
    if not all(0 < len(name) <= NAME_LONGEST for name in names):
        raise CategoryUnfit
    return names


def _in_use(code: str, day: date) -> Category:
    found = Category.objects.filter(pk=code, during__contains=day).first()
    if found is None:
        raise CategoryMissing(code=code)
    return found


def _above(code: str, day: date) -> set[str]:
    """Return everything a category stands below on a day."""
    parents = dict(CategoryPlace.objects.filter(during__contains=day).values_list("category_id", "parent_id"))
    found: set[str] = set()
    above = parents.get(code)
    while above is not None and above not in found:
        found.add(above)
        above = parents.get(above)
    return found


def _demand_external(code: int, day: date) -> None:
    if not ExternalField.objects.filter(code=code, during__contains=day).exists():
        raise ExternalCodeUnknown
