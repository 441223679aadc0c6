"""An authenticator in software, which can also lie: for another site, without a finger, as a copy of itself."""

import hashlib
import json
import os

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


class Authenticator:
    def __init__(self, *, origin="http://localhost:8080", host="localhost"):
        self.origin, self.host = origin, host
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.count = 0
        self.handle = None
        self.flags = PRESENT | VERIFIED

    def make(self, options):
        """Answer a request to make a passkey, as the browser's script does."""
        self.handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        credential = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + public
        data = self._data(ATTESTED) + credential
        return self._answer(
            clientDataJSON=self._client("webauthn.create", options),
            attestationObject=cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
            transports=["internal"],
        )

    def sign(self, options, *, handle=True):
        """Answer a challenge; the counter grows unless it is frozen."""
        self.count += 1
        client, data = self._client("webauthn.get", options), self._data(0)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        user = {"userHandle": self.handle} if handle else {}
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature, **user)

    def _client(self, kind, options):
        told = {"type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, more):
        return hashlib.sha256(self.host.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _answer(self, **response):
        name = bytes_to_base64url(self.credential_id)
        plain = {
            key: bytes_to_base64url(value) if isinstance(value, bytes) else value for key, value in response.items()
        }
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": plain})


def tampered(answer, part):
    """Return an answer with one bit of a part turned."""
    document = json.loads(answer)
    content = bytearray(base64url_to_bytes(document["response"][part]))
    content[-1] ^= 1
    document["response"][part] = bytes_to_base64url(bytes(content))
    return json.dumps(document)
