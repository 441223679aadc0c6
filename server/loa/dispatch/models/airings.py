"""Airings, the devices they are meant for, and what waits to be planned."""

from django.db import models
from django.db.models import F, Q

from loa.dispatch import rules
from loa.kernel.scoped import ScopedManager
from loa_protocol import limits, uuid7
from loa_protocol.plan import LateRule, Priority, ResumeRule

NO_CLIP = "0" * 64
"""The digest of a sound that does not exist yet."""


class Airing(models.Model):
    """One sound at one time for the devices below a unit, or for some of them when `is_chosen`.

    Live speech has no clip until it is over: its digest is `NO_CLIP`, its length the most it may last. No plan has it.

    `end_at` is the last moment at which it may still sound: start, tolerance and length. `source` names what asked for
    it (`slot:018f…`) and makes asking twice harmless. `exception` is why it sounds although rules speak against it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=rules.TITLE_LONGEST)
    clip_sha256 = models.CharField(max_length=64)
    clip_size_bytes = models.PositiveBigIntegerField()
    clip_duration_ms = models.PositiveIntegerField()
    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    priority = models.PositiveSmallIntegerField(choices=[(level.value, level.name.lower()) for level in Priority])
    late_rule = models.CharField(max_length=8, choices=[(rule.value, rule.value) for rule in LateRule])
    late_tolerance_ms = models.PositiveIntegerField()
    resume_rule = models.CharField(
        max_length=8,
        choices=[(rule.value, rule.value) for rule in ResumeRule],
        default=ResumeRule.SKIP.value,
        db_default=ResumeRule.SKIP.value,
    )
    volume_pct = models.PositiveSmallIntegerField(null=True)
    fade_in_ms = models.PositiveIntegerField(default=0, db_default=0)
    exception = models.CharField(max_length=rules.EXCEPTION_LONGEST, blank=True, default="", db_default="")
    state = models.CharField(max_length=16, choices=[(state.value, state.value) for state in rules.State])
    is_now = models.BooleanField()
    is_chosen = models.BooleanField()
    is_live = models.BooleanField(default=False, db_default=False)
    source = models.CharField(max_length=120, unique=True)
    requested_by = models.CharField(max_length=160, blank=True)
    created_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.CharField(max_length=160, blank=True)
    stop_reason = models.CharField(max_length=rules.REASON_LONGEST, blank=True)

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "dispatch_airing"
        indexes = [
            models.Index("unit", "start_at", name="dispatch_airing_unit"),
            models.Index("start_at", "end_at", name="dispatch_airing_time"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(end_at__gt=F("start_at")), name="dispatch_airing_ends_after_start"),
            models.CheckConstraint(
                condition=Q(start_at__gt=F("created_at")), name="dispatch_airing_asked_before_start"
            ),
            models.CheckConstraint(condition=Q(clip_duration_ms__gt=0), name="dispatch_airing_lasts"),
            models.CheckConstraint(condition=Q(clip_sha256__regex="^[0-9a-f]{64}$"), name="dispatch_airing_digest"),
            models.CheckConstraint(
                condition=Q(volume_pct=None) | Q(volume_pct__lte=100), name="dispatch_airing_volume"
            ),
            models.CheckConstraint(condition=Q(fade_in_ms__lte=limits.FADE_IN_MOST_MS), name="dispatch_airing_fade_in"),
            models.CheckConstraint(condition=~Q(source="") & ~Q(title=""), name="dispatch_airing_named"),
            models.CheckConstraint(
                condition=Q(priority__in=[level.value for level in Priority])
                & Q(late_rule__in=[rule.value for rule in LateRule]),
                name="dispatch_airing_rules_known",
            ),
            models.CheckConstraint(
                condition=Q(state="planned", released_at=None, stopped_at=None)
                | Q(state="released", released_at__isnull=False, stopped_at=None)
                | Q(state="stopped", released_at__isnull=False, stopped_at__isnull=False)
                | Q(state="cancelled", stopped_at__isnull=False),
                name="dispatch_airing_times_fit_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} at {self.start_at} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it is meant for, on its channel; load it with `unit`."""
        return f"{self.unit.path}#{self.scope_channel}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"airing:{self.id}"


class AiringTarget(models.Model):
    """A device an airing is meant for, fixed when it was asked for; `area_path` is where the device stood then."""

    pk = models.CompositePrimaryKey("airing_id", "device_id")
    # Without a constraint: checking 10,000 rows one by one costs as much as storing them, just when "now" must be now.
    # They are stored in the transaction that stores the airing, and airings are never deleted.
    airing = models.ForeignKey(
        Airing, on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    device_id = models.UUIDField()
    area_path = models.CharField(max_length=160, db_collation="C")

    scope_lookup = "area_path"
    scope_thing = "device_id"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "dispatch_target"
        indexes = [models.Index("device_id", name="dispatch_target_device")]

    def __str__(self) -> str:
        return f"{self.airing_id} on {self.device_id}"


class Told(models.Model):
    """A mark that evidence about an airing came: it is counted anew. Written by the bridge with each batch."""

    id = models.BigAutoField(primary_key=True)
    airing_id = models.UUIDField()

    class Meta:
        db_table = "dispatch_told"

    def __str__(self) -> str:
        return f"{self.id}: {self.airing_id}"


class Tally(models.Model):
    """What became of an airing on the devices that stood in a unit on its day, hamlets on their own: a count.

    It follows from targets, postings and evidence and may be made anew at any time. `missed` is what is left of
    `meant`. `untold` are devices that have told nothing of it. `reasons` counts why, by `<verdict>:<code>`.
    """

    pk = models.CompositePrimaryKey("airing_id", "unit_id")
    airing = models.ForeignKey(Airing, on_delete=models.CASCADE, related_name="+", db_index=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField(db_column="on_day")
    meant = models.PositiveIntegerField()
    heard = models.PositiveIntegerField()
    said = models.PositiveIntegerField(default=0, db_default=0)
    partial = models.PositiveIntegerField(default=0, db_default=0)
    silent = models.PositiveIntegerField(default=0, db_default=0)
    refused = models.PositiveIntegerField(default=0, db_default=0)
    odd = models.PositiveIntegerField(default=0, db_default=0)
    untold = models.PositiveIntegerField(default=0, db_default=0)
    heard_ms = models.BigIntegerField()
    reasons = models.JSONField(default=dict)

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "dispatch_tally"
        indexes = [
            models.Index("unit", "on", name="dispatch_tally_unit"),
            models.Index("on", name="dispatch_tally_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(meant__gt=0, heard__lte=F("meant"), heard_ms__gte=0), name="dispatch_tally_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(
                    meant__gte=F("heard")
                    + F("said")
                    + F("partial")
                    + F("silent")
                    + F("refused")
                    + F("odd")
                    + F("untold")
                ),
                name="dispatch_tally_parts_of_the_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.airing_id} at {self.unit_id}: {self.heard} of {self.meant}"

    @property
    def missed(self) -> int:
        """Return how many missed it: what is neither of the others."""
        return self.meant - self.heard - self.said - self.partial - self.silent - self.refused - self.odd - self.untold


class Pending(models.Model):
    """A mark that plans must be made anew: of every device of an airing, or of one device. Never updated, only removed.

    The same device may be marked many times; a mark set while plans are being made survives them.
    """

    id = models.BigAutoField(primary_key=True)
    airing = models.ForeignKey(Airing, on_delete=models.CASCADE, null=True, related_name="+", db_index=False)
    device_id = models.UUIDField(null=True)

    class Meta:
        db_table = "dispatch_pending"
        constraints = [
            models.CheckConstraint(
                condition=Q(airing__isnull=False, device_id=None) | Q(airing=None, device_id__isnull=False),
                name="dispatch_pending_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.id}: {self.airing_id or self.device_id}"
