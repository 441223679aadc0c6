"""Checks of how people sign in, and of made-up people where real ones work."""

import ipaddress
from collections.abc import Iterator
from datetime import timedelta

from loa.accounts.models import User
from loa.box.doctor.register import Facts, Found, Severity, check
from loa.box.saying import gettext_noop
from loa.devices.models import Device

_IDLE_MOST = timedelta(hours=2)
_LIFETIME_MOST = timedelta(hours=24)
_FRESH_MOST = timedelta(minutes=30)
_SESSIONS_MOST = 10
DEMO_NOTE = "demo-accounts.txt"


@check(
    "factor_not_required",
    Severity.UNSAFE,
    means=gettext_noop("One stolen password of an approver is enough to be heard from every loudspeaker."),
    cure=gettext_noop("Take LOA_SECOND_FACTOR out of the environment: `required` is the rule."),
    covers=("LOA_SECOND_FACTOR",),
)
def factor_not_required(facts: Facts) -> Iterator[Found]:
    """Find a deployment without the second factor."""
    if facts.settings.LOA_SECOND_FACTOR != "required" and facts.is_reachable:
        yield Found(gettext_noop("The second factor is “%(word)s”."), {"word": facts.settings.LOA_SECOND_FACTOR})


@check(
    "hashing_weak",
    Severity.UNSAFE,
    means=gettext_noop("Stolen password digests can be tried quickly."),
    cure=gettext_noop("Leave PASSWORD_HASHERS as it is."),
    covers=("PASSWORD_HASHERS",),
)
def hashing_weak(facts: Facts) -> Iterator[Found]:
    """Find another way of hashing than ours."""
    if list(facts.settings.PASSWORD_HASHERS) != ["loa.accounts.passwords.Argon2"]:
        yield Found(gettext_noop("Passwords are not hashed with Argon2 alone."))


@check(
    "sessions_long",
    Severity.RISKY,
    means=gettext_noop("A computer left alone, or a stolen cookie, serves a stranger for long."),
    cure=gettext_noop("Leave sessions at 60 minutes of rest, 12 hours in all, and a fresh factor at 5 minutes."),
    covers=("SESSION_IDLE", "SESSION_LIFETIME", "SESSIONS_PER_PERSON", "FRESH_FOR"),
)
def sessions_long(facts: Facts) -> Iterator[Found]:
    """Find sessions that last too long, or too many."""
    for name, most in (("SESSION_IDLE", _IDLE_MOST), ("SESSION_LIFETIME", _LIFETIME_MOST), ("FRESH_FOR", _FRESH_MOST)):
        length = getattr(facts.settings, name)
        if not timedelta() < length <= most:
            yield Found(gettext_noop("%(name)s is %(length)s."), {"name": name, "length": length})
    if not 0 < facts.settings.SESSIONS_PER_PERSON <= _SESSIONS_MOST:
        yield Found(gettext_noop("%(name)s is %(length)s."),
                    {"name": "SESSIONS_PER_PERSON", "length": facts.settings.SESSIONS_PER_PERSON})  # fmt: skip


@check(
    "administration_open",
    Severity.RISKY,
    means=gettext_noop("Rights can be changed from any address in the world, at any hour."),
    cure=gettext_noop("Name the offices' networks in LOA_ADMIN_NETWORKS, and their hours in LOA_ADMIN_HOURS."),
    covers=("LOA_ADMIN_NETWORKS", "LOA_ADMIN_HOURS"),
)
def administration_open(facts: Facts) -> Iterator[Found]:
    """Find administration that is open to every network."""
    if not facts.is_reachable:
        return
    if not facts.settings.LOA_ADMIN_NETWORKS:
        yield Found(gettext_noop("LOA_ADMIN_NETWORKS names no network."))
    for name in facts.settings.LOA_ADMIN_NETWORKS:
        try:
            is_all = ipaddress.ip_network(name, strict=False).prefixlen == 0
        except ValueError:
            is_all = True
        if is_all:
            yield Found(gettext_noop("“%(name)s” in LOA_ADMIN_NETWORKS holds nobody back."), {"name": name})


@check(
    "duties_together",
    Severity.RISKY,
    means=gettext_noop("One person can hold in one hand what two should decide."),
    cure=gettext_noop("Take the two words out of the environment."),
    covers=("LOA_TWO_DUTIES", "LOA_LEND_ADMINISTRATION"),
)
def duties_together(facts: Facts) -> Iterator[Found]:
    """Find rules of two hands that were loosened."""
    for name in ("LOA_TWO_DUTIES", "LOA_LEND_ADMINISTRATION"):
        if getattr(facts.settings, name):
            yield Found(gettext_noop("%(name)s is on."), {"name": name})


@check(
    "passwords_never_old",
    Severity.NOTE,
    means=gettext_noop(
        "A level of security from 2 upwards may demand that passwords are changed by age (Decision 742)."
    ),
    cure=gettext_noop("Set LOA_PASSWORD_MAX_AGE_DAYS when the approved level asks for it."),
    covers=("PASSWORD_MAX_AGE",),
)
def passwords_never_old(facts: Facts) -> Iterator[Found]:
    """Find passwords without an age."""
    if facts.is_reachable and not facts.settings.PASSWORD_MAX_AGE:
        yield Found(gettext_noop("Passwords have no age."))


@check(
    "demo_here",
    Severity.UNSAFE,
    means=gettext_noop("Made-up people with known passwords can speak to real loudspeakers."),
    cure=gettext_noop("Set up anew without `loa demo`; deactivate its people and revoke its devices."),
    covers=("LOA_DEMO",),
)
def demo_here(facts: Facts) -> Iterator[Found]:
    """Find the demonstration where others can reach it."""
    if not facts.is_reachable:
        return
    if facts.settings.LOA_DEMO:
        yield Found(gettext_noop("LOA_DEMO is on."))
    if (facts.home / DEMO_NOTE).is_file():
        yield Found(
            gettext_noop("%(file)s names the passwords of the demonstration."), {"file": facts.home / DEMO_NOTE}
        )


@check(
    "demo_mixed",
    Severity.UNSAFE,
    means=gettext_noop("Reports count made-up devices among real ones, and what is tried out is heard."),
    cure=gettext_noop("Keep the demonstration in a state folder and database of its own."),
    needs_database=True,
)
def demo_mixed(facts: Facts) -> Iterator[Found]:
    """Find made-up devices and people beside real ones, or where others can reach them."""
    devices = Device.objects.unscoped("the doctor looks at the whole deployment")
    made_up = devices.filter(is_demo=True).count()
    if made_up and (facts.is_reachable or devices.filter(is_demo=False).exists()):
        yield Found(gettext_noop("%(count)s devices are made up."), {"count": made_up})
    people = User.objects.filter(is_active=True, is_demo=True).count()
    if people and (facts.is_reachable or User.objects.filter(is_active=True, is_demo=False).exists()):
        yield Found(gettext_noop("%(count)s people are made up."), {"count": people})


@check(
    "password_never_changed",
    Severity.RISKY,
    means=gettext_noop("Somebody else gave this password and still knows it."),
    cure=gettext_noop("Ask the person to sign in and choose their own, or deactivate the account."),
    needs_database=True,
)
def password_never_changed(facts: Facts) -> Iterator[Found]:
    """Find accounts whose first password stands for long."""
    before = facts.now - timedelta(days=14)
    waiting = User.objects.filter(is_active=True, must_change_password=True, created_at__lt=before).count()
    if waiting:
        yield Found(gettext_noop("%(count)s accounts still have the password they were given."), {"count": waiting})
