"""What became of all airings of a day at a unit."""

from django.db import models
from django.db.models import F, Q

from loa.kernel.scoped import ScopedManager


class DayTally(models.Model):
    """The sum of a unit's tallies of one local day, so that nobody who asks for a province reads its plays.

    It is summed anew from them, never added to, whenever one of them is written: evidence that comes late, twice or
    out of order leaves it right.
    """

    pk = models.CompositePrimaryKey("unit_id", "on")
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+", db_index=False)
    on = models.DateField(db_column="on_day")
    airings = models.PositiveIntegerField()
    meant = models.PositiveIntegerField()
    heard = models.PositiveIntegerField()
    said = models.PositiveIntegerField()
    partial = models.PositiveIntegerField()
    silent = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    odd = models.PositiveIntegerField()
    untold = models.PositiveIntegerField()
    heard_ms = models.BigIntegerField()
    reasons = models.JSONField(default=dict)

    scope_lookup = "unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "dispatch_day"
        indexes = [models.Index("on", "unit", name="dispatch_day_on")]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    airings__gt=0,
                    meant__gt=0,
                    meant__gte=F("heard")
                    + F("said")
                    + F("partial")
                    + F("silent")
                    + F("refused")
                    + F("odd")
                    + F("untold"),
                ),
                name="dispatch_day_parts_of_the_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} on {self.on}: {self.heard} of {self.meant}"
