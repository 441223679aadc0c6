"""Who else has a bulletin open: a courtesy among editors, no lock and no record."""

import uuid
from datetime import datetime, timedelta

from loa.bulletins.models import Bulletin, Editing

RECENT = timedelta(minutes=3)
"""How long somebody who was seen counts as there; an open form tells at least once a minute."""

_WHY = "the page has asked for the right to the bulletin"


def seen(bulletin: Bulletin, *, user_id: int, now: datetime) -> None:
    """Note that a person has the bulletin's form open, and forget whoever has long been away from it."""
    Editing.objects.unscoped(_WHY).filter(bulletin=bulletin, seen_at__lt=now - RECENT).delete()
    Editing.objects.unscoped(_WHY).update_or_create(bulletin=bulletin, user_id=user_id, defaults={"seen_at": now})


def others(bulletin_id: uuid.UUID, *, user_id: int, now: datetime) -> list[str]:
    """Return the names of the others who have it open, the latest first."""
    found = Editing.objects.unscoped(_WHY).filter(bulletin_id=bulletin_id, seen_at__gte=now - RECENT)
    there = found.exclude(user_id=user_id).order_by("-seen_at", "pk")
    return list(there.values_list("user__full_name", flat=True))
