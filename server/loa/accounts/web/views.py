"""Signing in and out, the own password, the own sessions."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from loa.accounts import commands, pacing, queries
from loa.accounts.models import User, UserSession
from loa.accounts.refusals import LockedOut, NameTried, TooFast, WeakPassword, WrongPassword
from loa.accounts.web import known
from loa.accounts.web.forms import PasswordForm, SignInForm
from loa.kernel import clock
from loa.kernel.errors import DomainError
from loa.kernel.origin import address_of
from loa.kernel.pages import DeskRequest

HOME = "/desk/"


class AccountRequest(DeskRequest):
    """A request of somebody who has signed in."""

    user: User
    user_session: UserSession


@sensitive_post_parameters("password")
@csrf_protect
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Let a person in."""
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(_safe(request, wanted))
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
            # A key that was known before signing in must not be worth anything after it.
            request.session.flush()
            request.session.set_expiry(int(settings.SESSION_LIFETIME.total_seconds()))
            request.session.create()
            key = str(request.session.session_key)
            browser = request.headers.get("User-Agent", "")
            commands.open_session(user, session_key=key, origin=origin, browser=browser, now=now)
            response = redirect(_safe(request, wanted))
            known.remember(request, response, user.username)
            return response
    elif request.method == "POST":
        status = 422
    return render(request, "accounts/sign_in.html", {"form": form, "next": wanted}, status=status)


@require_POST
def sign_out(request: AccountRequest) -> HttpResponse:
    """End this session."""
    commands.close_session(request.user_session)
    request.session.flush()
    return redirect(settings.LOGIN_URL)


@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "POST"])
def password(request: AccountRequest) -> HttpResponse:
    """Change the own password; the first time there is no way around it."""
    form = PasswordForm(request.POST or None)
    wanted = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid() and _has_changed(request, form):
        messages.success(request, _("Your password has been changed. Other devices were signed out."))
        return redirect(_safe(request, wanted))
    facts = {"form": form, "next": wanted, "is_first": request.user.must_change_password}
    return render(request, "accounts/password.html", facts, status=422 if form.errors else 200)


@require_GET
def account(request: AccountRequest) -> HttpResponse:
    """Show who one is here and where one is signed in."""
    sessions = queries.sessions_of(request.user)
    return render(request, "accounts/account.html", {"sessions": sessions, "here": request.user_session})


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


def _safe(request: HttpRequest, wanted: str) -> str:
    """Return where to go: a page of ours, never another site."""
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours and wanted.startswith("/") else HOME
