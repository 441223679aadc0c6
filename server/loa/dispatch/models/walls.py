"""Links by which a screen on a wall shows a unit without anybody signed in."""

from django.db import models
from django.db.models import F, Q

from loa.dispatch import rules
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class WallLink(models.Model):
    """The right of one screen to show the figures of a unit, and nothing else, until a day or until it is ended.

    Only the digest of its secret is kept. `seen_at` is when the screen last asked, to the minute.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=rules.WALL_NAME_LONGEST)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "dispatch_wall"
        indexes = [models.Index("unit", name="dispatch_wall_unit")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="dispatch_wall_named"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="dispatch_wall_digest"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at"), expires_at__lte=F("made_at") + rules.WALL_LASTS_MOST),
                name="dispatch_wall_lasts_a_while",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="dispatch_wall_ended_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.unit_id} until {self.expires_at}"

    @property
    def scope_path(self) -> str:
        """Return the path of its unit, on its channel; load it with `unit`."""
        return f"{self.unit.path}#{self.scope_channel}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"wall:{self.id}"
