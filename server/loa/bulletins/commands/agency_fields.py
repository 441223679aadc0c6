"""Saying in which fields an agency supplies words."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection

from loa.bulletins import filing
from loa.bulletins.models import AgencyField
from loa.bulletins.refusals import CategoryUnknown, PersonNeeded
from loa.kernel.command import command, note
from loa.kernel.errors import WrongState
from loa.kernel.scope import ActorKind, Scope
from loa.orgs.models import Agency


@command("bulletins.administer")
def set_agency_fields(scope: Scope, agency: Agency, /, *, categories: Collection[str], now: datetime) -> None:
    """Let an agency supply in these fields and those below them only; in every field when none is named.

    What it offered before stays. `CategoryUnknown` for a field not in use today, `WrongState` for a closed agency.
    """
    if scope.actor.kind is not ActorKind.PERSON or not scope.actor.id.isdecimal():
        raise PersonNeeded
    if agency.closed_on is not None:
        raise WrongState
    wanted = sorted(set(categories))
    if not all(filing.is_in_use(code, now=now) for code in wanted):
        raise CategoryUnknown
    _serialize(agency)
    kept = AgencyField.objects.unscoped("the command checked the right").filter(agency=agency)
    kept.exclude(category__in=wanted).delete()
    there = set(kept.values_list("category_id", flat=True))
    AgencyField.objects.unscoped("the command checked the right").bulk_create(
        AgencyField(agency=agency, category_id=code, set_by_id=int(scope.actor.id), set_at=now)
        for code in wanted
        if code not in there
    )
    note(fields=wanted)


def _serialize(agency: Agency) -> None:
    """Let two who set the fields of one agency do so one after the other, so that what one of them chose stands."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"agency fields:{agency.pk}"])
