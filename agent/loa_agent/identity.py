"""The answer to an enrolment: who a device is, whom it believes, and where it finds its server."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any  # Any: a JSON document is open by nature
from urllib.parse import urlsplit

from loa_agent.core import Identity
from loa_protocol import fields
from loa_protocol.refusal import Reason, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """An identity with the way to its server. `credential` and `identity.device_key` are secret."""

    identity: Identity
    credential: str
    host: str
    port: int
    tls: bool
    media_url: str
    certificate: str | None = None
    authority: str | None = None
    private_jwk: Mapping[str, Any] | None = None

    @property
    def device_url(self) -> str:
        """The address below which the server speaks to devices: `…/device/v1`."""
        parts = urlsplit(self.media_url)
        return f"{parts.scheme}://{parts.netloc}/device/v1"

    @classmethod
    def read(cls, document: fields.Document) -> "Enrolled":
        """Return the enrolment of a JSON object; `Refused` when it is none."""
        mqtt = fields.nested(document, "mqtt")
        key = fields.text(document, "device_key", longest=64)
        try:
            device_key = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
        except ValueError as broken:
            raise Refused(Reason.MALFORMED, "device_key") from broken
        if len(device_key) != 32:
            raise Refused(Reason.MALFORMED, "device_key")
        identity = Identity(
            device=fields.text(document, "device", longest=64),
            area_path=fields.text(document, "area_path"),
            root_jwk=fields.nested(document, "root_jwk"),
            key_list=fields.text(document, "key_list", longest=1_000_000).encode(),
            device_key=device_key,
        )
        return cls(
            identity=identity,
            credential=fields.text(document, "credential"),
            host=fields.text(mqtt, "host"),
            port=fields.integer(mqtt, "port", low=1, high=65_535),
            tls=bool(mqtt.get("tls")),
            media_url=fields.text(document, "media_url", longest=2_000).rstrip("/"),
            certificate=fields.optional_text(document, "certificate", longest=100_000),
            authority=fields.optional_text(document, "authority", longest=100_000),
            private_jwk=fields.nested(document, "private_jwk") if document.get("private_jwk") is not None else None,
        )
