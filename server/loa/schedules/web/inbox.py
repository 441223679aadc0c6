"""The inbox of a unit: what came from above, what to decide, and what became of it."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.bulletins import commands as receiving
from loa.bulletins import queries as bulletins
from loa.bulletins.models import Receipt
from loa.bulletins.rules import ReceiptState, SkipReason, Urgency
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.media import queries as media
from loa.schedules import commands, following, hours, queries, rules
from loa.schedules.following import Followed
from loa.schedules.models import Clash, ClashPart, Slot
from loa.schedules.web import agreeing, ordering
from loa.schedules.web.forms import TakeForm, usual_time

SHOWN_MOST = 100
REASONS = (
    (SkipReason.NOT_HERE, gettext_lazy("It does not concern our area")),
    (SkipReason.AIRED_ALREADY, gettext_lazy("We have aired the same already")),
    (SkipReason.OUT_OF_DATE, gettext_lazy("It is out of date")),
    (SkipReason.NO_TIME, gettext_lazy("There is no room in the programme")),
    (SkipReason.NOT_AUDIBLE, gettext_lazy("The sound is not clear enough")),
    (SkipReason.OTHER, gettext_lazy("Another reason, told below")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of order with its items in the order that stands."""

    clash: Clash
    parts: Sequence[ClashPart]


@require_safe
@needs("bulletins.view")
def inbox(request: DeskRequest) -> HttpResponse:
    """Show questions of order, what is to decide, what is planned, and what was."""
    now = clock.now()
    followed = following.follow(bulletins.inbox(request.scope)[:SHOWN_MOST], now=now)
    facts = {
        "now": now,
        "questions": questions(request, now=now),
        "undone": [one for one in followed if one.is_undone],
        "planned": [one for one in followed if one.standing == "scheduled"],
        "over": [one for one in followed if not one.is_undone and one.standing != "scheduled"],
        "may_decide": request.scope.holds("schedules.request"),
    }
    return render(request, "schedules/inbox.html", facts)


def questions(request: DeskRequest, *, now: datetime) -> list[Question]:
    """Return the questions of order that wait for this person."""
    still = queries.open_clashes(request.scope).filter(applies_at__gt=now)
    return [Question(clash=one, parts=queries.parts_of(one)) for one in still[:20]]


@require_safe
@needs("bulletins.view")
def item(request: DeskRequest, receipt_id: uuid.UUID) -> HttpResponse:
    """Show an item from above with its sound, and what the unit may do with it."""
    receipt = bulletins.received(request.scope, receipt_id)
    if receipt.state == ReceiptState.NEW and bulletins.is_open(receipt) and _may_decide(request, receipt):
        receiving.see(request.scope, receipt, now=clock.now())
        receipt = bulletins.received(request.scope, receipt_id)
    return _page(request, receipt)


@require_POST
@needs("bulletins.view")
def take(request: DeskRequest, receipt_id: uuid.UUID) -> HttpResponse:
    """Put an item on the unit's schedule, now or at a time."""
    receipt, now = _decidable(request, receipt_id), clock.now()
    form = TakeForm(request.POST)
    if not form.is_valid():
        return _page(request, receipt, form=form, status=422)
    start_at = form.start_at
    wakes, override = form.cleaned_data["wakes"], form.cleaned_data["override"]
    return _done(
        request,
        receipt,
        lambda: commands.take(request.scope, receipt, start_at=start_at, wakes=wakes, override=override, now=now),
        form=form,
        said=_("It is on the schedule."),
    )


@require_POST
@needs("bulletins.view")
def skip(request: DeskRequest, receipt_id: uuid.UUID) -> HttpResponse:
    """Leave an item out, with the reason the sender will read."""
    receipt = _decidable(request, receipt_id)
    chosen, words = request.POST.get("reason", ""), request.POST.get("words", "")
    if chosen not in set(SkipReason):
        return _page(request, receipt, refusal=_("Choose a reason. For another reason, say which."), status=422)
    return _done(
        request,
        receipt,
        lambda: commands.leave_out(request.scope, receipt, reason=SkipReason(chosen), words=words, now=clock.now()),
        said=_("Skipped. The sender reads the reason."),
    )


@require_POST
@needs("bulletins.view")
def move(request: DeskRequest, receipt_id: uuid.UUID) -> HttpResponse:
    """Move an item up or down among those that wait."""
    receipt = _decidable(request, receipt_id)
    followed = following.follow(bulletins.inbox(request.scope)[:SHOWN_MOST], now=clock.now())
    same = [one.receipt for one in followed if one.is_undone and one.receipt.unit_id == receipt.unit_id]
    if receipt in same:
        receiving.reorder(request.scope, receipt, among=same, up=request.POST.get("to") == "up")
    return redirect("inbox:list")


@require_http_methods(["GET", "POST"])
@needs("schedules.view")
def order(request: DeskRequest, clash_id: uuid.UUID) -> HttpResponse:
    """Ask in which order priority items air that want the same time; show what was decided."""
    clash, now = queries.clash(request.scope, clash_id), clock.now()
    refusal = ""
    if request.method == "POST":
        demand(request.scope, "schedules.request", path=clash.scope_path, place=clash.unit.name)
        try:
            commands.decide_order(request.scope, clash, order=ordering.chosen(request), now=now)
        except Refusal as refused:
            refusal = str(refused)
        else:
            messages.success(request, _("The order is chosen. They air one after the other."))
            return redirect("inbox:order", clash.pk)
    clash = queries.clash(request.scope, clash_id)
    facts = {
        "clash": clash,
        "parts": queries.parts_of(clash),
        "refusal": refusal,
        "is_open": clash.state == rules.ClashState.OPEN and now < clash.applies_at,
        "may_decide": request.scope.can("schedules.request", clash.scope_path),
    }
    return render(request, "schedules/order.html", facts, status=409 if refusal else 200)


def _decidable(request: DeskRequest, receipt_id: uuid.UUID) -> Receipt:
    receipt = bulletins.received(request.scope, receipt_id)
    path = f"{receipt.scope_path}#{Slot.scope_channel}"
    demand(request.scope, "schedules.request", path=path, place=receipt.unit.name)
    return receipt


def _may_decide(request: DeskRequest, receipt: Receipt) -> bool:
    at = receipt.scope_path
    return request.scope.can("schedules.request", f"{at}#{Slot.scope_channel}") and request.scope.can(
        "bulletins.write", at
    )


def _done(
    request: DeskRequest, receipt: Receipt, act: Callable[[], object], *, said: str, form: TakeForm | None = None
) -> HttpResponse:
    """Do it and lead back to the inbox; show the item with the reason when it was refused."""
    try:
        act()
    except Refusal as refusal:
        if form is not None:
            form.add_error({"quiet_hours": "wakes", "hours_broken": "override"}.get(refusal.code), str(refusal))
        fresh = bulletins.received(request.scope, receipt.pk)
        return _page(request, fresh, form=form, refusal=str(refusal), status=409)
    messages.success(request, said)
    return redirect("inbox:list")


def _page(
    request: DeskRequest, receipt: Receipt, *, form: TakeForm | None = None, refusal: str = "", status: int = 200
) -> HttpResponse:
    now = clock.now()
    current = receipt.sending.bulletin.current
    clip = media.facts([current.clip_id]).get(current.clip_id) if current and current.clip_id else None
    followed = following.follow([receipt], now=now)[0]
    length = timedelta(milliseconds=clip.duration_ms if clip else 1)
    facts = {
        "receipt": receipt,
        "sending": receipt.sending,
        "bulletin": receipt.sending.bulletin,
        "current": current,
        "clip": clip,
        "followed": followed,
        "form": form or _fresh(receipt, length=length, now=now),
        "waking": _waking(receipt, form, now=now),
        "asks_override": form is not None and ("override" in form.errors or bool(form["override"].value())),
        **agreeing.facts(request.scope, followed.slot, now=now),
        "reasons": REASONS,
        "refusal": refusal,
        "may_decide": _may_decide(request, receipt) and _is_movable(followed, now=now),
        "airings": request.scope.holds("dispatch.view"),
    }
    return render(request, "schedules/item.html", facts, status=status)


def _fresh(receipt: Receipt, *, length: timedelta, now: datetime) -> TakeForm:
    """Return the form with the next session that has room, or the time the sender wishes."""
    wished = receipt.sending.wanted_from
    usual = (
        wished
        if wished is not None and wished > now and not hours.is_quiet_now(receipt.unit, now=wished)
        else usual_time(now)
    )
    at = following.free_from(receipt.unit, start_at=usual, length=length, now=now).astimezone(rules.ZONE)
    return TakeForm(initial={"when": "at", "day": at.date(), "at": at.time()})


def _waking(receipt: Receipt, form: TakeForm | None, *, now: datetime) -> queries.Waking | None:
    """Return whom the choice would wake, once it is one."""
    if form is None or not form.is_bound or set(form.errors) - {"wakes", "__all__"}:
        return None
    wish = Slot(bulletin=receipt.sending.bulletin, unit=receipt.unit, device_ids=None, start_at=form.start_at)
    return queries.waking([wish], now=now)


def _is_movable(followed: Followed, *, now: datetime) -> bool:
    """Tell whether the unit may still plan, move or skip it."""
    sending = followed.receipt.sending
    if sending.urgency == Urgency.EMERGENCY or not bulletins.is_open(followed.receipt):
        return False
    return followed.airing is None or followed.airing.start_at > now or followed.standing not in {"used", "heard"}
