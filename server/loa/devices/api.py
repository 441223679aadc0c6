"""What devices ask over HTTP: enrolment by a code, the list of keys, the time."""

from typing import Any  # Any: a JWK is an open JSON object

from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI, Schema
from pydantic import Field

from loa.devices import commands, keys, refusals, rules
from loa.devices.drivers import door, register
from loa.devices.models import WrongCode
from loa.kernel import clock
from loa.kernel.errors import DomainError, NotFound
from loa.kernel.origin import address_of
from loa.media import store
from loa_protocol import canonical

api = NinjaAPI(title="Loa devices", version="1", urls_namespace="device", docs_url=None, openapi_url=None)

_STATUS = {
    refusals.WrongCodeGiven: 403,
    refusals.TooManyGuesses: 429,
    refusals.AlreadyRevoked: 403,
    refusals.BadDevice: 404,
    NotFound: 404,
    refusals.WrongSecret: 401,
    refusals.TooSoon: 429,
    refusals.TooMuchSaid: 413,
    refusals.DriverUnconfigured: 503,
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
    return api.create_response(request, {"code": refusal.code, "sentence": str(refusal)}, status=_status(refusal))


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


@api.post("/drivers/{driver}/ask", auth=None)
def ask(request: HttpRequest, driver: str) -> HttpResponse:
    """Take in what a device of another maker says, and return what it is told, both in its own words."""
    now = clock.now()
    try:
        device = door.admit(driver, _secret(request), origin=address_of(request), now=now)
        told = door.ask(device, request.body, now=now)
    except refusals.BadDevice:
        raise
    except DomainError as refusal:
        return JsonResponse(register.find(driver).refusal(str(refusal)), status=_status(refusal))
    return JsonResponse(told)


@api.get("/drivers/{driver}/files/{sha256}", auth=None)
def driver_file(request: HttpRequest, driver: str, sha256: str) -> FileResponse:
    """Return a file of the plan of the device that asks."""
    now = clock.now()
    device = door.admit(driver, _secret(request), origin=address_of(request), now=now)
    door.demand_file(device, sha256, now=now)
    return FileResponse(store.path(sha256).open("rb"), content_type="application/octet-stream")


def _status(refusal: DomainError) -> int:
    return next((status for kind, status in _STATUS.items() if isinstance(refusal, kind)), 422)


def _secret(request: HttpRequest) -> str:
    """Return what stands behind `Bearer`; empty without it."""
    kind, _, secret = str(request.headers.get("Authorization", "")).partition(" ")
    return secret.strip() if kind.lower() == "bearer" and len(secret) <= rules.SECRET_LONGEST else ""


urls = api.urls
