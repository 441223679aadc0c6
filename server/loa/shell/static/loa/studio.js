// Lets the ends of a part be dragged over its waveform. Without it, its two number fields say the same.

function enhance(part) {
  const wave = part.querySelector("[data-wave]");
  if (!wave) return;
  const length = Number(part.dataset.durationMs) / 1000;
  const audio = part.querySelector("audio");
  const [before, after] = [part.querySelector("[data-veil-before]"), part.querySelector("[data-veil-after]")];
  const width = before.ownerSVGElement.viewBox.baseVal.width;
  const fields = [part.querySelector("[data-from]"), part.querySelector("[data-to]")];
  const read = (field) => Number(field.value.replace(",", "."));

  const slides = fields.map((field) => {
    const slide = document.createElement("input");
    Object.assign(slide, { type: "range", min: 0, max: length, step: 0.05, className: "part-slide" });
    slide.setAttribute("aria-label", document.querySelector(`label[for="${field.id}"]`).textContent);
    wave.append(slide);
    return slide;
  });

  const draw = () => {
    const [from, to] = fields.map((field) => Math.min(Math.max(read(field) || 0, 0), length));
    slides[0].value = from;
    slides[1].value = to;
    before.setAttribute("width", (from / length) * width);
    after.setAttribute("x", (to / length) * width);
    after.setAttribute("width", Math.max(0, width - (to / length) * width));
    audio.src = `${audio.dataset.base}#t=${from},${to}`;
  };

  slides.forEach((slide, index) => {
    slide.addEventListener("input", () => {
      const other = read(fields[1 - index]);
      const wanted = Number(slide.value);
      const least = 0.05;
      const kept = index === 0 ? Math.min(wanted, other - least) : Math.max(wanted, other + least);
      fields[index].value = kept.toFixed(2);
      draw();
    });
  });
  fields.forEach((field) => field.addEventListener("change", draw));
  draw();
}

document.querySelectorAll("[data-part]").forEach(enhance);
