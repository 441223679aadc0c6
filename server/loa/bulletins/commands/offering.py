"""Offering words to a newsroom, and what the newsroom makes of them."""

from datetime import datetime

from loa.bulletins import filing, queries, refusals, rules
from loa.bulletins.commands.writing import write
from loa.bulletins.models import Bulletin, Offer
from loa.bulletins.rules import OfferState
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound, WrongState
from loa.kernel.scope import ActorKind, Scope
from loa.orgs import queries as orgs
from loa.orgs.models import Unit


@command("bulletins.offer")
def write_offer(
    scope: Scope,
    unit: Unit,
    /,
    *,
    title: str,
    text: str,
    category: str = "",
    agency_id: int | None = None,
    now: datetime,
) -> Offer:
    """Begin an offer to a unit's newsroom, a draft only its author sees.

    Raises `OfferUnfit`, `TitleTooLong`, `TextTooLong`, `CategoryUnknown`, `OutsideFields`; `NotFound` for an agency in
    which the person holds no post.
    """
    author = _person(scope)
    if agency_id is not None and agency_id not in {one.pk for one in orgs.agencies_of(author, at=now)}:
        raise NotFound
    made = Offer(unit=unit, agency_id=agency_id, author_id=author, state=OfferState.DRAFT, created_at=now)
    _fill(made, title=title, text=text, category=category, now=now)
    made.save(force_insert=True)
    note(offer=made.pk, agency=agency_id)
    return made


@command("bulletins.offer")
def change_offer(scope: Scope, offer: Offer, /, *, title: str, text: str, category: str = "", now: datetime) -> Offer:
    """Change the words of one's own draft. Refusals as for `write_offer`; `WrongState` once it was offered."""
    held = _own(scope, offer)
    if held.state != OfferState.DRAFT:
        raise WrongState
    _fill(held, title=title, text=text, category=category, now=now)
    held.save(update_fields=["title", "text", "category"])
    return held


@command("bulletins.offer")
def hand_offer_in(scope: Scope, offer: Offer, /, *, now: datetime) -> Offer:
    """Offer one's own draft to the newsroom; its words stand from now on. `WrongState` once it was offered."""
    held = _own(scope, offer)
    if held.state != OfferState.DRAFT:
        raise WrongState
    held.state, held.offered_at = OfferState.OFFERED, now
    held.save(update_fields=["state", "offered_at"])
    return held


@command("bulletins.offer")
def drop_offer(scope: Scope, offer: Offer, /, *, now: datetime) -> Offer:
    """Take back one's own offer while nobody has decided on it. `WrongState` afterwards."""
    held = _own(scope, offer)
    if held.state not in {OfferState.DRAFT, OfferState.OFFERED}:
        raise WrongState
    held.state, held.decided_by_id, held.decided_at = OfferState.DROPPED, held.author_id, now
    held.save(update_fields=["state", "decided_by", "decided_at"])
    return held


@command("bulletins.write")
def accept_offer(scope: Scope, offer: Offer, /, *, now: datetime) -> Bulletin:
    """Make an offer a draft of the unit, to be mended, voiced and handed in like any other; its agency stays known.

    Raises `WrongState` when it no longer waits, `PersonNeeded`.
    """
    editor = _person(scope)
    held = _waiting(offer)
    agency = orgs.agency_names([held.agency_id], on=now.astimezone(rules.ZONE).date()) if held.agency_id else {}
    byline = agency.get(held.agency_id or 0, held.author.full_name)
    category = held.category_id if held.category_id and filing.is_in_use(held.category_id, now=now) else ""
    made = write(
        scope,
        held.unit,
        title=held.title,
        text=held.text,
        author_id=editor,
        facts=rules.Facts(category=category, byline=byline[: rules.BYLINE_LONGEST]),
        now=now,
    )
    held.state, held.bulletin, held.decided_by_id, held.decided_at = OfferState.ACCEPTED, made, editor, now
    held.save(update_fields=["state", "bulletin", "decided_by", "decided_at"])
    note(bulletin=made.pk)
    return made


@command("bulletins.write")
def decline_offer(scope: Scope, offer: Offer, /, *, reason: str, now: datetime) -> Offer:
    """Decide against an offer, with the reason its author reads. `DeclineReasonNeeded`, `NoteTooLong`, `WrongState`."""
    told = rules.body(reason)
    if not told:
        raise refusals.DeclineReasonNeeded
    if len(told) > rules.NOTE_LONGEST:
        raise refusals.NoteTooLong(longest=rules.NOTE_LONGEST)
    held = _waiting(offer)
    held.state, held.reason, held.decided_by_id, held.decided_at = OfferState.DECLINED, told, _person(scope), now
    held.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    return held


def _fill(offer: Offer, *, title: str, text: str, category: str, now: datetime) -> None:
    words, body = rules.line(title), rules.body(text)
    if not words or not body:
        raise refusals.OfferUnfit
    refusals.check_words(words, body)
    about = filing.check(rules.Facts(category=category), former=None, now=now)
    if offer.agency_id is not None:
        _check_field(offer.agency_id, about.category, now=now)
    offer.title, offer.text, offer.category_id = words, body, about.category or None


def _check_field(agency_id: int, category: str, *, now: datetime) -> None:
    """Raise `OutsideFields` for an agency with fields of its own, of which this is none."""
    today = now.astimezone(rules.ZONE).date()
    fields = queries.fields_of([agency_id])[agency_id]
    if not fields:
        return
    supplied = queries.branches_of(fields, on=today)
    if category not in {branch.code for branch in supplied}:
        names = [branch.category.name() for branch in supplied if branch.code in fields]
        raise refusals.OutsideFields(fields=", ".join(names))


def _held(offer: Offer) -> Offer:
    kept = Offer.objects.unscoped("the command checked the right").select_for_update(of=("self",))
    held: Offer = kept.select_related("unit", "author").get(pk=offer.pk)
    return held


def _own(scope: Scope, offer: Offer) -> Offer:
    held = _held(offer)
    if str(held.author_id) != scope.actor.id:
        raise NotFound
    return held


def _waiting(offer: Offer) -> Offer:
    held = _held(offer)
    if held.state != OfferState.OFFERED:
        raise WrongState
    return held


def _person(scope: Scope) -> int:
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise refusals.PersonNeeded
    return int(scope.actor.id)
