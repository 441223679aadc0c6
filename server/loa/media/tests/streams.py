"""A station for tests: a real HTTP server that streams a tone, lists pieces, leads elsewhere, and breaks."""

import http.server
import io
import threading
import time
from contextlib import contextmanager

import av
import numpy as np

RATE = 48_000


def tone(seconds, *, hertz=440, amplitude=0.2, container="mp3", codec="mp3"):
    """Return a tone as a file of its kind."""
    out = io.BytesIO()
    rate = 44_100 if codec == "mp3" else RATE
    size = {"mp3": 1152, "aac": 1024}.get(codec, 960)
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        samples = (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)).astype("f4")
        frame = av.AudioFrame.from_ndarray(samples[None, :], format="fltp", layout="mono")
        frame.rate = RATE
        wanted = stream.codec_context.format.name if stream.codec_context.format else "fltp"
        resampler = av.AudioResampler(format=wanted, layout="mono", rate=rate, frame_size=size)
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            for packet in stream.encode(part) if part is not None else ():
                file.mux(packet)
        for packet in stream.encode(None):
            file.mux(packet)
    return out.getvalue()


class Station:
    """What each path answers: `places` has the bytes, a redirect, or a function of the request."""

    def __init__(self):
        self.places = {}
        self.asked = []
        self.stopping = threading.Event()

    def answer(self, request):
        self.asked.append(request.path)
        place = self.places.get(request.path)
        if place is None:
            request.send_error(404)
        elif isinstance(place, str):
            request.send_response(302)
            request.send_header("Location", place)
            request.end_headers()
        elif isinstance(place, bytes):
            request.send_response(200)
            request.send_header("Content-Length", str(len(place)))
            request.end_headers()
            request.wfile.write(place)
        else:
            request.send_response(200)
            request.end_headers()
            place(request)

    def live(self, content, *, lasts_s):
        """Return what sends content at the pace it sounds, a little ahead."""

        def send(request):
            begun, step = time.monotonic(), max(1, len(content) // round(lasts_s * 10))
            for number, start in enumerate(range(0, len(content), step)):
                if self.stopping.wait(max(0.0, begun + number / 10 - 2.0 - time.monotonic())):
                    return
                request.wfile.write(content[start : start + step])

        return send


@contextmanager
def station():
    """Run a station; yield it and its address."""
    made = Station()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            try:
                made.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *told):
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield made, f"http://127.0.0.1:{server.server_port}"
    finally:
        made.stopping.set()
        server.shutdown()
        server.server_close()
