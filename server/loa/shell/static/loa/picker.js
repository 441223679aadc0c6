// Puts a search field over a long select: names are compared without accents. Without it, the select itself works.

const LONG = 12;
const folded = (text) => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");

function enhance(picker) {
  const select = picker.querySelector("select");
  if (select.options.length < LONG) return;
  const nodes = [...select.children].map((node) => node.cloneNode(true));
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = picker.dataset.wordFind;
  field.setAttribute("aria-label", picker.dataset.wordFind);
  field.autocomplete = "off";
  select.before(field);

  const state = document.createElement("p");
  state.className = "help";
  state.setAttribute("role", "status");
  select.after(state);

  field.addEventListener("input", () => {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    const fits = (option) => words.every((word) => folded(option.textContent).includes(word));
    const chosen = select.value;
    select.replaceChildren(
      ...nodes.flatMap((node) => {
        const copy = node.cloneNode(true);
        if (copy.tagName === "OPTION") return fits(copy) ? [copy] : [];
        for (const option of [...copy.children]) if (!fits(option)) option.remove();
        return copy.children.length ? [copy] : [];
      }),
    );
    if ([...select.options].some((option) => option.value === chosen)) select.value = chosen;
    select.size = words.length ? Math.min(Math.max(select.options.length, 2), 8) : 0;
    state.textContent = select.options.length ? "" : picker.dataset.wordNone;
    if (words.length && select.selectedIndex < 0 && select.options.length) select.selectedIndex = 0;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.querySelectorAll("[data-picker]").forEach(enhance);
