"""Photos that belong to a device or to a fault: taken in, and shown to whoever may see that."""

import uuid
from pathlib import Path
from typing import Any  # Any: a streaming answer is no HttpResponse to the stubs

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import FileResponse

from loa.devices import refusals
from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.media import intake, releasing
from loa.media import queries as media
from loa.media.rules import CONTENT_TYPES, Kind, PreparedDocument

PICTURES = {Kind.JPEG, Kind.PNG, Kind.WEBP}


def shown(document_id: uuid.UUID) -> Any:
    """Return a photo that belongs to something the person may see: looked at once more, typed by our record alone."""
    picture = media.document(scopes.system("devices"), document_id)
    answer = FileResponse(releasing.release(picture, now=clock.now()))
    answer["Content-Type"] = CONTENT_TYPES[Kind(picture.kind)]
    answer["Content-Disposition"] = "inline"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    return answer


def picture(upload: TemporaryUploadedFile | None) -> PreparedDocument | None:
    """Return an uploaded photo, checked and made anew; raises what `intake` raises, and `NoPicture`."""
    if upload is None:
        return None
    prepared = intake.document_from_upload(Path(upload.temporary_file_path()), name=upload.name or "")
    if prepared.kind not in PICTURES:
        raise refusals.NoPicture
    return prepared
