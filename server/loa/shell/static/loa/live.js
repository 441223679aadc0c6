// Sends the speaker's voice while they speak: Opus in packets of 20 ms, a short request for each chunk of them.

const RATE = 48000;
const PACKET_MS = 20;
const BIT_RATE = 32000;
const COUNT_IN = 3;
const QUIET = 0.02;
const LOUD = 0.97;
const HOLD_MS = 2000;
const PATIENCE_MS = 2500;
const LOST_MS = 4000;
const LAST_WORDS_MS = 1500;

const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function packed(packets) {
  const size = packets.reduce((sum, packet) => sum + 2 + packet.byteLength, 0);
  const body = new Uint8Array(size);
  let at = 0;
  for (const packet of packets) {
    body[at] = packet.byteLength >> 8;
    body[at + 1] = packet.byteLength & 255;
    body.set(packet, at + 2);
    at += 2 + packet.byteLength;
  }
  return body;
}

function enhance(part) {
  const words = part.dataset;
  const end = part.querySelector("[data-live-end]");
  const begin = part.querySelector("[data-live-begin]");
  const said = part.querySelector("[data-live-words]");
  const clock = part.querySelector("[data-live-clock]");
  const meter = part.querySelector("[data-live-meter]");
  const token = end.querySelector("[name=csrfmiddlewaretoken]").value;
  const perChunk = Number(words.chunkMs) / PACKET_MS;
  const overAt = performance.now() + Number(words.leftS) * 1000;
  const way = new Set();
  let [packets, seq, isOn, isOver, isEnding] = [[], 0, false, false, false];
  let [answeredAt, slowAt, quietSince, loudAt, onAt] = [0, -1e9, 0, -1e9, 0];
  let [context, encoder, stream] = [null, null, null];

  const say = (sentence) => {
    if (said.textContent !== sentence) said.textContent = sentence;
  };

  const finish = (sentence) => {
    if (isOver) return;
    isOver = true;
    isOn = false;
    part.classList.remove("on");
    begin.hidden = true;
    meter.value = 0;
    if (stream) stream.getTracks().forEach((track) => track.stop());
    if (context) context.close();
    say(sentence);
  };

  async function deliver(number, body) {
    const bornAt = performance.now();
    while (!isOver && performance.now() - bornAt < PATIENCE_MS) {
      try {
        const answer = await fetch(words.live.replace(/0\/$/, `${number}/`), {
          method: "POST",
          body,
          headers: { "Content-Type": "application/octet-stream", "X-CSRFToken": token },
          signal: AbortSignal.timeout(PATIENCE_MS),
          redirect: "error",
        });
        if (answer.ok) {
          answeredAt = performance.now();
          if (answeredAt - bornAt > 600) slowAt = answeredAt;
          return;
        }
        if (answer.status < 500) return isEnding ? undefined : finish(words.wordOver);
      } catch {
        // lost on the way: it is tried again while it can still be heard
      }
      await pause(150);
    }
    slowAt = performance.now();
  }

  const send = () => {
    if (!packets.length) return;
    // What the browser held back is not said later: the number of a chunk is its moment
    seq = Math.max(seq, Math.floor((performance.now() - onAt) / Number(words.chunkMs)) - 1);
    const going = deliver(seq, packed(packets));
    packets = [];
    seq += 1;
    way.add(going);
    going.finally(() => way.delete(going));
  };

  const heard = (frame) => {
    const peak = frame.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const now = performance.now();
    meter.value = peak;
    if (peak > QUIET) quietSince = now;
    if (peak > LOUD) loudAt = now;
    if (!isOn) return;
    const timestamp = heard.count * PACKET_MS * 1000;
    heard.count += 1;
    const sound = new AudioData({ format: "f32", sampleRate: RATE, numberOfFrames: frame.length, numberOfChannels: 1, timestamp, data: frame });
    encoder.encode(sound);
    sound.close();
    if (now - answeredAt > LOST_MS) finish(words.wordLost);
    else if (now - slowAt < HOLD_MS) say(words.wordLine);
    else if (now - loudAt < HOLD_MS) say(words.wordLoud);
    else if (now - quietSince > HOLD_MS) say(words.wordQuiet);
    else say(words.wordOn);
  };
  heard.count = 0;

  async function listen() {
    stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: false, noiseSuppression: true } });
    context = new AudioContext({ sampleRate: RATE });
    await context.audioWorklet.addModule(words.ear);
    const ear = new AudioWorkletNode(context, "loa-ear", { numberOfOutputs: 0 });
    ear.port.onmessage = (event) => heard(event.data);
    context.createMediaStreamSource(stream).connect(ear);
    encoder = new AudioEncoder({
      output: (packet) => {
        const bytes = new Uint8Array(packet.byteLength);
        packet.copyTo(bytes);
        packets.push(bytes);
        if (packets.length === perChunk) send();
      },
      error: () => finish(words.wordNone),
    });
    encoder.configure({ codec: "opus", sampleRate: RATE, numberOfChannels: 1, bitrate: BIT_RATE, opus: { frameDuration: PACKET_MS * 1000, application: "voip" } });
  }

  begin.addEventListener("click", async () => {
    begin.disabled = true;
    try {
      await listen();
    } catch (error) {
      begin.disabled = false;
      say(error && error.name === "NotSupportedError" ? words.wordNone : words.wordDenied);
      return;
    }
    begin.hidden = true;
    for (let left = COUNT_IN; left > 0; left -= 1) {
      say(`${words.wordCount} ${left}…`);
      await pause(800);
    }
    if (isOver || isEnding) return;
    onAt = performance.now();
    [answeredAt, quietSince] = [onAt, onAt];
    words.onAt = performance.timeOrigin + onAt;
    isOn = true;
    part.classList.add("on");
    if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {});
  });

  end.addEventListener("submit", async (event) => {
    if (isEnding || !isOn) return;
    event.preventDefault();
    isEnding = true;
    isOn = false;
    await encoder.flush().catch(() => {});
    send();
    await Promise.race([Promise.allSettled([...way]), pause(LAST_WORDS_MS)]);
    finish(words.wordOver);
    end.submit();
  });

  window.addEventListener("beforeunload", (event) => {
    if (isOn) event.preventDefault();
  });

  setInterval(() => {
    if (!isOver) clock.textContent = shown(Math.max(0, (overAt - performance.now()) / 1000));
    if (performance.now() > overAt) finish(words.wordOver);
  }, 500);

  begin.hidden = false;
  begin.focus();
}

const isAble = navigator.mediaDevices && window.AudioEncoder && window.AudioWorkletNode;
for (const part of document.querySelectorAll("[data-live]")) {
  if (isAble) enhance(part);
  else part.querySelector("[data-live-words]").textContent = part.dataset.wordNone;
}
