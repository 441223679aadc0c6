"""The share library: units put approved bulletins in, others use the words or the original."""

from dataclasses import replace
from datetime import datetime

from loa.bulletins import filing, holding, refusals, rules
from loa.bulletins.commands.writing import write
from loa.bulletins.models import Bulletin, Receipt, Sending, Share, Use
from loa.bulletins.rules import Reach, ReceiptState, SendingState, Urgency, UseWay
from loa.kernel.command import command, note
from loa.kernel.errors import NotFound
from loa.kernel.scope import ActorKind, Scope
from loa.orgs.models import Unit


@command("bulletins.share")
def share(scope: Scope, bulletin: Bulletin, /, *, reach: Reach, now: datetime) -> Share:
    """Put an approved bulletin into the library. `OnlyApprovedShared`, `SharedAlready`.

    With it goes a sending of class normal, to nobody yet: whoever takes the original receives it from there.
    """
    person = _person(scope)
    held = holding.hold(bulletin)
    if held.state != rules.State.APPROVED:
        raise refusals.OnlyApprovedShared
    if Share.objects.unscoped("the command checked the right").filter(bulletin=held, ended_at=None).exists():
        raise refusals.SharedAlready
    sending = Sending(
        bulletin=held, unit=bulletin.unit, urgency=Urgency.NORMAL, must_broadcast=False, sent_by_id=person, sent_at=now,
        state=SendingState.SENT, released_at=now,
    )  # fmt: skip
    sending.save(force_insert=True)
    made = Share(
        bulletin=held, unit=bulletin.unit, reach=reach, sending=sending, shared_by_id=person, shared_at=now
    )  # fmt: skip
    made.save(force_insert=True)
    note(share=made.pk, reach=reach.value)
    return made


@command("bulletins.share")
def end_share(scope: Scope, shared: Share, /, *, now: datetime) -> Share:
    """Share it no longer; what units took before stays with them. `ShareEnded`."""
    held = _held(shared)
    held.ended_at, held.ended_by_id = now, _person(scope)
    held.save(update_fields=["ended_at", "ended_by"])
    return held


@command("bulletins.write")
def use_words(scope: Scope, unit: Unit, /, *, shared: Share, now: datetime) -> Bulletin:
    """Start a draft of the unit with the words of an item; where it was written first stays with it.

    Its sound is the other unit's: the draft gets its own. Raises `ShareEnded`, `NotFound` when the unit does not find
    it in its library.
    """
    held = _usable(shared, unit)
    former = holding.current(held.bulletin)
    facts = rules.carried_on(former.facts, title=former.title, text=former.text)
    if facts.category and not filing.is_in_use(facts.category, now=now):
        facts = replace(facts, category="")
    person = _person(scope)
    made = write(
        scope, unit, title=former.title, text=former.text, author_id=person, facts=rules.moved_to(facts, now), now=now
    )
    made.origin_level = held.bulletin.origin_level
    made.save(update_fields=["origin_level"])
    Use.objects.create(share=held, unit=unit, way=UseWay.COPY, used_by_id=person, used_at=now, copy=made)
    note(share=held.pk, bulletin=made.pk)
    return made


@command("bulletins.write")
def use_original(scope: Scope, unit: Unit, /, *, shared: Share, now: datetime) -> Receipt:
    """Take an item unchanged into the unit's inbox, from where it goes on the schedule; once taken, the same again.

    Raises `ShareEnded`, `NotFound` as `use_words` does.
    """
    held = _usable(shared, unit)
    person = _person(scope)
    known = Receipt.objects.unscoped("the command checked the right").filter(sending=held.sending, sent_to=unit)
    found: Receipt | None = known.select_related("unit", "sending__bulletin").first()
    if found is not None:
        return found
    receipt: Receipt = Receipt.objects.create(
        sending=held.sending, unit=unit, sent_to=unit, state=ReceiptState.SEEN, seen_at=now, seen_by_id=person
    )
    Use.objects.create(share=held, unit=unit, way=UseWay.ORIGINAL, used_by_id=person, used_at=now, receipt=receipt)
    note(share=held.pk, receipt=receipt.pk)
    return receipt


def _held(shared: Share) -> Share:
    kept = Share.objects.unscoped("the command checked the right, or what is shared").select_for_update(of=("self",))
    held: Share = kept.select_related("unit", "bulletin", "sending").get(pk=shared.pk)
    if held.ended_at is not None:
        raise refusals.ShareEnded
    return held


def _usable(shared: Share, unit: Unit) -> Share:
    """Return an item as it stands, locked, so that two who take it come one after the other."""
    held = _held(shared)
    if not rules.is_shared_with(Reach(held.reach), owner_path=held.unit.path, unit_path=unit.path):
        raise NotFound
    if held.bulletin.state != rules.State.APPROVED:
        raise refusals.ShareEnded
    return held


def _person(scope: Scope) -> int:
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise refusals.PersonNeeded
    return int(scope.actor.id)
