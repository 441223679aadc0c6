// Records from the microphone into the form's file field. Without it, the field itself takes a file or calls the phone's recorder.

import { forget, kept, keep } from "./takes.js";

const LONGEST_S = 30 * 60;
const COUNT_IN = 3;
const QUIET = 0.04;
const LOUD = 0.97;
const HOLD_S = 2;

const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

function enhance(recorder) {
  const words = recorder.dataset;
  const input = document.getElementById(words.recorder);
  const form = input.form;
  const button = recorder.querySelector("[data-record]");
  const hold = recorder.querySelector("[data-hold]");
  const state = recorder.querySelector("[data-state]");
  const clock = recorder.querySelector("[data-clock]");
  const meter = recorder.querySelector("meter");
  const heard = recorder.querySelector("[data-heard]");
  const rescue = recorder.querySelector("[data-rescue]");
  let running = null;
  let starting = false;

  const say = (sentence) => {
    if (state.textContent !== sentence) state.textContent = sentence;
  };
  const label = (name) => button.setAttribute("aria-label", words[name]);

  const lay = (blob, name) => {
    const shelf = new DataTransfer();
    shelf.items.add(new File([blob], name, { type: blob.type }));
    input.files = shelf.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (heard.src) URL.revokeObjectURL(heard.src);
    heard.src = URL.createObjectURL(blob);
    heard.hidden = false;
  };

  const follow = (stream) => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    const samples = new Float32Array(analyser.fftSize);
    context.createMediaStreamSource(stream).connect(analyser);
    let [past, quietSince, loudAt] = [performance.now(), performance.now(), -1e9];
    let seconds = 0;
    const tick = () => {
      if (!running) return context.close();
      const now = performance.now();
      if (running.state === "recording") seconds += (now - past) / 1000;
      past = now;
      analyser.getFloatTimeDomainData(samples);
      const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      meter.value = peak;
      if (peak > QUIET) quietSince = now;
      if (peak > LOUD) loudAt = now;
      clock.textContent = shown(seconds);
      if (running.state === "paused") say(words.wordHeld);
      else if (now - loudAt < HOLD_S * 1000) say(words.wordLoud);
      else if (now - quietSince > HOLD_S * 1000) say(words.wordQuiet);
      else say(words.wordRecording);
      if (seconds >= LONGEST_S) running.stop();
      return requestAnimationFrame(tick);
    };
    tick();
  };

  const countIn = async () => {
    for (let left = COUNT_IN; left > 0; left -= 1) {
      say(`${left}…`);
      await pause(0.8);
    }
  };

  const begin = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: false, noiseSuppression: true } });
    await countIn();
    const parts = [];
    running = new MediaRecorder(stream);
    const type = running.mimeType || "audio/webm";
    const name = type.includes("mp4") ? "recording.m4a" : "recording.webm";
    running.addEventListener("dataavailable", (event) => {
      parts.push(event.data);
      keep(input.id, new Blob(parts, { type }), name);
    });
    running.addEventListener("stop", () => {
      lay(new Blob(parts, { type }), name);
      stream.getTracks().forEach((track) => track.stop());
      running = null;
      recorder.classList.remove("on", "held");
      hold.hidden = true;
      label("wordAgain");
      meter.value = 0;
      say(words.wordDone);
    });
    running.start(1000);
    recorder.classList.add("on");
    hold.hidden = false;
    label("wordStop");
    follow(stream);
  };

  button.addEventListener("click", async () => {
    if (starting) return;
    if (running) {
      running.stop();
      return;
    }
    starting = true;
    heard.hidden = true;
    rescue.hidden = true;
    await begin().catch(() => say(words.wordDenied));
    starting = false;
  });
  hold.addEventListener("click", () => {
    const isHeld = running.state === "paused";
    if (isHeld) running.resume();
    else running.pause();
    recorder.classList.toggle("held", !isHeld);
    hold.textContent = isHeld ? words.wordHold : words.wordGoOn;
  });

  kept(input.id).then((take) => {
    if (!take) return;
    rescue.hidden = false;
    rescue.querySelector("[data-use]").addEventListener("click", () => {
      lay(take.blob, take.name);
      rescue.hidden = true;
      label("wordAgain");
      say(words.wordDone);
    });
    rescue.querySelector("[data-drop]").addEventListener("click", () => {
      forget(input.id);
      rescue.hidden = true;
    });
  });
  form.addEventListener("submit", () => keep(input.id, null));
  recorder.classList.add("ready");
}

if (navigator.mediaDevices && window.MediaRecorder && window.DataTransfer) {
  document.querySelectorAll("[data-recorder]").forEach(enhance);
}
