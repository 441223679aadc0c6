"""The tree of essential information, what other systems call its parts, and the languages bulletins are told in."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language


def _name(row: "Category | ExternalField | Language") -> str:
    return row.name_en if (get_language() or "").startswith("en") else row.name_vi


class Category(models.Model):
    """A part of the tree of essential information. Ended, never deleted, once a bulletin has it."""

    code = models.CharField(max_length=40, primary_key=True)
    name_vi = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160)
    sort_order = models.PositiveIntegerField(default=0)
    during = DateRangeField()

    class Meta:
        db_table = "bulletins_category"
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z0-9_.]{1,40}$"), name="bulletins_category_plain_code"
            ),
            models.CheckConstraint(condition=~Q(name_vi="") & ~Q(name_en=""), name="bulletins_category_named"),
        ]

    def __str__(self) -> str:
        return self.code

    def name(self) -> str:
        """Return what people call it, in the language of the moment."""
        return _name(self)


class CategoryPlace(models.Model):
    """Where a category stood in the tree in a stretch of days, and which external field it counted to."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="places")
    parent = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    external_code = models.PositiveSmallIntegerField()
    during = DateRangeField()

    class Meta:
        db_table = "bulletins_category_place"
        constraints = [
            ExclusionConstraint(
                name="bulletins_category_place_one_a_day",
                expressions=[("category", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("category")), name="bulletins_category_place_below_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category_id} below {self.parent_id or 'nothing'}, {self.during}"


class ExternalField(models.Model):
    """A field of content as the central source system numbers it, in a stretch of days."""

    code = models.PositiveSmallIntegerField()
    name_vi = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160)
    during = DateRangeField()

    class Meta:
        db_table = "bulletins_external_field"
        constraints = [
            ExclusionConstraint(
                name="bulletins_external_field_one_a_day",
                expressions=[("code", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_vi}"

    def name(self) -> str:
        """Return what people call it, in the language of the moment."""
        return _name(self)


class Language(models.Model):
    """A language bulletins are told in, by its shortest ISO 639 code, or a private one where ISO has none."""

    code = models.CharField(max_length=16, primary_key=True)
    name_vi = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    sort_order = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "bulletins_language"
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^([a-z]{2,3}|x-[a-z0-9]{1,8})$"), name="bulletins_language_code"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def name(self) -> str:
        """Return what people call it, in the language of the moment."""
        return _name(self)
