"""Archives that are written out as a file, for whoever asked to fetch."""

from django.db import models
from django.db.models import F, Q

from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Export(models.Model):
    """One writing-out of a unit's whole archive. The file lies in the store for some days; what it was stays."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=60, blank=True)
    """The code of the refusal that ended it; empty when all went well."""
    sha256 = models.CharField(max_length=64, blank=True)
    size_bytes = models.BigIntegerField(default=0)
    bulletins = models.PositiveIntegerField(default=0)
    removed_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_export"
        indexes = [models.Index(fields=["unit", "-asked_at"], name="bulletins_export_unit")]
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(ended_at=None), name="bulletins_export_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_at=None, reason="", sha256="", removed_at=None)
                | (Q(ended_at__gte=F("asked_at"), removed_at=None, sha256="") & ~Q(reason=""))
                | Q(ended_at__gte=F("asked_at"), reason="", sha256__regex="^[0-9a-f]{64}$"),
                name="bulletins_export_fate_fits",
            ),
        ]

    def __str__(self) -> str:
        return f"archive of {self.unit_id} asked for at {self.asked_at:%Y-%m-%d}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"export:{self.id}"

    @property
    def is_ready(self) -> bool:
        """Tell whether the file can be fetched."""
        return bool(self.sha256) and self.removed_at is None
