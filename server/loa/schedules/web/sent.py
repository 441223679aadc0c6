"""What an upper unit sends down: to whom, how urgent, and what each unit made of it."""

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.bulletins import commands, queries
from loa.bulletins.models import Bulletin, Sending
from loa.bulletins.refusals import NotApproved
from loa.bulletins.rules import SendingState, State, Urgency
from loa.kernel import clock
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, demand, needs
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa.orgs.rules import Level
from loa.schedules import following, hours
from loa.schedules.refusals import QuietHours
from loa.schedules.web.forms import SendForm

PAGE_LENGTH = 30
CHOICES_MOST = 300


@require_safe
@needs("bulletins.view")
def sendings(request: DeskRequest) -> HttpResponse:
    """List what units in reach have sent down, newest first, with how many have done something."""
    now = clock.now()
    page = Paginator(queries.sendings(request.scope).filter(share=None), PAGE_LENGTH).get_page(request.GET.get("page"))
    lines = []
    for sending in page:
        sending_receipts = queries.receipts_of(request.scope, sending.pk).select_related("sending__bulletin")
        counts = Counter(one.standing for one in following.follow(sending_receipts, now=now))
        lines.append((sending, counts.total(), counts["heard"] + counts["part"] + counts["used"], counts["skipped"]))
    return render(request, "schedules/sendings.html", {"page": page, "lines": lines})


@require_safe
@needs("bulletins.view")
def sending(request: DeskRequest, sending_id: uuid.UUID) -> HttpResponse:
    """Show what each unit made of a sending, exceptions first."""
    return _page(request, queries.sending(request.scope, sending_id))


@require_http_methods(["GET", "POST"])
@needs("bulletins.view")
def send(request: DeskRequest, bulletin_id: uuid.UUID) -> HttpResponse:
    """Choose units, urgency and window, and send."""
    bulletin, now = queries.get(request.scope, bulletin_id), clock.now()
    demand(request.scope, "bulletins.send", path=bulletin.scope_path, place=bulletin.unit.name)
    if bulletin.state != State.APPROVED:
        raise NotApproved
    below = list(orgs.descendants(bulletin.unit))
    if request.method == "GET":
        return _form(request, bulletin, SendForm(below=below), below)
    form = SendForm(request.POST, below=below)
    if not form.is_valid():
        return _form(request, bulletin, form, below, status=422)
    try:
        sent = _sent(request, bulletin, form, now=now)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _form(request, bulletin, form, below, status=409)
    waits = sent.state == SendingState.WAITING
    messages.success(request, _("A second person must release it now.") if waits else _("Sent to the units below."))
    return redirect("sent:detail", sent.pk)


@require_POST
@needs("bulletins.view")
def release(request: DeskRequest, sending_id: uuid.UUID) -> HttpResponse:
    """Let an emergency that another person sent go out."""
    found = queries.sending(request.scope, sending_id)
    return _tried(
        request,
        found,
        lambda: commands.release(request.scope, found, now=clock.now()),
        said=_("Released. It sounds now."),
    )


@require_POST
@needs("bulletins.view")
def remind(request: DeskRequest, sending_id: uuid.UUID) -> HttpResponse:
    """Remind the units that have done nothing yet."""
    found = queries.sending(request.scope, sending_id)
    return _tried(
        request,
        found,
        lambda: commands.remind(request.scope, found, now=clock.now()),
        said=_("The units that have done nothing yet are reminded in their inbox."),
    )


@require_http_methods(["GET", "POST"])
@needs("bulletins.view")
def call_back(request: DeskRequest, sending_id: uuid.UUID) -> HttpResponse:
    """Ask why, then take a sending back."""
    found = queries.sending(request.scope, sending_id)
    demand(request.scope, "bulletins.send", path=found.scope_path, place=found.unit.name)
    if request.method == "GET":
        return render(request, "schedules/call_back.html", {"sending": found})
    return _tried(
        request,
        found,
        lambda: commands.call_back(request.scope, found, reason=request.POST.get("reason", ""), now=clock.now()),
        said=_("Called back. What was planned is cancelled, what was on the air stops."),
    )


def _sent(request: DeskRequest, bulletin: Bulletin, form: SendForm, *, now: datetime) -> Sending:
    urgency = Urgency(form.cleaned_data["urgency"])
    if (
        urgency is Urgency.PRIORITY
        and form.wanted_from is not None
        and hours.is_quiet_now(bulletin.unit, now=form.wanted_from)
    ):
        raise QuietHours
    return commands.send(
        request.scope,
        bulletin,
        units=form.chosen,
        urgency=urgency,
        wanted_from=form.wanted_from,
        wanted_until=form.wanted_until,
        must_broadcast=form.cleaned_data["must_broadcast"],
        words=form.cleaned_data["note"],
        now=now,
    )


def _tried(request: DeskRequest, found: Sending, act: Callable[[], object], *, said: str) -> HttpResponse:
    """Do it and lead back to the sending; show it with the reason when it was refused."""
    try:
        act()
    except Refusal as refusal:
        return _page(request, queries.sending(request.scope, found.pk), refusal=str(refusal), status=409)
    messages.success(request, said)
    return redirect("sent:detail", found.pk)


def _page(request: DeskRequest, found: Sending, *, refusal: str = "", status: int = 200) -> HttpResponse:
    now, scope = clock.now(), request.scope
    receipts = queries.receipts_of(scope, found.pk).select_related("sending__bulletin")
    followed = following.exceptions_first(following.follow(receipts, now=now))
    counts = Counter(one.standing for one in followed)
    may_send = scope.can("bulletins.send", found.scope_path)
    waits = found.state == SendingState.WAITING
    facts = {
        "sending": found,
        "followed": followed,
        "counts": [(name, counts[name]) for name in reversed(following.ORDER) if counts[name]],
        "total": len(followed),
        "undone": sum(one.is_undone for one in followed),
        "refusal": refusal,
        "may_send": may_send and found.state != SendingState.CALLED_BACK,
        "may_release": waits
        and scope.can("bulletins.release", found.scope_path)
        and scope.actor.id != str(found.sent_by_id),
        "airings": scope.holds("dispatch.view"),
    }
    return render(request, "schedules/sending.html", facts, status=status)


def _form(
    request: DeskRequest, bulletin: Bulletin, form: SendForm, below: Sequence[Unit], *, status: int = 200
) -> HttpResponse:
    communes = [unit for unit in below if unit.level == Level.COMMUNE]
    facts = {
        "bulletin": bulletin,
        "form": form,
        "units": (communes or list(below))[:CHOICES_MOST],
        "picked": set(form["units"].value() or []),
    }
    return render(request, "schedules/send.html", facts, status=status)
