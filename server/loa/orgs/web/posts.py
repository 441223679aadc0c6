"""Posts, and appointing people to them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from loa.accounts import queries as accounting
from loa.kernel import clock
from loa.kernel.errors import DomainError
from loa.kernel.pages import DeskRequest
from loa.orgs import commands, queries
from loa.orgs.models import Post
from loa.orgs.web import telling
from loa.orgs.web.forms import after, midnight
from loa.orgs.web.office_forms import AppointForm, PostForm
from loa.orgs.web.people import put, units


@require_http_methods(["GET", "POST"])
def add(request: DeskRequest, pk: int) -> HttpResponse:
    """Make a post of an agency, at its unit or at another one."""
    agency = queries.agency_by_id(request.scope, pk)
    form = PostForm(request.POST or None, roles=list(queries.roles_to_give(request.scope)))
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        try:
            commands.open_post(
                request.scope,
                queries.unit_by_code(request.scope, kept["unit"]),
                title=kept["title"],
                role=kept["role"],
                agency=agency,
                channel=kept["channel"],
                is_here_only=kept["is_here_only"],
                seats=kept["seats"],
            )
        except DomainError as refusal:
            put(form, refusal)
        else:
            messages.success(request, _("The post is made."))
            return redirect("orgs:agency", pk)
    facts = {
        "form": form,
        "agency": agency,
        "units": units(request),
        "chosen": form["unit"].value() or agency.unit.code,
    }
    return render(request, "orgs/post_add.html", facts, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def appoint(request: DeskRequest, pk: int) -> HttpResponse:
    """Let somebody hold a post."""
    post = queries.post_by_id(request.scope, pk)
    form = AppointForm(request.POST or None)
    now = clock.now()
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        user = accounting.by_username(kept["username"])
        if user is None or not request.scope.can("accounts.administer", user.scope_path):
            form.add_error("username", _("Nobody with this user name works here."))
        else:
            try:
                commands.appoint(
                    request.scope,
                    post,
                    user=user,
                    start_at=midnight(kept["start_on"]),
                    end_at=after(kept["end_on"]),
                    reason=kept["reason"],
                    now=now,
                )
            except DomainError as refusal:
                put(form, refusal)
            else:
                messages.success(request, _("The person holds the post."))
                return _back(post)
    held = queries.incumbents([post], at=now)[post.pk]
    facts = {
        "form": form,
        "post": post,
        "holders": [(grant, telling.period(grant)) for grant in held],
        "colleagues": queries.colleagues([post.unit.path], but=0, at=now),
    }
    return render(request, "orgs/appoint.html", facts, status=422 if form.errors else 200)


@require_POST
def close(request: DeskRequest, pk: int) -> HttpResponse:
    """Close a post; whoever holds it is relieved."""
    post = queries.post_by_id(request.scope, pk)
    commands.close_post(request.scope, post, now=clock.now())
    messages.success(request, _("The post is closed; whoever held it is relieved."))
    return _back(post)


def _back(post: Post) -> HttpResponse:
    return redirect("orgs:agencies") if post.agency_id is None else redirect("orgs:agency", post.agency_id)
