"""Agencies, their names over time, and the posts in them."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from loa.kernel.scoped import ScopedManager
from loa.orgs import rules
from loa.orgs.models.units import LegalBasis, Unit


class Agency(models.Model):
    """A body at a unit: people's committee, department, office, regional centre. No level of its own."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in rules.AgencyKind])
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    succeeded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_agency"
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(opened_on=None) | Q(closed_on__gte=F("opened_on")),
                name="orgs_agency_closes_after_opening",
            ),
            models.CheckConstraint(
                condition=Q(succeeded_by=None) | Q(closed_on__isnull=False), name="orgs_agency_succeeded_when_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"agency {self.pk} at {self.unit_id}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it serves."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"agency:{self.pk}"


class AgencyName(models.Model):
    """What an agency was called in a stretch of days: Sở TT&TT, then Sở VHTTDL."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="names")
    name = models.CharField(max_length=160)
    short_name = models.CharField(max_length=60, default="", blank=True)
    during = DateRangeField()
    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "orgs_agency_name"
        constraints = [
            ExclusionConstraint(
                name="orgs_agency_name_one_a_day",
                expressions=[("agency", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=~Q(name="") & Q(during__isempty=False), name="orgs_agency_name_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.during}"


class Post(models.Model):
    """A post (chức danh) at a unit, perhaps in an agency; whoever holds it holds its role there."""

    title = models.CharField(max_length=160)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, related_name="+")
    role = models.ForeignKey("orgs.Role", on_delete=models.PROTECT, db_column="role", related_name="+")
    channel = models.CharField(
        max_length=16, default="", blank=True, choices=[(one.value, one.value) for one in rules.Channel]
    )
    is_here_only = models.BooleanField(default=False)
    seats = models.PositiveSmallIntegerField(default=1)
    closed_on = models.DateField(null=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_post"
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & Q(seats__gte=1), name="orgs_post_is_somebodys"),
        ]

    def __str__(self) -> str:
        return f"{self.title} at {self.unit_id}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit where it is held."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"post:{self.pk}"
