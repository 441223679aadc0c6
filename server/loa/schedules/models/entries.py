"""What comes again in a station's programme, version by version, and each day of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from loa.kernel.scoped import ScopedManager
from loa.schedules.rules import OVERRIDE_LONGEST
from loa.schedules.rules import entries as rules
from loa_protocol import uuid7


class Entry(models.Model):
    """A series in the programme of a unit. `ended_on` is the first day on which nothing of it comes any more.

    `planned_until` is the day up to which its occurrences were put on the plan; None when they must be looked at again.
    `asks` counts how often that was asked for, so that what is asked for meanwhile is not forgotten.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=160, blank=True, default="", db_default="")
    planned_until = models.DateField(null=True)
    asks = models.PositiveIntegerField(default=0, db_default=0)

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "schedules_entry"
        indexes = [
            models.Index("unit", "ended_on", name="schedules_entry_unit"),
            models.Index("planned_until", name="schedules_entry_due"),
        ]

    def __str__(self) -> str:
        return f"{self.id} at {self.unit_id}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit whose programme it is, on its channel; load it with `unit`."""
        return f"{self.unit.path}#{self.scope_channel}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"entry:{self.id}"


class EntryVersion(models.Model):
    """What an entry says from a day on. Once handed in it stands as it is; approved it holds until a later one does.

    `station_ids` None is the unit itself, `device_ids` None all clusters there. `moves` are pairs of a day and the
    moment to which its occurrence is moved. `last_on` follows from the rule. `confirmed` is the word of who handed it
    in that it may sound in the quiet hours, `wakes` how many clusters the approver agreed to wake, and
    `wakes_at` at which local times of day. `override_reason` is
    why it may break other hour rules, in the words of who handed it in; `overridden` is what those rules said that the
    approver set aside: what they say later is not (migration 0008).
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.EntryKind])
    title = models.CharField(max_length=rules.ENTRY_TITLE_LONGEST)
    bulletin = models.ForeignKey("bulletins.Bulletin", on_delete=models.PROTECT, null=True, related_name="+")
    clip = models.ForeignKey("media.Clip", on_delete=models.PROTECT, null=True, related_name="+")
    source = models.ForeignKey("schedules.RelaySource", on_delete=models.PROTECT, null=True, related_name="+")
    station_ids = ArrayField(models.BigIntegerField(), null=True)
    device_ids = ArrayField(models.UUIDField(), null=True)
    at = models.TimeField()
    frame_min = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=400, blank=True)
    start_on = models.DateField()
    last_on = models.DateField()
    left_out = ArrayField(models.DateField(), default=list)
    extra = ArrayField(models.DateField(), default=list)
    moves = models.JSONField(default=list)
    skips_holidays = models.BooleanField()
    from_on = models.DateField()
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.EntryState])
    written_by = models.CharField(max_length=64)
    written_by_name = models.CharField(max_length=160, blank=True)
    written_at = models.DateTimeField()
    submitted_by = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True)
    confirmed = models.BooleanField(default=False, db_default=False)
    sha256 = models.CharField(max_length=64, blank=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    wakes = models.PositiveIntegerField(null=True)
    wakes_at = ArrayField(models.TimeField(), null=True)
    words = models.CharField(max_length=500, blank=True)
    override_reason = models.CharField(max_length=OVERRIDE_LONGEST, blank=True, default="", db_default="")
    overridden = ArrayField(models.TextField(), default=list, blank=True)

    scope_lookup = "entry__unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "schedules_entry_version"
        constraints = [
            models.UniqueConstraint(fields=["entry", "number"], name="schedules_entry_version_numbered"),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state__in=["draft", "submitted"]), name="schedules_entry_version_one_open"
            ),
            models.CheckConstraint(
                condition=Q(kind="bulletin", bulletin__isnull=False, clip=None, source=None)
                | Q(kind="music", bulletin=None, clip__isnull=False, source=None)
                | Q(kind="relay", bulletin=None, clip=None, source__isnull=False)
                | Q(kind="answers", bulletin=None, clip=None, source=None),
                name="schedules_entry_version_plays_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(frame_min__gte=1, frame_min__lte=120) & Q(last_on__gte=F("start_on")) & ~Q(title=""),
                name="schedules_entry_version_bounded",
            ),
            models.CheckConstraint(
                condition=(Q(device_ids=None) | Q(device_ids__len__gt=0))
                & (Q(station_ids=None) | Q(station_ids__len__gt=0)),
                name="schedules_entry_version_some_device",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "dropped"], decided_by=None)
                | Q(state="submitted", decided_by=None, submitted_at__isnull=False)
                | Q(state__in=["approved", "returned"], decided_by__isnull=False, submitted_at__isnull=False),
                name="schedules_entry_version_decided_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(state="dropped") | Q(sha256__regex="^[0-9a-f]{64}$"),
                name="schedules_entry_version_digest",
            ),
            models.CheckConstraint(
                condition=Q(wakes_at=None) | Q(wakes__isnull=False, wakes_at__len__gt=0),
                name="schedules_entry_version_wakes_at_times",
            ),
            models.CheckConstraint(
                condition=Q(overridden=[]) | Q(state="approved"), name="schedules_entry_version_set_aside_by_approval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number}, {self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit whose programme it is, on its channel; load it with `entry__unit`."""
        return self.entry.scope_path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"entry_version:{self.id}"


class Occurrence(models.Model):
    """One day of an entry. Its name follows from entry and day, so that a later time is the same occurrence.

    `day` is the day the rule names; `start_at` when it sounds, another day if it was moved. `turn` counts its airings.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(EntryVersion, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    start_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.OccurrenceState])
    reason = models.CharField(max_length=40, blank=True)
    airing = models.OneToOneField("dispatch.Airing", on_delete=models.PROTECT, null=True, related_name="+")
    turn = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField()

    scope_lookup = "entry__unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "schedules_occurrence"
        indexes = [models.Index("entry", "start_at", name="schedules_occurrence_entry")]
        constraints = [
            models.UniqueConstraint(fields=["entry", "day"], name="schedules_occurrence_once"),
            models.CheckConstraint(
                condition=Q(state="planned", airing__isnull=False, reason="")
                | Q(state="held") & ~Q(reason="")
                | Q(state="dropped"),
                name="schedules_occurrence_airing_fits_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} of {self.day} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit whose programme it is, on its channel; load it with `entry__unit`."""
        return self.entry.scope_path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"occurrence:{self.id}"
