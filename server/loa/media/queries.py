"""Reads of the room."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from loa.kernel.errors import NotFound
from loa.kernel.scope import Scope
from loa.kernel.scoped import ScopedQuerySet
from loa.media.models import Clip
from loa.media.rules import ClipFacts


def visible(scope: Scope) -> ScopedQuerySet[Clip]:
    """Return the clips this scope may hear, newest first."""
    clips: ScopedQuerySet[Clip] = Clip.objects.within(scope, "media.view").order_by("-pk")
    return clips


def clip(scope: Scope, id: UUID) -> Clip:  # noqa: A002 - the name other rooms use
    """Return one clip. Raises `NotFound`."""
    found = visible(scope).filter(pk=id).first()
    if found is None:
        raise NotFound
    return found


def facts(ids: Iterable[UUID]) -> Mapping[UUID, ClipFacts]:
    """Return what other rooms need of these clips; the caller has checked that they may be shown."""
    clips = Clip.objects.unscoped("facts for rooms above, which hold the right to the clip").filter(pk__in=list(ids))
    return {
        clip.pk: ClipFacts(
            id=clip.pk,
            sha256=clip.sha256,
            size_bytes=clip.size_bytes,
            duration_ms=clip.duration_ms,
            level_dbfs=clip.level_dbfs,
            envelope=clip.envelope,
            voice=clip.voice,
        )
        for clip in clips
    }
