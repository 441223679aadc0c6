"""Entries as syslog messages (RFC 5424), over UDP, TCP with octet counting (RFC 6587 3.4.1) or TLS (RFC 5425)."""

import json
import os
import re
import socket
import ssl
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from loa.audit.models import Entry

TIMEOUT_S = 10.0
FACILITY = 13
"""`log audit`, RFC 5424 6.2.1."""

NOTICE, WARNING = 5, 4
PORTS: Mapping[str, int] = {"udp": 514, "tcp": 601, "tls": 6514}
SD_ID = "loa@32473"
"""The enterprise number is the one set aside for documentation (RFC 5612): we have none of our own yet."""

_NOT_PRINTABLE = re.compile(r"[^\x21-\x7e]")
_ESCAPED = re.compile(r'(["\\\]])')


class WrongAddress(ValueError):
    """The setting names no address a message could be sent to."""


class Sender:
    """Sends to one receiver and keeps the connection while it holds."""

    name = "syslog"

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise WrongAddress(url)
        self._scheme, self._host = parts.scheme, parts.hostname
        self._port = parts.port or PORTS[parts.scheme]
        self._authority = parse_qs(parts.query).get("ca", [""])[0]
        self._socket: socket.socket | None = None

    def tell(self, entries: Sequence[Entry]) -> None:
        """Send the entries; `OSError` when the receiver is not there."""
        if self._socket is None:
            self._socket = self._open()
        messages = [message(entry).encode() for entry in entries]
        if self._scheme == "udp":
            for one in messages:
                self._socket.send(one)
        else:
            self._refuse_dead(self._socket)
            self._socket.sendall(b"".join(b"%d %s" % (len(one), one) for one in messages))

    def close(self) -> None:
        """Close the connection; the next entries open another."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _open(self) -> socket.socket:
        if self._scheme == "udp":
            family, kind, number, _, address = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_DGRAM)[0]
            datagrams = socket.socket(family, kind, number)
            datagrams.connect(address)
            return datagrams
        plain = socket.create_connection((self._host, self._port), timeout=TIMEOUT_S)
        if self._scheme == "tcp":
            return plain
        trust = ssl.create_default_context(cafile=self._authority or None)
        trust.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            return trust.wrap_socket(plain, server_hostname=self._host)
        except OSError:
            plain.close()
            raise

    @staticmethod
    def _refuse_dead(connection: socket.socket) -> None:
        """Notice a receiver that hung up: the first bytes sent after would vanish without a word."""
        connection.setblocking(False)
        try:
            if connection.recv(1) == b"":
                raise ConnectionResetError("the receiver hung up")
        except (BlockingIOError, ssl.SSLWantReadError):
            pass
        finally:
            connection.settimeout(TIMEOUT_S)


def message(entry: Entry) -> str:
    """Return an entry as one message: header, structured data, and a sentence of codes for people who look."""
    severity = NOTICE if entry.result == "done" else WARNING
    header = (
        f"<{FACILITY * 8 + severity}>1 {entry.at.isoformat(timespec='microseconds').replace('+00:00', 'Z')} "
        f"{_word(socket.gethostname(), 255)} loa {os.getpid()} {_word(entry.action, 32)}"
    )
    facts = {
        "id": entry.pk, "action": entry.action, "result": entry.result, "actorKind": entry.actor_kind,
        "actor": entry.actor_id, "name": entry.actor_name, "origin": entry.origin, "target": entry.target,
        "unit": entry.unit_path, "chain": entry.chain, "day": entry.day or "", "position": entry.position or "",
        "changes": entry.changes, "digest": entry.digest,
        "detail": json.dumps(entry.detail, ensure_ascii=False, sort_keys=True),
    }  # fmt: skip
    data = " ".join(f'{name}="{_value(str(value))}"' for name, value in facts.items())
    words = f"{entry.action} {entry.target} {entry.result}".replace("\n", " ")
    return f"{header} [{SD_ID} {data}] \ufeff{words}"


def _word(text: str, longest: int) -> str:
    """Return a header field: printable ASCII, cut to its length; `-` for none."""
    return _NOT_PRINTABLE.sub("?", text)[:longest] or "-"


def _value(text: str) -> str:
    """Return a parameter's value with quotes, backslashes and closing brackets escaped, RFC 5424 6.3.3."""
    return _ESCAPED.sub(r"\\\1", text)
