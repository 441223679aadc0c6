"""The second step of signing in, and signing in by a passkey alone."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from loa.accounts import ceremonies, factors, passkeys, proving
from loa.accounts.ceremonies import Kind
from loa.accounts.models import Ceremony, User
from loa.accounts.refusals import LockedOut, NameTried, StepOver, TooFast
from loa.accounts.rules import Factor
from loa.accounts.web import demonstration, entering, known
from loa.accounts.web.forms import CodeForm
from loa.kernel import clock
from loa.kernel.errors import DomainError
from loa.kernel.origin import address_of

PACED = (LockedOut, NameTried, TooFast)


@sensitive_post_parameters("code", "answer")
@csrf_protect
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor of who has just given the right password."""
    pending = entering.waiting(request)
    if pending is None or pending.user is None:
        return redirect("accounts:sign_in")
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            factor = _shown(request, pending.user, form, action=proving.SIGN_IN)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 429 if isinstance(refusal, PACED) else 422
        else:
            if factor is not None:
                return _enter(request, pending, factor)
            status = 422
    return render(request, "accounts/second.html", _facts(pending.user, form), status=status)


@require_POST
@csrf_protect
def begin_passkey(request: HttpRequest) -> HttpResponse:
    """Tell a browser what to sign: for whoever is at the second step, else for anybody."""
    pending = entering.waiting(request)
    challenge = passkeys.new_challenge()
    user = pending.user if pending else None
    entering.begin(request, Kind.PASSKEY, user=user, facts={"challenge": challenge})
    return JsonResponse(passkeys.request(challenge=challenge, user=user))


@sensitive_post_parameters("answer")
@csrf_protect
@require_POST
def sign_in_by_passkey(request: HttpRequest) -> HttpResponse:
    """Let in whoever holds a passkey and unlocked it: the device and the finger are two factors."""
    wanted = request.POST.get("next", "")
    try:
        user = by_passkey(request, None, action=proving.SIGN_IN)
    except DomainError as refusal:
        facts = {"form": None, "next": wanted, "refusal": str(refusal)}
        return render(request, "accounts/passkey_refused.html", facts, status=422)
    return entering.go_on(request, user, wanted=wanted, factor=Factor.PASSKEY)


def shown(request: HttpRequest, user: User, form: CodeForm, *, action: str, device: str) -> Factor | None:
    """Return the factor the form proves; None when nothing was typed. Refusals as in `proving`."""
    if request.POST.get("answer"):
        by_passkey(request, user, action=action)
        return Factor.PASSKEY
    if not form.is_valid():
        return None
    origin = address_of(request)
    return proving.by_code(
        user, form.cleaned_data["code"], action=action, origin=origin, device=device, now=clock.now()
    )


def by_passkey(request: HttpRequest, user: User | None, *, action: str) -> User:
    """Return whose passkey answered the challenge this browser was given, which is good for one answer."""
    now = clock.now()
    asked = ceremonies.find(Kind.PASSKEY, session_key=request.session.session_key, now=now)
    if asked is None or not ceremonies.end(asked):
        raise StepOver
    return proving.by_passkey(
        request.POST.get("answer", ""),
        challenge=asked.facts["challenge"],
        user=user,
        action=action,
        origin=address_of(request),
        now=now,
    )


def _shown(request: HttpRequest, user: User, form: CodeForm, *, action: str) -> Factor | None:
    return shown(request, user, form, action=action, device=known.device_of(request, user.username))


def _enter(request: HttpRequest, pending: Ceremony, factor: Factor) -> HttpResponse:
    """Open the session once: of two answers at the same moment one begins again."""
    if pending.user is None or not ceremonies.end(pending):
        return redirect("accounts:sign_in")
    facts = pending.facts
    return entering.go_on(request, pending.user, wanted=facts["next"], factor=factor, provider=facts["provider"])


def _facts(user: User, form: CodeForm) -> dict[str, object]:
    held = factors.held(user)
    return {
        "form": form,
        "held": held,
        "has_passkey": held.passkeys > 0 and passkeys.are_possible(),
        "demo_code": demonstration.code_for(user),
    }
