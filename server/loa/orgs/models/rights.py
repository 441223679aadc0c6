"""Roles, and who holds which of them where, from when to when, and why."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, UUIDField, Value
from django.db.models.functions import Coalesce, Now
from django.utils.translation import get_language

from loa.kernel.scoped import ScopedManager
from loa.orgs import rules
from loa.orgs.models.agencies import Post
from loa.orgs.models.units import Unit

_NOBODY = Value("00000000-0000-0000-0000-000000000000", output_field=UUIDField())


class Role(models.Model):
    """A set of permissions under a name. Standard roles come with the program, others are made by administrators.

    One that was made belongs to `unit` and can be given there and below; `levels` are those at which it can be given,
    none for every level.
    """

    code = models.CharField(max_length=32, primary_key=True)
    name_vi = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    told_vi = models.CharField(max_length=200, blank=True)
    told_en = models.CharField(max_length=200, blank=True)
    permissions = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    is_standard = models.BooleanField(default=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+")
    levels = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    sort_order = models.PositiveSmallIntegerField(default=100)
    retired_at = models.DateTimeField(null=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_role"
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[a-z][a-z0-9_]{1,31}$"), name="orgs_role_plain_code"),
            models.CheckConstraint(condition=~Q(name_vi="") & ~Q(name_en=""), name="orgs_role_named"),
            models.CheckConstraint(
                condition=Q(is_standard=True, unit=None) | Q(is_standard=False, unit__isnull=False),
                name="orgs_role_made_somewhere",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def name(self) -> str:
        """Return what people call it, in the language of the moment."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_vi

    def told(self) -> str:
        """Return what it is for, in the language of the moment."""
        return self.told_en if (get_language() or "").startswith("en") else self.told_vi

    @property
    def scope_path(self) -> str:
        """Return the path of the unit it was made at; a standard role belongs to none, and only the program has it."""
        return self.unit.path if self.unit is not None else ""

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"role:{self.code}"


class Grant(models.Model):
    """A role a person holds at a unit, for it and everything below, in `during`.

    With `device_id` it reaches that one device or station only, with `channel` only what goes out there, with
    `is_here_only` nothing below. `post` says that it comes with a post and `seat` with which of its seats,
    `delegated_from` whose grant stands in here for a while. Ended, it stays for the record: migration 0014 sees to it.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, db_column="role", related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    device_id = models.UUIDField(null=True)
    channel = models.CharField(
        max_length=16, default="", blank=True, choices=[(one.value, one.value) for one in rules.Channel]
    )
    is_here_only = models.BooleanField(default=False)
    during = DateTimeRangeField(db_default=Func(Now(), None, function="tstzrange", output_field=DateTimeRangeField()))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    seat = models.PositiveSmallIntegerField(null=True)
    delegated_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, default="", blank=True)
    granted_by = models.CharField(max_length=64, default="", blank=True)
    granted_at = models.DateTimeField(db_default=Now())

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_grant"
        indexes = [models.Index("unit", name="orgs_grant_unit")]
        constraints = [
            ExclusionConstraint(
                name="orgs_grant_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (Coalesce(F("device_id"), _NOBODY), RangeOperators.EQUAL),
                    ("channel", RangeOperators.EQUAL),
                    (Coalesce(F("post"), Value(0)), RangeOperators.EQUAL),
                    (Coalesce(F("delegated_from"), Value(0)), RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                condition=Q(device_id=None) | Q(is_here_only=False), name="orgs_grant_one_narrowing"
            ),
            models.CheckConstraint(
                condition=Q(post=None) | Q(delegated_from=None), name="orgs_grant_comes_from_one_thing"
            ),
            models.CheckConstraint(
                condition=Q(delegated_from=None) | Q(during__endswith__isnull=False) | Q(during__isempty=True),
                name="orgs_grant_delegation_ends",
            ),
            models.CheckConstraint(
                condition=Q(post=None, seat=None) | Q(post__isnull=False, seat__gte=1),
                name="orgs_grant_post_has_a_seat",
            ),
            ExclusionConstraint(
                name="orgs_grant_one_a_seat",
                expressions=[
                    ("post", RangeOperators.EQUAL),
                    ("seat", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role_id} at {self.unit_id}"

    @property
    def root(self) -> str:
        """Return what it reaches, as `Scope.grants` writes it; load it with `unit`."""
        return rules.root(
            self.unit.path, device_id=self.device_id, channel=self.channel, is_here_only=self.is_here_only
        )

    @property
    def scope_path(self) -> str:
        """Return where the role is held: a unit, or one thing or channel there."""
        return rules.root(self.unit.path, device_id=self.device_id, channel=self.channel)

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"grant:{self.user_id}:{self.role_id}"


class SupportSession(models.Model):
    """A stretch in which somebody from outside acts at a unit to help, with a role, for a reason, before all eyes."""

    supporter = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, db_column="role", related_name="+")
    reason = models.CharField(max_length=300)
    during = DateTimeRangeField()
    opened_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=64, default="", blank=True)

    scope_lookup = "unit__path"
    objects = ScopedManager()

    class Meta:
        db_table = "orgs_support"
        indexes = [models.Index("supporter", name="orgs_support_supporter")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="orgs_support_has_a_reason"),
            models.CheckConstraint(
                condition=Q(during__startswith__isnull=False, during__endswith__isnull=False),
                name="orgs_support_ends",
            ),
            models.CheckConstraint(condition=~Q(supporter=F("opened_by")), name="orgs_support_four_eyes"),
            ExclusionConstraint(
                name="orgs_support_one_at_a_time",
                expressions=[("supporter", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supporter_id} at {self.unit_id} {self.during}"

    @property
    def scope_path(self) -> str:
        """Return the path of the unit that is helped."""
        return self.unit.path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it."""
        return f"support:{self.pk}"
