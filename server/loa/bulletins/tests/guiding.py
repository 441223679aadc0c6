"""Guidance, as tests of this room and of those above need it."""

from datetime import date

from loa.bulletins import commands, queries
from loa.bulletins.tests.making import NOW

DUE = date(2026, 11, 30)


def make_guidance(world, *units, scope=None, unit=None, due_on=DUE, now=NOW, **about):
    """Publish guidance of the province for these units, or for the commune."""
    return commands.publish_guidance(
        scope or world.province_editor, unit or world.province, units=units or [world.commune], due_on=due_on, now=now,
        **{"title": "Tháng an toàn giao thông", "text": "Mỗi xã phát ba tin về đội mũ bảo hiểm."} | about,
    )  # fmt: skip


def addressee_at(world, guidance, unit=None):
    """Return a unit's side of guidance, as it stands."""
    place = unit or world.commune
    return next(one for one in queries.addressees(world.system, [guidance.pk]) if one.unit_id == place.pk)
