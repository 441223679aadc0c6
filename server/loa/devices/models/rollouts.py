"""Software on its way to devices."""

from django.db import models
from django.db.models import F, Q

from loa.devices import stages
from loa.devices.models.releases import Release
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7

_STATES = [state.value for state in stages.RolloutState]


class Rollout(models.Model):
    """A release on its way to the devices below a unit: `stopped_why` is a code, or why somebody withdrew it."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=16,
        choices=[(state, state) for state in _STATES],
        default=stages.RolloutState.RUNNING.value,
    )
    stage = models.PositiveSmallIntegerField(default=0)
    stage_began_at = models.DateTimeField()
    wait_s = models.PositiveIntegerField()
    failures_most_pct = models.PositiveSmallIntegerField()
    silent_after_s = models.PositiveIntegerField()
    began_at = models.DateTimeField()
    began_by = models.CharField(max_length=160)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=160, default="", blank=True)
    stopped_why = models.CharField(max_length=stages.WORDS_LONGEST, default="", blank=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "devices_rollout"
        indexes = [models.Index("release", "began_at", name="devices_rollout_release")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state__in=["running", "paused"]), name="devices_rollout_one_open"
            ),
            models.CheckConstraint(condition=Q(state__in=_STATES), name="devices_rollout_state_known"),
            models.CheckConstraint(condition=Q(stage__lte=stages.LAST), name="devices_rollout_stage_known"),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused"], ended_at=None)
                | Q(state__in=["stopped", "withdrawn", "done"], ended_at__gte=F("began_at")),
                name="devices_rollout_ends_with_its_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["stopped", "withdrawn"]) | ~Q(stopped_why=""), name="devices_rollout_says_why"
            ),
            models.CheckConstraint(
                condition=Q(failures_most_pct__lte=stages.FAILURES_MOST_PCT), name="devices_rollout_stops_in_time"
            ),
        ]

    def __str__(self) -> str:
        return f"rollout of {self.release_id} below {self.unit_id}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit whose devices it reaches."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"rollout:{self.id}"

    @property
    def is_open(self) -> bool:
        """Tell whether devices may still be told."""
        return self.state in stages.OPEN
