"""Hour rules of units as they were laid down, and what was set aside of them and why."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from loa.kernel.scoped import ScopedManager
from loa.schedules import rules
from loa_protocol import uuid7


class HourRule(models.Model):
    """When a unit may sound in a stretch of days. One person proposes it, another lays it down; then it stands.

    `windows` are minutes of the local day by weekday from Monday, `{"0": [[330, 420]]}`; a day without any is a day
    without sound. With `is_special` it takes the place of the lasting rule for its days, by a decision with its
    number. `is_limit` binds the units below as well (docs/decisions/0015).
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    during = DateRangeField()
    is_special = models.BooleanField()
    is_limit = models.BooleanField()
    windows = models.JSONField()
    sessions_most = models.PositiveSmallIntegerField(null=True)
    session_minutes = models.PositiveSmallIntegerField(null=True)
    quiet_from = models.TimeField()
    quiet_until = models.TimeField()
    decision = models.CharField(max_length=rules.DECISION_LONGEST, blank=True)
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.RuleState])
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "schedules_hour_rule"
        indexes = [models.Index("unit", "state", name="schedules_hour_rule_unit")]
        constraints = [
            ExclusionConstraint(
                name="schedules_hour_rule_one_at_a_time",
                expressions=[
                    ("unit", RangeOperators.EQUAL),
                    ("is_special", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(state="in_force"),
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__startswith__isnull=False), name="schedules_hour_rule_begins"
            ),
            models.CheckConstraint(
                condition=Q(is_special=False) | ~Q(decision="") & Q(during__endswith__isnull=False),
                name="schedules_hour_rule_special_by_decision",
            ),
            models.CheckConstraint(
                condition=(Q(sessions_most=None) | Q(sessions_most__gt=0))
                & (Q(session_minutes=None) | Q(session_minutes__range=(1, 1440))),
                name="schedules_hour_rule_limits_allow_something",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, decided_at=None)
                | Q(state="taken_back", decided_by=None, decided_at__isnull=False)
                | Q(state__in=["in_force", "declined", "replaced"], decided_by__isnull=False, decided_at__isnull=False),
                name="schedules_hour_rule_decided_or_not",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("proposed_by")),
                name="schedules_hour_rule_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.during} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it is laid down for, on its channel; load it with `unit`."""
        return f"{self.unit.path}#{self.scope_channel}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"hours:{self.id}"


class HoursOverride(models.Model):
    """What a person let sound although it breaks hour rules, and why. Never changed (migration 0005).

    `source` names it as airings do (`slot:018f…`), `broken` are the rules; `wakes` is how many clusters they agreed to
    wake where quiet hours were among them: for these alone that is the word that counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=120)
    broken = ArrayField(models.CharField(max_length=16))
    reason = models.CharField(max_length=rules.OVERRIDE_LONGEST, blank=True)
    wakes = models.PositiveIntegerField(null=True)
    start_at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "schedules_hours_override"
        indexes = [
            models.Index(fields=["unit", "-at"], name="schedules_override_unit"),
            models.Index("source", name="schedules_override_source"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(broken__len__gt=0)
                & ~Q(source="")
                & (~Q(reason="") | Q(broken=["quiet"], wakes__isnull=False)),
                name="schedules_hours_override_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} at {self.start_at}: {self.broken}"
