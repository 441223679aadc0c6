// Knows which parts of the sound were played before a decision, and tells the server. Skipping is no listening. Without it,
// the person says so with a tick.

const TELL_MS = 15_000;

function enhance(section) {
  const audio = document.querySelector("[data-player] audio");
  const form = section.querySelector("form");
  const spans = form.elements.spans;
  const live = section.querySelector("[data-heard-live]");
  const words = section.querySelector("[data-heard-words]");
  const bar = section.querySelector("[data-heard-bar]");
  const plain = section.querySelector("[data-heard-plain]");
  const length = Number(section.dataset.durationMs);
  const kept = spans.value ? spans.value.split(",").map((part) => part.split("-").map(Number)) : [];
  let told = spans.value;
  let said = "";

  const merged = () => {
    const parts = kept.slice();
    for (let index = 0; index < audio.played.length; index += 1) {
      parts.push([Math.floor(audio.played.start(index) * 1000), Math.ceil(audio.played.end(index) * 1000)]);
    }
    parts.sort((one, other) => one[0] - other[0]);
    const whole = [];
    for (const [begin, end] of parts) {
      const last = whole.at(-1);
      if (last && begin <= last[1]) last[1] = Math.max(last[1], end);
      else if (end > begin) whole.push([begin, end]);
    }
    return whole;
  };
  const draw = () => {
    const parts = merged();
    const covered = parts.reduce((sum, [begin, end]) => sum + Math.min(end, length) - Math.min(begin, length), 0);
    const pct = Math.min(100, Math.floor((covered * 100) / length));
    spans.value = parts.map((part) => part.join("-")).join(",");
    bar.value = pct;
    const enough = pct >= Number(section.dataset.enough);
    const step = enough ? words.dataset.wordAll : words.dataset.wordPart.replace("{pct}", Math.floor(pct / 10) * 10);
    if (step !== said) words.textContent = step;
    said = step;
    live.classList.toggle("all", enough);
  };
  const tell = () => {
    draw();
    if (spans.value === told) return;
    told = spans.value;
    const body = new FormData();
    for (const name of ["csrfmiddlewaretoken", "number", "opened", "spans"]) body.append(name, form.elements[name].value);
    fetch(section.dataset.heard, { method: "POST", body, keepalive: true }).catch(() => {
      told = "";
    });
  };

  live.hidden = false;
  plain.hidden = true;
  draw();
  audio.addEventListener("timeupdate", draw);
  for (const event of ["pause", "ended"]) audio.addEventListener(event, tell);
  audio.addEventListener("error", () => {
    live.hidden = true;
    plain.hidden = false;
  });
  form.addEventListener("submit", draw);
  addEventListener("pagehide", tell);
  setInterval(() => {
    if (!audio.paused) tell();
  }, TELL_MS);
}

document.querySelectorAll("[data-heard]").forEach(enhance);
