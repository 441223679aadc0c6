"""The row of a bulletin as it stands now, and its moves from state to state."""

from datetime import datetime

from loa.bulletins import rules
from loa.bulletins.models import Bulletin, Revision


def hold(bulletin: Bulletin) -> Bulletin:
    """Return the row as it stands now, locked until the transaction ends: two deciders come one after the other."""
    bulletins = Bulletin.objects.unscoped("the command checked the right").select_related("author")
    held: Bulletin = bulletins.select_for_update(of=("self",)).get(pk=bulletin.pk)
    return held


def current(held: Bulletin) -> Revision:
    """Return the wording that stands."""
    found: Revision = Revision.objects.unscoped("the command checked the right").get(pk=held.current_id)
    return found


def move(given: Bulletin, held: Bulletin, *, state: rules.State, current: Revision, title: str, now: datetime) -> None:
    """Store where the bulletin stands, and let the caller's object know."""
    for row in (held, given):
        row.state, row.current, row.title, row.changed_at = state, current, title, now
    held.save(update_fields=["state", "current", "title", "changed_at"])


def renew(given: Bulletin, held: Bulletin) -> None:
    """Count one more edition of the words, and let the caller's object know."""
    given.edition = held.edition = held.edition + 1
    held.save(update_fields=["edition"])
