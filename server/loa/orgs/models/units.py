"""Units: what each is today, what it was on any day, and how one came from another."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Concat
from django.utils.translation import get_language

from loa.kernel.scoped import ScopedManager
from loa.orgs import rules

_FOLD = "regexp_replace(normalize(replace(lower(%(expressions)s), 'đ', 'd'), NFD), '[\u0300-\u036f]', '', 'g')"
"""What `kernel.text.folded` does, for the database to do."""


class Level(models.Model):
    """A level that units may have, the highest first by `rank`; which exist and nest is a deployment's data.

    `below` holds the codes of the levels a unit of this one may stand below; empty for the top. The level as such
    exists in `during`: districts until 1 July 2025.
    """

    code = models.CharField(max_length=16, primary_key=True)
    rank = models.PositiveSmallIntegerField(unique=True)
    name_vi = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    below = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    during = DateRangeField()

    class Meta:
        db_table = "orgs_level"

    def __str__(self) -> str:
        return self.code

    def name(self) -> str:
        """Return what people call it, in the language of the moment."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_vi


class LegalBasis(models.Model):
    """The decision a change rests on. `document_sha256` is the digest of its paper, kept by room media."""

    number = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    issuer = models.CharField(max_length=160)
    issued_on = models.DateField(null=True)
    document_sha256 = models.CharField(max_length=64, default="", blank=True)

    class Meta:
        db_table = "orgs_basis"
        constraints = [
            models.UniqueConstraint(fields=["number", "issuer"], name="orgs_basis_once"),
            models.CheckConstraint(condition=~Q(number="") & ~Q(title=""), name="orgs_basis_named"),
            models.CheckConstraint(
                condition=Q(document_sha256="") | Q(document_sha256__regex="^[0-9a-f]{64}$"), name="orgs_basis_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Unit(models.Model):
    """An administrative unit, under one code for ever. Its name, level, parent and path are those of today.

    `path` is the codes from the top down, joined by `/`. A closed unit stands below the unit that keeps its history,
    so that whoever holds that one sees it; where it stood officially on a day says `UnitVersion`. `former_paths` are
    the paths under which rows that never change may name this unit or what it took over.
    """

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    folded_name = models.CharField(max_length=120)
    level = models.CharField(max_length=16)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=160, unique=True, db_collation="C")
    former_paths = ArrayField(models.CharField(max_length=160), default=list, blank=True)
    sort_order = models.PositiveIntegerField(default=0)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    is_demo = models.BooleanField(default=False)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)

    scope_lookup = "path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_unit"
        indexes = [models.Index("folded_name", name="orgs_unit_folded")]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent=None, path=F("code")) | Q(parent__isnull=False),
                name="orgs_unit_top_is_its_own_path",
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | Q(path__endswith=Concat(models.Value("/"), F("code"))),
                name="orgs_unit_path_ends_in_code",
            ),
            models.CheckConstraint(condition=Q(code__regex=r"^[A-Za-z0-9_.-]{1,32}$"), name="orgs_unit_plain_code"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="orgs_unit_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="orgs_unit_closes_after_opening",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def is_closed(self) -> bool:
        """Tell whether it no longer exists officially."""
        return self.closed_on is not None

    @property
    def scope_path(self) -> str:
        """Return its own path."""
        return self.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"unit:{self.code}"


class UnitVersion(models.Model):
    """What a unit officially was in a stretch of days: name, level, parent, path. Never two at once.

    An open lower end means "since before anybody wrote it down". The first version comes with the unit, by trigger. The
    migration 0003 guards what has begun, and that every day's versions are a tree.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(max_length=120)
    folded_name = models.GeneratedField(
        expression=Func(F("name"), template=_FOLD), output_field=models.CharField(max_length=120), db_persist=True
    )
    level = models.CharField(max_length=16)
    parent = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=160, db_collation="C")
    during = DateRangeField()
    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, null=True, related_name="+")

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_unit_version"
        indexes = [
            models.Index("path", name="orgs_unit_version_path"),
            GistIndex("parent", "during", name="orgs_unit_version_children"),
            GinIndex(OpClass("folded_name", name="gin_trgm_ops"), fastupdate=False, name="orgs_unit_version_named"),
        ]
        constraints = [
            ExclusionConstraint(
                name="orgs_unit_version_one_a_day",
                expressions=[("unit", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            ExclusionConstraint(
                name="orgs_unit_version_one_a_place",
                expressions=[("path", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(during__isempty=False), name="orgs_unit_version_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.path} {self.during}"


class Lineage(models.Model):
    """What became of a unit on a day: one row for each unit that took a part of it over, itself included.

    `share` is the part of the predecessor that went there (all rows of one predecessor and day add up to 1),
    `share_back` the part of the successor that came from there (likewise): migration 0003 checks. `is_estimate` says
    that nobody counted: the parts were guessed by area.
    """

    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    on = models.DateField(db_column="on_day")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in rules.Change])
    share = models.DecimalField(max_digits=11, decimal_places=10)
    share_back = models.DecimalField(max_digits=11, decimal_places=10)
    is_estimate = models.BooleanField(default=False, db_default=False)
    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, null=True, related_name="+")
    reorganisation = models.ForeignKey("Reorganisation", on_delete=models.PROTECT, null=True, related_name="+")

    scope_lookup = "successor__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_lineage"
        indexes = [models.Index("successor", "on", name="orgs_lineage_successor")]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "on"], name="orgs_lineage_once"),
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1, share_back__gte=0, share_back__lte=1),
                name="orgs_lineage_shares_are_parts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id} on {self.on}"
