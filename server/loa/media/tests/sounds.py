"""Real files for tests, made on the spot."""

from pathlib import Path

import av
import numpy as np


def speechlike(seconds, *, amplitude=0.3, rate_hz=48_000, seed=7):
    """Harmonics under a syllable's envelope, with pauses: loudness and peaks as a voice has them."""
    moment = np.arange(int(seconds * rate_hz)) / rate_hz
    noise = np.random.default_rng(seed)
    voice = sum(np.sin(2 * np.pi * 140 * n * moment + noise.uniform(0, 6)) / n for n in range(1, 16))
    syllables = np.clip(np.sin(2 * np.pi * 2.1 * moment), 0, 1) ** 0.5
    breath = (np.sin(2 * np.pi * 0.22 * moment) > -0.6).astype(float)
    sound = voice * syllables * breath
    return (sound / np.max(np.abs(sound)) * amplitude).astype(np.float32)


def write(path, sound, *, container, codec, rate_hz=48_000, bit_rate=None):
    """Encode mono sound into a file of any container and codec."""
    path = Path(path)
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate_hz, layout="mono")
        if bit_rate:
            stream.bit_rate = bit_rate
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate_hz)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(sound, np.float32)[None, :], format="flt", layout="mono"
        )
        frame.rate = 48_000
        buffer = av.AudioFifo()
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            buffer.write(part)
        size = stream.codec_context.frame_size or 1024
        while (ready := buffer.read(size)) is not None:
            output.mux(stream.encode(ready))
        if (ready := buffer.read(0, partial=True)) is not None:
            output.mux(stream.encode(ready))
        output.mux(stream.encode(None))
    return path


def read(path):
    """Return a file's sound as mono floats at 48 kHz, read independently of the code under test."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=48_000)
    parts = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
    parts += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(parts)


def loudness_lufs(sound, rate_hz=48_000):
    """ITU-R BS.1770-4 by its text: K-weighting, 400 ms blocks every 100 ms, both gates. An independent check."""
    spectrum = np.fft.rfft(sound.astype(np.float64), n=2 * len(sound))
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(2 * len(sound), 1 / rate_hz) / rate_hz)
    shelf = (1.53512485958697 - 2.69169618940638 * z + 1.19839281085285 * z**2) / (
        1 - 1.69065929318241 * z + 0.73248077421585 * z**2
    )
    high_pass = (1 - 2 * z + z**2) / (1 - 1.99004745483398 * z + 0.99007225036621 * z**2)
    weighted = np.fft.irfft(spectrum * shelf * high_pass)[: len(sound)]
    block, step = int(0.4 * rate_hz), int(0.1 * rate_hz)
    power = np.array([np.mean(weighted[at : at + block] ** 2) for at in range(0, len(sound) - block + 1, step)])
    power = power[-0.691 + 10 * np.log10(power + 1e-20) > -70]
    relative = -0.691 + 10 * np.log10(np.mean(power)) - 10
    return -0.691 + 10 * np.log10(np.mean(power[-0.691 + 10 * np.log10(power) > relative]))


def true_peak_dbtp(sound):
    """The peak after four times oversampling by the Fourier transform, in pieces that overlap."""
    highest, size = 0.0, 1 << 16
    for start in range(0, len(sound), size // 2):
        piece = sound[start : start + size]
        spectrum = np.fft.rfft(piece, n=size)
        finer = np.fft.irfft(np.pad(spectrum, (0, 3 * size // 2)), n=4 * size) * 4
        edge = 2048 if start else 0
        highest = max(highest, float(np.max(np.abs(finer[edge : 4 * len(piece) - 2048]), initial=0.0)))
    return 20 * np.log10(highest)
