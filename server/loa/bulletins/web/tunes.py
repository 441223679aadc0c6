"""The tunes of a unit: what sounds before, after and under its bulletins."""

import uuid
from pathlib import Path

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from loa.kernel import clock
from loa.kernel.errors import NotFound, Refusal
from loa.kernel.pages import DeskRequest, needs
from loa.media import commands as keeping
from loa.media import intake
from loa.media import queries as media
from loa.media.rules import TUNE_NAME_LONGEST, TuneUse
from loa.orgs import queries as orgs

USES = [
    (TuneUse.INTRO.value, _("Before the bulletin")),
    (TuneUse.OUTRO.value, _("After the bulletin")),
    (TuneUse.UNDER.value, _("Under the speech")),
]


class TuneForm(forms.Form):
    """A tune: whose it is, its name, its use, its sound."""

    unit = forms.ChoiceField(label=_("Unit"))
    name = forms.CharField(label=_("Name of the tune"), max_length=TUNE_NAME_LONGEST)
    use = forms.ChoiceField(label=_("Use"), choices=USES)
    sound = forms.FileField(
        label=_("Sound file"), widget=forms.ClearableFileInput(attrs={"accept": "audio/*,video/mp4,video/webm"})
    )


@require_http_methods(["GET", "POST"])
@needs("media.add")
def tunes(request: DeskRequest) -> HttpResponse:
    """Show the tunes in reach; add one."""
    units = {str(unit.pk): unit for unit in orgs.choices_for(request.scope, "media.add")}
    form = TuneForm(request.POST or None, request.FILES or None)
    form.fields["unit"].choices = [(key, unit.name) for key, unit in units.items()]  # type: ignore[attr-defined]  # a choice field
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and isinstance(form.cleaned_data["sound"], TemporaryUploadedFile):
            try:
                _add(request, form, units[form.cleaned_data["unit"]].pk)
            except Refusal as refusal:
                form.add_error("name" if "tune" in refusal.code else "sound", str(refusal))
            else:
                return redirect("bulletins:tunes")
    words = dict(USES)
    kept = [(tune, words[tune.use]) for tune in media.tunes(request.scope)]
    return render(request, "bulletins/tunes.html", {"form": form, "tunes": kept}, status=status)


@require_POST
@needs("media.add")
def end(request: DeskRequest, tune_id: uuid.UUID) -> HttpResponse:
    """Offer a tune no longer."""
    tune = media.tunes(request.scope).filter(pk=tune_id).first()
    if tune is None:
        raise NotFound
    keeping.end_tune(request.scope, tune, now=clock.now())
    return redirect("bulletins:tunes")


def _add(request: DeskRequest, form: TuneForm, unit_id: int) -> None:
    unit = orgs.choices_for(request.scope, "media.add").get(pk=unit_id)
    upload = form.cleaned_data["sound"]
    prepared = intake.from_upload(Path(upload.temporary_file_path()))
    clip = keeping.keep(request.scope, unit, prepared=prepared)
    keeping.add_tune(
        request.scope, unit, clip=clip, name=form.cleaned_data["name"], use=TuneUse(form.cleaned_data["use"]),
        now=clock.now(),
    )  # fmt: skip
