"""TLS, and TLS with certificates of devices."""

import asyncio
import datetime as dt
import ipaddress
import ssl

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from loa.devices.listener import Identity, Listener
from loa.devices.listener.tests.world import AREA, Inbox, event
from loa.devices.listener.tls import server_context
from loa_protocol import topics
from loa_protocol.mqtt.client import Client, MqttError

PATIENCE_S = 20
LONG_AGO, FAR_OFF = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


class CertificateGate:
    """Admits the device a certificate names."""

    def admit(self, login):
        return Identity(device=login.common_name, area_path=AREA) if login.common_name == login.client_id else None


class PasswordGate:
    def admit(self, login):
        return Identity(device=login.client_id, area_path=AREA) if not login.common_name else None


def issue(folder, name, *, issuer=None):
    """Write `<name>.pem` and `<name>.key` and return name and key; without an issuer the certificate is a root."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_name, issuer_key = issuer or (subject, key)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(LONG_AGO)
        .not_valid_after(FAR_OFF)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
    )
    certificate = builder.sign(issuer_key, hashes.SHA256())
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / f"{name}.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return subject, key


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    root = issue(folder, "root")
    for name in ("server", "d1"):
        issue(folder, name, issuer=root)
    stranger = issue(folder, "stranger")
    issue(folder, "forged", issuer=stranger)
    return folder


def client_context(folder, *, name=None, root="root"):
    context = ssl.create_default_context(cafile=folder / f"{root}.pem")
    if name is not None:
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


def run(test, gate, context):
    async def main():
        inbox = Inbox()
        listener = Listener(gate, inbox)
        await listener.start("127.0.0.1", 0, context)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await test(listener, inbox)
        finally:
            await listener.stop()

    uvloop.run(main())


def test_a_password_travels_under_tls(certificates):
    async def test(listener, inbox):
        heard = asyncio.Queue()
        client = await Client.connect(
            "127.0.0.1",
            listener.port,
            client_id="d1",
            ssl=client_context(certificates),
            subscriptions=[(topics.area_now(AREA), 1)],
            on_message=heard.put_nowait,
        )
        await client.publish(event(), b"x" * 200_000)
        listener.publish(topics.area_now(AREA), b"y" * 200_000)

        assert (await heard.get()).payload == b"y" * 200_000
        assert (await inbox.messages.get())[3] == b"x" * 200_000
        client.disconnect()
        await client.wait_closed()

    run(test, PasswordGate(), server_context(certificates / "server.pem", certificates / "server.key"))


def mutual(certificates):
    return server_context(certificates / "server.pem", certificates / "server.key", client_ca=certificates / "root.pem")


def test_a_device_is_known_by_its_certificate(certificates):
    async def test(listener, inbox):
        client = await Client.connect(
            "127.0.0.1", listener.port, client_id="d1", ssl=client_context(certificates, name="d1")
        )

        await client.publish(event(), b"mine")

        assert listener.connected_ids() == ["d1"]
        client.disconnect()
        await client.wait_closed()
        with pytest.raises(MqttError):
            await Client.connect(
                "127.0.0.1", listener.port, client_id="d2", ssl=client_context(certificates, name="d1")
            )

    run(test, CertificateGate(), mutual(certificates))


@pytest.mark.parametrize("name", [None, "forged"])
def test_without_a_certificate_of_the_root_nobody_reaches_the_gate(certificates, name):
    async def test(listener, inbox):
        with pytest.raises((OSError, MqttError)):
            await Client.connect(
                "127.0.0.1", listener.port, client_id="d1", ssl=client_context(certificates, name=name)
            )

        assert listener.connected_ids() == []
        assert inbox.happened.empty()

    run(test, CertificateGate(), mutual(certificates))


def test_a_client_refuses_a_server_of_another_root(certificates):
    async def test(listener, inbox):
        with pytest.raises(ssl.SSLCertVerificationError):
            await Client.connect(
                "127.0.0.1", listener.port, client_id="d1", ssl=client_context(certificates, root="stranger")
            )

    run(test, PasswordGate(), server_context(certificates / "server.pem", certificates / "server.key"))
