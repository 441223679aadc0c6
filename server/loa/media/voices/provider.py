"""Voices of a provider elsewhere, asked over HTTP: the text leaves this server, the sound comes back as a file."""

import json
import logging
import ssl
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import IO

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from loa.media import refusals
from loa.media.rules import Voice
from loa.media.speakable import Phrase
from loa.media.voices import providers
from loa.media.voices.providers import Provider

logger = logging.getLogger(__name__)

ANSWER_MOST_BYTES = 32 * 1024 * 1024
_TRIES = 2
_BLOCK = 64 * 1024


class Elsewhere:
    """The engine of all providers the operator named."""

    id = "http"

    def voices(self) -> Sequence[Voice]:
        """Return the voices of every provider, marked as read elsewhere."""
        note = _(
            "Read by %(name)s: the text leaves the province’s servers. A machine voice: listen before you send it up."
        )
        return [
            Voice(
                id=f"http:{one.slug}:{voice.name}",
                label=_("%(voice)s (elsewhere: %(name)s)")
                % {"voice": voice.label(_language()), "name": one.name(_language())},
                note=note % {"name": one.name(_language())},
                engine=self.id,
                version=f"{one.slug}/{voice.name}/{one.version}",
                region=voice.region,
                gender=voice.gender,
                license=one.terms,
                leaves=True,
            )
            for one in providers.named().values()
            for voice in one.voices
        ]

    def told(self, voice: Voice, phrases: Sequence[Phrase], *, speed: float, folder: Path) -> Mapping[str, object]:
        """Fetch the sound into the folder; the child decodes it as it decodes an upload. Raises `ProviderAway`."""
        _engine, slug, name = voice.id.split(":", 2)
        one = providers.named()[slug]
        text = " ".join(phrase.text for phrase in phrases)
        with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
            _fetch(one, _body(one, text, name, speed), file)
        return {"engine": "file", "source": file.name, "voice": voice.id}


def _body(one: Provider, text: str, name: str, speed: float) -> bytes:
    """Return the request as the provider's template has it: each field's value with its marks filled in."""
    marks = {"{text}": text, "{voice}": name, "{speed}": speed}
    return json.dumps(_filled(one.fields, marks), ensure_ascii=False).encode()


def _filled(value: object, marks: Mapping[str, object]) -> object:
    if isinstance(value, dict):
        return {key: _filled(inner, marks) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, marks) for inner in value]
    return marks.get(value, value) if isinstance(value, str) else value


def _fetch(one: Provider, body: bytes, file: IO[bytes]) -> None:
    """Ask, and once more where nobody answered. What was said is told by kind only: neither text nor key is logged."""
    why = ""
    for _attempt in range(_TRIES):
        try:
            _asked(one, body, file)
        except urllib.error.HTTPError as answer:
            why = f"status {answer.code}"
            answer.close()
            if answer.code < 500:
                break
        except (OSError, HTTPException, ValueError) as failure:
            why = type(failure).__name__
        else:
            return
        file.seek(0)
        file.truncate()
    logger.warning("provider of a voice failed", extra={"provider": one.slug, "why": why})
    raise refusals.ProviderAway


def _asked(one: Provider, body: bytes, file: IO[bytes]) -> None:
    headers = {"Content-Type": "application/json", "Accept": "audio/*", "User-Agent": "loa", **one.headers()}
    request = urllib.request.Request(one.url, data=body, headers=headers, method="POST")  # noqa: S310 - https, or this machine: `providers` checks
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), _NoRedirect, urllib.request.HTTPSHandler(context=_trust(one))
    )
    with opener.open(request, timeout=one.timeout.total_seconds()) as answer:
        if not str(answer.headers.get_content_type()).startswith(
            ("audio/", "application/octet-stream", "application/ogg")
        ):
            raise _Odd("type")
        size_bytes = 0
        while block := answer.read(_BLOCK):
            size_bytes += len(block)
            if size_bytes > ANSWER_MOST_BYTES:
                raise _Odd("size")
            file.write(block)
    if not size_bytes:
        raise _Odd("empty")


class _Odd(ValueError):
    """The answer is not what was asked for."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A key goes to the address it was given for, nowhere else."""

    def redirect_request(self, *_told: object) -> None:
        """Follow nothing."""


def _trust(one: Provider) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(one.ca_file) if one.ca_file else None)


def _language() -> str:
    return (get_language() or "vi")[:2]
