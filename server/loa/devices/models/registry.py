"""Devices, where each stood, and the one-time rights to become one."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from loa.devices import rules
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Device(models.Model):
    """A loudspeaker cluster, a board or a gateway.

    `state_seq` counts what the device shall be, `published_seq` what the bridge has sent of it. `volume_pct` is what
    was ordered; what the device reports stands in the columns from `connected` on, written by the bridge only.

    `told_area` is the unit path that the desired state, or before any move the enrolment, tells it to obey; empty, it
    must be told anew. `former_areas` are those it may obey as well until it confirms (migration 0003). `is_muted`
    follows from the silences that hold, `told_muted` is what the desired state says of it. `release` is the statement
    of the software it shall run, `runs_release` of what it says it runs, empty as it was installed.

    `driver` says in whose words it is spoken to; only what runs our own agent has a key. `cannot_stop` is what a device
    of another maker says of itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    name = models.CharField(max_length=rules.NAME_LONGEST)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in rules.Kind])
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    state = models.CharField(
        max_length=16,
        choices=[(state.value, state.value) for state in rules.State],
        default=rules.State.REGISTERED.value,
    )
    driver = models.CharField(
        max_length=rules.DRIVER_LONGEST, default=rules.OWN_DRIVER, db_default=rules.OWN_DRIVER, blank=True
    )
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    enrolled_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    public_key = models.TextField(default="", blank=True)
    credential_digest = models.CharField(max_length=64, default="", blank=True)
    volume_pct = models.PositiveSmallIntegerField(null=True)

    plan = models.CharField(max_length=64, null=True)  # noqa: DJ001 - None is the protocol's word for no plan yet
    config = models.CharField(max_length=64, null=True)  # noqa: DJ001 - as above
    enrolled_area = models.CharField(max_length=rules.AREA_LONGEST, default="", blank=True, db_collation="C")
    told_area = models.CharField(max_length=rules.AREA_LONGEST, default="", blank=True, db_collation="C")
    former_areas = ArrayField(models.CharField(max_length=rules.AREA_LONGEST), default=list, blank=True)
    is_muted = models.BooleanField(default=False, db_default=False)
    told_muted = models.BooleanField(default=False, db_default=False)
    release = models.CharField(max_length=64, null=True)  # noqa: DJ001 - None is the protocol's word for no release told
    release_told_at = models.DateTimeField(null=True)
    state_seq = models.BigIntegerField(default=0)
    published_seq = models.BigIntegerField(default=0)
    published_at = models.DateTimeField(null=True)

    connected = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True)
    agent_version = models.CharField(max_length=64, default="", blank=True)
    boot = models.CharField(max_length=64, default="", blank=True)
    playing = models.CharField(max_length=64, default="", blank=True)
    reported_plan = models.CharField(max_length=64, default="", blank=True)
    reported_config = models.CharField(max_length=64, default="", blank=True)
    reported_volume_pct = models.PositiveSmallIntegerField(null=True)
    runs_release = models.CharField(max_length=64, default="", db_default="", blank=True)
    tried_release = models.CharField(max_length=64, default="", db_default="", blank=True)
    release_step = models.CharField(max_length=64, default="", db_default="", blank=True)
    release_why = models.CharField(max_length=64, default="", db_default="", blank=True)
    clock_offset_ms = models.IntegerField(null=True)
    cannot_stop = models.BooleanField(default=False, db_default=False)
    pending_events = models.PositiveIntegerField(default=0)
    storage_free_bytes = models.BigIntegerField(null=True)

    condition_at = models.DateTimeField(null=True)
    power = models.CharField(max_length=16, default="", db_default="", blank=True)
    supply_v = models.FloatField(null=True)
    battery_pct = models.PositiveSmallIntegerField(null=True)
    temperature_c = models.FloatField(null=True)
    signal_dbm = models.SmallIntegerField(null=True)
    network = models.CharField(max_length=16, default="", db_default="", blank=True)
    speaker_fault = models.BooleanField(null=True)
    amplifier_fault = models.BooleanField(null=True)
    output_dbfs = models.FloatField(null=True)

    scope_lookup = "unit__path"
    scope_thing = "id"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_device"
        indexes = [
            models.Index("unit", "name", "id", name="devices_device_unit"),
            models.Index(
                "id", name="devices_device_unsent", condition=Q(state="enrolled", state_seq__gt=F("published_seq"))
            ),
            models.Index("id", name="devices_device_untold", condition=Q(state="enrolled", told_area="")),
            models.Index("id", name="devices_device_to_mute", condition=~Q(is_muted=F("told_muted"))),
            models.Index("id", name="devices_device_muted", condition=Q(is_muted=True)),
            models.Index("release", name="devices_device_release", condition=Q(release__isnull=False)),
            models.Index("unit", name="devices_device_moving", condition=Q(state="enrolled") & ~Q(former_areas=[])),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in rules.Kind]), name="devices_device_kind_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="devices_device_named"),
            models.CheckConstraint(condition=~Q(driver=""), name="devices_device_driven"),
            models.CheckConstraint(
                condition=Q(state="registered", credential_digest="", public_key="")
                | Q(state="enrolled", enrolled_at__isnull=False)
                & ~Q(credential_digest="")
                & (~Q(public_key="") | ~Q(driver="loa"))
                | Q(state="revoked", revoked_at__isnull=False, credential_digest=""),
                name="devices_device_keys_fit_state",
            ),
            models.CheckConstraint(
                condition=Q(volume_pct=None) | Q(volume_pct__lte=100), name="devices_device_volume_in_range"
            ),
            models.CheckConstraint(condition=Q(published_seq__lte=F("state_seq")), name="devices_device_sent_what_is"),
            models.CheckConstraint(
                condition=(Q(latitude=None) | Q(latitude__range=(-90, 90)))
                & (Q(longitude=None) | Q(longitude__range=(-180, 180))),
                name="devices_device_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"

    @property
    def scope_path(self) -> str:
        """Return its own place below the unit it stands in, so that a right may be given for it alone."""
        return f"{self.unit.path}/@{self.id}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"device:{self.id}"


class Posting(models.Model):
    """Where a device stood in a stretch of days. Written by triggers alone, whoever moves a device (migration 0003).

    An open lower end means "since it is known".
    """

    id = models.BigAutoField(primary_key=True)
    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    during = DateRangeField()

    scope_lookup = "unit__path"
    scope_thing = "device_id"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_posting"
        constraints = [
            ExclusionConstraint(
                name="devices_posting_one_a_day",
                expressions=[("device", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
            models.CheckConstraint(condition=Q(during__isempty=False), name="devices_posting_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} at {self.unit_id} {self.during}"


class EnrolmentCode(models.Model):
    """A one-time right to become a device. Only the digest is kept."""

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "devices_code"
        indexes = [models.Index("expires_at", name="devices_code_expiry")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="devices_code_ends_after_start"),
            models.UniqueConstraint(fields=["device"], condition=Q(used_at=None), name="devices_code_one_open"),
        ]

    def __str__(self) -> str:
        return f"code of {self.device_id} until {self.expires_at}"


class WrongCode(models.Model):
    """A code that was not ours, by origin: what guessing is measured by."""

    id = models.BigAutoField(primary_key=True)
    origin = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        db_table = "devices_wrong_code"
        indexes = [models.Index("origin", "at", name="devices_wrong_code_origin")]

    def __str__(self) -> str:
        return f"{self.origin} at {self.at}"
