"""A small server for agents under test: the real listener, files over HTTP by range, keys, and what devices said."""

import base64
import contextlib
import http.server
import io
import json
import threading
from datetime import UTC, datetime, timedelta

import av
import numpy as np

from loa.devices.listener.listener import Listener
from loa.devices.listener.ports import Identity
from loa_protocol import canonical, config, envelope, keys, messages, plan, signing, topics, uuid7
from loa_protocol.signing import Purpose
from loa_protocol.topics import Down, Up

SECRET = b"the secret of a box under test"


class Box:
    """Make it inside a running loop; `await start()`."""

    def __init__(self, *, area="26/243/08707", devices=1, answers=True):
        self.root, self.key = signing.generate(), signing.generate()
        now = datetime.now(UTC)
        statement = keys.vouch(
            self.root, self.key, not_before=now - timedelta(days=1), not_after=now + timedelta(days=30)
        )
        self.key_list = keys.key_list(self.root, [statement], revoked=[], seq=1, now=now)
        self.area, self.names = area, [str(uuid7.make()) for _ in range(devices)]
        self.listener = Listener(self, self)
        self.files, self.events, self.online, self.said = {}, {}, set(), []
        self.seq, self.answers, self.cut_after, self.requests = 0, answers, None, []
        self.codes = {}
        self.enrolled_area, self.former, self.plan, self.config, self.release = area, (), None, None, None

    async def start(self):
        await self.listener.start("127.0.0.1", 0)
        self.web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.web.daemon_threads = True
        threading.Thread(target=self.web.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.web.server_port}"

    async def stop(self):
        await self.listener.stop()
        self.web.shutdown()
        self.web.server_close()

    async def cut(self):
        """Be gone for every device."""
        self.port = self.listener.port
        await self.listener.stop()

    async def come_back(self):
        """Listen again where it was, with nothing in memory."""
        self.listener = Listener(self, self)
        await self.listener.start("127.0.0.1", self.port)

    # what the listener asks for

    def admit(self, login):
        return self.identity(login.client_id) if login.client_id in self.names else None

    def identity(self, device):
        return Identity(device=device, area_path=self.area, former_areas=self.former)

    def appeared(self, device):
        self.online.add(device)

    def gone(self, device):
        self.online.discard(device)

    def received(self, device, kind, topic, payload, acknowledge):
        acknowledge()
        if kind is Up.GONE:
            return
        document = messages.load(envelope.unseal(payload, self.device_key(device), topic))
        self.said.append((device, kind, document))
        if kind is Up.EVENT and self.answers:
            seqs = []
            for event in document["events"]:
                self.events.setdefault(event["id"], (device, event))
                seqs.append(event["seq"])
            topic = topics.down(device, Down.ACK)
            ack = messages.Ack(at=datetime.now(UTC), ranges=[(seq, seq) for seq in seqs])
            self.listener.publish(topic, envelope.seal(ack.encode(), self.device_key(device), topic))
        if kind is Up.BEAT and self.answers and document.get("ask") is not None:
            topic = topics.down(device, Down.ACK)
            ack = messages.Ack(at=datetime.now(UTC), asked=document["ask"])
            self.listener.publish(topic, envelope.seal(ack.encode(), self.device_key(device), topic))

    # what tests say

    def device_key(self, device):
        return envelope.device_key(SECRET, device)

    def answer(self, device):
        """Return the enrolment answer of a device."""
        return {
            "device": device,
            "area_path": self.enrolled_area,
            "root_jwk": self.root.as_dict(private=False),
            "key_list": self.key_list.decode(),
            "device_key": base64.urlsafe_b64encode(self.device_key(device)).rstrip(b"=").decode(),
            "credential": "secret",
            "mqtt": {"host": "127.0.0.1", "port": self.listener.port, "tls": False},
            "media_url": f"{self.url}/media",
        }

    def put(self, content):
        self.files[canonical.sha256(content)] = content
        return canonical.sha256(content)

    def clip(self, content, duration_ms):
        return plan.Clip(sha256=self.put(content), size_bytes=len(content), duration_ms=duration_ms)

    def airing(self, clip, *, start_at, identifier=None, **more):
        length = timedelta(milliseconds=clip.duration_ms)
        return plan.PlannedAiring(
            id=identifier or str(uuid7.make()), start_at=start_at, end_at=start_at + length, clips=(clip,), **more
        )

    def now(self, **fields):
        """Publish an urgent message to the area; return its token."""
        token = self.signed_now(**fields)
        self.listener.publish(topics.area_now(self.area), token)
        return token

    def signed_now(self, *, key=None, seq=None, exp_s=600, **fields):
        self.seq = seq or self.seq + 1
        kinds = {"airing": messages.NowKind.PLAY, "live": messages.NowKind.LIVE, "chunks": messages.NowKind.CLOSE}
        kind = next((kinds[name] for name in kinds if name in fields), messages.NowKind.STOP)
        issued = int(datetime.now(UTC).timestamp())
        fields.setdefault("id", str(uuid7.make()))
        fields.setdefault("area", self.area)
        message = messages.Now(seq=self.seq, kind=kind, iat=issued, exp=issued + exp_s, **fields)
        return signing.sign(message.claims(), key or self.key, Purpose.NOW)

    def follow(self, *airings, device=None):
        """Publish the desired state with a plan of these airings to one device or all."""
        now = datetime.now(UTC)
        content = plan.encode(
            plan.Plan(start_at=now - timedelta(days=1), end_at=now + timedelta(days=7), airings=airings)
        )
        self.plan = self.put(content)
        self.tell(*self.names if device is None else [device])

    def tell(self, *devices):
        """Publish the desired state as it is now."""
        issued = int(datetime.now(UTC).timestamp())
        self.seq += 1
        for name in devices or self.names:
            state = messages.DesiredState(
                device=name, seq=self.seq, iat=issued, exp=issued + 86_400 * 30, plan=self.plan, config=self.config,
                release=self.release,
            )  # fmt: skip
            token = signing.sign(state.claims(), self.key, Purpose.STATE)
            self.listener.publish(topics.down(name, Down.STATE), token, retain=True)

    def move(self, area):
        """Let every device stand elsewhere from now on, and tell them; both areas may be heard until `settle`."""
        self.area, self.former = area, (*self.former, self.area)
        self.config = self.put(config.encode(config.Config(area=area)))
        self._let_hear()
        self.tell()

    def settle(self):
        """Let nobody hear a former area any more."""
        self.former = ()
        self._let_hear()

    def _let_hear(self):
        for name in self.names:
            self.listener.settle(self.identity(name))

    def follows(self, device):
        """Return the configuration that a device said last that it follows."""
        told = [document["config"] for name, kind, document in self.said if name == device and kind is Up.HELLO]
        return told[-1] if told else None

    def outcomes(self, *, airing=None):
        """Return what devices told, received or not, one entry a piece of evidence."""
        return [
            (event["outcome"], event.get("reason", ""))
            for _, event in sorted(self.events.values(), key=lambda pair: pair[1]["seq"])
            if airing is None or event.get("airing") == airing
        ]

    def _handler(self):
        box = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_arguments):
                pass

            def do_POST(self):
                document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                device = box.codes.pop(document["code"], None)
                box.said.append(("", "enrol", document))
                body = json.dumps(box.answer(device) if device else {"code": "wrong_code"}).encode()
                self._answer(200 if device else 422, body)

            def do_GET(self):
                box.requests.append((self.path, self.headers.get("Range")))
                if self.path == "/device/v1/keys":
                    self._answer(200, box.key_list)
                    return
                content = box.files.get(self.path.rpartition("/")[2])
                if content is None:
                    self._answer(404, b"")
                    return
                first = int((self.headers.get("Range") or "bytes=0-")[6:].partition("-")[0])
                if first >= len(content):
                    self._answer(416, b"")
                    return
                extra = {"Content-Range": f"bytes {first}-{len(content) - 1}/{len(content)}"}
                self._answer(206 if first else 200, content[first:], extra if first else {})

            def _answer(self, status, body, extra=None):
                self.send_response(status)
                for name, value in (extra or {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                cut, box.cut_after = box.cut_after, None
                with contextlib.suppress(OSError):
                    self.wfile.write(body if cut is None else body[:cut])
                if cut is not None:
                    self.close_connection = True
                    self.connection.close()

        return Handler


def speech(seconds=2.0, level=0.2):
    """Return an Opus file of something like speech: noise in syllables."""
    rate = 48_000
    time = np.arange(round(seconds * rate)) / rate
    tone = np.sin(2 * np.pi * 220 * time) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * time)) * level
    samples = (tone * 32_767).astype(np.int16).reshape(1, -1)
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=rate, layout="mono")
        stream.bit_rate = 24_000
        for start in range(0, samples.shape[1], 960):
            frame = av.AudioFrame.from_ndarray(samples[:, start : start + 960], format="s16", layout="mono")
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()
