"""What happened to an airing on its way, as the server that carried it saw it."""

from django.db import models
from django.db.models import Q

from loa.dispatch import rules
from loa.dispatch.models.airings import Airing
from loa.kernel.scoped import ScopedManager


class Remark(models.Model):
    """One thing that happened to a relay: it began, was lost, came back. Never changed (migration 0006).

    `detail` is a code that says more, or the name of the source.
    """

    id = models.BigAutoField(primary_key=True)
    airing = models.ForeignKey(Airing, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    code = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.Turn])
    detail = models.CharField(max_length=rules.DETAIL_LONGEST, blank=True)

    scope_lookup = "airing__unit__path"
    scope_channel = "loudspeaker"
    objects = ScopedManager()

    class Meta:
        db_table = "dispatch_remark"
        indexes = [models.Index("airing", "at", name="dispatch_remark_airing")]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__in=[one.value for one in rules.Turn]), name="dispatch_remark_code_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.airing_id} at {self.at}: {self.code}"
