"""What an operator decides for everybody: how old a password grows, from where and when administration is done."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from loa.accounts import rules
from loa.accounts.models import User
from loa.kernel.scope import Limit


def is_password_old(user: User, *, now: datetime) -> bool:
    """Tell whether a person's password has to be changed for its age."""
    return rules.is_password_old(set_at=user.password_set_at, now=now, most=settings.PASSWORD_MAX_AGE)


def password_ends_at(user: User) -> datetime | None:
    """Return when a password has to be changed for its age; None without such a rule."""
    return user.password_set_at + settings.PASSWORD_MAX_AGE if settings.PASSWORD_MAX_AGE else None


def limit_of(origin: str, *, now: datetime) -> Limit | None:
    """Return what holds administrative rights back for who asks from this address now; None without such a rule."""
    hours = rules.hours_of(settings.LOA_ADMIN_HOURS)
    if hours is None and not settings.LOA_ADMIN_NETWORKS:
        return None
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    return rules.limit_of(origin, now=local, networks=settings.LOA_ADMIN_NETWORKS, hours=hours)
