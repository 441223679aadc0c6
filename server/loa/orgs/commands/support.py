"""Letting somebody from outside help at a unit: for a while, for a reason, before all eyes."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from loa.accounts import queries as accounting
from loa.accounts import rules as naming
from loa.accounts.models import User
from loa.kernel import scope as scopes
from loa.kernel import text
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.orgs import granting, queries, rules
from loa.orgs.models import SupportOffer, SupportSession, Unit
from loa.orgs.refusals_rights import (
    BadSupport,
    ClosedAccount,
    ClosedUnit,
    NobodyAgrees,
    NotConcerned,
    Over,
    OwnRightsGiven,
    SupporterBusy,
)

SHORTEST = timedelta(minutes=5)
REASON_LONGEST = 300
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who is asked to help, as what, why and for how many minutes."""

    username: str
    role: str
    reason: str
    minutes: int


@command("orgs.administer", needs_fresh=True)
def offer_support(
    scope: Scope, unit: Unit, /, *, terms: Terms, helped: User | None, is_on_behalf: bool, now: datetime
) -> SupportOffer:
    """Ask somebody by name to help at the unit and below; `role` brings no more than is safe in support.

    Whether the name is anybody's is told to nobody. `helped` agrees themselves; who asks agrees in their place with
    `is_on_behalf`. `OwnRightsGiven`, `BadSupport`, `ClosedUnit`, `RoleNotHere`, `RoleRetired`, `BeyondReach`,
    `NobodyAgrees`.
    """
    name = naming.kept_username(terms.username)
    if unit.closed_on is not None:
        raise ClosedUnit(place=unit.name)
    why = text.stored(terms.reason).strip()
    fits = SHORTEST <= timedelta(minutes=terms.minutes) <= rules.SUPPORT_LONGEST
    if not (fits and name and 0 < len(why) <= REASON_LONGEST and scope.actor.id.isdecimal()):
        raise BadSupport
    actor = int(scope.actor.id)
    if any(me.username == name for me in accounting.by_ids([actor])):
        raise OwnRightsGiven
    kind = queries.known_role(terms.role)
    granting.fits(kind, unit)
    granting.covers_all(scope, unit.path)
    consent = _consent(actor, helped, is_on_behalf=is_on_behalf)
    offer: SupportOffer = SupportOffer.objects.create(
        unit=unit, role=kind, username=name, reason=why, minutes=terms.minutes, helped=helped,
        offered_by_id=actor, offered_at=now, expires_at=now + rules.SUPPORT_OFFER_LASTS,
        consent=consent, consented_by_id=actor if consent else None, consented_at=now if consent else None,
    )  # fmt: skip
    note(offer=offer.pk, role=terms.role, minutes=terms.minutes, consent=consent or "asked for",
         helped=None if helped is None else helped.pk)  # fmt: skip
    return offer


@command("accounts.own")
def agree_to_support(scope: Scope, person: User, /, *, offer: int, now: datetime) -> None:
    """Agree to be helped: the person who was named as the one. `Over`; `NotFound` for everybody else."""
    kept = _open_offer(offer, now=now)
    if kept.helped_id != person.pk or scope.actor.id != str(person.pk):
        raise NotFound
    if kept.consent:
        raise Over
    kept.consent, kept.consented_by, kept.consented_at = rules.Consent.PERSON, person, now
    kept.save(update_fields=["consent", "consented_by", "consented_at"])
    note(offer=kept.pk, unit=kept.unit.path)


@command("accounts.own", needs_fresh=True)
def accept_support(scope: Scope, person: User, /, *, offer: int, now: datetime) -> SupportSession:
    """Begin to help, as the person whose name was given; the session runs from now on.

    `NotFound` for everybody else; `Over`, `NobodyAgrees` while consent is missing, `ClosedUnit`, `ClosedAccount`;
    `BeyondReach` when who asked for it no longer administers the unit; `SupporterBusy` for who helps elsewhere already.
    """
    kept = _open_offer(offer, now=now)
    if kept.username != person.username or scope.actor.id != str(person.pk):
        raise NotFound
    if not kept.consent:
        raise NobodyAgrees
    if kept.unit.closed_on is not None:
        raise ClosedUnit(place=kept.unit.name)
    granting.fits(kept.role, kept.unit)
    if not kept.offered_by.is_active:
        raise ClosedAccount
    granting.covers_all(queries.scope_for(kept.offered_by, now=now), kept.unit.path)
    session = begin_support(scopes.system("support"), kept, supporter=person, now=now)
    note(offer=kept.pk, session=session.pk, unit=kept.unit.path)
    return session


@command("orgs.begin_support")
def begin_support(scope: Scope, offer: SupportOffer, /, *, supporter: User, now: datetime) -> SupportSession:
    """Open the session both sides agreed to; part of accepting it, so that it is on record at the unit too."""
    try:
        with transaction.atomic():
            session: SupportSession = SupportSession.objects.create(
                supporter=supporter,
                unit=offer.unit,
                role=offer.role,
                reason=offer.reason,
                during=DateTimeTZRange(now, now + timedelta(minutes=offer.minutes)),
                opened_by=offer.offered_by,
            )
    except IntegrityError as taken:
        raise SupporterBusy from taken
    offer.session = session
    offer.save(update_fields=["session"])
    note(session=session.pk, supporter=supporter.pk, role=offer.role_id, until=session.during.upper,
         offered_by=offer.offered_by_id, consent=offer.consent, consented_by=offer.consented_by_id)  # fmt: skip
    return session


@command("accounts.own")
def refuse_support(scope: Scope, person: User, /, *, offer: int, now: datetime) -> None:
    """Refuse: who was asked to help, or who was to be helped. `Over`; `NotFound` for everybody else."""
    kept = _open_offer(offer, now=now)
    if person.pk != kept.helped_id and person.username != kept.username:
        raise NotFound
    _close(kept, scope, now=now)


@command("orgs.administer")
def call_off_support(scope: Scope, offer: SupportOffer, /, *, now: datetime) -> None:
    """Take back what was asked for, before it began. `Over`."""
    _close(_open_offer(offer.pk, now=now), scope, now=now)


@command("orgs.view")
def end_support(scope: Scope, session: SupportSession, /, *, now: datetime) -> None:
    """End a support session before its time: the helper, or whoever administers the unit. `NotConcerned`, `Over`."""
    is_helper = scope.actor.id == str(session.supporter_id)
    if not is_helper and not scope.can("orgs.administer", session.scope_path):
        raise NotConcerned
    sessions = SupportSession.objects.unscoped("the command asked").select_for_update()
    if not _end(sessions.filter(pk=session.pk), scope, now=now):
        raise Over
    note(session=session.pk)


def _consent(actor: int, helped: User | None, *, is_on_behalf: bool) -> str:
    """Return who agrees at once: the person helped, when they ask for it themselves, or an administrator for them."""
    if helped is not None and helped.pk == actor:
        return rules.Consent.PERSON
    if is_on_behalf:
        return rules.Consent.ADMINISTRATOR
    if helped is None or not helped.is_active:
        raise NobodyAgrees
    return ""


def _open_offer(pk: int, *, now: datetime) -> SupportOffer:
    """Return an offer nobody has answered for good, held until the transaction ends."""
    found = SupportOffer.objects.unscoped("who is named in it").select_for_update(of=("self",)).filter(pk=pk)
    kept: SupportOffer | None = found.select_related("unit", "role", "offered_by").first()
    if kept is None:
        raise NotFound
    if kept.session_id is not None or kept.closed_at is not None or kept.expires_at <= now:
        raise Over
    return kept


def _close(offer: SupportOffer, scope: Scope, *, now: datetime) -> None:
    offer.closed_at, offer.closed_by = now, scope.actor.id
    offer.save(update_fields=["closed_at", "closed_by"])
    note(offer=offer.pk)


def end_running(scope: Scope, supporter: User, *, now: datetime) -> int:
    """End whatever a person helps with at this moment; part of an act that asked for the right. Return how many."""
    mine = SupportSession.objects.unscoped("the account closes").select_for_update().filter(supporter=supporter)
    return _end(mine, scope, now=now)


def _end(sessions: ScopedQuerySet[SupportSession], scope: Scope, *, now: datetime) -> int:
    running = list(sessions.filter(during__contains=now))
    for session in running:
        until = max(now, session.during.lower + _MOMENT)
        session.during = DateTimeTZRange(session.during.lower, until)
        session.ended_at, session.ended_by = now, scope.actor.id
        session.save(update_fields=["during", "ended_at", "ended_by"])
    return len(running)
