"""Checks that what is kept is what was kept: the record's chain, the media's digests, the evidence's sense."""

from collections.abc import Mapping

from django.db import connection

from loa.audit import queries as audit
from loa.box.saying import step, translated
from loa.media import store

_SENSE: Mapping[str, str] = {
    translated("plays on devices the airing was not meant for"): """
        SELECT count(*) FROM devices_event AS event
         WHERE event.outcome IN ('played', 'partial') AND event.airing_id IS NOT NULL
           AND NOT EXISTS (SELECT FROM dispatch_target AS target
                            WHERE target.airing_id = event.airing_id AND target.device_id = event.device_id)""",
    translated("plays of another clip than the airing's"): """
        SELECT count(*) FROM devices_event AS event JOIN dispatch_airing AS airing ON airing.id = event.airing_id
         WHERE event.outcome IN ('played', 'partial') AND event.clip <> airing.clip_sha256""",
    translated("plays that end before they begin"): """
        SELECT count(*) FROM devices_event WHERE ended_at < started_at""",
    translated("airings played twice on one device"): """
        SELECT count(*) FROM (SELECT FROM devices_event WHERE outcome = 'played' AND airing_id IS NOT NULL
                               GROUP BY device_id, airing_id HAVING count(*) > 1) AS doubled""",
}


def run() -> bool:
    """Check everything and say each result; True when all is well."""
    return all([_record(), _media(), _evidence()])


def _record() -> bool:
    broken = audit.first_break()
    if broken is None:
        step("The record's chain is whole")
        return True
    step("The record's chain is broken at entry %(number)s", number=broken.pk)
    return False


def _media() -> bool:
    checked = list(store.verify())
    bad = [one for one in checked if one.fault]
    for one in bad:
        step("The file %(name)s is not what its name says (%(fault)s)", name=one.sha256, fault=one.fault)
    if not bad:
        step("%(count)s media files fit their digests", count=len(checked))
    return not bad


def _evidence() -> bool:
    well = True
    for what, query in _SENSE.items():
        with connection.cursor() as cursor:
            cursor.execute(query)
            (count,) = cursor.fetchone()
        if count:
            step("The evidence is odd: %(count)s %(what)s", count=count, what=what)
            well = False
    if well:
        step("The evidence makes sense")
    return well
