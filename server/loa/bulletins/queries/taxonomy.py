"""The tree of essential information as it stands on a day, and the languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from loa.bulletins.models import Category, CategoryPlace, ExternalField, Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A category where it stands on a day: below which one, how deep, and to which external field it counts."""

    category: Category
    parent: str
    depth: int
    external_code: int

    @property
    def code(self) -> str:
        """Return its code."""
        return self.category.pk


def tree(day: date) -> list[Branch]:
    """Return the categories in use on a day, each after the one above it, neighbors in their order."""
    places = CategoryPlace.objects.filter(during__contains=day, category__during__contains=day)
    found = list(places.select_related("category").order_by("category__sort_order", "category"))
    there = {place.category_id for place in found}
    below: dict[str, list[CategoryPlace]] = {}
    for place in found:
        above = place.parent_id if place.parent_id in there else None
        below.setdefault(above or "", []).append(place)
    return _branches(below, "", depth=0)


def _branches(below: dict[str, list[CategoryPlace]], parent: str, *, depth: int) -> list[Branch]:
    branches: list[Branch] = []
    for place in below.get(parent, []):
        branches.append(Branch(category=place.category, parent=parent, depth=depth, external_code=place.external_code))
        branches += _branches(below, place.category.pk, depth=depth + 1)
    return branches


def category_name(code: str) -> str:
    """Return what people call a category, also one that has ended; its code when there is none."""
    found = Category.objects.filter(pk=code).first()
    return code if found is None else found.name()


def places_of(code: str) -> list[CategoryPlace]:
    """Return where a category stood over time, the latest first."""
    return list(CategoryPlace.objects.filter(category=code).select_related("parent").order_by("-pk"))


def languages() -> list[Language]:
    """Return the languages bulletins may be told in, Vietnamese first."""
    return list(Language.objects.order_by("sort_order", "code"))


def external_fields(day: date) -> Sequence[ExternalField]:
    """Return what the central system calls its fields on a day."""
    return list(ExternalField.objects.filter(during__contains=day).order_by("code"))
