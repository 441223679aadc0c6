import json
import os

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction

from loa.audit.models import Entry
from loa.kernel import clock
from loa.kernel.errors import Denied, NotFound
from loa.media import commands, keeping_voices, queries, refusals, speech, store
from loa.media.models import AddedVoice, UsualVoice
from loa.media.rules import Region
from loa.media.tests import sounds, tones
from loa.media.voices import adding
from loa.orgs.ports import Move

pytestmark = pytest.mark.django_db

TEXT = "Mời bà con họp thôn. Xin cảm ơn."
ABOUT = {"region": Region.NORTH, "gender": "female", "license": "CC0", "card": "Chỉ có tiếng bíp."}


@pytest.fixture
def files(tmp_path):
    return tones.write(tmp_path)


@pytest.fixture
def prepared(files):
    return adding.prepare(files[0], files[1], sha256=files[2])


def add(scope, unit, prepared, *, label="Giọng thử"):
    return commands.add_voice(scope, unit, prepared=prepared, label=label, now=clock.now(), **ABOUT)


def pitch_hz(sound, rate_hz=48_000):
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return np.argmax(spectrum) * rate_hz / len(sound)


def test_an_added_voice_reads_a_bulletin_through_the_real_runtime(world, prepared):
    voice = add(world.administrator, world.province, prepared)

    clip = speech.speak(TEXT, voice=voice.voice_id)

    sound = sounds.read(store.path(clip.sha256))
    assert (clip.voice, clip.source) == (voice.voice_id, "speech")
    assert sounds.loudness_lufs(sound) == pytest.approx(-16, abs=1)
    assert 150 <= pitch_hz(sound) <= 160 + 9 * tones.SYMBOLS
    kept = commands.keep(world.officer, world.commune, prepared=clip)
    assert kept.voice == voice.voice_id


def test_an_added_voice_reads_slower_when_asked(world, prepared):
    voice = add(world.administrator, world.province, prepared).voice_id

    calm, slow = speech.speak(TEXT, voice=voice), speech.speak(TEXT, voice=voice, speed=0.7)

    assert slow.duration_ms > calm.duration_ms * 1.2


def test_what_was_added_is_on_record_with_its_digests(world, prepared, files):
    voice = add(world.administrator, world.province, prepared)

    entry = Entry.objects.get(action="media.add_voice")
    assert (entry.result, entry.detail["sha256"]) == ("done", files[2])
    assert entry.detail["config_sha256"] == prepared.config_sha256
    assert voice.added_by == world.administrator_user
    assert store.has(files[2], shelf=store.VOICES)
    assert [one for one in store.verify() if one.fault] == []


@pytest.mark.parametrize("digest", ["", "abc", "z" * 64, "../../etc/passwd"])
def test_without_a_digest_nothing_is_looked_at(files, digest):
    with pytest.raises(refusals.DigestNeeded):
        adding.prepare(files[0], files[1], sha256=digest)


def test_a_file_of_another_digest_is_refused_and_both_digests_are_told(files):
    with pytest.raises(refusals.WrongDigest, match=files[2]) as refusal:
        adding.prepare(files[0], files[1], sha256="ab" * 32)

    assert refusal.value.facts["wanted"] == "ab" * 32
    assert not store.has(files[2], shelf=store.VOICES)


def _silent():
    return {"model": tones.network(amplitude=0.0)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": b"MZ\x90 no network"},
        {"model": b""},
        {"model": tones.network(extra_input=True)},
        {"model": tones.network(external="../../../../etc/passwd")},
        {"told": "[]"},
        {"told": "{"},
        {"told": "[" * 50_000},
        {"told": tones.description(phoneme_type="thai")},
        {"told": tones.description(audio={"sample_rate": 0})},
        {"told": tones.description(phoneme_id_map={"a": [10**6]})},
        {"told": tones.description(espeak={"voice": "../../../etc"})},
        _silent(),
    ],
    ids=lambda wrong: f"{next(iter(wrong))} {str(next(iter(wrong.values())))[:24]!r}",
)
def test_files_that_are_no_voice_are_refused_and_leave_nothing(tmp_path, wrong):
    model, config, digest = tones.write(tmp_path, **wrong)

    with pytest.raises(refusals.BadVoice):
        adding.prepare(model, config, sha256=digest)

    assert list(store.verify()) == []


def test_a_voice_that_is_too_large_is_refused(files, monkeypatch):
    monkeypatch.setattr(adding, "MODEL_MOST_BYTES", 1000)

    with pytest.raises(refusals.VoiceTooLarge):
        adding.prepare(files[0], files[1], sha256=files[2])


def test_only_an_administrator_adds_and_only_in_their_own_province(world, prepared):
    with pytest.raises(Denied):
        add(world.officer, world.commune, prepared)
    with pytest.raises(NotFound):
        add(world.administrator, world.outsider_commune, prepared)

    assert not AddedVoice.objects.unscoped("test").exists()


def test_a_voice_is_for_its_unit_and_those_below(world, prepared):
    voice = add(world.administrator, world.commune, prepared)

    def may_use(unit):
        return voice.voice_id in {one.id for one in speech.voices(path=unit.path)}

    assert may_use(world.commune)
    assert may_use(world.hamlet)
    assert not may_use(world.province)
    assert not may_use(world.other_commune)
    assert not may_use(world.outsider_commune)


def test_the_same_voice_is_added_once_on_the_way_up(world, prepared):
    add(world.administrator, world.province, prepared)

    with pytest.raises(refusals.VoiceIsHere):
        add(world.administrator, world.commune, prepared)


@pytest.mark.parametrize("label", ["", "  \n ", "x" * 61])
def test_a_voice_needs_a_name(world, prepared, label):
    with pytest.raises(refusals.NoLabel):
        add(world.administrator, world.province, prepared, label=label)


def test_a_voice_never_changes_also_by_plain_sql(world, prepared):
    add(world.administrator, world.province, prepared)

    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE media_voice SET sha256 = repeat('a', 64)")


def test_a_removed_voice_reads_no_more_and_what_it_read_stays(world, prepared):
    voice = add(world.administrator, world.province, prepared)
    clip = speech.speak(TEXT, voice=voice.voice_id)

    commands.remove_voice(world.administrator, queries.added_voice(world.administrator, voice.pk))

    with pytest.raises(refusals.UnknownVoice):
        speech.speak(TEXT, voice=clip.voice)
    assert store.has(clip.sha256)


def test_sweeping_spares_voices_in_use_and_files_just_stored(world, prepared, files):
    add(world.administrator, world.province, prepared)
    kept, lost = store.path(files[2], shelf=store.VOICES), store.path("ab" * 32, shelf=store.VOICES)
    lost.parent.mkdir(parents=True)
    lost.write_bytes(b"x")

    assert adding.sweep() == 0
    for file in (kept, lost):
        os.utime(file, (1, 1))
    assert adding.sweep() == 1
    assert kept.exists()
    assert not lost.exists()


def test_a_unit_reads_with_its_own_choice_else_with_that_of_the_nearest_above(world, prepared):
    voice = add(world.administrator, world.province, prepared).voice_id
    commands.prefer_voice(world.administrator, world.province, voice=voice, pace="slow")
    commands.prefer_voice(world.officer, world.commune, voice="espeak:vi-vn-x-south", pace="medium")

    assert queries.usual_voice(world.hamlet.path).voice == "espeak:vi-vn-x-south"
    assert queries.usual_voice(world.other_commune.path).voice == voice
    assert queries.usual_voice(world.other_commune.path).pace == "slow"
    assert queries.usual_voice(world.outsider_commune.path) is None


@pytest.mark.parametrize(("voice", "pace"), [("espeak:xx", "slow"), ("espeak:vi", "hasty"), ("", "slow")])
def test_a_voice_or_pace_that_is_none_cannot_be_usual(world, voice, pace):
    with pytest.raises(refusals.UnknownVoice):
        commands.prefer_voice(world.officer, world.commune, voice=voice, pace=pace)


def test_the_usual_voice_is_chosen_by_who_writes_there(world):
    with pytest.raises(Denied):
        commands.prefer_voice(world.leader, world.commune, voice="espeak:vi", pace="slow")
    with pytest.raises(NotFound):
        commands.prefer_voice(world.other_officer, world.commune, voice="espeak:vi", pace="slow")


def test_voices_go_along_when_units_merge_and_come_back(world, prepared):
    voice = add(world.administrator, world.commune, prepared)
    commands.prefer_voice(world.officer, world.commune, voice=voice.voice_id, pace="fast")
    commands.prefer_voice(world.other_officer, world.other_commune, voice="espeak:vi", pace="slow")
    keeper, moves = keeping_voices.VoiceKeeper(), [Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)]

    assert keeper.holdings([world.commune.pk]) == {world.commune.pk: 1}
    moved = keeper.hand_over(moves, now=clock.now())

    assert [one.thing for one in moved] == [f"voice:{voice.pk}"]
    assert voice.voice_id in {one.id for one in speech.voices(path=world.other_commune.path)}
    assert UsualVoice.objects.unscoped("test").get(unit=world.other_commune).pace == "slow"
    assert keeper.take_back(moved, now=clock.now()) == 1
    assert AddedVoice.objects.unscoped("test").get().unit == world.commune


def test_a_usual_voice_goes_to_an_heir_that_has_none(world):
    commands.prefer_voice(world.officer, world.commune, voice="espeak:vi", pace="fast")
    moves = [Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)]
    keeper = keeping_voices.VoiceKeeper()

    moved = keeper.hand_over(moves, now=clock.now())

    assert queries.usual_voice(world.other_commune.path).pace == "fast"
    assert keeper.take_back(moved, now=clock.now()) == 1
    assert queries.usual_voice(world.other_commune.path) is None


def test_another_file_under_the_same_name_is_another_voice(world, prepared, tmp_path):
    first = add(world.administrator, world.province, prepared)
    folder = tmp_path / "second"
    folder.mkdir()
    model, config, digest = tones.write(folder, model=tones.network(amplitude=0.2))
    second = add(world.administrator, world.province, adding.prepare(model, config, sha256=digest))

    clips = [speech.speak(TEXT, voice=voice.voice_id) for voice in (first, second)]

    assert first.voice_id != second.voice_id
    assert clips[0].sha256 != clips[1].sha256


def test_what_the_card_says_is_told_with_the_voice(world, prepared):
    add(world.administrator, world.province, prepared)

    (voice,) = [one for one in speech.voices(path=world.commune.path) if one.engine == "piper"]

    assert ABOUT["card"] in voice.note
    assert (voice.region, voice.gender, voice.license) == (Region.NORTH, "female", "CC0")


def test_a_description_is_kept_as_it_was_sent(prepared, files):
    kept = store.path(prepared.config_sha256, shelf=store.VOICES).read_text(encoding="utf-8")

    assert json.loads(kept) == json.loads(files[1].read_text(encoding="utf-8"))
    assert (prepared.dataset, prepared.language, prepared.quality) == ("tones", "vi_VN", "x_low")
