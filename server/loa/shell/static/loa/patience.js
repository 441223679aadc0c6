// Says that a form is at work once it was sent, and takes no second sending. Without it, the browser shows that it waits.

function enhance(words) {
  const form = words.closest("form");
  const rest = () => {
    form.removeAttribute("aria-busy");
    words.textContent = "";
  };

  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("aria-busy")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("aria-busy", "true");
    words.textContent = words.dataset.patience;
  });
  window.addEventListener("pageshow", rest);
}

document.querySelectorAll("[data-patience]").forEach(enhance);
