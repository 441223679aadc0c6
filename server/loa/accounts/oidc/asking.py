"""What a provider says of itself, fetched with bounds and kept for a while."""

import base64
import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import IO, Any  # Any: answers are JSON
from urllib.parse import quote, urlencode

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from loa.accounts.oidc.providers import Provider, is_safe
from loa.accounts.refusals import ProviderRefused, ProviderSilent

TIMEOUT_S = 5.0
ANSWER_MOST_BYTES = 262_144
KEPT_S = 600.0
KEYS_AGAIN_S = 30.0
"""How soon keys may be fetched again because one is not known: a forged token must not make us ask for each."""

_kept: dict[str, tuple[float, Any]] = {}
_lock = threading.Lock()


def metadata(provider: Provider) -> Mapping[str, Any]:
    """Return the provider's discovery document; raises `ProviderSilent`, or `ProviderRefused` when it is another's."""
    found = _remembered(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", again_after_s=KEPT_S)
    needed = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != provider.issuer or not all(is_safe(found.get(name)) for name in needed):
        raise ProviderRefused
    return found


def keys(provider: Provider, *, is_unknown_one_wanted: bool = False) -> KeySet:
    """Return the provider's public keys, fetched anew when a token names one that is not known."""
    address = metadata(provider)["jwks_uri"]
    found = _remembered(address, again_after_s=KEYS_AGAIN_S if is_unknown_one_wanted else KEPT_S)
    try:
        public = [key for key in found["keys"] if key.get("kty") in {"RSA", "EC", "OKP"} and key.get("use") != "enc"]
        return KeySet.import_key_set({"keys": public})
    except (KeyError, TypeError, AttributeError, ValueError, JoseError) as wrong:
        raise ProviderRefused from wrong


def tokens(provider: Provider, *, code: str, verifier: str, redirect_uri: str) -> Mapping[str, Any]:
    """Return what the provider gives for a code; its secret travels in the header alone."""
    body = urlencode(
        {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri, "code_verifier": verifier}
    )
    who = f"{quote(provider.client_id, safe='')}:{quote(provider.client_secret, safe='')}"
    request = urllib.request.Request(  # noqa: S310 - `metadata` let only safe addresses pass
        metadata(provider)["token_endpoint"],
        data=body.encode(),
        headers={"Authorization": f"Basic {base64.b64encode(who.encode()).decode()}", "Accept": "application/json"},
    )
    return _fetch(request)


def forget() -> None:
    """Forget what providers said."""
    with _lock:
        _kept.clear()


def _remembered(address: str, *, again_after_s: float) -> Mapping[str, Any]:
    with _lock:
        kept = _kept.get(address)
    if kept is not None and time.monotonic() - kept[0] < again_after_s:
        return dict(kept[1])
    found = _fetch(urllib.request.Request(address, headers={"Accept": "application/json"}))  # noqa: S310 - as above
    with _lock:
        _kept[address] = (time.monotonic(), found)
    return found


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: a provider is where it was said to be."""

    def redirect_request(  # noqa: PLR0917 - the library's signature
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> None:
        """Return nothing, so that the redirect is an error."""


def _fetch(request: urllib.request.Request) -> Mapping[str, Any]:
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=TIMEOUT_S) as answer:
            document = json.loads(answer.read(ANSWER_MOST_BYTES + 1)[:ANSWER_MOST_BYTES])
    except urllib.error.HTTPError as refusal:
        with refusal:
            raise (ProviderSilent if refusal.code >= 500 else ProviderRefused) from refusal
    except (OSError, urllib.error.URLError) as silence:
        raise ProviderSilent from silence
    except (ValueError, RecursionError) as unreadable:
        raise ProviderRefused from unreadable
    if not isinstance(document, dict):
        raise ProviderRefused
    return document
