// Dragging an entry of the week to another day: its form opens with that move filled in. Nothing changes by itself.

const week = document.querySelector("[data-week]");
let dragged = null;

function dayOf(event) {
  return event.target.closest("[data-day]");
}

function leave() {
  week.querySelectorAll(".over").forEach((day) => day.classList.remove("over"));
}

if (week) {
  week.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-edit]");
    if (!dragged) return;
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.of);
  });
  week.addEventListener("dragover", (event) => {
    const day = dayOf(event);
    if (!dragged || !day) return;
    event.preventDefault();
    leave();
    day.classList.add("over");
  });
  week.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    dragged = null;
    leave();
  });
  week.addEventListener("drop", (event) => {
    const day = dayOf(event);
    if (!dragged || !day) return;
    event.preventDefault();
    const { edit, of, at } = dragged.dataset;
    const move = new URLSearchParams({ move: of, to: day.dataset.day, at });
    window.location.assign(`${edit}?${move}`);
  });
}
