"""Letting a colleague stand in with one's own role for a while."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loa.accounts.models import User
from loa.kernel import clock
from loa.kernel.errors import DomainError
from loa.kernel.pages import DeskRequest
from loa.orgs import commands, queries
from loa.orgs.web import telling
from loa.orgs.web.forms import LendForm, after, midnight
from loa.orgs.web.people import put


@require_http_methods(["GET", "POST"])
def stand_ins(request: DeskRequest) -> HttpResponse:
    """Show who stands in for me, for whom I stand in, and let somebody stand in."""
    now, me = clock.now(), _me(request)
    held = queries.lendable(me, at=now)
    colleagues = queries.colleagues({grant.unit.path for grant in held}, but=me.pk, at=now)
    told = telling.held(held, request.scope, now=now)
    form = LendForm(request.POST or None, held=[(words.pk, words.title) for words in told], colleagues=colleagues)
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        try:
            commands.delegate(
                request.scope,
                next(grant for grant in held if grant.pk == kept["held"]),
                to=next(user for user in colleagues if user.pk == kept["to"]),
                start_at=midnight(kept["start_on"]),
                until=after(kept["end_on"]) or now,
                reason=kept["reason"],
                now=now,
            )
        except DomainError as refusal:
            put(form, refusal)
        else:
            messages.success(request, _("Your colleague can stand in for you."))
            return redirect("orgs:stand_ins")
    lent, given = queries.lent_by(me, at=now), queries.lent_to(me, at=now)
    facts = {
        "form": form,
        "can_lend": bool(held and colleagues),
        "lent": list(zip(lent, telling.held(lent, request.scope, now=now), strict=True)),
        "given": list(zip(given, telling.held(given, request.scope, now=now), strict=True)),
    }
    return render(request, "orgs/stand_ins.html", facts, status=422 if form.errors else 200)


@require_POST
def end(request: DeskRequest, pk: int) -> HttpResponse:
    """Take back what was lent, or give back what was received."""
    lent = queries.grant_by_id(request.scope, pk, permission="orgs.view")
    commands.end_delegation(request.scope, lent, now=clock.now())
    messages.success(request, _("This has ended."))
    return redirect("orgs:stand_ins")


def _me(request: DeskRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("the gate let only people pass")
    return user
