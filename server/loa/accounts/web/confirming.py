"""Showing the second factor once more, before what reaches far."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from loa.accounts import ceremonies, commands, factors, passkeys, proving
from loa.accounts.ceremonies import Kind
from loa.accounts.models import Ceremony
from loa.accounts.rules import Factor
from loa.accounts.web import carrying, demonstration, entering, second
from loa.accounts.web.forms import CodeForm
from loa.accounts.web.requests import AccountRequest
from loa.kernel import clock
from loa.kernel.errors import DomainError


@sensitive_post_parameters("code", "answer")
@require_http_methods(["GET", "POST"])
def confirm(request: AccountRequest) -> HttpResponse:
    """Ask for the second factor; then go on to the page, or offer to send the kept form again."""
    held = factors.held(request.user)
    kept = _kept(request)
    if not held.is_any:
        if kept is not None:
            ceremonies.prolong(kept, lasts=ceremonies.SETUP_LASTS, now=clock.now())
        messages.warning(request, _("You have no second factor yet. Please set one up first."))
        return redirect("accounts:factors")
    if request.method == "GET" and kept is not None and request.scope.is_fresh:
        return _continue(request, kept)
    wanted = request.POST.get("next", request.GET.get("next", ""))
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST":
        try:
            device = request.user_session.session_key
            factor = second.shown(request, request.user, form, action=proving.CONFIRM, device=device)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 429 if isinstance(refusal, second.PACED) else 422
        else:
            if factor is not None:
                return _go_on(request, factor, kept=kept, wanted=wanted)
            status = 422
    facts = {
        "form": form,
        "held": held,
        "kept": kept,
        "next": wanted,
        "has_passkey": held.passkeys > 0 and passkeys.are_possible(),
        "demo_code": demonstration.code_for(request.user),
    }
    return render(request, "accounts/confirm.html", facts, status=status)


@require_POST
def begin_passkey(request: AccountRequest) -> HttpResponse:
    """Tell a browser what to sign to confirm."""
    challenge = passkeys.new_challenge()
    entering.begin(request, Kind.PASSKEY, user=request.user, facts={"challenge": challenge})
    return JsonResponse(passkeys.request(challenge=challenge, user=request.user))


def _go_on(request: AccountRequest, factor: Factor, *, kept: Ceremony | None, wanted: str) -> HttpResponse:
    strengthen(request, factor)
    if kept is None:
        return redirect(entering.safe(request, wanted))
    if not ceremonies.end(kept):
        return redirect(entering.HOME)
    return _continue(request, kept)


def waiting(request: AccountRequest) -> str:
    """Return the address at which the form goes on that waits for a factor of this person; empty without one."""
    found = ceremonies.find(Kind.CARRY, session_key=request.session.session_key, now=clock.now())
    if found is None or found.user_id != request.user.pk:
        return ""
    return f"{reverse('accounts:confirm')}?{urlencode({'carry': str(found.pk)})}"


def _continue(request: AccountRequest, kept: Ceremony) -> HttpResponse:
    path, fields = carrying.carried(kept)
    return render(request, "accounts/continue.html", {"path": path, "fields": fields})


def strengthen(request: AccountRequest, factor: Factor) -> None:
    """Note the factor in the session, under a new key."""
    request.session.cycle_key()
    key = str(request.session.session_key)
    commands.confirm_session(request.user_session, factor=factor, session_key=key, now=clock.now())


def _kept(request: AccountRequest) -> Ceremony | None:
    """Return the form that waits; the one who sent it only, in the browser it was sent from."""
    wanted = request.POST.get("carry", request.GET.get("carry", ""))
    if not wanted:
        return None
    key = request.session.session_key
    found = ceremonies.find(Kind.CARRY, session_key=key, now=clock.now(), pk=wanted)
    return found if found is not None and found.user_id == request.user.pk else None
