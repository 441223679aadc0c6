from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from django.db import DatabaseError, connection, transaction

from loa.kernel import clock
from loa.kernel import scope as scopes
from loa.kernel.errors import Denied, NotFound, WrongState
from loa.media import commands, editing, edits, intake, keeping_tunes, queries, refusals, store
from loa.media.edits import Edit, Part
from loa.media.rules import TuneUse
from loa.media.tests import sounds
from loa.orgs.ports import Move

pytestmark = pytest.mark.django_db
RATE = 48_000


def tone(hertz, seconds, amplitude=0.3):
    return (np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE) * amplitude).astype(np.float32)


@pytest.fixture
def kept(world, tmp_path):
    """Keep sound for a unit as an upload would; returns the clip."""

    def keep(sound, unit=None, voice=""):
        number = len(list(tmp_path.iterdir()))
        file = sounds.write(tmp_path / f"{number}.wav", sound, container="wav", codec="pcm_s16le")
        prepared = intake.from_upload(file)
        if voice:
            prepared = replace(prepared, voice=voice, source="speech")
        return commands.keep(scopes.system("test"), unit or world.commune, prepared=prepared)

    return keep


def pitch(sound):
    """The strongest frequency of a piece of sound."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum) * RATE / len(sound))


def level_db(sound):
    return 20 * np.log10(np.sqrt(np.mean(sound**2)) + 1e-9)


def rendered(world, edit):
    prepared = editing.render(world.officer, edit, unit_path=world.commune.path)
    return prepared, sounds.read(store.path(prepared.sha256))


def test_parts_of_two_recordings_follow_each_other_as_the_list_says(world, kept):
    low, high = kept(tone(300, 4)), kept(tone(900, 4))
    edit = Edit(
        parts=[
            Part(sha256=high.sha256, from_ms=1_000, to_ms=2_000),
            Part(sha256=low.sha256, from_ms=500, to_ms=2_500),
            Part(sha256=high.sha256, from_ms=0, to_ms=500),
        ]
    )

    prepared, sound = rendered(world, edit)

    assert prepared.duration_ms == pytest.approx(3_500, abs=40)
    assert prepared.loudness_lufs == pytest.approx(-16, abs=1)
    assert prepared.true_peak_dbtp <= -1.5
    assert prepared.source == "edit"
    for at_s, hertz in ((0.5, 900), (1.5, 300), (2.8, 300), (3.25, 900)):
        assert pitch(sound[int((at_s - 0.1) * RATE) : int((at_s + 0.1) * RATE)]) == pytest.approx(hertz, abs=10)


def test_a_cut_through_a_wave_does_not_click(world, kept):
    clip = kept(tone(200, 4))
    edit = Edit(parts=[Part(sha256=clip.sha256, from_ms=1_001 + step, to_ms=1_504 + step) for step in (0, 37, 111)])

    _, sound = rendered(world, edit)

    steps = np.abs(np.diff(sound))
    assert np.max(steps) < 2.2 * 2 * np.pi * 200 / RATE * np.max(np.abs(sound))  # what the tone itself needs, twice


def test_a_pause_between_parts_is_as_long_as_asked(world, kept):
    clip = kept(tone(440, 3))
    edit = Edit(parts=[Part(sha256=clip.sha256, from_ms=500, to_ms=1_500)] * 2, gap_ms=700)

    prepared, sound = rendered(world, edit)

    quiet = np.flatnonzero(np.abs(sound[RATE // 2 : -RATE // 2]) < 1e-3)
    assert prepared.duration_ms == pytest.approx(2_700, abs=40)
    assert len(quiet) / RATE == pytest.approx(0.7, abs=0.05)


def test_a_gate_takes_the_noise_out_of_pauses_and_leaves_speech_alone(world, kept):
    speech = sounds.speechlike(10)
    noise = np.random.default_rng(3).standard_normal(len(speech)).astype(np.float32) * 0.004
    clip = kept(speech + noise)
    part = Part(sha256=clip.sha256, from_ms=0, to_ms=clip.duration_ms)

    _, open_ = rendered(world, Edit(parts=[part]))
    _, gated = rendered(world, Edit(parts=[replace(part, is_gated=True)]))

    count = min(len(open_), len(gated)) // 480 * 480
    windows = [sound[:count].reshape(-1, 480) for sound in (open_, gated)]
    levels = [10 * np.log10(np.mean(each**2, axis=1) + 1e-10) for each in windows]
    spoken = levels[0] > np.percentile(levels[0], 70)
    fell = (levels[0] - levels[1])[~spoken]
    assert abs(np.mean(levels[0][spoken]) - np.mean(levels[1][spoken])) < 0.5
    assert np.percentile(fell, 80) >= 15


def test_a_gate_leaves_sound_alone_that_has_no_pauses(world, kept):
    clip = kept(tone(440, 3))
    part = Part(sha256=clip.sha256, from_ms=0, to_ms=3_000)

    _, plain = rendered(world, Edit(parts=[part]))
    _, gated = rendered(world, Edit(parts=[replace(part, is_gated=True)]))

    assert np.array_equal(plain, gated)


def test_tunes_sound_before_and_after_and_a_background_steps_back_for_speech(world, kept):
    words, before, after, under = kept(tone(500, 4)), kept(tone(900, 1)), kept(tone(1_300, 1)), kept(tone(150, 2))
    edit = Edit(
        parts=[Part(sha256=words.sha256, from_ms=0, to_ms=4_000)],
        intro=before.sha256, outro=after.sha256, under=under.sha256, under_db=-18.0,
    )  # fmt: skip

    prepared, sound = rendered(world, edit)

    def heard(at_s, hertz):
        piece = sound[int(at_s * RATE) : int((at_s + 0.4) * RATE)]
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(len(piece))))
        return 20 * np.log10(spectrum[round(hertz * len(piece) / RATE)] + 1e-9)

    assert prepared.duration_ms == pytest.approx(1_000 + 1_500 + 4_000 + 2_000 + 1_000, abs=60)
    assert pitch(sound[int(0.3 * RATE) : int(0.7 * RATE)]) == pytest.approx(900, abs=10)
    assert pitch(sound[-int(0.7 * RATE) : -int(0.3 * RATE)]) == pytest.approx(1_300, abs=10)
    assert heard(4.0, 500) - heard(4.0, 150) == pytest.approx(18, abs=1.5)
    assert heard(2.0, 150) > heard(4.0, 150) + 5


def test_an_edit_is_kept_with_its_list_and_neither_changes(world, kept):
    clip = kept(tone(300, 3))
    edit = Edit(parts=(Part(sha256=clip.sha256, from_ms=0, to_ms=2_000),))
    prepared = editing.render(world.officer, edit, unit_path=world.commune.path)

    made = commands.keep_edit(world.officer, world.commune, prepared=prepared, edit=edit)

    assert queries.edit_of(made) == edit
    assert queries.edit_of(clip) is None
    for statement in ("UPDATE media_edit SET edit = 'x'", "DELETE FROM media_edit", "TRUNCATE media_edit"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_same_edit_gives_the_same_digest(world, kept):
    clip = kept(sounds.speechlike(3))
    edit = Edit(parts=[Part(sha256=clip.sha256, from_ms=200, to_ms=2_600, gain_db=-3.0)])

    first, second = (editing.render(world.officer, edit, unit_path=world.commune.path) for _ in range(2))

    assert first == second


def test_a_clip_of_another_commune_is_not_found(world, kept):
    theirs = kept(tone(300, 2), unit=world.other_commune)
    edit = Edit(parts=[Part(sha256=theirs.sha256, from_ms=0, to_ms=1_000)])

    with pytest.raises(NotFound):
        editing.render(world.officer, edit, unit_path=world.commune.path)
    with pytest.raises(NotFound):
        editing.render(world.officer, replace(edit, under="ab" * 32), unit_path=world.commune.path)


def test_an_edit_of_a_machine_voice_says_so(world, kept):
    person = kept(tone(300, 3))
    spoken = kept(tone(500, 3), voice="espeak:vi")
    parts = [Part(sha256=clip.sha256, from_ms=0, to_ms=1_000) for clip in (person, spoken)]

    def voice_of(parts):
        return editing.render(world.officer, Edit(parts=parts), unit_path=world.commune.path).voice

    assert voice_of(parts[:1]) == ""
    assert voice_of(parts) == "espeak:vi"


def parted(*, count=1, **facts):
    return Edit(parts=[Part(**{"sha256": "ab" * 32, "from_ms": 0, "to_ms": 1_000, **facts})] * count)


@pytest.mark.parametrize(
    ("edit", "refusal"),
    [
        (Edit(parts=[]), refusals.NothingLeft),
        (parted(count=201), refusals.TooManyParts),
        (parted(from_ms=-1), refusals.OutsideClip),
        (parted(to_ms=4_001), refusals.OutsideClip),
        (parted(from_ms=900, to_ms=900), refusals.OutsideClip),
        (parted(from_ms=900, to_ms=800), refusals.OutsideClip),
        (parted(to_ms=49), refusals.PartTooShort),
        (parted(gain_db=float("nan")), refusals.WrongLevel),
        (parted(gain_db=float("inf")), refusals.WrongLevel),
        (parted(gain_db=20.1), refusals.WrongLevel),
        (replace(parted(), gap_ms=-1), refusals.WrongLevel),
        (replace(parted(), gap_ms=5_001), refusals.WrongLevel),
        (replace(parted(), under="ab" * 32, under_db=float("nan")), refusals.WrongLevel),
        (replace(parted(), under="ab" * 32, under_db=0.0), refusals.WrongLevel),
        (replace(parted(count=200, to_ms=4_000), gap_ms=5_000, intro="ab" * 32, outro="ab" * 32), refusals.TooLong),
    ],
)
def test_an_edit_that_cannot_be_is_refused_before_anything_is_rendered(edit, refusal):
    with pytest.raises(refusal) as caught:
        edits.check(edit, lengths_ms={"ab" * 32: 4_000})

    assert str(caught.value)


def test_an_edit_survives_being_written_down(db):
    edit = Edit(parts=(Part(sha256="ab" * 32, from_ms=1, to_ms=900, gain_db=-1.5, is_gated=True),), intro="cd" * 32)

    assert edits.decode(edits.encode(edit)) == edit


def test_a_tune_of_the_province_serves_its_communes_and_no_other_province(world, kept):
    tune = commands.add_tune(
        world.system, world.province, clip=kept(tone(900, 1), unit=world.province), name=" Nhạc  hiệu ",
        use=TuneUse.INTRO, now=clock.now(),
    )  # fmt: skip
    words = kept(tone(300, 3))
    edit = Edit(parts=[Part(sha256=words.sha256, from_ms=0, to_ms=1_000)], intro=tune.clip.sha256)

    assert [found.name for found in queries.tunes_for(world.commune.path)] == ["Nhạc hiệu"]
    assert not queries.tunes_for("99").exists()
    assert editing.render(world.officer, edit, unit_path=world.commune.path).duration_ms > 1_500


def test_a_tune_is_named_once_and_ended_once(world, kept):
    clip, now = kept(tone(900, 1)), clock.now()
    tune = commands.add_tune(world.officer, world.commune, clip=clip, name="Mở đầu", use=TuneUse.INTRO, now=now)

    with pytest.raises(refusals.TuneExists):
        commands.add_tune(world.officer, world.commune, clip=clip, name="Mở đầu", use=TuneUse.INTRO, now=now)
    with pytest.raises(refusals.NoTuneName):
        commands.add_tune(world.officer, world.commune, clip=clip, name=" \x00 ", use=TuneUse.INTRO, now=now)
    with pytest.raises(Denied):
        commands.end_tune(world.leader, tune, now=now)
    with pytest.raises(NotFound):
        commands.end_tune(world.other_officer, tune, now=now)
    commands.end_tune(world.officer, tune, now=now + timedelta(days=1))
    with pytest.raises(WrongState):
        commands.end_tune(world.officer, tune, now=now + timedelta(days=2))
    assert not queries.tunes_for(world.commune.path).exists()


def test_tunes_go_along_when_units_change_and_come_back(world, kept):
    clip, now, keeper = kept(tone(900, 1)), clock.now(), keeping_tunes.TuneKeeper()
    own = commands.add_tune(world.officer, world.commune, clip=clip, name="Mở đầu", use=TuneUse.INTRO, now=now)
    other = commands.add_tune(world.officer, world.commune, clip=clip, name="Kết", use=TuneUse.OUTRO, now=now)
    commands.add_tune(
        world.system, world.other_commune, clip=clip, name="Mở đầu", use=TuneUse.INTRO, now=now
    )  # fmt: skip
    move = Move(from_unit=world.commune.pk, to_unit=world.other_commune.pk)

    moved = keeper.hand_over([move], now=now + timedelta(hours=1))

    assert keeper.holdings([world.commune.pk, world.other_commune.pk]) == {world.other_commune.pk: 2}
    assert {one.thing for one in moved} == {f"tune:{own.pk}", f"tune:{other.pk}"}
    assert keeper.take_back(moved, now=now + timedelta(hours=2)) == 2
    assert keeper.holdings([world.commune.pk]) == {world.commune.pk: 2}
