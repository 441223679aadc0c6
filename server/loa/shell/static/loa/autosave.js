// Saves the form as a draft a moment after each change; keeps it on this device while the line is lost and offers it
// back. Without it, the form is saved by its buttons. Nothing but the words and facts of the form is kept.

const PAUSE_MS = 4000;
const AGAIN_MS = 15000;
const THERE_MS = 60000;
const KEPT = ["unit", "title", "text", "kind", "category", "abstract", "byline", "language", "valid_from", "valid_until", "is_must"];

function enhance(part) {
  const form = part.closest("form");
  const state = part.querySelector("[data-autosave-state]");
  const offer = part.querySelector("[data-autosave-offer]");
  const words = part.dataset;
  let address = words.autosave;
  let saved = "";
  let timer = null;
  let busy = false;
  let running = Promise.resolve();
  let stopped = words.local !== undefined;

  const key = () => `loa:draft:${words.user}:${words.bulletin}`;
  const say = (text) => {
    if (state.textContent !== text) state.textContent = text;
  };
  const values = () => {
    const all = new FormData(form);
    return Object.fromEntries(KEPT.filter((name) => form.elements[name]).map((name) => [name, all.get(name) ?? ""]));
  };
  const now = () => JSON.stringify(values());
  // What the page brought, also when somebody typed before this script ran.
  const standing = (field) => {
    if (field.disabled) return "";
    if (field.type === "checkbox") return field.defaultChecked ? field.value : "";
    if (field.options) return ([...field.options].find((option) => option.defaultSelected) || field.options[0])?.value ?? "";
    return (field.defaultValue ?? "").replace(/\r\n/g, "\n");
  };
  const brought = () => JSON.stringify(Object.fromEntries(KEPT.filter((name) => form.elements[name]).map((name) => [name, standing(form.elements[name])])));
  const plain = (text) => String(text || "").normalize("NFC").split(/\s+/).filter(Boolean).join(" ");
  const same = (one, other) => KEPT.every((name) => name === "unit" || plain(one[name]) === plain(other[name]));
  const forget = () => {
    try {
      localStorage.removeItem(key());
    } catch {
      // a browser that keeps nothing has nothing to forget
    }
  };
  const keep = (sent = false) => {
    try {
      const edition = form.elements.edition ? form.elements.edition.value : "";
      const draft = form.elements.draft ? form.elements.draft.value : "";
      localStorage.setItem(key(), JSON.stringify({ at: Date.now(), edition, draft, sent, values: values() }));
      return true;
    } catch {
      return false;
    }
  };
  const kept = () => {
    try {
      return JSON.parse(localStorage.getItem(key()));
    } catch {
      return null;
    }
  };

  const take = (answer, isNews) => {
    form.elements.edition.value = answer.edition;
    if (words.bulletin === "new") {
      forget();
      words.bulletin = answer.bulletin;
      address = answer.autosave;
      history.replaceState(history.state, "", answer.address);
      if (form.elements.unit) form.elements.unit.disabled = true;
    }
    if (isNews) say(`${words.wordSaved} ${answer.saved}`);
  };

  const later = (wait) => {
    clearTimeout(timer);
    if (!stopped) timer = setTimeout(begin, wait);
  };

  const begin = () => {
    running = send();
  };

  async function send() {
    if (busy || stopped || form.hasAttribute("aria-busy")) return;
    const sent = now();
    const isNews = sent !== saved;
    const body = new FormData(form);
    body.delete("clip");
    busy = true;
    timer = null;
    if (isNews) say(words.wordSaving);
    try {
      const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error("not for us");
      const told = await answer.json();
      if (answer.ok) {
        take(told, isNews);
        saved = sent;
        if (now() === sent) forget();
        else later(PAUSE_MS);
      } else {
        if (answer.status === 409) stopped = true;
        say(told.message);
      }
    } catch {
      say(keep() ? words.wordLost : words.wordFull);
      later(AGAIN_MS);
    } finally {
      busy = false;
    }
  }

  const changed = () => {
    const present = now();
    if (present === saved) return;
    if (!keep() && stopped) say("");
    else if (words.local !== undefined) say(words.wordLocal);
    later(PAUSE_MS);
  };

  const bring = (found) => {
    for (const [name, value] of Object.entries(found.values)) {
      const field = form.elements[name];
      if (!field) continue;
      if (field.type === "checkbox") field.checked = value !== "";
      else field.value = value;
    }
    if (found.draft && form.elements.draft) form.elements.draft.value = found.draft;
    if (found.edition && form.elements.edition) form.elements.edition.value = found.edition;
    offer.hidden = true;
    form.elements.title.focus();
    later(0);
  };

  saved = brought();
  const found = kept();
  const hasArrived = (draft) =>
    draft.sent && plain(draft.values.title) === plain(words.latestTitle) && plain(draft.values.text).length === Number(words.latestLength);
  const isHere = found && same(found.values, values());
  if (found && ((isHere && words.unsaved === undefined) || hasArrived(found))) forget();
  else if (found && !isHere) {
    const at = new Date(found.at);
    part.querySelector("[data-autosave-when]").textContent = at.toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short" });
    offer.hidden = false;
    part.querySelector("[data-autosave-take]").addEventListener("click", () => bring(found));
    part.querySelector("[data-autosave-drop]").addEventListener("click", () => {
      offer.hidden = true;
      forget();
    });
  }

  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  // A press while a saving is under way waits for it: nobody is told of a conflict with themselves.
  form.addEventListener(
    "submit",
    (event) => {
      clearTimeout(timer);
      if (busy) {
        event.preventDefault();
        event.stopImmediatePropagation();
        const pressed = event.submitter;
        running.then(() => form.requestSubmit(pressed));
        return;
      }
      if (now() !== saved) keep(true);
    },
    true,
  );
  window.addEventListener("online", () => later(0));
  changed();
  setInterval(() => {
    if (words.bulletin !== "new" && !document.hidden && !timer) begin();
  }, THERE_MS);
}

document.querySelectorAll("[data-autosave]").forEach(enhance);
