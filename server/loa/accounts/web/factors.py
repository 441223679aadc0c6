"""Setting up and taking away second factors."""

import base64
from dataclasses import replace

import segno
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from loa.accounts import ceremonies, commands, factors, pacing, passkeys, ports, rules, secrecy, totp
from loa.accounts.ceremonies import Kind
from loa.accounts.models import Ceremony
from loa.accounts.refusals import StepOver
from loa.accounts.rules import Factor
from loa.accounts.web import confirming, entering
from loa.accounts.web.forms import CodeForm, PasskeyForm
from loa.accounts.web.requests import AccountRequest
from loa.kernel import clock
from loa.kernel.errors import DomainError, FreshFactorNeeded
from loa.kernel.origin import address_of

ISSUER = "Loa"


@require_GET
def choose(request: AccountRequest) -> HttpResponse:
    """Tell what second factors there are and why."""
    held = factors.held(request.user)
    facts = {
        "held": held,
        "is_needed": not held.is_any and ports.needs_second_factor(request.user),
        "has_passkeys": passkeys.are_possible(),
    }
    return render(request, "accounts/factors.html", facts)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def app(request: AccountRequest) -> HttpResponse:
    """Show the secret as a picture and as letters, and take the app when it shows the right digits."""
    _demand_right_to_add(request)
    begun = _secret(request)
    secret = secrecy.unseal(base64.b64decode(begun.facts["secret"]), about=_about(request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            _try_app(request, form.cleaned_data["code"], secret)
        except FreshFactorNeeded:
            raise
        except DomainError as refusal:
            form.add_error("code", str(refusal))
        else:
            ceremonies.end(begun)
            return _was_added(request, Factor.TOTP)
    address = totp.address(secret, username=request.user.username, issuer=ISSUER)
    facts = {
        "form": form,
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, border=2, light="#ffffff", dark="#000000"),
        "spelled": totp.spelled(secret),
        "address": address,
    }
    return render(request, "accounts/app.html", facts, status=422 if form.errors else 200)


@sensitive_post_parameters("answer")
@require_http_methods(["GET", "POST"])
def passkey(request: AccountRequest) -> HttpResponse:
    """Take a passkey the browser makes."""
    _demand_right_to_add(request)
    guess = rules.browser_name(request.headers.get("User-Agent", ""))
    form = PasskeyForm(request.POST or None, initial={"name": guess})
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        try:
            asked = ceremonies.find(Kind.NEW_PASSKEY, session_key=request.session.session_key, now=now)
            if asked is None or not ceremonies.end(asked):
                raise StepOver
            key = passkeys.verify_creation(form.cleaned_data["answer"], challenge=asked.facts["challenge"])
            commands.add_passkey(
                request.scope,
                request.user,
                key=key,
                name=form.cleaned_data["name"],
                session=request.user_session,
                now=now,
            )
        except FreshFactorNeeded:
            raise
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return _was_added(request, Factor.PASSKEY)
    facts = {"form": form, "is_possible": passkeys.are_possible()}
    return render(request, "accounts/passkey.html", facts, status=422 if form.errors else 200)


@require_POST
def begin_passkey(request: AccountRequest) -> HttpResponse:
    """Tell a browser what passkey to make."""
    _demand_right_to_add(request)
    challenge = passkeys.new_challenge()
    entering.begin(request, Kind.NEW_PASSKEY, user=request.user, facts={"challenge": challenge})
    return JsonResponse(passkeys.creation(request.user, challenge=challenge))


@require_POST
def remove_app(request: AccountRequest) -> HttpResponse:
    """Take the app away."""
    commands.remove_totp(request.scope, request.user)
    messages.success(request, _("The app no longer counts as second factor."))
    return redirect("accounts:account")


@require_POST
def remove_passkey(request: AccountRequest, pk: int) -> HttpResponse:
    """Take one of the own passkeys away; somebody else's does not exist here."""
    commands.remove_passkey(request.scope, factors.passkey_of(request.user, pk))
    messages.success(request, _("The passkey was removed."))
    return redirect("accounts:account")


@require_POST
def renew_codes(request: AccountRequest) -> HttpResponse:
    """Make recovery codes and show them once."""
    codes = commands.renew_recovery_codes(request.scope, request.user, now=clock.now())
    return render(request, "accounts/recovery.html", {"codes": codes, "next": reverse("accounts:account")})


def _try_app(request: AccountRequest, code: str, secret: bytes) -> None:
    """Take the app; tries are paced, though whoever guesses here guesses the digits of their own secret."""
    now, origin, device = clock.now(), address_of(request), request.user_session.session_key
    pacing.take(request.user.username, origin=origin, device=device, now=now)
    commands.add_totp(
        request.scope, request.user, secret=secret, code=_digits(code), session=request.user_session, now=now
    )
    pacing.forgive(request.user.username, origin=origin, device=device)


def _was_added(request: AccountRequest, factor: Factor) -> HttpResponse:
    """Count the factor as shown; with the first one come the recovery codes."""
    confirming.strengthen(request, factor)
    if factors.held(request.user).recovery_codes:
        messages.success(request, _("The second factor is set up."))
        return redirect("accounts:account")
    codes = commands.renew_recovery_codes(replace(request.scope, is_fresh=True), request.user, now=clock.now())
    onward = confirming.waiting(request) or entering.HOME
    return render(request, "accounts/recovery.html", {"codes": codes, "next": onward, "is_first": True})


def _demand_right_to_add(request: AccountRequest) -> None:
    """Ask for the factor there is before another is shown; the command asks again."""
    if factors.has_factor(request.user) and not request.scope.is_fresh:
        raise FreshFactorNeeded


def _secret(request: AccountRequest) -> Ceremony:
    """Return the secret this browser was shown, or a new one: a mistyped code does not change the picture."""
    key = str(request.session.session_key)
    now = clock.now()
    found = ceremonies.find(Kind.NEW_TOTP, session_key=key, now=now)
    if found is not None and found.user_id == request.user.pk:
        return found
    sealed = secrecy.seal(totp.new_secret(), about=_about(request))
    facts = {"secret": base64.b64encode(sealed).decode()}
    return ceremonies.begin(
        Kind.NEW_TOTP, session_key=key, user=request.user, facts=facts, lasts=ceremonies.SETUP_LASTS, now=now
    )


def _about(request: AccountRequest) -> str:
    return f"new totp:{request.user.pk}"


def _digits(typed: str) -> str:
    return "".join(letter for letter in typed if letter in "0123456789")
