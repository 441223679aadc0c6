"""Changes of units as they are proposed, approved, carried out, and what moved in them."""

from django.db import models
from django.db.models import F, Q

from loa.kernel.scoped import ScopedManager
from loa.orgs import rules
from loa.orgs.models.units import LegalBasis, Unit
from loa_protocol import uuid7


class Reorganisation(models.Model):
    """A change of units at midnight of a day. `plan` is `changes.Plan` as JSON; `plan_sha256` is what was approved.

    `is_retroactive` says that whoever proposed it knew the day to be over. `dry_run` is what was seen to move before,
    `outcome` what moved in the end.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    title = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    basis = models.ForeignKey(LegalBasis, on_delete=models.PROTECT, related_name="+")
    effective_on = models.DateField()
    is_retroactive = models.BooleanField(default=False)
    plan = models.JSONField()
    plan_sha256 = models.CharField(max_length=64)
    compensates = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16, choices=[(one.value, one.value) for one in rules.ReorganisationState])
    proposed_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    dry_run = models.JSONField(null=True)
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, default="", blank=True)
    carried_out_at = models.DateTimeField(null=True)
    outcome = models.JSONField(null=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_reorganisation"
        indexes = [models.Index("state", "effective_on", name="orgs_reorganisation_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at=None, carried_out_at=None)
                | Q(state__in=["approved", "declined", "withdrawn", "undone"], decided_at__isnull=False)
                & Q(carried_out_at=None)
                | Q(state="in_force", decided_at__isnull=False, carried_out_at__isnull=False),
                name="orgs_reorganisation_times_fit_state",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "in_force"])
                | Q(proposed_by__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="orgs_reorganisation_four_eyes",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="orgs_reorganisation_titled"),
        ]

    def __str__(self) -> str:
        return f"{self.title} on {self.effective_on} ({self.state})"

    @property
    def scope_path(self) -> str:
        """Return the path of the highest unit it touches."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"reorganisation:{self.id}"


class Handover(models.Model):
    """One thing that went from one unit to another in a reorganisation; `keeper` names the room that keeps it."""

    id = models.BigAutoField(primary_key=True)
    reorganisation = models.ForeignKey(Reorganisation, on_delete=models.PROTECT, related_name="+")
    keeper = models.CharField(max_length=40)
    thing = models.CharField(max_length=120)
    name = models.CharField(max_length=300, default="", blank=True)
    from_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")

    scope_lookup = "to_unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_handover"
        constraints = [
            models.UniqueConstraint(fields=["reorganisation", "keeper", "thing"], name="orgs_handover_once"),
        ]

    def __str__(self) -> str:
        return f"{self.keeper} {self.thing}: {self.from_unit_id} → {self.to_unit_id}"
