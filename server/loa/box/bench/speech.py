"""How long a text of 120 words takes to become a clip that can be heard, beside the plain speech library."""

import dataclasses
import importlib
import os
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any  # Any: figures are JSON

from loa.box import environment
from loa.cli import REPOSITORY, rooms

WORDS, ROUNDS = 120, 20
BUDGET_MS = 3_000


def run(options: Mapping[str, str]) -> dict[str, Any]:
    """Return p50 and p95 in ms. Options: `rounds` (20), `voice` (espeak:vi).

    `cold` is the first text after the program started, `warm` every other, each new; `cached` is a text read before.
    `cpu` is what one new text costs of a core, the child included: on a busy machine it says more than the time.
    `library` is the plain eSpeak library in this process, without level, file or cage.
    """
    rounds, voice = int(options.get("rounds", ROUNDS)), options.get("voice", "espeak:vi")
    with tempfile.TemporaryDirectory(prefix="loa-bench-") as name:
        home = Path(name)
        environment.make_secrets(home)
        environment.adopt(dataclasses.replace(environment.place(REPOSITORY), home=home))
        rooms.load_here()
        speech = importlib.import_module("loa.media.speech")
        texts = _texts(rounds + 1)
        before_ms = _cpu_ms()
        made = [_took_ms(partial(speech.speak, text, voice=voice)) for text in texts]
        cpu_ms = (_cpu_ms() - before_ms) / len(texts)
        cached = [_took_ms(partial(speech.speak, text, voice=voice)) for text in texts]
        library = _library_ms(texts[1:])
    warm = _percentiles(made[1:])
    return {
        "cold_ms": round(made[0]),
        "warm_ms_p50": warm[0],
        "warm_ms_p95": warm[1],
        "cpu_ms_mean": round(cpu_ms),
        "cached_ms_p50": _percentiles(cached)[0],
        "cached_ms_p95": _percentiles(cached)[1],
        "library_ms_p50": _percentiles(library)[0],
        "library_ms_p95": _percentiles(library)[1],
        "is_within_budget": max(made[0], warm[1]) < BUDGET_MS,
        "words": WORDS,
        "rounds": rounds,
        "voice": voice,
        "load": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
    }


def _texts(count: int) -> list[str]:
    """Return texts of 120 words, each beginning with another notice of the list."""
    measuring = importlib.import_module("loa.media.intelligibility.measuring")
    notices = measuring.notices()
    texts = []
    for number in range(count):
        at = number % len(notices)
        words = " ".join([f"Bản tin số {number + 1}.", *notices[at:], *notices[:at]]).split()
        texts.append(" ".join(words[:WORDS]))
    return texts


def _library_ms(texts: Sequence[str]) -> list[float]:
    speakable = importlib.import_module("loa.media.speakable")
    engine = importlib.import_module("loa.media.worker.espeak").Engine(voice="vi", speed=1.0)
    spoken = [[(one.text, one.pause_ms) for one in speakable.phrases(speakable.spoken(text))] for text in texts]
    return [_took_ms(partial(engine.read, phrases, longest_s=600.0)) for phrases in spoken]


def _cpu_ms() -> float:
    """Return what this process and the children it has ended took of a core."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used) * 1000


def _took_ms(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _percentiles(took_ms: Sequence[float]) -> tuple[float, float]:
    cuts = statistics.quantiles(took_ms, n=20, method="inclusive")
    return round(cuts[9], 1), round(cuts[18], 1)
