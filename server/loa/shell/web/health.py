"""Addresses for machines that watch over the server."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from loa.devices import queries as devices
from loa.kernel import clock
from loa.kernel.models import OutboxEntry

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
def alive(_request: HttpRequest) -> HttpResponse:
    """Say that the process lives; asks nobody."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Say whether work can be done: 200, or 503 with what is missing."""
    checks = {"database": _has_database(), "migrations": False, "signing": False}
    if checks["database"]:
        checks["migrations"] = _is_migrated()
    if checks["migrations"]:
        checks["signing"] = devices.health(clock.now()).signing_ok
    return JsonResponse(checks, status=200 if all(checks.values()) else 503)


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Return few figures in the text form Prometheus reads; no name, no place."""
    health = devices.health(clock.now())
    figures = (
        ("loa_devices_enrolled", "Devices that hold an identity", health.enrolled),
        ("loa_devices_connected", "Enrolled devices in contact", health.connected),
        ("loa_signing_ok", "1 when messages to devices can be signed", int(health.signing_ok)),
        ("loa_bridge_alive", "1 when a bridge process reported lately", int(health.alive)),
        ("loa_clock_disputed", "1 when most devices in contact tell another time", int(health.clock_disputed)),
        ("loa_messages_waiting", "Messages to devices not sent yet", health.waiting),
        ("loa_messages_waiting_seconds", "Age of the oldest of them", health.waiting_for.total_seconds()),
        ("loa_evidence_unwritten", "Evidence received and not yet committed", health.unwritten),
        ("loa_outbox_waiting", "Events not yet delivered", OutboxEntry.objects.filter(delivered_at=None).count()),
    )
    lines = [f"# HELP {name} {text}\n# TYPE {name} gauge\n{name} {value}\n" for name, text, value in figures]
    return HttpResponse("".join(lines), content_type=PROMETHEUS)


def _has_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _is_migrated() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())
