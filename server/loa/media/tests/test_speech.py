import numpy as np
import pytest

from loa.media import refusals, speech, store
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
