import os
import struct
import zipfile

import numpy as np
import pytest

from loa.kernel.errors import DomainError
from loa.media import intake, refusals, store
from loa.media.tests import sounds

FORMATS = [
    ("mp3", "libmp3lame", "mp3"),
    ("wav", "pcm_s16le", "wav"),
    ("mp4", "aac", "m4a"),
    ("ogg", "libopus", "ogg"),
    ("flac", "flac", "flac"),
    ("webm", "libopus", "webm"),
    ("adts", "aac", "aac"),
]


def refused(path):
    """Return the refusal of a file, having made sure that nothing was stored."""
    with pytest.raises(DomainError) as caught:
        intake.from_upload(path)
    assert list(store.verify()) == []
    assert str(caught.value)
    return type(caught.value)


@pytest.mark.parametrize(("container", "codec", "ending"), FORMATS)
def test_sound_of_every_usual_format_is_taken_and_brought_to_level(tmp_path, container, codec, ending):
    upload = sounds.write(tmp_path / f"x.{ending}", sounds.speechlike(3), container=container, codec=codec)

    clip = intake.from_upload(upload)

    stored = sounds.read(store.path(clip.sha256))
    assert sounds.loudness_lufs(stored) == pytest.approx(-16, abs=1)
    assert sounds.loudness_lufs(stored) == pytest.approx(clip.loudness_lufs, abs=0.1)
    assert sounds.true_peak_dbtp(stored) <= -1.45
    assert clip.true_peak_dbtp <= -1.5
    assert clip.duration_ms == pytest.approx(len(stored) / 48, abs=1)
    assert clip.size_bytes == store.path(clip.sha256).stat().st_size
    assert clip.level_dbfs == pytest.approx(20 * np.log10(np.sqrt(np.mean(stored**2))), abs=0.1)
    assert len(clip.envelope) == 120
    assert 0 <= min(clip.envelope) < max(clip.envelope) <= 100
    assert (clip.source, clip.voice) == ("upload", "")


@pytest.mark.parametrize(("container", "codec", "ending"), FORMATS)
def test_a_truncated_file_of_every_usual_format_is_refused(tmp_path, container, codec, ending):
    upload = sounds.write(tmp_path / f"x.{ending}", sounds.speechlike(3), container=container, codec=codec)
    content = upload.read_bytes()
    upload.write_bytes(content[: int(len(content) * 0.6) + 1])

    assert refused(upload) is refusals.Truncated


def test_a_bare_mp3_stream_cut_in_the_middle_of_a_frame_is_refused(tmp_path):
    whole = sounds.write(tmp_path / "x.mp3", sounds.speechlike(3), container="mp3", codec="libmp3lame").read_bytes()
    start = whole.index(b"\xff\xfb", whole.index(b"Info") + 100)
    (tmp_path / "cut.mp3").write_bytes(whole[start:-100])

    assert refused(tmp_path / "cut.mp3") is refusals.Truncated


@pytest.mark.parametrize("amplitude", [0.02, 0.9])
def test_quiet_and_loud_recordings_come_out_alike(tmp_path, amplitude):
    upload = sounds.write(
        tmp_path / "x.wav", sounds.speechlike(3, amplitude=amplitude), container="wav", codec="pcm_s16le"
    )

    clip = intake.from_upload(upload)

    assert clip.loudness_lufs == pytest.approx(-16, abs=1)
    assert clip.true_peak_dbtp <= -1.5


def test_peaks_far_above_the_voice_are_limited(tmp_path):
    sound = sounds.speechlike(8, amplitude=0.08)
    sound[:: 48_000 // 3] = 0.99
    upload = sounds.write(tmp_path / "x.wav", sound, container="wav", codec="pcm_f32le")

    clip = intake.from_upload(upload)

    stored = sounds.read(store.path(clip.sha256))
    assert sounds.loudness_lufs(stored) == pytest.approx(-16, abs=1)
    assert sounds.true_peak_dbtp(stored) <= -1.45


def test_silence_around_the_voice_is_trimmed_and_a_breath_is_left(tmp_path):
    quiet = np.zeros(48_000 * 3, np.float32)
    sound = np.concatenate([quiet, sounds.speechlike(2.6), quiet])
    upload = sounds.write(tmp_path / "x.wav", sound, container="wav", codec="pcm_s16le")

    clip = intake.from_upload(upload)

    assert 2_500 <= clip.duration_ms <= 3_300


def test_the_same_recording_gives_the_same_file(tmp_path):
    upload = sounds.write(tmp_path / "x.wav", sounds.speechlike(3), container="wav", codec="pcm_s16le")

    assert intake.from_upload(upload).sha256 == intake.from_upload(upload).sha256


def test_a_video_gives_its_sound(tmp_path):
    import av  # noqa: PLC0415 - only here

    upload = tmp_path / "x.mp4"
    sound = sounds.speechlike(3)
    with av.open(str(upload), "w") as output:
        picture = output.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        voice = output.add_stream("aac", rate=48_000, layout="mono")
        for _ in range(30):
            output.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        for at in range(0, len(sound) - 1024, 1024):
            frame = av.AudioFrame.from_ndarray(sound[None, at : at + 1024], format="fltp", layout="mono")
            frame.rate, frame.pts = 48_000, at
            output.mux(voice.encode(frame))
        output.mux(picture.encode(None))
        output.mux(voice.encode(None))

    assert intake.from_upload(upload).duration_ms == pytest.approx(3_000, abs=200)


def _zip(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("voice.mp3", b"\xff\xfb\x90\x00" * 400)


IMPOSTORS = {
    "a program": b"MZ\x90\x00" + os.urandom(60_000),
    "a program for Linux": b"\x7fELF" + os.urandom(60_000),
    "text": ("Kính gửi các thôn. " * 900).encode(),
    "a picture": b"\x89PNG\r\n\x1a\n" + os.urandom(9_000),
    "a JPEG picture": b"\xff\xd8\xff\xe0" + os.urandom(60_000),
    "a playlist": b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n",
    "a concat script": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a web page": b"<html><script>alert(1)</script></html>" * 100,
    "nothing": b"",
    "one byte": b"\xff",
    "a name of sound with noise behind": b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\x00" * 40_000,
    "a RIFF that is no sound": b"RIFF\x24\x00\x00\x00WEBPVP8 " + os.urandom(9_000),
}


@pytest.mark.parametrize("name", IMPOSTORS)
def test_what_is_no_sound_is_refused_whatever_its_name(tmp_path, name):
    (tmp_path / "thong-bao.mp3").write_bytes(IMPOSTORS[name])

    assert refused(tmp_path / "thong-bao.mp3") is refusals.NotAudio


def test_an_archive_with_sound_in_it_is_refused(tmp_path):
    _zip(tmp_path / "x.mp3")

    assert refused(tmp_path / "x.mp3") is refusals.NotAudio


@pytest.mark.parametrize(
    "head", [b"OggS", b"fLaC", b"ID3\x04\x00", b"\xff\xfb\x90\x00", b"\x1a\x45\xdf\xa3", b"\0\0\0\x20ftypM4A "]
)
def test_noise_behind_a_true_head_is_refused(tmp_path, head):
    noise = np.random.default_rng(3).bytes(80_000)
    (tmp_path / "x.ogg").write_bytes(head + noise)

    assert refused(tmp_path / "x.ogg") in {refusals.NotAudio, refusals.Truncated, refusals.Damaged}


def test_three_hours_are_refused_by_what_the_container_says(tmp_path):
    minute = sounds.write(
        tmp_path / "m.mp3", sounds.speechlike(60), container="mp3", codec="libmp3lame", rate_hz=16_000, bit_rate=16_000
    )
    content = minute.read_bytes()
    first = content.index(b"Info") + 8
    frames = struct.unpack_from(">I", content, first)[0]
    long = bytearray(content * 180)
    struct.pack_into(">II", long, first, frames * 180, len(long))
    (tmp_path / "long.mp3").write_bytes(long)

    assert refused(tmp_path / "long.mp3") is refusals.TooLong


def test_three_hours_that_hide_their_length_are_refused_while_decoding(tmp_path):
    minute = sounds.write(
        tmp_path / "m.wav", sounds.speechlike(60), container="wav", codec="pcm_s16le", rate_hz=8_000
    ).read_bytes()
    data = minute.index(b"data") + 8
    content = minute[: data - 4] + b"\xff\xff\xff\xff" + minute[data:] * 31
    (tmp_path / "long.wav").write_bytes(content)

    assert refused(tmp_path / "long.wav") is refusals.TooLong


def test_silence_is_refused(tmp_path):
    upload = sounds.write(tmp_path / "x.wav", np.zeros(48_000 * 5, np.float32), container="wav", codec="pcm_s16le")

    assert refused(upload) is refusals.Silent


def test_a_whisper_in_the_noise_floor_is_refused(tmp_path):
    sound = sounds.speechlike(5, amplitude=0.008)
    upload = sounds.write(tmp_path / "x.wav", sound, container="wav", codec="pcm_s16le")

    assert refused(upload) is refusals.TooQuiet


def test_a_click_is_refused(tmp_path):
    upload = sounds.write(tmp_path / "x.wav", sounds.speechlike(0.2), container="wav", codec="pcm_s16le")

    assert refused(upload) is refusals.TooShort


def test_a_file_without_a_sound_track_is_refused(tmp_path):
    import av  # noqa: PLC0415 - only here

    upload = tmp_path / "x.mp4"
    with av.open(str(upload), "w") as output:
        picture = output.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        for _ in range(5):
            output.mux(picture.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        output.mux(picture.encode(None))

    assert refused(upload) is refusals.NoSoundTrack


def test_a_file_of_more_than_64_megabytes_is_refused_unread(tmp_path):
    with (tmp_path / "x.wav").open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)

    assert refused(tmp_path / "x.wav") is refusals.TooLarge


def test_numbers_that_are_none_do_no_harm(tmp_path):
    sound = sounds.speechlike(4)
    sound[1000:1010] = np.nan
    sound[2000:2004] = np.inf
    sound[3000:3004] = 1e30
    upload = sounds.write(tmp_path / "x.wav", sounds.speechlike(4), container="wav", codec="pcm_f32le")
    content = upload.read_bytes()
    data = content.index(b"data") + 8
    upload.write_bytes(content[:data] + sound.tobytes())

    clip = intake.from_upload(upload)

    assert clip.true_peak_dbtp <= -1.5
