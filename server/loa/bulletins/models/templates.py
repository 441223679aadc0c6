"""Texts with blanks that a unit keeps for itself and those below."""

from django.db import models
from django.db.models import F, Q

from loa.bulletins import rules
from loa.bulletins.models.bulletins import is_kept
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Template(models.Model):
    """A text with blanks, of a unit; units below use it too. Ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=24, choices=[(kind.value, kind.value) for kind in rules.Kind])
    name = models.CharField(max_length=rules.BYLINE_LONGEST)
    title = models.CharField(max_length=rules.TITLE_LONGEST)
    text = models.TextField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_template"
        indexes = [models.Index(fields=["unit", "ended_at"], name="bulletins_template_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in rules.Kind]), name="bulletins_template_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(title="") & ~Q(text="") & is_kept("text", rules.TEXT_LONGEST),
                name="bulletins_template_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("created_at")), name="bulletins_template_ends_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})"

    @property
    def scope_path(self) -> str:
        """Return the path of its unit; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"template:{self.pk}"
