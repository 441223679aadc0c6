import numpy as np
import pytest

from loa.media import refusals, speech, store
from loa.media.speakable import dialogue
from loa.media.tests import sounds

TEXT = "Mời bà con họp thôn lúc 19h30 ngày 20/11. Xin cảm ơn."


def test_a_text_becomes_a_stored_clip_at_level():
    clip = speech.speak(TEXT)

    sound = sounds.read(store.path(clip.sha256))
    assert sounds.loudness_lufs(sound) == pytest.approx(-16, abs=1)
    assert sounds.true_peak_dbtp(sound) <= -1.45
    assert 4_000 < clip.duration_ms < 12_000
    assert (clip.source, clip.voice) == ("speech", "espeak:vi")
    windows = np.sqrt(np.mean(sound[: len(sound) // 960 * 960].reshape(-1, 960) ** 2, axis=1))
    assert np.mean(20 * np.log10(windows + 1e-9) > -40) > 0.6


@pytest.mark.django_db
def test_the_three_accents_differ_and_are_told_honestly():
    voices = speech.voices()

    assert voices[0].id == speech.DEFAULT_VOICE
    assert len({speech.speak("Xin chào bà con", voice=voice.id).sha256 for voice in voices}) == 3
    assert all(voice.label and voice.note for voice in voices)


def test_a_slower_reader_takes_longer():
    calm = speech.speak(TEXT)
    slow = speech.speak(TEXT, speed=0.7)

    assert slow.duration_ms > calm.duration_ms * 1.15


def test_a_known_text_is_remembered_and_made_anew_when_its_file_is_gone():
    first = speech.speak(TEXT)
    made_at = store.path(first.sha256).stat().st_mtime_ns

    assert speech.speak(f"  {TEXT}  ") == first
    assert store.path(first.sha256).stat().st_mtime_ns == made_at

    store.path(first.sha256).unlink()
    assert speech.speak(TEXT) == first
    assert store.has(first.sha256)


def test_a_spoilt_memory_is_no_obstacle(settings):
    first = speech.speak(TEXT)
    for note in (settings.MEDIA_FOLDER / ".speech").iterdir():
        note.write_text('{"sha256": 1')

    assert speech.speak(TEXT) == first


def test_memory_forgets_the_oldest(settings, monkeypatch):
    monkeypatch.setattr(speech, "REMEMBERED", 2)
    for text in ("một", "hai", "ba"):
        speech.speak(f"Thôn {text} họp tối nay")

    assert len(list((settings.MEDIA_FOLDER / ".speech").iterdir())) == 2


@pytest.mark.parametrize("text", ["", "   \n ", "...!?", "🙂", "()"])
def test_text_without_a_word_is_refused(text):
    with pytest.raises(refusals.NothingToSay):
        speech.speak(text)

    assert list(store.verify()) == []


def test_a_voice_that_does_not_exist_is_refused():
    with pytest.raises(refusals.UnknownVoice):
        speech.speak(TEXT, voice="espeak:../../etc/passwd")


def test_text_for_more_than_half_an_hour_is_refused():
    with pytest.raises(refusals.TooLong):
        speech.speak("9.999.999. " * 1_800)

    assert list(store.verify()) == []


def test_commands_of_the_engine_in_a_text_are_only_words():
    plain = speech.speak("xin chào bà con")
    told = speech.speak('[[xin]] <speak rate="9">chào</speak> <audio src="/etc/passwd"/> bà con')

    assert told.duration_ms > plain.duration_ms


DIALOGUE = """Bản tin hỏi đáp.
Hỏi: Khi nào tiêm phòng?
Đáp: Ngày 12/3.
Mang theo sổ tiêm.
Hỏi: Ở đâu?
- Đáp: Tại trạm y tế."""


def test_marks_at_the_beginning_of_a_line_say_who_speaks():
    told = [(turn.speaker, turn.text) for turn in dialogue.turns(DIALOGUE)]

    assert told == [
        (0, "Bản tin hỏi đáp.\nKhi nào tiêm phòng?"),
        (1, "Ngày 12/3.\nMang theo sổ tiêm."),
        (0, "Ở đâu?"),
        (1, "Tại trạm y tế."),
    ]


@pytest.mark.parametrize(
    ("text", "speakers"),
    [
        ("A: một\nB: hai", [0, 1]),
        ("nam : một\nNỮ： hai", [0, 1]),
        ("Nữ: một\nNam: hai", [1, 0]),
        ("Không ai được nói.\nHỏi gì cũng được", [0]),
        ("Việt Nam: đất nước", [0]),
        ("Hỏi:\nĐáp: có", [1]),
        ("", []),
    ],
)
def test_only_marks_are_marks(text, speakers):
    assert [turn.speaker for turn in dialogue.turns(text)] == speakers


def test_a_dialogue_is_read_by_two_voices_equally_loud_without_its_marks():
    north, south = "espeak:vi", "espeak:vi-vn-x-south"

    both = speech.speak(DIALOGUE, voice=north, second_voice=south)

    alone = [speech.speak(turn.text, voice=(north, south)[turn.speaker]) for turn in dialogue.turns(DIALOGUE)]
    assert both.voice == f"{north}+{south}"
    assert both.duration_ms == pytest.approx(sum(clip.duration_ms for clip in alone), abs=1_500)
    sound = sounds.read(store.path(both.sha256))
    turns = [sound[: alone[0].duration_ms * 48 - 24_000], sound[-alone[-1].duration_ms * 48 + 24_000 :]]
    assert sounds.loudness_lufs(turns[0]) == pytest.approx(sounds.loudness_lufs(turns[1]), abs=3)


def test_an_accent_sounds_the_same_after_another_has_read():
    text = "Hỏi: Một.\nĐáp: Hai.\nHỏi: Một."
    sound = sounds.read(store.path(speech.speak(text, voice="espeak:vi", second_voice="espeak:vi-vn-x-south").sha256))
    one = sounds.read(store.path(speech.speak("Một.", voice="espeak:vi").sha256))

    first, last = sound[: len(one)], sound[-len(one) :]

    spectra = [np.abs(np.fft.rfft(part, n=65_536)) for part in (first, last)]
    assert np.corrcoef(*spectra)[0, 1] > 0.8


def test_a_voice_that_is_not_there_is_no_second_voice():
    with pytest.raises(refusals.UnknownVoice):
        speech.speak(DIALOGUE, second_voice="piperx:1")
