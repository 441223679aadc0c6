"""People who sign in, the sessions they hold, and the counted tries to sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Now

from loa.accounts import rules


class UserManager(BaseUserManager["User"]):
    """Finds a person by the name they sign in with."""


class User(AbstractBaseUser):
    """A person with an account. What they may do stands in `orgs` as grants, not here."""

    username = models.CharField(max_length=64, unique=True)
    full_name = models.CharField(max_length=120)
    unit_path = models.CharField(max_length=160, default="", blank=True, db_collation="C")
    must_change_password = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())
    password_set_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects = UserManager()

    class Meta:
        db_table = "accounts_user"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(username__regex=r"^[a-z0-9._-]{2,64}$"), name="accounts_user_plain_name"
            ),
        ]
        indexes = [models.Index("unit_path", name="accounts_user_unit")]

    def __str__(self) -> str:
        return f"{self.full_name} ({self.username})"

    @property
    def scope_path(self) -> str:
        """Return the person's own place below the unit they belong to: `26/243/08707/~12`."""
        return f"{self.unit_path}/~{self.pk}" if self.unit_path else f"~{self.pk}"

    @property
    def audit_name(self) -> str:
        """Return what the record calls the person."""
        return f"user:{self.pk}"


class UserSession(models.Model):
    """A signed-in browser. The row is the session's right to live.

    `factor` is the second factor that was shown in it, `confirmed_at` when it was shown last, `provider` the issuer by
    whose word it began.
    """

    session_key = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    origin = models.TextField(blank=True)
    browser = models.TextField(blank=True)
    factor = models.CharField(max_length=10, blank=True, default="")
    confirmed_at = models.DateTimeField(null=True)
    provider = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        db_table = "accounts_session"
        indexes = [models.Index("user", "created_at", name="accounts_session_user")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(seen_at__gte=models.F("created_at")), name="accounts_session_order"
            ),
            models.CheckConstraint(
                condition=models.Q(factor__in=["", *(factor.value for factor in rules.Factor)]),
                name="accounts_session_known_factor",
            ),
            models.CheckConstraint(
                condition=models.Q(factor="", confirmed_at=None)
                | ~models.Q(factor="") & models.Q(confirmed_at__isnull=False),
                name="accounts_session_confirmed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} since {self.created_at}"

    @property
    def is_strong(self) -> bool:
        """Tell whether a second factor was shown in this session."""
        return bool(self.factor)

    @property
    def browser_name(self) -> str:
        """Return what people call the browser."""
        return rules.browser_name(self.browser)

    @property
    def scope_path(self) -> str:
        """Return the place of the person it belongs to."""
        return self.user.scope_path

    @property
    def audit_name(self) -> str:
        """Return what the record calls it; never the key."""
        return f"session:{self.pk}"


class PasswordKept(models.Model):
    """A password a person had: it is not taken again soon. Hashed like the present one."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    password = models.CharField(max_length=128)
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_password_kept"
        indexes = [models.Index("user", "ended_at", name="accounts_password_user")]

    def __str__(self) -> str:
        return f"password of {self.user_id} until {self.ended_at}"


class SignInPace(models.Model):
    """Tries that failed in a row, by account name or by address. Names are digests: people type passwords there."""

    key = models.CharField(max_length=80, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    closed_until = models.DateTimeField(null=True)

    class Meta:
        db_table = "accounts_pace"
        indexes = [models.Index("last_at", name="accounts_pace_last")]

    def __str__(self) -> str:
        return f"{self.key}: {self.failures}"
