// Fills in where this phone is. Without it, or when the phone does not know, people type the place.

function enhance(line) {
  if (!("geolocation" in navigator)) return;
  const form = line.closest("form");
  const words = line.querySelector("[role=status]");
  const put = (name, degrees) => {
    form.elements[name].value = degrees.toFixed(6);
  };

  line.hidden = false;
  line.querySelector("button").addEventListener("click", () => {
    words.textContent = "…";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        put("latitude", coords.latitude);
        put("longitude", coords.longitude);
        words.textContent = `± ${Math.round(coords.accuracy)} m`;
      },
      () => {
        words.textContent = words.dataset.wordFailed;
      },
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 0 },
    );
  });
}

document.querySelectorAll("[data-here]").forEach(enhance);
