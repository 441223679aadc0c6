"""Signing in and out, the own password, the own sessions."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from loa.accounts import commands, factors, identities, pacing, passkeys, policy, ports, queries
from loa.accounts.models import ExternalIdentity, User
from loa.accounts.oidc.providers import offered
from loa.accounts.refusals import LockedOut, NameTried, TooFast, WeakPassword, WrongPassword
from loa.accounts.web import entering, known, providers
from loa.accounts.web.forms import PasswordForm, SignInForm
from loa.accounts.web.requests import AccountRequest
from loa.kernel import clock
from loa.kernel.errors import DomainError
from loa.kernel.origin import address_of


@sensitive_post_parameters("password")
@csrf_protect
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(entering.safe(request, wanted))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        origin = address_of(request)
        now = clock.now()
        try:
            user = commands.authenticate(
                form.cleaned_data["username"],
                form.cleaned_data["password"],
                origin=origin,
                device=known.device_of(request, form.cleaned_data["username"]),
                now=now,
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            status = 429 if isinstance(refusal, LockedOut | NameTried | TooFast) else 422
        else:
            return entering.go_on(request, user, wanted=wanted)
    elif request.method == "POST":
        status = 422
    return render(request, "accounts/sign_in.html", _door(form, wanted), status=status)


@require_POST
def sign_out(request: AccountRequest) -> HttpResponse:
    """End this session."""
    leaving = providers.leaving(request.user_session.provider)
    commands.close_session(request.user_session)
    request.session.flush()
    if leaving is not None:
        return render(request, "accounts/signed_out.html", {"leaving": leaving})
    return redirect(settings.LOGIN_URL)


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: AccountRequest) -> HttpResponse:
    """Change the own password; the first time there is no way around it."""
    form = PasswordForm(request.POST or None)
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid() and _has_changed(request, form):
        messages.success(request, _("Your password has been changed. Other devices were signed out."))
        return redirect(entering.safe(request, wanted))
    facts = {
        "form": form,
        "next": wanted,
        "is_first": request.user.must_change_password,
        "is_old": policy.is_password_old(request.user, now=clock.now()),
    }
    return render(request, "accounts/password.html", facts, status=422 if form.errors else 200)


@require_GET
def account(request: AccountRequest) -> HttpResponse:
    """Show who one is here and where one is signed in."""
    user = request.user
    held = factors.held(user)
    facts = {
        "sessions": queries.sessions_of(user),
        "here": request.user_session,
        "held": held,
        "app": factors.app_of(user),
        "passkeys": factors.passkeys_of(user),
        "identities": _identities(user),
        "providers": offered().values(),
        "must_keep": held.count <= 1 and ports.needs_second_factor(user),
        "password_ends_at": policy.password_ends_at(user),
    }
    return render(request, "accounts/account.html", facts)


@require_POST
def end_others(request: AccountRequest) -> HttpResponse:
    """Sign out everywhere else."""
    ended = commands.end_sessions(request.scope, request.user, keep=request.user_session.session_key)
    messages.success(request, _("%(count)s other sessions were ended.") % {"count": ended})
    return redirect("accounts:account")


@require_POST
def end_session(request: AccountRequest, pk: int) -> HttpResponse:
    """End one of the own sessions; somebody else's does not exist here."""
    found = queries.session_of(request.user, pk)
    commands.end_sessions(request.scope, request.user, only=[found.pk])
    messages.success(request, _("The session was ended."))
    return redirect("accounts:account")


def _identities(user: User) -> list[tuple[ExternalIdentity, str]]:
    """Return a person's identities, each with its provider's name, or its issuer where it is no longer named."""
    names = {one.issuer: one.name for one in offered().values()}
    return [(one, names.get(one.issuer, one.issuer)) for one in identities.of(user)]


def _door(form: SignInForm, wanted: str) -> dict[str, object]:
    return {"form": form, "next": wanted, "has_passkeys": passkeys.are_possible(), "providers": offered().values()}


def _has_changed(request: AccountRequest, form: PasswordForm) -> bool:
    """Change the password, or put the refusal beside its field. Tries are paced like signing in."""
    user, now, origin, device = request.user, clock.now(), address_of(request), request.user_session.session_key
    try:
        pacing.take(user.username, origin=origin, device=device, now=now)
        commands.change_password(
            request.scope,
            user,
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            now=now,
            keep_session=request.user_session.session_key,
        )
    except WeakPassword as weak:
        pacing.forgive(user.username, origin=origin, device=device)
        for reason in weak.reasons:
            form.add_error("new", reason)
    except WrongPassword as wrong:
        form.add_error("old", str(wrong))
    except DomainError as refusal:
        form.add_error(None, str(refusal))
    else:
        pacing.forgive(user.username, origin=origin, device=device)
        return True
    return False
