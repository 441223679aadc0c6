"""The page on which a signed release of the agent is taken in."""

import shutil
from http import HTTPStatus
from pathlib import Path

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from loa.devices import commands
from loa.devices.models import Release
from loa.devices.web.release_take_form import TakeForm
from loa.kernel import clock
from loa.kernel.command import demand_fresh
from loa.kernel.errors import Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.media import intake, store
from loa.orgs import queries as orgs
from loa.orgs.models import Unit
from loa_protocol import release

RIGHT = "devices.update"
_LIMIT_MB = release.PACKAGE_MAX_BYTES // (1024 * 1024)
FIELD_OF = {"forged_release": "statement", "release_not_in_time": "statement"}


@require_http_methods(["GET", "POST"])
@needs(RIGHT)
def take(request: DeskRequest) -> HttpResponse:
    """Take in a release: searched, verified as a device does, then kept until another person confirms it.

    Whoever opens the page shows a second factor first: files cannot be kept while they do so later.
    """
    demand_fresh(request.scope)
    units = list(orgs.choices_for(request.scope, RIGHT))
    if request.method == "GET":
        return _page(request, TakeForm(units=units), status=HTTPStatus.OK)
    form = TakeForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    package, statement, unit = form.cleaned_data["package"], form.cleaned_data["statement"], form.chosen_unit
    try:
        taken = _taken(request, unit, package, statement)
    except Refusal as refusal:
        if not refusal.is_on_record:
            commands.turn_away_release(
                request.scope, unit, refusal=refusal, name=str(package.name or ""), size_bytes=int(package.size or 0)
            )
        form.add_error(FIELD_OF.get(refusal.code, "package"), str(refusal))
        return _page(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("It is taken in. Another person compares the digest and confirms it."))
    return redirect("devices:release", taken.pk)


def _taken(
    request: DeskRequest, unit: Unit, package: TemporaryUploadedFile, statement: TemporaryUploadedFile
) -> Release:
    sent = Path(package.temporary_file_path())
    intake.look_over(sent, most_bytes=release.PACKAGE_MAX_BYTES)
    with store.workplace() as folder:
        copy = Path(shutil.copyfile(sent, folder / "package.zip"))
        return commands.take_in(request.scope, unit, statement=statement.read(), package=copy, now=clock.now())


def _page(request: DeskRequest, form: TakeForm, *, status: HTTPStatus) -> HttpResponse:
    facts = {
        "form": form,
        "units": list(form.units.values()),
        "chosen": form.data.get("unit", ""),
        "package_help": _("“package.zip” as “loa release make” wrote it, at most %(limit)s MB.") % {"limit": _LIMIT_MB},
    }
    return render(request, "devices/release_take.html", facts, status=status)
