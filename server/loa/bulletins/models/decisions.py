"""What was decided on each step, and how far who decides has listened."""

from django.db import models
from django.db.models import Q

from loa.bulletins import rules
from loa.bulletins.models.bulletins import Revision
from loa.bulletins.models.flows import Step
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


class Decision(models.Model):
    """What one person decided on one step; it stands for ever (migration 0005).

    `stands_in_for` is the person whose right was lent, `own_reason` why somebody approved their own words where the
    flow and the deployment let one person do both. `heard_pct` is how much of the sound was played.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="decisions")
    step = models.OneToOneField(Step, on_delete=models.PROTECT, related_name="decision")
    verdict = models.CharField(max_length=8, choices=[(one.value, one.value) for one in rules.Verdict])
    decided_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    stands_in_for = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField()
    heard_way = models.CharField(max_length=8, blank=True, choices=[(one.value, one.value) for one in rules.Way])
    heard_pct = models.PositiveSmallIntegerField()
    own_reason = models.CharField(max_length=rules.OWN_REASON_LONGEST, blank=True)

    scope_lookup = "revision__bulletin__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_decision"
        constraints = [
            models.UniqueConstraint(fields=["revision", "decided_by"], name="bulletins_decision_four_eyes"),
            models.CheckConstraint(
                condition=Q(verdict="returned")
                | Q(verdict="approved", heard_way="declared")
                | Q(verdict="approved", heard_way="played", heard_pct__gte=rules.ENOUGH_PCT),
                name="bulletins_decision_after_hearing",
            ),
            models.CheckConstraint(condition=Q(heard_pct__lte=100), name="bulletins_decision_share"),
            models.CheckConstraint(
                condition=~Q(stands_in_for=models.F("decided_by")), name="bulletins_decision_for_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} on {self.step_id}"


class Heard(models.Model):
    """How far one person has listened to one revision: spans in milliseconds, merged, since `opened_at`."""

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    spans = models.JSONField(default=list)

    scope_lookup = "revision__bulletin__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_heard"
        constraints = [
            models.UniqueConstraint(fields=["revision", "user"], name="bulletins_heard_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} heard by {self.user_id}"
