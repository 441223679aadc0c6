"""Flows of approval as a unit lays them down, and the steps of a revision that was handed in."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from loa.bulletins import rules
from loa.bulletins.models.bulletins import Revision
from loa.kernel.scoped import ScopedManager
from loa_protocol import uuid7


def _chosen(names: type[rules.Asks | rules.Who | rules.Where]) -> list[tuple[str, str]]:
    return [(one.value, one.value) for one in names]


def _who_is_named() -> Q:
    """Return the condition that a step names whom it is for, and nobody else."""
    return (
        Q(who="right", role=None, post=None, agency=None)
        | Q(who="role", role__isnull=False, post=None, agency=None)
        | Q(who="post", role=None, post__isnull=False, agency=None)
        | Q(who="agency", role=None, post=None, agency__isnull=False)
    )


class Asked(models.Model):
    """What a step asks, of whom, and how many working hours they have."""

    position = models.PositiveSmallIntegerField()
    asks = models.CharField(max_length=8, choices=_chosen(rules.Asks))
    who = models.CharField(max_length=8, choices=_chosen(rules.Who))
    where = models.CharField(max_length=8, choices=_chosen(rules.Where))
    role = models.ForeignKey("orgs.Role", on_delete=models.PROTECT, null=True, db_column="role", related_name="+")
    post = models.ForeignKey("orgs.Post", on_delete=models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey("orgs.Agency", on_delete=models.PROTECT, null=True, related_name="+")
    hours = models.PositiveSmallIntegerField()
    is_own_allowed = models.BooleanField(default=False)

    class Meta:
        abstract = True

    @property
    def ask(self) -> rules.Ask:
        """Return it as the rules know it."""
        return rules.Ask(
            asks=rules.Asks(self.asks),
            who=rules.Who(self.who),
            where=rules.Where(self.where),
            role=self.role_id or "",
            post=self.post_id,
            agency=self.agency_id,
            hours=self.hours,
            is_own_allowed=self.is_own_allowed,
        )


class Flow(models.Model):
    """The way bulletins of a unit, and of those below without one of their own, go until they are approved.

    It is never rewritten: it ends on a day, and another begins.
    """

    id = models.UUIDField(primary_key=True, default=uuid7.make, editable=False)
    unit = models.ForeignKey("orgs.Unit", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=rules.NAME_LONGEST)
    kinds = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    categories = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_far = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    made_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_flow"
        indexes = [models.Index("unit", name="bulletins_flow_unit")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="bulletins_flow_named"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="bulletins_flow_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} at {self.unit_id}"

    @property
    def condition(self) -> rules.Condition:
        """Return for which bulletins it is meant."""
        return rules.Condition(kinds=frozenset(self.kinds), categories=frozenset(self.categories), is_far=self.is_far)

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that laid it down; load it with `unit`."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"flow:{self.id}"


class FlowStep(Asked):
    """One step of a flow; it never changes."""

    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="steps")

    class Meta:
        db_table = "bulletins_flow_step"
        constraints = [
            models.UniqueConstraint(fields=["flow", "position"], name="bulletins_flow_step_in_order"),
            models.CheckConstraint(condition=_who_is_named(), name="bulletins_flow_step_names_who"),
            models.CheckConstraint(
                condition=Q(hours__gte=1, hours__lte=rules.HOURS_MOST), name="bulletins_flow_step_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} of {self.flow_id}"


class Step(Asked):
    """One step of a revision that was handed in, as its flow was at that moment.

    It begins when the one before it is decided; `is_open` notes that nobody is there whom it names, so that whoever
    holds the right at the unit finds it among what waits for them.
    """

    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="steps")
    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    is_open = models.BooleanField(default=False)

    scope_lookup = "revision__bulletin__unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "bulletins_step"
        indexes = [models.Index("due_at", name="bulletins_step_due")]
        constraints = [
            models.UniqueConstraint(fields=["revision", "position"], name="bulletins_step_in_order"),
            models.CheckConstraint(condition=_who_is_named(), name="bulletins_step_names_who"),
            models.CheckConstraint(condition=Q(hours__gte=1, hours__lte=rules.HOURS_MOST), name="bulletins_step_hours"),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(due_at__gt=F("begun_at")), name="bulletins_step_due_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.position} of {self.revision_id}"
