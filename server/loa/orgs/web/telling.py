"""Rights in words: what somebody holds, from when to when, and why."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loa.kernel import clock
from loa.kernel.scope import Scope
from loa.orgs import ports, queries, rules
from loa.orgs.models import Grant, SupportSession

NEVER = 9999
"""The year by which people write that something has no end."""

CHANNELS: Mapping[str, str | Promise] = {
    rules.Channel.LOUDSPEAKER: gettext_lazy("loudspeakers"),
    rules.Channel.BOARD: gettext_lazy("public boards"),
    rules.Channel.APP: gettext_lazy("the app"),
    rules.Channel.WEB: gettext_lazy("the web portal"),
    rules.Channel.SMS: gettext_lazy("text messages"),
    rules.Channel.SOCIAL: gettext_lazy("social networks"),
    rules.Channel.PRINT: gettext_lazy("print"),
    rules.Channel.SPEAKER: gettext_lazy("people who speak"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A right in words. `may_change` says whether who asks may take it away or let it last longer."""

    pk: int
    title: str
    notes: Sequence[str]
    is_ahead: bool
    is_over: bool
    is_lent: bool
    may_change: bool


def held(grants: Sequence[Grant], scope: Scope, *, now: datetime) -> list[Held]:
    """Return grants in words, loaded with all that `queries.grants_of` loads. One query for the names of things."""
    names = thing_names(grants)
    return [
        Held(
            pk=grant.pk,
            title=_("%(role)s at %(place)s") % {"role": grant.role.name(), "place": grant.unit.name},
            notes=notes(grant, names),
            is_ahead=not grant.during.isempty and grant.during.lower is not None and grant.during.lower > now,
            is_over=is_over(grant, now=now),
            is_lent=grant.delegated_from_id is not None,
            may_change=scope.covers("orgs.administer", grant.root)
            and str(grant.user_id) != scope.actor.id
            and not is_over(grant, now=now),
        )
        for grant in grants
    ]


def is_over(grant: Grant, *, now: datetime) -> bool:
    """Tell whether a grant has ended, or never began."""
    return bool(grant.during.isempty or (grant.during.upper is not None and grant.during.upper <= now))


def thing_names(grants: Sequence[Grant]) -> Mapping[uuid.UUID, str]:
    """Return the names of the devices and stations for which these rights are given."""
    found = ports.things([grant.device_id for grant in grants if grant.device_id is not None])
    return {pk: thing.name for pk, thing in found.items()}


def notes(grant: Grant, names: Mapping[uuid.UUID, str]) -> list[str]:
    """Return what is to be said of a grant besides its role and place: how far, how long, by what, why."""
    said = []
    if grant.device_id is not None:
        said.append(_("Only for %(thing)s") % {"thing": names.get(grant.device_id, str(grant.device_id))})
    if grant.channel:
        said.append(_("Only for the channel: %(channel)s") % {"channel": channel_word(grant.channel)})
    if grant.is_here_only:
        said.append(_("Only at the unit itself, nothing below"))
    said.append(period(grant))
    if grant.post is not None:
        said.append(_("By the post: %(title)s") % {"title": grant.post.title})
    lender = grant.delegated_from
    if lender is not None:
        said.append(_("Stands in for %(name)s") % {"name": lender.user.full_name})
    if grant.reason:
        said.append(_("Reason: %(reason)s") % {"reason": grant.reason})
    return said


def session_notes(session: SupportSession) -> list[str]:
    """Return the same of a support session."""
    return [
        _("Support session until %(end)s, opened by %(name)s")
        % {"end": moment(session.during.upper), "name": session.opened_by.full_name},
        _("Reason: %(reason)s") % {"reason": session.reason},
    ]


def period(grant: Grant) -> str:
    """Return from when to when a right holds, in a sentence of its own."""
    if grant.during.isempty:
        return _("Taken away before it began")
    start, until = moment(grant.during.lower), grant.during.upper
    if until is None or until.year >= NEVER:
        is_to_come = grant.during.lower is not None and grant.during.lower > clock.now()
        return (_("From %(start)s") if is_to_come else _("Since %(start)s")) % {"start": start}
    return _("From %(start)s until %(end)s") % {"start": start, "end": moment(until)}


def channel_word(channel: str) -> str:
    """Return what people call a channel."""
    return str(CHANNELS.get(channel, channel))


def reason_notes(reason: queries.Reason, names: Mapping[uuid.UUID, str]) -> list[str]:
    """Return why somebody may do something, below role and place."""
    if reason.session is not None:
        return session_notes(reason.session)
    return notes(reason.grant, names) if reason.grant is not None else []


def moment(at: datetime | None) -> str:
    """Return a moment as people write it, to the minute, in local time; a day alone when it begins the day."""
    if at is None:
        return ""
    local = at.astimezone(rules.ZONE)
    is_midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
    return date_format(local, "d/m/Y" if is_midnight else "H:i d/m/Y")
