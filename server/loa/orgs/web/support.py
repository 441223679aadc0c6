"""Support sessions, before the eyes of the unit that is helped."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from loa.accounts import queries as accounting
from loa.accounts import rules as naming
from loa.accounts.models import User
from loa.kernel import clock, permissions
from loa.kernel.errors import DomainError
from loa.kernel.pages import DeskRequest, needs
from loa.orgs import commands, queries
from loa.orgs.models import SupportOffer
from loa.orgs.web.office_forms import SupportForm
from loa.orgs.web.people import put, units

SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request that waits, and what who looks at it may do with it."""

    offer: SupportOffer
    may_agree: bool
    may_accept: bool
    may_refuse: bool
    may_call_off: bool
    is_helper: bool


@require_safe
@needs("orgs.view")
def sessions(request: DeskRequest) -> HttpResponse:
    """List who helps here now, who did, and who was asked to."""
    now = clock.now()
    found = list(queries.support_sessions(request.scope)[:SHOWN])
    facts = {
        "running": [one for one in found if one.during.upper > now],
        "past": [one for one in found if one.during.upper <= now],
        "offers": [_asked(request, one) for one in queries.waiting_offers(request.scope, _me(request), at=now)],
        "may_open": request.scope.holds("orgs.administer"),
    }
    return render(request, "orgs/support.html", facts)


@require_http_methods(["GET", "POST"])
@needs("orgs.administer")
def add(request: DeskRequest) -> HttpResponse:
    """Ask somebody to help. The answer is the same whether anybody has the name or not."""
    form = SupportForm(request.POST or None, roles=list(queries.roles_to_give(request.scope)))
    offered = units(request)
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        unit = queries.unit_by_code(request.scope, kept["unit"])
        helped = _helped(request, kept["helped"])
        if kept["helped"] and helped is None:
            form.add_error("helped", _("Nobody with this user name belongs to the units you administer."))
        else:
            terms = commands.Terms(
                username=kept["username"], role=kept["role"], reason=kept["reason"], minutes=kept["minutes"]
            )
            try:
                commands.offer_support(
                    request.scope, unit, terms=terms, helped=helped, is_on_behalf=kept["is_on_behalf"], now=clock.now()
                )
            except DomainError as refusal:
                put(form, refusal)
            else:
                messages.success(request, _("It is asked for. It begins once all named have agreed, within a day."))
                return redirect("orgs:support")
    facts = {"form": form, "units": offered, "chosen": form["unit"].value() or ""}
    return render(request, "orgs/support_add.html", facts, status=422 if form.errors else 200)


@require_POST
def agree(request: DeskRequest, pk: int) -> HttpResponse:
    """Agree to be helped."""
    commands.agree_to_support(request.scope, _me(request), offer=pk, now=clock.now())
    messages.success(request, _("You agreed. The session begins when the helper has agreed too."))
    return redirect("orgs:support")


@require_POST
def accept(request: DeskRequest, pk: int) -> HttpResponse:
    """Begin to help."""
    begun = commands.accept_support(request.scope, _me(request), offer=pk, now=clock.now())
    messages.success(request, _("The support session is open."))
    return redirect("orgs:support_session", begun.pk)


@require_POST
def refuse(request: DeskRequest, pk: int) -> HttpResponse:
    """Refuse to help, or to be helped."""
    commands.refuse_support(request.scope, _me(request), offer=pk, now=clock.now())
    messages.success(request, _("You refused. Nobody helps by this request."))
    return redirect("orgs:support")


@require_POST
def call_off(request: DeskRequest, pk: int) -> HttpResponse:
    """Take back what was asked for."""
    offer = queries.support_offer(request.scope, pk)
    commands.call_off_support(request.scope, offer, now=clock.now())
    messages.success(request, _("You took back what was asked for."))
    return redirect("orgs:support")


@require_safe
def session(request: DeskRequest, pk: int) -> HttpResponse:
    """Show a session with every act done in it, live while it runs."""
    found = queries.support_session(request.scope, pk)
    now = clock.now()
    acts = queries.acts_in(found, limit=SHOWN)
    names = permissions.place_names({act.unit_path for act in acts})
    is_running = found.during.upper > now
    facts = {
        "session": found,
        "offer": queries.offer_of(found),
        "acts": [(act, names[act.unit_path]) for act in acts],
        "rights": sorted(permissions.sentence(code) for code in queries.supported(found.role)),
        "is_running": is_running,
        "may_end": is_running and _may_end(request, found.supporter_id, found.scope_path),
    }
    return render(request, "orgs/support_session.html", facts)


@require_POST
def end(request: DeskRequest, pk: int) -> HttpResponse:
    """End a session before its time."""
    found = queries.support_session(request.scope, pk)
    commands.end_support(request.scope, found, now=clock.now())
    messages.success(request, _("The support session has ended."))
    return redirect("orgs:support")


def _me(request: DeskRequest) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("the gate let only people pass")
    return user


def _asked(request: DeskRequest, offer: SupportOffer) -> Asked:
    me = _me(request)
    is_helped, is_helper = offer.helped_id == me.pk, offer.username == me.username
    return Asked(
        offer=offer,
        may_agree=is_helped and not offer.consent,
        may_accept=is_helper and bool(offer.consent),
        may_refuse=is_helped or is_helper,
        may_call_off=request.scope.can("orgs.administer", offer.scope_path),
        is_helper=is_helper,
    )


def _helped(request: DeskRequest, typed: str) -> User | None:
    """Return the person of this name among those whom who asks may list anyway."""
    name = naming.kept_username(typed)
    return accounting.people(request.scope).filter(username=name, is_active=True).first() if name else None


def _may_end(request: DeskRequest, supporter: int, path: str) -> bool:
    return request.scope.actor.id == str(supporter) or request.scope.can("orgs.administer", path)
