"""TLS of a device: the authority its enrolment named, and its own certificate for mutual TLS."""

import os
import ssl
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any  # Any: a JWK is an open JSON object

from joserfc.jwk import OKPKey

from loa_agent.identity import Enrolled


def client_context(enrolled: Enrolled, *, private_jwk: Mapping[str, Any] | None = None) -> ssl.SSLContext:
    """Return what a device connects with. OpenSSL reads keys from files only: ours lives for a moment."""
    context = (
        ssl.create_default_context(cadata=enrolled.authority) if enrolled.authority else ssl.create_default_context()
    )
    if enrolled.certificate is not None and private_jwk is not None:
        pem = OKPKey.import_key(dict(private_jwk)).as_pem(private=True).decode()
        handle, name = tempfile.mkstemp(prefix="loa-", suffix=".pem")
        try:
            with os.fdopen(handle, "w") as file:
                file.write(pem + "\n" + enrolled.certificate)
            context.load_cert_chain(name)
        finally:
            Path(name).unlink()
    return context
