"""The instance's small authority: certificates by which devices, brokers and bridges know each other."""

import base64
import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.conf import settings
from joserfc.jwk import OKPKey

from loa.devices import keys

AUTHORITY_KEY = "device_ca.key"
AUTHORITY_CERTIFICATE = "device_ca.crt"
BRIDGE = "loa-bridge"
"""The name by which a broker knows our bridges; see deploy/mosquitto/loa.acl."""

AUTHORITY_LIFE = timedelta(days=20 * 365)
DEVICE_LIFE = timedelta(days=10 * 365)
_SKEW = timedelta(hours=1)


class Authority:
    """Signs device certificates. The key is P-256, which every broker reads; the device's own stays Ed25519."""

    def __init__(self, *, now: datetime) -> None:
        """Load the authority from the key folder, or make it."""
        made = ec.generate_private_key(ec.SECP256R1())
        loaded = serialization.load_pem_private_key(keys.secret_file(AUTHORITY_KEY, _key_pem(made)), password=None)
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise keys.NoSigningKey(problem=AUTHORITY_KEY)
        self._key = loaded
        self.pem = keys.secret_file(AUTHORITY_CERTIFICATE, _authority_pem(loaded, now=now)).decode()
        self._name = x509.load_pem_x509_certificate(self.pem.encode()).subject

    def issue(self, device: str, public: OKPKey, *, now: datetime) -> str:
        """Return the PEM certificate that says: this key belongs to this device."""
        return self._issue(device, _ed25519(public), ExtendedKeyUsageOID.CLIENT_AUTH, (), now=now)

    def issue_host(self, names: Sequence[str], *, now: datetime) -> tuple[Path, Path]:
        """Write certificate and key of a broker that devices reach by these names; return where they are."""
        return self._write("host", names[0], ExtendedKeyUsageOID.SERVER_AUTH, names, now=now)

    def issue_bridge(self, *, now: datetime) -> tuple[Path, Path]:
        """Write certificate and key by which a broker knows our bridges; return where they are."""
        return self._write("bridge", BRIDGE, ExtendedKeyUsageOID.CLIENT_AUTH, (), now=now)

    def _write(
        self, stem: str, name: str, usage: x509.ObjectIdentifier, names: Sequence[str], *, now: datetime
    ) -> tuple[Path, Path]:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._issue(name, key.public_key(), usage, names, now=now)
        return (
            keys.write_private(f"{stem}.crt", certificate),
            keys.write_private(f"{stem}.key", _key_pem(key).decode()),
        )

    def _issue(
        self,
        name: str,
        public: ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey,
        usage: x509.ObjectIdentifier,
        names: Sequence[str],
        *,
        now: datetime,
    ) -> str:
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(self._name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _SKEW)
            .not_valid_after(now + DEVICE_LIFE)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        )
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_alternative(each) for each in names]), critical=False
            )
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def authority_file() -> Path:
    """Return where the authority's own certificate is, once it was made."""
    return Path(settings.KEY_FOLDER) / AUTHORITY_CERTIFICATE


def _authority_pem(key: ec.EllipticCurvePrivateKey, *, now: datetime) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Loa devices")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _ed25519(public: OKPKey) -> ed25519.Ed25519PublicKey:
    x = str(public.as_dict(private=False)["x"])
    return ed25519.Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(x + "=" * (-len(x) % 4)))
