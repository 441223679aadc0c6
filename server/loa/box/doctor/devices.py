"""Checks of the way to devices: transport, keys, where sound is fetched."""

from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from loa.box.doctor.register import Facts, Found, Severity, check, is_here
from loa.box.saying import gettext_noop

_SECURE = {"mqtts", "ssl", "tls"}
_STATION_PREFIX = {4: 16, 6: 48}
"""No station's own network is wider."""


@check(
    "mqtt_plain",
    Severity.UNSAFE,
    means=gettext_noop("Devices show their credential where everybody on the way can read it; orders stay signed."),
    cure=gettext_noop("Set LOA_MQTT_TLS_CERT, LOA_MQTT_TLS_KEY and LOA_MQTT_TLS_CA, or name the broker by mqtts://."),
    covers=("LOA_MQTT_TLS_CERT", "LOA_MQTT_TLS_KEY", "LOA_MQTT_BIND", "LOA_MQTT_PORT"),
)
def mqtt_plain(facts: Facts) -> Iterator[Found]:
    """Find MQTT without TLS towards others."""
    url = facts.settings.LOA_MQTT_URL
    if url:
        parts = urlsplit(url)
        if parts.scheme not in _SECURE and not is_here(parts.hostname or ""):
            yield Found(gettext_noop("The broker on %(host)s is spoken to without TLS."), {"host": parts.hostname})
    elif not is_here(facts.settings.LOA_MQTT_BIND) and not facts.settings.LOA_MQTT_TLS_CERT:
        yield Found(gettext_noop("The listener for devices on %(bind)s has no certificate."),
                    {"bind": facts.settings.LOA_MQTT_BIND})  # fmt: skip


@check(
    "mqtt_files_missing",
    Severity.UNSAFE,
    means=gettext_noop("The listener cannot start, or takes devices without asking for their certificate."),
    cure=gettext_noop("Make them with `loa certificate`, and name all three."),
    covers=("LOA_MQTT_TLS_CA",),
)
def mqtt_files_missing(facts: Facts) -> Iterator[Found]:
    """Find files of TLS that are named and not there, or not named although the others are."""
    names = ("LOA_MQTT_TLS_CERT", "LOA_MQTT_TLS_KEY", "LOA_MQTT_TLS_CA")
    told = {name: getattr(facts.settings, name) for name in names}
    for name, place in told.items():
        if place and not Path(place).is_file():
            yield Found(gettext_noop("%(file)s is missing."), {"file": place})
        if not place and any(told.values()):
            yield Found(gettext_noop("%(name)s is not set although TLS is."), {"name": name})


@check(
    "media_plain",
    Severity.RISKY,
    means=gettext_noop("Whoever stands on the way hears what will be aired; devices still check each digest."),
    cure=gettext_noop("Begin LOA_MEDIA_URL with https://."),
    covers=("LOA_MEDIA_URL",),
)
def media_plain(facts: Facts) -> Iterator[Found]:
    """Find sound that is fetched without TLS."""
    parts = urlsplit(facts.settings.LOA_MEDIA_URL)
    if parts.scheme == "http" and not is_here(parts.hostname or ""):
        yield Found(gettext_noop("Sound is fetched without TLS: %(url)s"), {"url": facts.settings.LOA_MEDIA_URL})


@check(
    "stream_sources_wide",
    Severity.RISKY,
    means=gettext_noop("Whoever proposes a relay can have this machine ask addresses that are nobody's station."),
    cure=gettext_noop(
        "Name only hosts of stations in LOA_STREAM_HOSTS, and only their networks in LOA_STREAM_NETWORKS."
    ),
    covers=("LOA_STREAM_HOSTS", "LOA_STREAM_NETWORKS"),
)
def stream_sources_wide(facts: Facts) -> Iterator[Found]:
    """Find words that let any host be asked for a stream, and networks wider than a station's."""
    for host in facts.settings.LOA_STREAM_HOSTS:
        if "." not in host.removeprefix("*."):
            yield Found(gettext_noop("LOA_STREAM_HOSTS lets too many be asked: %(name)s"), {"name": host})
    for name in facts.settings.LOA_STREAM_NETWORKS:
        network = ip_network(name, strict=False)
        if network.prefixlen < _STATION_PREFIX[network.version] or network.is_link_local:
            yield Found(gettext_noop("LOA_STREAM_NETWORKS lets too many be asked: %(name)s"), {"name": name})


@check(
    "root_key_on_line",
    Severity.RISKY,
    means=gettext_noop("Whoever takes over this machine can vouch for signing keys of their own, for every device."),
    cure=gettext_noop("Move root.jwk to a medium in a safe, with a copy elsewhere; it is not needed for daily work."),
)
def root_key_on_line(facts: Facts) -> Iterator[Found]:
    """Find the root key on a machine that others can reach."""
    file = Path(facts.settings.KEY_FOLDER) / "root.jwk"
    if facts.is_reachable and file.is_file():
        yield Found(gettext_noop("The root key lies at %(file)s."), {"file": file})
