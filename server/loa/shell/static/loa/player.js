// Turns a plain audio element into a player with a waveform. Without it, the browser's own controls stay.

const shown = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function enhance(player) {
  const audio = player.querySelector("audio");
  const button = player.querySelector("[data-play]");
  const seek = player.querySelector("[data-seek]");
  const now = player.querySelector("[data-now]");
  const played = player.querySelector("[data-played]");
  const length = Number(player.dataset.durationMs) / 1000;
  const width = played.ownerSVGElement.viewBox.baseVal.width;

  const draw = () => {
    const at = Math.min(audio.currentTime, length);
    played.setAttribute("width", length ? (at / length) * width : 0);
    seek.value = at * 1000;
    seek.setAttribute("aria-valuetext", shown(at));
    now.textContent = shown(at);
    if (!audio.paused) requestAnimationFrame(draw);
  };
  const turn = () => {
    const playing = !audio.paused;
    player.classList.toggle("playing", playing);
    button.setAttribute("aria-label", playing ? button.dataset.labelPause : button.dataset.labelPlay);
    draw();
  };

  audio.controls = false;
  player.classList.add("live");
  button.addEventListener("click", () => (audio.paused ? audio.play() : audio.pause()));
  seek.addEventListener("input", () => {
    audio.currentTime = Number(seek.value) / 1000;
    draw();
  });
  for (const event of ["play", "pause", "ended", "seeked"]) audio.addEventListener(event, turn);
  audio.addEventListener("error", () => {
    audio.controls = true;
    player.classList.remove("live");
  });
}

document.querySelectorAll("[data-player]").forEach(enhance);
