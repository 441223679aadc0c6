"""Where devices of other makers find this server."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings


def missing() -> str:
    """Return `LOA_PUBLIC_URL` when a secret would travel to it in the clear; empty when all is well."""
    parts = urlsplit(settings.LOA_PUBLIC_URL)
    return "" if parts.scheme == "https" or _is_this_machine(parts.hostname or "") else "LOA_PUBLIC_URL"


def of(driver: str) -> str:
    """Return the address below which devices of a driver ask."""
    return f"{settings.LOA_PUBLIC_URL}/device/v1/drivers/{driver}"


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
