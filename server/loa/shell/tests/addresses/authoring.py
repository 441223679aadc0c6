"""Addresses of writing: saving by itself, templates, copies and versions."""

from loa.bulletins import commands
from loa.bulletins.rules import Kind
from loa.bulletins.tests.making import make_bulletin
from loa.bulletins.tests.test_announcing import announced
from loa.kernel import clock
from loa.orgs.rules import Role
from loa.shell.tests.addresses.kinds import Desk


def bulletin(world):
    return {"bulletin_id": make_bulletin(world).pk}


def announcement(world):
    return {"bulletin_id": announced(world).pk}


def template(world):
    return {
        "template_id": commands.add_template(
            world.officer, world.commune, kind=Kind.NOTICE, name="Mẫu", title="Tin", text="Mời {ai}.", now=clock.now()
        ).pk
    }


def own_code(world):
    return {"code": str(template(world)["template_id"])}


def field(_world):
    return {"code": "local.health"}


WORDS = {"title": "Lịch cấp nước", "text": "Sáng mai có nước."}
_WRITER = {"needs": "bulletins.write", "role": Role.OFFICER, "lacking": Role.LEADER}

_ADMINISTRATOR = {"needs": "bulletins.administer", "role": Role.ADMINISTRATOR, "lacking": Role.OFFICER}

ENTRIES = {
    "bulletins:autosave_new": Desk(**_WRITER, has_object=False, method="post", data=WORDS),
    "bulletins:autosave": Desk(**_WRITER, make=bulletin, method="post", data=WORDS),
    "bulletins:categories": Desk(**_ADMINISTRATOR, has_object=False),
    "bulletins:category": Desk(**_ADMINISTRATOR, make=field, has_object=False),
    "bulletins:category_end": Desk(**_ADMINISTRATOR, make=field, has_object=False, method="post"),
    "bulletins:templates": Desk(**_WRITER, has_object=False),
    "bulletins:template_add": Desk(**_WRITER, has_object=False),
    "bulletins:template_change": Desk(**_WRITER, make=template),
    "bulletins:template_end": Desk(**_WRITER, make=template, method="post"),
    "bulletins:fill": Desk(**_WRITER, make=own_code),
    "bulletins:fill_again": Desk(**_WRITER, make=announcement),
    "bulletins:duplicate": Desk(**_WRITER, make=bulletin, method="post"),
    "bulletins:version": Desk(**_WRITER, make=bulletin, method="post", data={"language": "mtq"}),
}
