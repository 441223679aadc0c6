import threading
from datetime import timedelta

import pytest
from django.db import connection

from loa.bulletins import commands, queries, refusals
from loa.bulletins.models import Bulletin
from loa.bulletins.rules import Facts, Kind
from loa.bulletins.tests.making import NOW, make_bulletin, make_clip, make_submitted
from loa.kernel.errors import Denied, NotFound

DAY = timedelta(days=1)


def again(world, bulletin, *, scope=None, now=NOW):
    return commands.duplicate(scope or world.officer, bulletin, author_id=world.officer_user.pk, now=now)


def versioned(world, bulletin, language="mtq", *, scope=None):
    return commands.write_version(
        scope or world.officer, bulletin, language=language, author_id=world.officer_user.pk, now=NOW
    )


def test_yesterdays_bulletin_is_a_new_draft_with_words_facts_and_sound(world):
    facts = Facts(kind=Kind.WATER_CUT, abstract="Nước.", valid_from=NOW - DAY, valid_until=NOW + DAY, is_must=True)
    clip = make_clip(world.commune)
    first = commands.write(
        world.officer, world.commune, title="Cắt nước", text="Hai giờ.", author_id=world.officer_user.pk,
        clip_id=clip.pk, voice="vi", facts=facts, now=NOW,
    )  # fmt: skip
    commands.submit(world.officer, first, now=NOW)

    made = again(world, first, now=NOW + 6 * DAY)

    current = made.current
    assert (made.pk != first.pk, made.state, current.number) == (True, "draft", 1)
    assert (current.title, current.text, current.clip_id, current.voice) == ("Cắt nước", "Hai giờ.", clip.pk, "vi")
    assert (current.kind, current.abstract, current.is_must) == ("water_cut", "Nước.", True)
    assert (current.valid_from, current.valid_until) == (NOW + 6 * DAY, NOW + 8 * DAY)
    assert commands.submit(world.officer, made, now=NOW + 6 * DAY).byline == "Trần Văn Cán"


def test_duplicate_refuses_the_wrong_unit_and_the_wrong_role_and_takes_any_state(world):
    bulletin = make_submitted(world)

    with pytest.raises(NotFound):
        again(world, bulletin, scope=world.other_officer)
    with pytest.raises(Denied):
        again(world, bulletin, scope=world.leader)
    commands.withdraw(world.officer, bulletin, now=NOW)
    assert again(world, bulletin).state == "draft"


def test_a_bulletin_is_told_in_other_languages(world):
    first = make_submitted(world)

    made = versioned(world, first)
    third = versioned(world, made, "tyz")

    assert (made.version_of_id, third.version_of_id) == (first.pk, first.pk)
    assert (made.current.language_id, made.current.clip_id) == ("mtq", None)
    assert list(queries.versions(world.officer, third)) == [first, made, third]
    assert list(queries.versions(world.other_officer, third)) == []


def test_one_version_stands_in_each_language(world):
    first = make_bulletin(world)
    made = versioned(world, first)

    with pytest.raises(refusals.VersionExists):
        versioned(world, first)
    with pytest.raises(refusals.VersionExists):
        versioned(world, made, "vi")
    with pytest.raises(refusals.LanguageUnknown):
        versioned(world, first, "zzz")
    commands.withdraw(world.officer, made, now=NOW)
    assert versioned(world, first).current.language_id == "mtq"


def test_a_version_is_refused_to_the_wrong_unit_and_the_wrong_role(world):
    first = make_bulletin(world)

    with pytest.raises(NotFound):
        versioned(world, first, scope=world.outsider)
    with pytest.raises(Denied):
        versioned(world, first, scope=world.leader)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_the_same_version_one_is_told(world):
    first, together, said = make_bulletin(world), threading.Barrier(2), []

    def begin():
        try:
            mine = Bulletin.objects.unscoped("test").select_related("unit", "author", "version_of").get(pk=first.pk)
            together.wait(10)
            versioned(world, mine)
            said.append("begun")
        except refusals.VersionExists:
            said.append("exists")
        finally:
            connection.close()

    threads = [threading.Thread(target=begin) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(said) == ["begun", "exists"]


def test_the_page_tells_versions_and_languages_left(world):
    first = make_bulletin(world)
    made = versioned(world, first)

    told = queries.about(world.officer, queries.get(world.officer, first.pk))

    assert (list(told.versions), told.language) == ([made], "Tiếng Việt")
    left = {one.pk for one in told.languages}
    assert "tyz" in left
    assert not left & {"vi", "mtq"}
