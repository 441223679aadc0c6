"""What a bulletin says on each channel."""

import uuid
from collections.abc import Mapping

from loa.bulletins import rendering
from loa.bulletins.models import Bulletin, Revision
from loa.bulletins.rendering import Shown
from loa.bulletins.rules.renditions import CHANNELS, Form, Words
from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.orgs.rules import Channel


def renditions(scope: Scope, bulletin: Bulletin) -> Mapping[Form, Shown]:
    """Return every form of a bulletin's present wording; `NotFound` when it is outside the scope."""
    found: Revision | None = (
        Revision.objects.within(scope, "bulletins.view")
        .filter(pk=bulletin.current_id, bulletin=bulletin)
        .select_related("bulletin__unit")
        .first()
    )
    if found is None:
        raise NotFound
    return rendering.shown(found)


def rendition(revision_id: uuid.UUID, channel: Channel) -> tuple[Words, ...]:
    """Return what a wording says on a channel, as it stands; `NotFound` when there is no such wording.

    A board has a slide and a ticker; every other channel has one form.
    """
    found: Revision | None = (
        Revision.objects.unscoped("asked by rooms above, which check the scope")
        .select_related("bulletin__unit")
        .filter(pk=revision_id)
        .first()
    )
    if found is None:
        raise NotFound
    shown = rendering.shown(found)
    return tuple(shown[form].words for form, channels in CHANNELS.items() if channel in channels)
