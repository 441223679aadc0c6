import sys
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from loa.media import refusals, speech, store, transcribing
from loa.media.tests import sounds

NOTICE = (
    "Ủy ban nhân dân xã mời bà con đến nhà văn hóa lúc mười chín giờ ba mươi phút để họp bàn việc làm đường. "
    "Đề nghị bà con đến đúng giờ. Xin trân trọng cảm ơn."
)


def recorded(path, sound):
    """A file as a phone would send it: another container, another codec, another rate."""
    return sounds.write(path, sound, container="ipod", codec="aac", rate_hz=44_100, bit_rate=96_000)


def test_words_are_heard_with_their_times(tmp_path):
    clip = speech.speak(NOTICE)
    file = recorded(tmp_path / "notice.m4a", sounds.read(store.path(clip.sha256)))

    draft = transcribing.transcribe(file)

    assert "cảm ơn" in draft.text
    assert draft.engine.startswith("viet-asr/")
    assert draft.duration_ms == pytest.approx(clip.duration_ms, abs=150)
    moments = [moment for piece in draft.pieces for moment in (piece.start_ms, piece.end_ms)]
    assert moments == sorted(moments)
    assert moments[-1] <= draft.duration_ms


def test_a_long_recording_is_cut_where_it_is_quiet(tmp_path):
    said = sounds.read(store.path(speech.speak(NOTICE).sha256))
    rest = np.zeros(48_000, np.float32)
    sound = np.concatenate([said, rest, said, rest, said])

    draft = transcribing.transcribe(recorded(tmp_path / "long.m4a", sound))

    level = np.abs(sound)
    for piece in draft.pieces[:-1]:
        at = piece.end_ms * 48
        assert np.mean(level[at - 480 : at + 480]) < 0.02
    assert len(draft.pieces) >= 3
    assert draft.text.count("cảm ơn") >= 2


def test_silence_is_no_words(tmp_path):
    draft = transcribing.transcribe(recorded(tmp_path / "still.m4a", np.zeros(96_000, np.float32)))

    assert draft.pieces == ()
    assert draft.text == ""
    assert draft.duration_ms >= 2_000


def test_what_is_no_sound_is_refused(tmp_path):
    file = tmp_path / "tape.mp3"
    file.write_text("#EXTM3U\nhttp://127.0.0.1/secret")

    with pytest.raises(refusals.NotAudio):
        transcribing.transcribe(file)


@pytest.mark.parametrize("bound", [{"memory_bytes": 200_000_000}, {"wall": timedelta(milliseconds=300)}])
def test_listening_that_takes_too_much_is_ended(tmp_path, bound, settings):
    file = recorded(tmp_path / "x.m4a", sounds.speechlike(20))

    with pytest.raises(refusals.TooHeavy):
        transcribing.transcribe(file, bounds=replace(transcribing.BOUNDS, **bound))

    assert list((settings.MEDIA_FOLDER / ".drafts").iterdir()) == []


def test_without_the_recognizer_a_sentence_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "vietasr", None)
    file = recorded(tmp_path / "x.m4a", sounds.speechlike(2))

    assert not transcribing.is_ready()
    with pytest.raises(refusals.PartsMissing, match="loa voice prepare"):
        transcribing.transcribe(file)
