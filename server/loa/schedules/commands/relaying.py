"""Sources of relays: proposed by one person, put in force by another who answers for it, withdrawn by anybody there."""

import uuid
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from loa.bulletins.rules import line
from loa.dispatch import commands as dispatching
from loa.dispatch.models import Airing
from loa.dispatch.refusals import AlreadyOver
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import Scope
from loa.media import queries as media
from loa.media.streams import addresses
from loa.media.streams.faults import StreamBroken
from loa.media.streams.fetching import Kind
from loa.orgs.models import Unit
from loa.schedules import checks, planning, sources
from loa.schedules.models import RelaySource
from loa.schedules.refusals import NothingToPlay, OwnProposal
from loa.schedules.relay_refusals import SourceRefused
from loa.schedules.rules import relaying as rules
from loa.schedules.rules.relaying import SourceState

_WHY = "the command checked the right"


@command("schedules.request", channel=RelaySource.scope_channel)
def propose_source(
    scope: Scope,
    unit: Unit,
    /,
    *,
    name: str,
    kind: Kind,
    address: str,
    responsible: str,
    agreement: str,
    lufs: int = rules.LUFS_USUAL,
    fallback_id: uuid.UUID | None = None,
    now: datetime,
) -> RelaySource:
    """Propose a stream that a unit and those below it may pass on; another person puts it in force.

    Raises `SourceRefused` with the reason, `NothingToPlay` for a fallback that is no tune of the unit.
    """
    proposer = checks.person(scope)
    words = {"name": line(name), "responsible": line(responsible), "agreement": line(agreement)}
    longest = {
        "name": rules.NAME_LONGEST, "responsible": rules.RESPONSIBLE_LONGEST, "agreement": rules.AGREEMENT_LONGEST,
    }  # fmt: skip
    if any(not said or len(said) > longest[what] for what, said in words.items()):
        raise SourceRefused(why=_("Say what it is called, who answers for it, and by which agreement or license."))
    if not rules.LUFS_LEAST <= lufs <= rules.LUFS_MOST:
        raise SourceRefused(why=_("The loudness lies between −30 and −12 LUFS."))
    try:
        target = addresses.read(address.strip())
    except StreamBroken as odd:
        raise SourceRefused(
            why=_("This address is not among those from which streams may be relayed; the operator names them.")
        ) from odd
    if fallback_id is not None and not any(tune.clip_id == fallback_id for tune in media.tunes_for(unit.path)):
        raise NothingToPlay
    made: RelaySource = RelaySource.objects.create(
        unit=unit,
        **words,
        kind=kind.value,
        address=address.strip(),
        lufs=lufs,
        fallback_id=fallback_id,
        state=SourceState.PROPOSED,
        proposed_by_id=proposer,
        proposed_at=now,
    )
    note(source=made.pk, host=target.host)
    return made


@command("bulletins.approve", needs_fresh=True)
def put_source_in_force(scope: Scope, source: RelaySource, /, *, now: datetime) -> RelaySource:
    """Let what another person proposed be passed on. `OwnProposal`, `WrongState`."""
    return _decide(scope, source, SourceState.IN_FORCE, now=now)


@command("bulletins.approve")
def decline_source(scope: Scope, source: RelaySource, /, *, now: datetime) -> RelaySource:
    """Decide against a source that another person proposed. `OwnProposal`, `WrongState`."""
    return _decide(scope, source, SourceState.DECLINED, now=now)


@command("schedules.request")
def withdraw_source(scope: Scope, source: RelaySource, /, *, now: datetime) -> RelaySource:
    """Let a source be passed on no more, at once also where it is heard now. Silence needs no second person."""
    person = checks.person(scope)
    held = _hold(source)
    if held.state not in {SourceState.PROPOSED, SourceState.IN_FORCE}:
        raise WrongState
    held.state, held.withdrawn_by_id, held.withdrawn_at = SourceState.WITHDRAWN, person, now
    held.save(update_fields=["state", "withdrawn_by", "withdrawn_at"])
    near = now + timedelta(days=1)
    for occurrence in sources.occurrences(held.pk, since=now, until=near):
        if occurrence.airing is not None:
            _stop(scope, occurrence.airing, now=now)
    planning.look_again(sources.entries(held.pk))
    return held


def _stop(scope: Scope, airing: Airing, *, now: datetime) -> None:
    try:
        dispatching.stop(checks.with_power(scope), airing, reason=_("Its source was withdrawn."), now=now)
    except AlreadyOver:
        return


def _decide(scope: Scope, source: RelaySource, state: SourceState, *, now: datetime) -> RelaySource:
    decider = checks.person(scope)
    held = _hold(source)
    if held.state != SourceState.PROPOSED:
        raise WrongState
    if held.proposed_by_id == decider:
        raise OwnProposal
    held.state, held.decided_by_id, held.decided_at = state, decider, now
    held.save(update_fields=["state", "decided_by", "decided_at"])
    return held


def _hold(source: RelaySource) -> RelaySource:
    found = RelaySource.objects.unscoped(_WHY).select_for_update(of=("self",)).select_related("unit")
    held: RelaySource = found.get(pk=source.pk)
    return held
