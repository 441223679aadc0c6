"""Stations of others that may be passed on."""

from django.db import models
from django.db.models import F, Q

from loa.kernel.scoped import ScopedManager
from loa.media.streams.fetching import Kind
from loa.schedules.rules import relaying as rules
from loa_protocol import uuid7


class RelaySource(models.Model):
    """A stream a unit, and those below, may pass on: proposed by one person, put in force by another; then it stands.

    What it says is not ours: what is agreed to is the source, for which somebody answers by `agreement`, and the hours
    of each entry. `fallback` is heard while nothing comes; None is silence.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=rules.NAME_LONGEST)
    kind = models.CharField(max_length=8, choices=[(one.value, one.value) for one in Kind])
    address = models.CharField(max_length=400)
    responsible = models.CharField(max_length=rules.RESPONSIBLE_LONGEST)
    agreement = models.CharField(max_length=rules.AGREEMENT_LONGEST)
    lufs = models.SmallIntegerField(default=rules.LUFS_USUAL)
    fallback = models.ForeignKey("media.Clip", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.SourceState])
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "schedules_relay_source"
        indexes = [models.Index("unit", "state", name="schedules_relay_source_unit")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(address="") & ~Q(responsible="") & ~Q(agreement=""),
                name="schedules_relay_source_answered_for",
            ),
            models.CheckConstraint(
                condition=Q(lufs__gte=rules.LUFS_LEAST, lufs__lte=rules.LUFS_MOST),
                name="schedules_relay_source_loudness",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_by=None, withdrawn_by=None)
                | Q(state__in=["in_force", "declined"], decided_by__isnull=False, withdrawn_by=None)
                | Q(state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="schedules_relay_source_decided_or_not",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="schedules_relay_source_four_eyes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it belongs to, on its channel; load it with `unit`."""
        return f"{self.unit.path}#{self.scope_channel}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"relay_source:{self.id}"
