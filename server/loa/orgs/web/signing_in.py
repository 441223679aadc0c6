"""Helping people sign in again: a lost factor, an account at a provider of identities."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from loa.accounts import commands as accounts
from loa.kernel import clock
from loa.kernel.pages import DeskRequest
from loa.orgs.web.people import wholly_mine


@require_POST
def reset_factors(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a person's second factors away: the phone is lost."""
    accounts.reset_factors(request.scope, wholly_mine(request, pk))
    messages.success(request, _("The second factor was reset; the person sets one up at the next sign-in."))
    return redirect("orgs:person", pk)


@require_POST
def invite(request: DeskRequest, pk: int) -> HttpResponse:
    """Show once the code by which a person binds their account at a provider."""
    found = wholly_mine(request, pk)
    code = accounts.invite(request.scope, found, now=clock.now())
    return render(request, "orgs/invitation_once.html", {"person": found, "code": code})
