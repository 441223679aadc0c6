"""A form that met a refusal for want of a fresh factor: kept aside, and sent again by the person after confirming."""

import json
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from loa.accounts.ceremonies import Kind
from loa.accounts.models import Ceremony
from loa.accounts.web import entering

FORM_MOST_BYTES = 65_536
FIELDS_MOST = 200
PLACE = "/desk/"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - a field's name
SECRET_NAMES = frozenset({"password", "old", "new", "again", "code", "answer", "secret"})


def lead_to_confirm(request: HttpRequest) -> HttpResponse:
    """Send somebody to confirm, and keep what they had sent: not files, not passwords, and not too much."""
    query = {}
    if request.method == "POST" and (fields := _fields(request)) is not None:
        kept = entering.begin(
            request,
            Kind.CARRY,
            user=request.user,  # type: ignore[arg-type]  # the gate let only people pass
            facts={"path": request.get_full_path(), "fields": fields},
        )
        query["carry"] = str(kept.pk)
    else:
        query["next"] = request.get_full_path() if request.method == "GET" else _page_before(request)
    address = f"{reverse('accounts:confirm')}?{urlencode(query)}"
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response.headers["HX-Redirect"] = address
        return response
    return HttpResponseRedirect(address)


def carried(ceremony: Ceremony) -> tuple[str, list[tuple[str, str]]]:
    """Return where a kept form goes and what it carries."""
    return str(ceremony.facts["path"]), [(str(name), str(value)) for name, value in ceremony.facts["fields"]]


def _fields(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Return the form's fields, or None when it cannot be kept."""
    hidden = getattr(request, "sensitive_post_parameters", ())
    names = set(request.POST)
    is_secret = hidden == "__ALL__" or names & (SECRET_NAMES | set(hidden))
    if is_secret or request.FILES or not request.get_full_path().startswith(PLACE):
        return None
    fields = [(name, value) for name in request.POST for value in request.POST.getlist(name) if name != TOKEN]
    if len(fields) > FIELDS_MOST or len(json.dumps(fields)) > FORM_MOST_BYTES:
        return None
    if any("\0" in name or "\0" in value for name, value in fields):
        return None
    return fields


def _page_before(request: HttpRequest) -> str:
    """Return the page a form stood on, where it is one of ours; else home."""
    referer = request.headers.get("Referer", "")
    own = f"{request.scheme}://{request.get_host()}"
    return referer.removeprefix(own) if referer.startswith(f"{own}{PLACE}") else PLACE
