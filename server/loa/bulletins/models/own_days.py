"""Days on which a unit works otherwise than the calendar says."""

from django.db import models
from django.db.models import Q

from loa.bulletins import rules
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class OwnDay(models.Model):
    """That a unit, and those below without a word of their own, is off on a day or works then; it never changes."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    is_off = models.BooleanField()
    words = models.CharField(max_length=rules.NAME_LONGEST)
    set_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_own_day"
        constraints = [
            models.UniqueConstraint(fields=["unit", "day"], name="bulletins_own_day_once"),
            models.CheckConstraint(condition=~Q(words=""), name="bulletins_own_day_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.day} at {self.unit_id}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"own_day:{self.id}"
