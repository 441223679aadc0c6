"""What devices ask over HTTP: enrolment by a code, the list of keys, the time."""

from typing import Any  # Any: a JWK is an open JSON object

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from pydantic import Field

from loa.devices import commands, keys, refusals, rules
from loa.devices.models import WrongCode
from loa.kernel import clock
from loa.kernel.errors import DomainError
from loa.kernel.origin import address_of
from loa_protocol import canonical

api = NinjaAPI(title="Loa devices", version="1", urls_namespace="device", docs_url=None, openapi_url=None)

_STATUS = {
    refusals.WrongCodeGiven: 403,
    refusals.TooManyGuesses: 429,
    refusals.AlreadyRevoked: 403,
    keys.NoKeyList: 503,
    keys.NoSigningKey: 503,
}


class EnrolmentRequest(Schema):
    """What a device sends to become one: the code a person typed, and the public half of the key it has made."""

    code: str = Field(max_length=64)
    public_jwk: dict[str, Any]


@api.exception_handler(DomainError)
def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """Answer a refusal with its code and its sentence."""
    status = next((status for kind, status in _STATUS.items() if isinstance(refusal, kind)), 422)
    return api.create_response(request, {"code": refusal.code, "sentence": str(refusal)}, status=status)


@api.post("/enrol", auth=None)
def enrol(request: HttpRequest, asked: EnrolmentRequest) -> dict[str, Any]:
    """Return the identity that a one-time code stands for."""
    now = clock.now()
    origin = address_of(request)
    lately = WrongCode.objects.filter(origin=origin, at__gt=now - rules.GUESSES_WINDOW)
    if lately.count() >= rules.GUESSES_MOST:
        raise refusals.TooManyGuesses
    try:
        return commands.enrol(asked.code, public_jwk=asked.public_jwk, now=now).answer()
    except refusals.WrongCodeGiven:
        with transaction.atomic():
            WrongCode.objects.create(origin=origin, at=now)
        raise


@api.get("/keys", auth=None)
def key_list(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - ninja hands it over
    """Return the root-signed list of keys, as compact JWS."""
    return HttpResponse(keys.key_list(), content_type="application/jose")


@api.get("/time", auth=None)
def time(request: HttpRequest) -> dict[str, str]:  # noqa: ARG001 - as above
    """Return the server's time, for a device whose own clock is far off."""
    return {"at": canonical.to_wire(clock.now())}


urls = api.urls
