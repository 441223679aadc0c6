"""Units and who may do what where."""

from django.db import models
from django.db.models.functions import Concat, Now

from loa.kernel.scoped import ScopedManager
from loa.orgs import rules


class Unit(models.Model):
    """An administrative unit. `path` is the codes from the province down, joined by `/`."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    folded_name = models.CharField(max_length=120)
    level = models.CharField(max_length=16, choices=[(level.value, level.value) for level in rules.Level])
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=160, unique=True, db_collation="C")
    sort_order = models.PositiveIntegerField(default=0)
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    is_demo = models.BooleanField(default=False)

    scope_lookup = "path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_unit"
        indexes = [models.Index("folded_name", name="orgs_unit_folded")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent=None, path=models.F("code")) | models.Q(parent__isnull=False),
                name="orgs_unit_top_is_its_own_path",
            ),
            models.CheckConstraint(
                condition=models.Q(parent=None) | models.Q(path__endswith=Concat(models.Value("/"), models.F("code"))),
                name="orgs_unit_path_ends_in_code",
            ),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[A-Za-z0-9_.-]{1,32}$"), name="orgs_unit_plain_code"
            ),
            models.CheckConstraint(
                condition=models.Q(latitude=None, longitude=None)
                | models.Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="orgs_unit_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def scope_path(self) -> str:
        """Return its own path."""
        return self.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"unit:{self.code}"


class Grant(models.Model):
    """A role a person holds at a unit, for the unit and everything below it."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in rules.Role])
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(db_default=Now())

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_grant"
        constraints = [models.UniqueConstraint(fields=["user", "role", "unit"], name="orgs_grant_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} at {self.unit_id}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit where the role is held."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"grant:{self.user_id}:{self.role}"
