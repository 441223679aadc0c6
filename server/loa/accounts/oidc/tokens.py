"""Whether a provider's token is genuine, fresh, and meant for us and for this browser."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any  # Any: claims are JSON

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from loa.accounts.oidc import asking
from loa.accounts.oidc.providers import ALGORITHMS, Provider
from loa.accounts.refusals import ProviderRefused

LEEWAY_S = 60
OLDEST_S = 600
LONGEST = 255
TOKEN_LONGEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom a provider vouches for, and whether it saw a second factor."""

    issuer: str
    subject: str
    is_strong: bool


def read(token: object, *, provider: Provider, nonce: str, now: datetime) -> Vouched:
    """Return whom the token is about; `ProviderRefused` for any token that is not all it should be.

    OpenID Connect Core 1.0, 3.1.3.7. Only algorithms with the provider's own keys are taken: neither `none`, nor one
    whose secret would be a public key.
    """
    if not isinstance(token, str) or len(token) > TOKEN_LONGEST:
        raise ProviderRefused
    claims = _signed_claims(token, provider)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    told_nonce, subject, at = claims.get("nonce"), claims.get("sub"), int(now.timestamp())
    is_ours = (
        claims.get("iss") == provider.issuer
        and provider.client_id in audiences
        and (len(audiences) == 1 or "azp" in claims)
        and claims.get("azp", provider.client_id) == provider.client_id
        and isinstance(told_nonce, str)
        and hmac.compare_digest(told_nonce.encode(), nonce.encode())
        and isinstance(subject, str)
        and 0 < len(subject) <= LONGEST
        and "\0" not in subject
    )
    if not is_ours or not _is_fresh(claims, at):
        raise ProviderRefused
    return Vouched(issuer=provider.issuer, subject=str(subject), is_strong=_is_strong(claims, provider))


def _signed_claims(token: str, provider: Provider) -> Mapping[str, Any]:
    """Return the claims of a token signed with a key of the provider; one not known makes us look again, once."""
    for is_second_look in (False, True):
        claims = _decoded(token, asking.keys(provider, is_unknown_one_wanted=is_second_look))
        if claims is not None:
            return claims
    raise ProviderRefused


def _decoded(token: str, keys: KeySet) -> Mapping[str, Any] | None:
    try:
        return dict(jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


def _is_fresh(claims: Mapping[str, Any], at: int) -> bool:
    ends, issued, begins = claims.get("exp"), claims.get("iat"), claims.get("nbf", 0)
    if not all(isinstance(moment, int | float) and not isinstance(moment, bool) for moment in (ends, issued, begins)):
        return False
    return (
        float(str(ends)) > at - LEEWAY_S
        and at - OLDEST_S <= float(str(issued)) <= at + LEEWAY_S
        and float(str(begins)) <= at + LEEWAY_S
    )


def _is_strong(claims: Mapping[str, Any], provider: Provider) -> bool:
    ways = claims.get("amr")
    told = {way for way in ways if isinstance(way, str)} if isinstance(ways, list) else set()
    return claims.get("acr") in provider.strong_acr or bool(told & provider.strong_amr)
