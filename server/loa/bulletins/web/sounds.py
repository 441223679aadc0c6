"""How the form's words or file become a kept clip."""

import uuid
from pathlib import Path

from django.core.files.uploadedfile import TemporaryUploadedFile

from loa.bulletins import rules
from loa.bulletins.refusals import TooLongToSpeak
from loa.bulletins.web.forms import BulletinForm
from loa.kernel.errors import DomainError
from loa.kernel.scope import Scope
from loa.media import commands as keeping
from loa.media import intake
from loa.media.rules import PreparedClip
from loa.orgs.models import Unit


def prepared(scope: Scope, unit: Unit, form: BulletinForm) -> PreparedClip | None:
    """Return new sound for the form; None when the clip it has may stay. Takes seconds.

    Raises refusals of media, and `TooLongToSpeak` before anything is begun. A refused recording is put on record.
    """
    if form.is_spoken:
        text = form.cleaned_data["text"]
        if len(text) > rules.SPOKEN_LONGEST:
            raise TooLongToSpeak(longest=rules.SPOKEN_LONGEST)
        return form.sound_of(text, unit=unit)
    if isinstance(form.upload, TemporaryUploadedFile):
        try:
            return intake.from_upload(Path(form.upload.temporary_file_path()))
        except DomainError as refusal:
            keeping.turn_away_sound(
                scope, unit, refusal=refusal, name=form.upload.name or "", size_bytes=form.upload.size or 0
            )
            raise
    return None


def kept(scope: Scope, unit: Unit, *, sound: PreparedClip | None, former: uuid.UUID | None) -> uuid.UUID | None:
    """Return the id of the clip that belongs to the bulletin now."""
    if sound is None:
        return former
    return keeping.keep(scope, unit, prepared=sound).pk
