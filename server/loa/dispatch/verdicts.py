"""What the evidence of one device amounts to for one airing, and a sentence that says why."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from loa.devices import rules as devices
from loa.devices.queries import DeviceFacts, EvidenceRow
from loa.devices.rules import LIVE_CHUNK_MS
from loa.dispatch import plausibility, remarks, rules
from loa.dispatch.models import Airing
from loa.dispatch.plausibility import Bounds, Oddity
from loa.dispatch.rules import State, Verdict
from loa_protocol.messages import Outcome

_RANK: Mapping[str, int] = {
    outcome.value: rank
    for rank, outcome in enumerate(
        (Outcome.PLAYED, Outcome.PARTIAL, Outcome.PRE_EMPTED, Outcome.MISSED, Outcome.REFUSED, Outcome.RECEIVED)
    )
}

LIVE_PARTS = re.compile(r"live_(?P<heard>[0-9]{1,6})_(?P<count>[0-9]{1,6})")
"""How a device tells how much of live speech it let sound."""

REASONS: Mapping[str, str | Promise] = {
    "media_missing": gettext_lazy("The sound file arrived too late."),
    "digest_mismatch": gettext_lazy("The sound file arrived damaged and was not played."),
    "too_large": gettext_lazy("The sound file was too large for the device."),
    "clock_untrusted": gettext_lazy("The clock of the device could not be trusted."),
    "late": gettext_lazy("The device could not begin in time."),
    "joined_late": gettext_lazy("The device came in late, when the others had begun."),
    "window_end": gettext_lazy("The device began late, and its time ran out."),
    "stopped": gettext_lazy("It was stopped."),
    "withdrawn": gettext_lazy("It was taken out of the plan."),
    "power_off": gettext_lazy("The device had no power at that time."),
    "power_cut": gettext_lazy("The device lost power while it played."),
    "output_failed": gettext_lazy("The sound output of the device failed."),
    "unknown_key": gettext_lazy("The device does not know the key of the signature."),
    "revoked_key": gettext_lazy("The order was signed with a revoked key."),
    "key_not_valid_now": gettext_lazy("The order was signed with a key that is not valid now."),
    "bad_signature": gettext_lazy("The signature of the order was wrong."),
    "wrong_device": gettext_lazy("The order was meant for another device."),
    "wrong_area": gettext_lazy("The order was meant for another area."),
    "expired": gettext_lazy("The order had expired when it arrived."),
    "not_yet": gettext_lazy("The order was dated in the future."),
    "replayed": gettext_lazy("The order had been sent before."),
    "rolled_back": gettext_lazy("The order was older than what the device already holds."),
    "wrong_type": gettext_lazy("The order was not of the kind expected."),
    "unknown_verb": gettext_lazy("The device does not know this kind of order."),
    "malformed": gettext_lazy("The order could not be read."),
    "line_lost": gettext_lazy("Nothing of the live speech reached the device any more."),
    "live_limit": gettext_lazy("The longest time for live speech was over."),
    "never_began": gettext_lazy("Nothing of the live speech reached the device."),
    "not_open": gettext_lazy("Sound of a live speech that had ended was offered to the device; it was not played."),
}
"""What the codes devices report mean to people."""


LEARNED_LATE = "learned_late"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgment:
    """What became of an airing on one device. `evidence` is the row that decided, None when there is none."""

    verdict: Verdict
    evidence: EvidenceRow | None
    oddity: Oddity | None = None


def judge(
    airing: Airing, told: Mapping[UUID, Sequence[EvidenceRow]], *, reachable: Collection[UUID], now: datetime
) -> dict[UUID, Judgment]:
    """Return the verdict on each device's evidence of one airing. `reachable` are the devices that are on line now."""
    possible = plausibility.bounds(airing)
    return {
        device: _judgment(airing, rows, possible, reachable=device in reachable, now=now)
        for device, rows in told.items()
    }


def why(airing: Airing, judgment: Judgment, *, device: DeviceFacts | None, now: datetime) -> str:
    """Return a sentence for people, in the language of the moment; empty when it was heard."""
    row, verdict = judgment.evidence, judgment.verdict
    if judgment.oddity is not None:
        return str(plausibility.SENTENCES[judgment.oddity])
    match verdict:
        case Verdict.HEARD:
            sentence = ""
        case Verdict.SAID:
            sentence = _said(row)
        case Verdict.SILENT:
            sentence = _silence(row)
        case Verdict.WAITING:
            sentence = _waiting(airing, row, device=device, now=now)
        case _ if row is None or row.outcome == Outcome.RECEIVED:
            sentence = _no_report(airing, row, device=device, verdict=verdict)
        case _:
            sentence = _live(airing, row) or _reported(row, verdict)
    return sentence


def _judgment(
    airing: Airing, evidence: Sequence[EvidenceRow], possible: Bounds, *, reachable: bool, now: datetime
) -> Judgment:
    """Let one row of a device count: the best outcome, the loudest, the first.

    A sound that cannot be so stands behind every one that can, and before every other word: it has to be looked at.
    """
    known = [row for row in evidence if row.outcome in _RANK]
    odd = {row.id: plausibility.oddity(row, possible, beside=known) for row in known if plausibility.is_sounding(row)}
    best = min(known, key=lambda row: _order(row, is_odd=odd.get(row.id) is not None), default=None)
    found = None if best is None else odd.get(best.id)
    verdict = Verdict.ODD if found is not None else _verdict(airing, best, reachable=reachable, now=now)
    return Judgment(verdict=verdict, evidence=best, oddity=found)


def _order(row: EvidenceRow, *, is_odd: bool) -> tuple[int, int, float, datetime]:
    standing = 1 if is_odd else 0 if plausibility.is_sounding(row) else 2
    loudness = -200.0 if row.level_dbfs is None else row.level_dbfs
    return standing, _RANK[row.outcome], -loudness, row.at


def _verdict(airing: Airing, row: EvidenceRow | None, *, reachable: bool, now: datetime) -> Verdict:
    if row is None or row.outcome == Outcome.RECEIVED:
        if _is_awaited(airing, now=now):
            return Verdict.WAITING
        return Verdict.MISSED if reachable or airing.state not in rules.STANDING else Verdict.UNREACHABLE
    if row.reason == devices.SAID and plausibility.is_sounding(row):
        return Verdict.SAID
    if row.outcome == Outcome.PLAYED:
        return Verdict.HEARD if _is_audible(row) else Verdict.SILENT
    if row.outcome == Outcome.PARTIAL or (row.outcome == Outcome.PRE_EMPTED and row.started_at is not None):
        return Verdict.PARTIAL if row.level_dbfs is None or _is_audible(row) else Verdict.SILENT
    return Verdict.REFUSED if row.outcome == Outcome.REFUSED else Verdict.MISSED


def _is_audible(row: EvidenceRow) -> bool:
    """Tell whether the output was measured and loud enough: what was not measured is not proven."""
    return row.level_dbfs is not None and row.level_dbfs > rules.HEARD_ABOVE_DBFS


def _is_awaited(airing: Airing, *, now: datetime) -> bool:
    if airing.state == State.CANCELLED:
        return False
    last = airing.end_at if airing.stopped_at is None else min(airing.end_at, airing.stopped_at)
    return now < last + rules.EVIDENCE_GRACE


def _reported(row: EvidenceRow, verdict: Verdict) -> str:
    """Return what the device itself says of why it did not play to the end."""
    if row.reason == LEARNED_LATE:
        return _("The device was not reachable in time; it learned of this only at %(at)s.") % {"at": _clock(row.at)}
    if row.reason in REASONS:
        return str(REASONS[row.reason])
    if row.outcome == Outcome.PRE_EMPTED:
        return _("Something more important took its place.")
    if verdict is Verdict.PARTIAL:
        return _("Only a part of it sounded.")
    if verdict is Verdict.REFUSED:
        return _("The device refused the order (%(reason)s).") % {"reason": row.reason or "?"}
    return _("The device did not play it (%(reason)s).") % {"reason": row.reason or "?"}


def _live(airing: Airing, row: EvidenceRow) -> str:
    """Return what a device tells of live speech of which it missed something; empty for anything else."""
    told = LIVE_PARTS.fullmatch(row.reason)
    if told is None:
        return ""
    if remarks.is_relay(airing):
        seconds = {name: int(told[name]) * LIVE_CHUNK_MS // 1000 for name in ("heard", "count")}
        return _("%(heard)s of %(count)s seconds of the relay sounded here.") % seconds
    return _("%(heard)s of %(count)s pieces of the live speech sounded; the rest came too late.") % {
        "heard": told["heard"],
        "count": told["count"],
    }


def _said(row: EvidenceRow | None) -> str:
    if row is not None and row.outcome != Outcome.PLAYED:
        return _("The device says it played a part of it. Unverified channel: nothing measured it.")
    return _("The device says it played. Unverified channel: nothing measured it.")


def _silence(row: EvidenceRow | None) -> str:
    if row is not None and row.reason == devices.FED:
        return _("The gateway answers and fed its chain, but its monitor measured no sound, or too seldom.")
    if row is None or row.level_dbfs is None:
        return _("The device says it played, but it did not measure its output.")
    return _("The device played, but no sound left its output (%(level).0f dBFS).") % {"level": row.level_dbfs}


def _waiting(airing: Airing, row: EvidenceRow | None, *, device: DeviceFacts | None, now: datetime) -> str:
    if device is not None and not device.connected:
        if device.seen_at is None:
            return _("The device has never been reachable so far.")
        return _("The device has not been reachable since %(since)s; it may still play.") % {
            "since": _clock(device.seen_at)
        }
    if now < airing.start_at:
        return _("It has not begun yet.")
    if row is not None:
        return _("The device has taken the order; its report is still to come.")
    return _("The report of the device is still to come.")


def _no_report(airing: Airing, row: EvidenceRow | None, *, device: DeviceFacts | None, verdict: Verdict) -> str:
    if airing.state == State.CANCELLED:
        return _("It was cancelled before it began.")
    if airing.state == State.STOPPED:
        return _("It was stopped before this device reported a sound.")
    if airing.is_live and device is not None and device.driver != devices.OWN_DRIVER:
        return _("Devices of this maker play no live speech.")
    if verdict is Verdict.UNREACHABLE:
        return _unreachable(airing, device)
    if row is not None:
        return _("The device took the order but has not reported that it played.")
    return _("The device is on line but has not reported anything about this airing.")


def _unreachable(airing: Airing, device: DeviceFacts | None) -> str:
    if device is None or device.seen_at is None:
        return _("The device has never been reachable so far.")
    if device.seen_at < airing.end_at:
        return _(
            "The device was not reachable from %(since)s to %(until)s and beyond; if it played, it reports later."
        ) % {
            "since": _clock(device.seen_at),
            "until": _clock(airing.end_at),
        }
    return _("The device has not been reachable since %(since)s and has reported nothing of this airing.") % {
        "since": _clock(device.seen_at)
    }


def _clock(moment: datetime) -> str:
    """Return a local time with its day: `17:04 23/11`."""
    return moment.astimezone(rules.ZONE).strftime("%H:%M %d/%m")
