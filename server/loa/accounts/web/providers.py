"""Signing in with a provider of identities, and binding one to the own account."""

import base64
import hashlib
import secrets
from typing import Any  # Any: facts are JSON
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from loa.accounts import ceremonies, commands, identities
from loa.accounts.ceremonies import Kind
from loa.accounts.models import Ceremony, User
from loa.accounts.oidc import asking, providers, tokens
from loa.accounts.oidc.providers import Provider
from loa.accounts.oidc.tokens import Vouched
from loa.accounts.refusals import IdentityUnknown, ProviderRefused, StepOver
from loa.accounts.rules import Factor
from loa.accounts.web import entering
from loa.accounts.web.forms import InvitationForm
from loa.accounts.web.requests import AccountRequest
from loa.kernel import clock
from loa.kernel.command import demand_fresh
from loa.kernel.errors import DomainError, NotFound
from loa.kernel.origin import address_of


@require_GET
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a stranger to the provider."""
    return _send(request, slug, user=None)


@require_GET
def begin_link(request: AccountRequest) -> HttpResponse:
    """Send somebody to the provider to show which identity is theirs."""
    demand_fresh(request.scope)
    return _send(request, request.GET.get("provider", ""), user=request.user)


@require_GET
def back(request: HttpRequest, slug: str) -> HttpResponse:
    """Take what the browser brings from the provider: once, in the browser that was sent there."""
    provider = _named(slug)
    try:
        step, vouched = _vouched(request, provider)
        if step.user is not None:
            return _ask_to_link(request, step.user, vouched, provider)
        user = identities.person_of(vouched.issuer, vouched.subject, origin=address_of(request), now=clock.now())
    except IdentityUnknown:
        facts = {"issuer": vouched.issuer, "subject": vouched.subject, "is_strong": vouched.is_strong}
        entering.begin(request, Kind.STRANGER, facts={**facts, "next": step.facts["next"], "slug": slug})
        return redirect("accounts:invited")
    except DomainError as refusal:
        return render(request, "accounts/provider_refused.html", {"refusal": refusal, "provider": provider}, status=422)
    return _enter(request, user, vouched, wanted=step.facts["next"])


@sensitive_post_parameters("code")
@csrf_protect
@require_http_methods(["GET", "POST"])
def invited(request: HttpRequest) -> HttpResponse:
    """Tell somebody unknown so, and take the code of who was invited."""
    now = clock.now()
    step = ceremonies.find(Kind.STRANGER, session_key=request.session.session_key, now=now)
    if step is None:
        return redirect("accounts:sign_in")
    form = InvitationForm(request.POST or None)
    vouched = Vouched(issuer=step.facts["issuer"], subject=step.facts["subject"], is_strong=step.facts["is_strong"])
    if request.method == "POST" and form.is_valid():
        try:
            user = identities.accept(
                form.cleaned_data["code"],
                issuer=vouched.issuer,
                subject=vouched.subject,
                origin=address_of(request),
                now=now,
            )
        except DomainError as refusal:
            form.add_error("code", str(refusal))
        else:
            ceremonies.end(step)
            return _enter(request, user, vouched, wanted=step.facts["next"])
    facts = {"form": form, "provider": _named(step.facts["slug"])}
    return render(request, "accounts/unknown_identity.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def link(request: AccountRequest) -> HttpResponse:
    """Bind what the provider vouched for, after one more look: an identity somebody else is signed in with is not."""
    now = clock.now()
    step = ceremonies.find(Kind.LINK, session_key=request.session.session_key, now=now)
    if step is None or step.user_id != request.user.pk:
        raise StepOver
    if request.method == "GET":
        facts = {"subject": step.facts["subject"], "provider": _named(step.facts["slug"])}
        return render(request, "accounts/link.html", facts)
    commands.link_identity(
        request.scope, request.user, issuer=step.facts["issuer"], subject=step.facts["subject"], now=now
    )
    ceremonies.end(step)
    messages.success(request, _("You can now sign in with %(provider)s.") % {"provider": step.facts["name"]})
    return redirect("accounts:account")


@require_POST
def unlink(request: AccountRequest, pk: int) -> HttpResponse:
    """Let one of the own identities go; somebody else's does not exist here."""
    commands.unlink_identity(request.scope, identities.one_of(request.user, pk))
    messages.success(request, _("This way of signing in was removed."))
    return redirect("accounts:account")


def leaving(issuer: str) -> dict[str, object] | None:
    """Return where somebody also leaves the provider they came by, when it has such a place."""
    provider = providers.of_issuer(issuer) if issuer else None
    if provider is None:
        return None
    try:
        place = asking.metadata(provider).get("end_session_endpoint")
    except DomainError:
        return None
    if not providers.is_safe(place):
        return None
    back_to = f"{settings.LOA_PUBLIC_URL}{settings.LOGIN_URL}"
    query = urlencode({"client_id": provider.client_id, "post_logout_redirect_uri": back_to})
    return {"provider": provider, "address": f"{place}?{query}"}


def _send(request: HttpRequest, slug: str, *, user: User | None) -> HttpResponse:
    provider = _named(slug)
    try:
        place = asking.metadata(provider)["authorization_endpoint"]
    except DomainError as refusal:
        return render(request, "accounts/provider_refused.html", {"refusal": refusal, "provider": provider}, status=503)
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
    facts = {"slug": slug, "verifier": verifier, "nonce": nonce, "next": request.GET.get("next", "")}
    step = entering.begin(request, Kind.PROVIDER, user=user, facts=facts)
    query = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": _redirect_uri(provider),
        "scope": provider.scopes,
        "state": str(step.pk),
        "nonce": nonce,
        "code_challenge": _challenge(verifier),
        "code_challenge_method": "S256",
    }
    if provider.strong_acr:
        query["acr_values"] = " ".join(sorted(provider.strong_acr))
    return HttpResponseRedirect(f"{place}?{urlencode(query)}")


def _vouched(request: HttpRequest, provider: Provider) -> tuple[Ceremony, Vouched]:
    """Return the step and whom the provider vouches for. RFC 9207: an answer that names another issuer is refused."""
    now = clock.now()
    state = request.GET.get("state", "")
    step = ceremonies.find(Kind.PROVIDER, session_key=request.session.session_key, now=now, pk=state) if state else None
    if step is None or not ceremonies.end(step):
        raise StepOver
    if step.user_id is not None and step.user_id != request.user.pk:
        raise StepOver
    facts: dict[str, Any] = step.facts
    must_tell = asking.metadata(provider).get("authorization_response_iss_parameter_supported") is True
    told = request.GET.get("iss", "" if must_tell else provider.issuer)
    code = request.GET.get("code", "")
    if facts["slug"] != provider.slug or told != provider.issuer or not code:
        raise ProviderRefused
    given = asking.tokens(provider, code=code, verifier=facts["verifier"], redirect_uri=_redirect_uri(provider))
    return step, tokens.read(given.get("id_token"), provider=provider, nonce=facts["nonce"], now=now)


def _ask_to_link(request: HttpRequest, user: User, vouched: Vouched, provider: Provider) -> HttpResponse:
    facts = {"issuer": vouched.issuer, "subject": vouched.subject, "slug": provider.slug, "name": provider.name}
    entering.begin(request, Kind.LINK, user=user, facts=facts)
    return redirect("accounts:link")


def _enter(request: HttpRequest, user: User, vouched: Vouched, *, wanted: str) -> HttpResponse:
    factor = Factor.PROVIDER if vouched.is_strong else None
    return entering.go_on(request, user, wanted=wanted, factor=factor, provider=vouched.issuer)


def _named(slug: str) -> Provider:
    found = providers.offered().get(slug)
    if found is None:
        raise NotFound
    return found


def _redirect_uri(provider: Provider) -> str:
    """Return where the provider sends people back: an address of its own each, so that none answers for another."""
    return f"{settings.LOA_PUBLIC_URL}/desk/sign-in/back/{provider.slug}/"


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
