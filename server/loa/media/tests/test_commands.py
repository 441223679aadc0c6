from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from loa.audit.models import Entry
from loa.kernel.errors import Denied, NotFound
from loa.kernel.scope import Actor, ActorKind, Scope
from loa.media import commands, queries
from loa.media.models import Clip
from loa.media.rules import PreparedClip
from loa.orgs.models import Unit

pytestmark = pytest.mark.django_db

PREPARED = PreparedClip(
    sha256="ab" * 32,
    size_bytes=20_000,
    duration_ms=5_000,
    loudness_lufs=-16.2,
    true_peak_dbtp=-1.9,
    level_dbfs=-17.5,
    envelope=[50] * 120,
    voice="espeak:vi",
    source="speech",
)


def scope(*paths, permissions=("media.view", "media.add")):
    return Scope(actor=Actor(kind=ActorKind.PERSON, id="1"), grants={code: frozenset(paths) for code in permissions})


@pytest.fixture
def communes():
    top = Unit.objects.create(code="26", name="Vĩnh Phúc", folded_name="vinh phuc", level="province", path="26")
    return [
        Unit.objects.create(code=code, name=code, folded_name=code, level="commune", parent=top, path=f"26/{code}")
        for code in ("08707", "08710")
    ]


def test_an_officer_keeps_a_clip_for_the_own_commune_and_it_is_on_record(communes):
    clip = commands.keep(scope("26/08707"), communes[0], prepared=PREPARED)

    assert queries.clip(scope("26/08707"), clip.pk).sha256 == PREPARED.sha256
    entry = Entry.objects.get(action="media.keep")
    assert entry.result == "done"
    assert entry.detail["clip"] == str(clip.pk)


def test_another_commune_is_as_if_it_were_not_there(communes):
    with pytest.raises(NotFound):
        commands.keep(scope("26/08707"), communes[1], prepared=PREPARED)

    assert not Clip.objects.unscoped("test").exists()


def test_who_may_only_hear_may_not_add(communes):
    with pytest.raises(Denied):
        commands.keep(scope("26/08707", permissions=("media.view",)), communes[0], prepared=PREPARED)


def test_a_clip_of_another_commune_is_not_found_and_the_province_sees_both(communes):
    officer, province = scope("26/08707"), scope("26")
    mine, other = (commands.keep(province, commune, prepared=PREPARED) for commune in communes)

    assert queries.clip(officer, mine.pk) == mine
    with pytest.raises(NotFound):
        queries.clip(officer, other.pk)
    assert list(queries.visible(province)) == [other, mine]


def test_facts_are_told_for_the_ids_that_exist(communes):
    clip = commands.keep(scope("26"), communes[0], prepared=PREPARED)

    facts = queries.facts([clip.pk, uuid4()])

    assert list(facts) == [clip.pk]
    assert facts[clip.pk].duration_ms == 5_000
    assert facts[clip.pk].envelope == [50] * 120


@pytest.mark.parametrize(
    "wrong",
    [
        {"sha256": "AB" * 32},
        {"duration_ms": 0},
        {"duration_ms": 1_800_001},
        {"loudness_lufs": -12.0},
        {"true_peak_dbtp": -1.0},
        {"source": "upload"},
        {"voice": ""},
    ],
)
def test_the_database_itself_refuses_a_clip_that_cannot_be(communes, wrong):
    with pytest.raises(IntegrityError):
        commands.keep(scope("26"), communes[0], prepared=replace(PREPARED, **wrong))


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE media_clip SET sha256 = repeat('c', 64)",
        "UPDATE media_clip SET unit_id = unit_id",
        "UPDATE media_clip SET envelope = '[]', duration_ms = 1",
        "DELETE FROM media_clip",
        "TRUNCATE media_clip CASCADE",
        "TRUNCATE orgs_unit CASCADE",
        "INSERT INTO media_clip SELECT * FROM media_clip ON CONFLICT (id) DO UPDATE SET voice = 'x'",
    ],
)
def test_a_clip_refuses_every_change_in_plain_sql(communes, attack):
    clip = commands.keep(scope("26/08707"), communes[0], prepared=PREPARED)

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match=r"append-only|never emptied"), transaction.atomic():
            cursor.execute(attack)

    assert Clip.objects.unscoped("test").get().sha256 == clip.sha256


def test_clips_are_still_added_beside_those_that_stand(communes):
    for sha256 in ("ab" * 32, "cd" * 32):
        commands.keep(scope("26/08707"), communes[0], prepared=replace(PREPARED, sha256=sha256))

    assert Clip.objects.unscoped("test").count() == 2
