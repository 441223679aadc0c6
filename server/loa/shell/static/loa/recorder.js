// Records from the microphone into the form's file field. Without it, the field itself takes a file or calls the phone's recorder.

const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
const LONGEST_S = 30 * 60;

function enhance(recorder) {
  const input = document.getElementById(recorder.dataset.recorder);
  const button = recorder.querySelector("[data-record]");
  const state = recorder.querySelector("[data-state]");
  const meter = recorder.querySelector("meter");
  let running = null;

  const say = (words) => {
    state.textContent = words;
  };

  const follow = (stream) => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    const samples = new Float32Array(analyser.fftSize);
    context.createMediaStreamSource(stream).connect(analyser);
    const startedAt = performance.now();
    const tick = () => {
      if (!running) return context.close();
      analyser.getFloatTimeDomainData(samples);
      meter.value = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      const seconds = (performance.now() - startedAt) / 1000;
      say(`${recorder.dataset.wordRecording} ${shown(seconds)}`);
      if (seconds >= LONGEST_S) running.stop();
      return requestAnimationFrame(tick);
    };
    tick();
  };

  const start = async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const parts = [];
    running = new MediaRecorder(stream);
    running.addEventListener("dataavailable", (event) => parts.push(event.data));
    running.addEventListener("stop", () => {
      const type = running.mimeType || "audio/webm";
      const file = new File(parts, type.includes("mp4") ? "recording.m4a" : "recording.webm", { type });
      const shelf = new DataTransfer();
      shelf.items.add(file);
      input.files = shelf.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      stream.getTracks().forEach((track) => track.stop());
      running = null;
      recorder.classList.remove("on");
      button.setAttribute("aria-label", recorder.dataset.wordStart);
      meter.value = 0;
      say(recorder.dataset.wordDone);
    });
    running.start(1000);
    recorder.classList.add("on");
    button.setAttribute("aria-label", recorder.dataset.wordStop);
    follow(stream);
  };

  button.addEventListener("click", () => {
    if (running) running.stop();
    else start().catch(() => say(recorder.dataset.wordDenied));
  });
  recorder.classList.add("ready");
}

if (navigator.mediaDevices && window.MediaRecorder && window.DataTransfer) {
  document.querySelectorAll("[data-recorder]").forEach(enhance);
}
